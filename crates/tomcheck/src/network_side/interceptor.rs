//! Who answers at the end of the way, where the proxy alone was asked about?
//!
//! A handshake without the card, of which only that is told: what the site makes of a card is for
//! those who ask about it.

use std::time::Instant as Clock;

use serde::Serialize;
use tomcheck_diagnosis::{Finding, Layer, Observation, Value};
use tomcheck_tls::{HandshakeSeen, ServerVerdict};

use super::{Network, NetworkSide, Way};
use crate::Scope;
use crate::interception::INTERCEPTS;
use crate::journal::OUT_OF_TIME;

/// The probe's id in reports.
const ID: &str = "proxy.interception";

/// What the end of the way showed of itself.
#[derive(Serialize)]
struct Answered<'a> {
    /// Who issued its certificate; none: it showed none.
    issuer: Option<&'a str>,
    verdict: &'a ServerVerdict,
    #[serde(skip)]
    seen: &'a HandshakeSeen,
}

impl Observation for Answered<'_> {
    fn findings(&self) -> Vec<Finding> {
        let findings = self.seen.findings().into_iter();
        findings
            .filter(|finding| NO_SITE.contains(&finding.kind.code))
            .collect()
    }
}

/// What says that whoever answers is no site, whatever he thinks of cards.
const NO_SITE: [&str; 1] = ["tls.not-tls"];

impl Network<'_> {
    pub(super) fn looks_for_an_interceptor(&self) -> bool {
        matches!(self.options.scope, Scope::Proxy(_)) && self.wants(Layer::Proxy)
    }

    pub(super) async fn look_for_an_interceptor(&self, side: &mut NetworkSide) {
        // none: why there is no way, was told; or it was held until it was cut
        let Some(way) = self.way_to_its_end(side).await else {
            return;
        };
        if self.deadline.has_passed() {
            return side.journal.could_not_look(ID, OUT_OF_TIME);
        }
        let probe = match self.handshake(None) {
            Ok(probe) => probe,
            Err(why) => return side.journal.could_not_look(ID, why),
        };
        self.progress.begins(ID);
        let begun = Clock::now();
        let seen = way.examine(&probe).await;
        let answered = Answered {
            issuer: seen
                .server_chain
                .first()
                .and_then(|one| one.issuer.as_deref()),
            verdict: &seen.server_verdict,
            seen: &seen,
        };
        side.journal
            .record(self.progress, ID, begun.elapsed(), &answered);
        side.handshake = Some(seen);
        self.suspect(side, ID).await;
    }

    async fn way_to_its_end(&self, side: &mut NetworkSide) -> Option<Way> {
        let (way, since) = side.way.take()?;
        Some(self.still_fresh(side, way, since).await)
    }
}

impl NetworkSide {
    /// Who opens the connection, by his own name or that of his certificate's issuer.
    pub(crate) fn interceptor(&self) -> Option<String> {
        let mut findings = self.journal.findings();
        let finding = findings.find(|finding| finding.kind.code == INTERCEPTS.code)?;
        let mut evidence = finding.evidence.iter();
        match &evidence
            .find(|evidence| evidence.key == "interceptor")?
            .value
        {
            Value::Plain(name) => Some(name.clone()),
            _ => None,
        }
    }
}
