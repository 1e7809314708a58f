//! Whose word is taken for who the site is?

use std::panic::resume_unwind;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{Builder, JoinHandle};

use tomcheck_cert::Authorities;
use tomcheck_tls::{RootOrigin, Trust};

use crate::{Error, Options};

/// The system's authorities, a hundred and fifty in twice as many files, read while others look at
/// card and network.
pub(crate) struct SiteTrust {
    named: Trust,
    reading: Mutex<Option<JoinHandle<Trust>>>,
    read: OnceLock<Trust>,
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

    /// Where the system gives no thread, they are read once they are wanted.
    fn being_read(named: Trust) -> Self {
        let thread = Builder::new().name("tomcheck-authorities".to_owned());
        Self {
            named,
            reading: Mutex::new(thread.spawn(known).ok()),
            read: OnceLock::new(),
        }
    }

    fn only(named: Trust) -> Self {
        Self {
            read: OnceLock::from(named.clone()),
            named,
            reading: Mutex::default(),
        }
    }

    /// Once they are read, which this waits for: some milliseconds the first time.
    pub(crate) fn get(&self) -> &Trust {
        self.read.get_or_init(|| {
            let mut reading = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
            let known = match reading.take() {
                // a defect is told where its result is wanted
                Some(reading) => reading
                    .join()
                    .unwrap_or_else(|defect| resume_unwind(defect)),
                None => known(),
            };
            known.and(self.named.clone())
        })
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
