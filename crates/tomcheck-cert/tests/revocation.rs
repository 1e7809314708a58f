//! Is a revoked certificate told, and is every answer that proves nothing told as that?
//!
//! The authority, its lists and its answers are OpenSSL's own.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

use std::cell::RefCell;
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use tomcheck_cert::{
    Doubt, Fetch, FetchFailure, FetchPhase, FetchRequest, NotAsked, Outcome, RevocationProbe,
    RevocationSeen,
};
use tomcheck_diagnosis::{ForeignFailure, Instant, Lang, Observation, Probe};
use x509_parser::der_parser::asn1_rs::{Any, FromDer};

const OCSP: &str = "http://ocsp.test.invalid/";
const CRL: &str = "http://igc-sante.test.invalid/CRL/ACI.crl";

type Responder = dyn Fn(&[u8]) -> Vec<u8>;

/// What stands in for a network: one answer for each protocol.
#[derive(Default)]
struct World {
    ocsp: Option<Box<Responder>>,
    crl: Option<Vec<u8>>,
    asked: RefCell<Vec<String>>,
}

impl Fetch for World {
    fn fetch(&self, request: &FetchRequest<'_>) -> Result<Box<dyn Read + Send>, FetchFailure> {
        self.asked.borrow_mut().push(request.url.to_owned());
        let answer = match request.body {
            Some((_, question)) => self.ocsp.as_ref().map(|answer| answer(question)),
            None => self.crl.clone(),
        };
        let answer = answer.ok_or_else(|| FetchFailure {
            phase: FetchPhase::Dns,
            failure: ForeignFailure::decimal("getaddrinfo", -2).named("EAI_NONAME"),
            proxy: None,
        })?;
        Ok(Box::new(Cursor::new(answer)))
    }
}

impl World {
    fn with_list(list: Vec<u8>) -> Self {
        Self {
            crl: Some(list),
            ..Self::default()
        }
    }

    fn with_responder(answer: impl Fn(&[u8]) -> Vec<u8> + 'static) -> Self {
        Self {
            ocsp: Some(Box::new(answer)),
            ..Self::default()
        }
    }

    fn seen(&self, certificate: &[u8], issuer: Option<&[u8]>) -> RevocationSeen {
        self.seen_at(certificate, issuer, Instant::now())
    }

    fn seen_at(&self, certificate: &[u8], issuer: Option<&[u8]>, now: Instant) -> RevocationSeen {
        let probe = RevocationProbe {
            certificate,
            issuer,
            fetch: self,
            now,
        };
        probe.observe()
    }
}

fn codes(seen: &RevocationSeen) -> Vec<&'static str> {
    seen.findings().iter().map(|it| it.kind.code).collect()
}

/// The doubt about the address asked last.
fn doubt(seen: &RevocationSeen) -> &Doubt {
    let doubts = seen.answers.iter().rev().find_map(|it| match &it.outcome {
        Outcome::Doubtful(Doubt::Unreachable(failure)) if failure.phase == FetchPhase::Dns => None,
        Outcome::Doubtful(doubt) => Some(doubt),
        _ => None,
    });
    doubts.unwrap()
}

#[test]
fn a_list_tells_the_revoked_from_the_good_whatever_signed_it() {
    // `ring` takes RSA up to 8192 bits; by the list's hash alone, so must we
    for key in ["rsa", "rsa:4608", "ec"] {
        let ca = Authority::new(key);
        let world = World::with_list(ca.list());
        let good = world.seen(&ca.der("good"), Some(&ca.der("ca")));
        assert_eq!(codes(&good), [""; 0], "{good:?}");
        let Outcome::Good {
            list: Some(size), ..
        } = &good.answers[1].outcome
        else {
            panic!("{good:?}")
        };
        assert_eq!(size.entries, 1);
        let revoked = world.seen(&ca.der("revoked"), Some(&ca.der("ca")));
        assert_eq!(codes(&revoked), ["cert.revoked"]);
        let evidence = &revoked.findings()[0].evidence;
        let told: Vec<_> = evidence.iter().map(|it| it.render(Lang::Fr)).collect();
        assert!(told.contains(&"clé compromise".to_owned()), "{told:?}");
        assert!(told.contains(&CRL.to_owned()), "{told:?}");
    }
}

