//! What does a galss.ini say?

use std::collections::BTreeMap;

use super::{Channel, Link};

/// The channels this file describes, in the order of their numbers.
///
/// Any bytes; reads a quarter of a mebibyte at most, in linear time. Lines end as any system
/// ends them; text that is no UTF-8 is Windows-1252, of which only the letters of reader
/// names matter. Of two lines for one key the first counts, as Windows reads it.
pub fn read(bytes: &[u8]) -> Vec<Channel> {
    let text = decoded(bytes.get(..LONGEST).unwrap_or(bytes));
    let sections = sections(&text);
    let numbers: Vec<u32> = sections
        .keys()
        .filter_map(|it| channel_number(it))
        .collect();
    let mut channels: Vec<Channel> = numbers
        .into_iter()
        .take(MOST_CHANNELS)
        .filter_map(|number| channel(number, &sections))
        .collect();
    channels.sort_by_key(|channel| channel.number);
    channels
}

type Section = BTreeMap<String, String>;

fn decoded(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // apart from 0x80 to 0x9F, which no reader's name holds
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

fn sections(text: &str) -> BTreeMap<String, Section> {
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    let mut current = String::new();
    for line in text.split(['\r', '\n']).map(str::trim) {
        if line.starts_with(';') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            current = name.trim().to_uppercase();
        } else if let Some((key, value)) = line.split_once('=') {
            let section = sections.entry(current.clone()).or_default();
            let key = key.trim().to_uppercase();
            section.entry(key).or_insert_with(|| bounded(value));
        }
    }
    sections
}

/// A value is a reader's name or some numbers.
fn bounded(value: &str) -> String {
    let plain = value.trim().chars().filter(|c| !c.is_control());
    plain.take(LONGEST_VALUE).collect()
}

/// `CANAL2`, and not `CANAL2.PAD1`.
fn channel_number(section: &str) -> Option<u32> {
    section.strip_prefix("CANAL")?.parse().ok()
}

fn channel(number: u32, sections: &BTreeMap<String, Section>) -> Option<Channel> {
    let section = sections.get(&format!("CANAL{number}"))?;
    let of = |key: &str| section.get(key).map(String::as_str);
    let protocol = of("PROTOCOLE").and_then(|it| it.parse::<u32>().ok());
    let library = protocol
        .and_then(|number| sections.get(&format!("PROTOCOLE{number}")))
        .and_then(|protocol| protocol.get("NOMLIB"))
        .cloned()
        .unwrap_or_default();
    Some(Channel {
        number,
        link: link(
            &library,
            of("CARACTERISTIQUES").unwrap_or_default(),
            of("INDEX"),
        ),
        resources: resources(number, sections),
    })
}

/// The library of the protocol tells; where it is missing, the settings of a serial line are
/// numbers and commas, which no reader is called by.
fn link(library: &str, settings: &str, index: Option<&str>) -> Link {
    let known = library.to_lowercase();
    let is_line = settings.contains(',')
        && settings
            .chars()
            .all(|c| c.is_ascii_digit() || c == ',' || c == ' ');
    if known.contains("pcsc") || (known.is_empty() && !is_line && !settings.is_empty()) {
        return Link::Pcsc {
            reader: settings.to_owned(),
        };
    }
    if known.contains("pss") || (known.is_empty() && is_line) {
        let port = index.and_then(|index| index.parse().ok());
        return Link::Serial { port };
    }
    Link::Other {
        library: library.to_owned(),
    }
}

/// What the channel leads to: `CPS`, `Vitale`, `Log_SV`.
fn resources(number: u32, sections: &BTreeMap<String, Section>) -> Vec<String> {
    let start = format!("CANAL{number}.");
    let below = sections.range(start.clone()..);
    let below = below.take_while(|(name, _)| name.starts_with(&start));
    let named = below.filter_map(|(_, section)| section.get("NOMLAD").cloned());
    named.take(MOST_CHANNELS).collect()
}

const LONGEST: usize = 1 << 18;
const LONGEST_VALUE: usize = 256;
/// PC/SC has sixteen readers at most, a GALSS has two or three channels.
const MOST_CHANNELS: usize = 64;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Written after the example of a maker of readers.
    const SERIAL: &str = "[PROTOCOLE0]\r\nConfig=1000,1,15000\r\nNomLib=PSSINW32.DLL\r\n\
        [CONFIG]\r\nNbCanaux=1\r\n[CANAL1]\r\nTCanal=1\r\n; le port COM\r\nIndex=8\r\n\
        Protocole=0\r\nCaracteristiques=9600,1,8,0,0\r\nNbPAD=1\r\n\
        [CANAL1.PAD1]\r\nPAD=2\r\n[CANAL1.PAD1.LAD1]\r\nNomLAD=CPS\r\n\
        [CANAL1.PAD1.LAD3]\r\nNomLAD=Vitale\r\n";

    #[test]
    fn a_serial_channel_names_its_port_and_what_it_leads_to() {
        let [channel] = &read(SERIAL.as_bytes())[..] else {
            panic!("one channel");
        };
        assert_eq!(channel.link, Link::Serial { port: Some(8) });
        assert_eq!(channel.resources, ["CPS", "Vitale"]);
        assert!(channel.leads_to_the_cps());
    }

    #[test]
    fn a_pcsc_channel_names_its_reader_in_any_encoding_and_with_any_end_of_line() {
        let text = "[PROTOCOLE1]\rNomLib=pcscosx.framework\r[CANAL2]\rProtocole=1\r\
            Caracteristiques=Lecteur Santé 00 00\r[CANAL2.PAD1.LAD1]\rNomLAD=Vitale\r";
        let ansi: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap()).collect();
        for bytes in [text.as_bytes(), &ansi] {
            let [channel] = &read(bytes)[..] else {
                panic!("one channel");
            };
            let reader = "Lecteur Santé 00 00".to_owned();
            assert_eq!(channel.link, Link::Pcsc { reader });
            assert!(!channel.leads_to_the_cps());
        }
    }

    #[test]
    fn without_a_protocol_the_settings_tell_and_an_unknown_library_stays_unknown() {
        let link = |text: &str| read(text.as_bytes()).remove(0).link;
        let line = link("[CANAL1]\nCaracteristiques=9600,1,8,0,0\nIndex=x");
        assert_eq!(line, Link::Serial { port: None });
        let other = link("[PROTOCOLE3]\nNomLib=TCPIN.DLL\n[CANAL1]\nProtocole=3");
        let library = "TCPIN.DLL".to_owned();
        assert_eq!(other, Link::Other { library });
    }

    #[test]
    fn of_two_lines_for_one_key_the_first_counts() {
        let twice = "[CANAL1]\nCaracteristiques=A\nCaracteristiques=B";
        let reader = "A".to_owned();
        assert_eq!(read(twice.as_bytes())[0].link, Link::Pcsc { reader });
    }

    proptest! {
        #[test]
        fn no_file_makes_the_reading_panic_or_grow(bytes: Vec<u8>, text in "(\\[CANAL[0-9]{1,3}(\\.PAD1)?\\]|[A-Z]{1,9}=.{0,9}|\n|\r){0,40}") {
            for file in [&bytes[..], text.as_bytes()] {
                let channels = read(file);
                prop_assert!(channels.len() <= MOST_CHANNELS);
            }
        }
    }
}
