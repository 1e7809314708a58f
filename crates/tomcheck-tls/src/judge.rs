//! What does a handshake mean for the person?

use tomcheck_diagnosis::{
    Evidence, Finding, FindingKind, ForeignFailure, Instant, Observation, Severity, Text,
};

use crate::alert_words::sentence_of;
use crate::rustls_adapter::TOO_LONG;
use crate::seen::{
    AlertSeen, CredentialSeen, Ending, HandshakeSeen, HttpSeen, IssuerVerdict, Moment, Presented,
    Requested, ServerVerdict, SignatureSeen, Tls12Seen,
};
use crate::tls_findings as kind;
use crate::words::*;

impl Observation for HandshakeSeen {
    /// One finding a cause, the most specific; how the handshake ended is judged only when
    /// nothing before explains it.
    fn findings(&self) -> Vec<Finding> {
        let server = of_server(self);
        let impostor = server.as_ref().and_then(impostor);
        let demands = [of_demand(self), of_issuer(self), of_schemes(self)];
        let demands = demands.into_iter().flatten().map(|finding| Finding {
            consequence_of: impostor,
            ..finding
        });
        let mut findings: Vec<Finding> = server.into_iter().chain(demands).collect();
        if findings.is_empty() {
            findings.extend(of_ending(self));
        }
        findings.extend(of_clock(self));
        findings
    }
}

/// A server that is not the right one does not demand what the right one does. One whose
/// certificate has expired may well be the right one.
fn impostor(server: &Finding) -> Option<&'static str> {
    (server.kind != &kind::SERVER_EXPIRED).then_some(server.kind.code)
}

/// Judges this machine's clock by that of a host that answered at the same time. Over five
/// minutes apart is a warning; whoever knows what it explains makes it a fault.
pub fn clock_skewed(host: &str, local: Instant, remote: Instant) -> Option<Finding> {
    let apart = local.unix().abs_diff(remote.unix());
    let finding = Finding::of(&kind::CLOCK_SKEWED)
        .with(Evidence::new("server", SERVER, host))
        .with(Evidence::new("local", LOCAL, local))
        .with(Evidence::new("remote", REMOTE, remote));
    (apart > TOLERATED_SECONDS).then_some(finding)
}

const TOLERATED_SECONDS: u64 = 300;

fn of_clock(seen: &HandshakeSeen) -> Option<Finding> {
    let HttpSeen::Answered {
        date, received_at, ..
    } = &seen.http
    else {
        return None;
    };
    clock_skewed(&seen.server_name, *received_at, (*date)?)
}

fn of_server(seen: &HandshakeSeen) -> Option<Finding> {
    let finding = |kind| Some(with_chain(finding(seen, kind), seen));
    match &seen.server_verdict {
        ServerVerdict::NotSeen | ServerVerdict::Verified => None,
        ServerVerdict::Untrusted {
            missing_issuer,
            reason,
        } => {
            let (authority, why) = authority_of(seen, missing_issuer.as_deref());
            finding(&kind::SERVER_UNTRUSTED).map(|finding| {
                let finding = finding
                    .with(Evidence::new("missing_issuer", AUTHORITY, authority))
                    .with(Evidence::new("why", WHY, why))
                    .with(Evidence::raw("webpki", reason.clone()));
                match seen.trusted_roots {
                    0 => finding.noting(NO_ROOTS),
                    _ => finding,
                }
            })
        }
        ServerVerdict::Expired { now, not_after } => finding(&kind::SERVER_EXPIRED).map(|f| {
            f.with(Evidence::new("now", LOCAL, *now))
                .with(Evidence::new("not_after", NOT_AFTER, *not_after))
        }),
        ServerVerdict::NotYetValid { now, not_before } => {
            finding(&kind::SERVER_EXPIRED).map(|finding| {
                finding
                    .with(Evidence::new("now", LOCAL, *now))
                    .with(Evidence::new("not_before", NOT_BEFORE, *not_before))
                    .noting(NOT_YET)
            })
        }
        ServerVerdict::NameMismatch { asked, presented } => {
            finding(&kind::SERVER_NAME).map(|finding| {
                finding
                    .with(Evidence::new("asked", ASKED, &**asked))
                    .with(Evidence::new("presented", PRESENTED, presented.join(", ")))
            })
        }
    }
}

