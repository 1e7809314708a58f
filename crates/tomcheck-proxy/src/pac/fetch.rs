//! Where does a script come from, and what does it say?

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Deadline, ForeignFailure};

use super::text::decoded;
use super::wpad;
use crate::credentials::{masked_url, percent_decoded_bytes};
use crate::{Insecure, PlainFailure, PlainPhase, PlainRequest, ProxyTls, Route};

/// A place where no script was to be had.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct NotFetched {
    /// The address, user information masked.
    pub url: String,
    /// What was answered there.
    pub failure: ForeignFailure,
    /// Whether it is only this program that fetches nothing from there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_beyond_us: bool,
    /// What kept a secure connection from being made; none: there was to be none, or it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insecure: Option<Insecure>,
}

impl NotFetched {
    fn new(url: &str, missing: Missing) -> Self {
        Self {
            url: shown(url),
            is_beyond_us: missing.failure.call == BEYOND_US,
            failure: missing.failure,
            insecure: missing.insecure,
        }
    }
}

/// What an address answered.
enum Fetched {
    Body(Vec<u8>),
    /// To go elsewhere.
    Redirect(String),
}

/// What it answered instead.
struct Missing {
    failure: ForeignFailure,
    insecure: Option<Insecure>,
}

impl From<ForeignFailure> for Missing {
    fn from(failure: ForeignFailure) -> Self {
        Self {
            failure,
            insecure: None,
        }
    }
}

/// A script, and where it was at last.
pub(super) struct Found {
    pub(super) url: String,
    pub(super) text: String,
}

/// Fetches the script at `url`, or at the first address of automatic detection that has one. A
/// proxy is asked for nothing, as browsers ask none for a script.
pub(super) fn fetch(
    url: &str,
    tls: Option<&ProxyTls>,
    deadline: Deadline,
) -> Result<Found, Vec<NotFetched>> {
    let places = match url == super::WPAD {
        true => wpad::places(&wpad::domains()),
        false => vec![url.to_owned()],
    };
    let mut failures = Vec::new();
    for place in places {
        match follow(place, tls, deadline) {
            Ok(found) => return Ok(found),
            Err(failure) => failures.push(failure),
        }
    }
    Err(failures)
}

fn follow(
    mut url: String,
    tls: Option<&ProxyTls>,
    deadline: Deadline,
) -> Result<Found, NotFetched> {
    for _ in 0..=MOST_REDIRECTS {
        match get(&url, tls, deadline) {
            Ok(Fetched::Body(body)) => {
                let text = decoded(&body);
                return Ok(Found {
                    url: shown(&url),
                    text,
                });
            }
            Ok(Fetched::Redirect(to)) => url = redirected(&url, &to),
            Err(missing) => return Err(NotFetched::new(&url, missing)),
        }
    }
    let failure = ForeignFailure::decimal("HTTP", 302).named("more than 5 redirections");
    Err(NotFetched::new(&url, failure.into()))
}

fn get(url: &str, tls: Option<&ProxyTls>, deadline: Deadline) -> Result<Fetched, Missing> {
    let (scheme, rest) = url.split_once(':').unwrap_or(("", url));
    let body = match (scheme.to_ascii_lowercase().as_str(), tls) {
        ("http", _) | ("https", Some(_)) => return from_web(url, tls, deadline),
        ("file", _) => from_file(rest)?,
        ("data", _) => from_data(rest)?,
        (OFF_THE_WEB, _) => {
            let failure = ForeignFailure::decimal("HTTP", 302).named("redirected off the web");
            return Err(failure.into());
        }
        _ => return Err(beyond_us(scheme).into()),
    };
    Ok(Fetched::Body(body))
}

fn from_web(url: &str, tls: Option<&ProxyTls>, deadline: Deadline) -> Result<Fetched, Missing> {
    let request = PlainRequest {
        tls: tls.cloned(),
        ..PlainRequest::get(url, Route::Direct, deadline)
    };
    match request.open() {
        Ok(body) => Ok(Fetched::Body(bounded(body)?)),
        Err(PlainFailure {
            phase: PlainPhase::Http,
            location: Some(to),
            ..
        }) => Ok(Fetched::Redirect(to)),
        Err(PlainFailure {
            failure, insecure, ..
        }) => Err(Missing { failure, insecure }),
    }
}

/// Source: RFC 8089; `file:///C:/x`, `file:///x`, `file:/x`, and what Windows takes too,
/// `file://C:\x`. Another machine's files are not asked for: that would log in there.
fn from_file(rest: &str) -> Result<Vec<u8>, ForeignFailure> {
    let failed = |error: io::Error| ForeignFailure::from_io("open", &error);
    let path = rest.strip_prefix("//").unwrap_or(rest);
    let path = path.strip_prefix("localhost").unwrap_or(path);
    let path = String::from_utf8_lossy(&percent_decoded_bytes(path)).replace('\\', "/");
    let drive = path.trim_start_matches('/').get(1..2) == Some(":");
    let path = match drive {
        true => path.trim_start_matches('/').to_owned(),
        false => path,
    };
    if !drive && (!path.starts_with('/') || path.starts_with("//")) {
        return Err(beyond_us("file of another machine"));
    }
    let path = PathBuf::from(path);
    // A pipe or a device could keep us for ever.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(failed(io::ErrorKind::InvalidInput.into()));
    }
    bounded(File::open(path).map_err(failed)?)
}

