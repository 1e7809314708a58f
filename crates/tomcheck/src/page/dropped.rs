//! What does a file say that was sent to the page: a log, or a certificate?

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tomcheck_cert::identify::{self, Identified};
use tomcheck_diagnosis::{Instant, Lang, Report, VerdictStatus, spoken};

use super::form::SentFile;
use crate::trace::{self, Input, Watcher};
use crate::{Options, Quiet};

/// What was read.
#[derive(Debug)]
pub(super) enum Dropped {
    /// It holds certificates.
    Certificates { name: String, read: Vec<Identified> },
    /// It was read as a log.
    Log {
        name: String,
        report: Box<Report>,
        /// Why not to its end.
        unread: Option<String>,
    },
    /// It should be a certificate, and cannot be read as one.
    Damaged { name: String },
    /// It is empty, or no file was chosen.
    Nothing,
}

/// Reads the file, unpacked no further than so many bytes, until it `is_over`. Blocks; touches no
/// card and no network.
pub(super) fn read(
    sent: &SentFile<'_>,
    unpacked: u64,
    options: &Options,
    is_over: &AtomicBool,
) -> Dropped {
    if sent.content.is_empty() {
        return Dropped::Nothing;
    }
    let should_be = looks_like_certificates(sent);
    if should_be && let Some(certificates) = certificates(sent, options.lang) {
        return certificates;
    }
    let (report, unread) = log(sent, unpacked, options, is_over);
    let says_nothing = report.verdict.status == VerdictStatus::Undetermined;
    if says_nothing && should_be {
        let name = sent.name.clone();
        return Dropped::Damaged { name };
    }
    let certificates = says_nothing.then(|| certificates(sent, options.lang));
    certificates.flatten().unwrap_or(Dropped::Log {
        name: sent.name.clone(),
        report: Box::new(report),
        unread,
    })
}

/// By its name or its beginning: logs may hold certificates too.
fn looks_like_certificates(sent: &SentFile<'_>) -> bool {
    let extension = sent.name.rsplit_once('.').map(|(_, extension)| extension);
    let named = extension.is_some_and(|extension| {
        let known = ["pem", "cer", "crt", "der", "p7b", "p7c", "p7s", "spc"];
        known.iter().any(|one| extension.eq_ignore_ascii_case(one))
    });
    named
        || [&b"-----BEGIN "[..], b"\x30\x82", b"\x30\x80"]
            .iter()
            .any(|begin| sent.content.starts_with(begin))
}

fn certificates(sent: &SentFile<'_>, lang: Lang) -> Option<Dropped> {
    if sent.content.len() > MOST_OF_CERTIFICATES {
        return None;
    }
    let holders = identify::read_file(sent.content).ok()?;
    let now = Instant::now();
    let read = holders.into_iter().take(MOST_CERTIFICATES);
    let read = read.map(|one| Identified::certificate(&sent.name, one, now, lang));
    Some(Dropped::Certificates {
        name: sent.name.clone(),
        read: read.collect(),
    })
}

struct Until<'a>(&'a AtomicBool);

impl Watcher for Until<'_> {
    fn wants_end(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

fn log(
    sent: &SentFile<'_>,
    unpacked: u64,
    options: &Options,
    is_over: &AtomicBool,
) -> (Report, Option<String>) {
    let input = Input::Memory {
        name: sent.name.clone(),
        bytes: Arc::from(sent.content),
        unpacked,
    };
    let mut wanted = trace::Options::new([input]);
    wanted.lang = options.lang;
    wanted.show_identity = options.show_identity;
    let traced = trace::trace(&wanted, &Quiet, &Until(is_over));
    let unread = traced.unread.into_iter().next();
    (
        traced.report,
        unread.map(|(_, error)| why(&error, options.lang)),
    )
}

fn why(error: &io::Error, lang: Lang) -> String {
    let text = match (error.kind(), lang) {
        (io::ErrorKind::FileTooLarge, Lang::Fr) => "trop long une fois décompressé",
        (io::ErrorKind::FileTooLarge, Lang::En) => "too long once unpacked",
        _ => return spoken(error, lang),
    };
    text.to_owned()
}

/// No file of certificates comes near it.
const MOST_OF_CERTIFICATES: usize = 4 << 20;
/// More than a page can show.
const MOST_CERTIFICATES: usize = 64;

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::{Scope, WorkerCommand};

    const REFUSED: &str = "1795729001.160 0 10.1.2.3 TCP_DENIED/407 4100 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html\n";

    fn of(name: &str, content: &[u8], unpacked: u64) -> Dropped {
        let options = Options::new(Scope::Card, WorkerCommand::of_program("/absent"));
        let name = name.to_owned();
        let is_over = AtomicBool::new(false);
        read(&SentFile { name, content }, unpacked, &options, &is_over)
    }

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_small_file_that_unpacks_to_a_large_one_is_read_no_further_than_allowed() {
        let content = REFUSED.repeat(10_000);
        let small = packed(content.as_bytes());
        assert!(small.len() < content.len() / 10);
        let Dropped::Log { unread, .. } = of("a.gz", &small, 100_000) else {
            panic!("no log");
        };
        assert_eq!(unread.as_deref(), Some("trop long une fois décompressé"));
        let Dropped::Log { unread, report, .. } = of("a.gz", &small, u64::MAX) else {
            panic!("no log");
        };
        assert_eq!(unread, None);
        let cause = report.verdict.root_cause.as_deref();
        assert_eq!(cause, Some("proxy.authentication-required"));
    }

    #[test]
    fn what_nobody_waits_for_is_not_read() {
        let options = Options::new(Scope::Card, WorkerCommand::of_program("/absent"));
        let content = packed(REFUSED.repeat(10_000).as_bytes());
        for content in [content.as_slice(), REFUSED.as_bytes()] {
            let name = "a.log".to_owned();
            let sent = SentFile { name, content };
            let Dropped::Log { unread, .. } =
                read(&sent, u64::MAX, &options, &AtomicBool::new(true))
            else {
                panic!("no log");
            };
            assert!(unread.is_some());
        }
    }

    #[test]
    fn a_certificate_that_cannot_be_read_is_no_log() {
        let is_damaged = |name: &str, content: &[u8]| {
            let read = of(name, content, u64::MAX);
            matches!(read, Dropped::Damaged { .. })
        };
        assert!(is_damaged("carte.cer", b"\x30\x82\x05\x00\x30\x82\x03"));
        assert!(is_damaged("carte", b"\x30\x82\x05\x00\x30\x82\x03"));
        assert!(is_damaged("carte.DER", &[0x17; 900]));
        let pem = b"-----BEGIN CERTIFICATE-----\nMIIF\n-----END CERTIFICATE-----\n";
        assert!(is_damaged("carte.pem", pem));
        assert!(!is_damaged("a.log", b"nothing of ours\n"));
    }

    #[test]
    fn nothing_is_said_to_be_nothing() {
        assert!(matches!(of("a.log", b"", 1), Dropped::Nothing));
    }

    #[test]
    fn what_is_called_a_certificate_and_is_none_is_read_as_a_log() {
        let read = of("journal.cer", REFUSED.as_bytes(), u64::MAX);
        assert!(matches!(read, Dropped::Log { .. }));
    }
}
