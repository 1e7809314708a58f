//! What comes of one `CONNECT` over one connection?

use std::time::Instant;

use tokio::net::TcpStream;

use super::dial::milliseconds_since;
use super::{Outcome, Tunnel, TunnelProbe};

pub(super) async fn connect(_: TcpStream, _: &TunnelProbe) -> (Outcome, Option<Tunnel>) {
    (
        Outcome::NoAnswer {
            waited_ms: milliseconds_since(Instant::now()),
        },
        None,
    )
}
