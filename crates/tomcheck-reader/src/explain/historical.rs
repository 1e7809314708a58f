//! What do the historical bytes say?
//!
//! Source: ISO/IEC 7816-4:2005 §8.1.1.

use tomcheck_diagnosis::Sentence;

use super::joined;

/// The bytes in order: how many, and what they say together. All of them, whatever they are.
pub(super) fn explain(bytes: &[u8]) -> Vec<(usize, Sentence)> {
    let Some((category, rest)) = bytes.split_first() else {
        return Vec::new();
    };
    match category {
        0x00 => {
            let head = Sentence::new(
                "suite d'objets, puis l'état de la carte en trois octets",
                "objects, then the state of the card in three bytes",
            );
            std::iter::once((1, head))
                .chain(objects(rest, STATUS))
                .collect()
        }
        0x80 => {
            let head = Sentence::new("suite d'objets", "objects");
            std::iter::once((1, head)).chain(objects(rest, 0)).collect()
        }
        0x10 => {
            let head = Sentence::new(
                "renvoi à un répertoire de la carte",
                "a reference to a directory of the card",
            );
            with_rest(head, rest)
        }
        0x81..=0x8F => {
            let head = Sentence::new(
                "catégorie réservée par la norme",
                "category reserved by the standard",
            );
            with_rest(head, rest)
        }
        _ => vec![(bytes.len(), own(bytes))],
    }
}

/// How many bytes the state of the card takes where it stands last.
const STATUS: usize = 3;

fn with_rest(head: Sentence, rest: &[u8]) -> Vec<(usize, Sentence)> {
    let rest = (!rest.is_empty()).then(|| (rest.len(), own(rest)));
    std::iter::once((1, head)).chain(rest).collect()
}

fn own(bytes: &[u8]) -> Sentence {
    let text: Option<String> = bytes.iter().map(|byte| printable(*byte)).collect();
    match text {
        Some(text) => Sentence::new(
            format!("propre au fabricant : « {text} »"),
            format!("the maker's own: “{text}”"),
        ),
        None => Sentence::new("propre au fabricant", "the maker's own"),
    }
}

fn printable(byte: u8) -> Option<char> {
    (byte.is_ascii_graphic() || byte == b' ').then_some(char::from(byte))
}

/// Compact objects: tag in the high half of a byte, length in the low half. What is left of
/// `status` bytes or fewer is the state of the card.
fn objects(mut rest: &[u8], status: usize) -> Vec<(usize, Sentence)> {
    let mut told = Vec::new();
    while rest.len() > status {
        let length = 1 + rest.first().map_or(0, |head| usize::from(head & 0x0F));
        let Some((object, after)) = rest.split_at_checked(length) else {
            let cut = Sentence::new(
                "objet incomplet : il annonce plus d'octets qu'il n'y en a",
                "incomplete object: it announces more bytes than there are",
            );
            told.push((rest.len(), cut));
            return told;
        };
        told.push((length, meaning(object)));
        rest = after;
    }
    if !rest.is_empty() {
        told.push((rest.len(), state(rest)));
    }
    told
}

fn meaning(object: &[u8]) -> Sentence {
    let [head, value @ ..] = object else {
        return own(object);
    };
    let (fr, en) = match head >> 4 {
        1 => return country(object).unwrap_or_else(|| own(value)),
        2 => (
            "numéro de l'émetteur de la carte",
            "number of the card's issuer",
        ),
        3 => return services(value),
        4 => ("premières données à lire", "first data to read"),
        5 => (
            "données de l'émetteur de la carte",
            "data of the card's issuer",
        ),
        6 => (
            "données du fabricant de la carte",
            "data of the card's maker",
        ),
        7 => return capabilities(value),
        8 => return state(value),
        15 => ("nom d'une application", "name of an application"),
        _ => (
            "objet réservé par la norme",
            "object reserved by the standard",
        ),
    };
    Sentence::new(fr, en)
}

