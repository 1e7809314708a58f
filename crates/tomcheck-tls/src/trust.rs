//! Whose word is taken for who a server is?

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::certificate::DistinguishedName;

/// The authorities a server's certificate must come from.
#[derive(Clone, Debug)]
pub struct Trust {
    pub(crate) roots: Arc<RootCertStore>,
    pub(crate) origins: Vec<RootsFrom>,
}

/// How many authorities came from one place.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RootsFrom {
    /// Which place.
    pub origin: RootOrigin,
    /// As many as could be read there.
    pub count: usize,
}

/// A place authorities are taken from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RootOrigin {
    /// The system's own store.
    System,
    /// The folder the Cryptolib CPS lays down.
    Cryptolib,
    /// A file that was named.
    File,
}

impl Trust {
    /// Nobody's.
    pub fn none() -> Self {
        Self {
            roots: Arc::new(RootCertStore::empty()),
            origins: Vec::new(),
        }
    }

    /// The authorities this system trusts; as many as could be read, perhaps none. Reads
    /// the system's store, blocks for some milliseconds.
    pub fn system() -> Self {
        let loaded = rustls_native_certs::load_native_certs();
        Self::none().with(RootOrigin::System, loaded.certs)
    }

    /// Also these, DER, which `origin` holds; what is no certificate is left out.
    #[must_use]
    pub fn with_certificates(
        self,
        origin: RootOrigin,
        ders: impl IntoIterator<Item = Vec<u8>>,
    ) -> Self {
        self.with(origin, ders.into_iter().map(CertificateDer::from))
    }

    fn with(
        self,
        origin: RootOrigin,
        certificates: impl IntoIterator<Item = CertificateDer<'static>>,
    ) -> Self {
        let mut roots = Arc::unwrap_or_clone(self.roots);
        let (count, _) = roots.add_parsable_certificates(certificates);
        let mut origins = self.origins;
        origins.push(RootsFrom { origin, count });
        Self {
            roots: Arc::new(roots),
            origins,
        }
    }

    /// Also those of a file: certificates in PEM, or one in DER.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds no certificate, or one that is broken.
    pub fn with_file(self, path: &Path) -> Result<Self, TrustError> {
        let bytes = bounded(path, MOST_BYTES).map_err(|source| TrustError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let certificates = certificates_of(&bytes, path)?;
        for (index, certificate) in certificates.iter().enumerate() {
            let mut alone = RootCertStore::empty();
            let added = alone.add(certificate.clone());
            added.map_err(|source| TrustError::Malformed {
                path: path.to_owned(),
                number: index + 1,
                source,
            })?;
        }
        Ok(self.with(RootOrigin::File, certificates))
    }

    /// Also those of `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut roots = Arc::unwrap_or_clone(self.roots);
        roots.roots.extend(Arc::unwrap_or_clone(other.roots).roots);
        let mut origins = self.origins;
        origins.extend(other.origins);
        Self {
            roots: Arc::new(roots),
            origins,
        }
    }

    /// How many authorities came from where, in the order they were added.
    pub fn origins(&self) -> &[RootsFrom] {
        &self.origins
    }

    /// How many authorities there are.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// What they are called.
    pub fn names(&self) -> Vec<DistinguishedName> {
        let subjects = self.roots.subjects();
        let names = subjects
            .iter()
            .map(|name| DistinguishedName::of(name.as_ref()));
        names.collect()
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
    #[error("{} holds no certificate (expected PEM “BEGIN CERTIFICATE”, or DER)", path.display())]
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

/// The whole of an ordinary file. A device has no end and a pipe may wait for ever, so that
/// neither is read; nor one of more than `most` bytes.
pub(crate) fn bounded(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not an ordinary file",
        ));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(most + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// Many times the authorities of any system.
const MOST_BYTES: u64 = 16 << 20;

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

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io::Write;

    use super::*;

    fn file(content: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content).unwrap();
        file
    }

    fn error(path: &Path) -> String {
        let error = Trust::none().with_file(path).unwrap_err();
        let source = error.source().map(|source| format!(": {source}"));
        format!("{error}{}", source.unwrap_or_default())
    }

    #[test]
    fn each_bad_file_is_one_line_that_names_it_and_what_is_wrong() {
        let missing = error(Path::new("/no/such/file.pem"));
        assert!(
            missing.starts_with("cannot read the authorities in /no/such/file.pem: "),
            "{missing}"
        );
        for (content, what) in [
            (&b"hello"[..], "holds no certificate"),
            (b"", "holds no certificate"),
            (
                b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "holds no certificate",
            ),
            (b"-----BEGIN CERTIFICATE-----\nAAAA\n", "is no PEM file"),
            (
                b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "certificate 1 of",
            ),
            (b"\x30\x03\x01", "certificate 1 of"),
        ] {
            let file = file(content);
            let error = error(file.path());
            assert!(error.contains(what), "{error}");
            assert!(
                error.contains(&*file.path().to_string_lossy()) && !error.contains('\n'),
                "{error}"
            );
        }
        let folder = error(&std::env::temp_dir());
        assert!(folder.contains("cannot read"), "{folder}");
    }

    #[cfg(unix)]
    #[test]
    fn what_another_place_holds_is_added_and_counted_and_what_is_no_certificate_is_not() {
        use tomcheck_testkit::{Ca, Gamme, Pki};

        let root = Pki::shared().authority(Ca::Root(Gamme::Fort));
        let held = [root.certificate_der().to_vec(), b"no certificate".to_vec()];
        let trust = Trust::none().with_certificates(RootOrigin::Cryptolib, held);
        let expected = RootsFrom {
            origin: RootOrigin::Cryptolib,
            count: 1,
        };
        assert_eq!((trust.origins(), trust.len()), (&[expected][..], 1));
    }

    #[cfg(unix)]
    #[test]
    fn a_good_file_adds_to_what_was_there() {
        use tomcheck_testkit::{Ca, Gamme, Pki};

        let pki = Pki::shared();
        let three = Trust::none().with_file(&pki.roots_pem()).unwrap();
        assert_eq!(three.len(), 3);
        let der = file(pki.authority(Ca::Root(Gamme::Fort)).certificate_der());
        let four = three.with_file(der.path()).unwrap();
        assert_eq!(four.len(), 4);
        assert!(
            four.origins()
                .iter()
                .all(|it| it.origin == RootOrigin::File)
        );
        assert!(Trust::none().is_empty());
    }
}

#[cfg(unix)]
#[test]
fn a_device_or_a_folder_is_no_file_of_authorities() {
    for path in ["/dev/zero", "/"] {
        let refusal = Trust::none().with_file(Path::new(path)).unwrap_err();
        assert!(
            matches!(refusal, TrustError::Unreadable { .. }),
            "{refusal}"
        );
    }
}
