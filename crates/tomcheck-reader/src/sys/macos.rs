//! What stands around PC/SC on macOS?

use std::path::PathBuf;

use crate::galss::SerialPorts;
use crate::programs::Programs;
use crate::surroundings::Listening;
use crate::usb::UsbReaders;

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

/// Nobody lists the ports on this system yet.
pub(super) fn serial_ports() -> SerialPorts {
    SerialPorts::NotLooked
}

/// Source: the first, the installers and removers of the GALSS for macOS; the second is looked
/// into by public diagnostic scripts, and not confirmed.
pub(super) fn galss_places() -> Vec<PathBuf> {
    ["/Library/Preferences/galss.ini", "/etc/galss.ini"]
        .map(PathBuf::from)
        .to_vec()
}

/// The variables of the session are all there is.
pub(super) fn is_remote() -> Option<bool> {
    None
}
