//! Who comes to the proxy, and who goes by another way?

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses some of it and fails by panicking"
)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tomcheck_proxy::{Dialect, ExceptionList, SiteUrl};

/// Writes down which hosts it was asked for, and answers every request with the same page.
pub(crate) struct Doorkeeper {
    address: SocketAddr,
    asked: Arc<Mutex<BTreeSet<String>>>,
}

impl Doorkeeper {
    pub(crate) fn with_page(page: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(BTreeSet::new()));
        let (page, book) = (page.to_owned(), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (page, book) = (page.clone(), Arc::clone(&book));
                std::thread::spawn(move || attend(&stream, &page, &book));
            }
        });
        Self { address, asked }
    }

    /// `127.0.0.1:port`.
    pub(crate) fn place(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The hosts asked for so far, as their URLs write them.
    pub(crate) fn asked(&self) -> BTreeSet<String> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) fn forget(&self) {
        self.asked.lock().unwrap().clear();
    }
}

fn attend(stream: &TcpStream, page: &str, book: &Mutex<BTreeSet<String>>) {
    let patience = Duration::from_secs(10);
    stream.set_read_timeout(Some(patience)).unwrap();
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let target = first.split(' ').nth(1).unwrap_or_default();
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or_default();
    book.lock().unwrap().insert(authority.to_ascii_lowercase());
    // all of the request is read before it is answered, or the client sees a reset
    for line in lines {
        if line.is_empty() {
            break;
        }
    }
    let answer = match first.starts_with("CONNECT") {
        true => {
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned()
        }
        false => format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        ),
    };
    let mut stream = stream;
    let _ = stream.write_all(answer.as_bytes());
}

/// A port of this machine that nobody listens on.
pub(crate) fn closed_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Whether tomcheck takes `url` for an exception.
pub(crate) fn is_excepted(dialect: Dialect, list: &str, url: &str) -> bool {
    let list = ExceptionList {
        dialect,
        location: "list".to_owned(),
        raw: list.to_owned(),
    };
    list.entry_for(&SiteUrl::parse(url).unwrap()).is_some()
}

/// Whether a program is there; says aloud when it is not.
pub(crate) fn has(program: &str) -> bool {
    let folders = ["/usr/bin", "/bin"].map(std::path::Path::new);
    let there = folders.iter().any(|folder| folder.join(program).is_file());
    if !there {
        println!("skipped: {program} is not installed here");
    }
    there
}
