//! What does each byte of an answer to reset say?

mod historical;
mod interface;

use tomcheck_diagnosis::Sentence;

use crate::atr::InterfaceByte;
use crate::{Atr, AtrBytes, AtrError};

/// An answer to reset explained byte by byte, as far as it goes.
///
/// Touches no card. Source: ISO/IEC 7816-3:2006 §8; ISO/IEC 7816-4:2005 §8.1 for the
/// historical bytes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AtrExplanation {
    /// In the order of the bytes; together they are all of them.
    pub parts: Vec<AtrPart>,
    /// What is wrong with it; none: it is well formed.
    pub error: Option<AtrError>,
}

/// One byte, or several that say one thing together.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AtrPart {
    /// Of its first byte, from 1.
    pub position: usize,
    /// As the standard names it: `TS`, `T0`, `TA1`, `T1`, `T2-T4`, `TCK`; `?` where the
    /// standard foresees nothing.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What they say.
    pub meaning: Sentence,
}

impl AtrPart {
    /// The bytes in hexadecimal: `12 25 00`.
    pub fn hexadecimal(&self) -> String {
        let bytes = AtrBytes::new(self.bytes.as_slice());
        bytes.map(|bytes| bytes.to_string()).unwrap_or_default()
    }
}

impl AtrExplanation {
    /// Explains any bytes, well formed or not.
    pub fn of(atr: &AtrBytes) -> Self {
        let mut walk = Walk {
            rest: atr.as_bytes(),
            parts: Vec::new(),
            position: 1,
        };
        if walk.follow(atr).is_none() {
            walk.close(CUT_SHORT);
        }
        walk.close(SURPLUS);
        Self {
            parts: walk.parts,
            error: Atr::read(atr).err(),
        }
    }

    /// The whole in one sentence.
    pub fn summary(&self) -> Sentence {
        if let Some(error) = &self.error {
            return error.sentence();
        }
        let parts = self.parts.iter();
        let told = parts.filter_map(|part| match part.name.as_str() {
            "TS" | "TCK" => Some(part.meaning.clone()),
            "T0" => Some(interface::historical_count(part.bytes.first().copied()?)),
            name if name.starts_with("TD") => interface::protocol(part.bytes.first().copied()?),
            _ => historical::country(&part.bytes).filter(|_| part.bytes.len() > 1),
        });
        let told: Vec<Sentence> = told.collect();
        joined(&told)
    }
}

/// The bytes not explained yet.
struct Walk<'a> {
    rest: &'a [u8],
    parts: Vec<AtrPart>,
    position: usize,
}

impl Walk<'_> {
    /// None: it ends before what it announces, or announces nothing that can be followed.
    fn follow(&mut self, whole: &AtrBytes) -> Option<()> {
        let convention = self.next("TS", convention)?;
        if ![0x3B, 0x3F].contains(&convention) {
            return None;
        }
        let format = self.next("T0", interface::format)?;
        let has_check = self.interface(format)?;
        self.historical(usize::from(format & 0x0F))?;
        if has_check {
            let expected = whole.as_bytes().iter().skip(1);
            let sum = expected
                .take(self.position - 2)
                .fold(0, |sum, byte| sum ^ byte);
            self.next("TCK", |seen| check(seen, sum))?;
        }
        Some(())
    }

    /// Whether a check byte is due: only a card that knows T=0 alone leaves it out.
    fn interface(&mut self, format: u8) -> Option<bool> {
        let mut context = interface::Context::default();
        let mut announced = Some(format >> 4);
        let mut level = 1_u8;
        let mut has_check = false;
        while let Some(present) = announced.take() {
            for (bit, letter) in [(1, 'A'), (2, 'B'), (4, 'C'), (8, 'D')] {
                if present & bit == 0 {
                    continue;
                }
                let explained = |value| {
                    let byte = InterfaceByte {
                        letter,
                        level,
                        value,
                    };
                    context.meaning(byte)
                };
                let value = self.next(&format!("T{letter}{level}"), explained)?;
                context.learn(letter, level, value);
                if letter == 'D' {
                    has_check |= value & 0x0F != 0;
                    announced = Some(value >> 4);
                }
            }
            // At most 33 bytes make sense, and the count must not turn over.
            level = level.checked_add(1)?;
        }
        Some(has_check)
    }

    fn historical(&mut self, count: usize) -> Option<()> {
        let whole = count <= self.rest.len();
        let (here, _) = self.rest.split_at(count.min(self.rest.len()));
        let mut number = 1;
        for (length, meaning) in historical::explain(here) {
            let last = number + length - 1;
            let name = match length {
                1 => format!("T{number}"),
                _ => format!("T{number}-T{last}"),
            };
            self.take(&name, length, meaning);
            number = last + 1;
        }
        whole.then_some(())
    }

    fn next(&mut self, name: &str, meaning: impl FnOnce(u8) -> Sentence) -> Option<u8> {
        let byte = self.rest.first().copied()?;
        self.take(name, 1, meaning(byte));
        Some(byte)
    }

    fn take(&mut self, name: &str, length: usize, meaning: Sentence) {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.parts.push(AtrPart {
            position: self.position,
            name: name.to_owned(),
            bytes: taken.to_vec(),
            meaning,
        });
        self.position += taken.len();
        self.rest = rest;
    }

    fn close(&mut self, (fr, en): (&str, &str)) {
        let left = self.rest.len();
        if left > 0 {
            self.take("?", left, Sentence::new(fr, en));
        }
    }
}

