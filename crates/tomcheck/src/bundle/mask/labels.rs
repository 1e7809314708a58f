//! Which names stand behind a word that announces them?

use tomcheck_diagnosis::IdentityKind;

use super::Masker;
use super::hosts::is_public;

/// A name, and where it stands.
#[derive(Clone, Copy)]
struct Found {
    kind: IdentityKind,
    begin: usize,
    end: usize,
}

impl Found {
    fn value(self, line: &str) -> &str {
        line.get(self.begin..self.end).unwrap_or_default()
    }
}

/// Hides what stands behind a label, a title, a domain.
pub(super) fn hidden(line: &str, masker: &Masker) -> String {
    replaced(line, found(line), masker)
}

/// Hides who is named in the columns of a proxy's log.
pub(super) fn columns_hidden(line: &str, masker: &Masker) -> String {
    replaced(line, columns(line), masker)
}

fn replaced(line: &str, mut found: Vec<Found>, masker: &Masker) -> String {
    // the longest first where two begin at one place
    found.sort_by_key(|it| (it.begin, std::cmp::Reverse(it.end)));
    let mut kept = String::with_capacity(line.len());
    let mut at = 0;
    for one in found {
        let value = one.value(line);
        let is_host = one.kind == IdentityKind::Host;
        let is_open = match one.kind {
            IdentityKind::Host => masker.is_open(value),
            IdentityKind::Organisation => masker.is_said(value),
            IdentityKind::Name => is_public(value),
            _ => false,
        };
        if one.begin < at || is_open {
            continue;
        }
        kept.push_str(line.get(at..one.begin).unwrap_or_default());
        kept.push_str(&match is_host {
            true => masker.host(value),
            false => masker.pseudonym(one.kind, value),
        });
        at = one.end;
    }
    kept + line.get(at..).unwrap_or_default()
}

/// The names to be known wherever they stand, word by word where there are several.
pub(super) fn names(line: &str) -> Vec<(IdentityKind, String)> {
    let mut names = Vec::new();
    for one in found(line).into_iter().chain(columns(line)) {
        let (kind, value) = (one.kind, one.value(line));
        if kind == IdentityKind::Identifier {
            continue;
        }
        let parts = parts(kind, value).into_iter();
        names.extend(parts.map(|part| (IdentityKind::Name, part)));
        names.push((kind, value.to_owned()));
    }
    names
}

/// The words of a name, and what an account is made of: `CHU\anne.libre`, `CHU%5Calibre`.
pub(super) fn parts(kind: IdentityKind, value: &str) -> Vec<String> {
    let is_account = matches!(
        kind,
        IdentityKind::User | IdentityKind::Credential | IdentityKind::Email
    );
    if !(is_account || kind == IdentityKind::Name) {
        return Vec::new();
    }
    let value = value.replace("%5C", "\\").replace("%5c", "\\");
    let is_between = |c: char| match is_account {
        true => !(c.is_alphanumeric() || c == '\''),
        false => !(c.is_alphabetic() || "-'\u{301}\u{300}\u{308}%&;\\".contains(c)),
    };
    let words: Vec<&str> = value.split(is_between).collect();
    // so many words are a sentence
    let is_sentence = words.len() > MOST_OF_A_NAME;
    let telling = words.into_iter().filter(|word| {
        let is_long = word.chars().count() > 2 && word.chars().any(char::is_alphabetic);
        is_long && (!is_sentence || is_capital(word))
    });
    telling.map(str::to_owned).collect()
}

const MOST_OF_A_NAME: usize = 4;

/// What is announced.
fn found(line: &str) -> Vec<Found> {
    let lower = line.to_lowercase();
    // letters that get longer or shorter would shift every place
    let lower = if lower.len() == line.len() {
        lower
    } else {
        line.to_ascii_lowercase()
    };
    let labelled = LABELS.iter().flat_map(|label| label.values(line, &lower));
    let titled = TITLES.iter().flat_map(|title| titled(line, title));
    let named = labelled.chain(titled).chain(attributes(line, &lower));
    named.chain(accounts(line)).collect()
}

/// The kind of what a label announces, where the value stands apart from it.
pub(super) fn announced(label: &str, value: &str) -> Option<IdentityKind> {
    let lower = label.trim().to_lowercase();
    let label = LABELS.iter().find(|label| label.words == lower)?;
    let is_new = !value.contains(['#', '*']) && value.chars().any(char::is_alphanumeric);
    (is_new && label.kind != IdentityKind::Host).then_some(label.kind)
}

