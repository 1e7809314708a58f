//! What does a tunnel through squid cost, beside the same words written to a socket?

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::runtime::{Builder, Runtime};
use tomcheck_diagnosis::Deadline;
use tomcheck_proxy::{Credentials, ProxyAddress, TunnelProbe};
use tomcheck_testkit::{Squid, SquidOptions};
use zeroize::Zeroizing;

use crate::Task;
use crate::certificates::{Doing, Work};

/// Measures `tunnels` tunnels a turn, each peer in turn, through a squid that asks for nothing and
/// one that asks for a password and has asked before.
///
/// # Errors
///
/// When a tunnel is not opened.
///
/// # Panics
///
/// When there is no squid here.
pub fn measure_connect(rounds: usize, tunnels: usize) -> Result<Vec<Task>> {
    let site = TcpListener::bind("127.0.0.1:0")?;
    let to = site.local_addr()?;
    std::thread::spawn(move || while site.accept().is_ok() {});
    let open = Squid::start(&SquidOptions::default());
    let asking = Squid::start(&SquidOptions {
        auth: Some(("user".to_owned(), "word".to_owned())),
        ..SquidOptions::default()
    });
    let shown = "Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n";
    let known = Credentials::new("user", Zeroizing::new("word".to_owned()));
    let mut tasks = [
        work("tunnels", &open, to, tunnels, ("", None))?,
        work(
            "tunnels with a password",
            &asking,
            to,
            tunnels,
            (shown, Some(known)),
        )?,
    ];
    for _ in 0..rounds {
        tasks.iter_mut().try_for_each(Work::turn)?;
    }
    Ok(tasks.into_iter().map(|work| work.task).collect())
}

fn work(
    name: &'static str,
    squid: &Squid,
    to: SocketAddr,
    tunnels: usize,
    (header, credentials): (&'static str, Option<Credentials>),
) -> Result<Work<'static>> {
    let proxy = squid.address();
    let raw = move || (0..tunnels).try_for_each(|_| raw(proxy, to, header));
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let address = ProxyAddress::http(proxy.ip().to_string(), proxy.port());
    let probe = TunnelProbe {
        credentials,
        ..TunnelProbe::new(address, to.ip().to_string(), to.port(), deadline())
    };
    let ours = move || (0..tunnels).try_for_each(|_| ours(&runtime, &probe));
    let peers: Vec<(_, Doing<'_>)> = vec![
        ("words on a socket", Box::new(raw)),
        ("TunnelProbe", Box::new(ours)),
    ];
    Ok(Work::new(name, tunnels, peers))
}

fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(3600))
}

fn ours(runtime: &Runtime, probe: &TunnelProbe) -> Result<()> {
    let (seen, tunnel) = runtime.block_on(probe.observe());
    ensure!(tunnel.is_some(), "{seen:?}");
    Ok(())
}

/// The least that opens a tunnel.
fn raw(proxy: SocketAddr, to: SocketAddr, header: &str) -> Result<()> {
    let mut stream = TcpStream::connect(proxy)?;
    stream.write_all(format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n{header}\r\n").as_bytes())?;
    let mut answer = [0; 1024];
    let mut length = 0;
    while let Some(room) = answer.get_mut(length..).filter(|room| !room.is_empty()) {
        let more = stream.read(room)?;
        length += more;
        let so_far = answer.get(..length).unwrap_or_default();
        if more == 0 || so_far.ends_with(b"\r\n\r\n") {
            break;
        }
    }
    let status = answer.get(9..12);
    ensure!(
        status == Some(b"200"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    Ok(())
}
