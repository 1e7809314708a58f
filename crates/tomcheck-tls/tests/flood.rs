//! However much a server pours, little of it is taken, and it ends.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what fails in a helper fails its test")]

mod common;

use std::sync::Mutex;
use std::time::Duration;

use common::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tomcheck_diagnosis::{Deadline, Observation};
use tomcheck_testkit::{Pki, ServerCertificate, Variant};
use tomcheck_tls::{
    Answer, DifferentialProbe, HandshakeProbe, HandshakeSeen, NoWay, Requested, Way, Ways,
};

/// A pipe into which `begins` is poured, and then `again` until nobody takes it any more; how many
/// bytes were taken.
fn pouring(begins: Vec<u8>, again: Vec<u8>) -> (DuplexStream, JoinHandle<usize>) {
    let (here, there) = duplex(PIPE);
    let (mut hears, mut says) = tokio::io::split(here);
    tokio::spawn(async move {
        let mut sink = [0; 4096];
        while hears.read(&mut sink).await.is_ok_and(|length| length > 0) {}
    });
    let poured = tokio::spawn(async move {
        let mut taken = 0;
        let mut next = begins;
        while says.write_all(&next).await.is_ok() {
            taken += next.len();
            next.clone_from(&again);
            if next.is_empty() {
                break;
            }
        }
        taken
    });
    (there, poured)
}

const PIPE: usize = 16 * 1024;

async fn examine(begins: Vec<u8>, again: Vec<u8>) -> (HandshakeSeen, usize) {
    let (stream, poured) = pouring(begins, again);
    let limit = Deadline::after(Duration::from_secs(2));
    let card = cps(Variant::Valid);
    let probe = HandshakeProbe::new("localhost", 443, "/", trust(), limit);
    let probe = probe.with_credential(without_signer(&card, pkcs1()));
    let seen = probe.observe(stream).await;
    // a pipe whose other end is dropped takes nothing more
    let taken = tokio::time::timeout(Duration::from_secs(5), poured).await;
    (seen, taken.map_or(0, Result::unwrap))
}

fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let pieces = content.chunks(16_384).map(|piece| {
        let length = u16::try_from(piece.len()).unwrap().to_be_bytes();
        [&[kind, 3, 3], &length[..], piece].concat()
    });
    pieces.collect::<Vec<_>>().concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [vec![kind], counted(3, body)].concat()
}

fn counted(width: usize, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    [length.get(length.len() - width..).unwrap(), content].concat()
}

/// TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.
fn server_hello() -> Vec<u8> {
    let body = [vec![3, 3], vec![7; 32], vec![0, 0xC0, 0x2F, 0]].concat();
    message(2, &body)
}

fn certificate() -> Vec<u8> {
    let chain = Pki::shared()
        .server(ServerCertificate::Localhost)
        .chain_der();
    let chain: Vec<u8> = chain.iter().flat_map(|der| counted(3, der)).collect();
    message(11, &counted(3, &chain))
}

#[tokio::test]
async fn a_chain_of_sixteen_megabytes_is_not_taken() {
    let announced = [&[11, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFC][..], &[0; 9000]].concat();
    let begins = record(22, &[server_hello(), announced].concat());
    let (seen, taken) = examine(begins, record(22, &[0; 16_384])).await;
    assert!(taken < 256 * 1024, "{taken} bytes: {:?}", seen.ending);
    assert!(!seen.findings().is_empty(), "{:?}", seen.ending);
    assert!(seen.server_chain.is_empty());
}

