//! The test site beside nginx and OpenSSL, and its memory.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::process::ExitCode;

    use tomcheck_benches::{Outcome, SITE, measure_test_site, run_program, serve_test_site};

    const USAGE: &str = "\
usage: testsite [--rounds N]
  --rounds N   turns of a hundred connections, 1 to 10000 (default 25: about a minute in all);
               with less than five, few connections are held for the memory";

    pub(super) fn main() -> ExitCode {
        if std::env::args().nth(1).is_some_and(|word| word == SITE) {
            return ExitCode::from(u8::from(serve_test_site().is_err()));
        }
        run_program(USAGE, std::env::args().skip(1), |arguments| {
            let connections = if arguments.rounds < 5 { 100 } else { 5000 };
            let text = measure_test_site(arguments.rounds, connections)?;
            Ok(Outcome::Measured(text, false))
        })
    }
}
