//! Is the chain built by signatures, from every store, and is what lacks named?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;

use tomcheck_cert::identify::Hierarchy;
use tomcheck_cert::{AuthorityStores, ChainEnd, ChainProbe, ChainSeen, StoreKind, StrangerKind};
use tomcheck_diagnosis::{Instant, Lang, Observation, Probe};
use tomcheck_testkit::{Ca, Domaine, Gamme, Holder, Pki, Purpose, Variant};

const ISSUER: Ca = Ca::Issuing(Gamme::Fort, Domaine::Personnes);
const ROOT: Ca = Ca::Root(Gamme::Fort);

fn card() -> Vec<u8> {
    let card = Pki::shared().person(Holder::Cps, Purpose::Authentication, Variant::Valid);
    card.certificate_der().to_vec()
}

fn der(ca: Ca) -> Vec<u8> {
    Pki::shared().authority(ca).certificate_der().to_vec()
}

fn built(leaf: &[u8], stores: &AuthorityStores) -> ChainSeen {
    built_at(leaf, stores, Instant::now())
}

fn built_at(leaf: &[u8], stores: &AuthorityStores, now: Instant) -> ChainSeen {
    ChainProbe { leaf, stores, now }.observe()
}

fn in_days(days: i64) -> Instant {
    Instant::from_unix(Instant::now().unix() + days * 86_400)
}

fn told(seen: &ChainSeen, key: &str) -> Vec<String> {
    let findings = seen.findings();
    let evidence = findings.iter().flat_map(|finding| finding.evidence.clone());
    let wanted = evidence.filter(|one| one.key == key);
    wanted.map(|one| one.render(Lang::Fr)).collect()
}

fn missing(seen: &ChainSeen) -> &str {
    match &seen.end {
        ChainEnd::Missing { common_name, .. } => common_name,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_chain_from_two_stores_ends_at_its_root_and_says_where_each_was() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.cer"), der(ISSUER)).unwrap();
    let stores = AuthorityStores::new()
        .with_card([der(ISSUER), der(Ca::Foreign)])
        .with_folder(folder.path())
        .with_file(&Pki::shared().authorities_pem());
    let seen = built(&card(), &stores);
    assert_eq!(
        (&seen.end, seen.hierarchy),
        (&ChainEnd::Root, Hierarchy::Test)
    );
    assert_eq!(seen.findings(), []);
    let all = [StoreKind::Card, StoreKind::Cryptolib, StoreKind::CaFile];
    assert_eq!(seen.links[0].found_in, all);
    assert_eq!(seen.links[1].found_in, [StoreKind::CaFile]);
    let names: Vec<_> = seen.links.iter().map(|it| it.common_name.clone()).collect();
    assert_eq!(names, [ISSUER.common_name(), ROOT.common_name()]);
    assert!(seen.links[1].is_root && !seen.links[1].is_of_igc_sante);
    assert_eq!(seen.issuer(), Some(der(ISSUER).as_slice()));
}

#[test]
fn the_authority_that_lacks_is_named_with_every_store_that_was_looked_into() {
    let seen = built(&card(), &AuthorityStores::new());
    assert_eq!(missing(&seen), ISSUER.common_name());
    let absent = Path::new("/nowhere/coffre");
    let stores = AuthorityStores::new()
        .with_card([der(ISSUER)])
        .with_folder(absent);
    let seen = built(&card(), &stores);
    assert_eq!(missing(&seen), ROOT.common_name());
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "cert.chain-incomplete");
    assert_eq!(
        finding.title(Lang::Fr),
        "L'autorité « TEST AC RACINE IGC-SANTE FORT », au-dessus du certificat de la carte, manque sur ce poste"
    );
    assert_eq!(told(&seen, "store"), ["1", "0 (/nowhere/coffre)"]);
    let json = serde_json::to_string(&seen).unwrap();
    let later: ChainSeen = serde_json::from_str(&json).unwrap();
    assert_eq!(later.findings(), seen.findings());
}

#[test]
fn of_another_issuer_nothing_is_missed() {
    let leaf = Pki::shared().person(Holder::Cps, Purpose::Authentication, Variant::WrongCa);
    let seen = built(leaf.certificate_der(), &AuthorityStores::new());
    assert!(matches!(seen.end, ChainEnd::Missing { .. }));
    assert_eq!(seen.findings(), []);
}

