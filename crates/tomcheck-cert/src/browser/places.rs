//! Where do browsers keep what they know, and for whom?

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::looked::Owner;
use super::nss;
use super::policies::DevicePolicy;
use crate::sys;

/// The places of this machine that a browser's probes look in.
///
/// A value, not a search: another machine's, or one of a test, is looked at in the same way.
#[derive(Clone, Debug, Default)]
pub struct BrowserPlaces {
    /// As `std::env::consts::OS` names it.
    pub system: String,
    /// Whose browsers are looked at; the session's own user first.
    pub homes: Vec<Home>,
    /// Folders of native manifests that hold for everybody.
    pub manifest_folders: Vec<PathBuf>,
    /// Native manifests that the registry of Windows leads to: the key, then the file.
    pub declared_manifests: Vec<(String, PathBuf)>,
    /// Firefox's policies that hold for every installation.
    pub firefox_policies: Vec<PathBuf>,
    /// The same in the registry of Windows: the key, then what it says.
    pub registry_policies: Vec<(String, Vec<DevicePolicy>)>,
    /// Lists of modules that every program with the system's own NSS loads, beside its own.
    pub nss_lists: Vec<PathBuf>,
    /// Where the system's own NSS may be.
    pub nss_libraries: Vec<PathBuf>,
    /// Folders of p11-kit's `*.module` files.
    pub p11_kit_folders: Vec<PathBuf>,
    /// Folders of policies of Chromium and its relatives.
    pub chromium_policies: Vec<(Product, PathBuf)>,
    /// Their policies in the registry of Windows: the key, then the patterns.
    pub registry_patterns: Vec<(String, Vec<String>)>,
    /// Files that are there only where a browser is installed.
    pub programs: Vec<(Product, PathBuf)>,
    /// Who called `sudo`, where that account's home cannot be found: none of the homes is theirs.
    pub unknown_caller: Option<String>,
}

/// Where one user's files are.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Home {
    /// The folder.
    pub path: PathBuf,
    /// Whose it is.
    pub user: String,
    /// Whether it is the user's whose session this is, or who called `sudo`.
    pub is_own: bool,
    /// `XDG_CONFIG_HOME`, on Windows `APPDATA`, where it is set for this user.
    pub config: Option<PathBuf>,
}

/// The account that called `sudo`, whose home no list and no directory tells.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UnknownCaller {
    pub(crate) user: String,
}

/// A browser.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Product {
    /// Mozilla Firefox, ESR or not.
    Firefox,
    /// Chromium.
    Chromium,
    /// Google Chrome.
    Chrome,
    /// Microsoft Edge.
    Edge,
}

impl Product {
    /// The name people know.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Firefox => "Firefox",
            Self::Chromium => "Chromium",
            Self::Chrome => "Chrome",
            Self::Edge => "Edge",
        }
    }

    /// The names that its process may have on Linux, where a script starts it or not.
    pub(super) const fn programs(self) -> &'static [&'static str] {
        match self {
            Self::Firefox => &["firefox", "firefox-bin", "firefox-esr"],
            Self::Chromium => &["chromium", "chromium-browser"],
            Self::Chrome => &["chrome", "google-chrome", "google-chrome-stable"],
            Self::Edge => &["msedge", "microsoft-edge", "microsoft-edge-stable"],
        }
    }
}

/// How a browser was installed, which decides where its profiles are and what it may load.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Installation {
    /// By the system's packages or an installer of its own.
    Ordinary,
    /// As a snap, closed in by AppArmor.
    Snap,
    /// As a flatpak, closed in by bubblewrap.
    Flatpak,
    /// From the Microsoft Store.
    Store,
}

impl Installation {
    /// Whether it cannot load a library of the machine.
    pub const fn is_confined(self) -> bool {
        matches!(self, Self::Snap | Self::Flatpak)
    }
}

impl BrowserPlaces {
    /// Those of this machine. Reads the environment, and the list of users when this process may
    /// read their files; no profile yet.
    pub fn of_this_machine() -> Self {
        let system = std::env::consts::OS;
        let own = sys::browsers::own_home();
        let unknown_caller = own.as_ref().err().map(|unknown| unknown.user.clone());
        let mut places = Self {
            system: system.to_owned(),
            homes: homes(own.ok().flatten()),
            unknown_caller,
            ..Self::default()
        };
        match system {
            "windows" => sys::browsers::add_places(&mut places),
            "macos" => places.of_macos(),
            _ => places.of_linux(),
        }
        places
    }

