//! Whose word is taken for who a server is?

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use thiserror::Error;

/// The authorities a server's certificate must come from.
#[derive(Clone, Debug)]
pub struct Trust {
    pub(crate) roots: Arc<RootCertStore>,
}

impl Trust {
    /// Nobody's.
    pub fn none() -> Self {
        Self {
            roots: Arc::new(RootCertStore::empty()),
        }
    }

    /// The authorities this system trusts; as many as could be read, perhaps none. Reads
    /// the system's store, blocks for some milliseconds.
    pub fn system() -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self {
            roots: Arc::new(roots),
        }
    }

    /// Also those of a file: certificates in PEM, or one in DER.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds no certificate, or one that is broken.
    pub fn with_file(self, path: &Path) -> Result<Self, TrustError> {
        let bytes = fs::read(path).map_err(|source| TrustError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let mut roots = Arc::unwrap_or_clone(self.roots);
        for (index, certificate) in certificates_of(&bytes, path)?.into_iter().enumerate() {
            roots
                .add(certificate)
                .map_err(|source| TrustError::Malformed {
                    path: path.to_owned(),
                    number: index + 1,
                    source,
                })?;
        }
        Ok(Self {
            roots: Arc::new(roots),
        })
    }

    /// How many authorities there are.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// Whether nobody is trusted.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }
}

/// Why a file of authorities cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The file cannot be read.
    #[error("cannot read the authorities in {}", path.display())]
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
    #[error("{} holds no certificate (expected PEM « BEGIN CERTIFICATE », or DER)", path.display())]
    NoCertificate {
        /// Which file.
        path: PathBuf,
    },
    /// One of the certificates cannot be decoded.
    #[error("certificate {number} of {} cannot be decoded", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Which one, from 1.
        number: usize,
        /// What the parser said.
        source: rustls::Error,
    },
}

fn certificates_of(bytes: &[u8], path: &Path) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    if bytes.first() == Some(&DER_SEQUENCE) {
        return Ok(vec![CertificateDer::from(bytes.to_vec())]);
    }
    let parsed: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
    let path = path.to_owned();
    let found = parsed.map_err(|error| TrustError::NotPem {
        path: path.clone(),
        what: error.to_string(),
    })?;
    if found.is_empty() {
        return Err(TrustError::NoCertificate { path });
    }
    Ok(found)
}

const DER_SEQUENCE: u8 = 0x30;
