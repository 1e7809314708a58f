//! Who may write the machine's settings?

use std::path::Path;

/// Whether none but the administrator can have written what stands there: the file and the folder
/// it lies in. What is not there is for the reading to say.
pub(super) fn is_guarded(path: &Path) -> bool {
    let folder = path.parent();
    is_of_the_administrator(path, Place::File)
        && folder.is_none_or(|folder| is_of_the_administrator(folder, Place::Folder))
}

/// What is to be guarded.
#[derive(Clone, Copy, Debug)]
enum Place {
    File,
    Folder,
}

#[cfg(unix)]
fn is_of_the_administrator(path: &Path, _: Place) -> bool {
    use std::os::unix::fs::MetadataExt;
    let seen = std::fs::metadata(path);
    seen.map_or(true, |seen| is_alone(seen.uid(), seen.mode()))
}

/// Owned by root, and writable by no group and by no other.
#[cfg(unix)]
const fn is_alone(owner: u32, mode: u32) -> bool {
    owner == 0 && mode & 0o022 == 0
}

/// What cannot be asked may be anybody's.
#[cfg(windows)]
fn is_of_the_administrator(path: &Path, place: Place) -> bool {
    match crate::sys::access(path) {
        Ok(access) => access.is_alone(place),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// Who owns a file or a folder of Windows, and to whom its access list allows what.
#[cfg(any(windows, test))]
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// `S-1-5-32-544`
    pub(crate) owner: String,
    /// None: there is no list, or one that cannot be read: everything may be allowed to everybody.
    pub(crate) allowed: Option<Vec<Allowed>>,
}

/// An entry of an access list.
#[cfg(any(windows, test))]
#[derive(Clone, Debug)]
pub(crate) struct Allowed {
    pub(crate) who: String,
    pub(crate) mask: u32,
}

#[cfg(any(windows, test))]
impl Access {
    fn is_alone(&self, place: Place) -> bool {
        let denied = match place {
            Place::File => CHANGE_FILE,
            Place::Folder => CHANGE_FOLDER,
        };
        let is_trusted = |who: &str| TRUSTED.contains(&who);
        let is_harmless = |entry: &Allowed| is_trusted(&entry.who) || entry.mask & denied == 0;
        let allowed = self.allowed.as_ref();
        is_trusted(&self.owner) && allowed.is_some_and(|all| all.iter().all(is_harmless))
    }
}

/// The administrators, the system, the installer of Windows' own parts; and whoever owns it.
///
/// Source: Microsoft, Well-known SIDs.
#[cfg(any(windows, test))]
const TRUSTED: &[&str] = &[
    "S-1-5-32-544",
    "S-1-5-18",
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
    "S-1-3-0",
    "S-1-3-4",
];

/// To write or append, to delete, to change the list or the owner; or all of it.
///
/// Source: Microsoft, File Access Rights Constants; Access Mask.
#[cfg(any(windows, test))]
const CHANGE_FILE: u32 = 0x2 | 0x4 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x1000_0000 | 0x4000_0000;

/// To delete it or what lies in it, to change the list or the owner; or all of it. Below
/// `%ProgramData%` everybody may add files to any folder: such a file has an owner of its own.
#[cfg(any(windows, test))]
const CHANGE_FOLDER: u32 = 0x40 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x1000_0000;

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_ordinary_users_may_write_is_not_the_administrators() {
        assert!(is_alone(0, 0o100_644));
        assert!(!is_alone(1000, 0o100_600), "another's");
        assert!(!is_alone(0, 0o100_664), "its group's");
        assert!(!is_alone(0, 0o100_646), "everybody's");
    }

    #[test]
    fn a_folder_where_anybody_may_write_guards_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        assert!(!is_guarded(&file));
        assert!(is_guarded(Path::new("/absent/tomcheck/config.toml")));
    }
}

#[cfg(test)]
mod of_windows {
    use super::*;

    const ADMINISTRATORS: &str = "S-1-5-32-544";
    const USERS: &str = "S-1-5-32-545";
    const PERSON: &str = "S-1-5-21-1-2-3-1001";
    const READ: u32 = 0x0012_00A9;
    const ALL: u32 = 0x001F_01FF;

    fn access(owner: &str, allowed: &[(&str, u32)]) -> Access {
        let allowed = allowed.iter().map(|(who, mask)| Allowed {
            who: (*who).to_owned(),
            mask: *mask,
        });
        Access {
            owner: owner.to_owned(),
            allowed: Some(allowed.collect()),
        }
    }

    #[test]
    fn a_file_counts_that_the_administrators_own_and_others_may_only_read() {
        let all = [(ADMINISTRATORS, ALL), ("S-1-5-18", ALL), (USERS, READ)];
        for owner in [ADMINISTRATORS, "S-1-5-18"] {
            assert!(access(owner, &all).is_alone(Place::File), "{owner}");
        }
        assert!(!access(PERSON, &all).is_alone(Place::File));
        assert!(!access("", &all).is_alone(Place::File));
        for right in [0x2, 0x4, 0x1_0000, 0x4_0000, 0x8_0000] {
            let written = access(ADMINISTRATORS, &[(USERS, READ | right)]);
            assert!(!written.is_alone(Place::File), "{right:#x}");
        }
    }

    #[test]
    fn everybody_may_add_to_a_folder_below_programdata_and_not_take_from_it() {
        let usual = access(
            ADMINISTRATORS,
            &[(USERS, READ), (USERS, 0x116), ("S-1-3-0", ALL)],
        );
        assert!(usual.is_alone(Place::Folder));
        assert!(!access(PERSON, &[(PERSON, ALL)]).is_alone(Place::Folder));
        let takes = access(ADMINISTRATORS, &[(USERS, READ | 0x40)]);
        assert!(!takes.is_alone(Place::Folder));
    }

    #[test]
    fn without_a_list_everything_is_everybodys() {
        let mut open = access(ADMINISTRATORS, &[]);
        assert!(open.is_alone(Place::File), "nothing is allowed to anybody");
        open.allowed = None;
        assert!(!open.is_alone(Place::File));
    }
}
