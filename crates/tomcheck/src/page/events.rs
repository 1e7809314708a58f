//! How does an open page hear of changes?
//!
//! Server-sent events, each a piece of the page as it is now. Whoever comes, or comes back, gets all
//! pieces; whoever reads slowly gets the latest and no backlog.
//!
//! Source: HTML Standard §9.2.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, sleep, sleep_until};

use super::run::Last;
use super::view::View;

/// The body of an answer that goes on.
pub(super) struct Events(Receiver<Bytes>);

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.0.poll_recv(context);
        next.map(|next| next.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// A stream for one page; `seat` is given back when that page is closed.
pub(super) fn stream(view: View, alive: Duration, seat: OwnedSemaphorePermit) -> Events {
    let (send, receive) = channel(1);
    tokio::spawn(async move {
        let teller = Teller {
            send: send.clone(),
            view,
            sent: [0; PIECES],
            last: None,
            changes: None,
        };
        tokio::select! {
            _ = teller.tell(alive) => {}
            () = send.closed() => {}
        }
        drop(seat);
    });
    Events(receive)
}

struct Teller {
    send: Sender<Bytes>,
    view: View,
    /// What stands on the page, as hashes.
    sent: [u64; PIECES],
    last: Option<Arc<Last>>,
    /// How many changes of readers were told; none: nothing was yet.
    changes: Option<u64>,
}

/// Nobody listens any more.
struct Gone;

impl Teller {
    async fn tell(mut self, alive: Duration) -> Result<(), Gone> {
        let (mut readers, mut run) = (self.view.live.readers(), self.view.live.run());
        self.send(RECONNECT.to_owned()).await?;
        loop {
            readers.mark_unchanged();
            run.mark_unchanged();
            self.tell_what_changed().await?;
            // probes come and go by the millisecond; a card is told at once
            let calm = Instant::now() + CALM;
            let is_under_way = run.borrow().under_way.is_some();
            tokio::select! {
                changed = readers.changed() => changed.map_err(|_| Gone)?,
                changed = async { sleep_until(calm).await; run.changed().await } => {
                    changed.map_err(|_| Gone)?;
                }
                () = sleep(TICK), if is_under_way => {}
                () = sleep(alive) => self.send(NOTHING_NEW.to_owned()).await?,
            }
        }
    }

    async fn tell_what_changed(&mut self) -> Result<(), Gone> {
        let (readers, run) = (self.view.live.readers(), self.view.live.run());
        let (readers, run) = (readers.borrow().clone(), run.borrow().clone());
        self.piece(0, "readers", &self.view.readers(&readers))
            .await?;
        self.piece(1, "run", &self.view.run(&run, &readers)).await?;
        let is_first = self.changes.is_none();
        let is_new = run.last.as_ref().is_some_and(|last| {
            let told = self.last.as_ref();
            told.is_none_or(|told| !Arc::ptr_eq(&told.report, &last.report))
        });
        let is_other = !same(self.last.as_ref(), run.last.as_ref());
        if is_other || is_first {
            self.piece(2, "report", &self.view.report(&run)).await?;
            self.piece(3, "take", &self.view.take(&run)).await?;
        }
        if let Some(said) = self.sentence(&readers, &run, is_new && !is_first) {
            self.send(event("said", &said)).await?;
        }
        self.changes = Some(readers.count);
        self.last = run.last;
        Ok(())
    }

    /// For those who hear the page: what just happened, in one sentence.
    fn sentence(
        &self,
        readers: &super::readers::Readers,
        run: &super::run::Run,
        is_reported: bool,
    ) -> Option<String> {
        let is_changed = self.changes.is_some_and(|told| told < readers.count);
        let change = readers.changes.front().filter(|_| is_changed);
        let verdict = run.last.as_ref().filter(|_| is_reported);
        let verdict = verdict.map(|last| self.view.title(&last.report));
        change.map(|change| change.line.clone()).or(verdict)
    }

    async fn piece(&mut self, number: usize, name: &str, html: &str) -> Result<(), Gone> {
        let hash = hash_of(html);
        match self.sent.get_mut(number) {
            Some(sent) if *sent != hash => *sent = hash,
            _ => return Ok(()),
        }
        self.send(event(name, html)).await
    }

    async fn send(&self, text: String) -> Result<(), Gone> {
        self.send.send(text.into()).await.map_err(|_| Gone)
    }
}

fn same(one: Option<&Arc<Last>>, other: Option<&Arc<Last>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A line end of the text begins a line of data: no text can end its event.
fn event(name: &str, text: &str) -> String {
    let lines = text.split(['\n', '\r']);
    let data: String = lines.map(|line| format!("data: {line}\n")).collect();
    format!("event: {name}\n{data}\n")
}

const PIECES: usize = 4;
const RECONNECT: &str = "retry: 1000\n\n";
const NOTHING_NEW: &str = ":\n\n";
const CALM: Duration = Duration::from_millis(100);
const TICK: Duration = Duration::from_secs(1);

#[test]
fn no_text_can_end_its_event_nor_begin_another() {
    let hostile = "a\n\nevent: run\r\rdata: b";
    let written = event("said", hostile);
    assert_eq!(
        written,
        "event: said\ndata: a\ndata: \ndata: event: run\ndata: \ndata: data: b\n\n"
    );
}