/// Who asked for what in the log of a proxy: the column behind the address in squid's own form,
/// the third one in Apache's; and his workstation where it has a name.
///
/// Source: squid.conf, directive `logformat` (formats `squid` and `combined`).
fn columns(line: &str) -> Vec<Found> {
    let found = |kind, (begin, word): (usize, &str)| {
        let is_new = word != "-" && !word.contains(['#', '*']);
        is_new.then_some(Found {
            kind,
            begin,
            end: begin + word.len(),
        })
    };
    let words = placed_words(line);
    let result = words.iter().position(|(_, word)| is_result(word));
    let (client, user) = match result {
        Some(at) => (at.checked_sub(1), Some(at + 4)),
        None => match words.iter().position(|(_, word)| word.starts_with('[')) {
            Some(at) if at >= 3 && line.contains("] \"") => (at.checked_sub(3), at.checked_sub(1)),
            _ => return Vec::new(),
        },
    };
    let word = |at: Option<usize>| at.and_then(|at| words.get(at)).copied();
    let client = word(client).filter(|(_, word)| word.contains(char::is_alphabetic));
    let client = client.and_then(|word| found(IdentityKind::Host, word));
    let user = word(user).and_then(|word| found(IdentityKind::User, word));
    client.into_iter().chain(user).collect()
}

fn placed_words(line: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let pieces = line.split(|c: char| c.is_ascii_whitespace()).map(|word| {
        let begin = at;
        at += word.len() + 1;
        (begin, word)
    });
    pieces.filter(|(_, word)| !word.is_empty()).collect()
}

/// `TCP_DENIED/407`
fn is_result(word: &str) -> bool {
    word.split_once('/').is_some_and(|(tag, status)| {
        let is_tag = ["TCP_", "NONE", "TAG_", "UDP_"]
            .iter()
            .any(|it| tag.starts_with(it));
        is_tag && status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())
    })
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
    label("firstname", IdentityKind::Name),
    label("first_name", IdentityKind::Name),
    label("first name", IdentityKind::Name),
    label("lastname", IdentityKind::Name),
    label("last_name", IdentityKind::Name),
    label("last name", IdentityKind::Name),
    label("fullname", IdentityKind::Name),
    label("full name", IdentityKind::Name),
    label("displayname", IdentityKind::Name),
    label("display name", IdentityKind::Name),
    label("familyname", IdentityKind::Name),
    label("family_name", IdentityKind::Name),
    label("given_name", IdentityKind::Name),
    label("given name", IdentityKind::Name),
    label("nomusage", IdentityKind::Name),
    label("nom_usage", IdentityKind::Name),
    label("utilisateur", IdentityKind::User),
    label("identifiant de connexion", IdentityKind::User),
    label("user_name", IdentityKind::User),
    label("userid", IdentityKind::User),
    label("user_id", IdentityKind::User),
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
    label("hostname", IdentityKind::Host),
    label("host name", IdentityKind::Host),
    label("host_name", IdentityKind::Host),
    label("computername", IdentityKind::Host),
    label("computer_name", IdentityKind::Host),
    label("workstationname", IdentityKind::Host),
    label("machinename", IdentityKind::Host),
    label("servername", IdentityKind::Host),
    label("domainname", IdentityKind::Host),
    label("targetdomainname", IdentityKind::Host),
    label("subjectdomainname", IdentityKind::Host),
    label("userdomain", IdentityKind::Host),
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
    fn values(&self, line: &str, lower: &str) -> Vec<Found> {
        let places = lower.match_indices(self.words);
        let values = places.filter_map(|(at, words)| {
            let before = lower.get(..at)?.chars().next_back();
            let is_word = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
            let (begin, length) = self.value(line.get(at + words.len()..)?)?;
            let begin = at + words.len() + begin;
            is_word.then_some(Found {
                kind: self.kind,
                begin,
                end: begin + length,
            })
        });
        values.collect()
    }

    /// Where it begins, and how long it is.
    fn value(&self, rest: &str) -> Option<(usize, usize)> {
        let after = without_tags(rest.trim_start_matches(is_blank));
        let is_apart = after.len() < rest.len();
        let (tail, value) = match after.strip_prefix([':', '=', '>']) {
            Some(tail) => {
                let tail = without_tags(tail.trim_start_matches(is_blank));
                let end = tail.find(ends_value).unwrap_or(tail.len());
                (tail, tail.get(..end)?)
            }
            // `<td>Nom</td><td>Dupont</td>`
            None if rest.starts_with("</") => (
                after,
                after.get(..after.find(ends_value).unwrap_or(after.len()))?,
            ),
            None if self.is_before_number && is_apart => {
                let after = after.strip_prefix("n° ").unwrap_or(after);
                (after, number_at(after)?)
            }
            None => return None,
        };
        let value = match self.kind {
            // « sur un autre poste : si le défaut s'y retrouve » names none
            IdentityKind::Host => {
                let word = value.split_whitespace().next().unwrap_or_default();
                let is_name = |c: char| c.is_uppercase() || c.is_ascii_digit() || "-.".contains(c);
                word.contains(is_name).then_some(word)?
            }
            _ => value,
        };
        let value = value.trim_end().trim_end_matches(['.', '"', '\'', ')']);
        let is_new = !value.contains(['#', '*']) && value.chars().count() > 1;
        let is_it = is_new && value.chars().any(char::is_alphanumeric);
        is_it.then_some((rest.len() - tail.len(), value.len()))
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || "\"'\u{a0}\u{202f}".contains(c)
}

