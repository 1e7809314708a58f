//! Reading certificates, identifiers and revocation lists, beside OpenSSL, in one run.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::process::ExitCode;

    use tomcheck_benches::{Outcome, measure_certificates, render_certificates, run_program};

    const USAGE: &str = "\
usage: certificates [--rounds N]
  --rounds N   turns of every peer, 1 to 10000 (default 25: about half a minute in all)";

    pub(super) fn main() -> ExitCode {
        run_program(USAGE, std::env::args().skip(1), |arguments| {
            let tasks = measure_certificates(arguments.rounds, 1)?;
            Ok(Outcome::Measured(render_certificates(&tasks), false))
        })
    }
}
