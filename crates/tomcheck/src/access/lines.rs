//! With which lines does each product let the sites through?
//!
//! squid's are tried with squid, the script's with pacparser, `no_proxy`'s with curl; each list of
//! exceptions is written as the proxy layer knows its owner to read it.

use std::fmt::Write as _;
use std::net::IpAddr;

use serde::Serialize;
use tomcheck_diagnosis::{Lang, Text};
use tomcheck_proxy::Dialect;

use super::SiteAccess;

/// What is pasted into one product's settings.
#[derive(Clone, Debug, Serialize)]
pub struct ReadyLines {
    /// The product: `squid`, `pac`, `no_proxy`…; never translated.
    pub product: &'static str,
    /// Where they go, in words.
    #[serde(rename = "where")]
    pub place: String,
    /// The lines themselves.
    pub text: String,
}

/// For every product, those of the proxy before those of the workstations.
pub(super) fn all(sites: &[SiteAccess], lang: Lang) -> Vec<ReadyLines> {
    let hosts = hosts(sites);
    let bump = squid_bump(sites).map(|text| ready("squid-ssl-bump", SQUID_BUMP, text, lang));
    let proxy = [
        Some(ready("squid", SQUID, squid(sites), lang)),
        bump,
        Some(ready("pac", PAC, pac(&hosts), lang)),
    ];
    let lists = LISTS
        .iter()
        .map(|(product, place, dialect)| ready(product, *place, dialect.pasted(&hosts), lang));
    proxy.into_iter().flatten().chain(lists).collect()
}

fn ready(product: &'static str, place: Text, text: String, lang: Lang) -> ReadyLines {
    ReadyLines {
        product,
        place: place.get(lang).to_owned(),
        text,
    }
}

/// Names, then addresses, each once.
fn hosts(sites: &[SiteAccess]) -> Vec<String> {
    let names = sites.iter().map(|site| site.host.clone());
    let addresses = sites.iter().flat_map(|site| &site.addresses);
    let addresses = addresses.map(IpAddr::to_string);
    let mut hosts: Vec<String> = Vec::new();
    for host in names.chain(addresses) {
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

fn names<'a>(sites: impl Iterator<Item = &'a SiteAccess>) -> impl Iterator<Item = &'a str> {
    let hosts = sites.map(|site| site.host.as_str());
    hosts.filter(|host| host.parse::<IpAddr>().is_err())
}

/// Nothing but these sites, each on its own port, from the networks of an establishment: what stands
/// before every line that denies must open no more than was asked for.
fn squid(sites: &[SiteAccess]) -> String {
    let mut ports: Vec<u16> = sites.iter().map(|site| site.port).collect();
    ports.sort_unstable();
    ports.dedup();
    let on_port = |port: &u16| {
        let sites = sites.iter().filter(|site| site.port == *port);
        squid_on_port(*port, &sites.cloned().collect::<Vec<_>>())
    };
    let lines: Vec<String> = ports.iter().map(on_port).collect();
    format!("{SQUID_CLIENTS}{}", lines.concat())
}

/// `-n`: neither an address nor a name in a request is looked up for this.
fn squid_on_port(port: u16, sites: &[SiteAccess]) -> String {
    // A tunnel to port 80 would carry anything; lists of revoked certificates are fetched in the clear.
    let method = match port {
        80 => "!tomcheck_connect",
        _ => "tomcheck_connect",
    };
    let allow = format!("http_access allow tomcheck_clients {method} tomcheck_port_{port}");
    let mut text = format!("acl tomcheck_port_{port} port {port}\n");
    let names: Vec<&str> = names(sites.iter()).collect();
    if !names.is_empty() {
        let names = names.join(" ");
        let _ = writeln!(text, "acl tomcheck_names_{port} dstdomain -n {names}");
        let _ = writeln!(text, "{allow} tomcheck_names_{port}");
    }
    let literals = hosts(sites).into_iter();
    let literals: Vec<String> = literals.filter(|it| it.parse::<IpAddr>().is_ok()).collect();
    if !literals.is_empty() {
        let literals = literals.join(" ");
        let _ = writeln!(text, "acl tomcheck_addresses_{port} dst -n {literals}");
        let _ = writeln!(text, "{allow} tomcheck_addresses_{port}");
    }
    text
}

/// The private addresses, as squid's own example has them under `localnet`, which not every
/// configuration kept; and the proxy's own machine, where a filter may stand before it.
const SQUID_CLIENTS: &str = "acl tomcheck_clients src 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 \
                             fc00::/7 fe80::/10 127.0.0.0/8 ::1\n\
                             acl tomcheck_connect method CONNECT\n";

/// Only what the card goes through may not be opened, which squid knows by its name; none: it has
/// none.
fn squid_bump(sites: &[SiteAccess]) -> Option<String> {
    let for_card = sites.iter().filter(|site| site.is_for_card);
    let names: Vec<&str> = names(for_card).collect();
    (!names.is_empty()).then(|| {
        format!(
            "acl tomcheck_step1 at_step SslBump1\n\
             acl tomcheck_tls ssl::server_name {}\n\
             ssl_bump peek tomcheck_step1\n\
             ssl_bump splice tomcheck_tls\n",
            names.join(" ")
        )
    })
}

fn pac(hosts: &[String]) -> String {
    let tests: Vec<String> = hosts
        .iter()
        .map(|host| format!("host == \"{host}\""))
        .collect();
    format!("if ({}) return \"DIRECT\";\n", tests.join("\n    || "))
}

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

