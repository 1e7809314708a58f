//! What does `tomcheck identify` print of one input?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Finding, FindingRecord, Instant, Lang, Observation, Personal};

use super::lines::{self, Line};
use super::{Assumption, CardFamily, Defect, HolderCertificate, Identifier, Kind, Number};

/// One input, understood: the object `identify --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identified {
    /// As given: the identifier, or the file's name.
    pub input: Personal,
    /// Which form the identifier has.
    pub kind: Kind,
    /// Its type digit.
    pub type_digit: Option<char>,
    /// The structure's number.
    pub structure: Option<Number>,
    /// The person's number.
    pub person: Option<Number>,
    /// The cards that carry such an identifier; of a certificate, the card it sits on.
    pub card_families: Vec<CardFamily>,
    /// The certificate, where the input was one.
    pub certificate: Option<Box<HolderCertificate>>,
    /// What is wrong with it, in the language asked for.
    pub findings: Vec<FindingRecord>,
    /// What was taken for granted to read it.
    pub assumption: Option<Assumption>,
    /// What does not fit the form.
    pub defect: Option<Defect>,
}

impl Identified {
    /// An identifier as typed.
    pub fn text(input: &str, lang: Lang) -> Self {
        let identifier = Identifier::parse(input);
        let findings = records(&identifier.findings(), lang);
        Self::new(identifier, None, findings)
    }

    /// A certificate of the file called `input`; its validity is judged at `now`.
    pub fn certificate(input: &str, holder: HolderCertificate, now: Instant, lang: Lang) -> Self {
        let identifier = holder.identifier();
        let mut findings: Vec<Finding> = holder.validity.finding(now).into_iter().collect();
        findings.extend(identifier.iter().flat_map(Identifier::findings));
        let findings = records(&findings, lang);
        let identifier = identifier.unwrap_or_else(Identifier::none);
        let families = match (holder.card_family, holder.is_in_software()) {
            (Some(family), _) => vec![family],
            (None, true) => vec![],
            (None, false) => identifier.card_families.clone(),
        };
        Self {
            input: Personal::new(input),
            card_families: families,
            ..Self::new(identifier, Some(Box::new(holder)), findings)
        }
    }

    /// What people read of it, line by line, without the findings, which are told as those
    /// of any report. `now`: what « périmé » is measured at.
    pub fn lines(&self, now: Instant, lang: Lang) -> Vec<Line<'_>> {
        lines::of(self, now, lang)
    }

    /// Appends the object as `serde_json` writes it. Lists have a million identifiers, of which
    /// most are found in order: their keys are not looked through again and again for what must
    /// be escaped.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let Self {
            input,
            kind,
            type_digit,
            structure,
            person,
            card_families,
            certificate,
            findings,
            assumption,
            defect,
        } = self;
        put(out, "{\"input\":", |out| text(out, input.reveal()));
        put(out, ",\"kind\":", |out| json(out, kind));
        put(out, ",\"type_digit\":", |out| json(out, type_digit));
        put(out, ",\"structure\":", |out| {
            number(out, structure.as_ref())
        });
        put(out, ",\"person\":", |out| number(out, person.as_ref()));
        put(out, ",\"card_families\":", |out| json(out, card_families));
        put(out, ",\"certificate\":", |out| json(out, certificate));
        put(out, ",\"findings\":", |out| json(out, findings));
        put(out, ",\"assumption\":", |out| json(out, assumption));
        put(out, ",\"defect\":", |out| json(out, defect));
        out.push(b'}');
    }

    fn new(
        identifier: Identifier,
        certificate: Option<Box<HolderCertificate>>,
        findings: Vec<FindingRecord>,
    ) -> Self {
        Self {
            input: identifier.input,
            kind: identifier.kind,
            type_digit: identifier.type_digit,
            structure: identifier.structure,
            person: identifier.person,
            card_families: identifier.card_families,
            certificate,
            findings,
            assumption: identifier.assumption,
            defect: identifier.defect,
        }
    }
}

fn records(findings: &[Finding], lang: Lang) -> Vec<FindingRecord> {
    let record = |finding| FindingRecord::new(finding, lang, std::env::consts::OS);
    findings.iter().map(record).collect()
}

fn put(out: &mut Vec<u8>, key: &str, value: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(key.as_bytes());
    value(out);
}

fn number(out: &mut Vec<u8>, number: Option<&Number>) {
    let Some(Number {
        scheme,
        number,
        key_valid,
    }) = number
    else {
        return json(out, &());
    };
    put(out, "{\"scheme\":", |out| json(out, scheme));
    put(out, ",\"number\":", |out| text(out, number.reveal()));
    put(out, ",\"key_valid\":", |out| json(out, key_valid));
    out.push(b'}');
}

fn text(out: &mut Vec<u8>, value: &str) {
    let is_plain = |byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if !value.bytes().all(is_plain) {
        return json(out, value);
    }
    out.push(b'"');
    out.extend_from_slice(value.as_bytes());
    out.push(b'"');
}

fn json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // a type of ours always serialises, and memory takes everything
    let _ = serde_json::to_writer(out, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_is_written_byte_for_byte_as_serde_json_writes_it() {
        for input in [
            "3620100842/01417",
            "899700218895",
            "RPPS : 10001766123",
            "620100842",
            "é \"x\" \\ \u{7F}\t",
            "81234/5",
            "3620100842",
            "",
        ] {
            let read = Identified::text(input, Lang::Fr);
            let mut written = Vec::new();
            read.write_json(&mut written);
            let theirs = serde_json::to_string(&read).unwrap();
            assert_eq!(String::from_utf8(written).unwrap(), theirs);
        }
    }
}
