//! In which state does PC/SC say a reader is?

use serde::{Deserialize, Serialize};

/// `dwEventState` of one reader: the raw number, and what its bits mean.
///
/// The upper 16 bits count the events of the reader since its service started.
///
/// Source: `SCARD_READERSTATE` (winscard.h, pcsclite.h).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct ReaderState(u32);

impl ReaderState {
    /// The raw number.
    pub const fn new(raw: u32) -> Self {
        Self(raw)
    }

    /// The raw number.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// Whether this bit is set.
    pub const fn has(self, flag: StateFlag) -> bool {
        self.0 & flag as u32 != 0
    }

    /// How often a card went in or out since the service began to count, which goes round.
    pub const fn event_count(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Whether a card is in, whatever becomes of it.
    pub const fn holds_card(self) -> bool {
        self.has(StateFlag::Present)
    }

    /// The bits that are set, lowest first, without `CHANGED`, which every first look sets.
    pub fn flags(self) -> Vec<StateFlag> {
        let all = StateFlag::ALL.into_iter();
        all.filter(|flag| self.has(*flag)).collect()
    }
}

/// One bit of [`ReaderState`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StateFlag {
    /// `SCARD_STATE_CHANGED`: something of it differs from what the caller knew.
    Changed = 0x2,
    /// `SCARD_STATE_UNKNOWN`: PC/SC does not know the reader any more.
    Unknown = 0x4,
    /// `SCARD_STATE_UNAVAILABLE`: its state cannot be had.
    Unavailable = 0x8,
    /// `SCARD_STATE_EMPTY`: no card.
    Empty = 0x10,
    /// `SCARD_STATE_PRESENT`: a card.
    Present = 0x20,
    /// `SCARD_STATE_EXCLUSIVE`: another program holds the card alone.
    Exclusive = 0x80,
    /// `SCARD_STATE_INUSE`: programs share the card.
    InUse = 0x100,
    /// `SCARD_STATE_MUTE`: the card does not answer.
    Mute = 0x200,
    /// `SCARD_STATE_UNPOWERED`: the card sleeps.
    Unpowered = 0x400,
}

impl StateFlag {
    const ALL: [Self; 8] = [
        Self::Unknown,
        Self::Unavailable,
        Self::Empty,
        Self::Present,
        Self::Exclusive,
        Self::InUse,
        Self::Mute,
        Self::Unpowered,
    ];
}

#[derive(Serialize, Deserialize)]
struct Written {
    raw: u32,
    #[serde(default)]
    flags: Vec<StateFlag>,
}

impl From<Written> for ReaderState {
    fn from(written: Written) -> Self {
        Self(written.raw)
    }
}

impl From<ReaderState> for Written {
    fn from(state: ReaderState) -> Self {
        Self {
            raw: state.raw(),
            flags: state.flags(),
        }
    }
}

#[test]
fn the_raw_number_and_its_bits_are_both_written() {
    let state = ReaderState::new(0x0003_0222);
    let json = serde_json::to_string(&state).unwrap();
    assert_eq!(json, r#"{"raw":197154,"flags":["present","mute"]}"#);
    assert_eq!(serde_json::from_str::<ReaderState>(&json).unwrap(), state);
}
