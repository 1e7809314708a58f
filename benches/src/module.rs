//! What does it cost that the module lives in a process of its own, and to list what is on it?

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::ensure;
use tomcheck_cert::{InitialiseProbe, ListingProbe, ListingSeen, Worker, WorkerCommand};
use tomcheck_diagnosis::Probe;
use tomcheck_testkit::{CardOptions, Profile, VirtualCard, Workstation};

use crate::holder::{KeyKind, person};
use crate::room::{Room, TokenHome};
use crate::token::command;
use crate::{Spread, Tools, peer::PATIENCE, ratios};

/// Times taken in turn.
#[derive(Clone, Debug, Default)]
pub struct ModuleTimes {
    /// In microseconds: a question to the worker that makes no call, and its answer.
    pub round_trip: Vec<f64>,
    /// In milliseconds: a process that starts a worker, lists all slots and certificates, ends.
    pub listing: Vec<f64>,
    /// The same without a worker: the module is loaded into the process itself.
    pub here: Vec<f64>,
    /// In milliseconds: `tomcheck certs`, from the reader to the chain, where it stands beside this
    /// program.
    pub certs: Vec<f64>,
    /// In milliseconds: `pkcs11-tool -O` on the same token.
    pub tool: Vec<f64>,
}

/// Where a program of ours that lists has the module.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Home {
    /// In a worker.
    Apart,
    /// In itself.
    Here,
}

impl Home {
    /// The argument that makes this very program call [`list_module`].
    pub const fn argument(self) -> &'static str {
        match self {
            Self::Apart => "list",
            Self::Here => "list-here",
        }
    }
}

/// Measures in `rounds` turns. This very program, given [`Home::argument`] and a module, calls
/// [`list_module`].
///
/// # Errors
///
/// When the token cannot be made, or somebody fails.
pub fn measure_module(tools: Tools, rounds: usize) -> anyhow::Result<ModuleTimes> {
    let room = Room::new(tools, KeyKind::Rsa)?;
    let home = room.token("module")?;
    let desk = room.tools.tomcheck.is_ok().then(|| Desk::new(&room));
    let desk = desk.transpose()?;
    let worker = Worker::start(&command(&home)?, &home.module, PATIENCE)?;
    let mut times = ModuleTimes::default();
    for _ in 0..rounds {
        for _ in 0..PINGS {
            let since = Instant::now();
            worker.ping()?;
            times.round_trip.push(since.elapsed().as_secs_f64() * 1e6);
        }
        times.listing.push(millis(own(Home::Apart, &home)?, &home)?);
        times.here.push(millis(own(Home::Here, &home)?, &home)?);
        if let (Some(desk), Ok(tomcheck)) = (&desk, &room.tools.tomcheck) {
            times.certs.push(desk.certs(tomcheck, &home)?);
        }
        let mut tool = Command::new(&room.tools.pkcs11_tool);
        tool.arg("--module").arg(&home.module).arg("-O");
        times.tool.push(millis(tool, &home)?);
    }
    Ok(times)
}

const PINGS: usize = 40;

fn own(place: Home, home: &TokenHome) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(place.argument()).arg(&home.module);
    Ok(command)
}

fn millis(mut command: Command, home: &TokenHome) -> anyhow::Result<f64> {
    let since = Instant::now();
    let output = command.envs(home.environment.clone()).output()?;
    let took = since.elapsed().as_secs_f64() * 1e3;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {said}");
    Ok(took)
}

/// A reader with a card in it: without one, `tomcheck certs` goes no further.
struct Desk {
    station: Workstation,
    holder: String,
    _card: VirtualCard,
}

impl Desk {
    fn new(room: &Room) -> anyhow::Result<Self> {
        let station = Workstation::start(room.folder().join("desk"))?;
        let holder = person();
        let der = holder.certificate_der();
        let options = CardOptions::new().authentication_pair(holder.key().clone(), der);
        let card = station.insert(Profile::Piv, options)?;
        let holder = tomcheck_cert::identify::HolderCertificate::decode(der)?;
        Ok(Self {
            station,
            holder: holder.delivered_to.reveal().to_owned(),
            _card: card,
        })
    }

    /// The card and the token need not be one: what is found on the way is told, and is not
    /// what is timed.
    fn certs(&self, tomcheck: &Path, home: &TokenHome) -> anyhow::Result<f64> {
        let mut command = Command::new(tomcheck);
        command.arg("certs").arg("--module").arg(&home.module);
        command.envs(self.station.environment());
        command.envs(home.environment.clone());
        let since = Instant::now();
        let output = command.output()?;
        let took = since.elapsed().as_secs_f64() * 1e3;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(said.contains(&self.holder), "{command:?}: {said}");
        Ok(took)
    }
}

/// What the process that is timed does: lists what the module shows.
///
/// # Errors
///
/// When there is no certificate to be listed.
pub fn list_module(module: &Path, home: Home) -> anyhow::Result<()> {
    let worker = match home {
        Home::Apart => {
            let own = WorkerCommand::of_program(std::env::current_exe()?);
            Worker::start(&own, module, PATIENCE)?
        }
        Home::Here => Worker::in_process(module, PATIENCE)?,
    };
    InitialiseProbe::new(&worker).observe();
    let seen = ListingProbe::new(&worker).observe();
    let ListingSeen::Slots(slots) = &seen else {
        anyhow::bail!("{seen:?}")
    };
    let listed = |slot: &&tomcheck_cert::Listed| matches!(&slot.certificates, tomcheck_cert::Certificates::Read(all) if !all.is_empty());
    ensure!(slots.iter().any(|slot| listed(&slot)), "{seen:?}");
    Ok(worker.finish()?)
}

/// The table.
pub fn render_module(times: &ModuleTimes) -> String {
    let mut text = String::from("The module in a process of its own (SoftHSM)\n");
    let mut line = |name: &str, values: &[f64], unit: &str| {
        if let Some(spread) = Spread::of(values) {
            let Spread { low, median, high } = spread;
            // writing into a String cannot fail
            let _ = writeln!(
                text,
                "  {name:<34} {median:8.1} {unit}  ({low:.1} to {high:.1})"
            );
        }
    };
    line("a question and its answer", &times.round_trip, "us");
    let peers = [
        ("a listing, whole process", &times.listing),
        ("the same without a worker", &times.here),
        ("tomcheck certs, whole process", &times.certs),
    ];
    for (name, values) in peers {
        line(name, values, "ms");
    }
    line("pkcs11-tool -O, whole process", &times.tool, "ms");
    for (name, values) in peers {
        if let Some(ratio) = ratios(values, &times.tool) {
            // writing into a String cannot fail
            let _ = writeln!(text, "  {name:<34} x{:.2} of pkcs11-tool", ratio.median);
        }
    }
    text
}
