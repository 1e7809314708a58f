//! How is a person kept out of a report that leaves the machine?

use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use crate::fold::Folded;
use crate::search::{Found, Search};

/// What kind of personal value it is; the pseudonym begins with its name.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum IdentityKind {
    /// Surname or given name.
    Name,
    /// PS_IdNat, RPPS, ADELI, FINESS, SIRET, registre, student number.
    Identifier,
    /// Serial number of a card, a token, a certificate or a reader.
    Serial,
    /// Name of the workplace.
    Organisation,
    /// Name of this machine.
    Host,
    /// Name of the session's user.
    User,
    /// User name given to a proxy.
    Credential,
    /// E-mail address.
    Email,
    /// Name of a file or a folder that people gave it.
    Path,
}

impl IdentityKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Identifier => "id",
            Self::Serial => "serial",
            Self::Organisation => "organisation",
            Self::Host => "host",
            // who logs in to a proxy is a user for whoever reads it
            Self::User | Self::Credential => "user",
            Self::Email => "email",
            Self::Path => "path",
        }
    }
}

/// A personal value to mask wherever it stands in a report.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
pub struct Identity {
    kind: IdentityKind,
    value: String,
}

impl Identity {
    /// A personal value, as it stands in the report.
    pub fn new(kind: IdentityKind, value: impl Into<String>) -> Self {
        Self {
            kind,
            value: value.into(),
        }
    }

    /// What kind of value it is.
    pub const fn kind(&self) -> IdentityKind {
        self.kind
    }

    /// The value in clear, for those who look for it.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Names may have two letters: LE, LY, NG.
    fn is_telling(&self) -> bool {
        let shortest = match self.kind {
            IdentityKind::Name => 2,
            _ => 3,
        };
        self.value.trim().chars().count() >= shortest
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.kind.word())
    }
}

/// Text that names a person or a place: shown only by those who ask for it by name.
///
/// `Debug` and `Display` mask it. Serialising writes it whole, because a report is redacted
/// as a whole, by [`Pseudonyms::mask`], and `identify` exists to show it.
#[derive(Clone, Default, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Personal(String);

impl Personal {
    /// Wraps a personal value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value in clear, for those whose purpose is to show it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The value to mask in a report.
    pub fn identity(&self, kind: IdentityKind) -> Identity {
        Identity::new(kind, self.0.clone())
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(…)")
    }
}

impl fmt::Display for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Turns personal values into pseudonyms: the same value with the same key always gives
/// the same one, and nobody without the key can try values until one fits.
pub struct Pseudonyms {
    key: Vec<u8>,
    identities: Vec<Identity>,
    /// In lower case.
    words: BTreeSet<String>,
    /// Whether another spelling of a value is the value.
    is_folding: bool,
    /// Made when it is first needed; none inside: they are too many.
    search: OnceLock<Option<Search>>,
}

/// Names that are looked for at once; what gives away more of them is no log but a list.
const MOST: usize = 20_000;

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pseudonyms({} values)", self.identities.len())
    }
}

impl Pseudonyms {
    /// `key`: bytes that nobody else knows; where pseudonyms are to be compared, the same ones.
    pub fn new(key: impl Into<Vec<u8>>) -> Self {
        Self {
            key: key.into(),
            identities: Vec::new(),
            words: BTreeSet::new(),
            is_folding: false,
            search: OnceLock::new(),
        }
    }

