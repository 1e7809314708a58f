//! What does the `tls` key of a report hold?

use std::collections::BTreeMap;

use serde::Serialize;

use crate::ServerCertificate;
use crate::differential::DifferentialSeen;
use crate::scheme::{Scheme, TlsVersion};
use crate::seen::{
    AlertSeen, ClientAuthSeen, HandshakeSeen, Phase, PhaseName, Requested, ServerVerdict,
};

/// The `tls` key of a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TlsDetails {
    /// By step.
    pub phases: BTreeMap<PhaseName, PhaseTime>,
    /// Offered and agreed on.
    pub versions: VersionsDetails,
    /// As IANA names it.
    pub cipher: Option<String>,
    /// The server's own certificate first.
    pub server_chain: Vec<ServerCertificate>,
    /// Whether it verifies.
    pub server_verdict: ServerVerdict,
    /// What the server asked of the client.
    pub client_auth: ClientAuthDetails,
    /// What the token can do.
    pub token: TokenDetails,
    /// The alert that ended it.
    pub alert: Option<AlertSeen>,
    /// What was tried to explain it; none: nothing.
    pub differential: Option<DifferentialSeen>,
}

impl TlsDetails {
    /// The same with the trials made after the handshake.
    #[must_use]
    pub fn with_trials(mut self, differential: Option<DifferentialSeen>) -> Self {
        self.differential = differential;
        self
    }
}

/// When a step began, and how long it took.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct PhaseTime {
    /// Microseconds from the first step.
    pub start_us: u64,
    /// Microseconds it took.
    pub duration_us: u64,
}

/// Offered and agreed on.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct VersionsDetails {
    /// Newest first.
    pub offered: Vec<TlsVersion>,
    /// None: it never came to that.
    pub negotiated: Option<TlsVersion>,
}

/// What the server asked of the client.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClientAuthDetails {
    /// Whether and when it asked.
    pub requested: Requested,
    /// Readable names of the issuers it accepts.
    pub certificate_authorities: Vec<String>,
    /// The signature schemes it accepts, as IANA names them; a number nobody knows stays one.
    pub signature_schemes: Vec<String>,
}

/// What the token can do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TokenDetails {
    /// With its authentication key, as PKCS#11 names them.
    pub mechanisms: Vec<String>,
    /// The server's schemes that it can make.
    pub usable_schemes: Vec<String>,
}

/// The `tls` key for one handshake; `earlier` are the steps before it (dns, tcp, proxy),
/// after whose end the handshake's own times are counted.
pub fn details(seen: &HandshakeSeen, earlier: &[Phase]) -> TlsDetails {
    let offset = earlier.iter().map(Phase::end_us).max().unwrap_or(0);
    let later = seen.phases.iter().map(|phase| phase.shifted(offset));
    TlsDetails {
        phases: earlier.iter().copied().chain(later).map(timed).collect(),
        versions: VersionsDetails {
            offered: seen.offered.clone(),
            negotiated: seen.negotiated,
        },
        cipher: seen.cipher.clone(),
        server_chain: seen.server_chain.clone(),
        server_verdict: seen.server_verdict.clone(),
        client_auth: client_auth(&seen.client_auth),
        token: TokenDetails {
            mechanisms: seen.token.mechanisms.iter().map(|m| m.label()).collect(),
            usable_schemes: names(&seen.token.usable_schemes),
        },
        alert: seen.alert.clone(),
        differential: None,
    }
}

fn client_auth(seen: &ClientAuthSeen) -> ClientAuthDetails {
    let authorities = seen.certificate_authorities.iter();
    ClientAuthDetails {
        requested: seen.requested,
        certificate_authorities: authorities.map(|name| name.text.clone()).collect(),
        signature_schemes: names(&seen.signature_schemes),
    }
}

fn names(schemes: &[Scheme]) -> Vec<String> {
    let name = |scheme: &Scheme| scheme.name.clone().unwrap_or_else(|| scheme.label());
    schemes.iter().map(name).collect()
}

fn timed(phase: Phase) -> (PhaseName, PhaseTime) {
    let time = PhaseTime {
        start_us: phase.start_us,
        duration_us: phase.duration_us,
    };
    (phase.name, time)
}

impl Phase {
    fn end_us(&self) -> u64 {
        self.start_us.saturating_add(self.duration_us)
    }

    fn shifted(&self, by_us: u64) -> Self {
        let start_us = self.start_us.saturating_add(by_us);
        Self { start_us, ..*self }
    }
}
