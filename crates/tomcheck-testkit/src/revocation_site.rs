//! Who publishes the revocation lists of the test hierarchy?
//!
//! A small HTTP server on the loopback: the lists lie under `/CRL/`, as the certificates say. Of
//! anything else, and of every question by POST, it says 404: there is no responder.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::Pki;
use crate::pki::{Ca, Domaine, Gamme};

/// A running server; dropped, it takes no more connections.
#[derive(Debug)]
pub struct RevocationSite {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    is_over: AtomicBool,
    lists: AtomicUsize,
}

impl RevocationSite {
    /// The name the certificates have their lists at.
    pub const LISTS: &str = "igc-sante.test.invalid";
    /// The name the certificates have their responder at.
    pub const RESPONDER: &str = "ocsp.test.invalid";

    /// Starts it on a free port of the loopback.
    ///
    /// # Panics
    ///
    /// When there is no port left.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound port has an address");
        let shared = Arc::new(Shared::default());
        let served = Arc::clone(&shared);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                if served.is_over.load(Ordering::Relaxed) {
                    return;
                }
                let served = Arc::clone(&served);
                thread::spawn(move || serve(&connection, &served));
            }
        });
        Self { address, shared }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many lists it has given away.
    pub fn lists(&self) -> usize {
        self.shared.lists.load(Ordering::Relaxed)
    }
}

impl Drop for RevocationSite {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        // the listener waits for one more
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(connection: &TcpStream, shared: &Shared) {
    let _ = connection.set_read_timeout(Some(PATIENCE));
    let mut lines = BufReader::new(connection).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    for line in lines.by_ref() {
        if line.is_empty() {
            break;
        }
    }
    let mut words = first.split(' ');
    let list = match (words.next(), words.next()) {
        (Some("GET"), Some(path)) => list(path),
        _ => None,
    };
    let (status, body) = match list {
        Some(list) => {
            shared.lists.fetch_add(1, Ordering::Relaxed);
            ("200 OK", list)
        }
        None => ("404 Not Found", Vec::new()),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let mut to = connection;
    let _ = to
        .write_all(head.as_bytes())
        .and_then(|()| to.write_all(&body));
}

/// `/CRL/ACI-ST-PP-TEST.crl`
fn list(path: &str) -> Option<Vec<u8>> {
    let name = path.strip_prefix("/CRL/")?.strip_suffix("-TEST.crl")?;
    let gammes = [Gamme::Elementaire, Gamme::Standard, Gamme::Fort];
    let all = gammes.into_iter().flat_map(|gamme| {
        let issuing = [Domaine::Personnes, Domaine::Organisations];
        issuing.map(|domaine| Ca::Issuing(gamme, domaine))
    });
    let ca = all.into_iter().find(|ca| ca.short() == name)?;
    let pem = std::fs::read(Pki::shared().authority(ca).crl_pem()).ok()?;
    let (_, der) = x509_cert::der::pem::decode_vec(&pem).ok()?;
    Some(der)
}

const PATIENCE: Duration = Duration::from_secs(10);
