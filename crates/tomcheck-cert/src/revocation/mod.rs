//! Has the card's certificate been revoked, and who says so?
//!
//! The addresses stand in the certificate: a responder (OCSP) is asked first, which is one short
//! answer, then the list (CRL), which may be long and is never held whole. An answer counts when
//! its signature is the issuer's, or that of a responder the issuer named, and when it is of now.

mod findings;
mod list;
mod ocsp;
mod port;
mod scope;
mod tape;

use std::io::Read;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, ForeignFailure, Instant, Observation, Probe};
use x509_parser::prelude::{FromDer, X509Certificate};

pub(crate) use self::findings::{REVOCATION_UNKNOWN, REVOKED};
use self::list::{List, Wanted};
use self::ocsp::Question;
pub use self::port::{Fetch, FetchFailure, FetchPhase, FetchRequest};
use self::scope::Coverage;
use self::tape::Fault;
use crate::identify::Validity;
use crate::x509::parts::Parts;
use crate::x509::signed::Verdict;

/// Asks the addresses of one certificate whether it was revoked, one after another until one
/// says so or not. Blocks as long as `fetch` does; touches the network, not the card.
pub struct RevocationProbe<'a> {
    /// The certificate, DER.
    pub certificate: &'a [u8],
    /// Its issuer's certificate, DER; none: it is not on this machine, and nobody is asked, as no
    /// answer could be verified.
    pub issuer: Option<&'a [u8]>,
    /// How to ask.
    pub fetch: &'a dyn Fetch,
    /// The moment answers are judged at.
    pub now: Instant,
}

impl RevocationProbe<'_> {
    /// Whether the certificate (DER) names an address that could be asked, or any at all.
    pub fn has_addresses(certificate: &[u8]) -> bool {
        !addresses(certificate).is_empty()
    }
}

impl Probe for RevocationProbe<'_> {
    type Seen = RevocationSeen;
    const ID: &'static str = "cert.revocation";

    fn observe(&self) -> RevocationSeen {
        let mut answers: Vec<Answer> = Vec::new();
        for (kind, url) in addresses(self.certificate).into_iter().take(MOST_ADDRESSES) {
            let outcome = match answers.iter().any(|answer| answer.outcome.settles()) {
                true => Outcome::NotAsked(NotAsked::Settled),
                false => self.ask(kind, &url),
            };
            answers.push(Answer { kind, url, outcome });
        }
        RevocationSeen {
            at: self.now,
            issuer_at_hand: self.issuer.is_some(),
            answers,
        }
    }
}

/// What every address of a certificate answered.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RevocationSeen {
    /// The moment answers were judged at.
    pub at: Instant,
    /// Whether the issuer's certificate was at hand to verify them with.
    pub issuer_at_hand: bool,
    /// In the order they were asked.
    pub answers: Vec<Answer>,
}

/// One address and what came of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Which protocol.
    pub kind: SourceKind,
    /// As the certificate has it.
    pub url: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// How revocation is published.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A responder. Source: RFC 6960.
    Ocsp,
    /// A list. Source: RFC 5280 §5.
    Crl,
}

/// What came of one address.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// Not revoked, and the answer can be relied on.
    Good {
        /// From when until when the answer holds.
        dates: Dates,
        /// How many certificates the list names, and its bytes; none of a responder.
        list: Option<ListSize>,
    },
    /// Revoked, and the answer can be relied on.
    Revoked {
        /// From when until when the answer holds.
        dates: Dates,
        /// Since when and why.
        revoked: Revoked,
    },
    /// Nothing one could rely on.
    Doubtful(Doubt),
    /// It was not asked.
    NotAsked(NotAsked),
}

/// The size of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ListSize {
    /// Certificates it names.
    pub entries: u64,
    /// Bytes.
    pub bytes: u64,
}

/// From when until when an answer holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Dates {
    /// When it was known to be so (`thisUpdate`).
    pub this_update: Instant,
    /// When the next answer is due; none: at any time.
    pub next_update: Option<Instant>,
}

/// Since when a certificate is revoked, and why.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Revoked {
    /// Since when.
    pub at: Instant,
    /// `CRLReason`, RFC 5280 §5.3.1; none: not said.
    pub reason: Option<u8>,
}

/// Why an address was not asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NotAsked {
    /// It is no `http://` address (LDAP): this version does not speak it.
    OtherProtocol,
    /// Without the issuer's certificate no question can be put to a responder, and no answer
    /// verified.
    IssuerMissing,
    /// Another address had already answered.
    Settled,
}

