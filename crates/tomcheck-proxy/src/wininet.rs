//! What do Windows' Internet options say?
//!
//! Portable: the registry is read elsewhere, so that these strings are tested everywhere.
//! Source: WinINet "INTERNET_PROXY_INFO" and "Setting and Retrieving Internet Options";
//! Chromium `net/docs/proxy.md` for what browsers add (loopback, `.example.fr`).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::setting::{masked, read_proxy_text};
use crate::site::{port_number, split_port};
use crate::sources::{SourceKind, SourceSeen};
use crate::{Dialect, ExceptionList, Route, Scheme, SiteUrl};

/// The registry values of one `Internet Settings` key.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct WinInet {
    /// The hive they were read from: `HKCU`, or `HKLM` where a policy says so.
    pub hive: String,
    /// `ProxyEnable`.
    pub enabled: Option<u32>,
    /// `ProxyServer`.
    pub server: Option<String>,
    /// `ProxyOverride`.
    pub exceptions: Option<String>,
    /// `AutoConfigURL`.
    pub script: Option<String>,
}

impl WinInet {
    pub(crate) const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";

    /// What they answer for the site. A script goes before a proxy, as in WinINet.
    pub fn source(&self, site: &SiteUrl) -> SourceSeen {
        if let Some(script) = self.script.as_deref().filter(|s| !s.trim().is_empty()) {
            return self.script_source(script.trim());
        }
        match (&self.server, self.enabled) {
            (Some(server), Some(1..)) => self.proxy_source(server, site),
            (_, Some(enabled)) => SourceSeen {
                value: Some(enabled.to_string()),
                ..self.unset("ProxyEnable")
            },
            (_, None) => self.unset("ProxyEnable"),
        }
    }

    fn script_source(&self, script: &str) -> SourceSeen {
        let url = masked(script);
        SourceSeen {
            value: Some(url.clone()),
            answer_for_url: Route::Pac { url },
            ..self.unset("AutoConfigURL")
        }
    }

    fn proxy_source(&self, server: &str, site: &SiteUrl) -> SourceSeen {
        let raw = self.exceptions.clone().unwrap_or_default();
        let list = ExceptionList {
            dialect: Dialect::Wininet,
            location: self.location("ProxyOverride"),
            raw,
        };
        let excepted_by = list.entry_for(site);
        let route = match excepted_by {
            Some(_) => Route::Direct,
            None => route_of(server, site.scheme),
        };
        SourceSeen {
            value: Some(masked(server)),
            answer_for_url: route,
            excepted_by,
            exceptions: Some(list),
            ..self.unset("ProxyServer")
        }
    }

    fn unset(&self, value: &str) -> SourceSeen {
        SourceSeen::unset(SourceKind::Wininet, self.location(value))
    }

    fn location(&self, value: &str) -> String {
        format!(r"{}\{}\{value}", self.hive, Self::KEY)
    }
}

/// `host:port` for every scheme, or `http=h:81;https=s:82`, where a scheme without an entry
/// goes direct unless there is a SOCKS entry.
fn route_of(server: &str, scheme: Scheme) -> Route {
    let wanted = match scheme {
        Scheme::Https => "https",
        Scheme::Http => "http",
    };
    let entries: Vec<(Option<&str>, &str)> = separated(server)
        .map(|entry| match entry.split_once('=') {
            Some((scheme, place)) => (Some(scheme), place),
            None => (None, entry),
        })
        .collect();
    let of = |name: &str| {
        let mut entries = entries.iter();
        entries.find(|(scheme, _)| scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(name)))
    };
    let plain = entries.iter().find(|(scheme, _)| scheme.is_none());
    if let Some((_, place)) = of(wanted).or(plain) {
        return read_proxy_text(place).map_or_else(Route::Unusable, Route::Proxy);
    }
    match of("socks") {
        Some(_) => Route::Unusable(crate::SettingFault::Scheme),
        None => Route::Direct,
    }
}

/// The first entry of a `ProxyOverride` that applies; `<loopback>` where browsers except the
/// machine itself without being told.
pub(crate) fn entry_for<'a>(list: &'a str, site: &SiteUrl) -> Option<&'a str> {
    let entry = separated(list).find(|entry| applies(entry, site));
    let loopback = || {
        let told_not_to = separated(list).any(|entry| entry.eq_ignore_ascii_case("<-loopback>"));
        (is_loopback(&site.host) && !told_not_to).then_some("<loopback>")
    };
    entry.or_else(loopback)
}

fn separated(list: &str) -> impl Iterator<Item = &str> {
    list.split(|c: char| c == ';' || c.is_whitespace())
        .filter(|entry| !entry.is_empty())
}

fn applies(entry: &str, site: &SiteUrl) -> bool {
    if entry.eq_ignore_ascii_case("<local>") {
        return !site.host.contains(['.', ':']);
    }
    let place = match (entry.split_once("://"), site.scheme) {
        (None, _) => entry,
        (Some((scheme, place)), Scheme::Https) if scheme.eq_ignore_ascii_case("https") => place,
        (Some((scheme, place)), Scheme::Http) if scheme.eq_ignore_ascii_case("http") => place,
        (Some(_), _) => return false,
    };
    let (host, port) = split_port(place);
    if port.is_some_and(|port| port_number(port) != Some(site.port)) {
        return false;
    }
    let pattern = host.to_ascii_lowercase();
    match pattern.strip_prefix('.') {
        Some(_) => glob(format!("*{pattern}").as_bytes(), site.host.as_bytes()),
        None => glob(pattern.as_bytes(), site.host.as_bytes()),
    }
}

/// `*` stands for any number of characters. Never more than pattern × text steps.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    // Where to take up again: after the last `*`, one character further.
    let mut again: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', rest)), _) => {
                again = Some((rest, text));
                pattern = rest;
            }
            (Some((a, pattern_rest)), Some((b, text_rest))) if a == b => {
                (pattern, text) = (pattern_rest, text_rest);
            }
            (None, None) => return true,
            _ => {
                let Some((rest, [_, shorter @ ..])) = again else {
                    return false;
                };
                again = Some((rest, shorter));
                (pattern, text) = (rest, shorter);
            }
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let named = host == "localhost" || host.ends_with(".localhost");
    named
        || host
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.to_canonical().is_loopback())
}
