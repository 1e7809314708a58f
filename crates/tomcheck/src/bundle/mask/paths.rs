//! Whose folders does a line name, and what lies in them?

use tomcheck_diagnosis::IdentityKind;

use super::Masker;
use super::roots;

/// `/home/anne/…`, `C:\Users\anne\…`, `\\serveur\partage\…`: the user, the server and what is
/// called by people go; the folders that programs make stay.
pub(super) fn hidden(line: &str, masker: &Masker) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((head, place)) = next(rest) {
        kept.push_str(head);
        let (path, after) = place.rest.split_at(end_of(place.rest));
        kept.push_str(&match place.kind {
            Kind::Home => below_home(path, masker),
            Kind::Share => share(path, masker),
        });
        rest = after;
    }
    roots::hidden(&(kept + rest), masker)
}

/// The users whose folders it names.
pub(super) fn users(line: &str) -> Vec<(IdentityKind, String)> {
    let mut users = Vec::new();
    let mut rest = line;
    while let Some((_, place)) = next(rest) {
        if matches!(place.kind, Kind::Home) {
            let name = place.rest.split(is_separator).next().unwrap_or_default();
            let name = name.split(is_end).next().unwrap_or_default().trim();
            if is_somebody(name) && name.chars().count() > 2 {
                users.push((IdentityKind::User, name.to_owned()));
            }
        }
        rest = place.rest;
    }
    users
}

enum Kind {
    Home,
    Share,
}

/// What stands behind the folder of the homes, or behind two backslashes.
struct Place<'a> {
    kind: Kind,
    rest: &'a str,
}

/// Up to and with what begins the next path.
fn next(line: &str) -> Option<(&str, Place<'_>)> {
    let lower = line.to_ascii_lowercase();
    let homes = HOMES.iter().filter_map(|home| {
        let at = lower.find(home)? + home.len();
        Some((at + blanks(line.get(at..)?), true))
    });
    // in the text of a program each backslash stands twice
    let shares = lower.match_indices("\\\\").filter_map(|(at, mark)| {
        let before = line.get(..at)?.chars().next_back();
        let after = line.get(at..)?.trim_start_matches('\\');
        let is_begin = before.is_none_or(|c| c.is_whitespace() || "\"'=(<:;,".contains(c));
        let is_drive = line.get(..at)?.ends_with(':');
        let is_server = after.starts_with(|c: char| c.is_ascii_alphanumeric());
        let at = line.len() - after.len();
        (is_begin && !is_drive && is_server && after.contains('\\') && !mark.is_empty())
            .then_some((at, false))
    });
    let (at, is_home) = homes.chain(shares).min_by_key(|(at, _)| *at)?;
    let kind = if is_home { Kind::Home } else { Kind::Share };
    let (head, rest) = line.split_at_checked(at)?;
    Some((head, Place { kind, rest }))
}

/// Further separators, as where they are doubled.
fn blanks(rest: &str) -> usize {
    rest.len() - rest.trim_start_matches(is_separator).len()
}

pub(super) const HOMES: &[&str] = &[
    "/home/",
    "/users/",
    "\\users\\",
    "\\documents and settings\\",
    "/media/",
    "/run/user/",
    "\\profils\\",
    "\\profiles\\",
];

pub(super) fn is_separator(c: char) -> bool {
    c == '/' || c == '\\'
}

fn is_end(c: char) -> bool {
    "\"'<>|,;«»()\t".contains(c)
}

/// A path ends at a quote; at a blank only where nothing of a path comes within some words.
pub(super) fn end_of(rest: &str) -> usize {
    let quoted = rest.find(is_end).unwrap_or(rest.len());
    let rest = rest.get(..quoted).unwrap_or_default();
    let mut end = rest.find(' ').unwrap_or(rest.len());
    let mut at = end;
    for word in rest
        .get(end..)
        .unwrap_or_default()
        .split_inclusive(' ')
        .take(MOST_WORDS)
    {
        at += word.len();
        if is_of_path(word.trim()) {
            end = at - (word.len() - word.trim_end().len());
        }
    }
    // a word with a separator may be followed by more of them
    match end < rest.len() && end == at {
        true => end + end_of(rest.get(end..).unwrap_or_default()).min(rest.len() - end),
        false => end,
    }
}

