//! What do the lists of Windows say of what is installed?
//!
//! The reading is the system's; what it comes to is said here, where any machine can try it.

use super::Installed;

/// An entry of « Programmes et fonctionnalités ».
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    /// Whether it was installed for this user alone.
    pub(crate) is_of_user: bool,
}

/// A driver of the class of smart-card readers.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Driver {
    pub(crate) description: String,
    pub(crate) version: Option<String>,
    pub(crate) provider: Option<String>,
}

/// What a program's name begins with. Source: ANS, functional specification of the installer
/// 3.3.4 for the Cryptolib; the others as they stand on a Windows.
const NAMES: &[(&str, &str)] = &[
    ("Composants Cryptographiques CPS", "cryptolib"),
    ("Mozilla Firefox", "firefox"),
    ("Google Chrome", "chrome"),
    ("Microsoft Edge", "edge"),
    ("Chromium", "chromium"),
    ("Java ", "java"),
    ("Eclipse Temurin", "java"),
    ("GALSS", "galss"),
];

fn id_of(name: &str) -> Option<&'static str> {
    let is_edge_itself = !name.starts_with("Microsoft Edge ");
    let mut rows = NAMES.iter();
    let row = rows.find(|(begin, _)| name.starts_with(begin))?;
    (row.1 != "edge" || is_edge_itself).then_some(row.1)
}

pub(crate) fn of_program(program: Program) -> Option<(&'static str, Installed)> {
    let id = id_of(&program.name)?;
    let seen_in = match program.is_of_user {
        true => format!("{} (HKCU)", program.name),
        false => program.name,
    };
    let version = program.version;
    Some((id, Installed { version, seen_in }))
}

pub(crate) fn of_driver(driver: Driver) -> (&'static str, Installed) {
    let provider = driver.provider.filter(|it| !it.is_empty());
    let seen_in = match provider {
        Some(provider) => format!("{} ({provider})", driver.description),
        None => driver.description,
    };
    let version = driver.version;
    ("reader-driver", Installed { version, seen_in })
}

/// The keys of a device class that stand for a driver each: four digits.
pub(crate) fn is_driver(key: &str) -> bool {
    key.len() == 4 && key.bytes().all(|byte| byte.is_ascii_digit())
}

/// The version of a file, out of its version resource; none: it holds none.
///
/// Source: Microsoft, VS_FIXEDFILEINFO: the mark, the structure's own version, then two numbers of
/// the file's version in each of two words, the high ones first.
pub(crate) fn file_version(resource: &[u8]) -> Option<String> {
    const MARK: [u8; 4] = 0xFEEF_04BD_u32.to_le_bytes();
    let at = resource.windows(4).position(|bytes| bytes == MARK)?;
    let number = |place: usize| {
        let bytes = resource.get(at + place..)?.first_chunk::<2>()?;
        Some(u16::from_le_bytes(*bytes))
    };
    let (major, minor) = (number(10)?, number(8)?);
    let (patch, build) = (number(14)?, number(12)?);
    Some(match build {
        0 => format!("{major}.{minor}.{patch}"),
        _ => format!("{major}.{minor}.{patch}.{build}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(name: &str, is_of_user: bool) -> Option<(&'static str, String)> {
        let program = Program {
            name: name.to_owned(),
            version: Some("1".to_owned()),
            is_of_user,
        };
        of_program(program).map(|(id, it)| (id, it.seen_in))
    }

    #[test]
    fn a_program_is_known_by_what_its_name_begins_with_and_whose_it_is_is_said() {
        let firefox = "Mozilla Firefox (x64 fr)";
        assert_eq!(
            program(firefox, false),
            Some(("firefox", firefox.to_owned()))
        );
        assert_eq!(
            program(firefox, true),
            Some(("firefox", "Mozilla Firefox (x64 fr) (HKCU)".to_owned()))
        );
        let cryptolib = program("Composants Cryptographiques CPS v5.2.2 (x64)", false);
        assert_eq!(cryptolib.unwrap().0, "cryptolib");
        assert_eq!(program("Microsoft Edge", false).unwrap().0, "edge");
        assert_eq!(program("Microsoft Edge Update", false), None);
        assert_eq!(program("Notepad++", false), None);
    }

    #[test]
    fn a_driver_is_told_with_who_made_it() {
        let driver = |provider: Option<&str>| Driver {
            description: "Gemalto USB Smart Card Reader".to_owned(),
            version: Some("4.1.3.0".to_owned()),
            provider: provider.map(str::to_owned),
        };
        let (id, told) = of_driver(driver(Some("Gemalto")));
        assert_eq!(id, "reader-driver");
        assert_eq!(told.seen_in, "Gemalto USB Smart Card Reader (Gemalto)");
        assert_eq!(told.version.as_deref(), Some("4.1.3.0"));
        let (_, told) = of_driver(driver(Some("")));
        assert_eq!(told.seen_in, "Gemalto USB Smart Card Reader");
        assert!(is_driver("0001") && !is_driver("Properties") && !is_driver("00001"));
    }

    #[test]
    fn the_version_of_a_file_is_read_out_of_its_resource_and_never_beyond() {
        let mut resource = b"\x98\x02\x34\0\0\0V\0S\0_\0".to_vec();
        resource.extend(0xFEEF_04BD_u32.to_le_bytes());
        resource.extend(0x0001_0000_u32.to_le_bytes());
        resource.extend(0x0003_000D_u32.to_le_bytes());
        resource.extend(0x0000_0000_u32.to_le_bytes());
        assert_eq!(file_version(&resource).as_deref(), Some("3.13.0"));
        let last = resource.len() - 4;
        resource[last] = 7;
        assert_eq!(file_version(&resource).as_deref(), Some("3.13.0.7"));
        for length in 0..resource.len() {
            assert_eq!(file_version(&resource[..length]), None, "{length}");
        }
    }
}