/// The country an object names: three digits of ISO 3166-1, then the country's own.
pub(super) fn country(object: &[u8]) -> Option<Sentence> {
    let [head, high, low, own @ ..] = object else {
        return None;
    };
    let digits = [high >> 4, high & 0x0F, low >> 4];
    if head >> 4 != 1 || digits.iter().any(|digit| *digit > 9) {
        return None;
    }
    let [hundreds, tens, ones] = digits;
    let number = format!("{hundreds}{tens}{ones}");
    let own: String = own.iter().map(|byte| format!("{byte:02X}")).collect();
    let own = format!("{:X}{own}", low & 0x0F);
    let known = COUNTRIES.iter().find(|row| row.0 == number);
    let (fr, en) = known.map_or((String::new(), String::new()), |(_, fr, en)| {
        (format!(" ({fr})"), format!(" ({en})"))
    });
    // Digits of the country's own, zero where it makes nothing of them.
    let (also, and) = match own.trim_start_matches('0') {
        "" => (String::new(), String::new()),
        _ => (format!(", complément {own}"), format!(", supplement {own}")),
    };
    Some(Sentence::new(
        format!("pays {number}{fr}{also}"),
        format!("country {number}{en}{and}"),
    ))
}

/// Source: ISO 3166-1 numeric; France and its neighbours.
const COUNTRIES: &[(&str, &str, &str)] = &[
    ("056", "Belgique", "Belgium"),
    ("250", "France", "France"),
    ("276", "Allemagne", "Germany"),
    ("380", "Italie", "Italy"),
    ("442", "Luxembourg", "Luxembourg"),
    ("724", "Espagne", "Spain"),
    ("756", "Suisse", "Switzerland"),
];

/// Table 85.
fn services(value: &[u8]) -> Sentence {
    let Some(byte) = value.first() else {
        return own(value);
    };
    let named = [
        (
            0x80,
            "choix d'une application par son nom",
            "applications chosen by name",
        ),
        (0x40, "ou par une partie du nom", "or by a part of the name"),
        (
            0x20,
            "liste des applications dans EF.DIR",
            "EF.DIR lists them",
        ),
        (0x10, "précisions dans EF.ATR", "EF.ATR tells more"),
    ];
    let head = Sentence::new("services de la carte", "services of the card");
    told(head, &named, *byte)
}

/// Tables 86 to 88.
fn capabilities(value: &[u8]) -> Sentence {
    let head = Sentence::new("possibilités de la carte", "capabilities of the card");
    let by = [
        (0x80, "choix par nom", "choice by name"),
        (0x20, "par chemin", "by path"),
        (0x10, "par identifiant de fichier", "by file identifier"),
        (0x04, "par identifiant court", "by short identifier"),
    ];
    let more = [
        (0x80, "commandes enchaînées", "chained commands"),
        (0x40, "commandes longues", "extended commands"),
    ];
    let first = value.first().copied().unwrap_or(0);
    let third = value.get(2).copied().unwrap_or(0);
    let mut told_so_far = told(head, &by, first);
    let further = told(Sentence::new("", ""), &more, third);
    if !further.fr.is_empty() {
        told_so_far = Sentence::new(
            format!("{} ; {}", told_so_far.fr, further.fr),
            format!("{}; {}", told_so_far.en, further.en),
        );
    }
    told_so_far
}

/// What the bits that are set mean, after `head`.
fn told(head: Sentence, named: &[(u8, &str, &str)], byte: u8) -> Sentence {
    let there = named.iter().filter(|(bit, ..)| byte & bit != 0);
    let there: Vec<Sentence> = there.map(|(_, fr, en)| Sentence::new(*fr, *en)).collect();
    let listed = joined(&there);
    match (head.fr.is_empty(), there.is_empty()) {
        (_, true) => head,
        (true, false) => listed,
        (false, false) => Sentence::new(
            format!("{} : {}", head.fr, listed.fr),
            format!("{}: {}", head.en, listed.en),
        ),
    }
}

/// Life cycle and status word (§8.1.1.3); either alone where there are fewer bytes.
fn state(bytes: &[u8]) -> Sentence {
    let (cycle, word) = match bytes {
        [cycle] => (Some(cycle), None),
        [cycle, high, low] => (Some(cycle), Some((high, low))),
        _ => {
            let count = bytes.len();
            return Sentence::new(
                format!("état de la carte, sur {count} octets au lieu de trois"),
                format!("state of the card, in {count} bytes instead of three"),
            );
        }
    };
    let cycle = match cycle {
        None | Some(0) => Sentence::new("cycle de vie non précisé", "life cycle not stated"),
        Some(cycle) => Sentence::new(
            format!("cycle de vie {cycle:02X}"),
            format!("life cycle {cycle:02X}"),
        ),
    };
    let (fr, en) = word.map_or((String::new(), String::new()), |(high, low)| {
        (
            format!(", mot d'état {high:02X}{low:02X}"),
            format!(", status word {high:02X}{low:02X}"),
        )
    });
    Sentence::new(
        format!("état de la carte : {}{fr}", cycle.fr),
        format!("state of the card: {}{en}", cycle.en),
    )
}
