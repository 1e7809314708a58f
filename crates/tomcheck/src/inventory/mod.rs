//! Which programs does a card need on this machine, in which version, and what is to be updated?
//!
//! Looks at what is installed and compares it with what is published: the versions the vendor
//! supports, the faults that later ones correct. Installs nothing, and asks no network.
//!
//! ```no_run
//! let inventory = tomcheck::inventory::inventory();
//! for component in inventory.components.iter().filter(|it| it.state.needs_care()) {
//!     println!("{}: {:?}", component.id, component.found);
//! }
//! ```

mod judge;
#[cfg(any(windows, test))]
mod listed;
#[cfg(not(windows))]
mod packages;
mod render;
mod rows;
mod version;

#[cfg(not(windows))]
mod unix;
#[cfg(windows)]
mod windows;

use serde::Serialize;
use serde_json::{Value, json};
use tomcheck_cert::{ModuleProbe, Package};
use tomcheck_diagnosis::{Host, Instant, Lang, Observation, Probe, Text};

#[cfg(windows)]
pub(crate) use self::listed::{Driver, Program, is_driver};
pub use self::render::inventory_text;

#[cfg(not(windows))]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;
use crate::host;

/// The value of an inventory's `schema` key.
pub const SCHEMA: &str = "tomcheck-inventory/1";

/// What a card needs, and what is there.
#[derive(Clone, Debug)]
pub struct Inventory {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// When it was made.
    pub made_at: Instant,
    /// The machine.
    pub host: Host,
    /// In the order of the way: system, reader, card, browser.
    pub components: Vec<Component>,
}

/// One program, or the system itself.
#[derive(Clone, Debug)]
pub struct Component {
    /// `system`, `pcsc`, `ccid`, `reader-driver`, `cryptolib`, `ccm`, `galss`, `firefox`, `chromium`, `chrome`,
    /// `edge`, `java`.
    pub id: &'static str,
    /// As people call it.
    pub name: Text,
    /// Each copy that is installed.
    pub found: Vec<Installed>,
    /// What it comes to.
    pub state: State,
    /// The version that would do, where one is published.
    pub minimum: Option<&'static str>,
    /// Published faults of what is there.
    pub faults: Vec<String>,
    /// Where that is written; none: nothing is published.
    pub source: Option<Text>,
    /// Whether the source is the publisher's own and could be read.
    pub is_confirmed: bool,
    /// What an older one does, or cannot do.
    pub why: Option<Text>,
    /// What to do, where something is to be done.
    pub to_do: Option<Text>,
}

/// One copy of a program.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Installed {
    /// As its publisher writes it; none: it does not say.
    pub version: Option<String>,
    /// Who says so: a package, a file, a key of the registry.
    pub seen_in: String,
}

/// What a program that is there, or not, comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum State {
    /// It will do.
    Fine,
    /// A later one is needed, or corrects a fault.
    Outdated,
    /// It is there; nothing published says which version is needed.
    Unjudged,
    /// It is there, and does not say its version.
    VersionUnknown,
    /// It is not there, and is needed.
    Missing,
    /// It is not there, and need not be.
    Absent,
    /// This system has no such thing.
    NotHere,
}

impl State {
    /// Whether somebody has to do something.
    pub const fn needs_care(self) -> bool {
        matches!(self, Self::Outdated | Self::Missing)
    }
}

impl Inventory {
    /// The same for programs: ids and states are never translated, sentences are in `lang`.
    pub fn shown(&self, lang: Lang) -> Value {
        let said = |text: Option<Text>| text.map(|text| text.get(lang));
        let components = self.components.iter().map(|it| {
            json!({
                "id": it.id,
                "name": it.name.get(lang),
                "state": it.state,
                "found": it.found,
                "minimum": it.minimum,
                "why": said(it.why),
                "faults": it.faults,
                "to_do": said(it.to_do),
                "source": said(it.source),
                "confirmed": it.is_confirmed,
            })
        });
        json!({
            "schema": self.schema,
            "made_at": self.made_at,
            "host": self.host,
            "components": components.collect::<Vec<_>>(),
        })
    }
}

/// What was seen of each program, before anything is judged.
pub(crate) struct Seen {
    pub(crate) os: &'static str,
    pub(crate) system: String,
    pub(crate) installed: Vec<(&'static str, Installed)>,
    /// Faults of the Cryptolib that its publisher tells of.
    pub(crate) cryptolib_faults: Vec<String>,
}

/// Looks, and compares. Blocks for the packages' list and some small files, at most five seconds
/// for `rpm`; touches neither card nor network.
pub fn inventory() -> Inventory {
    let seen = look();
    Inventory {
        schema: SCHEMA,
        made_at: Instant::now(),
        host: host::host(),
        components: judge::components(&seen),
    }
}

fn look() -> Seen {
    let mut installed = system::installed();
    let module = ModuleProbe { explicit: None }.observe();
    let known = installed.iter().any(|(id, _)| *id == "cryptolib");
    let is_cps = |path: &std::path::Path| path.to_string_lossy().contains("cps3");
    if let Some(path) = module.usable().filter(|path| !known && is_cps(path)) {
        let version = match &module.package {
            Package::Declared { version, .. } => version.clone(),
            _ => None,
        };
        let seen_in = path.display().to_string();
        installed.push(("cryptolib", Installed { version, seen_in }));
    }
    let outdated = module.findings().into_iter();
    let outdated = outdated.filter(|finding| finding.kind.code == "module.outdated");
    let faults = outdated.flat_map(|finding| finding.evidence.into_iter().skip(1));
    Seen {
        os: std::env::consts::OS,
        system: host::host().os_version,
        installed,
        cryptolib_faults: faults.map(|fault| fault.key.into_owned()).collect(),
    }
}
