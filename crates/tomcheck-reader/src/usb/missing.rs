//! Which reader that is plugged in does PC/SC not list?

use std::collections::BTreeSet;

use tomcheck_diagnosis::{Evidence, Finding, FindingKind, Severity};

use super::{BundleSeen, DriverSeen, UsbReader, UsbReaders};
use crate::reader::is_for_cards;
use crate::readers::READERS;
use crate::rows::{DRIVER_MISSING, ONE_MISSING, USB_BLOCKED};

/// PC/SC lists no reader, and these are plugged in.
pub(crate) fn all_missing(usb: &UsbReaders) -> Option<Finding> {
    let mut plugged: Vec<_> = usb.seen().iter().collect();
    // the one of which more is known is the one to speak of
    plugged.sort_by_key(|reader| !reader.is_known_broken());
    let first = plugged.first()?;
    let listed = plugged.iter().map(|reader| reader.evidence());
    let finding = Finding::of(first.missing_as(&DRIVER_MISSING)).with_all(listed);
    Some(first.explain(finding))
}

/// PC/SC lists these readers, and one more is plugged in. Silent unless it is certain.
///
/// A device may be several readers of PC/SC, and no more than its name ties one to the other:
/// the reader counts as missing where Windows says that it does not work, or where no listed
/// name shares a word with any of its names. Worth knowing only, when the card was found
/// elsewhere.
pub(crate) fn one_missing(usb: &UsbReaders, listed: &[&str], has_card: bool) -> Option<Finding> {
    let plugged = usb.seen().iter();
    let missing = plugged
        .filter(|reader| is_for_cards(reader.called()))
        .find(|reader| reader.is_surely_missing(listed))?;
    let finding = Finding::of(missing.missing_as(&ONE_MISSING))
        .with(missing.evidence())
        .with(Evidence::new("readers", READERS, listed.join(", ")));
    let finding = missing.explain(finding);
    Some(finding.at(match has_card {
        true => Severity::Info,
        false => Severity::Warning,
    }))
}

impl UsbReader {
    /// Whether the system says that it does not work.
    pub(super) fn is_known_broken(&self) -> bool {
        match self.driver {
            DriverSeen::Status { problem } => problem != 0,
            DriverSeen::Blocked => true,
            _ => false,
        }
    }

    /// The row for this reader that PC/SC does not list: `otherwise`, unless it is not allowed.
    fn missing_as(&self, otherwise: &'static FindingKind) -> &'static FindingKind {
        match self.driver {
            DriverSeen::Blocked => &USB_BLOCKED,
            _ => otherwise,
        }
    }

    fn is_surely_missing(&self, listed: &[&str]) -> bool {
        match &self.driver {
            DriverSeen::NotLooked | DriverSeen::Failed { .. } => false,
            DriverSeen::Status { .. } | DriverSeen::Blocked => self.is_known_broken(),
            DriverSeen::Bundle { bundle, .. } => {
                let driver = match bundle {
                    BundleSeen::Known { name } => name.as_str(),
                    BundleSeen::NoDriver | BundleSeen::Unknown => "",
                };
                let own = words(&[&self.name, driver, self.called()]);
                !own.is_empty() && own.is_disjoint(&words(listed))
            }
        }
    }
}

/// The words that tell one reader from another.
fn words(names: &[&str]) -> BTreeSet<String> {
    let parts = names
        .iter()
        .flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    let words = parts.map(str::to_lowercase);
    words
        .filter(|word| word.chars().count() >= 3 && !COMMON.contains(&word.as_str()))
        .collect()
}

/// In the names of half of all readers.
const COMMON: &[&str] = &[
    "usb",
    "ccid",
    "smart",
    "card",
    "cards",
    "smartcard",
    "chip",
    "reader",
    "readers",
    "lecteur",
    "interface",
    "device",
    "keyboard",
    "generic",
    "microsystems",
    "inc",
    "gmbh",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn usb(name: &str, driver: DriverSeen) -> UsbReaders {
        let reader = UsbReader {
            place: "1-4".to_owned(),
            name: name.to_owned(),
            id: "08e6:3437".to_owned(),
            driver,
        };
        UsbReaders::Seen {
            readers: vec![reader],
        }
    }

    fn on_linux(name: &str, bundle: BundleSeen) -> UsbReaders {
        let node = super::super::NodeSeen::NotLooked;
        usb(name, DriverSeen::Bundle { node, bundle })
    }

    fn code(usb: &UsbReaders, listed: &[&str]) -> Option<&'static str> {
        one_missing(usb, listed, false).map(|finding| finding.kind.code)
    }

