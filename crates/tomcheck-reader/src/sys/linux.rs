//! What stands around PC/SC on Linux?

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::net::UnixStream;
use std::path::Path;

use tomcheck_diagnosis::ForeignFailure;

use crate::surroundings::{Listening, SocketState, UsbReader, UsbReaders};

#[path = "linux/clients.rs"]
mod clients;
#[path = "linux/unix_diag.rs"]
mod unix_diag;

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

/// The USB interfaces of class 0x0B, once per device.
pub(super) fn usb_readers() -> UsbReaders {
    readers_under(Path::new("/sys/bus/usb/devices"))
}

fn readers_under(bus: &Path) -> UsbReaders {
    match interfaces(bus) {
        Ok(mut places) => {
            places.sort();
            places.dedup();
            let readers = places.iter().map(|place| describe(bus, place));
            UsbReaders::Seen {
                readers: readers.collect(),
            }
        }
        Err(error) => UsbReaders::Failed {
            failure: ForeignFailure::from_io("readdir /sys/bus/usb/devices", &error),
        },
    }
}

/// `1-4` for the interface `1-4:1.0`.
fn interfaces(bus: &Path) -> io::Result<Vec<String>> {
    let mut places = Vec::new();
    for entry in fs::read_dir(bus)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if let Some((place, _)) = name.split_once(':')
            && attribute(&bus.join(&name), "bInterfaceClass") == SMART_CARD
        {
            places.push(place.to_owned());
        }
    }
    Ok(places)
}

fn describe(bus: &Path, place: &str) -> UsbReader {
    let device = bus.join(place);
    let [vendor, product] = ["idVendor", "idProduct"].map(|name| attribute(&device, name));
    let [maker, model] = ["manufacturer", "product"].map(|name| attribute(&device, name));
    UsbReader {
        place: place.to_owned(),
        name: format!("{maker} {model}").trim().to_owned(),
        id: format!("{vendor}:{product}"),
    }
}

/// Empty where the device gives none.
fn attribute(device: &Path, name: &str) -> String {
    let text = fs::read_to_string(device.join(name)).unwrap_or_default();
    text.trim().to_owned()
}

const DEFAULT_SOCKET: &str = "/run/pcscd/pcscd.comm";

/// Source: USB-IF, defined class codes.
const SMART_CARD: &str = "0b";

#[cfg(test)]
mod tests {
    use super::*;

    /// A bus with a reader on `1-4`, whose second interface is a keypad, and a mouse.
    fn bus() -> tempfile::TempDir {
        let bus = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = bus.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("1-4:1.0/bInterfaceClass", "0b\n");
        write("1-4:1.1/bInterfaceClass", "03\n");
        write("1-4/manufacturer", "Gemalto\n");
        write("1-4/product", "PC Twin Reader\n");
        write("1-4/idVendor", "08e6\n");
        write("1-4/idProduct", "3437\n");
        write("1-5:1.0/bInterfaceClass", "03\n");
        bus
    }

    #[test]
    fn a_reader_is_seen_by_the_class_of_its_interface() {
        let bus = bus();
        let seen = readers_under(bus.path());
        let [reader] = seen.seen() else {
            panic!("{seen:?}");
        };
        assert_eq!(reader.place, "1-4");
        assert_eq!(reader.name, "Gemalto PC Twin Reader");
        assert_eq!(reader.id, "08e6:3437");
    }

    #[test]
    fn a_bus_that_is_not_there_is_not_an_empty_bus() {
        let seen = readers_under(Path::new("/nowhere"));
        assert!(matches!(seen, UsbReaders::Failed { failure } if failure.code == 2));
    }
}
