//! Any bytes a proxy may answer to CONNECT.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tomcheck_diagnosis::{Deadline, Observation};
use tomcheck_proxy::{ProxyAddress, Setting, TunnelProbe};

fuzz_target!(|bytes: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime starts").block_on(ask(bytes));
});

async fn ask(reply: &[u8]) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback listens");
    let port = listener.local_addr().expect("it has an address").port();
    let deadline = Deadline::after(Duration::from_secs(5));
    let probe = TunnelProbe::new(proxy_at(port), "tom.test.invalid", 443, deadline);
    let (seen, ()) = tokio::join!(probe.observe(), answer(listener, reply));
    let _ = seen.0.findings();
}

/// Waits for the request, so that the reply is one, and closes.
async fn answer(listener: TcpListener, reply: &[u8]) {
    let Ok((mut stream, _)) = listener.accept().await else {
        return;
    };
    let _ = stream.read(&mut [0; 1024]).await;
    let _ = stream.write_all(reply).await;
}

fn proxy_at(port: u16) -> ProxyAddress {
    match Setting::parse(&format!("http://127.0.0.1:{port}")) {
        Ok(Setting::Proxy { address, .. }) => address,
        other => panic!("{other:?}"),
    }
}
