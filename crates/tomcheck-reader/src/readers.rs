//! Which readers does PC/SC see, and what is in each?

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Deadline, Evidence, Finding, Identity, Observation, Probe, Text, Value};

use crate::galss::{Galss, SerialPorts};
use crate::pcsc::{EstablishFailure, Pcsc};
use crate::reader::{Look, ReaderSeen, is_meant_by, reader_evidence, serial};
use crate::rows::{HUNG, NONE, SEVERAL, UNAVAILABLE, VIRTUAL_ONLY, WANTED_MISSING};
use crate::scard::{ESTABLISH, LIST_READERS};
use crate::service::ServiceSeen;
use crate::session::Session;
use crate::surroundings::Surroundings;
use crate::usb::UsbReaders;
use crate::usb::missing::{all_missing, one_missing};
use crate::within::{Calls, NoAnswer, within};

/// Lists the readers and the state of each.
///
/// Blocks until its deadline at most. Does not touch the card: the states are those the
/// service already knows.
#[derive(Debug)]
pub struct ReadersProbe<'a, P> {
    pcsc: &'a P,
    wanted: Option<String>,
    deadline: Deadline,
}

impl<'a, P: Pcsc> ReadersProbe<'a, P> {
    /// Looks at `pcsc`, until `deadline`. `wanted`: the reader somebody asked for, by its
    /// name or a part of it.
    pub fn new(pcsc: &'a P, wanted: Option<String>, deadline: Deadline) -> Self {
        Self {
            pcsc,
            wanted,
            deadline,
        }
    }
}

impl<P: Pcsc> Probe for ReadersProbe<'_, P> {
    type Seen = ReadersSeen;
    const ID: &'static str = "reader.readers";

    fn observe(&self) -> ReadersSeen {
        let pcsc = self.pcsc.clone();
        let looked = within(self.deadline, move |calls| look(&pcsc, calls));
        let (listing, readers) = looked.unwrap_or_else(|no| (Listing::NoAnswer(no), Vec::new()));
        ReadersSeen {
            wanted: self.wanted.clone(),
            listing,
            readers,
        }
    }
}

fn look(pcsc: &impl Pcsc, calls: &Calls) -> (Listing, Vec<ReaderSeen>) {
    match list(pcsc, calls) {
        Ok(readers) => {
            let listing = pcsc.beside_the_service().into();
            (listing, readers)
        }
        Err(failure) => {
            let service = ServiceSeen::after(failure, pcsc);
            (Listing::NoService { service }, Vec::new())
        }
    }
}

fn list(pcsc: &impl Pcsc, calls: &Calls) -> Result<Vec<ReaderSeen>, EstablishFailure> {
    let context = calls.make(ESTABLISH, || pcsc.establish())?;
    let names = calls.make(LIST_READERS, || context.readers())?;
    Ok(ReaderSeen::all(context.as_ref(), names, calls))
}

/// The readers PC/SC sees.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ReadersSeen {
    /// The reader that was asked for, by its name or a part of it; none: nobody asked.
    pub wanted: Option<String>,
    /// How the listing went.
    pub listing: Listing,
    /// In the order PC/SC lists them.
    pub readers: Vec<ReaderSeen>,
}

/// How listing the readers went.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "listing", rename_all = "kebab-case")]
pub enum Listing {
    /// They are listed; there may be none.
    Listed {
        /// What is on USB.
        usb: UsbReaders,
        /// From where this session is used.
        #[serde(default)]
        session: Session,
        /// By what the GALSS reaches its readers.
        #[serde(default)]
        galss: Galss,
        /// The serial ports.
        #[serde(default)]
        serial: SerialPorts,
    },
    /// The service did not answer as it should.
    NoService {
        /// What it did.
        service: ServiceSeen,
    },
    /// No answer in time.
    NoAnswer(NoAnswer),
}

/// What stands beside the readers that are listed.
struct Beside<'a> {
    usb: &'a UsbReaders,
    session: &'a Session,
    galss: &'a Galss,
    serial: &'a SerialPorts,
}

/// Readers are listed, beside which this was seen.
impl From<Surroundings> for Listing {
    fn from(around: Surroundings) -> Self {
        Self::Listed {
            usb: around.usb,
            session: around.session,
            galss: around.galss,
            serial: around.serial,
        }
    }
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
    /// Whether a reader was asked for that is not there.
    pub fn wanted_is_missing(&self) -> bool {
        self.wanted.is_some() && self.candidates().is_empty()
    }

    /// The reader whose card is to be examined: the one asked for, else the one that holds
    /// a CPx, else one that holds a card, else the first.
    pub fn chosen(&self) -> Option<&ReaderSeen> {
        self.candidates()
            .into_iter()
            .min_by_key(|reader| reader.rank())
    }

