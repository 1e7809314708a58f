//! What does the system know that PC/SC does not say?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

/// What stands around PC/SC on this machine; looked at where PC/SC leaves a doubt.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Surroundings {
    /// Where the service listens.
    pub listening: Listening,
    /// The smart-card readers on the USB bus, whether PC/SC sees them or not.
    pub usb: UsbReaders,
    /// Variables that name a remote session or a confined program (`SESSIONNAME`, `SSH_TTY`,
    /// `SNAP_NAME`, `FLATPAK_ID`), as `NAME=value`.
    pub session: Vec<String>,
}

/// Where the card service listens.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "kebab-case")]
pub enum Listening {
    /// Nobody looked, or this system has no such place.
    #[default]
    NotLooked,
    /// Windows: the service starts by itself when a reader is there, and ends without one.
    StartsWithReader,
    /// A Unix socket.
    Socket {
        /// Its path.
        path: String,
        /// What knocking at it gave.
        state: SocketState,
    },
}

/// What knocking at the service's socket gave. PC/SC itself answers the same number for the
/// first three.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum SocketState {
    /// No such file.
    Absent {
        /// The errno.
        failure: ForeignFailure,
    },
    /// The file is there and nobody listens: the service ended without tidying up.
    Stale {
        /// The errno.
        failure: ForeignFailure,
    },
    /// The file's permissions keep this user out.
    Denied {
        /// The errno.
        failure: ForeignFailure,
    },
    /// Somebody listens.
    Listening,
    /// Any other answer.
    Failed {
        /// The errno.
        failure: ForeignFailure,
    },
}

/// Smart-card readers on the USB bus.
///
/// Linux: interfaces of class 0x0B (USB CCID 1.1 §4). Windows: present devices of the class
/// `SmartCardReader`, which a reader without a driver has not got.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "usb", rename_all = "kebab-case")]
pub enum UsbReaders {
    /// Nobody looked.
    #[default]
    NotLooked,
    /// The bus cannot be listed.
    Failed {
        /// Why.
        failure: ForeignFailure,
    },
    /// What is plugged; may be empty.
    Seen {
        /// In the order of the bus.
        readers: Vec<UsbReader>,
    },
}

impl UsbReaders {
    /// The readers seen; none where nobody could look.
    pub fn seen(&self) -> &[UsbReader] {
        match self {
            Self::Seen { readers } => readers,
            Self::NotLooked | Self::Failed { .. } => &[],
        }
    }

    /// Whether somebody looked and there is none: not the same as not having looked.
    pub(crate) fn is_known_empty(&self) -> bool {
        matches!(self, Self::Seen { readers } if readers.is_empty())
    }
}

/// One smart-card reader on the USB bus.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct UsbReader {
    /// Where it is plugged, as the system names it: `1-4`; empty where it does not tell.
    pub place: String,
    /// Its own name, empty when it gives none.
    pub name: String,
    /// Vendor and product number: `08e6:3437`.
    pub id: String,
}
