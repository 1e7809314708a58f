//! What does an interface byte say?
//!
//! Source: ISO/IEC 7816-3:2006 §8.2 and §8.3 (global bytes, T=15), §10.2 (T=0), §11.4 (T=1).

use tomcheck_diagnosis::Sentence;

use crate::atr::InterfaceByte;

/// What earlier bytes said that later ones are read by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// TA1; the standard's own value until it is read.
    rate: u8,
    /// The protocol of the last TD, which the bytes after it belong to.
    protocol: Option<u8>,
}

impl Default for Context {
    fn default() -> Self {
        Self {
            rate: 0x11,
            protocol: None,
        }
    }
}

impl Context {
    pub(super) fn learn(&mut self, letter: char, level: u8, value: u8) {
        match (letter, level) {
            ('A', 1) => self.rate = value,
            ('D', _) => self.protocol = Some(value & 0x0F),
            _ => {}
        }
    }

    pub(super) fn meaning(&self, byte: InterfaceByte) -> Sentence {
        let value = byte.value;
        match (byte.letter, byte.level, self.protocol) {
            ('D', level, _) => next_level(value, level),
            ('A', 1, _) => rate(value),
            ('B', 1 | 2, _) => programming_voltage(value),
            ('C', 1, _) => guard_time(value),
            ('A', 2, _) => specific_mode(value),
            ('C', 2, _) => self.waiting_time(value),
            ('A', _, Some(1)) => block_size(value),
            ('B', _, Some(1)) => block_waiting_times(value),
            ('C', _, Some(1)) => block_check(value),
            ('A', _, Some(15)) => clock_and_class(value),
            ('B', _, Some(15)) => standard_or_own_use(value),
            (_, _, protocol) => of_protocol(protocol.unwrap_or(0)),
        }
    }

    /// TC2, of T=0: `WI × 960 × Fi / f`.
    fn waiting_time(&self, value: u8) -> Sentence {
        let clock = clock_factor(self.rate).map_or(DEFAULT_FACTOR, |(factor, _)| factor);
        let longest = u32::from(value) * 960 * clock / CYCLES_IN_A_MILLISECOND;
        match value {
            0 => reserved(),
            _ => Sentence::new(
                format!("attente au plus de {longest} ms à 4 MHz (T=0, WI = {value})"),
                format!("waits at most {longest} ms at 4 MHz (T=0, WI = {value})"),
            ),
        }
    }
}

/// T0: what follows.
pub(super) fn format(value: u8) -> Sentence {
    let then = historical_count(value);
    match announced(value >> 4, 1) {
        Some(told) => Sentence::new(
            format!("{}, puis {}", told.fr, then.fr),
            format!("{}, then {}", told.en, then.en),
        ),
        None => Sentence::new(
            format!("aucun octet d'interface, {}", then.fr),
            format!("no interface byte, {}", then.en),
        ),
    }
}

/// T0: how many historical bytes.
pub(super) fn historical_count(value: u8) -> Sentence {
    match value & 0x0F {
        0 => Sentence::new("aucun octet historique", "no historical byte"),
        1 => Sentence::new("1 octet historique", "1 historical byte"),
        count => Sentence::new(
            format!("{count} octets historiques"),
            format!("{count} historical bytes"),
        ),
    }
}

/// The protocol a TD names, in short; none for one that names none.
pub(super) fn protocol(value: u8) -> Option<Sentence> {
    match value & 0x0F {
        15 => None,
        number => Some(Sentence::new(
            format!("protocole T={number}"),
            format!("protocol T={number}"),
        )),
    }
}

fn next_level(value: u8, level: u8) -> Sentence {
    let number = value & 0x0F;
    let (fr, en) = match number {
        0 => (
            "protocole T=0 (octet par octet)",
            "protocol T=0 (byte by byte)",
        ),
        1 => ("protocole T=1 (par blocs)", "protocol T=1 (in blocks)"),
        14 => (
            "protocole T=14 (propre au fabricant)",
            "protocol T=14 (the maker's own)",
        ),
        15 => (
            "paramètres communs à tous les protocoles (T=15)",
            "parameters common to all protocols (T=15)",
        ),
        _ => (
            "protocole réservé par la norme",
            "protocol reserved by the standard",
        ),
    };
    match announced(value >> 4, level.saturating_add(1)) {
        Some(told) => Sentence::new(format!("{fr} ; {}", told.fr), format!("{en}; {}", told.en)),
        None => Sentence::new(
            format!("{fr} ; aucun autre octet d'interface"),
            format!("{en}; no further interface byte"),
        ),
    }
}