/// Source: RFC 2397.
fn from_data(rest: &str) -> Result<Vec<u8>, ForeignFailure> {
    let malformed = || ForeignFailure::decimal("PAC", 0).named("data");
    let (kind, data) = rest.split_once(',').ok_or_else(malformed)?;
    let bytes = percent_decoded_bytes(data);
    match kind.to_ascii_lowercase().ends_with(";base64") {
        true => STANDARD.decode(&bytes).map_err(|_| malformed()),
        false => Ok(bytes.to_vec()),
    }
}

fn beyond_us(what: &str) -> ForeignFailure {
    ForeignFailure::decimal(BEYOND_US, 0).named(what.to_owned())
}

fn bounded(from: impl Read) -> Result<Vec<u8>, ForeignFailure> {
    let mut bytes = Vec::new();
    let read = from.take(LONGEST + 1).read_to_end(&mut bytes);
    let read = read.map_err(|error| ForeignFailure::from_io("read", &error))?;
    match u64::try_from(read).is_ok_and(|read| read <= LONGEST) {
        true => Ok(bytes),
        false => Err(ForeignFailure::decimal("PAC", 0).named("more than 1 MB")),
    }
}

/// Where a redirection leads. Never to a file of this machine: who answers over the network has
/// no business there. Source: RFC 3986 §5.2, of which a path and an authority are enough here.
fn redirected(from: &str, to: &str) -> String {
    let is_web = |url: &str| {
        let lower = url.to_ascii_lowercase();
        lower.starts_with("http://") || lower.starts_with("https://")
    };
    let (scheme, rest) = from.split_once("://").unwrap_or(("http", from));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match to {
        to if is_web(to) => to.to_owned(),
        to if to.starts_with("//") => format!("{scheme}:{to}"),
        to if to.starts_with('/') => format!("{scheme}://{authority}{to}"),
        to if to.contains(':') => format!("{OFF_THE_WEB}:{to}"),
        to => {
            let path = rest.split(['?', '#']).next().unwrap_or_default();
            let folder = path
                .rsplit_once('/')
                .map_or(authority, |(folder, _)| folder);
            format!("{scheme}://{folder}/{to}")
        }
    }
}

/// A script that is its own address is long: enough to know it by.
pub(super) fn shown(url: &str) -> String {
    let is_data = url
        .get(..5)
        .is_some_and(|head| head.eq_ignore_ascii_case("data:"));
    match is_data {
        true => "data:…".to_owned(),
        false => masked_url(url),
    }
}

/// In the place of a scheme, where no redirection may lead.
const OFF_THE_WEB: &str = "redirect";
/// In the place of a call, where none was made.
const BEYOND_US: &str = "not fetched";
/// What Chromium and Firefox take at most.
const LONGEST: u64 = 1 << 20;
const MOST_REDIRECTS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn text(url: &str) -> Result<String, String> {
        let found = fetch(
            url,
            None,
            Deadline::after(std::time::Duration::from_secs(5)),
        );
        found
            .map(|found| found.text)
            .map_err(|failures| failures[0].failure.to_string())
    }

    #[test]
    fn a_script_may_be_a_file_or_its_own_address() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("le proxy.pac");
        std::fs::write(&file, "// é").unwrap();
        let slashes = file.to_str().unwrap().replace('\\', "/");
        let url = format!(
            "file:///{}",
            slashes.trim_start_matches('/').replace(' ', "%20")
        );
        assert_eq!(text(&url).as_deref(), Ok("// é"));
        assert_eq!(text("data:,a%2Cb").as_deref(), Ok("a,b"));
        assert_eq!(
            text("data:application/x-ns-proxy-autoconfig;base64,YWI=").as_deref(),
            Ok("ab")
        );
    }

    #[test]
    fn what_is_no_script_says_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let big = folder.path().join("big.pac");
        std::fs::write(&big, vec![b' '; 1 << 21]).unwrap();
        let of = |path: &std::path::Path| format!("file://{}", path.to_str().unwrap());
        let cases = [
            (of(&big), "1 MB"),
            (of(folder.path()), "open"),
            (of(&folder.path().join("absent")), "open"),
            ("file://server/share/proxy.pac".into(), "another machine"),
            ("file:////server/share/proxy.pac".into(), "another machine"),
            ("data:no comma".into(), "data"),
            ("data:;base64,???".into(), "data"),
            ("ftp://a/b".into(), "not fetched ftp"),
            ("https://a/b".into(), "not fetched https"),
        ];
        for (url, expected) in cases {
            let failure = text(&url).unwrap_err();
            assert!(failure.contains(expected), "{url}: {failure}");
        }
    }

    #[test]
    fn a_redirection_stays_on_the_web() {
        let from = "http://wpad.example:8080/a/wpad.dat?x";
        let table = [
            ("http://b/c", "http://b/c"),
            ("//b/c", "http://b/c"),
            ("/c", "http://wpad.example:8080/c"),
            ("c", "http://wpad.example:8080/a/c"),
            ("file:///etc/passwd", "redirect:file:///etc/passwd"),
            ("data:,x", "redirect:data:,x"),
        ];
        for (to, expected) in table {
            assert_eq!(redirected(from, to), expected);
        }
    }
}
