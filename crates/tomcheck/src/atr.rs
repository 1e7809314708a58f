//! What does an answer to reset say, to whoever reads it aloud at a help desk?

use serde::Serialize;
use tomcheck_diagnosis::{Lang, Text};
use tomcheck_reader::{Atr, AtrBytes, AtrError, AtrExplanation, AtrPart, CardKind};

/// An answer to reset explained without any card or reader, in one language.
#[derive(Debug, Serialize)]
pub struct ExplainedAtr {
    /// The bytes.
    pub atr: String,
    /// Which card answers so; none: too little of it is there to say.
    pub kind: Option<CardKind>,
    /// Each byte.
    pub explained: AtrDetail,
}

/// An answer to reset, byte by byte, in one language.
#[derive(Debug, Serialize)]
pub struct AtrDetail {
    /// In one sentence.
    pub summary: String,
    /// In the order of the bytes.
    pub parts: Vec<AtrPartDetail>,
    /// What is wrong with it; none: it is well formed.
    pub error: Option<String>,
}

/// One byte, or several that say one thing together.
#[derive(Debug, Serialize)]
pub struct AtrPartDetail {
    /// Of its first byte, from 1.
    pub position: usize,
    /// As ISO/IEC 7816-3 names it: `TS`, `TA1`, `T2-T4`.
    pub name: String,
    /// In hexadecimal.
    pub bytes: String,
    /// What they say.
    pub meaning: String,
}

impl ExplainedAtr {
    /// Explains the bytes written in `text`, as far as they go.
    ///
    /// # Errors
    ///
    /// When there are no bytes in `text`: one line in `lang`.
    pub fn of(text: &str, lang: Lang) -> Result<Self, String> {
        let bytes: AtrBytes = text
            .parse()
            .map_err(|error: tomcheck_reader::AtrError| error.sentence().get(lang).to_owned())?;
        Ok(Self {
            atr: bytes.to_string(),
            kind: kind(&bytes),
            explained: AtrDetail::of(&bytes, lang),
        })
    }

    /// What a person reads, a label and its value each.
    pub fn lines(&self, lang: Lang) -> Vec<(String, String)> {
        let card = (CARD.get(lang).to_owned(), self.card(lang));
        let parts = self.explained.parts.iter();
        let parts = parts.map(|part| (part.name.clone(), part.said(lang)));
        std::iter::once(card).chain(parts).collect()
    }

    fn card(&self, lang: Lang) -> String {
        let said = match &self.kind {
            Some(CardKind::Cpx(facts)) if facts.contactless => {
                return format!("{}, {}", facts.generation.name(), CONTACTLESS.get(lang));
            }
            Some(CardKind::Cpx(facts)) => return facts.generation.name().to_owned(),
            Some(CardKind::Vitale) => VITALE,
            Some(CardKind::Foreign {
                resembles_cpx: true,
            }) => RESEMBLES,
            Some(CardKind::Foreign { .. }) => OTHER,
            None => BROKE_OFF,
        };
        said.get(lang).to_owned()
    }
}

/// Whose answer broke off is not known.
fn kind(bytes: &AtrBytes) -> Option<CardKind> {
    let broke_off = matches!(Atr::read(bytes), Err(AtrError::CutShort { .. }));
    (!broke_off).then(|| CardKind::of(bytes))
}

impl AtrDetail {
    pub(crate) fn of(bytes: &AtrBytes, lang: Lang) -> Self {
        let explained = AtrExplanation::of(bytes);
        let error = explained.error.as_ref();
        Self {
            summary: explained.summary().get(lang).to_owned(),
            error: error.map(|error| error.sentence().get(lang).to_owned()),
            parts: explained
                .parts
                .iter()
                .map(|part| AtrPartDetail::of(part, lang))
                .collect(),
        }
    }
}

impl AtrPartDetail {
    fn of(part: &AtrPart, lang: Lang) -> Self {
        Self {
            position: part.position,
            name: part.name.clone(),
            bytes: part.hexadecimal(),
            meaning: part.meaning.get(lang).to_owned(),
        }
    }

    fn said(&self, lang: Lang) -> String {
        said(&self.bytes, &self.meaning, lang)
    }
}

/// The bytes and their meaning side by side.
pub(crate) fn said(bytes: &str, meaning: &str, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!("{bytes} : {meaning}"),
        Lang::En => format!("{bytes}: {meaning}"),
    }
}

const CARD: Text = Text {
    fr: "Carte",
    en: "Card",
};
const CONTACTLESS: Text = Text {
    fr: "lue sans contact",
    en: "read without contact",
};
const VITALE: Text = Text {
    fr: "carte Vitale",
    en: "Carte Vitale",
};
const RESEMBLES: Text = Text {
    fr: "inconnue, mais ressemble à une carte CPx",
    en: "unknown, but resembles a CPx",
};
const BROKE_OFF: Text = Text {
    fr: "inconnue : l'ATR est tronqué",
    en: "unknown: the ATR is cut short",
};
const OTHER: Text = Text {
    fr: "ni CPx, ni Vitale",
    en: "neither CPx nor Vitale",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_reads_the_card_and_then_each_byte() {
        let explained = ExplainedAtr::of("3BAC00402A001225006480000310009000", Lang::Fr).unwrap();
        let lines = explained.lines(Lang::Fr);
        assert_eq!(lines[0], ("Carte".to_owned(), "CPS3".to_owned()));
        assert_eq!(
            lines[1],
            ("TS".to_owned(), "3B : convention directe".to_owned())
        );
        assert_eq!(explained.explained.error, None);
    }

    #[test]
    fn what_is_no_bytes_is_refused_in_the_readers_language() {
        let refused = |text, lang| ExplainedAtr::of(text, lang).unwrap_err();
        assert_eq!(refused("", Lang::Fr), "l'ATR est vide");
        assert!(refused("3B 0Z", Lang::Fr).contains("« Z »"));
        assert!(refused("3B0", Lang::En).contains("3 hexadecimal digits"));
    }

    #[test]
    fn malformed_bytes_are_explained_with_what_is_wrong() {
        let explained = ExplainedAtr::of("3B", Lang::Fr).unwrap();
        let error = explained.explained.error.as_deref();
        assert!(error.unwrap().contains("tronqué"));
        assert_eq!(explained.explained.parts.len(), 1);
        assert_eq!(explained.kind, None);
    }
}
