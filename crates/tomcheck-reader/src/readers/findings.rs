//! What does it mean which readers are listed, and which are not?

use std::borrow::Cow;

use tomcheck_diagnosis::{Evidence, Finding, Identity, Observation, Text, Value};

use super::{Listing, ReadersSeen};
use crate::galss::{Galss, SerialPorts};
use crate::reader::{Look, ReaderSeen, reader_evidence, serial};
use crate::rows::{HUNG, NONE, SEVERAL, UNAVAILABLE, VIRTUAL_ONLY, WANTED_MISSING};
use crate::session::Session;
use crate::usb::UsbReaders;
use crate::usb::missing::{all_missing, one_missing};

/// What stands beside the readers that are listed.
struct Beside<'a> {
    usb: &'a UsbReaders,
    session: &'a Session,
    galss: &'a Galss,
    serial: &'a SerialPorts,
}

impl Listing {
    fn beside(&self) -> Option<Beside<'_>> {
        match self {
            Self::Listed {
                usb,
                session,
                galss,
                serial,
            } => Some(Beside {
                usb,
                session,
                galss,
                serial,
            }),
            Self::NoService { .. } | Self::NoAnswer(_) => None,
        }
    }
}

impl Beside<'_> {
    /// PC/SC has no reader, and there is one all the same.
    fn reachable_otherwise(&self) -> Option<Finding> {
        let plugged = all_missing(self.usb);
        plugged.or_else(|| self.galss.is_the_only_way(self.serial))
    }
}

impl ReadersSeen {
    fn without_chosen(&self, beside: &Beside) -> Finding {
        if self.wanted_is_missing() && !self.readers.is_empty() {
            let wanted = self.wanted.clone().unwrap_or_default();
            let wanted = Evidence::new("wanted", WANTED, wanted);
            let finding = Finding::of(&WANTED_MISSING).with(wanted);
            return finding.with(self.listed());
        }
        let elsewhere = beside.session.shows_other_readers();
        let here = (!elsewhere).then(|| beside.reachable_otherwise()).flatten();
        let finding = here.unwrap_or_else(|| {
            let kind = match self.readers.is_empty() {
                true => &NONE,
                false => &VIRTUAL_ONLY,
            };
            Finding::of(kind).with_all(beside.usb.evidence())
        });
        beside.session.without_reader(finding.with(self.listed()))
    }

    fn listed(&self) -> Evidence {
        let names = self.names();
        let listed = if names.is_empty() {
            Value::Said(NO_READER)
        } else {
            Value::Plain(names.join(", "))
        };
        Evidence::new("readers", READERS, listed)
    }

    fn names(&self) -> Vec<&str> {
        self.readers.iter().map(|r| r.name.as_str()).collect()
    }

    /// A reader that is plugged in and not listed, or that the GALSS looks for in vain.
    fn beside_the_listed(&self, beside: &Beside, chosen: &ReaderSeen) -> Vec<Finding> {
        if beside.session.shows_other_readers() {
            return Vec::new();
        }
        let names = self.names();
        let unseen = one_missing(beside.usb, &names, chosen.holds_cpx());
        let unfound = beside
            .galss
            .names_another_reader(&names, chosen.holds_cpx());
        unseen.into_iter().chain(unfound).collect()
    }

    fn with_chosen(&self, chosen: &ReaderSeen) -> Vec<Finding> {
        let out = chosen.is_unavailable().then(|| unavailable(chosen));
        let ordinary: Vec<_> = self.readers.iter().filter(|r| r.is_ordinary()).collect();
        let several = (ordinary.len() > 1).then(|| {
            let states = ordinary.iter().map(|reader| Evidence {
                key: Cow::Owned(reader.name.clone()),
                label: None,
                value: Value::Said(reader.said()),
            });
            Finding::of(&SEVERAL)
                .with(Evidence::new("reader", CHOSEN, chosen.name.clone()))
                .with_all(states)
        });
        out.into_iter().chain(several).collect()
    }
}

fn unavailable(reader: &ReaderSeen) -> Finding {
    let finding = Finding::of(&UNAVAILABLE).with(reader_evidence(&reader.name));
    match &reader.look {
        Look::Failed { failure } => finding.with(failure),
        Look::Seen(status) => {
            let raw = format!("0x{:X}", status.state.raw());
            finding.with(Evidence::raw("dwEventState", raw))
        }
    }
}

impl Observation for ReadersSeen {
    fn findings(&self) -> Vec<Finding> {
        match (&self.listing, self.chosen()) {
            (Listing::NoService { service }, _) => service.findings(),
            (Listing::NoAnswer(silent), _) => vec![Finding::of(&HUNG).with(silent)],
            (Listing::Listed { .. }, None) => {
                let found = self.listing.beside().map(|it| self.without_chosen(&it));
                found.into_iter().collect()
            }
            (Listing::Listed { .. }, Some(chosen)) => {
                let beside = self.listing.beside();
                let beside = beside.map(|it| self.beside_the_listed(&it, chosen));
                let own = self.with_chosen(chosen);
                own.into_iter()
                    .chain(beside.into_iter().flatten())
                    .collect()
            }
        }
    }

    fn identities(&self) -> Vec<Identity> {
        let readers = self.readers.iter();
        readers.filter_map(|reader| serial(&reader.name)).collect()
    }
}

const CHOSEN: Text = Text {
    fr: "lecteur examiné",
    en: "reader examined",
};
pub(crate) const READERS: Text = Text {
    fr: "lecteurs vus",
    en: "readers seen",
};
const WANTED: Text = Text {
    fr: "lecteur demandé",
    en: "reader asked for",
};
const NO_READER: Text = Text {
    fr: "aucun",
    en: "none",
};
