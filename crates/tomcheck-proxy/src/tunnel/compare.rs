//! A site is refused: its name, its address, or every site?

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{FindingKind, Observation, Text};

use super::words::{BY_NAME, EVERY_SITE, NAME_NOT_FOUND, NO_SITE, ONLY_THIS_SITE, THIS_SITE};
use super::{Outcome, TunnelProbe, TunnelSeen, judge_socks};
use crate::findings::{HOST_NOT_ALLOWED, UPSTREAM_DNS, UPSTREAM_FAILED};
use crate::site::{authority, port_number, split_port};

/// Another tunnel that was asked for, and closed without a byte where it was had.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// What it is to the site.
    pub by: ComparedBy,
    /// `host:port`.
    pub target: String,
    /// Whether the proxy opened it.
    pub opens: bool,
    /// Its answer in short: the status line, or the code of what was found instead.
    pub answer: String,
    /// The code of what was found; none: nothing, it opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// What another tunnel is to the site.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComparedBy {
    /// The site itself, by its address.
    Address,
    /// Another site.
    OtherSite,
}

/// Another site, whose only use is that nobody has a reason to refuse it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Control {
    host: String,
    port: u16,
}

impl Control {
    /// The public site of the agency that runs TOM: a filter that lets it through has nothing
    /// against the agency, and not against every site.
    pub fn usual() -> Self {
        Self {
            host: "esante.gouv.fr".to_owned(),
            port: 443,
        }
    }

    /// The one that `TOMCHECK_PROXY_CONTROL` names; none where it is empty or no `host[:port]`; the
    /// usual one where it is not set.
    pub fn of_environment() -> Option<Self> {
        match std::env::var("TOMCHECK_PROXY_CONTROL") {
            Ok(place) => Self::at(&place),
            Err(std::env::VarError::NotPresent) => Some(Self::usual()),
            Err(std::env::VarError::NotUnicode(_)) => None,
        }
    }

    /// The one at `host[:port]`, port 443 where none is named; none: it is no such place.
    pub fn at(place: &str) -> Option<Self> {
        let (host, port) = split_port(place.trim());
        let port = port.map_or(Some(443), port_number)?;
        let is_name = |c: char| c.is_alphanumeric() || ".-:".contains(c);
        (!host.is_empty() && host.chars().all(is_name)).then(|| Self {
            host: host.to_owned(),
            port,
        })
    }
}

/// Of many addresses one tells as much.
const ADDRESSES: usize = 1;

impl TunnelProbe {
    /// Where the proxy refuses the site or does not reach it, asks it for the site by address and
    /// for another site, and notes the answers; else asks nobody. A site of this machine is
    /// compared with no other. Of any refusal that bears a name, asks the proxy for its own first.
    /// Until the deadline at the latest.
    pub async fn compare(
        &self,
        seen: &mut TunnelSeen,
        addresses: &[IpAddr],
        control: Option<&Control>,
    ) {
        self.ask_its_name(seen).await;
        let Some(found) = found(seen).filter(|code| COMPARED.contains(code)) else {
            return;
        };
        let is_name = self.host.parse::<IpAddr>().is_err();
        let tells = is_name && tells_by_address(seen, found);
        for address in addresses.iter().take(ADDRESSES).filter(|_| tells) {
            let by_address = self.of(&address.to_string(), self.port);
            seen.compared
                .push(by_address.note(ComparedBy::Address).await);
        }
        let control = control.filter(|_| !self.is_of_this_machine());
        if let Some(control) = control.filter(|control| control.host != self.host) {
            let other = self.of(&control.host, control.port);
            seen.compared.push(other.note(ComparedBy::OtherSite).await);
        }
    }

    fn is_of_this_machine(&self) -> bool {
        let is_loopback = |address: IpAddr| address.is_loopback();
        self.host.eq_ignore_ascii_case("localhost") || self.host.parse().is_ok_and(is_loopback)
    }

    fn of(&self, host: &str, port: u16) -> Self {
        Self {
            host: host.to_owned(),
            port,
            ..self.clone()
        }
    }

    async fn note(&self, by: ComparedBy) -> Compared {
        let (seen, _) = self.observe().await;
        Compared {
            by,
            target: authority(&self.host, self.port),
            opens: seen.is_open(),
            answer: answer(&seen),
            found: found(&seen).map(str::to_owned),
        }
    }
}

/// What says more beside another answer.
const COMPARED: [&str; 3] = [
    HOST_NOT_ALLOWED.code,
    UPSTREAM_DNS.code,
    UPSTREAM_FAILED.code,
];

fn found(seen: &TunnelSeen) -> Option<&'static str> {
    let finding = seen.findings().into_iter().next();
    finding.map(|finding| finding.kind.code)
}

/// A proxy that looked for the site by the address it found does so again, and as long.
fn tells_by_address(seen: &TunnelSeen, found: &str) -> bool {
    let is_of_socks = matches!(seen.outcome, Outcome::Socks(_));
    found != UPSTREAM_FAILED.code || is_of_socks
}

fn answer(seen: &TunnelSeen) -> String {
    match &seen.outcome {
        Outcome::Replied(reply) => {
            let squid = reply.values("x-squid-error");
            let said = std::iter::once(reply.status_line.as_str()).chain(squid);
            said.collect::<Vec<_>>().join(", ")
        }
        Outcome::Socks(reply) => format!("{} {}", judge_socks::call(reply.step), reply.code),
        _ => found(seen).unwrap_or("proxy.connect").to_owned(),
    }
}

/// What the answers say together. A proxy that could not reach the other site refused nothing.
pub(super) fn note(kind: &FindingKind, compared: &[Compared]) -> Option<Text> {
    let of = |by| compared.iter().find(move |one| one.by == by);
    let is_refusal = kind.code == HOST_NOT_ALLOWED.code;
    if of(ComparedBy::Address).is_some_and(|one| one.opens) {
        return Some(if is_refusal { BY_NAME } else { NAME_NOT_FOUND });
    }
    let other = of(ComparedBy::OtherSite)?;
    let fails = |codes: &[&str]| {
        codes
            .iter()
            .any(|code| other.found.as_deref() == Some(code))
    };
    match (is_refusal, other.opens) {
        (true, true) => Some(THIS_SITE),
        (true, false) => fails(&COMPARED[..1]).then_some(EVERY_SITE),
        (false, true) => Some(ONLY_THIS_SITE),
        (false, false) => fails(&COMPARED[1..]).then_some(NO_SITE),
    }
}

#[test]
fn a_place_of_comparison_is_read_and_what_is_none_is_not() {
    assert_eq!(Control::at("esante.gouv.fr"), Some(Control::usual()));
    assert_eq!(Control::at("a.example:8443").unwrap().port, 8443);
    for wrong in ["", "a.example:x", "http://a.example/", "a b"] {
        assert_eq!(Control::at(wrong), None, "{wrong}");
    }
}
