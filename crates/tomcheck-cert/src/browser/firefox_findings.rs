//! What does it mean for Firefox?
//!
//! One finding a profile, and only for those Firefox opens by itself: of a profile nobody opens
//! nothing is said. It is a fault only where it leaves the user no way to the card at all; where
//! another profile or another browser reaches it, the finding is a warning, and so it is on macOS,
//! where Safari is always there and asks the keychain, which nobody looked at. What another user's
//! Firefox lacks is told to the administrator who can read it, and blocks nobody here.

use tomcheck_diagnosis::{Evidence, Finding, FindingKind, Severity, Text};

use super::extensions::ExtensionSeen;
use super::firefox::{FirefoxSeen, RootSeen, Wiring};
use super::library::LibraryFile;
use super::looked::Looked;
use super::p11_kit::P11KitModule;
use super::profile::{DeviceSeen, ProfileSeen};
use super::rows::{
    EXTENSION_DISABLED, FIREFOX_CONFINED, FIREFOX_MODULE_BROKEN, FIREFOX_MODULE_MISSING,
    PROFILE_UNREADABLE,
};

pub(super) fn judge(seen: &FirefoxSeen) -> Vec<Finding> {
    let of_profiles = seen.defaults().filter_map(|(root, profile)| {
        let wiring = seen.wiring(root, profile);
        let finding = finding(seen, root, profile, wiring)?;
        let severity = match seen.stores_reach && seen.may_ask_the_system(profile) {
            true if wiring == Wiring::Missing => Severity::Info,
            _ => finding.severity.max(mildest(seen, root)),
        };
        Some(finding.at(severity))
    });
    of_profiles
        .chain(seen.roots.iter().filter_map(unreadable))
        .collect()
}

/// Faults of a profile weigh at most this much.
fn mildest(seen: &FirefoxSeen, root: &RootSeen) -> Severity {
    let by_another = seen.another_reaches || seen.reaches_the_card() || seen.system == "macos";
    match root.is_own {
        true if by_another => Severity::Warning,
        true => Severity::Fault,
        false => Severity::Info,
    }
}

fn finding(
    seen: &FirefoxSeen,
    root: &RootSeen,
    profile: &ProfileSeen,
    wiring: Wiring,
) -> Option<Finding> {
    let of = |kind: &'static FindingKind| {
        Finding::of(kind)
            .with_all(about(profile))
            .with(Evidence::new("installation", FOLDER, root.path.clone()))
    };
    let finding = match wiring {
        Wiring::NeverUsed | Wiring::Wired | Wiring::ThroughTheSystem => return None,
        Wiring::Confined => of(&FIREFOX_CONFINED).with_all(broken(seen, profile)),
        Wiring::Broken => of(&FIREFOX_MODULE_BROKEN).with_all(broken(seen, profile)),
        Wiring::ExtensionDisabled => extension_disabled(of(&EXTENSION_DISABLED), profile),
        Wiring::Missing => missing(of(&FIREFOX_MODULE_MISSING), seen, profile),
        Wiring::Unreadable => of(&PROFILE_UNREADABLE)
            .with(Evidence::new("file", FILE, file_of(profile)))
            .with_all(profile.modules.failure().map(Evidence::from)),
    };
    Some(finding)
}

fn missing(finding: Finding, seen: &FirefoxSeen, profile: &ProfileSeen) -> Finding {
    let finding = finding
        .with_all(list(profile))
        .with_all(manifests(seen))
        .with_all(kept_away(&seen.p11_kit, profile.programs()))
        .with_all(taken_away(profile));
    match seen.may_ask_the_system(profile) {
        true => finding.noting(MAY_ASK_THE_SYSTEM),
        false => finding,
    }
}

fn about(profile: &ProfileSeen) -> Vec<Evidence> {
    let mut about = vec![
        Evidence::new("profile", PROFILE, profile.name.clone()),
        Evidence::new("path", PATH, profile.path.clone()),
    ];
    if let Some(last) = profile
        .last_use
        .found()
        .filter(|last| !last.version.is_empty())
    {
        let version = format!("{} ({})", last.version, last.abi);
        about.push(Evidence::new("version", VERSION, version));
    }
    about
}

/// The file that was read, and what it names.
fn list(profile: &ProfileSeen) -> Vec<Evidence> {
    let modules = profile.modules.found().into_iter().flatten();
    let names: Vec<_> = modules.map(|module| module.name.as_str()).collect();
    let names = match names.is_empty() {
        true => Evidence::new("file", FILE, file_of(profile)),
        false => Evidence {
            key: file_of(profile).into(),
            label: None,
            value: names.join(", ").into(),
        },
    };
    vec![names]
}

fn file_of(profile: &ProfileSeen) -> String {
    file_in(&profile.path, "pkcs11.txt")
}

/// Written as the system writes it that the folder is of.
fn file_in(folder: &str, file: &str) -> String {
    let separator = if folder.contains('\\') { '\\' } else { '/' };
    format!("{folder}{separator}{file}")
}

fn broken(seen: &FirefoxSeen, profile: &ProfileSeen) -> Vec<Evidence> {
    let told = seen.told_to_load(profile).flat_map(|(told, file)| {
        let by = told.by.map_or_else(|| file_of(profile), str::to_owned);
        [
            Evidence::new("library", LIBRARY, told.library),
            Evidence::raw(by, told.name),
            state(file),
        ]
    });
    told.collect()
}

