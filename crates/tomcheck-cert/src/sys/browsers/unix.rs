//! Whose browsers does a Unix system have?

use std::path::PathBuf;

use crate::browser::Home;

/// The home of the session's user, or of the one who called `sudo`.
pub(crate) fn own_home() -> Option<Home> {
    let caller = std::env::var("SUDO_USER").ok().filter(|_| is_root());
    let called_by = caller.filter(|name| name != "root");
    if let Some(home) =
        called_by.and_then(|name| users().into_iter().find(|home| home.user == name))
    {
        return Some(Home {
            is_own: true,
            ..home
        });
    }
    let path = std::env::home_dir().filter(|path| path.is_absolute())?;
    let config = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    Some(Home {
        user: std::env::var("USER").unwrap_or_default(),
        config: config.filter(|path| path.is_absolute()),
        is_own: true,
        path,
    })
}

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
    let text = std::fs::read("/etc/passwd").unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().filter_map(person).collect()
}

/// Source: passwd(5).
fn person(line: &str) -> Option<Home> {
    let fields: Vec<&str> = line.split(':').collect();
    let [user, _, number, _, _, home, _] = *fields.as_slice() else {
        return None;
    };
    let number: u32 = number.parse().ok()?;
    let is_person = number == 0 || (FIRST_PERSON..NOBODY).contains(&number);
    (is_person && home.starts_with('/')).then(|| Home {
        path: home.into(),
        user: user.to_owned(),
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
