//! How is a program that stays asked for handshakes?

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use anyhow::{Context, bail};

use crate::peer::PATIENCE;

/// A client that makes handshakes whenever it is asked, in one process. Ends with this value.
pub(super) struct Kept {
    child: Child,
    input: Option<ChildStdin>,
    answers: Receiver<String>,
}

/// What some handshakes took, each, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Took {
    pub(super) wall: f64,
    /// Of the client's process.
    pub(super) cpu: f64,
}

impl Kept {
    pub(super) fn start(mut command: Command) -> anyhow::Result<Self> {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let output = BufReader::new(child.stdout.take().context("its output")?);
        let (send, answers) = channel();
        thread::spawn(move || {
            let mut lines = output.lines().map_while(Result::ok);
            lines.try_for_each(|line| send.send(line))
        });
        Ok(Self {
            input: child.stdin.take(),
            child,
            answers,
        })
    }

    /// `count` of them, on so many threads. Blocks, at most [`PATIENCE`].
    pub(super) fn make(&mut self, count: u32, threads: u32) -> anyhow::Result<Took> {
        let input = self.input.as_mut().context("its input")?;
        writeln!(input, "{count} {threads}")?;
        let Ok(answer) = self.answers.recv_timeout(PATIENCE) else {
            bail!("no answer: {:?}", self.child.try_wait()?);
        };
        let (wall, cpu) = answer.split_once(' ').context("two numbers")?;
        let each = |text: &str| anyhow::Ok(text.parse::<f64>()? / f64::from(count));
        Ok(Took {
            wall: each(wall)?,
            cpu: each(cpu)?,
        })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.input.take());
        // the end of its input ends it; who does not heed that is ended
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
