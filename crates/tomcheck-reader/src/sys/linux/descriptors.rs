//! Is a USB device that the kernel has not configured a smart-card reader?

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Whether a device has an interface for smart cards by its own account, which the kernel reads
/// of every device, be it allowed to be used or not. False where it cannot be read.
pub(super) fn tell_of_a_reader(device: &Path) -> bool {
    let mut bytes = Vec::new();
    let file = File::open(device.join("descriptors"));
    let read = file.and_then(|file| file.take(MOST_READ).read_to_end(&mut bytes));
    read.is_ok() && has_reader(&bytes)
}

/// Source: USB 2.0 §9.5 and §9.6.5 (length, type, and of an interface, its class).
fn has_reader(descriptors: &[u8]) -> bool {
    let mut rest = descriptors;
    while let [length, kind, ..] = rest {
        let Some((one, next)) = rest.split_at_checked(usize::from(*length).max(SHORTEST)) else {
            return false;
        };
        if *kind == INTERFACE && one.get(CLASS) == Some(&SMART_CARD) {
            return true;
        }
        rest = next;
    }
    false
}

const MOST_READ: u64 = 1 << 19;
const SHORTEST: usize = 2;
const INTERFACE: u8 = 4;
const CLASS: usize = 5;
/// Source: USB-IF, defined class codes.
const SMART_CARD: u8 = 0x0B;

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A device with a configuration of one interface of this class.
    pub(in super::super) fn of_class(class: u8) -> Vec<u8> {
        let device = [
            18, 1, 0, 2, 0, 0, 0, 8, 0xe6, 8, 0x37, 0x34, 0, 2, 1, 2, 0, 1,
        ];
        let configuration = [9, 2, 18, 0, 1, 1, 0, 0xa0, 50];
        let interface = [9, 4, 0, 0, 3, class, 0, 0, 0];
        [&device[..], &configuration, &interface].concat()
    }

    #[test]
    fn a_reader_is_told_by_its_interface_and_not_by_a_byte_elsewhere() {
        assert!(has_reader(&of_class(0x0B)));
        assert!(!has_reader(&of_class(0x03)));
        let cut = of_class(0x0B);
        assert!(!has_reader(&cut[..cut.len() - 4]));
        // an endpoint whose sixth byte is that of the class
        assert!(!has_reader(&[7, 5, 0x81, 3, 8, 0x0B, 0]));
    }

    proptest! {
        #[test]
        fn no_device_makes_the_reading_panic_or_hang(bytes: Vec<u8>) {
            let _ = has_reader(&bytes);
        }
    }
}
