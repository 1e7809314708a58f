//! What does a client pay for a handshake with a token's key, many in one process?

mod kept;
mod ours;
mod table;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::ensure;
use tomcheck_testkit::TlsServer;

use self::kept::{Kept, Took};
use crate::foreign::Foreign;
use crate::room::Room;
use crate::{KeyKind, Tools, Version};

pub use self::ours::{CLIENT_ARGUMENT, serve_client};
pub use self::table::render_clients;

/// What the clients of one version came to with one key; index by index taken in one round.
#[derive(Debug)]
pub struct ClientRace {
    key: KeyKind,
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
    Foreign(Foreign),
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
    (Kind::Foreign(Foreign::Openssl), 1),
    (Kind::Foreign(Foreign::Gnutls), 1),
    (Kind::Foreign(Foreign::Nss), 1),
    (Kind::Foreign(Foreign::Java), 1),
];

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Memory => "rustls, key in memory",
            Self::MemorySignature => "a signature in memory alone",
            Self::Signature => "a signature by the token alone",
            Self::Pool => "client_config, module in this process",
            Self::Worker => "client_config, module in a worker",
            Self::Foreign(foreign) => foreign.name(),
        }
    }

    /// What [`serve_client`] calls it.
    const fn mode(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::MemorySignature => "signature-in-memory",
            Self::Signature => "signature",
            Self::Pool => "pool",
            Self::Worker => "worker",
            Self::Foreign(_) => "",
        }
    }

    /// How many handshakes with the server a turn of so many is: strsclnt starts twice, each time
    /// with four more, which `peers/nss_client.c` takes off again.
    const fn handshakes(self, count: usize) -> usize {
        match self {
            Self::MemorySignature | Self::Signature => 0,
            Self::Foreign(Foreign::Nss) => count + 8,
            _ => count,
        }
    }

    /// How many turns before the first that counts: Java compiles what it runs often.
    const fn turns_before(self, rounds: usize) -> usize {
        match self {
            Self::Foreign(Foreign::Java) if rounds > 4 => 50,
            _ => 1,
        }
    }
}

/// Runs everything: `rounds` rounds per key and TLS version, each client in turn. Blocks; gives up what is
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
    let mut races = Vec::new();
    for key in KeyKind::ALL {
        let room = Room::new(tools.clone(), key)?;
        let race = |version| race(&room, version, rounds, limit / 4);
        races.extend(Version::ALL.map(race));
    }
    Ok(races)
}

fn race(room: &Room, version: Version, rounds: usize, limit: Duration) -> ClientRace {
    let server = Room::server(version);
    let ready = |(kind, threads): &(Kind, u32)| {
        let started = start(*kind, *threads, room, version, &server);
        Runner::new(*kind, *threads, started, rounds)
    };
    let mut runners: Vec<_> = LANES.iter().map(ready).collect();
    let until = Instant::now() + limit;
    for _ in 0..rounds {
        runners.iter_mut().for_each(|runner| runner.turn(&server));
        if Instant::now() >= until {
            break;
        }
    }
    let lanes = runners.into_iter().map(|runner| runner.lane).collect();
    ClientRace {
        key: room.holder.kind,
        version,
        lanes,
    }
}

struct Runner {
    client: Option<Kept>,
    lane: Lane,
}

/// Handshakes in a turn: enough for two threads to run side by side.
const IN_A_TURN: u32 = 16;

impl Runner {
    /// Ready and warm.
    fn new(kind: Kind, threads: u32, started: anyhow::Result<Kept>, rounds: usize) -> Self {
        let started = started.and_then(|mut client| {
            for _ in 0..kind.turns_before(rounds) {
                client.make(IN_A_TURN, threads)?;
            }
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

    fn turn(&mut self, server: &TlsServer) {
        let Some(client) = &mut self.client else {
            return;
        };
        let before = server.handshakes();
        let took = client.make(IN_A_TURN, self.lane.threads);
        let took = took.and_then(|took| {
            let made = server.handshakes() - before;
            let wanted = self.lane.kind.handshakes(IN_A_TURN as usize);
            ensure!(made == wanted, "the server counts {made} of {wanted}");
            Ok(took)
        });
        match took {
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
    let home = room.token(&format!("{kind:?}-{threads}-{}", server.port()))?;
    if let Kind::Foreign(foreign) = kind {
        return Kept::start(foreign.command(room, version, server, &home)?);
    }
    let mut command = Command::new(std::env::current_exe()?);
    command.args([CLIENT_ARGUMENT, kind.mode(), &server.address().to_string()]);
    command.args([version.number(), room.holder.kind.short()]);
    command.args([&room.holder.folder, &home.module]);
    command.envs(home.environment);
    Kept::start(command)
}
