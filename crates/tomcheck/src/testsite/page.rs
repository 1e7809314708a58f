//! What does a person see?
//!
//! One file without script and without anything from elsewhere.

use std::fmt::Write as _;

use tomcheck_cert::identify::{Identified, Line};
use tomcheck_diagnosis::{Lang, Text};
use tomcheck_tls::ServerCertificate;
use tomcheck_tls::server::Named;

use super::client::{Client, Outcome};
use super::routes::Asked;
use super::words;
use crate::render::typeset::typeset;

/// Everything the page is made of.
pub(super) struct Page<'a> {
    pub(super) client: &'a Client,
    pub(super) asked: &'a Asked,
    /// Names of the authorities the site announces.
    pub(super) authorities: &'a [String],
    pub(super) lang: Lang,
}

impl Page<'_> {
    pub(super) fn html(&self) -> String {
        let title = words::title(self.client);
        let mut body = String::with_capacity(16 * 1024);
        self.verdict(&mut body, title);
        match self.client.outcome() {
            Outcome::Nothing => self.to_look_at(&mut body),
            Outcome::Good | Outcome::NotJudged | Outcome::Bad(_) => self.certificate(&mut body),
        }
        self.connection(&mut body);
        self.hello(&mut body);
        self.chain(&mut body);
        self.end(&mut body);
        document(self.say(title).as_str(), &body, self.lang)
    }

    fn say(&self, text: Text) -> String {
        said(text.get(self.lang), self.lang)
    }

    fn verdict(&self, body: &mut String, title: Text) {
        let (class, mark) = match self.client.outcome() {
            Outcome::Good | Outcome::NotJudged => ("good", "✓"),
            Outcome::Nothing => ("doubt", "?"),
            Outcome::Bad(_) => ("bad", "✗"),
        };
        let (title, meaning) = (self.say(title), self.say(words::meaning(self.client)));
        let _ = write!(
            body,
            "<section class=\"verdict {class}\">\n<h1><span aria-hidden=\"true\">{mark}</span> \
             {title}</h1>\n<p>{meaning}</p>\n"
        );
        if self.client.seen.is_resumed {
            let _ = writeln!(body, "<p>{}</p>", self.say(words::RESUMED));
        }
        body.push_str("</section>\n");
    }

    fn to_look_at(&self, body: &mut String) {
        let steps = words::TO_LOOK_AT.iter();
        let steps = steps.map(|step| format!("<li>{}</li>\n", self.say(*step)));
        let _ = write!(
            body,
            "<section>\n<h2>{}</h2>\n<ol>\n{}</ol>\n",
            self.say(words::TO_DO),
            steps.collect::<String>()
        );
        if !self.authorities.is_empty() {
            let names = self.authorities.iter();
            let names = names.map(|name| format!("<li>{}</li>\n", escaped(name)));
            let _ = write!(
                body,
                "<p>{}</p>\n<ul>\n{}</ul>\n",
                self.say(words::ONLY_THESE),
                names.collect::<String>()
            );
        }
        let _ = write!(
            body,
            "<p>{} <code>tomcheck</code></p>\n</section>\n",
            self.say(words::RUN_TOMCHECK)
        );
    }

    fn certificate(&self, body: &mut String) {
        let Some(identified) = self.client.identified(self.lang) else {
            return;
        };
        let rows = self.parted(&identified);
        self.section(body, words::CERTIFICATE_TITLE, &rows.for_people);
        self.folded(body, words::TECHNICAL_TITLE, &rows.for_technicians);
        if identified.findings.is_empty() {
            return;
        }
        let _ = writeln!(body, "<section>\n<h2>{}</h2>", self.say(words::TO_KNOW));
        for finding in &identified.findings {
            let steps = finding.remedy.steps.iter();
            let steps = steps.map(|step| format!("<li>{}</li>\n", said(step, self.lang)));
            let _ = write!(
                body,
                "<p><strong>{}</strong></p>\n<ul>\n{}</ul>\n",
                said(&finding.title, self.lang),
                steps.collect::<String>()
            );
        }
        body.push_str("</section>\n");
    }

    /// Who it is comes first; what only technicians read is folded.
    fn parted(&self, identified: &Identified) -> Rows {
        let row = |line: Line<'_>| (line.label.to_owned(), line.value.into_owned());
        let mut all: Vec<_> = identified
            .lines(self.client.at, self.lang)
            .into_iter()
            .map(row)
            .collect();
        let holder = identified.certificate.as_ref();
        let of_certificate = holder.map_or(0, |it| it.lines(self.client.at, self.lang).len());
        let identifier = all.split_off(of_certificate.min(all.len()));
        let first = |(label, _): &(String, String)| ["Sujet", "Subject"].contains(&&**label);
        let technical = all.iter().position(first).unwrap_or(all.len());
        let for_technicians = all.split_off(technical);
        all.extend(identifier);
        Rows {
            for_people: all,
            for_technicians,
        }
    }

    fn connection(&self, body: &mut String) {
        let seen = &self.client.seen;
        let session = match seen.is_resumed {
            true => words::OLD_SESSION,
            false => words::NEW_SESSION,
        };
        let judged = seen.verdict.as_ref();
        let rows = [
            (words::CHAIN, judged.map(|it| self.plain(it.verdict.text()))),
            (words::REASON, judged.and_then(|it| it.reason.clone())),
            (words::VERSION, seen.version.map(|it| it.name().to_owned())),
            (words::CIPHER, seen.cipher.clone()),
            (words::GROUP, seen.group.clone()),
            (words::SCHEME, seen.scheme.as_ref().map(|it| it.label())),
            (words::SESSION, Some(self.plain(session))),
            (words::PROTOCOL, Some(self.asked.version.clone())),
            (words::BROWSER, self.asked.user_agent.clone()),
        ];
        self.section(body, words::CONNECTION_TITLE, &self.present(rows));
    }

    fn hello(&self, body: &mut String) {
        let Some(hello) = &self.client.seen.hello else {
            return;
        };
        let rows = [
            (words::SERVER_NAME, hello.server_name.clone()),
            (words::VERSIONS, Some(listed(&hello.version_names()))),
            (words::PROTOCOLS, Some(hello.alpn.join(", "))),
            (words::CIPHERS, Some(listed(&hello.cipher_names()))),
            (words::GROUPS, Some(listed(&hello.group_names()))),
            (words::SCHEMES, Some(listed(&hello.scheme_names()))),
            (words::EXTENSIONS, Some(listed(&hello.extension_names()))),
        ];
        let rows = rows.map(|(label, value)| (label, value.filter(|value| !value.is_empty())));
        self.folded(body, words::HELLO_TITLE, &self.present(rows));
    }

    fn chain(&self, body: &mut String) {
        let certificates = self.client.seen.chain.iter();
        let rows: Vec<_> = certificates
            .enumerate()
            .map(|(number, der)| {
                let certificate = ServerCertificate::of(der);
                let subject = certificate.subject.unwrap_or_default();
                let issuer = certificate.issuer.unwrap_or_default();
                ((number + 1).to_string(), format!("{subject} ← {issuer}"))
            })
            .collect();
        if !rows.is_empty() {
            self.folded(body, words::CHAIN_TITLE, &rows);
        }
    }

    fn end(&self, body: &mut String) {
        let other = match self.lang {
            Lang::Fr => "en",
            Lang::En => "fr",
        };
        let _ = write!(
            body,
            "<footer>\n<p>{} <a href=\"/api/me\">/api/me</a></p>\n\
             <p><a href=\"/?lang={other}\" hreflang=\"{other}\" lang=\"{other}\">{}</a> — tomcheck \
             {}</p>\n</footer>\n",
            self.say(words::NOTHING_KEPT),
            escaped(words::OTHER_LANGUAGE.get(self.lang)),
            env!("CARGO_PKG_VERSION")
        );
    }

    fn plain(&self, text: Text) -> String {
        text.get(self.lang).to_owned()
    }

    fn present<const N: usize>(&self, rows: [(Text, Option<String>); N]) -> Vec<(String, String)> {
        let rows = rows
            .into_iter()
            .filter_map(|(label, value)| Some((label.get(self.lang).to_owned(), value?)));
        rows.collect()
    }

    fn section(&self, body: &mut String, title: Text, rows: &[(String, String)]) {
        let (title, table) = (self.say(title), table(rows, self.lang));
        let _ = write!(body, "<section>\n<h2>{title}</h2>\n{table}</section>\n");
    }

    fn folded(&self, body: &mut String, title: Text, rows: &[(String, String)]) {
        let (title, table) = (self.say(title), table(rows, self.lang));
        let _ = write!(
            body,
            "<details>\n<summary><h2>{title}</h2></summary>\n{table}</details>\n"
        );
    }
}

