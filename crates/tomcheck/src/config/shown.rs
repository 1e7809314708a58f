//! How does a person read the settings?

use std::fmt::Write as _;

use serde_json::{Value, json};
use tomcheck_diagnosis::{Lang, Text};

use super::error::said;
use super::keys::{KEYS, Key, KeyKind};
use super::{NamedTarget, Origin, Settings};
use crate::render::clean;

/// What holds, and who said so; `typed` is what the command line says of a key. Values are this
/// machine's own and not masked.
pub fn settings_text(
    settings: &Settings,
    lang: Lang,
    typed: impl Fn(&Key) -> Option<String>,
) -> String {
    let mut text = String::new();
    files(&mut text, settings, lang);
    heading(&mut text, VALUES, lang);
    let rows = rows(settings, typed);
    let rows = rows.iter().map(|row| {
        let value = row.value.as_deref().unwrap_or(NOTHING.get(lang));
        [
            row.key.name.to_owned(),
            value.to_owned(),
            who(&row.origin, lang),
        ]
    });
    table(&mut text, rows.collect());
    heading(&mut text, TARGETS, lang);
    let targets = settings.targets();
    table(
        &mut text,
        targets
            .iter()
            .map(|named| target_row(named, lang))
            .collect(),
    );
    text.push_str(UNCONFIRMED.get(lang));
    heading(&mut text, SUPPORT, lang);
    support(&mut text, settings, lang);
    ignored(&mut text, settings, lang);
    text
}

impl Settings {
    /// The same for programs: `files`, `settings`, `targets`, `support`, `ignored_environment`.
    pub fn shown(&self, typed: impl Fn(&Key) -> Option<String>) -> Value {
        let files = self.files.iter();
        let files = files.map(|file| {
            json!({ "path": file.path, "read": file.is_there, "unguarded": file.is_unguarded })
        });
        let rows = rows(self, typed).into_iter().map(|row| {
            json!({
                "key": row.key.name,
                "value": row.value,
                "source": word(&row.origin),
                "where": place(&row.origin),
                "variable": row.key.variable(),
            })
        });
        let targets = self.targets().into_iter().map(|named| {
            json!({
                "name": named.target.name(),
                "url": named.target.url(),
                "addresses": named.target.addresses(),
                "issuers": named.target.issuers().name(),
                "confirmed": named.target.is_confirmed(),
                "source": word(&named.origin),
                "where": place(&named.origin),
            })
        });
        json!({
            "files": files.collect::<Vec<_>>(),
            "settings": rows.collect::<Vec<_>>(),
            "targets": targets.collect::<Vec<_>>(),
            "support": {
                "name": self.support.name,
                "email": self.support.email,
                "phone": self.support.phone,
                "source": word(&self.support.origin),
                "where": place(&self.support.origin),
            },
            "ignored_environment": self.ignored,
        })
    }

    /// The files that others than the machine's administrator may write to, and which therefore
    /// were not read, a line each; empty: there is none.
    pub fn unguarded_lines(&self, lang: Lang) -> String {
        let files = self.files.iter().filter(|file| file.is_unguarded);
        let lines = files.map(|file| {
            let line = format!("{} — {}", file.path.display(), UNGUARDED.get(lang));
            clean(&line) + "\n"
        });
        lines.collect()
    }

    /// What holds that is not built in, a line each: what `-v` says before a diagnosis.
    pub fn set_lines(&self, lang: Lang, typed: impl Fn(&Key) -> Option<String>) -> String {
        let rows = rows(self, typed);
        let set = rows.into_iter().filter(|row| row.origin != Origin::Default);
        let lines = set.map(|row| {
            let value = row.value.unwrap_or_default();
            let line = format!("{} = {value} ({})", row.key.name, who(&row.origin, lang));
            clean(&line) + "\n"
        });
        lines.collect()
    }
}

struct Row {
    key: &'static Key,
    value: Option<String>,
    origin: Origin,
}

fn rows(settings: &Settings, typed: impl Fn(&Key) -> Option<String>) -> Vec<Row> {
    let row = |key: &'static Key| {
        let set = settings.setting(key.name);
        let (value, origin) = match (typed(key), set) {
            (Some(value), _) => (Some(without_login(key, value)), Origin::Option),
            (None, Some(set)) => (Some(set.value.clone()), set.origin.clone()),
            (None, None) => (key.default.map(str::to_owned), Origin::Default),
        };
        Row { key, value, origin }
    };
    KEYS.iter().map(row).collect()
}

