//! By which way does the site get reached?

use std::fmt;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Lang;

use crate::credentials::masked_url;
use crate::site::{authority, port_number, split_port};
use crate::{PacProbe, SettingFault};

/// Where a proxy listens, and what it speaks.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProxyAddress {
    /// What it is to be spoken to in.
    #[serde(default, skip_serializing_if = "ProxyKind::is_http")]
    pub kind: ProxyKind,
    /// A name or an address, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// What a proxy speaks to those who ask it for a site.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProxyKind {
    /// HTTP in the clear; a site of https by `CONNECT` (RFC 9110 §9.3.6).
    #[default]
    Http,
    /// The same over TLS to the proxy.
    Https,
    /// SOCKS version 4, which resolves names itself only as 4A.
    Socks4,
    /// SOCKS version 5 (RFC 1928).
    Socks5,
}

/// What a setting answers for a site.
///
/// In JSON it is one string, in the words of a PAC script where it has them: `DIRECT`,
/// `PROXY host:port` (also `HTTPS`, `SOCKS4`, `SOCKS5`), `PAC url`, `UNUSABLE reason`. There, in
/// `Debug` and in `Display`, user information is masked.
#[derive(Clone, Eq, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Route {
    /// No proxy.
    Direct,
    /// Through this proxy, by `CONNECT` for https.
    Proxy(ProxyAddress),
    /// A script decides: [`PacProbe`] evaluates it.
    Pac {
        /// Where the script is, as it is to be fetched; [`PacProbe::WPAD`] for automatic
        /// detection.
        url: String,
    },
    /// There is a setting and it cannot be used.
    Unusable(SettingFault),
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.scheme())?;
        f.write_str(&authority(&self.host, self.port))
    }
}

impl ProxyAddress {
    /// A proxy that speaks HTTP in the clear.
    pub fn http(host: impl Into<String>, port: u16) -> Self {
        Self {
            kind: ProxyKind::Http,
            host: host.into(),
            port,
        }
    }

    /// `http://`, `https://`, `socks5://`…
    pub(crate) const fn scheme(&self) -> &'static str {
        match self.kind {
            ProxyKind::Http => "http://",
            other => other.scheme(),
        }
    }

    /// `host:port`.
    pub(crate) fn authority(&self) -> String {
        authority(&self.host, self.port)
    }
}

impl ProxyKind {
    const ALL: [Self; 4] = [Self::Http, Self::Https, Self::Socks4, Self::Socks5];

    const fn is_http(&self) -> bool {
        matches!(self, Self::Http)
    }

    pub(crate) const fn is_socks(self) -> bool {
        matches!(self, Self::Socks4 | Self::Socks5)
    }

    /// What stands before its address where a scheme may; nothing for the usual kind.
    const fn scheme(self) -> &'static str {
        match self {
            Self::Http => "",
            Self::Https => "https://",
            Self::Socks4 => "socks4://",
            Self::Socks5 => "socks5://",
        }
    }

    /// The port of a proxy whose setting names none: browsers' for HTTP, the registered one of
    /// the others.
    pub(crate) const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks4 | Self::Socks5 => 1080,
        }
    }

    /// The word of a PAC script.
    const fn pac_word(self) -> &'static str {
        match self {
            Self::Http => "PROXY",
            Self::Https => "HTTPS",
            Self::Socks4 => "SOCKS4",
            Self::Socks5 => "SOCKS5",
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => f.write_str("DIRECT"),
            Self::Proxy(address) => {
                write!(f, "{} {}", address.kind.pac_word(), address.authority())
            }
            Self::Pac { url } => write!(f, "PAC {}", masked_url(url)),
            Self::Unusable(fault) => write!(f, "UNUSABLE {}", fault.name()),
        }
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Route({self})")
    }
}

