//! Do Windows' own stores hold the certificates of the card, for Edge and Chrome?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Finding, ForeignFailure, Identity, IdentityKind, Instant, Observation, Personal, Probe,
};

use super::looked::Looked;
use super::stores_findings;
use crate::x509;

/// A store of the session's user.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Store {
    /// « Personnel » (`MY`): what a browser offers.
    Personal,
    /// « Autorités de certification racines de confiance » (`Root`).
    Root,
    /// « Autorités intermédiaires » (`CA`).
    Intermediate,
}

/// Windows, as far as the card's certificates in its stores are concerned.
///
/// A port: what comes of it is judged on every system.
pub trait WindowsStores {
    /// The certificates of a store, at most 4096.
    ///
    /// # Errors
    ///
    /// What the system answered.
    fn certificates(&self, store: Store) -> Result<Vec<StoredCertificate>, ForeignFailure>;
    /// Whether the CPS certificate manager runs in this session, and how.
    fn manager(&self) -> Manager;
    /// What the service that copies certificates from cards does (`CertPropSvc`).
    fn propagation(&self) -> Looked<ServiceSeen>;
}

/// A certificate as it lies in a store.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StoredCertificate {
    /// DER.
    pub der: Vec<u8>,
    /// Who has its key (`CERT_KEY_PROV_INFO_PROP_ID`): `ASIP Sante Cryptographic Provider`.
    pub provider: Option<String>,
}

/// The CPS certificate manager, CCM.exe, which copies the card's certificates into the stores.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Manager {
    /// It runs in this session.
    Running {
        /// Whether it watches the readers by itself (`autoDetect`); none: nothing says so.
        automatic: Option<bool>,
    },
    /// It does not run in this session.
    NotRunning,
    /// It cannot be told.
    Failed {
        /// What the system answered.
        failure: ForeignFailure,
    },
}

/// What a service of Windows does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ServiceSeen {
    /// `dwCurrentState` of `SERVICE_STATUS`: 1 stopped, 4 running.
    pub state: u32,
    /// `Start` in the registry: 2 automatic, 3 on demand, 4 disabled.
    pub start: Option<u32>,
}

impl ServiceSeen {
    /// Whether it runs.
    pub const fn is_running(self) -> bool {
        self.state == 4
    }
}

/// Compares the stores of the session's user with the certificates of the card.
///
/// Reads the stores as they are, without the card and without the network; changes nothing.
/// Blocks for a few calls into the system.
#[derive(Clone, Copy)]
pub struct StoresProbe<'a> {
    /// Windows, or a record of one.
    pub windows: &'a dyn WindowsStores,
    /// The certificates of the card; none: they are not known.
    pub card: Option<CardCertificates<'a>>,
}

/// The certificates of the card, DER.
#[derive(Clone, Copy, Debug)]
pub struct CardCertificates<'a> {
    /// The one to authenticate with.
    pub authentication: &'a [u8],
    /// All of them.
    pub all: &'a [Vec<u8>],
}

impl Probe for StoresProbe<'_> {
    type Seen = StoresSeen;
    const ID: &'static str = "browser.stores";

    fn observe(&self) -> StoresSeen {
        let personal = self.windows.certificates(Store::Personal);
        let authentication = self.card.map(|card| card.authentication);
        StoresSeen {
            card: match (authentication, &personal) {
                (None, _) | (_, Err(_)) => CardInStore::NotAsked,
                (Some(der), Ok(stored)) => match stored.iter().any(|it| it.der == der) {
                    true => CardInStore::Present,
                    false => CardInStore::Missing {
                        certificate: certificate(der, None, None),
                    },
                },
            },
            issuer: authentication.map_or(Looked::NotAsked, |der| self.issuer(der)),
            personal: looked(personal.map(|stored| {
                let seen = stored.into_iter().map(|stored| {
                    let on_card = self.card.map(|card| card.all.contains(&stored.der));
                    certificate(&stored.der, stored.provider, on_card)
                });
                seen.collect()
            })),
            manager: self.windows.manager(),
            propagation: self.windows.propagation(),
            another_reaches: false,
            other_cpx_inserted: false,
        }
    }
}

impl StoresProbe<'_> {
    /// Where the authority stands that issued the certificate, in the store of intermediate ones
    /// or of roots.
    fn issuer(&self, der: &[u8]) -> Looked<Store> {
        let Some(issuer) = names(der).map(|(_, issuer)| issuer) else {
            return Looked::Absent;
        };
        for store in [Store::Intermediate, Store::Root] {
            match self.windows.certificates(store) {
                Err(failure) => return Looked::Failed { failure },
                Ok(stored) => {
                    let is_it = |it: &StoredCertificate| {
                        names(&it.der).is_some_and(|(subject, _)| subject == issuer)
                    };
                    if stored.iter().any(is_it) {
                        return Looked::Seen { found: store };
                    }
                }
            }
        }
        Looked::Absent
    }
}

