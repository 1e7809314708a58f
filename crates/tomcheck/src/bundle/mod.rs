//! What is sent to whoever is to help, and what must not be in it?
//!
//! One archive: the report as JSON, as text and as a page, what the module wrote down, the lines of logs that
//! say something, a message that is ready to be sent, and a manifest with the SHA-256 of each.
//! Everything in it passed the mask; the manifest tells what was hidden by kind and number, never
//! by value. Nothing is written here: whoever calls decides that, having seen the preview.
//!
//! ```no_run
//! use tomcheck::bundle::{BundleOptions, Subject, bundle};
//! use tomcheck::{Options, Quiet, Scope, Target, WorkerCommand};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let worker = WorkerCommand::of_program("/usr/bin/tomcheck");
//! let options = Options::new(Scope::Check(Target::parse("tom")?), worker);
//! let made = bundle(BundleOptions::new(Subject::Live(&options)), &Quiet)?;
//! println!("{}", made.preview(tomcheck::Lang::Fr));
//! std::fs::write("tomcheck.zip", made.archive()?)?;
//! # Ok(())
//! # }
//! ```

mod archive;
mod logs;
mod manifest;
mod mask;
mod message;
mod preview;

use std::io;
use std::path::PathBuf;

use serde::Serialize;
use tomcheck_diagnosis::{Identity, IdentityKind, Instant, Lang, Report, Text, Version};

pub use self::logs::usual_logs;
pub use self::manifest::{FileRecord, LeftOut, Manifest, SCHEMA, SendTo};
pub use self::mask::Masked;
pub use self::message::Message;

use self::logs::Logs;
use self::mask::{Kept, Masker};
use crate::config::Support;
use crate::inventory::{Inventory, inventory};
use crate::progress::Progress;
use crate::{Error, MaskedTrace, Options, Plain, TextStyle, diagnosis, host, redact};

/// Whose report it is.
#[derive(Debug)]
#[non_exhaustive]
pub enum Subject<'a> {
    /// This machine's, now.
    Live(&'a Options),
    /// This machine's, taken just now.
    Taken(Box<Report>),
    /// One that was saved; by this machine or another.
    Saved(Box<Report>),
}

/// What to put together.
#[derive(Debug)]
pub struct BundleOptions<'a> {
    /// Whose report.
    pub subject: Subject<'a>,
    /// Further logs, of any kind that [`crate::trace`] reads.
    pub logs: Vec<PathBuf>,
    /// Names that nobody could know of and must not leave.
    pub hidden: Vec<String>,
    /// Logs of the module, as [`crate::module_trace()`] took them.
    pub module: Option<MaskedTrace>,
    /// Whom it is for.
    pub support: Support,
    /// The language of the text and the message.
    pub lang: Lang,
}

impl<'a> BundleOptions<'a> {
    /// The report alone, for the ANS, in French.
    pub fn new(subject: Subject<'a>) -> Self {
        Self {
            subject,
            logs: Vec::new(),
            hidden: Vec::new(),
            module: None,
            support: Support::default(),
            lang: Lang::default(),
        }
    }
}

/// What is ready to be sent.
#[derive(Debug)]
pub struct Bundle {
    /// What is in it.
    pub manifest: Manifest,
    /// What to write with it.
    pub message: Message,
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    name: String,
    what: Text,
    content: String,
}

