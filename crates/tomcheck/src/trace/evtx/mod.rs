//! What does Windows' own file of events say, as the text that it would be exported as?
//!
//! A file is a header and chunks of 64 KiB; a chunk holds events, and what they share: names, and
//! templates that each fills with its values. One event becomes one line of text; the rest of
//! reading is that of an exported log.
//!
//! Source: [MS-EVEN6] §2.2.12 (BinXml), libyal's "Windows XML Event Log (EVTX) format".

mod binxml;
mod value;

use std::cell::Cell;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};

use self::binxml::Unfolded;
use super::hit::Format;
use super::reading::{self, Tools};
use super::scanned::Scanned;

/// Reads an event log to its end; an event counts as a line.
///
/// # Errors
///
/// When it cannot be read, or parts of it are damaged; what the others say is told before.
pub(super) fn read(
    tools: &Tools<'_>,
    log: &mut dyn Read,
    take: &mut dyn FnMut(&mut Scanned, u64),
) -> io::Result<()> {
    let behind = Cell::new(0);
    let mut events = Events::new(log, &behind);
    let tools = Tools {
        format: Format::WindowsEvents,
        ..*tools
    };
    reading::stream(&tools, &mut events, &mut |scanned, _| {
        take(scanned, behind.get());
    })
}

/// An event log whose oldest events come first: one that was full went on at its begin.
pub(super) struct InOrder<'a> {
    file: &'a File,
    /// Where its parts are, the last one first.
    places: Vec<(u64, usize)>,
    part: io::Cursor<Vec<u8>>,
}

impl<'a> InOrder<'a> {
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(super) fn new(file: &'a File, length: u64) -> io::Result<Self> {
        let mut chunks = Vec::new();
        let mut head = [0; CHUNK_NUMBERS];
        for at in (HEADER as u64..length).step_by(CHUNK) {
            let read = reading::read_at(file, &mut head, at)?;
            let first = head.get(..read).and_then(first_event);
            chunks.push((first.unwrap_or(u64::MAX), at));
        }
        chunks.sort_unstable();
        let chunks = chunks.into_iter().rev().map(|(_, at)| (at, CHUNK));
        Ok(Self {
            file,
            places: chunks.chain([(0, HEADER)]).collect(),
            part: io::Cursor::default(),
        })
    }
}

impl Read for InOrder<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.part.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some((at, length)) = self.places.pop() else {
                return Ok(0);
            };
            let mut bytes = vec![0; length];
            let read = reading::read_at(self.file, &mut bytes, at)?;
            bytes.truncate(read);
            self.part = io::Cursor::new(bytes);
        }
    }
}

const HEADER: usize = 4096;
const CHUNK: usize = 64 << 10;
/// Where the events of a chunk begin.
const EVENTS: usize = 512;
const MAGIC: &[u8] = b"ElfChnk\0";
/// What of a chunk tells which events it holds.
const CHUNK_NUMBERS: usize = 48;

/// The text of an event log, an event a line.
pub(super) struct Events<'a> {
    reader: &'a mut dyn Read,
    /// Bytes of the file that were read.
    behind: &'a Cell<u64>,
    text: VecDeque<u8>,
    begun: bool,
    /// Chunks that are not as they should be.
    damaged: usize,
}

impl<'a> Events<'a> {
    /// Of a whole file, from its header on.
    pub(super) const fn new(reader: &'a mut dyn Read, behind: &'a Cell<u64>) -> Self {
        Self {
            reader,
            behind,
            text: VecDeque::new(),
            begun: false,
            damaged: 0,
        }
    }

    /// Reads a chunk; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        if !self.begun {
            self.begun = true;
            if self.part(HEADER)?.len() < HEADER {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let chunk = self.part(CHUNK)?;
        if chunk.is_empty() {
            return Ok(false);
        }
        let is_whole = unfold(&chunk, &mut self.text) && chunk.len() == CHUNK;
        self.damaged += usize::from(!is_whole);
        Ok(true)
    }

    fn part(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(length);
        (&mut self.reader)
            .take(length as u64)
            .read_to_end(&mut bytes)?;
        self.behind.set(self.behind.get() + bytes.len() as u64);
        Ok(bytes)
    }
}

