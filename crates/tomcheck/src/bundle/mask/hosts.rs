//! Which machines does a line name?

use super::Masker;
use super::words::words;

/// Hides every name of a machine, but for the services themselves and public ones. Addresses in
/// numbers stay: who reads a bundle has to compare them with exceptions and routes.
pub(super) fn hidden(line: &str, masker: &Masker) -> String {
    words(line, of_host, |before, word, after| {
        let name = word.trim_matches(['.', '-']);
        let is_host =
            is_qualified(name, masker) || is_named_so(before, name, after) || is_called_so(name);
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

/// A dotted name, but for what is a file, a part of a program or a code of ours.
fn is_qualified(name: &str, masker: &Masker) -> bool {
    let Some((head, last)) = name.rsplit_once('.') else {
        return false;
    };
    let is_name =
        head.split('.').all(|label| !label.is_empty()) && head.contains(char::is_alphanumeric);
    let lower = last.to_lowercase();
    is_name && (ENDS.contains(&lower.as_str()) || (is_end(last) && !is_of_program(name, masker)))
}

/// `local`, `PRO`; not `IOException`, `0esr`.
fn is_end(last: &str) -> bool {
    let is_known = FILES.contains(&last.to_lowercase().as_str());
    let is_one_case = last.chars().all(|c| c.is_ascii_lowercase())
        || last.chars().all(|c| c.is_ascii_uppercase());
    (2..=24).contains(&last.len()) && is_one_case && !is_known
}

fn is_of_program(name: &str, masker: &Masker) -> bool {
    let mut labels = name.split('.');
    let (first, count) = (labels.next().unwrap_or_default(), name.split('.').count());
    // `proxy.authentication-required`, `trace.files`
    let is_code = count == 2 && name == name.to_lowercase() && LAYERS.contains(&first);
    let is_code = is_code && masker.is_said(name);
    is_code || masker.sentences.contains(name) || PROGRAMS.contains(&first.to_lowercase().as_str())
}

/// `PC-ANNE2`, `PC0123`, `SRV-FICHIERS`, `desktop-4f2k9q`.
fn is_called_so(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let mut rests = BEGINS.iter().filter_map(|begin| upper.strip_prefix(begin));
    let is_shouted = name == upper;
    rests.any(|rest| {
        let tail = rest.trim_start_matches(['-', '_']);
        let is_apart = tail.len() < rest.len();
        let has_digit = tail.contains(|c: char| c.is_ascii_digit());
        let is_number = tail.len() >= 2 && tail.chars().all(|c| c.is_ascii_digit());
        let is_word = is_apart && is_shouted && tail.len() >= 4;
        let is_plain = tail
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
        is_plain && tail.len() >= 2 && (is_word || is_number || (is_apart && has_digit))
    })
}

/// How names of workstations and servers begin.
const BEGINS: &[&str] = &[
    "PC", "SRV", "SERV", "SERVEUR", "SERVER", "SVR", "WKS", "POSTE", "DESKTOP", "LAPTOP", "PORT",
    "UC", "VM", "NB", "TSE", "CTX", "RDS",
];

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
    "host '",
    "host \"",
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

/// What codes and probes of ours begin with.
const LAYERS: &[&str] = &[
    "browser", "card", "cert", "crypto", "curl", "java", "machine", "module", "net", "page",
    "proxy", "reader", "service", "site", "system", "time", "tls", "token", "tom", "tomcheck",
    "trace",
];

/// What names of classes and settings begin with.
const PROGRAMS: &[&str] = &[
    "app",
    "apple",
    "browser",
    "com",
    "de",
    "deployment",
    "dom",
    "extensions",
    "fr",
    "gecko",
    "http",
    "https",
    "io",
    "java",
    "javafx",
    "javax",
    "jdk",
    "kernel",
    "microsoft",
    "mozilla",
    "net",
    "network",
    "nss",
    "org",
    "os",
    "osclientcerts",
    "pkcs11",
    "prefs",
    "security",
    "signon",
    "socks",
    "sun",
    "system",
    "user",
    "window",
    "windows",
];

/// What names of files end with.
const FILES: &[&str] = &[
    "bat",
    "bin",
    "cer",
    "cfg",
    "cmd",
    "comm",
    "conf",
    "config",
    "cpl",
    "cpp",
    "crl",
    "crt",
    "csv",
    "dat",
    "db",
    "default",
    "der",
    "dll",
    "doc",
    "docx",
    "drv",
    "dylib",
    "esr",
    "etl",
    "evtx",
    "exe",
    "gz",
    "htm",
    "html",
    "inf",
    "ini",
    "jar",
    "java",
    "js",
    "json",
    "key",
    "lnk",
    "log",
    "md",
    "msc",
    "msi",
    "ocx",
    "old",
    "pac",
    "pcap",
    "pcapng",
    "pcscd",
    "pdf",
    "pem",
    "pfx",
    "php",
    "plist",
    "png",
    "properties",
    "py",
    "release",
    "rs",
    "service",
    "sh",
    "so",
    "socket",
    "sys",
    "tar",
    "tmp",
    "toml",
    "txt",
    "xml",
    "xpi",
    "xls",
    "xlsx",
    "yaml",
    "yml",
    "zip",
];

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

pub(super) fn is_public(name: &str) -> bool {
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
