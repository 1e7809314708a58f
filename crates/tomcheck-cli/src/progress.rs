//! What the person waiting sees while tomcheck looks.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

use tomcheck::{Lang, Layer, ProbeStatus, Progress, layer_name};

/// One line on standard error that names what is being looked at; silent where standard error
/// is no terminal.
pub(crate) struct Line {
    shown: bool,
    lang: Lang,
    under_way: Mutex<BTreeSet<&'static str>>,
}

impl Line {
    pub(crate) fn new(quiet: bool, lang: Lang) -> Self {
        let shown = !quiet && io::stderr().is_terminal();
        Self {
            shown,
            lang,
            under_way: Mutex::default(),
        }
    }

    /// Leaves an empty line behind.
    pub(crate) fn clear(&self) {
        self.show(&BTreeSet::new());
    }

    fn update(&self, change: impl FnOnce(&mut BTreeSet<&'static str>)) {
        let Ok(mut under_way) = self.under_way.lock() else {
            return;
        };
        change(&mut under_way);
        self.show(&under_way);
    }

    fn show(&self, under_way: &BTreeSet<&'static str>) {
        if self.shown {
            let layers: BTreeSet<Layer> = under_way.iter().filter_map(|id| Layer::of(id)).collect();
            let names = layers.iter().map(|layer| layer_name(*layer).get(self.lang));
            let names = names.collect::<Vec<_>>().join(", ");
            let dots = if names.is_empty() { "" } else { " …" };
            // Progress nobody can see is no reason to stop.
            let _ = write!(io::stderr(), "\r\u{1b}[K{names}{dots}");
        }
    }
}

impl Progress for Line {
    fn begins(&self, id: &'static str) {
        self.update(|under_way| {
            under_way.insert(id);
        });
    }

    fn ends(&self, id: &'static str, _status: ProbeStatus) {
        self.update(|under_way| {
            under_way.remove(id);
        });
    }
}
