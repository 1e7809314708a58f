//! What does one profile of Firefox know of the card's module?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::extensions::{ExtensionSeen, read_extensions};
use super::ini::sections;
use super::library::{CardModule, RegisteredModule};
use super::looked::{self, Looked, Owner};
use super::module_specs::read_module_specs;
use super::nss;
use super::places::{Product, below};
use super::policies::{DevicePolicy, read_device_policies};
use super::preferences::{Preference, read_preferences};

/// A profile of Firefox.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProfileSeen {
    /// The name in `profiles.ini`.
    pub name: String,
    /// Its folder.
    pub path: String,
    /// Whether Firefox opens it when nobody chooses another.
    pub is_default: bool,
    /// The modules of its `pkcs11.txt`.
    pub modules: Looked<Vec<RegisteredModule>>,
    /// The extensions of its `extensions.json` that bring the card's module.
    pub extensions: Looked<Vec<ExtensionSeen>>,
    /// What its `prefs.js`, then its `user.js`, set of what matters here.
    pub preferences: Looked<BTreeMap<String, Preference>>,
    /// Which Firefox used it last, by its `compatibility.ini`.
    pub last_use: Looked<LastUse>,
    /// The policies that hold for it.
    pub policies: Vec<PolicySeen>,
}

/// Which Firefox used a profile last.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct LastUse {
    /// `128.5.0`.
    pub version: String,
    /// `WINNT_x86_64-msvc`, `Linux_x86_64-gcc3`.
    pub abi: String,
    /// The program's folder.
    pub folder: String,
    /// Whether that folder is still there; none: nobody looked, or it cannot be told.
    #[serde(default)]
    pub is_there: Option<bool>,
    /// Whether it brings an NSS of its own, which does not load what is listed for every program
    /// of the machine.
    #[serde(default)]
    pub brings_its_nss: bool,
}

impl ProfileSeen {
    /// Whether the Firefox that used it last is gone: then nothing opens it.
    pub fn is_left_over(&self) -> bool {
        self.last_use.found().is_some_and(LastUse::is_gone)
    }

    /// Whether the Firefox that used it last loads nothing that is listed for the whole machine.
    pub(super) fn brings_an_nss_of_its_own(&self) -> bool {
        self.last_use
            .found()
            .is_some_and(|last| last.brings_its_nss)
    }

    /// The names that the process of the Firefox that used it last may have.
    pub(super) fn programs(&self) -> &'static [&'static str] {
        let folder = self.last_use.found().map(|last| last.folder.as_str());
        match folder.and_then(|folder| Path::new(folder).file_name()) {
            None => Product::Firefox.programs(),
            Some(name) if name == "firefox-esr" => &["firefox-esr"],
            Some(_) => &["firefox", "firefox-bin"],
        }
    }
}

impl LastUse {
    /// What that Firefox was made for, as [`crate::Architecture`] names it: `x86_64`.
    pub fn machine(&self) -> Option<&str> {
        let (_, rest) = self.abi.split_once('_')?;
        rest.split('-').next().filter(|machine| !machine.is_empty())
    }

    /// Whether the program is known to be gone.
    pub fn is_gone(&self) -> bool {
        self.is_there == Some(false)
    }

    fn looked_for(self, owner: Owner, nss_lists: &[PathBuf]) -> Self {
        let may = !self.folder.is_empty() && (owner == Owner::Us || is_harmless(&self.folder));
        let is_there = may.then(|| Path::new(&self.folder).try_exists().ok());
        Self {
            is_there: is_there.flatten(),
            brings_its_nss: may && nss::is_deaf_to(nss_lists, Path::new(&self.folder), owner),
            ..self
        }
    }
}

/// A file or registry key of policies.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct PolicySeen {
    /// Where it stands.
    pub path: String,
    /// What it says of security devices.
    #[serde(flatten)]
    pub devices: Looked<Vec<DeviceSeen>>,
}

