//! Where does the handshake stand, and what are the next bytes?

use std::io::{Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{
    AlertDescription, ClientConfig, ClientConnection, Error, HandshakeType, InvalidMessage,
    PeerIncompatible,
};
use tomcheck_diagnosis::Deadline;

use super::{suite_name, version_seen};
use crate::background;
use crate::scheme::TlsVersion;

/// One client connection without a socket.
pub(crate) struct Engine {
    /// None: lost to a thread that had not come back by the deadline.
    tls: Option<Box<ClientConnection>>,
}

/// Why rustls went no further.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum EngineFailure {
    /// The peer's fatal alert.
    PeerAlert(u8),
    /// The server's certificate does not verify; the alert we answer with.
    ServerNotVerified(Option<u8>),
    /// The server knows only versions that we do not.
    NoCommonVersion,
    /// A TLS 1.3 server asked for a certificate after the handshake.
    PostHandshakeRequest,
    /// A TLS 1.3 server accepts only signatures that 1.3 forbids.
    NoScheme,
    /// A handshake message is longer than rustls takes.
    TooLong,
    /// The work had not ended by the deadline.
    Overdue,
    /// As rustls says it.
    Other(String),
}

/// Source: rustls 0.23, `MAX_HANDSHAKE_SIZE`, headers of records included.
pub(crate) const TOO_LONG: &str = "a handshake message of 64 KiB or more";

impl EngineFailure {
    /// One line, as the protocol or rustls says it.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Other(text) => text.clone(),
            Self::PeerAlert(number) => format!("alert {number}"),
            Self::ServerNotVerified(_) => "the server's certificate does not verify".to_owned(),
            Self::NoCommonVersion => "no common version".to_owned(),
            Self::PostHandshakeRequest => "CertificateRequest after Finished".to_owned(),
            Self::NoScheme => "CertificateRequest without a scheme of TLS 1.3".to_owned(),
            Self::TooLong => TOO_LONG.to_owned(),
            Self::Overdue => "the work had not ended by the deadline".to_owned(),
        }
    }
}

impl Engine {
    /// # Errors
    ///
    /// When `host` is neither a host name nor an address.
    pub(crate) fn new(config: ClientConfig, host: &str) -> Result<Self, EngineFailure> {
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|error| EngineFailure::Other(error.to_string()))?;
        let tls = ClientConnection::new(Arc::new(config), name).map_err(|e| failure_of(&e))?;
        let tls = Some(Box::new(tls));
        Ok(Self { tls })
    }

    /// What is to be sent now.
    pub(crate) fn outgoing(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some(tls) = self.tls.as_mut().filter(|tls| tls.wants_write()) {
            // writing to a Vec cannot fail
            if tls.write_tls(&mut bytes).is_err() {
                break;
            }
        }
        bytes
    }

    /// Takes in what has come. The card may have to sign, so it runs on a thread of its own.
    pub(crate) async fn incoming(
        &mut self,
        bytes: &[u8],
        deadline: Deadline,
    ) -> Result<(), EngineFailure> {
        let mut tls = self.tls.take().ok_or(EngineFailure::Overdue)?;
        let bytes = bytes.to_vec();
        let work = background::until(deadline, move || {
            let outcome = take_in(&mut tls, &bytes);
            (tls, outcome)
        });
        let (tls, outcome) = work.await.ok_or(EngineFailure::Overdue)?;
        self.tls = Some(tls);
        outcome.map_err(|error| failure_of(&error))
    }

    /// Readable content that has come, at most `limit` bytes of it.
    pub(crate) fn plaintext(&mut self, limit: usize) -> Vec<u8> {
        let mut content = Vec::new();
        if let Some(tls) = &mut self.tls {
            let limit = u64::try_from(limit).unwrap_or(u64::MAX);
            // "nothing now" and "closed without goodbye" are told by the stream itself
            let _ = tls.reader().take(limit).read_to_end(&mut content);
        }
        content
    }

    /// Queues readable content.
    pub(crate) fn send(&mut self, content: &[u8]) {
        if let Some(tls) = &mut self.tls {
            // the queue of a small request is never full
            let _ = tls.writer().write_all(content);
        }
    }

    pub(crate) fn say_goodbye(&mut self) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
        }
    }

    pub(crate) fn is_handshaking(&self) -> bool {
        self.tls.as_ref().is_some_and(|tls| tls.is_handshaking())
    }

    pub(crate) fn version(&self) -> Option<TlsVersion> {
        version_seen(self.tls.as_ref()?.protocol_version()?)
    }

    pub(crate) fn cipher(&self) -> Option<String> {
        suite_name(self.tls.as_ref()?.negotiated_cipher_suite()?.suite())
    }
}

/// Blocks while the card signs.
fn take_in(tls: &mut ClientConnection, mut bytes: &[u8]) -> Result<(), Error> {
    while !bytes.is_empty() {
        let is_handshaking = tls.is_handshaking();
        let taken = tls.read_tls(&mut bytes).map_err(|error| {
            // of what is no socket, reading fails only for want of room
            match is_handshaking {
                true => Error::InvalidMessage(InvalidMessage::HandshakePayloadTooLarge),
                false => Error::General(error.to_string()),
            }
        })?;
        tls.process_new_packets()?;
        if taken == 0 {
            break;
        }
    }
    Ok(())
}

fn failure_of(error: &Error) -> EngineFailure {
    match error {
        Error::AlertReceived(alert) => EngineFailure::PeerAlert(u8::from(*alert)),
        Error::InvalidCertificate(why) => {
            let alert = AlertDescription::from(why.clone());
            EngineFailure::ServerNotVerified(Some(u8::from(alert)))
        }
        Error::NoCertificatesPresented => EngineFailure::ServerNotVerified(None),
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => EngineFailure::NoCommonVersion,
        Error::PeerIncompatible(PeerIncompatible::NoCertificateRequestSignatureSchemesInCommon) => {
            EngineFailure::NoScheme
        }
        Error::InvalidMessage(InvalidMessage::HandshakePayloadTooLarge) => EngineFailure::TooLong,
        Error::InappropriateHandshakeMessage {
            got_type: HandshakeType::CertificateRequest,
            ..
        } => EngineFailure::PostHandshakeRequest,
        _ => EngineFailure::Other(error.to_string()),
    }
}
