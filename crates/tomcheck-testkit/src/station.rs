//! Which card service, readers and settings does this workstation have?

mod files;
mod pcscd;

use std::{
    ffi::OsString,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
};

pub(crate) use self::files::StationFiles;
use self::pcscd::Pcscd;
pub(crate) use self::pcscd::is_root;
use crate::{CardOptions, KitError, Profile, VirtualCard, card::Link};

/// A private card service with its readers, and the settings that lead programs to it.
///
/// Programs started with [`Workstation::environment`] see this pcscd and no other; several
/// workstations live side by side. Everything lies in one directory, and pcscd ends with the value,
/// also when its process is killed.
///
/// Needs pcscd, vsmartcard-vpcd, util-linux, and either root or unprivileged user namespaces.
#[derive(Debug)]
pub struct Workstation {
    files: StationFiles,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    pcscd: Option<Pcscd>,
    /// First TCP port of each virtual reader; the next one is its second slot.
    ports: Vec<u16>,
    cards: Vec<Weak<Link>>,
}

impl Workstation {
    /// Writes the settings into `directory` (made if absent) and starts pcscd with one reader.
    ///
    /// Blocks until pcscd listens, at most ten seconds.
    ///
    /// # Errors
    ///
    /// When the directory cannot be written, or pcscd does not start.
    pub fn start(directory: impl AsRef<Path>) -> Result<Self, KitError> {
        let files = StationFiles::new(directory);
        files.write()?;
        let state = State {
            pcscd: None,
            ports: Vec::new(),
            cards: Vec::new(),
        };
        let station = Self {
            files,
            state: Mutex::new(state),
        };
        station.with_readers(1)?;
        Ok(station)
    }

    /// The directory everything lies in.
    pub fn directory(&self) -> &Path {
        self.files.directory()
    }

    /// The variables a program needs to see this workstation: `PCSCLITE_CSOCK_NAME`,
    /// `OPENSC_CONF` and `SOFTHSM2_CONF`.
    pub fn environment(&self) -> Vec<(String, OsString)> {
        self.files.environment()
    }

    /// Socket of pcscd; there also while pcscd is killed, absent while it is stopped.
    pub fn socket(&self) -> PathBuf {
        self.files.socket()
    }

    /// Name of the first reader, as PC/SC shows it.
    pub fn reader(&self) -> String {
        reader_name(0)
    }

    /// Names of all slots, in the order of PC/SC: a virtual reader has two slots.
    pub fn readers(&self) -> Vec<String> {
        (0..2 * self.state().ports.len()).map(reader_name).collect()
    }

    /// Restarts pcscd with `count` readers, two slots each; at most eight are listed by pcscd.
    ///
    /// Cards stay with the slot they were inserted into.
    ///
    /// # Errors
    ///
    /// When pcscd does not start.
    pub fn with_readers(&self, count: usize) -> Result<(), KitError> {
        let mut state = self.state();
        state.pcscd = None;
        while state.ports.len() < count {
            state.ports.push(free_port_pair()?);
        }
        state.ports.truncate(count);
        self.files.write_readers(&state.ports)?;
        self.launch(&mut state)
    }

    /// Restarts pcscd without any reader.
    ///
    /// # Errors
    ///
    /// When pcscd does not start.
    pub fn without_readers(&self) -> Result<(), KitError> {
        self.with_readers(0)
    }

    /// Ends pcscd: cleanly, or `hard` with SIGKILL, which leaves its socket behind as a crash does.
    ///
    /// Blocks until it is gone. Does nothing when it does not run.
    pub fn stop_pcscd(&self, hard: bool) {
        if let Some(pcscd) = self.state().pcscd.take() {
            pcscd.stop(hard);
        }
    }

    /// Makes pcscd hang until it is thawed: it accepts and answers nothing. Does nothing when it
    /// does not run.
    ///
    /// # Errors
    ///
    /// When its process cannot be signalled.
    pub fn freeze_pcscd(&self) -> Result<(), KitError> {
        self.signal(true)
    }

    /// Ends [`Workstation::freeze_pcscd`].
    ///
    /// # Errors
    ///
    /// When its process cannot be signalled.
    pub fn thaw_pcscd(&self) -> Result<(), KitError> {
        self.signal(false)
    }

    fn signal(&self, frozen: bool) -> Result<(), KitError> {
        match &mut self.state().pcscd {
            Some(pcscd) => pcscd.freeze(&self.files, frozen),
            None => Ok(()),
        }
    }

    /// Starts pcscd again with the same readers, ending it first if it runs.
    ///
    /// Blocks until the cards in the readers are powered again.
    ///
    /// # Errors
    ///
    /// When pcscd does not start.
    pub fn restart_pcscd(&self) -> Result<(), KitError> {
        let mut state = self.state();
        state.pcscd = None;
        self.launch(&mut state)
    }

    /// Inserts a new card into the first slot and waits until pcscd has powered it.
    ///
    /// # Errors
    ///
    /// When a value of `options` cannot be written on a card, or no reader answers.
    pub fn insert(&self, profile: Profile, options: CardOptions) -> Result<VirtualCard, KitError> {
        self.insert_into(0, profile, options)
    }

    /// Like [`Workstation::insert`], for the slot of this number in [`Workstation::readers`].
    ///
    /// # Errors
    ///
    /// As [`Workstation::insert`].
    pub fn insert_into(
        &self,
        slot: usize,
        profile: Profile,
        options: CardOptions,
    ) -> Result<VirtualCard, KitError> {
        let card = VirtualCard::new(profile, options, self.port(slot)?)?;
        let mut state = self.state();
        state.cards.retain(|card| card.strong_count() > 0);
        state.cards.push(Arc::downgrade(card.link()));
        drop(state);
        card.insert()?;
        Ok(card)
    }

    fn port(&self, slot: usize) -> Result<u16, KitError> {
        let state = self.state();
        let first = state.ports.get(slot / 2).copied();
        first
            .map(|port| port + u16::from(slot % 2 == 1))
            .ok_or_else(|| KitError::Value {
                what: "slot",
                value: slot.to_string(),
                expected: "a slot of a reader of this workstation",
            })
    }

    fn launch(&self, state: &mut State) -> Result<(), KitError> {
        let cards: Vec<_> = state.cards.iter().filter_map(Weak::upgrade).collect();
        // the old pcscd is gone: what comes from now on comes from the new one
        cards.iter().for_each(|card| card.wait_until_lost());
        state.pcscd = Some(Pcscd::start(&self.files)?);
        let read = |card: &Link| {
            state
                .ports
                .iter()
                .any(|&port| card.is_in(port) || card.is_in(port + 1))
        };
        cards
            .iter()
            .filter(|card| read(card))
            .try_for_each(|card| card.wait_until_powered())
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reader's name, then what pcscd adds: a number that is always 00 here, and the slot.
fn reader_name(slot: usize) -> String {
    format!("{} 00 {:02X}", files::reader_name(slot / 2), slot % 2)
}

/// Two consecutive free TCP ports: one virtual reader has two slots.
fn free_port_pair() -> Result<u16, KitError> {
    loop {
        let bind = |port| TcpListener::bind(("0.0.0.0", port));
        let first = bind(0).map_err(KitError::socket("looking for a free port"))?;
        let port = first
            .local_addr()
            .map_err(KitError::socket("reading a port number"))?
            .port();
        if port.checked_add(1).is_some_and(|next| bind(next).is_ok()) {
            return Ok(port);
        }
    }
}
