//! Is this the right server, and does it get the certificate?

use std::sync::Arc;
use std::time::Instant;

use openssl::error::ErrorStack;
use openssl::ssl::{SslContextBuilder, SslRef};

use super::key::Identity;
use super::talk::Course;
use crate::credential::{Credential, Mechanism, issuer_verdict};
use crate::handshake::HandshakeProbe;
use crate::rustls_adapter::{Request, Shared, judge_server};
use crate::scheme::{Scheme, TlsVersion, all_usable_with, usable_schemes};
use crate::seen::{IssuerVerdict, Presented};
use crate::sys::{Witness, authorities, peer_schemes, sign_with};
use crate::trust::Trust;

/// Decides what rustls's callbacks decide, from the same facts.
pub(super) struct Watch {
    host: String,
    trust: Trust,
    credential: Option<Credential>,
    identity: Option<Identity>,
    ledger: Shared,
    course: Arc<Course>,
}

impl Watch {
    /// Limits the signatures of `context` to what the token makes, too.
    pub(super) fn new(
        probe: &HandshakeProbe,
        ledger: Shared,
        course: Arc<Course>,
        context: &mut SslContextBuilder,
    ) -> Result<Self, ErrorStack> {
        let credential = probe.credential.clone();
        let mechanisms = credential.as_ref().map(Credential::fitting);
        let names = all_usable_with(&mechanisms.unwrap_or_default());
        if !names.is_empty() && !sign_with(context, &names) {
            return Err(ErrorStack::get());
        }
        Ok(Self {
            host: probe.host.clone(),
            trust: probe.trust.clone(),
            identity: credential
                .as_ref()
                .and_then(|credential| Identity::of(credential, &ledger)),
            credential,
            ledger,
            course,
        })
    }

    fn decide(&self, credential: &Credential, request: &Demand) -> (IssuerVerdict, Presented) {
        let issuer = issuer_verdict(&credential.issuers(), &request.authorities);
        let presented = if issuer == IssuerVerdict::NotAccepted {
            Presented::KeptIssuerNotAccepted
        } else if !request.suits(&credential.fitting()) {
            Presented::KeptNoCommonScheme
        } else if credential.signer.is_none() {
            Presented::KeptWithoutSigner
        } else if self.identity.is_none() {
            Presented::KeptByOpenssl
        } else {
            Presented::Sent
        };
        (issuer, presented)
    }
}

impl Witness for Watch {
    fn trusts(&self, chain: &[Vec<u8>]) -> bool {
        judge_server(&self.trust, &self.host, chain, &self.ledger)
    }

    fn is_asked(&self, ssl: &mut SslRef) {
        self.course.note_demand(ssl);
        let demand = Demand {
            authorities: authorities(ssl),
            schemes: peer_schemes(ssl),
            version: self.course.version(),
        };
        let credential = self.credential.as_ref();
        let (issuer, presented) = credential
            .map_or((IssuerVerdict::NotAsked, Presented::NotAsked), |it| {
                self.decide(it, &demand)
            });
        let presented = self.put_into(ssl, presented);
        self.ledger.with(|ledger| {
            ledger.request = Some(Request {
                at: Instant::now(),
                authorities: demand.authorities,
                schemes: demand.schemes,
                issuer,
                presented,
            });
        });
    }
}

impl Watch {
    /// What OpenSSL itself refuses, as it does a signature by SHA-1, stays out.
    fn put_into(&self, ssl: &mut SslRef, presented: Presented) -> Presented {
        let is_new = ssl.certificate().is_none();
        let wanted = self.identity.as_ref();
        let wanted = wanted.filter(|_| is_new && presented == Presented::Sent);
        match wanted.map(|identity| identity.put_into(ssl)) {
            Some(Err(_)) => Presented::KeptByOpenssl,
            Some(Ok(())) | None => presented,
        }
    }
}

impl Identity {
    fn put_into(&self, ssl: &mut SslRef) -> Result<(), ErrorStack> {
        ssl.set_certificate(&self.leaf)?;
        for issuer in &self.issuers {
            ssl.add_chain_cert(issuer.clone())?;
        }
        ssl.set_private_key(&self.key)
    }
}

/// The server's CertificateRequest.
struct Demand {
    authorities: Vec<Vec<u8>>,
    schemes: Vec<u16>,
    version: Option<TlsVersion>,
}

impl Demand {
    /// Before TLS 1.2 nothing is named: RSA signs both digests bare, which any PKCS#1 does.
    fn suits(&self, mechanisms: &[Mechanism]) -> bool {
        let version = self.version.unwrap_or(TlsVersion::Tls12);
        if version < TlsVersion::Tls12 {
            return mechanisms.contains(&Mechanism::RsaPkcs1);
        }
        let offered: Vec<_> = self.schemes.iter().map(|n| Scheme::of(*n)).collect();
        !usable_schemes(&offered, mechanisms, version).is_empty()
    }
}
