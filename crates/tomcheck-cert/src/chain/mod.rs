//! Is every authority above the card's certificate on this machine, and where?
//!
//! Browsers and TLS clients that cannot reach the root from the certificate do not offer it, or
//! send a chain that the site cannot finish.

mod build;
mod findings;
mod known;
mod stores;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, Instant, Observation, Probe};

pub(crate) use self::findings::CHAIN_INCOMPLETE;
pub(crate) use self::stores::Store;
pub use self::stores::{AuthorityStores, StoreKind, StoreSeen};
use crate::identify::{Hierarchy, Validity};

/// Builds the chain of one certificate from the stores at hand. Computes only: the stores were
/// read before. A link is a signature that verifies, never a name alone; whether an authority is
/// revoked is not looked at.
///
/// At most eight links, and sixteen certificates of one name: stores can be hostile.
#[derive(Debug)]
pub struct ChainProbe<'a> {
    /// The certificate, DER.
    pub leaf: &'a [u8],
    /// Where its authorities may be.
    pub stores: &'a AuthorityStores,
    /// The moment the authorities must be valid at.
    pub now: Instant,
}

impl Probe for ChainProbe<'_> {
    type Seen = ChainSeen;
    const ID: &'static str = "cert.chain";

    fn observe(&self) -> ChainSeen {
        build::build(self.leaf, self.stores, self.now, &known::IGC_SANTE)
    }
}

/// The way from a certificate to its root, as far as it is on this machine.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ChainSeen {
    /// Told by the name of the certificate's issuer.
    pub hierarchy: Hierarchy,
    /// The moment it was judged at; none: an earlier version did not say.
    #[serde(default)]
    pub at: Option<Instant>,
    /// Where it was looked.
    pub stores: Vec<StoreSeen>,
    /// The authorities found, the certificate's issuer first.
    pub links: Vec<Link>,
    /// How it ended.
    pub end: ChainEnd,
    /// Certificates that bear an authority's name and are not it.
    pub strangers: Vec<Stranger>,
    #[serde(skip)]
    pub(crate) ders: Vec<Vec<u8>>,
}

/// An authority of the chain.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Its common name.
    pub common_name: String,
    /// On one line, RFC 4514.
    pub subject: String,
    /// Fingerprint of the DER, upper-case hexadecimal.
    pub sha256: String,
    /// Whether it is a root that IGC-Santé publishes, by its fingerprint, or signed by one that
    /// is at hand.
    pub is_of_igc_sante: bool,
    /// Whether it is signed by nobody above.
    pub is_root: bool,
    /// Every store that holds it.
    pub found_in: Vec<StoreKind>,
    /// From when to when it holds; none: an earlier version did not say.
    #[serde(default)]
    pub validity: Option<Validity>,
}

/// How a chain ended.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ChainEnd {
    /// With a root.
    Root,
    /// No store holds the authority that signed the last link.
    Missing {
        /// Its common name.
        common_name: String,
        /// Its name on one line, RFC 4514.
        subject: String,
        /// The fingerprint it must have, where it is one of IGC-Santé's roots.
        expected_sha256: Option<String>,
    },
    /// It comes back to one of its own links.
    Loop,
    /// It is longer than any chain in use.
    TooLong,
    /// The certificate itself cannot be read.
    Unreadable,
}

/// A certificate that bears an authority's name and is not it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Stranger {
    /// The name it bears.
    pub subject: String,
    /// Its fingerprint, upper-case hexadecimal.
    pub sha256: String,
    /// Where it lies.
    pub found_in: StoreKind,
    /// Why it is not the authority.
    pub kind: StrangerKind,
}

/// Why a certificate of an authority's name is not it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StrangerKind {
    /// It has the name of one of IGC-Santé's roots, and not its fingerprint.
    NotThePublished,
    /// It has the name of an authority of IGC-Santé, and no root of IGC-Santé certified it.
    NotUnderItsRoot,
    /// Its key, or the algorithm it signs with, is none that is verified here.
    CannotTell,
    /// Its key did not sign the certificate below.
    DidNotSign,
    /// It is no authority's certificate (basic constraints).
    NoAuthority,
}

impl ChainSeen {
    fn of(stores: &AuthorityStores, now: Instant) -> Self {
        Self {
            hierarchy: Hierarchy::Other,
            at: Some(now),
            stores: stores.stores.iter().map(Store::seen).collect(),
            links: Vec::new(),
            end: ChainEnd::Root,
            strangers: Vec::new(),
            ders: Vec::new(),
        }
    }

    /// The certificate's issuer, DER, where it was found; never in an observation read back.
    pub fn issuer(&self) -> Option<&[u8]> {
        self.ders.first().map(Vec::as_slice)
    }
}

impl Observation for ChainSeen {
    fn findings(&self) -> Vec<Finding> {
        findings::judge(self).into_iter().collect()
    }
}
