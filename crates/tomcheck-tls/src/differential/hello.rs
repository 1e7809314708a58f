//! What does the first message of a trial look like, byte by byte?
//!
//! Nothing here can finish a handshake: the shares are constants whose private halves are
//! thrown away or never existed.

use std::net::IpAddr;

use ring::rand::{SecureRandom, SystemRandom};

use super::seen::HelloKind;

/// The records of one ClientHello of this kind for `host`, a name or an address as the URL has
/// it. An address is never put into the server name extension (RFC 6066 §3).
pub(crate) fn client_hello(kind: HelloKind, host: &str) -> Vec<u8> {
    let recipe = Recipe::of(kind, host);
    let body = recipe.body();
    let handshake = [vec![CLIENT_HELLO], prefixed(3, &body)].concat();
    let header = [vec![HANDSHAKE], recipe.record.to_be_bytes().to_vec()].concat();
    [header, prefixed(2, &handshake)].concat()
}

/// Whether `host` can stand in the server name extension.
pub(crate) fn is_name(host: &str) -> bool {
    host.parse::<IpAddr>().is_err() && host.is_ascii() && (1..=253).contains(&host.len())
}

/// What goes into one hello.
struct Recipe<'a> {
    /// Of the record: what boxes on the path see first.
    record: u16,
    /// `legacy_version`; before TLS 1.3 the highest one offered.
    version: u16,
    /// `supported_versions`; empty: left out, as before TLS 1.3.
    versions: &'static [u16],
    ciphers: &'static [u16],
    name: Option<&'a str>,
    alpn: &'static [&'static str],
    has_extensions: bool,
    is_post_quantum: bool,
    /// Without what only boxes want, and with what every server can.
    is_bare: bool,
    /// Bytes of the whole record, reached by the padding extension (RFC 7685).
    least: usize,
}

impl<'a> Recipe<'a> {
    fn of(kind: HelloKind, host: &'a str) -> Self {
        let name = Some(host.trim_end_matches('.')).filter(|host| is_name(host));
        let usual = Self {
            record: TLS10,
            version: TLS12,
            versions: &[TLS13, TLS12],
            ciphers: MODERN,
            name,
            alpn: &[],
            has_extensions: true,
            is_post_quantum: false,
            is_bare: false,
            least: 0,
        };
        match kind {
            HelloKind::Usual => usual,
            HelloKind::Small => usual.bare(),
            HelloKind::Padded => usual.bare().of_at_least(LARGE),
            HelloKind::Large => usual.with_post_quantum_share().of_at_least(LARGE),
            HelloKind::WithoutName => usual.naming(None),
            HelloKind::OtherName => usual.naming(Some(OTHER_NAME)),
            HelloKind::Tls13Only => usual.offering(&[TLS13], MODERN),
            HelloKind::Tls12Only => usual.offering(&[], MODERN),
            HelloKind::OldCiphers => usual.offering(&[], OLD),
            HelloKind::Tls11 => usual.at(TLS10, TLS11),
            HelloKind::Tls10 => usual.at(TLS10, TLS10),
            HelloKind::Ssl3 => usual.at(SSL3, SSL3),
            HelloKind::Http2 => usual.speaking(&["h2", "http/1.1"]),
            HelloKind::Http1 => usual.speaking(&["http/1.1"]),
        }
    }

    fn offering(self, versions: &'static [u16], ciphers: &'static [u16]) -> Self {
        Self {
            versions,
            ciphers,
            ..self
        }
    }

    fn bare(self) -> Self {
        Self {
            is_bare: true,
            ciphers: FEW,
            ..self
        }
    }

    fn naming(self, name: Option<&'a str>) -> Self {
        Self { name, ..self }
    }

