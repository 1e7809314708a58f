//! What does a box on the path do to a TLS connection?
//!
//! A relay on loopback in front of a real server. It reads the client's first flight, and then
//! lets it pass, or does what firewalls, filters and tunnels were seen to do.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use socket2::SockRef;

/// What the box does.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Shape {
    /// Nothing: all passes.
    Passes,
    /// It takes every first flight and says nothing.
    SilentAfterHello,
    /// It resets connections whose first flight holds this name.
    ResetsName(String),
    /// It takes first flights of more bytes than this and says nothing.
    DropsLargeHello(usize),
    /// It resets them.
    ResetsLargeHello(usize),
    /// It resets first flights that offer TLS 1.3.
    ResetsTls13,
    /// The server's bytes come to a stop after so many, unless the client asked for segments of
    /// 1000 bytes at most: larger ones are lost on the way, and nobody is told.
    LosesLargeSegments(usize),
    /// The server's bytes come one by one, with this pause between them.
    Drips(Duration),
    /// Something else answers, with these bytes.
    Banner(&'static [u8]),
}

/// A running box; dropping it closes its port.
#[derive(Debug)]
pub struct Shaper {
    address: SocketAddr,
    state: Arc<State>,
    listening: Vec<(SocketAddr, thread::JoinHandle<()>)>,
}

#[derive(Debug)]
struct State {
    server: SocketAddr,
    shape: Shape,
    connections: AtomicUsize,
    closing: AtomicBool,
}

impl Shaper {
    /// Starts on an ephemeral port of 127.0.0.1, and of ::1 where there is one.
    ///
    /// # Panics
    ///
    /// When the loopback has no port left.
    pub fn start(server: SocketAddr, shape: Shape) -> Self {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a port");
        let address = v4.local_addr().expect("a bound listener has an address");
        let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, address.port())).ok();
        let state = Arc::new(State {
            server,
            shape,
            connections: AtomicUsize::new(0),
            closing: AtomicBool::new(false),
        });
        let listening = std::iter::once(v4).chain(v6).filter_map(|listener| {
            let own = Arc::clone(&state);
            let address = listener.local_addr().ok()?;
            Some((address, thread::spawn(move || own.listen(&listener))))
        });
        let listening = listening.collect();
        Self {
            address,
            state,
            listening,
        }
    }

    /// Where it listens (IPv4).
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections it has accepted.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Shaper {
    fn drop(&mut self) {
        self.state.closing.store(true, Ordering::SeqCst);
        for (address, thread) in self.listening.drain(..) {
            // one more connection, so that `accept` returns and sees it is over
            if TcpStream::connect_timeout(&address, PATIENCE).is_ok() {
                let _ = thread.join();
            }
        }
    }
}

impl State {
    fn listen(self: Arc<Self>, listener: &TcpListener) {
        for client in listener.incoming() {
            if self.closing.load(Ordering::SeqCst) {
                return;
            }
            let Ok(client) = client else { continue };
            self.connections.fetch_add(1, Ordering::SeqCst);
            let state = Arc::clone(&self);
            // a client that has gone is no matter of ours
            thread::spawn(move || drop(state.shape(client)));
        }
    }

    fn shape(&self, mut client: TcpStream) -> io::Result<()> {
        client.set_read_timeout(Some(SHORTLY))?;
        let mut until = Instant::now() + PATIENCE;
        let hello = first_flight(&mut client, until)?;
        until = Instant::now() + LONGEST;
        match &self.shape {
            Shape::SilentAfterHello => self.hold(&mut client, until),
            Shape::ResetsName(name) if holds(&hello, name.as_bytes()) => reset(client),
            Shape::DropsLargeHello(most) if hello.len() > *most => self.hold(&mut client, until),
            Shape::ResetsLargeHello(most) if hello.len() > *most => reset(client),
            Shape::ResetsTls13 if TLS13_OFFERED.iter().any(|it| holds(&hello, it)) => reset(client),
            Shape::Banner(bytes) => client.write_all(bytes),
            Shape::LosesLargeSegments(after) => {
                let is_small = SockRef::from(&client).tcp_mss()? <= SMALL;
                self.relay(client, &hello, (!is_small).then_some(*after), until)
            }
            _ => self.relay(client, &hello, None, until),
        }
    }

