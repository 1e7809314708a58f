//! Is the site excepted from the proxy by its name, and by each of its addresses?

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, Observation, Probe};

use crate::judge::judge_exceptions;
use crate::{ExceptionList, SiteUrl, SourcesSeen};

/// Compares the deciding setting's exceptions with the site's name and addresses. Pure.
#[derive(Clone, Copy, Debug)]
pub struct ExceptionsProbe<'a> {
    /// What [`crate::SourcesProbe`] saw.
    pub sources: &'a SourcesSeen,
    /// The site's addresses as resolved here; empty when it did not resolve.
    pub addresses: &'a [IpAddr],
}

/// The name and each address, against the list.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ExceptionsSeen {
    /// The list; none when the deciding setting has a proxy without exceptions, or no proxy.
    pub list: Option<ExceptionList>,
    /// The site's name.
    pub name: NameException,
    /// Its addresses; empty when it did not resolve here.
    pub addresses: Vec<AddressException>,
}

/// Whether a name is excepted.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct NameException {
    /// The site's host.
    pub host: String,
    /// The entry that applies, as it stands in the list.
    pub excepted_by: Option<String>,
}

/// Whether an address is excepted.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct AddressException {
    /// One of the site's addresses.
    pub address: IpAddr,
    /// The entry that applies, as it stands in the list.
    pub excepted_by: Option<String>,
}

impl Probe for ExceptionsProbe<'_> {
    type Seen = ExceptionsSeen;
    const ID: &'static str = "proxy.exceptions";

    fn observe(&self) -> ExceptionsSeen {
        let url = &self.sources.url;
        let list = self
            .sources
            .deciding()
            .and_then(|source| source.exceptions.clone());
        let entry_for = |site: &SiteUrl| list.as_ref().and_then(|list| list.entry_for(site));
        let name = NameException {
            host: url.host.clone(),
            excepted_by: entry_for(url),
        };
        let addresses = self.addresses.iter().map(|address| AddressException {
            address: *address,
            excepted_by: entry_for(&SiteUrl {
                host: address.to_string(),
                ..url.clone()
            }),
        });
        let addresses = addresses.collect();
        ExceptionsSeen {
            list,
            name,
            addresses,
        }
    }
}

impl Observation for ExceptionsSeen {
    fn findings(&self) -> Vec<Finding> {
        judge_exceptions(self)
    }
}
