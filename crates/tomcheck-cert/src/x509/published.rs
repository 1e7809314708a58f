//! Where does its authority publish what belongs to it: policy, revocation, its own certificate?

use serde::{Deserialize, Serialize};

use super::tlv::{self, Element, Reader, tag};
use super::{dotted, name, private};

/// A policy the certificate was issued under. Source: RFC 5280 §4.2.1.4.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Its dotted number.
    pub oid: String,
    /// Where its text is published (CPS pointer), if it says so.
    pub cps: Option<String>,
}

/// Of a `CertificatePolicies`.
pub(super) fn policies(der: &[u8]) -> Option<Vec<Policy>> {
    let list = tlv::within(der, tag::SEQUENCE)?;
    let policies = tlv::all(list, tag::SEQUENCE).map(|one| policy(one?));
    policies.collect()
}

fn policy(information: &[u8]) -> Option<Policy> {
    let mut information = Reader::of(information);
    let oid = dotted(information.take(tag::OBJECT_IDENTIFIER)?);
    let qualifiers = information.take(tag::SEQUENCE).unwrap_or_default();
    let pointers = tlv::all(qualifiers, tag::SEQUENCE).map_while(|one| pointer(one?));
    let cps = pointers.flatten().next();
    Some(Policy { oid, cps })
}

/// None: it is no qualifier; of another kind than a CPS pointer, or no text: nothing in it.
fn pointer(qualifier: &[u8]) -> Option<Option<String>> {
    let mut qualifier = Reader::of(qualifier);
    let kind = qualifier.take(tag::OBJECT_IDENTIFIER)?;
    Some(match kind {
        CPS => private::string(qualifier.rest()),
        _ => None,
    })
}

/// The addresses of distribution points, of whole lists as of delta lists.
pub(super) fn lists(der: &[u8]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for point in tlv::all(tlv::within(der, tag::SEQUENCE)?, tag::SEQUENCE) {
        let name = tlv::within(point?, tag::constructed(0));
        let Some(names) = name.and_then(|name| tlv::within(name, tag::constructed(0))) else {
            continue;
        };
        for name in tlv::each(names) {
            all.extend(address(name?));
        }
    }
    Some(all)
}

/// Who answers about revocation (OCSP), and where the issuer's own certificate lies: of an
/// `AuthorityInfoAccessSyntax`.
pub(super) fn accesses(der: &[u8]) -> Option<(Vec<String>, Vec<String>)> {
    let (mut responders, mut issuers) = (Vec::new(), Vec::new());
    for access in tlv::all(tlv::within(der, tag::SEQUENCE)?, tag::SEQUENCE) {
        let mut access = Reader::of(access?);
        let method = access.take(tag::OBJECT_IDENTIFIER)?;
        let location = access.element()?;
        match method {
            OCSP => responders.extend(address(location)),
            CA_ISSUERS => issuers.extend(address(location)),
            _ => {}
        }
    }
    Some((responders, issuers))
}

/// Source: RFC 5280 §4.2.1.6, `uniformResourceIdentifier`.
fn address(general: Element<'_>) -> Option<String> {
    if general.tag != tag::primitive(6) {
        return None;
    }
    std::str::from_utf8(general.content).ok().map(name::plain)
}

/// 1.3.6.1.5.5.7.2.1
const CPS: &[u8] = b"\x2B\x06\x01\x05\x05\x07\x02\x01";
/// 1.3.6.1.5.5.7.48.1
const OCSP: &[u8] = b"\x2B\x06\x01\x05\x05\x07\x30\x01";
/// 1.3.6.1.5.5.7.48.2
const CA_ISSUERS: &[u8] = b"\x2B\x06\x01\x05\x05\x07\x30\x02";
