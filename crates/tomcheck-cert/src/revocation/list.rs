//! Is this number in a revocation list, and is the list its issuer's?
//!
//! Source: RFC 5280 §5.

use std::io::Read;

use ring::digest::{Algorithm, SHA256, SHA384, SHA512};
use tomcheck_diagnosis::Instant;
use x509_parser::der_parser::asn1_rs::{BitString, FromDer};
use x509_parser::time::ASN1Time;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use super::scope::Scope;
use super::tape::{Fault, Tape};
use crate::x509::signed::{self, Verdict};
use crate::x509::tlv::{content, first};

/// What is looked for.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The certificate's number, as encoded, without its header.
    pub(super) serial: &'a [u8],
    /// The key that must have signed the list.
    pub(super) key: &'a SubjectPublicKeyInfo<'a>,
}

/// A list read to its end.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct List {
    /// The issuer's name, DER.
    pub(super) issuer: Vec<u8>,
    pub(super) this_update: Option<Instant>,
    pub(super) next_update: Option<Instant>,
    pub(super) entries: u64,
    pub(super) bytes: u64,
    pub(super) entry: Option<Entry>,
    pub(super) scope: Scope,
    pub(super) signature: Verdict,
}

/// The line of the certificate that is looked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Entry {
    pub(super) at: Instant,
    /// RFC 5280 §5.3.1; none: unspecified.
    pub(super) reason: Option<u8>,
    /// It has a critical extension nobody here knows: it may be about another issuer's.
    pub(super) is_unknown: bool,
}

/// Reads a list through one buffer: memory stays the same however long it is.
pub(super) fn read(input: impl Read, wanted: &Wanted<'_>) -> Result<List, Fault> {
    let mut tape = Tape::new(input);
    let whole = tape.open(SEQUENCE, "no revocation list")?;
    if whole.content > LONGEST {
        return Err(Fault::TooLong {
            bytes: whole.size(),
        });
    }
    let mut list = List::default();
    let signed = signed_part(&mut tape, wanted, &mut list)?;
    let algorithm = tape
        .element(&[SEQUENCE], SMALL, "no signature algorithm")?
        .to_vec();
    let bits = tape.element(&[BIT_STRING], SMALL, "no signature")?;
    list.signature = match BitString::from_der(bits) {
        Ok(([], signature)) if algorithm == signed.algorithm => {
            signed.verify(wanted.key, signature)
        }
        _ => Verdict::Wrong,
    };
    list.bytes = tape.passed();
    match list.bytes == whole.size() {
        true => Ok(list),
        false => Err(tape.malformed("the list does not end where it says")),
    }
}

/// What the issuer signed, in the one form that its algorithm can be verified with.
struct Signed {
    algorithm: Vec<u8>,
    hash: Option<ring::digest::Digest>,
    whole: Option<Vec<u8>>,
}

impl Signed {
    fn verify(&self, key: &SubjectPublicKeyInfo<'_>, signature: BitString<'_>) -> Verdict {
        if let Some(hash) = &self.hash {
            return signed::hash_by_rsa(key, hash, &signature);
        }
        let algorithm = AlgorithmIdentifier::from_der(&self.algorithm);
        match (algorithm, &self.whole) {
            (Ok((_, algorithm)), Some(whole)) => signed::whole(key, &algorithm, &signature, whole),
            _ => Verdict::Unsupported,
        }
    }
}

fn signed_part<R: Read>(
    tape: &mut Tape<R>,
    wanted: &Wanted<'_>,
    list: &mut List,
) -> Result<Signed, Fault> {
    let header = tape.peek()?;
    let mut head = tape.take(header.header)?.to_vec();
    if header.tag != SEQUENCE || header.content > LONGEST {
        return Err(tape.malformed("no list to be signed"));
    }
    let end = tape.passed() + header.content;
    if tape.peek()?.tag == INTEGER {
        head.extend(tape.element(&[INTEGER], SMALL, "no version")?);
    }
    let algorithm = tape.element(&[SEQUENCE], SMALL, "no algorithm")?.to_vec();
    head.extend(&algorithm);
    let hash = hash_of(&algorithm);
    let mut kept = Keeping::new(hash.is_none(), &head);
    if let Some(hash) = hash {
        tape.begin_hash(hash, &head);
    }
    frame(tape, list, &mut kept)?;
    entries(tape, end, wanted, list, &mut kept)?;
    extensions(tape, end, list, &mut kept)?;
    if tape.passed() != end {
        return Err(tape.malformed("the list does not end where it says"));
    }
    Ok(Signed {
        algorithm,
        hash: tape.end_hash(),
        whole: kept.bytes,
    })
}