/// A proxy may be typed with the name and the password for it.
fn without_login(key: &Key, value: String) -> String {
    match value.rsplit_once('@') {
        Some((_, host)) if key.kind == KeyKind::Proxy => format!("…@{host}"),
        _ => value,
    }
}

fn files(text: &mut String, settings: &Settings, lang: Lang) {
    text.push_str(FILES.get(lang));
    text.push('\n');
    for file in settings.files() {
        let state = match (file.is_there, file.is_unguarded) {
            (_, true) => UNGUARDED,
            (true, _) => READ,
            (false, _) => ABSENT,
        };
        let _ = writeln!(
            text,
            "  {} — {}",
            clean(&file.path.display().to_string()),
            state.get(lang)
        );
    }
}

fn target_row(named: &NamedTarget, lang: Lang) -> [String; 3] {
    let mark = if named.target.is_confirmed() {
        ""
    } else {
        " *"
    };
    [
        named.target.name().to_owned(),
        named.target.url() + mark,
        who(&named.origin, lang),
    ]
}

fn support(text: &mut String, settings: &Settings, lang: Lang) {
    let support = settings.support();
    let parts = [&support.name, &support.email, &support.phone];
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect();
    let _ = writeln!(
        text,
        "  {} ({})",
        clean(&parts.join(", ")),
        who(&support.origin, lang)
    );
}

fn ignored(text: &mut String, settings: &Settings, lang: Lang) {
    if settings.ignored().is_empty() {
        return;
    }
    heading(text, IGNORED, lang);
    let _ = writeln!(text, "  {}", clean(&settings.ignored().join(", ")));
}

fn heading(text: &mut String, heading: Text, lang: Lang) {
    let _ = writeln!(text, "\n{}", heading.get(lang));
}

/// Columns that stand below one another.
fn table(text: &mut String, rows: Vec<[String; 3]>) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let (first, second) = (width(0), width(1).min(WIDEST));
    for [name, value, who] in &rows {
        let line = format!("{name:first$}  {value:second$}  {who}");
        let _ = writeln!(text, "  {}", clean(&line));
    }
}

/// A longer value pushes its line alone to the right.
const WIDEST: usize = 40;

fn who(origin: &Origin, lang: Lang) -> String {
    let text = match origin {
        Origin::Default => Text {
            fr: "par défaut",
            en: "built in",
        },
        Origin::System(..) => Text {
            fr: "poste",
            en: "machine",
        },
        Origin::User(..) => Text {
            fr: "utilisateur",
            en: "user",
        },
        Origin::Asked(..) => Text {
            fr: "--config",
            en: "--config",
        },
        Origin::Environment(_) => Text {
            fr: "environnement",
            en: "environment",
        },
        Origin::Option => Text {
            fr: "ligne de commande",
            en: "command line",
        },
    };
    let colon = lang.colon();
    match place(origin) {
        Some(place) => format!("{}{colon} {place}", text.get(lang)),
        None => text.get(lang).to_owned(),
    }
}

const fn word(origin: &Origin) -> &'static str {
    match origin {
        Origin::Default => "default",
        Origin::System(..) => "system",
        Origin::User(..) => "user",
        Origin::Asked(..) => "file",
        Origin::Environment(_) => "environment",
        Origin::Option => "option",
    }
}

fn place(origin: &Origin) -> Option<String> {
    Some(said(origin)).filter(|place| !place.is_empty())
}