/// Which authority is at stake, and why its word does not do.
fn authority_of<'a>(seen: &'a HandshakeSeen, missing: Option<&'a str>) -> (&'a str, Text) {
    let leaf = seen.server_chain.first();
    match (missing, leaf.and_then(|leaf| leaf.issuer.as_deref())) {
        (Some(missing), _) => (missing, UNKNOWN),
        (None, Some(issuer)) => (issuer, IRREGULAR),
        (None, None) => ("?", UNREADABLE),
    }
}

fn of_demand(seen: &HandshakeSeen) -> Option<Finding> {
    let kind = match demanded(seen) {
        Requested::Never if is_past_handshake(seen) => &kind::NOT_REQUESTED,
        Requested::Renegotiation => &kind::RENEGOTIATION,
        Requested::PostHandshake => &kind::POST_HANDSHAKE,
        _ => return None,
    };
    let finding = with_alert(with_version(finding(seen, kind), seen), seen);
    Some(match may_demand_later(seen) {
        true => finding.noting(MAY_DEMAND_LATER),
        false => with_legacy(finding, seen),
    })
}

/// A TLS 1.3 server asks after the handshake only whom it heard offer that, which rustls does
/// not (RFC 8446 §4.2.6): then the other connection knows.
fn demanded(seen: &HandshakeSeen) -> Requested {
    let later = seen.legacy.map(|legacy| legacy.requested);
    match (seen.client_auth.requested, later) {
        (Requested::Never, Some(Requested::PostHandshake | Requested::Renegotiation)) => {
            later.unwrap_or(Requested::Never)
        }
        (requested, _) => requested,
    }
}

/// It asked nothing, and refuses the page as it would for want of a certificate.
fn may_demand_later(seen: &HandshakeSeen) -> bool {
    seen.legacy.is_none() && seen.may_demand_later()
}

fn with_legacy(finding: Finding, seen: &HandshakeSeen) -> Finding {
    match seen.legacy.is_some_and(|legacy| legacy.is_opened()) {
        true => finding.noting(OPENED_SO),
        false => finding,
    }
}

/// What stopped a connection that renegotiates, answers a later demand and speaks old versions.
pub(crate) fn of_legacy(seen: &HandshakeSeen, failure: Option<&ForeignFailure>) -> Vec<Finding> {
    let names_schemes = !seen.client_auth.signature_schemes.is_empty();
    let asked = |seen| of_schemes(seen).filter(|_| names_schemes);
    let found = of_server(seen)
        .or_else(|| of_issuer(seen))
        .or_else(|| asked(seen));
    let found = found.or_else(|| match failure {
        Some(failure) => Some(finding(seen, &kind::HANDSHAKE_FAILURE).with(failure)),
        None => of_ending(seen),
    });
    // that the versions differ was said of the first handshake
    let news = |finding: &Finding| finding.kind != &kind::VERSION;
    found.into_iter().filter(news).collect()
}

fn is_past_handshake(seen: &HandshakeSeen) -> bool {
    match seen.ending {
        Ending::Complete | Ending::ServerNotVerified => true,
        _ => moment_of(&seen.ending).is_some_and(|moment| moment >= Moment::AfterFinished),
    }
}

fn of_issuer(seen: &HandshakeSeen) -> Option<Finding> {
    if seen.token.issuer != IssuerVerdict::NotAccepted {
        return None;
    }
    let issuer = seen.token.issuers.first().map_or("?", |name| &name.text);
    let accepted = seen.client_auth.certificate_authorities.iter();
    let accepted = accepted.map(|name| Evidence::raw("certificate_authorities", &*name.text));
    let finding = finding(seen, &kind::ISSUER).with(Evidence::new("issuer", ISSUER, issuer));
    Some(with_alert(finding, seen).with_all(accepted.take(MOST_NAMES)))
}

