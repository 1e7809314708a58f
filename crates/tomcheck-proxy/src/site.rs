//! Which site is to be reached?

use std::fmt;

use serde::{Deserialize, Serialize};

/// The part of a site's URL that proxy settings look at.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SiteUrl {
    /// `https` or `http`.
    pub scheme: Scheme,
    /// A name or an address, in lower case, without brackets.
    pub host: String,
    /// The port, the scheme's own when the URL names none.
    pub port: u16,
}

/// The schemes a browser asks a proxy about.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Through `CONNECT`.
    Https,
    /// In clear text.
    Http,
}

/// Why a URL names no site.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// Neither `https://` nor `http://`.
    #[error("the URL begins with neither https:// nor http://")]
    Scheme,
    /// Nothing between `://` and the path.
    #[error("the URL has no host")]
    NoHost,
    /// Not a number from 1 to 65535.
    #[error("the URL's port is not a number from 1 to 65535")]
    Port,
}

impl SiteUrl {
    /// `https://host[:port]`.
    pub fn https(host: &str, port: u16) -> Self {
        let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
        Self {
            scheme: Scheme::Https,
            host,
            port,
        }
    }

    /// Reads `https://host[:port][/…]`; user information, path and query are ignored.
    ///
    /// # Errors
    ///
    /// When it has another scheme, no host, or a port that is none.
    pub fn parse(url: &str) -> Result<Self, SiteError> {
        let (scheme, rest) = url.trim().split_once("://").ok_or(SiteError::Scheme)?;
        let (scheme, default) = match scheme.to_ascii_lowercase().as_str() {
            "https" => (Scheme::Https, 443),
            "http" => (Scheme::Http, 80),
            _ => return Err(SiteError::Scheme),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let place = authority.rsplit('@').next().unwrap_or_default();
        let (host, port) = split_port(place);
        let port = port
            .map_or(Some(default), port_number)
            .ok_or(SiteError::Port)?;
        let site = Self::https(host, port);
        if site.host.is_empty() {
            return Err(SiteError::NoHost);
        }
        Ok(Self { scheme, ..site })
    }

    /// `host:port`, an IPv6 address in brackets: the form `CONNECT` wants.
    /// Source: RFC 9110 §9.3.6, RFC 3986 §3.2.2.
    pub fn authority(&self) -> String {
        authority(&self.host, self.port)
    }
}

impl fmt::Display for SiteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.scheme {
            Scheme::Https => "https",
            Scheme::Http => "http",
        };
        write!(f, "{scheme}://{}/", self.authority())
    }
}

/// `host:port`, an IPv6 address in brackets.
pub(crate) fn authority(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// The address as a browser writes it for a script: the scheme's own port left out.
pub(crate) fn url_of_host(site: &SiteUrl) -> String {
    let url = site.to_string();
    let port = match site.scheme {
        Scheme::Https => ":443/",
        Scheme::Http => ":80/",
    };
    match url.strip_suffix(port) {
        Some(url) => format!("{url}/"),
        None => url,
    }
}

/// Splits `host:port`, `[v6]:port`, `host`, and a bare `v6`; an empty port is none.
pub(crate) fn split_port(place: &str) -> (&str, Option<&str>) {
    let (host, port) = match place.rsplit_once(':') {
        Some((host, _)) if host.contains(':') && !host.ends_with(']') => (place, None),
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (place, None),
    };
    let host = host.strip_prefix('[').unwrap_or(host);
    let host = host.strip_suffix(']').unwrap_or(host);
    (host, port.filter(|port| !port.is_empty()))
}

/// A port from 1 to 65535, in digits only.
pub(crate) fn port_number(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let port = digits.then(|| text.parse().ok()).flatten()?;
    (port != 0).then_some(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_read_from_its_url() {
        let table = [
            ("https://TOM.example/", "https://tom.example:443/"),
            (
                "https://tom.example:8443/a?b@c",
                "https://tom.example:8443/",
            ),
            ("http://[2001:db8::1]/", "http://[2001:db8::1]:80/"),
            ("https://user:word@tom.example", "https://tom.example:443/"),
        ];
        for (url, read) in table {
            assert_eq!(SiteUrl::parse(url).unwrap().to_string(), read, "{url}");
        }
    }

    #[test]
    fn a_url_that_names_no_site_is_refused() {
        let table = [
            ("tom.example", SiteError::Scheme),
            ("ftp://tom.example", SiteError::Scheme),
            ("https:///path", SiteError::NoHost),
            ("https://:443/", SiteError::NoHost),
            ("https://tom.example:0/", SiteError::Port),
            ("https://tom.example:+1/", SiteError::Port),
            ("https://tom.example:99999/", SiteError::Port),
        ];
        for (url, error) in table {
            assert_eq!(SiteUrl::parse(url), Err(error), "{url}");
        }
    }
}
