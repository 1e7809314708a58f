//! What do Windows' stores mean for Edge and Chrome?
//!
//! A certificate that lacks because nobody copies it has one cause: the manager that does not run,
//! or that only looks when told to. That cause then weighs as much as what follows from it. Alone
//! it is a warning, and where the certificate is there all the same only worth knowing. So it is
//! where Windows' own service copies certificates: then the manager is nobody's cause.

use tomcheck_diagnosis::{Evidence, Finding, FindingKind, Severity, Text};

use super::looked::Looked;
use super::rows::{CCM_ABSENT, CCM_MANUAL, STORE_CERTIFICATE_MISSING, STORE_CERTIFICATE_STALE};
use super::stores::{CardInStore, CertificateInStore, Manager, ServiceSeen, StoresSeen};

pub(super) fn judge(seen: &StoresSeen) -> Vec<Finding> {
    let missing = missing(seen);
    let severity = missing.as_ref().map(|finding| finding.severity);
    let manager = manager(seen, severity);
    let missing = missing.map(|finding| Finding {
        consequence_of: manager
            .as_ref()
            .filter(|_| !seen.service_copies())
            .map(|cause| cause.kind.code),
        ..finding
    });
    let all = manager.into_iter().chain(missing);
    all.chain(stale(seen)).collect()
}

fn missing(seen: &StoresSeen) -> Option<Finding> {
    let CardInStore::Missing { certificate } = &seen.card else {
        return None;
    };
    let severity = match seen.another_reaches {
        true => Severity::Warning,
        false => Severity::Fault,
    };
    let stored = seen.personal.found().map_or(0, Vec::len);
    let finding = Finding::of(&STORE_CERTIFICATE_MISSING)
        .at(severity)
        .with_all(about(certificate))
        .with(Evidence::new("stored", STORED, stored.to_string()));
    Some(finding.with_all(copiers(seen)))
}

/// `missing`: how much it weighs that the certificate lacks; none: it does not, or nobody knows.
fn manager(seen: &StoresSeen, missing: Option<Severity>) -> Option<Finding> {
    let (kind, alone): (&'static FindingKind, _) = match seen.manager {
        Manager::NotRunning => (&CCM_ABSENT, Severity::Warning),
        Manager::Running {
            automatic: Some(false),
        } => (&CCM_MANUAL, Severity::Warning),
        Manager::Running { .. } | Manager::Failed { .. } => return None,
    };
    let severity = match (missing, &seen.card) {
        _ if seen.service_copies() => Severity::Info,
        (Some(severity), _) => severity,
        (None, CardInStore::Present) => Severity::Info,
        (None, _) => alone,
    };
    let finding = Finding::of(kind).at(severity).with_all(copiers(seen));
    match seen.manager == Manager::NotRunning && service_is_off(seen) {
        true => Some(finding.noting(NOBODY_COPIES)),
        false => Some(finding),
    }
}

/// What could not be looked at is not taken for stopped.
fn service_is_off(seen: &StoresSeen) -> bool {
    match &seen.propagation {
        Looked::Absent => true,
        Looked::Seen { found } => !found.is_running(),
        Looked::NotAsked | Looked::Failed { .. } => false,
    }
}

fn stale(seen: &StoresSeen) -> Option<Finding> {
    let mut stale = seen.stale().peekable();
    stale.peek()?;
    let finding = Finding::of(&STORE_CERTIFICATE_STALE);
    Some(finding.with_all(stale.flat_map(about)))
}

fn about(certificate: &CertificateInStore) -> Vec<Evidence> {
    let end = certificate.not_after;
    let mut about = vec![
        Evidence::new("issuer", ISSUER, certificate.issuer.clone()),
        Evidence::raw("SHA-256", certificate.sha256.reveal()),
    ];
    about.extend(end.map(|end| Evidence::new("not_after", NOT_AFTER, end)));
    about
}

/// Who should copy the card's certificates, and what they do.
fn copiers(seen: &StoresSeen) -> Vec<Evidence> {
    let manager = match &seen.manager {
        Manager::Running { automatic } => Evidence::raw(
            "CCM.exe",
            match automatic {
                Some(on) => format!("autoDetect = {}", u8::from(*on)),
                None => "autoDetect ?".to_owned(),
            },
        ),
        Manager::NotRunning => Evidence::new("CCM.exe", CCM, NOT_RUNNING),
        Manager::Failed { failure } => Evidence::from(failure),
    };
    let service = match &seen.propagation {
        Looked::Seen { found } => Some(Evidence::raw("CertPropSvc", words(*found))),
        Looked::Absent => Some(Evidence::new("CertPropSvc", SERVICE, NO_SERVICE)),
        Looked::Failed { failure } => Some(Evidence::from(failure)),
        Looked::NotAsked => None,
    };
    std::iter::once(manager).chain(service).collect()
}

fn words(service: ServiceSeen) -> String {
    let start = service
        .start
        .map_or_else(|| "?".to_owned(), |start| start.to_string());
    format!("dwCurrentState = {}, Start = {start}", service.state)
}

const STORED: Text = Text {
    fr: "certificats dans le magasin « Personnel »",
    en: "certificates in the store “Personal”",
};
const ISSUER: Text = Text {
    fr: "délivré par",
    en: "issued by",
};
const NOT_AFTER: Text = Text {
    fr: "fin de validité",
    en: "valid until",
};
const CCM: Text = Text::same("CCM.exe");
const NOT_RUNNING: Text = Text {
    fr: "ne tourne pas dans cette session",
    en: "does not run in this session",
};
const NOBODY_COPIES: Text = Text {
    fr: "Le service de Windows qui copie les certificats des cartes (CertPropSvc) ne tourne pas non plus : rien ne place ceux de la carte dans Windows.",
    en: "Windows' service that copies certificates from cards (CertPropSvc) does not run either: nothing places the card's in Windows.",
};
const SERVICE: Text = Text::same("CertPropSvc");
const NO_SERVICE: Text = Text {
    fr: "ce service n'existe pas sur ce poste",
    en: "this machine has no such service",
};
