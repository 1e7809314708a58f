//! Which readers does the kernel see, and may pcscd drive them?

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use tomcheck_diagnosis::ForeignFailure;

use super::{attribute, descriptors};
use crate::usb::models::Model;
use crate::usb::{BundleSeen, DriverSeen, NodeSeen, UsbReader, UsbReaders, bundle};

/// The devices with an interface of class 0x0B, or of a model that is known without. Of one that
/// is not allowed the kernel shows no interface. `root` is the root of the file system.
pub(super) fn readers(root: &Path) -> UsbReaders {
    let bus = root.join("sys/bus/usb/devices");
    let places = match places(&bus) {
        Ok(places) => places,
        Err(error) => {
            let failure = ForeignFailure::from_io("readdir /sys/bus/usb/devices", &error);
            return UsbReaders::Failed { failure };
        }
    };
    if places.is_empty() {
        let readers = Vec::new();
        return UsbReaders::Seen { readers };
    }
    let drivers = Drivers::under(root);
    let readers = places.iter().map(|place| drivers.describe(&bus, place));
    UsbReaders::Seen {
        readers: readers.collect(),
    }
}

/// `1-4` for the interface `1-4:1.0`, each device once.
fn places(bus: &Path) -> io::Result<Vec<String>> {
    let mut places = Vec::new();
    for entry in fs::read_dir(bus)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let device = bus.join(&name);
        match name.split_once(':') {
            Some((place, _)) if attribute(&device, "bInterfaceClass") == SMART_CARD => {
                places.push(place.to_owned());
            }
            None if Model::is_without_class(&id(&device)) || is_blocked_reader(&device) => {
                places.push(name);
            }
            _ => {}
        }
    }
    places.sort();
    places.dedup();
    Ok(places)
}

fn is_blocked_reader(device: &Path) -> bool {
    let is_known = || Model::of(&id(device)).is_some();
    is_blocked(device) && (descriptors::tell_of_a_reader(device) || is_known())
}

/// Source: `Documentation/usb/authorization.rst` of Linux.
fn is_blocked(device: &Path) -> bool {
    attribute(device, "authorized") == "0"
}

fn id(device: &Path) -> String {
    let [vendor, product] = ["idVendor", "idProduct"].map(|name| attribute(device, name));
    format!("{vendor}:{product}")
}

/// What pcscd brings to drive readers with.
struct Drivers {
    root: std::path::PathBuf,
    pcscd: Option<Rights>,
    is_installed: bool,
    named: Vec<(String, String)>,
}

impl Drivers {
    fn under(root: &Path) -> Self {
        let bundles = FOLDERS.iter().flat_map(|folder| plists(&root.join(folder)));
        let bundles: Vec<String> = bundles.collect();
        Self {
            root: root.to_owned(),
            pcscd: Rights::of_pcscd(&root.join("proc")),
            is_installed: !bundles.is_empty(),
            named: bundles.iter().flat_map(|it| bundle::drives(it)).collect(),
        }
    }

    fn describe(&self, bus: &Path, place: &str) -> UsbReader {
        let device = bus.join(place);
        let [maker, model] = ["manufacturer", "product"].map(|name| attribute(&device, name));
        let id = id(&device);
        UsbReader {
            place: place.to_owned(),
            name: format!("{maker} {model}").trim().to_owned(),
            driver: self.driver(&device, &id),
            id,
        }
    }

    fn driver(&self, device: &Path, id: &str) -> DriverSeen {
        if is_blocked(device) {
            return DriverSeen::Blocked;
        }
        DriverSeen::Bundle {
            node: self.node(device),
            bundle: self.bundle(id),
        }
    }

    fn bundle(&self, id: &str) -> BundleSeen {
        let found = self.named.iter().find(|(named, _)| named == id);
        match found {
            Some((_, name)) => BundleSeen::Known { name: name.clone() },
            None if self.is_installed => BundleSeen::Unknown,
            None => BundleSeen::NoDriver,
        }
    }

    /// Judged by its permissions and not by opening it, which would wake a sleeping device, and
    /// show our own rights in place of pcscd's.
    fn node(&self, device: &Path) -> NodeSeen {
        let [bus, number] = ["busnum", "devnum"].map(|name| attribute(device, name).parse::<u32>());
        let (Ok(bus), Ok(number)) = (bus, number) else {
            return NodeSeen::NotLooked;
        };
        let path = format!("dev/bus/usb/{bus:03}/{number:03}");
        let shown = format!("/{path}");
        match fs::metadata(self.root.join(path)) {
            Ok(node) => self.judge(&node, shown),
            Err(error) => {
                let failure = ForeignFailure::from_io(format!("stat {shown}"), &error);
                match error.kind() {
                    ErrorKind::NotFound => NodeSeen::Absent { failure },
                    _ => NodeSeen::Failed { failure },
                }
            }
        }
    }

