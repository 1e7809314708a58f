//! What stands around PC/SC on Linux?

use std::fs;
use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use tomcheck_diagnosis::ForeignFailure;

use crate::galss::SerialPorts;
use crate::surroundings::{Listening, SocketState};
use crate::usb::UsbReaders;

#[path = "linux/clients.rs"]
mod clients;
#[path = "linux/descriptors.rs"]
mod descriptors;
#[path = "linux/unix_diag.rs"]
mod unix_diag;
#[path = "linux/usb.rs"]
mod usb;

pub(super) use self::clients::programs;

/// Knocks at pcscd's socket and hangs up: libpcsclite answers one number for four causes.
pub(super) fn listening() -> Listening {
    let path = socket_path();
    let state = knock(Path::new(&path));
    Listening::Socket { path, state }
}

fn socket_path() -> String {
    let named = std::env::var("PCSCLITE_CSOCK_NAME");
    named.unwrap_or_else(|_| DEFAULT_SOCKET.to_owned())
}

fn knock(path: &Path) -> SocketState {
    let Err(error) = UnixStream::connect(path) else {
        return SocketState::Listening;
    };
    let failure = ForeignFailure::from_io("connect", &error);
    match error.kind() {
        ErrorKind::NotFound => SocketState::Absent { failure },
        ErrorKind::ConnectionRefused => SocketState::Stale { failure },
        ErrorKind::PermissionDenied => SocketState::Denied { failure },
        _ => SocketState::Failed { failure },
    }
}

/// Empty where the device gives none.
fn attribute(device: &Path, name: &str) -> String {
    let text = fs::read_to_string(device.join(name)).unwrap_or_default();
    text.trim().to_owned()
}

/// The readers on the USB bus of this machine.
pub(super) fn usb_readers() -> UsbReaders {
    usb::readers(Path::new("/"))
}

/// The terminals with a device behind them.
pub(super) fn serial_ports() -> SerialPorts {
    ports_under(Path::new("/sys/class/tty"))
}

fn ports_under(class: &Path) -> SerialPorts {
    let entries = match fs::read_dir(class) {
        Ok(entries) => entries,
        Err(error) => {
            let failure = ForeignFailure::from_io("readdir /sys/class/tty", &error);
            return SerialPorts::Failed { failure };
        }
    };
    let entries = entries.filter_map(Result::ok);
    // the kernel keeps places for ports of the main board that are not there: type 0
    let is_there = |port: &Path| port.join("device").exists() && attribute(port, "type") != "0";
    let there = entries.filter(|entry| is_there(&entry.path()));
    let mut ports: Vec<String> = there
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    ports.sort();
    SerialPorts::Seen { ports }
}

/// Not confirmed by a public document: the first is where public diagnostic scripts look, the
/// second the folder its Linux installer puts the GALSS into.
pub(super) fn galss_places() -> Vec<PathBuf> {
    ["/etc/galss.ini", "/usr/local/galss/galss.ini"]
        .map(PathBuf::from)
        .to_vec()
}

/// The variables of the session are all there is.
pub(super) fn is_remote() -> Option<bool> {
    None
}

const DEFAULT_SOCKET: &str = "/run/pcscd/pcscd.comm";

#[test]
fn a_port_of_the_main_board_that_is_not_there_is_no_port() {
    let class = tempfile::tempdir().unwrap();
    for (port, kind) in [("ttyS0", "4"), ("ttyS1", "0"), ("ttyUSB0", "")] {
        fs::create_dir_all(class.path().join(port).join("device")).unwrap();
        fs::write(class.path().join(port).join("type"), kind).unwrap();
    }
    fs::create_dir(class.path().join("tty1")).unwrap();
    let ports = ["ttyS0", "ttyUSB0"].map(str::to_owned).to_vec();
    assert_eq!(ports_under(class.path()), SerialPorts::Seen { ports });
}
