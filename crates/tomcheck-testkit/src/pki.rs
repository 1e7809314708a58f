//! Which certificates do the tests and the demo show, and where do they lie?
//!
//! A public-key infrastructure shaped like IGC-Santé, made once under cargo's target
//! directory and read again by every process after that. Every name says TEST: nothing
//! of it can be taken for a certificate of the ANS.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rsa::RsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

mod issue;
mod make;
mod names;
mod profiles;
mod store;

/// The whole test hierarchy, on disk and in memory.
#[derive(Debug)]
pub struct Pki {
    directory: PathBuf,
}

/// The three levels of IGC-Santé, each with a root of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Gamme {
    /// Software certificates.
    Elementaire,
    /// CPE and CPA cards.
    Standard,
    /// CPS and CPF cards.
    Fort,
}

/// Whom an intermediate authority certifies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Domaine {
    /// Persons.
    Personnes,
    /// Organisations and their servers.
    Organisations,
}

/// One authority of the hierarchy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ca {
    /// A root.
    Root(Gamme),
    /// An intermediate.
    Issuing(Gamme, Domaine),
    /// A root that nobody trusts, of another house altogether.
    Foreign,
}

/// Whose card it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Holder {
    /// `3620100842/01417`, member of an establishment's staff, under STANDARD PERSONNES.
    Cpe,
    /// A physician with an RPPS number, under FORT PERSONNES.
    Cps,
}

/// What a card certificate is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
    /// `digitalSignature`, `clientAuth`: the one TLS wants.
    Authentication,
    /// `nonRepudiation`: the one TLS must not take.
    Signature,
}

/// What is wrong, if anything, with an authentication certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Variant {
    /// Nothing.
    Valid,
    /// Ended a year ago.
    Expired,
    /// Begins in a month.
    NotYetValid,
    /// Valid, for server authentication and key encipherment only.
    WrongUsage,
    /// Issued by [`Ca::Foreign`].
    WrongCa,
    /// Listed in its authority's CRL.
    Revoked,
}

/// Which certificate a TLS server shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServerCertificate {
    /// `localhost`, 127.0.0.1, ::1, under ELEMENTAIRE ORGANISATIONS.
    Localhost,
    /// `tom.test.invalid` only, same issuer.
    Tom,
    /// `localhost`, ended a year ago.
    Expired,
    /// `localhost`, signed by itself.
    SelfSigned,
    /// `localhost`, issued by [`Ca::Foreign`].
    UnknownRoot,
}

/// A certificate with its key.
#[derive(Clone, Debug)]
pub struct Identity {
    stem: PathBuf,
    certificate: Vec<u8>,
    issuers: Vec<Vec<u8>>,
    key: RsaPrivateKey,
}

/// An authority's certificate.
#[derive(Clone, Debug)]
pub struct Authority {
    stem: PathBuf,
    certificate: Vec<u8>,
}

impl Pki {
    /// The hierarchy of this build: made by the first process that asks, then shared.
    ///
    /// Blocks while it is made, here or in another process (seconds).
    ///
    /// # Panics
    ///
    /// When it cannot be made or written: without it there is nothing to test with.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Pki> = OnceLock::new();
        SHARED.get_or_init(|| {
            let directory = store::directory(make::make).expect("a test PKI can be made");
            Self { directory }
        })
    }

    /// The directory that holds every PEM file.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// An authority.
    pub fn authority(&self, ca: Ca) -> Authority {
        Authority::read(self.directory.join(ca.stem()))
    }

    /// A card's certificate and key. All variants of a holder share the key of the purpose.
    pub fn person(&self, holder: Holder, purpose: Purpose, variant: Variant) -> Identity {
        self.identity(
            &person_stem(holder, purpose, variant),
            issuer_of(holder, variant),
        )
    }

    /// A server's certificate and key. All server certificates share one key.
    pub fn server(&self, certificate: ServerCertificate) -> Identity {
        let issuer = certificate.issuer().unwrap_or(Ca::Foreign);
        self.identity(&certificate.stem(), issuer)
    }

    fn identity(&self, stem: &str, issuer: Ca) -> Identity {
        let stem = self.directory.join(stem);
        let is_root = issuer.issuer() == issuer;
        let issuers = (!is_root).then(|| self.authority(issuer).certificate);
        Identity::read(stem, issuers.into_iter().collect())
    }

    /// The three roots in one PEM file: what `--ca-file` names.
    pub fn roots_pem(&self) -> PathBuf {
        self.directory.join("roots.pem")
    }

    /// Roots and intermediates in one PEM file: what a server checks clients with.
    pub fn authorities_pem(&self) -> PathBuf {
        self.directory.join("authorities.pem")
    }
}

