//! The command `tomcheck`: arguments, exit status, terminal. What is said comes from the
//! library.

#![forbid(unsafe_code)]

mod args;
mod commands;
mod lang;
mod manual;
mod output;
mod pin;
mod progress;
mod proxy_login;
mod replace;
mod settings;
mod signals;
mod terminal;
mod usage;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use tomcheck::Lang;

use crate::args::Typed;
use crate::output::Output;

/// Nothing blocks.
const FINE: u8 = 0;
/// Something blocks.
const BLOCKED: u8 = 1;
/// tomcheck could not do its job.
const FAILED: u8 = 2;

/// Characters of a complaint that are shown.
const MOST_SHOWN: usize = 600;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if arguments
        .get(1)
        .is_some_and(|argument| argument == tomcheck::WORKER_ARGUMENT)
    {
        return tomcheck::serve_worker();
    }
    // asked before there is a second thread: only then does every system tell it
    if let Ok(ahead) = time::UtcOffset::current_local_offset() {
        tomcheck::tell_time_of_place(ahead.whole_seconds());
    }
    let settings = settings::load(&arguments);
    let lang = lang::of_session(&arguments, settings.as_ref().ok());
    let matches = args::command_for(lang, &arguments).try_get_matches_from(&arguments);
    match (matches, settings) {
        (Ok(matches), Ok(settings)) => run(&Typed::new(&matches, &settings), lang),
        (Ok(_), Err(error)) => {
            complain(&error.say(lang));
            ExitCode::from(FAILED)
        }
        (Err(error), _) => not_run(&error, lang),
    }
}

fn run(typed: &Typed<'_>, lang: Lang) -> ExitCode {
    let output = Output::new(typed);
    let unguarded = typed.settings().unguarded_lines(lang);
    unguarded.lines().for_each(complain);
    match commands::run(typed, &output, lang) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::from(FAILED)
        }
    }
}

/// Help and version were asked for; all else is a usage error.
fn not_run(error: &clap::Error, lang: Lang) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render().to_string();
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::from(FINE)
        }
        _ => {
            complain(&usage::one_line(error, lang));
            ExitCode::from(FAILED)
        }
    }
}

fn complain(line: &str) {
    // What was typed may come from anywhere: it must not move the cursor, nor fill the screen.
    let shown = line.chars().map(|c| if c.is_control() { ' ' } else { c });
    let line: String = shown.take(MOST_SHOWN).collect();
    let _ = writeln!(std::io::stderr(), "tomcheck: {line}");
}
