//! How does the site end?

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use rustix::process::Signal;

use crate::site::{PATIENCE, Site};

/// A client that is typed to, byte for byte.
fn typed_to(site: &Site) -> Child {
    Command::new("openssl")
        .args(["s_client", "-quiet", "-connect"])
        .arg(site.address().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn closes(site: &Site) {
    let begun = Instant::now();
    while TcpStream::connect(site.address()).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "its port stays open");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn either_signal_ends_it_with_0_while_connections_are_idle() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut site = Site::open(&["--http", "127.0.0.1:0"]);
        let silent = TcpStream::connect(site.address()).unwrap();
        let mut idle = typed_to(&site);
        let mut input = idle.stdin.take().unwrap();
        input
            .write_all(b"GET /api/me HTTP/1.1\r\nHost: a\r\n\r\n")
            .unwrap();
        let mut head = String::new();
        let mut output = BufReader::new(idle.stdout.take().unwrap());
        output.read_line(&mut head).unwrap();
        assert_eq!(head, "HTTP/1.1 200 OK\r\n");
        site.signal(signal);
        assert_eq!(site.ended().code(), Some(0));
        drop((silent, input));
        idle.kill().unwrap();
        idle.wait().unwrap();
    }
}

#[test]
fn a_request_under_way_is_answered_before_it_ends() {
    let mut site = Site::open(&["-v"]);
    let mut client = typed_to(&site);
    let mut input = client.stdin.take().unwrap();
    site.log_until("protocol=http/1.1");
    input.write_all(b"GET /api/me HTTP/1.1\r\n").unwrap();
    // so that the site has read the line before it hears of the end
    std::thread::sleep(std::time::Duration::from_millis(300));
    site.signal(Signal::TERM);
    closes(&site);
    input.write_all(b"Host: a\r\n\r\n").unwrap();
    let mut answer = String::new();
    client
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut answer)
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    assert_eq!(site.ended().code(), Some(0));
    drop(input);
    client.wait().unwrap();
}
