//! What does it mean?

use serde::{Deserialize, Serialize};

use crate::{Evidence, Lang, Layer, Remedy, Step, Text};

/// How much a finding matters. The order is worst first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Blocks the connection.
    Fault,
    /// Will bite, or slows.
    Warning,
    /// Worth knowing.
    Info,
}

/// One row of a table of findings: what can be judged, in both languages, with its remedy.
///
/// Codes are forever: never reused, never renamed.
#[derive(Debug, Eq, PartialEq)]
pub struct FindingKind {
    /// `layer.thing-state`, never translated.
    pub code: &'static str,
    /// What it usually is; a finding may be milder, see [`Finding::at`].
    pub severity: Severity,
    /// One sentence; `{key}` is filled from the evidence of that key.
    pub title: Text,
    /// What to do; `{key}` as in the title.
    pub remedy: Remedy,
}

impl FindingKind {
    /// The layer its code names.
    ///
    /// # Panics
    ///
    /// When the code names none, which [`crate::faults_of`] finds in every table's test.
    #[expect(
        clippy::expect_used,
        reason = "a table row whose code names no layer is a bug"
    )]
    pub fn layer(&self) -> Layer {
        Layer::of(self.code).expect("every code begins with a layer's name")
    }

    /// Where the documentation explains it.
    pub fn doc(&self) -> String {
        format!("docs/findings.md#{}", self.code)
    }
}

/// A judgement with its evidence.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// The table row.
    pub kind: &'static FindingKind,
    /// How much it matters here.
    pub severity: Severity,
    /// What proves it.
    pub evidence: Vec<Evidence>,
    /// One more sentence, where the same kind has several faces (each TLS alert its own).
    pub note: Option<Text>,
    /// What to do before the kind's own steps, where the remedy depends on what was seen: which
    /// program holds the card, from where the session is opened.
    pub first_steps: Vec<Step>,
    /// The code of the finding this one merely follows from.
    pub consequence_of: Option<&'static str>,
}

impl Finding {
    /// A finding of this kind, without evidence yet.
    pub fn of(kind: &'static FindingKind) -> Self {
        Self {
            kind,
            severity: kind.severity,
            evidence: Vec::new(),
            note: None,
            first_steps: Vec::new(),
            consequence_of: None,
        }
    }

    /// The same finding with one more piece of evidence.
    #[must_use]
    pub fn with(mut self, evidence: impl Into<Evidence>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// The same finding with more evidence.
    #[must_use]
    pub fn with_all(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// The same finding at another severity.
    #[must_use]
    pub fn at(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same finding with one more sentence.
    #[must_use]
    pub fn noting(mut self, note: Text) -> Self {
        self.note = Some(note);
        self
    }

    /// The same finding with more to do first, after what was to be done first already.
    #[must_use]
    pub fn beginning_with(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.first_steps.extend(steps);
        self
    }

    /// The title with its placeholders filled.
    pub fn title(&self, lang: Lang) -> String {
        self.fill(self.kind.title.get(lang), lang)
    }

    /// The steps that apply on `os` (as `std::env::consts::OS` names it), filled; those of this
    /// finding before those of its kind.
    pub fn steps(&self, lang: Lang, os: &str) -> Vec<String> {
        let steps = self.first_steps.iter().chain(self.kind.remedy.steps);
        steps
            .filter(|step| step.on.applies_to(os))
            .map(|step| self.fill(step.text.get(lang), lang))
            .collect()
    }

    /// Placeholders without evidence become an ellipsis: a sentence never shows its braces.
    fn fill(&self, pattern: &str, lang: Lang) -> String {
        let mut filled = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((key, tail)) = after.split_once('}') else {
                break;
            };
            filled.push_str(before);
            filled.push_str(&self.value_of(key, lang));
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }

    fn value_of(&self, key: &str, lang: Lang) -> String {
        let found = self.evidence.iter().find(|evidence| evidence.key == key);
        found.map_or_else(|| "…".to_owned(), |evidence| evidence.render(lang))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Audience, Instant, Step, System};

    static EXPIRED: FindingKind = FindingKind {
        code: "cert.expired",
        severity: Severity::Fault,
        title: Text {
            fr: "Expiré depuis le {not_after}",
            en: "Expired since {not_after}",
        },
        remedy: Remedy {
            audience: Audience::Holder,
            steps: &[
                Step::on(System::Windows, "Menu Démarrer", "Start menu"),
                Step::anywhere("Renouvelez-le {where}.", "Renew it {where}."),
            ],
        },
    };

    #[test]
    fn placeholders_are_filled_from_the_evidence_in_the_readers_language() {
        let label = Text {
            fr: "fin de validité",
            en: "not after",
        };
        let finding =
            Finding::of(&EXPIRED).with(Evidence::new("not_after", label, Instant::from_unix(0)));
        assert_eq!(
            finding.title(Lang::Fr),
            "Expiré depuis le 01/01/1970 à 00:00 (UTC)"
        );
        assert_eq!(
            finding.title(Lang::En),
            "Expired since 1970-01-01 at 00:00 (UTC)"
        );
        assert_eq!(finding.steps(Lang::Fr, "linux"), ["Renouvelez-le …."]);
        assert_eq!(finding.steps(Lang::En, "windows").len(), 2);
    }

    #[test]
    fn what_depends_on_the_evidence_is_done_first_and_only_where_it_applies() {
        let first = [
            Step::anywhere("Fermez {program}.", "Close {program}."),
            Step::on(System::Windows, "Ctrl+Maj+Échap", "Ctrl+Shift+Esc"),
        ];
        let finding = Finding::of(&EXPIRED)
            .with(Evidence::raw("program", "scdaemon"))
            .beginning_with(first);
        let steps = finding.steps(Lang::Fr, "linux");
        assert_eq!(steps, ["Fermez scdaemon.", "Renouvelez-le …."]);
        assert_eq!(finding.steps(Lang::Fr, "windows").len(), 4);
    }
}
