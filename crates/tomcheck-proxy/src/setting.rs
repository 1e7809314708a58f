//! What does a proxy setting say?

use std::fmt;

use tomcheck_diagnosis::{Lang, Text};

use crate::credentials::{MASK, masked, masked_url};
use crate::site::{port_number, split_port};
use crate::{Credentials, PacProbe, ProxyAddress, ProxyKind, Route};

/// A proxy setting: what `--proxy` takes, and what environment variables hold.
///
/// `Debug` and `Display` mask user information.
#[derive(Clone, Eq, PartialEq)]
pub enum Setting {
    /// `direct`.
    Direct,
    /// `http://[user:password@]host[:port]`, also with `https://`, `socks5://`, `socks5h://`,
    /// `socks4://`, `socks4a://` or `socks://` before it, or `host:port`.
    Proxy {
        /// Where it listens.
        address: ProxyAddress,
        /// What the setting holds to show it.
        credentials: Option<Credentials>,
    },
    /// `pac:URL`, or `wpad:` for automatic detection.
    Pac {
        /// Where the script is, as it is to be fetched; [`PacProbe::WPAD`] for automatic
        /// detection.
        url: String,
    },
}

/// What is wrong with a proxy setting.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SettingFault {
    /// Nothing but blanks.
    Empty,
    /// `http://:3128`.
    NoHost,
    /// Blanks or control characters inside the host.
    BadHost,
    /// Not a number from 1 to 65535.
    BadPort,
    /// `ftp://`…: a proxy this program cannot speak to.
    Scheme,
    /// Something after the port.
    Path,
    /// `pac:` and nothing, or something that is no URL.
    PacUrl,
}

/// A setting that cannot be used. Its text never holds user information.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SettingError {
    /// What is wrong.
    pub fault: SettingFault,
    /// The setting, user information masked.
    pub shown: String,
}

impl Setting {
    /// Reads `http://[user:password@]host[:port]`, `host:port`, `direct`, `pac:URL` or `wpad:`; in place of
    /// `http://` (port 80) `https://` (443: TLS to the proxy itself), `socks5://`, `socks5h://`,
    /// `socks4://`, `socks4a://` and `socks://` (1080, version 5), which all have the proxy resolve
    /// names. User name and password may be percent-encoded.
    ///
    /// # Errors
    ///
    /// One line that names the setting, user information masked, and what is wrong.
    pub fn parse(text: &str) -> Result<Self, SettingError> {
        let text = text.trim();
        read(text).map_err(|fault| SettingError {
            fault,
            shown: masked(text),
        })
    }

    /// The way it leads every site.
    pub fn route(&self) -> Route {
        match self {
            Self::Direct => Route::Direct,
            Self::Proxy { address, .. } => Route::Proxy(address.clone()),
            Self::Pac { url } => Route::Pac { url: url.clone() },
        }
    }

    /// What it holds to show the proxy.
    pub fn credentials(&self) -> Option<&Credentials> {
        match self {
            Self::Proxy { credentials, .. } => credentials.as_ref(),
            Self::Direct | Self::Pac { .. } => None,
        }
    }
}

/// `direct`, `pac:URL`, `http://host:port`: never the user information.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => f.write_str("direct"),
            Self::Pac { url } if url == PacProbe::WPAD => f.write_str(url),
            // A script that is its own address is long, and nobody's to show.
            Self::Pac { url } if without_prefix(url, "data:").is_some() => {
                f.write_str("pac:data:…")
            }
            Self::Pac { url } => write!(f, "pac:{}", masked_url(url)),
            Self::Proxy {
                address,
                credentials: None,
            } => write!(f, "{}{}", address.scheme(), address.authority()),
            Self::Proxy { address, .. } => {
                write!(f, "{}{MASK}@{}", address.scheme(), address.authority())
            }
        }
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Setting({self})")
    }
}

