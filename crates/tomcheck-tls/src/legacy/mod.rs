//! How does a connection go that rustls will not make: a certificate asked for once it is open,
//! TLS 1.0 or 1.1?
//!
//! OpenSSL makes it, on a thread of its own. Who the server is, whether the certificate goes out
//! and with which signature is decided as for rustls, by the same code.

mod key;
mod pipe;
mod talk;
mod watch;

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use self::talk::{Course, Stop, talk};
use crate::background;
use crate::handshake::HandshakeProbe;
use crate::judge::PROTOCOL_VERSION;
use crate::legacy_seen::LegacySeen;
use crate::resolve::micros;
use crate::rustls_adapter::{Shared, TOO_LONG};
use crate::scheme::TlsVersion;
use crate::seen::{Ending, HandshakeSeen, Moment, Requested, ServerVerdict, SignatureSeen};
use crate::told::{Story, tell};

/// Makes one connection and one `GET` with OpenSSL, and answers when it is asked for the
/// certificate, be it by renegotiation (TLS 1.2, as RFC 5746 has it and no other way) or after
/// the handshake (TLS 1.3).
///
/// Keeps the promises of [`HandshakeProbe`]: nothing of the card for a server that does not
/// verify, one signature at most, an end by the deadline.
#[derive(Clone, Debug)]
pub struct LegacyProbe {
    handshake: HandshakeProbe,
    also_old: bool,
}

impl LegacyProbe {
    /// The probe's id in reports.
    pub const ID: &'static str = "tls.legacy";

    /// Where to, with which certificate, whom to trust and until when is `handshake`'s.
    pub fn like(handshake: HandshakeProbe) -> Self {
        Self {
            handshake,
            also_old: false,
        }
    }

    /// What is left to try after `seen`, which `handshake` (with a deadline ahead) saw: none when
    /// rustls met nothing that it will not do, or the card has signed already.
    pub fn after(seen: &HandshakeSeen, handshake: HandshakeProbe) -> Option<Self> {
        let is_later = matches!(
            seen.client_auth.requested,
            Requested::Renegotiation | Requested::PostHandshake
        );
        let is_verified = seen.server_verdict == ServerVerdict::Verified;
        let has_signed = seen.token.signature != SignatureSeen::NotAsked;
        if is_old(seen) {
            return Some(Self::like(handshake).with_old_versions());
        }
        if is_too_long(seen) {
            return Some(Self::like(handshake));
        }
        let is_left = (is_later || seen.may_demand_later()) && is_verified && !has_signed;
        is_left.then(|| Self::like(handshake))
    }

    /// The same probe, offering TLS 1.0 and 1.1 too, with the weak ciphers of their time.
    #[must_use]
    pub fn with_old_versions(mut self) -> Self {
        self.also_old = true;
        self
    }

    /// Looks, over a stream that is already open to the server (directly or by a tunnel).
    pub async fn observe<S>(&self, stream: S) -> LegacySeen
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let ledger = Shared::default();
        let course = Arc::new(Course::default());
        let mut story = Story::begin(ledger.clone());
        let stop = self.converse(stream, ledger, &course).await;
        let (ending, failure) = self.ending(stop, &mut story, &course);
        course.write_down(&mut story);
        let mut seen = tell(&self.handshake, story, ending);
        seen.offered = self.offered();
        course.put_right(&mut seen);
        LegacySeen {
            handshake: seen,
            failure,
        }
    }

    /// What stopped it; none: nothing did.
    async fn converse<S>(&self, stream: S, ledger: Shared, course: &Arc<Course>) -> Option<Stop>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let (pipe, pump) = pipe::pipe(ledger.clone());
        let (probe, course) = (self.clone(), course.clone());
        let deadline = self.handshake.deadline;
        let work = move || talk(&probe, pipe, ledger, &course);
        let (stop, ()) = tokio::join!(background::until(deadline, work), async {
            // what is still under way then is left behind
            let _ = timeout(deadline.remaining(), pump.run(stream)).await;
        });
        stop.unwrap_or(Some(Stop::Overdue))
    }

    fn offered(&self) -> Vec<TlsVersion> {
        let old: &[_] = match self.also_old {
            true => &[TlsVersion::Tls11, TlsVersion::Tls10],
            false => &[],
        };
        [self.handshake.versions.offered(), old].concat()
    }

    fn ending(
        &self,
        stop: Option<Stop>,
        story: &mut Story,
        course: &Course,
    ) -> (Ending, Option<tomcheck_diagnosis::ForeignFailure>) {
        let moment = course.moment(story);
        if story.has_failed_to_sign() {
            return (Ending::SignatureFailed, None);
        }
        let ending = match stop {
            None => Ending::Complete,
            Some(_) if story.has_refused_server() => Ending::ServerNotVerified,
            Some(Stop::Alert(number)) => {
                story.peer_alert = Some(number);
                Ending::Alert { moment }
            }
            Some(Stop::Closed) => Ending::Closed { moment },
            Some(Stop::Broken(failure)) => Ending::Broken { moment, failure },
            Some(Stop::Overdue) => Ending::Silent {
                moment,
                waited_ms: micros(story.begun) / 1000,
                since_hello_ms: micros(story.begun) / 1000,
            },
            Some(Stop::Failed(failure)) => {
                let reason = failure.to_string();
                return (Ending::Protocol { moment, reason }, Some(failure));
            }
        };
        (ending, None)
    }
}

/// OpenSSL takes 100 KiB (`SSL_MAX_CERT_LIST_DEFAULT`).
fn is_too_long(seen: &HandshakeSeen) -> bool {
    matches!(&seen.ending, Ending::Protocol { reason, .. } if reason == TOO_LONG)
}

/// The server speaks none of rustls's versions.
fn is_old(seen: &HandshakeSeen) -> bool {
    let alert = seen.alert.as_ref();
    let says_so = alert.is_some_and(|alert| {
        alert.number == PROTOCOL_VERSION && alert.moment == Moment::BeforeCertificate
    });
    seen.ending == Ending::NoCommonVersion || says_so
}
