//! With which certificate does a server show itself?

use std::io;
use std::path::{Path, PathBuf};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use thiserror::Error;

use crate::trust::bounded;

/// A server's own certificate with those that follow it, and its key.
#[derive(Debug)]
pub struct ServerIdentity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl ServerIdentity {
    /// `chain`: DER, the server's own first; `key`: PKCS#8, DER.
    pub fn from_der(chain: impl IntoIterator<Item = Vec<u8>>, key: Vec<u8>) -> Self {
        Self {
            chain: chain.into_iter().map(CertificateDer::from).collect(),
            key: PrivateKeyDer::Pkcs8(key.into()),
        }
    }

    /// Reads both files, PEM. The key may be PKCS#8, PKCS#1 or SEC1, without a password.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or does not hold what it should.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, IdentityError> {
        let chain = CertificateDer::pem_slice_iter(&read(certificate)?)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| not_pem(certificate, &error))?;
        if chain.is_empty() {
            return Err(IdentityError::NoCertificate(certificate.to_owned()));
        }
        let bytes = read(key)?;
        let key = match PrivateKeyDer::from_pem_slice(&bytes) {
            Ok(read) => read,
            Err(_) if is_encrypted(&bytes) => {
                return Err(IdentityError::KeyEncrypted(key.to_owned()));
            }
            Err(rustls::pki_types::pem::Error::NoItemsFound) => {
                return Err(IdentityError::NoKey(key.to_owned()));
            }
            Err(error) => return Err(not_pem(key, &error)),
        };
        Ok(Self { chain, key })
    }

    /// The server's own certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        self.chain.first().map_or(&[], |der| der.as_ref())
    }
}

/// Why a server has no certificate to show.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The file cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The PEM armour is broken.
    #[error("{} is no PEM file: {what}", path.display())]
    NotPem {
        /// Which file.
        path: PathBuf,
        /// How the parser says it.
        what: String,
    },
    /// Nothing in it is a certificate.
    #[error("{} holds no certificate (expected PEM “BEGIN CERTIFICATE”)", .0.display())]
    NoCertificate(PathBuf),
    /// Nothing in it is a key.
    #[error("{} holds no private key (expected PEM “BEGIN PRIVATE KEY”)", .0.display())]
    NoKey(PathBuf),
    /// The key is behind a password.
    #[error("the key in {} is protected by a password", .0.display())]
    KeyEncrypted(PathBuf),
}

/// PKCS#8, or the older form of OpenSSL (RFC 1421 §4.6.1.1).
fn is_encrypted(pem: &[u8]) -> bool {
    let markers: [&[u8]; 2] = [b"BEGIN ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED"];
    let holds = |marker: &[u8]| pem.windows(marker.len()).any(|window| window == marker);
    markers.into_iter().any(holds)
}

fn not_pem(path: &Path, error: &rustls::pki_types::pem::Error) -> IdentityError {
    IdentityError::NotPem {
        path: path.to_owned(),
        what: error.to_string(),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, IdentityError> {
    bounded(path, MOST_BYTES).map_err(|source| IdentityError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// Many times the longest chain.
const MOST_BYTES: u64 = 1 << 20;

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::io::Write;

    use tomcheck_testkit::{Pki, ServerCertificate::Localhost};

    use super::*;

    fn file(content: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file
    }

    #[test]
    fn the_files_of_a_server_give_its_chain_and_its_key() {
        let server = Pki::shared().server(Localhost);
        let read = ServerIdentity::from_files(&server.chain_pem(), &server.key_pem()).unwrap();
        assert_eq!(read.certificate(), server.certificate_der());
        assert_eq!(read.chain.len(), 2);
    }

    #[test]
    fn each_bad_file_is_named_with_what_is_wrong() {
        let server = Pki::shared().server(Localhost);
        let (good, key) = (server.chain_pem(), server.key_pem());
        let encrypted = file(
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        );
        let older = file(
            b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        );
        let empty = file(b"");
        let said = |certificate: &Path, key: &Path| {
            ServerIdentity::from_files(certificate, key)
                .unwrap_err()
                .to_string()
        };
        assert!(said(empty.path(), &key).contains("holds no certificate"));
        assert!(said(&good, &good).contains("holds no private key"));
        assert!(said(&good, encrypted.path()).contains("password"));
        assert!(said(&good, older.path()).contains("password"));
        assert!(said(Path::new("/dev/zero"), &key).contains("cannot read /dev/zero"));
    }
}
