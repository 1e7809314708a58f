//! In which words is the state of a reader and its card told?

use tomcheck_diagnosis::{Finding, Lang, ProbeStatus, Text};
use tomcheck_reader::{CardKind, CardNow, ReaderNow, SlotState};

use super::t;

/// The mark and the words of a reader's state, without the reader's name.
pub(super) fn state(
    now: &ReaderNow,
    finding: Option<&Finding>,
    lang: Lang,
) -> (ProbeStatus, String) {
    let say = |text: Text| text.get(lang).to_owned();
    let is_mute = finding.is_some_and(|finding| finding.kind.code == "card.mute");
    let (mark, sentence) = match (now.state, &now.card) {
        // Its answer broke off: whose card it is was not understood.
        (SlotState::Present, _) if is_mute => (ProbeStatus::Fault, say(MUTE)),
        (SlotState::Present, Some(card)) => card_of(card, finding, lang),
        (SlotState::Present, None) => (ProbeStatus::Ok, say(PRESENT)),
        (SlotState::Absent, _) => (ProbeStatus::Fault, say(ABSENT)),
        (SlotState::Mute, _) => (ProbeStatus::Fault, say(MUTE)),
        (SlotState::InUse, _) => (ProbeStatus::Warning, say(IN_USE)),
        (SlotState::Unavailable, _) => (ProbeStatus::Fault, say(UNAVAILABLE)),
    };
    let again = match now.state {
        _ if !now.reinserted => return (mark, sentence),
        SlotState::Absent | SlotState::Unavailable => IN_AND_OUT,
        SlotState::Present | SlotState::Mute | SlotState::InUse => OUT_AND_IN,
    };
    (mark, format!("{sentence}, {}", say(again)))
}

/// A card that answers is in a green frame only when the site could take it.
fn card_of(card: &CardNow, finding: Option<&Finding>, lang: Lang) -> (ProbeStatus, String) {
    let say = |text: Text| text.get(lang).to_owned();
    let mark = finding.map_or(ProbeStatus::Ok, |_| ProbeStatus::Warning);
    let sentence = match &card.kind {
        CardKind::Vitale => say(VITALE),
        CardKind::Foreign { .. } => say(FOREIGN),
        CardKind::Cpx(facts) => {
            let generation = facts.generation.name();
            let present = match lang {
                Lang::Fr => format!("carte {generation} présente"),
                Lang::En => format!("{generation} card present"),
            };
            match () {
                () if facts.contactless => format!("{present}, {}", say(CONTACTLESS)),
                () if finding.is_some() => format!("{present}, {}", say(TOO_OLD)),
                () => present,
            }
        }
    };
    (mark, sentence)
}

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
    "carte Vitale, ce n'est pas une carte CPx (CPS, CPE, CPA…)",
    "Carte Vitale, not a CPx card (CPS, CPE, CPA…)",
);
const FOREIGN: Text = t(
    "carte inconnue, ce n'est pas une carte CPx (CPS, CPE, CPA…)",
    "unknown card, not a CPx card (CPS, CPE, CPA…)",
);
const CONTACTLESS: Text = t("lue sans contact", "read without contact");
const TOO_OLD: Text = t("trop ancienne", "too old");
const OUT_AND_IN: Text = t("retirée et remise", "taken out and put back");
const IN_AND_OUT: Text = t(
    "mise et retirée entre-temps",
    "put in and taken out meanwhile",
);
