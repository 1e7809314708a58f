//! Whose word is taken for who the site is?

use std::thread::{self, JoinHandle};

use tomcheck_cert::Authorities;
use tomcheck_tls::{RootOrigin, Trust};

use crate::{Error, Options};

/// The system's authorities, a hundred and fifty in twice as many files, being read while others
/// look at card and network.
pub(crate) struct SiteTrust {
    known: Known,
    named: Trust,
}

enum Known {
    BeingRead(JoinHandle<Trust>),
    Read(Trust),
}

impl SiteTrust {
    /// Begins to read them, for a site only.
    ///
    /// # Errors
    ///
    /// An unreadable file of authorities is the caller's mistake, told before anything is looked at.
    pub(crate) fn begin(options: &Options) -> Result<Self, Error> {
        let named = named(options)?;
        let is_for_site = options.scope.target().is_some() && options.looks_at_network();
        let known = match is_for_site {
            true => Known::begin(),
            false => Known::Read(Trust::none()),
        };
        Ok(Self { known, named })
    }

    /// Once they are read, which this waits for.
    pub(crate) fn read(self) -> Result<Trust, Error> {
        let known = match self.known {
            Known::Read(known) => known,
            Known::BeingRead(reading) => reading
                .join()
                .map_err(|_| Error::Panicked("authorities".to_owned()))?,
        };
        Ok(known.and(self.named))
    }
}

impl Known {
    fn begin() -> Self {
        let reading = thread::Builder::new().name("tomcheck-authorities".to_owned());
        match reading.spawn(known) {
            Ok(reading) => Self::BeingRead(reading),
            // the system gives no thread
            Err(_) => Self::Read(known()),
        }
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
