//! What is said to OpenSSL, and what does it say?

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use openssl::error::ErrorStack;
use openssl::ssl::{
    Error, ErrorCode, Ssl, SslContext, SslContextBuilder, SslMethod, SslRef, SslStream,
    SslVerifyMode, SslVersion,
};
use tomcheck_diagnosis::ForeignFailure;

use super::LegacyProbe;
use super::pipe::Pipe;
use super::watch::Watch;
use crate::http;
use crate::rustls_adapter::Shared;
use crate::scheme::TlsVersion;
use crate::seen::{HandshakeSeen, Moment, Presented, Requested, SignatureSeen};
use crate::sys::{offer_post_handshake_authentication, watch_server};
use crate::told::Story;

/// Why it went no further.
#[derive(Debug)]
pub(super) enum Stop {
    /// The server's fatal alert.
    Alert(u8),
    /// The other side closed.
    Closed,
    /// The stream broke.
    Broken(ForeignFailure),
    /// The deadline passed.
    Overdue,
    /// As OpenSSL says it.
    Failed(ForeignFailure),
}

/// How far it came, also when nobody waits for the end of it.
#[derive(Debug, Default)]
pub(super) struct Course(Mutex<Stage>);

#[derive(Clone, Debug, Default)]
struct Stage {
    version: Option<TlsVersion>,
    cipher: Option<String>,
    finished: Option<Instant>,
    asked_for_page: Option<Instant>,
    answered: Option<Instant>,
    requested: Option<Requested>,
    head: Vec<u8>,
}

/// Makes the connection and the request; none: both were answered. Blocks.
pub(super) fn talk(
    probe: &LegacyProbe,
    pipe: Pipe,
    ledger: Shared,
    course: &Arc<Course>,
) -> Option<Stop> {
    let ssl = match ssl(probe, ledger, course) {
        Ok(ssl) => ssl,
        Err(stack) => return Some(Stop::Failed(failure_of("SSL_new", &stack))),
    };
    match SslStream::new(ssl, pipe) {
        Ok(stream) => run(stream, probe, course).err(),
        Err(stack) => Some(Stop::Failed(failure_of("SSL_new", &stack))),
    }
}

fn run(mut stream: SslStream<Pipe>, probe: &LegacyProbe, course: &Course) -> Result<(), Stop> {
    let connected = stream.connect();
    course.with(|stage| stage.agree(stream.ssl()));
    connected.map_err(|error| stop_of("SSL_connect", error))?;
    course.with(|stage| stage.finished = Some(Instant::now()));
    let target = &probe.handshake;
    let request = http::request(&target.host, target.port, &target.path);
    let sent = stream.ssl_write(&request);
    sent.map_err(|error| stop_of("SSL_write", error))?;
    course.with(|stage| stage.asked_for_page = Some(Instant::now()));
    hear(&mut stream, course)?;
    course.with(|stage| {
        stage.agree(stream.ssl());
        stage.answered = Some(Instant::now());
    });
    // a goodbye: nothing depends on its being heard
    let _ = stream.shutdown();
    Ok(())
}

/// Reads until the head of the answer is whole; a demand for the certificate is answered on the
/// way. What ends the connection after the first of it is no matter.
fn hear(stream: &mut SslStream<Pipe>, course: &Course) -> Result<(), Stop> {
    let mut buffer = [0; 4096];
    let mut head = Vec::new();
    while !http::is_whole(&head) {
        match stream.ssl_read(&mut buffer) {
            Ok(length) => head.extend_from_slice(buffer.get(..length).unwrap_or_default()),
            Err(error) if head.is_empty() => return Err(stop_of("SSL_read", error)),
            Err(_) => break,
        }
        course.with(|stage| stage.head.clone_from(&head));
    }
    Ok(())
}

fn ssl(probe: &LegacyProbe, ledger: Shared, course: &Arc<Course>) -> Result<Ssl, ErrorStack> {
    let host = &probe.handshake.host;
    let context = context(probe, ledger, course)?;
    let mut ssl = Ssl::new(&context)?;
    if host.parse::<IpAddr>().is_err() {
        ssl.set_hostname(host)?;
    }
    Ok(ssl)
}

fn context(
    probe: &LegacyProbe,
    ledger: Shared,
    course: &Arc<Course>,
) -> Result<SslContext, ErrorStack> {
    let mut context = SslContext::builder(SslMethod::tls_client())?;
    // judged by the witness alone; without this OpenSSL would go on all the same
    context.set_verify(SslVerifyMode::PEER);
    limit_versions(&mut context, probe)?;
    offer_post_handshake_authentication(&mut context);
    let watch = Watch::new(&probe.handshake, ledger, course.clone(), &mut context)?;
    match watch_server(&mut context, Arc::new(watch)) {
        true => Ok(context.build()),
        false => Err(ErrorStack::get()),
    }
}

fn limit_versions(context: &mut SslContextBuilder, probe: &LegacyProbe) -> Result<(), ErrorStack> {
    let oldest = match probe.also_old {
        true => SslVersion::TLS1,
        false => SslVersion::TLS1_2,
    };
    context.set_min_proto_version(Some(oldest))?;
    if probe.also_old {
        // what those versions sign with, OpenSSL's security level 1 forbids
        context.set_cipher_list("DEFAULT:@SECLEVEL=0")?;
    }
    Ok(())
}

