//! Who moves the bytes, and by when?

use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use tomcheck_diagnosis::ForeignFailure;

use crate::certificate::hex;
use crate::handshake::HandshakeProbe;
use crate::http;
use crate::record::{Direction, HANDSHAKE, RecordSeen, Tap, may_be_tls};
use crate::resolve::micros;
use crate::rustls_adapter::{Engine, EngineFailure, Shared, configure};
use crate::scheme::TlsVersion;
use crate::seen::{Ending, HandshakeSeen, Moment};
use crate::told::{Story, tell};

/// Makes the handshake and the request, and tells how it went.
pub(crate) async fn drive<S>(probe: &HandshakeProbe, stream: S) -> HandshakeSeen
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let ledger = Shared::default();
    let mut story = Story::begin(ledger.clone());
    let ending = match engine(probe, ledger) {
        Ok(engine) => {
            let mut drive = Drive::new(probe, stream, engine, &mut story);
            let ending = drive.run().await.err().unwrap_or(Ending::Complete);
            let ending = drive.last_words(ending).await;
            drive.leave(&ending).await;
            ending
        }
        Err(failure) => Ending::Protocol {
            moment: Moment::BeforeCertificate,
            reason: failure.text(),
        },
    };
    tell(probe, story, ending)
}

fn engine(probe: &HandshakeProbe, ledger: Shared) -> Result<Engine, EngineFailure> {
    let config = configure(
        probe.credential.clone(),
        &probe.trust,
        probe.versions,
        ledger,
    );
    let config = config.map_err(|error| EngineFailure::Other(error.to_string()))?;
    Engine::new(config, &probe.host)
}

