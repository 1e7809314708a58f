//! How is a log read piece by piece, in its order, with little memory?

use std::fs::File;
use std::io::{self, Read};
use std::num::NonZeroUsize;

use super::hit::Format;
use super::line::AROUND;
use super::moment::Clockwork;
use super::scanned::Scanned;
use super::threads;
use super::window::{Scanner, Window};

/// A piece: it stays in the processor's own memory while it is searched.
const PIECE: usize = 256 << 10;

/// What a stream is asked for at once: a pipe gives no more than half of it.
const AT_ONCE: usize = 128 << 10;

/// Lines that tell together what they say: alerts in what Java writes of TLS.
const TOGETHER: usize = 8;

/// What every piece is read with.
pub(super) struct Tools<'a> {
    pub(super) scanner: &'a Scanner,
    pub(super) clockwork: Clockwork,
    /// Of the file, as far as its begin tells.
    pub(super) format: Format,
}

impl Tools<'_> {
    fn scan(&self, bytes: &[u8], body: std::ops::Range<usize>, scanned: &mut Scanned) {
        let window = Window {
            bytes,
            body,
            format: self.format,
        };
        self.scanner.scan(&window, self.clockwork, scanned);
    }
}

/// Reads a file of `length` bytes by `threads` at once; `take` gets what each piece says, in
/// order, with how many bytes are behind it.
///
/// A file that was cut meanwhile ends where it ends now; what was added is not read.
pub(super) fn places(
    tools: &Tools<'_>,
    file: &File,
    length: u64,
    threads: NonZeroUsize,
    take: &mut dyn FnMut(&mut Scanned, u64),
) -> io::Result<()> {
    let pieces = Pieces {
        tools,
        file,
        length,
    };
    threads::in_order(&pieces, threads, take)
}

/// A file, piece by piece.
pub(super) struct Pieces<'a> {
    tools: &'a Tools<'a>,
    file: &'a File,
    length: u64,
}

impl Pieces<'_> {
    pub(super) const fn count(&self) -> u64 {
        self.length.div_ceil(PIECE as u64)
    }

    /// Bytes of the file up to the end of a piece.
    pub(super) fn behind(&self, number: u64) -> u64 {
        self.length.min((number + 1) * PIECE as u64)
    }

    /// What a piece says; `bytes` is where it is read to.
    pub(super) fn scan(
        &self,
        number: u64,
        bytes: &mut Vec<u8>,
        scanned: &mut Scanned,
    ) -> io::Result<()> {
        let begin = number * PIECE as u64;
        let margin = begin.min(AROUND as u64);
        let end = self.length.min(begin + (PIECE + AROUND) as u64);
        let wanted = usize::try_from(end - begin + margin).unwrap_or(usize::MAX);
        bytes.resize(wanted, 0);
        let read = read_at(self.file, bytes, begin - margin)?;
        bytes.truncate(read);
        let margin = usize::try_from(margin).unwrap_or(0).min(read);
        let body = margin..read.min(margin + PIECE);
        self.tools.scan(bytes, body, scanned);
        Ok(())
    }
}

/// As much as there is.
pub(super) fn read_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<usize> {
    let mut read = 0;
    while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
        match once_at(file, rest, place + read as u64) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

#[cfg(unix)]
fn once_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, place)
}

#[cfg(windows)]
fn once_at(file: &File, bytes: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, place)
}

/// Bytes that come one after the other, kept as long as a line around them may need them.
pub(super) struct Feed {
    bytes: Vec<u8>,
    /// Up to where they were looked at.
    done: usize,
}

impl Feed {
    pub(super) const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            done: 0,
        }
    }

    /// Reads more; false at the end.
    pub(super) fn read(&mut self, reader: &mut dyn Read) -> io::Result<bool> {
        let before = self.bytes.len();
        self.bytes.resize(before + AT_ONCE, 0);
        let room = self.bytes.get_mut(before..).unwrap_or_default();
        let read = loop {
            match reader.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.bytes
            .truncate(before + read.as_ref().copied().unwrap_or(0));
        read.map(|read| read > 0)
    }

    /// Whether there is enough for a piece.
    pub(super) const fn is_full(&self) -> bool {
        self.bytes.len() >= self.done + PIECE + AROUND
    }

    /// Looks at all that came, but for what may go on: an unfinished line, and what stands so near
    /// the end that lines after it may belong to it. At the end, at all.
    pub(super) fn scan(&mut self, tools: &Tools<'_>, is_end: bool, scanned: &mut Scanned) {
        let end = match is_end {
            true => self.bytes.len(),
            false => self.bytes.len().saturating_sub(AROUND).max(self.done),
        };
        tools.scan(&self.bytes, self.done..end, scanned);
        let begin = end.saturating_sub(AROUND);
        self.bytes.drain(..begin);
        self.done = end - begin;
    }

    /// Looks at the lines that are complete: more may come much later. The last ones wait while
    /// more comes, for they may tell only together what they say.
    pub(super) fn scan_lines(
        &mut self,
        tools: &Tools<'_>,
        more_comes: bool,
        scanned: &mut Scanned,
    ) {
        let new = self.bytes.get(self.done..).unwrap_or_default();
        let waiting = if more_comes { TOGETHER } else { 0 };
        let end = memchr::memrchr_iter(b'\n', new).nth(waiting);
        let end = end.map_or(self.done, |at| self.done + at + 1);
        let end = end.max(self.bytes.len().saturating_sub(PIECE));
        tools.scan(&self.bytes, self.done..end, scanned);
        let begin = end.saturating_sub(AROUND);
        self.bytes.drain(..begin);
        self.done = end - begin;
    }
}

