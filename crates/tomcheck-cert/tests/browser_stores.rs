//! What is said of the certificate stores of a Windows as it was met.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use tomcheck_cert::browser::{
    CardCertificates, Looked, Manager, ServiceSeen, Store, StoredCertificate, StoresProbe,
    StoresSeen, WindowsStores,
};
use tomcheck_diagnosis::{Finding, ForeignFailure, Lang, Observation, Probe, Severity};
use tomcheck_testkit::{Holder, Pki, Purpose, Variant};

/// A Windows on record.
struct Recorded {
    personal: Result<Vec<StoredCertificate>, ForeignFailure>,
    manager: Manager,
    propagation: Looked<ServiceSeen>,
}

impl WindowsStores for Recorded {
    fn certificates(&self, store: Store) -> Result<Vec<StoredCertificate>, ForeignFailure> {
        match store {
            Store::Personal => self.personal.clone(),
            Store::Root | Store::Intermediate => Ok(Vec::new()),
        }
    }

    fn manager(&self) -> Manager {
        self.manager.clone()
    }

    fn propagation(&self) -> Looked<ServiceSeen> {
        self.propagation.clone()
    }
}

const AUTOMATIC: Manager = Manager::Running {
    automatic: Some(true),
};
const MANUAL: Manager = Manager::Running {
    automatic: Some(false),
};
const CPS: &str = "ASIP Sante Cryptographic Provider";

/// The certificate of a card; another one of another card.
fn der(variant: Variant) -> Vec<u8> {
    let person = Pki::shared().person(Holder::Cpe, Purpose::Authentication, variant);
    person.certificate_der().to_vec()
}

fn windows(manager: Manager, personal: Vec<StoredCertificate>) -> Recorded {
    let found = ServiceSeen {
        state: 1,
        start: Some(3),
    };
    Recorded {
        personal: Ok(personal),
        manager,
        propagation: Looked::Seen { found },
    }
}

fn stored(der: Vec<u8>, provider: &str) -> StoredCertificate {
    let provider = Some(provider.to_owned());
    StoredCertificate { der, provider }
}

fn seen(windows: &Recorded) -> StoresSeen {
    let all = [der(Variant::Valid)];
    let card = CardCertificates {
        authentication: &all[0],
        all: &all,
    };
    let card = Some(card);
    StoresProbe { windows, card }.observe()
}

fn without_card(windows: &Recorded) -> StoresSeen {
    StoresProbe {
        windows,
        card: None,
    }
    .observe()
}

fn told(seen: &StoresSeen) -> Vec<(&'static str, Severity, Option<&'static str>)> {
    let saved: StoresSeen = serde_json::from_str(&serde_json::to_string(seen).unwrap()).unwrap();
    let findings = saved.findings();
    assert_eq!(findings, seen.findings());
    let told = |it: &Finding| (it.kind.code, it.severity, it.consequence_of);
    findings.iter().map(told).collect()
}

#[test]
fn the_card_s_certificate_in_the_personal_store_is_in_order() {
    let seen = seen(&windows(AUTOMATIC, vec![stored(der(Variant::Valid), CPS)]));
    assert!(seen.reaches_the_card());
    assert_eq!(told(&seen), []);
}

#[test]
fn a_certificate_that_lacks_though_the_manager_watches_is_the_fault() {
    let seen = seen(&windows(AUTOMATIC, vec![]));
    assert!(!seen.reaches_the_card());
    let missing = "browser.store-certificate-missing";
    assert_eq!(told(&seen), [(missing, Severity::Fault, None)]);
    let finding = &seen.findings()[0];
    let evidence = finding.evidence.iter().map(|it| it.render(Lang::En));
    let evidence = evidence.collect::<Vec<_>>().join("; ");
    assert!(evidence.contains("autoDetect = 1"), "{evidence}");
    assert!(
        evidence.contains("dwCurrentState = 1, Start = 3"),
        "{evidence}"
    );
}

#[test]
fn a_manager_that_does_not_run_or_watch_is_the_cause_of_a_certificate_that_lacks() {
    for (manager, cause) in [
        (Manager::NotRunning, "browser.ccm-absent"),
        (MANUAL, "browser.ccm-manual"),
    ] {
        let missing = "browser.store-certificate-missing";
        let seen = seen(&windows(manager, vec![]));
        assert_eq!(
            told(&seen),
            [
                (cause, Severity::Fault, None),
                (missing, Severity::Fault, Some(cause))
            ]
        );
    }
}

