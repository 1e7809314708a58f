//! Is the right certificate chosen, and is each fault of it told from the others?

use tomcheck_cert::{
    CertificateProbe, CertificatesSeen, Choice, Expected, KeyIds, PrivateKeys, TokenCertificate,
};
use tomcheck_diagnosis::{Instant, Lang, Observation, Probe, Pseudonyms};
use tomcheck_testkit::{Ca, Gamme, Holder, Pki, Purpose, Variant};

const DAY: i64 = 86_400;

fn card(purpose: Purpose, variant: Variant) -> TokenCertificate {
    let identity = Pki::shared().person(Holder::Cpe, purpose, variant);
    let (id, label) = match purpose {
        Purpose::Authentication => (1, "Certificate for PIV Authentication"),
        Purpose::Signature => (2, "Certificate for Digital Signature"),
    };
    object(id, label, identity.certificate_der())
}

fn object(id: u8, label: &str, der: &[u8]) -> TokenCertificate {
    TokenCertificate {
        id: vec![id],
        label: label.to_owned(),
        der: der.to_vec(),
    }
}

fn authority() -> TokenCertificate {
    let root = Pki::shared().authority(Ca::Root(Gamme::Standard));
    object(0, "AC", root.certificate_der())
}

fn healthy() -> [TokenCertificate; 2] {
    [
        card(Purpose::Signature, Variant::Valid),
        card(Purpose::Authentication, Variant::Valid),
    ]
}

fn observe(certificates: &[TokenCertificate]) -> CertificatesSeen {
    CertificateProbe::new(certificates, None, Instant::now()).observe()
}

fn codes(seen: &CertificatesSeen) -> Vec<&'static str> {
    seen.findings()
        .iter()
        .map(|finding| finding.kind.code)
        .collect()
}

fn choices(seen: &CertificatesSeen) -> Vec<Choice> {
    seen.certificates.iter().map(|one| one.choice).collect()
}

#[test]
fn a_healthy_card_gives_its_authentication_certificate_and_nothing_to_say() {
    let seen = observe(&healthy());
    assert_eq!(codes(&seen), [""; 0]);
    let chosen = seen.authentication().unwrap();
    assert_eq!((chosen.index, chosen.id.as_slice()), (1, [1].as_slice()));
    assert_eq!(chosen.der, healthy()[1].der);
    assert_eq!(
        choices(&seen),
        [Choice::ForSigningDocuments, Choice::Chosen]
    );
}

#[test]
fn labels_that_lie_change_nothing() {
    let mut certificates = healthy();
    certificates[0].label = "Certificat d'Authentification CPS".to_owned();
    certificates[1].label = "Certificat de Signature CPS".to_owned();
    assert_eq!(observe(&certificates).authentication().unwrap().index, 1);
}

#[test]
fn a_token_without_certificate_of_its_own() {
    assert_eq!(codes(&observe(&[])), ["cert.none"]);
    assert_eq!(codes(&observe(&[authority()])), ["cert.none"]);
}

#[test]
fn only_the_signature_certificate() {
    let seen = observe(&[card(Purpose::Signature, Variant::Valid), authority()]);
    assert_eq!(codes(&seen), ["cert.authentication-missing"]);
    assert_eq!(seen.authentication(), None);
    let evidence = &seen.findings()[0].evidence;
    let shown: Vec<String> = evidence.iter().map(|one| one.render(Lang::Fr)).collect();
    assert!(shown.contains(&"nonRepudiation".to_owned()), "{shown:?}");
    assert!(
        shown.contains(&"celui d'une autorité".to_owned()),
        "{shown:?}"
    );
}

#[test]
fn a_certificate_made_for_something_else() {
    let seen = observe(&[card(Purpose::Authentication, Variant::WrongUsage)]);
    assert_eq!(codes(&seen), ["cert.wrong-usage"]);
    assert_eq!(choices(&seen), [Choice::OtherUsage]);
}

#[test]
fn one_that_cannot_be_read_is_shown_and_does_not_hide_the_good_one() {
    let garbage = object(9, "", b"garbage");
    let seen = observe(&[
        garbage.clone(),
        card(Purpose::Authentication, Variant::Valid),
    ]);
    assert_eq!(codes(&seen), [""; 0]);
    assert_eq!(choices(&seen), [Choice::Unreadable, Choice::Chosen]);
    let seen = observe(&[garbage]);
    assert_eq!(codes(&seen), ["cert.authentication-missing"]);
    let evidence = &seen.findings()[0].evidence;
    let unreadable = evidence
        .iter()
        .find(|one| one.render(Lang::Fr) == "illisible")
        .unwrap();
    assert_eq!(unreadable.label(Lang::Fr), "09", "named by its CKA_ID");
}

#[test]
fn an_ended_certificate_carries_both_instants() {
    let seen = observe(&[card(Purpose::Authentication, Variant::Expired)]);
    assert_eq!(codes(&seen), ["cert.expired"]);
    assert!(
        seen.authentication().is_some(),
        "it is still the one to renew"
    );
    let finding = &seen.findings()[0];
    let value = |key| finding.evidence.iter().find(|one| one.key == key).unwrap();
    let validity = seen.holder().unwrap().validity;
    assert_eq!(
        value("not_after").machine(Lang::Fr),
        validity.not_after.to_string()
    );
    assert_eq!(value("now").machine(Lang::Fr), seen.at.to_string());
    assert!(
        finding
            .title(Lang::Fr)
            .contains(&validity.not_after.render(Lang::Fr))
    );
}

