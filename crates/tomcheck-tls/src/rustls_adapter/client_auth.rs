//! What does the server want from the client, and does it get it?

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use rustls::client::ResolvesClientCert;
use rustls::pki_types::CertificateDer;
use rustls::sign::{self, CertifiedKey, SigningKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

use super::{Request, Shared, Signing};
use crate::credential::{Credential, Mechanism, Signer, issuer_verdict};
use crate::scheme::{TlsVersion, is_usable};
use crate::seen::{IssuerVerdict, Presented};
use crate::signing;

/// Reads the server's demand, with or without a certificate to answer it.
#[derive(Debug)]
pub(super) struct Resolver {
    offer: Option<Offer>,
    ledger: Shared,
}

/// A credential, its chain read once.
#[derive(Debug)]
struct Offer {
    issuers: Vec<Vec<u8>>,
    mechanisms: Vec<Mechanism>,
    key: Option<Arc<CertifiedKey>>,
}

impl Resolver {
    pub(super) fn new(credential: Option<Credential>, ledger: Shared) -> Self {
        let offer = credential.map(|credential| Offer::new(credential, &ledger));
        Self { offer, ledger }
    }
}

impl Offer {
    fn new(credential: Credential, ledger: &Shared) -> Self {
        let mechanisms = credential.fitting();
        let issuers = credential.issuers();
        let chain = credential
            .chain
            .into_iter()
            .map(CertificateDer::from)
            .collect();
        let key = credential.signer.map(|signer| {
            let key = CardKey {
                signer,
                mechanisms: mechanisms.clone(),
                ledger: ledger.clone(),
            };
            Arc::new(CertifiedKey::new(chain, Arc::new(key)))
        });
        Self {
            issuers,
            mechanisms,
            key,
        }
    }

    fn presented(&self, issuer: IssuerVerdict, schemes: &[SignatureScheme]) -> Presented {
        if issuer == IssuerVerdict::NotAccepted {
            Presented::KeptIssuerNotAccepted
        } else if choose(schemes, &self.mechanisms).is_none() {
            Presented::KeptNoCommonScheme
        } else if self.key.is_none() {
            Presented::KeptWithoutSigner
        } else {
            Presented::Sent
        }
    }
}

impl ResolvesClientCert for Resolver {
    fn resolve(
        &self,
        root_hint_subjects: &[&[u8]],
        sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let (issuer, presented) = match &self.offer {
            None => (IssuerVerdict::NotAsked, Presented::NotAsked),
            Some(offer) => {
                let issuer = issuer_verdict(&offer.issuers, root_hint_subjects);
                (issuer, offer.presented(issuer, sigschemes))
            }
        };
        self.ledger.write(|ledger| {
            let authorities = root_hint_subjects.iter().map(|name| name.to_vec());
            ledger.request = Some(Request {
                at: Instant::now(),
                authorities: authorities.collect(),
                schemes: sigschemes.iter().map(|scheme| u16::from(*scheme)).collect(),
                issuer,
                presented,
            });
        });
        let key = self.offer.as_ref()?.key.clone();
        key.filter(|_| presented == Presented::Sent)
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// The first of the server's schemes that the token can make. In TLS 1.3 rustls has already
/// taken out those that 1.3 forbids, so that the looser rule of 1.2 serves both.
fn choose(schemes: &[SignatureScheme], mechanisms: &[Mechanism]) -> Option<u16> {
    let mut offered = schemes.iter().map(|scheme| u16::from(*scheme));
    offered.find(|number| is_usable(*number, mechanisms, TlsVersion::Tls12))
}

/// The card's key as rustls knows keys.
struct CardKey {
    signer: Arc<dyn Signer>,
    mechanisms: Vec<Mechanism>,
    ledger: Shared,
}

impl SigningKey for CardKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn sign::Signer>> {
        Some(Box::new(CardSignature {
            signer: self.signer.clone(),
            scheme: choose(offered, &self.mechanisms)?,
            ledger: self.ledger.clone(),
        }))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        match self.mechanisms.first() {
            Some(Mechanism::Ecdsa(_)) => SignatureAlgorithm::ECDSA,
            _ => SignatureAlgorithm::RSA,
        }
    }
}

/// One signature to come.
struct CardSignature {
    signer: Arc<dyn Signer>,
    scheme: u16,
    ledger: Shared,
}

impl sign::Signer for CardSignature {
    /// Blocks as long as the card works.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.ledger
            .write(|ledger| ledger.signing = Some(Signing::begin(self.scheme)));
        let signed = signing::sign(&*self.signer, self.scheme, message);
        let signed = signed.ok_or_else(|| Error::General("no such scheme".to_owned()))?;
        self.ledger.write(|ledger| {
            if let Some(signing) = &mut ledger.signing {
                let outcome = signed.as_ref().map(|_| ()).map_err(Clone::clone);
                signing.ended = Some((Instant::now(), outcome));
            }
        });
        signed.map_err(|failure| Error::General(failure.to_string()))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::from(self.scheme)
    }
}

impl fmt::Debug for CardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardKey({:?})", self.mechanisms)
    }
}

impl fmt::Debug for CardSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardSignature(0x{:04X})", self.scheme)
    }
}