    /// Says nothing until the client hangs up.
    fn hold(&self, client: &mut TcpStream, until: Instant) -> io::Result<()> {
        let mut rest = [0; 4096];
        while !self.is_over(until) {
            match client.read(&mut rest) {
                Ok(0) => return Ok(()),
                Err(error) if !is_pause(&error) => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Lets all pass, from the server at most `most` bytes.
    fn relay(
        &self,
        mut client: TcpStream,
        hello: &[u8],
        most: Option<usize>,
        until: Instant,
    ) -> io::Result<()> {
        let mut server = TcpStream::connect_timeout(&self.server, PATIENCE)?;
        server.set_read_timeout(Some(SHORTLY))?;
        server.write_all(hello)?;
        let (from, to) = (client.try_clone()?, server.try_clone()?);
        thread::scope(|scope| {
            scope.spawn(|| self.copy(from, to, None, until));
            self.answer(&mut server, &mut client, most, until)
        })
    }

    fn answer(
        &self,
        server: &mut TcpStream,
        client: &mut TcpStream,
        most: Option<usize>,
        until: Instant,
    ) -> io::Result<()> {
        self.copy(server.try_clone()?, client.try_clone()?, most, until);
        if most.is_some() {
            self.hold(client, until)?;
        }
        let _ = server.shutdown(Shutdown::Both);
        client.shutdown(Shutdown::Both)
    }

    fn copy(&self, mut from: TcpStream, mut to: TcpStream, most: Option<usize>, until: Instant) {
        let mut room = most.unwrap_or(usize::MAX);
        let mut buffer = [0; 4096];
        while room > 0 && !self.is_over(until) {
            let length = match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => length.min(room),
                Err(error) if is_pause(&error) => continue,
                Err(_) => break,
            };
            room -= length;
            let bytes = buffer.get(..length).unwrap_or_default();
            if self.pass(&mut to, bytes).is_err() {
                break;
            }
        }
        if most.is_none() {
            let _ = to.shutdown(Shutdown::Write);
        }
    }

    fn pass(&self, to: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
        let is_to_the_server = to.peer_addr().is_ok_and(|peer| peer == self.server);
        let Shape::Drips(pause) = self.shape else {
            return to.write_all(bytes);
        };
        if is_to_the_server {
            return to.write_all(bytes);
        }
        bytes.iter().try_for_each(|byte| {
            thread::sleep(pause);
            to.write_all(&[*byte])
        })
    }

    fn is_over(&self, until: Instant) -> bool {
        self.closing.load(Ordering::SeqCst) || Instant::now() >= until
    }
}

/// The whole first record.
fn first_flight(client: &mut TcpStream, until: Instant) -> io::Result<Vec<u8>> {
    let mut hello = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&hello) && Instant::now() < until {
        match client.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => hello.extend_from_slice(buffer.get(..length).unwrap_or_default()),
            Err(error) if is_pause(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hello)
}

fn is_whole(hello: &[u8]) -> bool {
    match hello {
        [_, _, _, high, low, body @ ..] => {
            body.len() >= usize::from(u16::from_be_bytes([*high, *low]))
        }
        _ => false,
    }
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// Nothing more is to be sent, and what was read is thrown away: the kernel sends RST.
fn reset(client: TcpStream) -> io::Result<()> {
    SockRef::from(&client).set_linger(Some(Duration::ZERO))?;
    drop(client);
    Ok(())
}

/// A read that only timed out.
fn is_pause(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

/// `supported_versions` that offers TLS 1.3 first, as every client's does, alone and with TLS 1.2.
const TLS13_OFFERED: [&[u8]; 2] = [&[0, 43, 0, 3, 2, 3, 4], &[0, 43, 0, 5, 4, 3, 4]];
const SMALL: u32 = 1000;
const SHORTLY: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(5);
/// No test waits that long for one connection.
const LONGEST: Duration = Duration::from_secs(60);
