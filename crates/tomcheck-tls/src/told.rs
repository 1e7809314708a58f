//! What passed, put in the order of an observation.

use std::time::Instant;

use crate::alert;
use crate::certificate::{DistinguishedName, ServerCertificate};
use crate::handshake::HandshakeProbe;
use crate::http;
use crate::record::RecordSeen;
use crate::resolve::micros;
use crate::rustls_adapter::{EngineFailure, Ledger, Shared};
use crate::scheme::{Scheme, TlsVersion, usable_schemes};
use crate::seen::{
    AlertSeen, ClientAuthSeen, CredentialSeen, Ending, HandshakeSeen, HttpSeen, IssuerVerdict,
    Moment, Phase, PhaseName, Presented, Requested, SentBy, ServerVerdict, SignatureSeen,
    TokenOffer,
};

/// What the driver wrote down; what rustls showed is in its ledger.
pub(crate) struct Story {
    pub(crate) ledger: Shared,
    pub(crate) begun: Instant,
    pub(crate) started_at: tomcheck_diagnosis::Instant,
    pub(crate) marks: Marks,
    pub(crate) records: Vec<RecordSeen>,
    pub(crate) version: Option<TlsVersion>,
    pub(crate) cipher: Option<String>,
    pub(crate) has_server_hello: bool,
    pub(crate) has_hello_request: bool,
    /// As much of the HTTP answer as came.
    pub(crate) head: Vec<u8>,
    pub(crate) peer_alert: Option<u8>,
    pub(crate) our_alert: Option<u8>,
    pub(crate) our_clear_alert: Option<u8>,
    /// Our last flight is out.
    pub(crate) has_answered: bool,
    /// Our clock when the head of the answer was whole.
    pub(crate) heard_at: tomcheck_diagnosis::Instant,
    pub(crate) oddity: Option<EngineFailure>,
}

/// When what happened.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    pub(crate) hello: Option<Instant>,
    pub(crate) first_byte: Option<Instant>,
    pub(crate) finished: Option<Instant>,
    pub(crate) request: Option<Instant>,
    pub(crate) answered: Option<Instant>,
}

impl Story {
    pub(crate) fn begin(ledger: Shared) -> Self {
        Self {
            ledger,
            begun: Instant::now(),
            started_at: tomcheck_diagnosis::Instant::now(),
            marks: Marks::default(),
            records: Vec::new(),
            version: None,
            cipher: None,
            has_server_hello: false,
            has_hello_request: false,
            head: Vec::new(),
            peer_alert: None,
            our_alert: None,
            our_clear_alert: None,
            has_answered: false,
            heard_at: tomcheck_diagnosis::Instant::now(),
            oddity: None,
        }
    }

    pub(crate) fn is_server_verified(&self) -> bool {
        let verified = |(_, verdict): &(_, ServerVerdict)| *verdict == ServerVerdict::Verified;
        self.ledger
            .with(|ledger| ledger.judged.as_ref().is_some_and(verified))
    }

    pub(crate) fn was_asked(&self) -> bool {
        self.ledger.with(|ledger| ledger.request.is_some())
    }

    pub(crate) fn has_signed(&self) -> bool {
        self.ledger.with(|ledger| ledger.signing.is_some())
    }

    pub(crate) fn has_failed_to_sign(&self) -> bool {
        self.ledger.with(|ledger| ledger.has_failed_to_sign())
    }

    #[cfg(feature = "legacy-tls")]
    pub(crate) fn has_judged_server(&self) -> bool {
        self.ledger.with(|ledger| ledger.judged.is_some())
    }

    #[cfg(feature = "legacy-tls")]
    pub(crate) fn has_refused_server(&self) -> bool {
        self.has_judged_server() && !self.is_server_verified()
    }

    pub(crate) fn hello_time(&self) -> std::time::Duration {
        let between = self.marks.hello.zip(self.marks.first_byte);
        between
            .map(|(from, to)| to.saturating_duration_since(from))
            .unwrap_or_default()
    }
}

/// The observation.
pub(crate) fn tell(probe: &HandshakeProbe, story: Story, ending: Ending) -> HandshakeSeen {
    let ledger = story.ledger.with(std::mem::take);
    let token = offer(probe, &story, &ledger, &ending);
    HandshakeSeen {
        server_name: probe.host.clone(),
        port: probe.port,
        started_at: story.started_at,
        offered: probe.versions.offered().to_vec(),
        negotiated: story.version,
        phases: phases(&story, &ledger),
        server_chain: ledger
            .server_chain
            .iter()
            .map(|der| ServerCertificate::of(der))
            .collect(),
        trusted_roots: probe.trust.len(),
        roots_from: probe.trust.origins().to_vec(),
        server_verdict: ledger
            .judged
            .as_ref()
            .map_or(ServerVerdict::NotSeen, |j| j.1.clone()),
        client_auth: client_auth(&story, &ledger),
        token,
        alert: alert_of(&story, &ending),
        http: http_of(&story, &ending),
        ending,
        cipher: story.cipher,
        records: story.records,
        without_tls13: None,
        legacy: None,
    }
}

fn client_auth(story: &Story, ledger: &Ledger) -> ClientAuthSeen {
    let request = ledger.request.as_ref();
    let authorities = request.map(|request| request.authorities.as_slice());
    let schemes = request.map(|request| request.schemes.as_slice());
    ClientAuthSeen {
        requested: requested(story, ledger),
        certificate_authorities: names(authorities.unwrap_or_default()),
        signature_schemes: schemes
            .unwrap_or_default()
            .iter()
            .map(|n| Scheme::of(*n))
            .collect(),
    }
}

