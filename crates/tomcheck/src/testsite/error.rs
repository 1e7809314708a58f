//! Why is there no test site?

use std::net::SocketAddr;

use tomcheck_diagnosis::Lang;
use tomcheck_tls::TrustError;
use tomcheck_tls::server::{IdentityError, ServerError};

/// The site cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// A file of authorities cannot be used.
    #[error("cannot use the file of authorities")]
    Issuers(#[source] TrustError),
    /// The certificate or its key cannot be used.
    #[error("cannot use the certificate or its key")]
    Identity(#[source] IdentityError),
    /// No certificate could be made.
    #[error("cannot make a certificate")]
    OwnCertificate(#[source] rcgen::Error),
    /// The certificate, the key and the options make no TLS server.
    #[error("cannot set TLS up")]
    Tls(#[source] ServerError),
    /// The address is not to be had.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

impl SiteError {
    /// The error in the reader's language, one line, down to its root.
    pub fn say(&self, lang: Lang) -> String {
        let (what, cause) = match (self, lang) {
            (Self::Issuers(error), _) => {
                return crate::error::authorities(error, "--issuers", lang);
            }
            (Self::Identity(error), _) => return identity(error, lang),
            (Self::OwnCertificate(error), Lang::Fr) => (
                "impossible de fabriquer un certificat".to_owned(),
                error.to_string(),
            ),
            (Self::OwnCertificate(error), Lang::En) => {
                ("cannot make a certificate".to_owned(), error.to_string())
            }
            (Self::Tls(error), Lang::Fr) => (
                "ce certificat, cette clé ou ces autorités ne conviennent pas".to_owned(),
                error.to_string(),
            ),
            (Self::Tls(error), Lang::En) => (
                "this certificate, key or these authorities will not do".to_owned(),
                error.to_string(),
            ),
            (Self::Listen { address, source }, Lang::Fr) => (
                format!("impossible d'écouter sur {address}"),
                source.to_string(),
            ),
            (Self::Listen { address, source }, Lang::En) => {
                (format!("cannot listen on {address}"), source.to_string())
            }
        };
        format!("{what}{}{cause}", colon(lang))
    }
}

fn identity(error: &IdentityError, lang: Lang) -> String {
    if lang == Lang::En {
        let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
        return format!("{error}{}", cause.unwrap_or_default());
    }
    match error {
        IdentityError::Unreadable { path, source } => {
            format!("{} : lecture impossible : {source}", path.display())
        }
        IdentityError::NotPem { path, what } => {
            format!("{} n'est pas un fichier PEM : {what}", path.display())
        }
        IdentityError::NoCertificate(path) => format!(
            "{} ne contient aucun certificat (PEM « BEGIN CERTIFICATE » attendu)",
            path.display()
        ),
        IdentityError::NoKey(path) => format!(
            "{} ne contient aucune clé privée (PEM « BEGIN PRIVATE KEY » attendu)",
            path.display()
        ),
        IdentityError::KeyEncrypted(path) => format!(
            "{} : la clé est protégée par un mot de passe ; il la faut sans mot de passe",
            path.display()
        ),
        other => other.to_string(),
    }
}

fn colon(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => " : ",
        Lang::En => ": ",
    }
}
