//! Does every form of identifier, and every certificate file, read as what it is?

use proptest::prelude::*;
use serde_json::{Value, json};
use tomcheck_cert::identify::{
    Assumption, CardFamily, Hierarchy, HolderCertificate, Identified, Identifier, Kind, read_file,
};
use tomcheck_diagnosis::{Instant, Lang, Observation};
use tomcheck_testkit::{Ca, Gamme, Holder, Pki, Purpose, ServerCertificate, Variant};

/// What was typed; kind, structure, key, person, key; what is wrong with it.
type Row = (
    &'static str,
    Kind,
    Option<(&'static str, Option<bool>)>,
    Option<(&'static str, Option<bool>)>,
    &'static [&'static str],
);

const RIGHT: Option<bool> = Some(true);
const WRONG: Option<bool> = Some(false);
const MALFORMED: &[&str] = &["cert.identifier-malformed"];
const KEY_INVALID: &[&str] = &["cert.identifier-key-invalid"];

#[rustfmt::skip]
const TYPED: &[Row] = &[
    // as certificates have them
    ("3620100842/01417", Kind::FinessRegistre, Some(("620100842", RIGHT)), Some(("01417", None)), &[]),
    ("4187512751/A7", Kind::SirenRegistre, Some(("187512751", RIGHT)), Some(("A7", None)), &[]),
    ("518751275100020/9", Kind::SiretRegistre, Some(("18751275100020", RIGHT)), Some(("9", None)), &[]),
    ("1629912345/7", Kind::CabinetAdeliRegistre, Some(("629912345", None)), Some(("7", None)), &[]),
    ("6R1000123/7", Kind::CabinetRppsRegistre, Some(("R1000123", None)), Some(("7", None)), &[]),
    ("899700218896", Kind::Rpps, None, Some(("99700218896", RIGHT)), &[]),
    ("00B6087510", Kind::Adeli, None, Some(("0B6087510", None)), &[]),
    ("2ABC", Kind::Drass, None, Some(("ABC", None)), &[]),
    ("912345", Kind::Student, None, Some(("12345", None)), &[]),
    // as people type them
    (" 3620100842 / [R]01417 ", Kind::FinessRegistre, Some(("620100842", RIGHT)), Some(("01417", None)), &[]),
    ("« 3\u{a0}620\u{202f}100\u{a0}842\\01417 »", Kind::FinessRegistre, Some(("620100842", RIGHT)), Some(("01417", None)), &[]),
    ("620100842/01417", Kind::FinessRegistre, Some(("620100842", RIGHT)), Some(("01417", None)), &[]),
    ("18751275100020/01417", Kind::SiretRegistre, Some(("18751275100020", RIGHT)), Some(("01417", None)), &[]),
    ("[R]01417", Kind::Registre, None, Some(("01417", None)), &[]),
    ("n° de registre : 01417", Kind::Registre, None, Some(("01417", None)), &[]),
    ("99700218896", Kind::Rpps, None, Some(("99700218896", RIGHT)), &[]),
    ("RPPS : 99700218896", Kind::Rpps, None, Some(("99700218896", RIGHT)), &[]),
    ("rpps 899700218896", Kind::Rpps, None, Some(("99700218896", RIGHT)), &[]),
    ("620 100 842", Kind::Finess, Some(("620100842", RIGHT)), None, &[]),
    ("N° FINESS 620.100.842", Kind::Finess, Some(("620100842", RIGHT)), None, &[]),
    ("2A0000147", Kind::Finess, Some(("2A0000147", None)), None, &[]),
    ("187-512-751", Kind::Siren, Some(("187512751", RIGHT)), None, &[]),
    ("siren=187512751", Kind::Siren, Some(("187512751", RIGHT)), None, &[]),
    ("18751275100020", Kind::Siret, Some(("18751275100020", RIGHT)), None, &[]),
    ("35600000009075", Kind::Siret, Some(("35600000009075", RIGHT)), None, &[]),
    ("318751275100020", Kind::Siret, Some(("18751275100020", RIGHT)), None, &[]),
    ("10B0127189", Kind::Finess, Some(("0B0127189", None)), None, &[]),
    ("629912345", Kind::Adeli, None, Some(("629912345", None)), &[]),
    ("adeli 0b6087510", Kind::Adeli, None, Some(("0B6087510", None)), &[]),
    ("8.99700041983@carte-cps.fr", Kind::Rpps, None, Some(("99700041983", RIGHT)), &[]),
    ("3.620100842/01417@CARTE-CPS.FR", Kind::FinessRegistre, Some(("620100842", RIGHT)), Some(("01417", None)), &[]),
    ("SN=LIBRE+CN=899900063480+GN=MAX,title=Médecin,C=FR", Kind::Rpps, None, Some(("99900063480", RIGHT)), &[]),
    // with something wrong
    ("3620100843/01417", Kind::FinessRegistre, Some(("620100843", WRONG)), Some(("01417", None)), KEY_INVALID),
    ("10001766123", Kind::Rpps, None, Some(("10001766123", WRONG)), KEY_INVALID),
    ("620100843", Kind::Finess, Some(("620100843", WRONG)), None, KEY_INVALID),
    ("18751275100021", Kind::Siret, Some(("18751275100021", WRONG)), None, KEY_INVALID),
    ("3620100842", Kind::FinessRegistre, Some(("620100842", RIGHT)), None, MALFORMED),
    ("362010084/01417", Kind::FinessRegistre, Some(("62010084", None)), Some(("01417", None)), MALFORMED),
    ("8997002188", Kind::Rpps, None, Some(("997002188", None)), MALFORMED),
    ("89970021889X", Kind::Rpps, None, Some(("9970021889X", None)), MALFORMED),
    ("118751275100020/00012", Kind::CabinetAdeliRegistre, Some(("18751275100020", None)), Some(("00012", None)), MALFORMED),
    ("199700014178/0012", Kind::CabinetAdeliRegistre, Some(("99700014178", None)), Some(("0012", None)), MALFORMED),
    ("16299123/7", Kind::CabinetAdeliRegistre, Some(("6299123", None)), Some(("7", None)), MALFORMED),
    ("6R100012345678901/7", Kind::CabinetRppsRegistre, Some(("R100012345678901", None)), Some(("7", None)), MALFORMED),
    ("", Kind::Unknown, None, None, MALFORMED),
    ("hello", Kind::Unknown, None, None, MALFORMED),
    ("BONJOUR99", Kind::Unknown, None, None, MALFORMED),
    ("7620100842/01417", Kind::Unknown, None, None, MALFORMED),
    ("jean.dupont@medecin.mssante.fr", Kind::Unknown, None, None, MALFORMED),
    ("3620100842/01417/2", Kind::Unknown, None, None, MALFORMED),
];

fn shown(number: &Option<tomcheck_cert::identify::Number>) -> Option<(&str, Option<bool>)> {
    let number = number.as_ref()?;
    Some((number.number.reveal(), number.key_valid))
}

fn codes(seen: &impl Observation) -> Vec<&'static str> {
    seen.findings()
        .iter()
        .map(|finding| finding.kind.code)
        .collect()
}

