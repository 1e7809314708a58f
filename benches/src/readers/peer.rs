//! Who else watches readers?

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tomcheck_testkit::Workstation;

/// A program that prints a line when something happens.
pub(super) struct Peer {
    pub(super) name: &'static str,
    child: Child,
    lines: Receiver<(Instant, String)>,
    says_inserted: &'static str,
}

impl Peer {
    /// `tomcheck watch`.
    pub(super) fn tomcheck(program: &Path, station: &Workstation) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["watch", "--json-lines"]);
        Self::start("tomcheck watch", command, station, r#""state":"present""#)
    }

    /// pcsc-tools' `pcsc_scan`; none where it is not installed.
    pub(super) fn pcsc_scan(station: &Workstation) -> Result<Option<Self>> {
        if Command::new("pcsc_scan").arg("-V").output().is_err() {
            return Ok(None);
        }
        let mut command = Command::new("stdbuf");
        // line by line, and without the list of known cards
        command.args(["-oL", "pcsc_scan", "-n"]);
        Self::start("pcsc_scan", command, station, "Card inserted").map(Some)
    }

    fn start(
        name: &'static str,
        mut command: Command,
        station: &Workstation,
        says_inserted: &'static str,
    ) -> Result<Self> {
        let mut child = command
            .envs(station.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context(name)?;
        let output = child.stdout.take().context("no output")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                if sender.send((Instant::now(), line)).is_err() {
                    break;
                }
            }
        });
        Ok(Self {
            name,
            child,
            lines,
            says_inserted,
        })
    }

    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Forgets what was said so far.
    pub(super) fn forget(&self) {
        while self.lines.try_recv().is_ok() {}
    }

    /// When it says that a card is in.
    pub(super) fn heard(&self) -> Result<Instant> {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok((at, line)) if line.contains(self.says_inserted) => return Ok(at),
                Ok(_) => {}
                Err(_) => bail!("{} says nothing of the card", self.name),
            }
        }
    }

    /// Waits until it has said what there is at its start.
    pub(super) fn settle(&self) {
        while self.lines.recv_timeout(QUIET).is_ok() {}
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // gone already is as good
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const PATIENCE: Duration = Duration::from_secs(5);
const QUIET: Duration = Duration::from_secs(1);