/// Behind elements of HTML that begin or end here.
fn without_tags(mut rest: &str) -> &str {
    while rest.starts_with('<')
        && let Some((_, after)) = rest.split_once('>')
    {
        rest = after.trim_start_matches(is_blank);
    }
    rest
}

/// A word with digits, and further groups of them: `10 1234 56789`, `01417`.
fn number_at(after: &str) -> Option<&str> {
    let mut end = 0;
    for word in after.split_inclusive([' ', '\u{a0}', '\u{202f}']) {
        let whole = word.trim_end();
        let bare = whole.trim_end_matches([',', ';', '.', ')', '"']);
        let is_group = bare.starts_with(|c: char| c.is_ascii_digit());
        let is_first = end == 0 && bare.chars().any(|c| c.is_ascii_digit());
        if !(is_first || is_group) {
            break;
        }
        let begin = end;
        end += word.len();
        if bare.len() < whole.len() {
            return after.get(..begin + bare.len());
        }
    }
    after
        .get(..end)
        .map(str::trim_end)
        .filter(|it| !it.is_empty())
}

fn ends_value(c: char) -> bool {
    ",;|<>\"\t()&".contains(c)
}

/// Source: RFC 4514 §3 and X.520, what names a person among them.
const ATTRIBUTES: &[&str] = &[
    "sn=",
    "gn=",
    "g=",
    "surname=",
    "givenname=",
    "cn=",
    "o=",
    "ou=",
    "uid=",
    "l=",
    "st=",
    "street=",
    "dc=",
];

/// What a distinguished name tells of a person, in whatever letters.
fn attributes(line: &str, lower: &str) -> Vec<Found> {
    // a letter and `=` is an option of many a program
    let is_name = ["cn=", "sn="].iter().any(|it| lower.contains(it));
    let all = ATTRIBUTES.iter();
    let all = all.filter(|attribute| is_name || attribute.len() > 3);
    all.flat_map(|attribute| attribute_values(line, lower, attribute))
        .collect()
}

fn attribute_values(line: &str, lower: &str, attribute: &str) -> Vec<Found> {
    let kind = match attribute {
        "o=" | "ou=" | "l=" | "st=" | "street=" | "dc=" => IdentityKind::Organisation,
        "uid=" => IdentityKind::User,
        _ => IdentityKind::Name,
    };
    let places = lower.match_indices(attribute);
    let values = places.filter_map(|(at, _)| {
        let before = line.get(..at)?.chars().next_back();
        let begin = at + attribute.len();
        let value = line.get(begin..)?;
        let end = value.find([',', '+', '/', ';', '"', '\n', '<', '&', '»', '”']);
        let value = value.get(..end.unwrap_or(value.len()))?.trim_end();
        let is_name = value.chars().count() > 1
            && value.chars().any(char::is_alphabetic)
            && !value.contains(['#', '.', '*'])
            && !is_of_igc(value)
            && !is_of_maker(value);
        let is_attribute = !before.is_some_and(|c| c.is_alphanumeric());
        (is_attribute && is_name).then_some(Found {
            kind,
            begin,
            end: begin + value.len(),
        })
    });
    values.collect()
}

