//! Handshakes with a token's key, beside OpenSSL's, in one run.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::process::ExitCode;
    use std::time::Duration;

    use tomcheck_benches::{Absence, Outcome, Race, Tools, USAGE, render, run, run_program};
    use tomcheck_cert::{WORKER_ARGUMENT, serve_worker};

    /// However many rounds were asked for.
    const LIMIT: Duration = Duration::from_secs(120);

    pub(super) fn main() -> ExitCode {
        let mut typed = std::env::args().skip(1).peekable();
        if typed.peek().is_some_and(|word| word == WORKER_ARGUMENT) {
            return serve_worker();
        }
        run_program(USAGE, typed, |arguments| {
            let tools = match Tools::look() {
                Ok(tools) => tools,
                Err(missing) => return Ok(Outcome::Skipped(missing)),
            };
            let races = run(tools, arguments.rounds, LIMIT)?;
            let has_failed = races.iter().any(has_failed);
            Ok(Outcome::Measured(render(&races), has_failed))
        })
    }

    fn has_failed(race: &Race) -> bool {
        let mut absences = race.lanes.iter().filter_map(|lane| lane.absent.as_ref());
        absences.any(|absence| matches!(absence, Absence::Failed(_)))
    }
}
