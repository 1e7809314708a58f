//! How does a handshake go, seen from the server?

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{
    CertificateError, CipherSuite, DigitallySignedStruct, DistinguishedName, Error, HandshakeKind,
    NamedGroup, ServerConfig, SignatureScheme,
};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{suite_name, version_of, version_seen};
use crate::scheme::{Scheme, TlsVersion};
use crate::server::{
    AcceptFailure, ChainJudged, ChainVerdict, ClientSeen, Demand, Gathered, HelloSeen, Patience,
    Replay, ServerError, ServerOptions, gather, part_with,
};

/// Makes handshakes as a server. Cheap to clone.
#[derive(Clone)]
pub struct Acceptor {
    tls: TlsAcceptor,
    judge: Arc<Judge>,
    patience: Patience,
}

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Acceptor({:?})", self.patience)
    }
}

impl Acceptor {
    /// Prepares everything that connections share. Keeps no session: what a client needs to
    /// take one up again is in the ticket it holds, encrypted.
    ///
    /// # Errors
    ///
    /// When the options make no server.
    pub fn new(options: ServerOptions) -> Result<Self, ServerError> {
        let provider = Arc::new(ring::default_provider());
        let judge = Arc::new(Judge::new(&options, &provider)?);
        let config = configure(options.identity, &options.versions, provider, judge.clone())?;
        Ok(Self {
            tls: TlsAcceptor::from(Arc::new(config)),
            judge,
            patience: options.patience,
        })
    }

    /// The same one, which speaks no HTTP/2; a session of one is taken up by the other.
    #[must_use]
    pub fn without_http2(&self) -> Self {
        let mut config = ServerConfig::clone(self.tls.config());
        config.alpn_protocols.retain(|name| name != b"h2");
        Self {
            tls: TlsAcceptor::from(Arc::new(config)),
            ..self.clone()
        }
    }

    /// One handshake. Ends within the patience there is. A stream that begins with something
    /// else than TLS is left where it was, its first bytes read.
    ///
    /// # Errors
    ///
    /// When the client does not come through; it has been told so by then, where TLS has a
    /// word for it.
    pub async fn accept<S>(&self, stream: &mut Option<S>) -> Result<Secured<S>, AcceptFailure>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let asking = stream.as_mut().ok_or(AcceptFailure::Closed)?;
        let first = timeout(self.patience.hello, read_hello(asking)).await;
        let first = first.map_err(|_| AcceptFailure::HelloOverdue)??;
        let stream = stream.take().ok_or(AcceptFailure::Closed)?;
        let handshake = self.shake_hands(first, stream);
        // The handshake needs several times the memory of what comes after it.
        let handshake = timeout(self.patience.handshake, Box::pin(handshake));
        handshake.await.map_err(|_| AcceptFailure::Overdue)?
    }

    async fn shake_hands<S>(&self, first: First, stream: S) -> Result<Secured<S>, AcceptFailure>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let accept = self.tls.accept(Replay::new(first.bytes, stream));
        let accept = accept.into_fallible();
        let accept = SCHEME.scope(Cell::new(None), async move {
            let accepted = accept.await;
            (accepted, SCHEME.with(Cell::get))
        });
        let (accepted, scheme) = accept.await;
        match accepted {
            Ok(stream) => Ok(self.secured(stream, scheme, first.hello)),
            Err((error, replay)) => {
                part_with(replay.into_inner()).await;
                Err(failure_of(&error))
            }
        }
    }

    fn secured<S>(
        &self,
        stream: TlsStream<Replay<S>>,
        scheme: Option<u16>,
        hello: Option<Box<HelloSeen>>,
    ) -> Secured<S> {
        let chain = stream.get_ref().1.peer_certificates();
        let verdict = chain.and_then(|chain| self.judge.judge(chain));
        Secured {
            stream: Box::new(stream),
            known: Box::new(Known {
                scheme,
                hello,
                verdict,
            }),
        }
    }
}