    fn speaking(self, alpn: &'static [&'static str]) -> Self {
        Self { alpn, ..self }
    }

    fn with_post_quantum_share(self) -> Self {
        Self {
            is_post_quantum: true,
            ..self
        }
    }

    fn of_at_least(self, least: usize) -> Self {
        Self { least, ..self }
    }

    /// A hello of a version before TLS 1.2. SSL 3.0 knows no extensions.
    fn at(self, record: u16, version: u16) -> Self {
        Self {
            record,
            version,
            versions: &[],
            ciphers: OLD,
            has_extensions: version > SSL3,
            ..self
        }
    }

    /// Source: RFC 8446 §4.1.2, RFC 5246 §7.4.1.2, RFC 6101 §5.6.1.2.
    fn body(&self) -> Vec<u8> {
        let session: &[u8] = if self.versions.contains(&TLS13) && !self.is_bare {
            // for boxes that expect a session as TLS 1.2 has them (RFC 8446 §D.4)
            &random()
        } else {
            &[]
        };
        let mut body = self.version.to_be_bytes().to_vec();
        body.extend(random());
        body.extend(prefixed(1, session));
        body.extend(prefixed(2, &numbers(self.ciphers)));
        body.extend([1, 0]);
        if self.has_extensions {
            let extensions = self.extensions(body.len());
            body.extend(prefixed(2, &extensions));
        }
        body
    }

    fn extensions(&self, before: usize) -> Vec<u8> {
        let mut all = Vec::new();
        if let Some(name) = self.name {
            let entry = [vec![0], prefixed(2, name.as_bytes())].concat();
            all.extend(extension(SERVER_NAME, &prefixed(2, &entry)));
        }
        all.extend(extension(EXTENDED_MASTER_SECRET, &[]));
        all.extend(extension(POINT_FORMATS, &[1, 0]));
        all.extend(extension(GROUPS, &prefixed(2, &numbers(self.groups()))));
        if self.version >= TLS12 {
            let schemes = if self.is_bare { FEW_SCHEMES } else { SCHEMES };
            let schemes = prefixed(2, &numbers(schemes));
            all.extend(extension(SIGNATURE_ALGORITHMS, &schemes));
        }
        if !self.alpn.is_empty() {
            let names = self.alpn.iter().map(|name| prefixed(1, name.as_bytes()));
            let names: Vec<u8> = names.flatten().collect();
            all.extend(extension(ALPN, &prefixed(2, &names)));
        }
        if !self.versions.is_empty() {
            let versions = prefixed(1, &numbers(self.versions));
            all.extend(extension(SUPPORTED_VERSIONS, &versions));
            all.extend(extension(KEY_SHARE, &prefixed(2, &self.shares())));
        }
        all.extend(self.padding(before + all.len()));
        all
    }

    fn groups(&self) -> &'static [u16] {
        match self.is_post_quantum {
            true => &[X25519_MLKEM768, X25519, SECP256R1, SECP384R1],
            false => &[X25519, SECP256R1, SECP384R1],
        }
    }

    fn shares(&self) -> Vec<u8> {
        let share =
            |group: u16, key: &[u8]| [group.to_be_bytes().to_vec(), prefixed(2, key)].concat();
        let classical = share(X25519, &X25519_KEY);
        match self.is_post_quantum {
            true => [share(X25519_MLKEM768, &hybrid_key()), classical].concat(),
            false => classical,
        }
    }

    /// `before`: bytes of the ClientHello's body so far.
    fn padding(&self, before: usize) -> Vec<u8> {
        let without = HEADERS + before + EXTENSION_HEADER;
        match self.least.checked_sub(without) {
            Some(missing) if self.least > 0 => extension(PADDING, &vec![0; missing]),
            _ => Vec::new(),
        }
    }
}

/// An ML-KEM-768 encapsulation key, all of whose coefficients are zero and therefore below q
/// (servers check that, FIPS 203 §7.2), and an X25519 key after it.
///
/// Source: draft-ietf-tls-ecdhe-mlkem §3.1.
fn hybrid_key() -> Vec<u8> {
    let mut key = vec![0; MLKEM768_COEFFICIENTS];
    key.extend(random());
    key.extend(X25519_KEY);
    key
}

/// A hello whose random is not random is a hello all the same: nothing depends on it.
fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    let _ = SystemRandom::new().fill(&mut bytes);
    bytes
}

fn extension(number: u16, content: &[u8]) -> Vec<u8> {
    [number.to_be_bytes().to_vec(), prefixed(2, content)].concat()
}

