//! The worker process: a round trip, and a listing beside pkcs11-tool's.

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::path::PathBuf;
    use std::process::ExitCode;

    use tomcheck_benches::{
        Outcome, Tools, list_module, measure_module, render_module, run_program,
    };
    use tomcheck_cert::{WORKER_ARGUMENT, serve_worker};

    const USAGE: &str = "\
usage: module [--rounds N]
  --rounds N   turns, 1 to 10000 (default 25: some seconds in all)";

    /// Makes this program the one that is timed.
    const LIST: &str = "list";

    pub(super) fn main() -> ExitCode {
        let mut typed = std::env::args_os().skip(1);
        match typed.next().as_ref().and_then(|word| word.to_str()) {
            Some(WORKER_ARGUMENT) => return serve_worker(),
            Some(LIST) => return list(typed.next().map(PathBuf::from)),
            _ => {}
        }
        run_program(USAGE, std::env::args().skip(1), |arguments| {
            let tools = match Tools::look() {
                Ok(tools) => tools,
                Err(missing) => return Ok(Outcome::Skipped(missing)),
            };
            let times = measure_module(tools, arguments.rounds, LIST)?;
            Ok(Outcome::Measured(render_module(&times), false))
        })
    }

    fn list(module: Option<PathBuf>) -> ExitCode {
        let listed = module.map(|module| list_module(&module));
        ExitCode::from(u8::from(!matches!(listed, Some(Ok(())))))
    }
}
