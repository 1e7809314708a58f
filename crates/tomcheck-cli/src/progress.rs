//! What the person waiting sees while tomcheck looks.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use tomcheck::{Lang, ProbeStatus, Progress, probe_name};

/// One line on standard error that names what is being looked at; silent where standard error
/// is no terminal.
pub(crate) struct Line {
    shown: bool,
    lang: Lang,
    /// When everything must have ended.
    ends_at: OnceLock<Instant>,
    under_way: Mutex<Vec<&'static str>>,
    /// Of what is done many times: how often, of how many.
    count: Mutex<Option<(u32, u32)>>,
    /// Whether the terminal is somebody else's now.
    is_aside: AtomicBool,
}

impl Line {
    /// Somebody who waits sees at once that something is going on.
    pub(crate) fn new(quiet: bool, lang: Lang) -> Self {
        let shown = !quiet && io::stderr().is_terminal();
        if shown {
            let _ = write!(io::stderr(), "tomcheck …");
        }
        Self {
            shown,
            lang,
            ends_at: OnceLock::new(),
            under_way: Mutex::default(),
            count: Mutex::default(),
            is_aside: AtomicBool::default(),
        }
    }

    /// Says from now on how long it may still take.
    pub(crate) fn limit(&self, limit: Duration) {
        let _ = Instant::now()
            .checked_add(limit)
            .map(|end| self.ends_at.set(end));
    }

    /// Leaves an empty line behind.
    pub(crate) fn clear(&self) {
        self.show(&[]);
    }

    /// Leaves the terminal to `others`, who ask something on it; goes on afterwards.
    pub(crate) fn aside<T>(&self, others: impl FnOnce() -> T) -> T {
        self.update(|_| {
            self.clear();
            self.is_aside.store(true, Ordering::SeqCst);
        });
        let answer = others();
        self.update(|_| self.is_aside.store(false, Ordering::SeqCst));
        answer
    }

    /// Waits until nothing is under way that this is true of, for `limit` at most.
    pub(crate) fn wait_while_under_way(&self, is_one: fn(&str) -> bool, limit: Duration) {
        let begun = Instant::now();
        let is_under_way = || {
            let under_way = self.under_way.lock();
            under_way.is_ok_and(|under_way| under_way.iter().any(|id| is_one(id)))
        };
        while is_under_way() && begun.elapsed() < limit {
            thread::sleep(BETWEEN_LOOKS);
        }
    }

    fn set_count(&self, count: Option<(u32, u32)>) {
        if let Ok(mut shown) = self.count.lock() {
            *shown = count;
        }
    }

    fn update(&self, change: impl FnOnce(&mut Vec<&'static str>)) {
        let Ok(mut under_way) = self.under_way.lock() else {
            return;
        };
        change(&mut under_way);
        self.show(&under_way);
    }

    fn show(&self, under_way: &[&'static str]) {
        if self.shown && !self.is_aside.load(Ordering::SeqCst) {
            let names = under_way.iter().map(|id| probe_name(id).get(self.lang));
            let names = names.collect::<Vec<_>>().join(", ");
            let count = self.count.lock().ok().and_then(|count| *count);
            let count = count.map_or_else(String::new, |(done, of)| format!(" {done}/{of}"));
            let rest = if names.is_empty() {
                String::new()
            } else {
                format!("{count} …{}", self.remaining())
            };
            // Longer than the terminal is wide, it could not be wiped away.
            let room = MOST_SHOWN.saturating_sub(rest.chars().count());
            let names: String = names.chars().take(room).collect();
            // Progress nobody can see is no reason to stop.
            let _ = write!(io::stderr(), "\r\u{1b}[K{names}{rest}");
        }
    }

    fn remaining(&self) -> String {
        let Some(end) = self.ends_at.get() else {
            return String::new();
        };
        let seconds = end.saturating_duration_since(Instant::now()).as_secs();
        match self.lang {
            Lang::Fr => format!(" (encore {seconds} s au plus)"),
            Lang::En => format!(" ({seconds} s more at most)"),
        }
    }
}

impl Progress for Line {
    fn begins(&self, id: &'static str) {
        self.update(|under_way| {
            under_way.push(id);
        });
    }

    fn advances(&self, _id: &'static str, done: u32, of: u32) {
        // A hundred steps are enough for the eye, and spare the terminal.
        if done.is_multiple_of((of / 100).max(1)) {
            self.set_count(Some((done, of)));
            self.update(|_| ());
        }
    }

    fn ends(&self, id: &'static str, _status: ProbeStatus) {
        self.set_count(None);
        self.update(|under_way| {
            under_way.retain(|other| *other != id);
        });
    }
}

/// Columns that every terminal has.
const MOST_SHOWN: usize = 76;

const BETWEEN_LOOKS: Duration = Duration::from_millis(10);
