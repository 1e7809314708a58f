//! By which way does the site get reached?

use std::fmt;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Lang;

use crate::SettingFault;
use crate::site::{authority, port_number, split_port};

/// Where a proxy listens.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ProxyAddress {
    /// A name or an address, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// What a setting answers for a site.
///
/// In JSON it is one string, in the words of a PAC script where it has them: `DIRECT`,
/// `PROXY host:port`, `PAC url`, `UNUSABLE reason`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Route {
    /// No proxy.
    Direct,
    /// Through this proxy, by `CONNECT` for https.
    Proxy(ProxyAddress),
    /// A script decides, which this version does not evaluate.
    Pac {
        /// Where the script is, user information masked.
        url: String,
    },
    /// There is a setting and it cannot be used.
    Unusable(SettingFault),
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&authority(&self.host, self.port))
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => f.write_str("DIRECT"),
            Self::Proxy(address) => write!(f, "PROXY {address}"),
            Self::Pac { url } => write!(f, "PAC {url}"),
            Self::Unusable(fault) => write!(f, "UNUSABLE {}", fault.name()),
        }
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
            (Self::Pac { url }, Lang::Fr) => format!("selon le script {url} (PAC)"),
            (Self::Pac { url }, Lang::En) => format!("as the script {url} says (PAC)"),
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
        match word {
            "DIRECT" => Ok(Self::Direct),
            "PROXY" => address(rest).map(Self::Proxy).ok_or(NotARoute),
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

fn address(text: &str) -> Option<ProxyAddress> {
    let (host, port) = split_port(text);
    Some(ProxyAddress {
        host: host.to_owned(),
        port: port_number(port?)?,
    })
}

#[test]
fn a_route_is_told_in_the_readers_language() {
    let told = |route: Route| [route.say(Lang::Fr), route.say(Lang::En)];
    let unusable = told(Route::Unusable(SettingFault::Scheme));
    let french = "réglage inutilisable : seuls les proxys http:// sont pris en charge";
    let english = "unusable setting: only http:// proxies are supported";
    assert_eq!(unusable, [french, english]);
    let proxy = address("proxy:3128").map(Route::Proxy).unwrap();
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
            Route::Proxy(ProxyAddress {
                host: "2001:db8::1".into(),
                port: 3128,
            }),
            r#""PROXY [2001:db8::1]:3128""#,
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
