//! Which certificates does a list cover, by its own words and by those of the certificate?
//!
//! Source: RFC 5280 §5.2.5, §6.3.3 (b) (2) and (d).

use x509_parser::prelude::X509Certificate;

use super::Doubt;
use super::list::Extension;
use crate::authorities::tlv;
use crate::x509::tlv::{Element, content, each as each_whole, first};

/// What the list's own extensions say of what it covers.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Scope {
    /// Only what changed since another list.
    is_delta: bool,
    /// A critical extension nobody here knows.
    is_unknown: bool,
    point: IssuingPoint,
}

/// `IssuingDistributionPoint`, all of which is optional.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct IssuingPoint {
    /// `DistributionPointName`, DER.
    name: Option<Vec<u8>>,
    for_users_only: bool,
    for_authorities_only: bool,
    for_some_reasons: bool,
    /// Certificates of other issuers too.
    is_indirect: bool,
    for_attributes_only: bool,
}

/// How much it means that a list does not name a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Coverage {
    /// It is not revoked.
    Whole,
    /// It is not revoked for some reasons; for others it may be.
    SomeReasons,
}

impl Scope {
    pub(super) fn take(&mut self, one: &Extension<'_>) {
        match one.oid {
            DELTA => self.is_delta = true,
            ISSUING_POINT => match IssuingPoint::read(one.value) {
                Some(point) => self.point = point,
                None => self.is_unknown = true,
            },
            AUTHORITY_KEY | NUMBER | FRESHEST => {}
            _ => self.is_unknown |= one.is_critical,
        }
    }

    /// How far the list covers `certificate`, whose issuer (a name, DER) issued it.
    ///
    /// # Errors
    ///
    /// Why it does not cover it at all.
    pub(super) fn covers(
        &self,
        certificate: &X509Certificate<'_>,
        issuer: &[u8],
    ) -> Result<Coverage, Doubt> {
        let point = &self.point;
        let is_another = match certificate.is_ca() {
            true => point.for_users_only,
            false => point.for_authorities_only,
        };
        let is_else = point.is_indirect || point.for_attributes_only;
        if self.is_delta || self.is_unknown || is_another || is_else {
            return Err(Doubt::NotForThis);
        }
        let points = Point::all_of(certificate);
        let is_named = |one: &&Point<'_>| match &point.name {
            Some(name) => one.is_named_as(name, issuer),
            None => true,
        };
        let named: Vec<_> = points.iter().filter(is_named).collect();
        if named.is_empty() {
            return Err(Doubt::OtherPoint);
        }
        let is_whole = named.iter().any(|one| !one.for_some_reasons) && !point.for_some_reasons;
        Ok(match is_whole {
            true => Coverage::Whole,
            false => Coverage::SomeReasons,
        })
    }
}

impl IssuingPoint {
    /// None: it is not one.
    fn read(der: &[u8]) -> Option<Self> {
        let mut read = Self::default();
        // what stands behind one that cannot be read may be what narrows the list
        for one in each_whole(content(der)?) {
            let Element {
                tag,
                content: value,
            } = one?;
            let is_set = value != [0];
            match tag {
                0xA0 => read.name = Some(value.to_vec()),
                0x81 => read.for_users_only = is_set,
                0x82 => read.for_authorities_only = is_set,
                0x83 => read.for_some_reasons = true,
                0x84 => read.is_indirect = is_set,
                0x85 => read.for_attributes_only = is_set,
                _ => return None,
            }
        }
        Some(read)
    }
}

/// `DistributionPoint` of a certificate.
struct Point<'a> {
    /// `DistributionPointName`, DER; none: the list is known by its issuer alone.
    name: Option<&'a [u8]>,
    for_some_reasons: bool,
}

impl<'a> Point<'a> {
    fn all_of(certificate: &X509Certificate<'a>) -> Vec<Self> {
        let mut extensions = certificate.extensions().iter();
        let points = extensions.find(|one| one.oid.as_bytes() == POINTS);
        let points = points
            .and_then(|one| content(one.value))
            .unwrap_or_default();
        each(points)
            .map(|(_, point)| Self {
                name: each(point).find(|(tag, _)| *tag == 0xA0).map(|(_, it)| it),
                for_some_reasons: each(point).any(|(tag, _)| tag == 0x81),
            })
            .collect()
    }

    /// Whether a name of the list's point is one of this point's.
    fn is_named_as(&self, name: &[u8], issuer: &[u8]) -> bool {
        let theirs = general_names(name, issuer);
        let own = self.name.map(|own| general_names(own, issuer));
        let mut own = own.into_iter().flatten();
        own.any(|own| theirs.iter().any(|one| is_same(&own, one)))
    }
}

