//! Does Firefox load the card's module?

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, Identity, IdentityKind, Observation, Probe};

use super::firefox_findings;
use super::library::{CardModule, LibraryFile, ModuleKind, RegisteredModule};
use super::looked::{self, Looked, Owner};
use super::manifests::{self, ManifestSeen};
use super::p11_kit::{self, P11KitModule};
use super::places::{BrowserPlaces, Home, Installation, Product};
use super::preferences::Preference;
use super::profile::{DeviceSeen, Policies, ProfileSeen, listed};

/// Looks at every profile of Firefox whose files may be read: the session's user's, and
/// everybody's for the administrator.
///
/// Reads small files, opens no database and starts nothing; no card, no network. Blocks as long
/// as the disk does.
#[derive(Clone, Debug)]
pub struct FirefoxProbe<'a> {
    /// Where to look.
    pub places: &'a BrowserPlaces,
    /// The module this diagnosis looks at, which counts as the card's whatever its name is.
    pub module: Option<&'a Path>,
}

impl Probe for FirefoxProbe<'_> {
    type Seen = FirefoxSeen;
    const ID: &'static str = "browser.firefox";

    fn observe(&self) -> FirefoxSeen {
        let card_module = CardModule::new(self.module);
        let places = self.places;
        let policies = Policies {
            files: places.firefox_policies.clone(),
            registry: places.registry_policies.clone(),
            nss_lists: places.nss_lists.clone(),
        };
        let own = |of: fn(&Home, &str) -> Option<PathBuf>| {
            let homes = places.homes.iter().filter(|home| home.is_own);
            homes.filter_map(move |home| of(home, &places.system))
        };
        let manifests = places.manifest_folders.iter().cloned();
        let manifests: Vec<_> = manifests.chain(own(Home::manifest_folder)).collect();
        FirefoxSeen {
            system: places.system.clone(),
            roots: roots(places, &card_module, &policies),
            for_all: places.nss_modules_for_all(&card_module),
            manifests: manifests::look(&manifests, &places.declared_manifests),
            p11_kit: p11_kit::registered(&places.p11_kit(), &card_module),
            programs: programs(places, &[Product::Firefox]),
            another_reaches: false,
            stores_reach: false,
            unknown_caller: places.unknown_caller.clone(),
        }
    }
}

/// Those of these products that are installed, each once.
pub(super) fn programs(places: &BrowserPlaces, products: &[Product]) -> Vec<ProgramSeen> {
    let mut seen: Vec<ProgramSeen> = Vec::new();
    let wanted = places
        .programs
        .iter()
        .filter(|(product, _)| products.contains(product));
    for (product, path) in wanted.filter(|(_, path)| path.exists()) {
        if !seen.iter().any(|program| program.product == *product) {
            seen.push(ProgramSeen {
                product: *product,
                path: path.display().to_string(),
            });
        }
    }
    seen
}

fn roots(places: &BrowserPlaces, card_module: &CardModule, policies: &Policies) -> Vec<RootSeen> {
    let of_all = places.homes.iter().flat_map(|home| {
        let roots = home.firefox_roots(&places.system).into_iter();
        roots.map(move |(installation, path)| (home, installation, path))
    });
    let seen = of_all.map(|(home, installation, path)| RootSeen {
        installation,
        user: home.user.clone(),
        home: home.name(),
        is_own: home.is_own,
        profiles: profiles(&path, home.owner(), card_module, policies),
        path: path.display().to_string(),
    });
    // another user's folder that is closed to this process is none of its business
    seen.filter(|root| match root.profiles {
        Looked::Failed { .. } => root.is_own,
        Looked::Absent | Looked::NotAsked => false,
        Looked::Seen { .. } => true,
    })
    .collect()
}

fn profiles(
    root: &Path,
    owner: Owner,
    card_module: &CardModule,
    policies: &Policies,
) -> Looked<Vec<ProfileSeen>> {
    let installs = looked::text_of(owner, &root.join("installs.ini"), MOST_BYTES);
    let installs = installs.found().cloned().unwrap_or_default();
    looked::text_of(owner, &root.join("profiles.ini"), MOST_BYTES).map(|text| {
        let listed = listed(&text, &installs, root).into_iter();
        let listed = listed.filter(|profile| profile.may_be_looked_at(owner, root));
        let looked = listed.map(|profile| ProfileSeen::look(profile, owner, card_module, policies));
        looked.collect()
    })
}

const MOST_BYTES: u64 = 256 << 10;