/// What a policy does with a module.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "kebab-case")]
pub enum DeviceSeen {
    /// Registers it at each start.
    Adds(RegisteredModule),
    /// Takes it away.
    Deletes {
        /// The name people see.
        name: String,
    },
}

/// What may hold for a profile beside its own files.
#[derive(Clone, Debug, Default)]
pub(super) struct Policies {
    /// For every installation.
    pub(super) files: Vec<PathBuf>,
    pub(super) registry: Vec<(String, Vec<DevicePolicy>)>,
    /// The modules that are listed for every program of the machine.
    pub(super) nss_lists: Vec<PathBuf>,
}

impl ProfileSeen {
    /// Reads a profile's files. Nothing of it is opened for writing, no database at all.
    ///
    /// Of another user's files nothing is followed that leads into the network, to a device or
    /// to a place that hangs on where this process runs.
    pub(super) fn look(
        listed: Listed,
        owner: Owner,
        card_module: &CardModule,
        policies: &Policies,
    ) -> Self {
        let Listed {
            name,
            path,
            is_default,
        } = listed;
        let text = |file: &str| looked::text_of(owner, &path.join(file), MOST_BYTES);
        let last_use = text("compatibility.ini")
            .map(|text| last_use(&text).looked_for(owner, &policies.nss_lists));
        let machine = last_use.found().and_then(LastUse::machine);
        let for_all = card_module.loaded_by(machine);
        let card_module = for_all.named_by(owner);
        let register = |text: String| {
            let specs = read_module_specs(&text).into_iter();
            specs.map(|spec| card_module.registered(spec)).collect()
        };
        Self {
            modules: text("pkcs11.txt").map(register),
            extensions: text("extensions.json").and_then(|text| read_extensions(&text)),
            preferences: preferences(text("prefs.js"), text("user.js")),
            policies: policies.look(last_use.found(), owner, &for_all),
            last_use,
            name,
            path: path.display().to_string(),
            is_default,
        }
    }
}

/// What `user.js` says goes over `prefs.js`, at each start.
fn preferences(kept: Looked<String>, over: Looked<String>) -> Looked<BTreeMap<String, Preference>> {
    let over = over.map(|text| read_preferences(&text));
    kept.map(|text| {
        let mut found = read_preferences(&text);
        found.extend(over.found().cloned().into_iter().flatten());
        found
    })
}

fn last_use(text: &str) -> LastUse {
    let sections = sections(text);
    let section = sections
        .iter()
        .find(|section| section.name == "Compatibility");
    let value = |name| {
        section
            .and_then(|section| section.value(name))
            .unwrap_or_default()
    };
    let version = value("LastVersion").split(['_', '/']).next();
    LastUse {
        version: version.unwrap_or_default().to_owned(),
        abi: value("LastOSABI").to_owned(),
        folder: value("LastPlatformDir").to_owned(),
        is_there: None,
        brings_its_nss: false,
    }
}

impl Policies {
    /// Those that are there: the registry's, the machine's, then those beside the program.
    fn look(
        &self,
        last_use: Option<&LastUse>,
        owner: Owner,
        card_module: &CardModule,
    ) -> Vec<PolicySeen> {
        let seen = |policies: Vec<DevicePolicy>| {
            let policies = policies.into_iter();
            policies
                .map(|policy| DeviceSeen::of(policy, card_module))
                .collect::<Vec<_>>()
        };
        let registry = self.registry.iter().map(|(key, policies)| PolicySeen {
            path: key.clone(),
            devices: Looked::Seen {
                found: seen(policies.clone()),
            },
        });
        let beside = last_use.filter(|last| !last.folder.is_empty());
        let beside = beside.filter(|last| owner == Owner::Us || is_harmless(&last.folder));
        let beside = beside.map(|last| Path::new(&last.folder).join("distribution/policies.json"));
        let files = self.files.iter().map(|path| PolicySeen {
            devices: looked::text(path, MOST_BYTES)
                .and_then(|text| read_device_policies(&text))
                .map(seen),
            path: path.display().to_string(),
        });
        // who named that folder may have written the file
        let theirs = card_module.named_by(owner);
        let seen_beside = |policies: Vec<DevicePolicy>| {
            let policies = policies.into_iter();
            policies
                .map(|policy| DeviceSeen::of(policy, &theirs))
                .collect::<Vec<_>>()
        };
        let beside = beside.map(|path| PolicySeen {
            devices: looked::text_of(owner, &path, MOST_BYTES)
                .and_then(|text| read_device_policies(&text))
                .map(seen_beside),
            path: path.display().to_string(),
        });
        let all = registry.chain(files).chain(beside);
        all.filter(|policy| policy.devices != Looked::Absent)
            .collect()
    }
}

