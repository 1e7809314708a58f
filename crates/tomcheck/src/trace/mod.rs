//! What do log files say of the cause?
//!
//! Reads what Java, squid, the Cryptolib, browsers, curl, OpenSSL and Windows write, in whatever
//! encoding, compressed or not, of any length with little memory, and judges it by the rules of
//! the diagnosis itself.
//!
//! ```no_run
//! use tomcheck::trace::{Options, Input, Unwatched};
//!
//! let options = Options::new([Input::File("access.log".into())]);
//! let traced = tomcheck::trace::trace(&options, &tomcheck::Quiet, &Unwatched);
//! println!("{:?}", traced.report.verdict.root_cause);
//! ```

mod capture;
mod codes;
mod encoding;
mod evtx;
mod excerpt;
mod follow;
mod hit;
mod interest;
mod judge;
mod kept;
mod line;
mod live;
mod mask;
mod moment;
mod named;
mod net_export;
mod readers;
mod reading;
mod scanned;
mod seen;
mod source;
mod standing;
mod tally;
mod threads;
mod way;
mod window;
mod words;

use std::borrow::Cow;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant as Clock;

use serde_json::Map;
use tomcheck_diagnosis::{FindingRecord, Identity, Instant, Lang, Report, SCHEMA, Version, spoken};

use crate::journal::Journal;
use crate::progress::Progress;
use crate::{Target, host, redact, verdict};

pub use self::hit::{Format, Hit};
pub use self::live::Live;
pub use self::source::TraceInput as Input;

use self::encoding::Encoding;
use self::evtx::InOrder;
pub(crate) use self::excerpt::{Excerpt, excerpt};
use self::interest::Interest;
use self::mask::Mask;
pub(crate) use self::mask::{without_persons, without_secrets};
use self::moment::Clockwork;
use self::reading::Tools;
use self::scanned::Scanned;
use self::seen::{FileSeen, TraceSeen};
use self::source::{Kind, Source};
use self::tally::Reader;
use self::window::Scanner;

/// Which logs to read, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// In the order they are told of.
    pub inputs: Vec<Input>,
    /// The site that matters; none: TOM and the services around it where a log speaks of them,
    /// else every site.
    pub target: Option<Target>,
    /// The language of the report.
    pub lang: Lang,
    /// Whether names, numbers and users are shown. Passwords and codes never are.
    pub show_identity: bool,
    /// How many threads read one large file.
    pub threads: NonZeroUsize,
    /// Seconds that clocks are ahead of UTC where the logs were written, for lines that tell no
    /// zone.
    pub utc_offset: i32,
    /// Whether to go on with what is added to the files, until [`Watcher::wants_end`].
    pub follow: bool,
    /// What this machine's probes say now; none: nobody asked them.
    pub live: Option<Live>,
}

impl Options {
    /// The usual ones.
    pub fn new(inputs: impl IntoIterator<Item = Input>) -> Self {
        Self {
            inputs: inputs.into_iter().collect(),
            target: None,
            lang: Lang::default(),
            show_identity: false,
            threads: NonZeroUsize::MIN,
            utc_offset: 0,
            follow: false,
            live: None,
        }
    }
}

/// Hears of hits as they are found.
pub trait Watcher {
    /// A line that says something; of many that say the same, some only.
    fn hit(&self, _hit: &Hit) {}
    /// Asked often while files are followed, and while one that comes in order (what is compressed,
    /// standard input, what somebody sent) is read: it is left unread from there on.
    fn wants_end(&self) -> bool {
        false
    }
}

/// Hears nothing, and never wants to end.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Watcher for Unwatched {}

/// What [`trace`] came to.
#[derive(Debug)]
pub struct Traced {
    /// What the files that could be read say.
    pub report: Report,
    /// The files that could not be read, or not to their end, as they were named, and why.
    pub unread: Vec<(String, io::Error)>,
}