#[test]
fn every_form_people_type_reads_as_what_it_is() {
    for (typed, kind, structure, person, findings) in TYPED {
        let read = Identifier::parse(typed);
        assert_eq!(read.kind, *kind, "{typed}");
        assert_eq!(shown(&read.structure), *structure, "{typed}");
        assert_eq!(shown(&read.person), *person, "{typed}");
        assert_eq!(codes(&read), *findings, "{typed}");
        assert_eq!(read.input.reveal(), *typed);
    }
}

#[test]
fn a_wrong_form_and_a_wrong_key_are_two_things() {
    let told = |typed| codes(&Identifier::parse(typed));
    assert_eq!(told("BONJOUR99"), ["cert.identifier-malformed"]);
    assert_eq!(told("3620100843/01417"), ["cert.identifier-key-invalid"]);
    assert_eq!(told("3620100842/01417"), [""; 0]);
}

#[test]
fn a_length_that_is_assumed_is_said_to_be() {
    let findings = Identifier::parse("118751275100020/00012").findings();
    let note = findings[0].note.unwrap();
    assert!(note.fr.contains("n'est pas publiée"), "{}", note.fr);
    let told = |key| {
        let evidence = findings[0].evidence.iter().find(|one| one.key == key);
        evidence.unwrap().render(Lang::Fr)
    };
    assert_eq!([told("expected"), told("seen")], ["9", "14"]);
}

