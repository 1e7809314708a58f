//! What do Windows' Internet options say?
//!
//! Portable: the registry is read elsewhere, so that these strings are tested everywhere.
//! Source: WinINet "INTERNET_PROXY_INFO" and "Setting and Retrieving Internet Options";
//! Chromium `net/docs/proxy.md` for what browsers add (loopback, `.example.fr`).

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::credentials::masked;
use crate::setting::read_proxy_text;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SettingFault;

    fn with_server(server: &str, exceptions: &str) -> WinInet {
        WinInet {
            hive: "HKCU".into(),
            enabled: Some(1),
            server: Some(server.into()),
            exceptions: Some(exceptions.into()),
            script: None,
        }
    }

    fn site() -> SiteUrl {
        SiteUrl::https("www.tom.example", 443)
    }

    #[test]
    fn proxy_server_is_read_in_both_its_forms() {
        let table = [
            ("proxy:8080", "PROXY proxy:8080"),
            ("http://proxy:8080", "PROXY proxy:8080"),
            ("proxy", "PROXY proxy:80"),
            ("http=h:81;https=s:82", "PROXY s:82"),
            ("HTTP=h:81 HTTPS=http://s:82", "PROXY s:82"),
            ("http=h:81", "DIRECT"),
            ("socks=k:1080", "UNUSABLE scheme"),
            ("http=h:81;plain:80", "PROXY plain:80"),
            ("https=:82", "UNUSABLE no-host"),
            ("https=s:bad", "UNUSABLE bad-port"),
            (";;", "DIRECT"),
        ];
        for (server, route) in table {
            let seen = with_server(server, "").source(&site());
            assert_eq!(seen.answer_for_url.to_string(), route, "{server}");
            assert_eq!(seen.value.as_deref(), Some(server));
        }
    }

    #[test]
    fn proxy_override_applies_as_browsers_have_it() {
        let table = [
            ("*.tom.example", "www.tom.example", true),
            ("*.TOM.example", "www.tom.example", true),
            ("*.tom.example", "tom.example", false),
            (".tom.example", "www.tom.example", true),
            ("tom.example", "www.tom.example", false),
            ("www.*", "www.tom.example", true),
            ("w*m.ex*le", "www.tom.example", true),
            ("w*m.ex*lx", "www.tom.example", false),
            ("*", "www.tom.example", true),
            ("https://*.tom.example", "www.tom.example", true),
            ("http://*.tom.example", "www.tom.example", false),
            ("*.tom.example:443", "www.tom.example", true),
            ("*.tom.example:80", "www.tom.example", false),
            ("10.*", "10.1.2.3", true),
            ("10.*", "110.1.2.3", false),
            ("[2001:db8::1]", "2001:db8::1", true),
            ("<local>", "intranet", true),
            ("<LOCAL>", "intranet", true),
            ("<local>", "www.tom.example", false),
            ("<local>", "2001:db8::1", false),
            ("", "localhost", true),
            ("", "127.0.0.1", true),
            ("<-loopback>", "127.0.0.1", false),
            ("a;b  *.example", "www.tom.example", true),
        ];
        for (list, host, applies) in table {
            let site = SiteUrl::https(host, 443);
            assert_eq!(
                entry_for(list, &site).is_some(),
                applies,
                "{list} for {host}"
            );
        }
    }

    #[test]
    fn an_exception_leads_direct_and_is_named_with_its_list() {
        let seen = with_server("proxy:8080", "<local>;*.tom.example").source(&site());
        assert_eq!(seen.answer_for_url, Route::Direct);
        assert_eq!(seen.excepted_by.as_deref(), Some("*.tom.example"));
        assert!(
            seen.exceptions
                .unwrap()
                .location
                .ends_with(r"\ProxyOverride")
        );
    }

    #[test]
    fn a_script_goes_first_and_a_proxy_switched_off_is_direct() {
        let script = WinInet {
            script: Some("http://u:hunter2@wpad/wpad.dat".into()),
            ..with_server("proxy:8080", "")
        };
        let route = script.source(&site()).answer_for_url;
        assert_eq!(route.to_string(), "PAC http://***@wpad/wpad.dat");
        let off = WinInet {
            enabled: Some(0),
            ..with_server("proxy:8080", "*")
        };
        let seen = off.source(&site());
        assert_eq!(
            (seen.answer_for_url, seen.value.as_deref()),
            (Route::Direct, Some("0"))
        );
        assert_eq!(seen.exceptions, None);
        assert_eq!(WinInet::default().source(&site()).value, None);
    }

    #[test]
    fn a_socks_entry_is_named_for_what_it_is() {
        let seen = with_server("socks=k:1080", "").source(&site());
        assert_eq!(seen.answer_for_url, Route::Unusable(SettingFault::Scheme));
    }

    proptest::proptest! {
        #[test]
        fn any_strings_are_read(
            server in "[a-z0-9:=;/@.* \\[\\]-]{0,40}",
            list in "[a-z0-9:;*.<>\\[\\] -]{0,40}",
            host in "[a-z0-9:.]{0,20}",
        ) {
            let seen = with_server(&server, &list).source(&SiteUrl::https(&host, 443));
            let json = serde_json::to_string(&seen).unwrap();
            proptest::prop_assert_eq!(serde_json::from_str::<SourceSeen>(&json).unwrap(), seen);
        }

        #[test]
        fn a_pattern_made_from_a_text_applies_to_it(text in "[a-z.]{0,20}", cut in 0_usize..20) {
            let cut = cut.min(text.len());
            let pattern = format!("{}*{}", &text[..cut], &text[cut..]);
            proptest::prop_assert!(glob(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
