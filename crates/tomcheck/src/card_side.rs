//! From the reader to the certificate: what does this machine see of the card?

mod cache;
mod certificates;
mod early;

use std::sync::Arc;
use std::time::Duration;

use tomcheck_cert::browser::StoresSeen;
use tomcheck_cert::{
    CacheProbe, CertificateProbe, CertificatesSeen, ChainProbe, ChainSeen, InitialiseProbe,
    InitialiseSeen, LoginProbe, ModuleInfo, ModuleProbe, TokenAnswer, TokenFacts, TokenProbe,
    TokenSeen, Worker, WorkerFailure,
};
use tomcheck_diagnosis::{Deadline, Evidence, Finding, Layer, Observation, Probe, Severity, Text};
use tomcheck_reader::{
    CardProbe, CardSeen, ContactProbe, ContactSeen, ContentProbe, ContentSeen, ReadersProbe,
    ServiceProbe, ServiceSeen, SystemPcsc,
};
use tomcheck_tls::Credential;

pub(crate) use self::cache::{NOT_REFRESHED, RefreshSeen, look_after_revocation};
pub(crate) use self::certificates::LOGIN_REASONS;
use self::early::Early;
pub(crate) use self::early::Farewell;
use crate::contained::{Broken, UnderWay, contained};
use crate::findings::SEES_NO_TOKEN;
use crate::journal::{Journal, OUT_OF_TIME, Timed};
use crate::module_knows::KnowsCardProbe;
use crate::progress::Progress;
use crate::shared_module::SharedModule;
use crate::{Error, Options, Scope};

/// What the card's side came to.
#[derive(Debug, Default)]
pub(crate) struct CardSide {
    pub(crate) journal: Journal,
    pub(crate) card: Option<CardSeen>,
    /// Whether a reader other than the chosen one holds a card; none: nobody looked.
    pub(crate) another_card: Option<bool>,
    pub(crate) content: Option<ContentSeen>,
    pub(crate) contact: Option<ContactSeen>,
    pub(crate) token: Option<TokenFacts>,
    /// The module that was loaded.
    pub(crate) module: Option<std::path::PathBuf>,
    pub(crate) certificates: Option<CertificatesSeen>,
    pub(crate) chain: Option<ChainSeen>,
    /// Windows' stores, on a Windows.
    pub(crate) stores: Option<StoresSeen>,
    /// What came of refreshing the module's cache, where that was asked for.
    pub(crate) refreshed: Option<RefreshSeen>,
    pub(crate) credential: Option<Credential>,
    /// Why the card signs nothing in the handshake.
    pub(crate) silent: Option<Text>,
    /// How long a person was waited for, who typed: nobody's deadline runs meanwhile.
    pub(crate) typing: Duration,
    farewell: Farewell,
}

const PROBES: [&str; 8] = [
    ServiceProbe::<SystemPcsc>::ID,
    ReadersProbe::<SystemPcsc>::ID,
    CardProbe::<SystemPcsc>::ID,
    ModuleProbe::ID,
    InitialiseProbe::ID,
    TokenProbe::ID,
    CertificateProbe::ID,
    LoginProbe::ID,
];

pub(crate) const NOT_ASKED: Text = Text {
    fr: "le code porteur n'a pas été demandé (--with-pin le demande)",
    en: "the code porteur (PIN) was not asked for (--with-pin asks for it)",
};
pub(crate) const LEFT_OUT: Text = Text {
    fr: "laissé de côté à la demande",
    en: "left out on request",
};
pub(crate) const NO_CARD: Text = Text {
    fr: "pas de carte utilisable",
    en: "no usable card",
};

/// The pieces every step needs.
struct Looking<'a> {
    options: &'a Options,
    module: SharedModule,
    progress: &'a dyn Progress,
    deadline: Deadline,
    side: CardSide,
    /// Whether the card is opened for a TLS client, which stays.
    for_client: bool,
    early: Early,
}

/// Looks from the reader to the certificate. Blocks until `deadline` at most, and as long as the
/// code porteur is typed; touches the card by PC/SC (shared, left as found) and through the module.
pub(crate) fn look(
    options: &Options,
    module: SharedModule,
    progress: &dyn Progress,
    deadline: Deadline,
) -> Result<CardSide, Error> {
    looked(options, module, progress, deadline, false)
}

