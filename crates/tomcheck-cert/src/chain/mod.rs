//! Is every authority above the card's certificate on this machine, and where?
//!
//! Browsers and TLS clients that cannot reach the root from the certificate do not offer it, or
//! send a chain that the site cannot finish.

mod build;
mod findings;
mod known;
mod stores;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, Observation, Probe};

pub(crate) use self::findings::CHAIN_INCOMPLETE;
pub(crate) use self::stores::Store;
pub use self::stores::{AuthorityStores, StoreKind, StoreSeen};
use crate::identify::Hierarchy;

/// Builds the chain of one certificate from the stores at hand. Computes only: the stores were
/// read before. A link is a signature that verifies, never a name alone; revocation and
/// validity of the authorities are not looked at.
///
/// At most eight links, and sixteen certificates of one name: stores can be hostile.
#[derive(Debug)]
pub struct ChainProbe<'a> {
    /// The certificate, DER.
    pub leaf: &'a [u8],
    /// Where its authorities may be.
    pub stores: &'a AuthorityStores,
}

impl Probe for ChainProbe<'_> {
    type Seen = ChainSeen;
    const ID: &'static str = "cert.chain";

    fn observe(&self) -> ChainSeen {
        build::build(self.leaf, self.stores)
    }
}

/// The way from a certificate to its root, as far as it is on this machine.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ChainSeen {
    /// Told by the name of the certificate's issuer.
    pub hierarchy: Hierarchy,
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
    /// Whether it is one of the nine authorities IGC-Santé publishes, by its fingerprint.
    pub is_of_igc_sante: bool,
    /// Whether it is signed by nobody above.
    pub is_root: bool,
    /// Every store that holds it.
    pub found_in: Vec<StoreKind>,
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
        /// The fingerprint it must have, where it is one of IGC-Santé's nine.
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
    /// It has the name of one of IGC-Santé's nine, and not its fingerprint.
    NotThePublished,
    /// Its key did not sign the certificate below.
    DidNotSign,
    /// It is no authority's certificate (basic constraints).
    NoAuthority,
}

impl ChainSeen {
    fn of(stores: &AuthorityStores) -> Self {
        Self {
            hierarchy: Hierarchy::Other,
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
