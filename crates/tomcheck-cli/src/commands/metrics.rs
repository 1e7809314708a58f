//! `tomcheck metrics`: a diagnosis for the textfile collector of a fleet.

use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use tomcheck::{Lang, Report, spoken};

use super::{look, saved};
use crate::args::Typed;
use crate::output::Output;
use crate::progress::Line;
use crate::replace::{Readable, replace};

/// The diagnosis is made anew, unless a saved report is named. Exits with 0 once the metrics are
/// written, whatever they say: the one who watches them is to be alarmed, not the one who runs this.
pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let report = match typed.values("REPORT")[..] {
        [] => look::diagnosed(typed, lang, &Arc::new(Line::new(typed.has("quiet"), lang)))?,
        [input] => saved::read(input, lang)?,
        _ => return Err(super::complaint(lang, "metrics", super::one_only(lang))),
    };
    write(typed, output, lang, &report)?;
    Ok(crate::FINE)
}

fn write(typed: &Typed<'_>, output: &Output, lang: Lang, report: &Report) -> anyhow::Result<()> {
    let text = tomcheck::metrics(report);
    let Some(path) = typed.path("textfile") else {
        return super::write(output, lang, text);
    };
    if path.extension().is_none_or(|ending| ending != "prom") {
        crate::complain(&unread_there(&path, lang));
    }
    let written = replace(&path, text.as_bytes(), Readable::AsUsual);
    written.map_err(|error| {
        let colon = lang.colon();
        anyhow!(
            "--textfile {}{colon} {}",
            path.display(),
            spoken(&error, lang)
        )
    })
}

fn unread_there(path: &Path, lang: Lang) -> String {
    let path = path.display();
    match lang {
        Lang::Fr => format!("--textfile {path} : le collecteur ne lit que les fichiers en .prom"),
        Lang::En => format!("--textfile {path}: the collector reads files that end in .prom only"),
    }
}
