//! How does every finding read, in both languages, on every system?
//!
//! `TOMCHECK_REGENERATE=1 cargo test -p tomcheck --test findings_read` writes the two files anew:
//! read them aloud before they are committed.

#![expect(
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use tomcheck::{
    Audience, Evidence, Finding, FindingKind, FindingRecord, Lang, Plain, TextStyle, finding_lines,
};

const SYSTEMS: [&str; 3] = ["windows", "linux", "macos"];

/// What stands in the places of the keys; of one kind only where the code stands before the key.
const SAMPLES: &[(&str, &str)] = &[
    ("proxy.bypass-name-missing missing", "tom.example"),
    ("proxy.bypass-address-missing missing", "203.0.113.7"),
    ("proxy.setting-invalid why", "le port n'est pas un nombre"),
    ("proxy.pac-timeout why", "10 s sans réponse"),
    ("reader.galss-only port", "COM1"),
    (
        "reader.virtual-only readers",
        "Windows Hello for Business 1",
    ),
    ("module.crashed how", "SIGSEGV, signal 11"),
    (
        "module.duplicate used",
        "/opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so",
    ),
    ("module.wrong-architecture module", "Linux x86, 32 bits"),
    ("module.wrong-architecture process", "Linux x86_64, 64 bits"),
    ("reader.wanted-missing wanted", "Ingenico"),
    ("cert.not-yet-valid not_before", "25/06/2027 à 12:00 (UTC)"),
    ("cert.expires-soon not_after", "02/12/2026 à 12:00 (UTC)"),
    (
        "trace.stale why",
        "dernière ligne le 20/12/2025 à 08:00 (UTC)",
    ),
    ("module.dependency-missing missing", "libpcsclite.so.1"),
    ("module.answer-impossible said", "4294967295 lecteurs"),
    ("cert.chain-incomplete where", "sur ce poste"),
    ("addresses", "203.0.113.7, 2001:db8::7"),
    ("browser", "Google Chrome"),
    ("browsers", "browser.firefox-module-missing"),
    ("broken", "IPv6"),
    (
        "bundle",
        "http://igc-sante.esante.gouv.fr/AC/Chaine_de_certification-IGC-Sante.p7b",
    ),
    ("call", "C_GetSlotList"),
    ("certificate", "CPS3v1-PROD"),
    ("code", "proxy.authentication-required"),
    ("days", "12"),
    ("delay", "60 s"),
    ("delivered_by", "Gamme STANDARD - Domaine PERSONNES"),
    ("expected", "7"),
    ("file", "pkcs11.txt"),
    ("files", "access.log"),
    ("generation", "CPS4"),
    ("host", "tom.example"),
    ("how", "RST"),
    ("identifier", "3620100842/01417"),
    ("interceptor", "Fortinet FortiGate"),
    ("issuer", "CN=AC IGC-SANTE STANDARD PERSONNES"),
    ("library", "MSVCR100.dll"),
    ("local", "20/11/2026 à 08:00 (UTC)"),
    ("missing", "AC IGC-SANTE STANDARD PERSONNES"),
    ("missing_issuer", "CN=AC RACINE IGC-SANTE STANDARD"),
    ("module", "libcps3_pkcs11_lux.so"),
    ("most", "60"),
    ("named", "INGENICO Leo"),
    ("not_after", "25/06/2026 à 12:00 (UTC)"),
    ("not_before", "25/06/2026 à 12:00 (UTC)"),
    ("now", "20/11/2026 à 08:00 (UTC)"),
    ("number", "620100842"),
    ("offered", "TLS 1.0"),
    ("others", "/usr/lib/pkcs11/other.so"),
    ("path", "/opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so"),
    ("port", "443"),
    ("presented", "autre.example"),
    ("process", "64"),
    ("profile", "default-esr"),
    ("proxy", "proxy.hopital.example:3128"),
    ("proxy_host", "proxy.hopital.example"),
    ("reader", "Gemalto PC Twin Reader 00 00"),
    (
        "readers",
        "Gemalto PC Twin Reader 00 00, OMNIKEY 3x21 00 00",
    ),
    ("remote", "20/11/2026 à 10:00 (UTC)"),
    ("revoked_at", "25/06/2026 à 12:00 (UTC)"),
    ("rule", "*.example"),
    ("said", "CKR_GENERAL_ERROR"),
    ("scheme", "FINESS"),
    ("schemes", "NTLM"),
    ("script", "http://wpad.hopital.example/proxy.pac"),
    ("seen", "2"),
    ("server", "tom.example"),
    ("site", "tom.example:443"),
    ("status", "403"),
    ("url", "http://wpad.hopital.example/proxy.pac"),
    ("usb", "Gemalto PC Twin Reader (USB 08e6:3437)"),
    ("used", "DIRECT"),
    ("version", "5.0.28"),
    ("wanted", "PC Twin"),
    ("where", "/etc/environment:12"),
    ("why", "SyntaxError, ligne 12"),
    ("working", "IPv4"),
];

