//! What does a script answer for a site, by its name and by its addresses, and on which line?

use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tomcheck_diagnosis::Deadline;

use super::engine::{PacEngine, PacLimits, telling};
use super::fault::{ScriptFault, ScriptFaultKind};
use super::resolver::{PacResolver, Questions};
use super::seen::{AddressAnswer, PacLine};
use crate::credentials::masked;
use crate::site::url_of_host;
use crate::{PacAnswer, Route, SiteUrl};

/// A script and what it is asked.
pub(super) struct Task {
    pub(super) script: String,
    pub(super) site: SiteUrl,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) resolver: Arc<dyn PacResolver>,
    pub(super) limits: PacLimits,
}

/// What came of asking.
#[derive(Debug)]
pub(super) struct Evaluated {
    pub(super) answer: Result<String, ScriptFault>,
    pub(super) took: Duration,
    pub(super) names: usize,
    pub(super) names_took: Duration,
    pub(super) beside: Beside,
}

/// What is asked once the answer is there.
#[derive(Debug, Default)]
pub(super) struct Beside {
    pub(super) line: Option<PacLine>,
    pub(super) by_address: Vec<AddressAnswer>,
    pub(super) alerts: Vec<String>,
}

enum Told {
    Answer(Evaluated),
    Beside(Beside),
}

/// Asks in a thread of its own, and waits no longer than the deadline: a function of the engine
/// that never looks at its clock keeps that thread, not the caller.
pub(super) fn evaluate(task: Task, deadline: Deadline) -> Evaluated {
    let (sender, receiver) = sync_channel(2);
    let begun = Instant::now();
    let work = move || task.run(&sender);
    let started = thread::Builder::new().stack_size(STACK).spawn(work);
    let mut evaluated = match receiver.recv_timeout(deadline.remaining()) {
        Ok(Told::Answer(evaluated)) => evaluated,
        Ok(Told::Beside(_)) => return Evaluated::without(ScriptFaultKind::Time, begun),
        Err(RecvTimeoutError::Timeout) => {
            return Evaluated::without(ScriptFaultKind::Time, begun);
        }
        // No thread could be had, or the engine fell with it.
        Err(RecvTimeoutError::Disconnected) => {
            drop(started);
            return Evaluated::without(ScriptFaultKind::Memory, begun);
        }
    };
    if let Ok(Told::Beside(beside)) = receiver.recv_timeout(deadline.remaining()) {
        evaluated.beside = beside;
    }
    evaluated
}

impl Evaluated {
    fn without(kind: ScriptFaultKind, begun: Instant) -> Self {
        Self {
            answer: Err(ScriptFault::new(kind, "")),
            took: begun.elapsed(),
            names: 0,
            names_took: Duration::ZERO,
            beside: Beside::default(),
        }
    }
}

impl Task {
    fn run(&self, told: &SyncSender<Told>) {
        let questions = Rc::new(Questions::new(self.resolver.clone(), self.limits.names));
        let begun = Instant::now();
        let engine = PacEngine::with(&self.script, questions.clone(), self.limits, None);
        let loading = questions.spent();
        let answer = match &engine {
            Ok(engine) => self.ask(engine, &self.site.host),
            Err(fault) => Err(fault.clone()),
        };
        let names_took = match engine {
            Ok(_) => loading + questions.spent(),
            Err(_) => loading,
        };
        let evaluated = Evaluated {
            answer: answer.clone(),
            took: begun.elapsed().saturating_sub(names_took),
            names: questions.count(),
            names_took,
            beside: Beside::default(),
        };
        // Nobody listens any more once the deadline has passed.
        let _ = told.send(Told::Answer(evaluated));
        let beside = engine.map(|engine| self.beside(&engine, &questions, answer.ok()));
        let _ = told.send(Told::Beside(beside.unwrap_or_default()));
    }

    fn beside(
        &self,
        engine: &PacEngine,
        questions: &Rc<Questions>,
        answer: Option<String>,
    ) -> Beside {
        let alerts = engine.alerts();
        let Some(answer) = answer else {
            return Beside {
                alerts,
                ..Beside::default()
            };
        };
        Beside {
            line: self.line(&answer, questions),
            by_address: self.by_address(engine),
            alerts,
        }
    }

    /// Each address in the place of the name: what a program answers to that looks the name up
    /// before it asks.
    fn by_address(&self, engine: &PacEngine) -> Vec<AddressAnswer> {
        let named = |address: &&IpAddr| address.to_string() != self.site.host;
        let addresses = self.addresses.iter().filter(named).take(MOST_ADDRESSES);
        let asked = addresses.map(|address| AddressAnswer {
            address: *address,
            route: self
                .ask(engine, &address.to_string())
                .ok()
                .map(|answer| PacAnswer::parse(&answer).first().clone()),
        });
        asked.collect()
    }

    fn line(&self, answer: &str, questions: &Rc<Questions>) -> Option<PacLine> {
        let engine = telling(&self.script, questions.clone(), self.limits)?;
        let again = self.ask(&engine, &self.site.host).ok()?;
        let number = engine.line_of(answer).filter(|_| again == answer)?;
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        // A line ends in a script where it ends for the engine.
        let text = self.script.replace("\r\n", "\n");
        let text = text.split(['\n', '\r']).nth(at)?.trim();
        let text: String = masked(text).chars().take(LONGEST_LINE).collect();
        Some(PacLine { number, text })
    }

    /// `https://` addresses are handed over without path and query, as browsers do since 2016:
    /// what is asked of a site is no script's business. Source: CVE-2016-5134 (Chromium),
    /// `network.proxy.autoconfig_url_include_path` (Firefox).
    fn ask(&self, engine: &PacEngine, host: &str) -> Result<String, ScriptFault> {
        let site = SiteUrl {
            host: host.to_owned(),
            ..self.site.clone()
        };
        engine.find(&url_of_host(&site), host)
    }
}

/// The first way of an answer as it is for an address.
pub(super) fn differs(name: &Route, address: &AddressAnswer) -> bool {
    address.route.as_ref().is_some_and(|route| route != name)
}

/// More than the engine may use of it; the compiler's own frames lie there too.
const STACK: usize = 4 << 20;
const MOST_ADDRESSES: usize = 8;
const LONGEST_LINE: usize = 160;