/// What the certificate says, for two kinds of readers.
struct Rows {
    for_people: Vec<(String, String)>,
    for_technicians: Vec<(String, String)>,
}

/// A page that only says one thing.
pub(super) fn short(text: Text, lang: Lang) -> String {
    let title = said(text.get(lang), lang);
    let body = format!("<h1>{title}</h1>\n<p><a href=\"/\">/</a></p>\n");
    document(&title, &body, lang)
}

fn document(title: &str, body: &str, lang: Lang) -> String {
    let code = match lang {
        Lang::Fr => "fr",
        Lang::En => "en",
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} — {site}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header>{site}</header>\n<main>\n{body}</main>\n</body>\n</html>\n",
        site = said(words::SITE.get(lang), lang),
    )
}

fn table(rows: &[(String, String)], lang: Lang) -> String {
    let rows = rows.iter().map(|(label, value)| {
        let (label, value) = (said(label, lang), escaped(value));
        format!("<tr><th scope=\"row\">{label}</th><td>{value}</td></tr>\n")
    });
    format!("<table>\n{}</table>\n", rows.collect::<String>())
}

fn listed(names: &[Named]) -> String {
    let names = names.iter().map(|one| match &one.name {
        Some(name) => name.clone(),
        None => format!("0x{:04X}", one.number),
    });
    names.collect::<Vec<_>>().join(", ")
}

