//! What does it mean for Chromium, Chrome and Edge on Linux?
//!
//! Only a browser that its user has opened is judged; one that is merely installed is not missed.
//! As for Firefox, it is a fault only where no other browser of this user reaches the card.

use tomcheck_diagnosis::{Evidence, Finding, FindingKind, Severity, Text};

use super::chromium::{ChromiumSeen, ChromiumUse};
use super::firefox_findings::{FILE, LIBRARY, kept_away, state};
use super::library::{LibraryFile, ModuleKind};
use super::rows::{NSS_MODULE_BROKEN, NSS_MODULE_MISSING, PROFILE_UNREADABLE};

pub(super) fn judge(seen: &ChromiumSeen) -> Vec<Finding> {
    let unwired = seen.openable().filter(|used| !reaches(seen, used));
    unwired
        .map(|used| {
            let finding = finding(seen, used);
            let severity = finding.severity.max(mildest(seen, used));
            finding.at(severity)
        })
        .collect()
}

pub(super) fn reaches(seen: &ChromiumSeen, used: &ChromiumUse) -> bool {
    let machine = Some(seen.machine.as_str());
    let mut told = told_to_load(seen, used);
    !used.installation.is_confined() && told.any(|(_, _, file)| file.can_be_loaded_by(machine))
}

fn mildest(seen: &ChromiumSeen, used: &ChromiumUse) -> Severity {
    match used.is_own {
        true if seen.another_reaches || seen.reaches_the_card() => Severity::Warning,
        true => Severity::Fault,
        false => Severity::Info,
    }
}

/// Name, library and its file, of each of the card's modules it is told to load.
fn told_to_load<'a>(
    seen: &'a ChromiumSeen,
    used: &'a ChromiumUse,
) -> impl Iterator<Item = (&'a str, &'a str, &'a LibraryFile)> {
    let registered = || {
        let own = used.modules.found().into_iter().flatten();
        own.chain(&seen.for_all)
    };
    let own = registered().filter_map(|module| match &module.kind {
        ModuleKind::OfTheCard { file } => Some((&*module.name, &*module.library, file)),
        _ => None,
    });
    let asks_p11_kit = registered().any(|module| module.kind == ModuleKind::P11Kit);
    let through = seen.p11_kit.iter().filter(move |_| asks_p11_kit);
    let through = through.filter(|module| module.is_loaded_in(used.product.programs()));
    own.chain(through.map(|module| ("p11-kit", &*module.library, &module.file)))
}

fn finding(seen: &ChromiumSeen, used: &ChromiumUse) -> Finding {
    let of = |kind: &'static FindingKind| {
        Finding::of(kind)
            .with(Evidence::new("browser", BROWSER, used.product.name()))
            .with(Evidence::new("database", DATABASE, used.database.clone()))
    };
    let file = || format!("{}/pkcs11.txt", used.database);
    if let Some(failure) = used.modules.failure() {
        return of(&PROFILE_UNREADABLE)
            .with(Evidence::new("file", FILE, file()))
            .with(Evidence::from(failure));
    }
    let told = told_to_load(seen, used).next();
    let finding = match told {
        Some((name, library, of_library)) => of(&NSS_MODULE_BROKEN)
            .with(Evidence::new("library", LIBRARY, library))
            .with(Evidence::new("module", NAME, name))
            .with(state(of_library)),
        None => of(&NSS_MODULE_MISSING)
            .with_all(list(used, file()))
            .with_all(kept_away(&seen.p11_kit, used.product.programs())),
    };
    match used.installation.is_confined() {
        true => finding.noting(CONFINED),
        false => finding,
    }
}

fn list(used: &ChromiumUse, file: String) -> Option<Evidence> {
    let names: Vec<_> = used
        .modules
        .found()?
        .iter()
        .map(|module| module.name.as_str())
        .collect();
    Some(Evidence::raw(file, names.join(", ")))
}

const BROWSER: Text = Text {
    fr: "navigateur",
    en: "browser",
};
const DATABASE: Text = Text {
    fr: "base de certificats (NSS)",
    en: "certificate database (NSS)",
};
const NAME: Text = Text {
    fr: "nom du module",
    en: "name of the module",
};
const CONFINED: Text = Text {
    fr: "Ce navigateur est confiné (snap ou flatpak) et ne peut sans doute pas charger le module : installez plutôt un paquet ordinaire.",
    en: "This browser is confined (snap or flatpak) and most likely cannot load the module: install an ordinary package instead.",
};
