//! What is written to whoever is to help?

use std::fmt::Write as _;

use tomcheck_diagnosis::{FindingRecord, Lang, Report, Text};

use super::manifest::SendTo;
use super::preview::clean_lines;
use crate::render::{clean, verdict_words};

/// A message that is ready to be sent: the verdict first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// Whom it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

impl Message {
    pub(super) fn of(report: &Report, to: &SendTo, lang: Lang) -> Self {
        let cause = report
            .findings
            .first()
            .filter(|finding| report.verdict.root_cause.as_deref() == Some(finding.code.as_ref()));
        let (word, sentence) = verdict_words(report, lang);
        let what = cause.map_or(sentence, |cause| cause.title.clone());
        let verdict = clean(&format!("{word} — {what}"));
        Self {
            to: clean(&to.email),
            subject: clean(&subject(report, &verdict, lang)),
            body: clean_lines(&body(report, &verdict, cause, lang)),
        }
    }

    /// As it is read: to whom, about what, then the text.
    pub fn text(&self, lang: Lang) -> String {
        let (to, subject) = match lang {
            Lang::Fr => ("À :", "Objet :"),
            Lang::En => ("To:", "Subject:"),
        };
        format!(
            "{to} {}\n{subject} {}\n\n{}",
            self.to, self.subject, self.body
        )
    }
}

fn subject(report: &Report, verdict: &str, lang: Lang) -> String {
    let target = report
        .target
        .as_ref()
        .map_or("TOM", |target| target.name.as_str());
    let target = if target == "tom" { "TOM" } else { target };
    match lang {
        Lang::Fr => format!("Carte CPx et {target} : {verdict}"),
        Lang::En => format!("CPx card and {target}: {verdict}"),
    }
}

fn body(report: &Report, verdict: &str, cause: Option<&FindingRecord>, lang: Lang) -> String {
    let mut body = String::new();
    let colon = if lang == Lang::Fr { " :" } else { ":" };
    let _ = writeln!(body, "{}\n", HELLO.get(lang));
    let _ = writeln!(body, "{}{colon} {verdict}", VERDICT.get(lang));
    if let Some(cause) = cause {
        let _ = writeln!(body, "{}{colon} {}", CODE.get(lang), clean(&cause.code));
        for evidence in cause.evidence.iter().take(MOST_EVIDENCE) {
            let _ = writeln!(
                body,
                "- {}{colon} {}",
                clean(&evidence.label),
                clean(&evidence.value)
            );
        }
    }
    let _ = writeln!(
        body,
        "\n{}{colon} {}",
        MACHINE.get(lang),
        clean(&machine(report))
    );
    if let Some(target) = &report.target {
        let _ = writeln!(body, "{}{colon} {}", SITE.get(lang), clean(&target.url));
    }
    let _ = writeln!(
        body,
        "{}{colon} {}",
        AT.get(lang),
        report.started_at.render(lang)
    );
    let _ = writeln!(body, "\n{}", ATTACHED.get(lang));
    let _ = writeln!(body, "\n{}", TO_FILL.get(lang));
    body
}

fn machine(report: &Report) -> String {
    let host = &report.host;
    format!(
        "{}, {}, tomcheck {}",
        host.os_version, host.arch, report.tomcheck.version
    )
}

const MOST_EVIDENCE: usize = 6;

const HELLO: Text = Text {
    fr: "Bonjour,",
    en: "Hello,",
};
const VERDICT: Text = Text {
    fr: "Diagnostic de tomcheck",
    en: "Diagnosis of tomcheck",
};
const CODE: Text = Text {
    fr: "Code",
    en: "Code",
};
const MACHINE: Text = Text {
    fr: "Poste",
    en: "Machine",
};
const SITE: Text = Text {
    fr: "Site",
    en: "Site",
};
const AT: Text = Text {
    fr: "Fait le",
    en: "Made at",
};
const ATTACHED: Text = Text {
    fr: "Le dossier joint contient le rapport complet et les extraits de journaux. Les noms, identifiants, numéros de carte, noms de postes, mots de passe et codes y sont masqués.",
    en: "The bundle attached holds the whole report and excerpts of logs. Names, identifiers, card numbers, names of machines, passwords and codes are masked in it.",
};
const TO_FILL: Text = Text {
    fr: "Établissement et personne à rappeler : (à compléter)\nDepuis quand, et sur combien de postes : (à compléter)\n\nCordialement,",
    en: "Establishment and whom to call back: (to be filled in)\nSince when, and on how many machines: (to be filled in)\n\nKind regards,",
};
