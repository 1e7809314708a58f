//! In which order are things looked at, and how does it become one report?

use std::borrow::Cow;
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant as Clock};

use serde_json::Map;
use tokio::runtime::Runtime;
use tomcheck_cert::RevocationProbe;
use tomcheck_diagnosis::{
    Deadline, FindingRecord, Identity, Instant, Layer, Probe, ProbeStatus, Report, SCHEMA, Version,
};
use tomcheck_tls::HandshakeProbe;

use crate::browser_side::Browsers;
use crate::card_side::{self, CardSide};
use crate::contained::{UnderWay, contained, contained_until};
use crate::details;
use crate::journal::{CRASHED, Timed};
use crate::network_side::{Network, NetworkSide};
use crate::progress::Progress;
use crate::revocation_side::{Answer, Inquiry};
use crate::shared_module::SharedModule;
use crate::site_trust::SiteTrust;
use crate::{Error, Options, host, redact, verdict, works_here};

/// The probe that only runs when the card can sign.
const CARD_SIGNATURE: &str = "tls.card-signature";

/// Diagnoses. Blocks until everything has ended, `options.deadline` at most and the moment it
/// takes to put the report together; the clock stands still while `options.pin` waits for a
/// person who types.
///
/// The card's side and the network's side are looked at side by side; the handshake comes
/// last, with what the card has. Touches the card; presents the code porteur at most once, and
/// only when `options.pin` gives it. Changes nothing else on the machine.
///
/// # Errors
///
/// When tomcheck cannot do its own job; what the world refuses is in the report.
pub fn diagnose(options: &Options, progress: &dyn Progress) -> Result<Report, Error> {
    diagnose_knowing(options, progress).map(|(report, _)| report)
}

/// The same, with the personal values that were seen, for who masks more than the report.
pub(crate) fn diagnose_knowing(
    options: &Options,
    progress: &dyn Progress,
) -> Result<(Report, Vec<Identity>), Error> {
    let started_at = Instant::now();
    let begun = Clock::now();
    let deadline = deadline(options);
    unless_cancelled(deadline)?;
    let trust = SiteTrust::begin(options)?;
    let (card, network) = both_sides(options, progress, deadline, &trust)?;
    Ok(Assembly {
        options,
        started_at,
        begun,
        card,
        network,
    }
    .told())
}

/// The same for those who must not block: diagnoses on a thread of its own.
///
/// # Errors
///
/// As [`diagnose`].
pub async fn diagnose_async<P>(options: Options, progress: P) -> Result<Report, Error>
where
    P: Progress + Send + 'static,
{
    let diagnosis = tokio::task::spawn_blocking(move || diagnose(&options, &progress));
    diagnosis
        .await
        .map_err(|error| Error::Panicked(error.to_string()))?
}

fn deadline(options: &Options) -> Deadline {
    match &options.cancellation {
        Some(cancellation) => cancellation.deadline(options.deadline),
        None => Deadline::after(options.deadline),
    }
}

/// What was cut short says nothing of the world: there is no report of it.
fn unless_cancelled(deadline: Deadline) -> Result<(), Error> {
    match deadline.is_cancelled() {
        true => Err(Error::Cancelled),
        false => Ok(()),
    }
}

/// None: it was cancelled first.
async fn until_cancelled<T>(deadline: Deadline, work: impl Future<Output = T>) -> Option<T> {
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return Some(done),
            () = tokio::time::sleep(LOOK) => {
                if deadline.is_cancelled() {
                    return None;
                }
            }
        }
    }
}

/// How often somebody who waits looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(25);

fn both_sides(
    options: &Options,
    progress: &dyn Progress,
    deadline: Deadline,
    trust: &SiteTrust,
) -> Result<(CardSide, NetworkSide), Error> {
    let runtime = runtime()?;
    let under_way = UnderWay::new(progress);
    let mut network = Network::of(options, &under_way, trust, deadline);
    let (mut card, mut side) = reach_in(&runtime, options, progress, deadline, trust)?;
    let deadline = deadline.later_by(card.typing);
    unless_cancelled(deadline)?;
    if let Some(network) = &mut network {
        network.deadline = deadline;
        let inquiry = Inquiry::of(options, &mut card, &side, deadline);
        let credential = card.credential.take();
        let answered = std::thread::scope(|scope| {
            let asked = inquiry.map(|inquiry| inquiry.ask(scope, progress));
            let shaking = network.shake_hands(&mut side, credential);
            let shaken = contained_until(&under_way, deadline, shaking);
            let shaken = runtime.block_on(until_cancelled(deadline, shaken));
            if let Some(Err(broken)) = shaken {
                broken.note(&mut side.journal, &[HandshakeProbe::ID]);
            }
            asked.map(ScopedJoinHandle::join)
        });
        look_after_asking(options, progress, &mut card, deadline, answered);
    }
    // A call into the system that never returns must not keep the process.
    runtime.shutdown_background();
    unless_cancelled(deadline)?;
    Ok((card, side))
}

