//! What do macOS' network settings say?
//!
//! Source: scutil(8) `--proxy`; SystemConfiguration `SCSchemaDefinitions.h`, `kSCPropNetProxies…`.
//! Read from what `scutil` writes; never run on a Mac.

use std::collections::BTreeMap;

use super::{Found, ProxyPlaces, SourceKind, SourceSeen, of_parts, reading};
use crate::{Dialect, ExceptionList, Scheme, SiteUrl};

const PLACE: &str = "scutil --proxy";

/// None on another system. Runs `scutil` once, three seconds at most.
pub(super) fn source(places: &ProxyPlaces, site: &SiteUrl) -> Option<Found> {
    let program = places.scutil.as_deref()?;
    let seen = match reading::answer_of(program, &["--proxy"]) {
        Ok(dictionary) => judged(&dictionary, site),
        Err(failure) => SourceSeen {
            failure: Some(failure),
            ..SourceSeen::unset(SourceKind::Macos, PLACE.to_owned())
        },
    };
    Some(seen.into())
}

/// A script goes before a proxy.
fn judged(dictionary: &str, site: &SiteUrl) -> SourceSeen {
    let (values, exceptions) = read(dictionary);
    let value = |name: &str| values.get(name).copied().unwrap_or_default();
    let unset = |name: &str| SourceSeen::unset(SourceKind::Macos, format!("{PLACE} {name}"));
    let auto_detect = value("ProxyAutoDiscoveryEnable") == "1";
    let script = "ProxyAutoConfigURLString";
    let own = match site.scheme {
        Scheme::Https => ("HTTPS", "http"),
        Scheme::Http => ("HTTP", "http"),
    };
    let mut set = [own, ("SOCKS", "socks")].into_iter();
    let set = set.find(|(name, _)| value(&format!("{name}Enable")) == "1");
    let seen = if value("ProxyAutoConfigEnable") == "1" {
        unset(script).scripted(value(script))
    } else if let Some((name, kind)) = set {
        let (host, port) = (
            value(&format!("{name}Proxy")),
            value(&format!("{name}Port")),
        );
        let (shown, route) = of_parts(kind, host, port);
        let simple = (value("ExcludeSimpleHostnames") == "1").then_some("<local>");
        let entries: Vec<&str> = exceptions.into_iter().chain(simple).collect();
        let list = ExceptionList {
            dialect: Dialect::Macos,
            location: format!("{PLACE} ExceptionsList"),
            raw: entries.join(Dialect::Macos.separator()),
        };
        unset(&format!("{name}Proxy"))
            .leading(shown, route)
            .unless(list, site)
    } else {
        unset("HTTPSEnable")
    };
    SourceSeen {
        auto_detect,
        ..seen
    }
}

/// The values, and the entries of `ExceptionsList`. What other services add stands in
/// dictionaries within, which are left out.
fn read(dictionary: &str) -> (BTreeMap<&str, &str>, Vec<&str>) {
    let (mut values, mut exceptions) = (BTreeMap::new(), Vec::new());
    let mut within: Vec<&str> = Vec::new();
    for line in dictionary.lines().map(str::trim) {
        let (name, value) = line.split_once(" : ").unwrap_or(("", line));
        match within.as_slice() {
            _ if line == "}" => drop(within.pop()),
            _ if line.ends_with('{') => within.push(name),
            [_] => drop(values.insert(name, value)),
            [_, "ExceptionsList"] => exceptions.push(value),
            _ => {}
        }
    }
    (values, exceptions)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DICTIONARY: &str = "<dictionary> {
  ExceptionsList : <array> {
    0 : *.local
    1 : 169.254/16
  }
  FTPPassive : 1
  HTTPEnable : 0
  HTTPSEnable : 1
  HTTPSPort : 3128
  HTTPSProxy : proxy.example
  __SCOPED__ : <dictionary> {
    en0 : <dictionary> {
      HTTPSProxy : other.example
    }
  }
}
";

    fn answer(dictionary: &str) -> (String, bool) {
        let seen = judged(dictionary, &SiteUrl::https("www.tom.example", 443));
        (seen.answer_for_url.to_string(), seen.auto_detect)
    }

    #[test]
    fn the_dictionary_of_the_session_decides() {
        assert_eq!(
            answer(DICTIONARY),
            ("PROXY proxy.example:3128".into(), false)
        );
        let excepted = DICTIONARY.replace("*.local", "*.tom.example");
        assert_eq!(answer(&excepted).0, "DIRECT");
        let off = DICTIONARY.replace("HTTPSEnable : 1", "HTTPSEnable : 0");
        assert_eq!(answer(&off).0, "DIRECT");
        let script = DICTIONARY.replace(
            "FTPPassive : 1",
            "ProxyAutoConfigEnable : 1\nProxyAutoDiscoveryEnable : 1\n\
             ProxyAutoConfigURLString : http://wpad/p.pac",
        );
        assert_eq!(answer(&script), ("PAC http://wpad/p.pac".into(), true));
        assert_eq!(answer("<dictionary> {\n}\n").0, "DIRECT");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(?s)(<array> \\{|\\}|\n| : |[A-Z]|ExceptionsList|.){0,100}") {
            let (values, exceptions) = read(&text);
            proptest::prop_assert!(values.len() + exceptions.len() <= text.lines().count());
        }
    }
}