    #[test]
    fn a_reader_whose_name_is_not_listed_is_missing() {
        let twin = on_linux("Gemalto PC Twin Reader", BundleSeen::Unknown);
        let listed = ["OMNIKEY AG CardMan 3121 00 00"];
        assert_eq!(code(&twin, &listed), Some("reader.one-missing"));
        let finding = one_missing(&twin, &listed, true).unwrap();
        assert_eq!(finding.severity, Severity::Info);
    }

    #[test]
    fn one_device_may_be_several_readers_and_be_called_otherwise_by_its_driver() {
        let twin = on_linux("Gemalto PC Twin Reader", BundleSeen::Unknown);
        let slots = [
            "Gemalto PC Twin Reader 00 00",
            "Gemalto PC Twin Reader 00 01",
        ];
        assert_eq!(code(&twin, &slots), None);
        let name = "Gemplus USB SmartCard Reader".to_owned();
        let renamed = on_linux("GemPC", BundleSeen::Known { name });
        assert_eq!(
            code(&renamed, &["Gemplus USB SmartCard Reader 433 00 00"]),
            None
        );
    }

    #[test]
    fn where_nothing_tells_them_apart_nothing_is_said() {
        let nameless = usb("", DriverSeen::NotLooked);
        assert_eq!(code(&nameless, &["OMNIKEY 3121 00 00"]), None);
        let mut generic = on_linux("USB Smart Card Reader", BundleSeen::Unknown);
        if let UsbReaders::Seen { readers } = &mut generic {
            readers[0].id = "ffff:0001".to_owned();
        }
        assert_eq!(code(&generic, &["OMNIKEY 3121 00 00"]), None);
        let key = on_linux("Yubico YubiKey OTP+CCID", BundleSeen::Unknown);
        assert_eq!(code(&key, &["OMNIKEY 3121 00 00"]), None);
    }

    #[test]
    fn on_windows_the_device_manager_decides() {
        let listed = ["Generic Usb Smart Card Reader 0"];
        let works = usb("PC Twin", DriverSeen::Status { problem: 0 });
        assert_eq!(code(&works, &listed), None);
        let disabled = usb("PC Twin", DriverSeen::Status { problem: 22 });
        assert_eq!(code(&disabled, &listed), Some("reader.one-missing"));
        let step = one_missing(&disabled, &listed, false)
            .unwrap()
            .steps(tomcheck_diagnosis::Lang::Fr, "windows")
            .remove(0);
        assert!(step.contains("« Activer l'appareil »"), "{step}");
    }

    #[test]
    fn a_reader_that_is_not_allowed_wants_no_driver() {
        let blocked = usb("", DriverSeen::Blocked);
        let finding = all_missing(&blocked).unwrap();
        assert_eq!(finding.kind.code, "reader.usb-blocked");
        let lang = tomcheck_diagnosis::Lang::Fr;
        let title = finding.title(lang);
        assert!(title.contains("[08e6:3437]"), "{title}");
        let steps = finding.steps(lang, "linux");
        assert!(steps[0].contains("usbguard list-devices"), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("libccid")));
        let beside = one_missing(&blocked, &["OMNIKEY 3121 00 00"], false).unwrap();
        assert_eq!(beside.kind.code, "reader.usb-blocked");
        assert_eq!(beside.severity, Severity::Warning);
    }

    #[test]
    fn each_obstacle_of_pcsc_lite_has_its_own_note_and_remedy() {
        use super::super::NodeSeen;
        let judged = |node: NodeSeen, bundle: BundleSeen| {
            let usb = usb("PC Twin", DriverSeen::Bundle { node, bundle });
            let finding = all_missing(&usb).unwrap();
            let first = finding
                .steps(tomcheck_diagnosis::Lang::En, "linux")
                .remove(0);
            (finding.note.map_or("", |note| note.en), first)
        };
        let known = || BundleSeen::Known {
            name: String::new(),
        };
        let (note, step) = judged(NodeSeen::Open, BundleSeen::NoDriver);
        assert!(
            note.is_empty() && step.contains("apt install libccid"),
            "{step}"
        );
        let (note, step) = judged(NodeSeen::Open, BundleSeen::Unknown);
        assert!(
            note.starts_with("No driver") && step.starts_with("Update"),
            "{step}"
        );
        let rights = "0:0 0600".to_owned();
        let path = "/dev/bus/usb/001/004".to_owned();
        let (note, step) = judged(NodeSeen::Closed { path, rights }, known());
        assert!(
            note.contains("right to open") && step.contains("permissions"),
            "{step}"
        );
        let (note, step) = judged(NodeSeen::Open, known());
        assert!(
            note.contains("another program") && step.contains("scdaemon"),
            "{step}"
        );
    }
}
