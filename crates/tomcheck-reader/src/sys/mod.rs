//! How does PC/SC of this machine answer, and what stands around it?

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod around;
mod types;
mod winscard;

use std::sync::{Arc, Mutex, PoisonError};

use crate::pcsc::{EstablishFailure, Pcsc, PcscContext};
use crate::{Programs, Surroundings};

/// PC/SC of this machine, loaded at the first use: nothing is linked, so that a machine
/// without it gets a verdict.
///
/// Linux: `libpcsclite.so.1`; macOS: the PCSC framework; Windows: `winscard.dll`. Cheap to
/// clone; a clone shares the loaded library.
#[derive(Clone, Debug)]
pub struct SystemPcsc {
    library: String,
    loaded: Arc<Mutex<Option<Arc<winscard::Library>>>>,
}

impl Default for SystemPcsc {
    fn default() -> Self {
        Self::new()
    }
}

impl SystemPcsc {
    /// PC/SC where this system keeps it. Loads nothing yet.
    pub fn new() -> Self {
        Self::with_library(types::LIBRARY)
    }

    /// PC/SC from another library, such as `libpcscspy.so`. Loads nothing yet.
    pub fn with_library(library: impl Into<String>) -> Self {
        Self {
            library: library.into(),
            loaded: Arc::default(),
        }
    }

    /// Tried again each time until it succeeds: it may be installed meanwhile.
    fn library(&self) -> Result<Arc<winscard::Library>, EstablishFailure> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(library) = &*loaded {
            return Ok(Arc::clone(library));
        }
        let library = Arc::new(winscard::Library::load(&self.library)?);
        Ok(Arc::clone(loaded.insert(library)))
    }
}

impl Pcsc for SystemPcsc {
    fn establish(&self) -> Result<Box<dyn PcscContext>, EstablishFailure> {
        let context = winscard::Context::establish(self.library()?)?;
        Ok(Box::new(context))
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings {
            listening: around::listening(),
            usb: around::usb_readers(),
            session: session(),
        }
    }

    fn programs(&self) -> Programs {
        around::programs()
    }
}

/// Variables whose presence tells a remote session or a confined program.
fn session() -> Vec<String> {
    let told = SESSION_VARIABLES.iter();
    told.filter_map(|name| Some((name, std::env::var(name).ok()?)))
        .filter(|(_, value)| value != AT_THE_SCREEN)
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

const SESSION_VARIABLES: &[&str] = &["SESSIONNAME", "SSH_TTY", "SNAP_NAME", "FLATPAK_ID"];

/// What Windows says in `SESSIONNAME` of a session that is not remote.
const AT_THE_SCREEN: &str = "Console";
