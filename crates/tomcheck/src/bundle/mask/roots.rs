//! Which paths does a line name that lie neither in a home nor with the system?

use tomcheck_diagnosis::IdentityKind;

use super::Masker;
use super::paths::{HOMES, end_of, extension, is_separator};

/// `D:\\Donnees\\Patients\\DURAND Paul.pdf`, `/mnt/patients/DURAND.pdf`, `~anne/x`: what is called
/// by people goes, the folders of systems and programs stay.
pub(super) fn hidden(line: &str, masker: &Masker) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut at = 0;
    while let Some((begin, root)) = next(line, at) {
        kept.push_str(line.get(at..begin).unwrap_or_default());
        let rest = line.get(begin..).unwrap_or_default();
        let path = rest.get(..end_of(rest)).unwrap_or_default();
        kept.push_str(&shown(
            path,
            root,
            line.get(..begin).unwrap_or_default(),
            masker,
        ));
        at = begin + path.len().max(root.length());
    }
    kept + line.get(at..).unwrap_or_default()
}

#[derive(Clone, Copy)]
enum Root {
    /// `/mnt`
    Slash,
    /// `D:\\`
    Drive,
    /// `~anne`
    Tilde,
}

impl Root {
    const fn length(self) -> usize {
        match self {
            Self::Slash | Self::Tilde => 1,
            Self::Drive => 3,
        }
    }
}

/// Where the next path begins, from `from` on.
fn next(line: &str, from: usize) -> Option<(usize, Root)> {
    let places = line.char_indices().filter(|(at, _)| *at >= from);
    let mut roots = places.filter_map(|(at, c)| Some((at, root(line, at, c)?)));
    roots.next()
}

fn root(line: &str, at: usize, c: char) -> Option<Root> {
    let (head, tail) = line.split_at_checked(at)?;
    let begins = |c: char| c.is_whitespace() || "\"'=(<[{,;:|«`".contains(c);
    let is_begin = head.chars().next_back().is_none_or(begins) || head.ends_with("file://");
    let mut letters = tail.chars().skip(1);
    let (second, third) = (letters.next()?, letters.next()?);
    match c {
        '/' if is_begin && !is_separator(second) => Some(Root::Slash),
        '~' if is_begin && second.is_alphanumeric() => Some(Root::Tilde),
        _ if is_begin && c.is_ascii_alphabetic() && second == ':' && is_separator(third) => {
            Some(Root::Drive)
        }
        _ => None,
    }
}

fn shown(path: &str, root: Root, before: &str, masker: &Masker) -> String {
    let (head, rest) = match path.split_at_checked(root.length()) {
        Some((head, rest)) => (head, rest),
        None => return path.to_owned(),
    };
    let is_kept = match root {
        Root::Slash => is_of_system(path) || !is_path(rest, before),
        Root::Drive => is_of_windows(rest),
        Root::Tilde => false,
    };
    let lower = path.to_lowercase().replace("\\\\", "\\");
    if is_kept || HOMES.iter().any(|home| lower.contains(home)) || rest.starts_with("path#") {
        return path.to_owned();
    }
    let name = rest.trim_start_matches(is_separator);
    let doubled = rest.get(..rest.len() - name.len()).unwrap_or_default();
    let hidden = masker.pseudonym(IdentityKind::Path, name);
    format!("{head}{doubled}{hidden}{}", extension(name))
}

/// Two names, or one that was asked for or is a file; not `/C=FR/O=ANS`, `/407`.
fn is_path(rest: &str, before: &str) -> bool {
    let first = rest.split('/').next().unwrap_or_default();
    let is_asked = METHODS.iter().any(|method| before.ends_with(method));
    let is_file = !extension(rest).is_empty();
    let has_letter = rest.contains(char::is_alphabetic);
    let is_deep = rest.trim_end_matches('/').contains('/');
    has_letter && !first.contains('=') && (is_deep || is_file || is_asked)
}

/// Source: RFC 9110 §9.
const METHODS: [&str; 6] = ["GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "OPTIONS "];

fn is_of_system(path: &str) -> bool {
    SYSTEM.iter().any(|root| {
        let rest = path.strip_prefix(root);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Source: Filesystem Hierarchy Standard 3.0; Apple, File System Programming Guide.
const SYSTEM: &[&str] = &[
    "/usr",
    "/etc",
    "/opt",
    "/lib",
    "/lib64",
    "/bin",
    "/sbin",
    "/proc",
    "/sys",
    "/dev",
    "/run",
    "/var/run",
    "/var/log",
    "/var/lib",
    "/boot",
    "/snap",
    "/nix",
    "/Library",
    "/System",
    "/Applications",
    "/private/etc",
    "/private/var",
];

fn is_of_windows(rest: &str) -> bool {
    let first = rest
        .trim_start_matches(is_separator)
        .split(is_separator)
        .next();
    let first = first.unwrap_or_default().to_lowercase();
    WINDOWS.contains(&first.as_str())
}

/// A path ends at a blank where no extension follows, so their first words must do.
const WINDOWS: [&str; 8] = [
    "",
    "windows",
    "winnt",
    "program",
    "program files",
    "program files (x86)",
    "programdata",
    "progra~1",
];
