//! `tomcheck watch`: the readers and their cards, from now on.

mod command;
mod ending;
mod keys;
mod live;
mod wanted;
mod writer;

use std::time::Duration;

use anyhow::Context;
use time::UtcOffset;
use tokio::time::{sleep, timeout};
use tomcheck::{Clock, EventText, Lang, Mode, Monitor, SystemPcsc};

use self::command::Runner;
use self::keys::Keys;
use self::live::{Live, Told};
use self::wanted::Wanted;
use crate::args::Typed;
use crate::output::Output;
use crate::signals::Signals;

/// Ends with 0 however it is told to end: by a signal, `q`, the deadline, or by whoever read
/// its lines going away.
pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    // Asked while there is one thread only: afterwards nobody may look.
    let ahead = UtcOffset::current_local_offset().ok();
    let request = Request::of(typed, output, lang, ahead.map(UtcOffset::whole_seconds))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("tokio")?;
    runtime.block_on(until_end(request, output, lang))?;
    Ok(crate::FINE)
}

/// What was typed.
struct Request {
    mode: Mode,
    wanted: Wanted,
    told: Told,
    command: Option<Runner>,
    deadline: Option<Duration>,
    quiet: bool,
}

impl Request {
    fn of(
        typed: &Typed<'_>,
        output: &Output,
        lang: Lang,
        ahead: Option<i32>,
    ) -> anyhow::Result<Self> {
        let clock = Clock {
            ahead,
            dated: output.file().is_some(),
        };
        let in_json = typed.has("json-lines") || typed.has("json");
        let mode = match typed.has("manual") {
            true => Mode::Manual,
            false => Mode::Automatic,
        };
        Ok(Self {
            mode,
            wanted: Wanted::new(typed.value("reader")),
            told: match in_json {
                true => Told::Json,
                false => Told::Text(EventText::new(lang, output.style, clock)),
            },
            command: command(typed, lang)?,
            deadline: super::seconds(typed, lang, "deadline")?,
            quiet: typed.has("quiet"),
        })
    }
}

fn command(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<Option<Runner>> {
    let limit = super::seconds(typed, lang, "exec-limit")?;
    match typed.value("exec").map(str::trim) {
        None => Ok(None),
        Some("") => Err(super::complaint(
            lang,
            "--exec",
            match lang {
                Lang::Fr => "la commande est vide",
                Lang::En => "the command is empty",
            },
        )),
        Some(command) => {
            let limit = limit.unwrap_or(command::LIMIT);
            let runner = Runner::start(command.to_owned(), limit, lang);
            runner.map(Some).context("--exec")
        }
    }
}

async fn until_end(request: Request, output: &Output, lang: Lang) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("signals")?;
    let lines = output.lines();
    let lines = lines.map_err(|error| super::unwritten(output, lang, &error))?;
    let (lines, written) = writer::start(lines).context("writer")?;
    let keys = Keys::of(request.mode, &request.told, output, lang, request.quiet);
    let monitor = Monitor::start(SystemPcsc::new(), request.mode);
    let mut live = Live {
        lang,
        events: monitor.into_stream().context("monitor")?,
        keys,
        wanted: request.wanted,
        told: request.told,
        lines,
        command: request.command,
        paint: output,
        known: Default::default(),
        answer: live::Answer::awaited(),
    };
    let end = tokio::select! {
        _ = signals.come() => {
            ending::leave_the_line();
            Ok(())
        }
        () = after(request.deadline) => Ok(()),
        () = ending::readers_of(output) => Ok(()),
        end = live.go() => end,
    };
    let command = live.command.take();
    // Nothing more is told; what is told already is written.
    drop(live);
    let (written, ()) = tokio::join!(timeout(PARTING, written), end_of(command));
    end?;
    match written {
        Ok(Ok(Err(error))) => Err(super::unwritten(output, lang, &error)),
        // Written, or somebody holds the terminal: nobody waits for that.
        _ => Ok(()),
    }
}

async fn after(deadline: Option<Duration>) {
    match deadline {
        Some(deadline) => sleep(deadline).await,
        None => std::future::pending().await,
    }
}

async fn end_of(command: Option<Runner>) {
    if let Some(command) = command {
        command.end().await;
    }
}

/// How long lines that are under way are waited for in the end.
const PARTING: Duration = Duration::from_millis(150);