/// The same for a TLS client: what a browser could build above the certificate is not told, and
/// the key signs after `deadline` too, each time within as long as everything here may take.
pub(crate) fn look_for_client(
    options: &Options,
    progress: &dyn Progress,
    deadline: Deadline,
) -> Result<CardSide, Error> {
    let module = SharedModule::of(options);
    looked(options, module, progress, deadline, true)
}

fn looked(
    options: &Options,
    module: SharedModule,
    progress: &dyn Progress,
    deadline: Deadline,
    for_client: bool,
) -> Result<CardSide, Error> {
    let under_way = UnderWay::new(progress);
    let mut looking = Looking {
        options,
        module,
        progress: &under_way,
        deadline,
        side: CardSide::default(),
        for_client,
        early: Early::default(),
    };
    match contained(&under_way, || looking.look()) {
        Ok(looked) => looked?,
        Err(broken) => looking.break_off(broken),
    }
    Ok(looking.side)
}

impl Looking<'_> {
    fn look(&mut self) -> Result<(), Error> {
        self.begin();
        let module = self.module_file();
        if let Some(module) = &module {
            self.early
                .load(module, per_call(self.deadline), self.deadline);
        }
        self.readers();
        let Some(module) = module else {
            self.close(self.side.journal.first_fault());
            return Ok(());
        };
        if !self.wants(Layer::Module) || self.side.journal.first_fault().is_some() {
            self.close(self.side.journal.first_fault());
            return Ok(());
        }
        if self.deadline.has_passed() {
            self.side
                .journal
                .could_not_look(InitialiseProbe::ID, OUT_OF_TIME);
        } else {
            if self.options.refresh {
                self.refresh(&module)?;
            }
            match self.worker(&module) {
                Ok(worker) => self.with(Arc::new(worker), module),
                Err(failure @ WorkerFailure::InUse { .. }) => return Err(Error::Worker(failure)),
                Err(failure) => self.without_worker(&failure),
            }
        }
        self.close(self.side.journal.first_fault());
        Ok(())
    }

    fn begin(&mut self) {
        if !self.wants(Layer::Module) {
            return;
        }
        if !self.options.in_process && early::STARTS_WORKERS {
            self.early.start_worker(&self.options.worker);
        }
        if self.wants(Layer::Cert) && self.judges_chain() {
            self.early.read_system();
        }
    }

    /// Somebody who only asks what card it is (`card`) is not told what stands above its
    /// certificate.
    fn judges_chain(&self) -> bool {
        self.options.scope != Scope::Card && !self.for_client
    }

    fn wants(&self, layer: Layer) -> bool {
        self.options.looks_at(layer)
    }

    /// Whether it is wanted, and nobody has cancelled all since: what was cancelled begins nothing more.
    fn goes_on_to(&self, layer: Layer) -> bool {
        self.wants(layer) && !self.deadline.is_cancelled()
    }

    fn observe<P: Probe>(&mut self, probe: &P) -> P::Seen {
        self.side.journal.observe(self.progress, probe)
    }

    /// Whether the module is there does not hang on the reader: it is looked at in any case.
    fn module_file(&mut self) -> Option<std::path::PathBuf> {
        if !self.wants(Layer::Module) {
            return None;
        }
        let module = self.module.clone();
        let (journal, limit) = (&mut self.side.journal, half(self.deadline));
        let (lost, look) = (Journal::break_off, move || module.look().clone());
        let Timed { seen, took } =
            journal.begin_apart(self.progress, ModuleProbe::ID, limit, lost, look)?;
        journal.record(self.progress, ModuleProbe::ID, took, &seen);
        seen.usable().map(Into::into)
    }

    fn readers(&mut self) {
        if !self.wants(Layer::Reader) {
            return;
        }
        let pcsc = SystemPcsc::new();
        let limit = self.deadline.at_most(PCSC_LIMIT);
        let service = self.observe(&ServiceProbe::new(&pcsc, limit));
        if !matches!(service, ServiceSeen::Running) || self.deadline.is_cancelled() {
            return;
        }
        let limit = self.deadline.at_most(PCSC_LIMIT);
        let readers = self.observe(&ReadersProbe::new(
            &pcsc,
            self.options.reader.clone(),
            limit,
        ));
        let is_hopeless = self.side.journal.has_fault_in(Layer::Reader);
        if !self.goes_on_to(Layer::Card) || is_hopeless {
            return;
        }
        let limit = self.deadline.at_most(PCSC_LIMIT);
        let card = self.observe(&CardProbe::new(&pcsc, &readers, limit));
        if self.options.scope == Scope::Card && !self.side.journal.has_fault_in(Layer::Card) {
            self.closely(&pcsc, &card);
        }
        self.side.another_card = Some(readers.holds_another_card(card.reader()));
        self.side.card = Some(card);
    }

    /// Before the module is loaded: while it has the card open, the card is in use.
    fn closely(&mut self, pcsc: &SystemPcsc, card: &CardSeen) {
        let limit = self.deadline.at_most(PCSC_LIMIT);
        self.side.content = Some(self.observe(&ContentProbe::new(pcsc, card, limit)));
        let Some(rounds) = self.options.stress else {
            return;
        };
        // The other half is the module's.
        let limit = self.deadline.at_most(self.deadline.remaining() / 2);
        let progress = self.progress;
        let heard = |made| progress.advances(ContactProbe::<SystemPcsc>::ID, made, rounds);
        let probe = ContactProbe::new(pcsc, card, rounds, limit, &heard);
        self.side.contact = Some(self.observe(&probe));
    }

    /// The one that was started early, where there is one.
    fn worker(&mut self, module: &std::path::Path) -> Result<Worker, WorkerFailure> {
        match self.early.worker(half(self.deadline)) {
            Some(worker) => worker,
            None => self.start(module),
        }
    }

    fn start(&self, module: &std::path::Path) -> Result<Worker, WorkerFailure> {
        let limit = per_call(self.deadline);
        let worker = match self.options.in_process {
            true => Worker::in_process(module, limit),
            false => Worker::start(&self.options.worker, module, limit),
        };
        Ok(worker?.with_deadline(self.deadline))
    }

    fn with(&mut self, worker: Arc<Worker>, module: std::path::PathBuf) {
        self.through(&worker);
        self.side.module = Some(module);
        self.side.farewell = Farewell::of(worker);
    }

    /// Our own process does not start: something on this machine stops it, and nothing is known of
    /// the module.
    fn without_worker(&mut self, failure: &WorkerFailure) {
        let cause = std::error::Error::source(failure);
        let reason = match cause {
            Some(cause) => format!("{failure}: {cause}"),
            None => failure.to_string(),
        };
        let seen = InitialiseSeen::WorkerLost { reason };
        let journal = &mut self.side.journal;
        journal.record(self.progress, InitialiseProbe::ID, Duration::ZERO, &seen);
    }

    fn through(&mut self, worker: &Arc<Worker>) {
        let initialised = self.observe(&InitialiseProbe::new(worker));
        let info = match initialised {
            InitialiseSeen::Ready { info } if self.goes_on_to(Layer::Token) => info,
            _ => {
                self.out_of_time(TokenProbe::ID);
                return;
            }
        };
        let seen = self.observe(&TokenProbe::new(worker, self.reader()));
        let Some(token) = seen.token().cloned() else {
            if !self.out_of_time(CertificateProbe::ID) {
                self.no_token(worker, &info, &seen);
            }
            return;
        };
        let signs = !seen.is_one_of_several();
        self.certificates(worker, &token, signs);
        self.cache(worker, &token);
        self.side.token = Some(token);
    }

    /// The reader that was chosen, or asked for.
    fn reader(&self) -> Option<String> {
        let chosen = self.side.card.as_ref().and_then(CardSeen::reader);
        let chosen = chosen.map(str::to_owned);
        chosen.or_else(|| self.options.reader.clone())
    }

    /// Whether time is up. Then `next` cannot look any more, if it was to and nothing faulty was
    /// seen that blocks it, and the verdict stays open.
    fn out_of_time(&mut self, next: &'static str) -> bool {
        let is_up = self.deadline.has_passed();
        let is_wanted = Layer::of(next).is_some_and(|layer| self.wants(layer));
        if is_up && is_wanted && self.side.journal.first_fault().is_none() {
            self.side.journal.could_not_look(next, OUT_OF_TIME);
        }
        is_up
    }

    /// Two layers together: PC/SC has the card, the module has no token.
    fn no_token(&mut self, worker: &Worker, info: &ModuleInfo, seen: &TokenSeen) {
        let cpx = self.side.card.as_ref().and_then(CardSeen::cpx);
        let already = seen
            .findings()
            .iter()
            .any(|finding| finding.severity == Severity::Fault);
        if let (Some(cpx), false) = (cpx, already) {
            let card = self.side.card.as_ref();
            if let Some(probe) = KnowsCardProbe::new(worker.module(), info, card) {
                self.side.journal.observe(self.progress, &probe);
            }
            let refusals = seen.slots.iter().filter_map(|slot| slot.refusal.as_ref());
            let others = seen
                .slots
                .iter()
                .filter(|_| seen.token == TokenAnswer::ReaderNotShown);
            let others = others.map(|slot| Evidence::new("slot", SLOT, &*slot.description));
            let finding = Finding::of(&SEES_NO_TOKEN)
                .with(Evidence::new(
                    "generation",
                    GENERATION,
                    cpx.generation.name(),
                ))
                .with(Evidence::new("slots", SLOTS, seen.slots.len().to_string()))
                .with_all(others)
                .with_all(refusals.map(Evidence::from));
            let finding = match seen.shows_galss_readers_only() {
                true => finding.noting(GALSS_ONLY),
                false => finding,
            };
            self.side.journal.add_finding(TokenProbe::ID, finding);
        }
    }

    /// What `tomcheck card` alone looks at, and what it alone does not.
    fn closely_wanted(&self) -> impl Iterator<Item = &'static str> + use<> {
        let chain = self.judges_chain().then_some(ChainProbe::ID);
        let is_card = self.options.scope == Scope::Card;
        let content = is_card.then_some(ContentProbe::<SystemPcsc>::ID);
        let stress = is_card && self.options.stress.is_some();
        let contact = stress.then_some(ContactProbe::<SystemPcsc>::ID);
        let cache = (self.options.scope == Scope::Certs).then_some(CacheProbe::ID);
        content.into_iter().chain(contact).chain(chain).chain(cache)
    }

    fn break_off(&mut self, broken: Broken) {
        let probes: Vec<_> = PROBES.into_iter().chain(self.closely_wanted()).collect();
        let wanted = |id: &&'static str| Layer::of(id).is_some_and(|layer| self.wants(layer));
        let wanted: Vec<_> = probes.into_iter().filter(wanted).collect();
        broken.note(&mut self.side.journal, &wanted);
        self.close(self.side.journal.first_fault());
    }

    /// Every probe that did not run gets its line: blocked by the fault, or left out.
    fn close(&mut self, fault: Option<&'static str>) {
        let wanted = PROBES.into_iter().chain(self.closely_wanted());
        for id in wanted {
            let Some(layer) = Layer::of(id) else { continue };
            if self.side.journal.knows(id) || !self.options.scope.layers().contains(&layer) {
                continue;
            }
            let wanted = self.wants(layer);
            match fault {
                Some(fault) if wanted && fault != id => self.side.journal.block(id, fault),
                Some(_) | None if wanted => self.side.journal.skip(id, NO_CARD),
                _ => self.side.journal.skip(id, LEFT_OUT),
            }
        }
        if self.side.credential.is_none() {
            self.side.silent = Some(NO_CARD);
        }
    }
}