/// In both versions the server's demand comes before its own certificate is judged.
fn requested(story: &Story, ledger: &Ledger) -> Requested {
    if ledger.request.is_some() || story.oddity == Some(EngineFailure::NoScheme) {
        Requested::InHandshake
    } else if story.oddity == Some(EngineFailure::PostHandshakeRequest) {
        Requested::PostHandshake
    } else if story.has_hello_request {
        Requested::Renegotiation
    } else if ledger.judged.is_some() {
        Requested::Never
    } else {
        Requested::Unknown
    }
}

fn offer(probe: &HandshakeProbe, story: &Story, ledger: &Ledger, ending: &Ending) -> TokenOffer {
    let credential = probe.credential.as_ref();
    let mechanisms = credential
        .map(|credential| credential.fitting())
        .unwrap_or_default();
    let request = ledger.request.as_ref();
    let offered: Vec<_> = request
        .iter()
        .flat_map(|r| &r.schemes)
        .map(|n| Scheme::of(*n))
        .collect();
    let version = story.version.unwrap_or(TlsVersion::Tls12);
    TokenOffer {
        credential: match credential.map(|credential| credential.signer.is_some()) {
            None => CredentialSeen::Absent,
            Some(false) => CredentialSeen::WithoutSigner,
            Some(true) => CredentialSeen::WithSigner,
        },
        usable_schemes: usable_schemes(&offered, &mechanisms, version),
        mechanisms,
        issuers: names(&credential.map(|it| it.issuers()).unwrap_or_default()),
        issuer: request.map_or(IssuerVerdict::NotAsked, |request| request.issuer),
        presented: presented(story, ledger, ending),
        signature: signature(ledger),
    }
}

fn presented(story: &Story, ledger: &Ledger, ending: &Ending) -> Presented {
    let wanted = ledger
        .request
        .as_ref()
        .map_or(Presented::NotAsked, |request| request.presented);
    let is_verified = matches!(ledger.judged, Some((_, ServerVerdict::Verified)));
    match ending {
        _ if wanted != Presented::Sent => wanted,
        Ending::SignatureFailed => Presented::KeptSignatureFailed,
        _ if !is_verified => Presented::KeptServerNotVerified,
        _ if !story.has_answered => Presented::NotAsked,
        _ => Presented::Sent,
    }
}

fn signature(ledger: &Ledger) -> SignatureSeen {
    let Some(signing) = &ledger.signing else {
        return SignatureSeen::NotAsked;
    };
    let scheme = Scheme::of(signing.scheme);
    match &signing.ended {
        Some((_, Ok(()))) => SignatureSeen::Made { scheme },
        Some((_, Err(failure))) => SignatureSeen::Failed {
            scheme,
            failure: failure.clone(),
        },
        None => SignatureSeen::Unanswered {
            scheme,
            waited_ms: micros(signing.begun) / 1000,
        },
    }
}

fn alert_of(story: &Story, ending: &Ending) -> Option<AlertSeen> {
    let ours = story.our_alert.or(story.our_clear_alert);
    let (number, sent_by, moment) = match ending {
        Ending::Alert { moment } => (story.peer_alert?, SentBy::Peer, *moment),
        Ending::ServerNotVerified => (ours?, SentBy::Us, Moment::AfterServerHello),
        Ending::NoCommonVersion => (ours?, SentBy::Us, Moment::BeforeCertificate),
        Ending::Protocol { moment, .. } => (ours?, SentBy::Us, *moment),
        _ => return None,
    };
    Some(AlertSeen {
        number,
        name: alert::name_of(number).map(str::to_owned),
        sent_by,
        moment,
    })
}

fn http_of(story: &Story, ending: &Ending) -> HttpSeen {
    match story.marks.request {
        None => HttpSeen::NotAsked,
        Some(_) if *ending != Ending::Complete => HttpSeen::NoAnswer,
        Some(_) => http::answer(&story.head, story.heard_at),
    }
}

fn names(raw: &[Vec<u8>]) -> Vec<DistinguishedName> {
    raw.iter().map(|der| DistinguishedName::of(der)).collect()
}

fn phases(story: &Story, ledger: &Ledger) -> Vec<Phase> {
    let marks = &story.marks;
    let judged = ledger.judged.as_ref().map(|(at, _)| *at);
    let signing = ledger.signing.as_ref();
    let signed = signing.and_then(|signing| signing.ended.as_ref().map(|(at, _)| *at));
    let steps = [
        (PhaseName::Hello, marks.hello, marks.first_byte),
        (PhaseName::Certificate, marks.first_byte, judged),
        (
            PhaseName::Request,
            marks.first_byte,
            ledger.request.as_ref().map(|r| r.at),
        ),
        (
            PhaseName::Signature,
            signing.map(|signing| signing.begun),
            signed,
        ),
        (PhaseName::Finished, signed.or(judged), marks.finished),
        (PhaseName::Http, marks.request, marks.answered),
    ];
    let between = |from: Instant, to: Instant| {
        let time = to.saturating_duration_since(from).as_micros();
        u64::try_from(time).unwrap_or(u64::MAX)
    };
    steps
        .into_iter()
        .filter_map(|(name, from, to)| {
            let (from, to) = from.zip(to)?;
            Some(Phase {
                name,
                start_us: between(story.begun, from),
                duration_us: between(from, to),
            })
        })
        .collect()
}
