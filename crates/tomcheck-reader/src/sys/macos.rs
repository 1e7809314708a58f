//! What stands around PC/SC on macOS?

use crate::programs::Programs;
use crate::surroundings::{Listening, UsbReaders};

/// macOS keeps the place of its service to itself.
pub(super) fn listening() -> Listening {
    Listening::NotLooked
}

/// Nobody looks at USB on this system yet.
pub(super) fn usb_readers() -> UsbReaders {
    UsbReaders::NotLooked
}

/// This system tells no ordinary user.
pub(super) fn programs() -> Programs {
    Programs::NotLooked
}
