//! How do several threads read one file, and what it says stays in its order?
//!
//! Whoever is free takes the next batch of pieces. The thread that asked takes its share too, and
//! puts in order what the others found: so there are no more threads than were wanted.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::reading::Pieces;
use super::scanned::Scanned;

/// What is handed from one thread to the other at once.
const PIECES: u64 = 8;
/// Batches that may wait for one before them, for each thread.
const WAITING: usize = 3;

type Batch = io::Result<Vec<Scanned>>;

/// `take` gets what each piece says, in order, with how many bytes are behind it.
pub(super) fn in_order(
    pieces: &Pieces<'_>,
    threads: NonZeroUsize,
    take: &mut dyn FnMut(&mut Scanned, u64),
) -> io::Result<()> {
    let others = match pieces.count() <= PIECES {
        true => 0,
        false => threads.get() - 1,
    };
    let shared = Shared {
        pieces,
        // alone, what a piece says is still at hand when its turn comes
        at_once: if others == 0 { 1 } else { PIECES },
        next: AtomicU64::new(0),
        used: Mutex::default(),
    };
    let (sender, receiver) = mpsc::sync_channel(WAITING);
    thread::scope(|scope| {
        for _ in 0..others {
            let (shared, sender) = (&shared, sender.clone());
            scope.spawn(move || shared.work(&sender));
        }
        drop(sender);
        let most = threads.get() * WAITING;
        let outcome = shared.gather(&receiver, most, take);
        shared.stop();
        outcome
    })
}

struct Shared<'a> {
    pieces: &'a Pieces<'a>,
    /// Pieces of a batch.
    at_once: u64,
    /// The first batch that nobody took.
    next: AtomicU64,
    /// Emptied ones, to be filled again.
    used: Mutex<Vec<Scanned>>,
}

impl Shared<'_> {
    fn work(&self, sender: &SyncSender<(u64, Batch)>) {
        let mut bytes = Vec::new();
        while let Some(number) = self.take_next() {
            // nobody waits any more where another batch could not be read
            if sender
                .send((number, self.scan(number, &mut bytes)))
                .is_err()
            {
                return;
            }
        }
    }

    /// Hands on each batch in its turn, and scans one itself while that is awaited.
    fn gather(
        &self,
        receiver: &mpsc::Receiver<(u64, Batch)>,
        most: usize,
        take: &mut dyn FnMut(&mut Scanned, u64),
    ) -> io::Result<()> {
        let (mut bytes, mut waiting) = (Vec::new(), BTreeMap::new());
        for due in 0..self.batches() {
            let batch = loop {
                waiting.extend(receiver.try_iter());
                if let Some(batch) = waiting.remove(&due) {
                    break batch;
                }
                let own = (waiting.len() < most).then(|| self.take_next()).flatten();
                let (number, batch) = match own {
                    Some(number) => (number, self.scan(number, &mut bytes)),
                    // the others have it: they stop before they have handed it on only by a panic
                    None => receiver.recv().map_err(io::Error::other)?,
                };
                waiting.insert(number, batch);
            };
            self.hand_on(due, batch?, take);
        }
        Ok(())
    }

    fn hand_on(
        &self,
        batch: u64,
        mut scanned: Vec<Scanned>,
        take: &mut dyn FnMut(&mut Scanned, u64),
    ) {
        for (number, one) in (batch * self.at_once..).zip(&mut scanned) {
            take(one, self.pieces.behind(number));
        }
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.append(&mut scanned);
    }

    fn scan(&self, batch: u64, bytes: &mut Vec<u8>) -> Batch {
        let first = batch * self.at_once;
        let numbers = first..self.pieces.count().min(first + self.at_once);
        let scanned = numbers.map(|number| {
            let mut scanned = self.emptied();
            self.pieces.scan(number, bytes, &mut scanned)?;
            Ok(scanned)
        });
        scanned.collect()
    }

    fn emptied(&self) -> Scanned {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.pop().unwrap_or_default()
    }

    fn take_next(&self) -> Option<u64> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        (next < self.batches()).then_some(next)
    }

    fn stop(&self) {
        self.next.store(self.batches(), Ordering::Relaxed);
    }

    const fn batches(&self) -> u64 {
        self.pieces.count().div_ceil(self.at_once)
    }
}
