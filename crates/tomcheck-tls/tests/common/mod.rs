//! A software key in the place of a card, and short ways to make one handshake.
#![allow(dead_code, reason = "each test program uses its own part")]

mod s_server;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rsa::rand_core::{CryptoRng, RngCore};
use rsa::{Pkcs1v15Sign, Pss, RsaPrivateKey};
use sha2::{Sha256, Sha384, Sha512};
use tokio::net::TcpStream;
use tomcheck_diagnosis::{Deadline, ForeignFailure, Observation};
use tomcheck_testkit::{Holder, Identity, Pki, Purpose, TlsServer, Variant};
use tomcheck_tls::{
    Credential, HandshakeProbe, HandshakeSeen, Hash, Mechanism, SignWith, Signer, Trust, Versions,
};

#[allow(unused_imports, reason = "each test program uses its own part")]
pub(crate) use s_server::Server;

/// A key that counts how often it is asked, and may refuse or take its time.
pub(crate) struct SoftKey {
    key: RsaPrivateKey,
    asked: AtomicUsize,
    refuses: bool,
    takes: Duration,
}

impl SoftKey {
    pub(crate) fn refusing(identity: &Identity) -> Arc<Self> {
        let key = Self::of(identity);
        Arc::new(Self {
            refuses: true,
            ..key
        })
    }

    pub(crate) fn taking(takes: Duration, identity: &Identity) -> Arc<Self> {
        let key = Self::of(identity);
        Arc::new(Self { takes, ..key })
    }

    pub(crate) fn of(identity: &Identity) -> Self {
        Self {
            key: identity.key().clone(),
            asked: AtomicUsize::new(0),
            refuses: false,
            takes: Duration::ZERO,
        }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Signer for SoftKey {
    fn sign(&self, with: SignWith, data: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(self.takes);
        if self.refuses {
            return Err(ForeignFailure::new("C_Sign", 0x30).named("CKR_DEVICE_ERROR"));
        }
        let mut rng = Counter(7);
        let signed = match with {
            SignWith::RsaPkcs1 => self.key.sign(Pkcs1v15Sign::new_unprefixed(), data),
            SignWith::RsaPss(Hash::Sha256) => {
                self.key.sign_with_rng(&mut rng, Pss::new::<Sha256>(), data)
            }
            SignWith::RsaPss(Hash::Sha384) => {
                self.key.sign_with_rng(&mut rng, Pss::new::<Sha384>(), data)
            }
            SignWith::RsaPss(Hash::Sha512) => {
                self.key.sign_with_rng(&mut rng, Pss::new::<Sha512>(), data)
            }
            SignWith::Ecdsa(_) => return Err(ForeignFailure::new("C_Sign", 0x70)),
        };
        Ok(signed.expect("a software key signs"))
    }
}

/// Salt that needs no chance.
struct Counter(u64);

impl RngCore for Counter {
    fn next_u32(&mut self) -> u32 {
        self.next_u64() as u32
    }

    fn next_u64(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.0 >> 8
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.next_u64() as u8);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Counter {}

pub(crate) fn cps(variant: Variant) -> Identity {
    Pki::shared().person(Holder::Cps, Purpose::Authentication, variant)
}

/// What a CPS3 has.
pub(crate) fn pkcs1() -> Vec<Mechanism> {
    vec![Mechanism::RsaPkcs1]
}

/// What a CPS4 has.
pub(crate) fn pkcs1_and_pss() -> Vec<Mechanism> {
    vec![Mechanism::RsaPkcs1, Mechanism::RsaPss(vec![Hash::Sha256])]
}

pub(crate) fn credential(
    identity: &Identity,
    mechanisms: Vec<Mechanism>,
    key: &Arc<SoftKey>,
) -> Credential {
    Credential::new(identity.chain_der(), mechanisms, Some(key.clone()))
}

pub(crate) fn without_signer(identity: &Identity, mechanisms: Vec<Mechanism>) -> Credential {
    Credential::new(identity.chain_der(), mechanisms, None)
}

/// What a server of OpenSSL accepts our cards by.
pub(crate) fn authorities() -> String {
    Pki::shared().authorities_pem().display().to_string()
}

pub(crate) fn trust() -> Trust {
    Trust::none()
        .with_file(&Pki::shared().roots_pem())
        .expect("the test roots can be read")
}

pub(crate) fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(20))
}

pub(crate) fn probe(port: u16) -> HandshakeProbe {
    HandshakeProbe::new("localhost", port, "/", trust(), deadline())
}

pub(crate) async fn observe(probe: HandshakeProbe, port: u16) -> HandshakeSeen {
    let stream = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("the server listens");
    let seen = probe.observe(stream).await;
    let json = serde_json::to_string(&seen).expect("an observation is serialisable");
    let back: HandshakeSeen = serde_json::from_str(&json).expect("and comes back");
    assert_eq!(back, seen);
    seen
}

/// One handshake with the card of `identity`.
pub(crate) async fn with_card(
    server: &TlsServer,
    identity: &Identity,
    mechanisms: Vec<Mechanism>,
    versions: Versions,
) -> (HandshakeSeen, Arc<SoftKey>) {
    let key = Arc::new(SoftKey::of(identity));
    let probe = probe(server.port()).with_versions(versions);
    let probe = probe.with_credential(credential(identity, mechanisms, &key));
    (observe(probe, server.port()).await, key)
}

pub(crate) fn codes(seen: &HandshakeSeen) -> Vec<&'static str> {
    seen.findings()
        .iter()
        .map(|finding| finding.kind.code)
        .collect()
}
