//! How much longer does a diagnosis take than the probes of it that wait for one another?
//!
//! The report tells whole milliseconds: whoever hears of the probes as they begin and end knows it
//! better. The card service is found by the environment, which is a whole process's: this very
//! program is started again, with [`INSIDE`] as its argument.

use std::collections::HashMap;
use std::io::{Write as _, stdout};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use tomcheck::{
    GivenPin, Options, Pin, ProbeStatus, Progress, Scope, Setting, Target, VerdictStatus,
    WorkerCommand, diagnose,
};
use tomcheck_testkit::Bench;

use crate::tools::tomcheck;

/// The argument that makes this very program call [`diagnose_inside`].
pub const INSIDE: &str = "inside";

/// Runs this very program once more.
pub(super) fn over_chain(bench: &Bench) -> Result<f64> {
    let line = &bench.command;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([INSIDE, &line.target, &line.proxy, &line.pin])
        .arg(&line.ca_file)
        .arg(line.module.as_ref().context("no module")?)
        .envs(line.environment.iter().cloned());
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{said}");
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Diagnoses as the arguments after [`INSIDE`] say, and writes how many times as long that took as
/// its longest chain of probes.
///
/// # Errors
///
/// When something is wrong with the workstation, or tomcheck could not do its job.
pub fn diagnose_inside(arguments: &[String]) -> Result<()> {
    let options = options(arguments)?;
    let heard = Heard::default();
    let begun = Instant::now();
    let report = diagnose(&options, &heard)?;
    let whole = begun.elapsed().as_secs_f64();
    let is_healthy = report.verdict.status == VerdictStatus::Ok;
    ensure!(is_healthy, "{:?}", report.findings);
    writeln!(stdout(), "{}", whole / chain(&heard.took()))?;
    Ok(())
}

fn options(arguments: &[String]) -> Result<Options> {
    let [target, proxy, pin, ca_file, module] = arguments else {
        anyhow::bail!("{INSIDE} TARGET PROXY PIN CA MODULE");
    };
    let worker = WorkerCommand::of_program(tomcheck()?);
    let mut options = Options::new(Scope::Check(Target::parse(target)?), worker);
    let pin = Pin::parse(pin.clone().into()).map_err(|_| anyhow::anyhow!("no code porteur"))?;
    options.proxy = Some(Setting::parse(proxy)?);
    options.pin = Some(Box::new(GivenPin::new(pin)));
    options.ca_file = Some(ca_file.into());
    options.module = Some(module.into());
    Ok(options)
}

/// When each probe began, and how long it took, in seconds.
#[derive(Default)]
struct Heard(Mutex<HashMap<&'static str, Took>>);

#[derive(Clone, Copy)]
enum Took {
    Since(Instant),
    Seconds(f64),
}

impl Heard {
    fn took(self) -> HashMap<&'static str, f64> {
        let heard = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let ended = heard.into_iter().filter_map(|(id, took)| match took {
            Took::Seconds(seconds) => Some((id, seconds)),
            Took::Since(_) => None,
        });
        ended.collect()
    }

    fn note(&self, id: &'static str, took: impl FnOnce(Option<Took>) -> Took) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = heard.get(id).copied();
        heard.insert(id, took(before));
    }
}

impl Progress for Heard {
    fn begins(&self, id: &'static str) {
        self.note(id, |_| Took::Since(Instant::now()));
    }

    fn ends(&self, id: &'static str, _: ProbeStatus) {
        self.note(id, |begun| match begun {
            Some(Took::Since(begun)) => Took::Seconds(begun.elapsed().as_secs_f64()),
            before => before.unwrap_or(Took::Seconds(0.0)),
        });
    }
}

/// The probes that wait for one another: those of the card or those of the way to the site, then the
/// handshake and what is tried after it, or the question whether the certificate is revoked. What is
/// tried after the handshake begins within it, as far as it is told.
fn chain(took: &HashMap<&'static str, f64>) -> f64 {
    let of = |layers: &[&str]| -> f64 {
        let mut sum = 0.0;
        for (id, seconds) in took {
            let layer = id.split('.').next().unwrap_or_default();
            let is_of_chain = layers.contains(&layer) && !APART.contains(id);
            sum += if is_of_chain { *seconds } else { 0.0 };
        }
        sum
    };
    let revocation = took.get(REVOCATION).copied().unwrap_or_default();
    let card = of(&["reader", "card", "module", "token", "cert"]);
    let way = of(&["network", "proxy"]);
    card.max(way) + of(&["tls"]).max(revocation)
}

const REVOCATION: &str = "cert.revocation";
/// Not of the chain: beside the handshake, and within it.
const APART: [&str; 2] = [REVOCATION, "tls.differential"];

#[cfg(test)]
mod tests {
    use super::chain;

    #[test]
    fn what_goes_on_side_by_side_counts_once() {
        let took = [
            ("reader.service", 0.25),
            ("cert.chain", 0.5),
            ("cert.revocation", 0.125),
            ("browser.firefox", 9.0),
            ("network.dns", 0.25),
            ("proxy.connect", 0.25),
            ("tls.handshake", 1.0),
            ("tls.differential", 0.5),
        ];
        assert_eq!(chain(&took.into_iter().collect()), 1.75);
    }
}
