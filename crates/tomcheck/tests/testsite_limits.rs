//! Who takes his time with the test site is parted with: one limit is short in each test, and it alone
//! can end the connection before the test gives up.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tomcheck::testsite::{Limits, Patience, TestSite, TestSiteOptions};
use tomcheck_testkit::{Ca, Gamme, Pki, ServerCertificate, until_closed};

/// A site in this process, as long as the test.
struct Site {
    address: SocketAddr,
    _end: tokio::sync::oneshot::Sender<()>,
}

impl Site {
    fn open(limits: Limits) -> Self {
        let server = Pki::shared().server(ServerCertificate::Localhost);
        let options = TestSiteOptions {
            listen: ([127, 0, 0, 1], 0).into(),
            identity: Some((server.chain_pem(), server.key_pem())),
            limits,
            ..TestSiteOptions::default()
        };
        let (told, address) = std::sync::mpsc::channel();
        let (end, ended) = tokio::sync::oneshot::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async {
                let site = TestSite::open(options).await.unwrap();
                told.send(site.address()).unwrap();
                let end = async { drop(ended.await) };
                site.serve(end, None).await;
            });
        });
        let address = address.recv_timeout(GIVE_UP).unwrap();
        Self { address, _end: end }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(GIVE_UP)).unwrap();
        stream
    }

    /// A client of TLS that has come through.
    fn shake_hands(&self, alpn: &str) -> Tls {
        self.shake_hands_offering(&[alpn])
    }

    fn shake_hands_offering(&self, alpn: &[&str]) -> Tls {
        let mut tls = client(alpn);
        let mut stream = self.connect();
        while tls.is_handshaking() {
            tls.complete_io(&mut stream).unwrap();
        }
        StreamOwned::new(tls, stream)
    }
}

type Tls = StreamOwned<ClientConnection, TcpStream>;