#[test]
fn a_responder_is_asked_first_and_then_nobody_else() {
    let ca = Authority::new("rsa");
    for (name, code) in [("good", None), ("revoked", Some("cert.revoked"))] {
        let world = World::with_responder(ca.responder("responder"));
        let seen = world.seen(&ca.der(name), Some(&ca.der("ca")));
        assert_eq!(codes(&seen).first().copied(), code, "{seen:?}");
        assert_eq!(*world.asked.borrow(), [OCSP]);
        assert_eq!(
            seen.answers[1].outcome,
            Outcome::NotAsked(NotAsked::Settled)
        );
    }
    let itself = World::with_responder(ca.responder("ca"));
    let seen = itself.seen(&ca.der("good"), Some(&ca.der("ca")));
    assert!(
        matches!(seen.answers[0].outcome, Outcome::Good { .. }),
        "{seen:?}"
    );
}

#[test]
fn a_responder_that_the_issuer_did_not_name_is_not_believed() {
    let ca = Authority::new("rsa");
    let world = World::with_responder(ca.responder("good"));
    let seen = world.seen(&ca.der("good"), Some(&ca.der("ca")));
    assert_eq!(doubt(&seen), &Doubt::ResponderNotAllowed);
    let other = Authority::new("rsa");
    let world = World::with_responder(ca.responder("responder"));
    let seen = world.seen(&other.der("good"), Some(&other.der("ca")));
    assert_eq!(doubt(&seen), &Doubt::ResponderNotAllowed);
    assert_eq!(codes(&seen), ["cert.revocation-unknown"]);
}

#[test]
fn an_answer_about_another_certificate_or_of_another_time_is_none() {
    let ca = Authority::new("rsa");
    let first = World::with_responder(ca.responder("ca"));
    first.seen(&ca.der("good"), Some(&ca.der("ca")));
    let kept = std::fs::read(ca.path("response.der")).unwrap();
    let replayed = World::with_responder(move |_| kept.clone());
    let seen = replayed.seen(&ca.der("revoked"), Some(&ca.der("ca")));
    assert_eq!(doubt(&seen), &Doubt::OtherCertificate);
    let week = 8 * 86_400;
    let later = Instant::from_unix(Instant::now().unix() + week);
    let seen = replayed.seen_at(&ca.der("good"), Some(&ca.der("ca")), later);
    assert!(matches!(doubt(&seen), Doubt::Stale { .. }), "{seen:?}");
    let earlier = Instant::from_unix(Instant::now().unix() - 3600);
    let seen = replayed.seen_at(&ca.der("good"), Some(&ca.der("ca")), earlier);
    assert!(matches!(doubt(&seen), Doubt::ToCome { .. }), "{seen:?}");
}

#[test]
fn a_responder_that_refuses_is_quoted() {
    // OCSPResponse { responseStatus tryLater (3) }
    let world = World::with_responder(|_| vec![0x30, 3, 0x0A, 1, 3]);
    let ca = Authority::new("rsa");
    let seen = world.seen(&ca.der("good"), Some(&ca.der("ca")));
    let status = "tryLater".to_owned();
    assert_eq!(doubt(&seen), &Doubt::Refused { status });
}

#[test]
fn a_list_that_proves_nothing_says_why() {
    let ca = Authority::new("rsa");
    let (good, issuer) = (ca.der("good"), ca.der("ca"));
    let doubted = |list: Vec<u8>, issuer: Option<&[u8]>| {
        let seen = World::with_list(list).seen(&good, issuer);
        assert_eq!(codes(&seen), ["cert.revocation-unknown"]);
        doubt(&seen).clone()
    };
    let list = ca.list();
    let bytes = list.len() as u64 - 7;
    let cut = doubted(list[..list.len() - 7].to_vec(), Some(&issuer));
    assert_eq!(cut, Doubt::Truncated { bytes });
    let mut changed = list.clone();
    // the last byte of the number of the one entry: another certificate is revoked
    let serial = ca.serial("revoked");
    let place = find(&changed, &serial) + serial.len() - 1;
    changed[place] ^= 1;
    assert_eq!(doubted(changed, Some(&issuer)), Doubt::SignatureWrong);
    let other = Authority::new("rsa");
    assert_eq!(doubted(other.list(), Some(&issuer)), Doubt::SignatureWrong);
    let renamed = Authority::named("ec", "/CN=TEST AC AUTRE");
    assert_eq!(doubted(renamed.list(), Some(&issuer)), Doubt::OtherIssuer);
    let page = b"<html>403 Forbidden</html>".to_vec();
    assert!(matches!(
        doubted(page, Some(&issuer)),
        Doubt::Unreadable { .. }
    ));
    assert_eq!(
        doubted(vec![], Some(&issuer)),
        Doubt::Truncated { bytes: 0 }
    );
    let endless = vec![0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF];
    assert!(matches!(
        doubted(endless, Some(&issuer)),
        Doubt::TooLong { .. }
    ));
}