#[test]
fn a_certificate_to_come() {
    let seen = observe(&[card(Purpose::Authentication, Variant::NotYetValid)]);
    assert_eq!(codes(&seen), ["cert.not-yet-valid"]);
}

#[test]
fn sixty_days_before_its_end_a_certificate_warns_and_not_before() {
    let certificates = healthy();
    let end = observe(&certificates)
        .holder()
        .unwrap()
        .validity
        .not_after
        .unix();
    let at = |seconds| {
        let now = Instant::from_unix(seconds);
        codes(&CertificateProbe::new(&certificates, None, now).observe())
    };
    assert_eq!(at(end - 60 * DAY), [""; 0]);
    assert_eq!(at(end - 60 * DAY + 1), ["cert.expires-soon"]);
    assert_eq!(
        at(end),
        ["cert.expires-soon"],
        "the last second still holds"
    );
    assert_eq!(at(end + 1), ["cert.expired"]);
}

#[test]
fn of_two_the_one_that_holds_now_is_chosen() {
    let certificates = [
        card(Purpose::Authentication, Variant::Expired),
        card(Purpose::Authentication, Variant::Valid),
        card(Purpose::Authentication, Variant::NotYetValid),
    ];
    let seen = observe(&certificates);
    let expected = [
        Choice::AnotherPreferred,
        Choice::Chosen,
        Choice::AnotherPreferred,
    ];
    assert_eq!(choices(&seen), expected);
}

#[test]
fn the_key_is_missing_only_where_keys_can_be_seen() {
    let certificates = healthy();
    let with =
        |keys: KeyIds| codes(&CertificateProbe::new(&certificates, keys, Instant::now()).observe());
    assert_eq!(with(KeyIds::NotVisibleBeforeLogin), [""; 0]);
    assert_eq!(with(Some(vec![vec![2], vec![1]]).into()), [""; 0]);
    assert_eq!(with(Some(vec![vec![2]]).into()), ["cert.key-missing"]);
    assert_eq!(with(Some(vec![]).into()), ["cert.key-missing"]);
}

#[test]
fn keys_that_could_not_be_listed_are_not_hidden_ones_and_keep_the_failure() {
    let failure = tomcheck_diagnosis::ForeignFailure::new("C_FindObjectsInit", 0x30);
    let keys = KeyIds::from(&PrivateKeys::Unknown(failure.clone()));
    assert_eq!(keys, KeyIds::Unknown(failure));
    let hidden = KeyIds::from(&PrivateKeys::HiddenUntilLogin);
    assert_eq!(hidden, KeyIds::NotVisibleBeforeLogin);
    let certificates = healthy();
    let seen = CertificateProbe::new(&certificates, keys.clone(), Instant::now()).observe();
    assert_eq!(codes(&seen), [""; 0]);
    assert_eq!(seen.keys, keys);
}

#[test]
fn what_the_site_is_for_decides_about_the_issuer() {
    let judged = |variant, expected| {
        let certificates = [card(Purpose::Authentication, variant)];
        let probe = CertificateProbe::new(&certificates, None, Instant::now());
        codes(&probe.expecting(expected).observe())
    };
    assert_eq!(judged(Variant::Valid, Expected::Any), [""; 0]);
    assert_eq!(judged(Variant::WrongCa, Expected::Any), [""; 0]);
    assert_eq!(
        judged(Variant::Valid, Expected::Production),
        ["cert.test-hierarchy"]
    );
    assert_eq!(
        judged(Variant::WrongCa, Expected::Production),
        ["cert.issuer-unknown"]
    );
}

#[test]
fn a_saved_observation_is_judged_the_same_later() {
    let seen = observe(&[card(Purpose::Authentication, Variant::Expired)]);
    let json = serde_json::to_string(&seen).unwrap();
    let later: CertificatesSeen = serde_json::from_str(&json).unwrap();
    assert_eq!(later.findings(), seen.findings());
    let chosen = later.authentication().unwrap();
    assert!(
        chosen.der.is_empty(),
        "the certificate itself is not in a report"
    );
}

#[test]
fn a_redacted_observation_names_nobody() {
    for holder in [Holder::Cpe, Holder::Cps] {
        let identity = Pki::shared().person(holder, Purpose::Authentication, Variant::Valid);
        let seen = observe(&[object(1, "x", identity.certificate_der())]);
        let mut pseudonyms = Pseudonyms::new("key");
        pseudonyms.extend(seen.identities());
        let mut value = serde_json::to_value(&seen).unwrap();
        pseudonyms.mask(&mut value);
        let text = value.to_string();
        let number = holder.identifier();
        let parts = [
            "01417",
            "620100842",
            "99900014178",
            "KIT",
            "DOC0001417",
            "ETABLISSEMENT",
        ];
        for personal in [number, &number[1..]].into_iter().chain(parts) {
            assert!(!text.contains(personal), "{personal} in {text}");
        }
        assert!(!format!("{seen:?}").contains(number));
    }
}
