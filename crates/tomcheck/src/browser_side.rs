//! Does a browser of this machine reach the card?

use std::path::PathBuf;

use tomcheck_cert::browser::{
    BrowserPlaces, CardCertificates, ChromiumProbe, FirefoxProbe, StoresProbe, system_stores,
};
use tomcheck_cert::{ModuleProbe, TokenCertificate};
use tomcheck_diagnosis::{Finding, Layer, Probe, Text};

use crate::card_side::{CardSide, LEFT_OUT};
use crate::findings::NO_BROWSER;
use crate::journal::Journal;
use crate::progress::Progress;
use crate::{Options, Scope};

const PROBES: [&str; 3] = [FirefoxProbe::ID, ChromiumProbe::ID, StoresProbe::ID];

const NO_STORES: Text = Text {
    fr: "seul Windows a ces magasins de certificats",
    en: "only Windows has these certificate stores",
};

/// Looks at the browsers, after the card, whose module and certificates they are to have. Reads
/// files and the system's lists only; blocks as long as the disk does.
///
/// What they reach is weighed together: a browser that does not reach the card blocks nobody
/// where another one does.
pub(crate) fn look(options: &Options, progress: &dyn Progress, side: &mut CardSide) {
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
    let places = BrowserPlaces::of_this_machine();
    let module = module(options);
    let firefox = FirefoxProbe {
        places: &places,
        module: module.as_deref(),
    };
    let chromium = ChromiumProbe {
        places: &places,
        module: module.as_deref(),
    };
    let (mut firefox, firefox_took) = Journal::begin(progress, &firefox);
    let (mut chromium, chromium_took) = Journal::begin(progress, &chromium);
    let mut stores = stores(progress, side);
    let (by_firefox, by_chromium) = (firefox.reaches_the_card(), chromium.reaches_the_card());
    let by_stores = stores
        .as_ref()
        .is_some_and(|(seen, _)| seen.reaches_the_card());
    firefox.another_reaches = by_chromium || by_stores;
    chromium.another_reaches = by_firefox || by_stores;
    let journal = &mut side.journal;
    journal.record(progress, FirefoxProbe::ID, firefox_took, &firefox);
    journal.record(progress, ChromiumProbe::ID, chromium_took, &chromium);
    match &mut stores {
        Some((seen, took)) => {
            seen.another_reaches = by_firefox;
            journal.record(progress, StoresProbe::ID, *took, seen);
        }
        None => journal.skip(StoresProbe::ID, NO_STORES),
    }
    if !firefox.is_there() && !chromium.is_there() {
        journal.add_finding(FirefoxProbe::ID, Finding::of(&NO_BROWSER));
    }
}

/// Windows' stores alone, for who asks where the card's certificates are. Whether a browser needs
/// them there was not looked at: that they lack is a warning.
fn look_at_stores(options: &Options, progress: &dyn Progress, side: &mut CardSide) {
    if !options.looks_at(Layer::Cert) {
        return;
    }
    if let Some((mut seen, took)) = stores(progress, side) {
        seen.another_reaches = true;
        side.journal.record(progress, StoresProbe::ID, took, &seen);
        side.stores = Some(seen);
    }
}

/// The stores against what the card's side saw, where this is a Windows.
fn stores(
    progress: &dyn Progress,
    side: &CardSide,
) -> Option<(<StoresProbe<'static> as Probe>::Seen, std::time::Duration)> {
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
    Some(Journal::begin(progress, &StoresProbe { windows, card }))
}

fn ders(certificates: &[TokenCertificate]) -> Vec<Vec<u8>> {
    let ders = certificates
        .iter()
        .map(|certificate| certificate.der.clone());
    ders.collect()
}

/// The module the diagnosis looks at; without one, browsers are to load the Cryptolib.
fn module(options: &Options) -> Option<PathBuf> {
    let probe = ModuleProbe {
        explicit: options.module.clone(),
    };
    probe.observe().usable().map(Into::into)
}
