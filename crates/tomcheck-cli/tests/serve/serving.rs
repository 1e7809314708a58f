//! How is a page opened, asked, listened to and closed?

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tomcheck_testkit::{CardOptions, Profile, VirtualCard, Workstation, atr};

/// A page of one test, on a port of its own.
pub(crate) struct Serving {
    child: Child,
    pub(crate) url: String,
    complaints: Receiver<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command
        .args(["serve", "--json", "--lang", "fr"])
        .args(arguments);
    command
}

impl Serving {
    /// Looks at reader and card alone, which takes a moment.
    pub(crate) fn card_only() -> Self {
        Self::with(&["--only", "reader,card"])
    }

    pub(crate) fn with(arguments: &[&str]) -> Self {
        Self::of(&mut program(arguments))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = piped.stderr(Stdio::piped()).spawn().unwrap();
        let opened = lines_of(child.stdout.take().unwrap());
        let complaints = lines_of(child.stderr.take().unwrap());
        let line = opened.recv_timeout(PATIENCE).unwrap_or_else(|_| {
            panic!("not open: {:?}", complaints.try_iter().collect::<Vec<_>>())
        });
        let opened: Value = serde_json::from_str(&line).unwrap();
        let url = opened["url"].as_str().unwrap().to_owned();
        Self {
            child,
            url,
            complaints,
        }
    }

    /// `127.0.0.1:41061`
    pub(crate) fn host(&self) -> &str {
        self.parts().0
    }

    /// `/…/`
    pub(crate) fn base(&self) -> String {
        format!("/{}", self.parts().1)
    }

    fn parts(&self) -> (&str, &str) {
        let rest = self.url.strip_prefix("http://").unwrap();
        rest.split_once('/').unwrap()
    }

    pub(crate) fn get(&self, below: &str) -> Answer {
        self.ask(
            "GET",
            &format!("{}{below}", self.base()),
            &[("Host", self.host())],
            "",
        )
    }

    /// As the page's own form does.
    pub(crate) fn post(&self, below: &str, body: &str) -> Answer {
        let origin = format!("http://{}", self.host());
        let form = "application/x-www-form-urlencoded";
        let head = [
            ("Host", self.host()),
            ("Origin", &origin),
            ("Content-Type", form),
        ];
        self.ask("POST", &format!("{}{below}", self.base()), &head, body)
    }

    /// As the page's own form does.
    pub(crate) fn send(&self, name: &str, content: &str) -> Answer {
        let origin = format!("http://{}", self.host());
        let head = [
            ("Host", self.host()),
            ("Origin", &origin),
            ("Content-Type", "multipart/form-data; boundary=limit"),
        ];
        let body = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n\
             {content}\r\n--limit--\r\n"
        );
        self.ask("POST", &format!("{}file", self.base()), &head, &body)
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        head: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let answer = self.bytes(method, path, head, body);
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer {
            status,
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    /// The whole answer, which need be no text.
    pub(crate) fn bytes(
        &self,
        method: &str,
        path: &str,
        head: &[(&str, &str)],
        body: &str,
    ) -> Vec<u8> {
        let mut stream = self.connect();
        let lines = head
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let lines: String = lines.collect();
        let length = body.len();
        let request =
            format!("{method} {path} HTTP/1.1\r\n{lines}Content-Length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.host()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Changes, from now on.
    pub(crate) fn listen(&self) -> Changes {
        let mut stream = self.connect();
        let request = format!(
            "GET {}events HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.base(),
            self.host()
        );
        stream.write_all(request.as_bytes()).unwrap();
        Changes {
            lines: BufReader::new(stream),
        }
    }

    /// The page, once it says this.
    pub(crate) fn page_with(&self, said: &str) -> String {
        let begun = Instant::now();
        loop {
            let page = self.get("").body;
            if page.contains(said) {
                return page;
            }
            assert!(begun.elapsed() < PATIENCE, "no {said:?} in {page}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The last report, once there is one that is not `before`.
    pub(crate) fn report(&self, before: Option<&Value>) -> Value {
        let begun = Instant::now();
        loop {
            let answer = self.get("report.json");
            if answer.status == 200 {
                let report = serde_json::from_str(&answer.body).unwrap();
                if before != Some(&report) {
                    return report;
                }
            }
            assert!(begun.elapsed() < PATIENCE, "no report: {answer:?}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    pub(crate) fn signalled(&mut self, signal: Signal) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn complaints(&self) -> Vec<String> {
        self.complaints.try_iter().collect()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Server-sent events as a browser hears them.
pub(crate) struct Changes {
    lines: BufReader<TcpStream>,
}

impl Changes {
    /// The next piece of this name that says this.
    pub(crate) fn until(&mut self, name: &str, said: &str) -> String {
        let begun = Instant::now();
        loop {
            let (event, data) = self.next();
            if event == name && data.contains(said) {
                return data;
            }
            assert!(begun.elapsed() < PATIENCE, "no {said:?} in {name}");
        }
    }

    pub(crate) fn next(&mut self) -> (String, String) {
        let begun = Instant::now();
        let (mut event, mut data) = (String::new(), String::new());
        loop {
            // that nothing is new is said now and then, too
            assert!(begun.elapsed() < PATIENCE, "nothing new");
            let mut line = String::new();
            assert_ne!(
                self.lines.read_line(&mut line).unwrap(),
                0,
                "the stream ended"
            );
            let line = line.trim_end();
            if let Some(name) = line.strip_prefix("event: ") {
                name.clone_into(&mut event);
            } else if let Some(more) = line.strip_prefix("data: ") {
                data.push_str(more);
                data.push('\n');
            } else if line.is_empty() && !event.is_empty() {
                return (event, data);
            }
        }
    }
}

fn lines_of(source: impl Read + Send + 'static) -> Receiver<String> {
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

pub(crate) fn insert(station: &Workstation) -> VirtualCard {
    let options = CardOptions::new().atr(atr::CPS3);
    station.insert(Profile::Piv, options).unwrap()
}

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
