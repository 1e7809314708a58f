//! Which certificates are where, with as few calls as it takes?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, Identity, IdentityKind, Observation, Probe};

use crate::worker::Request;
use crate::{CallFailure, SlotSeen, TokenCertificate, Worker};

/// Lists every slot and the certificates of every card in one; asks for nothing else of it,
/// unlike [`crate::TokenProbe`].
///
/// With loading, `C_Initialize` and the end: fifteen calls for two slots and a card of two
/// certificates. Talks to the cards; reads only, no login. Each call blocks for at most the
/// worker's deadline per call. The module must be initialised.
#[derive(Debug)]
pub struct ListingProbe<'a> {
    worker: &'a Worker,
}

impl<'a> ListingProbe<'a> {
    /// A probe of all cards that the worker's module sees.
    pub fn new(worker: &'a Worker) -> Self {
        Self { worker }
    }

    fn list(&self, slot: SlotSeen) -> Listed {
        let certificates = match slot.token_present && !slot.is_blank && slot.refusal.is_none() {
            true => match self.worker.ask(&Request::Certificates { slot: slot.id }) {
                Ok(certificates) => Certificates::Read(certificates),
                Err(failure) => Certificates::Failed(failure),
            },
            false => Certificates::NoCard,
        };
        Listed { slot, certificates }
    }
}

impl Probe for ListingProbe<'_> {
    type Seen = ListingSeen;
    const ID: &'static str = "token.listing";

    fn observe(&self) -> ListingSeen {
        match self.worker.ask::<Vec<SlotSeen>>(&Request::Slots) {
            Ok(slots) => {
                let slots = slots.into_iter().map(|slot| self.list(slot));
                ListingSeen::Slots(slots.collect())
            }
            Err(failure) => ListingSeen::Failed(failure),
        }
    }
}

/// The slots of the module.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ListingSeen {
    /// In the module's order.
    Slots(Vec<Listed>),
    /// They could not be listed.
    Failed(CallFailure),
}

/// A slot and what is in it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// The slot.
    pub slot: SlotSeen,
    /// The certificates of its card.
    pub certificates: Certificates,
}

/// The certificates of a slot.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Certificates {
    /// There is no card, or none that the module reads: see the slot's `refusal`.
    NoCard,
    /// In the module's order.
    Read(Vec<TokenCertificate>),
    /// A call failed under way.
    Failed(CallFailure),
}

impl Observation for ListingSeen {
    /// Only that a call crashed, hung or answered what cannot be: which card is to be judged, a
    /// listing does not know.
    fn findings(&self) -> Vec<Finding> {
        let failures: Vec<_> = match self {
            Self::Failed(failure) => vec![failure],
            Self::Slots(slots) => {
                let failed = slots
                    .iter()
                    .filter_map(|listed| match &listed.certificates {
                        Certificates::Failed(failure) => Some(failure),
                        Certificates::NoCard | Certificates::Read(_) => None,
                    });
                failed.collect()
            }
        };
        failures
            .into_iter()
            .filter_map(CallFailure::finding)
            .collect()
    }

    fn identities(&self) -> Vec<Identity> {
        let Self::Slots(slots) = self else {
            return vec![];
        };
        let read = slots
            .iter()
            .filter_map(|listed| match &listed.certificates {
                Certificates::Read(certificates) => Some(certificates),
                _ => None,
            });
        let der = |certificate: &TokenCertificate| {
            let text = crate::hexadecimal::encode(&certificate.der);
            Identity::new(IdentityKind::Identifier, text)
        };
        read.flatten().map(der).collect()
    }
}
