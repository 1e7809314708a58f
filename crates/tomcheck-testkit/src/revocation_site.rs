//! Who publishes the revocation lists of the test hierarchy?
//!
//! A small HTTP server on the loopback: the lists lie under `/CRL/`, as the certificates say.
//! Questions by POST are answered by `openssl ocsp`, where a responder was asked for; anything
//! else is answered by 404.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::Pki;
use crate::pki::{Ca, Domaine, Gamme, Holder, Purpose, Variant};

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
    responds: bool,
    answers: AtomicUsize,
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
        Self::with(false)
    }

    /// The same with a responder for staff cards.
    ///
    /// # Panics
    ///
    /// As [`RevocationSite::start`].
    pub fn start_with_responder() -> Self {
        Self::with(true)
    }

    fn with(responds: bool) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound port has an address");
        let shared = Arc::new(Shared {
            responds,
            ..Shared::default()
        });
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

    /// How many questions its responder has answered.
    pub fn answers(&self) -> usize {
        self.shared.answers.load(Ordering::Relaxed)
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
    let mut reader = BufReader::new(connection);
    let (first, length) = head(&mut reader);
    let mut words = first.split(' ');
    let body = match (words.next(), words.next()) {
        (Some("GET"), Some(path)) => list(path).inspect(|_| count(&shared.lists)),
        (Some("POST"), Some(_)) if shared.responds => {
            let mut question = Vec::new();
            let _ = reader.take(length).read_to_end(&mut question);
            responder(&question).inspect(|_| count(&shared.answers))
        }
        _ => None,
    };
    let status = match body {
        Some(_) => "200 OK",
        None => "404 Not Found",
    };
    let body = body.unwrap_or_default();
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let mut to = connection;
    let _ = to
        .write_all(head.as_bytes())
        .and_then(|()| to.write_all(&body));
}

fn count(counter: &AtomicUsize) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// The first line, and how many bytes are posted.
fn head(reader: &mut impl BufRead) -> (String, u64) {
    let mut lines = reader.lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    let headers = lines.take_while(|line| !line.is_empty());
    let length = headers.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    let length = length.last().unwrap_or(0);
    (first, length)
}

/// What `openssl ocsp` answers, signed by the authority itself.
fn responder(question: &[u8]) -> Option<Vec<u8>> {
    let ca = Pki::shared().authority(Holder::Cpe.issuer());
    let folder = tempfile::tempdir().ok()?;
    let file = |name: &str| folder.path().join(name);
    fs::write(file("index.txt"), index()).ok()?;
    fs::write(file("question.der"), question).ok()?;
    let pem = ca.certificate_pem();
    let status = Command::new("openssl")
        .args(["ocsp", "-ndays", "1", "-index"])
        .arg(file("index.txt"))
        .arg("-CA")
        .arg(&pem)
        .arg("-rsigner")
        .arg(&pem)
        .arg("-rkey")
        .arg(pem.with_extension("key"))
        .arg("-reqin")
        .arg(file("question.der"))
        .arg("-respout")
        .arg(file("response.der"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.ok().filter(std::process::ExitStatus::success)?;
    fs::read(file("response.der")).ok()
}

/// As `openssl ca` keeps it: state, end, revocation, number, file, subject.
fn index() -> String {
    let line = |variant| {
        let card = Pki::shared().person(Holder::Cpe, Purpose::Authentication, variant);
        let (_, read) = x509_parser::parse_x509_certificate(card.certificate_der()).ok()?;
        let serial: String = read
            .raw_serial()
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        let serial = serial.strip_prefix("00").unwrap_or(&serial).to_owned();
        let (state, revoked) = match variant {
            Variant::Revoked => ("R", "260101000000Z,keyCompromise"),
            _ => ("V", ""),
        };
        Some(format!(
            "{state}\t491231000000Z\t{revoked}\t{serial}\tunknown\t/CN=x\n"
        ))
    };
    let lines = [Variant::Valid, Variant::Revoked]
        .into_iter()
        .filter_map(line);
    lines.collect()
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
    let pem = fs::read(Pki::shared().authority(ca).crl_pem()).ok()?;
    let (_, der) = x509_cert::der::pem::decode_vec(&pem).ok()?;
    Some(der)
}

const PATIENCE: Duration = Duration::from_secs(10);