#[test]
fn an_endless_input_is_not_echoed_whole() {
    let endless = "1".repeat(100_000);
    for input in [endless.clone(), format!("3620100842/{endless}")] {
        for read in [
            Identifier::parse(&input),
            Identifier::of_person(&input),
            Identifier::of_structure(&input),
        ] {
            assert_eq!(codes(&read), MALFORMED);
            assert!(read.input.reveal().ends_with('…'));
        }
        let printed = serde_json::to_string(&Identified::text(&input, Lang::Fr)).unwrap();
        assert!(printed.len() < 4000, "{}", printed.len());
    }
}

#[test]
fn the_example_of_the_faq_is_one_object_of_the_contract() {
    let read = Identified::text("3620100842/01417", Lang::Fr);
    let printed = serde_json::to_value(&read).unwrap();
    assert_eq!(
        printed,
        json!({
            "input": "3620100842/01417",
            "kind": "finess-registre",
            "type_digit": "3",
            "structure": { "scheme": "FINESS", "number": "620100842", "key_valid": true },
            "person": { "scheme": "registre", "number": "01417", "key_valid": null },
            "card_families": ["CPE", "CPA"],
            "certificate": null,
            "findings": [],
            "assumption": null,
            "defect": null,
        })
    );
    assert_eq!(serde_json::from_value::<Identified>(printed).unwrap(), read);
}

#[test]
fn it_is_told_in_words_a_secretary_reads() {
    let now = Instant::from_unix(0);
    let lines = |text, lang| {
        let read = Identified::text(text, lang);
        let lines = read.lines(now, lang);
        let lines = lines
            .into_iter()
            .map(|line| format!("{} : {}", line.label, line.value));
        lines.collect::<Vec<_>>().join("\n")
    };
    let told = lines("3620100842/01417", Lang::Fr);
    for line in [
        "Établissement (FINESS) : 620100842 — clé de contrôle juste",
        "N° de registre de l'agent : 01417",
        "CPE (carte de personnel d'établissement) ou CPA",
    ] {
        assert!(told.contains(line), "{told}");
    }
    assert!(lines("620100843", Lang::Fr).contains("620100843 — clé de contrôle FAUSSE"));
    let findings = Identified::text("620100843", Lang::Fr).findings;
    assert!(
        findings[0].title.ends_with("est fausse : 3 au lieu de 2"),
        "{findings:?}"
    );
    assert!(lines("99700218896", Lang::En).contains("was not typed"));
    assert!(lines("2A0000147", Lang::Fr).contains("clé non vérifiée"));
}

#[test]
fn what_was_taken_for_granted_is_said() {
    let assumption = |text| Identifier::parse(text).assumption;
    assert_eq!(assumption("899700218896"), None);
    assert_eq!(
        assumption("99700218896"),
        Some(Assumption::WithoutTypeDigit)
    );
    assert_eq!(assumption("620100842"), Some(Assumption::NineDigitsFiness));
    assert_eq!(assumption("187512751"), Some(Assumption::NineDigitsSiren));
    assert_eq!(
        assumption("629912345"),
        Some(Assumption::NineCharactersAdeli)
    );
    assert_eq!(
        assumption("8.99700041983@carte-cps.fr"),
        Some(Assumption::Upn)
    );
    assert_eq!(
        assumption("318751275100020"),
        Some(Assumption::StructureTypeDigit)
    );
    assert_eq!(assumption("[R]01417"), Some(Assumption::RegistreAlone));
}

