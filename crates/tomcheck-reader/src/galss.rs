//! What does the GALSS of this machine reach its readers by?
//!
//! The GALSS ("Gestionnaire d'Accès aux Lecteurs Santé Social") is how software for
//! SESAM-Vitale finds its readers. Its galss.ini describes channels: a serial line with the
//! PSS protocol, where PC/SC sees no reader, or a reader of PC/SC by its name.

mod errors;
mod ini;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Evidence, Finding, ForeignFailure, Severity, Text, Value};

pub use self::errors::{GALSS_ERRORS, GalssError, galss_error};
pub use self::ini::read as read_galss_ini;
use crate::rows::{GALSS_ONLY, GALSS_READER_MISSING};

/// The settings of the GALSS.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "galss", rename_all = "kebab-case")]
pub enum Galss {
    /// Nobody looked.
    #[default]
    NotLooked,
    /// No galss.ini in any place it is known to be.
    Absent,
    /// The file is there and cannot be read.
    Failed {
        /// Where it is.
        path: String,
        /// Why.
        failure: ForeignFailure,
    },
    /// The file.
    Seen {
        /// Where it is.
        path: String,
        /// In the order of their numbers; may be empty.
        channels: Vec<Channel>,
    },
}

/// One channel of the GALSS: a reader, or one slot of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// `[CANALn]`.
    pub number: u32,
    /// How the reader is reached.
    pub link: Link,
    /// What it leads to, as software asks for it: `CPS`, `Vitale`.
    pub resources: Vec<String>,
}

/// How the GALSS reaches a reader.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Link {
    /// By a serial line, with the PSS protocol.
    Serial {
        /// The number of the COM port; none where the file has none.
        port: Option<u32>,
    },
    /// By PC/SC.
    Pcsc {
        /// The reader's name.
        reader: String,
    },
    /// By a library nobody has told tomcheck about.
    Other {
        /// Its file; empty where the file names none.
        library: String,
    },
}

/// The serial ports of this machine, where a reader's driver may have made one.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "serial", rename_all = "kebab-case")]
pub enum SerialPorts {
    /// Nobody looked.
    #[default]
    NotLooked,
    /// They cannot be listed.
    Failed {
        /// Why.
        failure: ForeignFailure,
    },
    /// As the system names them: `COM8`, `ttyUSB0`; may be empty.
    Seen {
        /// In order.
        ports: Vec<String>,
    },
}

impl Channel {
    /// Whether the card of a professional is read by it: one that names nothing may be.
    pub fn leads_to_the_cps(&self) -> bool {
        let named = self.resources.iter();
        self.resources.is_empty()
            || named
                .into_iter()
                .any(|it| it.to_uppercase().starts_with("CPS"))
    }
}

impl Galss {
    /// Reads galss.ini where it is: in the file `TOMCHECK_GALSS_INI` names, which packagers and
    /// tests set, else in the first of `places`. Blocks as long as the disk does.
    pub(crate) fn look(places: &[PathBuf]) -> Self {
        match std::env::var_os(REPLACED) {
            Some(path) => Self::first_of(&[PathBuf::from(path)]),
            None => Self::first_of(places),
        }
    }

    fn first_of(places: &[PathBuf]) -> Self {
        let Some(path) = places.iter().find(|path| path.is_file()) else {
            return Self::Absent;
        };
        let written = path.display().to_string();
        match content(path) {
            Ok(bytes) => Self::Seen {
                path: written,
                channels: ini::read(&bytes),
            },
            Err(error) => Self::Failed {
                path: written,
                failure: ForeignFailure::from_io("read galss.ini", &error),
            },
        }
    }

    fn channels(&self) -> &[Channel] {
        match self {
            Self::Seen { channels, .. } => channels,
            Self::NotLooked | Self::Absent | Self::Failed { .. } => &[],
        }
    }

    fn file(&self) -> Option<Evidence> {
        match self {
            Self::Seen { path, .. } => Some(Evidence::raw("galss.ini", path.clone())),
            Self::NotLooked | Self::Absent | Self::Failed { .. } => None,
        }
    }

