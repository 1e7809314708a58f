//! Does the site go on for everybody else, whatever somebody sends?

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::site::{PATIENCE, Site};

fn connect(site: &Site) -> TcpStream {
    let stream = TcpStream::connect(site.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

#[test]
fn two_hundred_that_say_nothing_keep_nobody_out() {
    let site = Site::open(&[]);
    let silent: Vec<TcpStream> = (0..200).map(|_| connect(&site)).collect();
    assert_eq!(site.me(&[])["outcome"], "none");
    drop(silent);
    assert_eq!(site.me(&[])["outcome"], "none");
}

#[test]
fn garbage_is_turned_away_with_an_end() {
    let site = Site::open(&[]);
    let record = |content: &[u8]| {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[22, 3, 1][..], &length, content].concat()
    };
    for garbage in [
        &b"\x00\x01\x02\x03"[..],
        b"SSH-2.0-OpenSSH\r\n",
        &record(&[1, 0, 0, 4, 3, 3, 0, 0]),
        &record(&[1, 0xFF, 0xFF, 0xFF]).repeat(5000),
        &record(&[2, 0, 0, 0]),
        &record(&[]),
        &[22, 3, 1, 0xFF, 0xFF],
    ] {
        let mut stream = connect(&site);
        // it may have closed before it had everything
        let _ = stream.write_all(garbage);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer);
        let is_over = ended.is_ok()
            || ended.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset);
        assert!(is_over, "{:?}", garbage.get(..8));
        assert!(answer.len() < 1024, "{answer:?}");
    }
    assert_eq!(site.me(&[])["outcome"], "none");
}

#[test]
fn a_head_that_is_too_long_is_refused_and_the_site_stays() {
    let site = Site::open(&[]);
    let long = format!("X-Long: {}", "x".repeat(40_000));
    let many: Vec<String> = (0..100).map(|n| format!("-HX-{n}: y")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for arguments in [&["-H", &long][..], &many] {
        let status = ["--http1.1", "-o", "/dev/null", "-w", "%{http_code}"];
        let answer = site.curl("", &[&status[..], arguments].concat());
        assert_eq!(answer.body, "431", "{}", answer.complaint);
    }
    let answer = site.curl(
        "",
        &[
            "--http2",
            "-H",
            &long,
            "-w",
            "%{http_code}",
            "-o",
            "/dev/null",
        ],
    );
    assert_ne!(answer.body, "200", "{}", answer.complaint);
    assert_eq!(site.me(&[])["outcome"], "none");
}
