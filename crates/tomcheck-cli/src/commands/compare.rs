//! `tomcheck compare BEFORE AFTER`: what changed?

use tomcheck::{Comparison, Lang, Trend, compared_text};

use super::{html, saved};
use crate::args::Typed;
use crate::output::Output;

/// Exits with 0 where it is the same or better, with 1 where it is worse or blocks for another
/// cause, with 2 where that stays open.
pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let ([before], [after]) = (&typed.values("BEFORE")[..], &typed.values("AFTER")[..]) else {
        return Err(super::complaint(lang, "compare", two(lang)));
    };
    let (before, after) = (saved::read(before, lang)?, saved::read(after, lang)?);
    let compared = tomcheck::compare(&before, &after, lang);
    html::write_changes(typed, &compared, lang)?;
    super::write(output, lang, rendered(typed, output, &compared)?)?;
    Ok(match compared.trend {
        Trend::Same | Trend::Better => crate::FINE,
        Trend::Worse | Trend::Other => crate::BLOCKED,
        Trend::Unclear => crate::FAILED,
    })
}

fn rendered(typed: &Typed<'_>, output: &Output, compared: &Comparison) -> anyhow::Result<String> {
    Ok(match typed.has("json") {
        true => serde_json::to_string_pretty(compared)? + "\n",
        false => compared_text(compared, output.style, output),
    })
}

fn two(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "il faut deux rapports, celui d'avant et celui d'après",
        Lang::En => "it takes two reports, the earlier and the later one",
    }
}
