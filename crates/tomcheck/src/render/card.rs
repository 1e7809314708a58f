//! How do people read what the card itself told?
//!
//! Read from the report's JSON, as everything in `detail`.

use serde_json::Value;
use tomcheck_diagnosis::{Lang, Text};

use super::detail::{Row, text_of};
use crate::atr::said;

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// The card's own rows, between those that are fields and nothing else.
pub(super) struct CardRows<'a> {
    pub(super) card: &'a Value,
    pub(super) lang: Lang,
    pub(super) verbose: bool,
}

impl CardRows<'_> {
    /// The answer to reset: in one sentence, or byte by byte.
    pub(super) fn atr(&self) -> Vec<Row> {
        let Some(explained) = self.there("atr_explained") else {
            return Vec::new();
        };
        let summary = self.row(EXPLAINED, text_of(explained, "summary").to_owned());
        let parts = array(explained, "parts").filter(|_| self.verbose);
        let parts = parts.map(|part| Row {
            label: format!("ATR {}", text_of(part, "name")),
            value: Some(said(
                text_of(part, "bytes"),
                text_of(part, "meaning"),
                self.lang,
            )),
        });
        std::iter::once(summary).chain(parts).collect()
    }

    /// The applications that are there; with all that was asked for, each with its status word.
    pub(super) fn content(&self) -> Option<Row> {
        match text_of(self.card, "content") {
            "in-use" => Some(self.row(CONTENT, IN_USE.get(self.lang).to_owned())),
            "read" => Some(self.row(APPLICATIONS, self.applications())),
            _ => None,
        }
    }

    fn applications(&self) -> String {
        let all = array(self.card, "applications");
        let told: Vec<String> = all
            .filter(|one| self.verbose || text_of(one, "presence") == "present")
            .map(|one| self.application(one))
            .collect();
        match told.as_slice() {
            [] => NONE.get(self.lang).to_owned(),
            told => told.join(" ; "),
        }
    }

    fn application(&self, one: &Value) -> String {
        let name = text_of(one, "name");
        if !self.verbose {
            return name.to_owned();
        }
        let presence = match text_of(one, "presence") {
            "present" => PRESENT,
            "absent" => ABSENT,
            _ => UNTOLD,
        };
        let (aid, status) = (text_of(one, "aid"), text_of(one, "status"));
        format!("{name} ({aid}) {}, {status}", presence.get(self.lang))
    }

    /// The code porteur: the count, where the card told it, and what the module says where that
    /// cannot be so; else `module`, what the module says alone.
    pub(super) fn pin(&self, module: Option<String>) -> Option<Row> {
        let Some(tries) = self.there("tries") else {
            return module.map(|said| self.row(PIN, said));
        };
        let count = self.count(tries);
        let disagrees = tries.get("agrees_with_module") == Some(&Value::Bool(false));
        let told = match (module, disagrees, self.lang) {
            (Some(module), true, Lang::Fr) => {
                format!("{count} selon la carte ; selon le module : {module}")
            }
            (Some(module), true, Lang::En) => {
                format!("{count} according to the card; according to the module: {module}")
            }
            (_, _, Lang::Fr) => format!("{count} (selon la carte)"),
            (_, _, Lang::En) => format!("{count} (according to the card)"),
        };
        Some(self.row(PIN, told))
    }

    fn count(&self, tries: &Value) -> String {
        let left = number(tries, "left");
        let of = tries.get("of").and_then(Value::as_u64);
        let (fr, en) = match left {
            0 => {
                return t("bloqué, aucun essai restant", "locked, no try left")
                    .get(self.lang)
                    .to_owned();
            }
            1 => ("1 essai restant".to_owned(), "1 try left".to_owned()),
            _ => (
                format!("{left} essais restants"),
                format!("{left} tries left"),
            ),
        };
        match (self.lang, of) {
            (Lang::Fr, Some(of)) => format!("{fr} sur {of}"),
            (Lang::En, Some(of)) => format!("{en} of {of}"),
            (Lang::Fr, None) => fr,
            (Lang::En, None) => en,
        }
    }

    /// The stress test.
    pub(super) fn contact(&self) -> Vec<Row> {
        let Some(contact) = self.there("contact") else {
            return Vec::new();
        };
        let mut rows = vec![self.row(CONTACT, self.rounds(contact))];
        let median = contact.get("median_us").and_then(Value::as_u64);
        let worst = contact.get("worst_us").and_then(Value::as_u64);
        if let (Some(median), Some(worst)) = (median, worst) {
            rows.push(self.row(TIMES, self.times(median, worst)));
        }
        let events = number(contact, "events");
        if events > 0 {
            rows.push(self.row(EVENTS, events.to_string()));
        }
        if number(contact, "without_command") > 0 {
            rows.push(self.row(COMMAND, UNASKED.get(self.lang).to_owned()));
        }
        rows
    }

    fn rounds(&self, contact: &Value) -> String {
        let of = |key| number(contact, key);
        let (answered, made, asked) = (of("answered"), of("made"), of("asked"));
        let told = match self.lang {
            Lang::Fr => format!("{answered} réussis sur {made}"),
            Lang::En => format!("{answered} of {made} succeeded"),
        };
        let why = contact.pointer("/end/why").and_then(Value::as_str);
        match (why, self.lang) {
            (Some("deadline"), Lang::Fr) => {
                format!(
                    "{told} ; arrêtés avant les {asked} demandés, le temps accordé était écoulé"
                )
            }
            (Some("deadline"), Lang::En) => {
                format!("{told}; ended before the {asked} asked for, the time allowed was over")
            }
            (Some("no-answer"), Lang::Fr) => {
                format!("{told} ; arrêtés : le dernier n'a pas eu de réponse")
            }
            (Some("no-answer"), Lang::En) => format!("{told}; ended: the last had no answer"),
            _ => told,
        }
    }

    fn times(&self, median: u64, worst: u64) -> String {
        let ms = |us: u64| format!("{}.{}", us / 1000, us % 1000 / 100);
        match self.lang {
            Lang::Fr => format!(
                "{} ms le plus souvent, {} ms au plus",
                ms(median),
                ms(worst)
            )
            .replace('.', ","),
            Lang::En => format!("{} ms mostly, {} ms at most", ms(median), ms(worst)),
        }
    }

    fn there(&self, key: &str) -> Option<&Value> {
        self.card.get(key).filter(|value| !value.is_null())
    }

    fn row(&self, label: Text, value: String) -> Row {
        Row {
            label: label.get(self.lang).to_owned(),
            value: Some(value),
        }
    }
}

