//! Which signatures does a server accept, and which can a token make?

use serde::{Deserialize, Serialize};

use crate::credential::{Curve, Hash, Mechanism, SignWith};

/// A signature scheme: its number and, if known, its name.
///
/// Source: RFC 8446 §4.2.3, IANA registry "TLS SignatureScheme".
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Scheme {
    /// As on the wire.
    pub number: u16,
    /// As IANA spells it; none: a number nobody knows.
    pub name: Option<String>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub enum TlsVersion {
    /// TLS 1.0, which only feature `legacy-tls` speaks.
    #[serde(rename = "TLS 1.0")]
    Tls10,
    /// TLS 1.1, likewise.
    #[serde(rename = "TLS 1.1")]
    Tls11,
    /// TLS 1.2.
    #[serde(rename = "TLS 1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "TLS 1.3")]
    Tls13,
}

impl TlsVersion {
    /// `TLS 1.2`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

impl Scheme {
    /// The scheme with this number.
    pub fn of(number: u16) -> Self {
        let known = NAMES.iter().find(|(known, _)| *known == number);
        Self {
            number,
            name: known.map(|(_, name)| (*name).to_owned()),
        }
    }

    /// `rsa_pss_rsae_sha256 (0x0804)`.
    pub fn label(&self) -> String {
        match &self.name {
            Some(name) => format!("{name} (0x{:04X})", self.number),
            None => format!("0x{:04X}", self.number),
        }
    }
}

/// Those of `offered` that a token with `mechanisms` can make at `version`, in the order
/// of `offered`. TLS 1.3 forbids PKCS#1 v1.5 (RFC 8446 §4.2.3).
pub fn usable_schemes(
    offered: &[Scheme],
    mechanisms: &[Mechanism],
    version: TlsVersion,
) -> Vec<Scheme> {
    let can = |scheme: &&Scheme| is_usable(scheme.number, mechanisms, version);
    offered.iter().filter(can).cloned().collect()
}

/// Whether a token with `mechanisms` can make this scheme at `version`.
pub(crate) fn is_usable(number: u16, mechanisms: &[Mechanism], version: TlsVersion) -> bool {
    let way = way_of(number);
    way.is_some_and(|(way, _)| {
        is_allowed(way, version) && mechanisms.iter().any(|has| covers(has, way))
    })
}

/// How a scheme is signed, and with which hash; none: not with a card.
pub(crate) fn way_of(number: u16) -> Option<(SignWith, Hash)> {
    let known = WAYS.iter().find(|(known, ..)| *known == number)?;
    Some((known.1, known.2))
}

/// The scheme signed like this.
#[cfg(feature = "legacy-tls")]
pub(crate) fn number_of(with: SignWith, hash: Hash) -> Option<u16> {
    let known = WAYS.iter().find(|way| (way.1, way.2) == (with, hash))?;
    Some(known.0)
}

/// The names of all schemes that a token with `mechanisms` can make.
#[cfg(feature = "legacy-tls")]
pub(crate) fn all_usable_with(mechanisms: &[Mechanism]) -> Vec<&'static str> {
    let can = |way: SignWith| mechanisms.iter().any(|has| covers(has, way));
    let usable = WAYS.iter().filter(|(_, way, _)| can(*way));
    usable
        .filter_map(|(number, ..)| NAMES.iter().find(|(known, _)| known == number))
        .map(|(_, name)| *name)
        .collect()
}

/// What TLS 1.0 and 1.1 sign with RSA has no number; BoringSSL's, of the private range.
#[cfg(feature = "legacy-tls")]
pub(crate) const MD5_SHA1: u16 = 0xFF01;

fn is_allowed(way: SignWith, version: TlsVersion) -> bool {
    version != TlsVersion::Tls13 || way != SignWith::RsaPkcs1
}

fn covers(mechanism: &Mechanism, way: SignWith) -> bool {
    match (mechanism, way) {
        (Mechanism::RsaPkcs1, SignWith::RsaPkcs1) => true,
        (Mechanism::RsaPss(hashes), SignWith::RsaPss(hash)) => hashes.contains(&hash),
        (Mechanism::Ecdsa(has), SignWith::Ecdsa(curve)) => *has == curve,
        _ => false,
    }
}

const WAYS: [(u16, SignWith, Hash); 8] = [
    (0x0401, SignWith::RsaPkcs1, Hash::Sha256),
    (0x0501, SignWith::RsaPkcs1, Hash::Sha384),
    (0x0601, SignWith::RsaPkcs1, Hash::Sha512),
    (0x0804, SignWith::RsaPss(Hash::Sha256), Hash::Sha256),
    (0x0805, SignWith::RsaPss(Hash::Sha384), Hash::Sha384),
    (0x0806, SignWith::RsaPss(Hash::Sha512), Hash::Sha512),
    (0x0403, SignWith::Ecdsa(Curve::P256), Hash::Sha256),
    (0x0503, SignWith::Ecdsa(Curve::P384), Hash::Sha384),
];

const NAMES: [(u16, &str); 20] = [
    (0x0201, "rsa_pkcs1_sha1"),
    (0x0202, "dsa_sha1"),
    (0x0203, "ecdsa_sha1"),
    (0x0301, "rsa_pkcs1_sha224"),
    (0x0303, "ecdsa_sha224"),
    (0x0401, "rsa_pkcs1_sha256"),
    (0x0402, "dsa_sha256"),
    (0x0403, "ecdsa_secp256r1_sha256"),
    (0x0501, "rsa_pkcs1_sha384"),
    (0x0503, "ecdsa_secp384r1_sha384"),
    (0x0601, "rsa_pkcs1_sha512"),
    (0x0603, "ecdsa_secp521r1_sha512"),
    (0x0804, "rsa_pss_rsae_sha256"),
    (0x0805, "rsa_pss_rsae_sha384"),
    (0x0806, "rsa_pss_rsae_sha512"),
    (0x0807, "ed25519"),
    (0x0808, "ed448"),
    (0x0809, "rsa_pss_pss_sha256"),
    (0x080A, "rsa_pss_pss_sha384"),
    (0x080B, "rsa_pss_pss_sha512"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_1_3_has_no_use_for_a_token_that_knows_only_pkcs1() {
        let offered = [0x0804, 0x0401, 0x0403, 0x7777].map(Scheme::of);
        let numbers = |mechanisms: &[Mechanism], version| {
            let usable = usable_schemes(&offered, mechanisms, version);
            usable
                .iter()
                .map(|scheme| scheme.number)
                .collect::<Vec<_>>()
        };
        let cps3 = [Mechanism::RsaPkcs1];
        let cps4 = [Mechanism::RsaPkcs1, Mechanism::RsaPss(vec![Hash::Sha256])];
        assert_eq!(numbers(&cps3, TlsVersion::Tls12), [0x0401]);
        assert_eq!(numbers(&cps3, TlsVersion::Tls13), [0; 0]);
        assert_eq!(numbers(&cps4, TlsVersion::Tls12), [0x0804, 0x0401]);
        assert_eq!(numbers(&cps4, TlsVersion::Tls13), [0x0804]);
        let curve = [Mechanism::Ecdsa(Curve::P256)];
        assert_eq!(numbers(&curve, TlsVersion::Tls13), [0x0403]);
    }

    #[test]
    fn a_number_nobody_knows_stays_a_number() {
        assert_eq!(Scheme::of(0x7777).label(), "0x7777");
        assert_eq!(Scheme::of(0x0806).label(), "rsa_pss_rsae_sha512 (0x0806)");
    }
}
