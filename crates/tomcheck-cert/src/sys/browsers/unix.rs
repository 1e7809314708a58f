//! Whose browsers does a Unix system have?

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::browser::{Home, UnknownCaller};

/// The home of the session's user, or of the one who called `sudo`.
///
/// # Errors
///
/// When that one's cannot be told: root's is not theirs.
pub(crate) fn own_home() -> Result<Option<Home>, UnknownCaller> {
    let caller = std::env::var("SUDO_USER").ok().filter(|_| is_root());
    match caller.filter(|name| name != "root") {
        Some(name) => home_of_caller(&name).map(Some),
        None => Ok(home_of_session()),
    }
}

fn home_of_caller(name: &str) -> Result<Home, UnknownCaller> {
    let home = home_of(name).ok_or_else(|| UnknownCaller {
        user: name.to_owned(),
    })?;
    Ok(Home {
        is_own: true,
        ..home
    })
}

fn home_of_session() -> Option<Home> {
    let path = std::env::home_dir().filter(|path| path.is_absolute())?;
    let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    Some(Home {
        user: std::env::var("USER").unwrap_or_default(),
        config: config.filter(|path| path.is_absolute()),
        is_own: true,
        path,
    })
}

/// Of the system's list, else of the directory that the machine asks (LDAP, Active Directory),
/// which may be slow.
fn home_of(name: &str) -> Option<Home> {
    let is_it = |home: &Home| home.user == name;
    let listed = lines().iter().filter_map(|line| account(line)).find(is_it);
    listed.or_else(|| {
        let answer = ask(&mut directory(name))?;
        answer.lines().filter_map(account).find(is_it)
    })
}

/// Source: getent(1); id(1) of macOS, whose `-P` writes a line of master.passwd(5).
fn directory(name: &str) -> Command {
    let (program, argument): (_, &[&str]) = match cfg!(target_vendor = "apple") {
        true => ("/usr/bin/id", &["-P"]),
        false => ("/usr/bin/getent", &["--", "passwd"]),
    };
    let mut command = Command::new(program);
    command.args(argument).arg(name);
    command
}

/// What a program writes that ends in time with success.
fn ask(command: &mut Command) -> Option<String> {
    let command = command.stdin(Stdio::null()).stderr(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).spawn().ok()?;
    let end = Instant::now() + LONGEST_ANSWER;
    let status = loop {
        match child.try_wait().ok().flatten() {
            Some(status) => break status,
            None if Instant::now() < end => std::thread::sleep(Duration::from_millis(10)),
            None => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    };
    let mut answer = Vec::new();
    let mut written = child.stdout.take()?.take(MOST_BYTES);
    written.read_to_end(&mut answer).ok()?;
    status
        .success()
        .then(|| String::from_utf8_lossy(&answer).into_owned())
}

const LONGEST_ANSWER: Duration = Duration::from_secs(5);
const MOST_BYTES: u64 = 64 << 10;

/// Everybody's homes, for root.
pub(crate) fn other_homes() -> Vec<Home> {
    match is_root() {
        true => users(),
        false => Vec::new(),
    }
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Of people and of root: the system's own accounts open no browser.
fn users() -> Vec<Home> {
    lines().iter().filter_map(|line| person(line)).collect()
}

fn lines() -> Vec<String> {
    let text = std::fs::read("/etc/passwd").unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().map(str::to_owned).collect()
}

fn person(line: &str) -> Option<Home> {
    let number: u32 = line.split(':').nth(2)?.parse().ok()?;
    let is_person = number == 0 || (FIRST_PERSON..NOBODY).contains(&number);
    account(line).filter(|_| is_person)
}

/// An account of whatever number: those of directories are above a million.
///
/// Source: passwd(5), seven fields; master.passwd(5), ten. The home is the last but one.
fn account(line: &str) -> Option<Home> {
    let fields: Vec<&str> = line.split(':').collect();
    let ([user, .., home, _], 7 | 10) = (fields.as_slice(), fields.len()) else {
        return None;
    };
    home.starts_with('/').then(|| Home {
        path: home.into(),
        user: (*user).to_owned(),
        is_own: false,
        config: None,
    })
}

const FIRST_PERSON: u32 = if cfg!(target_vendor = "apple") {
    500
} else {
    1000
};
const NOBODY: u32 = 65534;

/// Only Windows keeps them elsewhere than in files.
pub(crate) fn add_places(_: &mut crate::browser::BrowserPlaces) {}

#[test]
fn people_have_homes_and_the_system_s_accounts_open_no_browser() {
    let home = person("alice:x:1000:1000:,,,:/home/alice:/bin/bash").unwrap();
    assert_eq!((home.user.as_str(), home.is_own), ("alice", false));
    assert_eq!(home.path, PathBuf::from("/home/alice"));
    assert!(person("root:x:0:0:root:/root:/bin/bash").is_some());
    assert!(person("daemon:x:1:1::/usr/sbin:/usr/sbin/nologin").is_none());
    assert!(person("nobody:x:65534:65534::/nonexistent:/x").is_none());
    assert!(person("no line of it").is_none());
}

#[test]
fn who_called_sudo_is_found_in_a_directory_too() {
    let listed = "anne.martin:*:1234601107:1234600513:Anne:/home/cabinet/anne:/bin/bash";
    assert!(person(listed).is_none());
    let home = account(listed).unwrap();
    assert_eq!(home.path, PathBuf::from("/home/cabinet/anne"));
    let of_macos = "anne:*:501:20::0:0:Anne:/Users/anne:/bin/zsh";
    assert_eq!(
        account(of_macos).unwrap().path,
        PathBuf::from("/Users/anne")
    );
    assert!(account("anne:/home/anne:").is_none());
    let user = "nobody-of-this-name".to_owned();
    assert_eq!(home_of_caller(&user), Err(UnknownCaller { user }));
    assert!(home_of_caller("root").unwrap().is_own);
}

#[cfg(target_os = "linux")]
#[test]
fn the_directory_s_answer_is_awaited_for_a_while_only() {
    let root = ask(&mut directory("root"));
    assert!(root.unwrap().starts_with("root:"));
    assert_eq!(ask(&mut Command::new("false")), None);
    let begun = Instant::now();
    assert_eq!(ask(Command::new("sleep").arg("60")), None);
    assert!(begun.elapsed() < Duration::from_secs(30));
}
