//! Which certificates do the tests and the demo show, and where do they lie?
//!
//! A public-key infrastructure shaped like IGC-Santé, made once under cargo's target
//! directory and read again by every process after that. Every name says TEST: nothing
//! of it can be taken for a certificate of the ANS.

use std::path::{Path, PathBuf};

use rsa::RsaPrivateKey;

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
    /// Blocks while another process makes it (seconds).
    pub fn shared() -> &'static Self {
        todo!()
    }

    /// The directory that holds every PEM file.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// An authority.
    pub fn authority(&self, _ca: Ca) -> Authority {
        todo!()
    }

    /// A card's certificate and key. All variants of a holder share the key of the purpose.
    pub fn person(&self, _holder: Holder, _purpose: Purpose, _variant: Variant) -> Identity {
        todo!()
    }

    /// A server's certificate and key.
    pub fn server(&self, _certificate: ServerCertificate) -> Identity {
        todo!()
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
        todo!()
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
        todo!()
    }
}