    /// Where PC/SC has no reader: the card may well be read, but by the GALSS alone.
    pub(crate) fn is_the_only_way(&self, ports: &SerialPorts) -> Option<Finding> {
        let named = self.channels().iter().filter(|it| it.leads_to_the_cps());
        let mut serial = named.filter_map(|channel| match &channel.link {
            Link::Serial { port } => Some(*port),
            Link::Pcsc { .. } | Link::Other { .. } => None,
        });
        let number = serial.next()?;
        let port = number.map_or_else(|| "?".to_owned(), |port| format!("COM{port}"));
        let is_gone = number.is_some() && ports.lack(&port);
        let finding = Finding::of(&GALSS_ONLY)
            .with(Evidence::new("port", PORT, port))
            .with_all(self.file())
            .with_all(ports.evidence());
        Some(if is_gone {
            finding.noting(PORT_GONE)
        } else {
            finding
        })
    }

    /// The channels that lead to the card by readers of PC/SC, which has none of them and has
    /// others: one that is there suffices. Worth knowing only, when the card was found
    /// elsewhere.
    pub(crate) fn names_another_reader(&self, readers: &[&str], has_card: bool) -> Option<Finding> {
        let named = self.channels().iter().filter(|it| it.leads_to_the_cps());
        let named = named.filter_map(|channel| match &channel.link {
            Link::Pcsc { reader } if !reader.is_empty() => Some(reader),
            _ => None,
        });
        let is_here = |name: &String| readers.iter().any(|reader| is_same(name, reader));
        let missing = named.clone().next()?;
        if named.clone().any(is_here) {
            return None;
        }
        let found = Finding::of(&GALSS_READER_MISSING)
            .with(Evidence::new("named", NAMED, missing.clone()))
            .with(Evidence::new("readers", READERS, readers.join(", ")))
            .with_all(self.file())
            .noting(BILLING_ONLY);
        Some(match has_card {
            true => found.at(Severity::Info),
            false => found,
        })
    }
}

/// The GALSS may hold a name cut short, or without the numbers pcsc-lite ends it with.
fn is_same(named: &str, reader: &str) -> bool {
    let [named, reader] = [named, reader].map(|name| name.trim().to_lowercase());
    named.starts_with(&reader) || reader.starts_with(&named)
}

fn content(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_READ).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl SerialPorts {
    /// Whether this port is known not to be there. Linux calls its ports otherwise than
    /// galss.ini: where it has any, nothing can be said.
    fn lack(&self, port: &str) -> bool {
        match self {
            Self::Seen { ports } => {
                let ports: Vec<_> = ports.iter().map(|it| it.to_uppercase()).collect();
                ports.iter().all(|it| it.starts_with("COM")) && !ports.iter().any(|it| it == port)
            }
            Self::NotLooked | Self::Failed { .. } => false,
        }
    }

    fn evidence(&self) -> Option<Evidence> {
        let evidence = |value: Value| Evidence::new("ports", PORTS, value);
        match self {
            Self::NotLooked => None,
            Self::Failed { failure } => Some(failure.into()),
            Self::Seen { ports } if ports.is_empty() => Some(evidence(NONE_THERE.into())),
            Self::Seen { ports } => Some(evidence(ports.join(", ").into())),
        }
    }
}

/// Packagers and tests put galss.ini elsewhere.
const REPLACED: &str = "TOMCHECK_GALSS_INI";
const MOST_READ: u64 = 1 << 18;

