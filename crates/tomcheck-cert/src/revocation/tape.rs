//! How is DER read that is too long to be held?
//!
//! A revocation list of fifty megabytes goes by through one buffer: element after element is
//! looked at whole, then forgotten; what is signed is hashed on its way.

use std::io::{self, Read};

use ring::digest::{Algorithm, Context, Digest};
use tomcheck_diagnosis::ForeignFailure;

use crate::x509::tlv::Header;

/// Why a list could not be read to its end.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// Reading the bytes failed.
    Read(ForeignFailure),
    /// They end within the list.
    Truncated { bytes: u64 },
    /// They are not what they should be.
    Malformed { what: &'static str, at: u64 },
    /// It says it is longer than any list.
    TooLong { bytes: u64 },
}

pub(super) struct Tape<R> {
    input: R,
    buffer: Box<[u8]>,
    /// What of the buffer is not yet taken.
    start: usize,
    end: usize,
    /// How far the buffer is hashed, where hashing goes on.
    hashed: usize,
    hash: Option<Context>,
    passed: u64,
}

impl<R: Read> Tape<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            end: 0,
            hashed: 0,
            hash: None,
            passed: 0,
        }
    }

    /// How many bytes were taken.
    pub(super) fn passed(&self) -> u64 {
        self.passed
    }

    /// The header of the next element, without taking it.
    pub(super) fn peek(&mut self) -> Result<Header, Fault> {
        self.have(2)?;
        let long = match self.ahead().get(1) {
            Some(first) if *first > 0x80 => usize::from(first & 0x7F).min(4),
            _ => 0,
        };
        self.have(2 + long)?;
        Header::of(self.ahead()).ok_or(self.malformed("no DER element"))
    }

    /// Takes the header of the next element, which must have this tag, and leaves its content.
    pub(super) fn open(&mut self, tag: u8, what: &'static str) -> Result<Header, Fault> {
        let header = self.peek()?;
        if header.tag != tag {
            return Err(self.malformed(what));
        }
        self.take(header.header)?;
        Ok(header)
    }

    /// Takes the next element whole, which must have one of these tags and at most `most` bytes.
    pub(super) fn element(
        &mut self,
        tags: &[u8],
        most: usize,
        what: &'static str,
    ) -> Result<&[u8], Fault> {
        let header = self.peek()?;
        match usize::try_from(header.size()) {
            Ok(size) if tags.contains(&header.tag) && size <= most => self.take(size),
            _ => Err(self.malformed(what)),
        }
    }

    /// From the next byte on, what is taken is hashed behind `before`.
    pub(super) fn begin_hash(&mut self, algorithm: &'static Algorithm, before: &[u8]) {
        let mut hash = Context::new(algorithm);
        hash.update(before);
        self.hash = Some(hash);
        self.hashed = self.start;
    }

    /// The hash of all that was taken since; none: it was not begun.
    pub(super) fn end_hash(&mut self) -> Option<Digest> {
        self.hash_taken();
        self.hash.take().map(Context::finish)
    }

    pub(super) fn malformed(&self, what: &'static str) -> Fault {
        let at = self.passed;
        Fault::Malformed { what, at }
    }

    /// At most the buffer's size.
    pub(super) fn take(&mut self, size: usize) -> Result<&[u8], Fault> {
        self.have(size)?;
        let from = self.start;
        self.start += size;
        self.passed += size as u64;
        Ok(self.buffer.get(from..from + size).unwrap_or_default())
    }

    fn ahead(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    fn have(&mut self, size: usize) -> Result<(), Fault> {
        if self.end - self.start >= size {
            return Ok(());
        }
        if size > BUFFER {
            return Err(self.malformed("an element too long"));
        }
        self.make_room();
        while self.end < size {
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => {
                    return Err(Fault::Truncated {
                        bytes: self.passed + self.end as u64,
                    });
                }
                Ok(count) => self.end += count.min(BUFFER - self.end),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Fault::Read(ForeignFailure::from_io("read", &error))),
            }
        }
        Ok(())
    }

    fn make_room(&mut self) {
        self.hash_taken();
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        (self.start, self.hashed) = (0, 0);
    }

    fn hash_taken(&mut self) {
        if let Some(hash) = &mut self.hash {
            hash.update(self.buffer.get(self.hashed..self.start).unwrap_or_default());
            self.hashed = self.start;
        }
    }
}

/// Room for the longest element that is looked at whole, and for many short ones.
pub(super) const BUFFER: usize = 256 * 1024;
