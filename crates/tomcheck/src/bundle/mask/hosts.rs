//! Which machines does a line name?

use super::Masker;
use super::words::words;

/// Hides every name of a machine, but for the services themselves and public ones. Addresses in
/// numbers stay: who reads a bundle has to compare them with exceptions and routes.
pub(super) fn hidden(line: &str, masker: &Masker) -> String {
    words(line, of_host, |before, word, after| {
        let name = word.trim_matches(['.', '-']);
        let is_host = is_qualified(name) || is_named_so(before, name, after);
        let is_kept = masker.is_kept(name) || is_of_kept_email(before, name, masker);
        let is_hidden = is_host && !is_public(name) && !is_kept;
        (is_hidden && !is_masked(name)).then(|| word.replacen(name, &masker.host(name), 1))
    })
}

/// Of an address that stays whole.
fn is_of_kept_email(before: &str, name: &str, masker: &Masker) -> bool {
    let Some(before) = before.strip_suffix('@') else {
        return false;
    };
    let mut persons = before.rsplit(|c: char| c.is_whitespace() || "<(:,;\"'".contains(c));
    let person = persons.next().unwrap_or_default();
    let address = format!("{person}@{name}").to_lowercase();
    masker.kept.emails.contains(&address)
}

fn of_host(c: char) -> bool {
    c.is_alphanumeric() || ".-_".contains(c)
}

/// A dotted name that ends as names of machines do.
fn is_qualified(name: &str) -> bool {
    let Some((head, last)) = name.rsplit_once('.') else {
        return false;
    };
    let last = last.to_lowercase();
    let labels = head.split('.');
    let is_name = |label: &str| !label.is_empty();
    labels.into_iter().all(is_name) && ENDS.contains(&last.as_str())
}

/// `https://intranet/`, `CONNECT proxy:443`, `\\serveur\partage`, `Host: poste`.
fn is_named_so(before: &str, name: &str, after: &str) -> bool {
    let has_letter = name.chars().any(char::is_alphabetic);
    let lower = before.to_lowercase();
    let is_after = MARKS.iter().any(|mark| lower.ends_with(mark));
    let is_connect = lower.ends_with("connect ") && after.starts_with(':');
    // a pseudonym's number, a time
    has_letter && (is_after || is_connect)
}

/// What stands before a machine's name.
const MARKS: &[&str] = &[
    "://",
    "\\\\",
    "host: ",
    "host=",
    "hostname=",
    "hostname: ",
    "computername=",
    "workstation=",
    "proxyhost=",
    "proxy=http @ ",
    "proxy=socks @ ",
    "domaine : ",
    "domain: ",
    "userdomain=",
];

fn is_masked(name: &str) -> bool {
    let digits = name.strip_prefix("host-").unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// How names of machines end: inside of establishments, and in France.
const ENDS: &[&str] = &[
    "ad",
    "aphp",
    "be",
    "ch",
    "chu",
    "com",
    "corp",
    "dom",
    "domain",
    "eu",
    "example",
    "fr",
    "gf",
    "gp",
    "home",
    "info",
    "int",
    "internal",
    "intra",
    "intranet",
    "invalid",
    "io",
    "lan",
    "local",
    "localdomain",
    "lu",
    "mq",
    "nc",
    "net",
    "org",
    "pf",
    "prive",
    "priv",
    "re",
    "test",
    "yt",
];

fn is_public(name: &str) -> bool {
    let name = name.to_lowercase();
    let is_of = |public: &&str| {
        let rest = name.strip_suffix(*public);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    PUBLIC.iter().any(is_of)
}

/// Services and programs' makers, whose names say what was going on and nothing of anybody.
const PUBLIC: &[&str] = &[
    "localhost",
    "esante.gouv.fr",
    "gip-cps.fr",
    "asipsante.fr",
    "dmp.gouv.fr",
    "sesam-vitale.fr",
    "ameli.fr",
    "mozilla.org",
    "mozilla.com",
    "mozilla.net",
    "firefox.com",
    "microsoft.com",
    "windows.com",
    "windowsupdate.com",
    "google.com",
    "googleapis.com",
    "gstatic.com",
    "chromium.org",
    "apple.com",
    "oracle.com",
    "java.com",
    "w3.org",
    "debian.org",
    "digicert.com",
    "globalsign.com",
    "letsencrypt.org",
    "squid-cache.org",
    // packages of Java and of .NET
    "java.net",
    "java.io",
    "sun.net",
    "system.net",
    "system.io",
];
