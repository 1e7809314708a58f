//! `tomcheck trace FILE…`: what do log files say of the cause?

use std::cell::RefCell;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::anyhow;
use tokio::runtime;
use tomcheck::trace::{self, Hit, Input, Live, Options, Traced, Watcher};
use tomcheck::{Lang, Scope, WorkerCommand, hit_line};

use super::{html, look};
use crate::args::Typed;
use crate::output::{Lines, Output};
use crate::progress::Line;
use crate::signals::{Signal, Signals};

/// Two read a large file nearly twice as fast; what more would do waits for memory.
const MOST_THREADS: usize = 64;

/// Reads every log; one that cannot be read loses none of the others.
pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let mut options = options(typed, lang)?;
    let line = Arc::new(Line::new(typed.has("quiet") || options.follow, lang));
    if typed.has("live") {
        match live(typed, &options, &line)? {
            Ok(live) => options.live = Some(live),
            Err(signal) => return Ok(signal.status()),
        }
    }
    let watch = Watch::new(typed, output, &options)?;
    let traced = trace::trace(&options, line.as_ref(), &watch);
    line.clear();
    let Traced { report, unread } = traced;
    html::write(typed, &report, lang)?;
    super::write(output, lang, &look::rendered(typed, output, &report)?)?;
    for (path, error) in &unread {
        crate::complain(&unread_line(path, error, lang));
    }
    Ok(match unread.is_empty() {
        true => look::status(&report, typed.has("strict")),
        false => crate::FAILED,
    })
}

/// Looks at this machine, without a code porteur.
fn live(
    typed: &Typed<'_>,
    options: &Options,
    line: &Arc<Line>,
) -> anyhow::Result<Result<Live, Signal>> {
    let target = match &options.target {
        Some(target) => Ok(target.clone()),
        None => typed.settings().target("tom"),
    };
    let target = target.map_err(|error| anyhow!(error.say(options.lang)))?;
    let worker = WorkerCommand::of_program(std::env::current_exe()?);
    let mut looking = tomcheck::Options::new(Scope::Check(target), worker);
    looking.lang = options.lang;
    looking.layers = Live::layers();
    // who follows hears a signal himself
    let signal = (!options.follow).then(|| look::spare_the_card(line));
    let report = tomcheck::diagnose(&looking, line.as_ref());
    line.clear();
    if let Some(signal) = signal.as_ref().and_then(|signal| signal.get()) {
        return Ok(Err(*signal));
    }
    let report = report.map_err(|error| anyhow!(error.say(options.lang)))?;
    Ok(Ok(Live::of(&report)))
}

fn options(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<Options> {
    let inputs = typed.values("FILE").into_iter().map(|file| match file {
        file if file == "-" => Input::Standard,
        file => Input::File(file.into()),
    });
    let mut options = Options::new(inputs);
    options.lang = lang;
    options.show_identity = typed.has("show-identity");
    options.follow = typed.has("follow");
    options.utc_offset = utc_offset();
    options.threads = threads(typed, lang)?;
    if let Some(target) = typed.value("target") {
        let target = typed.settings().target(target);
        let target =
            target.map_err(|error| super::complaint(lang, "--target", &error.say(lang)))?;
        options.target = Some(target);
    }
    Ok(options)
}

/// As many as the machine has processors, unless told otherwise.
fn threads(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<NonZeroUsize> {
    let Some(value) = typed.value("threads") else {
        let usual = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        return Ok(usual.min(USUAL_THREADS));
    };
    let number = value.parse().ok();
    let number = number.filter(|number: &NonZeroUsize| number.get() <= MOST_THREADS);
    number.ok_or_else(|| {
        let what = match lang {
            Lang::Fr => format!("« {value} » n'est pas un nombre entre 1 et {MOST_THREADS}"),
            Lang::En => format!("`{value}` is no number between 1 and {MOST_THREADS}"),
        };
        super::complaint(lang, "--threads", &what)
    })
}

const USUAL_THREADS: NonZeroUsize = NonZeroUsize::new(4).expect("not zero");

/// Where the system does not tell, as UTC.
fn utc_offset() -> i32 {
    time::UtcOffset::current_local_offset().map_or(0, time::UtcOffset::whole_seconds)
}

/// Shows hits while files are followed, until somebody wants that to end.
struct Watch {
    lang: Lang,
    lines: Option<RefCell<Lines>>,
    wants_end: Arc<AtomicBool>,
}

impl Watch {
    fn new(typed: &Typed<'_>, output: &Output, options: &Options) -> anyhow::Result<Self> {
        let wants_end = Arc::default();
        if options.follow {
            end_when_told(&wants_end);
        }
        let is_shown = options.follow && !typed.has("json") && output.file().is_none();
        let lines = is_shown.then(|| output.lines()).transpose();
        let lines = lines.map_err(|error| super::unwritten(output, options.lang, &error))?;
        Ok(Self {
            lang: options.lang,
            lines: lines.map(RefCell::new),
            wants_end,
        })
    }
}

impl Watcher for Watch {
    fn hit(&self, hit: &Hit) {
        let Some(lines) = &self.lines else {
            return;
        };
        let written = lines.borrow_mut().write(&hit_line(hit, self.lang));
        // nobody reads any more
        if !written.unwrap_or(false) {
            self.wants_end.store(true, Ordering::Relaxed);
        }
    }

    fn wants_end(&self) -> bool {
        self.wants_end.load(Ordering::Relaxed)
    }
}

/// A signal ends the following, and the summary comes. Where none can be heard, it ends us.
fn end_when_told(wants_end: &Arc<AtomicBool>) {
    let wants_end = Arc::clone(wants_end);
    let until_told = move || -> io::Result<()> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async { io::Result::Ok(Signals::listen()?.come().await) })?;
        wants_end.store(true, Ordering::Relaxed);
        Ok(())
    };
    let _ = thread::Builder::new()
        .name("tomcheck-signals".to_owned())
        .spawn(until_told);
}

fn unread_line(path: &str, error: &io::Error, lang: Lang) -> String {
    let why = super::unreadable(error, lang);
    match lang {
        Lang::Fr => format!("{path} : {why}"),
        Lang::En => format!("{path}: {why}"),
    }
}