/// Reads a stream to its end.
pub(super) fn stream(
    tools: &Tools<'_>,
    reader: &mut dyn Read,
    take: &mut dyn FnMut(&mut Scanned, u64),
) -> io::Result<()> {
    let (mut feed, mut scanned) = (Feed::new(), Scanned::default());
    let mut behind = 0;
    loop {
        let before = feed.bytes.len();
        let outcome = feed.read(reader);
        behind += (feed.bytes.len() - before) as u64;
        match outcome {
            Ok(true) if !feed.is_full() => {}
            Ok(true) => {
                feed.scan(tools, false, &mut scanned);
                take(&mut scanned, behind);
            }
            // what came before the failure says what it says
            end => {
                feed.scan(tools, true, &mut scanned);
                take(&mut scanned, behind);
                return end.map(drop);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::interest::Interest;
    use super::super::mask::Mask;
    use super::*;
    use tomcheck_diagnosis::{Instant, Pseudonyms};

    fn tools(scanner: &Scanner) -> Tools<'_> {
        Tools {
            scanner,
            clockwork: Clockwork {
                latest: Instant::from_unix(1_795_729_459),
                offset: 0,
                ticks: None,
            },
            format: Format::JavaDebug,
        }
    }

    fn scanner() -> Scanner {
        let mask = Mask::new(Pseudonyms::new("key"), false);
        Scanner::new(Interest::default(), mask)
    }

    /// A stick that is pulled, a share that is gone.
    #[cfg(unix)]
    #[test]
    fn threads_of_which_none_can_read_end_with_the_error() {
        let folder = tempfile::tempdir().unwrap();
        let unreadable = File::open(folder.path()).unwrap();
        let scanner = scanner();
        for threads in [1, 2, 3, 8] {
            let threads = NonZeroUsize::new(threads).unwrap();
            let tools = tools(&scanner);
            let read = places(&tools, &unreadable, 64 << 20, threads, &mut |_, _| {});
            assert_eq!(read.unwrap_err().kind(), io::ErrorKind::IsADirectory);
        }
    }

    #[test]
    fn however_many_threads_read_what_is_told_is_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        std::fs::write(&path, "x\n".repeat(20 << 20)).unwrap();
        let (file, length, scanner) = (File::open(&path).unwrap(), 40 << 20, scanner());
        for threads in [1, 4] {
            let threads = NonZeroUsize::new(threads).unwrap();
            let (mut lines, mut last) = (0, 0);
            let mut take = |scanned: &mut Scanned, behind: u64| {
                assert!(behind > last, "{behind} after {last}");
                (lines, last) = (lines + scanned.lines, behind);
            };
            places(&tools(&scanner), &file, length, threads, &mut take).unwrap();
            assert_eq!((lines, last), (20 << 20, length));
        }
    }

    #[test]
    fn what_is_told_on_lines_that_come_one_by_one_is_read_once_they_came() {
        let scanner = scanner();
        let tools = tools(&scanner);
        let mut feed = Feed::new();
        let mut codes = Vec::new();
        let mut look = |feed: &mut Feed, more_comes| {
            let mut scanned = Scanned::default();
            feed.scan_lines(&tools, more_comes, &mut scanned);
            let sightings = scanned.sightings.into_iter();
            codes.extend(sightings.filter_map(|sighting| sighting.code));
            codes.len()
        };
        let begin = "javax.net.ssl|DEBUG|01|main|2026-11-26 21:44:22.483 UTC|Alert.java:238|Received alert message (\n\"Alert\": {\n";
        let end =
            "  \"level\"      : \"fatal\",\n  \"description\": \"certificate_required\"\n}\n)\n";
        for part in [begin, end] {
            assert!(feed.read(&mut part.as_bytes()).unwrap());
            assert_eq!(look(&mut feed, true), 0);
        }
        assert_eq!(look(&mut feed, false), 1);
        assert_eq!(look(&mut feed, false), 1, "told once");
    }
}