const MOST_WORDS: usize = 5;

/// `Paul\lettre`, `Martin.docx`; not an address, which may follow a path.
fn is_of_path(word: &str) -> bool {
    let extension = word.rsplit_once('.').map(|(_, extension)| extension);
    let is_extension =
        |it: &str| (2..=4).contains(&it.len()) && it.chars().all(char::is_alphanumeric);
    let is_url = word.contains("://") || word.contains('=');
    !is_url && (word.contains(is_separator) || extension.is_some_and(is_extension))
}

/// The user, then the folders of programs as long as they are such, then a pseudonym.
fn below_home(path: &str, masker: &Masker) -> String {
    let mut parts = path.split(is_separator);
    let user = parts.next().unwrap_or_default();
    let mut kept = match is_somebody(user) {
        true => masker.pseudonym(IdentityKind::User, user),
        false => user.to_owned(),
    };
    let mut at = user.len();
    for part in parts {
        let separator = path.get(at..at + 1).unwrap_or_default();
        at += 1 + part.len();
        let is_last = at >= path.len();
        if !(part.is_empty() || is_of_program(part)) {
            let rest = path.get(at - part.len()..).unwrap_or_default();
            let extension = if is_last {
                extension(part)
            } else {
                extension(rest)
            };
            return kept + separator + &masker.pseudonym(IdentityKind::Path, rest) + &extension;
        }
        kept.push_str(separator);
        kept.push_str(part);
    }
    kept
}

/// What kind of file it was may stay.
pub(super) fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((_, it)) if EXTENSIONS.contains(&it.to_lowercase().as_str()) => format!(".{it}"),
        _ => String::new(),
    }
}

const EXTENSIONS: &[&str] = &[
    "cer", "cfg", "conf", "crt", "csv", "db", "dll", "doc", "docx", "exe", "gz", "html", "ini",
    "jar", "jpg", "js", "json", "key", "log", "p12", "pac", "pdf", "pem", "pfx", "png", "so",
    "toml", "txt", "xls", "xlsx", "xml", "xpi", "zip",
];

fn share(path: &str, masker: &Masker) -> String {
    let (server, rest) = path.split_at(path.find(is_separator).unwrap_or(path.len()));
    let name = rest.trim_start_matches(is_separator);
    let separators = rest.get(..rest.len() - name.len()).unwrap_or_default();
    let name = match name.is_empty() {
        true => String::new(),
        false => masker.pseudonym(IdentityKind::Path, name),
    };
    masker.host(server) + separators + &name
}

/// Names that every machine has, and what was masked already.
fn is_somebody(name: &str) -> bool {
    let lower = name.to_lowercase();
    let everybody = [
        "",
        "public",
        "default",
        "all users",
        "shared",
        "root",
        "administrator",
        "default user",
    ];
    !everybody.contains(&lower.as_str()) && !name.contains('#')
}

fn is_of_program(part: &str) -> bool {
    let lower = part.to_lowercase();
    let is_name = PROGRAMS.contains(&lower.as_str());
    is_name || lower.starts_with("cps3") || lower.starts_with("libcps3") || part.contains('#')
}

/// Folders and files that programs make, the same for everybody.
const PROGRAMS: &[&str] = &[
    ".cache",
    ".config",
    ".java",
    ".local",
    ".mozilla",
    ".pki",
    "appdata",
    "application data",
    "application support",
    "applications",
    "caches",
    "cert9.db",
    "chrome",
    "chromium",
    "common",
    "cps",
    "default",
    "deployment",
    "deployment.properties",
    "edge",
    "extensions",
    "extensions.json",
    "firefox",
    "google",
    "key4.db",
    "library",
    "local",
    "locallow",
    "log",
    "logs",
    "microsoft",
    "mozilla",
    "nssdb",
    "oracle",
    "pkcs11.txt",
    "preferences",
    "prefs.js",
    "profiles",
    "profiles.ini",
    "roaming",
    "santesocial",
    "share",
    "snap",
    "sun",
    "temp",
    "tmp",
    "tomcheck",
    "user data",
];