/// Reads the logs. Blocks until all are read; touches no card and no network.
pub fn trace(options: &Options, progress: &dyn Progress, watcher: &dyn Watcher) -> Traced {
    trace_knowing(options, progress, watcher).0
}

/// The same, and whom the logs name as such.
pub(crate) fn trace_knowing(
    options: &Options,
    progress: &dyn Progress,
    watcher: &dyn Watcher,
) -> (Traced, Vec<Identity>) {
    let (started_at, begun) = (Instant::now(), Clock::now());
    progress.begins(PROBE);
    let mut run = Run::new(options, progress, watcher);
    if options.follow {
        follow::all(&mut run);
    } else {
        for (number, input) in options.inputs.iter().enumerate() {
            run.file(number, input);
        }
    }
    run.show();
    let Run { seen, unread, .. } = run;
    let mut journal = Journal::default();
    journal.record(progress, PROBE, begun.elapsed(), &seen);
    if let Some(why) = seen.lack() {
        journal.could_not_look_at_all(PROBE, why);
    }
    let report = report(options, &seen, &journal, started_at, begun);
    let identities = journal.identities().collect();
    (Traced { report, unread }, identities)
}

/// What is looked for: a line that holds none of these says nothing, unless it names a site.
pub fn literals() -> impl Iterator<Item = &'static str> {
    readers::ANCHORS.iter().map(|anchor| anchor.literal)
}

/// The names and numbers of others' codes that stand for a finding, for whoever looks for the same
/// lines with another tool.
pub fn codes() -> impl Iterator<Item = &'static str> {
    let known = codes::all().flat_map(|(name, number, _)| [*name, *number]);
    known.filter(|word| !word.is_empty())
}

pub(crate) const PROBE: &str = "trace.files";

struct Run<'a> {
    options: &'a Options,
    progress: &'a dyn Progress,
    watcher: &'a dyn Watcher,
    scanner: Scanner,
    seen: TraceSeen,
    unread: Vec<(String, io::Error)>,
}

impl<'a> Run<'a> {
    fn new(options: &'a Options, progress: &'a dyn Progress, watcher: &'a dyn Watcher) -> Self {
        let target = options
            .target
            .as_ref()
            .map(|target| target.host().to_owned());
        let interest = Interest { target };
        let mut pseudonyms = redact::pseudonyms();
        pseudonyms.extend(host::identities());
        let mask = Mask::new(pseudonyms, options.show_identity);
        Self {
            options,
            progress,
            watcher,
            scanner: Scanner::new(interest.clone(), mask),
            seen: TraceSeen {
                interest,
                live: options.live.clone(),
                ..TraceSeen::default()
            },
            unread: Vec::new(),
        }
    }

    /// A file that cannot be read keeps none of the others from being read.
    fn file(&mut self, number: usize, input: &Input) {
        let name = input.name();
        match source::open(input) {
            Ok(source) => self.source(number, name, source),
            Err(error) => self.unread(name, error),
        }
    }

    fn show(&mut self) {
        let (files, mask) = (&self.seen.files, self.scanner.mask());
        let path = |file: usize| files.get(file).map(|file| file.path.clone());
        let tally = &mut self.seen.tally;
        self.seen.mask = Some(Arc::clone(mask));
        tally.show(mask, |file| path(file).unwrap_or_default());
    }

    fn unread(&mut self, path: String, error: io::Error) {
        self.seen.files.push(FileSeen {
            path: path.clone(),
            format: Format::Unknown,
            encoding: Encoding::Binary.name(),
            compressed: false,
            lines: 0,
            bytes: 0,
            hits: 0,
            error: Some(spoken(&error, self.options.lang)),
        });
        self.unread.push((path, error));
    }

