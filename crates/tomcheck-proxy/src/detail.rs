//! What does the `proxy` key of a report hold?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Text;

use crate::{
    AddressException, ExceptionsSeen, Header, NameException, Route, SourceSeen, SourcesSeen,
    TunnelSeen,
};

/// Why nothing is said beyond a PAC script.
pub const PAC_NOT_EVALUATED: Text = Text {
    fr: "script de configuration du proxy (PAC) : cette version ne l'évalue pas",
    en: "proxy auto-configuration script (PAC): this version does not evaluate it",
};

/// The `proxy` key.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProxyDetail {
    /// Every setting and its answer.
    pub sources: Vec<SourceSeen>,
    /// The way taken.
    pub effective: Route,
    /// None when no script decides.
    pub pac: Option<PacDetail>,
    /// None when they were not compared.
    pub exceptions: Option<ExceptionsDetail>,
    /// None when no proxy was asked, or it gave no HTTP answer.
    pub connect: Option<ConnectDetail>,
    /// Whether the proxy opens TLS; none: not looked.
    pub interception: Option<String>,
}

/// A script that decides.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PacDetail {
    /// Where it is.
    pub url: String,
    /// What it returned; none: not evaluated.
    pub result: Option<String>,
    /// The line that returned it; none: not evaluated.
    pub winning_line: Option<String>,
    /// Why there is no result.
    pub error: Option<String>,
}

/// The site against the exceptions.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ExceptionsDetail {
    /// By name.
    pub name: NameException,
    /// By each address.
    pub addresses: Vec<AddressException>,
}

/// What the proxy answered to `CONNECT`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ConnectDetail {
    /// The first line, whole.
    pub status_line: String,
    /// Every header, in order.
    pub headers: Vec<Header>,
    /// The authentication schemes it asks for.
    pub schemes: Vec<String>,
    /// The product it says it is.
    pub product: Option<String>,
}

impl ProxyDetail {
    /// Gathers what the probes saw.
    pub fn new(
        sources: &SourcesSeen,
        exceptions: Option<&ExceptionsSeen>,
        tunnel: Option<&TunnelSeen>,
    ) -> Self {
        Self {
            sources: sources.sources.clone(),
            effective: sources.effective.clone(),
            pac: pac_detail(&sources.effective),
            exceptions: exceptions.map(|seen| ExceptionsDetail {
                name: seen.name.clone(),
                addresses: seen.addresses.clone(),
            }),
            connect: tunnel
                .and_then(TunnelSeen::reply)
                .map(|reply| ConnectDetail {
                    status_line: reply.status_line.clone(),
                    headers: reply.headers.clone(),
                    schemes: reply.schemes(),
                    product: reply.product(),
                }),
            interception: None,
        }
    }
}

fn pac_detail(route: &Route) -> Option<PacDetail> {
    let Route::Pac { url } = route else {
        return None;
    };
    Some(PacDetail {
        url: url.clone(),
        result: None,
        winning_line: None,
        error: Some(PAC_NOT_EVALUATED.en.to_owned()),
    })
}
