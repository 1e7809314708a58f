//! Does this session log in to the proxy by itself?

use std::thread;

use tokio::sync::oneshot;
use tokio::time::timeout;
use tomcheck_diagnosis::{Deadline, ForeignFailure};

use super::Withheld;
use crate::sys::Session;

/// The first message of `scheme`, made by the system's own library from the session's ticket, or
/// from its login where that does as well. In a thread of its own: the library may ask the domain's
/// controller for a while.
pub(super) async fn begin(
    scheme: &'static str,
    host: &str,
    deadline: Deadline,
) -> Result<(Session, Vec<u8>), Withheld> {
    let host = host.to_owned();
    let begun = apart(deadline, move || Session::begin(scheme, &host)).await;
    begun.unwrap_or_else(|| {
        Err(Withheld::NoTicket {
            failure: timed_out(),
        })
    })
}

/// The next one, to this message of the proxy; none: there is none, or not in time.
pub(super) async fn go_on(
    mut session: Session,
    challenge: Vec<u8>,
    deadline: Deadline,
) -> Option<(Session, Vec<u8>)> {
    let next = move || {
        let message = session.go_on(&challenge)?;
        Some((session, message))
    };
    apart(deadline, next).await?
}

/// None: it took too long, and nobody waits for it any more.
async fn apart<T: Send + 'static>(
    deadline: Deadline,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (sender, receiver) = oneshot::channel();
    thread::spawn(move || {
        // Nobody listens any more once the deadline has passed.
        let _ = sender.send(work());
    });
    timeout(deadline.remaining(), receiver).await.ok()?.ok()
}

/// Our own patience ended, not the library's.
fn timed_out() -> ForeignFailure {
    let error = std::io::Error::from(std::io::ErrorKind::TimedOut);
    ForeignFailure::from_io("gss_init_sec_context", &error)
}