#[test]
fn a_certificate_is_held_to_the_form_without_indulgence() {
    assert_eq!(Identifier::of_person("99700218896").kind, Kind::Student);
    assert!(!Identifier::of_person("RPPS 99700218896").is_known());
    assert!(!Identifier::of_structure("0002 187512751").is_known());
    assert_eq!(
        Identifier::of_structure("318751275100020").kind,
        Kind::Siret
    );
}

fn person(holder: Holder, variant: Variant) -> HolderCertificate {
    let identity = Pki::shared().person(holder, Purpose::Authentication, variant);
    HolderCertificate::decode(identity.certificate_der()).expect("a certificate of the test PKI")
}

#[test]
fn the_certificate_of_a_staff_card_says_what_the_faq_says() {
    let holder = person(Holder::Cpe, Variant::Valid);
    assert_eq!(holder.delivered_to.reveal(), "3620100842/01417");
    assert_eq!(
        holder.delivered_by,
        "Gamme STANDARD - Domaine PERSONNES (TEST)"
    );
    assert_eq!(holder.hierarchy, Hierarchy::Test);
    assert_eq!(holder.card_family, Some(CardFamily::Cpe));
    assert_eq!(
        holder.card_number.as_ref().unwrap().reveal(),
        "8025000001/9900001417"
    );
    assert_eq!(holder.category.as_ref().unwrap().code, "80");
    assert!(
        holder
            .upn
            .as_ref()
            .unwrap()
            .reveal()
            .starts_with("3.620100842/01417@")
    );
    let names: Vec<&str> = holder
        .subject_attributes
        .iter()
        .map(|a| a.name.as_str())
        .collect();
    assert_eq!(names[..3], ["C", "O", "OU"]);
    assert_eq!(
        names.len(),
        6,
        "the three values of the last RDN are there: {names:?}"
    );
    let identifier = holder.identifier().unwrap();
    assert_eq!(identifier.kind, Kind::FinessRegistre);
    assert_eq!(codes(&identifier), [""; 0]);
}

#[test]
fn the_certificate_of_a_physician_names_profession_and_speciality() {
    let holder = person(Holder::Cps, Variant::Valid);
    assert_eq!(holder.card_family, Some(CardFamily::Cps));
    let profession = holder.profession.as_ref().unwrap();
    assert_eq!(
        (profession.code.as_str(), profession.label.as_deref()),
        ("10", Some("Médecin"))
    );
    assert_eq!(holder.specialities, ["SM26"]);
    assert_eq!(holder.usages.key, Some(vec!["digitalSignature".to_owned()]));
    let extended = ["clientAuth", "smartcardLogon"].map(str::to_owned).to_vec();
    assert_eq!(holder.usages.extended, Some(extended));
    assert_eq!(
        holder.crl,
        ["http://igc-sante.test.invalid/CRL/ACI-FO-PP-TEST.crl"]
    );
    assert_eq!(holder.ocsp, ["http://ocsp.test.invalid/"]);
    let site = "http://igc-sante.test.invalid";
    assert_eq!(
        holder.freshest_crl,
        [format!("{site}/CRL/ACI-FO-PP-TEST-delta.crl")]
    );
    assert_eq!(
        holder.issuer_certificates,
        [format!("{site}/AC%20TEST/ACI-FO-PP-TEST.cer")]
    );
    let policy = &holder.policies[0];
    let practice = format!("{site}/PC%20TEST");
    assert_eq!(
        (policy.oid.as_str(), policy.cps.as_deref()),
        ("1.3.6.1.4.1.32473.1", Some(practice.as_str()))
    );
    let serial = holder.card_serial.as_ref().unwrap().reveal();
    assert_eq!(
        (holder.card_issuer.as_deref(), serial),
        (Some("8025000001"), "9900014178")
    );
    let key = &holder.public_key;
    assert_eq!((key.algorithm.as_str(), key.bits), ("RSA", Some(2048)));
    assert_eq!(holder.signature_algorithm, "sha256WithRSAEncryption");
    let issuer = Pki::shared().authority(Holder::Cps.issuer());
    let issuer = HolderCertificate::decode(issuer.certificate_der()).unwrap();
    assert_eq!(
        holder.authority_key_id.as_deref(),
        issuer.subject_key_id.as_ref().map(|id| id.reveal())
    );
    assert_eq!(issuer.path_length, Some(0));
    assert_eq!(holder.identifier().unwrap().kind, Kind::Rpps);
}

