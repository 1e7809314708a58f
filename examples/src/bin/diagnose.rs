//! The whole diagnosis from a program of one's own: the verdict in one line.
//!
//! ```console
//! $ cargo run -p tomcheck-examples --bin diagnose -- https://site-with-a-card.example/
//! ```
//!
//! The program is its own worker: the card's module is loaded by a second process of it.

use std::io::{Write, stdout};
use std::process::ExitCode;

use tomcheck::{
    Lang, Options, Quiet, Scope, Target, WORKER_ARGUMENT, WorkerCommand, diagnose, serve_worker,
};

fn main() -> ExitCode {
    let argument = std::env::args().nth(1).unwrap_or_else(|| "tom".to_owned());
    if argument == WORKER_ARGUMENT {
        return serve_worker();
    }
    match said(&argument) {
        Ok(line) => stdout()
            .write_all(line.as_bytes())
            .map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

/// What blocks the way to this site, in one line.
fn said(site: &str) -> Result<String, Box<dyn std::error::Error>> {
    let worker = WorkerCommand::of_program(std::env::current_exe()?);
    let mut options = Options::new(Scope::Check(Target::parse(site)?), worker);
    options.lang = Lang::En;
    let report = diagnose(&options, &Quiet)?;
    let line = match (&report.verdict.root_cause, report.findings.first()) {
        (Some(code), Some(cause)) => format!("{code}: {}\n", cause.title),
        _ => "nothing blocks\n".to_owned(),
    };
    Ok(line)
}