fn of_schemes(seen: &HandshakeSeen) -> Option<Finding> {
    let token = &seen.token;
    // a demand by renegotiation rustls does not hear out
    let was_asked = seen.client_auth.requested == Requested::InHandshake
        || !seen.client_auth.signature_schemes.is_empty();
    let could_answer = token.credential != CredentialSeen::Absent;
    if !was_asked || !could_answer || !token.usable_schemes.is_empty() {
        return None;
    }
    let offered: Vec<_> = seen
        .client_auth
        .signature_schemes
        .iter()
        .map(|s| s.label())
        .collect();
    let mechanisms: Vec<_> = token.mechanisms.iter().map(|m| m.label()).collect();
    let finding = with_version(finding(seen, &kind::SCHEME), seen)
        .with(Evidence::new("schemes", SCHEMES, offered.join(", ")))
        .with(Evidence::new(
            "mechanisms",
            MECHANISMS,
            mechanisms.join(", "),
        ));
    let finding = with_alert(finding, seen);
    Some(match seen.without_tls13 {
        None => finding,
        Some(Tls12Seen::WouldPass) => finding.noting(TLS12_PASSES),
        Some(Tls12Seen::NoCommonScheme) => finding.noting(TLS12_NO_SCHEME),
        Some(Tls12Seen::NotSpoken) => finding.noting(TLS12_NOT_SPOKEN),
    })
}

fn of_ending(seen: &HandshakeSeen) -> Option<Finding> {
    match &seen.ending {
        Ending::Complete => of_http(seen),
        Ending::ServerNotVerified => None,
        Ending::SignatureFailed => Some(of_signature(seen)),
        Ending::NotTls { first_bytes, text } => {
            let shown = text.as_ref().unwrap_or(first_bytes);
            Some(finding(seen, &kind::NOT_TLS).with(Evidence::new("first", FIRST, &**shown)))
        }
        Ending::NoCommonVersion => {
            let finding = with_alert(with_offer(seen, &kind::VERSION), seen);
            Some(with_legacy(finding, seen))
        }
        Ending::Alert { moment } => of_alert(seen, seen.alert.as_ref()?, *moment),
        Ending::Broken { moment, failure } => {
            Some(of_cut(seen, *moment, Cut::by(failure))?.with(failure))
        }
        Ending::Closed { moment } => {
            let fin = Evidence::new("closing", CLOSING, "FIN");
            Some(of_cut(seen, *moment, Cut::CLOSE)?.with(fin))
        }
        Ending::Silent {
            moment,
            waited_ms,
            since_hello_ms,
        } => {
            let since = Evidence::new("since_hello", SINCE_HELLO, format!("{since_hello_ms} ms"));
            let silence = Evidence::new("silence", SILENCE, format!("{waited_ms} ms"));
            let finding = of_cut(seen, *moment, Cut::SILENCE)?.with(silence);
            Some(finding.with_all(seen.has_heard().then_some(since)))
        }
        Ending::Protocol { reason, .. } => {
            let finding = with_alert(finding(seen, &kind::HANDSHAKE_FAILURE), seen);
            let finding = finding.with(Evidence::raw("rustls", reason.clone()));
            Some(match reason == TOO_LONG {
                // the site may be fine: others read more
                true => with_legacy(finding, seen)
                    .noting(MESSAGE_TOO_LONG)
                    .at(Severity::Warning),
                false => finding,
            })
        }
    }
}

/// What the key answered is a finding about the token; here it only ended the handshake.
fn of_signature(seen: &HandshakeSeen) -> Finding {
    let finding = finding(seen, &kind::HANDSHAKE_FAILURE).noting(NOT_SIGNED);
    match &seen.token.signature {
        SignatureSeen::Failed { failure, .. } => finding.with(failure),
        SignatureSeen::Unanswered { waited_ms, .. } => finding.with(Evidence::new(
            "signature",
            SIGNATURE,
            format!("> {waited_ms} ms"),
        )),
        SignatureSeen::NotAsked | SignatureSeen::Made { .. } => finding,
    }
}