#[test]
fn a_list_out_of_date_is_no_answer() {
    let ca = Authority::new("rsa");
    let world = World::with_list(ca.list());
    let later = Instant::from_unix(Instant::now().unix() + 32 * 86_400);
    let seen = world.seen_at(&ca.der("revoked"), Some(&ca.der("ca")), later);
    assert!(matches!(doubt(&seen), Doubt::Stale { .. }), "{seen:?}");
    assert_eq!(codes(&seen), ["cert.revocation-unknown"]);
    let evidence = &seen.findings()[0].evidence;
    assert!(
        evidence[0]
            .render(Lang::Fr)
            .contains("getaddrinfo EAI_NONAME -2")
    );
    assert!(
        evidence[1]
            .render(Lang::Fr)
            .starts_with("réponse périmée depuis le ")
    );
}

#[test]
fn what_does_not_say_until_when_it_holds_is_believed_for_a_week() {
    let ca = Authority::new("ec");
    let (good, issuer) = (ca.der("good"), ca.der("ca"));
    let undated = without_next_update(&ca);
    let list = World::with_list(undated);
    let responder = ca.responder_for("ca", &[]);
    let first = World::with_responder(responder);
    first.seen(&good, Some(&issuer));
    let kept = std::fs::read(ca.path("response.der")).unwrap();
    let replayed = World::with_responder(move |_| kept.clone());
    for world in [list, replayed] {
        let now = world.seen(&good, Some(&issuer));
        assert_eq!(codes(&now), [""; 0], "{now:?}");
        let late = in_days(8);
        let seen = world.seen_at(&good, Some(&issuer), late);
        let Doubt::Undated { this_update, at } = doubt(&seen) else {
            panic!("{seen:?}")
        };
        assert_eq!(*at, late);
        let finding = seen.findings().remove(0);
        let said: Vec<_> = finding
            .evidence
            .iter()
            .map(|it| it.render(Lang::Fr))
            .collect();
        let both = [*this_update, late].map(|it| it.render(Lang::Fr));
        let told = |line: &String| both.iter().all(|instant| line.contains(instant));
        assert!(said.iter().any(told), "{said:?}");
    }
}

#[test]
fn what_an_authority_out_of_date_says_is_not_believed() {
    let ca = Authority::new("ec");
    let later = in_days(31);
    ca.list_for("", "60");
    let world = World::with_list(ca.list_made_once());
    let seen = world.seen_at(&ca.der("revoked"), Some(&ca.der("ca")), later);
    let Doubt::IssuerNotValid { validity, at } = doubt(&seen) else {
        panic!("{seen:?}")
    };
    assert!(validity.not_after < later && *at == later);
}

#[test]
fn an_authority_that_may_sign_certificates_alone_signs_no_list() {
    let ca = Authority::with("ec", "/CN=TEST AC SANS LISTE", "certificates_only");
    let seen = World::with_list(ca.list()).seen(&ca.der("revoked"), Some(&ca.der("ca")));
    assert_eq!(doubt(&seen), &Doubt::SignerNotAllowed);
}

