//! Which one of the findings is the cause?

use tomcheck_diagnosis::{Finding, Severity, Verdict, VerdictStatus};

use crate::journal::Journal;
use crate::works_here::UNWIRED;

/// What merely follows from what: where both are found, the left one is a consequence of the
/// right one. Probes that could not look at all are `blocked` and find nothing; these rows are
/// for probes that looked all the same and saw the fault from their own side.
const CONSEQUENCES: &[(&str, &[&str])] = &[
    // The module shows a mute or an occupied card as an empty slot.
    (
        "module.sees-no-token",
        &["card.mute", "card.in-exclusive-use", "card.foreign"],
    ),
    // One that is too old for the card shows none either.
    ("module.sees-no-token", &["card.generation-needs-update"]),
    // A proxy in use resolves names and opens connections by itself.
    ("network.dns-failure", &["proxy.upstream-dns"]),
    ("proxy.upstream-dns", &["network.dns-failure"]),
    // A log shows every leg: a proxy asks before it refuses, and says in general what it said exactly.
    (
        "proxy.authentication-required",
        &["proxy.authentication-rejected"],
    ),
    ("proxy.upstream-failed", &["proxy.upstream-dns"]),
    // The site says in its own words what the card's certificate already told.
    (
        "tls.certificate-rejected",
        &[
            "cert.expired",
            "cert.not-yet-valid",
            "cert.wrong-usage",
            "cert.revoked",
        ],
    ),
    ("tls.certificate-rejected", &["tls.issuer-not-accepted"]),
    (
        "tls.certificate-required",
        &[
            "cert.none",
            "cert.authentication-missing",
            "cert.key-missing",
        ],
    ),
    (
        "tls.certificate-required",
        &[
            "token.pin-locked",
            "token.pin-incorrect",
            "token.sign-failed",
        ],
    ),
    (
        "tls.certificate-required",
        &[
            "tls.issuer-not-accepted",
            "tls.signature-scheme-unavailable",
        ],
    ),
    (
        "tls.handshake-failure",
        &["token.sign-failed", "tls.signature-scheme-unavailable"],
    ),
    // A portal keeps every site away, each in its own manner.
    ("network.refused", PORTAL),
    ("network.timeout", PORTAL),
    ("network.unreachable", PORTAL),
    ("tls.not-tls", PORTAL),
    ("tls.server-untrusted", PORTAL),
    ("tls.server-name-mismatch", PORTAL),
    ("tls.reset-by-middlebox", PORTAL),
    ("proxy.intercepts-tls", PORTAL),
    // Without the script that names the way, the site is looked for where it is not let through.
    ("network.dns-failure", NO_SCRIPT),
    ("network.refused", NO_SCRIPT),
    ("network.timeout", NO_SCRIPT),
    ("network.unreachable", NO_SCRIPT),
    // Who opens the connection shows a certificate of his own, and asks for no card.
    ("tls.server-untrusted", &["proxy.intercepts-tls"]),
    ("tls.server-name-mismatch", &["proxy.intercepts-tls"]),
    ("tls.server-expired", &["proxy.intercepts-tls"]),
    ("tls.certificate-not-requested", &["proxy.intercepts-tls"]),
    // A browser that reaches the card opens what opens without it.
    ("tls.works-here-not-in-browser", UNWIRED),
    // A signature by one key is not one by another.
    ("token.sign-failed", &["cert.key-mismatch"]),
    // Without the module no browser can load it, and where it does not run no browser shows it.
    ("browser.firefox-module-missing", NO_MODULE),
    ("browser.firefox-module-broken", NO_MODULE),
    ("browser.firefox-extension-disabled", NO_MODULE),
    ("browser.nss-module-missing", NO_MODULE),
    ("browser.nss-module-broken", NO_MODULE),
    ("browser.ccm-absent", NO_MODULE),
    // A wrong clock makes valid certificates look expired or not valid yet.
    ("cert.expired", &["clock.skewed"]),
    ("cert.not-yet-valid", &["clock.skewed"]),
    // What an old cache serves is not what is on the card.
    ("cert.expired", OLD_CACHE),
    ("cert.revoked", OLD_CACHE),
    ("cert.none", OLD_CACHE),
    ("cert.authentication-missing", OLD_CACHE),
    ("cert.key-missing", OLD_CACHE),
    ("cert.key-mismatch", OLD_CACHE),
    ("token.sign-failed", OLD_CACHE),
    ("tls.server-expired", &["clock.skewed"]),
];

const PORTAL: &[&str] = &["network.captive-portal"];

const NO_SCRIPT: &[&str] = &["proxy.pac-unreachable", "proxy.pac-invalid"];

const OLD_CACHE: &[&str] = &["module.cache-stale"];

const NO_MODULE: &[&str] = &[
    "module.not-installed",
    "module.path-missing",
    "module.wrong-architecture",
    "module.not-pkcs11",
    "module.unreadable",
    "module.read-failed",
];

