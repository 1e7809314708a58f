//! `tomcheck generate`: which files does the program make of itself?

use anyhow::Context;
use clap_complete::Shell;
use tomcheck::Lang;

use crate::args::{self, Typed};
use crate::manual;
use crate::output::Output;

/// What can be made.
pub(crate) const GENERATED: &[&str] = &[
    "man",
    "bash",
    "zsh",
    "fish",
    "powershell",
    "elvish",
    "schema",
];

pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let text = match typed.value("WHAT") {
        Some("man") => manual::page(&args::offered(lang), lang).into_bytes(),
        Some("bash") => completion(Shell::Bash, lang),
        Some("zsh") => completion(Shell::Zsh, lang),
        Some("fish") => completion(Shell::Fish, lang),
        Some("powershell") => completion(Shell::PowerShell, lang),
        Some("elvish") => completion(Shell::Elvish, lang),
        _ => schema()?,
    };
    super::write(output, lang, text)?;
    Ok(crate::FINE)
}

fn schema() -> anyhow::Result<Vec<u8>> {
    let schema = serde_json::to_string_pretty(&tomcheck::schema()).context("schema")?;
    Ok((schema + "\n").into_bytes())
}

fn completion(shell: Shell, lang: Lang) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::offered(lang), "tomcheck", &mut script);
    script
}
