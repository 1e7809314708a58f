//! Any bytes a server may send during a handshake: how records are told apart, and what is made
//! of them. The first byte says whether a plausible ServerHello comes before.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncWriteExt, duplex};
use tomcheck_diagnosis::{Deadline, Observation};
use tomcheck_tls::{HandshakeProbe, Trust};

fuzz_target!(|bytes: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime starts").block_on(answer(bytes));
});

async fn answer(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let hello: &[u8] = if first % 2 == 0 { &[] } else { &SERVER_HELLO };
    let (mut here, there) = duplex(1 << 20);
    let said = here.write_all(&[hello, rest].concat()).await;
    said.expect("the pipe takes it all");
    // Our hello is thrown away; what comes next is the end.
    let _ = here.shutdown().await;
    let limit = Deadline::after(Duration::from_secs(5));
    let probe = HandshakeProbe::new("tom.test.invalid", 443, "/", Trust::none(), limit);
    let seen = probe.observe(there).await;
    assert!(seen.records.len() <= 256, "{}", seen.records.len());
    assert!(
        !seen.findings().is_empty(),
        "no server verifies without any authority"
    );
}

/// TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.
const SERVER_HELLO: [u8; 47] = {
    let mut hello = [7; 47];
    let begins = [22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3];
    let ends = [0, 0xC0, 0x2F, 0];
    let mut at = 0;
    while at < begins.len() {
        hello[at] = begins[at];
        at += 1;
    }
    at = 0;
    while at < ends.len() {
        hello[hello.len() - ends.len() + at] = ends[at];
        at += 1;
    }
    hello
};
