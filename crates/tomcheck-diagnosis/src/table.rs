//! Is a table of finding kinds well made?

use std::collections::BTreeSet;

use crate::{FindingKind, Layer, Text};

/// What is wrong with a table: one line a fault, empty when it is well made.
///
/// Every layer's tests call it on its own table, the facade's on all of them together.
pub fn faults_of(table: &[&FindingKind]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    table
        .iter()
        .flat_map(|kind| {
            let twice = (!seen.insert(kind.code)).then_some("stands twice");
            let faults = row_faults(kind).into_iter().chain(twice);
            faults
                .map(|fault| format!("{}: {fault}", kind.code))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn row_faults(kind: &FindingKind) -> Vec<&'static str> {
    let steps = kind.remedy.steps;
    let texts = || steps.iter().map(|step| step.text).chain([kind.title]);
    let says_nothing = |text: Text| text.fr.trim().is_empty() || text.en.trim().is_empty();
    [
        (
            !is_well_formed(kind.code),
            "the code is not layer.words-in-lower-case",
        ),
        (Layer::of(kind.code).is_none(), "the code names no layer"),
        (steps.is_empty(), "the remedy has no step"),
        (
            ["windows", "linux", "macos"]
                .iter()
                .any(|os| !steps.iter().any(|s| s.on.applies_to(os))),
            "a system is left without a step",
        ),
        (texts().any(says_nothing), "a text is empty"),
        (
            texts().any(|text| keys(text.fr) != keys(text.en)),
            "the two languages differ in keys",
        ),
        (
            kind.title.fr.ends_with('.') || kind.title.en.ends_with('.'),
            "the title has a full stop",
        ),
    ]
    .into_iter()
    .filter_map(|(wrong, fault)| wrong.then_some(fault))
    .collect()
}

fn is_well_formed(code: &str) -> bool {
    let is_word = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    code.split_once('.')
        .is_some_and(|(layer, thing)| is_word(layer) && is_word(thing))
}

fn keys(pattern: &str) -> BTreeSet<&str> {
    let parts = pattern.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}'))
        .map(|(key, _)| key)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Audience, Remedy, Severity, Step, System};

    static GOOD: FindingKind = FindingKind {
        code: "reader.none",
        severity: Severity::Fault,
        title: Text {
            fr: "Aucun lecteur",
            en: "No reader",
        },
        remedy: Remedy {
            audience: Audience::Holder,
            steps: &[Step::anywhere("Branchez.", "Plug.")],
        },
    };
    static BAD: FindingKind = FindingKind {
        code: "Reader none",
        severity: Severity::Fault,
        title: Text {
            fr: "Aucun {x}.",
            en: "No",
        },
        remedy: Remedy {
            audience: Audience::Holder,
            steps: &[Step::on(System::Linux, "", "Plug.")],
        },
    };

    #[test]
    fn a_well_made_row_has_no_fault_and_a_bad_one_has_each_of_them_named() {
        assert_eq!(faults_of(&[&GOOD]), Vec::<String>::new());
        assert_eq!(faults_of(&[&GOOD, &GOOD]), ["reader.none: stands twice"]);
        assert_eq!(faults_of(&[&BAD]).len(), 6, "{:?}", faults_of(&[&BAD]));
    }
}
