//! Reading a large log, beside ripgrep that looks for the same lines, in one run.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::process::ExitCode;

    use tomcheck_benches::{Outcome, measure_traces, render_traces, run_program};

    const USAGE: &str = "\
usage: traces [--rounds N]
  --rounds N   turns of every peer, 1 to 10000 (default 25), over a log of 1 GiB";
    const BYTES: u64 = 1 << 30;

    pub(super) fn main() -> ExitCode {
        run_program(USAGE, std::env::args().skip(1), |arguments| {
            let tomcheck = std::env::current_exe()?.with_file_name("tomcheck");
            let readings = measure_traces(&tomcheck, arguments.rounds, BYTES)?;
            Ok(Outcome::Measured(render_traces(&readings, BYTES), false))
        })
    }
}
