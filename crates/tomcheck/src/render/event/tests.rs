//! Is every event told in its words, at every width?

use tomcheck_diagnosis::{ForeignFailure, Instant};
use tomcheck_reader::{
    AtrBytes, CardKind, CardNow, Cause, DriverSeen, Mode, ReaderNow, ReadersSeen, ServiceSeen,
    SlotState, Surroundings, UsbReader, UsbReaders,
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
            "⚠ Lecteur A : carte Vitale, ce n'est pas une carte CPx (CPS, CPE, CPA…)",
            "⚠ Lecteur A: Carte Vitale, not a CPx card (CPS, CPE, CPA…)",
        ),
        (
            reader(Present, Some(BANK), false),
            "⚠ Lecteur A : carte inconnue, ce n'est pas une carte CPx (CPS, CPE, CPA…)",
            "⚠ Lecteur A: unknown card, not a CPx card (CPS, CPE, CPA…)",
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
        said.contains("            → (IT support) ") && said.ends_with(".\n"),
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
