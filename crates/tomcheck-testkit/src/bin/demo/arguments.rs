//! What was asked of the demo?

use std::path::PathBuf;

use tomcheck_testkit::target_directory;

use crate::words::Lang;

/// How the demo was called.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// The language of everything shown.
    pub(crate) lang: Lang,
    /// The program the demo is about.
    pub(crate) tomcheck: PathBuf,
    /// Where the reports are left.
    pub(crate) output: PathBuf,
    /// The scenarios to run; empty: all.
    pub(crate) only: Vec<String>,
}

impl Arguments {
    /// One line says what is wrong with them.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let beside = std::env::current_exe().map(|demo| demo.with_file_name("tomcheck"));
        let mut arguments = Self {
            lang: Lang::Fr,
            tomcheck: beside.unwrap_or_default(),
            output: target_directory().join("demo"),
            only: Vec::new(),
        };
        while let Some(option) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{option}: ? {USAGE}"));
            match option.as_str() {
                "--lang" => arguments.lang = Lang::named(&value()?).ok_or(USAGE)?,
                "--tomcheck" => arguments.tomcheck = value()?.into(),
                "--output" => arguments.output = value()?.into(),
                "--only" => arguments.only = value()?.split(',').map(str::to_owned).collect(),
                _ => return Err(format!("{option} ? {USAGE}")),
            }
        }
        Ok(arguments)
    }
}

const USAGE: &str = "tomcheck-demo [--lang fr|en] [--only CODE,…] [--tomcheck PATH] [--output DIR]";

#[test]
fn a_wrong_word_is_named() {
    let parse = |line: &str| Arguments::parse(line.split_whitespace().map(str::to_owned));
    assert!(parse("--langue fr").unwrap_err().contains("--langue"));
    assert!(parse("--lang").unwrap_err().contains("--lang"));
    assert!(parse("--lang de").is_err());
    let arguments = parse("--lang en --only card.absent,card.mute").unwrap();
    assert_eq!(arguments.lang, Lang::En);
    assert_eq!(arguments.only, ["card.absent", "card.mute"]);
}