fn said(text: &str, lang: Lang) -> String {
    escaped(&typeset(text, lang))
}

/// Text as it may stand in HTML, quoted attributes included. What would reorder or hide what
/// follows is shown as a number.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                escaped.extend(character.escape_unicode());
            }
            other if other.is_control() => escaped.extend(other.escape_unicode()),
            other => escaped.push(other),
        }
        escaped
    })
}

/// Contrast of at least 7 to 1, in light and in dark.
pub(super) const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --faint: #4b535d;
  --line: #c9d1d9; --good: #0b4f1e; --good-paper: #e6f6ea; --bad: #86061d; --bad-paper: #fdecee;
  --doubt: #5c3d00; --doubt-paper: #fff4d6; --link: #0a3f8f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --faint: #b1bac4;
  --line: #3d444d; --good: #7ee494; --good-paper: #0b2613; --bad: #ffa8a3; --bad-paper: #33110f;
  --doubt: #f2cc60; --doubt-paper: #2b2108; --link: #a5cdff; } }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.55 system-ui, sans-serif; }
header, main { max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem; }
header { color: var(--faint); padding-bottom: 0; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .6rem; }
.verdict { border-left: .5rem solid; border-radius: .3rem; padding: 1rem 1.25rem; }
.verdict p { margin: .4rem 0 0; color: var(--ink); }
.good { color: var(--good); background: var(--good-paper); }
.bad { color: var(--bad); background: var(--bad-paper); }
.doubt { color: var(--doubt); background: var(--doubt-paper); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { width: 13rem; font-weight: 600; color: var(--faint); overflow-wrap: normal; }
li { margin: .35rem 0; }
summary { cursor: pointer; } summary h2 { display: inline-block; }
a { color: var(--link); }
footer { margin-top: 2.5rem; color: var(--faint); }
@media (max-width: 40rem) { th, td { display: block; width: auto; border: 0; padding: 0; }
  td { border-bottom: 1px solid var(--line); padding-bottom: .4rem; margin-bottom: .4rem; } }
";

#[test]
fn what_a_browser_sends_cannot_become_markup_nor_turn_the_line_around() {
    let safe = "&lt;b a=&quot;&#39;&amp;";
    assert_eq!(escaped("<b a=\"'&"), safe);
    assert_eq!(escaped("a\u{202E}b\n"), "a\\u{202e}b\\u{a}");
    assert_eq!(escaped("a\u{202F}:"), "a\u{202F}:");
}
