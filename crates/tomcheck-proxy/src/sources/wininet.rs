//! What do Windows' Internet options say?
//!
//! Portable: the registry is read elsewhere, so that these strings are tested everywhere.
//! Source: WinINet "INTERNET_PROXY_INFO" and "Setting and Retrieving Internet Options".

use serde::{Deserialize, Serialize};

use super::blob::Blob;
use super::{SourceKind, SourceSeen};
use crate::credentials::masked;
use crate::dialects::windows::separated;
use crate::{Dialect, ExceptionList, Route, Scheme, Setting, SiteUrl};

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
    /// `DefaultConnectionSettings`, where the window "LAN settings" keeps all of these and
    /// whether a script is to be looked for in the network.
    pub connection: Option<Vec<u8>>,
}

impl WinInet {
    pub(crate) const KEY: &str = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings";

    /// What they answer for the site. A script goes before a proxy, as in WinINet. That one is
    /// to be looked for in the network is said, and answers nothing.
    pub fn source(&self, site: &SiteUrl) -> SourceSeen {
        let blob = self.connection.as_deref().and_then(Blob::parse);
        let mut seen = match blob.as_ref().filter(|_| self.says_nothing()) {
            Some(blob) => self.of_blob(blob).answer(site),
            None => self.answer(site),
        };
        seen.auto_detect = blob.is_some_and(|blob| blob.has(Blob::AUTO_DETECT));
        seen
    }

    fn says_nothing(&self) -> bool {
        let none = |text: &Option<String>| text.as_ref().is_none_or(|text| text.trim().is_empty());
        self.enabled.is_none() && none(&self.server) && none(&self.script)
    }

    /// Windows keeps both in step; another program may have written only this one.
    fn of_blob(&self, blob: &Blob) -> Self {
        let text = |flag: u32, text: &str| blob.has(flag).then(|| text.to_owned());
        Self {
            hive: self.hive.clone(),
            enabled: Some(u32::from(blob.has(Blob::PROXY))),
            server: text(Blob::PROXY, &blob.proxy),
            exceptions: text(Blob::PROXY, &blob.bypass),
            script: text(Blob::SCRIPT, &blob.script),
            connection: None,
        }
    }

    fn answer(&self, site: &SiteUrl) -> SourceSeen {
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
        self.unset("AutoConfigURL").scripted(script)
    }

    fn proxy_source(&self, server: &str, site: &SiteUrl) -> SourceSeen {
        let raw = self.exceptions.clone().unwrap_or_default();
        let list = ExceptionList {
            dialect: Dialect::Wininet,
            location: self.location("ProxyOverride"),
            raw,
        };
        let route = route_of(server, site.scheme);
        let unset = self.unset("ProxyServer");
        unset.leading(masked(server), route).unless(list, site)
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
pub(super) fn route_of(server: &str, scheme: Scheme) -> Route {
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
        return of_place(place);
    }
    of("socks").map_or(Route::Direct, |(_, place)| socks(place))
}

/// Of version 4, where nothing says otherwise.
fn socks(place: &str) -> Route {
    match place.contains("://") {
        true => of_place(place),
        false => of_place(&format!("socks4://{place}")),
    }
}

/// A proxy alone. Browsers take a scheme before it, which says what it speaks.
fn of_place(place: &str) -> Route {
    if place.eq_ignore_ascii_case("direct://") {
        return Route::Direct;
    }
    let setting = Setting::parse(place);
    setting.map_or_else(|error| Route::Unusable(error.fault), |it| it.route())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_server(server: &str, exceptions: &str) -> WinInet {
        WinInet {
            hive: "HKCU".into(),
            enabled: Some(1),
            server: Some(server.into()),
            exceptions: Some(exceptions.into()),
            ..WinInet::default()
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
            ("http=h:81;plain:80", "PROXY plain:80"),
            ("socks=k:1080", "SOCKS4 k:1080"),
            ("socks=socks5://k:1080", "SOCKS5 k:1080"),
            ("https=https://s:443", "HTTPS s:443"),
            ("direct://", "DIRECT"),
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
    fn the_binary_value_stands_in_where_the_others_say_nothing() {
        use crate::sources::blob::tests::written;
        let of = |flags, texts: &[&str], server: Option<&str>| {
            let settings = WinInet {
                hive: "HKCU".into(),
                enabled: server.map(|_| 1),
                server: server.map(str::to_owned),
                connection: Some(written(flags, texts)),
                ..WinInet::default()
            };
            let seen = settings.source(&site());
            (seen.answer_for_url.to_string(), seen.auto_detect)
        };
        let texts = ["blob:1", "<local>", "http://wpad/wpad.dat"];
        assert_eq!(of(3, &texts, None), ("PROXY blob:1".to_owned(), false));
        assert_eq!(of(3, &texts, Some("a:2")).0, "PROXY a:2");
        assert_eq!(of(5, &texts, None).0, "PAC http://wpad/wpad.dat");
        assert_eq!(of(9, &texts, None), ("DIRECT".to_owned(), true));
        let excepted = ["blob:1", "*.tom.example", ""];
        assert_eq!(of(3, &excepted, None).0, "DIRECT");
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
    }
}
