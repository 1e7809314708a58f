//! Why could tomcheck not do its own job?

use tomcheck_cert::WorkerFailure;
use tomcheck_diagnosis::Lang;
use tomcheck_tls::TrustError;

/// tomcheck could not do its own job. What the world refuses is no error but a finding.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file of authorities cannot be used.
    #[error("cannot use the file of authorities")]
    CaFile(#[source] TrustError),
    /// The process that loads the module cannot be started.
    #[error("cannot start the process that loads the module")]
    Worker(#[source] WorkerFailure),
    /// No runtime for the network.
    #[error("cannot wait on the network")]
    Runtime(#[source] std::io::Error),
    /// A thread of ours panicked.
    #[error("a part of the diagnosis ended abnormally: {0}")]
    Panicked(String),
}

impl Error {
    /// The error in the reader's language, one line, down to its root.
    pub fn say(&self, lang: Lang) -> String {
        let what = match (self, lang) {
            (Self::CaFile(_), Lang::Fr) => "--ca-file : fichier d'autorités inutilisable",
            (Self::CaFile(_), Lang::En) => "--ca-file: unusable file of authorities",
            (Self::Worker(_), Lang::Fr) => "le processus qui charge le module ne démarre pas",
            (Self::Worker(_), Lang::En) => "the process that loads the module does not start",
            (Self::Runtime(_), Lang::Fr) => "impossible d'attendre le réseau",
            (Self::Runtime(_), Lang::En) => "cannot wait on the network",
            (Self::Panicked(_), Lang::Fr) => "une partie du diagnostic s'est arrêtée anormalement",
            (Self::Panicked(_), Lang::En) => "a part of the diagnosis ended abnormally",
        };
        std::iter::successors(std::error::Error::source(self), |error| error.source())
            .fold(what.to_owned(), |line, cause| format!("{line}: {cause}"))
    }
}
