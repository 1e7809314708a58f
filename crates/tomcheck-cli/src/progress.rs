//! What the person waiting sees while tomcheck looks.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tomcheck::{Lang, Layer, ProbeStatus, Progress, layer_name};

/// One line on standard error that names what is being looked at; silent where standard error
/// is no terminal.
pub(crate) struct Line {
    shown: bool,
    lang: Lang,
    under_way: Mutex<BTreeSet<&'static str>>,
    /// Of what is done many times: how often, of how many.
    count: Mutex<Option<(u32, u32)>>,
    /// Whether the terminal is somebody else's now.
    is_aside: AtomicBool,
}

impl Line {
    pub(crate) fn new(quiet: bool, lang: Lang) -> Self {
        let shown = !quiet && io::stderr().is_terminal();
        Self {
            shown,
            lang,
            under_way: Mutex::default(),
            count: Mutex::default(),
            is_aside: AtomicBool::default(),
        }
    }

    /// Leaves an empty line behind.
    pub(crate) fn clear(&self) {
        self.show(&BTreeSet::new());
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

    fn update(&self, change: impl FnOnce(&mut BTreeSet<&'static str>)) {
        let Ok(mut under_way) = self.under_way.lock() else {
            return;
        };
        change(&mut under_way);
        self.show(&under_way);
    }

    fn show(&self, under_way: &BTreeSet<&'static str>) {
        if self.shown && !self.is_aside.load(Ordering::SeqCst) {
            let layers: BTreeSet<Layer> = under_way.iter().filter_map(|id| Layer::of(id)).collect();
            let names = layers.iter().map(|layer| layer_name(*layer).get(self.lang));
            let names = names.collect::<Vec<_>>().join(", ");
            let count = self.count.lock().ok().and_then(|count| *count);
            let count = count.map_or_else(String::new, |(done, of)| format!(" {done}/{of}"));
            let dots = if names.is_empty() { "" } else { " …" };
            // Progress nobody can see is no reason to stop.
            let _ = write!(io::stderr(), "\r\u{1b}[K{names}{count}{dots}");
        }
    }
}

impl Progress for Line {
    fn begins(&self, id: &'static str) {
        self.update(|under_way| {
            under_way.insert(id);
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
            under_way.remove(id);
        });
    }
}

const BETWEEN_LOOKS: Duration = Duration::from_millis(10);
