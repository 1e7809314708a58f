//! What does the proxy's answer mean?

use tomcheck_diagnosis::{Evidence, Finding, FindingKind, ForeignFailure, Step, Text, Value};

use super::words::*;
use super::{
    AttemptEnd, Insecure, Outcome, Reply, Speaks, TunnelSeen, behind, compare, judge_login,
    judge_socks, judge_upstream, page,
};
use crate::ProxyKind;
use crate::findings::{
    CERTIFICATE_UNTRUSTED, HOST_NOT_ALLOWED, NO_ANSWER, NOT_A_PROXY, UNREACHABLE, UNRESOLVED,
    UPSTREAM_DNS,
};

/// One connection has one way to fail.
pub(super) fn judge(seen: &TunnelSeen) -> Option<Finding> {
    match &seen.outcome {
        Outcome::Unresolved { failure } => {
            Some(about(&UNRESOLVED, seen).with(evidence_of(failure)))
        }
        Outcome::Unreachable => Some(unreachable(seen)),
        // Nothing was asked, so that there is nothing to judge.
        Outcome::NotSent { .. } => None,
        Outcome::NoAnswer { waited_ms, begun } => {
            Some(no_answer(seen, *waited_ms, begun.as_deref()))
        }
        Outcome::NotHttp {
            speaks,
            bytes,
            text,
            why,
        } => Some(not_http(seen, *speaks, [bytes, text, why])),
        Outcome::Insecure { insecure, why } => Some(insecure_proxy(seen, *insecure, why)),
        Outcome::Socks(reply) if reply.opens() => None,
        Outcome::Socks(reply) => Some(compared(judge_socks::refusal(seen, *reply), seen)),
        Outcome::Replied(reply) if reply.opens() => None,
        Outcome::Replied(reply) => Some(refusal(seen, reply)),
    }
}

/// A finding with what its sentences speak of.
pub(super) fn about(kind: &'static FindingKind, seen: &TunnelSeen) -> Finding {
    let site = seen.target.as_str();
    let host = crate::site::split_port(site).0;
    // its name stands in the proxy already: told again only where a sentence needs it alone
    let proxy_host = || Evidence::new("proxy_host", PROXY_HOST, seen.proxy.host.as_str());
    Finding::of(kind)
        .with(Evidence::new("proxy", PROXY, seen.proxy.to_string()))
        .with_all(speaks_of(kind, "{proxy_host}").then(proxy_host))
        .with(Evidence::new("site", SITE, site))
        .with(Evidence::new("host", HOST, host))
}

fn speaks_of(kind: &FindingKind, key: &str) -> bool {
    let steps = kind.remedy.steps.iter().map(|step| step.text.fr);
    steps.chain([kind.title.fr]).any(|text| text.contains(key))
}

fn unreachable(seen: &TunnelSeen) -> Finding {
    let attempts = seen.attempts.iter().map(|attempt| match &attempt.failure {
        Some(failure) => Evidence::raw(
            format!("{} {}", failure.call, attempt.address),
            answer(failure),
        ),
        None => Evidence {
            value: Value::from(NO_WORD),
            ..Evidence::raw(
                format!("connect {} ({} ms)", attempt.address, attempt.waited_ms),
                "",
            )
        },
    });
    let finding = about(&UNREACHABLE, seen).with_all(attempts);
    match seen.attempts.first().map(|attempt| attempt.end) {
        Some(AttemptEnd::Refused) => finding.noting(REFUSED),
        Some(AttemptEnd::Silent) => finding.noting(SILENT),
        _ => finding,
    }
}

fn no_answer(seen: &TunnelSeen, waited_ms: u64, begun: Option<&str>) -> Finding {
    let waited = Evidence::new("waited", WAITED, format!("{waited_ms} ms"));
    let finding = about(&NO_ANSWER, seen).with(waited);
    match begun {
        Some(line) => finding
            .with(Evidence::raw("CONNECT", line))
            .noting(TOO_SLOW),
        None if seen.proxy.kind.is_socks() => finding.noting(NO_SOCKS),
        None => finding,
    }
}

fn not_http(seen: &TunnelSeen, speaks: Speaks, [bytes, text, why]: [&String; 3]) -> Finding {
    let finding = about(&NOT_A_PROXY, seen)
        .noting(note_on(seen.proxy.kind, speaks))
        .with(Evidence::raw("CONNECT", why.as_str()));
    if bytes.is_empty() {
        return finding;
    }
    finding
        .with(Evidence::new("text", TEXT, text.as_str()))
        .with(Evidence::new("bytes", BYTES, bytes.as_str()))
}

fn insecure_proxy(seen: &TunnelSeen, insecure: Insecure, why: &str) -> Finding {
    let (kind, note) = match (insecure.of_certificate(), insecure) {
        (Some(note), _) => (&CERTIFICATE_UNTRUSTED, note),
        (None, Insecure::NotTls) => (&NOT_A_PROXY, NO_TLS),
        (None, _) => (&NOT_A_PROXY, TLS_FAILS),
    };
    about(kind, seen)
        .noting(note)
        .with(Evidence::raw("TLS", why))
}