/// Issuer and dates.
fn frame<R: Read>(tape: &mut Tape<R>, list: &mut List, kept: &mut Keeping) -> Result<(), Fault> {
    let issuer = tape.element(&[SEQUENCE], NAME, "no issuer")?;
    kept.keep(issuer);
    list.issuer = issuer.to_vec();
    let this = tape.element(&TIMES, SMALL, "no date of issue")?;
    kept.keep(this);
    list.this_update = time(this);
    if TIMES.contains(&tape.peek()?.tag) {
        let next = tape.element(&TIMES, SMALL, "no date of the next list")?;
        kept.keep(next);
        list.next_update = time(next);
        if list.next_update.is_none() {
            return Err(tape.malformed("no readable date of the next list"));
        }
    }
    if list.this_update.is_none() {
        return Err(tape.malformed("no readable date of issue"));
    }
    Ok(())
}

fn entries<R: Read>(
    tape: &mut Tape<R>,
    end: u64,
    wanted: &Wanted<'_>,
    list: &mut List,
    kept: &mut Keeping,
) -> Result<(), Fault> {
    if tape.passed() >= end || tape.peek()?.tag != SEQUENCE {
        return Ok(());
    }
    let header = tape.peek()?;
    kept.keep(tape.take(header.header)?);
    let last = tape.passed().saturating_add(header.content);
    if last > end {
        return Err(tape.malformed("entries longer than the list"));
    }
    while tape.passed() < last {
        let entry = tape.element(&[SEQUENCE], ENTRY, "no entry")?;
        kept.keep(entry);
        list.entries += 1;
        let inner = content(entry).unwrap_or_default();
        if is_of(inner, wanted.serial) {
            // passed over, it would be taken for « not revoked »
            let read = read_entry(inner);
            let unreadable = || tape.malformed("an unreadable entry of this certificate");
            list.entry = Some(read.ok_or_else(unreadable)?);
        }
    }
    match tape.passed() == last {
        true => Ok(()),
        false => Err(tape.malformed("an entry longer than the list")),
    }
}

/// Whether the entry begins with this number. Serial numbers are short: one byte of length.
fn is_of(entry: &[u8], serial: &[u8]) -> bool {
    let Some((&[INTEGER, length], rest)) = entry.split_first_chunk() else {
        return false;
    };
    usize::from(length) == serial.len() && rest.starts_with(serial)
}

fn read_entry(entry: &[u8]) -> Option<Entry> {
    let (_, rest) = first(entry)?;
    let (date, extensions) = first(rest)?;
    Some(Entry {
        at: time(date)?,
        reason: each_extension(extensions)
            .flatten()
            .find(|one| one.oid == REASON)
            .and_then(|one| match one.value {
                [ENUMERATED, 1, reason] => Some(*reason),
                _ => None,
            }),
        is_unknown: each_extension(extensions).any(|one| one.is_none_or(is_unknown)),
    })
}

/// Of an entry: critical, and what we do not know.
fn is_unknown(one: Extension<'_>) -> bool {
    one.is_critical && ![REASON, INVALID_SINCE].contains(&one.oid)
}

/// Behind the entries: `[0] EXPLICIT Extensions`.
fn extensions<R: Read>(
    tape: &mut Tape<R>,
    end: u64,
    list: &mut List,
    kept: &mut Keeping,
) -> Result<(), Fault> {
    if tape.passed() >= end {
        return Ok(());
    }
    let all = tape.element(&[EXPLICIT_0], EXTENSIONS, "no extensions")?;
    kept.keep(all);
    let all: Option<Vec<_>> = each_extension(content(all).unwrap_or_default()).collect();
    // what stands behind one that cannot be read may be what narrows the list
    let Some(all) = all else {
        return Err(tape.malformed("an unreadable extension"));
    };
    all.iter().for_each(|one| list.scope.take(one));
    Ok(())
}

