//! Has this session a Kerberos ticket for the proxy?

use std::thread;

use tokio::sync::oneshot;
use tokio::time::timeout;
use tomcheck_diagnosis::{Deadline, ForeignFailure};

use super::Withheld;
use crate::sys;

/// The message of `Negotiate`, made by the system's own library from the session's ticket. In a
/// thread of its own: the library may ask the domain's controller for a while.
pub(super) async fn token(host: &str, deadline: Deadline) -> Result<Vec<u8>, Withheld> {
    let (sender, receiver) = oneshot::channel();
    let host = host.to_owned();
    thread::spawn(move || {
        // Nobody listens any more once the deadline has passed.
        let _ = sender.send(sys::ticket(&host));
    });
    match timeout(deadline.remaining(), receiver).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) | Err(_) => Err(Withheld::NoTicket {
            failure: timed_out(),
        }),
    }
}

/// Our own patience ended, not the library's.
fn timed_out() -> ForeignFailure {
    let error = std::io::Error::from(std::io::ErrorKind::TimedOut);
    ForeignFailure::from_io("gss_init_sec_context", &error)
}