#[test]
fn a_list_that_covers_something_else_is_not_used() {
    let ca = Authority::new("rsa");
    for (extensions, expected) in [
        ("2.5.29.27 = critical,DER:020101", Doubt::NotForThis),
        (IDP_INDIRECT, Doubt::NotForThis),
        (IDP_AUTHORITIES, Doubt::NotForThis),
        (IDP_ATTRIBUTES, Doubt::NotForThis),
        (IDP_ELSEWHERE, Doubt::OtherPoint),
        (IDP_SOME_REASONS, Doubt::SomeReasons),
        ("1.2.3.4 = critical,DER:0500", Doubt::NotForThis),
    ] {
        let list = ca.list_with(extensions);
        let seen = World::with_list(list).seen(&ca.der("good"), Some(&ca.der("ca")));
        assert_eq!(doubt(&seen), &expected, "{extensions}");
    }
    for extensions in [IDP_USERS, IDP_HERE] {
        let list = World::with_list(ca.list_with(extensions));
        let seen = list.seen(&ca.der("good"), Some(&ca.der("ca")));
        assert_eq!(codes(&seen), [""; 0], "{extensions}: {seen:?}");
        let revoked = list.seen(&ca.der("revoked"), Some(&ca.der("ca")));
        assert_eq!(codes(&revoked), ["cert.revoked"]);
    }
    let some = World::with_list(ca.list_with(IDP_SOME_REASONS));
    let revoked = some.seen(&ca.der("revoked"), Some(&ca.der("ca")));
    assert_eq!(codes(&revoked), ["cert.revoked"], "it is named there");
    let relative = World::with_list(ca.list_with(IDP_RELATIVE));
    let seen = relative.seen(&ca.der("relative"), Some(&ca.der("ca")));
    assert_eq!(codes(&seen), [""; 0], "{seen:?}");
}

#[test]
fn a_list_of_users_says_nothing_of_an_authority() {
    let ca = Authority::new("ec");
    let list = World::with_list(ca.list_with(IDP_USERS));
    let seen = list.seen(&ca.der("below"), Some(&ca.der("ca")));
    assert_eq!(doubt(&seen), &Doubt::NotForThis);
    let list = World::with_list(ca.list_with(IDP_AUTHORITIES));
    let seen = list.seen(&ca.der("below"), Some(&ca.der("ca")));
    assert_eq!(codes(&seen), [""; 0], "{seen:?}");
}

#[test]
fn without_its_issuer_nobody_is_asked_and_that_is_told() {
    let ca = Authority::new("rsa");
    let world = World::with_list(ca.list());
    let seen = world.seen(&ca.der("revoked"), None);
    let outcomes: Vec<_> = seen.answers.iter().map(|it| it.outcome.clone()).collect();
    let missing = Outcome::NotAsked(NotAsked::IssuerMissing);
    assert_eq!(outcomes, [missing.clone(), missing]);
    assert!(world.asked.borrow().is_empty());
    assert_eq!(codes(&seen), ["cert.revocation-unknown"]);
    let finding = seen.findings().remove(0);
    assert!(
        finding
            .note
            .unwrap()
            .fr
            .starts_with("Personne n'a été interrogé")
    );
    let json = serde_json::to_string(&seen).unwrap();
    let later: RevocationSeen = serde_json::from_str(&json).unwrap();
    assert_eq!(later.findings(), seen.findings());
}

#[test]
fn ldap_is_named_and_no_address_failed_us() {
    let ca = Authority::new("rsa");
    let ldap = World::default().seen(&ca.der("ldap"), Some(&ca.der("ca")));
    assert_eq!(
        ldap.answers[0].outcome,
        Outcome::NotAsked(NotAsked::OtherProtocol)
    );
    assert_eq!(codes(&ldap), [""; 0], "nobody was asked");
    assert!(!RevocationProbe::has_addresses(&ca.der("ca")));
}

const IDP_INDIRECT: &str = "issuingDistributionPoint = critical,@idp\n[idp]\nindirectCRL = TRUE";
const IDP_AUTHORITIES: &str = "issuingDistributionPoint = critical,@idp\n[idp]\nonlyCA = TRUE";
const IDP_ATTRIBUTES: &str = "issuingDistributionPoint = critical,@idp\n[idp]\nonlyAA = TRUE";
const IDP_USERS: &str = "issuingDistributionPoint = critical,@idp\n[idp]\nonlyuser = TRUE";
const IDP_ELSEWHERE: &str = "issuingDistributionPoint = critical,@idp\n[idp]\n\
    fullname = URI:http://igc-sante.test.invalid/CRL/AUTRE.crl";
const IDP_HERE: &str = "issuingDistributionPoint = critical,@idp\n[idp]\n\
    fullname = URI:http://IGC-SANTE.test.invalid/CRL/ACI.crl,URI:ldap://annuaire.test.invalid/x";
const IDP_RELATIVE: &str = "issuingDistributionPoint = critical,@idp\n[idp]\n\
    relativename = point\n[point]\nCN = ACI";
const IDP_SOME_REASONS: &str = "issuingDistributionPoint = critical,@idp\n[idp]\n\
    onlysomereasons = keyCompromise";

