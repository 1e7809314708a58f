//! What does the page look like?
//!
//! Everything foreign is escaped by the templates. Each piece is what a script puts in the place of
//! the one before; the whole page holds them all, for browsers without script.

use std::sync::LazyLock;

use askama::Template;
use tomcheck_diagnosis::{Instant, Lang, ProbeStatus, Report, Text};
use tomcheck_reader::Mode;

use super::dropped::Dropped;
use super::live::Live;
use super::readers::{Change, Icon, Readers, Shown};
use super::run::{Last, Packed, Run, UnderWay, Wanted};
use super::words;
use crate::render::typeset::typeset;
use crate::render::{Piece, Tongue};
use crate::{HTML_STYLE, HtmlParts, layer_name, probe_name};

/// What runs in the page: it changes nothing by itself, and asks for what the forms ask for.
pub(super) const SCRIPT: &str = include_str!("page.js");
pub(super) const ICON: &str = include_str!("icon.svg");

/// The report's style, then this page's own.
pub(super) fn style() -> &'static str {
    static STYLE: LazyLock<String> =
        LazyLock::new(|| [HTML_STYLE, include_str!("page.css")].concat());
    &STYLE
}

/// The report as a file.
pub(super) fn document(report: &Report) -> String {
    crate::html(report)
}

/// What the page is made from.
#[derive(Clone)]
pub(super) struct View {
    pub(super) live: Live,
    pub(super) allows_pin: bool,
    /// Bytes of a file that may be sent.
    pub(super) most_bytes: usize,
}

impl View {
    /// All of it; `dropped`: what a file said that was sent without script.
    pub(super) fn page(&self, dropped: Option<&str>) -> String {
        let run = self.live.run().borrow().clone();
        let readers = self.live.readers().borrow().clone();
        done(&Page {
            view: self,
            title: self.window(&run),
            is_under_way: run.under_way.is_some(),
            readers: self.readers(&readers),
            run: self.run(&run, &readers),
            report: self.report(&run),
            take: self.take(&run),
            dropped,
            parts: self.parts(),
        })
    }

    /// A page that only says one thing.
    pub(super) fn short(&self, text: Text) -> String {
        let text = self.say(text);
        done(&Short { view: self, text })
    }

    pub(super) fn say(&self, text: Text) -> String {
        typeset(text.get(self.live.lang()), self.live.lang())
    }

    pub(super) fn title(&self, report: &Report) -> String {
        HtmlParts::new(report).title()
    }

    pub(super) fn readers(&self, readers: &Readers) -> String {
        let has_card = readers.has_card();
        let instead = readers.instead.iter();
        let slots = instead.chain(readers.each.values());
        done(&ReadersPiece {
            view: self,
            slots: slots.map(|shown| self.slot(shown, has_card)).collect(),
            is_manual: readers.mode == Mode::Manual,
            changes: readers.changes.iter().map(|it| self.happened(it)).collect(),
        })
    }