const SQUID: Text = t(
    "squid.conf, avant toute ligne http_access qui refuse ou qui demande un mot de passe ; elles n'ouvrent que ces sites, chacun sur son port (CONNECT, sauf sur le port 80), et seulement aux postes d'adresse privée : mettez dans tomcheck_clients les réseaux de vos postes",
    "squid.conf, before any http_access line that denies or asks for a password; they open these sites only, each on its own port (CONNECT, except on port 80), and to workstations of private addresses only: put the networks of your workstations into tomcheck_clients",
);
const SQUID_BUMP: Text = t(
    "squid.conf, avant les autres lignes ssl_bump, si ce squid ouvre les connexions sécurisées",
    "squid.conf, before the other ssl_bump lines, if this squid opens secure connections",
);
const PAC: Text = t(
    "script de configuration (PAC), au début de FindProxyForURL, pour un accès direct sans proxy",
    "auto-configuration script (PAC), at the beginning of FindProxyForURL, for direct access without a proxy",
);

const LISTS: &[(&str, Text, Dialect)] = &[
    (
        "windows",
        t(
            "Windows, exceptions de proxy, à ajouter à la liste (Options Internet > Connexions > Paramètres réseau > Avancé ; valeur ProxyOverride)",
            "Windows, proxy exceptions, to be added to the list (Internet Options > Connections > LAN settings > Advanced; value ProxyOverride)",
        ),
        Dialect::Wininet,
    ),
    (
        "winhttp",
        t(
            "Windows, services (netsh winhttp set proxy … bypass-list=\"…\"), à ajouter à la liste",
            "Windows, services (netsh winhttp set proxy … bypass-list=\"…\"), to be added to the list",
        ),
        Dialect::Winhttp,
    ),
    (
        "chromium",
        t(
            "Chrome et Edge, si une stratégie fixe le proxy (ProxyBypassList), à ajouter à la liste",
            "Chrome and Edge, where a policy sets the proxy (ProxyBypassList), to be added to the list",
        ),
        Dialect::Chromium,
    ),
    (
        "firefox",
        t(
            "Firefox, « Pas de proxy pour » (Paramètres > Paramètres réseau ; network.proxy.no_proxies_on), à ajouter à la liste",
            "Firefox, “No proxy for” (Settings > Network Settings; network.proxy.no_proxies_on), to be added to the list",
        ),
        Dialect::Firefox,
    ),
    (
        "java",
        t(
            "Java, propriété http.nonProxyHosts (elle vaut aussi pour https), à ajouter à la liste",
            "Java, property http.nonProxyHosts (which holds for https too), to be added to the list",
        ),
        Dialect::Java,
    ),
    (
        "no_proxy",
        t(
            "Linux, variable no_proxy, à ajouter à la liste",
            "Linux, variable no_proxy, to be added to the list",
        ),
        Dialect::NoProxy,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn site(host: &str, port: u16, addresses: &[&str], is_for_card: bool) -> SiteAccess {
        SiteAccess {
            host: host.to_owned(),
            port,
            addresses: addresses.iter().map(|it| it.parse().unwrap()).collect(),
            is_for_card,
            why: String::new(),
            is_confirmed: true,
        }
    }

    fn lines(sites: &[SiteAccess], product: &str) -> String {
        let mut all = all(sites, Lang::En).into_iter();
        all.find(|lines| lines.product == product).unwrap().text
    }

    #[test]
    fn every_name_and_address_stands_once_in_each_owners_spelling() {
        let v = ["192.0.2.1", "2001:db8::1"];
        let sites = [
            site("tom.example", 443, &v, true),
            site("ocsp.example", 80, &v[..1], false),
        ];
        assert_eq!(
            lines(&sites, "squid"),
            format!(
                "{SQUID_CLIENTS}\
                 acl tomcheck_port_80 port 80\n\
                 acl tomcheck_names_80 dstdomain -n ocsp.example\n\
                 http_access allow tomcheck_clients !tomcheck_connect tomcheck_port_80 tomcheck_names_80\n\
                 acl tomcheck_addresses_80 dst -n 192.0.2.1\n\
                 http_access allow tomcheck_clients !tomcheck_connect tomcheck_port_80 tomcheck_addresses_80\n\
                 acl tomcheck_port_443 port 443\n\
                 acl tomcheck_names_443 dstdomain -n tom.example\n\
                 http_access allow tomcheck_clients tomcheck_connect tomcheck_port_443 tomcheck_names_443\n\
                 acl tomcheck_addresses_443 dst -n 192.0.2.1 2001:db8::1\n\
                 http_access allow tomcheck_clients tomcheck_connect tomcheck_port_443 tomcheck_addresses_443\n"
            )
        );
        assert!(!lines(&sites, "squid-ssl-bump").contains("ocsp.example"));
        assert_eq!(
            lines(&sites, "windows"),
            "tom.example;ocsp.example;192.0.2.1;[2001:db8::1]"
        );
        assert_eq!(
            lines(&sites, "no_proxy"),
            "tom.example,ocsp.example,192.0.2.1,2001:db8::1"
        );
    }

    #[test]
    fn a_site_without_a_name_needs_no_line_for_one() {
        let text = lines(&[site("2001:db8::1", 443, &["2001:db8::1"], true)], "squid");
        assert!(!text.contains("dstdomain"), "{text}");
        assert!(text.contains("dst -n 2001:db8::1\n"), "{text}");
    }
}