/// Puts everything together, masked. Blocks as [`crate::diagnose`] does, and until the logs are
/// read. Writes nothing.
///
/// # Errors
///
/// When tomcheck cannot do its own job, as [`crate::diagnose`]. A log that cannot be read is no
/// error: the manifest tells it.
pub fn bundle(options: BundleOptions<'_>, progress: &dyn Progress) -> Result<Bundle, Error> {
    let lang = options.lang;
    let (mut report, mut identities, inventory) = match options.subject {
        Subject::Live(live) => {
            let (report, identities) = diagnosis::diagnose_knowing(live, progress)?;
            (report, identities, Some(inventory()))
        }
        Subject::Taken(report) => (*report, host::identities(), Some(inventory())),
        Subject::Saved(report) => (told_in(*report, lang), host::identities(), None),
    };
    let hidden = options.hidden.iter();
    identities.extend(hidden.map(|name| Identity::new(IdentityKind::Name, name)));
    let mut masker = Masker::new(identities, kept(&report, &options.support));
    let mut read = logs::excerpts(&options.logs, lang, progress);
    masker.know(std::mem::take(&mut read.identities));
    let mut texts = redact::texts(&mut report);
    texts.extend(read.report.iter_mut().flat_map(redact::texts));
    for (file, excerpt) in &read.excerpts {
        texts.push(file.display().to_string());
        texts.extend(excerpt.lines.iter().map(|(_, line)| line.clone()));
    }
    masker.learn(&texts);
    let making = Making {
        masker,
        lang,
        files: Vec::new(),
        left_out: Vec::new(),
    };
    let send_to = SendTo {
        name: options.support.name,
        email: options.support.email,
        phone: options.support.phone,
    };
    Ok(making.bundle(report, inventory, options.module, read, send_to))
}

/// Judged again only where that is needed to tell it: else it is sent as it was saved.
fn told_in(report: Report, lang: Lang) -> Report {
    match report.lang == lang {
        true => report,
        false => crate::judge(&report, lang),
    }
}

/// The site itself names nobody, and everything is about it; who is to help is asked to.
fn kept(report: &Report, support: &Support) -> Kept {
    let url = report.target.as_ref().map(|target| target.url.as_str());
    let rest = url
        .and_then(|url| url.split_once("://"))
        .map(|(_, rest)| rest);
    let host = rest.and_then(|rest| rest.split(['/', ':', '?']).next());
    let emails = [&support.email, &Support::default().email];
    Kept {
        hosts: host.map(str::to_lowercase).into_iter().collect(),
        emails: emails.map(|email| email.to_lowercase()).to_vec(),
    }
}

/// A bundle while it grows.
struct Making {
    masker: Masker,
    lang: Lang,
    files: Vec<File>,
    left_out: Vec<LeftOut>,
}

impl Making {
    fn bundle(
        mut self,
        mut report: Report,
        inventory: Option<Inventory>,
        module: Option<MaskedTrace>,
        logs: Logs,
        send_to: SendTo,
    ) -> Bundle {
        self.masker.report(&mut report);
        self.report(&report);
        self.inventory(inventory);
        self.module(module);
        self.logs(logs);
        let has_excerpts = self.files.iter().any(|file| file.what == EXCERPT);
        let message = Message::of(&report, &send_to, has_excerpts, self.lang);
        let text = message.text(self.lang);
        self.file(self.lang_name("message.txt", "message.txt"), MESSAGE, text);
        let manifest = self.manifest(&report, send_to);
        let listed = json(&manifest);
        self.file("manifest.json".to_owned(), MANIFEST, listed);
        Bundle {
            manifest,
            message,
            files: self.files,
        }
    }

    fn report(&mut self, report: &Report) {
        self.file("report.json".to_owned(), REPORT, json(report));
        let style = TextStyle {
            ascii: false,
            verbose: true,
            width: 100,
        };
        let name = self.lang_name("rapport.txt", "report.txt");
        self.file(name, AS_TEXT, crate::text(report, style, &Plain));
        let name = self.lang_name("rapport.html", "report.html");
        self.file(name, AS_PAGE, crate::html(report));
    }

    /// Of a report that was saved, on whatever machine, nothing is known beside it.
    fn inventory(&mut self, inventory: Option<Inventory>) {
        let Some(inventory) = inventory else {
            return;
        };
        let text = self.masker.text(&json(&inventory.shown(self.lang)));
        let name = self.lang_name("inventaire.json", "inventory.json");
        self.file(name, INVENTORY, text);
    }

    fn module(&mut self, module: Option<MaskedTrace>) {
        for log in module.into_iter().flat_map(|trace| trace.logs) {
            let text = self.masker.text(&log.text);
            self.file(format!("module/{}", log.name), MODULE, text);
        }
    }