impl Identity {
    /// From `stem.pem` and `stem.key`.
    pub(crate) fn read(stem: PathBuf, issuers: Vec<Vec<u8>>) -> Self {
        let pem = fs::read_to_string(stem.with_extension("key"));
        let pem = pem.expect("the test PKI is complete");
        Self {
            certificate: first_certificate(&stem),
            issuers,
            key: RsaPrivateKey::from_pkcs8_pem(&pem).expect("the test PKI is well-formed"),
            stem,
        }
    }

    /// The certificate, DER.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }

    /// The certificate and its intermediates, DER, leaf first, without the root.
    pub fn chain_der(&self) -> Vec<Vec<u8>> {
        let leaf = std::iter::once(&self.certificate);
        leaf.chain(&self.issuers).cloned().collect()
    }

    /// The private key.
    pub fn key(&self) -> &RsaPrivateKey {
        &self.key
    }

    /// The private key, PKCS#8 DER.
    pub fn key_der(&self) -> Vec<u8> {
        let der = self.key.to_pkcs8_der().expect("an RSA key has an encoding");
        der.as_bytes().to_vec()
    }

    /// The file with the certificate alone.
    pub fn certificate_pem(&self) -> PathBuf {
        self.stem.with_extension("pem")
    }

    /// The file with the certificate and its intermediates.
    pub fn chain_pem(&self) -> PathBuf {
        self.stem.with_extension("chain.pem")
    }

    /// The file with the private key, PKCS#8 PEM, not encrypted.
    pub fn key_pem(&self) -> PathBuf {
        self.stem.with_extension("key")
    }
}

impl Authority {
    /// From `stem.pem`.
    pub(crate) fn read(stem: PathBuf) -> Self {
        Self {
            certificate: first_certificate(&stem),
            stem,
        }
    }

    /// The certificate, DER.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }

    /// The file with the certificate.
    pub fn certificate_pem(&self) -> PathBuf {
        self.stem.with_extension("pem")
    }

    /// The file with its revocation list.
    pub fn crl_pem(&self) -> PathBuf {
        self.stem.with_extension("crl")
    }

    /// The subject, DER, as a server lists it in `certificate_authorities`.
    pub fn subject_der(&self) -> Vec<u8> {
        let certificate = Certificate::from_der(&self.certificate);
        let subject = certificate.and_then(|it| it.tbs_certificate.subject.to_der());
        subject.expect("the test PKI is well-formed")
    }
}

impl Ca {
    fn stem(self) -> String {
        format!("ca-{}", self.short().to_ascii_lowercase())
    }
}

impl ServerCertificate {
    fn stem(self) -> String {
        format!("server-{self:?}").to_ascii_lowercase()
    }

    /// None: itself.
    fn issuer(self) -> Option<Ca> {
        match self {
            Self::SelfSigned => None,
            Self::UnknownRoot => Some(Ca::Foreign),
            _ => Some(Ca::Issuing(Gamme::Elementaire, Domaine::Organisations)),
        }
    }
}

fn issuer_of(holder: Holder, variant: Variant) -> Ca {
    match variant {
        Variant::WrongCa => Ca::Foreign,
        _ => holder.issuer(),
    }
}

fn person_stem(holder: Holder, purpose: Purpose, variant: Variant) -> String {
    format!("{}-{variant:?}", person_key(holder, purpose)).to_ascii_lowercase()
}

fn person_key(holder: Holder, purpose: Purpose) -> String {
    format!("{holder:?}-{purpose:?}").to_ascii_lowercase()
}

fn first_certificate(stem: &Path) -> Vec<u8> {
    let pem = fs::read(stem.with_extension("pem")).expect("the test PKI is complete");
    let (_, der) = x509_cert::der::pem::decode_vec(&pem).expect("the test PKI is well-formed");
    der
}

/// Why the hierarchy could not be made.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
    #[error("not made yet: {0}")]
    Missing(PathBuf),
    #[error("DER")]
    Der(#[from] x509_cert::der::Error),
    #[error("PKCS#8")]
    Pkcs8(#[from] rsa::pkcs8::Error),
    #[error("public key")]
    Spki(#[from] rsa::pkcs8::spki::Error),
    #[error("RSA")]
    Key(#[from] rsa::Error),
}