/// `CN=AC IGC-SANTE FORT PERSONNES,OU=IGC-SANTE,…`: nobody's name, and what a chain lacks is one.
pub(super) fn is_authority(text: &str) -> bool {
    let attributes: Vec<_> = text.split([',', '+']).map(str::trim).collect();
    let has = |begin: &str, is_it: fn(&str) -> bool| {
        let mut values = attributes.iter().filter_map(|it| it.strip_prefix(begin));
        values.any(is_it)
    };
    let is_one = has("CN=", |value| value.contains("AC ") && is_of_igc(value));
    let is_name = attributes.iter().all(|it| it.contains('='));
    let is_persons = ["SN=", "GN="].iter().any(|begin| has(begin, |_| true));
    is_one && is_name && !is_persons && !text.contains('\n')
}

/// The authorities themselves are nobody's.
fn is_of_igc(value: &str) -> bool {
    ["IGC-SANTE", "ASIP-SANTE", "ANS", "GIP-CPS"]
        .iter()
        .any(|it| value.contains(it))
}

/// Makers of what opens connections on their way, and authorities that everybody trusts: which of
/// them it is tells what to do.
fn is_of_maker(value: &str) -> bool {
    let lower = value.to_lowercase();
    MAKERS.iter().any(|maker| lower.starts_with(maker))
}

const MAKERS: &[&str] = &[
    "avast",
    "avg",
    "bitdefender",
    "blue coat",
    "certigna",
    "certinomis",
    "check point",
    "cisco",
    "comodo",
    "digicert",
    "eset",
    "f-secure",
    "forcepoint",
    "fortinet",
    "globalsign",
    "google",
    "kaspersky",
    "let's encrypt",
    "mcafee",
    "microsoft",
    "netskope",
    "norton",
    "olfeo",
    "palo alto",
    "sectigo",
    "sophos",
    "squid",
    "stormshield",
    "symantec",
    "trellix",
    "trend micro",
    "ucopia",
    "watchguard",
    "withsecure",
    "zscaler",
];

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
fn titled(line: &str, title: &str) -> Vec<Found> {
    let places = line.match_indices(title);
    let values = places.filter_map(|(at, _)| {
        let before = line.get(..at)?.chars().next_back();
        let begin = at + title.len();
        let rest = line.get(begin..)?;
        let words = rest.split(' ').take(3).take_while(|word| is_capital(word));
        let length: usize = words.map(|word| word.len() + 1).sum();
        let name = rest.get(..length.saturating_sub(1).min(rest.len()))?;
        let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_title = !before.is_some_and(char::is_alphanumeric);
        (is_title && name.chars().count() > 1).then_some(Found {
            kind: IdentityKind::Name,
            begin,
            end: begin + name.len(),
        })
    });
    values.collect()
}

fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase)
}

/// `CHU\alibre`: a domain, and who logged in to it; not `HKLM\SOFTWARE`, nor what is a path.
fn accounts(line: &str) -> Vec<Found> {
    let is_between = |c: char| c.is_whitespace() || "\"'<>(),;=|".contains(c);
    let mut accounts = Vec::new();
    let mut at = 0;
    for piece in line.split_inclusive(is_between) {
        let word = piece.trim_end_matches(is_between);
        if is_account(word) {
            accounts.push(Found {
                kind: IdentityKind::User,
                begin: at,
                end: at + word.len(),
            });
        }
        at += piece.len();
    }
    accounts
}

fn is_account(word: &str) -> bool {
    let Some((domain, user)) = word.split_once('\\') else {
        return false;
    };
    // in the text of a program each backslash stands twice
    let user = user.strip_prefix('\\').unwrap_or(user);
    let is_of_domain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    let is_domain = (2..=15).contains(&domain.len())
        && domain.chars().all(is_of_domain)
        && !domain.starts_with("HK")
        && !SYSTEM.contains(&domain);
    let is_of_user = |c: char| c.is_alphanumeric() || "._-".contains(c);
    is_domain && !user.is_empty() && user.chars().all(is_of_user)
}

/// Domains that every Windows has.
const SYSTEM: [&str; 5] = ["AUTHORITY", "NT", "BUILTIN", "SERVICE", "FONT"];
