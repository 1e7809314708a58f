//! Linux and macOS, from their own files.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::process::{Command, Stdio};

/// `Debian GNU/Linux 12 (bookworm)`, from os-release(5); `unknown` where there is none.
pub(crate) fn os_version() -> String {
    let release = first_readable(&["/etc/os-release", "/usr/lib/os-release"]);
    let pretty = release
        .as_deref()
        .and_then(|text| value_of(text, "PRETTY_NAME"));
    pretty
        .or_else(macos_version)
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The kernel's host name.
pub(crate) fn host_name() -> Option<String> {
    first_readable(&["/proc/sys/kernel/hostname", "/etc/hostname"])
        .map(|name| name.trim().to_owned())
        .or_else(|| std::env::var("HOSTNAME").ok())
        .filter(|name| !name.is_empty())
}

/// The session's user.
pub(crate) fn user_name() -> Option<String> {
    ["USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|n| !n.is_empty())
}

/// machine-id(5); none on macOS, whose identifier no file holds.
pub(crate) fn machine_id() -> Option<String> {
    first_readable(&["/etc/machine-id", "/var/lib/dbus/machine-id"])
        .map(|id| id.trim().to_owned())
        .filter(|id| !id.is_empty())
}

/// Has the user's program for it open a file. Does not wait for that program.
pub(crate) fn open(what: &OsStr) -> io::Result<()> {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let child = Command::new(program)
        .arg(what)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    child.map(drop)
}

fn first_readable(paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| fs::read_to_string(path).ok())
}

fn value_of(text: &str, key: &str) -> Option<String> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))?;
    Some(line.trim_matches('"').to_owned())
}

fn macos_version() -> Option<String> {
    let path = "/System/Library/CoreServices/SystemVersion.plist";
    let plist = fs::read_to_string(path).ok()?;
    let (_, after) = plist.split_once("<key>ProductVersion</key>")?;
    let (_, value) = after.split_once("<string>")?;
    let (version, _) = value.split_once("</string>")?;
    Some(format!("macOS {version}"))
}

#[test]
fn os_release_values_lose_their_quotes() {
    let text = "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
    assert_eq!(
        value_of(text, "PRETTY_NAME").unwrap(),
        "Debian GNU/Linux 12 (bookworm)"
    );
    assert_eq!(value_of(text, "VERSION"), None);
}
