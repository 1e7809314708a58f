//! What is known of one code?

use serde::Serialize;
use tomcheck_diagnosis::{Finding, FindingKind, Lang, Text};

/// One code of one family.
///
/// Names and numbers are their owner's and are never translated.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Whose code it is.
    pub family: Family,
    /// As its owner spells it: `SCARD_E_NO_SERVICE`, `proxy.authentication-required`.
    pub name: &'static str,
    /// As its owner counts; none where it has no number.
    pub number: Option<i64>,
    /// Other names, and sentences that programs show for it, in either language.
    pub sentences: &'static [&'static str],
    pub(super) meaning: Text,
    /// The codes of the findings that it mostly is, the likeliest first.
    pub findings: &'static [&'static str],
}

impl Row {
    /// What it means, in one sentence.
    pub fn meaning(&self, lang: Lang) -> String {
        let meaning = match self.kind() {
            Some(kind) => Finding::of(kind).title(lang),
            None => self.meaning.get(lang).to_owned(),
        };
        capital(&meaning)
    }

    /// What Firefox writes above a page, where this is one: people never see its own name.
    pub(crate) fn page_title(&self, lang: Lang) -> Option<&'static str> {
        if !self.name.ends_with("-title") {
            return None;
        }
        // the rows of pages have the French first and the English last
        match lang {
            Lang::Fr => self.sentences.first(),
            Lang::En => self.sentences.last(),
        }
        .copied()
    }

    /// The number as its owner writes it: `0x8010001D`, `-117`, `407`.
    pub fn written(&self) -> Option<String> {
        let number = self.number?;
        Some(match self.family.facts().written {
            // the errors of Windows' system are written in tens
            Written::Hex8 if number >= 0x8000_0000 => format!("0x{number:08X}"),
            Written::Hex8 => number.to_string(),
            Written::Hex => format!("0x{number:X}"),
            Written::Decimal => number.to_string(),
        })
    }

    /// The findings it mostly is, the likeliest first; of a finding, itself.
    pub fn kinds(&self) -> impl Iterator<Item = &'static FindingKind> {
        let own = [self.name];
        let codes = match self.family {
            Family::Finding => Codes::Own(own.into_iter()),
            _ => Codes::Likely(self.findings.iter()),
        };
        codes.filter_map(kind_of)
    }

    fn kind(&self) -> Option<&'static FindingKind> {
        (self.family == Family::Finding).then(|| kind_of(self.name))?
    }
}

enum Codes {
    Own(std::array::IntoIter<&'static str, 1>),
    Likely(std::slice::Iter<'static, &'static str>),
}

impl Iterator for Codes {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        match self {
            Self::Own(own) => own.next(),
            Self::Likely(likely) => likely.next().copied(),
        }
    }
}

fn kind_of(code: &str) -> Option<&'static FindingKind> {
    crate::findings().find(|kind| kind.code == code)
}

fn capital(sentence: &str) -> String {
    let mut characters = sentence.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// Whose codes they are.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// tomcheck's own.
    Finding,
    /// PC/SC: the card service and the readers.
    Pcsc,
    /// PKCS#11: the Cryptolib and other modules.
    Pkcs11,
    /// TLS alerts.
    TlsAlert,
    /// HTTP statuses, of sites and proxies.
    Http,
    /// The error pages of squid.
    Squid,
    /// Chrome, Edge and other browsers of Chromium.
    Chromium,
    /// Firefox, and NSS under it.
    Nss,
    /// Java's exceptions.
    Java,
    /// Windows: SSPI, CryptoAPI, system errors.
    Windows,
    /// Windows: WinHTTP and WinINet.
    Winhttp,
    /// Windows: the events of its journals.
    WindowsEvent,
    /// OpenSSL's reasons.
    Openssl,
    /// curl's exit statuses.
    Curl,
}

impl Family {
    /// What a person calls it.
    pub const fn title(self) -> Text {
        self.facts().title
    }

