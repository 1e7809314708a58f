//! Does the Cryptolib that runs know this card at all?

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::Serialize;
use tomcheck_cert::ModuleInfo;
use tomcheck_diagnosis::{Evidence, Finding, ForeignFailure, Observation, Probe, Text};
use tomcheck_reader::{AtrBytes, CardSeen, Generation};

use crate::findings::NEEDS_UPDATE;

/// Looks in the module's file for the answer to reset of the card.
///
/// Reads the file, in pieces; touches no card. Source: the Cryptolib compares the whole answer to
/// reset with those compiled into it (`card-cps.c` of its published sources). The five of its
/// version 5.2 stand as they are in its modules: seen in 5.2.2 for Linux x86-64 and for Windows, 32
/// and 64 bits. Its own version does not help: that of 5.2.2 is 3.1 on Linux and 3.4 on Windows.
/// Not confirmed: that no module older than 5.2 has them (none was at hand), and that the module
/// for macOS is made alike.
#[derive(Debug)]
pub(crate) struct KnowsCardProbe<'a> {
    module: &'a Path,
    info: &'a ModuleInfo,
    atr: &'a AtrBytes,
}

impl<'a> KnowsCardProbe<'a> {
    /// None where the question does not arise: the card is no CPS4, or the module is not one that
    /// calls itself the Cryptolib CPS; another one knows cards by other means.
    pub(crate) fn new(
        module: &'a Path,
        info: &'a ModuleInfo,
        card: Option<&'a CardSeen>,
    ) -> Option<Self> {
        let card = card.filter(|card| {
            let cpx = card.cpx();
            cpx.is_some_and(|cpx| cpx.generation == Generation::Cps4)
        })?;
        let atr = card.atr()?;
        let is_cryptolib = info.description.starts_with(CRYPTOLIB);
        is_cryptolib.then_some(Self { module, info, atr })
    }
}

/// How `C_GetInfo` begins on every system: `CPS3 PKCS#11 LINUX`, `CPS3 PKCS#11 WIN 64`.
const CRYPTOLIB: &str = "CPS3 PKCS#11";

impl Probe for KnowsCardProbe<'_> {
    type Seen = KnowsCardSeen;
    const ID: &'static str = "module.knows-card";

    fn observe(&self) -> KnowsCardSeen {
        let found = File::open(self.module).and_then(|file| holds(file, self.atr.as_bytes()));
        KnowsCardSeen {
            module: self.module.to_string_lossy().into_owned(),
            info: self.info.clone(),
            atr: self.atr.clone(),
            knows: match found {
                Ok(true) => Knows::Yes,
                Ok(false) => Knows::No,
                Err(error) => Knows::CouldNotLook {
                    failure: ForeignFailure::from_io("read", &error),
                },
            },
        }
    }
}

/// Whether these bytes stand anywhere in the file, across its pieces too.
fn holds(mut file: impl Read, wanted: &[u8]) -> io::Result<bool> {
    let mut piece = vec![0_u8; PIECE];
    let mut seen: Vec<u8> = Vec::new();
    let mut total = 0;
    loop {
        let count = match file.read(&mut piece) {
            Ok(0) => return Ok(false),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        seen.extend(piece.iter().take(count));
        if seen
            .windows(wanted.len().max(1))
            .any(|window| window == wanted)
        {
            return Ok(true);
        }
        let kept = wanted.len().saturating_sub(1).min(seen.len());
        seen.drain(..seen.len() - kept);
        total += count;
        if total > LONGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
    }
}

const PIECE: usize = 1 << 16;
/// The module has about a megabyte.
const LONGEST: usize = 1 << 26;

/// Whether a module knows a card.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KnowsCardSeen {
    module: String,
    info: ModuleInfo,
    atr: AtrBytes,
    #[serde(flatten)]
    knows: Knows,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "knows", rename_all = "kebab-case")]
enum Knows {
    Yes,
    No,
    CouldNotLook { failure: ForeignFailure },
}

