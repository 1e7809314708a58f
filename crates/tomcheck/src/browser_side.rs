//! Does a browser of this machine reach the card?

use std::path::PathBuf;

use tomcheck_cert::ModuleProbe;
use tomcheck_cert::browser::{
    BrowserPlaces, ChromiumProbe, ChromiumSeen, FirefoxProbe, FirefoxSeen,
};
use tomcheck_diagnosis::{Finding, Layer, Probe};

use crate::Options;
use crate::card_side::{CardSide, LEFT_OUT};
use crate::findings::NO_BROWSER;
use crate::journal::Journal;
use crate::progress::Progress;

const PROBES: [&str; 2] = [FirefoxProbe::ID, ChromiumProbe::ID];

/// Looks at the browsers, after the card, whose module they are to load. Reads files only; blocks
/// as long as the disk does.
///
/// What they reach is weighed together: a browser that does not reach the card blocks nobody
/// where another one does.
pub(crate) fn look(options: &Options, progress: &dyn Progress, side: &mut CardSide) {
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
    let journal = &mut side.journal;
    let (mut firefox, took) = Journal::begin(
        progress,
        &FirefoxProbe {
            places: &places,
            module: module.as_deref(),
        },
    );
    let (mut chromium, also_took) = Journal::begin(
        progress,
        &ChromiumProbe {
            places: &places,
            module: module.as_deref(),
        },
    );
    weigh(&mut firefox, &mut chromium);
    journal.record(progress, FirefoxProbe::ID, took, &firefox);
    journal.record(progress, ChromiumProbe::ID, also_took, &chromium);
    if !firefox.is_there() && !chromium.is_there() {
        journal.add_finding(FirefoxProbe::ID, Finding::of(&NO_BROWSER));
    }
}

fn weigh(firefox: &mut FirefoxSeen, chromium: &mut ChromiumSeen) {
    firefox.another_reaches = chromium.reaches_the_card();
    chromium.another_reaches = firefox.reaches_the_card();
}

/// The module the diagnosis looks at; without one, browsers are to load the Cryptolib.
fn module(options: &Options) -> Option<PathBuf> {
    let probe = ModuleProbe {
        explicit: options.module.clone(),
    };
    probe.observe().usable().map(Into::into)
}