/// Whether the certificate is revoked was asked while hands were shaken.
fn look_after_asking(
    options: &Options,
    progress: &dyn Progress,
    card: &mut CardSide,
    deadline: Deadline,
    answered: Option<std::thread::Result<Answer>>,
) {
    let id = RevocationProbe::ID;
    match answered {
        Some(Ok(Ok(Timed { seen, took }))) => {
            card.journal.record(progress, id, took, &seen);
            let under_way = UnderWay::new(progress);
            let look = || card_side::look_after_revocation(options, &under_way, card, deadline);
            if let Err(broken) = contained(&under_way, look) {
                broken.note(&mut card.journal, &[]);
            }
        }
        Some(Ok(Err(why))) => {
            card.journal.break_off(id, why);
            progress.ends(id, ProbeStatus::Skipped);
        }
        Some(Err(_)) => card.journal.break_off(id, CRASHED),
        None => {}
    }
}

/// From the reader to the certificate, and from here to the site's port, side by side; no
/// handshake.
pub(crate) fn reach(
    options: &Options,
    progress: &dyn Progress,
    deadline: Deadline,
    trust: &SiteTrust,
) -> Result<(CardSide, NetworkSide), Error> {
    let runtime = runtime()?;
    let sides = reach_in(&runtime, options, progress, deadline, trust);
    runtime.shutdown_background();
    sides
}

fn reach_in(
    runtime: &Runtime,
    options: &Options,
    progress: &dyn Progress,
    deadline: Deadline,
    trust: &SiteTrust,
) -> Result<(CardSide, NetworkSide), Error> {
    let under_way = UnderWay::new(progress);
    let network = Network::of(options, &under_way, trust, deadline);
    let (card, reached) = std::thread::scope(|scope| {
        let card = scope.spawn(|| {
            let module = SharedModule::of(options);
            let browsers = Browsers::begin(options, &module, progress);
            let mut card = card_side::look(options, module, progress, deadline)?;
            let deadline = deadline.later_by(card.typing);
            browsers.look(options, &mut card, deadline);
            Ok(card)
        });
        let reached = network.as_ref().map(|network| {
            let mut side = NetworkSide::default();
            let reaching = network.reach(&mut side);
            let reached = contained_until(&under_way, deadline, reaching);
            let reached = runtime.block_on(until_cancelled(deadline, reached));
            if let Some(Err(broken)) = reached {
                broken.note(&mut side.journal, &network.probes());
            }
            side
        });
        let card = card.join().map_err(|_| Error::Panicked("card".to_owned()));
        (card, reached)
    });
    let left_out = || NetworkSide::left_out(options);
    Ok((card??, reached.unwrap_or_else(left_out)))
}

fn runtime() -> Result<Runtime, Error> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().map_err(Error::Runtime)
}

pub(crate) struct Assembly<'a> {
    pub(crate) options: &'a Options,
    pub(crate) started_at: Instant,
    pub(crate) begun: Clock,
    pub(crate) card: CardSide,
    pub(crate) network: NetworkSide,
}

impl Assembly<'_> {
    pub(crate) fn report(self) -> Report {
        self.told().0
    }

    fn told(mut self) -> (Report, Vec<Identity>) {
        self.silent_card();
        let details = self.details();
        let mut journal = std::mem::take(&mut self.card.journal);
        journal.absorb(std::mem::take(&mut self.network.journal));
        let seen = self.network.handshake.as_ref();
        if let Some(finding) = seen.and_then(|seen| works_here::of(seen, &journal)) {
            journal.add_finding(HandshakeProbe::ID, finding);
        }
        let (findings, verdict) = verdict::judge(&journal);
        let lang = self.options.lang;
        let host = host::host();
        let system = host::system(&host);
        let records = findings
            .iter()
            .map(|f| FindingRecord::new(f, lang, &system));
        let mut report = Report {
            schema: Cow::Borrowed(SCHEMA),
            tomcheck: Version {
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            lang,
            started_at: self.started_at,
            duration_ms: u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            host,
            target: self.options.scope.target().map(crate::Target::record),
            redacted: false,
            verdict,
            probes: journal.records(lang),
            findings: records.collect(),
            details,
        };
        let known = journal.identities().chain(host::identities());
        let identities: Vec<_> = known.collect();
        if !self.options.show_identity {
            let mut pseudonyms = redact::pseudonyms();
            pseudonyms.extend(identities.iter().cloned());
            redact::redact(&mut report, &pseudonyms);
        }
        (report, identities)
    }

    /// What the handshake with the card would have shown, said aloud when it was not made.
    fn silent_card(&mut self) {
        let asks_for_card = self.options.scope.layers().contains(&Layer::Tls);
        let is_made = asks_for_card && self.network.handshake.is_some();
        if let Some(why) = self.card.silent.filter(|_| is_made) {
            self.network.journal.skip(CARD_SIGNATURE, why);
        }
    }

    fn details(&self) -> Map<String, serde_json::Value> {
        details::details(self.options, &self.card, &self.network)
    }
}
