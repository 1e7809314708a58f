//! How does the answer's body come, part after part?

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError};

use hyper::body::{Buf, Bytes};
use tomcheck_diagnosis::Deadline;

/// How many parts may wait: a reader that is slow holds the sender back.
pub(super) const AHEAD: usize = 4;

/// The body of an answer. Each read blocks until the deadline at the latest; dropped, the
/// connection ends.
#[derive(Debug)]
pub struct PlainBody {
    parts: Receiver<io::Result<Bytes>>,
    part: Bytes,
    deadline: Deadline,
}

impl PlainBody {
    pub(super) fn new(parts: Receiver<io::Result<Bytes>>, deadline: Deadline) -> Self {
        Self {
            parts,
            part: Bytes::new(),
            deadline,
        }
    }
}

impl Read for PlainBody {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.part.has_remaining() {
            // A part that already waits is had without waiting, however late it is.
            if self.deadline.has_passed() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            match self.parts.recv_timeout(self.deadline.remaining()) {
                Ok(part) => self.part = part?,
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
                Err(RecvTimeoutError::Timeout) => return Err(io::ErrorKind::TimedOut.into()),
            }
        }
        let count = self.part.remaining().min(buffer.len());
        let now = self.part.split_to(count);
        if let Some(room) = buffer.get_mut(..count) {
            room.copy_from_slice(&now);
        }
        Ok(count)
    }
}
