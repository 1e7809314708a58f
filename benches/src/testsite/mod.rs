//! What does the test site cost beside nginx with OpenSSL, and what does a connection cost that
//! only waits?

mod clients;
mod servers;

use std::fmt::Write as _;
use std::io::Write as _;

use self::clients::Clients;
use self::servers::Server;
use crate::{Spread, Version, ratios};

/// Makes this program the site.
pub const SITE: &str = "serve-the-site";

/// Serves until it is killed.
///
/// # Errors
///
/// When there can be no site.
pub fn serve_test_site() -> anyhow::Result<()> {
    servers::serve()
}

/// Loads both servers in turn, `rounds` times for each kind of session, then counts the memory of
/// `connections` that wait. The tables.
///
/// # Errors
///
/// When a server does not start or does not answer.
pub fn measure_test_site(rounds: usize, connections: usize) -> anyhow::Result<String> {
    let mut text = String::from(HEAD);
    let site = Server::testsite()?;
    match servers::nginx_program() {
        Some(program) => {
            let nginx = Server::nginx(&program)?;
            for version in Version::ALL {
                for resumes in [false, true] {
                    text += &race(&site, &nginx, version, resumes, rounds)?;
                }
            }
        }
        None => {
            text.push_str("nginx is not here: nothing to compare with (apt install nginx-light)\n")
        }
    }
    text.push_str("\nMemory for each connection that waits after one request:\n");
    for version in Version::ALL {
        for are_browsers in [false, true] {
            text += &waiting(version, are_browsers, connections)?;
        }
    }
    if cfg!(debug_assertions) {
        text.push_str("This is a build without optimisation: its ratios mean nothing.\n");
    }
    Ok(text)
}

fn race(
    site: &Server,
    nginx: &Server,
    version: Version,
    resumes: bool,
    rounds: usize,
) -> anyhow::Result<String> {
    // a session belongs to the server that gave it
    let (ours, theirs) = (
        Clients::new(version, resumes)?,
        Clients::new(version, resumes)?,
    );
    if resumes {
        for (clients, server) in [(&ours, site), (&theirs, nginx)] {
            // the first ones have nothing to take up
            drop(clients.load(server.address, EACH));
        }
    }
    let (mut of_site, mut of_nginx) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        of_nginx.push(theirs.load(nginx.address, EACH)?);
        of_site.push(ours.load(site.address, EACH)?);
    }
    let kind = if resumes { "resumed" } else { "full" };
    let mut text = String::new();
    for (name, values) in [("nginx", &of_nginx), ("test site", &of_site)] {
        let (Some(spread), Some(ratio)) = (Spread::of(values), ratios(values, &of_nginx)) else {
            continue;
        };
        let _ = writeln!(
            text,
            "  {:<8} {kind:<8} {name:<10} {:>8.0} µs  {:.2} [{:.2} {:.2}]",
            version.name(),
            spread.median,
            ratio.median,
            ratio.low,
            ratio.high
        );
    }
    Ok(text)
}

/// A site of its own: an allocator keeps what an earlier load had needed.
fn waiting(version: Version, are_browsers: bool, connections: usize) -> anyhow::Result<String> {
    let site = Server::testsite()?;
    let clients = Clients::new(version, false)?;
    let (clients, protocol) = match are_browsers {
        false => (clients, "HTTP/1.1"),
        true => (clients.like_browsers(), "browsers"),
    };
    // what the first connections need is needed once
    drop(clients.idle(site.address, connections / 100)?);
    let before = site.resident_kilobytes()?;
    let idle = clients.idle(site.address, connections)?;
    let after = site.resident_kilobytes()?;
    #[expect(clippy::cast_precision_loss, reason = "some thousand kilobytes")]
    let each = after.saturating_sub(before) as f64 / connections as f64;
    Ok(format!(
        "  {:<8} {protocol:<8} {} connections: {each:.1} KiB each ({before} KiB before, {after} KiB then)\n",
        version.name(),
        idle.len()
    ))
}

fn say(text: &str) {
    // a closed pipe is the reader's wish
    let _ = std::io::stdout().write_all(text.as_bytes());
    let _ = std::io::stdout().flush();
}

const HEAD: &str = "\
One connection with a client certificate, RSA 2048: handshake, request, answer, end; four clients
at once, both servers in turn on the same cores. nginx answers one line, the test site its whole
JSON. Ratio: how many times as long as nginx took in the same turn; median, and between brackets
where the middle half lies.

";
/// Connections in a turn.
const EACH: usize = 100;
