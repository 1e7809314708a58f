//! Which product that opens secure connections issued this chain?

use crate::certificate::ServerCertificate;

/// The product whose own authority issued `chain`, by the names of its issuers; none: no product
/// of this table did, which clears nobody, as most let their owner choose the name.
///
/// Names alone are compared: whoever issues certificates under such a name without being that
/// product is none a card should be shown to either.
pub fn inspection_product(chain: &[ServerCertificate]) -> Option<&'static str> {
    let issuers = chain.iter().filter_map(|one| one.issuer.as_deref());
    let mut names = issuers.map(str::to_lowercase);
    names.find_map(|name| {
        let known = PRODUCTS.iter().find(|(_, words)| has(&name, words));
        known.map(|(product, _)| *product)
    })
}

/// Whether `words` stand in `name` and are not a part of longer ones: « Solfeo » is no Olfeo.
fn has(name: &str, words: &str) -> bool {
    name.match_indices(words).any(|(start, found)| {
        let before = name.get(..start).and_then(|text| text.chars().next_back());
        let end = start + found.len();
        let after = name.get(end..).and_then(|text| text.chars().next());
        let is_word = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
        !is_word(before) && !is_word(after)
    })
}

/// What it is called, and what its issuer's name holds, in lower case. Each is one that the
/// product makes by itself; none is a part of the name of an authority that browsers trust.
///
/// Source: the issuers' names that people quote in public when the product stands in their way
/// (Zscaler, Fortinet, Stormshield, Sophos, Kaspersky, ESET, Avast, AVG, Norton, Bitdefender, Cisco
/// Umbrella, Netskope, Palo Alto Networks, Forcepoint, WatchGuard). Unconfirmed, from general
/// knowledge: McAfee, mitmproxy, Fiddler, Burp, Blue Coat, Olfeo, UCOPIA, SonicWall,
/// Barracuda, Check Point, squid, Charles, AdGuard.
const PRODUCTS: &[(&str, &str)] = &[
    ("Zscaler", "zscaler"),
    ("Fortinet FortiGate", "fortinet"),
    ("Fortinet FortiGate", "fortigate"),
    ("Palo Alto Networks", "palo alto networks"),
    ("Blue Coat ProxySG", "blue coat"),
    ("Blue Coat ProxySG", "bluecoat"),
    ("Stormshield", "ssl proxy default authority"),
    ("Stormshield", "stormshield"),
    ("Stormshield", "netasq"),
    ("Olfeo", "olfeo"),
    ("UCOPIA", "ucopia"),
    ("Sophos", "sophos"),
    ("Netskope", "netskope"),
    ("Netskope", "goskope"),
    ("Cisco Umbrella", "cisco umbrella"),
    ("Forcepoint", "forcepoint"),
    ("Forcepoint", "websense"),
    ("McAfee Web Gateway", "mcafee web gateway"),
    ("WatchGuard", "fireware https proxy"),
    ("WatchGuard", "watchguard"),
    ("SonicWall", "sonicwall"),
    ("Barracuda", "barracuda"),
    ("Check Point", "check point"),
    ("Kaspersky", "kaspersky"),
    ("ESET", "eset ssl filter ca"),
    ("Avast", "avast web/mail shield"),
    ("Avast", "avast! web/mail shield"),
    ("AVG", "avg web/mail shield"),
    ("Norton", "norton web/mail shield"),
    ("Bitdefender", "bitdefender personal ca"),
    ("AdGuard", "adguard personal ca"),
    ("squid", "squid"),
    ("mitmproxy", "mitmproxy"),
    ("Burp Suite", "portswigger ca"),
    ("Charles", "charles proxy"),
    ("Fiddler", "do_not_trust_fiddlerroot"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn product(issuer: &str) -> Option<&'static str> {
        let certificate = ServerCertificate {
            issuer: Some(issuer.to_owned()),
            ..ServerCertificate::of(b"")
        };
        inspection_product(&[ServerCertificate::of(b""), certificate])
    }

    #[test]
    fn a_product_is_named_by_any_issuer_of_the_chain() {
        for (issuer, name) in [
            ("CN=Zscaler Root CA, O=Zscaler Inc., C=US", "Zscaler"),
            (
                "CN=FGT60F, OU=Certificate Authority, O=Fortinet",
                "Fortinet FortiGate",
            ),
            ("CN=Fortinet_CA_SSL", "Fortinet FortiGate"),
            ("CN=SSL proxy default authority", "Stormshield"),
            ("CN=Sophos SSL CA_C320AB, OU=NSG, O=Sophos", "Sophos"),
            ("CN=ca.chu.eu.goskope.com, O=CHU", "Netskope"),
            (
                "CN=Kaspersky Anti-Virus Personal Root Certificate",
                "Kaspersky",
            ),
            ("CN=ESET SSL Filter CA, O=ESET\\, spol. s r. o.", "ESET"),
            ("CN=Norton Web/Mail Shield Root", "Norton"),
            ("CN=mitmproxy, O=mitmproxy", "mitmproxy"),
        ] {
            assert_eq!(product(issuer), Some(name), "{issuer}");
        }
    }

    #[test]
    fn authorities_that_browsers_trust_and_longer_words_are_no_product() {
        for issuer in [
            "CN=DigiCert Global Root G2, OU=www.digicert.com, O=DigiCert Inc, C=US",
            "CN=Symantec Class 3 Secure Server CA - G4, O=Symantec Corporation, C=US",
            "CN=Cloudflare Inc ECC CA-3, O=Cloudflare\\, Inc., C=US",
            "CN=Certigna Services CA, O=DHIMYOTIS, C=FR",
            "CN=AC IGC-SANTE ELEMENTAIRE ORGANISATIONS, O=ASIP-SANTE, C=FR",
            "CN=Solfeo, O=Squidward",
            "",
        ] {
            assert_eq!(product(issuer), None, "{issuer}");
        }
        assert_eq!(inspection_product(&[]), None);
    }

    #[test]
    fn the_words_of_the_table_are_in_lower_case() {
        assert!(
            PRODUCTS
                .iter()
                .all(|(_, words)| *words == words.to_lowercase())
        );
    }

    proptest! {
        #[test]
        fn no_name_makes_it_panic(name in ".{0,80}", tail in ".{0,4}") {
            product(&name);
            product(&format!("é{name}squid{tail}"));
        }
    }
}
