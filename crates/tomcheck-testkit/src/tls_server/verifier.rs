//! Which client certificates are asked for, accepted, refused?

use std::sync::{Arc, Mutex};

use rustls::client::danger::HandshakeSignatureValid;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError, PeerMisbehaved,
    RootCertStore, SignatureScheme,
};

use super::connection::held;
use super::{ClientAuth, Refusal, TlsServerOptions};
use crate::pki::{Ca, Pki};

/// rustls's own verification, with what the options change, and a memory.
#[derive(Debug)]
pub(super) struct CardVerifier {
    inner: Arc<dyn ClientCertVerifier>,
    mandatory: bool,
    announced: Vec<DistinguishedName>,
    schemes: Vec<SignatureScheme>,
    refusal: Option<Refusal>,
    last: Mutex<Option<Vec<u8>>>,
}

impl CardVerifier {
    pub(super) fn new(options: &TlsServerOptions) -> Self {
        let accepted = if options.accepted.is_empty() {
            TlsServerOptions::default().accepted
        } else {
            options.accepted.clone()
        };
        let inner = trusting(&accepted);
        let schemes = if options.schemes.is_empty() {
            inner.supported_verify_schemes()
        } else {
            options.schemes.clone()
        };
        Self {
            inner,
            mandatory: options.client_auth == ClientAuth::Required,
            announced: options.accepted.iter().map(distinguished_name).collect(),
            schemes,
            refusal: options.refusal,
            last: Mutex::new(None),
        }
    }

    pub(super) fn last_certificate(&self) -> Option<Vec<u8>> {
        held(&self.last).clone()
    }

    fn check_signature(&self, scheme: SignatureScheme) -> Result<(), Error> {
        if !self.schemes.contains(&scheme) {
            return Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
        }
        match self.refusal {
            Some(Refusal::BadSignature) => Err(CertificateError::BadSignature.into()),
            _ => Ok(()),
        }
    }
}

impl ClientCertVerifier for CardVerifier {
    fn client_auth_mandatory(&self) -> bool {
        self.mandatory
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.announced
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        *held(&self.last) = Some(end_entity.to_vec());
        if let Some(error) = self.refusal.and_then(Refusal::of_the_certificate) {
            return Err(error.into());
        }
        self.inner
            .verify_client_cert(end_entity, intermediates, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check_signature(signed.scheme)?;
        self.inner
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check_signature(signed.scheme)?;
        self.inner
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

impl Refusal {
    /// The error that rustls turns into the alert; none for what comes after the
    /// certificate.
    fn of_the_certificate(self) -> Option<CertificateError> {
        Some(match self {
            Self::Bad => CertificateError::BadEncoding,
            Self::Unsupported => CertificateError::InvalidPurpose,
            Self::Revoked => CertificateError::Revoked,
            Self::Expired => CertificateError::Expired,
            Self::Unknown => CertificateError::Other(OtherError(Arc::new(std::fmt::Error))),
            Self::UnknownCa => CertificateError::UnknownIssuer,
            Self::AccessDenied => CertificateError::ApplicationVerificationFailure,
            Self::BadSignature => return None,
        })
    }
}

/// Intermediates are anchors too: a card shows its own certificate alone.
fn trusting(accepted: &[Ca]) -> Arc<dyn ClientCertVerifier> {
    let mut roots = RootCertStore::empty();
    for ca in accepted {
        let certificate = Pki::shared().authority(*ca).certificate_der().to_vec();
        roots
            .add(certificate.into())
            .expect("the test PKI is well-formed");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .expect("at least one authority is accepted")
}

fn distinguished_name(ca: &Ca) -> DistinguishedName {
    Pki::shared().authority(*ca).subject_der().into()
}
