//! What of a report must be masked before it leaves the machine?

use std::cell::RefCell;

use serde_json::{Number, Value};
use tomcheck_diagnosis::{Lang, Pseudonyms, Report, Text};

use crate::findings;
use crate::host;

/// With this machine's key. The words that findings are written with are no names of anybody.
pub(crate) fn pseudonyms() -> Pseudonyms {
    keyed(host::pseudonym_key())
}

/// With a key that nobody will know again.
pub(crate) fn pseudonyms_of_one_use() -> Pseudonyms {
    keyed(host::one_run_key())
}

fn keyed(key: Vec<u8>) -> Pseudonyms {
    Pseudonyms::new(key).sparing(words().chain(ACCOUNTS.iter().copied()))
}

/// The addresses that findings tell people of.
pub(crate) fn links() -> impl Iterator<Item = &'static str> {
    let words = texts_of_findings()
        .flat_map(|text| text.split(|c: char| c.is_whitespace() || "«»()`".contains(c)));
    let words = words.filter(|word| word.contains("://"));
    words.map(|word| word.trim_end_matches(['.', ',', ':', ';']))
}

/// Titles, steps and codes of findings, in both languages.
pub(crate) fn texts_of_findings() -> impl Iterator<Item = &'static str> {
    let texts = findings::all().flat_map(|kind| {
        let steps = kind.remedy.steps.iter().map(|step| step.text);
        steps.chain([kind.title, Text::same(kind.code)])
    });
    texts.flat_map(|text| [Lang::Fr, Lang::En].map(|lang| text.get(lang)))
}

/// The words that findings are written with.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    texts_of_findings().flat_map(|text| text.split(|one: char| !one.is_alphanumeric()))
}

/// Names of accounts that are nobody's either.
const ACCOUNTS: &[&str] = &["admin", "demo", "guest", "test", "user"];

/// Masks every personal value in what was seen and said. Codes, ids, statuses and keys hold
/// none, and masking them would break what reads them.
pub(crate) fn redact(report: &mut Report, pseudonyms: &Pseudonyms) {
    let mask = |text: &mut String| *text = pseudonyms.mask_text(text);
    for probe in &mut report.probes {
        for (key, value) in &mut probe.observation {
            pseudonyms.mask_under(key, value);
        }
        probe.reason.iter_mut().for_each(mask);
    }
    for finding in &mut report.findings {
        mask(&mut finding.title);
        finding.note.iter_mut().for_each(mask);
        for evidence in &mut finding.evidence {
            // A label may be a foreign name too, a reader's, a certificate's, and is its own key.
            let is_foreign = evidence.key.as_ref() == Some(&evidence.label);
            mask(&mut evidence.label);
            if is_foreign {
                evidence.key = Some(evidence.label.clone());
            }
            mask(&mut evidence.value);
        }
        finding.remedy.steps.iter_mut().for_each(mask);
    }
    for (key, value) in &mut report.details {
        pseudonyms.mask_under(key, value);
    }
    report.redacted = true;
}

/// Puts `change` of each text that was seen and said in its place: of those that [`redact`] masks.
pub(crate) fn each_text(report: &mut Report, change: &dyn Fn(&str) -> String) {
    let put = |text: &mut String| *text = change(text);
    for probe in &mut report.probes {
        probe
            .observation
            .values_mut()
            .for_each(|value| each_string(value, change));
        probe.reason.iter_mut().for_each(put);
    }
    for finding in &mut report.findings {
        put(&mut finding.title);
        finding.note.iter_mut().for_each(put);
        for evidence in &mut finding.evidence {
            let is_foreign = evidence.key.as_ref() == Some(&evidence.label);
            put(&mut evidence.label);
            if is_foreign {
                evidence.key = Some(evidence.label.clone());
            }
            put(&mut evidence.value);
        }
        finding.remedy.steps.iter_mut().for_each(put);
    }
    report
        .details
        .values_mut()
        .for_each(|value| each_string(value, change));
}

/// The same of each string inside, and of each key that is no word of a program.
fn each_string(value: &mut Value, change: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_string(item, change)),
        Value::Object(map) => {
            map.values_mut()
                .for_each(|value| each_string(value, change));
            if !map.keys().all(|key| is_of_program(key)) {
                let keyed = std::mem::take(map).into_iter();
                *map = keyed
                    .map(|(key, value)| (changed(key, change), value))
                    .collect();
            }
        }
        // the number of a person, of a card: a size or a time is shorter
        Value::Number(number) if is_long(number) => {
            let digits = number.to_string();
            let changed = change(&digits);
            if changed != digits {
                *value = Value::String(changed);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn changed(key: String, change: &dyn Fn(&str) -> String) -> String {
    match is_of_program(&key) {
        true => key,
        false => change(&key),
    }
}

fn is_of_program(key: &str) -> bool {
    let is_of_word = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    !key.is_empty() && key.bytes().all(is_of_word)
}

fn is_long(number: &Number) -> bool {
    number.as_u64().is_none_or(|number| number >= 100_000_000) && !number.is_f64()
}

/// Every text that [`each_text`] would change, evidence with its label before it.
pub(crate) fn texts(report: &mut Report) -> Vec<String> {
    let evidence = report.findings.iter().flat_map(|finding| &finding.evidence);
    let evidence = evidence.map(|it| format!("{} : {}", it.label, it.value));
    let found = RefCell::new(evidence.collect::<Vec<_>>());
    each_text(report, &|text| {
        found.borrow_mut().push(text.to_owned());
        text.to_owned()
    });
    found.into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tomcheck_diagnosis::{Identity, IdentityKind};

    #[test]
    fn a_user_called_as_the_thing_that_is_told_of_leaves_the_sentences_whole() {
        for name in ["carte", "card", "test", "proxy", "certificat"] {
            let mut pseudonyms = pseudonyms();
            pseudonyms.extend([Identity::new(IdentityKind::User, name)]);
            let sentence = format!("Le {name} : /home/{name}/.mozilla, {name}.absent");
            let masked = pseudonyms.mask_text(&sentence);
            let start = format!("Le {name} : /home/user#");
            assert!(masked.starts_with(&start), "{masked}");
            assert!(masked.ends_with(&format!("{name}.absent")), "{masked}");
        }
    }
}