    pub(super) const fn facts(self) -> Facts {
        let (fr, en, written, words): (_, _, _, &[&str]) = match self {
            Self::Finding => (
                "constat de tomcheck",
                "finding of tomcheck",
                Written::Decimal,
                &[],
            ),
            Self::Pcsc => (
                "PC/SC, le service de carte à puce",
                "PC/SC, the smart card service",
                Written::Hex8,
                &["scard", "pcsc"],
            ),
            Self::Pkcs11 => (
                "PKCS#11, la Cryptolib ou un autre module de carte",
                "PKCS#11, the Cryptolib or another card module",
                Written::Hex,
                &["ckr", "rv", "ck_rv", "pkcs11", "cryptoki"],
            ),
            Self::TlsAlert => (
                "alerte TLS",
                "TLS alert",
                Written::Decimal,
                &["alert", "alerte", "alerts"],
            ),
            Self::Http => (
                "état HTTP",
                "HTTP status",
                Written::Decimal,
                &[
                    "http",
                    "https",
                    "tcp_denied",
                    "tcp_tunnel",
                    "tcp_miss",
                    "tcp_denied_reply",
                ],
            ),
            Self::Squid => (
                "page d'erreur du proxy squid",
                "error page of the proxy squid",
                Written::Decimal,
                &[],
            ),
            Self::Chromium => (
                "Chrome, Edge ou un autre navigateur Chromium",
                "Chrome, Edge or another Chromium browser",
                Written::Decimal,
                &["net", "net_error", "neterror"],
            ),
            Self::Nss => ("Firefox", "Firefox", Written::Decimal, &["nss", "nspr"]),
            Self::Java => ("Java", "Java", Written::Decimal, &[]),
            Self::Windows => (
                "Windows",
                "Windows",
                Written::Hex8,
                &["win32", "windows", "hresult"],
            ),
            Self::Winhttp => (
                "connexions de Windows (WinHTTP, WinINet)",
                "Windows connections (WinHTTP, WinINet)",
                Written::Decimal,
                &["winhttp", "wininet", "erreur", "error"],
            ),
            Self::WindowsEvent => (
                "journal des événements de Windows",
                "Windows event log",
                Written::Decimal,
                &["event", "evenement", "eventid", "schannel"],
            ),
            Self::Openssl => ("OpenSSL", "OpenSSL", Written::Decimal, &[]),
            Self::Curl => ("curl", "curl", Written::Decimal, &["curl"]),
        };
        Facts {
            title: Text { fr, en },
            written,
            words,
        }
    }
}

/// What holds for every code of a family.
pub(super) struct Facts {
    title: Text,
    written: Written,
    /// Words after which a number is one of this family, folded.
    pub(super) words: &'static [&'static str],
}

/// How a family writes its numbers.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Written {
    Hex8,
    Hex,
    Decimal,
}

impl Facts {
    pub(super) fn is_hexadecimal(&self) -> bool {
        self.written != Written::Decimal
    }
}

/// A row of a family's table: name, number, meaning, likely findings.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) number: Option<i64>,
    pub(super) sentences: &'static [&'static str],
    pub(super) meaning: Text,
    pub(super) findings: &'static [&'static str],
}

impl Entry {
    pub(super) const fn row(&self, family: Family) -> Row {
        Row {
            family,
            name: self.name,
            number: self.number,
            sentences: self.sentences,
            meaning: self.meaning,
            findings: self.findings,
        }
    }
}

/// A code that has a number.
pub(super) const fn code(
    name: &'static str,
    number: i64,
    fr: &'static str,
    en: &'static str,
    findings: &'static [&'static str],
) -> Entry {
    Entry {
        name,
        number: Some(number),
        sentences: &[],
        meaning: Text { fr, en },
        findings,
    }
}

/// A code that has none.
pub(super) const fn name(
    name: &'static str,
    fr: &'static str,
    en: &'static str,
    findings: &'static [&'static str],
) -> Entry {
    Entry {
        name,
        number: None,
        sentences: &[],
        meaning: Text { fr, en },
        findings,
    }
}

/// The same, which programs also show in these words.
pub(super) const fn shown(entry: Entry, sentences: &'static [&'static str]) -> Entry {
    Entry { sentences, ..entry }
}

/// What is said of one number that a layer has a name for.
pub(super) struct Said {
    pub(super) name: &'static str,
    pub(super) sentences: &'static [&'static str],
    pub(super) meaning: Text,
    pub(super) findings: &'static [&'static str],
}

pub(super) const fn said(
    name: &'static str,
    fr: &'static str,
    en: &'static str,
    findings: &'static [&'static str],
) -> Said {
    Said {
        name,
        sentences: &[],
        meaning: Text { fr, en },
        findings,
    }
}

/// The same, which programs also show in these words.
pub(super) const fn worded(said: Said, sentences: &'static [&'static str]) -> Said {
    Said { sentences, ..said }
}

/// Names and numbers of a layer with what is said of each.
pub(super) fn joined(
    family: Family,
    answers: impl Iterator<Item = (i64, &'static str)>,
    said: &'static [Said],
) -> impl Iterator<Item = Row> {
    answers.filter_map(move |(number, name)| {
        let said = said.iter().find(|said| said.name == name)?;
        Some(Row {
            family,
            name,
            number: Some(number),
            sentences: said.sentences,
            meaning: said.meaning,
            findings: said.findings,
        })
    })
}