/// A connection that is through its handshake.
pub struct Secured<S> {
    stream: Box<TlsStream<Replay<S>>>,
    known: Box<Known>,
}

/// What rustls does not keep.
struct Known {
    scheme: Option<u16>,
    hello: Option<Box<HelloSeen>>,
    verdict: Option<ChainJudged>,
}

impl<S> std::fmt::Debug for Secured<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secured(…)")
    }
}

impl<S> Secured<S> {
    /// All that is known of the client. Copies its certificates.
    pub fn seen(&self) -> ClientSeen {
        let tls = self.stream.get_ref().1;
        let chain = tls.peer_certificates().unwrap_or_default();
        let suite = tls.negotiated_cipher_suite();
        let group = tls.negotiated_key_exchange_group();
        ClientSeen {
            version: tls.protocol_version().and_then(version_seen),
            cipher: suite.and_then(|suite| suite_name(suite.suite())),
            group: group.and_then(|group| group.name().as_str().map(str::to_owned)),
            alpn: tls
                .alpn_protocol()
                .map(|name| String::from_utf8_lossy(name).into_owned()),
            is_resumed: tls.handshake_kind() == Some(HandshakeKind::Resumed),
            hello: self.known.hello.as_deref().cloned(),
            chain: chain.iter().map(|der| der.to_vec()).collect(),
            verdict: self.known.verdict.clone(),
            scheme: self.known.scheme.map(Scheme::of),
        }
    }

