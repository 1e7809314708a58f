//! Which names stand behind a word that announces them?

use tomcheck_diagnosis::IdentityKind;

use super::Masker;

/// Hides what stands behind a label, a title, a domain.
pub(super) fn hidden(line: &str, masker: &Masker) -> String {
    let mut line = line.to_owned();
    for (kind, value) in found(&line) {
        line = line.replace(&value, &masker.pseudonym(kind, &value));
    }
    line
}

/// The names to be known wherever they stand, word by word where there are several.
pub(super) fn names(line: &str) -> Vec<(IdentityKind, String)> {
    let mut names = Vec::new();
    for (kind, value) in found(line) {
        let is_name = matches!(
            kind,
            IdentityKind::Name
                | IdentityKind::User
                | IdentityKind::Organisation
                | IdentityKind::Host
        );
        if !is_name {
            continue;
        }
        if kind == IdentityKind::Name {
            let words = value.split(|c: char| !(c.is_alphabetic() || c == '-' || c == '\''));
            let telling = words.filter(|word| word.chars().count() > 2 && is_capital(word));
            names.extend(telling.map(|word| (kind, word.to_owned())));
        }
        names.push((kind, value));
    }
    names
}

/// What is announced, the longest first so that none hides a part of another.
fn found(line: &str) -> Vec<(IdentityKind, String)> {
    let lower = line.to_lowercase();
    // letters that get longer or shorter would shift every place
    let lower = if lower.len() == line.len() {
        lower
    } else {
        line.to_ascii_lowercase()
    };
    let labelled = LABELS.iter().flat_map(|label| label.values(line, &lower));
    let titled = TITLES.iter().flat_map(|title| titled(line, title));
    let named = labelled.chain(titled).chain(attributes(line));
    let mut all: Vec<_> = named.chain(accounts(line)).collect();
    all.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
    all.dedup();
    all
}

struct Label {
    /// In lower case.
    words: &'static str,
    kind: IdentityKind,
    /// Whether a number may follow without a colon: « matricule 01417 ».
    is_before_number: bool,
}

const fn label(words: &'static str, kind: IdentityKind) -> Label {
    Label {
        words,
        kind,
        is_before_number: false,
    }
}

const fn number(words: &'static str) -> Label {
    Label {
        words,
        kind: IdentityKind::Identifier,
        is_before_number: true,
    }
}

const LABELS: &[Label] = &[
    label("nom", IdentityKind::Name),
    label("prénom", IdentityKind::Name),
    label("prenom", IdentityKind::Name),
    label("nom d'usage", IdentityKind::Name),
    label("nom d'exercice", IdentityKind::Name),
    label("nom de naissance", IdentityKind::Name),
    label("titulaire", IdentityKind::Name),
    label("porteur", IdentityKind::Name),
    label("patient", IdentityKind::Name),
    label("délivré à", IdentityKind::Name),
    label("holder", IdentityKind::Name),
    label("utilisateur", IdentityKind::User),
    label("user", IdentityKind::User),
    label("username", IdentityKind::User),
    label("login", IdentityKind::User),
    label("compte", IdentityKind::User),
    label("account", IdentityKind::User),
    label("account name", IdentityKind::User),
    label("nom du compte", IdentityKind::User),
    label("raison sociale", IdentityKind::Organisation),
    label("établissement", IdentityKind::Organisation),
    label("etablissement", IdentityKind::Organisation),
    label("organisation", IdentityKind::Organisation),
    label("structure", IdentityKind::Organisation),
    label("nom du poste", IdentityKind::Host),
    label("poste", IdentityKind::Host),
    label("ordinateur", IdentityKind::Host),
    label("computer", IdentityKind::Host),
    label("workstation", IdentityKind::Host),
    label("serveur", IdentityKind::Host),
    number("matricule"),
    number("registre"),
    number("identifiant"),
    number("rpps"),
    number("adeli"),
    number("finess"),
    number("siret"),
    number("siren"),
    number("nir"),
    number("n° agent"),
    number("sécurité sociale"),
    number("numéro de carte"),
    number("n° de carte"),
    number("téléphone"),
    number("tél"),
    number("né le"),
    number("née le"),
    number("naissance"),
];

impl Label {
    fn values(&self, line: &str, lower: &str) -> Vec<(IdentityKind, String)> {
        let places = lower.match_indices(self.words);
        let values = places.filter_map(|(at, words)| {
            let before = lower.get(..at)?.chars().next_back();
            let is_word = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
            let value = self.value(line.get(at + words.len()..)?)?;
            is_word.then(|| (self.kind, value.to_owned()))
        });
        values.collect()
    }