pub(super) struct Extension<'a> {
    pub(super) oid: &'a [u8],
    pub(super) is_critical: bool,
    pub(super) value: &'a [u8],
}

/// Of `SEQUENCE OF Extension`; ends with a none at the first that is none.
fn each_extension(extensions: &[u8]) -> impl Iterator<Item = Option<Extension<'_>>> {
    let mut rest = content(extensions).unwrap_or_default();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let read = first(rest).and_then(|(one, behind)| Some((extension(one)?, behind)));
        let (one, behind) = read.unzip();
        rest = behind.unwrap_or_default();
        Some(one)
    })
}

fn extension(one: &[u8]) -> Option<Extension<'_>> {
    let (oid, after) = first(content(one)?)?;
    let (second, after) = first(after)?;
    let is_critical = second.first() == Some(&BOOLEAN);
    let value = match is_critical {
        true => first(after)?.0,
        false => second,
    };
    Some(Extension {
        oid: content(oid)?,
        is_critical,
        value: content(value)?,
    })
}

/// What is kept of the list where its signature needs it whole: bounded, then given up.
struct Keeping {
    bytes: Option<Vec<u8>>,
}

impl Keeping {
    fn new(is_wanted: bool, head: &[u8]) -> Self {
        Self {
            bytes: is_wanted.then(|| head.to_vec()),
        }
    }

    fn keep(&mut self, more: &[u8]) {
        let Some(bytes) = &mut self.bytes else {
            return;
        };
        match bytes.len() + more.len() <= KEPT {
            true => bytes.extend(more),
            false => self.bytes = None,
        }
    }
}

/// The hash that alone is needed to verify RSA PKCS#1 v1.5; none: another algorithm.
fn hash_of(algorithm: &[u8]) -> Option<&'static Algorithm> {
    let (oid, _) = first(content(algorithm)?)?;
    match content(oid)? {
        [rsa @ .., 0x0B] if rsa == PKCS1 => Some(&SHA256),
        [rsa @ .., 0x0C] if rsa == PKCS1 => Some(&SHA384),
        [rsa @ .., 0x0D] if rsa == PKCS1 => Some(&SHA512),
        _ => None,
    }
}

fn time(der: &[u8]) -> Option<Instant> {
    let (_, time) = ASN1Time::from_der(der).ok()?;
    Some(Instant::from_unix(time.timestamp()))
}

/// A number of a certificate has at most 20 bytes; an entry with every extension some hundred.
const ENTRY: usize = 4096;
const SMALL: usize = 2048;
const NAME: usize = 16 * 1024;
const EXTENSIONS: usize = 64 * 1024;
/// The lists of the largest authorities have some ten megabytes.
const LONGEST: u64 = 256 << 20;
/// Only algorithms that no list of IGC-Santé uses need it whole.
const KEPT: usize = 16 << 20;

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const ENUMERATED: u8 = 0x0A;
const SEQUENCE: u8 = 0x30;
const EXPLICIT_0: u8 = 0xA0;
/// UTCTime and GeneralizedTime.
const TIMES: [u8; 2] = [0x17, 0x18];
/// 1.2.840.113549.1.1
const PKCS1: &[u8] = b"\x2A\x86\x48\x86\xF7\x0D\x01\x01";
/// 2.5.29.21, .24
const REASON: &[u8] = b"\x55\x1D\x15";
const INVALID_SINCE: &[u8] = b"\x55\x1D\x18";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_or_an_extension_that_cannot_be_read_is_not_passed_over() {
        // a serial number of one byte, then a date that is none
        let entry = [&[INTEGER, 1, 7][..], &[0x17, 2, b'?', b'?']].concat();
        assert!(is_of(&entry, &[7]) && read_entry(&entry).is_none());
        let good = [SEQUENCE, 9, 6, 3, 0x55, 0x1D, 0x14, 4, 2, 5, 0];
        let broken = [SEQUENCE, 2, 6, 9];
        let all = [&[SEQUENCE, 15][..], &good, &broken].concat();
        let read: Vec<_> = each_extension(&all).map(|one| one.is_some()).collect();
        assert_eq!(read, [true, false]);
    }
}
