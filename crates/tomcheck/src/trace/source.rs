//! How are the bytes of a log reached, and what are they?

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use tomcheck_diagnosis::Instant;

use super::Watcher;
use super::encoding::{Encoding, FromUtf16};
use super::hit::Format;
use super::net_export;

/// A log to read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum TraceInput {
    /// A file; a pipe will do.
    File(PathBuf),
    /// Standard input, to its end.
    Standard,
    /// What somebody sent.
    Memory {
        /// As people name it.
        name: String,
        /// All of it.
        bytes: Arc<[u8]>,
        /// How many bytes it may come to where it is compressed; then reading fails.
        unpacked: u64,
    },
}

impl TraceInput {
    /// As people name it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Standard => "-".to_owned(),
            Self::Memory { name, .. } => name.clone(),
        }
    }
}

/// A log that is open.
pub(super) struct Source {
    pub(super) kind: Kind,
    pub(super) encoding: Encoding,
    pub(super) is_compressed: bool,
    /// What it looks like by its beginning.
    pub(super) format: Format,
    /// When it was written to for the last time.
    pub(super) changed_at: Instant,
    /// Where the ticks of a net-export begin, in milliseconds since 1970.
    pub(super) ticks: Option<i64>,
}

pub(super) enum Kind {
    /// Bytes at any place: several may read at once.
    Places { file: File, length: u64 },
    /// Bytes one after the other, as UTF-8 or Windows-1252.
    Stream(Box<dyn Read + Send>),
    /// Packets, or events that are no text.
    Binary(Box<dyn Read + Send>),
    /// Events that are no text, in a file whose parts may stand in another order.
    Events { file: File, length: u64 },
}

/// What of a file tells what it is; the names that a net-export begins with fill half of it.
const HEAD: usize = 128 << 10;

pub(super) fn open(input: &TraceInput) -> io::Result<Source> {
    match input {
        TraceInput::Standard => stream(Box::new(io::stdin()), u64::MAX, Instant::now()),
        TraceInput::Memory {
            bytes, unpacked, ..
        } => {
            let reader = Box::new(io::Cursor::new(Arc::clone(bytes)));
            stream(reader, *unpacked, Instant::now())
        }
        TraceInput::File(path) => file(path),
    }
}

fn file(path: &Path) -> io::Result<Source> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let changed_at = metadata
        .modified()
        .map_or_else(|_| Instant::now(), of_system);
    if !metadata.is_file() {
        return stream(Box::new(file), u64::MAX, changed_at);
    }
    let head = head(&mut file)?;
    io::Seek::rewind(&mut file)?;
    let source = described(&head, changed_at);
    if source.format == Format::Evtx {
        let length = metadata.len();
        let kind = Kind::Events { file, length };
        return Ok(Source { kind, ..source });
    }
    if needs_stream(&head, source.encoding) {
        return stream(Box::new(file), u64::MAX, changed_at);
    }
    let length = metadata.len();
    let kind = Kind::Places { file, length };
    Ok(Source { kind, ..source })
}

fn of_system(time: std::time::SystemTime) -> Instant {
    let since = time
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Instant::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// The beginning is read, looked at and put back before the rest.
fn stream(
    mut reader: Box<dyn Read + Send>,
    unpacked: u64,
    changed_at: Instant,
) -> io::Result<Source> {
    let mut beginning = head(&mut reader)?;
    let is_compressed = beginning.starts_with(GZIP);
    if is_compressed {
        let whole = io::Cursor::new(beginning).chain(reader);
        reader = Box::new(AtMost {
            reader: MultiGzDecoder::new(whole),
            left: unpacked,
        });
        beginning = head(&mut reader)?;
    }
    let source = described(&beginning, changed_at);
    let whole = io::Cursor::new(beginning).chain(reader);
    let kind = match source.encoding {
        Encoding::Utf16Le => Kind::Stream(Box::new(FromUtf16::new(whole, false))),
        Encoding::Utf16Be => Kind::Stream(Box::new(FromUtf16::new(whole, true))),
        Encoding::Binary => Kind::Binary(Box::new(whole)),
        _ => Kind::Stream(Box::new(whole)),
    };
    Ok(Source {
        kind,
        is_compressed,
        ..source
    })
}

/// Reads so much, and fails where there is more: a small file may unpack to any length.
struct AtMost<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for AtMost<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(piece)?;
        let left = self.left.checked_sub(length as u64);
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(length)
    }
}

