//! Is it only the browser?
//!
//! The card opens the site here, and a browser of this person's does not reach it: what is told of
//! the browser is then all there is to mend.

use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, Layer, Observation, Remedy, Severity, Step, Text,
};
use tomcheck_tls::HandshakeSeen;

use crate::journal::Journal;

/// What keeps a browser from the card; where one of these explains [`WORKS_HERE`], it is its cause.
pub(crate) const UNWIRED: &[&str] = &[
    "browser.firefox-module-missing",
    "browser.firefox-module-broken",
    "browser.firefox-extension-disabled",
    "browser.firefox-confined",
    "browser.nss-module-missing",
    "browser.nss-module-broken",
    "browser.store-certificate-missing",
    "browser.store-certificate-stale",
];

/// Judges a handshake that went through with the card, and everything else that was looked at.
pub(crate) fn of(seen: &HandshakeSeen, journal: &Journal) -> Option<Finding> {
    let passes = seen.is_authenticated() && seen.findings().iter().all(is_mild);
    let of_others = |finding: &&Finding| finding.kind.layer() != Layer::Browser;
    let mut others = journal.findings().filter(of_others);
    let unwired = journal.findings().map(|finding| finding.kind.code);
    let unwired: Vec<_> = unwired.filter(|code| UNWIRED.contains(code)).collect();
    if !passes || unwired.is_empty() || !others.all(is_mild) {
        return None;
    }
    let finding = Finding::of(&WORKS_HERE)
        .with(Evidence::new("server", SERVER, &*seen.server_name))
        .with(Evidence::new("browsers", BROWSERS, unwired.join(", ")));
    Some(finding)
}

fn is_mild(finding: &Finding) -> bool {
    finding.severity != Severity::Fault
}

/// The site opens with the card, outside the browser.
pub(crate) static WORKS_HERE: FindingKind = FindingKind {
    code: "tls.works-here-not-in-browser",
    severity: Severity::Info,
    title: Text {
        fr: "Avec cette carte, {server} s'ouvre depuis tomcheck : seul le navigateur est en cause",
        en: "With this card, {server} opens from tomcheck: the browser alone is at fault",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere(
            "Ni la carte, ni le réseau, ni le site ne sont à mettre en cause : faites ce qui est dit du navigateur sous « À faire » ({browsers}), puis fermez et rouvrez-le.",
            "Neither the card, nor the network, nor the site is at fault: do what is said of the browser under “To do” ({browsers}), then close and reopen it.",
        )],
    },
};

const SERVER: Text = Text {
    fr: "site",
    en: "site",
};
const BROWSERS: Text = Text {
    fr: "ce qui est dit du navigateur",
    en: "what is said of the browser",
};
