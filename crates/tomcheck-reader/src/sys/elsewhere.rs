//! What stands around PC/SC where there is no socket and no `/proc` to look at?

use crate::surroundings::{Listening, Programs, UsbReaders};

/// Windows starts `SCardSvr` with the first reader; macOS keeps its service to itself.
pub(super) fn listening() -> Listening {
    if cfg!(windows) {
        Listening::StartsWithReader
    } else {
        Listening::NotLooked
    }
}

/// Not looked at yet on this system.
pub(super) fn usb_readers() -> UsbReaders {
    UsbReaders::NotLooked
}

/// This system tells no ordinary user.
pub(super) fn programs() -> Programs {
    Programs::NotLooked
}
