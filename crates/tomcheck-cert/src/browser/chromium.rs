//! Do Chromium, Chrome and Edge for Linux load the card's module?

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, Identity, Observation, Probe};

use super::chromium_findings;
use super::firefox::{ProgramSeen, programs, user_identities};
use super::library::{CardModule, RegisteredModule};
use super::looked::{self, Looked};
use super::module_specs::read_module_specs;
use super::p11_kit::{self, P11KitModule};
use super::places::{BrowserPlaces, Home, Installation, Product};
use super::selection::{SelectionSeen, selections};

/// Looks at the NSS databases that Chromium and its relatives share on Linux, and everywhere at
/// which of these browsers are there and what their policies choose by themselves.
///
/// Reads small files and starts nothing; no card, no network. Blocks as long as the disk does.
#[derive(Clone, Debug)]
pub struct ChromiumProbe<'a> {
    /// Where to look.
    pub places: &'a BrowserPlaces,
    /// The module this diagnosis looks at, which counts as the card's whatever its name is.
    pub module: Option<&'a Path>,
}

impl Probe for ChromiumProbe<'_> {
    type Seen = ChromiumSeen;
    const ID: &'static str = "browser.chromium";

    fn observe(&self) -> ChromiumSeen {
        let card_module = CardModule::new(self.module);
        let uses_nss = self.places.system == "linux";
        let homes = self.places.homes.iter().filter(|_| uses_nss);
        let used = homes.flat_map(|home| used_in(home, &card_module));
        ChromiumSeen {
            used: used.collect(),
            for_all: self.places.nss_modules_for_all(&card_module),
            p11_kit: p11_kit::registered(&self.places.p11_kit(), &card_module),
            programs: programs(
                self.places,
                &[Product::Chromium, Product::Chrome, Product::Edge],
            ),
            selections: selections(self.places),
            machine: std::env::consts::ARCH.to_owned(),
            another_reaches: false,
        }
    }
}

/// What Chromium and its relatives know of the card's module.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ChromiumSeen {
    /// Those a user has opened, on Linux; elsewhere they use the system's stores.
    pub used: Vec<ChromiumUse>,
    /// The modules that every program of this machine with NSS loads.
    pub for_all: Vec<RegisteredModule>,
    /// The card's module as p11-kit knows it.
    pub p11_kit: Vec<P11KitModule>,
    /// Those that are installed.
    pub programs: Vec<ProgramSeen>,
    /// The policies by which a certificate is chosen without asking.
    pub selections: Vec<SelectionSeen>,
    /// What the machine's programs are made for: `x86_64`.
    pub machine: String,
    /// Whether another browser of this user reaches the card: then one that does not is a
    /// nuisance, and no obstacle.
    pub another_reaches: bool,
}

/// A browser that a user has opened.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ChromiumUse {
    /// Which one.
    pub product: Product,
    /// How it is installed.
    pub installation: Installation,
    /// Whose it is.
    pub user: String,
    /// Whether that is the session's user.
    pub is_own: bool,
    /// The folder of its NSS database, there or not.
    pub database: String,
    /// The modules of its `pkcs11.txt`.
    #[serde(flatten)]
    pub modules: Looked<Vec<RegisteredModule>>,
}

impl ChromiumSeen {
    /// Whether one of those this user has opened loads the card's module.
    pub fn reaches_the_card(&self) -> bool {
        let mut own = self.openable().filter(|used| used.is_own);
        own.any(|used| chromium_findings::reaches(self, used))
    }

    /// Whether one of them is installed.
    pub fn is_there(&self) -> bool {
        !self.programs.is_empty()
    }

    /// Whether this user has opened one of them.
    pub fn has_own_profile(&self) -> bool {
        self.openable().any(|used| used.is_own)
    }

    /// Those that were opened and are still installed: their files outlive them.
    pub(super) fn openable(&self) -> impl Iterator<Item = &ChromiumUse> {
        let is_there = |product| self.programs.iter().any(|it| it.product == product);
        self.used.iter().filter(move |used| is_there(used.product))
    }
}

/// The folder of a browser's own files below the user's home; its `Local State` is there once the
/// browser was opened.
///
/// Source: Chromium `docs/user_data_dir.md`; the packages of snapcraft and flathub.
const USER_DATA: &[(Product, Installation, &str)] = &[
    (
        Product::Chromium,
        Installation::Ordinary,
        ".config/chromium",
    ),
    (
        Product::Chrome,
        Installation::Ordinary,
        ".config/google-chrome",
    ),
    (
        Product::Edge,
        Installation::Ordinary,
        ".config/microsoft-edge",
    ),
    (
        Product::Chromium,
        Installation::Snap,
        "snap/chromium/common/chromium",
    ),
    (
        Product::Chromium,
        Installation::Flatpak,
        ".var/app/org.chromium.Chromium/config/chromium",
    ),
    (
        Product::Chrome,
        Installation::Flatpak,
        ".var/app/com.google.Chrome/config/google-chrome",
    ),
    (
        Product::Edge,
        Installation::Flatpak,
        ".var/app/com.microsoft.Edge/config/microsoft-edge",
    ),
];

fn used_in(home: &Home, card_module: &CardModule) -> Vec<ChromiumUse> {
    let card_module = card_module.named_by(home.owner());
    let used = USER_DATA
        .iter()
        .filter_map(|(product, installation, data)| {
            let data = match (&home.config, data.strip_prefix(".config/")) {
                (Some(config), Some(below)) => config.join(below),
                _ => home.path.join(data),
            };
            data.join("Local State").is_file().then(|| {
                let database = database(home, *installation, &data);
                let text = looked::text_of(home.owner(), &database.join("pkcs11.txt"), MOST_BYTES);
                ChromiumUse {
                    product: *product,
                    installation: *installation,
                    user: home.user.clone(),
                    is_own: home.is_own,
                    modules: text.map(|text| {
                        let specs = read_module_specs(&text).into_iter();
                        specs.map(|spec| card_module.registered(spec)).collect()
                    }),
                    database: database.display().to_string(),
                }
            })
        });
    used.collect()
}

/// `~/.pki/nssdb` where it is there, else, since Chromium 146, the folder of XDG; each kind of
/// installation has a home of its own.
///
/// Source: Chromium `crypto/nss_util.cc`.
fn database(home: &Home, installation: Installation, data: &Path) -> PathBuf {
    let (below, data_home) = match installation {
        Installation::Snap => {
            let own = home.path.join("snap/chromium/current");
            (own.clone(), own.join(".local/share"))
        }
        Installation::Flatpak => {
            let own = data.ancestors().nth(2).unwrap_or(data);
            (own.to_owned(), own.join("data"))
        }
        Installation::Ordinary | Installation::Store => {
            (home.path.clone(), home.path.join(".local/share"))
        }
    };
    let former = below.join(".pki/nssdb");
    let present = data_home.join("pki/nssdb");
    match !former.exists() && present.exists() {
        true => present,
        false => former,
    }
}

const MOST_BYTES: u64 = 1 << 20;

impl Observation for ChromiumSeen {
    fn findings(&self) -> Vec<Finding> {
        chromium_findings::judge(self)
    }

    fn identities(&self) -> Vec<Identity> {
        user_identities(self.used.iter().map(|used| used.user.as_str()))
    }
}
