//! Is a refusal heard that crosses the request on its way?
#![cfg(unix)]

mod common;

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use common::*;
use tomcheck_testkit::Variant;
use tomcheck_tls::{Ending, Moment, TlsVersion};

/// What the probe relies on when it does not wait before it asks.
#[test]
fn this_system_hands_out_what_came_before_a_reset() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut first = [0];
        stream.read_exact(&mut first).unwrap();
        stream.write_all(b"alert").unwrap();
        // closed with a byte that nobody read: a reset follows
    });
    let mut client = TcpStream::connect(address).unwrap();
    client
        .set_read_timeout(Some(deadline().remaining()))
        .unwrap();
    client.write_all(b"xy").unwrap();
    server.join().unwrap();
    let mut heard = [0; 16];
    let length = client.read(&mut heard).unwrap();
    assert_eq!(&heard[..length], b"alert");
    let after = client.read(&mut heard).unwrap_err();
    assert_eq!(after.kind(), ErrorKind::ConnectionReset);
}

/// OpenSSL's server closes as soon as it has said why, whatever waits to be read.
#[tokio::test]
async fn the_alert_of_a_server_that_refuses_is_never_lost_to_the_request() {
    let card = cps(Variant::Valid);
    let refusing = ["-Verify", "3", "-verify_return_error"];
    let server = Server::start(&[&refusing[..], &["-tls1_3", "-num_tickets", "0"]].concat());
    for _ in 0..16 {
        let key = Arc::new(SoftKey::of(&card));
        let probe = probe(server.port).with_credential(credential(&card, pkcs1_and_pss(), &key));
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", server.port)).await;
        let stream = stream.unwrap();
        // the request is on its way before the alert is
        stream.set_nodelay(true).unwrap();
        let seen = probe.observe(stream).await;
        let moment = Moment::AfterFinished;
        assert_eq!(seen.ending, Ending::Alert { moment }, "{seen:?}");
        assert_eq!(seen.negotiated, Some(TlsVersion::Tls13));
    }
}
