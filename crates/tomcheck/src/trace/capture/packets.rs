//! Which packets does a capture file hold?
//!
//! Source: IETF drafts draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.

use std::io::{self, Read};

use tomcheck_diagnosis::Instant;

use super::Bytes;

/// One packet.
pub(super) struct Packet {
    pub(super) at: Option<Instant>,
    /// The kind of link, as IANA's registry of link types numbers them.
    pub(super) link: u16,
    pub(super) bytes: Vec<u8>,
}

/// What libpcap itself holds to be the longest.
const LONGEST: usize = 256 << 10;
const MOST_INTERFACES: usize = 256;

pub(super) struct Packets<'a> {
    reader: &'a mut dyn Read,
    shape: Shape,
    is_little: bool,
    behind: u64,
}

enum Shape {
    Pcap {
        link: u16,
        is_nano: bool,
    },
    /// The link of each interface, and how many parts a second has there.
    Pcapng {
        interfaces: Vec<(u16, u64)>,
    },
}

impl<'a> Packets<'a> {
    pub(super) fn new(reader: &'a mut dyn Read) -> io::Result<Self> {
        let mut packets = Self {
            reader,
            shape: Shape::Pcapng {
                interfaces: Vec::new(),
            },
            is_little: true,
            behind: 0,
        };
        let magic = packets.array::<4>()?;
        match magic {
            [0x0a, 0x0d, 0x0d, 0x0a] => packets.section()?,
            _ => packets.header(magic)?,
        }
        Ok(packets)
    }

    /// Bytes read so far.
    pub(super) const fn behind(&self) -> u64 {
        self.behind
    }