fn in_days(days: i64) -> Instant {
    Instant::from_unix(Instant::now().unix() + days * 86_400)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_in_place_of_an_answer_make_it_panic_or_believe(
        noise in prop::collection::vec(any::<u8>(), 0..300),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let ca = Authority::shared();
        let (good, issuer) = (ca.der("good"), ca.der("ca"));
        let mut list = ca.list_made_once();
        let before = list.clone();
        for (place, value) in changes {
            let place = place.index(list.len());
            list[place] = value;
        }
        let changed = list != before;
        let seen = World::with_list(list).seen(&good, Some(&issuer));
        let good_still = seen.answers.iter().any(|it| matches!(it.outcome, Outcome::Good { .. }));
        prop_assert!(!(changed && good_still), "{:?}", seen);
        let noise = World { ocsp: Some(Box::new(move |_| noise.clone())), crl: Some(vec![0x30]), ..World::default() };
        prop_assert_eq!(codes(&noise.seen(&good, Some(&issuer))), ["cert.revocation-unknown"]);
    }
}

/// OpenSSL writes none without: its list, less that date, signed anew by the same key.
fn without_next_update(ca: &Authority) -> Vec<u8> {
    let list = ca.list();
    let [signed, algorithm, _] = elements(&list).try_into().unwrap();
    let mut parts = elements(&signed);
    let times = parts.iter().rposition(|part| part[0] == UTC_TIME).unwrap();
    parts.remove(times);
    let signed = element(0x30, &parts.concat());
    std::fs::write(ca.path("signed.der"), &signed).unwrap();
    let out = ["-out", "signature", "signed.der"];
    ca.run(&[["dgst", "-sha256", "-sign", "ca.key"].as_slice(), &out].concat());
    let signature = std::fs::read(ca.path("signature")).unwrap();
    let bits = element(3, &[vec![0], signature].concat());
    element(0x30, &[signed, algorithm, bits].concat())
}

const UTC_TIME: u8 = 0x17;

/// What a sequence holds, element after element.
fn elements(sequence: &[u8]) -> Vec<Vec<u8>> {
    let (_, whole) = Any::from_der(sequence).unwrap();
    let mut rest = whole.data;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (behind, _) = Any::from_der(rest).unwrap();
        found.push(rest[..rest.len() - behind.len()].to_vec());
        rest = behind;
    }
    found
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82, high, low], content].concat()
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).position(|it| it == part).unwrap()
}

/// An authority of OpenSSL with a good, a revoked and a responder's certificate, in a folder.
struct Authority {
    folder: tempfile::TempDir,
}

impl Authority {
    fn new(key: &str) -> Self {
        Self::named(key, "/C=FR/O=TOMCHECK TEST/CN=TEST AC")
    }

