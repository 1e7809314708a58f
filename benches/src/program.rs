//! How does a comparison behave as a program?

use std::io::Write as _;
use std::process::ExitCode;

use crate::{Arguments, Missing};

/// What a comparison came to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Nothing can be measured here, which is no failure.
    Skipped(Missing),
    /// The tables; whether somebody who is there failed.
    Measured(String, bool),
}

/// Reads what was typed, measures and tells.
///
/// Exit status: 0, also when nothing can be measured; 1 when something that is there failed; 2
/// for a wrong argument.
pub fn run_program(
    usage: &str,
    typed: impl Iterator<Item = String>,
    measure: impl FnOnce(Arguments) -> anyhow::Result<Outcome>,
) -> ExitCode {
    let mut typed = typed.peekable();
    if typed.peek().is_some_and(|word| word == "--help") {
        say(&format!("{usage}\n"));
        return ExitCode::SUCCESS;
    }
    match Arguments::parse(typed) {
        Ok(arguments) => tell(measure(arguments)),
        Err(wrong) => {
            complain(&format!("{wrong}\n{usage}"));
            ExitCode::from(2)
        }
    }
}

fn tell(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Skipped(missing)) => {
            say(&format!("skipped, nothing measured: {missing}\n"));
            ExitCode::SUCCESS
        }
        Ok(Outcome::Measured(text, has_failed)) => {
            say(&text);
            ExitCode::from(u8::from(has_failed))
        }
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) {
    // a closed pipe is the reader's wish
    let _ = std::io::stdout().write_all(text.as_bytes());
}

fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