/// A handshake under way. Whatever ends it early travels as the `Err` of each step.
struct Drive<'a, S> {
    probe: &'a HandshakeProbe,
    stream: S,
    engine: Engine,
    story: &'a mut Story,
    sent: Tap,
    received: Tap,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin + Send> Drive<'a, S> {
    fn new(probe: &'a HandshakeProbe, stream: S, engine: Engine, story: &'a mut Story) -> Self {
        Self {
            probe,
            stream,
            engine,
            story,
            sent: Tap::new(Direction::Sent),
            received: Tap::new(Direction::Received),
        }
    }

    async fn run(&mut self) -> Result<(), Ending> {
        self.story.marks.hello = Some(Instant::now());
        self.flush().await?;
        while self.engine.is_handshaking() {
            self.step().await?;
        }
        self.story.marks.finished = Some(Instant::now());
        self.settle().await?;
        self.ask().await?;
        self.hear().await
    }

    /// Reads once, lets rustls work, sends what it wants sent.
    async fn step(&mut self) -> Result<(), Ending> {
        let mut buffer = [0; 8192];
        let length = self.read(&mut buffer).await?;
        let bytes = buffer.get(..length).unwrap_or_default();
        self.take_note(bytes)?;
        let outcome = self.engine.incoming(bytes, self.probe.deadline).await;
        self.story.version = self.engine.version().or(self.story.version);
        self.story.cipher = self.engine.cipher().or(self.story.cipher.take());
        outcome.map_err(|failure| self.ending_of(failure))?;
        self.flush().await
    }

    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Ending> {
        let begun = Instant::now();
        let until = match self.story.has_answered {
            true => self.probe.deadline,
            false => self.probe.deadline.at_most(HandshakeProbe::PATIENCE),
        };
        let read = timeout(until.remaining(), self.stream.read(buffer)).await;
        let moment = self.moment();
        match read {
            Ok(Ok(0)) => Err(Ending::Closed { moment }),
            Ok(Ok(length)) => Ok(length),
            Ok(Err(error)) => Err(Ending::Broken {
                moment,
                failure: ForeignFailure::from_io("read", &error),
            }),
            Err(_) => Err(self.silent_since(begun)),
        }
    }

    /// Sends what rustls wants sent.
    async fn flush(&mut self) -> Result<(), Ending> {
        let bytes = self.engine.outgoing();
        if bytes.is_empty() {
            return Ok(());
        }
        let story = &mut *self.story;
        self.sent
            .feed(&bytes, micros(story.begun), &mut story.records);
        let write = async {
            self.stream.write_all(&bytes).await?;
            self.stream.flush().await
        };
        let begun = Instant::now();
        let written = timeout(self.probe.deadline.remaining(), write).await;
        let moment = self.moment();
        self.story.has_answered |= self.story.is_server_verified();
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Ending::Broken {
                moment,
                failure: ForeignFailure::from_io("write", &error),
            }),
            Err(_) => Err(self.silent_since(begun)),
        }
    }

    fn take_note(&mut self, bytes: &[u8]) -> Result<(), Ending> {
        let story = &mut *self.story;
        if story.marks.first_byte.is_none() {
            story.marks.first_byte = Some(Instant::now());
            if !may_be_tls(bytes) {
                return Err(not_tls(bytes));
            }
        }
        let before = story.records.len();
        self.received
            .feed(bytes, micros(story.begun), &mut story.records);
        let is_handshake = |record: &RecordSeen| record.content_type == HANDSHAKE;
        let new = story.records.get(before..).unwrap_or_default();
        story.has_server_hello |= new.iter().any(is_handshake);
        // in TLS 1.2 the type of a record is never encrypted, and after Finished only
        // HelloRequest is a handshake message of the server's
        story.has_hello_request |= story.marks.finished.is_some()
            && story.version == Some(TlsVersion::Tls12)
            && new.iter().any(is_handshake);
        Ok(())
    }

    /// In TLS 1.3 a server judges our certificate after our Finished: its alert crosses our
    /// request, and is followed by a reset for the request nobody read. Where a reset destroys
    /// what came before it, the request waits. Servers that are content mostly say so at once,
    /// by a session ticket.
    async fn settle(&mut self) -> Result<(), Ending> {
        let is_tls13 = self.story.version == Some(TlsVersion::Tls13);
        if !A_RESET_DESTROYS || !is_tls13 || !self.story.was_asked() {
            return Ok(());
        }
        let patience = (self.story.hello_time() * 2).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        let until = self.probe.deadline.at_most(patience);
        let mut first = [0; 8192];
        let Ok(read) = timeout(until.remaining(), self.stream.read(&mut first)).await else {
            return Ok(());
        };
        let moment = self.moment();
        let length = read.map_err(|error| Ending::Broken {
            moment,
            failure: ForeignFailure::from_io("read", &error),
        })?;
        if length == 0 {
            return Err(Ending::Closed { moment });
        }
        let bytes = first.get(..length).unwrap_or_default();
        self.take_note(bytes)?;
        let outcome = self.engine.incoming(bytes, self.probe.deadline).await;
        outcome.map_err(|failure| self.ending_of(failure))?;
        self.flush().await
    }

    async fn ask(&mut self) -> Result<(), Ending> {
        let probe = self.probe;
        self.engine
            .send(&http::request(&probe.host, probe.port, &probe.path));
        self.flush().await?;
        self.story.marks.request = Some(Instant::now());
        Ok(())
    }

    /// Reads until the head of the answer is whole; what ends the connection after that is
    /// no matter.
    async fn hear(&mut self) -> Result<(), Ending> {
        while !http::is_whole(&self.story.head) {
            let outcome = self.step().await;
            let room = http::MOST_HEAD.saturating_sub(self.story.head.len());
            let content = self.engine.plaintext(room);
            self.story.head.extend_from_slice(&content);
            match outcome {
                Err(ending) if self.story.head.is_empty() => return Err(ending),
                Err(_) => break,
                Ok(()) => {}
            }
        }
        self.story.marks.answered = Some(Instant::now());
        self.story.heard_at = tomcheck_diagnosis::Instant::now();
        self.hear_why().await;
        Ok(())
    }

    /// Reads on, for a moment, where the answer refuses: nginx says in its page alone that it
    /// is the certificate.
    async fn hear_why(&mut self) {
        let until = self.probe.deadline.at_most(LONGEST_PAUSE);
        let wants = |head: &[u8]| http::refuses(head) && !http::has_title(head);
        while wants(&self.story.head) {
            let Ok(outcome) = timeout(until.remaining(), self.step()).await else {
                return;
            };
            let room = http::MOST_HEAD.saturating_sub(self.story.head.len());
            let content = self.engine.plaintext(room);
            self.story.head.extend_from_slice(&content);
            if outcome.is_err() {
                return;
            }
        }
    }

    /// Who closes while we still write has mostly said why before: its alert waits to be
    /// read.
    async fn last_words(&mut self, ending: Ending) -> Ending {
        if !matches!(&ending, Ending::Broken { failure, .. } if failure.call == "write") {
            return ending;
        }
        let until = self.probe.deadline.at_most(LONGEST_PAUSE);
        let mut buffer = [0; 8192];
        let read = timeout(until.remaining(), self.stream.read(&mut buffer)).await;
        let Ok(Ok(length)) = read else {
            return ending;
        };
        let bytes = buffer.get(..length).unwrap_or_default();
        if bytes.is_empty() {
            return ending;
        }
        if let Err(other) = self.take_note(bytes) {
            return other;
        }
        match self.engine.incoming(bytes, until).await {
            Err(failure @ EngineFailure::PeerAlert(_)) => self.ending_of(failure),
            _ => ending,
        }
    }

    /// Says goodbye, or our alert; never the half of a flight whose signature failed.
    async fn leave(&mut self, ending: &Ending) {
        if matches!(ending, Ending::SignatureFailed) {
            return;
        }
        if *ending == Ending::Complete {
            self.engine.say_goodbye();
        }
        let bytes = self.engine.outgoing();
        let story = &mut *self.story;
        self.sent
            .feed(&bytes, micros(story.begun), &mut story.records);
        story.our_clear_alert = self.sent.clear_alert();
        let until = self.probe.deadline.at_most(LONGEST_PAUSE);
        // the other side may be gone, and nothing depends on its hearing this
        let _ = timeout(until.remaining(), self.stream.write_all(&bytes)).await;
    }

    fn silent_since(&self, begun: Instant) -> Ending {
        let hello = self.story.marks.hello.unwrap_or(begun);
        Ending::Silent {
            moment: self.moment(),
            waited_ms: micros(begun) / 1000,
            since_hello_ms: micros(hello) / 1000,
        }
    }

    fn moment(&self) -> Moment {
        let story = &*self.story;
        if !story.head.is_empty() {
            return Moment::DuringHttp;
        }
        if story.marks.finished.is_some() {
            let is_past_finished = story.version == Some(TlsVersion::Tls12);
            return match story.marks.request {
                Some(_) if is_past_finished => Moment::DuringHttp,
                _ => Moment::AfterFinished,
            };
        }
        match (story.has_answered, story.has_signed(), story.was_asked()) {
            (true, true, _) => Moment::AfterCertificateVerify,
            (true, false, true) => Moment::AfterOurCertificate,
            _ if story.has_server_hello => Moment::AfterServerHello,
            _ => Moment::BeforeCertificate,
        }
    }

    fn ending_of(&mut self, failure: EngineFailure) -> Ending {
        let moment = self.moment();
        if self.story.has_failed_to_sign() {
            return Ending::SignatureFailed;
        }
        match failure {
            EngineFailure::PeerAlert(number) => {
                self.story.peer_alert = Some(number);
                Ending::Alert { moment }
            }
            EngineFailure::ServerNotVerified(alert) if !self.story.is_server_verified() => {
                self.story.our_alert = alert;
                Ending::ServerNotVerified
            }
            EngineFailure::NoCommonVersion => Ending::NoCommonVersion,
            failure => {
                self.story.oddity = Some(failure.clone());
                Ending::Protocol {
                    moment,
                    reason: failure.text(),
                }
            }
        }
    }
}

fn not_tls(bytes: &[u8]) -> Ending {
    let first = bytes.get(..64).unwrap_or(bytes);
    let text = std::str::from_utf8(first).ok();
    let line = text.and_then(|text| text.lines().next());
    let readable = line.filter(|line| line.chars().all(|c| !c.is_control()));
    Ending::NotTls {
        first_bytes: hex(first),
        text: readable.map(str::to_owned),
    }
}

/// Whether what has come and was not read yet is lost when a reset follows. Linux and the BSDs,
/// macOS among them, hand it out first, and tell of the reset after it.
const A_RESET_DESTROYS: bool = cfg!(windows);
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
