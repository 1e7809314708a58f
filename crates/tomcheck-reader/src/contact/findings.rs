//! What does it mean that a card answered at times?

use tomcheck_diagnosis::{Evidence, Finding, Identity, Lang, Observation, Severity, Text};

use super::seen::{ContactSeen, End, Failures};
use crate::content::no_answer;
use crate::reader::{reader_evidence, serial};
use crate::rows::{INTERMITTENT, REMOVED};
use crate::scard::TRANSMIT;

impl Observation for ContactSeen {
    fn findings(&self) -> Vec<Finding> {
        if let End::NoService { service } = &self.end {
            return service.findings();
        }
        let intermittent = self.is_intermittent().then(|| Finding::of(&INTERMITTENT));
        let reader = self.reader.as_deref().map(reader_evidence);
        let told = |finding: Finding| finding.with_all(reader.clone()).with_all(self.told());
        let findings = self.ordinary().into_iter().chain(intermittent);
        findings.map(told).collect()
    }

    fn identities(&self) -> Vec<Identity> {
        self.reader
            .as_deref()
            .and_then(serial)
            .into_iter()
            .collect()
    }
}

impl ContactSeen {
    /// It is there and answered at times, or as several cards, or came and went. What another
    /// program does to it, or the service, is no fault of its contacts.
    fn is_intermittent(&self) -> bool {
        let came_and_went = self.atrs.len() > 1 || self.events > 0;
        let failed = self.failures.iter().any(Failures::are_of_the_contact);
        let is_silent = matches!(&self.end, End::NoAnswer { silent } if silent.call == TRANSMIT);
        self.answered > 0 && !self.is_absent_at_the_end && (came_and_went || failed || is_silent)
    }

    /// What else is to be said: that the card never answered, is gone, or what kept it from us.
    fn ordinary(&self) -> Option<Finding> {
        if self.failed() == 0 {
            return None;
        }
        if self.is_absent_at_the_end {
            return Some(Finding::of(&REMOVED));
        }
        let is_intermittent = self.is_intermittent();
        let end = match &self.end {
            End::NoAnswer { silent } if !is_intermittent || silent.call != TRANSMIT => {
                Some(no_answer(silent))
            }
            _ => None,
        };
        let others = self.failures.iter();
        let others = others.filter(|one| !is_intermittent || !one.are_of_the_contact());
        let most = others.max_by_key(|failures| failures.count);
        end.or_else(|| most.map(|most| self.passing(most.broken.finding())))
    }

    /// What is over blocks nothing.
    fn passing(&self, finding: Finding) -> Finding {
        match self.answered_last {
            true => finding.at(Severity::Warning),
            false => finding,
        }
    }

    fn told(&self) -> Vec<Evidence> {
        let count = |key, label, count: u32| Evidence::new(key, label, count.to_string());
        let failures = self.failures.iter().map(|failures| {
            let told = Evidence::from(&failures.broken);
            let times = format!("{} × {}", failures.count, told.machine(Lang::En));
            Evidence::raw(told.key, times)
        });
        let silent = match &self.end {
            End::NoAnswer { silent } => Some(Evidence::from(silent)),
            _ => None,
        };
        let atrs = self.atrs.iter().filter(|_| self.atrs.len() > 1);
        let atrs = atrs.map(|atr| Evidence::raw("ATR", atr.to_string()));
        [
            count("made", MADE, self.made),
            count("failed", FAILED, self.failed()),
            count("events", EVENTS, self.events),
        ]
        .into_iter()
        .chain(failures)
        .chain(atrs)
        .chain(silent)
        .collect()
    }
}

impl Failures {
    fn are_of_the_contact(&self) -> bool {
        self.broken.is_between_card_and_reader()
    }
}

const MADE: Text = Text {
    fr: "essais faits",
    en: "rounds made",
};
const FAILED: Text = Text {
    fr: "essais ratés",
    en: "rounds failed",
};
const EVENTS: Text = Text {
    fr: "entrées et sorties de carte vues par le lecteur",
    en: "times the reader saw a card come or go",
};