#[test]
fn the_printed_certificate_has_the_keys_of_the_contract() {
    let now = Instant::from_unix(1_795_000_000);
    let holder = person(Holder::Cps, Variant::Valid);
    let read = Identified::certificate("carte.pem", holder, now, Lang::Fr);
    let printed = serde_json::to_value(&read).unwrap();
    assert_eq!(printed["input"], "carte.pem");
    assert_eq!(printed["kind"], "rpps");
    assert_eq!(
        printed["card_families"],
        json!(["CPS"]),
        "the card it sits on, not a guess"
    );
    let certificate = &printed["certificate"];
    for key in [
        "delivered_to",
        "delivered_by",
        "subject",
        "issuer",
        "serial",
        "validity",
        "usages",
        "hierarchy",
        "gamme",
        "domaine",
        "card_family",
        "profession",
        "sha256",
    ] {
        assert_ne!(certificate[key], Value::Null, "{key}");
    }
    assert_eq!(certificate["hierarchy"], "test");
    assert_eq!(certificate["gamme"], "FORT");
    assert_eq!(certificate["domaine"], "PERSONNES");
    assert_eq!(serde_json::from_value::<Identified>(printed).unwrap(), read);
}

#[test]
fn authorities_and_servers_are_no_persons() {
    let pki = Pki::shared();
    let root = pki.authority(Ca::Root(Gamme::Fort));
    let root = HolderCertificate::decode(root.certificate_der()).unwrap();
    assert!(root.is_authority && root.identifier().is_none());
    let server = pki.server(ServerCertificate::Localhost);
    let server = HolderCertificate::decode(server.certificate_der()).unwrap();
    assert_eq!(server.delivered_to.reveal(), "localhost");
    assert_eq!(server.identifier().unwrap().kind, Kind::Siret);
    let stranger = person(Holder::Cpe, Variant::WrongCa);
    assert_eq!(stranger.hierarchy, Hierarchy::Other);
    assert_eq!(stranger.delivered_by, "TEST AC D'UNE AUTRE MAISON");
}

#[test]
fn files_read_in_pem_alone_or_in_chain_and_in_der() {
    let identity = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
    let read = |path| read_file(&std::fs::read(path).unwrap()).unwrap();
    let alone = read(identity.certificate_pem());
    let chain = read(identity.chain_pem());
    assert_eq!((alone.len(), chain.len()), (1, identity.chain_der().len()));
    assert_eq!(alone[0], chain[0]);
    assert_eq!(read_file(identity.certificate_der()).unwrap(), alone);
    let key = std::fs::read(identity.key_pem()).unwrap();
    assert!(
        read_file(&key)
            .unwrap_err()
            .to_string()
            .contains("PRIVATE KEY")
    );
}

#[test]
fn a_letter_among_digits_is_shown_with_its_place() {
    let read = Identifier::parse("8997002I8896");
    let findings = read.findings();
    let evidence = findings[0].evidence.iter().find(|one| one.key == "place");
    let told = evidence.unwrap().render(Lang::Fr);
    assert_eq!(
        told,
        "« I » en 7ᵉ place du numéro RPPS, au lieu du chiffre 1 ?"
    );
}