#[test]
fn a_namesake_that_did_not_sign_is_no_link_and_the_true_one_behind_it_is_found() {
    let kit = OpenSsl::new();
    let subject = "/C=FR/O=TOMCHECK TEST/OU=0002 187512751 TEST/OU=IGC-SANTE TEST/CN=TEST AC IGC-SANTE FORT PERSONNES";
    let namesake = kit.self_signed("namesake", subject);
    let alone = AuthorityStores::new().with_card([namesake.clone()]);
    let seen = built(&card(), &alone);
    assert_eq!(missing(&seen), ISSUER.common_name());
    assert_eq!(seen.strangers[0].kind, StrangerKind::DidNotSign);
    assert_eq!(told(&seen, "namesake"), [seen.strangers[0].sha256.clone()]);
    let both = alone.with_file(&Pki::shared().authorities_pem());
    assert_eq!(built(&card(), &both).end, ChainEnd::Root);
}

#[test]
fn what_signs_under_the_name_of_igc_sante_and_not_under_its_roots_is_an_impostor() {
    let kit = OpenSsl::new();
    let unit = "/C=FR/O=ASIP-SANTE/OU=0002 187512751/OU=IGC-SANTE";
    let subject = format!("{unit}/CN=AC IGC-SANTE FORT PERSONNES");
    let impostor = kit.self_signed("impostor", &subject);
    let leaf = kit.signed_by("leaf", "/C=FR/CN=899900063480", "impostor");
    let seen = built(&leaf, &AuthorityStores::new().with_card([impostor]));
    assert_eq!(seen.hierarchy, Hierarchy::Production);
    assert_eq!(seen.strangers[0].kind, StrangerKind::NotUnderItsRoot);
    assert_eq!(missing(&seen), "AC IGC-SANTE FORT PERSONNES");
    assert_eq!(told(&seen, "namesake"), [seen.strangers[0].sha256.clone()]);
    let root = kit.self_signed("root", &format!("{unit}/CN=AC RACINE IGC-SANTE FORT"));
    let below = kit.authority_by("below", &subject, "impostor", "root");
    let seen = built(&leaf, &AuthorityStores::new().with_card([below, root]));
    assert_eq!(seen.strangers[0].kind, StrangerKind::NotThePublished);
    let expected = "53D30A19570826BDE0C0762501F1F1C7A659F976C6C023123DF5239DF34A4EEA";
    assert_eq!(told(&seen, "sha256"), [expected]);
    assert_eq!(missing(&seen), "AC RACINE IGC-SANTE FORT");
    assert!(!seen.links[0].is_of_igc_sante);
}

#[test]
fn an_authority_out_of_date_is_told_with_its_dates() {
    let stores = AuthorityStores::new().with_file(&Pki::shared().authorities_pem());
    let late = in_days(60 * 365);
    let seen = built_at(&card(), &stores, late);
    assert_eq!(seen.end, ChainEnd::Root);
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "cert.chain-incomplete");
    let title = finding.title(Lang::Fr);
    assert!(
        title.ends_with("n'est pas valable à la date du jour"),
        "{title}"
    );
    assert!(title.contains(&ISSUER.common_name()), "{title}");
    let until = seen.links[0].validity.unwrap().not_after.render(Lang::Fr);
    assert_eq!(told(&seen, "not_after")[0], until);
    assert_eq!(told(&seen, "judged_at")[0], late.render(Lang::Fr));
    assert_eq!(told(&seen, "sha256"), [""; 0], "another would do as well");
}

#[test]
fn an_authority_that_was_certified_again_is_taken_where_the_older_one_is_out_of_date() {
    let kit = OpenSsl::new();
    kit.self_signed("root", "/CN=R");
    kit.self_signed("a", "/CN=A");
    let older = kit.authority_by("older", "/CN=A", "a", "root");
    let newer = kit.for_days("newer", "/CN=A", "a", "root", "300");
    let leaf = kit.signed_by("leaf", "/CN=L", "a");
    let stores = AuthorityStores::new().with_card([older.clone(), newer.clone()]);
    assert_eq!(built(&leaf, &stores).issuer(), Some(older.as_slice()));
    let later = built_at(&leaf, &stores, in_days(100));
    assert_eq!(later.issuer(), Some(newer.as_slice()));
    assert_eq!(later.strangers, []);
}