impl Read for Events<'_> {
    /// Fails at the end where something on the way was damaged.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.text.is_empty() {
            if !self.advance()? {
                let damaged = std::mem::take(&mut self.damaged);
                return match damaged {
                    0 => Ok(0),
                    _ => Err(io::Error::new(io::ErrorKind::InvalidData, Damaged(damaged))),
                };
            }
        }
        self.text.read(buffer)
    }
}

/// Parts of an event log that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0} damaged parts (of 64 KiB) in the event log")]
struct Damaged(usize);

/// The number of the first event of a chunk.
fn first_event(chunk: &[u8]) -> Option<u64> {
    chunk.starts_with(MAGIC).then_some(())?;
    number(chunk, 24)
}

/// The events of a chunk, as text; whether all of them could be read.
fn unfold(chunk: &[u8], text: &mut VecDeque<u8>) -> bool {
    if !chunk.starts_with(MAGIC) {
        // what was never written to
        return chunk.iter().all(|byte| *byte == 0);
    }
    let free = word(chunk, 48).map_or(CHUNK, |end| end as usize);
    let end = if free >= EVENTS {
        free.min(chunk.len())
    } else {
        chunk.len()
    };
    let (mut at, mut unfolded) = (EVENTS, Unfolded::new(chunk));
    let mut is_whole = true;
    while let Some(length) = event_length(chunk, at, end) {
        is_whole &= unfolded.event(at + EVENT_HEADER..at + length - 4);
        at += length;
    }
    text.extend(unfolded.into_text().as_bytes());
    is_whole
}

/// Its sign, length, number and moment; behind it its length stands again.
const EVENT_HEADER: usize = 24;
const EVENT_MAGIC: u32 = 0x2a2a;

fn event_length(chunk: &[u8], at: usize, end: usize) -> Option<usize> {
    (word(chunk, at)? == EVENT_MAGIC).then_some(())?;
    let length = word(chunk, at + 4)? as usize;
    let is_it = length >= EVENT_HEADER + 4 && length <= end.checked_sub(at)?;
    is_it.then_some(length)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(8)?)?;
    Some(u64::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A chunk with one event, whose content begins at [`CONTENT`].
    fn chunk(content: &[u8]) -> Vec<u8> {
        let mut chunk = MAGIC.to_vec();
        chunk.resize(EVENTS, 0);
        let length = u32::try_from(EVENT_HEADER + content.len() + 4).unwrap();
        chunk.extend(EVENT_MAGIC.to_le_bytes());
        chunk.extend(length.to_le_bytes());
        chunk.extend([0; EVENT_HEADER - 8]);
        chunk.extend(content);
        chunk.extend(length.to_le_bytes());
        chunk.resize(CHUNK, 0);
        chunk
    }

    const CONTENT: usize = EVENTS + EVENT_HEADER;

    fn unfolded(content: &[u8]) -> (usize, bool) {
        let mut text = VecDeque::new();
        let is_whole = unfold(&chunk(content), &mut text);
        (text.len(), is_whole)
    }

    /// What a template unfolds to is bounded, whoever wrote it: this one is filled with itself.
    #[test]
    fn a_template_that_holds_itself_comes_to_an_end() {
        let place = u32::try_from(CONTENT + 10).unwrap().to_le_bytes();
        let instance = [&[0x0c, 1, 0, 0, 0, 0][..], &place].concat();
        let body = [&instance[..], &[0, 0, 0, 0], &instance, &[0, 0, 0, 0, 0]].concat();
        let length = u32::try_from(body.len()).unwrap().to_le_bytes();
        let content = [&instance[..], &[0; 20], &length, &body, &[0, 0, 0, 0]].concat();
        assert!(!unfolded(&content).1);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_long(
            bytes in prop::collection::vec(any::<u8>(), 0..600),
            tokens in prop::collection::vec(prop::sample::select(vec![
                0_u8, 1, 2, 3, 4, 5, 6, 0x0c, 0x0d, 0x0f, 0x21, 0x41, 0x46, 0xff,
            ]), 0..600),
        ) {
            for content in [bytes, tokens] {
                prop_assert!(unfolded(&content).0 < 8 << 20);
            }
        }
    }
}
