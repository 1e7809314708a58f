//! Does a browser of this machine reach the card?

use tomcheck_cert::TokenCertificate;
use tomcheck_cert::browser::{
    BrowserPlaces, CardCertificates, ChromiumProbe, ChromiumSeen, FirefoxProbe, FirefoxSeen,
    NoStores, StoresProbe, StoresSeen, system_stores,
};
use tomcheck_diagnosis::{Deadline, Finding, Layer, Probe, ProbeStatus, Text};

use crate::card_side::{CardSide, LEFT_OUT};
use crate::contained::{Apart, Broken, UnderWay, contained};
use crate::findings::NO_BROWSER;
use crate::journal::{Journal, Timed};
use crate::progress::Progress;
use crate::shared_module::SharedModule;
use crate::{Options, Scope};

const PROBES: [&str; 3] = [FirefoxProbe::ID, ChromiumProbe::ID, StoresProbe::ID];

pub(crate) const NO_STORES: Text = Text {
    fr: "seul Windows a ces magasins de certificats",
    en: "only Windows has these certificate stores",
};
pub(crate) const NO_SESSION: Text = Text {
    fr: "tomcheck ne tourne pas dans la session d'une personne (compte SYSTEM, service ou tâche planifiée) : ces magasins de certificats sont ceux de chaque utilisateur",
    en: "tomcheck does not run in a person's session (account SYSTEM, service or scheduled task): these certificate stores are each user's own",
};

pub(crate) const UNKNOWN_CALLER: Text = Text {
    fr: "le compte qui a lancé sudo (SUDO_USER) est introuvable : ses navigateurs n'ont pas été regardés",
    en: "the account that called sudo (SUDO_USER) cannot be found: its browsers were not looked at",
};

/// As the system's own account, which opens none, or before anybody opened one.
pub(crate) const NO_PROFILE: Text = Text {
    fr: "aucun profil de navigateur pour ce compte : lancez tomcheck avec le compte de la personne qui utilise la carte",
    en: "no browser profile of this account: run tomcheck as the person who uses the card",
};

const fn reason(none: NoStores) -> Text {
    match none {
        NoStores::NotWindows => NO_STORES,
        NoStores::NoSession => NO_SESSION,
    }
}

/// The look at the browsers: their own files, which nothing of the card is needed for, are read
/// while the card is looked at.
pub(crate) struct Browsers<'a> {
    under_way: UnderWay<'a>,
    files: Result<Option<Apart<Files>>, Broken>,
}

type Files = (Timed<FirefoxSeen>, Timed<ChromiumSeen>);

impl<'a> Browsers<'a> {
    /// Begins to read the files, where anybody is to look at browsers.
    pub(crate) fn begin(
        options: &Options,
        module: &SharedModule,
        progress: &'a dyn Progress,
    ) -> Self {
        let under_way = UnderWay::new(progress);
        let files = contained(&under_way, || files(options, module, &under_way));
        Self { under_way, files }
    }

    /// Looks at the rest, after the card, whose module and certificates they are to have. Reads
    /// files and the system's lists only; blocks until `deadline` at most.
    ///
    /// What they reach is weighed together: a browser that does not reach the card blocks nobody
    /// where another one does.
    pub(crate) fn look(self, options: &Options, side: &mut CardSide, deadline: Deadline) {
        let under_way = self.under_way;
        let looked = self.files.and_then(|files| {
            let look = || looked(options, &under_way, side, files, deadline);
            contained(&under_way, look)
        });
        if let Err(broken) = looked {
            broken.note(&mut side.journal, &[]);
        }
    }
}

fn looked(
    options: &Options,
    progress: &dyn Progress,
    side: &mut CardSide,
    files: Option<Apart<Files>>,
    deadline: Deadline,
) {
    if options.scope == Scope::Certs {
        return look_at_stores(options, progress, side);
    }
    if !options.scope.layers().contains(&Layer::Browser) {
        return;
    }
    let Some(files) = files else {
        for id in PROBES {
            side.journal.skip(id, LEFT_OUT);
        }
        return;
    };
    let (firefox, chromium) = match files.within(deadline) {
        Ok(seen) => seen,
        Err(why) => {
            for id in [FirefoxProbe::ID, ChromiumProbe::ID] {
                side.journal.could_not_look(id, why);
                progress.ends(id, ProbeStatus::Skipped);
            }
            return;
        }
    };
    let stores = stores(progress, side);
    weigh(&mut side.journal, progress, firefox, chromium, stores);
}

/// Writes down what was seen of each browser, knowing what the others reach.
fn weigh(
    journal: &mut Journal,
    progress: &dyn Progress,
    mut firefox: Timed<FirefoxSeen>,
    mut chromium: Timed<ChromiumSeen>,
    stores: Result<Stores, NoStores>,
) {
    let by_firefox = firefox.seen.reaches_the_card();
    let by_chromium = chromium.seen.reaches_the_card();
    let by_stores = stores
        .as_ref()
        .is_ok_and(|stores| stores.seen.reaches_the_card());
    firefox.seen.another_reaches = by_chromium || by_stores;
    chromium.seen.another_reaches = by_firefox || by_stores;
    firefox.seen.stores_reach = by_stores;
    journal.record(progress, FirefoxProbe::ID, firefox.took, &firefox.seen);
    journal.record(progress, ChromiumProbe::ID, chromium.took, &chromium.seen);
    note_who_is_there(journal, &firefox.seen, &chromium.seen, by_stores);
    match stores {
        Ok(Timed { mut seen, took }) => {
            seen.another_reaches = by_firefox;
            journal.record(progress, StoresProbe::ID, took, &seen);
        }
        Err(none) => journal.skip(StoresProbe::ID, reason(none)),
    }
}