    fn source(&mut self, number: usize, name: String, mut source: Source) {
        let tools = Tools {
            scanner: &self.scanner,
            clockwork: clockwork(self.options, &source),
            format: source.format,
        };
        let mut reader = Reader::new(number, name);
        let (mut bytes, tally) = (0, &mut self.seen.tally);
        let total = match &source.kind {
            Kind::Places { length, .. } | Kind::Events { length, .. } => *length,
            _ => 0,
        };
        let progress = self.progress;
        let mut take = |scanned: &mut Scanned, behind: u64| {
            bytes = behind;
            tally.add(&mut reader, scanned);
            if total > MEBIBYTE {
                progress.advances(PROBE, mebibytes(behind), mebibytes(total));
            }
        };
        let read = match source.kind {
            Kind::Places { ref file, length } => {
                reading::places(&tools, file, length, self.options.threads, &mut take)
            }
            Kind::Stream(ref mut stream) => {
                let mut stream = source::Watched::new(stream, self.watcher);
                reading::stream(&tools, &mut stream, &mut take)
            }
            Kind::Binary(ref mut stream) if source.format == Format::Capture => {
                let mut stream = source::Watched::new(stream, self.watcher);
                let (interest, mask) = (&self.seen.interest, self.scanner.mask());
                capture::read(&mut stream, interest, mask, &mut take)
            }
            Kind::Binary(ref mut stream) => {
                let mut stream = source::Watched::new(stream, self.watcher);
                evtx::read(&tools, &mut stream, &mut take)
            }
            Kind::Events { ref file, length } => InOrder::new(file, length)
                .and_then(|mut log| evtx::read(&tools, &mut log, &mut take)),
        };
        self.done(&source, reader, bytes, read);
    }

    /// Writes down what became of a file.
    fn done(&mut self, source: &Source, reader: Reader, bytes: u64, read: io::Result<()>) {
        let often = reader.formats.iter().max_by_key(|(_, count)| **count);
        let often = often.map(|(format, _)| *format);
        let is_known = source.format != Format::Unknown;
        let is_of_one_byte = reader.is_of_one_byte && source.encoding == Encoding::Utf8;
        let encoding = if is_of_one_byte {
            Encoding::Windows1252
        } else {
            source.encoding
        };
        self.seen.files.push(FileSeen {
            path: reader.path.clone(),
            format: often.filter(|_| !is_known).unwrap_or(source.format),
            encoding: encoding.name(),
            compressed: source.is_compressed,
            lines: reader.lines(),
            bytes,
            hits: reader.hits,
            error: read
                .as_ref()
                .err()
                .map(|error| spoken(error, self.options.lang)),
        });
        if let Err(error) = read {
            self.unread.push((reader.path, error));
        }
    }
}

fn clockwork(options: &Options, source: &Source) -> Clockwork {
    Clockwork {
        latest: source.changed_at,
        offset: options.utc_offset,
        ticks: source.ticks,
    }
}

const MEBIBYTE: u64 = 1 << 20;

fn mebibytes(bytes: u64) -> u32 {
    u32::try_from(bytes / MEBIBYTE).unwrap_or(u32::MAX)
}

fn report(
    options: &Options,
    seen: &TraceSeen,
    journal: &Journal,
    started_at: Instant,
    begun: Clock,
) -> Report {
    let (findings, verdict) = verdict::judge(journal);
    let host = host::host();
    let system = seen.system().map(str::to_owned);
    let system = system.unwrap_or_else(|| host::system(&host));
    let records = findings
        .iter()
        .map(|finding| FindingRecord::new(finding, options.lang, &system));
    let mut report = Report {
        schema: Cow::Borrowed(SCHEMA),
        tomcheck: Version {
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
        lang: options.lang,
        started_at,
        duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        host,
        target: options.target.as_ref().map(Target::record),
        redacted: false,
        verdict,
        probes: journal.records(options.lang),
        findings: records.collect(),
        details: Map::from_iter([("trace".to_owned(), seen.details())]),
    };
    if !options.show_identity {
        let mut pseudonyms = redact::pseudonyms();
        pseudonyms.extend(host::identities());
        pseudonyms.extend(journal.identities());
        redact::redact(&mut report, &pseudonyms);
    }
    report
}