    fn shared() -> &'static Self {
        static SHARED: std::sync::OnceLock<Authority> = std::sync::OnceLock::new();
        SHARED.get_or_init(|| {
            let shared = Self::new("ec");
            shared.list();
            shared
        })
    }

    fn list_made_once(&self) -> Vec<u8> {
        std::fs::read(self.path("list.der")).unwrap()
    }

    fn named(key: &str, subject: &str) -> Self {
        Self::with(key, subject, "authority")
    }

    fn with(key: &str, subject: &str, extensions: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Self { folder };
        authority.write("index.txt", "");
        authority.write("serial", "7B0000000000000000000000000000A1\n");
        authority.write("openssl.cnf", CONFIGURATION);
        let kind: &[&str] = match key {
            "rsa" => &["-newkey", "rsa:2048"],
            size if size.starts_with("rsa:") => &["-newkey", size],
            _ => &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        };
        let ca = [
            "req",
            "-x509",
            "-config",
            "openssl.cnf",
            "-extensions",
            extensions,
            "-nodes",
            "-keyout",
            "ca.key",
            "-out",
            "ca.pem",
            "-subj",
            subject,
        ];
        authority.run(&[ca.as_slice(), kind].concat());
        for (name, extensions) in [
            ("good", "holder"),
            ("revoked", "holder"),
            ("ldap", "ldap"),
            ("relative", "relative"),
            ("below", "below"),
            ("responder", "responder"),
        ] {
            authority.issue(name, extensions);
        }
        authority.ca(&["-revoke", "revoked.pem", "-crl_reason", "keyCompromise"]);
        authority
    }

    fn issue(&self, name: &str, extensions: &str) {
        let [key, request, pem] = ["key", "csr", "pem"].map(|end| format!("{name}.{end}"));
        let subject = format!("/C=FR/CN={name}");
        self.run(&[
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-config",
            "openssl.cnf",
            "-keyout",
            &key,
            "-out",
            &request,
            "-subj",
            &subject,
        ]);
        self.ca(&[
            "-batch",
            "-notext",
            "-extensions",
            extensions,
            "-in",
            &request,
            "-out",
            &pem,
        ]);
    }

    fn ca(&self, arguments: &[&str]) {
        let ca = [
            "ca",
            "-config",
            "openssl.cnf",
            "-keyfile",
            "ca.key",
            "-cert",
            "ca.pem",
        ];
        self.run(&[ca.as_slice(), arguments].concat());
    }

    fn list(&self) -> Vec<u8> {
        self.list_with("")
    }

    fn list_with(&self, extensions: &str) -> Vec<u8> {
        self.list_for(extensions, "30")
    }

    fn list_for(&self, extensions: &str, days: &str) -> Vec<u8> {
        let configuration = CONFIGURATION.replace("#LIST", extensions);
        self.write("openssl.cnf", &configuration);
        let list = ["-gencrl", "-crldays", days, "-crlexts", "list"];
        self.ca(&[list.as_slice(), &["-out", "list.pem"]].concat());
        self.run(&[
            "crl", "-in", "list.pem", "-outform", "der", "-out", "list.der",
        ]);
        self.write("openssl.cnf", CONFIGURATION);
        self.list_made_once()
    }

    /// `openssl ocsp`, which answers one question of a file as its server would.
    fn responder(&self, signer: &str) -> impl Fn(&[u8]) -> Vec<u8> + use<> {
        self.responder_for(signer, &["-ndays", "7"])
    }

    fn responder_for(
        &self,
        signer: &str,
        holds: &'static [&'static str],
    ) -> impl Fn(&[u8]) -> Vec<u8> + use<> {
        let folder = self.folder.path().to_owned();
        let (pem, key) = (format!("{signer}.pem"), format!("{signer}.key"));
        move |question| {
            std::fs::write(folder.join("question.der"), question).unwrap();
            let answer = [
                "ocsp",
                "-index",
                "index.txt",
                "-CA",
                "ca.pem",
                "-rsigner",
                &pem,
                "-rkey",
                &key,
                "-reqin",
                "question.der",
                "-respout",
                "response.der",
            ];
            run(&folder, &[answer.as_slice(), holds].concat());
            std::fs::read(folder.join("response.der")).unwrap()
        }
    }

    fn serial(&self, name: &str) -> Vec<u8> {
        let der = self.der(name);
        let (_, certificate) = x509_parser::parse_x509_certificate(&der).unwrap();
        certificate.raw_serial().to_vec()
    }

    fn der(&self, name: &str) -> Vec<u8> {
        let (pem, der) = (format!("{name}.pem"), self.path(&format!("{name}.der")));
        if !der.exists() {
            self.run(&[
                "x509",
                "-in",
                &pem,
                "-outform",
                "der",
                "-out",
                &der.to_string_lossy(),
            ]);
        }
        std::fs::read(der).unwrap()
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) {
        run(self.folder.path(), arguments);
    }
}

fn run(folder: &Path, arguments: &[&str]) {
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

const CONFIGURATION: &str = "
[ca]
default_ca = here
[here]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
default_days = 30
default_crl_days = 30
policy = any
unique_subject = no
[any]
countryName = optional
commonName = supplied
[req]
distinguished_name = name
string_mask = utf8only
[name]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[certificates_only]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[below]
basicConstraints = critical,CA:TRUE
crlDistributionPoints = URI:http://igc-sante.test.invalid/CRL/ACI.crl
[holder]
keyUsage = critical,digitalSignature
authorityInfoAccess = OCSP;URI:http://ocsp.test.invalid/
crlDistributionPoints = URI:http://igc-sante.test.invalid/CRL/ACI.crl
[ldap]
crlDistributionPoints = URI:ldap://annuaire.test.invalid/cn=ACI
[relative]
crlDistributionPoints = at_relative,at_address
[at_relative]
relativename = point
[at_address]
fullname = URI:http://igc-sante.test.invalid/CRL/AUTRE.crl
[point]
CN = ACI
[responder]
extendedKeyUsage = OCSPSigning
[list]
authorityKeyIdentifier = keyid
#LIST
";