impl Observation for KnowsCardSeen {
    fn findings(&self) -> Vec<Finding> {
        if !matches!(self.knows, Knows::No) {
            return Vec::new();
        }
        let itself = format!("{} {}", self.info.description, self.info.version);
        let finding = Finding::of(&NEEDS_UPDATE)
            .with(Evidence::raw("ATR", self.atr.to_string()))
            .with(Evidence::new("module", MODULE, &*self.module))
            .with(Evidence::raw("C_GetInfo", itself))
            .with(Evidence::new("knows", KNOWS, NOT_FOUND));
        vec![finding]
    }
}

const MODULE: Text = Text {
    fr: "module",
    en: "module",
};
const KNOWS: Text = Text {
    fr: "cet ATR dans le fichier du module",
    en: "this ATR in the module's file",
};
const NOT_FOUND: Text = Text {
    fr: "absent",
    en: "absent",
};

#[cfg(test)]
mod tests {
    use super::*;

    const ATR: &[u8] = b"\x3B\x9B\x18\x80\x01";

    /// Hands out what it has in pieces of this size.
    struct Slowly<'a>(&'a [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    #[test]
    fn what_is_there_is_found_wherever_the_pieces_end() {
        let file = [&[0_u8; 40][..], ATR, &[0x3B; 9]].concat();
        for size in 1..60 {
            assert!(holds(Slowly(&file, size), ATR).unwrap(), "{size}");
            let cut = &file[..44];
            assert!(!holds(Slowly(cut, size), ATR).unwrap(), "{size}");
        }
        assert!(!holds(io::empty(), ATR).unwrap());
    }

    #[test]
    fn a_file_without_end_is_not_read_for_ever() {
        let error = holds(io::repeat(0), ATR).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }

    fn seen(knows: Knows) -> Vec<&'static str> {
        let seen = KnowsCardSeen {
            module: "/opt/x.so".to_owned(),
            info: info("CPS3 PKCS#11 LINUX"),
            atr: AtrBytes::new(ATR).unwrap(),
            knows,
        };
        seen.findings()
            .iter()
            .map(|finding| finding.kind.code)
            .collect()
    }

    fn info(description: &str) -> ModuleInfo {
        ModuleInfo {
            cryptoki: "2.20".to_owned(),
            manufacturer: "ANS".to_owned(),
            description: description.to_owned(),
            version: "3.0".to_owned(),
        }
    }

    #[test]
    fn only_a_file_that_was_read_to_its_end_is_judged() {
        assert_eq!(seen(Knows::No), ["card.generation-needs-update"]);
        assert_eq!(seen(Knows::Yes), [""; 0]);
        let failure = ForeignFailure::decimal("read", 13);
        assert_eq!(seen(Knows::CouldNotLook { failure }), [""; 0]);
    }

    #[test]
    fn another_module_and_an_older_card_raise_no_question() {
        let card = |atr: &str| -> CardSeen {
            let card = serde_json::json!({
                "reader": "Twin", "card": "answers", "atr": atr, "protocol": 1,
                "kind": { "family": "cpx", "contactless": false,
                          "generation": if atr.starts_with("3B 9B") { "CPS4" } else { "CPS3" } },
            });
            serde_json::from_value(card).unwrap()
        };
        let cps4 = card("3B 9B 18 80 01 00 12 25 00 64 80 04 01 00 00 90 44");
        let cps3 = card("3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00");
        let asks = |description: &str, card| {
            KnowsCardProbe::new(Path::new("m.so"), &info(description), card).is_some()
        };
        assert!(asks("CPS3 PKCS#11 WIN 64", Some(&cps4)));
        assert!(!asks("OpenSC smartcard framework", Some(&cps4)));
        assert!(!asks("CPS3 PKCS#11 WIN 64", Some(&cps3)));
        assert!(!asks("CPS3 PKCS#11 WIN 64", None));
    }
}
