//! Of what is an `http://` or `https://` address made?

use hyper::Uri;

use crate::ProxyAddress;

/// An address, taken apart.
pub(super) struct Place {
    pub(super) address: ProxyAddress,
    pub(super) authority: String,
    pub(super) path: String,
    /// Whether it is `https://`.
    pub(super) is_secure: bool,
}

impl Place {
    pub(super) fn of(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let host = uri.host().filter(|host| !host.is_empty())?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let (is_secure, port) = match scheme.as_str() {
            "http" => (false, 80),
            "https" => (true, 443),
            _ => return None,
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Some(Self {
            is_secure,
            address: ProxyAddress::http(
                host.trim_matches(['[', ']']),
                uri.port_u16().unwrap_or(port),
            ),
            authority: match uri.port_u16() {
                Some(port) => format!("{host}:{port}"),
                None => host.to_owned(),
            },
            path: path.to_owned(),
        })
    }

    /// As a proxy is asked, which no secure address is.
    pub(super) fn absolute(&self) -> String {
        format!("http://{}{}", self.authority, self.path)
    }
}

#[test]
fn an_address_is_taken_apart_and_what_is_none_is_refused() {
    let read = |url: &str| {
        let place = Place::of(url)?;
        Some((place.address.to_string(), place.absolute()))
    };
    let of = |address: &str, url: &str| Some((address.to_owned(), url.to_owned()));
    let list = "http://igc.example/CRL/ACI-FO.crl";
    assert_eq!(read(list), of("igc.example:80", list));
    let bare = read("http://ocsp.example");
    assert_eq!(bare, of("ocsp.example:80", "http://ocsp.example/"));
    let v6 = "http://[2001:db8::1]:8080/x?y";
    assert_eq!(read(v6), of("[2001:db8::1]:8080", v6));
    let secure = Place::of("https://pac.example/x").unwrap();
    assert!(secure.is_secure && !Place::of(list).unwrap().is_secure);
    assert_eq!(secure.address.to_string(), "pac.example:443");
    for url in ["ldap://x/y", "http://", "/path", "http://a b/"] {
        assert_eq!(read(url), None, "{url}");
    }
}
