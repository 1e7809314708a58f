//! Who takes his time with the live page, or too much of it, is parted with: one limit is short in
//! each test, and it alone can end the wait before the test gives up.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use tomcheck::page::{PageLimits, PageOptions, StatusPage};
use tomcheck::{Options, Scope, WorkerCommand};
use tomcheck_testkit::until_closed;

/// A page in this process, as long as the test; its diagnosis looks at nothing.
struct Served {
    address: String,
    token: String,
    _end: tokio::sync::oneshot::Sender<()>,
}

impl Served {
    fn with(limits: PageLimits) -> Self {
        Self::on(limits, false)
    }

    fn on(limits: PageLimits, also_v6: bool) -> Self {
        let mut diagnosis = Options::new(Scope::Card, WorkerCommand::of_program("/absent"));
        diagnosis.layers.clear();
        let mut options = PageOptions::new(diagnosis);
        (options.limits, options.also_v6) = (limits, also_v6);
        let (told, url) = std::sync::mpsc::channel();
        let (end, ended) = tokio::sync::oneshot::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async {
                let page = StatusPage::open(options).await.unwrap();
                told.send(page.url()).unwrap();
                page.serve(async { drop(ended.await) }).await.unwrap();
            });
        });
        let url = url.recv_timeout(GIVE_UP).unwrap();
        let rest = url.strip_prefix("http://").unwrap().trim_end_matches('/');
        let (address, token) = rest.split_once('/').unwrap();
        Self {
            address: address.to_owned(),
            token: token.to_owned(),
            _end: end,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(GIVE_UP)).unwrap();
        stream
    }

    fn asks(&self, method: &str, below: &str, more: &str) -> TcpStream {
        let mut stream = self.connect();
        let Self { address, token, .. } = self;
        let origin = format!("Origin: http://{address}\r\n");
        let head =
            format!("{method} /{token}/{below} HTTP/1.1\r\nHost: {address}\r\n{origin}{more}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }
}

fn status(stream: &mut TcpStream) -> String {
    let mut line = [0; 12];
    stream.read_exact(&mut line).unwrap();
    String::from_utf8_lossy(&line)
        .trim_start_matches("HTTP/1.1 ")
        .to_owned()
}

/// All that comes until the page ends the connection, which it must before we give up.
fn until_the_end(stream: &mut impl Read) -> Vec<u8> {
    until_closed(stream).expect("the page holds it still")
}

/// Those that this test is not about.
fn long() -> PageLimits {
    PageLimits {
        head: LONG,
        exchange: LONG,
        alive: LONG,
        ..PageLimits::default()
    }
}

#[test]
fn who_never_ends_the_head_of_a_request_is_parted_with() {
    let page = Served::with(PageLimits {
        head: SHORT,
        ..long()
    });
    for begun in ["", "GET / HTTP/1.1\r\nHost: "] {
        let mut stream = page.connect();
        stream.write_all(begun.as_bytes()).unwrap();
        until_the_end(&mut stream);
    }
}

#[test]
fn who_never_sends_the_body_is_parted_with() {
    let page = Served::with(PageLimits {
        exchange: SHORT,
        ..long()
    });
    let mut stream = page.asks("POST", "mode", "Content-Length: 100\r\n");
    stream.write_all(b"mode=").unwrap();
    until_the_end(&mut stream);
}

#[test]
fn a_head_without_end_is_refused_before_it_fills_the_memory() {
    let page = Served::with(long());
    let mut stream = page.asks("GET", "", "X: ");
    let filling = vec![b'x'; 1 << 20];
    // it may close while we write
    let _ = stream.write_all(&filling);
    let said = until_the_end(&mut stream);
    assert!(!said.starts_with(b"HTTP/1.1 200"));
}

#[test]
fn one_connection_more_than_there_is_room_for_waits_and_is_answered() {
    let page = Served::with(PageLimits {
        connections: 1,
        head: SHORT,
        ..long()
    });
    let mut idle = page.connect();
    let mut next = page.asks("GET", "icon.svg", "");
    assert_eq!(status(&mut next), "200");
    until_the_end(&mut idle);
}

/// Every account of this machine may connect, and say nothing.
#[test]
fn silent_connections_shut_out_nobody_who_knows_the_token() {
    let page = Served::with(PageLimits {
        connections: 3,
        alive: Duration::from_millis(20),
        ..long()
    });
    let mut stream = page.asks("GET", "events", "");
    assert_eq!(status(&mut stream), "200");
    let mut silent: Vec<_> = (0..20).map(|_| page.connect()).collect();
    assert_eq!(status(&mut page.asks("GET", "icon.svg", "")), "200");
    // the oldest had to go, and nobody who is known
    until_the_end(silent.first_mut().unwrap());
    let mut some = [0; 4096];
    for _ in 0..3 {
        assert_ne!(stream.read(&mut some).unwrap(), 0, "it was shown out");
    }
}

#[test]
fn one_seat_serves_both_addresses() {
    let page = Served::on(
        PageLimits {
            connections: 1,
            ..long()
        },
        true,
    );
    let port = page.address.rsplit_once(':').unwrap().1.to_owned();
    let host = format!("[::1]:{port}");
    for _ in 0..2 {
        assert_eq!(status(&mut page.asks("GET", "icon.svg", "")), "200");
        let mut stream = TcpStream::connect(&host).unwrap();
        stream.set_read_timeout(Some(GIVE_UP)).unwrap();
        let head = format!(
            "GET /{}/icon.svg HTTP/1.1\r\nHost: {host}\r\n\r\n",
            page.token
        );
        stream.write_all(head.as_bytes()).unwrap();
        assert_eq!(status(&mut stream), "200");
    }
}

/// One that unpacks to 300 MiB takes longer than that to read.
#[test]
fn a_file_that_takes_too_long_is_said_to_and_leaves_its_place_to_the_next() {
    let page = Served::with(PageLimits {
        exchange: SHORT * 2,
        ..long()
    });
    let line = "1795729001.160 0 10.1.2.3 TCP_DENIED/407 4100 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html\n";
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mebibyte = line.repeat((1 << 20) / line.len());
    for _ in 0..300 {
        packed.write_all(mebibyte.as_bytes()).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert_eq!(status(&mut sent(&page, "long.gz", &packed)), "422");
    let begun = Instant::now();
    while status(&mut sent(&page, "short.log", line.as_bytes())) != "200" {
        assert!(begun.elapsed() < GIVE_UP, "its place is held still");
        thread::sleep(Duration::from_millis(20));
    }
}

fn sent(page: &Served, name: &str, content: &[u8]) -> TcpStream {
    let part = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    let whole = [part.as_bytes(), content, b"\r\n--x--\r\n"].concat();
    let length = whole.len();
    let more =
        format!("Content-Length: {length}\r\nContent-Type: multipart/form-data; boundary=x\r\n");
    let mut stream = page.asks("POST", "file", &more);
    stream.write_all(&whole).unwrap();
    stream
}

#[test]
fn a_stream_outlives_the_limit_of_other_answers() {
    let page = Served::with(PageLimits {
        exchange: SHORT,
        alive: Duration::from_millis(20),
        ..long()
    });
    let mut stream = page.asks("GET", "events", "");
    assert_eq!(status(&mut stream), "200");
    let begun = Instant::now();
    let mut some = [0; 4096];
    while begun.elapsed() < SHORT * 3 {
        assert_ne!(stream.read(&mut some).unwrap(), 0, "it ended");
    }
}

#[test]
fn a_page_that_is_closed_leaves_its_stream_to_the_next() {
    let page = Served::with(PageLimits {
        streams: 1,
        ..long()
    });
    let mut first = page.asks("GET", "events", "");
    assert_eq!(status(&mut first), "200");
    assert_eq!(status(&mut page.asks("GET", "events", "")), "503");
    drop(first);
    let begun = Instant::now();
    while status(&mut page.asks("GET", "events", "")) != "200" {
        assert!(begun.elapsed() < GIVE_UP, "its stream is held still");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_file_that_is_too_large_is_refused_and_said_so() {
    let page = Served::with(PageLimits {
        file: 1_000,
        ..long()
    });
    let length = 200_000;
    let more =
        format!("Content-Length: {length}\r\nContent-Type: multipart/form-data; boundary=x\r\n");
    let mut stream = page.asks("POST", "file", &more);
    stream.write_all(&vec![b'x'; length]).unwrap();
    assert_eq!(status(&mut stream), "413");
    let chunked = "Transfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=x\r\n";
    let mut stream = page.asks("POST", "file", chunked);
    for _ in 0..4 {
        let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
        stream.write_all(chunk.as_bytes()).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert_eq!(status(&mut stream), "413");
}

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(600);
const GIVE_UP: Duration = Duration::from_secs(20);