fn array<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or(0)
}

const EXPLAINED: Text = t("ATR expliqué", "ATR explained");
const CONTENT: Text = t("Contenu de la carte", "Content of the card");
const IN_USE: Text = t(
    "pas regardé, parce qu'un autre programme utilise la carte",
    "not looked at, because another program uses the card",
);
const UNASKED: Text = t(
    "pas envoyée tant qu'un autre programme utilisait la carte",
    "not sent while another program used the card",
);
const APPLICATIONS: Text = t("Applications", "Applications");
const NONE: Text = t("aucune de celles qu'on attend", "none of those expected");
const PRESENT: Text = t("présente", "present");
const ABSENT: Text = t("absente", "absent");
const UNTOLD: Text = t("la carte ne le dit pas", "the card does not say");
const PIN: Text = t("Code porteur", "Code porteur (PIN)");
const CONTACT: Text = t("Essais de contact", "Contact rounds");
const TIMES: Text = t("Durée d'un essai", "Time of a round");
const COMMAND: Text = t("Commande d'essai", "Command of a round");
const EVENTS: Text = t("Entrées et sorties de carte", "Card comings and goings");

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(card: &Value, lang: Lang) -> CardRows<'_> {
        CardRows {
            card,
            lang,
            verbose: false,
        }
    }

    fn said_of(row: Option<Row>) -> String {
        row.and_then(|row| row.value).unwrap_or_default()
    }

    #[test]
    fn the_count_of_the_card_is_told_with_its_source_and_beside_a_module_that_says_otherwise() {
        let pin = |tries: Value, module: Option<&str>| {
            let card = json!({ "tries": tries });
            said_of(rows(&card, Lang::Fr).pin(module.map(str::to_owned)))
        };
        let full = json!({ "left": 3, "of": 3, "agrees_with_module": true });
        assert_eq!(
            pin(full, Some("aucun essai faux signalé")),
            "3 essais restants sur 3 (selon la carte)"
        );
        let other = json!({ "left": 3, "of": 3, "agrees_with_module": false });
        assert_eq!(
            pin(other, Some("bloqué")),
            "3 essais restants sur 3 selon la carte ; selon le module : bloqué"
        );
        let none = json!({ "left": 0, "of": 3, "agrees_with_module": null });
        assert_eq!(
            pin(none, None),
            "bloqué, aucun essai restant (selon la carte)"
        );
        assert_eq!(pin(Value::Null, Some("bloqué")), "bloqué");
    }

    #[test]
    fn a_card_in_use_is_not_said_to_be_empty() {
        let card = json!({ "content": "in-use", "applications": null });
        assert!(said_of(rows(&card, Lang::Fr).content()).starts_with("pas regardé"));
        let read = json!({ "content": "read", "applications": [] });
        assert!(said_of(rows(&read, Lang::En).content()).starts_with("none"));
        assert!(rows(&json!({}), Lang::Fr).content().is_none());
    }

    #[test]
    fn rounds_that_were_cut_short_say_so() {
        let card = json!({ "contact": { "asked": 500, "made": 20, "answered": 19, "events": 2,
            "median_us": 1234, "worst_us": 56_780, "end": { "why": "deadline" } } });
        let told = rows(&card, Lang::Fr).contact();
        let told: Vec<_> = told.into_iter().map(|row| row.value.unwrap()).collect();
        assert!(
            told[0].contains("19 réussis sur 20 ; arrêtés avant les 500 demandés"),
            "{told:?}"
        );
        assert_eq!(told[1], "1,2 ms le plus souvent, 56,7 ms au plus");
        assert_eq!(told[2], "2");
    }
}
