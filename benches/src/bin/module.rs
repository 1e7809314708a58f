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
        Home, Outcome, Tools, list_module, measure_module, render_module, run_program,
    };
    use tomcheck_cert::{WORKER_ARGUMENT, serve_worker};

    const USAGE: &str = "\
usage: module [--rounds N]
  --rounds N   turns, 1 to 10000 (default 25: some seconds in all)";

    pub(super) fn main() -> ExitCode {
        let mut typed = std::env::args_os().skip(1);
        let first = typed.next();
        let first = first.as_ref().and_then(|word| word.to_str());
        if first == Some(WORKER_ARGUMENT) {
            return serve_worker();
        }
        let homes = [Home::Apart, Home::Here];
        let timed = homes
            .into_iter()
            .find(|home| first == Some(home.argument()));
        if let Some(home) = timed {
            return list(typed.next().map(PathBuf::from), home);
        }
        run_program(USAGE, std::env::args().skip(1), |arguments| {
            let tools = match Tools::look() {
                Ok(tools) => tools,
                Err(missing) => return Ok(Outcome::Skipped(missing)),
            };
            let times = measure_module(tools, arguments.rounds)?;
            Ok(Outcome::Measured(render_module(&times), false))
        })
    }

    fn list(module: Option<PathBuf>, home: Home) -> ExitCode {
        let listed = module.map(|module| list_module(&module, home));
        ExitCode::from(u8::from(!matches!(listed, Some(Ok(())))))
    }
}
