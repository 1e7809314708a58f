//! Waits until a CPS, CPF, CPE or CPA is in a reader, and tells its generation.
//!
//! ```console
//! $ cargo run -p tomcheck-examples --bin wait_for_card -- [SECONDS]
//! ```
//!
//! Exit status: 0 it is in, 1 nobody put one in (within a minute, unless told otherwise), 2 the
//! seconds are no number.

use std::io::{Write, stderr, stdout};
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use tomcheck_reader::{Event, Generation, Happening, Mode, Monitor, SystemPcsc};

fn main() -> ExitCode {
    let seconds = std::env::args().nth(1).unwrap_or_else(|| "60".to_owned());
    let Ok(seconds) = seconds.parse::<u32>() else {
        let _ = writeln!(stderr(), "{seconds}: no number of seconds");
        return ExitCode::from(2);
    };
    match card_within(Duration::from_secs(seconds.into())) {
        Ok(Some(generation)) => {
            let _ = writeln!(stdout(), "{}", generation.name());
            ExitCode::SUCCESS
        }
        Ok(None) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

/// The monitor calls back on a thread of its own; here we wait no longer than we may. Dropping
/// its handle ends the watch.
fn card_within(time: Duration) -> std::io::Result<Option<Generation>> {
    let until = Instant::now() + time;
    let (sender, generations) = channel();
    let monitor = Monitor::start(SystemPcsc::new(), Mode::Automatic);
    let _watch = monitor.for_each_event(move |event| {
        if let Some(generation) = generation(&event) {
            // Nobody waits any more: one was enough.
            let _ = sender.send(generation);
        }
    })?;
    let left = until.saturating_duration_since(Instant::now());
    Ok(generations.recv_timeout(left).ok())
}

fn generation(event: &Event) -> Option<Generation> {
    let Happening::Reader(now) = &event.what else {
        return None;
    };
    Some(now.card.as_ref()?.kind.cpx()?.generation)
}
