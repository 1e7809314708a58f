//! How is a test site opened, visited with curl and closed?

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tomcheck_testkit::{Holder, Identity, Pki, Purpose, Variant};

/// A site of one test, on ports of its own.
pub(crate) struct Site {
    child: Child,
    pub(crate) url: String,
    pub(crate) http: Option<String>,
    log: Receiver<String>,
}

impl Site {
    pub(crate) fn open(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
            .args(["testsite", "--json", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .env("LC_ALL", "fr_FR.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let opened = lines_of(child.stdout.take().unwrap());
        let log = lines_of(child.stderr.take().unwrap());
        let line = opened.recv_timeout(PATIENCE);
        let line =
            line.unwrap_or_else(|_| panic!("not open: {:?}", log.try_iter().collect::<Vec<_>>()));
        let opened: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| opened[key].as_str().map(str::to_owned);
        Self {
            child,
            url: text("url").unwrap(),
            http: text("http"),
            log,
        }
    }

    /// Judging by the authorities of the test hierarchy.
    pub(crate) fn judging(arguments: &[&str]) -> Self {
        let authorities = authorities();
        Self::open(&[&["--issuers", &authorities], arguments].concat())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        let address = self.url.trim_start_matches("https://");
        address.trim_end_matches('/').parse().unwrap()
    }

    /// What `/api/me` shows to curl.
    pub(crate) fn me(&self, arguments: &[&str]) -> Value {
        let answer = self.curl("api/me", arguments);
        assert_eq!(answer.status, Some(0), "{}", answer.complaint);
        serde_json::from_str(&answer.body).unwrap()
    }

    /// Visits a page without looking at the site's own certificate.
    pub(crate) fn curl(&self, path: &str, arguments: &[&str]) -> Answer {
        curl(&[&["-k"], arguments, &[&format!("{}{path}", self.url)]].concat())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for it to end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Every line of the log until the one that says this.
    pub(crate) fn log_until(&self, said: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        while !lines.last().is_some_and(|line| line.contains(said)) {
            let line = self.log.recv_timeout(PATIENCE);
            lines.push(line.unwrap_or_else(|_| panic!("no {said:?} in {lines:?}")));
        }
        lines
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // it may have ended by itself
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What curl came back with.
pub(crate) struct Answer {
    pub(crate) status: Option<i32>,
    pub(crate) body: String,
    pub(crate) complaint: String,
}

pub(crate) fn curl(arguments: &[&str]) -> Answer {
    let output = Command::new("curl")
        .args(["-sS", "--max-time", "30"])
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Answer {
        status: output.status.code(),
        body: String::from_utf8(output.stdout).unwrap(),
        complaint: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn card(variant: Variant) -> Identity {
    Pki::shared().person(Holder::Cps, Purpose::Authentication, variant)
}

/// The arguments by which curl takes a certificate and its key.
pub(crate) fn with(identity: &Identity) -> [String; 4] {
    let shown = |path: PathBuf| path.display().to_string();
    [
        "--cert".to_owned(),
        shown(identity.chain_pem()),
        "--key".to_owned(),
        shown(identity.key_pem()),
    ]
}

pub(crate) fn words(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

pub(crate) fn authorities() -> String {
    Pki::shared().authorities_pem().display().to_string()
}

pub(crate) fn lines_of(source: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    thread::spawn(move || {
        for line in BufReader::new(source).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    receive
}

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
