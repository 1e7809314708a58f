//! With what could the client prove who it is?

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

use crate::certificate::{KeyKind, OwnChain};
use crate::seen::IssuerVerdict;

/// A certificate, what its token can do, and perhaps the right to use its key.
#[derive(Clone)]
pub struct Credential {
    pub(crate) chain: Vec<Vec<u8>>,
    also_under: Vec<Vec<u8>>,
    pub(crate) mechanisms: Vec<Mechanism>,
    pub(crate) signer: Option<Arc<dyn Signer>>,
}

impl Credential {
    /// `chain`: DER, the holder's certificate first, then its issuers, the root not needed.
    /// Without a `signer` (no code porteur) the certificate is never sent, but whether the
    /// server would accept its issuer and its signatures is still judged.
    pub fn new(
        chain: Vec<Vec<u8>>,
        mechanisms: Vec<Mechanism>,
        signer: Option<Arc<dyn Signer>>,
    ) -> Self {
        Self {
            chain,
            also_under: Vec::new(),
            mechanisms,
            signer,
        }
    }

    /// The same, known to be under these authorities too, whose certificates are not at hand:
    /// their names, each a DER `Name`. A server that accepts one of them accepts the issuer.
    #[must_use]
    pub fn also_under(mut self, names: impl IntoIterator<Item = Vec<u8>>) -> Self {
        self.also_under.extend(names);
        self
    }
}

impl Credential {
    /// The same, for a multi-threaded tokio runtime: while the key signs, the other tasks go on
    /// elsewhere. A card takes half a second for a signature, and rustls asks for it on whatever
    /// thread polls the connection.
    ///
    /// # Panics
    ///
    /// The connection does, when it is polled by a current-thread runtime or in a `LocalSet`
    /// (`tokio::task::block_in_place`). There, connect on a thread of its own instead.
    /// [`crate::HandshakeProbe`] does without: its key signs on such a thread in any case.
    #[must_use]
    pub fn off_the_executor(mut self) -> Self {
        self.signer = self
            .signer
            .map(|signer| Arc::new(Aside(signer)) as Arc<dyn Signer>);
        self
    }

    /// Every name a server may know this certificate's issuer by, the nearest first.
    pub(crate) fn issuers(&self) -> Vec<Vec<u8>> {
        let mut issuers = OwnChain::of(&self.chain).issuers;
        issuers.extend(self.also_under.iter().cloned());
        issuers
    }

    /// What the token can do with the key of this certificate: a token may list more.
    pub(crate) fn fitting(&self) -> Vec<Mechanism> {
        let key = OwnChain::of(&self.chain).key;
        let fits = |mechanism: &&Mechanism| match mechanism {
            Mechanism::RsaPkcs1 | Mechanism::RsaPss(_) => key == KeyKind::Rsa,
            Mechanism::Ecdsa(Curve::P256) => key == KeyKind::P256,
            Mechanism::Ecdsa(Curve::P384) => key == KeyKind::P384,
        };
        self.mechanisms.iter().filter(fits).cloned().collect()
    }
}

/// Whether a server with this list accepts one of these issuers, each a DER `Name`.
pub(crate) fn issuer_verdict<A: AsRef<[u8]>>(
    issuers: &[Vec<u8>],
    authorities: &[A],
) -> IssuerVerdict {
    let is_listed = |issuer: &Vec<u8>| authorities.iter().any(|it| it.as_ref() == issuer);
    if authorities.is_empty() {
        IssuerVerdict::AnyAccepted
    } else if issuers.iter().any(is_listed) {
        IssuerVerdict::Accepted
    } else {
        IssuerVerdict::NotAccepted
    }
}

/// Says how much there is, never what.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("certificates", &self.chain.len())
            .field("mechanisms", &self.mechanisms)
            .field("signer", &self.signer.is_some())
            .finish()
    }
}

/// A private key that never leaves its card.
pub trait Signer: Send + Sync {
    /// Signs once. May block; is called on a thread of its own, at most once a handshake.
    ///
    /// `data` and the result depend on `with`, as PKCS#11 has them:
    ///
    /// | `with`     | `data`                 | result            | PKCS#11             |
    /// |------------|------------------------|-------------------|---------------------|
    /// | `RsaPkcs1` | DER DigestInfo         | the RSA block     | `CKM_RSA_PKCS`      |
    /// | `RsaPss`   | the digest             | the RSA block     | `CKM_RSA_PKCS_PSS`, salt as long as the digest |
    /// | `Ecdsa`    | the digest             | r ‖ s, fixed size | `CKM_ECDSA`         |
    ///
    /// TLS 1.0 and 1.1 (feature `legacy-tls`) give `RsaPkcs1` the 36 bytes MD5 ‖ SHA-1 instead,
    /// bare (RFC 4346 §7.4.3).
    ///
    /// # Errors
    ///
    /// What the foreign call answered. It is never tried again.
    fn sign(&self, with: SignWith, data: &[u8]) -> Result<Vec<u8>, ForeignFailure>;
}

/// Signs while tokio's other tasks go on elsewhere.
struct Aside(Arc<dyn Signer>);

impl Signer for Aside {
    fn sign(&self, with: SignWith, data: &[u8]) -> Result<Vec<u8>, ForeignFailure> {
        tokio::task::block_in_place(|| self.0.sign(with, data))
    }
}

/// What a token can do with its authentication key.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mechanism {
    /// PKCS#1 v1.5 over any DigestInfo (`CKM_RSA_PKCS`): all a CPS3 has.
    RsaPkcs1,
    /// RSASSA-PSS with these hashes (`CKM_RSA_PKCS_PSS`): a CPS4 knows SHA-256.
    RsaPss(Vec<Hash>),
    /// ECDSA on this curve (`CKM_ECDSA`).
    Ecdsa(Curve),
}

impl Mechanism {
    /// As PKCS#11 spells it: `CKM_RSA_PKCS`, `CKM_RSA_PKCS_PSS (SHA-256)`,
    /// `CKM_ECDSA (P-256)`.
    pub fn label(&self) -> String {
        match self {
            Self::RsaPkcs1 => "CKM_RSA_PKCS".to_owned(),
            Self::RsaPss(hashes) => {
                let hashes: Vec<_> = hashes.iter().map(|hash| hash.name()).collect();
                format!("CKM_RSA_PKCS_PSS ({})", hashes.join(", "))
            }
            Self::Ecdsa(Curve::P256) => "CKM_ECDSA (P-256)".to_owned(),
            Self::Ecdsa(Curve::P384) => "CKM_ECDSA (P-384)".to_owned(),
        }
    }
}

/// How one signature is to be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SignWith {
    /// PKCS#1 v1.5.
    RsaPkcs1,
    /// RSASSA-PSS, MGF1 with the same hash, salt as long as the digest.
    RsaPss(Hash),
    /// ECDSA.
    Ecdsa(Curve),
}

/// A hash that TLS signs with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }
}

/// A curve that TLS signs with.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Curve {
    /// NIST P-256, with SHA-256.
    P256,
    /// NIST P-384, with SHA-384.
    P384,
}
