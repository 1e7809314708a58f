//! What was seen in one piece of a log, until it is counted with the rest.

use tomcheck_diagnosis::Instant;

use super::hit::{Depth, Facts, Format, Reading};
use super::line::Shown;
use super::mask::Mask;
use super::net_export::{Request, Site};
use super::way::{Named, Names};
use super::words::{Deferred, DeferredLine, Words};

/// What a window says.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// Line ends in the body.
    pub(super) lines: u64,
    /// Whether the body ends within a line; none: it is empty.
    pub(super) is_open: Option<bool>,
    pub(super) sightings: Vec<Sighting>,
    /// Tunnels that were open, where a line said so at once.
    pub(super) openings: Vec<Reached>,
    /// Of the ways of both.
    pub(super) names: Names,
    pub(super) deferred: Deferred,
    /// Whether a line was no UTF-8.
    pub(super) is_of_one_byte: bool,
    /// What events of a net-export ask for.
    pub(super) requests: Vec<(u64, Request)>,
    /// Whether a site that matters is among that.
    pub(super) asks_for_mine: bool,
}

impl Scanned {
    /// For another window.
    pub(super) fn clear(&mut self) {
        self.lines = 0;
        self.is_open = None;
        self.sightings.clear();
        self.openings.clear();
        self.names.clear();
        self.deferred.clear();
        self.is_of_one_byte = false;
        self.requests.clear();
        self.asks_for_mine = false;
    }
}

/// One line that says that a site was reached, and no more: half of all lines of a log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub(super) way: Named,
    /// As in a [`Sighting`].
    pub(super) anchor: u32,
    pub(super) at: Instant,
    pub(super) is_mine: bool,
}

/// One line that says something.
#[derive(Debug)]
pub(super) struct Sighting {
    /// Where its anchor stands in the window.
    pub(super) anchor: usize,
    /// Line ends between the begin of the body and the line.
    pub(super) line: u64,
    /// None: a site was reached, or the card was used.
    pub(super) code: Option<&'static str>,
    /// Of what went well, how far it came.
    pub(super) depth: Depth,
    pub(super) format: Format,
    /// Which site, and the workstation that asked for it.
    pub(super) way: Named,
    /// The source of events that knows the site, where nothing near does.
    pub(super) source: Option<Box<u64>>,
    /// Whether the site is one that matters in any case.
    pub(super) is_mine: bool,
    /// Whether it may be no more than what follows from an answer of the proxy's before it.
    pub(super) may_follow: bool,
    /// None: the line tells none, or as many of its kind stand around it.
    pub(super) at: Option<Instant>,
    /// None: as many of its kind stand around it, they are only counted, or nothing failed.
    pub(super) told: Option<Told>,
}

/// What is kept of a line.
#[derive(Debug)]
pub(super) enum Told {
    /// Who names what is read when somebody asks: most lines of a long log are shown to nobody.
    Deferred(DeferredLine),
    Read(Box<Detail>),
}

impl Told {
    pub(super) fn detail(self, lines: &Deferred) -> Detail {
        match self {
            Self::Read(detail) => *detail,
            Self::Deferred(line) => Detail {
                words: lines.words(line),
                facts: Facts::default(),
                user: None,
            },
        }
    }
}

impl Sighting {
    /// The site became known.
    pub(super) fn is_about(&mut self, (host, port): Site, names: &mut Names) {
        let client = names.client(&self.way).map(str::to_owned);
        self.way = names.add(Some(&host), client.as_deref());
        if let Some(Told::Read(detail)) = &mut self.told {
            detail.facts.host = Some(host);
            detail.facts.port = port;
        }
    }
}

#[derive(Debug)]
pub(super) struct Detail {
    pub(super) words: Words,
    pub(super) facts: Facts,
    pub(super) user: Option<String>,
}

impl Detail {
    /// What a reader made of a line, and what of both may be shown. Of a success nobody is shown
    /// more than when it was.
    pub(super) fn of(reading: Reading, line: &Shown<'_>, mask: &Mask) -> Option<Told> {
        reading.code?;
        let (mut facts, user) = (reading.facts, reading.user);
        Some(Told::Read(Box::new(Self {
            words: Words::new(line, &mut facts, mask, user.as_deref()),
            facts,
            user,
        })))
    }
}
