//! What does a person read before the bundle is written?

use std::fmt::Write as _;

use tomcheck_diagnosis::{Lang, Text};

use super::Manifest;
use super::mask::Masked;
use crate::render::clean;

pub(super) fn text(manifest: &Manifest, lang: Lang) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}", HOLDS.get(lang));
    let widest = manifest
        .files
        .iter()
        .map(|file| file.name.chars().count())
        .max();
    let widest = widest.unwrap_or_default();
    for file in &manifest.files {
        let size = size(file.bytes, lang);
        let (name, what) = (clean(&file.name), clean(&file.what));
        let _ = writeln!(text, "  {name:widest$}  {size:>9}  {what}");
    }
    let _ = writeln!(text, "  {:widest$}  {:>9}  {}", LIST, "", ITSELF.get(lang));
    for left in &manifest.left_out {
        let colon = lang.colon();
        let (name, why) = (clean(&left.name), clean(&left.why));
        let _ = writeln!(text, "  – {name}{colon} {why}");
    }
    let _ = writeln!(text, "{}", masked(&manifest.masked, lang));
    let _ = writeln!(text, "{}", KEPT.get(lang));
    clean_lines(&text)
}

/// Every line of it without what moves the cursor.
pub(super) fn clean_lines(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => clean(line) + "\n",
            None => clean(line),
        })
        .collect()
}

/// « Masqué : 12 identifiants (3 différents), 2 noms de postes, … »
fn masked(masked: &[Masked], lang: Lang) -> String {
    let kinds = masked.iter().map(|it| {
        let word = word(&it.kind, lang);
        match it.distinct {
            None => format!("{word} × {}", it.count),
            Some(1) => format!("{word} × {} (1 {})", it.count, VALUE.get(lang)),
            Some(many) => format!("{word} × {} ({many} {})", it.count, VALUES.get(lang)),
        }
    });
    let kinds: Vec<_> = kinds.collect();
    match (kinds.is_empty(), lang) {
        (true, Lang::Fr) => "Rien n'était à masquer.".to_owned(),
        (true, Lang::En) => "There was nothing to mask.".to_owned(),
        (false, Lang::Fr) => format!("Masqué : {}.", kinds.join(", ")),
        (false, Lang::En) => format!("Masked: {}.", kinds.join(", ")),
    }
}

fn word(kind: &str, lang: Lang) -> &str {
    let row = WORDS.iter().find(|(known, _)| *known == kind);
    row.map_or(kind, |(_, word)| word.get(lang))
}

const WORDS: &[(&str, Text)] = &[
    (
        "name",
        Text {
            fr: "noms",
            en: "names",
        },
    ),
    (
        "id",
        Text {
            fr: "identifiants",
            en: "identifiers",
        },
    ),
    (
        "serial",
        Text {
            fr: "numéros de série",
            en: "serial numbers",
        },
    ),
    (
        "organisation",
        Text {
            fr: "structures",
            en: "organisations",
        },
    ),
    (
        "host",
        Text {
            fr: "noms de machines",
            en: "machine names",
        },
    ),
    (
        "user",
        Text {
            fr: "utilisateurs",
            en: "users",
        },
    ),
    (
        "credential",
        Text {
            fr: "noms donnés à un proxy",
            en: "names given to a proxy",
        },
    ),
    (
        "email",
        Text {
            fr: "adresses électroniques",
            en: "e-mail addresses",
        },
    ),
    (
        "path",
        Text {
            fr: "dossiers et fichiers",
            en: "folders and files",
        },
    ),
    (
        "secret",
        Text {
            fr: "mots de passe et codes",
            en: "passwords and codes",
        },
    ),
];

/// `12 Ko`
fn size(bytes: usize, lang: Lang) -> String {
    let (byte, kilo) = match lang {
        Lang::Fr => ("octets", "Ko"),
        Lang::En => ("bytes", "kB"),
    };
    match bytes {
        0..1024 => format!("{bytes} {byte}"),
        _ => format!("{} {kilo}", bytes.div_ceil(1024)),
    }
}

const VALUE: Text = Text {
    fr: "valeur",
    en: "value",
};
const VALUES: Text = Text {
    fr: "valeurs",
    en: "values",
};
const LIST: &str = "manifest.json";
const ITSELF: Text = Text {
    fr: "cette liste, avec l'empreinte SHA-256 de chaque fichier",
    en: "this list, with the SHA-256 of each file",
};
const HOLDS: Text = Text {
    fr: "Ce dossier contient :",
    en: "This bundle holds:",
};
const KEPT: Text = Text {
    fr: "Restent lisibles : les adresses IP, le nom du site, les versions des logiciels.",
    en: "Left in clear: IP addresses, the name of the site, versions of programs.",
};