impl Course {
    fn with<T>(&self, look: impl FnOnce(&mut Stage) -> T) -> T {
        // whoever panicked while holding it left facts that are still true
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The server asks now.
    pub(super) fn note_demand(&self, ssl: &SslRef) {
        self.with(|stage| {
            stage.note_version(ssl);
            stage.requested = Some(match (stage.finished, stage.version) {
                (None, _) => Requested::InHandshake,
                (Some(_), Some(TlsVersion::Tls13)) => Requested::PostHandshake,
                (Some(_), _) => Requested::Renegotiation,
            });
        });
    }

    pub(super) fn version(&self) -> Option<TlsVersion> {
        self.with(|stage| stage.version)
    }

    pub(super) fn moment(&self, story: &Story) -> Moment {
        let stage = self.with(|stage| stage.clone());
        match (stage.asked_for_page, stage.finished) {
            (Some(_), _) => Moment::DuringHttp,
            (None, Some(_)) => Moment::AfterFinished,
            _ if story.has_signed() => Moment::AfterCertificateVerify,
            _ if stage.requested.is_some() => Moment::AfterOurCertificate,
            _ if story.has_judged_server() => Moment::AfterServerHello,
            _ => Moment::BeforeCertificate,
        }
    }

    pub(super) fn write_down(&self, story: &mut Story) {
        let stage = self.with(std::mem::take);
        story.version = stage.version;
        story.cipher = stage.cipher;
        story.marks.finished = stage.finished;
        story.marks.request = stage.asked_for_page;
        story.marks.answered = stage.answered;
        story.head = stage.head;
        // a flight leaves whole or not at all
        story.has_answered = true;
        story.heard_at = tomcheck_diagnosis::Instant::now();
        self.with(|again| again.requested = stage.requested);
    }

    /// rustls, whose words the observation is told in, knows one kind of demand, and sends what it
    /// was given. OpenSSL may think better of it; a certificate that goes out is signed for.
    pub(super) fn put_right(&self, seen: &mut HandshakeSeen) {
        if let Some(requested) = self.with(|stage| stage.requested) {
            seen.client_auth.requested = requested;
        }
        let token = &mut seen.token;
        if token.presented == Presented::Sent && token.signature == SignatureSeen::NotAsked {
            token.presented = Presented::KeptByOpenssl;
        }
    }
}

impl Stage {
    /// Before the first Finished OpenSSL tells no cipher; a version it always tells, be it only
    /// that of its own hello.
    fn agree(&mut self, ssl: &SslRef) {
        if let Some(cipher) = ssl.current_cipher() {
            self.cipher = cipher.standard_name().map(str::to_owned);
            self.note_version(ssl);
        }
    }

    fn note_version(&mut self, ssl: &SslRef) {
        self.version = match ssl.version2() {
            Some(SslVersion::TLS1) => Some(TlsVersion::Tls10),
            Some(SslVersion::TLS1_1) => Some(TlsVersion::Tls11),
            Some(SslVersion::TLS1_2) => Some(TlsVersion::Tls12),
            Some(SslVersion::TLS1_3) => Some(TlsVersion::Tls13),
            _ => None,
        };
    }
}

fn stop_of(call: &'static str, error: Error) -> Stop {
    let Some(stack) = error.ssl_error() else {
        return match error.io_error() {
            Some(error) => Stop::Broken(ForeignFailure::from_io("read", error)),
            None if matches!(error.code(), ErrorCode::ZERO_RETURN | ErrorCode::SYSCALL) => {
                Stop::Closed
            }
            None => Stop::Failed(ForeignFailure::decimal(call, error.code().as_raw())),
        };
    };
    let reasons = stack
        .errors()
        .iter()
        .map(openssl::error::Error::reason_code);
    let alert = |reason: i32| u8::try_from(reason.checked_sub(SSL_AD_REASON_OFFSET)?).ok();
    match reasons.clone().find_map(alert) {
        Some(number) => Stop::Alert(number),
        None if reasons.clone().any(|reason| reason == UNEXPECTED_EOF) => Stop::Closed,
        None => Stop::Failed(failure_of(call, stack)),
    }
}

/// The first that went wrong, with its number as OpenSSL packs it.
fn failure_of(call: &'static str, stack: &ErrorStack) -> ForeignFailure {
    let Some(first) = stack.errors().first() else {
        return ForeignFailure::new(call, 0);
    };
    let failure = ForeignFailure::new(call, i64::try_from(first.code()).unwrap_or(i64::MAX));
    match first.reason() {
        Some(reason) => failure.named(reason),
        None => failure,
    }
}

/// A reason above it is an alert of the server's. Source: openssl/ssl.h.
const SSL_AD_REASON_OFFSET: i32 = 1000;
/// `SSL_R_UNEXPECTED_EOF_WHILE_READING`. Source: openssl/sslerr.h.
const UNEXPECTED_EOF: i32 = 294;