fn refusal(seen: &TunnelSeen, reply: &Reply) -> Finding {
    let finding = match reply.status {
        407 => judge_login::refusal(seen, reply),
        // tinyproxy says so of a password that it does not take
        401 if seen.user.is_some() => judge_login::refusal(seen, reply),
        400 | 404 | 405 | 501 if !reply.is_from_a_proxy() => {
            about(&NOT_A_PROXY, seen).noting(WEB_SERVER)
        }
        404 if judge_upstream::says_dns(reply) => about(&UPSTREAM_DNS, seen),
        400 | 404 | 405 | 501 => about(&HOST_NOT_ALLOWED, seen)
            .noting(NO_CONNECT)
            .beginning_with([GIVE_ITS_OTHER_PORT]),
        500.. => judge_upstream::failure(seen, reply),
        _ => about(&HOST_NOT_ALLOWED, seen),
    };
    let finding = behind::told(finding, seen, reply);
    compared(finding.with_all(as_answered(reply)), seen)
}

/// What else was asked for, each with its answer, and what that says.
pub(super) fn compared(finding: Finding, seen: &TunnelSeen) -> Finding {
    let compared = seen.compared.iter();
    let said =
        compared.map(|one| Evidence::raw(format!("CONNECT {}", one.target), one.answer.as_str()));
    let opens = seen.compared.iter().any(|one| one.opens);
    // A rule of SOCKS is a number, of which the note says no more than the title.
    let is_of_socks = finding.kind.code == HOST_NOT_ALLOWED.code && seen.reply().is_none();
    let note = compare::note(finding.kind, &seen.compared);
    // A tunnel that opens refutes a guess; one that does not says less than the proxy's own answer.
    let note = note.filter(|_| opens || is_of_socks || finding.note.is_none());
    let finding = finding.with_all(said);
    match note {
        Some(note) => finding.noting(note),
        None => finding,
    }
}

/// The status line, then every header that tells who refused and why, as sent.
fn as_answered(reply: &Reply) -> Vec<Evidence> {
    let telling = [
        "Proxy-Authenticate",
        "X-Squid-Error",
        "Proxy-Status",
        "Location",
        "Via",
        "Server",
    ];
    let headers = telling.iter().flat_map(|name| {
        let values = reply.values(name);
        values.map(|value| Evidence::raw(*name, value))
    });
    let title = reply.title.as_deref();
    let title = title.map(|title| Evidence::new("title", TITLE, title));
    std::iter::once(Evidence::raw("CONNECT", reply.status_line.as_str()))
        .chain(headers)
        .chain(product(reply))
        .chain(title)
        .chain(page(reply))
        .collect()
}

/// The product, where it is known by more than the words it says.
fn product(reply: &Reply) -> Option<Evidence> {
    let product = reply.known_product()?;
    Some(Evidence::new("product", PRODUCT, product))
}

/// Category and rule where the page names them, or else its first lines. Squid's own page says
/// nothing that its header does not.
fn page(reply: &Reply) -> Vec<Evidence> {
    if reply.values("x-squid-error").next().is_some() {
        return Vec::new();
    }
    let category = page::named(
        &reply.page,
        &["category", "categories", "catégorie", "categorie"],
    );
    let rule = page::named(
        &reply.page,
        &["rule", "règle", "regle", "policy", "politique"],
    );
    let category = category.map(|text| Evidence::new("category", CATEGORY, text));
    let rule = rule.map(|text| Evidence::new("rule", RULE, text));
    let named: Vec<Evidence> = category.into_iter().chain(rule).collect();
    match named.is_empty() && !reply.page.is_empty() {
        true => {
            let lines: Vec<&str> = reply
                .page
                .iter()
                .take(LINES_TOLD)
                .map(String::as_str)
                .collect();
            vec![Evidence::new("page", PAGE, lines.join(" | "))]
        }
        false => named,
    }
}

const LINES_TOLD: usize = 4;

const GIVE_ITS_OTHER_PORT: Step = Step::anywhere(
    "Sur le proxy, vérifiez que ce port accepte la méthode CONNECT vers {site} ; sinon, donnez aux \
     postes celui qui l'accepte.",
    "On the proxy, check that this port accepts the CONNECT method to {site}; otherwise, give the \
     workstations the one that does.",
);

fn evidence_of(failure: &ForeignFailure) -> Evidence {
    Evidence::raw(failure.call.clone(), answer(failure))
}

/// Where the system gave no number, there is none to show.
pub(super) fn answer(failure: &ForeignFailure) -> String {
    match (&failure.name, failure.code) {
        (Some(name), 0) => name.to_string(),
        _ => failure.answer(),
    }
}

const fn note_on(kind: ProxyKind, speaks: Speaks) -> Text {
    match speaks {
        Speaks::Nothing => HUNG_UP,
        Speaks::Tls => SPEAKS_TLS,
        Speaks::Ssh => SPEAKS_SSH,
        Speaks::Greeting => SPEAKS_FIRST,
        Speaks::Http => match kind {
            ProxyKind::Http | ProxyKind::Https => BROKEN_HTTP,
            ProxyKind::Socks4 | ProxyKind::Socks5 => SPEAKS_HTTP,
        },
        Speaks::Unknown => SPEAKS_OTHER,
    }
}