fn convention(seen: u8) -> Sentence {
    match seen {
        0x3B => Sentence::new("convention directe", "direct convention"),
        0x3F => Sentence::new("convention inverse", "inverse convention"),
        _ => Sentence::new(
            "ni convention directe (3B), ni convention inverse (3F) : ce n'est pas un ATR",
            "neither direct (3B) nor inverse convention (3F): this is no ATR",
        ),
    }
}

fn check(seen: u8, expected: u8) -> Sentence {
    if seen == expected {
        return Sentence::new("octet de contrôle juste", "check byte right");
    }
    Sentence::new(
        format!("octet de contrôle faux : {expected:02X} attendu"),
        format!("check byte wrong: {expected:02X} expected"),
    )
}

/// Sentences side by side.
fn joined(sentences: &[Sentence]) -> Sentence {
    let of = |one: fn(&Sentence) -> &str, between| {
        let all: Vec<&str> = sentences.iter().map(one).collect();
        all.join(between)
    };
    Sentence::new(of(|one| &one.fr, " ; "), of(|one| &one.en, "; "))
}

const CUT_SHORT: (&str, &str) = (
    "octets que rien n'explique : le début ne dit pas comment les lire",
    "bytes that nothing explains: the beginning does not say how to read them",
);
const SURPLUS: (&str, &str) = ("octets en trop", "surplus bytes");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn explained(text: &str) -> AtrExplanation {
        AtrExplanation::of(&text.parse().unwrap())
    }

    fn lines(text: &str) -> Vec<String> {
        let parts = explained(text).parts;
        let line = |part: &AtrPart| {
            format!(
                "{} {}={} {}",
                part.position,
                part.name,
                part.hexadecimal(),
                part.meaning.fr
            )
        };
        parts.iter().map(line).collect()
    }

    #[test]
    fn every_byte_of_a_cps3_is_explained() {
        assert_eq!(
            lines("3BAC00402A001225006480000310009000"),
            [
                "1 TS=3B convention directe",
                "2 T0=AC annonce TB1 et TD1, puis 12 octets historiques",
                "3 TB1=00 tension de programmation : non utilisée",
                "4 TD1=40 protocole T=0 (octet par octet) ; annonce TC2",
                "5 TC2=2A attente au plus de 3749 ms à 4 MHz (T=0, WI = 42)",
                "6 T1=00 suite d'objets, puis l'état de la carte en trois octets",
                "7 T2-T4=12 25 00 pays 250 (France)",
                "10 T5-T9=64 80 00 03 10 données du fabricant de la carte",
                "15 T10-T12=00 90 00 état de la carte : cycle de vie non précisé, mot d'état 9000",
            ]
        );
        assert_eq!(explained("3BAC00402A001225006480000310009000").error, None);
    }

    #[test]
    fn the_rate_the_second_protocol_and_the_check_byte_of_a_cps4_are_explained() {
        let lines = lines("3B9B188001001225006480040100009044");
        let rate = "3 TA1=18 Fi = 372 (au plus 5 MHz), Di = 12 : 31 cycles d'horloge par bit, \
                    129 032 bit/s à 4 MHz";
        assert_eq!(lines[2], rate);
        assert!(
            lines[4].starts_with("5 TD2=01 protocole T=1 (par blocs)"),
            "{lines:?}"
        );
        assert_eq!(lines.last().unwrap(), "17 TCK=44 octet de contrôle juste");
    }

    #[test]
    fn a_contactless_cps3_tells_its_capabilities() {
        let lines = lines("3B8F80010031B86404B0ECC1739401808290000E").join("\n");
        assert!(lines.contains("8 T4-T8=64 04 B0 EC C1"), "{lines}");
        assert!(lines.contains("services de la carte"), "{lines}");
        assert!(lines.contains("possibilités de la carte"), "{lines}");
        assert!(
            lines.contains("cycle de vie 82, mot d'état 9000"),
            "{lines}"
        );
    }

    #[test]
    fn the_parameters_of_blocks_and_of_the_clock_are_explained() {
        // TA3 after T=1, TB3, TC3, then T=15 with its TA4.
        let lines = lines("3B 80 80 F1 FE 45 00 1F C7 2A").join("\n");
        let told = [
            "TA3=FE blocs de 254 octets au plus reçus par la carte (IFSC)",
            "TB3=45 attente au plus de 1429 ms par bloc (BWI = 4) et de 43 etu par caractère (CWI = 5)",
            "TC3=00 contrôle des blocs par LRC",
            "TD3=1F paramètres communs à tous les protocoles (T=15) ; annonce TA4",
            "TA4=C7 arrêt d'horloge permis, sans préférence ; tensions 5 V (A), 3 V (B) et 1,8 V (C)",
        ];
        for told in told {
            assert!(lines.contains(told), "{told}\n{lines}");
        }
    }

    #[test]
    fn a_specific_mode_and_a_guard_time_are_explained() {
        let lines = lines("3B F0 11 00 FF 91 81 31 FE 41 30").join("\n");
        assert!(
            lines.contains("TC1=FF délai de garde supplémentaire : le plus court"),
            "{lines}"
        );
        assert!(
            lines.contains("TA2=81 mode spécifique, protocole T=1, qui ne peut pas changer"),
            "{lines}"
        );
    }

    #[test]
    fn what_is_malformed_is_explained_as_far_as_it_goes() {
        assert_eq!(lines("3B").len(), 1);
        assert_eq!(
            explained("3B").error,
            Some(AtrError::CutShort {
                announced: 2,
                length: 1
            })
        );
        let cut = lines("3BAC00402A0012");
        assert!(cut[6].starts_with("7 T2=12"), "{cut:?}");
        let wrong = explained("3B9B188001001225006480040100009045");
        assert_eq!(
            wrong.parts.last().unwrap().meaning.en,
            "check byte wrong: 44 expected"
        );
        assert_eq!(wrong.summary().fr, wrong.error.unwrap().sentence().fr);
        assert_eq!(lines("00 11 22")[1].split('=').next(), Some("2 ?"));
        assert!(lines("3B 00 41")[2].ends_with("octets en trop"));
        let long = explained(&"3B".repeat(40));
        assert_eq!(long.error, Some(AtrError::TooLong { length: 40 }));
    }

    #[test]
    fn the_summary_tells_protocols_country_and_check_byte() {
        assert_eq!(
            explained("3BAC00402A001225006480000310009000").summary().fr,
            "convention directe ; 12 octets historiques ; protocole T=0 ; \
             pays 250 (France)"
        );
        let cps4 = explained("3B9B188001001225006480040100009044").summary();
        assert!(cps4.en.ends_with("check byte right"), "{}", cps4.en);
        assert!(
            cps4.en.contains("protocol T=0; protocol T=1"),
            "{}",
            cps4.en
        );
    }

    proptest! {
        #[test]
        fn the_parts_of_any_bytes_are_those_bytes(bytes in prop::collection::vec(any::<u8>(), 1..60)) {
            let explained = AtrExplanation::of(&AtrBytes::new(bytes.clone()).unwrap());
            let together: Vec<u8> = explained.parts.iter().flat_map(|part| part.bytes.clone()).collect();
            prop_assert_eq!(together, bytes);
            for part in &explained.parts {
                prop_assert!(!part.meaning.fr.is_empty() && !part.meaning.en.is_empty());
            }
            let _ = explained.summary();
        }

        #[test]
        fn those_that_begin_as_an_atr_too(mut bytes in prop::collection::vec(any::<u8>(), 2..40)) {
            bytes[0] = 0x3B;
            let explained = AtrExplanation::of(&AtrBytes::new(bytes.clone()).unwrap());
            let together: Vec<u8> = explained.parts.iter().flat_map(|part| part.bytes.clone()).collect();
            prop_assert_eq!(&together, &bytes);
            let surplus = explained.parts.iter().any(|part| part.name == "?");
            let too_many = matches!(explained.error, Some(AtrError::TooMany { .. } | AtrError::TooLong { .. }));
            prop_assert!(!surplus || too_many, "{:?}", explained);
        }
    }
}
