//! What comes back for one ClientHello?

use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use tomcheck_diagnosis::{Deadline, ForeignFailure};

use super::answer::{Answer, Flight};
use super::seen::Outcome;
use crate::alert;
use crate::resolve::micros;

/// Sends `hello`, reads until the server's first message is whole, or with `to_the_end` its
/// first flight, and hangs up. Nothing else is ever sent. The bytes that came are counted.
pub(crate) async fn try_hello<S>(
    mut stream: S,
    hello: &[u8],
    to_the_end: bool,
    deadline: Deadline,
) -> (Outcome, usize)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let begun = Instant::now();
    let mut heard = Heard::default();
    let write = async {
        stream.write_all(hello).await?;
        stream.flush().await
    };
    let stop = match timeout(deadline.remaining(), write).await {
        Ok(Ok(())) => heard.listen(&mut stream, to_the_end, deadline).await,
        // who hangs up while we write may have said why before
        Ok(Err(error)) => {
            let soon = deadline.at_most(QUIET);
            match heard.listen(&mut stream, false, soon).await {
                Stop::Enough => Stop::Enough,
                _ => Stop::Broken(ForeignFailure::from_io("write", &error)),
            }
        }
        Err(_) => Stop::Late,
    };
    let received = heard.bytes.len();
    (
        heard.outcome(stop, to_the_end, micros(begun) / 1000),
        received,
    )
}

/// What came so far.
#[derive(Default)]
struct Heard {
    bytes: Vec<u8>,
}

/// Why reading ended.
enum Stop {
    Enough,
    Closed,
    Broken(ForeignFailure),
    Late,
}

impl Heard {
    async fn listen<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        to_the_end: bool,
        deadline: Deadline,
    ) -> Stop {
        let mut buffer = [0; 8192];
        loop {
            let flight = Flight::of(&self.bytes);
            let is_enough = match flight.answer {
                Answer::Unfinished => false,
                Answer::Hello(_) => !to_the_end,
                _ => true,
            };
            if is_enough || self.bytes.len() >= Answer::MOST_BYTES {
                return Stop::Enough;
            }
            // in TLS 1.3 only silence says that a flight is over
            let until = if flight.is_whole {
                deadline.at_most(QUIET)
            } else {
                deadline
            };
            match timeout(until.remaining(), stream.read(&mut buffer)).await {
                Ok(Ok(0)) => return Stop::Closed,
                Ok(Ok(length)) => self.take(buffer.get(..length).unwrap_or_default()),
                Ok(Err(error)) => return Stop::Broken(ForeignFailure::from_io("read", &error)),
                Err(_) if flight.is_whole => return Stop::Enough,
                Err(_) => return Stop::Late,
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let room = Answer::MOST_BYTES.saturating_sub(self.bytes.len());
        self.bytes
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    }

    fn outcome(&self, stop: Stop, to_the_end: bool, waited_ms: u64) -> Outcome {
        let flight = Flight::of(&self.bytes);
        let is_empty = self.bytes.is_empty();
        match (flight.answer, stop) {
            (Answer::Hello(chosen), _) => Outcome::Answered {
                chosen,
                whole: to_the_end.then_some(flight.is_whole),
            },
            (Answer::Alert { number }, _) => alert_of(number),
            (Answer::NotTls, _) => Outcome::NotTls,
            (Answer::Garbled, _) => Outcome::Garbled,
            (Answer::Unfinished, Stop::Closed | Stop::Broken(_)) if flight.warning.is_some() => {
                alert_of(flight.warning.unwrap_or_default())
            }
            (Answer::Unfinished, Stop::Broken(failure)) => Outcome::Broken { failure },
            (Answer::Unfinished, Stop::Closed) => Outcome::Closed,
            (Answer::Unfinished, _) if is_empty => Outcome::Silent { waited_ms },
            (Answer::Unfinished, _) => Outcome::Stalled { waited_ms },
        }
    }
}

fn alert_of(number: u8) -> Outcome {
    Outcome::Alert {
        number,
        name: alert::name_of(number).map(str::to_owned),
    }
}

/// How long a flight of TLS 1.3 must be over to be called whole.
const QUIET: Duration = Duration::from_millis(400);
