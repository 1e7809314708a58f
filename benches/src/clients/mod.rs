//! What does a client pay for a handshake with a token's key, many in one process?

mod kept;
mod ours;
mod table;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context;
use tomcheck_testkit::{Pki, TlsServer};

use self::kept::{Kept, Took};
use crate::programs::engine_configuration;
use crate::room::{KEY_URI, PIN, Room, TokenHome};
use crate::{Tools, Version};

pub use self::ours::{CLIENT_ARGUMENT, serve_client};
pub use self::table::render_clients;

/// What the clients of one version came to; index by index taken in one round.
#[derive(Debug)]
pub struct ClientRace {
    version: Version,
    lanes: Vec<Lane>,
}

#[derive(Debug)]
struct Lane {
    kind: Kind,
    /// On how many threads.
    threads: u32,
    took: Vec<Took>,
    absent: Option<String>,
}

/// What is asked for again and again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Memory,
    MemorySignature,
    Signature,
    Pool,
    Worker,
    Openssl,
    Gnutls,
}

/// Two threads stand for how it scales: machines that test have no more.
const LANES: &[(Kind, u32)] = &[
    (Kind::Memory, 1),
    (Kind::MemorySignature, 1),
    (Kind::Signature, 1),
    (Kind::Signature, 2),
    (Kind::Pool, 1),
    (Kind::Pool, 2),
    (Kind::Worker, 1),
    (Kind::Openssl, 1),
    (Kind::Gnutls, 1),
];

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Memory => "rustls, key in memory",
            Self::MemorySignature => "a signature in memory alone",
            Self::Signature => "a signature by the token alone",
            Self::Pool => "client_config, module in this process",
            Self::Worker => "client_config, module in a worker",
            Self::Openssl => "OpenSSL + libp11",
            Self::Gnutls => "GnuTLS",
        }
    }

    const fn mode(self) -> Option<&'static str> {
        match self {
            Self::Memory => Some("memory"),
            Self::MemorySignature => Some("signature-in-memory"),
            Self::Signature => Some("signature"),
            Self::Pool => Some("pool"),
            Self::Worker => Some("worker"),
            Self::Openssl | Self::Gnutls => None,
        }
    }
}

/// Runs everything: `rounds` rounds per TLS version, each client in turn. Blocks; gives up what is
/// left once `limit` has passed, between two rounds.
///
/// # Errors
///
/// When there can be no token.
pub fn measure_clients(
    tools: Tools,
    rounds: usize,
    limit: Duration,
) -> anyhow::Result<Vec<ClientRace>> {
    let room = Room::new(tools)?;
    let race = |version| race(&room, version, rounds, limit / 2);
    Ok(Version::ALL.into_iter().map(race).collect())
}

fn race(room: &Room, version: Version, rounds: usize, limit: Duration) -> ClientRace {
    let until = Instant::now() + limit;
    let server = Room::server(version);
    let mut runners: Vec<_> = LANES
        .iter()
        .map(|(kind, threads)| Runner::new(*kind, *threads, room, version, &server))
        .collect();
    for _ in 0..rounds {
        runners.iter_mut().for_each(Runner::turn);
        if Instant::now() >= until {
            break;
        }
    }
    let lanes = runners.into_iter().map(|runner| runner.lane).collect();
    ClientRace { version, lanes }
}

struct Runner {
    client: Option<Kept>,
    lane: Lane,
}

/// Handshakes in a turn: enough for two threads to run side by side.
const IN_A_TURN: u32 = 16;

impl Runner {
    /// Ready and warm.
    fn new(kind: Kind, threads: u32, room: &Room, version: Version, server: &TlsServer) -> Self {
        let started = start(kind, threads, room, version, server).and_then(|mut client| {
            client.make(IN_A_TURN, threads)?;
            Ok(client)
        });
        let absent = started.as_ref().err().map(|error| format!("{error:#}"));
        Self {
            client: started.ok(),
            lane: Lane {
                kind,
                threads,
                took: Vec::new(),
                absent,
            },
        }
    }

    fn turn(&mut self) {
        let Some(client) = &mut self.client else {
            return;
        };
        match client.make(IN_A_TURN, self.lane.threads) {
            Ok(took) => self.lane.took.push(took),
            Err(error) => {
                self.client = None;
                self.lane.absent = Some(format!("{error:#}"));
            }
        }
    }
}

fn start(
    kind: Kind,
    threads: u32,
    room: &Room,
    version: Version,
    server: &TlsServer,
) -> anyhow::Result<Kept> {
    let port = server.port();
    let home = room.token(&format!("{kind:?}-{threads}-{port}"))?;
    let number = match version {
        Version::Tls12 => "1.2",
        Version::Tls13 => "1.3",
    };
    let mut command = match kind.mode() {
        Some(mode) => {
            let mut command = Command::new(std::env::current_exe()?);
            command.args([CLIENT_ARGUMENT, mode, &server.address().to_string(), number]);
            command.arg(&home.module);
            command
        }
        None => {
            let mut command = Command::new(compiled(kind, &home.folder)?);
            command.args([&port.to_string(), number]);
            command.arg(Pki::shared().roots_pem());
            command.arg(room.holder.certificate_pem());
            command.arg(KEY_URI);
            command
        }
    };
    match kind {
        Kind::Openssl => command.env("OPENSSL_CONF", engine(&home)?),
        Kind::Gnutls => command.arg(&home.module).env("GNUTLS_PIN", PIN),
        _ => &mut command,
    };
    command.envs(home.environment);
    Kept::start(command)
}

fn engine(home: &TokenHome) -> anyhow::Result<PathBuf> {
    let file = home.folder.join("openssl.cnf");
    fs::write(&file, engine_configuration(&home.module))?;
    Ok(file)
}

/// The C program of this kind, compiled here.
fn compiled(kind: Kind, folder: &Path) -> anyhow::Result<PathBuf> {
    let (source, libraries, package) = match kind {
        Kind::Openssl => (OPENSSL_C, &["-lssl", "-lcrypto"][..], "libssl-dev"),
        _ => (GNUTLS_C, &["-lgnutls"][..], "libgnutls28-dev"),
    };
    let (file, program) = (folder.join("client.c"), folder.join("client"));
    fs::write(&file, source)?;
    let out = [OsString::from("-o"), program.clone().into()];
    let mut cc = Command::new("cc");
    let output = cc.arg("-O2").args(out).arg(&file).args(libraries).output();
    let output = output.context("cc")?;
    let missing = || format!("not compiled (apt install {package})");
    output
        .status
        .success()
        .then_some(program)
        .with_context(missing)
}

const OPENSSL_C: &str = include_str!("../../peers/openssl_client.c");
const GNUTLS_C: &str = include_str!("../../peers/gnutls_client.c");
