//! `--with-pin`: who is asked for the code porteur, on which keys, and when?
//!
//! `script` gives the program a terminal.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tomcheck_testkit::modules::{self, HostileModules};
use tomcheck_testkit::{
    CardOptions, Holder, Pki, Profile, Purpose, Variant, VirtualCard, Workstation,
};

const ASKED: &str = "Code porteur (ne s'affiche pas) : ";
const ON_READER: &str = "sur les touches du lecteur";

/// tomcheck at a terminal.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    shown: Arc<Mutex<String>>,
}

impl Terminal {
    fn of(command: &mut Command, line: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_tomcheck");
        let line = format!("trap : INT; {program} {line} --lang fr; echo \"état $?\"; stty -a");
        let mut child = command
            .args(["-qc", &line, "/dev/null"])
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let shown = Arc::new(Mutex::new(String::new()));
        let (mut from, to) = (child.stdout.take().unwrap(), Arc::clone(&shown));
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = from.read(&mut piece) {
                let text = String::from_utf8_lossy(piece.get(..length).unwrap()).into_owned();
                to.lock().unwrap().push_str(&text);
            }
        });
        Self {
            keys: child.stdin.take().unwrap(),
            child,
            shown,
        }
    }

    fn shown(&self) -> String {
        self.shown.lock().unwrap().clone()
    }

    fn waits_for(&self, text: &str) {
        let began = Instant::now();
        while !self.shown().contains(text) {
            let is_late = began.elapsed() > Duration::from_secs(60);
            assert!(!is_late, "no « {text} » in {}", self.shown());
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// All that was shown, the settings of the terminal last.
    fn ends(self) -> String {
        self.waits_for("état ");
        self.waits_for("echoctl");
        self.shown()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A workstation with OpenSC's module and a card.
struct Desk {
    card: VirtualCard,
    station: Workstation,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let station = Workstation::start(folder.path().join("station")).unwrap();
        let pair = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
        let options =
            CardOptions::new().authentication_pair(pair.key().clone(), pair.certificate_der());
        let card = station.insert(Profile::Piv, options).unwrap();
        Self {
            card,
            station,
            _folder: folder,
        }
    }

    fn certs(&self, arguments: &str) -> Terminal {
        let module = modules::opensc().unwrap();
        let line = format!("certs --with-pin --module {} {arguments}", module.display());
        let mut script = Command::new("script");
        Terminal::of(script.envs(self.station.environment()), &line)
    }
}

fn with_reader(holder_does: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let holder = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
    let modules = HostileModules::build(folder.path(), holder.certificate_der()).unwrap();
    let module = modules.that("pinpad", holder_does).unwrap();
    let line = format!(
        "check --with-pin --target https://localhost --only cert --skip reader,card --module {}",
        module.display()
    );
    Terminal::of(&mut Command::new("script"), &line).ends()
}

#[test]
fn a_reader_with_keys_is_named_and_nothing_is_asked_on_the_keyboard() {
    let shown = with_reader("OK");
    assert!(shown.contains(ON_READER), "{shown}");
    assert!(!shown.contains(ASKED), "{shown}");
}

#[test]
fn the_code_is_asked_for_once_the_card_is_ready_and_no_deadline_runs_meanwhile() {
    let desk = Desk::new();
    let limit = 8;
    let mut terminal = desk.certs(&format!("--deadline {limit}"));
    terminal.waits_for(ASKED);
    assert_eq!(desk.card.presentations(), 0);
    thread::sleep(Duration::from_secs(limit + 1));
    terminal.types("1234\n");
    let shown = terminal.ends();
    assert!(!shown.contains("1234"), "{shown}");
    assert_eq!(desk.card.presentations(), 1, "{shown}");
    assert_eq!(desk.card.tries_left(), 3);
}

#[test]
fn a_slip_of_the_finger_is_told_and_reaches_no_card() {
    let desk = Desk::new();
    let mut terminal = desk.certs("");
    terminal.waits_for(ASKED);
    terminal.types("12a4\n");
    let shown = terminal.ends();
    assert!(shown.contains("quatre à huit chiffres"), "{shown}");
    assert!(shown.contains("Délivré à"), "the rest is told: {shown}");
    assert_eq!(shown.matches(ASKED).count(), 1);
    assert_eq!(desk.card.presentations(), 0);
}

#[test]
fn ctrl_c_at_the_question_ends_it_and_leaves_the_terminal_as_it_was() {
    let desk = Desk::new();
    let mut terminal = desk.certs("");
    terminal.waits_for(ASKED);
    terminal.types("\u{3}");
    let shown = terminal.ends();
    assert!(shown.contains("état 130"), "{shown}");
    let is_set = |word| shown.split_whitespace().any(|one| one == word);
    assert!(
        is_set("echo") && is_set("icanon") && is_set("isig"),
        "{shown}"
    );
    assert_eq!(desk.card.presentations(), 0);
}

/// Nobody looks at a card for a question that cannot be asked.
#[test]
fn without_a_terminal_it_is_refused_at_once() {
    let output = Command::new("setsid")
        .args(["--wait", env!("CARGO_BIN_EXE_tomcheck"), "certs"])
        .args(["--with-pin", "--lang", "fr"])
        .env("TOMCHECK_MODULE_DIRS", Path::new("/nowhere"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("ne peut pas être lu ici"), "{said}");
}
