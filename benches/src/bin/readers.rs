//! Watching readers, beside pcsc_scan and OpenSC's tools, in one run.
//!
//! Exit status: 0, also when nothing can be measured, which it says; 1 when something that is
//! there failed; 2 for a wrong argument.

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

    use tomcheck_benches::{Arguments, can_measure_readers, measure_readers, render_readers};

    const USAGE: &str = "\
usage: readers [--rounds N]
  --rounds N   insertions of the card, 1 to 10000 (default 25: about half a minute in all)";

    pub(super) fn main() -> ExitCode {
        let mut typed = std::env::args().skip(1).peekable();
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
        if let Err(missing) = can_measure_readers() {
            say(&format!("skipped, nothing measured: {missing}\n"));
            return ExitCode::SUCCESS;
        }
        match measure_readers(arguments.rounds) {
            Ok(readers) => {
                say(&render_readers(&readers));
                ExitCode::SUCCESS
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
        let _ = writeln!(std::io::stderr(), "readers: {text}");
    }
}
