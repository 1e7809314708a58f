//! How does a person read what a monitor tells?
//!
//! In the words of the icon that the Cryptolib's certificate manager shows near the clock: a
//! card in a red frame, « carte absente », or in a green one, « carte présente ».

use tomcheck_diagnosis::{Audience, Finding, Instant, Lang, ProbeStatus, Severity, Text};
use tomcheck_reader::{CardKind, CardNow, Event, Happening, ReaderNow, SlotState};

use super::text::{Page, clean, shorten};
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

/// What the clock on the wall shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Clock {
    /// By how many seconds it is ahead of UTC; none where nobody knows: UTC is written then,
    /// and said.
    pub ahead: Option<i32>,
    /// Whether the day stands before the time, and the offset after it: for what is kept.
    pub dated: bool,
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
        let (mark, sentence) = self.said(event, finding.as_ref());
        let mut page = Page {
            out: String::new(),
            lang: self.lang,
            style: self.style,
            paint,
        };
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

    fn said(&self, event: &Event, finding: Option<&Finding>) -> (ProbeStatus, String) {
        let title = || finding.map_or_else(String::new, |finding| clean(&finding.title(self.lang)));
        match &event.what {
            Happening::ServiceBack => (ProbeStatus::Ok, SERVICE_BACK.get(self.lang).to_owned()),
            Happening::ReaderGone { reader } => (
                ProbeStatus::Fault,
                self.of_reader(reader, GONE.get(self.lang)),
            ),
            Happening::Reader(now) => {
                let (mark, state) = self.state(now, finding);
                (mark, self.of_reader(&now.reader, &state))
            }
            _ => (ProbeStatus::Fault, title()),
        }
    }

    fn of_reader(&self, reader: &str, sentence: &str) -> String {
        let name = clean(&shorten(reader, LONGEST_NAME));
        match self.lang {
            Lang::Fr => format!("{name} : {sentence}"),
            Lang::En => format!("{name}: {sentence}"),
        }
    }

    fn state(&self, now: &ReaderNow, finding: Option<&Finding>) -> (ProbeStatus, String) {
        let is_mute = finding.is_some_and(|finding| finding.kind.code == "card.mute");
        let (mark, sentence) = match (now.state, &now.card) {
            // Its answer broke off: whose card it is was not understood.
            (SlotState::Present, _) if is_mute => (ProbeStatus::Fault, self.say(MUTE)),
            (SlotState::Present, Some(card)) => self.card(card, finding),
            (SlotState::Present, None) => (ProbeStatus::Ok, self.say(PRESENT)),
            (SlotState::Absent, _) => (ProbeStatus::Fault, self.say(ABSENT)),
            (SlotState::Mute, _) => (ProbeStatus::Fault, self.say(MUTE)),
            (SlotState::InUse, _) => (ProbeStatus::Warning, self.say(IN_USE)),
            (SlotState::Unavailable, _) => (ProbeStatus::Fault, self.say(UNAVAILABLE)),
        };
        let again = match now.state {
            _ if !now.reinserted => return (mark, sentence),
            SlotState::Absent | SlotState::Unavailable => IN_AND_OUT,
            SlotState::Present | SlotState::Mute | SlotState::InUse => OUT_AND_IN,
        };
        (mark, format!("{sentence}, {}", self.say(again)))
    }

    /// A card that answers is in a green frame only when the site could take it.
    fn card(&self, card: &CardNow, finding: Option<&Finding>) -> (ProbeStatus, String) {
        let mark = finding.map_or(ProbeStatus::Ok, |_| ProbeStatus::Warning);
        let sentence = match &card.kind {
            CardKind::Vitale => self.say(VITALE),
            CardKind::Foreign { .. } => self.say(FOREIGN),
            CardKind::Cpx(facts) => {
                let generation = facts.generation.name();
                let present = match self.lang {
                    Lang::Fr => format!("carte {generation} présente"),
                    Lang::En => format!("{generation} card present"),
                };
                match () {
                    () if facts.contactless => format!("{present}, {}", self.say(CONTACTLESS)),
                    () if finding.is_some() => format!("{present}, {}", self.say(TOO_OLD)),
                    () => present,
                }
            }
        };
        (mark, sentence)
    }

    /// The first thing to do, and who can where it is not who reads this.
    fn step(&self, finding: &Finding) -> Option<String> {
        if finding.severity == Severity::Info {
            return None;
        }
        let steps = finding.steps(self.lang, std::env::consts::OS);
        let step = steps.into_iter().next()?;
        let arrow = if self.style.ascii { "->" } else { "→" };
        Some(match finding.kind.remedy.audience {
            Audience::Holder => format!("{arrow} {step}"),
            other => {
                let who = self.say(words::audience(other));
                format!("{arrow} {step} ({who})")
            }
        })
    }

    fn say(&self, text: Text) -> String {
        text.get(self.lang).to_owned()
    }
}