fn client(alpn: &[&str]) -> ClientConnection {
    let root = Pki::shared().authority(Ca::Root(Gamme::Elementaire));
    let mut roots = RootCertStore::empty();
    roots.add(root.certificate_der().to_vec().into()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|it| it.as_bytes().to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    ClientConnection::new(Arc::new(config), name).unwrap()
}

/// All that comes until the site ends the connection, which it must before we give up.
fn until_the_end(stream: &mut impl Read) -> Vec<u8> {
    until_closed(stream).expect("the site holds it still")
}

/// Those that this test is not about.
fn long() -> Limits {
    let patience = Patience {
        hello: LONG,
        handshake: LONG,
    };
    Limits {
        patience,
        head: LONG,
        exchange: LONG,
        idle: LONG,
        ..Limits::default()
    }
}

fn hello() -> Vec<u8> {
    let mut hello = Vec::new();
    client(&["http/1.1"]).write_tls(&mut hello).unwrap();
    hello
}

#[test]
fn a_hello_that_does_not_come_whole() {
    let mut limits = long();
    limits.patience.hello = SHORT;
    let site = Site::open(limits);
    for part in [0, 1, 100] {
        let mut stream = site.connect();
        stream.write_all(hello().get(..part).unwrap()).unwrap();
        until_the_end(&mut stream);
    }
    site.shake_hands("http/1.1");
}

#[test]
fn a_handshake_that_stops_after_the_hello() {
    let mut limits = long();
    limits.patience.handshake = SHORT;
    let site = Site::open(limits);
    let mut stream = site.connect();
    stream.write_all(&hello()).unwrap();
    let flight = until_the_end(&mut stream);
    assert!(flight.len() > 500, "the site had answered: {flight:?}");
}

#[test]
fn a_request_whose_head_does_not_come_whole() {
    let head = SHORT;
    let site = Site::open(Limits { head, ..long() });
    let mut stream = site.shake_hands("http/1.1");
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-")
        .unwrap();
    let answer = until_the_end(&mut stream);
    assert!(!answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
}

/// It says something now and then: what limits it is the whole exchange.
#[test]
fn a_request_that_drips() {
    let exchange = SHORT;
    let site = Site::open(Limits { exchange, ..long() });
    let mut stream = site.shake_hands("http/1.1");
    let mut dripping = || stream.write_all(b"G").and_then(|()| stream.flush());
    let drops = std::iter::repeat_with(|| {
        thread::sleep(SHORT / 4);
        dripping()
    });
    let most = (GIVE_UP.as_millis() / (SHORT / 4).as_millis()) as usize;
    assert!(
        drops.take(most).any(|drop| drop.is_err()),
        "it listens still"
    );
}

#[test]
fn a_connection_on_which_nothing_is_asked_or_nothing_more() {
    let idle = SHORT;
    let site = Site::open(Limits { idle, ..long() });
    for request in [&b""[..], b"GET /api/me HTTP/1.1\r\nHost: a\r\n\r\n"] {
        let mut stream = site.shake_hands("http/1.1");
        stream.write_all(request).unwrap();
        let answer = until_the_end(&mut stream);
        assert_eq!(answer.starts_with(b"HTTP/1.1 200"), !request.is_empty());
    }
}

#[test]
fn the_same_over_http2() {
    let idle = SHORT;
    let site = Site::open(Limits { idle, ..long() });
    for frames in [&b""[..], &opening(&[]), &opening(&request())] {
        let mut stream = site.shake_hands("h2");
        stream.write_all(frames).unwrap();
        until_the_end(&mut stream);
    }
}

/// The client lets no byte of the answer come: its window stays shut (RFC 9113 §6.9).
#[test]
fn an_answer_that_is_not_read_over_http2() {
    let idle = SHORT;
    let site = Site::open(Limits { idle, ..long() });
    let mut stream = site.shake_hands("h2");
    let window = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0];
    let frames = [PREFACE, &window, &request()].concat();
    stream.write_all(&frames).unwrap();
    let answer = until_the_end(&mut stream);
    assert!(kinds(&answer).contains(&HEADERS), "it had begun");
    assert!(!kinds(&answer).contains(&DATA), "nothing of the page came");
}

/// They take four times the memory: beyond the limit clients are left HTTP/1.1, until one leaves.
#[test]
fn no_more_connections_of_http2_than_there_are_seats() {
    let site = Site::open(Limits { http2: 1, ..long() });
    let shake_hands = || site.shake_hands_offering(&["h2", "http/1.1"]);
    let agreed = |tls: &Tls| tls.conn.alpn_protocol().map(<[u8]>::to_vec);
    let mut first = shake_hands();
    assert_eq!(agreed(&first), Some(b"h2".to_vec()));
    let second = shake_hands();
    assert_eq!(agreed(&second), Some(b"http/1.1".to_vec()));
    first.conn.send_close_notify();
    first.flush().unwrap();
    drop(first);
    let begun = std::time::Instant::now();
    while agreed(&shake_hands()) != Some(b"h2".to_vec()) {
        assert!(begun.elapsed() < GIVE_UP, "its seat stays taken");
        thread::sleep(SHORT / 10);
    }
}

/// What HTTP/2 begins with, and these frames.
fn opening(frames: &[u8]) -> Vec<u8> {
    [PREFACE, &[0, 0, 0, 4, 0, 0, 0, 0, 0], frames].concat()
}

/// `GET /` as one frame of headers (RFC 7541, appendix A).
fn request() -> Vec<u8> {
    let fields = [0x82, 0x87, 0x84, 1, 1, b'a'];
    [&[0, 0, 6, HEADERS, 5, 0, 0, 0, 1][..], &fields].concat()
}

/// The kinds of the frames that came.
fn kinds(mut bytes: &[u8]) -> Vec<u8> {
    let mut kinds = Vec::new();
    while let Some(([a, b, c, kind, ..], rest)) = bytes.split_first_chunk::<9>() {
        kinds.push(*kind);
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        bytes = rest.get(length..).unwrap_or_default();
    }
    kinds
}

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SHORT: Duration = Duration::from_millis(400);
/// More than the site's own farewells take.
const GIVE_UP: Duration = Duration::from_secs(20);
const LONG: Duration = Duration::from_secs(600);