    fn judge(&self, node: &fs::Metadata, path: String) -> NodeSeen {
        let (owner, group, mode) = (node.uid(), node.gid(), node.mode() & 0o777);
        match &self.pcscd {
            None => NodeSeen::NotLooked,
            Some(pcscd) if pcscd.may_use(owner, group, mode) => NodeSeen::Open,
            Some(_) => NodeSeen::Closed {
                path,
                rights: format!("{owner}:{group} {mode:04o}"),
            },
        }
    }
}

/// Every `Info.plist` of a folder of drivers.
fn plists(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let files = entries.filter_map(|entry| Some(entry.ok()?.path().join("Contents/Info.plist")));
    let small = files.filter(|file| {
        let found = fs::metadata(file);
        found.is_ok_and(|found| found.is_file() && found.len() <= LONGEST_PLIST)
    });
    small
        .filter_map(|file| fs::read(file).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}

/// As whom a process runs.
#[derive(Debug, Eq, PartialEq)]
struct Rights {
    user: u32,
    groups: Vec<u32>,
}

impl Rights {
    /// Those of the running pcscd: `/proc/PID/status` is open to all.
    fn of_pcscd(proc: &Path) -> Option<Self> {
        let entries = fs::read_dir(proc).ok()?;
        let mut processes = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let pcscd = processes.find(|process| attribute(process, "comm") == "pcscd")?;
        Self::read(&attribute(&pcscd, "status"))
    }

    fn read(status: &str) -> Option<Self> {
        let numbers = |key: &str| -> Option<Vec<u32>> {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            Some(
                line.split_whitespace()
                    .filter_map(|it| it.parse().ok())
                    .collect(),
            )
        };
        // real, effective, saved, of the file system
        let user = *numbers("Uid:")?.get(1)?;
        let group = *numbers("Gid:")?.get(1)?;
        let others = numbers("Groups:").unwrap_or_default();
        let groups = others.into_iter().chain([group]).collect();
        Some(Self { user, groups })
    }

    fn may_use(&self, owner: u32, group: u32, mode: u32) -> bool {
        let bits = if self.user == 0 {
            return true;
        } else if self.user == owner {
            mode >> 6
        } else if self.groups.contains(&group) {
            mode >> 3
        } else {
            mode
        };
        bits & 0o6 == 0o6
    }
}

/// Source: `--enable-usbdropdir` of pcsc-lite as Debian, Fedora and openSUSE build it.
const FOLDERS: &[&str] = &["usr/lib/pcsc/drivers", "usr/lib64/pcsc/drivers"];
const LONGEST_PLIST: u64 = 1 << 20;

/// Source: USB-IF, defined class codes.
const SMART_CARD: &str = "0b";

#[cfg(test)]
mod tests {
    use super::super::descriptors::tests::of_class;
    use super::*;

    fn write(root: &Path, file: &str, text: &str) {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A machine with a reader on `1-4`, whose second interface is a keypad, and a mouse.
    fn machine() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let device = |file: &str, text: &str| {
            write(root.path(), &format!("sys/bus/usb/devices/{file}"), text);
        };
        device("1-4:1.0/bInterfaceClass", "0b\n");
        device("1-4:1.1/bInterfaceClass", "03\n");
        device("1-4/manufacturer", "Gemalto\n");
        device("1-4/product", "PC Twin Reader\n");
        device("1-4/idVendor", "08e6\n");
        device("1-4/idProduct", "3437\n");
        device("1-4/busnum", "1\n");
        device("1-4/devnum", "4\n");
        device("1-5:1.0/bInterfaceClass", "03\n");
        root
    }

    fn only(root: &Path) -> UsbReader {
        let [reader] = <[UsbReader; 1]>::try_from(readers(root).seen().to_vec()).unwrap();
        reader
    }

    fn bundle_of(root: &Path) -> BundleSeen {
        match only(root).driver {
            DriverSeen::Bundle { bundle, .. } => bundle,
            other => panic!("{other:?}"),
        }
    }

    fn node_of(root: &Path) -> NodeSeen {
        match only(root).driver {
            DriverSeen::Bundle { node, .. } => node,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_reader_is_seen_by_the_class_of_its_interface() {
        let root = machine();
        let reader = only(root.path());
        assert_eq!(reader.place, "1-4");
        assert_eq!(reader.name, "Gemalto PC Twin Reader");
        assert_eq!(reader.id, "08e6:3437");
    }

    #[test]
    fn an_old_reader_without_the_class_is_seen_by_its_number() {
        let root = machine();
        let device = |file: &str, text: &str| {
            write(root.path(), &format!("sys/bus/usb/devices/{file}"), text);
        };
        device("1-4:1.0/bInterfaceClass", "ff\n");
        assert!(readers(root.path()).is_known_empty());
        device("1-4/idProduct", "0430\n");
        assert_eq!(only(root.path()).id, "08e6:0430");
    }

    /// As USBGuard leaves it: without interfaces.
    #[test]
    fn a_reader_that_is_not_allowed_is_seen_by_what_it_told_the_kernel() {
        let blocked = |id: &str, class: Option<u8>| {
            let root = tempfile::tempdir().unwrap();
            let device = root.path().join("sys/bus/usb/devices/1-4");
            let (vendor, product) = id.split_once(':').unwrap();
            write(&device, "authorized", "0\n");
            write(&device, "idVendor", vendor);
            write(&device, "idProduct", product);
            if let Some(class) = class {
                fs::write(device.join("descriptors"), of_class(class)).unwrap();
            }
            let seen = readers(root.path());
            let drivers = seen.seen().iter().map(|reader| reader.driver.clone());
            drivers.collect::<Vec<_>>()
        };
        assert_eq!(blocked("ffff:0001", Some(0x0B)), [DriverSeen::Blocked]);
        assert_eq!(blocked("ffff:0001", Some(0x08)), []);
        assert_eq!(blocked("ffff:0001", None), []);
        assert_eq!(blocked("08e6:3437", None), [DriverSeen::Blocked]);
    }

    #[test]
    fn a_reader_that_is_allowed_is_not_blocked() {
        let root = machine();
        write(root.path(), "sys/bus/usb/devices/1-4/authorized", "1\n");
        let driver = only(root.path()).driver;
        assert!(matches!(driver, DriverSeen::Bundle { .. }), "{driver:?}");
    }

    #[test]
    fn a_bus_that_is_not_there_is_not_an_empty_bus() {
        let seen = readers(Path::new("/nowhere"));
        assert!(matches!(seen, UsbReaders::Failed { failure } if failure.code == 2));
    }

    #[test]
    fn no_driver_a_driver_that_does_not_know_the_reader_and_one_that_does_are_three_answers() {
        let root = machine();
        assert_eq!(bundle_of(root.path()), BundleSeen::NoDriver);
        let plist = "usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Info.plist";
        let naming = |product: &str| {
            format!(
                "<key>ifdVendorID</key><string>0x08E6</string>\
                 <key>ifdProductID</key><string>{product}</string>"
            )
        };
        write(root.path(), plist, &naming("0x3438"));
        assert_eq!(bundle_of(root.path()), BundleSeen::Unknown);
        write(root.path(), plist, &naming("0x3437"));
        let name = String::new();
        assert_eq!(bundle_of(root.path()), BundleSeen::Known { name });
    }

    #[test]
    fn the_rights_are_those_of_pcscd_and_not_ours() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = machine();
        assert!(matches!(node_of(root.path()), NodeSeen::Absent { .. }));
        let file = "dev/bus/usb/001/004";
        write(root.path(), file, "");
        assert_eq!(node_of(root.path()), NodeSeen::NotLooked);
        let running = |user: u32| {
            write(root.path(), "proc/77/comm", "pcscd\n");
            let status = format!("Uid:\t{user}\t{user}\t0\t0\nGid:\t9\t9\t9\t9\nGroups:\t4 5\n");
            write(root.path(), "proc/77/status", &status);
        };
        let permit = |mode| {
            let path = root.path().join(file);
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        running(4_000_000_001);
        permit(0o664);
        let NodeSeen::Closed { path, rights } = node_of(root.path()) else {
            panic!("closed to this pcscd");
        };
        assert_eq!(path, "/dev/bus/usb/001/004");
        assert!(rights.ends_with(" 0664"), "{rights}");
        permit(0o666);
        assert_eq!(node_of(root.path()), NodeSeen::Open);
        permit(0o600);
        running(0);
        assert_eq!(node_of(root.path()), NodeSeen::Open);
    }

    #[test]
    fn a_group_of_pcscd_lets_it_in() {
        let status = "Name:\tpcscd\nUid:\t7\t7\t7\t7\nGid:\t8\t8\t8\t8\nGroups:\t44 45\n";
        let pcscd = Rights::read(status).unwrap();
        assert!(pcscd.may_use(0, 45, 0o660));
        assert!(pcscd.may_use(0, 8, 0o660));
        assert!(!pcscd.may_use(0, 46, 0o664));
        assert_eq!(Rights::read("Uid:\tx"), None);
    }
}