impl Clock {
    fn shows(self, at: Instant, lang: Lang) -> String {
        let ahead = self.ahead.unwrap_or_default();
        let time = at.time_of_day(ahead);
        let zone = match self.ahead {
            None => " UTC".to_owned(),
            Some(ahead) if self.dated => format!(" {}", written(ahead)),
            Some(_) => String::new(),
        };
        if self.dated {
            format!("{} {time}{zone}", at.day(lang, ahead))
        } else {
            format!("{time}{zone}")
        }
    }
}

/// `+01:00`
fn written(ahead: i32) -> String {
    let minutes = ahead.unsigned_abs() / 60;
    let sign = if ahead < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
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
const UNAVAILABLE: Text = t("lecteur inutilisable", "reader cannot be used");
const ABSENT: Text = t("carte absente", "no card");
const PRESENT: Text = t("carte présente", "card present");
const MUTE: Text = t(
    "carte muette (à l'envers, sale ou défectueuse)",
    "mute card (upside down, dirty or broken)",
);
const IN_USE: Text = t(
    "carte prise par un autre programme",
    "card taken by another program",
);
const VITALE: Text = t(
    "carte Vitale, ce n'est pas une CPS",
    "Carte Vitale, not a CPS",
);
const FOREIGN: Text = t(
    "carte inconnue, ce n'est pas une CPS",
    "unknown card, not a CPS",
);
const CONTACTLESS: Text = t("lue sans contact", "read without contact");
const TOO_OLD: Text = t("trop ancienne", "too old");
const OUT_AND_IN: Text = t("retirée et remise", "taken out and put back");
const IN_AND_OUT: Text = t(
    "mise et retirée entre-temps",
    "put in and taken out meanwhile",
);

/// Characters of a reader's name: PC/SC allows no more than 127.
const LONGEST_NAME: usize = 127;

#[cfg(test)]
mod tests {
    use tomcheck_diagnosis::ForeignFailure;
    use tomcheck_reader::{
        AtrBytes, Cause, DriverSeen, Mode, ReadersSeen, ServiceSeen, Surroundings, UsbReader,
        UsbReaders,
    };

    use super::*;
    use crate::{Known, Plain};

    const CPS3: &str = "3BAC00402A001225006480000310009000";
    const CPS2TER: &str = "3BAC00402A001225006480820212009000";
    const WITHOUT_CONTACT: &str = "3B8F80010031B86404B0ECC1739401808290000E";
    const VITALE_ATR: &str = "3B751300004309EA9000";
    const BANK: &str = "3B6500002063CB6800";

    fn event(what: Happening) -> Event {
        let at = Instant::from_unix(1_768_000_000);
        Event::new(at, Mode::Automatic, Cause::Change, what)
    }

    fn reader(state: SlotState, atr: Option<&str>, reinserted: bool) -> Event {
        let card = atr.map(|atr| {
            let atr: AtrBytes = atr.parse().unwrap();
            let kind = CardKind::of(&atr);
            CardNow { atr, kind }
        });
        event(Happening::Reader(ReaderNow {
            reader: "Lecteur A".to_owned(),
            state,
            raw: None,
            card,
            reinserted,
        }))
    }

    fn no_service() -> Event {
        let failure = ForeignFailure::new("SCardEstablishContext", 0x8010_001D_u32);
        event(Happening::NoService(Box::new(ServiceSeen::Stopped {
            failure,
            around: Default::default(),
        })))
    }

    fn no_reader(usb: UsbReaders) -> Event {
        let around = Surroundings {
            usb,
            ..Surroundings::default()
        };
        event(Happening::NoReader(Box::new(ReadersSeen {
            wanted: None,
            listing: around.into(),
            readers: Vec::new(),
        })))
    }

    fn style(ascii: bool, width: usize) -> TextStyle {
        TextStyle {
            ascii,
            verbose: false,
            width,
        }
    }

    const CLOCK: Clock = Clock {
        ahead: Some(3600),
        dated: false,
    };

    /// What stands after the time, in both languages.
    fn lines(event: &Event) -> [String; 2] {
        [Lang::Fr, Lang::En].map(|lang| {
            let mut text = EventText::new(lang, style(false, 200), CLOCK);
            let lines = text.lines(event, false, &Plain);
            let line = lines.strip_prefix("00:06:40  ").unwrap();
            line.strip_suffix('\n').unwrap().to_owned()
        })
    }

    #[test]
    fn every_state_has_its_glyph_and_its_words_in_both_languages() {
        use SlotState::{Absent, InUse, Mute, Present, Unavailable};
        let cases = [
            (
                reader(Absent, None, false),
                "✗ Lecteur A : carte absente",
                "✗ Lecteur A: no card",
            ),
            (
                reader(Present, Some(CPS3), false),
                "✓ Lecteur A : carte CPS3 présente",
                "✓ Lecteur A: CPS3 card present",
            ),
            (
                reader(Present, Some(WITHOUT_CONTACT), false),
                "⚠ Lecteur A : carte CPS3 présente, lue sans contact",
                "⚠ Lecteur A: CPS3 card present, read without contact",
            ),
            (
                reader(Present, Some(CPS2TER), false),
                "⚠ Lecteur A : carte CPS2ter présente, trop ancienne",
                "⚠ Lecteur A: CPS2ter card present, too old",
            ),
            (
                reader(Present, Some(VITALE_ATR), false),
                "⚠ Lecteur A : carte Vitale, ce n'est pas une CPS",
                "⚠ Lecteur A: Carte Vitale, not a CPS",
            ),
            (
                reader(Present, Some(BANK), false),
                "⚠ Lecteur A : carte inconnue, ce n'est pas une CPS",
                "⚠ Lecteur A: unknown card, not a CPS",
            ),
            (
                reader(Mute, None, false),
                "✗ Lecteur A : carte muette (à l'envers, sale ou défectueuse)",
                "✗ Lecteur A: mute card (upside down, dirty or broken)",
            ),
            (
                reader(InUse, None, false),
                "⚠ Lecteur A : carte prise par un autre programme",
                "⚠ Lecteur A: card taken by another program",
            ),
            (
                reader(Unavailable, None, false),
                "✗ Lecteur A : lecteur inutilisable",
                "✗ Lecteur A: reader cannot be used",
            ),
            (
                reader(Present, Some(CPS3), true),
                "✓ Lecteur A : carte CPS3 présente, retirée et remise",
                "✓ Lecteur A: CPS3 card present, taken out and put back",
            ),
            (
                reader(Absent, None, true),
                "✗ Lecteur A : carte absente, mise et retirée entre-temps",
                "✗ Lecteur A: no card, put in and taken out meanwhile",
            ),
            (
                event(Happening::ReaderGone {
                    reader: "Lecteur A".to_owned(),
                }),
                "✗ Lecteur A : lecteur débranché",
                "✗ Lecteur A: reader unplugged",
            ),
            (
                no_service(),
                "✗ Le service de carte à puce est arrêté",
                "✗ The card service is stopped",
            ),
            (
                event(Happening::ServiceBack),
                "✓ Le service de carte à puce répond de nouveau",
                "✓ The card service answers again",
            ),
            (
                no_reader(UsbReaders::NotLooked),
                "✗ Aucun lecteur de carte n'est branché",
                "✗ No card reader is plugged in",
            ),
        ];
        for (event, french, english) in cases {
            assert_eq!(lines(&event), [french, english]);
        }
    }

    #[test]
    fn what_to_do_follows_news_of_a_fault_and_is_not_said_twice_in_a_row() {
        let mut text = EventText::new(Lang::Fr, style(false, 200), CLOCK);
        let absent = reader(SlotState::Absent, None, false);
        let step =
            "            → Mettez la carte dans le lecteur, la puce en premier, jusqu'au fond.\n";
        let line = "00:06:40  ✗ Lecteur A : carte absente\n";
        assert_eq!(text.lines(&absent, true, &Plain), format!("{line}{step}"));
        assert_eq!(text.lines(&absent, true, &Plain), line);
        let present = reader(SlotState::Present, Some(CPS3), false);
        text.lines(&present, true, &Plain);
        assert_eq!(text.lines(&absent, false, &Plain), line);
    }

    #[test]
    fn what_is_not_for_the_holder_says_for_whom() {
        let mut text = EventText::new(Lang::En, style(false, 200), CLOCK);
        let said = text.lines(&no_service(), true, &Plain);
        assert!(
            said.contains("→ ") && said.ends_with(" (IT support)\n"),
            "{said}"
        );
    }

    #[test]
    fn a_narrow_terminal_gets_short_lines_that_hang_below_the_name() {
        let mut text = EventText::new(Lang::Fr, style(true, 40), CLOCK);
        let mute = reader(SlotState::Mute, None, false);
        assert_eq!(
            text.lines(&mute, true, &Plain),
            "00:06:40  [XX] Lecteur A : carte muette\n\
             \x20              (à l'envers, sale ou\n\
             \x20              défectueuse)\n\
             \x20              -> Vérifiez son sens :\n\
             \x20                retirez-la,\n\
             \x20                retournez-la,\n\
             \x20                remettez-la jusqu'au\n\
             \x20                fond.\n"
        );
    }

    #[test]
    fn a_foreign_name_moves_no_cursor_and_fills_no_screen() {
        let reader = format!("\u{1b}[2JA\r\n\u{202e}{}", "B".repeat(10_000));
        let gone = event(Happening::ReaderGone { reader });
        let mut text = EventText::new(Lang::Fr, style(true, 80), CLOCK);
        let said = text.lines(&gone, true, &Plain);
        assert!(!said.contains(['\u{1b}', '\r', '\u{202e}']), "{said:?}");
        assert!(said.len() < 400, "{said}");
    }

    #[test]
    fn a_reader_without_its_driver_is_named() {
        let readers = vec![UsbReader {
            place: "1-4".to_owned(),
            name: "GemPC Twin".to_owned(),
            id: "08e6:3437".to_owned(),
            driver: DriverSeen::NotLooked,
        }];
        let [french, _] = lines(&no_reader(UsbReaders::Seen { readers }));
        assert!(
            french.contains("GemPC Twin") && french.contains("pilote"),
            "{french}"
        );
    }

    #[test]
    fn what_is_kept_bears_its_day_and_an_unknown_clock_is_utc() {
        let at = Instant::from_unix(1_768_000_000);
        let shows = |ahead, dated, lang| Clock { ahead, dated }.shows(at, lang);
        assert_eq!(
            shows(Some(3600), true, Lang::Fr),
            "10/01/2026 00:06:40 +01:00"
        );
        assert_eq!(
            shows(Some(-12_600), true, Lang::En),
            "2026-01-09 19:36:40 -03:30"
        );
        assert_eq!(shows(None, false, Lang::Fr), "23:06:40 UTC");
        assert_eq!(shows(None, true, Lang::En), "2026-01-09 23:06:40 UTC");
    }

    #[test]
    fn only_what_was_not_so_before_is_news() {
        let mut known = Known::default();
        let absent = reader(SlotState::Absent, None, false);
        let present = reader(SlotState::Present, Some(CPS3), false);
        assert!(known.learn(&absent) && !known.learn(&absent));
        assert!(known.learn(&present) && !known.learn(&present));
        assert!(known.learn(&reader(SlotState::Present, Some(BANK), false)));
        assert!(known.learn(&reader(SlotState::Present, Some(BANK), true)));
        assert!(known.learn(&no_service()) && !known.learn(&no_service()));
        assert!(known.learn(&event(Happening::ServiceBack)) && known.learn(&absent));
        assert!(known.learn(&no_reader(UsbReaders::NotLooked)));
        assert!(!known.learn(&no_reader(UsbReaders::NotLooked)));
        assert!(known.learn(&absent));
    }
}