/// Why a library is not loaded.
pub(super) fn state(file: &LibraryFile) -> Evidence {
    match file {
        LibraryFile::Absent => Evidence::new("state", STATE, ABSENT),
        LibraryFile::NotAModule => Evidence::new("state", STATE, NOT_A_MODULE),
        LibraryFile::Searched => Evidence::new("state", STATE, SEARCHED),
        LibraryFile::Unreadable { failure } => Evidence::from(failure),
        LibraryFile::NotAsked => Evidence::new("state", STATE, NOT_ASKED),
        LibraryFile::Module { architectures } => {
            let made: Vec<_> = architectures.iter().map(ToString::to_string).collect();
            Evidence::new("state", MADE_FOR, made.join(", "))
        }
    }
}

fn extension_disabled(finding: Finding, profile: &ProfileSeen) -> Finding {
    let seen = profile.extensions.found().into_iter().flatten();
    let Some(extension) = seen
        .filter(|extension| extension.is_current())
        .find(|it| !it.active)
    else {
        return finding;
    };
    let finding = finding
        .with(Evidence::raw(extension.id.clone(), flags(extension)))
        .with(Evidence::new(
            "extension",
            EXTENSION,
            extension.version.clone(),
        ));
    match extension.app_disabled {
        true => finding.noting(BY_FIREFOX),
        false => finding,
    }
}

/// In the words of `extensions.json`.
fn flags(extension: &ExtensionSeen) -> String {
    let signed = extension
        .signed_state
        .map_or_else(|| "null".to_owned(), |it| it.to_string());
    format!(
        "active: {}, userDisabled: {}, appDisabled: {}, signedState: {signed}",
        extension.active, extension.user_disabled, extension.app_disabled
    )
}

/// Whether the extension could register the module at all.
fn manifests(seen: &FirefoxSeen) -> Vec<Evidence> {
    let told = seen.manifests.iter().map(|manifest| {
        let value = match &manifest.content {
            Looked::Seen { found } => found.library.clone(),
            Looked::Failed { failure } => failure.to_string(),
            Looked::Absent | Looked::NotAsked => {
                return Evidence::new("manifest", GONE, manifest.path.clone());
            }
        };
        Evidence::raw(manifest.path.clone(), value)
    });
    told.collect()
}

/// What p11-kit is told to keep from these programs may be why there is none.
pub(super) fn kept_away(p11_kit: &[P11KitModule], programs: &[&str]) -> Vec<Evidence> {
    let kept = p11_kit
        .iter()
        .filter(|module| !module.is_loaded_in(programs));
    let lines =
        kept.filter_map(|module| Some(Evidence::raw(module.path.clone(), module.limits()?)));
    lines.collect()
}

/// A policy that deletes modules may be why there is none.
fn taken_away(profile: &ProfileSeen) -> Vec<Evidence> {
    let policies = profile.policies.iter().flat_map(|policy| {
        let devices = policy.devices.found().into_iter().flatten();
        devices.filter_map(|device| match device {
            DeviceSeen::Deletes { name } => Some(Evidence::raw(
                format!("{} SecurityDevices.Delete", policy.path),
                name.clone(),
            )),
            DeviceSeen::Adds(_) => None,
        })
    });
    policies.collect()
}

fn unreadable(root: &RootSeen) -> Option<Finding> {
    let failure = root.profiles.failure()?;
    Some(
        Finding::of(&PROFILE_UNREADABLE)
            .with(Evidence::new("path", PATH, root.path.clone()))
            .with(Evidence::new(
                "file",
                FILE,
                file_in(&root.path, "profiles.ini"),
            ))
            .with(Evidence::from(failure)),
    )
}

const PROFILE: Text = Text {
    fr: "profil",
    en: "profile",
};
const PATH: Text = Text {
    fr: "dossier du profil",
    en: "folder of the profile",
};
const FOLDER: Text = Text {
    fr: "dossier de Firefox",
    en: "folder of Firefox",
};
const VERSION: Text = Text {
    fr: "dernier Firefox qui l'a ouvert",
    en: "last Firefox that opened it",
};
pub(super) const FILE: Text = Text {
    fr: "fichier",
    en: "file",
};
pub(super) const LIBRARY: Text = Text {
    fr: "module inscrit",
    en: "registered module",
};
const STATE: Text = Text {
    fr: "état de ce fichier",
    en: "state of that file",
};
const MADE_FOR: Text = Text {
    fr: "ce module est fait pour",
    en: "that module is made for",
};
const ABSENT: Text = Text {
    fr: "il n'existe pas",
    en: "it does not exist",
};
const NOT_ASKED: Text = Text {
    fr: "non regardé : il est nommé par les fichiers d'un autre utilisateur",
    en: "not looked at: another user's files name it",
};
const NOT_A_MODULE: Text = Text {
    fr: "ce n'est pas un module de carte (PKCS#11), ou il est abîmé",
    en: "it is no card module (PKCS#11), or it is damaged",
};
const SEARCHED: Text = Text {
    fr: "le système le cherche par son nom",
    en: "the system searches for it by its name",
};
const EXTENSION: Text = Text {
    fr: "version de l'extension CPS",
    en: "version of the CPS extension",
};
const GONE: Text = Text {
    fr: "déclaration du module, introuvable",
    en: "announcement of the module, not there",
};
const MAY_ASK_THE_SYSTEM: Text = Text {
    fr: "Un Firefox récent peut aussi prendre les certificats du système : s'il propose déjà celui de la carte, il n'y a rien à changer.",
    en: "A recent Firefox can also take the certificates of the system: if it offers the card's already, nothing has to be changed.",
};
const BY_FIREFOX: Text = Text {
    fr: "C'est Firefox lui-même qui l'a désactivée : version incompatible ou signature refusée. Les Firefox antérieurs à 128 (ESR : 115.13) refusent toutes les extensions depuis mars 2025.",
    en: "Firefox itself disabled it: incompatible version or signature refused. Firefox before 128 (ESR: 115.13) refuses every extension since March 2025.",
};