    fn value<'a>(&self, rest: &'a str) -> Option<&'a str> {
        let is_blank = |c: char| c.is_whitespace() || "\"'\u{a0}\u{202f}".contains(c);
        let after = rest.trim_start_matches(is_blank);
        let value = match after.strip_prefix([':', '=']) {
            Some(value) => {
                let value = value.trim_start_matches(is_blank);
                value.get(..value.find(ends_value).unwrap_or(value.len()))?
            }
            None if self.is_before_number && after.len() < rest.len() => {
                let after = after.strip_prefix("n° ").unwrap_or(after);
                let word = after.get(..after.find([' ', ',', ';', '.']).unwrap_or(after.len()))?;
                word.chars().any(|c| c.is_ascii_digit()).then_some(word)?
            }
            None => return None,
        };
        let value = value.trim().trim_end_matches(['.', '"', '\'', ')']);
        let is_new = !value.contains(['#', '*']) && value.chars().count() > 1;
        (is_new && value.chars().any(char::is_alphanumeric)).then_some(value)
    }
}

fn ends_value(c: char) -> bool {
    ",;|<>\"\t()&".contains(c)
}

/// Source: RFC 4514 §3 and X.520, what names a person among them.
const ATTRIBUTES: &[&str] = &[
    "SN=",
    "GN=",
    "G=",
    "surname=",
    "givenName=",
    "CN=",
    "O=",
    "OU=",
];

/// What a distinguished name tells of a person.
pub(super) fn attributes(line: &str) -> Vec<(IdentityKind, String)> {
    let all = ATTRIBUTES.iter();
    all.flat_map(|attribute| attribute_values(line, attribute))
        .collect()
}

fn attribute_values(line: &str, attribute: &str) -> Vec<(IdentityKind, String)> {
    let kind = match attribute {
        "O=" | "OU=" => IdentityKind::Organisation,
        _ => IdentityKind::Name,
    };
    let places = line.match_indices(attribute);
    let values = places.filter_map(|(at, _)| {
        let before = line.get(..at)?.chars().next_back();
        let value = line.get(at + attribute.len()..)?;
        let value = value.get(
            ..value
                .find([',', '+', '/', ';', '"', '\n'])
                .unwrap_or(value.len()),
        )?;
        let is_name = value.chars().count() > 2
            && value.chars().any(char::is_alphabetic)
            && !value.contains(['#', '.'])
            && !is_of_igc(value);
        let is_attribute = !before.is_some_and(|c| c.is_alphanumeric());
        (is_attribute && is_name).then(|| (kind, value.trim().to_owned()))
    });
    values.collect()
}

/// The authorities themselves are nobody's.
fn is_of_igc(value: &str) -> bool {
    ["IGC-SANTE", "ASIP-SANTE", "ANS", "GIP-CPS"]
        .iter()
        .any(|it| value.contains(it))
}

const TITLES: &[&str] = &[
    "M. ",
    "Mme ",
    "Mlle ",
    "Dr ",
    "Dr. ",
    "Pr ",
    "Monsieur ",
    "Madame ",
    "Docteur ",
    "Professeur ",
];

/// The words with a capital behind « Mme ».
fn titled(line: &str, title: &str) -> Vec<(IdentityKind, String)> {
    let places = line.match_indices(title);
    let values = places.filter_map(|(at, _)| {
        let before = line.get(..at)?.chars().next_back();
        let rest = line.get(at + title.len()..)?;
        let words = rest.split(' ').take(3).take_while(|word| is_capital(word));
        let length: usize = words.map(|word| word.len() + 1).sum();
        let name = rest.get(..length.saturating_sub(1).min(rest.len()))?;
        let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_title = !before.is_some_and(char::is_alphanumeric);
        (is_title && name.chars().count() > 1).then(|| (IdentityKind::Name, name.to_owned()))
    });
    values.collect()
}

fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// `CHU\alibre`: a domain, and who logged in to it; not `HKLM\SOFTWARE`, nor what is a path.
fn accounts(line: &str) -> Vec<(IdentityKind, String)> {
    let words = line.split(|c: char| c.is_whitespace() || "\"'<>(),;=|".contains(c));
    let accounts = words.filter_map(|word| {
        let (domain, user) = word.split_once('\\')?;
        let is_domain = (2..=15).contains(&domain.len())
            && domain
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
            && !domain.starts_with("HK");
        let is_user = !user.is_empty()
            && user
                .chars()
                .all(|c| c.is_alphanumeric() || "._-".contains(c));
        (is_domain && is_user).then(|| (IdentityKind::User, word.to_owned()))
    });
    accounts.collect()
}