    fn logs(&mut self, logs: Logs) {
        if let Some(mut report) = logs.report {
            self.masker.report(&mut report);
            let name = self.lang_name("journaux/report.json", "logs/report.json");
            self.file(name, LOGS, json(&report));
        }
        for (number, (file, excerpt)) in logs.excerpts.iter().enumerate() {
            let text = logs::numbered(file, excerpt, |line| self.masker.text(line));
            let folder = self.lang_name("journaux", "logs");
            self.file(format!("{folder}/{}.txt", number + 1), EXCERPT, text);
        }
        for (path, why, said) in logs.left_out {
            let name = self.masker.text(&path.display().to_string());
            let said = said.map(|said| format!(" ({said})")).unwrap_or_default();
            let why = self.masker.text(&format!("{}{said}", why.get(self.lang)));
            self.left_out.push(LeftOut { name, why });
        }
    }

    fn lang_name(&self, fr: &str, en: &str) -> String {
        let name = if self.lang == Lang::Fr { fr } else { en };
        name.to_owned()
    }

    fn file(&mut self, name: String, what: Text, content: String) {
        self.files.push(File {
            name,
            what,
            content,
        });
    }

    fn manifest(&self, report: &Report, send_to: SendTo) -> Manifest {
        let files = self.files.iter().map(|file| FileRecord {
            name: file.name.clone(),
            bytes: file.content.len(),
            sha256: tomcheck_cert::sha256(file.content.as_bytes()),
            what: file.what.get(self.lang).to_owned(),
        });
        Manifest {
            schema: SCHEMA,
            tomcheck: Version {
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            made_at: Instant::now(),
            verdict: report.verdict.clone(),
            files: files.collect(),
            masked: mask::counted(self.files.iter().map(|file| file.content.as_str())),
            kept: vec!["ip-addresses"],
            left_out: self.left_out.clone(),
            send_to,
        }
    }
}

impl Bundle {
    /// The archive, a zip.
    ///
    /// # Errors
    ///
    /// Only where it would be larger than a zip may be.
    pub fn archive(&self) -> io::Result<Vec<u8>> {
        let files = self.files.iter();
        let files = files.map(|file| (file.name.as_str(), file.content.as_bytes()));
        archive::zip(files, time::OffsetDateTime::now_utc())
    }

    /// What a person reads before anything is written: each file with its length, what was
    /// hidden, what stays.
    pub fn preview(&self, lang: Lang) -> String {
        preview::text(&self.manifest, lang)
    }

    /// How the archive is called unless somebody says otherwise: `tomcheck-20261127-0042.zip`, in
    /// UTC.
    pub fn usual_name(&self) -> PathBuf {
        let at = self.manifest.made_at.to_string();
        let digits: String = at.chars().filter(char::is_ascii_digit).take(12).collect();
        let (day, time) = digits.split_at_checked(8).unwrap_or((&digits, ""));
        PathBuf::from(format!("tomcheck-{day}-{time}.zip"))
    }
}

/// Values of our own, which always serialise.
fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    text + "\n"
}

const REPORT: Text = Text {
    fr: "le rapport, pour un programme",
    en: "the report, for a program",
};
const AS_TEXT: Text = Text {
    fr: "le même, pour une personne",
    en: "the same, for a person",
};
const AS_PAGE: Text = Text {
    fr: "le même, comme page à ouvrir ou à imprimer",
    en: "the same, as a page to open or to print",
};
const INVENTORY: Text = Text {
    fr: "les logiciels installés et leurs versions",
    en: "the programs installed and their versions",
};
const MODULE: Text = Text {
    fr: "ce que la Cryptolib a noté de sa lecture de la carte",
    en: "what the Cryptolib wrote down as it read the card",
};
const LOGS: Text = Text {
    fr: "ce que disent les journaux",
    en: "what the logs say",
};
const EXCERPT: Text = Text {
    fr: "les lignes d'un journal qui disent ce qui bloque",
    en: "the lines of a log that say what blocks",
};
const MESSAGE: Text = Text {
    fr: "le message à envoyer",
    en: "the message to send",
};
const MANIFEST: Text = Text {
    fr: "la liste de ces fichiers",
    en: "the list of these files",
};

#[cfg(test)]
mod tests;
