//! Where does its authority publish what belongs to it: policy, revocation, its own certificate?

use serde::{Deserialize, Serialize};
use x509_parser::extensions::{
    AccessDescription, AuthorityInfoAccess, CRLDistributionPoints, CertificatePolicies,
    DistributionPointName, GeneralName, PolicyInformation,
};

use super::{dotted, name, private};

/// A policy the certificate was issued under. Source: RFC 5280 §4.2.1.4.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Its dotted number.
    pub oid: String,
    /// Where its text is published (CPS pointer), if it says so.
    pub cps: Option<String>,
}

pub(super) fn policies(policies: &CertificatePolicies<'_>) -> Vec<Policy> {
    policies.iter().map(policy).collect()
}

fn policy(information: &PolicyInformation<'_>) -> Policy {
    let qualifiers = information.policy_qualifiers.iter().flatten();
    let pointers = qualifiers.filter(|one| one.policy_qualifier_id.as_bytes() == CPS);
    Policy {
        oid: dotted(&information.policy_id),
        cps: pointers
            .filter_map(|one| private::string(one.qualifier))
            .next(),
    }
}

/// The addresses of distribution points, of whole lists as of delta lists.
pub(super) fn lists(points: &CRLDistributionPoints<'_>) -> Vec<String> {
    let names = points.points.iter().filter_map(|point| {
        let DistributionPointName::FullName(names) = point.distribution_point.as_ref()? else {
            return None;
        };
        Some(names)
    });
    names.flatten().filter_map(address).collect()
}

/// Who answers about revocation (OCSP).
pub(super) fn responders(access: &AuthorityInfoAccess<'_>) -> Vec<String> {
    addresses(access.iter(), OCSP)
}

/// Where the issuer's own certificate lies.
pub(super) fn issuers(access: &AuthorityInfoAccess<'_>) -> Vec<String> {
    addresses(access.iter(), CA_ISSUERS)
}

fn addresses<'a>(
    access: impl Iterator<Item = &'a AccessDescription<'a>>,
    method: &[u8],
) -> Vec<String> {
    let wanted = access.filter(|one| one.access_method.as_bytes() == method);
    wanted
        .filter_map(|one| address(&one.access_location))
        .collect()
}

fn address(general: &GeneralName<'_>) -> Option<String> {
    let GeneralName::URI(address) = general else {
        return None;
    };
    Some(name::plain(address))
}

/// 1.3.6.1.5.5.7.2.1
const CPS: &[u8] = b"\x2B\x06\x01\x05\x05\x07\x02\x01";
/// 1.3.6.1.5.5.7.48.1
const OCSP: &[u8] = b"\x2B\x06\x01\x05\x05\x07\x30\x01";
/// 1.3.6.1.5.5.7.48.2
const CA_ISSUERS: &[u8] = b"\x2B\x06\x01\x05\x05\x07\x30\x02";
