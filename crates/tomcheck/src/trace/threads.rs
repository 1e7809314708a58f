//! How do several threads read one file, and what it says stays in its order?
//!
//! Whoever is free takes the next batch of pieces. The thread that asked takes its share too, and
//! puts in order what the others found: so there are no more threads than were wanted.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::reading::Pieces;
use super::scanned::Scanned;

/// What is handed from one thread to the other at once.
const PIECES: u64 = 8;
/// Batches for each thread that may be ahead of the one whose turn it is.
const AHEAD: u64 = 3;

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
        ahead: threads.get() as u64 * AHEAD,
        turn: Mutex::default(),
        turned: Condvar::new(),
        used: Mutex::default(),
    };
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..others {
            let (shared, sender) = (&shared, sender.clone());
            scope.spawn(move || shared.work(&sender));
        }
        drop(sender);
        shared.gather(&receiver, take)
    })
}

struct Shared<'a> {
    pieces: &'a Pieces<'a>,
    /// Pieces of a batch.
    at_once: u64,
    /// Batches that may be ahead of the one whose turn it is: no more wait to be handed on.
    ahead: u64,
    turn: Mutex<Turn>,
    turned: Condvar,
    /// Emptied ones, to be filled again.
    used: Mutex<Vec<Scanned>>,
}

#[derive(Default)]
struct Turn {
    /// The batch that is to be handed on next.
    due: u64,
    /// The first batch that nobody took.
    next: u64,
    is_over: bool,
}

/// Whoever leaves, by an error or a panic too, lets nobody wait for what does not come any more.
struct Leaving<'a>(&'a Shared<'a>);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        lock(&self.0.turn).is_over = true;
        self.0.turned.notify_all();
    }
}

impl Shared<'_> {
    fn work(&self, sender: &Sender<(u64, Batch)>) {
        let _leaving = Leaving(self);
        let mut bytes = Vec::new();
        while let Some(number) = self.take_next(true) {
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
        receiver: &Receiver<(u64, Batch)>,
        take: &mut dyn FnMut(&mut Scanned, u64),
    ) -> io::Result<()> {
        let _leaving = Leaving(self);
        let (mut bytes, mut waiting) = (Vec::new(), BTreeMap::new());
        for due in 0..self.batches() {
            let batch = loop {
                waiting.extend(receiver.try_iter());
                if let Some(batch) = waiting.remove(&due) {
                    break batch;
                }
                let (number, batch) = match self.take_next(false) {
                    Some(number) => (number, self.scan(number, &mut bytes)),
                    // one of the others has it, and only a panic keeps him from handing it on
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
        lock(&self.used).append(&mut scanned);
        lock(&self.turn).due = batch + 1;
        self.turned.notify_all();
    }

    fn scan(&self, batch: u64, bytes: &mut Vec<u8>) -> Batch {
        let first = batch * self.at_once;
        let numbers = first..self.pieces.count().min(first + self.at_once);
        let scanned = numbers.map(|number| {
            let mut scanned = lock(&self.used).pop().unwrap_or_default();
            self.pieces.scan(number, bytes, &mut scanned)?;
            Ok(scanned)
        });
        scanned.collect()
    }

    /// The next batch that nobody took; none: there is none, or it is too far ahead and `waits`
    /// is false.
    fn take_next(&self, waits: bool) -> Option<u64> {
        let mut turn = lock(&self.turn);
        while turn.next >= turn.due + self.ahead && waits && !turn.is_over {
            turn = self
                .turned
                .wait(turn)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let number = turn.next;
        let is_there = number < self.batches() && number < turn.due + self.ahead && !turn.is_over;
        is_there.then(|| turn.next += 1)?;
        Some(number)
    }

    const fn batches(&self) -> u64 {
        self.pieces.count().div_ceil(self.at_once)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