#[tokio::test]
async fn certificates_without_end_and_records_without_content_end_early_or_in_time() {
    let endless = [
        ("certificates", record(22, &certificate())),
        ("empty handshake records", vec![22, 3, 3, 0, 0]),
        ("change_cipher_spec", record(20, &[1])),
        ("warnings", record(21, &[1, 90])),
        ("garbage", record(23, &[0x5A; 700])),
        ("hello requests", record(22, &message(0, &[]))),
    ];
    for (what, again) in endless {
        let begins = record(22, &server_hello());
        let (seen, taken) = examine(begins, again).await;
        assert!(taken < 4 << 20, "{what}: {taken} bytes, {:?}", seen.ending);
        assert!(seen.records.len() <= 256, "{what}");
        assert!(seen.server_chain.len() < 20, "{what}");
        assert!(!seen.findings().is_empty(), "{what}: {:?}", seen.ending);
        let json = serde_json::to_string(&seen).unwrap();
        assert!(
            json.len() < 200_000,
            "{what}: {} bytes of report",
            json.len()
        );
    }
}

#[tokio::test]
async fn a_list_of_twelve_thousand_authorities_is_read_and_twenty_are_told() {
    let key_exchange = {
        let point = [&[3, 0, 0x1D][..], &counted(1, &[9; 32])].concat();
        message(12, &[point, vec![8, 4], counted(2, &[7; 256])].concat())
    };
    let names = counted(2, &[0x30, 0]).repeat(12_000);
    let request = [vec![1, 1], counted(2, &[4, 1]), counted(2, &names)].concat();
    let flight = [
        server_hello(),
        certificate(),
        key_exchange,
        message(13, &request),
        message(14, &[]),
    ];
    let (seen, _) = examine(record(22, &flight.concat()), vec![]).await;
    assert_eq!(
        seen.client_auth.requested,
        Requested::InHandshake,
        "{:?}",
        seen.ending
    );
    assert_eq!(seen.client_auth.certificate_authorities.len(), 12_000);
    for finding in seen.findings() {
        assert!(finding.evidence.len() <= 30, "{}", finding.evidence.len());
    }
    let json = serde_json::to_string(&seen).unwrap();
    assert!(json.len() < 4 << 20, "{} bytes of report", json.len());
}

/// Every way leads to a server that pours.
struct Pouring {
    begins: Vec<u8>,
    again: Vec<u8>,
    poured: Mutex<Vec<JoinHandle<usize>>>,
}

impl Ways for Pouring {
    type Stream = DuplexStream;

    async fn open(&self, _: Way, _: Deadline) -> Result<DuplexStream, NoWay> {
        let (stream, poured) = pouring(self.begins.clone(), self.again.clone());
        self.poured.lock().unwrap().push(poured);
        Ok(stream)
    }
}

#[tokio::test]
async fn trials_take_little_of_what_is_poured_and_end_in_time() {
    let cut = HandshakeProbe::new("localhost", 443, "/", trust(), deadline());
    let (here, there) = duplex(PIPE);
    drop(here);
    let cut = cut.observe(there).await;
    let floods = [
        (vec![], record(22, &certificate())),
        (vec![], vec![22, 3, 3, 0, 0]),
        (vec![], record(20, &[1])),
        (vec![], b"HTTP/1.1 400\r\n".to_vec()),
        (record(22, &server_hello()), record(22, &certificate())),
        (vec![22, 3, 3, 0x40, 0, 2, 0xFF, 0xFF, 0xFF], vec![0; 4096]),
    ];
    for (begins, again) in floods {
        let ways = Pouring {
            begins,
            again,
            poured: Mutex::default(),
        };
        let limit = Deadline::after(Duration::from_secs(30));
        let probe = DifferentialProbe::new(&cut, limit).thorough(true);
        let probe = probe.patient_for(Duration::from_millis(500));
        let seen = probe.observe(&ways).await;
        assert!(
            seen.trials
                .iter()
                .all(|trial| trial.received <= Answer::MOST_BYTES)
        );
        let poured = ways.poured.into_inner().unwrap();
        assert_eq!(poured.len(), seen.trials.len());
        for poured in poured {
            let taken = tokio::time::timeout(Duration::from_secs(5), poured).await;
            let taken = taken.expect("the connection was hung up on").unwrap();
            assert!(taken < 256 * 1024, "{taken} bytes");
        }
    }
}