/// The names (`GeneralName`, DER) that a `DistributionPointName` stands for.
fn general_names(name: &[u8], issuer: &[u8]) -> Vec<Vec<u8>> {
    let (tag, value) = match (name.first(), content(name)) {
        (Some(tag), Some(value)) => (*tag, value),
        _ => return Vec::new(),
    };
    match tag {
        FULL_NAME => elements(value).map(<[u8]>::to_vec).collect(),
        RELATIVE_NAME => directory_name(value, issuer).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The issuer's name with one more level below it.
fn directory_name(level: &[u8], issuer: &[u8]) -> Option<Vec<u8>> {
    let levels = [content(issuer)?, &tlv(SET, level)?].concat();
    tlv(DIRECTORY_NAME, &tlv(SEQUENCE, &levels)?)
}

/// Byte for byte; of an address, the scheme and the host in whatever case (RFC 5280 §7.4).
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let (one_host, one_path) = at_path(one);
    let (other_host, other_path) = at_path(other);
    match one.first() == Some(&ADDRESS) {
        true => one_host.eq_ignore_ascii_case(other_host) && one_path == other_path,
        false => one == other,
    }
}

/// `http://host`, with the header before it, and what stands behind.
fn at_path(address: &[u8]) -> (&[u8], &[u8]) {
    let mut slashes = address
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/');
    let end = slashes.nth(2).map_or(address.len(), |(at, _)| at);
    address.split_at(end)
}

/// The elements of a sequence's content, tag and content of each; stops at the first that is none.
fn each(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    elements(bytes).map_while(|one| Some((*one.first()?, content(one)?)))
}

fn elements(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (one, rest) = first(bytes)?;
        bytes = rest;
        Some(one)
    })
}

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// Of a `DistributionPointName`.
const FULL_NAME: u8 = 0xA0;
const RELATIVE_NAME: u8 = 0xA1;
/// Of a `GeneralName`.
const DIRECTORY_NAME: u8 = 0xA4;
const ADDRESS: u8 = 0x86;
/// 2.5.29.20, .27, .28, .31, .35, .46
const NUMBER: &[u8] = b"\x55\x1D\x14";
const DELTA: &[u8] = b"\x55\x1D\x1B";
const ISSUING_POINT: &[u8] = b"\x55\x1D\x1C";
const POINTS: &[u8] = b"\x55\x1D\x1F";
const AUTHORITY_KEY: &[u8] = b"\x55\x1D\x23";
const FRESHEST: &[u8] = b"\x55\x1D\x2E";

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Vec<u8> {
        tlv(ADDRESS, text.as_bytes()).unwrap()
    }

    #[test]
    fn addresses_are_the_same_whatever_the_case_of_their_host_alone() {
        let list = address("http://igc.example/CRL/A.crl");
        assert!(is_same(&list, &address("HTTP://IGC.Example/CRL/A.crl")));
        assert!(!is_same(&list, &address("http://igc.example/crl/a.crl")));
        assert!(!is_same(&list, &address("http://igc.example")));
    }

    #[test]
    fn a_name_relative_to_the_issuer_is_the_same_as_the_whole_one() {
        let level = b"\x30\x08\x06\x03\x55\x04\x03\x0C\x01x";
        let issuer = tlv(SEQUENCE, &tlv(SET, level).unwrap()).unwrap();
        let relative = tlv(RELATIVE_NAME, level).unwrap();
        let whole = tlv(SET, level).unwrap().repeat(2);
        let whole = tlv(DIRECTORY_NAME, &tlv(SEQUENCE, &whole).unwrap()).unwrap();
        let full = tlv(FULL_NAME, &whole).unwrap();
        let point = Point {
            name: Some(&full),
            for_some_reasons: false,
        };
        assert!(point.is_named_as(&relative, &issuer));
        assert!(!point.is_named_as(&relative, &tlv(SEQUENCE, &[]).unwrap()));
    }

    #[test]
    fn an_issuing_point_of_another_shape_is_none() {
        // the second of its members cannot be read
        assert!(IssuingPoint::read(b"\x30\x05\x84\x01\xFF\x83\x09").is_none());
        assert!(
            IssuingPoint::read(b"\x30\x03\x84\x01\xFF")
                .unwrap()
                .is_indirect
        );
        assert!(
            !IssuingPoint::read(b"\x30\x03\x84\x01\x00")
                .unwrap()
                .is_indirect
        );
        assert_eq!(IssuingPoint::read(b"\x30\x03\x86\x01\xFF"), None);
        assert_eq!(IssuingPoint::read(b"\x30\x03\x84"), None);
    }
}