/// Why an answer says nothing one could rely on.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Doubt {
    /// There is none.
    Unreachable(FetchFailure),
    /// It broke off: it ends within what it announces.
    Truncated {
        /// How many bytes there were.
        bytes: u64,
    },
    /// It is longer than any.
    TooLong {
        /// How many bytes it announces.
        bytes: u64,
    },
    /// It is not what it should be.
    Unreadable {
        /// What the decoder stumbled on.
        what: String,
    },
    /// The responder refused (`tryLater`, `unauthorized`…).
    Refused {
        /// As RFC 6960 spells it.
        status: String,
    },
    /// The list is another authority's.
    OtherIssuer,
    /// The answer is about another certificate.
    OtherCertificate,
    /// The responder does not know the certificate.
    UnknownThere,
    /// The signature is wrong.
    SignatureWrong,
    /// The signature could not be verified: its algorithm or the size of the key is none that is
    /// verified here, or it wants more held in memory than is.
    AlgorithmUnknown,
    /// The issuer's key may sign certificates, and no lists.
    SignerNotAllowed,
    /// The issuer's certificate does not hold now.
    IssuerNotValid {
        /// From when to when it does.
        validity: Validity,
        /// When it was judged.
        at: Instant,
    },
    /// The issuer did not name this responder.
    ResponderNotAllowed,
    /// It is out of date.
    Stale {
        /// When the next one was due.
        next_update: Instant,
    },
    /// It does not say until when it holds, and is old.
    Undated {
        /// When it was known to be so.
        this_update: Instant,
        /// When it was judged.
        at: Instant,
    },
    /// It is of a time to come: one of the two clocks is wrong.
    ToCome {
        /// When it was issued.
        this_update: Instant,
    },
    /// The list covers something else: changes only, other issuers, some certificates only.
    NotForThis,
    /// The list is published for other addresses than the certificate's.
    OtherPoint,
    /// The list does not name the certificate, and covers some reasons for revoking only.
    SomeReasons,
}

impl Outcome {
    fn settles(&self) -> bool {
        matches!(self, Self::Good { .. } | Self::Revoked { .. })
    }
}

impl Dates {
    fn judge(&self, now: Instant) -> Result<(), Doubt> {
        let this_update = self.this_update;
        match self.next_update {
            _ if this_update.unix() > now.unix() + CLOCKS_DIFFER => {
                Err(Doubt::ToCome { this_update })
            }
            Some(next_update) if next_update.unix() < now.unix() - CLOCKS_DIFFER => {
                Err(Doubt::Stale { next_update })
            }
            None if this_update.unix() < now.unix() - LONGEST_UNDATED => Err(Doubt::Undated {
                this_update,
                at: now,
            }),
            _ => Ok(()),
        }
    }
}

impl RevocationProbe<'_> {
    fn ask(&self, kind: SourceKind, url: &str) -> Outcome {
        let is_http = url
            .get(..7)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
        if !is_http {
            return Outcome::NotAsked(NotAsked::OtherProtocol);
        }
        let Some(issuer) = self.issuer else {
            return Outcome::NotAsked(NotAsked::IssuerMissing);
        };
        let answer = match X509Certificate::from_der(issuer) {
            Ok((_, issuer)) => self.answer(kind, url, &issuer),
            Err(_) => Err(unreadable("the issuer")),
        };
        answer.unwrap_or_else(Outcome::Doubtful)
    }

    /// What an authority says that is valid no more is not believed, nor what it says of itself.
    fn answer(
        &self,
        kind: SourceKind,
        url: &str,
        issuer: &X509Certificate<'_>,
    ) -> Result<Outcome, Doubt> {
        let outcome = match kind {
            SourceKind::Ocsp => self.responder(url, issuer)?,
            SourceKind::Crl => self.list(url, issuer)?,
        };
        let [not_before, not_after] = [issuer.validity().not_before, issuer.validity().not_after]
            .map(|time| Instant::from_unix(time.timestamp()));
        let validity = Validity {
            not_before,
            not_after,
        };
        match validity.contains(self.now) {
            true => Ok(outcome),
            false => Err(Doubt::IssuerNotValid {
                validity,
                at: self.now,
            }),
        }
    }

    fn responder(&self, url: &str, issuer: &X509Certificate<'_>) -> Result<Outcome, Doubt> {
        let question = Question::about(self.certificate, issuer.as_raw());
        let question = question.ok_or_else(|| unreadable("the certificate"))?;
        let request = FetchRequest {
            url,
            body: Some(("application/ocsp-request", &question.der)),
        };
        let body = self.fetch.fetch(&request).map_err(Doubt::Unreachable)?;
        let mut response = Vec::new();
        let read = body.take(LONGEST_RESPONSE + 1).read_to_end(&mut response);
        read.map_err(|error| broken_off(ForeignFailure::from_io("read", &error)))?;
        let bytes = response.len() as u64;
        if bytes > LONGEST_RESPONSE {
            return Err(Doubt::TooLong { bytes });
        }
        let issuer = ocsp::Issuer {
            certificate: issuer,
        };
        let answer = question.answer(&response, &issuer, self.now)?;
        Ok(outcome(answer.dates, answer.revoked, None))
    }

    fn list(&self, url: &str, issuer: &X509Certificate<'_>) -> Result<Outcome, Doubt> {
        let (_, certificate) = X509Certificate::from_der(self.certificate)
            .map_err(|_| unreadable("the certificate"))?;
        let wanted = Wanted {
            serial: certificate.raw_serial(),
            key: issuer.public_key(),
        };
        let request = FetchRequest { url, body: None };
        let body = self.fetch.fetch(&request).map_err(Doubt::Unreachable)?;
        let list = list::read(body, &wanted)?;
        list.judge(&certificate, issuer, self.now)
    }
}

