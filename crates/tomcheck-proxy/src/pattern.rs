//! Is the site an exception?

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::SiteUrl;
use crate::dialects::{chromium, curl, firefox, glib, go, java, kde, macos, python, wget, windows};

/// A list of sites that are reached without the proxy.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ExceptionList {
    /// How it is to be read.
    pub dialect: Dialect,
    /// The variable, file and line, or registry value that holds it.
    #[serde(rename = "where")]
    pub location: String,
    /// As it stands there.
    pub raw: String,
}

/// How a list of exceptions is to be read: as the program that owns it does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Dialect {
    /// `no_proxy` as curl has it: `.example.fr,10.0.0.0/8,::1`, or `*` alone.
    NoProxy,
    /// The same as programs written in Go have it.
    Go,
    /// The same as Python has it.
    Python,
    /// The same as wget has it.
    Wget,
    /// `ProxyOverride`: `*.example.fr;10.*;<local>`.
    Wininet,
    /// The list of Windows' services, written alike.
    Winhttp,
    /// `http.nonProxyHosts`: `*.example.fr|10.*`.
    Java,
    /// `network.proxy.no_proxies_on`: `.example.fr, 10.0.0.0/8, <local>`.
    Firefox,
    /// `ProxyBypassList`: `*.example.fr;10.0.0.0/8;<local>`.
    Chromium,
    /// `ignore-hosts`: `['.example.fr', '10.0.0.0/8']`.
    Gnome,
    /// `NoProxyFor`: `example.fr,10.0.0.0/8`.
    Kde,
    /// The list of macOS' network settings: `*.local, 169.254/16`.
    Macos,
}

impl ExceptionList {
    /// The first entry that applies to the site, as it stands in the list; `<loopback>` where
    /// its owner excepts the machine itself without being told.
    pub fn entry_for(&self, site: &SiteUrl) -> Option<String> {
        let raw = self.raw.as_str();
        let entry = match self.dialect {
            Dialect::NoProxy => curl::entry_for(raw, site),
            Dialect::Go => go::entry_for(raw, site),
            Dialect::Python => python::entry_for(raw, site),
            Dialect::Wget => wget::entry_for(raw, site),
            Dialect::Wininet => windows::entry_for(raw, site),
            Dialect::Winhttp => windows::entry_of_winhttp_for(raw, site),
            Dialect::Java => java::entry_for(raw, site),
            Dialect::Firefox => firefox::entry_for(raw, site),
            Dialect::Chromium => chromium::entry_for(raw, site),
            Dialect::Gnome => glib::entry_for(raw, site),
            Dialect::Kde => kde::entry_for(raw, site),
            Dialect::Macos => macos::entry_for(raw, site),
        };
        entry.map(str::to_owned)
    }
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::NoProxy,
        Self::Go,
        Self::Python,
        Self::Wget,
        Self::Wininet,
        Self::Winhttp,
        Self::Java,
        Self::Firefox,
        Self::Chromium,
        Self::Gnome,
        Self::Kde,
        Self::Macos,
    ];

    /// What stands between two entries.
    pub const fn separator(self) -> &'static str {
        match self {
            Self::NoProxy | Self::Go | Self::Python | Self::Wget | Self::Kde => ",",
            Self::Wininet | Self::Winhttp | Self::Chromium => ";",
            Self::Java => "|",
            Self::Firefox | Self::Gnome | Self::Macos => ", ",
        }
    }

    /// Names and addresses as this list writes them, ready to be pasted.
    pub fn pasted(self, hosts: &[String]) -> String {
        let written = hosts.iter().map(|host| self.written(host));
        written.collect::<Vec<_>>().join(self.separator())
    }

    fn written(self, host: &str) -> String {
        let is_v6 = host.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6());
        match self {
            Self::Gnome => format!("'{host}'"),
            _ if is_v6 && self.has_brackets() => format!("[{host}]"),
            _ => host.to_owned(),
        }
    }

    /// Whether an IPv6 address applies only where it is written as in a URL.
    const fn has_brackets(self) -> bool {
        match self {
            Self::NoProxy | Self::Go | Self::Wget | Self::Gnome | Self::Kde => false,
            Self::Python | Self::Wininet | Self::Winhttp | Self::Java => true,
            Self::Firefox | Self::Chromium | Self::Macos => true,
        }
    }
}

#[test]
fn what_is_pasted_applies_in_every_dialect() {
    let hosts = ["www.tom.example", "192.0.2.1", "2001:db8::2"].map(str::to_owned);
    for dialect in Dialect::ALL {
        let list = ExceptionList {
            dialect,
            location: "list".to_owned(),
            raw: dialect.pasted(&hosts),
        };
        for host in &hosts {
            let entry = list.entry_for(&SiteUrl::https(host, 443));
            assert!(entry.is_some(), "{dialect:?}: {} for {host}", list.raw);
        }
    }
}
