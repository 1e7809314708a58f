//! What happens on one connection?

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, Stream};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::verifier::CardVerifier;

/// What all connections of a server share.
#[derive(Debug)]
pub(super) struct Site {
    configuration: Arc<ServerConfig>,
    status: u16,
    pub(super) verifier: Arc<CardVerifier>,
    pub(super) connections: AtomicUsize,
    pub(super) handshakes: AtomicUsize,
    pub(super) failure: Mutex<Option<String>>,
    pub(super) closing: AtomicBool,
}

impl Site {
    pub(super) fn new(
        configuration: Arc<ServerConfig>,
        verifier: Arc<CardVerifier>,
        status: u16,
    ) -> Self {
        Self {
            configuration,
            status,
            verifier,
            connections: AtomicUsize::new(0),
            handshakes: AtomicUsize::new(0),
            failure: Mutex::new(None),
            closing: AtomicBool::new(false),
        }
    }

    pub(super) fn answer(&self, mut stream: TcpStream) {
        self.connections.fetch_add(1, Ordering::SeqCst);
        if let Err(error) = self.converse(&mut stream) {
            *held(&self.failure) = Some(error.to_string());
        }
        // Closing while the client still sends would turn our last words, an alert
        // perhaps, into a reset.
        let _ = stream.shutdown(Shutdown::Write);
        let _ = io::copy(&mut stream, &mut io::sink());
    }

    fn converse(&self, stream: &mut TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let mut tls =
            ServerConnection::new(Arc::clone(&self.configuration)).map_err(io::Error::other)?;
        while tls.is_handshaking() {
            tls.complete_io(stream)?;
        }
        self.handshakes.fetch_add(1, Ordering::SeqCst);
        let page = self.page(&tls);
        let mut secured = Stream::new(&mut tls, stream);
        read_request(&mut secured)?;
        secured.write_all(page.as_bytes())?;
        tls.send_close_notify();
        tls.write_tls(stream).map(drop)
    }

    /// The answer, with what the server received.
    fn page(&self, tls: &ServerConnection) -> String {
        let shown = tls.peer_certificates().and_then(<[_]>::first);
        let subject = shown.map_or_else(|| "none".to_owned(), |der| subject_of(der));
        let version = tls.protocol_version().and_then(|version| version.as_str());
        let body = format!(
            "tomcheck test site\nversion: {}\nclient certificate: {subject}\n",
            version.unwrap_or("unknown")
        );
        format!(
            "HTTP/1.1 {} Test\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.status,
            body.len()
        )
    }
}

/// Reads up to the blank line; a client that closes before it has nothing to ask.
fn read_request(stream: &mut impl Read) -> io::Result<()> {
    let mut request = Vec::new();
    let mut some = [0; 1024];
    while !request.ends_with(b"\r\n\r\n") && request.len() < LONGEST_REQUEST {
        match stream.read(&mut some)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => request.extend_from_slice(some.get(..count).unwrap_or_default()),
        }
    }
    Ok(())
}

fn subject_of(der: &[u8]) -> String {
    match X509Certificate::from_der(der) {
        Ok((_, certificate)) => certificate.subject().to_string(),
        Err(error) => error.to_string(),
    }
}

/// What a mutex holds, even when a thread died with it.
pub(super) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A client that says nothing for longer is gone.
const PATIENCE: Duration = Duration::from_secs(30);
const LONGEST_REQUEST: usize = 16 * 1024;