    fn slot<'a>(&self, shown: &'a Shown, has_card: bool) -> Slot<'a> {
        let is_fine = shown.is_empty && has_card;
        let mark = match is_fine {
            true => ProbeStatus::Skipped,
            false => shown.mark,
        };
        let step = shown.step.as_deref().filter(|_| !is_fine);
        Slot {
            shown,
            class: class(mark),
            glyph: glyph(mark),
            sentence: self.set(&shown.sentence),
            step: step.map(|step| Tongue::new(self.live.lang()).pieces(step)),
        }
    }

    fn left(&self, seconds: u64) -> String {
        match self.live.lang() {
            Lang::Fr => format!("encore {seconds}\u{a0}s au plus"),
            Lang::En => format!("{seconds}\u{a0}s more at most"),
        }
    }

    fn happened<'a>(&self, change: &'a Change) -> Happened<'a> {
        Happened {
            class: class(change.mark),
            glyph: glyph(change.mark),
            at: &change.at,
            line: self.set(&change.line),
        }
    }

    fn set(&self, sentence: &str) -> String {
        typeset(sentence, self.live.lang())
    }

    pub(super) fn run(&self, run: &Run, readers: &Readers) -> String {
        let last = run.last.as_deref();
        done(&RunPiece {
            view: self,
            under_way: run.under_way.as_ref().map(|it| self.progress(it)),
            failure: run.failure.as_deref().map(|failure| self.set(failure)),
            is_stale: last.is_some_and(|last| last.changes < readers.count),
            part: last.and_then(|last| self.part_only(last)),
            is_done: last.is_some(),
        })
    }

    fn part_only(&self, last: &Last) -> Option<&'static str> {
        match last.wanted {
            Wanted::Everything => None,
            Wanted::Part(layer) => Some(layer_name(layer).get(self.live.lang())),
        }
    }

    fn progress(&self, under_way: &UnderWay) -> Going {
        let lang = self.live.lang();
        let probes = under_way.probes.iter();
        let names: Vec<_> = probes.map(|id| probe_name(id).get(lang)).collect();
        let limit = under_way.limit.as_secs();
        let seconds = under_way.begun.elapsed().as_secs().min(limit);
        Going {
            what: match names.is_empty() {
                true => self.say(words::PREPARING),
                false => self.set(&names.join(", ")),
            },
            count: under_way.count,
            ended: under_way.ended,
            limit,
            seconds,
            left: self.left(limit - seconds),
        }
    }

    pub(super) fn report(&self, run: &Run) -> String {
        let parts = run.last.as_ref().map(|last| HtmlParts::new(&last.report));
        done(&ReportPiece {
            view: self,
            title: self.window(run),
            parts,
            is_under_way: run.under_way.is_some(),
        })
    }

    /// What the window is called.
    fn window(&self, run: &Run) -> String {
        let verdict = run.last.as_ref().map(|last| self.title(&last.report));
        verdict.unwrap_or_else(|| format!("{} — tomcheck", self.say(words::TITLE)))
    }

    pub(super) fn take(&self, run: &Run) -> String {
        let last = run.last.as_ref();
        done(&TakePiece {
            view: self,
            is_there: last.is_some(),
            is_masked: last.is_some_and(|last| last.report.redacted),
            letter: last.and_then(|last| last.letter.as_deref()),
            packed: last.and_then(|last| last.packed.as_ref()),
        })
    }

    pub(super) fn dropped(&self, dropped: &Dropped) -> String {
        match dropped {
            Dropped::Nothing => done(&NothingPiece {
                said: self.say(words::NO_FILE),
            }),
            Dropped::Damaged { name } => done(&NothingPiece {
                said: format!("{name}\u{a0}: {}", self.say(words::NO_CERTIFICATE)),
            }),
            Dropped::Log {
                name,
                report,
                unread,
            } => done(&LogPiece {
                view: self,
                name,
                title: self.title(report).trim_end_matches(SUFFIX).to_owned(),
                findings: set_apart(&HtmlParts::new(report).findings()),
                tables: set_apart(&HtmlParts::new(report).tables()),
                unread: unread.as_deref(),
            }),
            Dropped::Certificates { name, read } => {
                let (now, lang) = (Instant::now(), self.live.lang());
                let certificates = read.iter().map(|one| Certificate {
                    lines: self.lines(one.lines(now, lang)),
                    findings: one
                        .findings
                        .iter()
                        .map(|finding| self.set(&finding.title))
                        .collect(),
                });
                done(&CertificatesPiece {
                    view: self,
                    name,
                    certificates: certificates.collect(),
                })
            }
        }
    }

    fn lines(&self, lines: Vec<tomcheck_cert::identify::Line<'_>>) -> Vec<(String, String)> {
        let said = |line: tomcheck_cert::identify::Line<'_>| {
            (self.set(line.label), line.value.into_owned())
        };
        lines.into_iter().map(said).collect()
    }

    /// The parts of the path that can be looked at alone: value and word.
    fn parts(&self) -> Vec<(&'static str, &'static str)> {
        let layers = self.live.diagnosis().layers.iter();
        let alone = layers.filter(|layer| layer.has_probes());
        let lang = self.live.lang();
        let parts = alone.map(|layer| (layer.name(), layer_name(*layer).get(lang)));
        parts.collect()
    }

    fn code(&self) -> &'static str {
        match self.live.lang() {
            Lang::Fr => "fr",
            Lang::En => "en",
        }
    }
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    view: &'a View,
    title: String,
    is_under_way: bool,
    readers: String,
    run: String,
    report: String,
    take: String,
    dropped: Option<&'a str>,
    parts: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "short.html")]
