//! The card's key in the hands of any user of rustls.
#![cfg(unix)]

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use common::*;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use tomcheck_testkit::{ServerCertificate, TlsServer, TlsServerOptions, Variant};
use tomcheck_tls::{Versions, client_config};

fn fetch(config: ClientConfig, port: u16) -> std::io::Result<String> {
    let name = ServerName::try_from("localhost").expect("a name");
    let tls = ClientConnection::new(Arc::new(config), name).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(tls, TcpStream::connect(("127.0.0.1", port))?);
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn a_rustls_client_signs_with_the_card_again_for_each_connection() {
    let server = TlsServer::start(TlsServerOptions::default());
    let card = cps(Variant::Valid);
    let key = Arc::new(SoftKey::of(&card));
    let credential = credential(&card, pkcs1_and_pss(), &key);
    let config = client_config(Some(credential), &trust(), Versions::Default).unwrap();
    for signatures in 1..=2 {
        assert_eq!(
            fetch(config.clone(), server.port()).unwrap(),
            "HTTP/1.1 200"
        );
        assert_eq!(key.asked(), signatures);
    }
    assert_eq!(
        server.last_client_certificate().as_deref(),
        Some(card.certificate_der())
    );
}

#[test]
fn an_unverified_server_is_an_error_there_too_and_costs_no_signature() {
    let certificate = ServerCertificate::UnknownRoot;
    let server = TlsServer::start(TlsServerOptions {
        certificate,
        ..TlsServerOptions::default()
    });
    let card = cps(Variant::Valid);
    let key = Arc::new(SoftKey::of(&card));
    let credential = credential(&card, pkcs1_and_pss(), &key);
    let config = client_config(Some(credential), &trust(), Versions::Default).unwrap();
    let error = fetch(config, server.port()).unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!((key.asked(), server.last_client_certificate()), (0, None));
}
