//! What does each command do with what was typed?

mod generate;
mod identify;
mod look;

use tomcheck::Lang;

use crate::args::Typed;
use crate::output::Output;

/// Runs the command that was typed; the exit status.
///
/// # Errors
///
/// When tomcheck cannot do its job: one line, in the reader's language.
pub(crate) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    match typed.command() {
        "identify" => identify::run(typed, output, lang),
        "generate" => generate::run(output),
        _ => look::run(typed, output, lang),
    }
}

/// Writes the text where it belongs; a file that cannot be written is named.
fn write(output: &Output, lang: Lang, text: &str) -> anyhow::Result<()> {
    output.write(text).map_err(|error| {
        let place = output
            .file()
            .map_or_else(|| "stdout".to_owned(), |f| f.display().to_string());
        match lang {
            Lang::Fr => anyhow::anyhow!("{place} : écriture impossible : {error}"),
            Lang::En => anyhow::anyhow!("{place}: cannot be written: {error}"),
        }
    })
}
