//! How does a person read what a monitor tells?
//!
//! In the words of the icon that the Cryptolib's certificate manager shows near the clock: a
//! card in a red frame, « carte absente », or in a green one, « carte présente ».

mod clock;
mod state;
#[cfg(test)]
mod tests;

use tomcheck_diagnosis::{Audience, Finding, Lang, ProbeStatus, Severity, Text};
use tomcheck_reader::{Event, Happening};

pub use self::clock::Clock;
use self::state::state;
use super::layout::{Page, clean, shorten};
use super::words;
use super::{Paint, TextStyle, Tone};

/// Events as lines of text, one each, followed by the first thing to do where something blocks.
#[derive(Debug)]
pub struct EventText {
    lang: Lang,
    style: TextStyle,
    clock: Clock,
    /// The finding of the line above.
    above: Option<&'static str>,
}

impl EventText {
    /// Text in `lang`.
    pub fn new(lang: Lang, style: TextStyle, clock: Clock) -> Self {
        Self {
            lang,
            style,
            clock,
            above: None,
        }
    }

    /// The event as it stands on the terminal, line end included. What to do follows where it
    /// `is_news`, unless the line above said the same. Control characters of a foreign reader's
    /// name are replaced.
    pub fn lines(&mut self, event: &Event, is_news: bool, paint: &dyn Paint) -> String {
        let finding = event.finding();
        let told = told(event, finding.as_ref(), self.lang);
        let (mark, sentence) = (told.mark, told.line(self.lang));
        let mut page = Page::new(self.lang, self.style, paint);
        let time = self.clock.shows(event.at, self.lang);
        let glyph = words::glyph(mark, self.style.ascii);
        let hanging = time.chars().count() + glyph.chars().count() + 3;
        let line = format!("{time}  {glyph} {sentence}");
        page.wrapped(0, hanging, &line, Some(tone(mark)));
        let code = finding.as_ref().map(|finding| finding.kind.code);
        if is_news
            && self.above != code
            && let Some(step) = finding.as_ref().and_then(|finding| self.step(finding))
        {
            page.wrapped(hanging, hanging + 2, &clean(&step), None);
        }
        self.above = code;
        page.out
    }

    /// What happened, without moment, mark or what to do: `carte présente` and the like, after the
    /// reader's name.
    pub fn sentence(&self, event: &Event) -> String {
        told(event, event.finding().as_ref(), self.lang).line(self.lang)
    }

    fn step(&self, finding: &Finding) -> Option<String> {
        let step = addressed_step(finding, self.lang)?;
        let arrow = if self.style.ascii { "->" } else { "→" };
        Some(format!("{arrow} {step}"))
    }
}

/// What an event comes to, for people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ToldEvent {
    pub(crate) mark: ProbeStatus,
    /// The reader it is about, without control characters.
    pub(crate) reader: Option<String>,
    /// Without the reader's name.
    pub(crate) sentence: String,
}

impl ToldEvent {
    /// The sentence behind the reader's name.
    pub(crate) fn line(&self, lang: Lang) -> String {
        let sentence = &self.sentence;
        match (&self.reader, lang) {
            (None, _) => sentence.clone(),
            (Some(name), Lang::Fr) => format!("{name} : {sentence}"),
            (Some(name), Lang::En) => format!("{name}: {sentence}"),
        }
    }
}

/// The event in words; `finding` is [`Event::finding`]'s.
pub(crate) fn told(event: &Event, finding: Option<&Finding>, lang: Lang) -> ToldEvent {
    let title = || finding.map_or_else(String::new, |finding| clean(&finding.title(lang)));
    let (mark, sentence) = match &event.what {
        Happening::ServiceBack => (ProbeStatus::Ok, SERVICE_BACK.get(lang).to_owned()),
        Happening::ReaderGone { .. } => (ProbeStatus::Fault, GONE.get(lang).to_owned()),
        Happening::Reader(now) => state(now, finding, lang),
        _ => (ProbeStatus::Fault, title()),
    };
    let reader = event.reader();
    ToldEvent {
        mark,
        reader: reader.map(|reader| clean(&shorten(reader, LONGEST_NAME))),
        sentence,
    }
}

/// The first thing to do, behind the one who can where that is not who reads this:
/// `(assistance informatique) Démarrez…`
pub(crate) fn addressed_step(finding: &Finding, lang: Lang) -> Option<String> {
    let step = first_step(finding, lang)?;
    Some(match finding.kind.remedy.audience {
        Audience::Holder => step,
        other => format!("({}) {step}", words::audience(other).get(lang)),
    })
}

/// The first thing to do about it, where something is to be done.
fn first_step(finding: &Finding, lang: Lang) -> Option<String> {
    if finding.severity == Severity::Info {
        return None;
    }
    let steps = finding.steps(lang, std::env::consts::OS);
    steps.into_iter().next()
}

const fn tone(mark: ProbeStatus) -> Tone {
    match mark {
        ProbeStatus::Ok => Tone::Good,
        ProbeStatus::Warning => Tone::Warning,
        ProbeStatus::Fault => Tone::Bad,
        ProbeStatus::Skipped | ProbeStatus::Blocked => Tone::Faint,
    }
}

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

const SERVICE_BACK: Text = t(
    "Le service de carte à puce répond de nouveau",
    "The card service answers again",
);
const GONE: Text = t("lecteur débranché", "reader unplugged");

/// Characters of a reader's name: PC/SC allows no more than 127.
const LONGEST_NAME: usize = 127;
