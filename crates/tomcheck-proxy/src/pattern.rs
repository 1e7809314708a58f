//! Is the site an exception?

use serde::{Deserialize, Serialize};

use crate::{SiteUrl, no_proxy, wininet};

/// A list of sites that are reached without the proxy.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ExceptionList {
    /// How it is to be read.
    pub dialect: Dialect,
    /// The variable or registry value that holds it.
    #[serde(rename = "where")]
    pub location: String,
    /// As it stands there.
    pub raw: String,
}

/// How a list of exceptions is to be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// `no_proxy`: `.example.fr,10.0.0.0/8,[::1]:8443,*`.
    NoProxy,
    /// `ProxyOverride`: `*.example.fr;10.*;<local>`.
    Wininet,
}

impl ExceptionList {
    /// The first entry that applies to the site, as it stands in the list.
    pub fn entry_for(&self, site: &SiteUrl) -> Option<String> {
        let entry = match self.dialect {
            Dialect::NoProxy => no_proxy::entry_for(&self.raw, site),
            Dialect::Wininet => wininet::entry_for(&self.raw, site),
        };
        entry.map(str::to_owned)
    }
}

impl Dialect {
    /// What stands between two entries.
    pub const fn separator(self) -> &'static str {
        match self {
            Self::NoProxy => ",",
            Self::Wininet => ";",
        }
    }
}
