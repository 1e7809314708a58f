//! Which smart-card readers are plugged into this machine, and what keeps PC/SC from them?

#[cfg(any(target_os = "linux", test))]
pub(crate) mod bundle;
pub(crate) mod missing;
pub(crate) mod models;
mod obstacles;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Evidence, ForeignFailure, Text, Value};

use self::models::Model;

/// Smart-card readers on the USB bus.
///
/// Interfaces of class 0x0B (USB CCID 1.1 §4), and the models of a table that are not of the
/// class. On Windows all present devices are gone through: a reader without a driver has no
/// device class of Windows, and yet its interface tells the class by the compatible
/// identifier `USB\Class_0B`.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "usb", rename_all = "kebab-case")]
pub enum UsbReaders {
    /// Nobody looked.
    #[default]
    NotLooked,
    /// The bus cannot be listed.
    Failed {
        /// Why.
        failure: ForeignFailure,
    },
    /// What is plugged; may be empty.
    Seen {
        /// In the order of the bus.
        readers: Vec<UsbReader>,
    },
}

impl UsbReaders {
    /// The readers seen; none where nobody could look.
    pub fn seen(&self) -> &[UsbReader] {
        match self {
            Self::Seen { readers } => readers,
            Self::NotLooked | Self::Failed { .. } => &[],
        }
    }

    /// Whether somebody looked and there is none: not the same as not having looked.
    pub(crate) fn is_known_empty(&self) -> bool {
        matches!(self, Self::Seen { readers } if readers.is_empty())
    }

    /// Whether the system says of a reader that it does not work, and of none that it does.
    pub(crate) fn is_known_broken(&self) -> bool {
        let readers = self.seen();
        let works = |reader: &UsbReader| reader.driver == DriverSeen::Status { problem: 0 };
        readers.iter().any(UsbReader::is_known_broken) && !readers.iter().any(works)
    }

    /// What was seen, or that nobody could look.
    pub(crate) fn evidence(&self) -> Vec<Evidence> {
        let evidence = |value: Value| Evidence::new("usb", USB, value);
        match self {
            Self::NotLooked => Vec::new(),
            Self::Failed { failure } => vec![evidence(NOT_SEEN.into()), failure.into()],
            Self::Seen { readers } if readers.is_empty() => vec![evidence(NOTHING.into())],
            Self::Seen { readers } => readers.iter().map(UsbReader::evidence).collect(),
        }
    }
}

/// One smart-card reader on the USB bus.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct UsbReader {
    /// Where it is plugged, as the system names it: `1-4`; empty where it does not tell.
    pub place: String,
    /// Its own name, empty when it gives none.
    pub name: String,
    /// Vendor and product number: `08e6:3437`.
    pub id: String,
    /// What stands between it and PC/SC.
    #[serde(default)]
    pub driver: DriverSeen,
}

impl UsbReader {
    /// As people know it.
    pub fn called(&self) -> &str {
        match Model::of(&self.id) {
            Some(model) if self.name.is_empty() => model.called,
            _ => &self.name,
        }
    }

    pub(crate) fn evidence(&self) -> Evidence {
        let text = format!("{} [{}]", self.called(), self.id);
        Evidence::new("usb", USB, text.trim_start())
    }
}

/// What stands between a reader and PC/SC.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "driver", rename_all = "kebab-case")]
pub enum DriverSeen {
    /// Nobody looked.
    #[default]
    NotLooked,
    /// What the system says of the device could not be had.
    Failed {
        /// Why.
        failure: ForeignFailure,
    },
    /// Windows: what its Device Manager says.
    Status {
        /// `CM_PROB_…` of `CM_Get_DevNode_Status`; 0: the device works.
        problem: u32,
    },
    /// Linux: nobody may use the device (`authorized` of sysfs is 0), as USBGuard has it of those
    /// it does not know.
    Blocked,
    /// pcsc-lite: what pcscd needs to drive it.
    Bundle {
        /// Whether pcscd may open the device.
        node: NodeSeen,
        /// Whether a driver names it.
        bundle: BundleSeen,
    },
}

/// Whether pcscd may open a USB device: its file under `/dev/bus/usb`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "node", rename_all = "kebab-case")]
pub enum NodeSeen {
    /// Nobody could tell: pcscd does not run, or keeps its user to itself.
    NotLooked,
    /// Its permissions let pcscd in.
    Open,
    /// Its permissions keep pcscd out, to whom `open` would answer `EACCES`.
    Closed {
        /// The file.
        path: String,
        /// Owner, group and permissions, as `0:0 0600`.
        rights: String,
    },
    /// There is no such file, as in a container that was not given the bus.
    Absent {
        /// The errno.
        failure: ForeignFailure,
    },
    /// Any other answer.
    Failed {
        /// The errno.
        failure: ForeignFailure,
    },
}

/// Whether a driver of pcsc-lite names a reader: pcscd leaves alone what none names.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "bundle", rename_all = "kebab-case")]
pub enum BundleSeen {
    /// No driver is installed at all.
    NoDriver,
    /// None of those that are installed names it.
    Unknown,
    /// One does.
    Known {
        /// The name it gives the reader; empty when it gives none.
        name: String,
    },
}

const USB: Text = Text {
    fr: "lecteur vu sur USB",
    en: "reader seen on USB",
};
const NOTHING: Text = Text {
    fr: "aucun",
    en: "none",
};
const NOT_SEEN: Text = Text {
    fr: "impossible à regarder",
    en: "could not look",
};