    /// Source: MDN "Native manifests"; policy templates of Mozilla and Chromium; pkcs11.conf(5);
    /// crypto-policies(7) of Red Hat and Fedora, whose list for NSS names p11-kit-proxy.
    fn of_linux(&mut self) {
        let paths = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<Vec<_>>();
        self.manifest_folders = paths(&[
            "/usr/lib64/mozilla/pkcs11-modules",
            "/usr/lib/mozilla/pkcs11-modules",
        ]);
        self.firefox_policies = paths(&["/etc/firefox/policies/policies.json"]);
        self.nss_lists = paths(&["/etc/crypto-policies/back-ends/nss.config"]);
        let multiarch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
        let libraries = ["/usr/lib64", &multiarch, "/usr/lib"];
        self.nss_libraries = libraries.map(|it| Path::new(it).join(nss::NSS)).to_vec();
        self.p11_kit_folders = paths(&["/etc/pkcs11/modules", "/usr/share/p11-kit/modules"]);
        let managed = [
            (Product::Chromium, "/etc/chromium/policies/managed"),
            (Product::Chromium, "/etc/chromium-browser/policies/managed"),
            (Product::Chrome, "/etc/opt/chrome/policies/managed"),
            (Product::Edge, "/etc/opt/edge/policies/managed"),
        ];
        self.chromium_policies = managed
            .map(|(product, path)| (product, path.into()))
            .to_vec();
        let on_path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
        let usual = ["/usr/bin", "/snap/bin", "/usr/local/bin"].map(Path::new);
        let folders = usual
            .into_iter()
            .chain(folders.iter().map(PathBuf::as_path));
        let named = folders.flat_map(|folder| {
            PROGRAMS
                .iter()
                .map(|(product, name)| (*product, folder.join(name)))
        });
        let others = OTHER_PROGRAMS
            .iter()
            .map(|(product, path)| (*product, path.into()));
        let own = self.homes.iter().filter(|home| home.is_own);
        let own = own.flat_map(|home| {
            FLATPAKS.map(|(product, name)| {
                let installed = home.path.join(".local/share/flatpak/app");
                (product, installed.join(name))
            })
        });
        self.programs = named.chain(others).chain(own).collect();
    }

    /// Where p11-kit's files are, the session's user's first: what they say goes over the others.
    pub(super) fn p11_kit(&self) -> Vec<PathBuf> {
        let own = self.homes.iter().filter(|home| home.is_own);
        let own = own.map(Home::p11_kit_folder);
        own.chain(self.p11_kit_folders.iter().cloned()).collect()
    }

    fn of_macos(&mut self) {
        self.manifest_folders = vec!["/Library/Application Support/Mozilla/PKCS11Modules".into()];
        let applications = [
            (Product::Firefox, "/Applications/Firefox.app"),
            (Product::Chromium, "/Applications/Chromium.app"),
            (Product::Chrome, "/Applications/Google Chrome.app"),
            (Product::Edge, "/Applications/Microsoft Edge.app"),
        ];
        self.programs = applications
            .map(|(product, path)| (product, path.into()))
            .to_vec();
    }
}

const PROGRAMS: &[(Product, &str)] = &[
    (Product::Firefox, "firefox"),
    (Product::Firefox, "firefox-esr"),
    (Product::Chromium, "chromium"),
    (Product::Chromium, "chromium-browser"),
    (Product::Chrome, "google-chrome"),
    (Product::Chrome, "google-chrome-stable"),
    (Product::Edge, "microsoft-edge"),
    (Product::Edge, "microsoft-edge-stable"),
];
const OTHER_PROGRAMS: &[(Product, &str)] = &[
    (Product::Firefox, "/opt/firefox/firefox"),
    (Product::Firefox, "/var/lib/flatpak/app/org.mozilla.firefox"),
    (
        Product::Chromium,
        "/var/lib/flatpak/app/org.chromium.Chromium",
    ),
    (Product::Chrome, "/var/lib/flatpak/app/com.google.Chrome"),
    (Product::Edge, "/var/lib/flatpak/app/com.microsoft.Edge"),
];

/// What a user installed for themselves alone.
const FLATPAKS: [(Product, &str); 4] = [
    (Product::Firefox, "org.mozilla.firefox"),
    (Product::Chromium, "org.chromium.Chromium"),
    (Product::Chrome, "com.google.Chrome"),
    (Product::Edge, "com.microsoft.Edge"),
];

