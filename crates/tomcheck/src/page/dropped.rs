//! What does a file say that was sent to the page: a log, or a certificate?

use std::io;
use std::sync::Arc;

use tomcheck_cert::identify::{self, Identified};
use tomcheck_diagnosis::{Instant, Lang, Report, VerdictStatus, spoken};

use super::form::SentFile;
use crate::trace::{self, Input, Unwatched};
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
    /// It is empty, or no file was chosen.
    Nothing,
}

/// Reads the file, unpacked no further than so many bytes. Blocks; touches no card and no network.
pub(super) fn read(sent: &SentFile<'_>, unpacked: u64, options: &Options) -> Dropped {
    if sent.content.is_empty() {
        return Dropped::Nothing;
    }
    if looks_like_certificates(sent)
        && let Some(certificates) = certificates(sent, options.lang)
    {
        return certificates;
    }
    let (report, unread) = log(sent, unpacked, options);
    let says_nothing = report.verdict.status == VerdictStatus::Undetermined;
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
        || [&b"-----BEGIN "[..], b"\x30\x82"]
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

fn log(sent: &SentFile<'_>, unpacked: u64, options: &Options) -> (Report, Option<String>) {
    let input = Input::Memory {
        name: sent.name.clone(),
        bytes: Arc::from(sent.content),
        unpacked,
    };
    let mut wanted = trace::Options::new([input]);
    wanted.lang = options.lang;
    wanted.show_identity = options.show_identity;
    let traced = trace::trace(&wanted, &Quiet, &Unwatched);
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
        read(&SentFile { name, content }, unpacked, &options)
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
    fn nothing_is_said_to_be_nothing() {
        assert!(matches!(of("a.log", b"", 1), Dropped::Nothing));
    }

    #[test]
    fn what_is_called_a_certificate_and_is_none_is_read_as_a_log() {
        let read = of("journal.cer", REFUSED.as_bytes(), u64::MAX);
        assert!(matches!(read, Dropped::Log { .. }));
    }
}
