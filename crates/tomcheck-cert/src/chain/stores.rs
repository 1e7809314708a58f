//! Where on this machine do certificates of authorities lie?

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{ForeignFailure, Text};

use crate::authorities::{Authorities, cryptolib_folder};
use crate::sys::known_authorities;

/// One place that authorities' certificates are kept in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum StoreKind {
    /// The card itself.
    Card,
    /// The folder the Cryptolib CPS lays down.
    Cryptolib,
    /// A file that was named (`--ca-file`).
    CaFile,
    /// The system's trusted roots: on Windows and macOS the browsers' own.
    System,
    /// Windows' intermediate authorities, the browsers' own too.
    Intermediate,
}

/// A store as it was found.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct StoreSeen {
    /// Which.
    pub kind: StoreKind,
    /// Where: a path, or the store's name.
    pub place: String,
    /// How many certificates it gave.
    pub certificates: usize,
    /// Why it could not be read, or not whole; none: it was, or is not there.
    pub failure: Option<ForeignFailure>,
}

/// Certificates of authorities, by the place they lie in.
#[derive(Clone, Debug, Default)]
pub struct AuthorityStores {
    pub(super) stores: Vec<Store>,
}

/// A store with what it holds, DER.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) kind: StoreKind,
    pub(crate) place: String,
    pub(crate) ders: Vec<Vec<u8>>,
    pub(crate) failure: Option<ForeignFailure>,
}

impl AuthorityStores {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also what the card carries, DER.
    #[must_use]
    pub fn with_card(self, ders: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let ders = ders.into_iter().take(MOST).collect();
        self.with(StoreKind::Card, String::new(), ders)
    }

    /// Also the folder of the Cryptolib CPS, where it stands on this system.
    #[must_use]
    pub fn with_cryptolib(self) -> Self {
        match cryptolib_folder() {
            Some(folder) => self.with_folder(&folder),
            None => self,
        }
    }

    /// Also this folder as that of the Cryptolib CPS; at most 64 files of a mebibyte.
    #[must_use]
    pub fn with_folder(self, folder: &Path) -> Self {
        let ders = Authorities::new().with_folder(folder).into_ders();
        self.with(StoreKind::Cryptolib, shown(folder), ders)
    }

    /// Also a file, one in DER or several in PEM.
    #[must_use]
    pub fn with_file(self, file: &Path) -> Self {
        let ders = Authorities::new().with_file(file).into_ders();
        self.with(StoreKind::CaFile, shown(file), ders)
    }

    /// Also those of the system, which it only reads: on Windows those of this user and this
    /// machine, roots and intermediates; on macOS the keychains; elsewhere the bundle.
    #[must_use]
    pub fn with_system(mut self) -> Self {
        self.stores.extend(known_authorities::read());
        self
    }

    /// Also what others hold, behind these.
    #[must_use]
    pub fn with_all(mut self, others: Self) -> Self {
        self.stores.extend(others.stores);
        self
    }

    fn with(mut self, kind: StoreKind, place: String, ders: Vec<Vec<u8>>) -> Self {
        self.stores.push(Store {
            kind,
            place,
            ders,
            failure: None,
        });
        self
    }
}

impl StoreKind {
    /// Whether browsers of this system look for authorities there.
    pub(super) fn is_of_browsers(self) -> bool {
        matches!(self, Self::System | Self::Intermediate) && BROWSERS_ASK_THE_SYSTEM
    }

    pub(super) const fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Card => ("la carte", "the card"),
            Self::Cryptolib => ("le coffre de la Cryptolib CPS", "the Cryptolib CPS folder"),
            Self::CaFile => ("le fichier indiqué", "the file named"),
            Self::System => ("les racines du système", "the system's roots"),
            Self::Intermediate => (
                "« Autorités de certification intermédiaires » de Windows",
                "Windows' “Intermediate Certification Authorities”",
            ),
        };
        Text { fr, en }
    }
}

impl Store {
    pub(super) fn seen(&self) -> StoreSeen {
        StoreSeen {
            kind: self.kind,
            place: self.place.clone(),
            certificates: self.ders.len(),
            failure: self.failure.clone(),
        }
    }
}

fn shown(path: &Path) -> String {
    PathBuf::from(path).to_string_lossy().into_owned()
}

/// Firefox on Linux keeps its own, and Chrome too.
const BROWSERS_ASK_THE_SYSTEM: bool = cfg!(windows);
/// A card has a handful.
const MOST: usize = 32;
