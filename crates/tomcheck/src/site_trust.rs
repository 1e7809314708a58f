//! Whose word is taken for who the site is?

use std::sync::{Mutex, OnceLock, PoisonError};

use tomcheck_cert::Authorities;
use tomcheck_diagnosis::{Deadline, Text};
use tomcheck_tls::{RootOrigin, Trust};

use crate::contained::Apart;
use crate::journal::CRASHED;
use crate::{Error, Options};

/// The system's authorities, a hundred and fifty in twice as many files, read while others look at
/// card and network.
pub(crate) struct SiteTrust {
    named: Trust,
    reading: Mutex<Option<Apart<Trust>>>,
    read: OnceLock<Result<Trust, Text>>,
}

impl SiteTrust {
    /// Begins to read them, for a site only.
    ///
    /// # Errors
    ///
    /// An unreadable file of authorities is the caller's mistake, told before anything is looked at.
    pub(crate) fn begin(options: &Options) -> Result<Self, Error> {
        let is_for_site = options.scope.target().is_some() && options.looks_at_network();
        let named = named(options)?;
        Ok(match is_for_site {
            true => Self::being_read(named),
            false => Self::only(named),
        })
    }

    fn being_read(named: Trust) -> Self {
        Self {
            named,
            reading: Mutex::new(Some(Apart::begin("tomcheck-authorities", known))),
            read: OnceLock::new(),
        }
    }

    fn only(named: Trust) -> Self {
        Self {
            read: OnceLock::from(Ok(named.clone())),
            named,
            reading: Mutex::default(),
        }
    }

    /// Once they are read, which this waits for: some milliseconds the first time, until `deadline`
    /// where a disk does not answer. Without them nothing can be said of who the site is.
    pub(crate) fn get(&self, deadline: Deadline) -> Result<&Trust, Text> {
        let read = self.read.get_or_init(|| {
            let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
            let reading = reading.take().ok_or(CRASHED)?;
            Ok(reading.within(deadline)?.and(self.named.clone()))
        });
        read.as_ref().map_err(|why| *why)
    }
}

fn named(options: &Options) -> Result<Trust, Error> {
    match &options.ca_file {
        Some(file) => Trust::none().with_file(file).map_err(Error::CaFile),
        None => Ok(Trust::none()),
    }
}

/// The sites of IGC-Santé are under roots that no system brings along and the Cryptolib lays down.
fn known() -> Trust {
    let of_cryptolib = Authorities::new().with_those_of_the_cryptolib().roots();
    Trust::system().with_certificates(RootOrigin::Cryptolib, of_cryptolib)
}