/// Reads until its watcher wants no more, and fails then.
pub(super) struct Watched<'a, R> {
    reader: R,
    watcher: &'a dyn Watcher,
}

impl<'a, R: Read> Watched<'a, R> {
    pub(super) fn new(reader: R, watcher: &'a dyn Watcher) -> Self {
        Self { reader, watcher }
    }
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        match self.watcher.wants_end() {
            true => Err(io::ErrorKind::TimedOut.into()),
            false => self.reader.read(piece),
        }
    }
}

/// Source: RFC 1952 §2.3.1, deflate being the one method there is.
const GZIP: &[u8] = &[0x1f, 0x8b, 8];

fn needs_stream(head: &[u8], encoding: Encoding) -> bool {
    let is_plain = matches!(encoding, Encoding::Utf8 | Encoding::Windows1252);
    head.starts_with(GZIP) || !is_plain
}

fn head(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    reader.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

fn described(head: &[u8], changed_at: Instant) -> Source {
    let binary = binary(head);
    let encoding = match binary {
        Some(_) => Encoding::Binary,
        None => Encoding::of(head),
    };
    let format = binary.unwrap_or_else(|| text_format(head, encoding));
    let has_ticks = format == Format::NetExport;
    Source {
        kind: Kind::Stream(Box::new(io::empty())),
        encoding,
        is_compressed: false,
        format,
        changed_at,
        ticks: has_ticks
            .then(|| net_export::begin_of_ticks(head))
            .flatten(),
    }
}

/// Source: the pcap and pcapng drafts of the IETF; Microsoft's EVTX begins with `ElfFile`.
fn binary(head: &[u8]) -> Option<Format> {
    match head {
        [0xd4, 0xc3, 0xb2, 0xa1, ..]
        | [0xa1, 0xb2, 0xc3, 0xd4, ..]
        | [0x4d, 0x3c, 0xb2, 0xa1, ..]
        | [0xa1, 0xb2, 0x3c, 0x4d, ..]
        | [0x0a, 0x0d, 0x0d, 0x0a, ..] => Some(Format::Capture),
        [b'E', b'l', b'f', b'F', b'i', b'l', b'e', 0, ..] => Some(Format::Evtx),
        _ => None,
    }
}

/// What such logs have near their beginning, the more telling first.
const MARKS: &[(&str, Format)] = &[
    ("{\"constants\":{", Format::NetExport),
    ("javax.net.ssl|", Format::JavaDebug),
    ("<Event xmlns=", Format::WindowsEvents),
    ("C_Initialize", Format::Cryptolib),
    ("\nnetwork: ", Format::JavaConsole),
    ("Java Web Start", Format::JavaConsole),
    ("Java Plug-in", Format::JavaConsole),
    ("\tat java", Format::JavaConsole),
    ("HIER_NONE/", Format::Squid),
    ("HIER_DIRECT/", Format::Squid),
    (":HIER_", Format::SquidCombined),
    ("* Connected to ", Format::Curl),
    ("*   Trying ", Format::Curl),
    ("CONNECTED(0", Format::Openssl),
    (":ERROR:", Format::Chromium),
];

fn text_format(head: &[u8], encoding: Encoding) -> Format {
    let mut decoded = Vec::new();
    let head = match encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => {
            let is_big = encoding == Encoding::Utf16Be;
            // reading from memory does not fail
            let _ = FromUtf16::new(head, is_big).read_to_end(&mut decoded);
            decoded.as_slice()
        }
        _ => head,
    };
    let holds = |mark: &str| memchr::memmem::find(head, mark.as_bytes()).is_some();
    let known = MARKS.iter().find(|(mark, _)| holds(mark));
    match known {
        Some((_, format)) => *format,
        None if head.starts_with(b"network: ") => Format::JavaConsole,
        None => Format::Unknown,
    }
}
