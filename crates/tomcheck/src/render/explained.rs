//! How does a person read an explained code?

use tomcheck_diagnosis::{FindingRecord, Lang, Text};

use super::layout::{Page, Paint, TextStyle, Tone, clean};
use super::words::{self, t};
use crate::explain::{self, Family, Row};

const MOSTLY: Text = t("Le plus souvent", "Usually");
const ELSE: Text = t("Sinon", "Otherwise");

/// One code: what it is, what it means, what it mostly is and what to do about that.
pub fn explained_text(row: &Row, lang: Lang, style: TextStyle, paint: &dyn Paint) -> String {
    let mut page = Page::new(lang, style, paint);
    let likely = explain::likely(row, lang);
    page.head(row);
    match row.family {
        Family::Finding => likely.iter().for_each(|(_, record)| page.marked(record)),
        _ => page.likely(&likely),
    }
    page.out
}

/// Every code, one a line, under the names of their families.
pub fn explained_list(lang: Lang, style: TextStyle, paint: &dyn Paint) -> String {
    let mut page = Page::new(lang, style, paint);
    let mut family = None;
    for row in explain::rows() {
        if family.replace(row.family) != Some(row.family) {
            page.out
                .push_str(if page.out.is_empty() { "" } else { "\n" });
            let title = page.say(row.family.title());
            page.line(0, title, Some(Tone::Strong));
        }
        let line = page.pair(&named(row, lang), &row.meaning(lang));
        page.wrapped(2, 6, &line, None);
    }
    page.out
}

fn named(row: &Row, lang: Lang) -> String {
    if let Some(title) = row.page_title(lang) {
        return quoted(title, lang);
    }
    match row.written() {
        // an HTTP status begins with its number, an event ends with it
        Some(number) if !row.name.contains(&number) => format!("{} ({number})", row.name),
        _ => row.name.to_owned(),
    }
}

fn quoted(title: &str, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!("«\u{a0}{title}\u{a0}»"),
        Lang::En => format!("“{title}”"),
    }
}

impl Page<'_> {
    fn head(&mut self, row: &Row) {
        let dash = if self.style.ascii { "-" } else { "—" };
        let family = self.say(row.family.title());
        let head = format!("{} {dash} {family}", named(row, self.lang));
        self.wrapped(0, 2, &head, Some(Tone::Strong));
        if row.family != Family::Finding {
            self.wrapped(2, 2, &sentence(&row.meaning(self.lang)), None);
        }
    }

    /// The likeliest with its remedy, the others by name.
    fn likely(&mut self, likely: &[(&'static str, FindingRecord)]) {
        let Some((first, rest)) = likely.split_first() else {
            return;
        };
        self.label(MOSTLY);
        self.titled(first);
        self.remedy_of(&first.1);
        if !rest.is_empty() {
            self.label(ELSE);
        }
        rest.iter().for_each(|one| self.titled(one));
    }

    fn label(&mut self, text: Text) {
        let label = self.pair(self.say(text), "");
        self.line(2, label.trim_end(), Some(Tone::Faint));
    }

    fn titled(&mut self, (code, record): &(&'static str, FindingRecord)) {
        let glyph = words::severity_glyph(record.severity, self.style.ascii);
        let line = format!("{glyph} {} ({code})", clean(&record.title));
        self.wrapped(4, 6, &line, None);
    }

    fn remedy_of(&mut self, record: &FindingRecord) {
        let audience = self.say(words::audience(record.remedy.audience));
        let title = self.pair(&format!("{} ({audience})", self.say(words::TO_DO)), "");
        self.line(6, title.trim_end(), Some(Tone::Strong));
        for (number, step) in record.remedy.steps.iter().enumerate() {
            self.wrapped(8, 11, &format!("{}. {}", number + 1, clean(step)), None);
        }
    }
}

fn sentence(text: &str) -> String {
    let ends = text.ends_with(['.', '?', '!', '…']);
    format!("{text}{}", if ends { "" } else { "." })
}