    /// The next packet; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Packet>> {
        match self.shape {
            Shape::Pcap { link, is_nano } => self.record(link, is_nano),
            Shape::Pcapng { .. } => self.block(),
        }
    }

    fn header(&mut self, magic: [u8; 4]) -> io::Result<()> {
        let (is_little, is_nano) = match magic {
            [0xd4, 0xc3, 0xb2, 0xa1] => (true, false),
            [0xa1, 0xb2, 0xc3, 0xd4] => (false, false),
            [0x4d, 0x3c, 0xb2, 0xa1] => (true, true),
            [0xa1, 0xb2, 0x3c, 0x4d] => (false, true),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        self.is_little = is_little;
        self.array::<16>()?;
        // what stands in its upper bits is no part of the number
        let link = self.word()? & 0xffff;
        let link = u16::try_from(link).unwrap_or(u16::MAX);
        self.shape = Shape::Pcap { link, is_nano };
        Ok(())
    }

    fn record(&mut self, link: u16, is_nano: bool) -> io::Result<Option<Packet>> {
        let Some(first) = self.first()? else {
            return Ok(None);
        };
        let seconds = self.ordered(first);
        let _ = (self.word()?, is_nano);
        let length = self.length()?;
        self.word()?;
        Ok(Some(Packet {
            at: Some(Instant::from_unix(seconds.into())),
            link,
            bytes: self.bytes(length)?,
        }))
    }

    /// Blocks that hold no packet are passed over.
    fn block(&mut self) -> io::Result<Option<Packet>> {
        loop {
            let Some(first) = self.first()? else {
                return Ok(None);
            };
            // reads the same in both orders
            if first == [0x0a, 0x0d, 0x0d, 0x0a] {
                self.section()?;
                continue;
            }
            let kind = self.ordered(first);
            let length = self.length()?;
            let body = length.checked_sub(12).ok_or(io::ErrorKind::InvalidData)?;
            let body = self.bytes(body)?;
            self.word()?;
            match kind {
                1 => self.interface(&body),
                3 => return Ok(Some(self.simple(&body))),
                6 => {
                    if let Some(packet) = self.enhanced(&body) {
                        return Ok(Some(packet));
                    }
                }
                _ => {}
            }
        }
    }

    /// A new section: its own order of bytes, its own interfaces. Its first four bytes are read.
    fn section(&mut self) -> io::Result<()> {
        let length = self.array::<4>()?;
        self.is_little = match self.array::<4>()? {
            [0x4d, 0x3c, 0x2b, 0x1a] => true,
            [0x1a, 0x2b, 0x3c, 0x4d] => false,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        let length = usize::try_from(self.ordered(length)).unwrap_or(usize::MAX);
        let rest = length.checked_sub(12).filter(|rest| *rest <= LONGEST);
        self.bytes(rest.ok_or(io::ErrorKind::InvalidData)?)?;
        self.shape = Shape::Pcapng {
            interfaces: Vec::new(),
        };
        Ok(())
    }

    fn interface(&mut self, body: &[u8]) {
        let mut bytes = Bytes(body);
        let link = bytes
            .array()
            .map(|link| self.short(link))
            .unwrap_or(u16::MAX);
        let parts = self.resolution(bytes).unwrap_or(MICROSECONDS);
        if let Shape::Pcapng { interfaces } = &mut self.shape
            && interfaces.len() < MOST_INTERFACES
        {
            interfaces.push((link, parts));
        }
    }

    /// Option 9: a power of ten, or of two where its highest bit is set.
    fn resolution(&self, mut bytes: Bytes<'_>) -> Option<u64> {
        bytes.take(6)?;
        loop {
            let kind = self.short(bytes.array()?);
            let length = usize::from(self.short(bytes.array()?));
            let value = bytes.take(length)?;
            bytes.take(length.next_multiple_of(4) - length)?;
            match (kind, value) {
                (0, _) => return None,
                (9, [power, ..]) if power & 0x80 == 0 => {
                    return 10_u64.checked_pow(u32::from(*power));
                }
                (9, [power, ..]) => return 2_u64.checked_pow(u32::from(power & 0x7f)),
                _ => {}
            }
        }
    }

    fn enhanced(&self, body: &[u8]) -> Option<Packet> {
        let mut bytes = Bytes(body);
        let interface = self.ordered(bytes.array()?);
        let high = u64::from(self.ordered(bytes.array()?));
        let low = u64::from(self.ordered(bytes.array()?));
        let length = usize::try_from(self.ordered(bytes.array()?)).ok()?;
        bytes.take(4)?;
        let Shape::Pcapng { interfaces } = &self.shape else {
            return None;
        };
        let (link, parts) = interfaces.get(usize::try_from(interface).ok()?)?;
        let seconds = (high << 32 | low).checked_div(*parts)?;
        Some(Packet {
            at: i64::try_from(seconds).ok().map(Instant::from_unix),
            link: *link,
            bytes: bytes.take(length)?.to_vec(),
        })
    }

    /// Of the first interface, at no moment.
    fn simple(&self, body: &[u8]) -> Packet {
        let link = match &self.shape {
            Shape::Pcapng { interfaces } => interfaces.first().map(|(link, _)| *link),
            Shape::Pcap { link, .. } => Some(*link),
        };
        Packet {
            at: None,
            link: link.unwrap_or(u16::MAX),
            bytes: body.get(4..).unwrap_or_default().to_vec(),
        }
    }

    fn ordered(&self, bytes: [u8; 4]) -> u32 {
        match self.is_little {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        }
    }

    fn short(&self, bytes: [u8; 2]) -> u16 {
        match self.is_little {
            true => u16::from_le_bytes(bytes),
            false => u16::from_be_bytes(bytes),
        }
    }

    fn word(&mut self) -> io::Result<u32> {
        let bytes = self.array()?;
        Ok(self.ordered(bytes))
    }

    /// A length that nobody would write is that of no capture.
    fn length(&mut self) -> io::Result<usize> {
        let length = usize::try_from(self.word()?).unwrap_or(usize::MAX);
        match length <= LONGEST {
            true => Ok(length),
            false => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Four bytes, or the end.
    fn first(&mut self) -> io::Result<Option<[u8; 4]>> {
        let mut bytes = [0; 4];
        let mut read = 0;
        while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.reader.read(rest) {
                Ok(0) if read == 0 => return Ok(None),
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(more) => read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.behind += 4;
        Ok(Some(bytes))
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        self.behind += N as u64;
        Ok(bytes)
    }

    fn bytes(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.reader.read_exact(&mut bytes)?;
        self.behind += length as u64;
        Ok(bytes)
    }
}

const MICROSECONDS: u64 = 1_000_000;
