//! How do files become one?
//!
//! A zip as every system opens it: deflated, names in UTF-8, for the owner alone where that means
//! something. Source: PKWARE, APPNOTE.TXT 6.3.10, §4.3 and §4.4.

use std::io::{self, Write};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use time::OffsetDateTime;

/// The archive of these files, name and content, made at `at`; in memory, as they are small.
pub(super) fn zip<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    at: OffsetDateTime,
) -> io::Result<Vec<u8>> {
    let mut archive = Archive {
        at: dos(at),
        ..Archive::default()
    };
    for (name, content) in files {
        archive.add(name, content)?;
    }
    archive.finish()
}

#[derive(Default)]
struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
    /// Time, then date.
    at: (u16, u16),
}

const LOCAL_FILE: u32 = 0x0403_4b50;
const CENTRAL_FILE: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
/// What it takes to read it: deflate, 2.0.
const VERSION: u16 = 20;
/// Bit 11: the name is in UTF-8.
const UTF8: u16 = 1 << 11;
const DEFLATED: u16 = 8;
/// Attributes are those of Unix.
const UNIX: u16 = 3 << 8;
/// A file, read and written by its owner.
const OWNERS: u32 = 0o100_600 << 16;

impl Archive {
    fn add(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let place = length(self.bytes.len())?;
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
        deflate.write_all(content)?;
        let packed = deflate.finish()?;
        let mut crc = Crc::new();
        crc.update(content);
        let mut about = Vec::new();
        for number in [VERSION, UTF8, DEFLATED, self.at.0, self.at.1] {
            about.extend(number.to_le_bytes());
        }
        for number in [crc.sum(), length(packed.len())?, length(content.len())?] {
            about.extend(number.to_le_bytes());
        }
        about.extend(short(name.len())?.to_le_bytes());
        // no further fields
        about.extend(0_u16.to_le_bytes());
        self.bytes.extend(LOCAL_FILE.to_le_bytes());
        self.bytes.extend(&about);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(packed);
        self.entry(name, &about, place);
        self.count = self
            .count
            .checked_add(1)
            .ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(())
    }

    fn entry(&mut self, name: &str, about: &[u8], place: u32) {
        let directory = &mut self.directory;
        directory.extend(CENTRAL_FILE.to_le_bytes());
        directory.extend((VERSION | UNIX).to_le_bytes());
        directory.extend(about);
        // no comment, the first disk, no internal attributes
        directory.extend([0; 6]);
        directory.extend(OWNERS.to_le_bytes());
        directory.extend(place.to_le_bytes());
        directory.extend(name.as_bytes());
    }

    fn finish(mut self) -> io::Result<Vec<u8>> {
        let place = length(self.bytes.len())?;
        let size = length(self.directory.len())?;
        self.bytes.append(&mut self.directory);
        self.bytes.extend(END.to_le_bytes());
        // one disk
        self.bytes.extend([0; 4]);
        for count in [self.count, self.count] {
            self.bytes.extend(count.to_le_bytes());
        }
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(place.to_le_bytes());
        self.bytes.extend([0; 2]);
        Ok(self.bytes)
    }
}

/// Four gibibytes are more than any bundle is.
fn length(bytes: usize) -> io::Result<u32> {
    u32::try_from(bytes).map_err(|_| io::ErrorKind::FileTooLarge.into())
}

fn short(bytes: usize) -> io::Result<u16> {
    u16::try_from(bytes).map_err(|_| io::ErrorKind::FileTooLarge.into())
}

/// MS-DOS' time and date, by two seconds, from 1980 on.
fn dos(at: OffsetDateTime) -> (u16, u16) {
    let part = |value: u8| u16::from(value);
    let time = (part(at.hour()) << 11) | (part(at.minute()) << 5) | (part(at.second()) / 2);
    let years = u16::try_from(at.year().clamp(1980, 2107) - 1980).unwrap_or_default();
    let date = (years << 9) | (part(u8::from(at.month())) << 5) | part(at.day());
    (time, date)
}