/// Every finding worst first, causes before consequences, and the verdict they make.
pub(crate) fn judge(journal: &Journal) -> (Vec<Finding>, Verdict) {
    let mut findings = without_twins(journal);
    raise_causes(&mut findings);
    mark_consequences(&mut findings);
    findings.sort_by_key(rank);
    let root_cause = findings.first().filter(|finding| is_cause(finding));
    let verdict = Verdict {
        status: status(&findings, journal),
        root_cause: root_cause.map(|finding| finding.kind.code.to_owned()),
    };
    (findings, verdict)
}

/// What is a warning by itself is a fault where it explains one.
fn raise_causes(findings: &mut [Finding]) {
    let causes = [
        "clock.skewed",
        "module.cache-stale",
        "proxy.pac-unreachable",
        "proxy.pac-invalid",
    ];
    for cause in causes {
        let follows = |finding: &Finding| {
            let mut rows = CONSEQUENCES.iter();
            rows.any(|(code, causes)| *code == finding.kind.code && causes.contains(&cause))
        };
        let explains = findings.iter().any(follows);
        let mut findings = findings.iter_mut();
        let cause = findings.find(|finding| finding.kind.code == cause && may_explain(finding));
        if let (Some(cause), true) = (cause, explains) {
            cause.severity = Severity::Fault;
        }
    }
}

/// Not what is mere information, such as a script that no network had to offer; nor a script that
/// named a way all the same, which was taken.
fn may_explain(finding: &Finding) -> bool {
    let is_of_a_script = finding.kind.code == "proxy.pac-invalid";
    let names_a_way = finding.evidence.iter().any(|one| one.key == "way");
    finding.severity < Severity::Info && !(is_of_a_script && names_a_way)
}

/// Two probes that saw the same are told once.
fn without_twins(journal: &Journal) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for finding in journal.findings() {
        if !findings.contains(finding) {
            findings.push(finding.clone());
        }
    }
    findings
}

/// Faults before warnings, causes before consequences, then the order of dependence; the sort
/// is stable, so that findings of one layer stay in the order of their probes.
fn rank(finding: &Finding) -> (Severity, bool, tomcheck_diagnosis::Layer) {
    (
        finding.severity,
        finding.consequence_of.is_some(),
        finding.kind.layer(),
    )
}

fn is_cause(finding: &Finding) -> bool {
    finding.severity == Severity::Fault && finding.consequence_of.is_none()
}

fn mark_consequences(findings: &mut [Finding]) {
    let present: Vec<(&'static str, Severity)> = findings
        .iter()
        .map(|finding| (finding.kind.code, finding.severity))
        .collect();
    // What a layer already marked by itself stays marked.
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.consequence_of.is_none())
    {
        let causes = CONSEQUENCES
            .iter()
            .filter(|(consequence, _)| *consequence == finding.kind.code)
            .flat_map(|(_, causes)| *causes);
        // A milder finding explains no worse one.
        finding.consequence_of = causes
            .filter_map(|cause| present.iter().find(|(code, _)| code == cause))
            .find(|(_, severity)| *severity <= finding.severity)
            .map(|(code, _)| *code);
    }
}

