//! What becomes of each event and each key?

use std::io::{self, Write};
use std::time::Duration;

use anyhow::anyhow;
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, sleep_until};
use tomcheck::{Cause, Event, EventStream, EventText, Known, Lang, Paint};

use super::command::Runner;
use super::keys::{Key, Keys};
use super::wanted::Wanted;

/// A watch under way.
pub(super) struct Live<'a> {
    pub(super) lang: Lang,
    pub(super) events: EventStream,
    pub(super) keys: Keys,
    pub(super) wanted: Wanted,
    pub(super) told: Told,
    pub(super) lines: Sender<String>,
    pub(super) command: Option<Runner>,
    pub(super) paint: &'a dyn Paint,
    pub(super) known: Known,
    pub(super) answer: Answer,
}

/// How events are told.
pub(super) enum Told {
    /// To people.
    Text(EventText),
    /// To programs: one object a line.
    Json,
}

/// Whether everything that was asked for has been told. The next key waits for that: whoever
/// writes `r` twice gets two answers, and the end of the input does not cut one off.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    Awaited { until: Instant },
    Coming { quiet_at: Instant },
    Had,
}

impl Answer {
    pub(super) fn awaited() -> Self {
        Self::Awaited {
            until: Instant::now() + PATIENCE,
        }
    }

    fn coming() -> Self {
        Self::Coming {
            quiet_at: Instant::now() + QUIET,
        }
    }
}

impl Live<'_> {
    /// Until `q`, the end of the input, or of those who read our lines.
    pub(super) async fn go(&mut self) -> anyhow::Result<()> {
        loop {
            tokio::select! {
                event = self.events.next() => match event {
                    Some(event) => self.tell(&event).await?,
                    None => return Err(self.nothing_watches()),
                },
                key = self.keys.next(), if matches!(self.answer, Answer::Had) => match key {
                    Key::Refresh => self.refresh(),
                    Key::Other => keys_said(self.lang),
                    Key::Quit | Key::End => return Ok(()),
                },
                () = moment(self.answer) => self.answered(),
                () = self.lines.closed() => return Ok(()),
            }
        }
    }

    async fn tell(&mut self, event: &Event) -> anyhow::Result<()> {
        self.answer = Answer::coming();
        if !self.wanted.is_about(event) {
            return Ok(());
        }
        let is_news = self.known.learn(event);
        let lines = match &mut self.told {
            Told::Text(text) => Some(text.lines(event, is_news, self.paint)),
            Told::Json => json(event)?,
        };
        if let Some(lines) = lines {
            // A writer that is gone is seen at the next turn.
            let _ = self.lines.send(lines).await;
        }
        if is_news && event.cause != Cause::Start {
            self.run(event)?;
        }
        Ok(())
    }

    fn run(&self, event: &Event) -> anyhow::Result<()> {
        match (&self.command, json(event)?) {
            (Some(command), Some(line)) => command.run(event, line),
            _ => Ok(()),
        }
    }

    fn refresh(&mut self) {
        self.wanted.ask_again();
        self.answer = Answer::awaited();
        self.events.control().refresh();
    }

    fn answered(&mut self) {
        if let Answer::Awaited { .. } = self.answer {
            crate::complain(match self.lang {
                Lang::Fr => "le service de carte à puce ne répond pas encore",
                Lang::En => "the card service does not answer yet",
            });
        }
        self.answer = Answer::Had;
        if let Some(line) = self.wanted.missing(self.lang) {
            crate::complain(&line);
        }
    }

    fn nothing_watches(&self) -> anyhow::Error {
        match self.lang {
            Lang::Fr => anyhow!("la surveillance ne commence pas : trop de programmes, fermez-en"),
            Lang::En => anyhow!("the watch cannot begin: too many programs, close some"),
        }
    }
}

/// The event as one line; none for what programs learn from the lines that follow.
fn json(event: &Event) -> anyhow::Result<Option<String>> {
    if event.state().is_none() {
        return Ok(None);
    }
    Ok(Some(serde_json::to_string(event)? + "\n"))
}

/// What the keys do.
pub(super) fn keys_said(lang: Lang) {
    let line = match lang {
        Lang::Fr => "Entrée ou r : relire ; q : quitter",
        Lang::En => "Enter or r: read again; q: quit",
    };
    // A hint nobody can see is no reason to stop.
    let _ = writeln!(io::stderr(), "{line}");
}

async fn moment(answer: Answer) {
    match answer {
        Answer::Awaited { until } => sleep_until(until).await,
        Answer::Coming { quiet_at } => sleep_until(quiet_at).await,
        Answer::Had => std::future::pending().await,
    }
}

/// The monitor needs 4.5 seconds to know that a service hangs; one that is slow in every call may
/// take longer and hang in none.
const PATIENCE: Duration = Duration::from_secs(6);
/// Events of one look come at once; after this time without one they have all come.
const QUIET: Duration = Duration::from_millis(150);