fn read(text: &str) -> Result<Setting, SettingFault> {
    if text.is_empty() {
        return Err(SettingFault::Empty);
    }
    if text.eq_ignore_ascii_case("direct") {
        return Ok(Setting::Direct);
    }
    if text.eq_ignore_ascii_case(PacProbe::WPAD) {
        let url = PacProbe::WPAD.to_owned();
        return Ok(Setting::Pac { url });
    }
    if let Some(url) = without_prefix(text, "pac:") {
        return read_pac(url);
    }
    match text.split_once("://") {
        Some((scheme, rest)) => {
            let kind = kind_of(scheme).ok_or(SettingFault::Scheme)?;
            read_proxy(kind, rest)
        }
        None => read_proxy(ProxyKind::Http, text),
    }
}

/// Source: curl(1), `--proxy`; `socks://` as Firefox and GNOME have it.
fn kind_of(scheme: &str) -> Option<ProxyKind> {
    Some(match scheme.to_ascii_lowercase().as_str() {
        "http" => ProxyKind::Http,
        "https" => ProxyKind::Https,
        "socks" | "socks5" | "socks5h" => ProxyKind::Socks5,
        "socks4" | "socks4a" => ProxyKind::Socks4,
        _ => return None,
    })
}

fn read_proxy(kind: ProxyKind, text: &str) -> Result<Setting, SettingFault> {
    let (address, credentials) = read_place(kind, text)?;
    Ok(Setting::Proxy {
        address,
        credentials,
    })
}

fn read_pac(url: &str) -> Result<Setting, SettingFault> {
    if without_prefix(url, "data:").is_some() {
        return Ok(Setting::Pac {
            url: url.to_owned(),
        });
    }
    match url.split_once("://") {
        Some((scheme, rest)) if !scheme.is_empty() && !rest.is_empty() => Ok(Setting::Pac {
            url: url.to_owned(),
        }),
        _ => Err(SettingFault::PacUrl),
    }
}

/// Everything before the last `@` is user information: a password may hold `/`, `:` and `@`,
/// a host none of them.
fn read_place(
    kind: ProxyKind,
    text: &str,
) -> Result<(ProxyAddress, Option<Credentials>), SettingFault> {
    let (user_info, place) = match text.rsplit_once('@') {
        Some((user_info, place)) => (Some(user_info), place),
        None => (None, text),
    };
    let place = place.strip_suffix('/').unwrap_or(place);
    if place.contains(['/', '?', '#']) {
        return Err(SettingFault::Path);
    }
    Ok((
        read_address(kind, place)?,
        user_info.map(Credentials::of_user_info),
    ))
}

/// `host`, `host:port`, `[v6]:port`.
pub(crate) fn read_address(kind: ProxyKind, place: &str) -> Result<ProxyAddress, SettingFault> {
    let (host, port) = split_port(place);
    let port = port.map_or(Some(kind.default_port()), port_number);
    let port = port.ok_or(SettingFault::BadPort)?;
    if host.is_empty() {
        return Err(SettingFault::NoHost);
    }
    let foreign = |c: char| !(c.is_alphanumeric() || ".-_:%".contains(c));
    if host.contains(foreign) {
        return Err(SettingFault::BadHost);
    }
    Ok(ProxyAddress {
        kind,
        ..ProxyAddress::http(host, port)
    })
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    let tail = text.get(prefix.len()..)?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}

impl SettingFault {
    const ALL: [Self; 7] = [
        Self::Empty,
        Self::NoHost,
        Self::BadHost,
        Self::BadPort,
        Self::Scheme,
        Self::Path,
        Self::PacUrl,
    ];

    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NoHost => "no-host",
            Self::BadHost => "bad-host",
            Self::BadPort => "bad-port",
            Self::Scheme => "scheme",
            Self::Path => "path",
            Self::PacUrl => "pac-url",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }

    /// What is wrong, as the end of a sentence.
    pub const fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Empty => ("il est vide", "it is empty"),
            Self::NoHost => ("il n'a pas de nom de machine", "it has no host"),
            Self::BadHost => (
                "le nom de machine contient des caractères impossibles",
                "its host has characters that no host name has",
            ),
            Self::BadPort => (
                "le port n'est pas un nombre de 1 à 65535",
                "its port is not a number from 1 to 65535",
            ),
            Self::Scheme => (
                "seuls http://, https://, socks4:// et socks5:// sont pris en charge",
                "only http://, https://, socks4:// and socks5:// are supported",
            ),
            Self::Path => (
                "il y a du texte après le port",
                "something follows the port",
            ),
            Self::PacUrl => (
                "« pac: » n'est pas suivi d'une adresse web",
                "`pac:` is not followed by a URL",
            ),
        };
        Text { fr, en }
    }
}