fn status(findings: &[Finding], journal: &Journal) -> VerdictStatus {
    let worst = findings.iter().map(|finding| finding.severity).min();
    match worst {
        Some(Severity::Fault) => VerdictStatus::Blocked,
        _ if journal.lacks_something() => VerdictStatus::Undetermined,
        Some(Severity::Warning) => VerdictStatus::Warning,
        _ => VerdictStatus::Ok,
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use tomcheck_diagnosis::{Evidence, FindingKind, Observation, Probe, Text};

    use super::*;
    use crate::findings::all;
    use crate::progress::Quiet;

    fn kind(code: &str) -> &'static FindingKind {
        all().find(|kind| kind.code == code).unwrap()
    }

    /// A probe of the network that sees these findings, whatever layer they are about.
    #[derive(Clone, Serialize)]
    struct Sees {
        #[serde(skip)]
        findings: Vec<Finding>,
    }

    impl Observation for Sees {
        fn findings(&self) -> Vec<Finding> {
            self.findings.clone()
        }
    }

    impl Probe for Sees {
        type Seen = Self;
        const ID: &'static str = "network.test";

        fn observe(&self) -> Self {
            self.clone()
        }
    }

    fn journal(codes: &[&str]) -> Journal {
        let mut journal = Journal::default();
        let findings = codes.iter().map(|code| Finding::of(kind(code))).collect();
        journal.observe(&Quiet, &Sees { findings });
        journal
    }

    /// The codes in the order they are told, a consequence with its cause.
    fn told(codes: &[&str]) -> (Vec<String>, Verdict) {
        let (findings, verdict) = judge(&journal(codes));
        let told = findings.iter().map(|finding| match finding.consequence_of {
            Some(cause) => format!("{} < {cause}", finding.kind.code),
            None => finding.kind.code.to_owned(),
        });
        (told.collect(), verdict)
    }

    #[test]
    fn the_first_fault_in_the_order_of_dependence_is_the_cause() {
        let (told, verdict) = told(&["proxy.unreachable", "reader.several", "card.absent"]);
        assert_eq!(told, ["card.absent", "proxy.unreachable", "reader.several"]);
        assert_eq!(verdict.root_cause.as_deref(), Some("card.absent"));
        assert_eq!(verdict.status, VerdictStatus::Blocked);
    }

    #[test]
    fn what_follows_from_the_cause_is_told_after_it_and_is_no_cause() {
        let (told, verdict) = told(&["tls.certificate-rejected", "cert.expired"]);
        assert_eq!(
            told,
            ["cert.expired", "tls.certificate-rejected < cert.expired"]
        );
        assert_eq!(verdict.root_cause.as_deref(), Some("cert.expired"));
    }

    #[test]
    fn a_browser_lacks_nothing_but_the_module_that_is_not_installed() {
        let (told, verdict) = told(&["browser.firefox-module-missing", "module.not-installed"]);
        assert_eq!(
            told,
            [
                "module.not-installed",
                "browser.firefox-module-missing < module.not-installed"
            ]
        );
        assert_eq!(verdict.root_cause.as_deref(), Some("module.not-installed"));
    }

    #[test]
    fn a_consequence_that_a_layer_marked_stays_one() {
        let mut follows = Finding::of(kind("tls.certificate-not-requested"));
        follows.consequence_of = Some("tls.server-untrusted");
        let findings = vec![follows, Finding::of(kind("tls.server-untrusted"))];
        let mut journal = Journal::default();
        journal.observe(&Quiet, &Sees { findings });
        let (findings, verdict) = judge(&journal);
        assert_eq!(verdict.root_cause.as_deref(), Some("tls.server-untrusted"));
        assert_eq!(
            findings.last().unwrap().consequence_of,
            Some("tls.server-untrusted")
        );
    }

    #[test]
    fn a_wrong_clock_is_the_cause_only_where_it_explains_a_date() {
        let (alone, verdict) = told(&["clock.skewed"]);
        assert_eq!(
            (alone, verdict.status),
            (vec!["clock.skewed".to_owned()], VerdictStatus::Warning)
        );
        let (both, verdict) = told(&["cert.expired", "clock.skewed"]);
        assert_eq!(both, ["clock.skewed", "cert.expired < clock.skewed"]);
        assert_eq!(verdict.root_cause.as_deref(), Some("clock.skewed"));
    }

    #[test]
    fn a_script_that_nobody_offers_or_that_was_followed_explains_no_refusal() {
        let nowhere = Finding::of(kind("proxy.pac-unreachable")).at(Severity::Info);
        let followed = Finding::of(kind("proxy.pac-invalid"));
        let followed = followed.with(Evidence {
            key: "way".into(),
            ..Evidence::raw("way", "DIRECT")
        });
        for script in [nowhere, followed] {
            let refused = Finding::of(kind("network.refused"));
            let mut journal = Journal::default();
            let findings = vec![script, refused];
            journal.observe(&Quiet, &Sees { findings });
            let (findings, verdict) = judge(&journal);
            assert_eq!(verdict.root_cause.as_deref(), Some("network.refused"));
            assert_eq!(findings[0].consequence_of, None);
        }
    }

    #[test]
    fn a_revoked_certificate_follows_from_the_cache_that_still_serves_it() {
        let (told, verdict) = told(&["cert.revoked", "module.cache-stale"]);
        assert_eq!(
            told,
            ["module.cache-stale", "cert.revoked < module.cache-stale"]
        );
        assert_eq!(verdict.root_cause.as_deref(), Some("module.cache-stale"));
    }

    #[test]
    fn two_probes_that_saw_the_same_are_told_once_and_two_facts_twice() {
        let mut journal = journal(&["token.pin-final-try", "token.pin-final-try"]);
        assert_eq!(judge(&journal).0.len(), 1);
        let other = Finding::of(kind("token.pin-final-try")).with(Evidence::raw("flags", "0x1"));
        journal.observe(
            &Quiet,
            &Sees {
                findings: vec![other],
            },
        );
        assert_eq!(judge(&journal).0.len(), 2);
    }

    #[test]
    fn what_could_not_be_looked_at_leaves_the_verdict_open_unless_something_blocks() {
        let mut open = journal(&[]);
        open.could_not_look("tls.handshake", Text::same("late"));
        assert_eq!(judge(&open).1.status, VerdictStatus::Undetermined);
        let mut blocked = journal(&["card.absent"]);
        blocked.could_not_look("tls.handshake", Text::same("late"));
        assert_eq!(judge(&blocked).1.status, VerdictStatus::Blocked);
        assert_eq!(judge(&journal(&[])).1.status, VerdictStatus::Ok);
    }

    #[test]
    fn every_code_of_the_consequence_table_can_be_found() {
        let codes: Vec<_> = all().map(|kind| kind.code).collect();
        let named = CONSEQUENCES.iter().flat_map(|(a, b)| b.iter().chain([a]));
        let unknown: Vec<_> = named.filter(|code| !codes.contains(*code)).collect();
        assert_eq!(unknown, Vec::<&&str>::new());
    }
}
