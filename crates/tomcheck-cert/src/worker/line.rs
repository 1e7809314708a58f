//! How is whoever serves the requests asked, waited for and given up?

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use tomcheck_diagnosis::Deadline;

use super::child::{Process, millis};
use super::inside::Inside;
use super::protocol::{Message, Request};
use super::serve::lost;
use crate::CallFailure;

/// How long a question may take: each call, and all of them.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    pub(super) per_call: Duration,
    pub(super) whole: Deadline,
}

/// The line to the worker: whoever holds it may ask.
#[derive(Debug)]
pub(super) struct Line {
    far: Far,
    from: Receiver<Message>,
    /// The call under way, if a request is.
    call: Option<String>,
    /// Why there is nobody at the other end any more.
    ended: Option<CallFailure>,
}

/// Who is at the other end.
#[derive(Debug)]
pub(super) enum Far {
    Process(Process),
    Thread(Inside),
}

impl Line {
    pub(super) fn new(far: Far, from: Receiver<Message>) -> Self {
        Self {
            far,
            from,
            call: None,
            ended: None,
        }
    }

    /// `raw` follows the request, where it wants something that is no JSON.
    pub(super) fn ask<T: DeserializeOwned>(
        &mut self,
        request: &Request,
        raw: Option<&[u8]>,
        patience: Patience,
    ) -> Result<T, CallFailure> {
        if let Some(ended) = &self.ended {
            return Err(ended.clone());
        }
        if patience.whole.has_passed() {
            return Err(CallFailure::OutOfTime);
        }
        self.call = None;
        if self.far.send(request, raw).is_err() {
            return Err(self.bury());
        }
        let Patience { per_call, whole } = patience;
        // a call that is cut short resets the card: what was begun may end, for a moment
        let mut parting = None;
        loop {
            let since = Instant::now();
            match self.hear(per_call, whole, &mut parting) {
                Ok(Message::Enter { call }) => self.call = Some(call),
                Ok(Message::Answer(value)) => return serde_json::from_value(value).map_err(lost),
                Ok(Message::Failed(failure)) => return Err(failure),
                Ok(Message::Hello { .. }) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(self.bury()),
                Err(RecvTimeoutError::Timeout) => {
                    let waited = since.elapsed();
                    let is_hung = waited >= per_call / 2;
                    return Err(self.abandon(waited, is_hung));
                }
            }
        }
    }

    /// Waits for a message. A worker that ended may have left processes of its module behind that
    /// hold its end of the line open: it is looked at now and then.
    fn hear(
        &mut self,
        per_call: Duration,
        whole: Deadline,
        parting: &mut Option<Deadline>,
    ) -> Result<Message, RecvTimeoutError> {
        let mut until = Deadline::after(whole.remaining().min(per_call));
        loop {
            if whole.is_cancelled() {
                until = *parting.get_or_insert_with(|| Deadline::after(PARTING));
            }
            match self.from.recv_timeout(until.remaining().min(LOOK_AFTER)) {
                Err(RecvTimeoutError::Timeout) if self.far.has_ended() => {
                    // what it said last may be under way
                    let last = self.from.recv_timeout(LAST_WORDS);
                    return last.map_err(|_| RecvTimeoutError::Disconnected);
                }
                Err(RecvTimeoutError::Timeout) if !until.has_passed() => {}
                other => return other,
            }
        }
    }

    /// The other end has gone: by the call it was in, if it was in one.
    fn bury(&mut self) -> CallFailure {
        let failure = self.far.bury(self.call.take());
        self.ended = Some(failure.clone());
        failure
    }

    /// `is_hung`: the call had time enough; else the time for everything ended under it, which
    /// says nothing of the module.
    fn abandon(&mut self, waited: Duration, is_hung: bool) -> CallFailure {
        let last = self.far.give_up();
        let waited_ms = millis(waited);
        let failure = match last.or(self.call.take()) {
            Some(call) if is_hung => CallFailure::Hung { call, waited_ms },
            Some(_) => CallFailure::OutOfTime,
            None => lost(format!("it says nothing for {waited_ms} ms")),
        };
        self.ended = Some(failure.clone());
        failure
    }

    /// A worker that is killed leaves its card connection to PC/SC, which then resets the
    /// card: it is asked to finish first.
    pub(super) fn close(&mut self, limit: Duration) -> Result<(), CallFailure> {
        let patience = Patience {
            per_call: limit,
            whole: Deadline::after(limit),
        };
        let finished = self.ask(&Request::Finish, None, patience);
        self.ended.get_or_insert_with(|| lost("it was told to end"));
        match &mut self.far {
            Far::Process(process) => process.leave(limit),
            Far::Thread(inside) => inside.leave(&self.from, limit),
        }
        finished
    }

    pub(super) fn process_id(&self) -> u32 {
        match &self.far {
            Far::Process(process) => process.id(),
            Far::Thread(_) => std::process::id(),
        }
    }
}

impl Far {
    fn send(&mut self, request: &Request, raw: Option<&[u8]>) -> io::Result<()> {
        match self {
            Self::Process(process) => process.send(request, raw),
            Self::Thread(inside) => inside.send(request, raw),
        }
    }

    /// Seen otherwise than by its line being closed.
    fn has_ended(&mut self) -> bool {
        match self {
            Self::Process(process) => process.has_ended(),
            Self::Thread(_) => false,
        }
    }

    fn bury(&mut self, call: Option<String>) -> CallFailure {
        match self {
            Self::Process(process) => process.bury(call),
            Self::Thread(_) => lost("its thread ended"),
        }
    }

    /// The last call that was begun, where this end knows better than what was heard of it.
    fn give_up(&mut self) -> Option<String> {
        match self {
            Self::Process(process) => {
                process.end();
                None
            }
            Self::Thread(inside) => inside.give_up(),
        }
    }
}

/// How long what was begun may still take once everything was cancelled.
const PARTING: Duration = Duration::from_secs(3);
/// How often a worker that says nothing is looked at.
const LOOK_AFTER: Duration = Duration::from_millis(100);
/// How long what an ended worker said may take to arrive.
const LAST_WORDS: Duration = Duration::from_millis(50);
