//! How are addresses asked, and how can that fail?

use std::io::Read;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{ForeignFailure, Text};

/// Asks one address. What this crate needs of a network, which it does not have.
pub trait Fetch {
    /// The answer's body, to be read to its end. Blocks; must end, and the reading too, by a
    /// deadline of its own.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one whose status is not 200.
    fn fetch(&self, request: &FetchRequest<'_>) -> Result<Box<dyn Read + Send>, FetchFailure>;
}

/// One question to one address.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FetchRequest<'a> {
    /// `http://…`, as the certificate has it.
    pub url: &'a str,
    /// Posted with this media type; none: it is only got.
    pub body: Option<(&'static str, &'a [u8])>,
}

/// How far a question came before it failed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct FetchFailure {
    /// Where on the way.
    pub phase: FetchPhase,
    /// What was answered there.
    pub failure: ForeignFailure,
    /// The proxy it went through, `host:port`; none: no proxy.
    pub proxy: Option<String>,
}

/// A step on the way to an address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FetchPhase {
    /// It is no address one can ask.
    Address,
    /// The proxy setting for it cannot be followed.
    Route,
    /// Its name, or the proxy's, has no address.
    Dns,
    /// It, or the proxy, takes no connection.
    Tcp,
    /// The proxy does not let it through.
    Proxy,
    /// The answer is not HTTP, or not 200.
    Http,
    /// The answer broke off or did not end in time.
    Body,
}

impl FetchPhase {
    pub(super) const fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Address => ("adresse inutilisable", "unusable address"),
            Self::Route => (
                "réglage du proxy impossible à suivre",
                "proxy setting that cannot be followed",
            ),
            Self::Dns => ("résolution du nom", "name resolution"),
            Self::Tcp => ("connexion TCP", "TCP connection"),
            Self::Proxy => ("proxy", "proxy"),
            Self::Http => ("réponse HTTP", "HTTP answer"),
            Self::Body => ("réception de la réponse", "receiving the answer"),
        };
        Text { fr, en }
    }
}
