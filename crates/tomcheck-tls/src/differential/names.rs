//! What are the numbers of TLS called?

use serde::{Deserialize, Serialize};

use super::hello::{SSL3, TLS10, TLS11, TLS12, TLS13, X25519, X25519_MLKEM768};

/// A number of TLS and what it is called.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Numbered {
    /// As on the wire.
    pub number: u16,
    /// As IANA spells it, versions as people do; none: a number nobody knows here.
    pub name: Option<String>,
}

impl Numbered {
    pub(super) fn version(number: u16) -> Self {
        Self::named(number, VERSIONS)
    }

    pub(super) fn cipher(number: u16) -> Self {
        Self::named(number, CIPHERS)
    }

    pub(super) fn group(number: u16) -> Self {
        Self::named(number, GROUPS)
    }

    fn named(number: u16, names: &[(u16, &str)]) -> Self {
        let known = names.iter().find(|(known, _)| *known == number);
        let name = known.map(|(_, name)| (*name).to_owned());
        Self { number, name }
    }

    /// `TLS 1.2`, or `0x7F1C`.
    pub fn label(&self) -> String {
        let number = || format!("0x{:04X}", self.number);
        self.name.clone().unwrap_or_else(number)
    }
}

const VERSIONS: &[(u16, &str)] = &[
    (SSL3, "SSL 3.0"),
    (TLS10, "TLS 1.0"),
    (TLS11, "TLS 1.1"),
    (TLS12, "TLS 1.2"),
    (TLS13, "TLS 1.3"),
];

const GROUPS: &[(u16, &str)] = &[
    (0x0017, "secp256r1"),
    (0x0018, "secp384r1"),
    (0x0019, "secp521r1"),
    (X25519, "x25519"),
    (X25519_MLKEM768, "X25519MLKEM768"),
];

/// Source: IANA registry "TLS Cipher Suites"; those that are offered.
const CIPHERS: &[(u16, &str)] = &[
    (0x0004, "TLS_RSA_WITH_RC4_128_MD5"),
    (0x0005, "TLS_RSA_WITH_RC4_128_SHA"),
    (0x000A, "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
    (0x0016, "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA"),
    (0x002F, "TLS_RSA_WITH_AES_128_CBC_SHA"),
    (0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA"),
    (0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA"),
    (0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"),
    (0x003C, "TLS_RSA_WITH_AES_128_CBC_SHA256"),
    (0x003D, "TLS_RSA_WITH_AES_256_CBC_SHA256"),
    (0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256"),
    (0x006B, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256"),
    (0x009C, "TLS_RSA_WITH_AES_128_GCM_SHA256"),
    (0x009D, "TLS_RSA_WITH_AES_256_GCM_SHA384"),
    (0x009E, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"),
    (0x009F, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"),
    (0x1301, "TLS_AES_128_GCM_SHA256"),
    (0x1302, "TLS_AES_256_GCM_SHA384"),
    (0x1303, "TLS_CHACHA20_POLY1305_SHA256"),
    (0xC009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
    (0xC00A, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
    (0xC012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"),
    (0xC013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    (0xC014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
    (0xC023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
    (0xC024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
    (0xC027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
    (0xC028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"),
    (0xC02B, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
    (0xC02C, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    (0xC02F, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    (0xC030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    (0xCCA8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    (0xCCA9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
];