/// The finding, with a sample for each of its keys.
fn sample(kind: &'static FindingKind) -> Finding {
    let steps = kind.remedy.steps.iter().map(|step| step.text);
    let texts = steps.chain([kind.title]);
    let keys = texts.flat_map(|text| {
        let parts = text.fr.split('{').skip(1);
        parts
            .filter_map(|part| Some(part.split_once('}')?.0))
            .collect::<Vec<_>>()
    });
    let keys: BTreeSet<&str> = keys.collect();
    keys.into_iter().fold(Finding::of(kind), |finding, key| {
        let own = format!("{} {key}", kind.code);
        let of = |name: &str| SAMPLES.iter().find(|(known, _)| *known == name);
        let known = of(&own).or_else(|| of(key));
        let (_, value) = known.unwrap_or_else(|| panic!("{}: no sample for {{{key}}}", kind.code));
        finding.with(Evidence::raw(key, *value))
    })
}

fn read_aloud(lang: Lang) -> String {
    let style = TextStyle {
        verbose: true,
        width: 100,
        ..TextStyle::default()
    };
    let mut text = String::new();
    for kind in tomcheck::findings() {
        let finding = sample(kind);
        let mut told: Vec<(String, Vec<&str>)> = Vec::new();
        for os in SYSTEMS {
            let mut record = FindingRecord::new(&finding, lang, os);
            record.evidence.clear();
            let lines = finding_lines(&[record], lang, style, &Plain);
            match told.iter_mut().find(|(known, _)| *known == lines) {
                Some((_, systems)) => systems.push(os),
                None => told.push((lines, vec![os])),
            }
        }
        let is_one = told.len() == 1;
        for (lines, systems) in told {
            let systems = systems.join(", ");
            let heading = if is_one {
                String::new()
            } else {
                format!("[{systems}]\n")
            };
            let _ = writeln!(text, "{heading}{lines}");
        }
    }
    text
}

#[test]
fn every_finding_reads_as_committed() {
    for (lang, name) in [(Lang::Fr, "findings.fr.txt"), (Lang::En, "findings.en.txt")] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests")
            .join(name);
        let said = read_aloud(lang);
        if std::env::var_os("TOMCHECK_REGENERATE").is_some() {
            fs::write(&path, &said).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            said == committed,
            "tests/{name} is not what the tables say; read it aloud after \
             TOMCHECK_REGENERATE=1 cargo test -p tomcheck --test findings_read"
        );
        assert!(!said.contains('…') || !said.contains("{"), "a key is left");
    }
}

/// By these a step names a menu, a command, a page, somebody to ask, or a thing in one's hands.
const NAMES_SOMETHING: &[&str] = &[
    "`",
    "«",
    " > ",
    " /",
    "tomcheck",
    "://", // menu, command, page
    "demandez",
    "envoyez",
    "signalez",
    "appelez",
    "l'ANS",
    "l'assistance",
    "administrateur", // person
    "carte",
    "lecteur",
    "prise USB", // thing
    "le Mac",
    "nslookup",
    "URL",
    "proxy",
    "serveur",
    "Cryptolib",
    "numéro",
    "fichier",
];

#[test]
fn every_remedy_names_a_menu_a_command_a_person_or_a_thing_in_ones_hands() {
    let mut vague = Vec::new();
    for kind in tomcheck::findings() {
        for os in SYSTEMS {
            let steps = sample(kind).steps(Lang::Fr, os);
            assert!(!steps.is_empty(), "{} on {os}", kind.code);
            assert!(
                steps.len() <= 8,
                "{} on {os}: {} steps",
                kind.code,
                steps.len()
            );
            let names = |step: &String| NAMES_SOMETHING.iter().any(|word| step.contains(word));
            if !steps.iter().any(names) {
                vague.push((kind.code, os, steps));
            }
        }
    }
    assert!(vague.is_empty(), "{vague:#?}");
}

/// What only somebody who looks after networks or issues cards can do is not asked of the holder.
#[test]
fn the_holder_is_asked_for_nothing_that_takes_an_administrator() {
    let beyond = [
        "sudo ",
        "regedit",
        "policies.json",
        "stratégie de groupe",
        "pare-feu",
    ];
    for kind in tomcheck::findings() {
        if kind.remedy.audience != Audience::Holder {
            continue;
        }
        for os in SYSTEMS {
            let first = sample(kind).steps(Lang::Fr, os).remove(0);
            let found = beyond.iter().find(|word| first.contains(**word));
            assert_eq!(found, None, "{} on {os}: {first}", kind.code);
        }
    }
}

/// Words that a secretary does not use, with what is said instead.
const ANGLICISMS: &[(&str, &str)] = &[
    ("uploader", "envoyer"),
    ("downloader", "télécharger"),
    ("checker", "vérifier"),
    ("le token", "la carte"),
    ("un token", "une carte"),
    ("login", "identifiant"),
    ("le driver", "le pilote"),
    ("le firewall", "le pare-feu"),
    ("le browser", "le navigateur"),
    ("rebooter", "redémarrer"),
    ("supporte", "accepte"),
    ("librairie", "bibliothèque"),
    ("adresser le problème", "régler"),
    ("implémente", "sait faire"),
    ("fichier de log", "journal"),
    ("les logs", "les journaux"),
    ("email", "courriel"),
];

#[test]
fn the_french_has_no_word_that_was_only_translated() {
    for kind in tomcheck::findings() {
        let steps = kind.remedy.steps.iter().map(|step| step.text.fr);
        for text in steps.chain([kind.title.fr]) {
            let lower = text.to_lowercase();
            for (word, instead) in ANGLICISMS {
                let found = lower.split('`').step_by(2).any(|part| part.contains(word));
                assert!(!found, "{}: « {word} » : {instead}\n{text}", kind.code);
            }
        }
    }
}
