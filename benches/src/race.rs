//! In which order do the peers run, and what came of it?

use std::time::{Duration, Instant};

use anyhow::ensure;
use tomcheck_testkit::TlsServer;

use crate::holder::KeyKind;
use crate::kind::{IN_PROCESS, Kind, PROGRAMS};
use crate::peer::Peer;
use crate::room::Room;
use crate::{Tools, Version, calls};

/// What peers of one kind came to against one server.
#[derive(Clone, Debug)]
pub struct Race {
    /// The server's only version.
    pub version: Version,
    /// Whether each handshake is a process of its own.
    pub whole_process: bool,
    /// The peers; the first that ran is the baseline.
    pub lanes: Vec<Lane>,
}

/// What one peer came to.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Who it is.
    pub name: &'static str,
    /// Microseconds of each turn, in order; those of one turn stand at one index in all lanes
    /// of a race.
    pub micros: Vec<f64>,
    /// Calls into the PKCS#11 module per turn; none where they were not counted.
    pub calls: Option<usize>,
    /// Why it did not run, or ran no further.
    pub absent: Option<Absence>,
}

/// Why there is nothing of a peer, or not all.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Absence {
    /// It is not on this machine: no fault.
    Skipped(String),
    /// It is there and did not work.
    Failed(String),
}

/// Runs everything: `rounds` rounds per TLS version. Blocks; gives up what is left once
/// `limit` has passed, between two rounds.
///
/// # Errors
///
/// When there can be no token.
pub fn run(tools: Tools, rounds: usize, limit: Duration) -> anyhow::Result<Vec<Race>> {
    let room = Room::new(tools, KeyKind::Rsa)?;
    let share = limit / 2;
    let races = Version::ALL.map(|version| races(&room, version, rounds, share));
    Ok(races.into_iter().flatten().collect())
}

fn races(room: &Room, version: Version, rounds: usize, limit: Duration) -> [Race; 2] {
    let until = Instant::now() + limit;
    let server = Room::server(version);
    let mut groups = [IN_PROCESS, PROGRAMS].map(|kinds| prepare(kinds, room, version, &server));
    for _ in 0..rounds {
        round(&mut groups, &server);
        if Instant::now() >= until {
            break;
        }
    }
    let [in_process, programs] = groups.map(|group| group.into_iter().map(|runner| runner.lane));
    let race = |whole_process, lanes| Race {
        version,
        whole_process,
        lanes,
    };
    [
        race(false, in_process.collect()),
        race(true, programs.collect()),
    ]
}

/// A peer in its lane.
struct Runner {
    kind: Kind,
    peer: Option<Box<dyn Peer>>,
    lane: Lane,
}

/// In one process a handshake is short: several in a round, still in turn.
const SHORT_TURNS: usize = 4;

fn round([in_process, programs]: &mut [Vec<Runner>; 2], server: &TlsServer) {
    for _ in 0..SHORT_TURNS {
        in_process.iter_mut().for_each(|runner| runner.turn(server));
    }
    programs.iter_mut().for_each(|runner| runner.turn(server));
}

fn prepare(kinds: &[Kind], room: &Room, version: Version, server: &TlsServer) -> Vec<Runner> {
    kinds
        .iter()
        .map(|kind| Runner::new(*kind, room, version, server))
        .collect()
}

impl Runner {
    /// Ready, its calls counted, and warm: a turn that nobody times.
    fn new(kind: Kind, room: &Room, version: Version, server: &TlsServer) -> Self {
        let mut runner = Self {
            kind,
            peer: None,
            lane: Lane::of(kind),
        };
        if let Some(missing) = kind.missing(&room.tools) {
            runner.lane.absent = Some(Absence::Skipped(missing.to_string()));
            return runner;
        }
        if let Err(error) = runner.warm_up(room, version, server) {
            runner.fail(&error);
        }
        runner
    }

    fn warm_up(&mut self, room: &Room, version: Version, server: &TlsServer) -> anyhow::Result<()> {
        if self.kind.uses_token() {
            self.lane.calls = calls::per_turn(self.kind, room, version, server)?;
        }
        let home = room.token(&format!("{}-{}", self.kind.short(), server.port()))?;
        let mut peer = self.kind.ready(room, version, server, &home)?;
        watched(self.kind, peer.as_mut(), server)?;
        self.peer = Some(peer);
        Ok(())
    }

    fn turn(&mut self, server: &TlsServer) {
        let Some(peer) = &mut self.peer else { return };
        match watched(self.kind, peer.as_mut(), server) {
            Ok(took) => self.lane.micros.push(took.as_secs_f64() * 1e6),
            Err(error) => self.fail(&error),
        }
    }

    fn fail(&mut self, error: &anyhow::Error) {
        self.peer = None;
        self.lane.absent = Some(Absence::Failed(format!("{error:#}")));
    }
}

impl Lane {
    fn of(kind: Kind) -> Self {
        Self {
            name: kind.name(),
            micros: Vec::new(),
            calls: None,
            absent: None,
        }
    }
}

/// One turn, and the server's word that it was a handshake with the client's certificate: it
/// counts no other.
fn watched(kind: Kind, peer: &mut dyn Peer, server: &TlsServer) -> anyhow::Result<Duration> {
    let before = server.handshakes();
    let begun = Instant::now();
    peer.once()?;
    let took = begun.elapsed();
    let made = server.handshakes() - before;
    ensure!(
        made == kind.handshakes(),
        "the server counts {made} handshakes"
    );
    Ok(took)
}