struct Short<'a> {
    view: &'a View,
    text: String,
}

#[derive(Template)]
#[template(path = "readers.html")]
struct ReadersPiece<'a> {
    view: &'a View,
    slots: Vec<Slot<'a>>,
    is_manual: bool,
    changes: Vec<Happened<'a>>,
}

struct Happened<'a> {
    class: &'static str,
    glyph: &'static str,
    at: &'a str,
    line: String,
}

struct Slot<'a> {
    shown: &'a Shown,
    class: &'static str,
    glyph: &'static str,
    sentence: String,
    step: Option<Vec<Piece>>,
}

#[derive(Template)]
#[template(path = "run.html")]
struct RunPiece<'a> {
    view: &'a View,
    under_way: Option<Going>,
    failure: Option<String>,
    is_stale: bool,
    part: Option<&'static str>,
    is_done: bool,
}

/// A diagnosis under way, in words.
struct Going {
    what: String,
    count: Option<(u32, u32)>,
    ended: usize,
    limit: u64,
    seconds: u64,
    left: String,
}

#[derive(Template)]
#[template(path = "live_report.html")]
struct ReportPiece<'a> {
    view: &'a View,
    title: String,
    parts: Option<HtmlParts<'a>>,
    is_under_way: bool,
}

#[derive(Template)]
#[template(path = "take.html")]
struct TakePiece<'a> {
    view: &'a View,
    is_there: bool,
    is_masked: bool,
    letter: Option<&'a str>,
    packed: Option<&'a Packed>,
}

#[derive(Template)]
#[template(path = "nothing.html")]
struct NothingPiece {
    said: String,
}

#[derive(Template)]
#[template(path = "log.html")]
struct LogPiece<'a> {
    view: &'a View,
    name: &'a str,
    title: String,
    findings: String,
    tables: String,
    unread: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "identified.html")]
struct CertificatesPiece<'a> {
    view: &'a View,
    name: &'a str,
    certificates: Vec<Certificate>,
}

struct Certificate {
    lines: Vec<(String, String)>,
    findings: Vec<String>,
}

/// Its headings are called otherwise than those of the report of this machine, which is on the same
/// page. In a text, a quotation mark would be escaped.
fn set_apart(piece: &str) -> String {
    piece.replace("\"h-", "\"file-h-")
}

/// What the verdict is followed by where a window is called by it.
const SUFFIX: &str = " — tomcheck";

/// Writing to memory cannot fail.
fn done(piece: &impl Template) -> String {
    piece.render().unwrap_or_default()
}

/// As the report's style names it.
const fn class(mark: ProbeStatus) -> &'static str {
    match mark {
        ProbeStatus::Ok => "good",
        ProbeStatus::Warning => "watch",
        ProbeStatus::Fault => "bad",
        ProbeStatus::Skipped | ProbeStatus::Blocked => "unseen",
    }
}

const fn glyph(mark: ProbeStatus) -> &'static str {
    match mark {
        ProbeStatus::Ok => "✓",
        ProbeStatus::Warning => "⚠",
        ProbeStatus::Fault => "✗",
        ProbeStatus::Skipped | ProbeStatus::Blocked => "–",
    }
}
