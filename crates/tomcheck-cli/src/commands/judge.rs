//! `tomcheck judge REPORT.json`: what does a saved report come to, without the machine?

use tomcheck::Lang;

use super::{html, look, saved};
use crate::args::Typed;
use crate::output::Output;

pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let [input] = typed.values("REPORT")[..] else {
        return Err(super::complaint(lang, "judge", super::one_only(lang)));
    };
    let report = tomcheck::judge(&saved::read(input, lang)?, lang);
    html::write(typed, &report, lang)?;
    super::write(output, lang, look::rendered(typed, output, &report)?)?;
    Ok(look::status(&report, typed.has("strict")))
}
