//! What comes of asking a SOCKS proxy for a site?
//!
//! Names are given to the proxy as they are, to be resolved there.
//! Source: RFC 1928 (version 5), RFC 1929 (its password), the SOCKS 4 and 4A memos of NEC.

use std::io;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use zeroize::Zeroizing;

use super::link::Link;
use super::{Outcome, Speaks, TunnelProbe};
use crate::{Credentials, ProxyKind};

/// The last word of a SOCKS proxy.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SocksReply {
    /// To what.
    pub step: SocksStep,
    /// As sent; 0 is yes in version 5, 90 in version 4.
    pub code: u8,
}

/// How far the words with a SOCKS proxy came.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SocksStep {
    /// Which way to log in; 255 refuses all that were offered.
    Method,
    /// User name and password.
    Login,
    /// The site, version 5.
    Connect,
    /// The site, version 4.
    Connect4,
}

impl SocksReply {
    /// Whether it opened the way to the site.
    pub const fn opens(&self) -> bool {
        matches!(
            (self.step, self.code),
            (SocksStep::Connect, 0) | (SocksStep::Connect4, 90)
        )
    }
}

/// What came of it.
pub(super) enum Answer {
    Reply(SocksReply),
    /// The first bytes of what is no such answer.
    Foreign(Vec<u8>),
    /// The site's name does not fit.
    NotSent(&'static str),
}

const NO_LOGIN: u8 = 0;
const PASSWORD: u8 = 2;

/// Asks; `has_shown` becomes true once the user's name is on its way.
pub(super) async fn connect(
    link: &mut Link,
    probe: &TunnelProbe,
    has_shown: &mut bool,
) -> io::Result<Answer> {
    match probe.proxy.kind {
        ProxyKind::Socks4 => {
            *has_shown = probe.readable().is_some();
            connect4(link, probe).await
        }
        _ => connect5(link, probe, has_shown).await,
    }
}

async fn connect5(
    link: &mut Link,
    probe: &TunnelProbe,
    has_shown: &mut bool,
) -> io::Result<Answer> {
    let Some(request) = request5(&probe.host, probe.port) else {
        return Ok(Answer::NotSent(TOO_LONG));
    };
    let offered: &[u8] = match probe.readable() {
        Some(_) => &[5, 2, NO_LOGIN, PASSWORD],
        None => &[5, 1, NO_LOGIN],
    };
    link.write_all(offered).await?;
    let method = match reply(link, SocksStep::Method, 5).await? {
        Answer::Reply(reply) => reply,
        other => return Ok(other),
    };
    match (method.code, probe.readable()) {
        (NO_LOGIN, _) => {}
        (PASSWORD, Some(credentials)) => {
            *has_shown = true;
            link.write_all(&login(credentials)).await?;
            match reply(link, SocksStep::Login, 1).await? {
                Answer::Reply(reply) if reply.code == 0 => {}
                other => return Ok(other),
            }
        }
        _ => return Ok(Answer::Reply(method)),
    }
    link.write_all(&request).await?;
    let answer = reply(link, SocksStep::Connect, 5).await?;
    if let Answer::Reply(reply) = &answer
        && reply.opens()
    {
        skip_bound_address(link).await?;
    }
    Ok(answer)
}

/// Version and code; any other version is another protocol.
async fn reply(link: &mut Link, step: SocksStep, version: u8) -> io::Result<Answer> {
    let mut head = [0; 2];
    let mut got = 0;
    while let Some(room) = head.get_mut(got..).filter(|room| !room.is_empty()) {
        match link.read(room).await? {
            0 => {
                return Ok(Answer::Foreign(
                    head.get(..got).unwrap_or_default().to_vec(),
                ));
            }
            length => got += length,
        }
        if head.first() != Some(&version) {
            return Ok(Answer::Foreign(rest_of(link, &head, got).await));
        }
    }
    let [_, code] = head;
    Ok(Answer::Reply(SocksReply { step, code }))
}

/// Some more of what is no answer: it tells what it is.
async fn rest_of(link: &mut Link, head: &[u8], got: usize) -> Vec<u8> {
    let mut bytes = head.get(..got).unwrap_or_default().to_vec();
    let mut more = [0; 254];
    if let Ok(length) = link.read(&mut more).await {
        bytes.extend(more.iter().take(length));
    }
    bytes
}

/// Where the proxy's own end is, which nobody needs. Source: RFC 1928 §6.
async fn skip_bound_address(link: &mut Link) -> io::Result<()> {
    let mut kind = [0; 2];
    link.read_exact(&mut kind).await?;
    let length = match kind {
        [_, 1] => 4,
        [_, 4] => 16,
        _ => usize::from(link.read_u8().await?),
    };
    let mut rest = vec![0; length + 2];
    link.read_exact(&mut rest).await?;
    Ok(())
}

/// Source: RFC 1928 §4.
fn request5(host: &str, port: u16) -> Option<Vec<u8>> {
    let mut request = vec![5, 1, 0];
    match host.parse() {
        Ok(IpAddr::V4(address)) => {
            request.push(1);
            request.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            request.push(4);
            request.extend(address.octets());
        }
        Err(_) => {
            request.extend([3, u8::try_from(host.len()).ok()?]);
            request.extend(host.as_bytes());
        }
    }
    request.extend(port.to_be_bytes());
    Some(request)
}

/// Source: RFC 1929 §2. What is longer than its field is cut there, and rejected.
fn login(credentials: &Credentials) -> Zeroizing<Vec<u8>> {
    let mut message = Zeroizing::new(vec![1]);
    for part in [credentials.user(), credentials.password()] {
        let length = u8::try_from(part.len()).unwrap_or(u8::MAX);
        message.push(length);
        message.extend(part.bytes().take(usize::from(length)));
    }
    message
}

async fn connect4(link: &mut Link, probe: &TunnelProbe) -> io::Result<Answer> {
    let user = probe.readable().map_or("", Credentials::user);
    let Some(request) = request4(&probe.host, probe.port, user) else {
        return Ok(Answer::NotSent(NO_IPV6));
    };
    link.write_all(&request).await?;
    let answer = reply(link, SocksStep::Connect4, 0).await?;
    if matches!(answer, Answer::Reply(_)) {
        // port and address, which mean nothing here
        link.read_exact(&mut [0; 6]).await?;
    }
    Ok(answer)
}

/// An address that cannot be, then the name behind the user's: the manner of 4A.
fn request4(host: &str, port: u16, user: &str) -> Option<Vec<u8>> {
    let (address, name) = match host.parse() {
        Ok(IpAddr::V4(address)) => (address.octets(), None),
        Ok(IpAddr::V6(_)) => return None,
        Err(_) => ([0, 0, 0, 1], Some(host)),
    };
    if user.contains('\0') || host.contains('\0') {
        return None;
    }
    let mut request = vec![4, 1];
    request.extend(port.to_be_bytes());
    request.extend(address);
    request.extend(user.as_bytes());
    request.push(0);
    if let Some(name) = name {
        request.extend(name.as_bytes());
        request.push(0);
    }
    Some(request)
}

/// As the observation tells it.
pub(super) fn outcome(answer: Answer) -> Outcome {
    match answer {
        Answer::Reply(reply) => Outcome::Socks(reply),
        Answer::NotSent(why) => Outcome::NotSent {
            why: why.to_owned(),
        },
        Answer::Foreign(bytes) => super::exchange::foreign(
            &bytes,
            Speaks::of(&bytes),
            "the answer is none of SOCKS".to_owned(),
        ),
    }
}

const TOO_LONG: &str = "the name is longer than SOCKS can say";
const NO_IPV6: &str = "SOCKS 4 has no words for this name or address";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_those_of_the_standards() {
        let v4 = [5, 1, 0, 1, 192, 0, 2, 1, 1, 187];
        assert_eq!(request5("192.0.2.1", 443).unwrap(), v4);
        let name = [&[5, 1, 0, 3, 3][..], b"tom", &[1, 187]].concat();
        assert_eq!(request5("tom", 443).unwrap(), name);
        assert_eq!(request5("2001:db8::1", 443).unwrap().len(), 22);
        assert_eq!(request5(&"x".repeat(256), 443), None);
        let old = [&[4, 1, 1, 187, 192, 0, 2, 1][..], b"u\0"].concat();
        assert_eq!(request4("192.0.2.1", 443, "u").unwrap(), old);
        let old = [&[4, 1, 1, 187, 0, 0, 0, 1, 0][..], b"tom\0"].concat();
        assert_eq!(request4("tom", 443, "").unwrap(), old);
        assert_eq!(request4("2001:db8::1", 443, ""), None);
    }

    #[test]
    fn a_password_that_is_too_long_is_cut_and_never_runs_over() {
        let credentials = Credentials::new("u", Zeroizing::new("p".repeat(300)));
        assert_eq!(login(&credentials).len(), 1 + 2 + 1 + 255);
    }
}
