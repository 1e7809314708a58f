//! The card's key in the hands of any user of rustls.
#![cfg(unix)]

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::*;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use tokio_rustls::TlsConnector;
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

/// One thread runs all tasks: were it held by the card, nobody else could go on.
#[test]
fn other_tasks_go_on_while_the_card_signs() {
    let server = TlsServer::start(TlsServerOptions::default());
    let card = cps(Variant::Valid);
    let key = SoftKey::taking(Duration::from_millis(1500), &card);
    let credential = credential(&card, pkcs1_and_pss(), &key).off_the_executor();
    let config = client_config(Some(credential), &trust(), Versions::Default).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let port = server.port();
    let connecting = runtime.spawn(async move {
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await?;
        let name = ServerName::try_from("localhost").expect("a name");
        TlsConnector::from(Arc::new(config))
            .connect(name, stream)
            .await
    });
    let longest = runtime.spawn(async move {
        let (mut longest, mut last) = (Duration::ZERO, Instant::now());
        while !connecting.is_finished() {
            tokio::time::sleep(Duration::from_millis(5)).await;
            longest = longest.max(last.elapsed());
            last = Instant::now();
        }
        connecting.await.expect("no panic").map(|_| longest)
    });
    let longest = runtime.block_on(longest).expect("no panic").unwrap();
    assert_eq!(key.asked(), 1);
    assert!(longest < Duration::from_secs(1), "{longest:?}");
}

#[test]
fn the_feature_alone_decides_what_computes() {
    let config = client_config(None, &trust(), Versions::Default).unwrap();
    let mut groups = config.crypto_provider().kx_groups.iter();
    let is_offered = groups.any(|group| group.name() == rustls::NamedGroup::X25519MLKEM768);
    assert_eq!(is_offered, cfg!(feature = "aws-lc-rs"));
}