#[test]
fn a_chain_that_windows_exports_reads_in_der_and_in_pem() {
    let chain = Pki::shared().authorities_pem();
    let folder = tempfile::tempdir().unwrap();
    for form in ["der", "pem"] {
        let wrapped = folder.path().join("chain.p7b");
        let made = std::process::Command::new("openssl")
            .args(["crl2pkcs7", "-nocrl", "-outform", form, "-certfile"])
            .arg(&chain)
            .arg("-out")
            .arg(&wrapped)
            .status();
        assert!(made.unwrap().success());
        let bytes = std::fs::read(&wrapped).unwrap();
        let (read, plain) = (
            read_file(&bytes),
            read_file(&std::fs::read(&chain).unwrap()),
        );
        let subjects = |read: Vec<HolderCertificate>| {
            let mut all: Vec<_> = read
                .iter()
                .map(|one| one.sha256.reveal().to_owned())
                .collect();
            all.sort();
            all
        };
        assert_eq!(subjects(read.unwrap()), subjects(plain.unwrap()), "{form}");
        for cut in 0..bytes.len() {
            let _ = read_file(&bytes[..cut]);
        }
    }
    // ContentInfo { signedData, [0] { SignedData without certificates } }
    let empty = b"\x30\x1B\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02\xA0\x0E\x30\x0C\x02\x01\x01\x31\x00\x30\x05\x06\x03\x2A\x03\x04";
    let failure = read_file(empty).unwrap_err().to_string();
    assert_eq!(failure, "this file holds no certificate, but “PKCS#7”");
}

#[test]
fn a_truncated_certificate_says_so_and_padding_does_no_harm() {
    let identity = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
    let der = identity.certificate_der();
    let cut = read_file(&der[..der.len() / 2]).unwrap_err();
    assert!(
        cut.to_string().starts_with("truncated certificate: "),
        "{cut}"
    );
    assert!(
        cut.text(Lang::Fr).starts_with("certificat tronqué : "),
        "{cut}"
    );
    let padded = [der, &[0; 40]].concat();
    let (padded, plain) = (
        HolderCertificate::decode(&padded),
        HolderCertificate::decode(der),
    );
    assert_eq!(padded, plain);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_what_it_shows_is_safe(text in "\\PC{0,40}|[0-9A-Za-z/.@ \\[\\]]{0,20}|.{0,300}") {
        let read = Identified::text(&text, Lang::Fr);
        for line in read.lines(Instant::from_unix(0), Lang::Fr) {
            prop_assert!(!line.value.chars().any(char::is_control));
        }
        let _ = (Identifier::of_person(&text), Identifier::of_structure(&text));
    }

    #[test]
    fn blanks_and_case_change_nothing(number in "[0358][0-9A-B]{8,14}(/[0-9]{1,6})?", place in 0usize..9) {
        let mut typed = number.to_lowercase();
        typed.insert(place, ' ');
        let (typed, plain) = (Identifier::parse(&typed), Identifier::parse(&number));
        prop_assert_eq!((typed.kind, typed.structure, typed.person), (plain.kind, plain.structure, plain.person));
    }

    #[test]
    fn one_wrong_digit_is_always_seen(body in "[0-9]{10}", place in 0usize..11, shift in 1u8..10) {
        let right = (0..10).map(|key| format!("8{body}{key}"));
        let right: Vec<String> = right.filter(|text| codes(&Identifier::parse(text)).is_empty()).collect();
        prop_assert_eq!(right.len(), 1, "one digit fits, no other");
        let mut wrong = right[0].clone().into_bytes();
        wrong[1 + place] = (wrong[1 + place] - b'0' + shift) % 10 + b'0';
        let wrong = String::from_utf8(wrong).unwrap();
        prop_assert_eq!(codes(&Identifier::parse(&wrong)), KEY_INVALID);
    }

    #[test]
    fn no_mutated_certificate_makes_it_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        keep in any::<Option<prop::sample::Index>>(),
    ) {
        let identity = Pki::shared().person(Holder::Cps, Purpose::Authentication, Variant::Valid);
        let mut der = identity.certificate_der().to_vec();
        for (place, value) in changes {
            let place = place.index(der.len());
            der[place] = value;
        }
        if let Some(keep) = keep {
            der.truncate(keep.index(der.len()));
        }
        if let Ok(holder) = HolderCertificate::decode(&der) {
            let read = Identified::certificate("x", holder, Instant::from_unix(0), Lang::En);
            for line in read.lines(Instant::from_unix(0), Lang::En) {
                prop_assert!(!line.value.chars().any(char::is_control));
            }
        }
        let _ = read_file(&der);
    }
}