fn of_http(seen: &HandshakeSeen) -> Option<Finding> {
    let HttpSeen::Answered {
        status,
        status_line,
        title,
        ..
    } = &seen.http
    else {
        return None;
    };
    // Whoever was not allowed to show a certificate is told so by every site.
    if *status < 400 || seen.token.presented != Presented::Sent {
        return None;
    }
    let page = title.as_deref().unwrap_or_default();
    let finding = finding(seen, of_refusal(*status, page))
        .with(Evidence::new("status", STATUS, status.to_string()))
        .with(Evidence::raw("HTTP", &**status_line));
    Some(
        finding.with_all(
            title
                .iter()
                .map(|title| Evidence::new("page", PAGE, &**title)),
        ),
    )
}

/// nginx judges the certificate once the handshake is over, and answers with statuses of its own
/// (495, 496), which leave it as a 400 with a page that says so; others have taken them over.
///
/// Source: nginx, `ngx_http_request.h` and `ngx_http_special_response.c`.
fn of_refusal(status: u16, page: &str) -> &'static FindingKind {
    match status {
        495 => &kind::REJECTED,
        496 => &kind::REQUIRED,
        400 if page.contains("No required SSL certificate was sent") => &kind::REQUIRED,
        400 if page.contains("The SSL certificate error") => &kind::REJECTED,
        _ => &kind::APPLICATION_REFUSED,
    }
}

fn of_alert(seen: &HandshakeSeen, alert: &AlertSeen, moment: Moment) -> Option<Finding> {
    let was_sent = seen.token.presented == Presented::Sent;
    let answers_ours = moment >= Moment::AfterOurCertificate;
    if answers_ours && is_for_want_of_a_certificate(seen, alert) {
        return None;
    }
    let found = match alert.number {
        PROTOCOL_VERSION => with_legacy(with_offer(seen, &kind::VERSION), seen),
        HANDSHAKE_FAILURE | INSUFFICIENT_SECURITY if moment == Moment::BeforeCertificate => {
            with_offer(seen, &kind::NO_COMMON_CIPHER)
        }
        42..=46 | 48 | 49 if was_sent && answers_ours => finding(seen, &kind::REJECTED),
        DECRYPT_ERROR if was_sent && answers_ours => finding(seen, &kind::SIGNATURE_REJECTED),
        CERTIFICATE_REQUIRED if answers_ours => finding(seen, &kind::REQUIRED),
        HANDSHAKE_FAILURE if !was_sent && answers_ours => finding(seen, &kind::REQUIRED),
        _ => finding(seen, &kind::HANDSHAKE_FAILURE),
    };
    let note = match (alert.number, moment) {
        _ if seen.token.presented == Presented::KeptByOpenssl => KEPT_BY_OPENSSL,
        // with its certificate the server asks for ours, and says whose it accepts
        (INTERNAL_ERROR, Moment::AfterServerHello) => LIST_TOO_LONG,
        (number, _) => sentence_of(number, moment, was_sent).unwrap_or(moment_text(moment)),
    };
    Some(with_alert(found, seen).noting(note))
}

/// The server demands a certificate, and nobody had allowed us to use one: the card part
/// was not asked, which is no fault. GnuTLS in TLS 1.2 says of the empty one that it cannot be
/// decoded (50).
fn is_for_want_of_a_certificate(seen: &HandshakeSeen, alert: &AlertSeen) -> bool {
    was_not_allowed_to_answer(seen)
        && matches!(
            alert.number,
            HANDSHAKE_FAILURE | 41..=46 | 48..=50 | CERTIFICATE_REQUIRED
        )
}

fn was_not_allowed_to_answer(seen: &HandshakeSeen) -> bool {
    was_asked(seen) && seen.token.credential != CredentialSeen::WithSigner
}

fn was_asked(seen: &HandshakeSeen) -> bool {
    let requested = seen.client_auth.requested;
    !matches!(requested, Requested::Never | Requested::Unknown)
}

/// How a connection can end without a word of TLS: what is said of it.
#[derive(Clone, Copy)]
struct Cut {
    how: Text,
    at_once: Text,
    underway: Text,
    later: Text,
}