impl List {
    fn judge(
        &self,
        certificate: &X509Certificate<'_>,
        issuer: &X509Certificate<'_>,
        now: Instant,
    ) -> Result<Outcome, Doubt> {
        if self.issuer != certificate.issuer().as_raw() {
            return Err(Doubt::OtherIssuer);
        }
        match self.signature {
            Verdict::Right if may_sign_lists(issuer) => {}
            Verdict::Right => return Err(Doubt::SignerNotAllowed),
            Verdict::Wrong => return Err(Doubt::SignatureWrong),
            Verdict::Unsupported => return Err(Doubt::AlgorithmUnknown),
        }
        let coverage = self.scope.covers(certificate, &self.issuer)?;
        let this_update = self.this_update.ok_or_else(|| unreadable("the date"))?;
        let dates = Dates {
            this_update,
            next_update: self.next_update,
        };
        dates.judge(now)?;
        match self.entry {
            Some(entry) if entry.is_unknown => return Err(Doubt::NotForThis),
            None if coverage == Coverage::SomeReasons => return Err(Doubt::SomeReasons),
            _ => {}
        }
        let revoked = self.entry.map(|entry| Revoked {
            at: entry.at,
            reason: entry.reason,
        });
        let size = ListSize {
            entries: self.entries,
            bytes: self.bytes,
        };
        Ok(outcome(dates, revoked, Some(size)))
    }
}

/// Source: RFC 5280 §6.3.3 (f).
fn may_sign_lists(issuer: &X509Certificate<'_>) -> bool {
    let usage = issuer.key_usage().ok().flatten();
    usage.is_none_or(|usage| usage.value.crl_sign())
}

fn outcome(dates: Dates, revoked: Option<Revoked>, list: Option<ListSize>) -> Outcome {
    match revoked {
        // Taken back from a delta list: no reason of its own (RFC 5280 §5.3.1).
        Some(Revoked {
            reason: Some(REMOVED),
            ..
        })
        | None => Outcome::Good { dates, list },
        Some(revoked) => Outcome::Revoked { dates, revoked },
    }
}

impl From<Fault> for Doubt {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Read(failure) => broken_off(failure),
            Fault::Truncated { bytes } => Self::Truncated { bytes },
            Fault::TooLong { bytes } => Self::TooLong { bytes },
            Fault::Malformed { what, at } => Self::Unreadable {
                what: format!("byte {at}: {what}"),
            },
        }
    }
}

fn broken_off(failure: ForeignFailure) -> Doubt {
    Doubt::Unreachable(FetchFailure {
        phase: FetchPhase::Body,
        failure,
        proxy: None,
    })
}

fn unreadable(what: &str) -> Doubt {
    Doubt::Unreadable {
        what: what.to_owned(),
    }
}

/// Every address the certificate (DER) names, responders first.
fn addresses(certificate: &[u8]) -> Vec<(SourceKind, String)> {
    let Ok((Parts { extensions, .. }, _)) = Parts::of(certificate) else {
        return Vec::new();
    };
    let responders = extensions
        .ocsp
        .into_iter()
        .map(|url| (SourceKind::Ocsp, url));
    let lists = extensions.crl.into_iter().map(|url| (SourceKind::Crl, url));
    responders.chain(lists).collect()
}

impl Observation for RevocationSeen {
    fn findings(&self) -> Vec<Finding> {
        findings::judge(self).into_iter().collect()
    }
}

/// IGC-Santé names one responder and two places of its list.
const MOST_ADDRESSES: usize = 6;
/// With its certificates an answer has some three thousand bytes.
const LONGEST_RESPONSE: u64 = 256 * 1024;
/// Seconds that two clocks in good order may differ.
const CLOCKS_DIFFER: i64 = 300;
/// Seconds that an answer is believed which does not say until when it holds: a week, the longest
/// of which authorities are asked for anew (CA/Browser Forum, Baseline Requirements §4.9.7).
///
/// RFC 5280 §5.1.2.5 wants the date in every list and says nothing of those without; RFC 6960
/// §4.2.2.1 lets a responder leave it out that has newer information at any time; RFC 5019 §4
/// rejects such an answer.
const LONGEST_UNDATED: i64 = 7 * 86_400;
/// `removeFromCRL`.
const REMOVED: u8 = 8;
