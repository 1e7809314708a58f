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
    pub fn lines(&self, now: Instant, lang: Lang) -> Vec<Line> {
        lines::of(self, now, lang)
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
