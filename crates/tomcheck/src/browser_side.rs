//! Does a browser of this machine reach the card?

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use tomcheck_cert::browser::{
    BrowserPlaces, CardCertificates, ChromiumProbe, FirefoxProbe, NoStores, StoresProbe,
    system_stores,
};
use tomcheck_cert::{ModuleProbe, TokenCertificate};
use tomcheck_diagnosis::{Deadline, Finding, Layer, Probe, Text};

use crate::card_side::{CardSide, LEFT_OUT};
use crate::contained::{UnderWay, contained};
use crate::findings::NO_BROWSER;
use crate::journal::{CRASHED, Journal, OUT_OF_TIME};
use crate::progress::Progress;
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

/// Looks at the browsers, after the card, whose module and certificates they are to have. Reads
/// files and the system's lists only; blocks until `deadline` at most.
///
/// What they reach is weighed together: a browser that does not reach the card blocks nobody
/// where another one does.
pub(crate) fn look(
    options: &Options,
    progress: &dyn Progress,
    side: &mut CardSide,
    files: Reading,
    deadline: Deadline,
) {
    let under_way = UnderWay::new(progress);
    let look = || looked(options, &under_way, side, files, deadline);
    if let Err(broken) = contained(&under_way, look) {
        broken.note(&mut side.journal, &[]);
    }
}

fn looked(
    options: &Options,
    progress: &dyn Progress,
    side: &mut CardSide,
    files: Reading,
    deadline: Deadline,
) {
    if options.scope == Scope::Certs {
        return look_at_stores(options, progress, side);
    }
    if !options.scope.layers().contains(&Layer::Browser) {
        return;
    }
    if !options.looks_at(Layer::Browser) {
        for id in PROBES {
            side.journal.skip(id, LEFT_OUT);
        }
        return;
    }
    let (mut firefox, mut chromium) = match files.taken(progress, deadline) {
        Ok(seen) => seen,
        Err(why) => {
            side.journal.could_not_look(FirefoxProbe::ID, why);
            side.journal.could_not_look(ChromiumProbe::ID, why);
            return;
        }
    };
    let mut stores = stores(progress, side);
    let by_firefox = firefox.seen.reaches_the_card();
    let by_chromium = chromium.seen.reaches_the_card();
    let by_stores = stores
        .as_ref()
        .is_ok_and(|(seen, _)| seen.reaches_the_card());
    firefox.seen.another_reaches = by_chromium || by_stores;
    chromium.seen.another_reaches = by_firefox || by_stores;
    firefox.seen.stores_reach = by_stores;
    let journal = &mut side.journal;
    journal.record(progress, FirefoxProbe::ID, firefox.took, &firefox.seen);
    journal.record(progress, ChromiumProbe::ID, chromium.took, &chromium.seen);
    let has_profile = firefox.seen.has_own_profile() || chromium.seen.has_own_profile();
    let is_there = firefox.seen.is_there() || chromium.seen.is_there();
    if is_there && !has_profile && !by_stores {
        for id in [FirefoxProbe::ID, ChromiumProbe::ID] {
            journal.saw_nothing(id, NO_PROFILE);
        }
    }
    if firefox.seen.unknown_caller.is_some() {
        for id in [FirefoxProbe::ID, ChromiumProbe::ID] {
            journal.could_not_look_at_all(id, UNKNOWN_CALLER);
        }
    }
    match &mut stores {
        Ok((seen, took)) => {
            seen.another_reaches = by_firefox;
            journal.record(progress, StoresProbe::ID, *took, seen);
        }
        Err(none) => journal.skip(StoresProbe::ID, reason(*none)),
    }
    if !is_there {
        journal.add_finding(FirefoxProbe::ID, Finding::of(&NO_BROWSER));
    }
}

/// What a probe saw, and how long it took.
struct Timed<S> {
    seen: S,
    took: Duration,
}

impl<S> Timed<S> {
    fn observe<P: Probe<Seen = S>>(probe: &P) -> Self {
        let begun = Instant::now();
        let seen = probe.observe();
        let took = begun.elapsed();
        Self { seen, took }
    }
}

type Files = (
    Timed<<FirefoxProbe<'static> as Probe>::Seen>,
    Timed<<ChromiumProbe<'static> as Probe>::Seen>,
);

/// What the browsers' own files say, which nothing of the card is needed for: read on a thread of
/// its own while the card is looked at.
pub(crate) struct Reading(Option<Receiver<Files>>);

impl Reading {
    /// Begins, where anybody is to look at browsers.
    pub(crate) fn begin(options: &Options) -> Self {
        let is_wanted = options.scope != Scope::Certs && options.looks_at(Layer::Browser);
        Self(is_wanted.then(|| begin(options.module.clone())).flatten())
    }

    /// None of it where a disk, often one that is far away, did not answer in time: the thread that
    /// asked it is left to itself.
    fn taken(self, progress: &dyn Progress, deadline: Deadline) -> Result<Files, Text> {
        progress.begins(FirefoxProbe::ID);
        progress.begins(ChromiumProbe::ID);
        let patience = match deadline.has_passed() {
            true => Duration::ZERO,
            false => deadline.remaining().max(GRACE),
        };
        let seen = self.0.ok_or(CRASHED)?.recv_timeout(patience);
        seen.map_err(|error| match error {
            RecvTimeoutError::Timeout => OUT_OF_TIME,
            RecvTimeoutError::Disconnected => CRASHED,
        })
    }
}

/// None: the system gives no thread.
fn begin(explicit: Option<PathBuf>) -> Option<Receiver<Files>> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let look = move || {
        let places = BrowserPlaces::of_this_machine();
        let module = ModuleProbe { explicit }.observe();
        let module = module.usable();
        let firefox = Timed::observe(&FirefoxProbe {
            places: &places,
            module,
        });
        let chromium = Timed::observe(&ChromiumProbe {
            places: &places,
            module,
        });
        // Nobody listens any more once time is up.
        let _ = sender.send((firefox, chromium));
    };
    let thread = thread::Builder::new().name("tomcheck-browsers".to_owned());
    thread.spawn(look).ok().map(|_| receiver)
}

/// A machine that answers at once is looked at, however late.
const GRACE: Duration = Duration::from_secs(1);

/// Windows' stores alone, for who asks where the card's certificates are. Whether a browser needs
/// them there was not looked at: that they lack is a warning.
fn look_at_stores(options: &Options, progress: &dyn Progress, side: &mut CardSide) {
    if !options.looks_at(Layer::Cert) {
        return;
    }
    match stores(progress, side) {
        Ok((mut seen, took)) => {
            seen.another_reaches = true;
            side.journal.record(progress, StoresProbe::ID, took, &seen);
            side.stores = Some(seen);
        }
        Err(NoStores::NoSession) => side.journal.skip(StoresProbe::ID, NO_SESSION),
        Err(NoStores::NotWindows) => {}
    }
}

/// The stores against what the card's side saw, where this is a Windows.
fn stores(
    progress: &dyn Progress,
    side: &CardSide,
) -> Result<(<StoresProbe<'static> as Probe>::Seen, Duration), NoStores> {
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
    let (mut seen, took) = Journal::begin(progress, &StoresProbe { windows, card });
    seen.other_cpx_inserted = side.another_card.unwrap_or(true);
    Ok((seen, took))
}

fn ders(certificates: &[TokenCertificate]) -> Vec<Vec<u8>> {
    let ders = certificates
        .iter()
        .map(|certificate| certificate.der.clone());
    ders.collect()
}
