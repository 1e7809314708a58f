//! What does the worker process do with its life?

use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde::Serialize;
use tomcheck_diagnosis::ForeignFailure;
use zeroize::Zeroizing;

use super::driver::{Company, Driver};
use super::frame;
use super::protocol::{INSTEAD, Message, Request, VERSION};
use crate::CallFailure;
use crate::sys::process;
use crate::trace;

/// What the worker process does: serves its parent over standard input and output until
/// they close.
///
/// A program that calls this when it is given [`super::WORKER_ARGUMENT`] can be the program
/// of a [`super::WorkerCommand`]. It must not have touched standard input before.
pub fn serve_worker() -> ExitCode {
    process::limit();
    match trace::keep().unwrap_or_else(serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve() -> io::Result<()> {
    // before there is a second thread: the system demands it
    let refused = find_instead().err();
    // not sooner: it closes files of /proc that are needed for that; before any code porteur is here
    process::hide_memory();
    let (from, to) = process::take_streams()?;
    let parent = Parent {
        to: Rc::new(RefCell::new(to)),
        own_id: std::process::id(),
    };
    let requests = listen(from)?;
    parent.say(&Message::Hello {
        version: VERSION,
        refused,
    })?;
    let to = parent.clone();
    let enter = move |call| {
        to.enter(call);
        Ok(())
    };
    let mut driver = Driver::new(enter, Company::Nobody);
    while let Ok(frame) = requests.recv() {
        let request = serde_json::from_slice(&frame)?;
        let last = matches!(request, Request::Finish);
        parent.say(&answer(&mut driver, request, || requests.recv().ok()))?;
        if last {
            return Ok(());
        }
    }
    // the parent is gone: leave the card in order all the same
    let _ = driver.finish();
    Ok(())
}

fn find_instead() -> Result<(), ForeignFailure> {
    let Some(text) = std::env::var_os(INSTEAD) else {
        return Ok(());
    };
    let wanted: Result<Vec<_>, _> = serde_json::from_str(&text.to_string_lossy());
    let wanted =
        wanted.map_err(|error| ForeignFailure::decimal("unshare", 0).named(error.to_string()))?;
    process::find_instead(&wanted)
}

/// `raw` gives what follows some requests: the path to be loaded, the code porteur of a login.
pub(super) fn answer(
    driver: &mut Driver,
    request: Request,
    raw: impl FnOnce() -> Option<Frame>,
) -> Message {
    match request {
        Request::Ping => said(Ok(())),
        Request::Load => match raw() {
            Some(path) => said(driver.load(&process::path_of(&path))),
            None => said::<()>(Err(lost("no path followed"))),
        },
        Request::Initialise => said(driver.initialise()),
        Request::Slots => said(driver.slots()),
        Request::Token { slot } => said(driver.token(slot)),
        Request::Certificates { slot } => said(driver.certificates(slot)),
        Request::Flags { slot } => said(driver.flags(slot)),
        Request::Approach { slot } => said(driver.approach(slot)),
        Request::Login { slot } => match raw() {
            Some(pin) => said(driver.login_spending_a_try(slot, Some(&pin))),
            None => said::<()>(Err(lost("no code followed"))),
        },
        Request::LoginOnPinPad { slot } => said(driver.login_spending_a_try(slot, None)),
        Request::Sign {
            slot,
            key_id,
            mechanism,
            data,
        } => {
            let signature = driver.sign(slot, &key_id, mechanism, &data);
            said(signature.map(|bytes| crate::hexadecimal::encode(&bytes)))
        }
        Request::Finish => said(driver.finish()),
    }
}

fn said<T: Serialize>(result: Result<T, CallFailure>) -> Message {
    match result.map(|value| serde_json::to_value(value)) {
        Ok(Ok(value)) => Message::Answer(value),
        Ok(Err(error)) => Message::Failed(lost(error)),
        Err(failure) => Message::Failed(failure),
    }
}

pub(super) fn lost(reason: impl ToString) -> CallFailure {
    CallFailure::WorkerLost {
        reason: reason.to_string(),
    }
}

pub(super) type Frame = Zeroizing<Vec<u8>>;

/// Reads on a thread of its own, so that the parent's end is noticed during a foreign call
/// that never returns.
fn listen(mut from: File) -> io::Result<Receiver<Frame>> {
    let (send, receive) = channel();
    let reader = move || {
        while let Ok(Some(frame)) = frame::read(&mut from) {
            if send.send(frame).is_err() {
                return;
            }
        }
        drop(send);
        leave_soon();
    };
    std::thread::Builder::new()
        .name("requests".to_owned())
        .spawn(reader)?;
    Ok(receive)
}

/// How long a call under way may still take once nobody waits for it.
const GRACE: Duration = Duration::from_secs(2);

#[expect(
    clippy::exit,
    reason = "the main thread is inside a foreign call that may never return"
)]
fn leave_soon() {
    std::thread::sleep(GRACE);
    std::process::exit(1);
}

/// The way back to the parent.
#[derive(Clone)]
struct Parent {
    to: Rc<RefCell<File>>,
    own_id: u32,
}

impl Parent {
    /// Says that the foreign call `call` begins now. Without a parent the call is made all
    /// the same: it may be the one that leaves the card in order.
    fn enter(&self, call: &'static str) {
        let _ = self.say(&Message::Enter {
            call: call.to_owned(),
        });
    }

    /// A module that forks would have us here twice, each answering: only the first may.
    fn say(&self, message: &Message) -> io::Result<()> {
        if std::process::id() != self.own_id {
            std::process::abort();
        }
        let text = serde_json::to_vec(message)?;
        let mut out = self.to.borrow_mut();
        match frame::write(&mut *out, &text) {
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                let refusal = Message::Failed(lost("the answer is too long"));
                frame::write(&mut *out, &serde_json::to_vec(&refusal)?)
            }
            other => other,
        }
    }
}