    /// Whether HTTP/2 was agreed on.
    pub fn is_h2(&self) -> bool {
        self.stream.get_ref().1.alpn_protocol() == Some(b"h2")
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Secured<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncBufRead for Secured<S> {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        Pin::new(&mut self.get_mut().stream).poll_fill_buf(context)
    }

    fn consume(mut self: Pin<&mut Self>, count: usize) {
        Pin::new(&mut self.stream).consume(count);
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Secured<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The first flight.
struct First {
    bytes: Vec<u8>,
    hello: Option<Box<HelloSeen>>,
}

async fn read_hello<S>(stream: &mut S) -> Result<First, AcceptFailure>
where
    S: AsyncRead + Unpin,
{
    let mut bytes = Vec::with_capacity(2048);
    loop {
        let read = stream.read_buf(&mut bytes).await;
        match read.map_err(|error| AcceptFailure::Other(error.to_string()))? {
            0 => return Err(AcceptFailure::Closed),
            _ => match gather(&bytes) {
                Gathered::Whole(hello) => return Ok(First { bytes, hello }),
                Gathered::Partly if bytes.len() > MOST_HELLO => {
                    return Err(AcceptFailure::Other("ClientHello too long".to_owned()));
                }
                Gathered::Partly => {}
                Gathered::NotTls => {
                    let is_http = bytes.first().is_some_and(u8::is_ascii_uppercase);
                    return Err(AcceptFailure::NotTls { is_http });
                }
            },
        }
    }
}

/// A ClientHello of the longest, in records of one byte each, is no client's.
const MOST_HELLO: usize = 128 * 1024;

fn failure_of(error: &io::Error) -> AcceptFailure {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    match inner {
        Some(Error::AlertReceived(alert)) => AcceptFailure::PeerAlert(u8::from(*alert)),
        Some(Error::NoCertificatesPresented) => AcceptFailure::NoCertificate,
        Some(Error::InvalidCertificate(CertificateError::BadSignature)) => {
            AcceptFailure::BadSignature
        }
        _ if error.kind() == io::ErrorKind::UnexpectedEof => {
            AcceptFailure::Other("closed during the handshake".to_owned())
        }
        _ => AcceptFailure::Other(error.to_string()),
    }
}

fn configure(
    identity: crate::server::ServerIdentity,
    versions: &[TlsVersion],
    provider: Arc<CryptoProvider>,
    judge: Arc<Judge>,
) -> Result<ServerConfig, ServerError> {
    let setup = |error: Error| ServerError::Setup(error.to_string());
    let both = [TlsVersion::Tls13, TlsVersion::Tls12];
    let wanted = match versions {
        [] => &both[..],
        some => some,
    };
    let wanted: Vec<_> = wanted
        .iter()
        .filter_map(|version| version_of(*version))
        .collect();
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&wanted)
        .map_err(setup)?
        .with_client_cert_verifier(judge)
        .with_single_cert(identity.chain, identity.key)
        .map_err(|error| ServerError::Identity(error.to_string()))?;
    // a client that names none of these is refused by TLS itself
    config.alpn_protocols = [&b"h2"[..], b"http/1.1", b"http/1.0"]
        .map(<[u8]>::to_vec)
        .into();
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.ticketer = ring::Ticketer::new().map_err(setup)?;
    config.send_tls13_tickets = 1;
    Ok(config)
}

/// Lets every certificate in, whose key the client has, and says afterwards what it is worth:
/// a resumed session shows no certificate to a verifier, and its own holds no longer than others.
#[derive(Debug)]
struct Judge {
    provider: Arc<CryptoProvider>,
    is_mandatory: bool,
    subjects: Vec<DistinguishedName>,
    /// None: nobody to judge by.
    verifier: Option<Arc<dyn ClientCertVerifier>>,
}

impl Judge {
    fn new(options: &ServerOptions, provider: &Arc<CryptoProvider>) -> Result<Self, ServerError> {
        let roots = options.issuers.roots.clone();
        let subjects = roots.subjects();
        let verifier = (!roots.is_empty()).then(|| {
            let provider = provider.clone();
            WebPkiClientVerifier::builder_with_provider(roots, provider).build()
        });
        let verifier = verifier.transpose();
        Ok(Self {
            provider: provider.clone(),
            is_mandatory: options.demand == Demand::Required,
            subjects,
            verifier: verifier.map_err(|error| ServerError::Issuers(error.to_string()))?,
        })
    }

    fn judge(&self, chain: &[CertificateDer<'_>]) -> Option<ChainJudged> {
        let (leaf, others) = chain.split_first()?;
        let Some(verifier) = &self.verifier else {
            return Some(judged(ChainVerdict::NotJudged, None));
        };
        let outcome = verifier.verify_client_cert(leaf, others, UnixTime::now());
        Some(match outcome {
            Ok(_) => judged(ChainVerdict::Verified, None),
            Err(error) => judged(verdict_of(&error), Some(error.to_string())),
        })
    }
}

fn judged(verdict: ChainVerdict, reason: Option<String>) -> ChainJudged {
    ChainJudged { verdict, reason }
}

fn verdict_of(error: &Error) -> ChainVerdict {
    let Error::InvalidCertificate(error) = error else {
        return ChainVerdict::Other;
    };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ChainVerdict::Expired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ChainVerdict::NotYetValid
        }
        // an authority of the right name and another key
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            ChainVerdict::UnknownIssuer
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            ChainVerdict::WrongUsage
        }
        CertificateError::BadEncoding => ChainVerdict::Unreadable,
        _ => ChainVerdict::Other,
    }
}

impl ClientCertVerifier for Judge {
    fn client_auth_mandatory(&self) -> bool {
        self.is_mandatory
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.subjects
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        note(dss);
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        note(dss);
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// rustls tells the scheme to the verifier alone, which all connections share; it asks it while
/// this connection's task is polled.
fn note(signed: &DigitallySignedStruct) {
    // outside a handshake of ours there is nobody to tell
    let _ = SCHEME.try_with(|scheme| scheme.set(Some(u16::from(signed.scheme))));
}

tokio::task_local! {
    static SCHEME: Cell<Option<u16>>;
}

pub(crate) fn cipher_name(number: u16) -> Option<String> {
    suite_name(CipherSuite::from(number))
}

pub(crate) fn group_name(number: u16) -> Option<String> {
    NamedGroup::from(number).as_str().map(str::to_owned)
}