impl Route {
    /// As people read it, without a full stop: `PROXY host:port` and the other words of a PAC
    /// script are for programs.
    pub fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Direct, Lang::Fr) => "sans proxy (DIRECT)".to_owned(),
            (Self::Direct, Lang::En) => "without a proxy (DIRECT)".to_owned(),
            (Self::Proxy(address), Lang::Fr) => format!("par le proxy {address}"),
            (Self::Proxy(address), Lang::En) => format!("through the proxy {address}"),
            (Self::Pac { url }, Lang::Fr) if url == PacProbe::WPAD => {
                "selon le script trouvé par détection automatique (WPAD)".to_owned()
            }
            (Self::Pac { url }, Lang::En) if url == PacProbe::WPAD => {
                "as the script found by automatic detection (WPAD) says".to_owned()
            }
            (Self::Pac { url }, Lang::Fr) => format!("selon le script {} (PAC)", masked_url(url)),
            (Self::Pac { url }, Lang::En) => {
                format!("as the script {} says (PAC)", masked_url(url))
            }
            (Self::Unusable(fault), Lang::Fr) => {
                format!("réglage inutilisable : {}", fault.text().fr)
            }
            (Self::Unusable(fault), Lang::En) => {
                format!("unusable setting: {}", fault.text().en)
            }
        }
    }
}

impl From<Route> for String {
    fn from(route: Route) -> Self {
        route.to_string()
    }
}

/// A string that is no route of ours.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("neither DIRECT, PROXY host:port, PAC url nor UNUSABLE reason")]
pub struct NotARoute;

impl TryFrom<String> for Route {
    type Error = NotARoute;

    fn try_from(text: String) -> Result<Self, NotARoute> {
        let (word, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let mut kinds = ProxyKind::ALL.into_iter();
        if let Some(kind) = kinds.find(|kind| kind.pac_word() == word) {
            return address(kind, rest).map(Self::Proxy).ok_or(NotARoute);
        }
        match word {
            "DIRECT" => Ok(Self::Direct),
            "PAC" => Ok(Self::Pac {
                url: rest.to_owned(),
            }),
            "UNUSABLE" => SettingFault::named(rest)
                .map(Self::Unusable)
                .ok_or(NotARoute),
            _ => Err(NotARoute),
        }
    }
}

fn address(kind: ProxyKind, text: &str) -> Option<ProxyAddress> {
    let (host, port) = split_port(text);
    Some(ProxyAddress {
        kind,
        host: host.to_owned(),
        port: port_number(port?)?,
    })
}

#[test]
fn a_route_is_told_in_the_readers_language() {
    let told = |route: Route| [route.say(Lang::Fr), route.say(Lang::En)];
    let unusable = told(Route::Unusable(SettingFault::Scheme));
    let french = "réglage inutilisable : seuls http://, https://, socks4:// et socks5:// sont pris en charge";
    let english = "unusable setting: only http://, https://, socks4:// and socks5:// are supported";
    assert_eq!(unusable, [french, english]);
    let proxy = Route::Proxy(ProxyAddress::http("proxy", 3128));
    assert_eq!(
        told(proxy),
        ["par le proxy proxy:3128", "through the proxy proxy:3128"]
    );
    let direct = ["sans proxy (DIRECT)", "without a proxy (DIRECT)"];
    assert_eq!(told(Route::Direct), direct);
}

#[test]
fn a_route_survives_json() {
    let routes = [
        (Route::Direct, r#""DIRECT""#),
        (
            Route::Proxy(ProxyAddress::http("2001:db8::1", 3128)),
            r#""PROXY [2001:db8::1]:3128""#,
        ),
        (
            Route::Proxy(ProxyAddress {
                kind: ProxyKind::Socks5,
                ..ProxyAddress::http("proxy", 1080)
            }),
            r#""SOCKS5 proxy:1080""#,
        ),
        (
            Route::Pac {
                url: "http://wpad/wpad.dat".into(),
            },
            r#""PAC http://wpad/wpad.dat""#,
        ),
        (
            Route::Unusable(SettingFault::NoHost),
            r#""UNUSABLE no-host""#,
        ),
    ];
    for (route, json) in routes {
        assert_eq!(serde_json::to_string(&route).unwrap(), json);
        assert_eq!(serde_json::from_str::<Route>(json).unwrap(), route);
    }
    assert!(serde_json::from_str::<Route>(r#""PROXY :x""#).is_err());
}
