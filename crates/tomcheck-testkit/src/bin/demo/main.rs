//! `tomcheck-demo`: what does tomcheck say on a workstation where everything works, and where
//! one thing after another does not?
//!
//! Every part is real (card service, PKCS#11 module, TLS site, proxy) but the card and the
//! certificates, which say TEST. Nothing of the machine is changed.

#[cfg(unix)]
mod arguments;
#[cfg(unix)]
mod page;
#[cfg(unix)]
mod tour;
#[cfg(unix)]
mod words;

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    tour::run()
}

/// There is no pcscd to bring up.
#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::from(2)
}
