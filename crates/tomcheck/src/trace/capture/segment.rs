//! Which piece of which TCP connection does a packet hold?
//!
//! Source: IANA's link types; RFC 791, RFC 8200, RFC 9293.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::Bytes;
use super::packets::Packet;

/// A segment.
pub(super) struct Segment<'a> {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) sequence: u32,
    pub(super) is_syn: bool,
    pub(super) is_ack: bool,
    pub(super) is_reset: bool,
    pub(super) payload: &'a [u8],
}

/// None: the packet holds no TCP, or a part of a packet only.
pub(super) fn of(packet: &Packet) -> Option<Segment<'_>> {
    let mut bytes = Bytes(&packet.bytes);
    match packet.link {
        1 => {
            bytes.take(12)?;
            tagged(bytes)
        }
        // the loopback of BSD: a number of the system's own
        0 | 108 => {
            bytes.take(4)?;
            internet(bytes)
        }
        12 | 14 | 101 | 228 | 229 => internet(bytes),
        113 => {
            bytes.take(14)?;
            tagged(bytes)
        }
        276 => {
            let kind = bytes.short()?;
            bytes.take(18)?;
            is_internet(kind).then(|| internet(bytes))?
        }
        _ => None,
    }
}

/// A kind of content, after tags of virtual networks.
fn tagged(mut bytes: Bytes<'_>) -> Option<Segment<'_>> {
    for _ in 0..3 {
        match bytes.short()? {
            0x8100 | 0x88a8 => bytes.take(2)?,
            kind => return is_internet(kind).then(|| internet(bytes))?,
        };
    }
    None
}

const fn is_internet(kind: u16) -> bool {
    matches!(kind, 0x0800 | 0x86dd)
}

fn internet(bytes: Bytes<'_>) -> Option<Segment<'_>> {
    match bytes.0.first()? >> 4 {
        4 => version4(bytes),
        6 => version6(bytes),
        _ => None,
    }
}

const TCP: u8 = 6;

fn version4(bytes: Bytes<'_>) -> Option<Segment<'_>> {
    let mut head = bytes;
    let header = usize::from(head.byte()? & 0xf) * 4;
    head.byte()?;
    let total = usize::from(head.short()?);
    head.short()?;
    // more fragments, or not the first one
    let fragment = head.short()? & 0x3fff;
    head.byte()?;
    let protocol = head.byte()?;
    head.short()?;
    let from = IpAddr::from(Ipv4Addr::from(head.array::<4>()?));
    let to = IpAddr::from(Ipv4Addr::from(head.array::<4>()?));
    (protocol == TCP && fragment == 0).then_some(())?;
    // a length of none is that of a card which cuts segments by itself
    let end = if total == 0 {
        bytes.0.len()
    } else {
        total.min(bytes.0.len())
    };
    tcp(Bytes(bytes.0.get(header..end)?), from, to)
}

fn version6(mut bytes: Bytes<'_>) -> Option<Segment<'_>> {
    bytes.take(4)?;
    let length = usize::from(bytes.short()?);
    let mut next = bytes.byte()?;
    bytes.byte()?;
    let from = IpAddr::from(Ipv6Addr::from(bytes.array::<16>()?));
    let to = IpAddr::from(Ipv6Addr::from(bytes.array::<16>()?));
    let end = if length == 0 {
        bytes.0.len()
    } else {
        length.min(bytes.0.len())
    };
    let mut bytes = Bytes(bytes.0.get(..end)?);
    for _ in 0..8 {
        match next {
            TCP => return tcp(bytes, from, to),
            // what a hop, a route or the destination is told
            0 | 43 | 60 => {
                next = bytes.byte()?;
                let length = usize::from(bytes.byte()?) * 8 + 6;
                bytes.take(length)?;
            }
            _ => return None,
        }
    }
    None
}

fn tcp(bytes: Bytes<'_>, from: IpAddr, to: IpAddr) -> Option<Segment<'_>> {
    let mut head = bytes;
    let from = SocketAddr::new(from, head.short()?);
    let to = SocketAddr::new(to, head.short()?);
    let sequence = head.array().map(u32::from_be_bytes)?;
    head.take(4)?;
    let header = usize::from(head.byte()? >> 4) * 4;
    let flags = head.byte()?;
    Some(Segment {
        from,
        to,
        sequence,
        is_syn: flags & 2 != 0,
        is_reset: flags & 4 != 0,
        is_ack: flags & 16 != 0,
        payload: bytes.0.get(header..)?,
    })
}
