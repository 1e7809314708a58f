//! Is what the module served of the card still on it?

use std::path::Path;
use std::time::Instant;

use serde::Serialize;
use tomcheck_cert::{
    CacheProbe, CallFailure, CardCache, Fingerprint, InitialiseProbe, Refresh, RefreshFailure,
    TokenFacts, TokenProbe, Worker,
};
use tomcheck_diagnosis::{
    Deadline, Finding, ForeignFailure, Identity, IdentityKind, Layer, Observation, Probe, Text,
};

use super::{CardSide, Looking, per_call};
use crate::progress::Progress;
use crate::{Error, Options, Scope};

/// A certificate that is revoked may be an old one, whose card holds another by now. Blocks until
/// `deadline` at most but for the module's own calls.
pub(crate) fn look_after_revocation(
    options: &Options,
    progress: &dyn Progress,
    side: &mut CardSide,
    deadline: Deadline,
) {
    let is_revoked = |finding: &Finding| finding.kind.code == "cert.revoked";
    let is_of_use = side.journal.findings().any(is_revoked);
    let is_open = !side.journal.knows(CacheProbe::ID) && !deadline.has_passed();
    if let (Some(module), Some(token), true) = (&side.module, &side.token, is_of_use && is_open) {
        let probe = probe(options, module, token, deadline);
        side.journal.observe(progress, &probe);
    }
}

fn probe<'a>(
    options: &'a Options,
    module: &'a Path,
    token: &'a TokenFacts,
    deadline: Deadline,
) -> CacheProbe<'a> {
    let cache = CardCache::usual();
    CacheProbe::new(&options.worker, module, per_call(deadline), token, cache)
}

impl Looking<'_> {
    /// `certs` compares in any case; a diagnosis reads the card a second time only where that may
    /// explain what was found.
    pub(super) fn cache(&mut self, worker: &Worker, token: &TokenFacts) {
        let is_of_use = self.options.scope == Scope::Certs || self.may_explain();
        if self.side.refreshed.is_some() || !is_of_use || self.deadline.has_passed() {
            return;
        }
        let probe = probe(self.options, worker.module(), token, self.deadline);
        self.side.journal.observe(self.progress, &probe);
    }

    fn may_explain(&self) -> bool {
        let journal = &self.side.journal;
        let mut findings = journal.findings();
        let is_unsigned = findings.any(|finding| finding.kind.code == "token.sign-failed");
        self.options.scope != Scope::Card && (is_unsigned || journal.has_fault_in(Layer::Cert))
    }

    /// Before anything else is asked of the module: what it holds in memory is not refreshed.
    pub(super) fn refresh(&mut self, module: &Path) -> Result<(), Error> {
        let Some(token) = self.token_alone(module)? else {
            return Ok(());
        };
        let begun = Instant::now();
        let refreshed = tomcheck_cert::refresh(&Refresh {
            command: &self.options.worker,
            module,
            per_call: per_call(self.deadline),
            token: &token,
            cache: CardCache::usual(),
        });
        let seen = RefreshSeen::of(&token, refreshed);
        match &seen {
            RefreshSeen::Failed { .. } => {
                let journal = &mut self.side.journal;
                journal.could_not_look(CacheProbe::ID, NOT_REFRESHED);
            }
            RefreshSeen::Done { .. } => {
                let took = begun.elapsed();
                let journal = &mut self.side.journal;
                journal.record(self.progress, CacheProbe::ID, took, &seen);
            }
        }
        self.side.refreshed = Some(seen);
        Ok(())
    }

    /// What keeps a module from reading is told by the reading that follows.
    fn token_alone(&self, module: &Path) -> Result<Option<TokenFacts>, Error> {
        let worker = self.start(module).map_err(Error::Worker)?;
        InitialiseProbe::new(&worker).observe();
        let seen = TokenProbe::new(&worker, self.reader()).observe();
        Ok(seen.token().cloned())
    }
}

/// What came of refreshing.
#[derive(Debug, Serialize)]
#[serde(tag = "refresh", rename_all = "kebab-case")]
pub(crate) enum RefreshSeen {
    Done {
        /// The card's number, by which the cache knows it.
        #[serde(skip)]
        serial: Option<Identity>,
        /// How many files the module will write again.
        deleted: usize,
        /// What could not be deleted.
        kept: Vec<Kept>,
        /// Served before, and not on the card.
        gone: Vec<Fingerprint>,
        /// On the card, and not served before.
        new: Vec<Fingerprint>,
    },
    Failed {
        /// Which of the failures: a stable word.
        reason: &'static str,
        /// In English, as the library says it.
        error: String,
        /// The system's or the module's number.
        answer: Option<String>,
        /// What the error followed from, in English too.
        cause: Option<String>,
    },
}

/// A file that is still there.
#[derive(Debug, Serialize)]
pub(crate) struct Kept {
    path: String,
    failure: ForeignFailure,
}

impl RefreshSeen {
    fn of(token: &TokenFacts, refreshed: Result<tomcheck_cert::Refreshed, RefreshFailure>) -> Self {
        match refreshed {
            Ok(done) => Self::Done {
                serial: Some(token.serial.identity(IdentityKind::Serial)),
                deleted: done.deleted.len(),
                kept: done.kept.into_iter().map(kept).collect(),
                gone: done.gone,
                new: done.new,
            },
            Err(failure) => Self::Failed {
                reason: reason(&failure),
                answer: answer(&failure),
                error: failure.to_string(),
                cause: std::error::Error::source(&failure).map(ToString::to_string),
            },
        }
    }
}

fn reason(failure: &RefreshFailure) -> &'static str {
    match failure {
        RefreshFailure::Unreadable(_) => "unreadable",
        RefreshFailure::Worker(_) => "worker",
        RefreshFailure::OtherCard => "other-card",
        _ => "not-read",
    }
}

fn answer(failure: &RefreshFailure) -> Option<String> {
    match failure {
        RefreshFailure::Unreadable(failure)
        | RefreshFailure::NotRead(CallFailure::Answered(failure)) => Some(failure.to_string()),
        _ => None,
    }
}

fn kept((file, failure): (tomcheck_cert::CacheFile, ForeignFailure)) -> Kept {
    Kept {
        path: file.path.display().to_string(),
        failure,
    }
}

impl Observation for RefreshSeen {
    fn findings(&self) -> Vec<Finding> {
        Vec::new()
    }

    fn identities(&self) -> Vec<Identity> {
        match self {
            Self::Done { serial, .. } => serial.iter().cloned().collect(),
            Self::Failed { .. } => Vec::new(),
        }
    }
}

pub(crate) const NOT_REFRESHED: Text = Text {
    fr: "le cache de la carte n'a pas pu être relu",
    en: "the card's cache could not be refreshed",
};
