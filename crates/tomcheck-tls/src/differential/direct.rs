//! How is a direct connection opened, in segments of a chosen size?

use std::net::SocketAddr;

use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tomcheck_diagnosis::{Deadline, ForeignFailure};

use super::NoWay;

/// Opens a TCP connection by `deadline`. With `mss`, no segment of it holds more payload, in
/// either direction: the option is set before the connection begins (TCP_MAXSEG, Unix only).
///
/// # Errors
///
/// When the other side does not accept, or this system does not let programs choose.
pub async fn connect_in_segments(
    to: SocketAddr,
    mss: Option<u16>,
    deadline: Deadline,
) -> Result<TcpStream, NoWay> {
    let socket = match to {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    };
    let socket = socket.map_err(|error| failed("socket", &error))?;
    if let Some(mss) = mss {
        limit_segments(&socket, mss)?;
    }
    match timeout(deadline.remaining(), socket.connect(to)).await {
        Ok(connected) => connected.map_err(|error| failed("connect", &error)),
        Err(_) => Err(NoWay::Failed(late())),
    }
}

#[cfg(unix)]
fn limit_segments(socket: &TcpSocket, mss: u16) -> Result<(), NoWay> {
    let limited = socket2::SockRef::from(socket).set_tcp_mss(mss.into());
    limited.map_err(|error| failed("setsockopt TCP_MAXSEG", &error))
}

/// Windows shows the size and takes none.
#[cfg(not(unix))]
fn limit_segments(_: &TcpSocket, _: u16) -> Result<(), NoWay> {
    Err(NoWay::NotTried(super::WhyNot::NoSuchWay))
}

fn failed(call: &'static str, error: &std::io::Error) -> NoWay {
    NoWay::Failed(ForeignFailure::from_io(call, error))
}

/// Nothing came back until our own deadline: the system gave no number.
fn late() -> ForeignFailure {
    ForeignFailure::decimal("connect", 0).named("deadline")
}
