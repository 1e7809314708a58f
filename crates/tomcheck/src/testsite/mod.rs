//! What does a site that asks for a certificate receive from this workstation?
//!
//! The establishment's own sibling of the ANS's test site: it asks for a certificate, takes
//! whatever comes, and shows it. It keeps nothing of what it sees.

mod client;
mod connection;
mod error;
mod http1;
mod http2;
mod language;
mod me;
mod own_certificate;
mod page;
mod plain;
mod routes;
mod site;
mod words;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tomcheck_diagnosis::Lang;

pub use tomcheck_tls::TlsVersion;
pub use tomcheck_tls::server::{Demand, Patience};

pub use self::error::SiteError;
pub use self::me::Me;
pub use self::site::{TestSite, Told};

/// How the site behaves.
#[derive(Clone, Debug)]
pub struct TestSiteOptions {
    /// Where it speaks HTTPS.
    pub listen: SocketAddr,
    /// Where it speaks plain HTTP, to send everybody to the other; none: nowhere.
    pub plain: Option<SocketAddr>,
    /// Its certificate and its key, PEM; none: one made for this run.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// Whether somebody without a certificate sees a page.
    pub demand: Demand,
    /// Files of the authorities it accepts, PEM; none: it asks for any certificate.
    pub issuers: Vec<PathBuf>,
    /// The versions it speaks; empty: 1.2 and 1.3.
    pub versions: Vec<TlsVersion>,
    /// The language of the page where the browser asks for neither.
    pub lang: Lang,
    /// What one client may take of it.
    pub limits: Limits,
}

/// What clients may take of a site that anybody can reach.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections held at once; more wait.
    pub connections: usize,
    /// How many of them may speak HTTP/2; the others are left HTTP/1.1. One of HTTP/2 takes as much
    /// memory while it waits as four of those.
    pub http2: usize,
    /// For the handshake.
    pub patience: Patience,
    /// For the head of a request, once it has begun.
    pub head: Duration,
    /// For a request and its answer: a client may read slowly, and not for ever.
    pub exchange: Duration,
    /// For a connection on which nothing is asked; a browser keeps one for its next page.
    pub idle: Duration,
    /// For what is under way when the site closes.
    pub parting: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8192,
            http2: 128,
            patience: Patience::default(),
            head: Duration::from_secs(10),
            exchange: Duration::from_secs(30),
            idle: Duration::from_secs(60),
            parting: Duration::from_secs(5),
        }
    }
}

impl Default for TestSiteOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8443)),
            plain: None,
            identity: None,
            demand: Demand::Optional,
            issuers: Vec::new(),
            versions: Vec::new(),
            lang: Lang::Fr,
            limits: Limits::default(),
        }
    }
}