/// The session's own first, then everybody's whose files this process may read.
fn homes(own: Option<Home>) -> Vec<Home> {
    let others = sys::browsers::other_homes().into_iter();
    let mut known: Vec<Home> = Vec::new();
    for home in own.into_iter().chain(others) {
        if !known.iter().any(|seen| is_same(&seen.path, &home.path)) {
            known.push(home);
        }
    }
    known.truncate(MOST_HOMES);
    known
}

fn is_same(one: &Path, other: &Path) -> bool {
    match cfg!(windows) {
        true => is_same_on_windows(&one.to_string_lossy(), &other.to_string_lossy()),
        false => one == other,
    }
}

/// Whether two paths of Windows lead to the same, whatever their case and separators.
fn is_same_on_windows(one: &str, other: &str) -> bool {
    let plain = |path: &str| path.replace('/', "\\").to_lowercase();
    plain(one).trim_end_matches('\\') == plain(other).trim_end_matches('\\')
}

/// Whether a path of Windows lies below a folder.
#[cfg_attr(not(windows), allow(dead_code))]
pub(crate) fn is_below(path: &str, folder: &str) -> bool {
    let mut above = path
        .char_indices()
        .filter(|(_, it)| ['\\', '/'].contains(it));
    above.any(|(at, _)| is_same_on_windows(path.get(..at).unwrap_or_default(), folder))
}

const MOST_HOMES: usize = 200;

impl Home {
    pub(super) fn owner(&self) -> Owner {
        if self.is_own {
            Owner::Us
        } else {
            Owner::Another
        }
    }

    /// Of its folder; none for a root.
    pub(super) fn name(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Where Firefox keeps its profiles, by the kind of its installation.
    pub(super) fn firefox_roots(&self, system: &str) -> Vec<(Installation, PathBuf)> {
        let below = |path: &str| below(&self.path, path);
        match system {
            "windows" => {
                let roaming = self.config.clone();
                let roaming = roaming.unwrap_or_else(|| below("AppData/Roaming"));
                vec![
                    (
                        Installation::Ordinary,
                        roaming.join("Mozilla").join("Firefox"),
                    ),
                    (Installation::Store, below(STORE)),
                ]
            }
            "macos" => vec![(
                Installation::Ordinary,
                below("Library/Application Support/Firefox"),
            )],
            _ => {
                let config = self.config.clone().unwrap_or_else(|| below(".config"));
                vec![
                    (Installation::Ordinary, below(".mozilla/firefox")),
                    (Installation::Ordinary, config.join("mozilla/firefox")),
                    (
                        Installation::Snap,
                        below("snap/firefox/common/.mozilla/firefox"),
                    ),
                    (
                        Installation::Snap,
                        below("snap/firefox/common/.config/mozilla/firefox"),
                    ),
                    (
                        Installation::Flatpak,
                        below(".var/app/org.mozilla.firefox/.mozilla/firefox"),
                    ),
                    (
                        Installation::Flatpak,
                        below(".var/app/org.mozilla.firefox/config/mozilla/firefox"),
                    ),
                ]
            }
        }
    }

    /// Where this user's own native manifests are.
    pub(super) fn manifest_folder(&self, system: &str) -> Option<PathBuf> {
        match system {
            "linux" => Some(self.path.join(".mozilla/pkcs11-modules")),
            "macos" => Some(
                self.path
                    .join("Library/Application Support/Mozilla/PKCS11Modules"),
            ),
            _ => None,
        }
    }

    /// Where this user's own `*.module` files of p11-kit are.
    pub(super) fn p11_kit_folder(&self) -> PathBuf {
        let config = self
            .config
            .clone()
            .unwrap_or_else(|| self.path.join(".config"));
        config.join("pkcs11/modules")
    }
}

/// With the separators of this system, which people read.
pub(super) fn below(folder: &Path, path: &str) -> PathBuf {
    let parts = path.split('/');
    parts.fold(folder.to_owned(), |folder, part| folder.join(part))
}

const STORE: &str =
    "AppData/Local/Packages/Mozilla.Firefox_n80bbvh6b1yt2/LocalCache/Roaming/Mozilla/Firefox";

#[test]
fn paths_of_windows_are_compared_whatever_their_case() {
    assert!(is_same_on_windows(r"C:\Users\Anne", r"c:\users\ANNE\"));
    assert!(!is_same_on_windows(r"C:\Users\Anne", r"C:\Users\Luc"));
    let system = r"c:\windows\System32\config\systemprofile";
    assert!(is_below(system, r"C:\Windows"));
    assert!(!is_below(r"C:\Windows2\x", r"C:\Windows"));
    assert!(!is_below(r"C:\Users\Anne", r"C:\Windows"));
}