/// Until when files are read, by the same reckoning.
fn half(deadline: Deadline) -> Deadline {
    deadline.at_most(per_call(deadline))
}

/// Half of what is left for one call: a module that hangs must leave time for the rest.
fn per_call(deadline: Deadline) -> Duration {
    (deadline.remaining() / 2).min(CALL_LIMIT)
}

const PCSC_LIMIT: Duration = Duration::from_secs(5);
/// Readers with keys give up after some thirty seconds themselves.
pub(crate) const CALL_LIMIT: Duration = Duration::from_secs(30);
const GALSS_ONLY: Text = Text {
    fr: "La Cryptolib ne montre que des lecteurs du GALSS (série, PSS), pas ceux de PC/SC où se trouve la carte : le fichier galss.ini est à refaire pour PC/SC.",
    en: "The Cryptolib shows readers of the GALSS only (serial, PSS), not those of PC/SC where the card is: the file galss.ini needs to be made again for PC/SC.",
};
const GENERATION: Text = Text {
    fr: "carte vue par PC/SC",
    en: "card seen by PC/SC",
};
const SLOT: Text = Text {
    fr: "lecteur montré par le module",
    en: "reader shown by the module",
};
const SLOTS: Text = Text {
    fr: "emplacements du module",
    en: "slots of the module",
};
