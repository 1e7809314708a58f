//! Which programs of this machine use PC/SC now?

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::unix_diag::{self, UnixSocket};
use super::{attribute, socket_path};
use crate::programs::{Process, Programs, SeenBy};

/// The programs connected to pcscd, without this one; where the kernel does not tell who is
/// connected, those whose memory maps libpcsclite.
pub(in super::super) fn programs() -> Programs {
    match clients(Path::new(&socket_path())) {
        Ok(clients) => connected(clients),
        Err(_) => mapping(),
    }
}

/// The inodes of the sockets that are connected to the service, without ours.
///
/// We connect as the others did: the end that comes out at the service is bound where theirs
/// are. The service's own name for its socket does not count, a container has another. That
/// end has no number until the service has taken the connection; one that does not within
/// a tenth of a second hangs.
fn clients(service: &Path) -> io::Result<BTreeSet<u32>> {
    let ours = File::from(OwnedFd::from(UnixStream::connect(service)?));
    let own = u32::try_from(ours.metadata()?.ino()).map_err(|_| ErrorKind::Unsupported)?;
    for _ in 0..TAKEN_WITHIN.as_millis() {
        if let Some(clients) = peers_beside(own, &unix_diag::sockets()?) {
            return Ok(clients);
        }
        thread::sleep(Duration::from_millis(1));
    }
    Err(ErrorKind::TimedOut.into())
}

const TAKEN_WITHIN: Duration = Duration::from_millis(100);

fn peers_beside(own: u32, sockets: &[UnixSocket]) -> Option<BTreeSet<u32>> {
    let end = |inode| sockets.iter().find(|socket| socket.inode == inode);
    let bound = &end(end(own)?.peer?)?.bound;
    let at_the_service = sockets.iter().filter(|socket| socket.bound == *bound);
    let peers = at_the_service.filter_map(|socket| socket.peer);
    Some(peers.filter(|peer| *peer != own).collect())
}

/// Whose they are. What no process that can be looked into has open is another user's.
fn connected(mut clients: BTreeSet<u32>) -> Programs {
    let own = open_sockets(std::process::id()).unwrap_or_default();
    clients.retain(|inode| !own.contains(inode));
    let mut attributed = BTreeSet::new();
    let mut processes = Vec::new();
    for pid in others() {
        if clients.is_empty() {
            break;
        }
        let open = open_sockets(pid).unwrap_or_default();
        let theirs: Vec<u32> = clients.intersection(&open).copied().collect();
        if !theirs.is_empty() {
            attributed.extend(theirs);
            processes.push(process(pid));
        }
    }
    Programs::Seen {
        closed: clients.len().saturating_sub(attributed.len()),
        processes,
        by: SeenBy::Connection,
    }
}

/// The numbers of the other processes, in order.
fn others() -> BTreeSet<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let pids = names.filter_map(|name| name.parse().ok());
    pids.filter(|pid| *pid != std::process::id()).collect()
}

/// The inodes of a process's sockets.
fn open_sockets(pid: u32) -> io::Result<BTreeSet<u32>> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd"))?;
    let links = entries.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok());
    let inode = |link: &Path| {
        let number = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
        number.parse().ok()
    };
    Ok(links.filter_map(|link| inode(&link)).collect())
}

/// The processes whose memory maps libpcsclite, without this one. pcscd does not map it.
fn mapping() -> Programs {
    let (mut processes, mut closed) = (Vec::new(), 0);
    for pid in others() {
        match maps_the_library(pid) {
            Ok(true) => processes.push(process(pid)),
            Ok(false) => {}
            // It ended meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(_) => closed += 1,
        }
    }
    Programs::Seen {
        processes,
        closed,
        by: SeenBy::Library,
    }
}

fn maps_the_library(pid: u32) -> io::Result<bool> {
    let maps = fs::read(format!("/proc/{pid}/maps"))?;
    let name = b"/libpcsclite";
    Ok(maps.windows(name.len()).any(|window| window == name))
}

fn process(pid: u32) -> Process {
    Process::new(pid, &name(Path::new(&format!("/proc/{pid}"))))
}

/// The file the program was started from; else what it was called by, without its arguments,
/// which may hold anything; else the 15 characters the kernel keeps.
fn name(process: &Path) -> String {
    let file = fs::read_link(process.join("exe")).ok();
    let file = file.and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    if let Some(file) = file {
        // after an update the old program runs on
        return file.trim_end_matches(" (deleted)").to_owned();
    }
    let line = fs::read(process.join("cmdline")).unwrap_or_default();
    let first = line.split(|byte| *byte == 0).next().unwrap_or_default();
    let first = String::from_utf8_lossy(first);
    match first.rsplit('/').next() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => attribute(process, "comm"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::unix_diag::Bound;
    use super::*;

    fn socket(inode: u32, at: &str, file: u32, peer: Option<u32>) -> UnixSocket {
        UnixSocket {
            inode,
            bound: Bound {
                name: at.as_bytes().to_vec(),
                file: (!at.is_empty()).then_some((file, 1)),
            },
            peer,
        }
    }

    #[test]
    fn the_clients_of_one_service_are_not_those_of_another_of_the_same_name() {
        let at = "/run/pcscd/pcscd.comm";
        let sockets = [
            socket(1, at, 77, None),
            socket(10, at, 77, Some(11)),
            socket(11, "", 0, Some(10)),
            socket(12, at, 77, Some(13)),
            socket(13, "", 0, Some(12)),
            socket(20, at, 88, Some(21)),
            socket(21, "", 0, Some(20)),
        ];
        assert_eq!(peers_beside(11, &sockets), Some(BTreeSet::from([13])));
        assert_eq!(peers_beside(21, &sockets), Some(BTreeSet::new()));
        assert_eq!(peers_beside(99, &sockets), None);
    }

    #[test]
    fn a_program_is_named_by_its_file_or_the_word_it_was_called_by_and_never_by_an_argument() {
        let process = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &[u8]| fs::write(process.path().join(name), text).unwrap();
        write("comm", b"a-name-cut-afte\n");
        assert_eq!(name(process.path()), "a-name-cut-afte");
        write("cmdline", b"/opt/x/a-name-cut-after-15\0--code=1234\0");
        assert_eq!(name(process.path()), "a-name-cut-after-15");
        let exe = process.path().join("exe");
        std::os::unix::fs::symlink("/usr/lib/gnupg/scdaemon (deleted)", exe).unwrap();
        assert_eq!(name(process.path()), "scdaemon");
    }
}