    /// Words that reports themselves are written with. A user or a machine called by one of them,
    /// « card », is masked only where it can be nothing else: in the path of a home, and alone as
    /// the value of a key of names. So is a user of three letters.
    #[must_use]
    pub fn sparing<'a>(mut self, words: impl IntoIterator<Item = &'a str>) -> Self {
        self.words.extend(words.into_iter().map(str::to_lowercase));
        self
    }

    /// Knows values again in any spelling: small or capital letters, without accents, encoded as
    /// in addresses, JSON or HTML, and names with an initial before or behind them (`jdupont`).
    /// One pseudonym stands for all of them. Short values and words of reports are taken as
    /// they stand.
    #[must_use]
    pub fn in_any_spelling(mut self) -> Self {
        self.is_folding = true;
        self
    }

    /// Adds values to mask, 20,000 in all. Numbers under three characters and initials are left:
    /// masking every « 12 » or « A » of a report would hide nothing and spoil all of it.
    pub fn extend(&mut self, identities: impl IntoIterator<Item = Identity>) {
        let room = MOST.saturating_sub(self.identities.len());
        let kept = identities.into_iter().filter(Identity::is_telling);
        let mut kept: Vec<_> = kept.collect::<BTreeSet<_>>().into_iter().collect();
        kept.truncate(room);
        self.identities.extend(kept);
        // Longest first, so that an identifier is masked before a number it contains.
        self.identities
            .sort_by(|a, b| b.value.len().cmp(&a.value.len()).then(a.cmp(b)));
        self.identities.dedup_by(|a, b| a.value == b.value);
        self.search = OnceLock::new();
    }

    /// The values to mask.
    pub fn identities(&self) -> &[Identity] {
        &self.identities
    }

    /// `id#3fa29c`: the first 24 bits of an HMAC-SHA-256 (RFC 2104) of the value.
    pub fn pseudonym(&self, identity: &Identity) -> String {
        let digest = self.digest(identity);
        let hex: String = digest
            .iter()
            .take(3)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("{}#{hex}", identity.kind.word())
    }

    fn digest(&self, identity: &Identity) -> Vec<u8> {
        // HMAC takes a key of any length; were it ever to refuse one, nothing leaks.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            return vec![0; 3];
        };
        let value = identity.value.trim();
        match self.is_folding {
            true => mac.update(Folded::of(value).text.as_bytes()),
            false => mac.update(value.as_bytes()),
        }
        mac.finalize().into_bytes().to_vec()
    }

    /// `text` with every known value replaced where it stands as a word of its own.
    pub fn mask_text(&self, text: &str) -> String {
        if self.identities.is_empty() {
            return text.to_owned();
        }
        let values = || self.identities.iter().map(|it| it.value.as_str());
        let search = self
            .search
            .get_or_init(|| Search::new(values(), self.is_folding));
        let Some(search) = search else {
            return HIDDEN.to_owned();
        };
        let mut masked = String::with_capacity(text.len());
        let mut at = 0;
        for found in search.all(text, |found| self.is_it(text, found)) {
            let Some(identity) = self.identities.get(found.name) else {
                continue;
            };
            masked.push_str(text.get(at..found.begin).unwrap_or_default());
            masked.push_str(&self.pseudonym(identity));
            at = found.end;
        }
        masked + text.get(at..).unwrap_or_default()
    }

    /// Whether what was found is the value, and no word that is written alike.
    fn is_it(&self, text: &str, found: &Found) -> bool {
        let (Some(identity), Some(word)) = (
            self.identities.get(found.name),
            text.get(found.begin..found.end),
        ) else {
            return false;
        };
        let value = identity.value.trim();
        if self.is_a_word(identity) {
            return !found.is_part && is_below_a_home(text.get(..found.begin).unwrap_or_default());
        }
        let is_said = || self.words.contains(&word.to_lowercase());
        match found.is_part {
            true => identity.kind == IdentityKind::Name && !is_said(),
            // « le » is an article, LE a name
            false => word == value || (value.chars().count() > SHORT && !is_said()),
        }
    }

    /// Masks every string inside `value`; keys are left.
    pub fn mask(&self, value: &mut Value) {
        self.mask_under("", value);
    }

    /// Masks every string inside the value of `key`.
    pub fn mask_under(&self, key: &str, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.mask_value(key, text),
            Value::Array(items) => items.iter_mut().for_each(|it| self.mask_under(key, it)),
            Value::Object(map) => map
                .iter_mut()
                .for_each(|(key, value)| self.mask_under(key, value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn mask_value(&self, key: &str, text: &str) -> String {
        let mut named = self.identities.iter().filter(|_| NAMES.contains(&key));
        match named.find(|identity| identity.value.trim() == text.trim()) {
            Some(identity) => self.pseudonym(identity),
            None => self.mask_text(text),
        }
    }

    fn is_a_word(&self, identity: &Identity) -> bool {
        let value = identity.value.trim();
        let is_known = || self.words.contains(&value.to_lowercase());
        match identity.kind {
            IdentityKind::User => value.chars().count() <= SHORT || is_known(),
            IdentityKind::Host => is_known(),
            _ => false,
        }
    }
}

/// Keys of observations whose values are names of users and machines.
const NAMES: [&str; 4] = ["user", "home", "host", "unknown_caller"];
const SHORT: usize = 3;
/// What stands where nothing may be shown.
const HIDDEN: &str = "***";

/// Whether what follows `head` is a folder below that of the homes, or below its own medium.
fn is_below_a_home(head: &str) -> bool {
    let path = head.rsplit(['"', '\'', '«', '(', '\n']).next();
    let path = path.unwrap_or_default().to_lowercase().replace('\\', "/");
    let homes = ["/home/", "/users/", "/media/"];
    path.ends_with('/') && homes.iter().any(|home| path.contains(home))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pseudonyms(key: &str) -> Pseudonyms {
        let mut pseudonyms = Pseudonyms::new(key);
        pseudonyms.extend([
            Identity::new(IdentityKind::Identifier, "899700218896"),
            Identity::new(IdentityKind::Identifier, "99700218896"),
            Identity::new(IdentityKind::Name, "LIBRE"),
            Identity::new(IdentityKind::Name, "A"),
        ]);
        pseudonyms
    }

    #[test]
    fn a_value_always_gets_the_same_pseudonym_on_one_machine_and_another_elsewhere() {
        let here = pseudonyms("a").mask_text("CN=899700218896, SN=LIBRE");
        assert_eq!(here, pseudonyms("a").mask_text("CN=899700218896, SN=LIBRE"));
        assert_ne!(here, pseudonyms("b").mask_text("CN=899700218896, SN=LIBRE"));
        assert!(
            here.starts_with("CN=id#") && here.contains("SN=name#"),
            "{here}"
        );
    }

    #[test]
    fn only_whole_words_are_masked_and_short_values_never() {
        let masked = pseudonyms("a").mask_text("CALIBRE LIBREMENT A 4899700218896");
        assert_eq!(masked, "CALIBRE LIBREMENT A 4899700218896");
    }

    #[test]
    fn a_name_of_two_letters_is_masked_and_a_number_of_two_digits_is_not() {
        let mut pseudonyms = Pseudonyms::new("a");
        pseudonyms.extend([
            Identity::new(IdentityKind::Name, "LY"),
            Identity::new(IdentityKind::Identifier, "12"),
            Identity::new(IdentityKind::Name, "  "),
        ]);
        let masked = pseudonyms.mask_text("SN=LY, LYON, 12/11/2026");
        assert!(masked.starts_with("SN=name#"), "{masked}");
        assert!(masked.ends_with(", LYON, 12/11/2026"), "{masked}");
    }

    #[test]
    fn every_string_of_a_json_value_is_masked_and_keys_are_kept() {
        let mut value = serde_json::json!({"LIBRE": ["LIBRE", {"x": "8.99700218896@cps"}], "n": 3});
        pseudonyms("a").mask(&mut value);
        let text = value.to_string();
        assert!(text.starts_with(r#"{"LIBRE":["name#"#) || text.contains(r#""LIBRE":["name#"#));
        assert!(!text.contains("99700218896"), "{text}");
    }

    #[test]
    fn a_user_called_by_a_word_of_reports_is_masked_in_paths_and_as_a_user_only() {
        let mut pseudonyms = Pseudonyms::new("a").sparing(["Card", "proxy"]);
        pseudonyms.extend([
            Identity::new(IdentityKind::User, "card"),
            Identity::new(IdentityKind::User, "luc"),
            Identity::new(IdentityKind::User, "anne"),
            Identity::new(IdentityKind::Host, "proxy"),
        ]);
        let text = "card.absent: the card of anne, /usr/lib/card, luc by the proxy";
        let masked = pseudonyms.mask_text(text);
        let anne = pseudonyms.pseudonym(&Identity::new(IdentityKind::User, "anne"));
        assert_eq!(masked, text.replace("anne", &anne));
        for path in [
            "/home/card/.mozilla",
            r"C:\Users\card\AppData",
            "« /home/luc »",
            "/home/cabinet/luc",
        ] {
            let masked = pseudonyms.mask_text(path);
            assert!(masked.contains("user#"), "{masked}");
            assert!(
                !masked.contains("card") && !masked.contains("luc"),
                "{masked}"
            );
        }
        let mut value = serde_json::json!({
            "roots": [{"user": "card", "path": "/home/card/x", "home": "card"}],
            "product": "card", "found_in": ["card"], "host": "proxy",
        });
        pseudonyms.mask(&mut value);
        let root = &value["roots"][0];
        for name in [&root["user"], &root["home"], &value["host"]] {
            assert!(name.as_str().unwrap().contains('#'), "{value}");
        }
        assert!(!root["path"].as_str().unwrap().contains("card"));
        assert_eq!(
            (&value["product"], &value["found_in"][0]),
            (&"card".into(), &"card".into())
        );
    }

    #[test]
    fn a_name_in_any_spelling_has_one_pseudonym() {
        let mut pseudonyms = Pseudonyms::new("a").sparing(["sport"]).in_any_spelling();
        pseudonyms.extend(
            ["Hélène", "MÜLLER", "LE", "Port"].map(|it| Identity::new(IdentityKind::Name, it)),
        );
        let name = pseudonyms.pseudonym(&Identity::new(IdentityKind::Name, "Muller"));
        for text in [
            "muller",
            "Müller",
            "jmüller",
            "mullerj2",
            "M%C3%BCller",
            "m\\u00fcller",
            "M&uuml;ller",
            "Mu\u{308}ller",
        ] {
            assert_eq!(pseudonyms.mask_text(text), name, "{text}");
        }
        let text = "le sport, un mulleron, 5 mullers de plus";
        let masked = pseudonyms.mask_text(text);
        assert!(
            masked.starts_with("le sport, un mulleron, 5 name#"),
            "{masked}"
        );
        assert!(pseudonyms.mask_text("HELENE%20LE").starts_with("name#"));
        assert!(!pseudonyms.mask_text("HELENE LE").contains("LE"));
    }

    #[test]
    fn names_are_bounded_and_found_among_many() {
        let mut pseudonyms = Pseudonyms::new("a");
        let name = |number: usize| Identity::new(IdentityKind::User, format!("user{number:06}"));
        pseudonyms.extend((0..MOST + 10).map(name));
        assert_eq!(pseudonyms.identities().len(), MOST);
        assert!(
            pseudonyms
                .mask_text("of user000007.")
                .starts_with("of user#")
        );
    }

    #[test]
    fn a_personal_value_does_not_reach_debug_or_display() {
        let personal = Personal::new("LIBRE");
        assert!(!format!("{personal:?} {personal}").contains("LIBRE"));
        assert!(!format!("{:?}", personal.identity(IdentityKind::Name)).contains("LIBRE"));
    }
}