#[test]
fn a_manager_that_does_not_run_is_no_cause_where_the_service_of_windows_copies() {
    let running = ServiceSeen {
        state: 4,
        start: Some(2),
    };
    let mut machine = windows(Manager::NotRunning, vec![]);
    machine.propagation = Looked::Seen { found: running };
    let lacking = seen(&machine);
    let absent = ("browser.ccm-absent", Severity::Info, None);
    let missing = ("browser.store-certificate-missing", Severity::Fault, None);
    assert_eq!(told(&lacking), [absent, missing]);
    assert_eq!(lacking.findings()[0].note, None);
    assert_eq!(told(&without_card(&machine)), [absent]);

    // both stopped: nothing copies; a service nobody could ask is not taken for stopped
    let stopped = seen(&windows(Manager::NotRunning, vec![]));
    assert!(stopped.findings()[0].note.is_some());
    let failure = ForeignFailure::new("OpenSCManagerW", 5);
    machine.propagation = Looked::Failed { failure };
    assert_eq!(seen(&machine).findings()[0].note, None);
}

#[test]
fn where_firefox_reaches_the_card_a_certificate_that_lacks_is_a_warning() {
    let mut seen = seen(&windows(AUTOMATIC, vec![]));
    seen.another_reaches = true;
    let missing = "browser.store-certificate-missing";
    assert_eq!(told(&seen), [(missing, Severity::Warning, None)]);
}

#[test]
fn a_manager_that_is_not_needed_now_is_worth_knowing_and_without_a_card_it_will_bite() {
    let present = vec![stored(der(Variant::Valid), CPS)];
    let with = seen(&windows(Manager::NotRunning, present));
    assert_eq!(told(&with), [("browser.ccm-absent", Severity::Info, None)]);
    let without = without_card(&windows(MANUAL, vec![]));
    assert_eq!(
        told(&without),
        [("browser.ccm-manual", Severity::Warning, None)]
    );
    let unknown = Manager::Running { automatic: None };
    assert_eq!(told(&without_card(&windows(unknown, vec![]))), []);
}

#[test]
fn certificates_of_another_card_are_stale_and_those_of_software_are_not() {
    let other = stored(der(Variant::Expired), CPS);
    let software = stored(
        der(Variant::NotYetValid),
        "Microsoft Software Key Storage Provider",
    );
    let own = stored(der(Variant::Valid), CPS);
    let machine = windows(AUTOMATIC, vec![own, other, software]);
    let seen = seen(&machine);
    let stale = "browser.store-certificate-stale";
    assert_eq!(told(&seen), [(stale, Severity::Warning, None)]);
    let digests = seen.findings()[0]
        .evidence
        .iter()
        .filter(|it| it.key == "SHA-256")
        .count();
    assert_eq!(digests, 1);
    // each by its subject and by its digest
    assert_eq!(seen.identities().len(), 6);
    // they may be of another card that is inserted
    let mut with_two = seen.clone();
    with_two.other_cpx_inserted = true;
    assert_eq!(told(&with_two), []);
    // without the card nobody knows whose they are
    assert_eq!(told(&without_card(&machine)), []);
}

#[test]
fn a_store_that_cannot_be_read_is_not_taken_for_an_empty_one() {
    let refused = Recorded {
        personal: Err(ForeignFailure::new("CertOpenStore", 5)),
        ..windows(AUTOMATIC, vec![])
    };
    let seen = seen(&refused);
    assert_eq!(told(&seen), []);
    assert_eq!(
        seen.personal.failure().unwrap().to_string(),
        "CertOpenStore 0x5"
    );
}

#[test]
fn what_is_no_certificate_is_kept_by_its_digest() {
    let seen = seen(&windows(AUTOMATIC, vec![stored(b"noise".to_vec(), CPS)]));
    let noise = &seen.personal.found().unwrap()[0];
    assert_eq!(noise.sha256.reveal().len(), 64);
    assert_eq!(noise.not_after, None);
}
