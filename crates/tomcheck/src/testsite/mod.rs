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

use tomcheck_diagnosis::Lang;

pub use tomcheck_tls::TlsVersion;
pub use tomcheck_tls::server::Demand;

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
    /// How many connections it holds at once; more wait.
    pub most_connections: usize,
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
            most_connections: 8192,
        }
    }
}
