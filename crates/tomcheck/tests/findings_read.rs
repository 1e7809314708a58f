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
    Audience, Evidence, Finding, FindingKind, FindingRecord, Lang, Plain, Text, TextStyle,
    finding_lines,
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
    let keys: BTreeSet<&str> = texts(kind).flat_map(|text| keys(text.fr)).collect();
    keys.into_iter().fold(Finding::of(kind), |finding, key| {
        let own = format!("{} {key}", kind.code);
        let of = |name: &str| SAMPLES.iter().find(|(known, _)| *known == name);
        let known = of(&own).or_else(|| of(key));
        let (_, value) = known.unwrap_or_else(|| panic!("{}: no sample for {{{key}}}", kind.code));
        finding.with(Evidence::raw(key, *value))
    })
}

/// Its title, then its steps on every system.
fn texts(kind: &FindingKind) -> impl Iterator<Item = &Text> {
    let steps = kind.remedy.steps.iter().map(|step| &step.text);
    std::iter::once(&kind.title).chain(steps)
}

/// What stands in braces.
fn keys(text: &str) -> Vec<&str> {
    let parts = text.split('{').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect()
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
        assert!(!said.contains(['{', '}']), "a key is left");
    }
}

/// A key without evidence is filled with an ellipsis: a sentence has those of its own only.
#[test]
fn both_languages_are_filled_from_the_same_evidence_to_the_end() {
    for kind in tomcheck::findings() {
        for text in texts(kind) {
            let [fr, en] =
                [text.fr, text.en].map(|text| keys(text).into_iter().collect::<BTreeSet<_>>());
            assert_eq!(fr, en, "{}: {}", kind.code, text.en);
        }
        let own = |lang| texts(kind).map(move |text| text.get(lang).matches('…').count());
        let finding = sample(kind);
        for lang in [Lang::Fr, Lang::En] {
            let steps = SYSTEMS.iter().flat_map(|os| finding.steps(lang, os));
            let told: BTreeSet<String> = steps.chain([finding.title(lang)]).collect();
            let told: usize = told.iter().map(|text| text.matches('…').count()).sum();
            assert_eq!(told, own(lang).sum::<usize>(), "{} in {lang:?}", kind.code);
        }
    }
}

/// What somebody is asked by, and whom one can ask, by the beginning of the words.
const ASKED: [(&[&str], &[&str]); 2] = [
    (
        &["demande", "appele", "envoye", "signale", "auprès de"],
        &[
            "service informatique",
            "assistance",
            "l'ans",
            "agence du numérique",
            "éditeur",
            "administrateur",
            "mandataire",
            "technicien",
            "fabricant",
            "responsable",
            "personne qui gère",
            "personne assise",
        ],
    ),
    (
        &[
            "ask ",
            "call ",
            "send ",
            "report ",
            "tell ",
            "with the network",
        ],
        &[
            "it department",
            "support",
            "the ans",
            "agence du numérique",
            "publisher",
            "administrator",
            "mandataire",
            "technician",
            "maker",
            "person in charge",
            "person who looks after",
            "person who sits",
        ],
    ),
];

/// What one can follow a step by.
#[derive(Debug, Eq, PartialEq)]
struct Named {
    menu: bool,
    commands: Vec<String>,
    person: bool,
}

impl Named {
    /// In the words of the table: what is filled in names nothing.
    fn of(text: &str, lang: Lang) -> Self {
        let (verbs, people) = match lang {
            Lang::Fr => ASKED[0],
            Lang::En => ASKED[1],
        };
        let lower = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        let quoted = between(text, '«', '»').chain(between(text, '“', '”'));
        let mut named = quoted.filter(|it| !it.trim().starts_with('{'));
        Self {
            menu: text.contains(" > ") || named.next().is_some(),
            commands: commands(text),
            person: has(verbs) && has(people),
        }
    }

    fn is_something(&self) -> bool {
        self.menu || self.person || !self.commands.is_empty()
    }
}

fn between(text: &str, open: char, close: char) -> impl Iterator<Item = &str> {
    let parts = text.split(open).skip(1);
    parts.filter_map(move |part| Some(part.split_once(close)?.0))
}

/// What is to be typed, without the words that are in capitals: those are the reader's own.
fn commands(text: &str) -> Vec<String> {
    let typed = text.split('`').skip(1).step_by(2);
    let plain = typed.map(|typed| {
        let words = typed.split(' ').filter(|word| !is_own(word));
        words.collect::<Vec<_>>().join(" ")
    });
    plain.collect()
}

/// `NOM`, `"NOM"`, `FICHIER.pem`, `http://NOM:PORT`.
fn is_own(word: &str) -> bool {
    let word = word.trim_matches('"').trim_start_matches("http://");
    let name = word.split(['.', ':']).next().unwrap_or_default();
    name.len() > 1 && name.chars().all(char::is_uppercase)
}

#[test]
fn every_remedy_names_a_menu_a_command_or_a_person_to_ask_in_both_languages() {
    let mut vague = Vec::new();
    for kind in tomcheck::findings() {
        for os in SYSTEMS {
            let steps = kind.remedy.steps.iter();
            let steps: Vec<_> = steps.filter(|step| step.on.applies_to(os)).collect();
            assert!((1..=8).contains(&steps.len()), "{} on {os}", kind.code);
            for lang in [Lang::Fr, Lang::En] {
                let mut named = steps.iter().map(|it| Named::of(it.text.get(lang), lang));
                if !named.any(|named| named.is_something()) {
                    vague.push((kind.code, os, lang));
                }
            }
        }
    }
    assert!(vague.is_empty(), "{vague:#?}");
}

#[test]
fn both_languages_name_the_same() {
    let mut unlike = Vec::new();
    for kind in tomcheck::findings() {
        for step in kind.remedy.steps {
            let [fr, en] = [Lang::Fr, Lang::En].map(|lang| Named::of(step.text.get(lang), lang));
            if fr != en {
                unlike.push((kind.code, fr, en));
            }
        }
    }
    assert!(unlike.is_empty(), "{unlike:#?}");
}

/// Programs and pages that a step has somebody call by their names.
const TYPED: &[&str] = &[
    "tomcheck --",
    "sudo ",
    "grep ",
    "systemctl",
    ".cpl",
    ".msc",
    "nslookup",
    "modutil",
    "certutil",
    "sfc ",
];

#[test]
fn what_is_to_be_typed_stands_between_marks_that_say_so() {
    for kind in tomcheck::findings() {
        for text in texts(kind) {
            for text in [text.fr, text.en] {
                let bare: String = text.split('`').step_by(2).collect();
                let found = TYPED.iter().find(|typed| bare.contains(**typed));
                assert_eq!(found, None, "{}: {text}", kind.code);
            }
        }
    }
}

#[test]
fn a_step_that_names_nothing_is_told_from_one_that_does() {
    let named = |text| Named::of(text, Lang::Fr).is_something();
    assert!(named("Menu Pomme > Redémarrer"));
    assert!(named("Cliquez sur « Rafraîchir »."));
    assert!(named("Tapez `services.msc`."));
    assert!(named("Demandez à l'administrateur du réseau."));
    assert!(!named("Remettez la carte dans le lecteur « {reader} »."));
    assert!(!named("Ouvrez-le comme administrateur."));
    assert_eq!(
        commands("`tomcheck --module CHEMIN` ou `a b`"),
        ["tomcheck --module", "a b"]
    );
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