impl DeviceSeen {
    fn of(policy: DevicePolicy, card_module: &CardModule) -> Self {
        match policy {
            DevicePolicy::Adds { name, library } => Self::Adds(RegisteredModule {
                kind: card_module.kind(&library),
                name,
                library,
            }),
            DevicePolicy::Deletes { name } => Self::Deletes { name },
        }
    }
}

/// A profile as `profiles.ini` lists it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) is_default: bool,
}

/// The profiles below this folder of Firefox.
///
/// Each installation has a default of its own since Firefox 67; where there is none, the profile
/// marked `Default=1` is taken, or the only one.
///
/// Source: Firefox `toolkit/profile/nsToolkitProfileService.cpp`.
pub(super) fn listed(profiles: &str, installs: &str, root: &Path) -> Vec<Listed> {
    let profiles = sections(profiles);
    let installs = sections(installs);
    let in_both = profiles
        .iter()
        .filter(|section| section.name.starts_with("Install"))
        .chain(&installs);
    let defaults: Vec<&str> = in_both
        .filter_map(|section| section.value("Default"))
        .collect();
    let of_profiles = profiles
        .iter()
        .filter(|section| section.name.starts_with("Profile"));
    let of_profiles: Vec<_> = of_profiles
        .filter(|section| section.value("Path").is_some())
        .collect();
    let is_default = |path: &str, marked: bool| match defaults.is_empty() {
        true => marked || of_profiles.len() == 1,
        false => defaults.contains(&path),
    };
    let listed = of_profiles.iter().filter_map(|section| {
        let path = section.value("Path")?;
        Some(Listed {
            name: section.value("Name").unwrap_or_default().to_owned(),
            is_default: is_default(path, section.value("Default") == Some("1")),
            path: match section.value("IsRelative") {
                Some("0") => PathBuf::from(path),
                _ => below(root, path),
            },
        })
    });
    listed.take(MOST_PROFILES).collect()
}

/// Whether a path that another user wrote is absolute, of a disk of this machine, and leads
/// straight there: none of the network, no device, no way back up.
fn is_harmless(path: &str) -> bool {
    let parts = || path.split(['/', '\\']);
    let is_network = path.starts_with(r"\\") || path.starts_with("//");
    let is_device = ["/dev/", "/proc/", "/sys/", "/net/"]
        .iter()
        .any(|of| path.starts_with(of));
    let is_absolute = Path::new(path).is_absolute();
    let leads_straight = parts().all(|part| ![".", ".."].contains(&part));
    is_absolute && !is_network && !is_device && leads_straight
}

impl Listed {
    /// Whether its folder may be looked at for this owner: of another user, below their own
    /// folder of Firefox or harmless.
    pub(super) fn may_be_looked_at(&self, owner: Owner, root: &Path) -> bool {
        let below = self.path.strip_prefix(root).is_ok_and(|below| {
            let mut parts = below.components();
            parts.all(|part| matches!(part, std::path::Component::Normal(_)))
        });
        owner == Owner::Us || below || is_harmless(&self.path.to_string_lossy())
    }
}

