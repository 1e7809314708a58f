//! Why could tomcheck not do its own job?

use tomcheck_cert::{TraceFailure, WorkerFailure};
use tomcheck_diagnosis::{Lang, Text};
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
    /// There is no module to load; a diagnosis says why.
    #[error("no PKCS#11 module to load")]
    NoModule,
    /// The module's trace could not be turned on, or not be put back.
    #[error("cannot trace the module")]
    Trace(#[source] TraceFailure),
    /// A thread of ours panicked.
    #[error("a part of the diagnosis ended abnormally: {0}")]
    Panicked(String),
}

impl Error {
    /// The error in the reader's language, one line, down to its root.
    pub fn say(&self, lang: Lang) -> String {
        let colon = if lang == Lang::Fr { " :" } else { ":" };
        let causes = std::iter::successors(self.source_to_tell(), |error| error.source());
        causes.fold(self.what(lang), |line, cause| {
            format!("{line}{colon} {cause}")
        })
    }

    fn what(&self, lang: Lang) -> String {
        let text = match self {
            Self::CaFile(error) => return authorities(error, lang),
            Self::Worker(_) => Text {
                fr: "le processus qui charge le module ne démarre pas",
                en: "the process that loads the module does not start",
            },
            Self::Runtime(_) => Text {
                fr: "impossible d'attendre le réseau",
                en: "cannot wait on the network",
            },
            Self::NoModule => Text {
                fr: "aucun module PKCS#11 à charger",
                en: "no PKCS#11 module to load",
            },
            Self::Trace(_) => Text {
                fr: "les traces du module ne peuvent pas être relevées",
                en: "the module's trace cannot be had",
            },
            Self::Panicked(_) => Text {
                fr: "une partie du diagnostic s'est arrêtée anormalement",
                en: "a part of the diagnosis ended abnormally",
            },
        };
        text.get(lang).to_owned()
    }

    /// What [`Self::what`] does not say yet.
    fn source_to_tell(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::CaFile(error) => std::error::Error::source(error),
            other => std::error::Error::source(other),
        }
    }
}

/// What is wrong with the file of authorities, and which file.
fn authorities(error: &TrustError, lang: Lang) -> String {
    let (path, what) = match error {
        TrustError::Unreadable { path, .. } => (
            path,
            Text {
                fr: "fichier illisible",
                en: "the file cannot be read",
            },
        ),
        TrustError::NotPem { path, .. } => (
            path,
            Text {
                fr: "ce n'est pas un fichier PEM",
                en: "this is no PEM file",
            },
        ),
        TrustError::NoCertificate { path } => (
            path,
            Text {
                fr: "aucun certificat dans ce fichier",
                en: "no certificate in this file",
            },
        ),
        TrustError::Malformed { path, .. } => (
            path,
            Text {
                fr: "un certificat de ce fichier est abîmé",
                en: "a certificate of this file is broken",
            },
        ),
        other => return format!("--ca-file: {other}"),
    };
    let what = what.get(lang);
    match lang {
        Lang::Fr => format!("--ca-file {} : {what}", path.display()),
        Lang::En => format!("--ca-file {}: {what}", path.display()),
    }
}