fn looked<T>(answer: Result<T, ForeignFailure>) -> Looked<T> {
    match answer {
        Ok(found) => Looked::Seen { found },
        Err(failure) => Looked::Failed { failure },
    }
}

/// Subject and issuer, as DER.
fn names(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (parsed, _) = x509::parse(der).ok()?;
    let subject = parsed.subject().as_raw().to_vec();
    Some((subject, parsed.issuer().as_raw().to_vec()))
}

/// One that cannot be read keeps its digest.
fn certificate(der: &[u8], provider: Option<String>, on_card: Option<bool>) -> CertificateInStore {
    let mut seen = CertificateInStore {
        sha256: Personal::new(x509::sha256(der)),
        provider,
        on_card,
        ..CertificateInStore::default()
    };
    if let Ok((parsed, _)) = x509::parse(der) {
        let text = |name| x509::name::text(&x509::name::attributes(name));
        seen.subject = Personal::new(text(parsed.subject()));
        seen.issuer = text(parsed.issuer());
        seen.not_after = Some(Instant::from_unix(parsed.validity().not_after.timestamp()));
    }
    seen
}

/// What Windows' stores hold of the card.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct StoresSeen {
    /// Whether the certificate to authenticate with is in the personal store.
    pub card: CardInStore,
    /// In which store the authority stands that issued it.
    pub issuer: Looked<Store>,
    /// The personal store.
    pub personal: Looked<Vec<CertificateInStore>>,
    /// The CPS certificate manager.
    pub manager: Manager,
    /// The service that copies certificates from cards.
    pub propagation: Looked<ServiceSeen>,
    /// Whether another browser of this user reaches the card by itself.
    pub another_reaches: bool,
    /// Whether a reader of this machine holds another CPx, or a card that may be one: a
    /// certificate that is not on the card may be of that one.
    #[serde(default)]
    pub other_cpx_inserted: bool,
}

/// Whether the card's certificate is in the personal store.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum CardInStore {
    /// The card's certificate or the store is not known.
    NotAsked,
    /// It is there.
    Present,
    /// It is not.
    Missing {
        /// The one that lacks.
        certificate: CertificateInStore,
    },
}

/// A certificate, as much of it as tells it from others.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct CertificateInStore {
    /// Of its DER, in hexadecimal; it finds its holder in a directory.
    pub sha256: Personal,
    /// Subject.
    pub subject: Personal,
    /// Issuer.
    pub issuer: String,
    /// End of validity.
    pub not_after: Option<Instant>,
    /// Who has its key.
    pub provider: Option<String>,
    /// Whether it is on the card; none: the card is not known.
    pub on_card: Option<bool>,
}

impl CertificateInStore {
    /// Whether its key is on a card that the Cryptolib reads.
    pub fn is_of_a_cps(&self) -> bool {
        self.provider.as_deref() == Some(CPS_PROVIDER)
    }
}

/// Source: installer of the Cryptolib CPS 5.2.2; CCM.exe 3.10.
const CPS_PROVIDER: &str = "ASIP Sante Cryptographic Provider";

impl StoresSeen {
    /// Whether browsers that use the stores reach the card, as far as can be told: without the
    /// card's certificate, whether anything copies it.
    pub fn reaches_the_card(&self) -> bool {
        let copies = self.service_copies();
        match self.card {
            CardInStore::Present => true,
            CardInStore::Missing { .. } => false,
            CardInStore::NotAsked => copies || matches!(self.manager, Manager::Running { .. }),
        }
    }

    /// Whether Windows' own service copies certificates from cards.
    pub(super) fn service_copies(&self) -> bool {
        let service = self.propagation.found();
        service.is_some_and(|service| service.is_running())
    }

    /// Those that can be of no card that is there.
    pub(super) fn stale(&self) -> impl Iterator<Item = &CertificateInStore> {
        let stored = self.personal.found().into_iter().flatten();
        let stored = stored.filter(|_| !self.other_cpx_inserted);
        stored.filter(|stored| stored.is_of_a_cps() && stored.on_card == Some(false))
    }
}

impl Observation for StoresSeen {
    fn findings(&self) -> Vec<Finding> {
        stores_findings::judge(self)
    }

    fn identities(&self) -> Vec<Identity> {
        let lacking = match &self.card {
            CardInStore::Missing { certificate } => Some(certificate),
            CardInStore::NotAsked | CardInStore::Present => None,
        };
        let stored = self.personal.found().into_iter().flatten().chain(lacking);
        let telling = stored.flat_map(|stored| {
            [
                stored.subject.identity(IdentityKind::Name),
                stored.sha256.identity(IdentityKind::Serial),
            ]
        });
        telling.collect()
    }
}

impl std::fmt::Debug for StoresProbe<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoresProbe").finish_non_exhaustive()
    }
}