    /// Those that were asked for: by the whole name, else by a part of it in any case.
    /// Where nobody asked, those a card can be put in.
    fn candidates(&self) -> Vec<&ReaderSeen> {
        let Some(wanted) = &self.wanted else {
            return self.readers.iter().filter(|r| r.is_ordinary()).collect();
        };
        let exact: Vec<_> = self.readers.iter().filter(|r| r.name == *wanted).collect();
        if !exact.is_empty() {
            return exact;
        }
        let readers = self.readers.iter();
        readers
            .filter(|reader| is_meant_by(wanted, &reader.name))
            .collect()
    }

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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tomcheck_diagnosis::{Lang, Pseudonyms, Severity};

    use super::*;
    use crate::fake::{CPS3, World, codes};
    use crate::galss::{Channel, Link};
    use crate::usb::{BundleSeen, DriverSeen, NodeSeen, UsbReader};

    fn seen(world: &World, wanted: Option<&str>) -> ReadersSeen {
        let deadline = Deadline::after(Duration::from_secs(2));
        ReadersProbe::new(world, wanted.map(str::to_owned), deadline).observe()
    }

    fn with_usb(mut world: World) -> World {
        let reader = UsbReader {
            place: "1-4".to_owned(),
            name: "PC Twin Reader".to_owned(),
            id: "08e6:3437".to_owned(),
            driver: DriverSeen::Bundle {
                node: NodeSeen::NotLooked,
                bundle: BundleSeen::NoDriver,
            },
        };
        world.around.usb = UsbReaders::Seen {
            readers: vec![reader],
        };
        world
    }

    #[test]
    fn no_reader_is_an_answer_and_a_plugged_one_that_is_not_listed_lacks_its_driver() {
        let none = World::default();
        assert_eq!(codes(&seen(&none, None)), ["reader.none"]);
        assert_eq!(codes(&seen(&none, Some("Twin"))), ["reader.none"]);
        let driver = seen(&with_usb(none), None);
        assert_eq!(codes(&driver), ["reader.driver-missing"]);
        let title = driver.findings()[0].title(Lang::Fr);
        assert!(title.contains("PC Twin Reader [08e6:3437]"), "{title}");
    }

    #[test]
    fn a_reader_made_of_software_is_no_reader() {
        let hello = World::with(&[("Windows Hello for Business 1", 0x22, Some(CPS3))]);
        assert_eq!(codes(&seen(&hello, None)), ["reader.virtual-only"]);
        assert_eq!(
            codes(&seen(&with_usb(hello), None)),
            ["reader.driver-missing"]
        );
        let bench = World::with(&[("Virtual PCD 00 00", 0x12, None)]);
        assert_eq!(codes(&seen(&bench, None)), [""; 0]);
    }

    #[test]
    fn the_reader_that_holds_the_cpx_is_examined() {
        let world = World::with(&[
            ("Twin 00 00", 0x22, Some("3B7513000047 09EA9000")),
            ("Twin 00 01", 0x222, None),
            ("Other 01 00", 0x22, Some(CPS3)),
        ]);
        let seen_all = seen(&world, None);
        assert_eq!(seen_all.chosen().unwrap().name, "Other 01 00");
        assert_eq!(codes(&seen_all), ["reader.several"]);
        let evidence = &seen_all.findings()[0].evidence;
        let said: Vec<_> = evidence.iter().map(|e| e.render(Lang::En)).collect();
        assert_eq!(said, ["Other 01 00", "Carte Vitale", "mute card", "CPS3"]);
        assert_eq!(
            seen(&world, Some("twin")).chosen().unwrap().name,
            "Twin 00 01"
        );
    }

    #[test]
    fn a_reader_asked_for_by_its_whole_name_is_not_taken_for_a_longer_one() {
        let world = World::with(&[("Twin 00", 0x12, None), ("Twin 00 01", 0x22, Some(CPS3))]);
        assert_eq!(
            seen(&world, Some("Twin 00")).chosen().unwrap().name,
            "Twin 00"
        );
    }

    #[test]
    fn a_reader_asked_for_that_is_not_there_is_told_with_those_that_are() {
        let seen = seen(
            &World::with(&[("Twin 00 00", 0x22, Some(CPS3))]),
            Some("Gem"),
        );
        assert!(seen.wanted_is_missing());
        assert_eq!(codes(&seen), ["reader.wanted-missing"]);
        let title = seen.findings()[0].title(Lang::En);
        assert!(
            title.contains("Gem") && title.contains("Twin 00 00"),
            "{title}"
        );
    }

