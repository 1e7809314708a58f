//! What of a report must be masked before it leaves the machine?

use serde_json::Value;
use tomcheck_diagnosis::{Lang, Pseudonyms, Report, Text};

use crate::findings;
use crate::host;

/// With this machine's key. The words that findings are written with are no names of anybody.
pub(crate) fn pseudonyms() -> Pseudonyms {
    Pseudonyms::new(host::pseudonym_key()).sparing(words().chain(ACCOUNTS.iter().copied()))
}

/// The words that findings are written with.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    let texts = findings::all().flat_map(|kind| {
        let steps = kind.remedy.steps.iter().map(|step| step.text);
        let texts = steps.chain([kind.title, Text::same(kind.code)]);
        texts.flat_map(|text| [Lang::Fr, Lang::En].map(|lang| text.get(lang)))
    });
    texts.flat_map(|text| text.split(|one: char| !one.is_alphanumeric()))
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

/// The same of each string inside.
pub(crate) fn each_string(value: &mut Value, change: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_string(item, change)),
        Value::Object(map) => map
            .values_mut()
            .for_each(|value| each_string(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
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
