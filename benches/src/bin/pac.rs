//! Asking a proxy script (PAC), beside pacparser, in one run.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::process::ExitCode;

    use tomcheck_benches::{Outcome, measure_pac, render_certificates, run_program};

    const USAGE: &str = "\
usage: pac [--rounds N]
  --rounds N   turns of every peer, 1 to 10000 (default 25: some seconds in all)";

    pub(super) fn main() -> ExitCode {
        run_program(USAGE, std::env::args().skip(1), |arguments| {
            let tasks = measure_pac(arguments.rounds, 1)?;
            Ok(Outcome::Measured(render_certificates(&tasks), false))
        })
    }
}
