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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, SourcesProbe};
    use tomcheck_diagnosis::Lang;

    fn seen(no_proxy: &str, url: &str, addresses: &[&str]) -> ExceptionsSeen {
        let variables = [("https_proxy", "proxy:3128"), ("no_proxy", no_proxy)];
        let probe = SourcesProbe {
            explicit: None,
            environment: Environment::of(variables),
            places: crate::ProxyPlaces::default(),
            url: SiteUrl::parse(url).unwrap(),
        };
        let mut sources = probe.observe();
        // On Windows the registry of the machine that runs the test would decide.
        sources
            .sources
            .retain(|source| source.source == crate::SourceKind::Environment);
        let addresses: Vec<IpAddr> = addresses.iter().map(|a| a.parse().unwrap()).collect();
        ExceptionsProbe {
            sources: &sources,
            addresses: &addresses,
        }
        .observe()
    }

    const TOM: &str = "https://www.tom.example/";

    #[test]
    fn addresses_that_are_missing_are_named_ready_to_paste() {
        let seen = seen(
            "tom.example,192.0.2.1",
            TOM,
            &["192.0.2.1", "192.0.2.2", "2001:db8::2"],
        );
        let finding = seen.findings().remove(0);
        assert_eq!(finding.kind.code, "proxy.bypass-address-missing");
        let step = &finding.steps(Lang::Fr, "linux")[0];
        assert_eq!(step, "Ajoutez à la fin de no_proxy : 192.0.2.2,2001:db8::2");
    }

    #[test]
    fn a_name_that_is_missing_is_named_ready_to_paste() {
        let seen = seen("192.0.2.0/24", TOM, &["192.0.2.1"]);
        let finding = seen.findings().remove(0);
        assert_eq!(finding.kind.code, "proxy.bypass-name-missing");
        let step = &finding.steps(Lang::En, "linux")[0];
        assert_eq!(step, "Add at the end of no_proxy: www.tom.example");
    }

    #[test]
    fn a_site_that_is_excepted_wholly_or_not_at_all_is_as_somebody_wanted_it() {
        let table = [
            ("tom.example,192.0.2.0/24", TOM, vec!["192.0.2.1"]),
            ("elsewhere.example", TOM, vec!["192.0.2.1"]),
            ("", TOM, vec!["192.0.2.1"]),
            ("tom.example", TOM, vec![]),
            ("192.0.2.1", "https://192.0.2.1/", vec!["192.0.2.1"]),
        ];
        for (list, url, addresses) in table {
            assert_eq!(seen(list, url, &addresses).findings(), [], "{list}");
        }
    }
}