/// A browser that is not there, that this account never opened, or whose owner nobody knows, is not
/// in order.
fn note_who_is_there(
    journal: &mut Journal,
    firefox: &FirefoxSeen,
    chromium: &ChromiumSeen,
    by_stores: bool,
) {
    let both = [FirefoxProbe::ID, ChromiumProbe::ID];
    let has_profile = firefox.has_own_profile() || chromium.has_own_profile();
    let is_there = firefox.is_there() || chromium.is_there();
    if is_there && !has_profile && !by_stores {
        for id in both {
            journal.saw_nothing(id, NO_PROFILE);
        }
    }
    if firefox.unknown_caller.is_some() {
        for id in both {
            journal.could_not_look_at_all(id, UNKNOWN_CALLER);
        }
    }
    if !is_there {
        journal.add_finding(FirefoxProbe::ID, Finding::of(&NO_BROWSER));
    }
}

type Stores = Timed<StoresSeen>;

/// What the browsers' own files say. None: nobody is to look at them.
fn files(
    options: &Options,
    module: &SharedModule,
    progress: &dyn Progress,
) -> Option<Apart<Files>> {
    if options.scope == Scope::Certs || !options.looks_at(Layer::Browser) {
        return None;
    }
    progress.begins(FirefoxProbe::ID);
    progress.begins(ChromiumProbe::ID);
    let module = module.clone();
    Some(Apart::begin("tomcheck-browsers", move || {
        let places = BrowserPlaces::of_this_machine();
        let module = module.look().usable();
        let firefox = observe(&FirefoxProbe {
            places: &places,
            module,
        });
        let chromium = observe(&ChromiumProbe {
            places: &places,
            module,
        });
        (firefox, chromium)
    }))
}

/// Windows' stores alone, for who asks where the card's certificates are. Whether a browser needs
/// them there was not looked at: that they lack is a warning.
fn look_at_stores(options: &Options, progress: &dyn Progress, side: &mut CardSide) {
    if !options.looks_at(Layer::Cert) {
        return;
    }
    match stores(progress, side) {
        Ok(Timed { mut seen, took }) => {
            seen.another_reaches = true;
            side.journal.record(progress, StoresProbe::ID, took, &seen);
            side.stores = Some(seen);
        }
        Err(NoStores::NoSession) => side.journal.skip(StoresProbe::ID, NO_SESSION),
        Err(NoStores::NotWindows) => {}
    }
}

/// The stores against what the card's side saw, where this is a Windows.
fn stores(progress: &dyn Progress, side: &CardSide) -> Result<Stores, NoStores> {
    let windows = system_stores()?;
    let token = side
        .token
        .as_ref()
        .map(|token| token.certificates.as_slice());
    let all: Vec<_> = ders(token.unwrap_or_default());
    let seen = side.certificates.as_ref();
    let authentication = seen.and_then(|seen| seen.authentication());
    let card = authentication.map(|chosen| CardCertificates {
        authentication: &chosen.der,
        all: &all,
    });
    let mut stores = Journal::begin(progress, &StoresProbe { windows, card });
    stores.seen.other_cpx_inserted = side.another_card.unwrap_or(true);
    Ok(stores)
}

/// Those who hear of the probes were told of both before either begins.
fn observe<P: Probe>(probe: &P) -> Timed<P::Seen> {
    Timed::of(|| probe.observe())
}

fn ders(certificates: &[TokenCertificate]) -> Vec<Vec<u8>> {
    let ders = certificates
        .iter()
        .map(|certificate| certificate.der.clone());
    ders.collect()
}

#[cfg(test)]
mod tests {
    use tomcheck_cert::browser::Product;
    use tomcheck_diagnosis::Severity;

    use super::*;
    use crate::progress::Quiet;

    /// What is told of a machine with these places.
    fn told(places: &BrowserPlaces) -> Vec<(&'static str, Severity)> {
        let module = None;
        let firefox = observe(&FirefoxProbe { places, module });
        let chromium = observe(&ChromiumProbe { places, module });
        let mut journal = Journal::default();
        let stores = Err(NoStores::NotWindows);
        weigh(&mut journal, &Quiet, firefox, chromium, stores);
        let found = journal.findings();
        found.map(|it| (it.kind.code, it.severity)).collect()
    }

    #[test]
    fn a_machine_without_any_browser_is_told_and_one_with_a_browser_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut places = BrowserPlaces {
            system: "linux".to_owned(),
            programs: vec![(Product::Firefox, folder.path().join("firefox"))],
            ..BrowserPlaces::default()
        };
        assert_eq!(told(&places), [("browser.none", Severity::Info)]);
        for product in [Product::Firefox, Product::Chrome] {
            let program = folder.path().join(product.name());
            std::fs::write(&program, "").unwrap();
            places.programs = vec![(product, program)];
            assert_eq!(told(&places), [], "{product:?}");
        }
    }
}
