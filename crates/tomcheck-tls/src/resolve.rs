//! Which addresses does a name have, as this machine resolves it?

use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Deadline, Evidence, Finding, ForeignFailure, Observation};

use crate::background;
use crate::network_findings::{DNS_FAILURE, HOST};

/// Asks the system's resolver (`getaddrinfo`), as browsers do. Ends by the deadline.
#[derive(Clone, Debug)]
pub struct ResolveProbe {
    host: String,
    deadline: Deadline,
}

impl ResolveProbe {
    /// The probe's id in reports.
    pub const ID: &'static str = "network.dns";

    /// `host`: a name or an address, without port or brackets.
    pub fn new(host: impl Into<String>, deadline: Deadline) -> Self {
        Self {
            host: host.into(),
            deadline,
        }
    }

    /// Looks.
    pub async fn observe(&self) -> AddressesSeen {
        let begun = Instant::now();
        AddressesSeen {
            host: self.host.clone(),
            answer: self.resolve(begun).await,
            elapsed_us: micros(begun),
        }
    }

    async fn resolve(&self, begun: Instant) -> Resolution {
        if let Ok(address) = self.host.parse() {
            return Resolution::Literal { address };
        }
        let host = self.host.clone();
        match background::until(self.deadline, move || lookup(&host)).await {
            Some(Ok(addresses)) => Resolution::Resolved { addresses },
            Some(Err(error)) => Resolution::Failed {
                failure: failure_of(&error),
            },
            None => Resolution::NoAnswer {
                waited_ms: micros(begun) / 1000,
            },
        }
    }
}

/// What the resolver answered for one name.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct AddressesSeen {
    /// The name asked for.
    pub host: String,
    /// The answer.
    pub answer: Resolution,
    /// Microseconds it took.
    pub elapsed_us: u64,
}

/// What the resolver answered.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
pub enum Resolution {
    /// The name is an address: nothing was asked.
    Literal {
        /// That address.
        address: IpAddr,
    },
    /// Addresses, in the system's order of preference, each once.
    Resolved {
        /// Never empty.
        addresses: Vec<IpAddr>,
    },
    /// The resolver said no.
    Failed {
        /// `getaddrinfo` and its number.
        failure: ForeignFailure,
    },
    /// No answer by the deadline.
    NoAnswer {
        /// How long we waited.
        waited_ms: u64,
    },
}

impl AddressesSeen {
    /// The addresses to try, in the system's order; empty when there are none.
    pub fn addresses(&self) -> &[IpAddr] {
        match &self.answer {
            Resolution::Literal { address } => std::slice::from_ref(address),
            Resolution::Resolved { addresses } => addresses,
            _ => &[],
        }
    }
}

impl Observation for AddressesSeen {
    fn findings(&self) -> Vec<Finding> {
        let finding = Finding::of(&DNS_FAILURE).with(Evidence::new("host", HOST, &*self.host));
        match &self.answer {
            Resolution::Literal { .. } | Resolution::Resolved { .. } => vec![],
            Resolution::Failed { failure } => vec![finding.with(failure)],
            Resolution::NoAnswer { waited_ms } => {
                vec![finding.with(Evidence::raw("getaddrinfo", format!("> {waited_ms} ms")))]
            }
        }
    }
}

pub(crate) fn micros(since: Instant) -> u64 {
    since.elapsed().as_micros().try_into().unwrap_or(u64::MAX)
}

/// Blocks as long as the system's resolver does.
fn lookup(host: &str) -> io::Result<Vec<IpAddr>> {
    let mut addresses: Vec<IpAddr> = Vec::new();
    for found in (host, 0).to_socket_addrs()? {
        if !addresses.contains(&found.ip()) {
            addresses.push(found.ip());
        }
    }
    if addresses.is_empty() {
        return Err(io::Error::other("no address"));
    }
    Ok(addresses)
}

/// std keeps the number of `getaddrinfo` on Windows; elsewhere it keeps only the text of
/// `gai_strerror`, which on glibc stands for exactly one number.
fn failure_of(error: &io::Error) -> ForeignFailure {
    if let Some(number) = error.raw_os_error() {
        return ForeignFailure::decimal("getaddrinfo", number).named(error.to_string());
    }
    let text = error.to_string();
    let said = text
        .strip_prefix("failed to lookup address information: ")
        .unwrap_or(&text);
    let known = GLIBC_EAI.iter().find(|(_, _, gai)| *gai == said);
    match known {
        Some((number, name, _)) => ForeignFailure::decimal("getaddrinfo", *number).named(*name),
        None => ForeignFailure::decimal("getaddrinfo", 0).named(said.to_owned()),
    }
}

/// Source: glibc `<netdb.h>` and `gai_strerror`.
const GLIBC_EAI: [(i64, &str, &str); 6] = [
    (-2, "EAI_NONAME", "Name or service not known"),
    (-3, "EAI_AGAIN", "Temporary failure in name resolution"),
    (-4, "EAI_FAIL", "Non-recoverable failure in name resolution"),
    (-5, "EAI_NODATA", "No address associated with hostname"),
    (-6, "EAI_FAMILY", "ai_family not supported"),
    (-10, "EAI_MEMORY", "Memory allocation failure"),
];

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn probe(host: &str) -> ResolveProbe {
        ResolveProbe::new(host, Deadline::after(Duration::from_secs(20)))
    }

    #[tokio::test]
    async fn an_address_is_not_asked_for_and_localhost_is_found() {
        let literal = probe("::1").observe().await;
        assert!(matches!(literal.answer, Resolution::Literal { .. }));
        let local = probe("localhost").observe().await;
        assert!(
            local.addresses().iter().all(IpAddr::is_loopback),
            "{local:?}"
        );
        assert!(!local.addresses().is_empty() && local.findings().is_empty());
    }

    #[tokio::test]
    async fn a_name_that_does_not_exist_is_a_dns_failure_with_the_resolvers_answer() {
        let seen = probe("no-such-name.invalid").observe().await;
        let findings = seen.findings();
        assert_eq!(findings[0].kind.code, "network.dns-failure");
        assert_eq!(findings[0].evidence[1].key, "getaddrinfo");
        assert!(seen.addresses().is_empty());
    }

    #[test]
    fn a_name_no_resolver_takes_is_a_failure_and_no_panic() {
        for host in ["", "a..b", "\0", "é", &"x".repeat(70_000), "[::1]"] {
            assert!(lookup(host).map_or_else(|e| !failure_of(&e).answer().is_empty(), |_| true));
        }
    }

    #[test]
    fn the_text_of_glibc_gets_its_number_back_and_an_unknown_text_none() {
        let prefix = "failed to lookup address information: ";
        let known = io::Error::other(format!("{prefix}Temporary failure in name resolution"));
        assert_eq!(failure_of(&known).to_string(), "getaddrinfo EAI_AGAIN -3");
        assert_eq!(failure_of(&io::Error::other("odd")).code, 0);
    }
}
