//! Which site is to be reached?

use std::borrow::Cow;
use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;
use tomcheck_diagnosis::{self as diagnosis, Lang};
use tomcheck_proxy::ascii_host;

/// A site that asks for a certificate of the card.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Target {
    name: String,
    uri: Uri,
    host: String,
    port: u16,
    addresses: Vec<IpAddr>,
    issuers: Issuers,
    is_confirmed: bool,
}

/// Whose cards a site takes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Issuers {
    /// Those of IGC-Santé, and not its tests.
    IgcSante,
    /// Nothing is known of it.
    #[default]
    Any,
}

impl Issuers {
    /// `igc-sante`, `any`.
    pub fn named(name: &str) -> Option<Self> {
        [Self::IgcSante, Self::Any]
            .into_iter()
            .find(|it| it.name() == name)
    }

    /// As it is written in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::IgcSante => "igc-sante",
            Self::Any => "any",
        }
    }
}

/// Why a target cannot be reached for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// Neither a known name nor a URL.
    #[error("`{text}` is neither a known service ({names}) nor a URL that begins with https://", names = known.join(", "))]
    Unknown {
        /// What was asked for.
        text: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// No host in the URL.
    #[error("the URL `{0}` names no host")]
    WithoutHost(String),
    /// A port that is no number from 1 to 65535.
    #[error("the port in the URL `{0}` is no number from 1 to 65535")]
    BadPort(String),
    /// Not https.
    #[error("the URL `{0}` is not an https:// one: a card is of use there only")]
    NotHttps(String),
    /// User name or password in the URL.
    #[error("the URL holds a user name or a password, which a site with a card never needs")]
    WithCredentials,
}

impl TargetError {
    /// The same in the reader's language.
    pub fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (_, Lang::En) => self.to_string(),
            (Self::Unknown { text, known }, Lang::Fr) => format!(
                "« {text} » n'est ni un service connu ({}) ni une adresse qui commence par https://",
                known.join(", ")
            ),
            (Self::WithoutHost(url), Lang::Fr) => {
                format!("l'adresse « {url} » ne nomme aucun site")
            }
            (Self::BadPort(url), Lang::Fr) => {
                format!("le port de l'adresse « {url} » n'est pas un nombre de 1 à 65535")
            }
            (Self::NotHttps(url), Lang::Fr) => format!(
                "l'adresse « {url} » ne commence pas par https:// : une carte ne sert que là"
            ),
            (Self::WithCredentials, Lang::Fr) => {
                "l'adresse contient un nom d'utilisateur ou un mot de passe".to_owned()
            }
        }
    }
}

/// The URL with a name of foreign letters as it travels: `xn--…`.
fn with_ascii_host(url: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = url.split_once("://").filter(|_| !url.is_ascii()) else {
        return Cow::Borrowed(url);
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, port) = authority.split_at(authority.rfind(':').unwrap_or(authority.len()));
    Cow::Owned(format!("{scheme}://{}{port}{path}", ascii_host(host)))
}

/// A service known by name.
struct BuiltIn {
    name: &'static str,
    url: &'static str,
    issuers: Issuers,
}

/// The address of TOM and of the card's test page are those the questions and answers of TOM
/// show (10 June 2026); those of the DMP and of Pro Santé Connect are names that public programs
/// use. None could be confirmed to be the current one: `is_confirmed` says so, and the line below,
/// `--target URL` or a section `[targets.NAME]` of the settings puts it right.
const KNOWN: &[BuiltIn] = &[
    BuiltIn {
        name: "tom",
        url: "https://tom.gip-cps.fr/",
        issuers: Issuers::IgcSante,
    },
    BuiltIn {
        name: "testssl",
        url: "https://testssl.asipsante.fr/",
        issuers: Issuers::Any,
    },
    BuiltIn {
        name: "dmp",
        url: "https://wps-cps.dmp.gouv.fr/",
        issuers: Issuers::Any,
    },
    BuiltIn {
        name: "psc",
        url: "https://wallet.esw.esante.gouv.fr/",
        issuers: Issuers::Any,
    },
];

/// The services that are known by name without any settings.
pub(crate) fn built_in() -> impl Iterator<Item = Target> {
    KNOWN.iter().filter_map(|row| row.target().ok())
}

impl BuiltIn {
    fn target(&self) -> Result<Target, TargetError> {
        Ok(Target {
            issuers: self.issuers,
            is_confirmed: false,
            ..Target::from_url(self.url, Some(self.name))?
        })
    }
}