impl SettingError {
    /// One line that names the setting, user information masked, and what is wrong, without a
    /// full stop.
    pub fn say(&self, lang: Lang) -> String {
        let why = self.fault.text();
        let shown = self.shown.escape_debug();
        match lang {
            Lang::Fr => format!("proxy « {shown} » : {}", why.fr),
            Lang::En => format!("proxy `{shown}`: {}", why.en),
        }
    }
}

/// In English; [`SettingError::say`] has the reader's language.
impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for SettingError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(host: &str, port: u16) -> Route {
        Route::Proxy(ProxyAddress::http(host, port))
    }

    fn of(kind: ProxyKind, port: u16) -> Route {
        Route::Proxy(ProxyAddress {
            kind,
            ..ProxyAddress::http("proxy.lan", port)
        })
    }

    #[test]
    fn every_form_of_a_setting_is_read() {
        let table = [
            ("direct", Route::Direct),
            (" DIRECT ", Route::Direct),
            ("http://proxy.lan:3128", proxy("proxy.lan", 3128)),
            ("HTTP://proxy.lan:3128/", proxy("proxy.lan", 3128)),
            ("http://proxy.lan", proxy("proxy.lan", 80)),
            ("proxy.lan:8080", proxy("proxy.lan", 8080)),
            ("10.0.0.1:8080", proxy("10.0.0.1", 8080)),
            ("[2001:db8::1]:8080", proxy("2001:db8::1", 8080)),
            ("http://u:p@proxy.lan:3128", proxy("proxy.lan", 3128)),
            ("https://proxy.lan", of(ProxyKind::Https, 443)),
            ("https://u:p@proxy.lan:3129", of(ProxyKind::Https, 3129)),
            ("socks5://proxy.lan", of(ProxyKind::Socks5, 1080)),
            ("SOCKS5H://proxy.lan:9050/", of(ProxyKind::Socks5, 9050)),
            ("socks://proxy.lan", of(ProxyKind::Socks5, 1080)),
            ("socks4://proxy.lan", of(ProxyKind::Socks4, 1080)),
            ("socks4a://u@proxy.lan", of(ProxyKind::Socks4, 1080)),
            (
                "WPAD:",
                Route::Pac {
                    url: "wpad:".into(),
                },
            ),
            (
                "pac:data:,x",
                Route::Pac {
                    url: "data:,x".into(),
                },
            ),
            (
                "pac:http://wpad.lan/wpad.dat",
                Route::Pac {
                    url: "http://wpad.lan/wpad.dat".into(),
                },
            ),
        ];
        for (text, route) in table {
            assert_eq!(Setting::parse(text).unwrap().route(), route, "{text}");
        }
    }

    #[test]
    fn a_bad_setting_gets_one_line_that_names_it_and_what_is_wrong() {
        let table = [
            ("", SettingFault::Empty, "proxy ``: it is empty"),
            (
                "http://",
                SettingFault::NoHost,
                "proxy `http://`: it has no host",
            ),
            (
                "http://:3128",
                SettingFault::NoHost,
                "proxy `http://:3128`: it has no host",
            ),
            (
                "proxy:99999",
                SettingFault::BadPort,
                "proxy `proxy:99999`: its port is not a number from 1 to 65535",
            ),
            (
                "ftp://proxy:21",
                SettingFault::Scheme,
                "proxy `ftp://proxy:21`: only http://, https://, socks4:// and socks5:// are \
                 supported",
            ),
            (
                "http://proxy:80/path",
                SettingFault::Path,
                "proxy `http://proxy:80/path`: something follows the port",
            ),
            (
                "pac:",
                SettingFault::PacUrl,
                "proxy `pac:`: `pac:` is not followed by a URL",
            ),
            (
                "a\nb:80",
                SettingFault::BadHost,
                r"proxy `a\nb:80`: its host has characters that no host name has",
            ),
        ];
        for (text, fault, line) in table {
            let error = Setting::parse(text).unwrap_err();
            assert_eq!(
                (error.fault, error.to_string().as_str()),
                (fault, line),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_the_readers_language_too() {
        let table = [
            ("", "proxy «  » : il est vide"),
            (
                "ftp://user:hunter2@proxy:21",
                "proxy « ftp://***@proxy:21 » : seuls http://, https://, socks4:// et \
                 socks5:// sont pris en charge",
            ),
            (
                "proxy:99999",
                "proxy « proxy:99999 » : le port n'est pas un nombre de 1 à 65535",
            ),
        ];
        for (text, line) in table {
            let error = Setting::parse(text).unwrap_err();
            assert_eq!(error.say(Lang::Fr), line);
            assert_eq!(error.say(Lang::En), error.to_string());
        }
    }

    #[test]
    fn user_information_is_decoded_and_kept_whole() {
        let table = [
            ("http://user:word@proxy:3128", "user", "Basic dXNlcjp3b3Jk"),
            // p@ss/w:rd, as it is and percent-encoded
            (
                "http://user:p@ss/w:rd@proxy:3128",
                "user",
                "Basic dXNlcjpwQHNzL3c6cmQ=",
            ),
            (
                "user:p%40ss%2Fw%3Ard@proxy:3128",
                "user",
                "Basic dXNlcjpwQHNzL3c6cmQ=",
            ),
            ("user:100%@proxy:3128", "user", "Basic dXNlcjoxMDAl"),
            ("user@proxy:3128", "user", "Basic dXNlcjo="),
        ];
        for (text, user, basic) in table {
            let setting = Setting::parse(text).unwrap();
            let credentials = setting.credentials().unwrap();
            assert_eq!(credentials.user(), user, "{text}");
            assert_eq!(credentials.basic().as_str(), basic, "{text}");
        }
    }

    #[test]
    fn a_password_is_in_no_text_whether_or_not_the_setting_is_well_formed() {
        let table = [
            "http://user:hunter2@proxy:3128",
            "user:hunter2@proxy:3128",
            "http://user:hunter2@:3128",
            "http://user:hunter2@proxy:99999",
            "http://user:hunter2@proxy/path",
            "socks5://user:hunter2@proxy",
            "http://user:a/b@hunter2@proxy:3128",
            "pac:http://user:hunter2@wpad/wpad.dat",
        ];
        for text in table {
            let shown = match Setting::parse(text) {
                Ok(setting) => format!("{setting} {setting:?} {}", setting.route()),
                Err(error) => format!("{error} {error:?}"),
            };
            assert!(
                !shown.contains("hunter2") && !shown.contains("user"),
                "{shown}"
            );
        }
    }

    #[test]
    fn a_setting_is_written_as_it_is_read() {
        for text in [
            "http://proxy.lan:3128",
            "https://***@proxy.lan:443",
            "socks5://[2001:db8::1]:1080",
            "socks4://proxy.lan:1080",
        ] {
            assert_eq!(Setting::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn every_fault_has_a_name_of_its_own() {
        for fault in SettingFault::ALL {
            assert_eq!(SettingFault::named(fault.name()), Some(fault));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_on_one_line(text in "\\PC{0,40}|[a-z:@/%\\[\\]\n0-9]{0,20}") {
            if let Err(error) = Setting::parse(&text) {
                proptest::prop_assert!(!error.to_string().contains('\n'));
            }
        }
    }
}