impl Cut {
    const RESET: Self = Self {
        how: BY_RESET,
        at_once: RESET,
        ..Self::BREAK
    };
    const BREAK: Self = Self {
        how: BY_BREAK,
        at_once: BROKEN,
        underway: BROKEN_LATER,
        later: BROKEN_LATER,
    };
    const CLOSE: Self = Self {
        how: BY_CLOSE,
        at_once: CLOSED,
        underway: CLOSED_LATER,
        later: CLOSED_LATER,
    };
    const SILENCE: Self = Self {
        how: BY_SILENCE,
        at_once: SILENT,
        underway: INCOMPLETE,
        later: SILENT_LATER,
    };

    fn by(failure: &ForeignFailure) -> Self {
        match failure.name.as_deref() {
            Some("ECONNRESET" | "WSAECONNRESET") => Self::RESET,
            _ => Self::BREAK,
        }
    }
}

/// The connection ended without a word. Who ended it is not for us to know.
fn of_cut(seen: &HandshakeSeen, moment: Moment, cut: Cut) -> Option<Finding> {
    match moment {
        Moment::BeforeCertificate if !seen.has_heard() => {
            let how = Evidence::new("how", HOW, cut.how);
            let finding = finding(seen, &kind::MIDDLEBOX).with(how);
            Some(finding.noting(cut.at_once))
        }
        Moment::BeforeCertificate | Moment::AfterServerHello => {
            Some(finding(seen, &kind::HANDSHAKE_FAILURE).noting(cut.underway))
        }
        _ if was_not_allowed_to_answer(seen) => None,
        _ => {
            let finding = finding(seen, &kind::HANDSHAKE_FAILURE).noting(cut.later);
            Some(finding.with(Evidence::new("moment", MOMENT, moment_text(moment))))
        }
    }
}

fn finding(seen: &HandshakeSeen, kind: &'static FindingKind) -> Finding {
    Finding::of(kind)
        .with(Evidence::new("server", SERVER, &*seen.server_name))
        .with(Evidence::new("port", PORT, seen.port.to_string()))
}

fn with_offer(seen: &HandshakeSeen, kind: &'static FindingKind) -> Finding {
    let offered: Vec<_> = seen.offered.iter().map(|version| version.name()).collect();
    finding(seen, kind).with(Evidence::new("offered", OFFERED, offered.join(", ")))
}

fn with_version(finding: Finding, seen: &HandshakeSeen) -> Finding {
    let version = seen.negotiated.map_or("TLS", |version| version.name());
    finding.with(Evidence::new("version", VERSION, version))
}

fn with_chain(finding: Finding, seen: &HandshakeSeen) -> Finding {
    let Some(leaf) = seen.server_chain.first() else {
        return finding;
    };
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "?".to_owned());
    finding
        .with(Evidence::new("subject", SUBJECT, name(&leaf.subject)))
        .with(Evidence::new("issuer", ISSUER, name(&leaf.issuer)))
        .with(Evidence::raw("SHA-256", &*leaf.sha256))
}

fn with_alert(finding: Finding, seen: &HandshakeSeen) -> Finding {
    let Some(alert) = &seen.alert else {
        return finding;
    };
    let text = match &alert.name {
        Some(name) => format!("{} {name}", alert.number),
        None => alert.number.to_string(),
    };
    finding
        .with(Evidence::new("alert", ALERT, text))
        .with(Evidence::new("moment", MOMENT, moment_text(alert.moment)))
}

fn moment_of(ending: &Ending) -> Option<Moment> {
    match ending {
        Ending::Alert { moment }
        | Ending::Broken { moment, .. }
        | Ending::Closed { moment }
        | Ending::Silent { moment, .. }
        | Ending::Protocol { moment, .. } => Some(*moment),
        _ => None,
    }
}

/// How many accepted issuers stand in the evidence; all of them are in the observation.
const MOST_NAMES: usize = 20;
const HANDSHAKE_FAILURE: u8 = 40;
const DECRYPT_ERROR: u8 = 51;
pub(crate) const PROTOCOL_VERSION: u8 = 70;
const INSUFFICIENT_SECURITY: u8 = 71;
const INTERNAL_ERROR: u8 = 80;
const CERTIFICATE_REQUIRED: u8 = 116;
