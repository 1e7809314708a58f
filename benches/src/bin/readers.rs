//! Watching readers, beside pcsc_scan and OpenSC's tools, in one run.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::process::ExitCode;

    use tomcheck_benches::{
        Outcome, can_measure_readers, measure_readers, render_readers, run_program,
    };

    const USAGE: &str = "\
usage: readers [--rounds N]
  --rounds N   insertions of the card, 1 to 10000 (default 25: about half a minute in all)";

    pub(super) fn main() -> ExitCode {
        run_program(USAGE, std::env::args().skip(1), |arguments| {
            if let Err(missing) = can_measure_readers() {
                return Ok(Outcome::Skipped(missing));
            }
            let readers = measure_readers(arguments.rounds)?;
            Ok(Outcome::Measured(render_readers(&readers), false))
        })
    }
}
