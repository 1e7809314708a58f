//! Handshakes with a token's key, beside OpenSSL's, in one run.
//!
//! Exit status: 0, also when SoftHSM is not there, which it says; 1 when a peer that is there
//! failed; 2 for a wrong argument.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::io::Write as _;
    use std::process::ExitCode;
    use std::time::Duration;

    use tomcheck_benches::{Absence, Arguments, Race, Tools, USAGE, render, run};
    use tomcheck_cert::{WORKER_ARGUMENT, serve_worker};

    /// However many rounds were asked for.
    const LIMIT: Duration = Duration::from_secs(120);

    pub(super) fn main() -> ExitCode {
        let mut typed = std::env::args().skip(1).peekable();
        if typed.peek().is_some_and(|word| word == WORKER_ARGUMENT) {
            return serve_worker();
        }
        if typed.peek().is_some_and(|word| word == "--help") {
            say(&format!("{USAGE}\n"));
            return ExitCode::SUCCESS;
        }
        match Arguments::parse(typed) {
            Ok(arguments) => compare(arguments),
            Err(wrong) => {
                complain(&format!("{wrong}\n{USAGE}"));
                ExitCode::from(2)
            }
        }
    }

    fn compare(arguments: Arguments) -> ExitCode {
        let tools = match Tools::look() {
            Ok(tools) => tools,
            Err(missing) => {
                say(&format!("skipped, nothing measured: {missing}\n"));
                return ExitCode::SUCCESS;
            }
        };
        match run(tools, arguments.rounds, LIMIT) {
            Ok(races) => {
                say(&render(&races));
                ExitCode::from(u8::from(races.iter().any(has_failed)))
            }
            Err(error) => {
                complain(&format!("{error:#}"));
                ExitCode::FAILURE
            }
        }
    }

    fn has_failed(race: &Race) -> bool {
        let mut absences = race.lanes.iter().filter_map(|lane| lane.absent.as_ref());
        absences.any(|absence| matches!(absence, Absence::Failed(_)))
    }

    fn say(text: &str) {
        // a closed pipe is the reader's wish
        let _ = std::io::stdout().write_all(text.as_bytes());
    }

    fn complain(text: &str) {
        let _ = writeln!(std::io::stderr(), "handshakes: {text}");
    }
}
