//! What does the `proxy` key of a report hold?

use serde::{Deserialize, Serialize};

use crate::{
    AddressException, ExceptionsSeen, Header, NameException, PacSeen, Route, SourceSeen,
    SourcesSeen, TunnelSeen,
};

/// The `proxy` key.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProxyDetail {
    /// Every setting and its answer.
    pub sources: Vec<SourceSeen>,
    /// The way taken.
    pub effective: Route,
    /// None where no script decides, or none was asked.
    pub pac: Option<PacDetail>,
    /// None when they were not compared.
    pub exceptions: Option<ExceptionsDetail>,
    /// None when no proxy was asked, or it gave no HTTP answer.
    pub connect: Option<ConnectDetail>,
    /// Who opens the secure connection on its way; none: nobody that shows, or it was not looked.
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
    /// What it gave to `alert`, at most 20 times.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alerts: Vec<String>,
    /// How many names it asked the DNS about.
    #[serde(default)]
    pub names: usize,
    /// How long that took, in milliseconds.
    #[serde(default)]
    pub names_ms: u64,
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
            pac: None,
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

    /// The same with the name of who opens the secure connection on its way.
    #[must_use]
    pub fn with_interceptor(self, interception: Option<String>) -> Self {
        Self {
            interception,
            ..self
        }
    }

    /// The same with what a script said.
    #[must_use]
    pub fn with_script(self, seen: Option<&PacSeen>) -> Self {
        Self {
            pac: seen.map(PacDetail::new),
            ..self
        }
    }
}

impl PacDetail {
    fn new(seen: &PacSeen) -> Self {
        let found = seen.found.as_ref().map(|found| found.url.clone());
        let line = seen.winning_line.as_ref();
        let not_fetched = seen.not_fetched.last();
        let fault = seen.fault.as_ref().map(ToString::to_string);
        Self {
            url: found.unwrap_or_else(|| seen.url.clone()),
            result: seen.answer.as_ref().map(|answer| answer.text.clone()),
            winning_line: line.map(|line| format!("{}: {}", line.number, line.text)),
            error: fault.or_else(|| not_fetched.map(|one| one.failure.to_string())),
            alerts: seen.alerts.clone(),
            names: seen.names,
            names_ms: seen.names_ms,
        }
    }
}
