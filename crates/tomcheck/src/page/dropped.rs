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