impl Target {
    /// A known name (`tom`, `testssl`, `dmp`, `psc`) or an `https://` URL.
    ///
    /// # Errors
    ///
    /// [`TargetError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let known = KNOWN.iter().find(|row| row.name.eq_ignore_ascii_case(text));
        match known {
            Some(row) => row.target(),
            None if text.contains("://") => Self::from_url(text, None),
            None => Err(TargetError::Unknown {
                text: text.to_owned(),
                known: KNOWN.iter().map(|row| row.name.to_owned()).collect(),
            }),
        }
    }

    /// A service that somebody set: what they say of it is confirmed.
    ///
    /// # Errors
    ///
    /// As [`Self::parse`].
    pub fn set(
        name: &str,
        url: &str,
        addresses: Vec<IpAddr>,
        issuers: Issuers,
    ) -> Result<Self, TargetError> {
        Ok(Self {
            addresses,
            issuers,
            ..Self::from_url(url, Some(name))?
        })
    }

    fn from_url(url: &str, name: Option<&str>) -> Result<Self, TargetError> {
        let without_host = || TargetError::WithoutHost(url.to_owned());
        let uri: Uri = with_ascii_host(url).parse().map_err(|_| without_host())?;
        if uri
            .authority()
            .is_some_and(|authority| authority.as_str().contains('@'))
        {
            return Err(TargetError::WithCredentials);
        }
        if uri.scheme() != Some(&Scheme::HTTPS) {
            return Err(TargetError::NotHttps(url.to_owned()));
        }
        let host = uri
            .host()
            .unwrap_or_default()
            .trim_matches(['[', ']'])
            .to_owned();
        if host.is_empty() {
            return Err(without_host());
        }
        let port = port(&uri).ok_or_else(|| TargetError::BadPort(url.to_owned()))?;
        let name = name.map_or_else(|| host.clone(), str::to_owned);
        Ok(Self {
            name,
            port,
            host,
            uri,
            addresses: Vec::new(),
            issuers: Issuers::Any,
            is_confirmed: true,
        })
    }

    /// `tom`, or the host.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is TOM, asked for by its name.
    pub fn is_tom(&self) -> bool {
        self.name == "tom"
    }

    /// Its addresses, as somebody set them; empty: nobody did, whoever asks has to look them up.
    pub fn addresses(&self) -> &[IpAddr] {
        &self.addresses
    }

    /// Whose cards it takes.
    pub const fn issuers(&self) -> Issuers {
        self.issuers
    }

    /// Whether its address is one that somebody gave, and not one built in that nobody could
    /// confirm.
    pub const fn is_confirmed(&self) -> bool {
        self.is_confirmed
    }

    /// The whole URL.
    pub fn url(&self) -> String {
        self.uri.to_string()
    }

    /// Host name or address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// TCP port, 443 unless the URL names one.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Path and query of the request, `/` when the URL has none.
    pub fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    pub(crate) fn record(&self) -> diagnosis::Target {
        diagnosis::Target {
            name: self.name.clone(),
            url: self.url(),
        }
    }
}

/// The port after the host, 443 when there is none; none for what is no port. `Uri` alone
/// takes 99999 for no port at all.
fn port(uri: &Uri) -> Option<u16> {
    let authority = uri.authority()?.as_str();
    let after_host = authority
        .rsplit_once(']')
        .map_or(authority, |(_, after)| after);
    match after_host.rsplit_once(':') {
        None => Some(443),
        Some((_, digits)) => digits.parse().ok().filter(|port| *port != 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_an_https_url_is_a_target() {
        let tom = Target::parse("TOM").unwrap();
        assert_eq!((tom.name(), tom.port(), tom.path()), ("tom", 443, "/"));
        let test = Target::parse("https://localhost:8443/page?x=1").unwrap();
        assert_eq!(
            (test.host(), test.port(), test.path()),
            ("localhost", 8443, "/page?x=1")
        );
        assert_eq!(Target::parse("https://[::1]:4433/").unwrap().host(), "::1");
        let foreign = Target::parse("https://hôpital.example:8443/x").unwrap();
        let parts = (foreign.host(), foreign.port(), foreign.path());
        assert_eq!(parts, ("xn--hpital-ixa.example", 8443, "/x"));
    }

    #[test]
    fn every_service_that_is_built_in_can_be_reached_for_and_none_is_confirmed() {
        let all: Vec<_> = built_in().collect();
        assert_eq!(all.len(), KNOWN.len());
        assert!(all.iter().all(|target| !target.is_confirmed()));
        assert_eq!(all[0].issuers(), Issuers::IgcSante);
        assert!(
            Target::parse("https://tom.example/")
                .unwrap()
                .is_confirmed()
        );
    }

    #[test]
    fn what_is_not_a_target_says_why() {
        let refusal = |text| Target::parse(text).unwrap_err();
        let unknown = refusal("ameli").to_string();
        assert!(
            unknown.contains("`ameli`") && unknown.contains("tom, testssl"),
            "{unknown}"
        );
        assert_eq!(
            refusal("https:///chemin"),
            TargetError::WithoutHost("https:///chemin".into())
        );
        assert_eq!(
            refusal("http://a/"),
            TargetError::NotHttps("http://a/".into())
        );
        assert_eq!(
            refusal("https://me:secret@a/"),
            TargetError::WithCredentials
        );
        assert!(
            !refusal("https://me:secret@a/")
                .to_string()
                .contains("secret")
        );
    }
}
