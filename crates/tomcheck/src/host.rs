//! Which machine is this, and which of its names must not leave it?

use tomcheck_diagnosis::{Host, Identity, IdentityKind};

use crate::sys;

/// The machine, as a report carries it.
pub(crate) fn host() -> Host {
    Host {
        os: std::env::consts::OS.to_owned(),
        os_version: sys::os_version(),
        arch: std::env::consts::ARCH.to_owned(),
    }
}

/// The system and which one it is, as steps are chosen by: `linux/Debian GNU/Linux 12 (bookworm)`.
pub(crate) fn system(host: &Host) -> String {
    format!("{}/{}", host.os, host.os_version)
}

/// The machine's and the session's own names.
pub(crate) fn identities() -> Vec<Identity> {
    let host = sys::host_name().map(|name| Identity::new(IdentityKind::Host, name));
    let user = sys::user_name()
        // Everybody's name is nobody's, and masking it would spoil sentences.
        .filter(|name| !["root", "Administrator", "Administrateur"].contains(&name.as_str()))
        .map(|name| Identity::new(IdentityKind::User, name));
    let host = host.filter(|id| *id != Identity::new(IdentityKind::Host, "localhost"));
    host.into_iter().chain(user).collect()
}

/// The machine's key for pseudonyms: never written into a report, the same at each run.
/// A machine without one gets pseudonyms that hold for this run only.
pub(crate) fn pseudonym_key() -> Vec<u8> {
    sys::machine_id().map_or_else(one_run_key, String::into_bytes)
}

/// Random.
pub(crate) fn one_run_key() -> Vec<u8> {
    let mut key = [0; 32];
    if getrandom::fill(&mut key).is_ok() {
        return key.to_vec();
    }
    use std::hash::{BuildHasher, RandomState};
    [
        RandomState::new().hash_one(1),
        RandomState::new().hash_one(2),
    ]
    .iter()
    .flat_map(|half| half.to_le_bytes())
    .collect()
}
