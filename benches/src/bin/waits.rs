//! What a person waits for, and how much room tomcheck takes, beside its limits.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::io::Write;
    use std::process::ExitCode;

    use tomcheck_benches::{
        INSIDE, Outcome, diagnose_inside, measure_waits, render_waits, run_program,
    };

    const USAGE: &str = "\
usage: waits [--rounds N]
  --rounds N   turns, 1 to 10000 (default 25: about half a minute in all)";

    pub(super) fn main() -> ExitCode {
        let typed: Vec<String> = std::env::args().skip(1).collect();
        if let Some((INSIDE, arguments)) = typed.split_first().map(|(first, rest)| (&**first, rest))
        {
            return match diagnose_inside(arguments) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    let _ = writeln!(std::io::stderr(), "{error:#}");
                    ExitCode::FAILURE
                }
            };
        }
        run_program(USAGE, std::env::args().skip(1), |arguments| {
            let waits = measure_waits(arguments.rounds)?;
            Ok(Outcome::Measured(render_waits(&waits), false))
        })
    }
}
