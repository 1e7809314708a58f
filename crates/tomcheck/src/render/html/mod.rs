//! The report as one page: a secretary reads the verdict on it, a technician works from it, paper
//! carries it.
//!
//! One file: its style is inside, it has no script, and its Content-Security-Policy lets it fetch
//! nothing. Everything foreign is escaped by the templates. Well-formed XML too, so that any parser
//! can check it.

mod about;
mod certificates;
mod compared;
mod findings;
mod looked;
mod outcome;
mod picture;
mod tables;
mod timeline;
mod tongue;
mod verdict;
mod words;

use std::sync::LazyLock;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tomcheck_diagnosis::{Lang, Report};

use crate::details::part;

pub use self::compared::compared_html;
pub(crate) use self::tongue::{Piece, Tongue};

/// The style of the page and of its pieces, as it stands in [`html()`]'s `style` element.
pub const HTML_STYLE: &str = include_str!("style.css");

/// The report as a page of its own, UTF-8, in the report's language.
///
/// Touches nothing: a saved report makes the same page as the day it was taken.
pub fn html(report: &Report) -> String {
    HtmlParts::new(report).document()
}

/// The same in pieces, for a page that shows more: each is an element or a few, or empty where the
/// report has nothing of the kind. Their headings begin at the second level, but for the verdict's.
#[derive(Clone, Copy, Debug)]
pub struct HtmlParts<'a> {
    report: &'a Report,
    tongue: Tongue,
}

impl<'a> HtmlParts<'a> {
    /// The pieces of `report`, in its language.
    pub fn new(report: &'a Report) -> Self {
        let tongue = Tongue::new(report.lang);
        Self { report, tongue }
    }

    /// What the window is called: the verdict first. Text, not HTML.
    pub fn title(&self) -> String {
        verdict::title(self)
    }

    /// The verdict in a word and a sentence, with what was to be reached.
    pub fn verdict(&self) -> String {
        done(&verdict::Verdict::of(self))
    }

    /// The path from the reader to the site, link by link.
    pub fn picture(&self) -> String {
        picture::Picture::of(self).map_or_else(String::new, |path| done(&path))
    }

    /// The cause with its proof and its remedy, then whatever else was found.
    pub fn findings(&self) -> String {
        done(&findings::Findings::of(self))
    }

    /// What was looked at, part by part, and each probe.
    pub fn looked(&self) -> String {
        done(&looked::Looked::of(self))
    }

    /// « Délivré à / délivré par », a card for each certificate.
    pub fn certificates(&self) -> String {
        certificates::Certificates::of(self).map_or_else(String::new, |cards| done(&cards))
    }

    /// How long each step of the connection took.
    pub fn timeline(&self) -> String {
        timeline::Timeline::of(self).map_or_else(String::new, |times| done(&times))
    }

    /// The card, the proxy settings and their exceptions, the handshake, the logs.
    pub fn tables(&self) -> String {
        done(&tables::Tables::of(self))
    }

    /// What was masked, and which versions wrote it.
    pub fn about(&self) -> String {
        done(&about::About::of(self))
    }

    fn document(&self) -> String {
        let (title, body) = (self.title(), done(&Body { parts: self }));
        done(&Document::new(
            self.report.lang,
            &self.report.tomcheck.version,
            &title,
            &body,
        )) + "\n"
    }

    /// What the command's own key holds of one part, whichever command made the report; none: it
    /// looked at nothing of the kind.
    fn part(&self, name: &str) -> Option<&'a Value> {
        part(self.report, name)
    }
}

#[derive(Template)]
#[template(path = "body.html")]
struct Body<'a> {
    parts: &'a HtmlParts<'a>,
}

/// A whole page around a body that is HTML already.
#[derive(Template)]
#[template(path = "document.html")]
struct Document<'a> {
    lang: &'static str,
    version: String,
    title: &'a str,
    body: &'a str,
}

/// Writing to memory cannot fail.
fn done(piece: &impl Template) -> String {
    piece.render().unwrap_or_default()
}

/// No script, no address: what is in the file is all there is.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(HTML_STYLE));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
});

impl<'a> Document<'a> {
    fn new(lang: Lang, version: &str, title: &'a str, body: &'a str) -> Self {
        let lang = match lang {
            Lang::Fr => "fr",
            Lang::En => "en",
        };
        Self {
            lang,
            version: tongue::as_seen(version),
            title,
            body,
        }
    }

    fn policy(&self) -> &'static str {
        &POLICY
    }
}
