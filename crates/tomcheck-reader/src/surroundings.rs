//! What does the system know that PC/SC does not say?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

use crate::galss::{Galss, SerialPorts};
use crate::session::Session;
use crate::usb::UsbReaders;

/// What stands around PC/SC on this machine; looked at where PC/SC leaves a doubt.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Surroundings {
    /// Where the service listens.
    pub listening: Listening,
    /// The smart-card readers on the USB bus, whether PC/SC sees them or not.
    pub usb: UsbReaders,
    /// From where this session is used.
    pub session: Session,
    /// By what the GALSS reaches its readers.
    #[serde(default)]
    pub galss: Galss,
    /// The serial ports, to which the GALSS may have a reader that PC/SC cannot see.
    #[serde(default)]
    pub serial: SerialPorts,
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
