//! `tomcheck card --atr HEX`: no card, no reader.

use tomcheck::{ExplainedAtr, Lang};

use crate::args::Typed;
use crate::output::Output;

/// Explains an answer to reset. One that is malformed is explained as far as it goes, and ends
/// with what is wrong and exit status 2.
pub(super) fn run(
    typed: &Typed<'_>,
    text: &str,
    output: &Output,
    lang: Lang,
) -> anyhow::Result<u8> {
    let explained = ExplainedAtr::of(text, lang);
    let explained = explained.map_err(|what| super::complaint(lang, "--atr", &what))?;
    let text = if typed.has("json") {
        (serde_json::to_string_pretty(&explained)? + "\n").into_bytes()
    } else {
        let mut text = Vec::new();
        super::table(&mut text, &explained.lines(lang), lang);
        text
    };
    super::write(output, lang, &text)?;
    match &explained.explained.error {
        None => Ok(crate::FINE),
        Some(error) => {
            crate::complain(error);
            Ok(crate::FAILED)
        }
    }
}
