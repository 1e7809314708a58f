//! Clients with a token's key, many handshakes in one process each, beside OpenSSL's and GnuTLS's.

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
    use std::time::Duration;

    use tomcheck_benches::{
        CLIENT_ARGUMENT, Outcome, Tools, USAGE, measure_clients, render_clients, run_program,
        serve_client,
    };
    use tomcheck_cert::{WORKER_ARGUMENT, serve_worker};

    const LIMIT: Duration = Duration::from_secs(120);

    pub(super) fn main() -> ExitCode {
        let typed: Vec<String> = std::env::args().skip(1).collect();
        match typed.split_first() {
            Some((first, _)) if first == WORKER_ARGUMENT => serve_worker(),
            Some((first, rest)) if first == CLIENT_ARGUMENT => client(rest),
            _ => run_program(USAGE, typed.into_iter(), |arguments| {
                let tools = match Tools::look() {
                    Ok(tools) => tools,
                    Err(missing) => return Ok(Outcome::Skipped(missing)),
                };
                let races = measure_clients(tools, arguments.rounds, LIMIT)?;
                Ok(Outcome::Measured(render_clients(&races), false))
            }),
        }
    }

    fn client(arguments: &[String]) -> ExitCode {
        match serve_client(arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "{error:#}");
                ExitCode::FAILURE
            }
        }
    }
}
