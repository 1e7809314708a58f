//! The worker process, for programs that use the library and have no worker of their own.

fn main() -> std::process::ExitCode {
    tomcheck_cert::serve_worker()
}
