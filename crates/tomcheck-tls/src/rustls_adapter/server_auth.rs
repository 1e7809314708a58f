//! Is the server who it says it is?

use std::sync::Arc;
use std::time::Instant;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::Shared;
use crate::certificate::missing_issuer;
use crate::seen::ServerVerdict;
#[cfg(feature = "legacy-tls")]
use crate::trust::Trust;

/// Judges a chain (DER, the server's own certificate first) that another than rustls was shown,
/// and writes it down.
#[cfg(feature = "legacy-tls")]
pub(crate) fn judge_server(trust: &Trust, host: &str, chain: &[Vec<u8>], ledger: &Shared) -> bool {
    let Ok(name) = ServerName::try_from(host.to_owned()) else {
        return false;
    };
    let verifier = RecordingVerifier {
        roots: trust.roots.clone(),
        provider: Arc::new(rustls::crypto::ring::default_provider()),
        ledger: ledger.clone(),
    };
    let chain = chain.iter().map(|der| CertificateDer::from(&**der));
    let chain: Vec<_> = chain.collect();
    let Some((leaf, others)) = chain.split_first() else {
        return false;
    };
    let judged = verifier.verify_server_cert(leaf, others, &name, &[], UnixTime::now());
    judged.is_ok()
}

/// Judges the server's chain and writes it down. rustls shows it after the server's demand
/// for a certificate in both versions, so nothing is missed by stopping at a bad one, and
/// before anything of ours leaves.
#[derive(Debug)]
pub(super) struct RecordingVerifier {
    pub(super) roots: Arc<RootCertStore>,
    pub(super) provider: Arc<CryptoProvider>,
    pub(super) ledger: Shared,
}

impl RecordingVerifier {
    fn judge(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Error> {
        let leaf = ParsedCertificate::try_from(leaf)?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        verify_server_cert_signed_by_trust_anchor(
            &leaf,
            &self.roots,
            intermediates,
            now,
            algorithms,
        )?;
        verify_server_name(&leaf, name)
    }

    fn verdict(&self, error: &Error, chain: &[Vec<u8>], name: &ServerName<'_>) -> ServerVerdict {
        let untrusted = || ServerVerdict::Untrusted {
            missing_issuer: missing_issuer(chain, &subjects(&self.roots)),
            reason: error.to_string(),
        };
        let Error::InvalidCertificate(certificate) = error else {
            return untrusted();
        };
        match certificate {
            CertificateError::ExpiredContext { time, not_after } => ServerVerdict::Expired {
                now: instant(*time),
                not_after: instant(*not_after),
            },
            CertificateError::NotValidYetContext { time, not_before } => {
                ServerVerdict::NotYetValid {
                    now: instant(*time),
                    not_before: instant(*not_before),
                }
            }
            CertificateError::NotValidForNameContext { presented, .. } => {
                ServerVerdict::NameMismatch {
                    asked: name.to_str().into_owned(),
                    presented: presented.clone(),
                }
            }
            _ => untrusted(),
        }
    }
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let judged = self.judge(end_entity, intermediates, server_name, now);
        self.ledger.write(|ledger| {
            let chain = std::iter::once(end_entity).chain(intermediates);
            ledger.server_chain = chain.map(|der| der.to_vec()).collect();
            let verdict = match &judged {
                Ok(()) => ServerVerdict::Verified,
                Err(error) => self.verdict(error, &ledger.server_chain, server_name),
            };
            ledger.judged = Some((Instant::now(), verdict));
        });
        judged.map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

fn subjects(roots: &RootCertStore) -> Vec<Vec<u8>> {
    let subjects = roots.subjects();
    subjects.iter().map(|name| name.as_ref().to_vec()).collect()
}

fn instant(time: UnixTime) -> tomcheck_diagnosis::Instant {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    tomcheck_diagnosis::Instant::from_unix(seconds)
}