    #[test]
    fn a_reader_without_a_state_is_unavailable() {
        let seen = seen(&World::with(&[("Twin 00 00", 0x8, None)]), None);
        assert_eq!(codes(&seen), ["reader.unavailable"]);
    }

    #[test]
    fn a_service_that_ends_in_between_is_stopped() {
        let world = World {
            list: Err(crate::scard::failure(LIST_READERS, 0x8010_001D)),
            ..World::default()
        };
        assert_eq!(codes(&seen(&world, None)), ["reader.service-stopped"]);
    }

    #[test]
    fn the_serial_number_of_a_reader_is_masked() {
        let seen = seen(&World::with(&[("Twin (21120637) 00 00", 0x12, None)]), None);
        let mut pseudonyms = Pseudonyms::new("key");
        pseudonyms.extend(seen.identities());
        let mut json = serde_json::to_value(&seen).unwrap();
        pseudonyms.mask(&mut json);
        assert!(!json.to_string().contains("21120637"));
    }

    #[test]
    fn an_observation_survives_json() {
        let seen = seen(
            &World::with(&[("Twin 00 00", 0x22, Some(CPS3))]),
            Some("Twin"),
        );
        let json = serde_json::to_string(&seen).unwrap();
        assert_eq!(serde_json::from_str::<ReadersSeen>(&json).unwrap(), seen);
    }

    fn with_galss(mut world: World, link: Link) -> World {
        let channel = Channel {
            number: 1,
            link,
            resources: vec!["CPS".to_owned()],
        };
        world.around.galss = Galss::Seen {
            path: r"C:\Windows\galss.ini".to_owned(),
            channels: vec![channel],
        };
        world
    }

    #[test]
    fn a_reader_on_a_serial_line_is_the_galss_alone_and_a_plugged_usb_reader_comes_before_it() {
        let serial = with_galss(World::default(), Link::Serial { port: Some(8) });
        let judged = seen(&serial, None);
        assert_eq!(codes(&judged), ["reader.galss-only"]);
        let title = judged.findings()[0].title(Lang::Fr);
        assert!(title.contains("COM8"), "{title}");
        assert_eq!(
            codes(&seen(&with_usb(serial), None)),
            ["reader.driver-missing"]
        );
        let reader = "Gemalto PC Twin Reader".to_owned();
        let by_pcsc = with_galss(World::default(), Link::Pcsc { reader });
        assert_eq!(codes(&seen(&by_pcsc, None)), ["reader.none"]);
    }

    #[test]
    fn a_reader_beside_those_that_are_listed_is_told_and_matters_less_once_the_card_is_found() {
        let listed = |atr| with_usb(World::with(&[("OMNIKEY 3121 00 00", 0x22, atr)]));
        let without = seen(&listed(Some("3B6500002063CB6600")), None);
        assert_eq!(codes(&without), ["reader.one-missing"]);
        assert_eq!(without.findings()[0].severity, Severity::Warning);
        let with_card = seen(&listed(Some(CPS3)), None);
        assert_eq!(with_card.findings()[0].severity, Severity::Info);
    }

    #[test]
    fn a_galss_that_looks_for_another_reader_is_told() {
        let listed = World::with(&[("Twin 00 00", 0x22, Some(CPS3))]);
        let reader = "XIRING Leo v2".to_owned();
        let world = with_galss(listed, Link::Pcsc { reader });
        let judged = seen(&world, None);
        assert_eq!(codes(&judged), ["reader.galss-reader-missing"]);
        assert_eq!(judged.findings()[0].severity, Severity::Info);
    }

    #[test]
    fn what_is_plugged_into_the_other_machine_tells_nothing_of_a_remote_session() {
        let remote = Session::of(vec!["SESSIONNAME=RDP-Tcp#3".to_owned()], None);
        let mut world = with_usb(World::default());
        world.around.session = remote.clone();
        let judged = seen(&world, None);
        assert_eq!(codes(&judged), ["reader.none"]);
        let step = judged.findings()[0].steps(Lang::Fr, "windows").remove(0);
        assert!(step.contains("Bureau à distance"), "{step}");
        let mut listed = with_usb(World::with(&[("OMNIKEY 3121 0", 0x12, None)]));
        listed.around.session = remote;
        assert_eq!(codes(&seen(&listed, None)), [""; 0]);
    }

    #[test]
    fn what_an_older_tomcheck_saw_is_still_judged() {
        let old = r#"{"wanted":null,"listing":{"listing":"listed","usb":{"usb":"seen",
            "readers":[{"place":"1-4","name":"Twin","id":"08e6:3437"}]}},"readers":[]}"#;
        let seen: ReadersSeen = serde_json::from_str(old).unwrap();
        assert_eq!(codes(&seen), ["reader.driver-missing"]);
    }
}