const FILES: Text = Text {
    fr: "Fichiers de réglages (le dernier l'emporte)",
    en: "Files of settings (the last one wins)",
};
const READ: Text = Text {
    fr: "lu",
    en: "read",
};
const ABSENT: Text = Text {
    fr: "il n'y en a pas",
    en: "there is none",
};
const UNGUARDED: Text = Text {
    fr: "pas lu : d'autres que l'administrateur peuvent y écrire",
    en: "not read: others than the administrator may write to it",
};
const VALUES: Text = Text {
    fr: "Réglages",
    en: "Settings",
};
const NOTHING: Text = Text {
    fr: "–", en: "–"
};
const TARGETS: Text = Text {
    fr: "Services",
    en: "Services",
};
const UNCONFIRMED: Text = Text {
    fr: "  * adresse publiée, qui n'a pas pu être confirmée : [targets.NOM] la remplace\n",
    en: "  * published address that could not be confirmed: [targets.NAME] replaces it\n",
};
const SUPPORT: Text = Text {
    fr: "À qui envoyer le dossier (tomcheck bundle)",
    en: "Whom to send the bundle to (tomcheck bundle)",
};
const IGNORED: Text = Text {
    fr: "Variables TOMCHECK_… inconnues, sans effet",
    en: "Unknown TOMCHECK_… variables, without effect",
};

/// A commented file of settings that changes nothing: every line of it is a comment.
pub fn example(lang: Lang) -> String {
    let mut text = String::from(HEAD.get(lang));
    for key in KEYS.iter().filter(|key| key.is_for_files) {
        let _ = write!(
            text,
            "\n# {}\n# {} = {}\n",
            key.about.get(lang),
            key.name,
            sample(key)
        );
    }
    text.push_str(TAIL.get(lang));
    text
}

/// A value, as it is written in a file.
fn sample(key: &Key) -> String {
    let value = match (key.name, key.kind) {
        ("lang", _) => "fr",
        ("reader", _) => "Gemalto",
        ("ca-file", _) => "/etc/ssl/certs/etablissement.pem",
        ("proxy", _) => "pac:https://proxy.example/proxy.pac",
        (_, KeyKind::Layers) => return r#"["browser"]"#.to_owned(),
        (_, KeyKind::Flag | KeyKind::Seconds) => return key.default.unwrap_or("true").to_owned(),
        _ => key.default.unwrap_or_default(),
    };
    format!("{value:?}")
}

const HEAD: Text = Text {
    fr: "\
# Réglages de tomcheck (TOML). Retirez le # d'une ligne pour qu'elle s'applique.
# Poste : /etc/tomcheck/config.toml, %ProgramData%\\tomcheck\\config.toml (Windows)
# Utilisateur : ~/.config/tomcheck/config.toml, %APPDATA%\\tomcheck\\config.toml (Windows)
# L'option tapée l'emporte, puis la variable TOMCHECK_…, l'utilisateur, le poste.
# Jamais de code porteur ni de mot de passe ici. Ce qui s'applique : tomcheck config show
",
    en: "\
# Settings of tomcheck (TOML). Take the # off a line to have it apply.
# Machine: /etc/tomcheck/config.toml, %ProgramData%\\tomcheck\\config.toml (Windows)
# User: ~/.config/tomcheck/config.toml, %APPDATA%\\tomcheck\\config.toml (Windows)
# What is typed wins, then the variable TOMCHECK_…, the user, the machine.
# Never a code porteur (PIN) or a password in here. What applies: tomcheck config show
",
};
const TAIL: Text = Text {
    fr: "
# Un service de plus, ou l'adresse d'aujourd'hui d'un service connu : tomcheck --target recette
# [targets.recette]
# url = \"https://recette.example/\"
# Ses adresses, que l'on met dans la demande à l'administrateur du réseau
# addresses = [\"192.0.2.7\", \"2001:db8::7\"]
# Les cartes qu'il accepte : \"igc-sante\" (cartes CPx réelles) ou \"any\"
# issuers = \"any\"

# À qui le dossier de tomcheck bundle est à envoyer
# [support]
# name = \"Assistance informatique\"
# email = \"assistance@example.org\"
# phone = \"01 00 00 00 00\"
",
    en: "
# One more service, or today's address of a known one: tomcheck --target acceptance
# [targets.acceptance]
# url = \"https://acceptance.example/\"
# Its addresses, which go into the request to the network's administrator
# addresses = [\"192.0.2.7\", \"2001:db8::7\"]
# The cards it takes: \"igc-sante\" (real CPx cards) or \"any\"
# issuers = \"any\"

# Whom the bundle of tomcheck bundle is sent to
# [support]
# name = \"IT support\"
# email = \"support@example.org\"
# phone = \"01 00 00 00 00\"
",
};
