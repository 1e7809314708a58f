//! What can be set, and how is it written?

use tomcheck_diagnosis::{Layer, Text};

/// How a value is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum KeyKind {
    /// `true` or `false`.
    Flag,
    /// A text.
    Text,
    /// The path of a file.
    Path,
    /// A number of seconds, from 1 to 86400.
    Seconds,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// Parts of the way, `["reader", "card"]`.
    Layers,
    /// A proxy, without a password.
    Proxy,
}

/// One thing that can be set: the option of that name, so that it need not be typed each time.
#[derive(Debug)]
pub struct Key {
    /// As the option is called; the variable is `TOMCHECK_` and the same in capitals.
    pub name: &'static str,
    /// How its value is written.
    pub kind: KeyKind,
    /// What holds unless somebody says otherwise.
    pub default: Option<&'static str>,
    /// What it is for.
    pub about: Text,
    /// Whether a file may say it; else the environment and the option only.
    pub is_for_files: bool,
}

impl Key {
    /// The key of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// `TOMCHECK_CA_FILE`
    pub fn variable(&self) -> String {
        let name = self.name.to_ascii_uppercase().replace('-', "_");
        format!("{PREFIX}{name}")
    }

    /// What is wrong with a value that would be typed so; none: nothing.
    pub(super) fn fault(&self, value: &str) -> Option<Text> {
        let is_right = match self.kind {
            KeyKind::Flag => matches!(value, "true" | "false"),
            KeyKind::Text | KeyKind::Path => !value.trim().is_empty() && is_plain(value),
            KeyKind::Seconds => matches!(value.parse::<u32>(), Ok(1..=86_400)),
            KeyKind::OneOf(all) => all.contains(&value),
            KeyKind::Layers => value
                .split(',')
                .all(|word| Layer::named(word.trim()).is_some()),
            KeyKind::Proxy => is_plain(value) && crate::Setting::parse(value).is_ok(),
        };
        (!is_right).then(|| self.kind.wanted())
    }
}

impl KeyKind {
    /// What a value looks like.
    pub(super) fn wanted(self) -> Text {
        match self {
            Self::Flag => t("true ou false", "true or false"),
            Self::Text => t("un texte entre guillemets", "a text in quotes"),
            Self::Path => t(
                "un chemin entre guillemets (apostrophes sous Windows : 'C:\\…')",
                "a path in quotes (single ones on Windows: 'C:\\…')",
            ),
            Self::Seconds => t(
                "un nombre de secondes entre 1 et 86400",
                "a number of seconds between 1 and 86400",
            ),
            Self::OneOf(["fr", "en"]) => t("\"fr\" ou \"en\"", "\"fr\" or \"en\""),
            Self::OneOf(_) => t(
                "\"auto\", \"always\" ou \"never\"",
                "\"auto\", \"always\" or \"never\"",
            ),
            Self::Layers => t(
                "une liste parmi reader, card, module, token, cert, clock, browser, network, proxy, tls",
                "a list among reader, card, module, token, cert, clock, browser, network, proxy, tls",
            ),
            Self::Proxy => t(
                "une adresse http://proxy:port, direct, ou pac:https://…",
                "an address http://proxy:port, direct, or pac:https://…",
            ),
        }
    }
}

/// Whether a terminal shows the text as it is written: nothing in it moves the cursor or turns the
/// line around.
pub(super) fn is_plain(text: &str) -> bool {
    crate::render::clean(text) == text
}

/// How our variables begin.
pub(super) const PREFIX: &str = "TOMCHECK_";

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

const fn key(name: &'static str, kind: KeyKind, fr: &'static str, en: &'static str) -> Key {
    Key {
        name,
        kind,
        default: None,
        about: Text { fr, en },
        is_for_files: true,
    }
}

const fn usual(key: Key, default: &'static str) -> Key {
    Key {
        default: Some(default),
        ..key
    }
}

/// All of them, as they are shown.
pub static KEYS: &[Key] = &[
    key(
        "lang",
        KeyKind::OneOf(&["fr", "en"]),
        "langue des textes (sinon celle de la session)",
        "language of the texts (else that of the session)",
    ),
    usual(
        key(
            "target",
            KeyKind::Text,
            "service à joindre : un nom ou une adresse https://",
            "service to reach: a name or an https:// address",
        ),
        "tom",
    ),
    usual(
        key(
            "deadline",
            KeyKind::Seconds,
            "durée d'un diagnostic à ne pas dépasser, en secondes",
            "time a diagnosis is not to exceed, in seconds",
        ),
        "60",
    ),
    key(
        "reader",
        KeyKind::Text,
        "lecteur à utiliser (son nom ou une partie)",
        "reader to use (its name or a part)",
    ),
    Key {
        is_for_files: false,
        ..key(
            "module",
            KeyKind::Path,
            "module PKCS#11 à utiliser ; jamais dans un fichier, qui ne désigne rien à charger",
            "PKCS#11 module to use; never in a file, which names nothing to be loaded",
        )
    },
    key(
        "ca-file",
        KeyKind::Path,
        "autorités de confiance en plus (PEM)",
        "further trusted authorities (PEM)",
    ),
    key(
        "proxy",
        KeyKind::Proxy,
        "proxy à utiliser à la place de ceux du système",
        "proxy to use in place of the system's",
    ),
    key(
        "only",
        KeyKind::Layers,
        "ne regarde que ces parties",
        "looks at these parts only",
    ),
    key(
        "skip",
        KeyKind::Layers,
        "ne regarde pas ces parties",
        "leaves these parts out",
    ),
    usual(
        key(
            "thorough",
            KeyKind::Flag,
            "essaie aussi d'autres premiers messages TLS",
            "tries other first messages of TLS too",
        ),
        "false",
    ),
    usual(
        key(
            "strict",
            KeyKind::Flag,
            "un avertissement donne aussi l'état 1",
            "a warning exits with 1 as well",
        ),
        "false",
    ),
    usual(
        key(
            "color",
            KeyKind::OneOf(&["auto", "always", "never"]),
            "couleurs",
            "colours",
        ),
        "auto",
    ),
    usual(
        key("ascii", KeyKind::Flag, "sans symboles", "without symbols"),
        "false",
    ),
    usual(
        key(
            "quiet",
            KeyKind::Flag,
            "sans progression",
            "without progress",
        ),
        "false",
    ),
    usual(
        key(
            "verbose",
            KeyKind::Flag,
            "avec tous les faits constatés",
            "with all the facts seen",
        ),
        "false",
    ),
];

/// Options that no file and no variable may stand for: they spend, show or run something, each
/// time somebody decides so.
pub(super) const TYPED_ONLY: &[&str] = &[
    "show-identity",
    "with-pin",
    "pin-fd",
    "spend-final-try",
    "proxy-user",
    "proxy-fd",
    "exec",
    "refresh",
    "module-trace",
    "in-process",
    "yes",
];

/// Whether a name asks for what must not be written down: by its parts, in either language.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    let parts = name.split(|c: char| !c.is_alphanumeric());
    let is_part = |part: &str| SECRET_WORDS.contains(&part);
    parts.into_iter().any(is_part) || SECRET_ENDS.iter().any(|end| name.contains(end))
}

const SECRET_WORDS: &[&str] = &[
    "pin", "puk", "pass", "pwd", "mdp", "code", "porteur", "secret",
];
const SECRET_ENDS: &[&str] = &[
    "password",
    "passwd",
    "motdepasse",
    "mot-de-passe",
    "mot_de_passe",
    "codeporteur",
    "pincode",
];
