//! Which site is to be reached?

use http::Uri;
use http::uri::Scheme;
use tomcheck_diagnosis::{self as diagnosis, Lang};

/// A site that asks for a certificate of the card.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Target {
    name: String,
    uri: Uri,
    host: String,
    port: u16,
}

/// Why a target cannot be reached for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// Neither a known name nor a URL.
    #[error("`{0}` is neither a known service (tom) nor a URL that begins with https://")]
    Unknown(String),
    /// No host in the URL.
    #[error("the URL `{0}` names no host")]
    WithoutHost(String),
    /// A port that is no number from 1 to 65535.
    #[error("the port in the URL `{0}` is no number from 1 to 65535")]
    BadPort(String),
    /// Not https.
    #[error("the URL `{0}` is not an https:// one: a card only serves there")]
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
            (Self::Unknown(text), Lang::Fr) => format!(
                "« {text} » n'est ni un service connu (tom) ni une adresse qui commence par https://"
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

/// Services known by name. The address of TOM is the one its published questions and answers
/// show; whether it is still the current one could not be confirmed, hence `--target URL`.
const KNOWN: &[(&str, &str)] = &[("tom", "https://tom.gip-cps.fr/")];

impl Target {
    /// A known name (`tom`) or an `https://` URL.
    ///
    /// # Errors
    ///
    /// [`TargetError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let known = KNOWN
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text));
        match known {
            Some((name, url)) => Self::from_url(url, Some(name)),
            None if text.contains("://") => Self::from_url(text, None),
            None => Err(TargetError::Unknown(text.to_owned())),
        }
    }

    fn from_url(url: &str, name: Option<&str>) -> Result<Self, TargetError> {
        let without_host = || TargetError::WithoutHost(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| without_host())?;
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
    }

    #[test]
    fn what_is_not_a_target_says_why() {
        let refusal = |text| Target::parse(text).unwrap_err();
        assert_eq!(refusal("ameli"), TargetError::Unknown("ameli".into()));
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