/// `extensions.json` is the longest of them, some hundred kilobytes.
const MOST_BYTES: u64 = 8 << 20;
const MOST_PROFILES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_that_another_user_wrote_are_followed_only_on_a_disk_of_this_machine() {
        let good = if cfg!(windows) {
            r"C:\Program Files\Mozilla Firefox"
        } else {
            "/usr/lib/firefox"
        };
        assert!(is_harmless(good));
        let bad = [
            r"\\host\share",
            "//host/share",
            r"\\.\pipe\x",
            r"\\?\C:\x",
            "firefox",
            "",
            "/dev/sda",
            "/proc/1/root",
            "/usr/../net/host",
            "C:x",
        ];
        for path in bad {
            assert!(!is_harmless(path), "{path}");
        }
        let listed = |path: &str| {
            listed(
                &format!("[Profile0]\nPath={path}\nIsRelative=1\n"),
                "",
                Path::new("/r"),
            )
        };
        let may = |path, owner| listed(path)[0].may_be_looked_at(owner, Path::new("/r"));
        assert!(may("x.default", Owner::Another));
        assert!(!may("../../net/host", Owner::Another));
        assert!(may("../../net/host", Owner::Us));
    }

    fn defaults(profiles: &str, installs: &str) -> Vec<String> {
        let listed = listed(profiles, installs, Path::new("/r")).into_iter();
        let defaults = listed.filter(|profile| profile.is_default);
        defaults
            .map(|profile| profile.path.display().to_string().replace('\\', "/"))
            .collect()
    }

    /// As Firefox ESR 153 writes it: the profile that is marked is the one it never uses.
    const FIREFOX: &str = "[Profile1]\nName=default\nIsRelative=1\nPath=4.default\nDefault=1\n\n\
        [Profile0]\nName=default-esr\nIsRelative=1\nPath=e.default-esr\n\n\
        [General]\nStartWithLastProfile=1\nVersion=2\n\n";

    #[test]
    fn the_installation_s_default_goes_over_the_one_that_is_marked() {
        let install = "[Install3B6073811A6ABF12]\nDefault=e.default-esr\nLocked=1\n";
        assert_eq!(
            defaults(&format!("{FIREFOX}{install}"), ""),
            ["/r/e.default-esr"]
        );
        let installs = "[3B6073811A6ABF12]\nDefault=e.default-esr\n";
        assert_eq!(defaults(FIREFOX, installs), ["/r/e.default-esr"]);
        assert_eq!(defaults(FIREFOX, ""), ["/r/4.default"]);
    }

    #[test]
    fn the_only_profile_is_the_default_and_a_path_may_be_absolute() {
        let one = "[Profile0]\nName=x\nIsRelative=0\nPath=/elsewhere/x\n";
        assert_eq!(defaults(one, ""), ["/elsewhere/x"]);
        assert_eq!(defaults("", ""), Vec::<String>::new());
    }

    #[test]
    fn the_last_use_tells_what_the_program_was_made_for() {
        let text = "[Compatibility]\nLastVersion=128.5.0_20241120144033/20241120144033\n\
                    LastOSABI=WINNT_x86-msvc\nLastPlatformDir=C:\\Program Files (x86)\\Mozilla Firefox\n";
        let used = last_use(text);
        assert_eq!(
            (used.version.as_str(), used.machine()),
            ("128.5.0", Some("x86"))
        );
        let linux = "[Compatibility]\nLastOSABI=Linux_x86_64-gcc3\n";
        assert_eq!(last_use(linux).machine(), Some("x86_64"));
        assert_eq!(last_use("").machine(), None);
    }

    proptest! {
        #[test]
        fn any_list_of_profiles_is_read(
            profiles in "(?s)(\\[Profile0\\]|\\[Install\\]|Path=|Default=1|IsRelative=0|\n|.){0,80}",
            installs in "(?s)(\\[x\\]|Default=|\n|.){0,40}",
        ) {
            prop_assert!(listed(&profiles, &installs, Path::new("/r")).len() <= MOST_PROFILES);
        }
    }
}
