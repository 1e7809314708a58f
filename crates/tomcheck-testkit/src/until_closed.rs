//! What does a server say before it ends the connection?

use std::io::{self, ErrorKind, Read};

/// All that comes until the other side ends the connection, however it does. Blocks as long as the
/// stream's own time-outs allow.
///
/// # Errors
///
/// When nothing came for that long: the connection is held still.
pub fn until_closed(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    let mut some = [0; 4096];
    loop {
        match stream.read(&mut some) {
            Ok(0) => return Ok(all),
            Ok(length) => all.extend_from_slice(some.get(..length).unwrap_or_default()),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return Err(error),
                _ => return Ok(all),
            },
        }
    }
}
