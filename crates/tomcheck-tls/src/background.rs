//! How is a blocking call kept off the executor, and off the deadline?

use std::thread;

use tokio::sync::oneshot;
use tokio::time::timeout;
use tomcheck_diagnosis::Deadline;

/// Runs `work` on a thread of its own; none: it did not end by the deadline.
///
/// The thread is left behind then. `tokio::task::spawn_blocking` would make the end of the
/// runtime wait for it, and a resolver or a card may hang for good.
pub(crate) async fn until<T: Send + 'static>(
    deadline: Deadline,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (answer, answered) = oneshot::channel();
    let spawned = thread::Builder::new()
        .name("tomcheck-tls".to_owned())
        .spawn(move || drop(answer.send(work())));
    spawned.ok()?;
    timeout(deadline.remaining(), answered).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[tokio::test]
    async fn an_answer_in_time_comes_back_and_a_hanging_call_is_left_behind() {
        let soon = Deadline::after(Duration::from_millis(50));
        assert_eq!(
            until(Deadline::after(Duration::from_secs(5)), || 3).await,
            Some(3)
        );
        let begun = Instant::now();
        let hanging = until(soon, || thread::sleep(Duration::from_secs(3)));
        assert_eq!(hanging.await, None);
        assert!(begun.elapsed() < Duration::from_secs(2));
    }
}