#[test]
fn authorities_that_sign_each_other_end() {
    let kit = OpenSsl::new();
    let (a, b) = ("/CN=A", "/CN=B");
    kit.self_signed("a", a);
    kit.self_signed("b", b);
    let a_by_b = kit.authority_by("a-by-b", a, "a", "b");
    let b_by_a = kit.authority_by("b-by-a", b, "b", "a");
    let leaf = kit.signed_by("leaf", "/CN=L", "a");
    let stores = AuthorityStores::new().with_card([a_by_b, b_by_a]);
    assert_eq!(built(&leaf, &stores).end, ChainEnd::Loop);
}

#[test]
fn bytes_that_are_no_certificate_end_at_once() {
    let stores = AuthorityStores::new().with_card([b"x".to_vec(), vec![0x30; 9]]);
    assert_eq!(built(b"x", &stores).end, ChainEnd::Unreadable);
    assert_eq!(missing(&built(&card(), &stores)), ISSUER.common_name());
}

#[test]
fn the_systems_own_store_is_read() {
    let stores = AuthorityStores::new().with_system();
    let seen = built(&card(), &stores);
    assert_eq!(seen.stores[0].kind, StoreKind::System);
}

/// Makes certificates with OpenSSL in a folder of its own.
struct OpenSsl(tempfile::TempDir);

impl OpenSsl {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str, ending: &str) -> PathBuf {
        self.0.path().join(name).with_extension(ending)
    }

    fn run(&self, arguments: &[&str]) {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
    }

    fn der(&self, name: &str) -> Vec<u8> {
        let (pem, der) = (format!("{name}.pem"), format!("{name}.der"));
        self.run(&["x509", "-in", &pem, "-outform", "der", "-out", &der]);
        std::fs::read(self.path(name, "der")).unwrap()
    }

    fn self_signed(&self, name: &str, subject: &str) -> Vec<u8> {
        let (key, pem) = (format!("{name}.key"), format!("{name}.pem"));
        self.run(&[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-utf8",
            "-keyout",
            &key,
            "-subj",
            subject,
            "-out",
            &pem,
        ]);
        self.der(name)
    }

    fn signed_by(&self, name: &str, subject: &str, issuer: &str) -> Vec<u8> {
        self.self_signed(name, subject);
        self.issue(name, name, subject, issuer, "basicConstraints=CA:FALSE")
    }

    fn authority_by(&self, name: &str, subject: &str, key: &str, issuer: &str) -> Vec<u8> {
        self.for_days(name, subject, key, issuer, "30")
    }

    fn for_days(&self, name: &str, subject: &str, key: &str, issuer: &str, days: &str) -> Vec<u8> {
        let extension = "basicConstraints=critical,CA:TRUE";
        self.issue_for(name, key, subject, issuer, extension, days)
    }

    fn issue(
        &self,
        name: &str,
        key: &str,
        subject: &str,
        issuer: &str,
        extension: &str,
    ) -> Vec<u8> {
        self.issue_for(name, key, subject, issuer, extension, "30")
    }

    fn issue_for(
        &self,
        name: &str,
        key: &str,
        subject: &str,
        issuer: &str,
        extension: &str,
        days: &str,
    ) -> Vec<u8> {
        let [key, request, pem, ca, ca_key] = [
            format!("{key}.key"),
            format!("{name}.csr"),
            format!("{name}.pem"),
            format!("{issuer}.pem"),
            format!("{issuer}.key"),
        ];
        self.run(&[
            "req", "-new", "-utf8", "-key", &key, "-subj", subject, "-out", &request,
        ]);
        std::fs::write(self.path(name, "ext"), extension).unwrap();
        let extensions = format!("{name}.ext");
        self.run(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-days",
            days,
            "-extfile",
            &extensions,
            "-out",
            &pem,
        ]);
        self.der(name)
    }
}