/// What Firefox knows of the card's module.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct FirefoxSeen {
    /// The system it was looked at on, as `std::env::consts::OS` names it.
    pub system: String,
    /// The folders of profiles that are there.
    pub roots: Vec<RootSeen>,
    /// The modules that every program of this machine with NSS loads.
    pub for_all: Vec<RegisteredModule>,
    /// The native manifests of the CPS.
    pub manifests: Vec<ManifestSeen>,
    /// The card's module as p11-kit knows it.
    pub p11_kit: Vec<P11KitModule>,
    /// Where Firefox is installed.
    pub programs: Vec<ProgramSeen>,
    /// Whether another browser of this user reaches the card: then one that does not is a
    /// nuisance, and no obstacle.
    pub another_reaches: bool,
    /// Whether the system's own stores reach the card, which Firefox can ask on Windows and macOS.
    #[serde(default)]
    pub stores_reach: bool,
    /// Who called `sudo`, where that account's home could not be found: its browsers were not
    /// looked at.
    #[serde(default)]
    pub unknown_caller: Option<String>,
}

/// A folder of profiles.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RootSeen {
    /// Which installation uses it.
    pub installation: Installation,
    /// The folder.
    pub path: String,
    /// Whose it is.
    pub user: String,
    /// The name of that user's home folder.
    #[serde(default)]
    pub home: String,
    /// Whether that is the session's user.
    pub is_own: bool,
    /// The profiles it lists.
    #[serde(flatten)]
    pub profiles: Looked<Vec<ProfileSeen>>,
}

/// An installed program.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProgramSeen {
    /// Which one.
    pub product: Product,
    /// Where.
    pub path: String,
}

/// How a profile stands to the card.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wiring {
    /// Firefox never opened it.
    NeverUsed,
    /// It loads the module.
    Wired,
    /// It asks the system's own stores.
    ThroughTheSystem,
    /// Its Firefox is closed in and loads no library of the machine.
    Confined,
    /// It is told to load a module that cannot be loaded.
    Broken,
    /// The extension that brings the module is there and does not run.
    ExtensionDisabled,
    /// Nothing tells it of the module.
    Missing,
    /// What it is told cannot be read.
    Unreadable,
}

impl FirefoxSeen {
    /// Whether a profile that this user's Firefox opens by itself loads the card's module.
    pub fn reaches_the_card(&self) -> bool {
        let mut defaults = self.defaults().filter(|(root, _)| root.is_own);
        defaults.any(|(root, profile)| self.wiring(root, profile) == Wiring::Wired)
    }

    /// Whether Firefox is installed, or was used.
    pub fn is_there(&self) -> bool {
        !self.programs.is_empty() || self.defaults().any(|(root, _)| root.is_own)
    }

    /// Whether this user has a profile, or one that cannot be read.
    pub fn has_own_profile(&self) -> bool {
        let mut own = self.roots.iter().filter(|root| root.is_own);
        own.any(|root| {
            let found = root.profiles.found();
            root.profiles.failure().is_some() || found.is_some_and(|found| !found.is_empty())
        })
    }

    /// The profiles Firefox opens when nobody chooses another, and where they stand; none whose
    /// Firefox is gone.
    pub(super) fn defaults(&self) -> impl Iterator<Item = (&RootSeen, &ProfileSeen)> {
        let both = self.roots.iter().flat_map(|root| {
            let profiles = root.profiles.found().into_iter().flatten();
            profiles.map(move |profile| (root, profile))
        });
        both.filter(|(_, profile)| profile.is_default && !profile.is_left_over())
    }

    /// One answer a profile, the first that explains the others.
    pub(super) fn wiring(&self, root: &RootSeen, profile: &ProfileSeen) -> Wiring {
        let modules: Vec<_> = self.told_to_load(profile).collect();
        let machine = profile.last_use.found().and_then(|last| last.machine());
        if profile.modules == Looked::Absent && profile.last_use == Looked::Absent {
            Wiring::NeverUsed
        } else if root.installation.is_confined() {
            Wiring::Confined
        } else if modules
            .iter()
            .any(|(_, file)| file.can_be_loaded_by(machine))
        {
            Wiring::Wired
        } else if !modules.is_empty() {
            Wiring::Broken
        } else if self.asks_the_system(profile) {
            Wiring::ThroughTheSystem
        } else if profile.modules.failure().is_some() {
            Wiring::Unreadable
        } else if extension_is_off(profile) {
            Wiring::ExtensionDisabled
        } else {
            Wiring::Missing
        }
    }

