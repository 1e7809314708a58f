//! What does it cost that the module lives in a process of its own?

use std::fmt::Write as _;
use std::process::Command;
use std::time::Instant;

use anyhow::ensure;
use tomcheck_cert::{InitialiseProbe, ListingProbe, ListingSeen, Worker};
use tomcheck_diagnosis::Probe;

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
    /// In milliseconds: `pkcs11-tool -O` on the same token.
    pub tool: Vec<f64>,
}

/// Measures in `rounds` turns; `own_listing` is the argument that makes this very program call
/// [`list_module`].
///
/// # Errors
///
/// When the token cannot be made, or somebody fails.
pub fn measure_module(
    tools: Tools,
    rounds: usize,
    own_listing: &str,
) -> anyhow::Result<ModuleTimes> {
    let room = Room::new(tools)?;
    let home = room.token("module")?;
    let worker = Worker::start(&command(&home)?, &home.module, PATIENCE)?;
    let mut times = ModuleTimes::default();
    for _ in 0..rounds {
        for _ in 0..PINGS {
            let since = Instant::now();
            worker.ping()?;
            times.round_trip.push(since.elapsed().as_secs_f64() * 1e6);
        }
        let mut own = Command::new(std::env::current_exe()?);
        own.arg(own_listing).arg(&home.module);
        times.listing.push(millis(own, &home)?);
        let mut tool = Command::new(&room.tools.pkcs11_tool);
        tool.arg("--module").arg(&home.module).arg("-O");
        times.tool.push(millis(tool, &home)?);
    }
    Ok(times)
}

const PINGS: usize = 40;

fn millis(mut command: Command, home: &TokenHome) -> anyhow::Result<f64> {
    let since = Instant::now();
    let output = command.envs(home.environment.clone()).output()?;
    let took = since.elapsed().as_secs_f64() * 1e3;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {said}");
    Ok(took)
}

/// What the process that is timed does: lists through a worker of its own.
///
/// # Errors
///
/// When there is no certificate to be listed.
pub fn list_module(module: &std::path::Path) -> anyhow::Result<()> {
    let own = tomcheck_cert::WorkerCommand::of_program(std::env::current_exe()?);
    let worker = Worker::start(&own, module, PATIENCE)?;
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
    line("tomcheck lists, whole process", &times.listing, "ms");
    line("pkcs11-tool -O, whole process", &times.tool, "ms");
    if let Some(ratio) = ratios(&times.listing, &times.tool) {
        line(
            "tomcheck over pkcs11-tool",
            &[ratio.low, ratio.median, ratio.high],
            "x ",
        );
    }
    text
}
