//! Why could the kit not set the scene?

use std::{io, path::PathBuf, process::ExitStatus, time::Duration};

/// The kit could not do its own job; never a statement about the program under test.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KitError {
    /// A file or directory of the kit could not be read, written or made.
    #[error("{path}", path = path.display())]
    File {
        /// The file concerned.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A program could not be started.
    #[error("cannot start {program}")]
    Start {
        /// As it was given to the system.
        program: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A program ended with a failure.
    #[error("{program} ended with {status}: {output}")]
    Program {
        /// As it was given to the system.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// What it wrote, both streams.
        output: String,
    },
    /// Something expected did not come in time.
    #[error("{what} did not come within {waited:?}")]
    TimedOut {
        /// What was awaited.
        what: String,
        /// How long.
        waited: Duration,
    },
    /// A socket of the kit failed.
    #[error("{doing}")]
    Socket {
        /// What was being done.
        doing: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A browser does not do what it is told.
    #[error("{order}: {said}")]
    Browser {
        /// What it was told, its beginning.
        order: String,
        /// What it said.
        said: String,
    },
    /// The key is neither PKCS#8 nor PKCS#1, DER or PEM.
    #[error("not an RSA private key in PKCS#8 or PKCS#1")]
    Key(#[source] rsa::pkcs1::Error),
    /// The value cannot be written on a card.
    #[error("{what}: {value:?} is not {expected}")]
    Value {
        /// The option concerned.
        what: &'static str,
        /// What was given.
        value: String,
        /// What it should have been.
        expected: &'static str,
    },
}

impl KitError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    pub(crate) fn start(program: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let program = program.into();
        move |source| Self::Start { program, source }
    }

    pub(crate) fn socket(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Socket { doing, source }
    }
}