fn announced(present: u8, level: u8) -> Option<Sentence> {
    let letters = [(1, 'A'), (2, 'B'), (4, 'C'), (8, 'D')];
    let there = letters.iter().filter(|(bit, _)| present & bit != 0);
    let names: Vec<String> = there
        .map(|(_, letter)| format!("T{letter}{level}"))
        .collect();
    let listed = Sentence::new(listed(&names, "et"), listed(&names, "and"));
    (!names.is_empty()).then(|| {
        Sentence::new(
            format!("annonce {}", listed.fr),
            format!("announces {}", listed.en),
        )
    })
}

fn listed(names: &[String], and: &str) -> String {
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} {and} {last}", others.join(", ")),
        None => String::new(),
    }
}

/// TA1: clock and bit rate.
fn rate(value: u8) -> Sentence {
    let (Some((factor, fastest)), Some(divisor)) = (clock_factor(value), rate_divisor(value))
    else {
        return reserved();
    };
    let cycles = (factor * 10 / divisor, factor * 10 % divisor == 0);
    let rate = FREQUENCY * divisor / factor;
    let fastest = tenths(fastest);
    let (cycles, about) = (tenths(cycles.0), !cycles.1);
    Sentence::new(
        format!(
            "Fi = {factor} (au plus {} MHz), Di = {divisor} : {}{} cycles d'horloge par bit, {} bit/s à 4 MHz",
            fastest.fr,
            if about { "environ " } else { "" },
            cycles.fr,
            grouped(rate, ' '),
        ),
        format!(
            "Fi = {factor} (at most {} MHz), Di = {divisor}: {}{} clock cycles per bit, {} bit/s at 4 MHz",
            fastest.en,
            if about { "about " } else { "" },
            cycles.en,
            grouped(rate, ','),
        ),
    )
}

/// Fi, and the highest frequency in tenths of a megahertz (table 7).
fn clock_factor(value: u8) -> Option<(u32, u32)> {
    Some(match value >> 4 {
        0 => (372, 40),
        1 => (372, 50),
        2 => (558, 60),
        3 => (744, 80),
        4 => (1116, 120),
        5 => (1488, 160),
        6 => (1860, 200),
        9 => (512, 50),
        10 => (768, 75),
        11 => (1024, 100),
        12 => (1536, 150),
        13 => (2048, 200),
        _ => return None,
    })
}

/// Di (table 8).
fn rate_divisor(value: u8) -> Option<u32> {
    Some(match value & 0x0F {
        1 => 1,
        2 => 2,
        3 => 4,
        4 => 8,
        5 => 16,
        6 => 32,
        7 => 64,
        8 => 12,
        9 => 20,
        _ => return None,
    })
}

/// TB1 and TB2, deprecated since 2006: readers take no notice.
fn programming_voltage(value: u8) -> Sentence {
    match value {
        0 => Sentence::new(
            "tension de programmation : non utilisée",
            "programming voltage: not used",
        ),
        _ => Sentence::new(
            "tension de programmation : ancien réglage, que les lecteurs ignorent",
            "programming voltage: an old setting that readers take no notice of",
        ),
    }
}

/// TC1.
fn guard_time(value: u8) -> Sentence {
    match value {
        0 => Sentence::new(
            "délai de garde supplémentaire : aucun",
            "extra guard time: none",
        ),
        255 => Sentence::new(
            "délai de garde supplémentaire : le plus court (12 etu en T=0, 11 en T=1)",
            "extra guard time: the shortest (12 etu with T=0, 11 with T=1)",
        ),
        _ => Sentence::new(
            format!("délai de garde supplémentaire : {value} etu"),
            format!("extra guard time: {value} etu"),
        ),
    }
}

/// TA2.
fn specific_mode(value: u8) -> Sentence {
    let number = value & 0x0F;
    let (fr, en) = match value & 0x80 {
        0 => ("qui peut changer", "which may change"),
        _ => ("qui ne peut pas changer", "which cannot change"),
    };
    let (by_fr, by_en) = match value & 0x10 {
        0 => ("vitesse de TA1", "rate of TA1"),
        _ => ("vitesse convenue d'avance", "rate agreed beforehand"),
    };
    Sentence::new(
        format!("mode spécifique, protocole T={number}, {fr} ; {by_fr}"),
        format!("specific mode, protocol T={number}, {en}; {by_en}"),
    )
}

