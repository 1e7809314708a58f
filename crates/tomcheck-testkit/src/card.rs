//! What is in the reader, and how does it misbehave?

mod apdu;
pub mod atr;
mod cps2ter;
mod cps3;
mod cps4;
mod faults;
mod files;
mod hash;
mod layout;
mod link;
mod options;
mod pin;
mod piv;
mod pkcs15;
mod rsa_key;
mod session;
mod status;
mod tlv;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

pub(crate) use self::link::Link;
pub use self::options::{CardOptions, Profile, UpdateTrace};
use crate::KitError;

/// A card that a test holds in its hand: it goes into the reader, comes out, and misbehaves.
///
/// It answers pcscd from a thread of this process and leaves the reader when dropped.
/// Cards come from [`Workstation::insert`](crate::Workstation::insert).
pub struct VirtualCard {
    link: Arc<Link>,
}

impl VirtualCard {
    pub(crate) fn new(profile: Profile, options: CardOptions, port: u16) -> Result<Self, KitError> {
        let atr = options
            .atr
            .clone()
            .unwrap_or_else(|| profile.atr().to_vec());
        let session = options::personalise(profile, options)?;
        Ok(Self {
            link: Link::start(session, atr, port),
        })
    }

    pub(crate) fn link(&self) -> &Arc<Link> {
        &self.link
    }
}

/// In and out of the reader.
impl VirtualCard {
    /// Puts the card into its reader and waits until pcscd has powered it, at most five seconds.
    ///
    /// # Errors
    ///
    /// When no pcscd asks for it in time.
    pub fn insert(&self) -> Result<(), KitError> {
        self.link.insert()
    }

    /// Takes the card out and waits until the reader has noticed, at most two seconds.
    pub fn remove(&self) {
        self.link.remove();
    }

    /// Whether a reader holds the card now.
    pub fn is_inserted(&self) -> bool {
        self.link.is_inserted()
    }

    /// Pulls the card out instead of answering the `count`-th command from now.
    ///
    /// vpcd then reports success with an empty answer, and the removal on the next command; genuine
    /// readers report `SCARD_E_NOT_TRANSACTED`.
    pub fn tear(&self, count: u32) {
        self.link.faults().tear(count, None);
    }

    /// Like [`VirtualCard::tear`], counting only commands of this instruction byte.
    pub fn tear_at(&self, instruction: u8, count: u32) {
        self.link.faults().tear(count, Some(instruction));
    }

    /// The answer to reset presented from now on; the card is taken out and put back to show it.
    ///
    /// # Errors
    ///
    /// As [`VirtualCard::insert`].
    pub fn set_atr(&self, atr: &[u8]) -> Result<(), KitError> {
        self.link.set_atr(atr);
        self.reinsert()
    }

    /// No answer to reset any more, as a card put in the wrong way round; shown like
    /// [`VirtualCard::set_atr`].
    ///
    /// # Errors
    ///
    /// As [`VirtualCard::insert`].
    pub fn mute(&self) -> Result<(), KitError> {
        self.link.faults().mute_at_power_on = true;
        self.reinsert()
    }

    fn reinsert(&self) -> Result<(), KitError> {
        if !self.is_inserted() {
            return Ok(());
        }
        self.remove();
        self.insert()
    }
}

/// Wrong answers. All are ended by [`VirtualCard::behave`].
impl VirtualCard {
    /// Commands are never answered: `SCardTransmit` blocks until the card is removed.
    pub fn stall(&self) {
        self.link.faults().stall = true;
    }

    /// Each answer waits this long.
    pub fn slow(&self, delay: Duration) {
        self.link.faults().delay = delay;
    }

    /// Arbitrary bytes instead of answers.
    pub fn garbage(&self) {
        self.link.faults().garbage = true;
    }

    /// Answers cut to one byte: no status word.
    pub fn truncate(&self) {
        self.link.faults().truncate = true;
    }

    /// Every so many answers one is cut to one byte, as where a contact is dirty.
    pub fn break_off_every(&self, answers: u32) {
        self.link.faults().break_off_every(answers);
    }

    /// This status word instead of carrying out the instruction, `times` times or for ever.
    pub fn forced_status(&self, instruction: u8, status: u16, times: Option<u32>) {
        self.link.faults().force(instruction, status, times);
    }

    /// What the card keeps of updates made in the field ([`Profile::Cps3`] only).
    pub fn set_update_trace(&self, trace: UpdateTrace) {
        self.link.session().set_update_trace(trace);
    }

    /// Ends every fault of this card, its answer to reset excepted.
    pub fn behave(&self) {
        *self.link.faults() = faults::Faults::default();
    }
}

/// The code porteur.
impl VirtualCard {
    /// No try is left.
    pub fn block_pin(&self) {
        self.set_tries(0);
    }

    /// Sets the number of tries left.
    pub fn set_tries(&self, tries: u8) {
        self.link.session().pin().set_tries(tries);
    }

    /// All tries are left again.
    pub fn unblock_pin(&self) {
        self.link.session().pin().unblock(None);
    }

    /// Replaces the code porteur, without spending or restoring tries.
    pub fn set_pin(&self, value: &str) {
        self.link.session().pin().set_value(value.as_bytes());
    }

    /// Tries left before the code porteur is blocked.
    pub fn tries_left(&self) -> u8 {
        self.link.session().pin().tries_left()
    }

    /// Whether the code porteur is verified since the last reset.
    pub fn pin_verified(&self) -> bool {
        self.link.session().pin().is_verified()
    }

    /// How often a code was presented, right or wrong, since the card was made.
    pub fn presentations(&self) -> u64 {
        self.link.counters().presentations()
    }
}

/// What the reader did to the card since it was made.
impl VirtualCard {
    /// When pcscd had the answer to reset after the last power-on: before that nobody can know
    /// of the card.
    pub fn powered_at(&self) -> Option<Instant> {
        self.link.powered_at()
    }

    /// Warm resets: some program asked for `SCARD_RESET_CARD`.
    pub fn resets(&self) -> u64 {
        self.link.counters().resets()
    }

    /// Power-ons: at each insertion, and when a program connects after pcscd powered the card down.
    pub fn power_ons(&self) -> u64 {
        self.link.counters().power_ons()
    }

    /// Commands received.
    pub fn commands(&self) -> u64 {
        self.link.counters().commands()
    }
}

impl fmt::Debug for VirtualCard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("VirtualCard")
            .field("is_inserted", &self.is_inserted())
            .finish()
    }
}

impl Drop for VirtualCard {
    fn drop(&mut self) {
        self.link.stop();
    }
}
