//! Who may write the machine's settings?

use std::path::Path;

/// Whether none but the administrator can have written what stands there: the file and the folder
/// it lies in. What is not there, or cannot be asked, is for the reading to say. On Windows the
/// folder's access list decides, which is the administrator's (docs/config.md).
pub(super) fn is_guarded(path: &Path) -> bool {
    let places = [Some(path), path.parent()];
    places.into_iter().flatten().all(is_of_the_administrator)
}

#[cfg(unix)]
fn is_of_the_administrator(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let seen = std::fs::metadata(path);
    seen.map_or(true, |seen| is_alone(seen.uid(), seen.mode()))
}

/// Owned by root, and writable by no group and by no other.
#[cfg(unix)]
const fn is_alone(owner: u32, mode: u32) -> bool {
    owner == 0 && mode & 0o022 == 0
}

#[cfg(not(unix))]
const fn is_of_the_administrator(_: &Path) -> bool {
    true
}

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
