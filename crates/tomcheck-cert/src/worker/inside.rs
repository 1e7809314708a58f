//! Who serves the requests when the module is loaded into this process?
//!
//! A thread, so that waiting still has a deadline. It cannot be ended: one whose call never
//! returns is left behind, and makes no further call but those that leave the card in order.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tomcheck_diagnosis::Deadline;
use zeroize::Zeroizing;

use super::WorkerFailure;
use super::driver::{Company, Driver};
use super::line::{Far, Line};
use super::protocol::{Message, Request};
use super::serve::answer;
use crate::CallFailure;

/// Starts the thread; the module is not loaded yet.
pub(super) fn open_line(module: &Path) -> Result<Line, WorkerFailure> {
    let held = Held::take(module)?;
    let (to, requests) = channel();
    let (say, from) = channel();
    let gate = Arc::new(Mutex::new(Gate::default()));
    let at = Arc::clone(&gate);
    std::thread::Builder::new()
        .name("tomcheck-module".to_owned())
        .stack_size(STACK)
        .spawn(move || serve(held, &requests, at, say))
        .map_err(|source| WorkerFailure::Thread { source })?;
    let to = Some(to);
    Ok(Line::new(Far::Thread(Inside { to, gate }), from))
}

/// Modules are written for the stack of a program's first thread.
const STACK: usize = 8 << 20;

/// The thread, from outside.
#[derive(Debug)]
pub(super) struct Inside {
    to: Option<Sender<Asked>>,
    gate: Arc<Mutex<Gate>>,
}

impl Inside {
    pub(super) fn send(&self, request: &Request, raw: Option<&[u8]>) -> io::Result<()> {
        let raw = raw.map(|raw| Zeroizing::new(raw.to_vec()));
        let request = request.clone();
        let to = self.to.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        let sent = to.send(Asked { request, raw });
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// The last call that it began. It begins no other: a code still to be presented is not.
    pub(super) fn give_up(&mut self) -> Option<String> {
        self.to = None;
        let mut gate = locked(&self.gate);
        gate.is_shut = true;
        gate.last.map(str::to_owned)
    }

    /// Waits until it has ended, unless it was given up.
    pub(super) fn leave(&mut self, from: &Receiver<Message>, limit: Duration) {
        if self.to.take().is_none() {
            return;
        }
        let until = Deadline::after(limit);
        while from.recv_timeout(until.remaining()).is_ok() {}
    }
}

/// What the thread is asked, and what follows it: a code is wiped once it was presented.
struct Asked {
    request: Request,
    raw: Option<Zeroizing<Vec<u8>>>,
}

/// What every call passes: whoever shuts it knows which call was the last.
#[derive(Debug, Default)]
struct Gate {
    is_shut: bool,
    /// Of the request under way.
    last: Option<&'static str>,
}

impl Gate {
    fn pass(&mut self, call: &'static str) -> Result<(), CallFailure> {
        if self.is_shut && !LEAVING.contains(&call) {
            return Err(CallFailure::OutOfTime);
        }
        self.last = Some(call);
        Ok(())
    }
}

/// The calls that leave the card in order.
const LEAVING: [&str; 3] = ["C_CloseSession", "C_Logout", "C_Finalize"];

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // whatever panicked, each change is one whole
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(held: Held, requests: &Receiver<Asked>, gate: Arc<Mutex<Gate>>, say: Sender<Message>) {
    let (to, at) = (say.clone(), Arc::clone(&gate));
    let enter = move |call: &'static str| {
        // told before the gate opens again: nobody shuts it between the two
        let mut gate = locked(&at);
        gate.pass(call)?;
        let call = call.to_owned();
        // with nobody to hear it the call is made all the same
        let _ = to.send(Message::Enter { call });
        Ok(())
    };
    let mut driver = Driver::new(enter, Company::Others);
    while let Ok(Asked { request, raw }) = requests.recv() {
        locked(&gate).last = None;
        let message = answer(&mut driver, request, || raw);
        let _ = say.send(message);
    }
    let _ = driver.finish();
    drop(driver);
    // the module is free before anybody hears that the thread has ended
    drop(held);
    drop(say);
}

/// A module's file, while a thread of this process has it loaded for somebody.
#[derive(Debug)]
struct Held(PathBuf);

static HELD: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

impl Held {
    fn take(module: &Path) -> Result<Self, WorkerFailure> {
        // what is not there is refused by the loader later on
        let path = module.canonicalize().unwrap_or_else(|_| module.to_owned());
        if locked(&HELD).insert(path.clone()) {
            return Ok(Self(path));
        }
        Err(WorkerFailure::InUse {
            module: module.to_owned(),
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        locked(&HELD).remove(&self.0);
    }
}

#[test]
fn a_shut_gate_lets_nobody_in_and_everybody_out() {
    let mut gate = Gate::default();
    gate.pass("C_OpenSession").unwrap();
    gate.is_shut = true;
    assert_eq!(gate.pass("C_Login"), Err(CallFailure::OutOfTime));
    assert_eq!(gate.last, Some("C_OpenSession"), "the one that hung");
    assert!(LEAVING.iter().all(|call| gate.pass(call).is_ok()));
}
