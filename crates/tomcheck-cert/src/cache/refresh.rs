//! How does the module come to read the card again?

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

use super::{CacheFile, CardCache, Fingerprint, NotRead, fingerprints, read, whole};
use crate::{CallFailure, TokenFacts, Worker, WorkerCommand, WorkerFailure};

/// What to refresh.
#[derive(Debug)]
pub struct Refresh<'a> {
    /// How to start the worker that reads the card again.
    pub command: &'a WorkerCommand,
    /// The module.
    pub module: &'a Path,
    /// How long each call into it may take.
    pub per_call: Duration,
    /// The card, as [`crate::TokenProbe`] saw it. End that worker first: what its module holds in
    /// memory is not refreshed.
    pub token: &'a TokenFacts,
    /// Where the cache is.
    pub cache: CardCache,
}

/// What refreshing came to.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refreshed {
    /// What is no longer in the cache as it was.
    pub deleted: Vec<CacheFile>,
    /// What could not be deleted, and why.
    pub kept: Vec<(CacheFile, ForeignFailure)>,
    /// Certificates that were served before, and are not on the card.
    pub gone: Vec<Fingerprint>,
    /// Certificates of the card that were not served before.
    pub new: Vec<Fingerprint>,
    /// The card, as it was read now.
    pub token: TokenFacts,
}

impl Refreshed {
    /// Whether the cache was not the card's any more.
    pub fn has_changed(&self) -> bool {
        !(self.gone.is_empty() && self.new.is_empty())
    }
}

/// Why there is no fresh reading; what was deleted before stays so.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RefreshFailure {
    /// The cache is there and cannot be read.
    #[error("the cache cannot be read: {0}")]
    Unreadable(ForeignFailure),
    /// There is no worker.
    #[error("no worker reads the card")]
    Worker(#[from] WorkerFailure),
    /// Meanwhile the card was taken out or exchanged.
    #[error("the card is no longer the one that was read before")]
    OtherCard,
    /// The module did not read the card.
    #[error("the card was not read again")]
    NotRead(#[source] CallFailure),
}

/// Deletes what the cache holds about this one card, reads the card again, and tells what changed.
///
/// **Deletes files**: those named after this card's number, in the folders of the cache, and no
/// others; of links with such names the links, never what they lead to. They may be deleted at any time; the module writes them again while it reads. Talks
/// to the card; reads only, no login. Each call blocks for at most `per_call`.
///
/// # Errors
///
/// When the cache cannot be listed, in which case nothing is deleted, or the card not be read.
pub fn refresh(what: &Refresh<'_>) -> Result<Refreshed, RefreshFailure> {
    let files = what.cache.files_of(&what.token.serial);
    let files = files.map_err(RefreshFailure::Unreadable)?;
    let (mut deleted, mut kept) = (vec![], vec![]);
    for file in files {
        match file.delete() {
            Ok(()) => deleted.push(file),
            Err(failure) => kept.push((file, failure)),
        }
    }
    let worker = Worker::start(what.command, what.module, what.per_call)?;
    let worker = worker.with_deadline(whole(what.per_call));
    let token = read(&worker, what.token).map_err(|failure| match failure {
        NotRead::OtherCard => RefreshFailure::OtherCard,
        NotRead::Failed(failure) => RefreshFailure::NotRead(failure),
    })?;
    let before = fingerprints(&what.token.certificates);
    let now = fingerprints(&token.certificates);
    let only_in = |some: &[Fingerprint], others: &[Fingerprint]| {
        let only = some.iter().filter(|one| !others.contains(one));
        only.cloned().collect()
    };
    Ok(Refreshed {
        deleted,
        kept,
        gone: only_in(&before, &now),
        new: only_in(&now, &before),
        token,
    })
}