const PORT: Text = Text {
    fr: "port du lecteur dans galss.ini",
    en: "port of the reader in galss.ini",
};
const PORT_GONE: Text = Text {
    fr: "Ce port n'existe pas sur ce poste : le lecteur est débranché, ou il a changé de port.",
    en: "This workstation has no such port: the reader is unplugged, or has changed its port.",
};
const BILLING_ONLY: Text = Text {
    fr: "Cela ne gêne que les logiciels qui passent par le GALSS (facturation) ; le navigateur n'en a pas besoin.",
    en: "This hinders only software that uses the GALSS (billing); the browser does not need it.",
};
const PORTS: Text = Text {
    fr: "ports série de ce poste",
    en: "serial ports of this workstation",
};
const NONE_THERE: Text = Text {
    fr: "aucun",
    en: "none",
};
const NAMED: Text = Text {
    fr: "lecteur nommé dans galss.ini",
    en: "reader named in galss.ini",
};
const READERS: Text = Text {
    fr: "lecteurs vus",
    en: "readers seen",
};

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn seen(channels: Vec<(Link, &str)>) -> Galss {
        let channels = (1..)
            .zip(channels)
            .map(|(number, (link, resource))| Channel {
                number,
                link,
                resources: vec![resource.to_owned()],
            });
        Galss::Seen {
            path: "/etc/galss.ini".to_owned(),
            channels: channels.collect(),
        }
    }

    fn pcsc(reader: &str) -> Link {
        let reader = reader.to_owned();
        Link::Pcsc { reader }
    }

    #[test]
    fn a_galss_without_a_serial_channel_is_no_other_way_to_the_card() {
        let ports = SerialPorts::NotLooked;
        for galss in [
            Galss::NotLooked,
            Galss::Absent,
            seen(vec![(pcsc("A"), "CPS")]),
        ] {
            assert_eq!(galss.is_the_only_way(&ports), None);
        }
        let serial = seen(vec![(Link::Serial { port: Some(8) }, "CPS")]);
        let finding = serial.is_the_only_way(&ports).unwrap();
        assert_eq!(finding.kind.code, "reader.galss-only");
        assert!(finding.title(tomcheck_diagnosis::Lang::Fr).contains("COM8"));
    }

    #[test]
    fn a_port_is_gone_where_the_system_names_its_ports_as_galss_ini_does() {
        let serial = seen(vec![(Link::Serial { port: Some(8) }, "CPS")]);
        let noted = |ports: &[&str]| {
            let ports = ports.iter().map(|port| (*port).to_owned()).collect();
            let finding = serial.is_the_only_way(&SerialPorts::Seen { ports });
            finding.unwrap().note.is_some()
        };
        assert!(noted(&[]) && noted(&["COM3"]));
        assert!(!noted(&["COM3", "COM8"]) && !noted(&["ttyUSB0"]));
        let vitale = seen(vec![(Link::Serial { port: Some(8) }, "Vitale")]);
        assert_eq!(vitale.is_the_only_way(&SerialPorts::NotLooked), None);
    }

    #[test]
    fn only_the_reader_of_the_cps_counts_and_a_shortened_name_is_the_same_reader() {
        let here = ["Gemalto PC Twin Reader 00 00", "Kapelse 01 00"];
        let judged = |name: &str, leads_to: &str| {
            seen(vec![(pcsc(name), leads_to)])
                .names_another_reader(&here, false)
                .map(|finding| finding.kind.code)
        };
        assert_eq!(judged("Gemalto PC Twin Reader 0", "CPS"), None);
        assert_eq!(judged("gemalto pc twin reader", "CPS"), None);
        assert_eq!(judged("XIRING Leo", "Vitale"), None);
        assert_eq!(
            judged("XIRING Leo", "CPS"),
            Some("reader.galss-reader-missing")
        );
    }

    #[test]
    fn one_channel_whose_reader_is_there_suffices_and_a_card_that_is_found_hinders_nobody() {
        let here = ["Gemalto PC Twin Reader 00 00"];
        let old = || (pcsc("XIRING Leo"), "CPS");
        let both = seen(vec![old(), (pcsc("Gemalto PC Twin Reader"), "CPS")]);
        assert_eq!(both.names_another_reader(&here, false), None);
        let found = |has_card| {
            let found = seen(vec![old()]).names_another_reader(&here, has_card);
            found.unwrap()
        };
        assert_eq!(found(false).severity, Severity::Warning);
        assert_eq!(found(true).severity, Severity::Info);
        assert!(found(true).note.unwrap().fr.contains("facturation"));
    }

    #[test]
    fn a_file_is_found_in_the_first_place_that_has_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("galss.ini");
        let nowhere = folder.path().join("nowhere");
        assert_eq!(
            Galss::first_of(std::slice::from_ref(&nowhere)),
            Galss::Absent
        );
        std::fs::write(&path, "[CANAL1]\nIndex=3\nCaracteristiques=9600,1").unwrap();
        let galss = Galss::first_of(&[nowhere, folder.path().to_owned(), path]);
        assert_eq!(galss.channels()[0].link, Link::Serial { port: Some(3) });
    }
}