/// IFSC.
fn block_size(value: u8) -> Sentence {
    match value {
        0 | 255 => reserved(),
        _ => Sentence::new(
            format!("blocs de {value} octets au plus reçus par la carte (IFSC)"),
            format!("the card takes blocks of at most {value} bytes (IFSC)"),
        ),
    }
}

/// `BWT = 11 etu + 2^BWI × 960 × 372 / f`, `CWT = 11 + 2^CWI` etu.
fn block_waiting_times(value: u8) -> Sentence {
    let (block, character) = (value >> 4, value & 0x0F);
    if block > 9 {
        return reserved();
    }
    let longest = ((960 * DEFAULT_FACTOR) << block) / CYCLES_IN_A_MILLISECOND + 1;
    let units = 11 + (1_u32 << character);
    Sentence::new(
        format!(
            "attente au plus de {longest} ms par bloc (BWI = {block}) et de {units} etu par caractère (CWI = {character})"
        ),
        format!(
            "waits at most {longest} ms for a block (BWI = {block}) and {units} etu for a character (CWI = {character})"
        ),
    )
}

fn block_check(value: u8) -> Sentence {
    match value & 1 {
        0 => Sentence::new("contrôle des blocs par LRC", "blocks checked by LRC"),
        _ => Sentence::new("contrôle des blocs par CRC", "blocks checked by CRC"),
    }
}

/// TA of T=15: XI in the two high bits, UI in the low ones.
fn clock_and_class(value: u8) -> Sentence {
    let (fr, en) = match value >> 6 {
        0 => ("arrêt d'horloge exclu", "clock stop not supported"),
        1 => (
            "arrêt d'horloge permis, à l'état bas",
            "clock stop allowed, state low",
        ),
        2 => (
            "arrêt d'horloge permis, à l'état haut",
            "clock stop allowed, state high",
        ),
        _ => (
            "arrêt d'horloge permis, sans préférence",
            "clock stop allowed, no preference",
        ),
    };
    let classes = [(1, "5 V (A)"), (2, "3 V (B)"), (4, "1,8 V (C)")];
    let there = classes.iter().filter(|(bit, _)| value & bit != 0);
    let there: Vec<String> = there.map(|(_, name)| (*name).to_owned()).collect();
    if there.is_empty() {
        return Sentence::new(
            format!("{fr} ; tension non précisée"),
            format!("{en}; voltage not stated"),
        );
    }
    Sentence::new(
        format!("{fr} ; tensions {}", listed(&there, "et")),
        format!(
            "{en}; voltages {}",
            listed(&there, "and").replace("1,8", "1.8")
        ),
    )
}

/// SPU: use of the contact C6.
fn standard_or_own_use(value: u8) -> Sentence {
    match value {
        0 => Sentence::new("contact C6 : non utilisé", "contact C6: not used"),
        _ if value & 0x80 != 0 => Sentence::new(
            "contact C6 : usage propre au fabricant",
            "contact C6: the maker's own use",
        ),
        _ => Sentence::new(
            "contact C6 : usage prévu par une norme",
            "contact C6: a standard's use",
        ),
    }
}

fn of_protocol(number: u8) -> Sentence {
    Sentence::new(
        format!("paramètre du protocole T={number}, que la norme ne définit pas"),
        format!("parameter of the protocol T={number}, which the standard does not define"),
    )
}

fn reserved() -> Sentence {
    Sentence::new(
        "valeur réservée par la norme",
        "value reserved by the standard",
    )
}

/// `18.5` as each language writes it; a whole number without its zero.
fn tenths(value: u32) -> Sentence {
    let (whole, part) = (value / 10, value % 10);
    match part {
        0 => Sentence::new(whole.to_string(), whole.to_string()),
        _ => Sentence::new(format!("{whole},{part}"), format!("{whole}.{part}")),
    }
}

/// Digits in groups of three; a rate has six at most.
fn grouped(value: u32, between: char) -> String {
    match value {
        0..=9999 => value.to_string(),
        _ => format!("{}{between}{:03}", value / 1000, value % 1000),
    }
}

/// What the figures are given for: the frequency most readers start at.
const FREQUENCY: u32 = 4_000_000;
const CYCLES_IN_A_MILLISECOND: u32 = FREQUENCY / 1000;
/// Fd.
const DEFAULT_FACTOR: u32 = 372;
