//! How does the card talk with the virtual reader?

use std::{
    io::{self, Read as _, Write as _},
    net::{Ipv4Addr, Shutdown, TcpStream},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{faults::Faults, session::Session};
use crate::KitError;

/// The card's end of the vpcd protocol: two bytes of length, then a control byte or an APDU.
///
/// One thread serves the reader for the life of the card; the test's methods only change what is
/// under the locks.
pub(crate) struct Link {
    port: u16,
    presence: Mutex<Presence>,
    changed: Condvar,
    session: Mutex<Session>,
    faults: Mutex<Faults>,
    counters: Counters,
}

struct Presence {
    /// The test wants the card in the reader.
    wanted: bool,
    /// The connection to the reader that holds it.
    reader: Option<TcpStream>,
    /// pcscd has powered the card and fetched its answer to reset since it is in the reader.
    powered: bool,
    powered_at: Option<Instant>,
    ended: bool,
    atr: Vec<u8>,
}

/// What the reader did since the card was made.
#[derive(Default)]
pub(crate) struct Counters {
    power_ons: AtomicU64,
    resets: AtomicU64,
    commands: AtomicU64,
    presentations: AtomicU64,
}

/// Control bytes of vpcd.
const POWER_OFF: u8 = 0;
const POWER_ON: u8 = 1;
const RESET: u8 = 2;
const GET_ATR: u8 = 4;

/// Too long for an answer to reset: vpcd reports a failed power-on, pcscd a mute card. An empty one
/// would mean "card removed" to vpcd.
const UNUSABLE_ATR: [u8; 40] = [0x3B; 40];

/// pcscd looks every 400 ms.
const POWER_PATIENCE: Duration = Duration::from_secs(5);
const REMOVAL_PATIENCE: Duration = Duration::from_secs(2);
/// From the last byte on the wire to the state programs see.
const SETTLING: Duration = Duration::from_millis(100);

impl Link {
    pub(super) fn start(session: Session, atr: Vec<u8>, port: u16) -> Arc<Self> {
        let presence = Presence {
            wanted: false,
            reader: None,
            powered: false,
            powered_at: None,
            ended: false,
            atr,
        };
        let link = Arc::new(Self {
            port,
            presence: Mutex::new(presence),
            changed: Condvar::new(),
            session: Mutex::new(session),
            faults: Mutex::new(Faults::default()),
            counters: Counters::default(),
        });
        let card = Arc::clone(&link);
        thread::spawn(move || card.live());
        link
    }

    pub(super) fn insert(&self) -> Result<(), KitError> {
        self.presence().wanted = true;
        self.changed.notify_all();
        self.wait_until_powered()
    }

    pub(crate) fn wait_until_powered(&self) -> Result<(), KitError> {
        let awaited = |state: &mut Presence| state.wanted && !state.powered;
        let what = format!("power from the reader on port {}", self.port);
        if !self.wait_while(POWER_PATIENCE, awaited) {
            return Err(KitError::TimedOut {
                what,
                waited: POWER_PATIENCE,
            });
        }
        thread::sleep(SETTLING);
        Ok(())
    }

    pub(super) fn remove(&self) {
        let mut presence = self.presence();
        presence.leave();
        drop(presence);
        self.wait_until_lost();
        thread::sleep(SETTLING);
    }

    /// Until the reader has hung up. One that does not in time is a dead pcscd's, which sees no card
    /// either.
    pub(crate) fn wait_until_lost(&self) {
        self.wait_while(REMOVAL_PATIENCE, |state| state.reader.is_some());
    }

    pub(super) fn stop(&self) {
        let mut presence = self.presence();
        presence.ended = true;
        presence.leave();
        drop(presence);
        self.changed.notify_all();
    }

    pub(super) fn powered_at(&self) -> Option<Instant> {
        self.presence().powered_at
    }

    pub(super) fn set_atr(&self, atr: &[u8]) {
        self.presence().atr = atr.to_vec();
    }

    pub(super) fn is_inserted(&self) -> bool {
        let presence = self.presence();
        presence.wanted && presence.reader.is_some()
    }

    pub(crate) fn is_in(&self, port: u16) -> bool {
        self.port == port && self.presence().wanted
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    fn presence(&self) -> MutexGuard<'_, Presence> {
        self.presence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the condition ended in time.
    fn wait_while(&self, patience: Duration, condition: impl FnMut(&mut Presence) -> bool) -> bool {
        let waited = self
            .changed
            .wait_timeout_while(self.presence(), patience, condition);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

/// The card's thread.
impl Link {
    fn live(&self) {
        while self.wait_until_wanted() {
            match TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
                // however the connection ends, the reader has lost the card
                Ok(reader) => drop(self.stay_in(reader)),
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// False when the card has ended.
    fn wait_until_wanted(&self) -> bool {
        let waited = self
            .changed
            .wait_while(self.presence(), |state| !state.wanted && !state.ended);
        !waited.unwrap_or_else(PoisonError::into_inner).ended
    }

    fn stay_in(&self, reader: TcpStream) -> io::Result<()> {
        reader.set_nodelay(true)?;
        self.session().reset();
        {
            let mut presence = self.presence();
            presence.reader = Some(reader.try_clone()?);
            if !presence.wanted {
                presence.leave();
            }
        }
        let result = self.serve(reader);
        let mut presence = self.presence();
        presence.reader = None;
        presence.powered = false;
        drop(presence);
        self.changed.notify_all();
        result
    }

    fn serve(&self, mut reader: TcpStream) -> io::Result<()> {
        let mut powering = false;
        loop {
            let message = receive(&mut reader)?;
            // after removal the reader's last messages go unanswered, until it hangs up
            if !self.presence().wanted {
                continue;
            }
            match *message.as_slice() {
                [GET_ATR] => self.show_atr(&mut reader, std::mem::take(&mut powering))?,
                [control] => powering |= self.obey(control),
                _ => self.command(&mut reader, &message)?,
            }
        }
    }

    /// vpcd asks for the answer to reset at each poll too, to see whether the card is there: only
    /// the request that follows a power-on may fail.
    fn show_atr(&self, reader: &mut TcpStream, powering: bool) -> io::Result<()> {
        let mute = self.faults().mute_at_power_on && powering;
        let atr = if mute {
            UNUSABLE_ATR.to_vec()
        } else {
            self.presence().atr.clone()
        };
        send(reader, &atr)?;
        let mut presence = self.presence();
        if powering {
            presence.powered = true;
            presence.powered_at = Some(Instant::now());
        }
        drop(presence);
        self.changed.notify_all();
        Ok(())
    }

    /// Whether an answer to reset is due.
    fn obey(&self, control: u8) -> bool {
        match control {
            POWER_ON => self.counters.power_ons.fetch_add(1, Ordering::Relaxed),
            RESET => self.counters.resets.fetch_add(1, Ordering::Relaxed),
            POWER_OFF => 0,
            _ => return false,
        };
        self.session().reset();
        control != POWER_OFF
    }

    fn command(&self, reader: &mut TcpStream, raw: &[u8]) -> io::Result<()> {
        let instruction = raw.get(1).copied().unwrap_or(0);
        self.counters.count(instruction, raw.len());
        if self.faults().tears_now(instruction) {
            self.presence().leave();
            return Ok(());
        }
        thread::sleep(self.faults().delay);
        while self.faults().stall && self.presence().wanted {
            thread::sleep(Duration::from_millis(10));
        }
        let mut answer = self.answer(instruction, raw);
        if self.faults().breaks_off_now() {
            answer.truncate(1);
        }
        send(reader, &answer)
    }

    fn answer(&self, instruction: u8, raw: &[u8]) -> Vec<u8> {
        if self.faults().garbage {
            return garbage(self.counters.commands());
        }
        match self.faults().forced_status(instruction) {
            Some(status) => status.to_be_bytes().to_vec(),
            None => self.session().answer(raw),
        }
    }
}

impl Presence {
    /// Ends our half of the connection; the thread sees the reader end the other.
    fn leave(&mut self) {
        self.wanted = false;
        if let Some(reader) = &self.reader {
            // an error means the reader went first
            let _ = reader.shutdown(Shutdown::Write);
            let _ = reader.set_read_timeout(Some(REMOVAL_PATIENCE));
        }
    }
}

impl Counters {
    fn count(&self, instruction: u8, length: usize) {
        self.commands.fetch_add(1, Ordering::Relaxed);
        // without data, VERIFY only asks for the counter
        if instruction == 0x20 && length > 5 {
            self.presentations.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn power_ons(&self) -> u64 {
        self.power_ons.load(Ordering::Relaxed)
    }

    pub(super) fn resets(&self) -> u64 {
        self.resets.load(Ordering::Relaxed)
    }

    pub(super) fn commands(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
    }

    pub(super) fn presentations(&self) -> u64 {
        self.presentations.load(Ordering::Relaxed)
    }
}

/// Arbitrary, but the same in each run: a failure can be looked at again.
fn garbage(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()
    };
    let [length, ..] = next();
    (0..2 + length % 38)
        .map(|_| next())
        .map(|[byte, ..]| byte)
        .collect()
}

fn receive(reader: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 2];
    read(reader, &mut length)?;
    let mut message = vec![0; u16::from_be_bytes(length).into()];
    read(reader, &mut message)?;
    Ok(message)
}

fn read(reader: &mut TcpStream, buffer: &mut [u8]) -> io::Result<()> {
    // vpcd writes length and message apart: without an acknowledgement at once, the second waits
    // 40 ms for it
    rustix::net::sockopt::set_tcp_quickack(&*reader, true)?;
    reader.read_exact(buffer)
}

fn send(reader: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u16::try_from(message.len()).map_err(io::Error::other)?;
    reader.write_all(&[&length.to_be_bytes(), message].concat())
}
