//! How does PC/SC of this machine answer, and what stands around it?

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod around;
mod types;
mod winscard;

use std::sync::{Arc, Mutex, PoisonError};

use crate::galss::SerialPorts;
use crate::pcsc::{EstablishFailure, Pcsc, PcscContext};
use crate::{Galss, Listening, Programs, Session, Surroundings};

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
            ..self.beside_the_service()
        }
    }

    fn beside_the_service(&self) -> Surroundings {
        let galss = Galss::look(&around::galss_places());
        // a serial port says something only where the GALSS may use it
        let serial = match galss {
            Galss::Absent => SerialPorts::NotLooked,
            _ => around::serial_ports(),
        };
        Surroundings {
            listening: Listening::NotLooked,
            usb: around::usb_readers(),
            session: self.session(),
            galss,
            serial,
        }
    }

    fn session(&self) -> Session {
        let variables = Session::variables(|name| std::env::var(name).ok());
        Session::of(variables, around::is_remote())
    }

    fn programs(&self) -> Programs {
        around::programs()
    }
}