fn numbers(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

/// `content` after its length in `width` bytes. What is prefixed here is always short enough.
fn prefixed(width: usize, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length = length.get(length.len() - width..).unwrap_or_default();
    [length, content].concat()
}

/// The u-coordinate of the base point (RFC 7748 §4.1): a key like any other.
const X25519_KEY: [u8; 32] = {
    let mut key = [0; 32];
    key[0] = 9;
    key
};
const MLKEM768_COEFFICIENTS: usize = 1152;

/// A name that is certainly not the site's and that nobody's filter has anything against:
/// reserved for documentation (RFC 2606 §3), and harmless to say aloud.
pub(crate) const OTHER_NAME: &str = "example.org";

/// Bytes of a hello that needs two segments on every path of the internet (1460 bytes in a
/// segment of IPv4 over Ethernet), as browsers' hellos with the post-quantum share are.
pub(crate) const LARGE: usize = 1700;

/// Of record and handshake message, and the two bytes of the extensions' length.
const HEADERS: usize = 5 + 4 + 2;
const EXTENSION_HEADER: usize = 4;

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;

pub(crate) const SSL3: u16 = 0x0300;
pub(crate) const TLS10: u16 = 0x0301;
pub(crate) const TLS11: u16 = 0x0302;
pub(crate) const TLS12: u16 = 0x0303;
pub(crate) const TLS13: u16 = 0x0304;

/// Those of rustls, which every browser has too, and the word for secure renegotiation (RFC 5746).
const MODERN: &[u16] = &[
    0x1302,
    0x1301,
    0x1303,
    0xC02C,
    0xC02B,
    0xCCA9,
    0xC030,
    0xC02F,
    0xCCA8,
    SECURE_RENEGOTIATION,
];
const FEW: &[u16] = &[0x1301, 0x1302, 0xC02F, 0xC030, 0xC02B, SECURE_RENEGOTIATION];
/// What servers of another age insist on: RSA without a key agreement, CBC, 3DES, RC4.
const OLD: &[u16] = &[
    0xC014,
    0xC013,
    0xC00A,
    0xC009,
    0xC028,
    0xC027,
    0xC024,
    0xC023,
    0x009F,
    0x009E,
    0x006B,
    0x0067,
    0x0039,
    0x0033,
    0x009D,
    0x009C,
    0x003D,
    0x003C,
    0x0035,
    0x002F,
    0xC012,
    0x0016,
    0x000A,
    0x0005,
    0x0004,
    SECURE_RENEGOTIATION,
];
const SECURE_RENEGOTIATION: u16 = 0x00FF;
const SCHEMES: &[u16] = &[
    0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601, 0x0807, 0x0201, 0x0203,
];
const FEW_SCHEMES: &[u16] = &[0x0403, 0x0804, 0x0401];
pub(crate) const X25519: u16 = 0x001D;
const SECP256R1: u16 = 0x0017;
const SECP384R1: u16 = 0x0018;
pub(crate) const X25519_MLKEM768: u16 = 0x11EC;

const SERVER_NAME: u16 = 0;
const GROUPS: u16 = 10;
const POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const PADDING: u16 = 21;
const EXTENDED_MASTER_SECRET: u16 = 23;
const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_in_every_hello_is_right_to_rustls_itself() {
        let modern = [
            HelloKind::Usual,
            HelloKind::Small,
            HelloKind::Padded,
            HelloKind::Large,
            HelloKind::OtherName,
            HelloKind::Tls13Only,
            HelloKind::Tls12Only,
            HelloKind::Http2,
            HelloKind::Http1,
        ];
        for kind in modern {
            let mut acceptor = rustls::server::Acceptor::default();
            let bytes = client_hello(kind, "tom.example");
            acceptor.read_tls(&mut bytes.as_slice()).unwrap();
            let accepted = acceptor.accept().map_err(|(error, _)| error).unwrap();
            let accepted = accepted.expect("the hello is whole");
            let hello = accepted.client_hello();
            let name = match kind {
                HelloKind::OtherName => OTHER_NAME,
                _ => "tom.example",
            };
            assert_eq!(hello.server_name(), Some(name), "{kind:?}");
            assert_eq!(hello.alpn().is_some(), !alpn_of(kind).is_empty());
        }
    }

    fn alpn_of(kind: HelloKind) -> &'static [&'static str] {
        Recipe::of(kind, "tom.example").alpn
    }

    #[test]
    fn a_large_hello_needs_two_segments_and_a_small_one_a_small_one() {
        let length = |kind| client_hello(kind, "tom.example").len();
        assert_eq!(length(HelloKind::Large), LARGE);
        assert_eq!(length(HelloKind::Padded), LARGE);
        assert!(
            length(HelloKind::Small) < 200,
            "{}",
            length(HelloKind::Small)
        );
        assert!(length(HelloKind::Small) < length(HelloKind::Usual));
    }

    #[test]
    fn an_address_is_never_a_server_name_and_ssl_3_has_no_extensions() {
        let holds = |bytes: &[u8], text: &str| {
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        };
        for host in ["192.0.2.7", "2001:db8::1"] {
            assert!(!holds(&client_hello(HelloKind::Usual, host), host));
        }
        assert!(!holds(
            &client_hello(HelloKind::Ssl3, "tom.example"),
            "tom.example"
        ));
        assert!(!holds(
            &client_hello(HelloKind::WithoutName, "tom.example"),
            "tom.example"
        ));
        assert!(holds(
            &client_hello(HelloKind::Tls10, "tom.example."),
            "tom.example"
        ));
    }
}
