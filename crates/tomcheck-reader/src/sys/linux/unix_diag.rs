//! Which Unix sockets does the kernel know, and which end belongs to which?
//!
//! `/proc/net/unix` does not tell who is at the other end of a connection; the kernel's
//! `sock_diag` does, to every user.
//!
//! Source: `linux/sock_diag.h`, `linux/unix_diag.h`; sock_diag(7).

use std::io;

use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketType, netlink, recv, send, socket};

/// One end of a connection, or a listening socket.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct UnixSocket {
    /// As `/proc/PID/fd` names it: `socket:[INODE]`.
    pub(super) inode: u32,
    /// What it is bound to; the ends a server accepted inherit it from the listening one.
    pub(super) bound: Bound,
    /// The other end.
    pub(super) peer: Option<u32>,
}

/// Where a socket is bound: two servers may call two files by the same name, each in a mount
/// namespace of its own, so that the file counts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Bound {
    pub(super) name: Vec<u8>,
    /// Inode and device.
    pub(super) file: Option<(u32, u32)>,
}

/// All of them, in this network namespace. Does not wait.
pub(super) fn sockets() -> io::Result<Vec<UnixSocket>> {
    let asked = socket(
        AddressFamily::NETLINK,
        SocketType::RAW,
        Some(netlink::SOCK_DIAG),
    )?;
    send(&asked, &request(), SendFlags::empty())?;
    let mut sockets = Vec::new();
    let mut buffer = vec![0_u8; 1 << 16];
    for _ in 0..MOST_ANSWERS {
        let (_, length) = recv(&asked, buffer.as_mut_slice(), RecvFlags::DONTWAIT)?;
        let answer = buffer.get(..length).unwrap_or_default();
        match read(answer, &mut sockets) {
            More::Yes => {}
            More::No => return Ok(sockets),
            More::Refused => return Err(io::ErrorKind::Unsupported.into()),
        }
    }
    Ok(sockets)
}

/// `nlmsghdr` and `unix_diag_req`: every socket in every state, with name, file and peer.
fn request() -> Vec<u8> {
    const REQUEST_AND_DUMP: u16 = 0x301;
    let head = [24_u32.wrapping_add(HEADER_LENGTH).to_ne_bytes()].concat();
    let kind = [BY_FAMILY, REQUEST_AND_DUMP].map(u16::to_ne_bytes).concat();
    let sequence_and_port = [1_u32, 0].map(u32::to_ne_bytes).concat();
    let family = vec![AF_UNIX, 0, 0, 0];
    let every_state = u32::MAX.to_ne_bytes().to_vec();
    let inode = 0_u32.to_ne_bytes().to_vec();
    let show = (SHOW_NAME | SHOW_FILE | SHOW_PEER).to_ne_bytes().to_vec();
    let any_cookie = u64::MAX.to_ne_bytes().to_vec();
    [
        head,
        kind,
        sequence_and_port,
        family,
        every_state,
        inode,
        show,
        any_cookie,
    ]
    .concat()
}

#[derive(Debug, Eq, PartialEq)]
enum More {
    Yes,
    No,
    Refused,
}

/// Reads the messages of one answer.
fn read(mut answer: &[u8], sockets: &mut Vec<UnixSocket>) -> More {
    while let Some((length, kind)) = u32_at(answer, 0).zip(u16_at(answer, 4)) {
        match kind {
            DONE => return More::No,
            ERROR => return More::Refused,
            _ => {}
        }
        let length = length as usize;
        let Some(message) = answer.get(HEADER_LENGTH as usize..length) else {
            break;
        };
        if kind == BY_FAMILY {
            sockets.extend(socket_of(message));
        }
        answer = answer.get(aligned(length)..).unwrap_or_default();
    }
    More::Yes
}

/// `unix_diag_msg`, then its attributes.
fn socket_of(message: &[u8]) -> Option<UnixSocket> {
    let mut socket = UnixSocket {
        inode: u32_at(message, 4)?,
        ..UnixSocket::default()
    };
    let mut rest = message.get(16..)?;
    while let Some((length, kind)) = u16_at(rest, 0).zip(u16_at(rest, 2)) {
        let length = usize::from(length);
        let Some(value) = rest.get(4..length) else {
            break;
        };
        match kind {
            NAME => socket.bound.name = value.to_vec(),
            FILE => socket.bound.file = u32_at(value, 0).zip(u32_at(value, 4)),
            PEER => socket.peer = u32_at(value, 0),
            _ => {}
        }
        rest = rest.get(aligned(length)..).unwrap_or_default();
    }
    Some(socket)
}

fn aligned(length: usize) -> usize {
    length.saturating_add(3) & !3
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_ne_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_ne_bytes(*bytes))
}

/// A workstation has some hundred sockets; one answer holds several dozen.
const MOST_ANSWERS: u32 = 10_000;
const HEADER_LENGTH: u32 = 16;
const AF_UNIX: u8 = 1;
/// `SOCK_DIAG_BY_FAMILY`.
const BY_FAMILY: u16 = 20;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const SHOW_NAME: u32 = 1;
const SHOW_FILE: u32 = 2;
const SHOW_PEER: u32 = 4;
const NAME: u16 = 0;
const FILE: u16 = 1;
const PEER: u16 = 2;

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::{fs::File, os::fd::OwnedFd};

    use proptest::prelude::*;

    use super::*;

    fn inode(stream: UnixStream) -> u32 {
        let file = File::from(OwnedFd::from(stream));
        u32::try_from(file.metadata().unwrap().ino()).unwrap()
    }

    #[test]
    fn the_kernel_tells_where_the_other_end_of_a_connection_is_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("service");
        let listener = UnixListener::bind(&path).unwrap();
        let client = UnixStream::connect(&path).unwrap();
        let _taken = listener.accept().unwrap();
        let kept = client.try_clone().unwrap();
        let ours = inode(client);
        let sockets = sockets().unwrap();
        let end = |inode| sockets.iter().find(|socket| socket.inode == inode);
        let other = end(end(ours).unwrap().peer.unwrap()).unwrap();
        // with the zero that ends it
        let name = [path.as_os_str().as_encoded_bytes(), b"\0"].concat();
        assert_eq!(other.bound.name, name);
        assert!(other.bound.file.is_some());
        assert_eq!(other.peer, Some(ours));
        drop(kept);
    }

    proptest! {
        #[test]
        fn no_answer_of_the_kernel_makes_the_reading_panic_or_hang(bytes: Vec<u8>) {
            let mut sockets = Vec::new();
            let _ = read(&bytes, &mut sockets);
            let _ = socket_of(&bytes);
        }
    }
}