    /// The card's modules it is told to load, and by what: its own list, a policy, p11-kit.
    pub(super) fn told_to_load<'a>(
        &'a self,
        profile: &'a ProfileSeen,
    ) -> impl Iterator<Item = (Told<'a>, &'a LibraryFile)> {
        let registered = || {
            let own = profile.modules.found().into_iter().flatten();
            let for_all = self.for_all.iter();
            own.chain(for_all.filter(|_| !profile.brings_an_nss_of_its_own()))
        };
        let own = registered().filter_map(|module| match &module.kind {
            ModuleKind::OfTheCard { file } => Some((Told::by_itself(module), file)),
            _ => None,
        });
        let policy = profile
            .policies
            .iter()
            .find_map(|policy| Some((policy, policy.devices.found()?)));
        let policies = policy.into_iter().flat_map(|(policy, devices)| {
            devices.iter().filter_map(move |device| match device {
                DeviceSeen::Adds(module) => Some((policy, module)),
                DeviceSeen::Deletes { .. } => None,
            })
        });
        let policies = policies.filter_map(|(policy, module)| match &module.kind {
            ModuleKind::OfTheCard { file } => Some((Told::by_policy(&policy.path, module), file)),
            _ => None,
        });
        let asks_p11_kit = registered().any(|module| module.kind == ModuleKind::P11Kit);
        let through = self.p11_kit.iter().filter(move |_| asks_p11_kit);
        let through = through.filter(|module| module.is_loaded_in(profile.programs()));
        let through = through.map(|module| (Told::by_p11_kit(module), &module.file));
        own.chain(policies).chain(through)
    }

    /// On Windows and macOS Firefox can offer the certificates of the system's stores; only where
    /// the setting is written down is it known whether it does.
    fn asks_the_system(&self, profile: &ProfileSeen) -> bool {
        self.may_ask_the_system(profile) && setting(profile) == Some(&Preference::Flag(true))
    }

    /// Whether nothing says that it does not. What Firefox does where its own default holds hangs
    /// on its version, and is not confirmed.
    pub(super) fn may_ask_the_system(&self, profile: &ProfileSeen) -> bool {
        let has_stores = ["windows", "macos"].contains(&&*self.system);
        has_stores && setting(profile) != Some(&Preference::Flag(false))
    }
}

fn setting(profile: &ProfileSeen) -> Option<&Preference> {
    let set = profile.preferences.found()?;
    set.get("security.osclientcerts.autoload")
}

fn extension_is_off(profile: &ProfileSeen) -> bool {
    let seen = profile.extensions.found().into_iter().flatten();
    let mut current = seen.filter(|extension| extension.is_current());
    current.any(|extension| !extension.active)
}

/// Who tells a profile to load a module, and what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    /// The file or key that says so; none: the profile's own `pkcs11.txt`.
    pub(super) by: Option<&'a str>,
    pub(super) name: &'a str,
    pub(super) library: &'a str,
}

impl<'a> Told<'a> {
    fn by_itself(module: &'a RegisteredModule) -> Self {
        Self {
            by: None,
            name: &module.name,
            library: &module.library,
        }
    }

    fn by_policy(path: &'a str, module: &'a RegisteredModule) -> Self {
        Self {
            by: Some(path),
            ..Self::by_itself(module)
        }
    }

    fn by_p11_kit(module: &'a P11KitModule) -> Self {
        Self {
            by: Some(&module.path),
            name: "p11-kit",
            library: &module.library,
        }
    }
}

impl Observation for FirefoxSeen {
    fn findings(&self) -> Vec<Finding> {
        firefox_findings::judge(self)
    }

    /// The paths and lists name the users of this machine.
    fn identities(&self) -> Vec<Identity> {
        let users = self.roots.iter().map(|root| root.user.as_str());
        let mut telling = user_identities(users.chain(self.unknown_caller.as_deref()));
        telling.extend(self.roots.iter().flat_map(RootSeen::named_by_people));
        telling
    }
}

impl RootSeen {
    /// The name of the home's folder, which need not be the user's, and those that people gave
    /// to profiles.
    fn named_by_people(&self) -> Vec<Identity> {
        let profiles = self.profiles.found().into_iter().flatten();
        let given = profiles.map(|profile| profile.name.as_str());
        let given = given.filter(|name| !is_given_by_firefox(name));
        user_identities(given.chain([&*self.home]).filter(|it| *it != self.user))
    }
}

/// `default`, `default-release`, `default-esr-1`: masking those would spoil a report.
fn is_given_by_firefox(name: &str) -> bool {
    let words = [
        "default", "release", "esr", "beta", "nightly", "aurora", "dev", "edition", "user",
    ];
    let mut parts = name.split(['-', ' ']);
    parts.all(|part| words.contains(&&*part.to_lowercase()) || part.parse::<u32>().is_ok())
}

/// Names of users that tell who it is.
pub(super) fn user_identities<'a>(users: impl Iterator<Item = &'a str>) -> Vec<Identity> {
    let nobody = ["", "root", "Administrator", "Administrateur"];
    let telling = users.filter(|user| !nobody.contains(user));
    telling
        .map(|user| Identity::new(IdentityKind::User, user))
        .collect()
}
