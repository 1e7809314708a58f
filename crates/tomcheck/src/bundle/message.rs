//! What is written to whoever is to help?

use std::fmt::Write as _;

use tomcheck_diagnosis::{Audience, FindingRecord, Lang, Report, Text};

use super::manifest::SendTo;
use super::preview::clean_lines;
use crate::render::{audience, clean, verdict_words};

/// A message that is ready to be sent: the verdict first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// What to do before it is sent, and at whose hands, where the cause is not for whom it goes to.
    pub first: Option<String>,
    /// Whom it is for.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

impl Message {
    pub(super) fn of(report: &Report, to: &SendTo, has_excerpts: bool, lang: Lang) -> Self {
        let cause = report
            .findings
            .first()
            .filter(|finding| report.verdict.root_cause.as_deref() == Some(finding.code.as_ref()));
        let (word, sentence) = verdict_words(report, lang);
        let what = cause.map_or(sentence, |cause| cause.title.clone());
        let verdict = clean(&format!("{word} — {what}"));
        let attached = if has_excerpts {
            WITH_EXCERPTS
        } else {
            ATTACHED
        };
        let first = cause.and_then(|cause| first(report, cause, lang));
        Self {
            first: first.map(|first| clean_lines(&first)),
            to: clean(&to.email),
            subject: clean(&subject(report, &verdict, lang)),
            body: clean_lines(&body(report, &verdict, cause, attached, lang)),
        }
    }

    /// As it is read: what to do first, to whom, about what, then the text.
    pub fn text(&self, lang: Lang) -> String {
        let first = self.first.iter().map(|first| format!("{first}\n\n"));
        first.collect::<String>() + &self.letter(lang)
    }

    /// What is sent alone.
    pub fn letter(&self, lang: Lang) -> String {
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

/// The support of a site mends neither a network nor a machine of somebody else's.
fn first(report: &Report, cause: &FindingRecord, lang: Lang) -> Option<String> {
    let whom = cause.remedy.audience;
    let how = match whom {
        Audience::NetworkAdmin => request(report, lang),
        Audience::Technician => IN_THE_REPORT.get(lang).to_owned(),
        _ => return None,
    };
    let whom = audience(whom).get(lang);
    Some(match lang {
        Lang::Fr => format!(
            "À régler chez vous : {whom}.\n{how}\nSi cela ne suffit pas, envoyez le dossier à l'assistance."
        ),
        Lang::En => format!(
            "To be settled on your side: {whom}.\n{how}\nIf that is not enough, send the bundle to the support."
        ),
    })
}

fn request(report: &Report, lang: Lang) -> String {
    let site = report.target.as_ref().map(|target| origin(&target.url));
    let site = site.unwrap_or("https://tom.gip-cps.fr");
    match lang {
        Lang::Fr => {
            format!("La demande à lui envoyer s'écrit avec : tomcheck proxy {site} --request")
        }
        Lang::En => format!("The request to send is written by: tomcheck proxy {site} --request"),
    }
}

/// What leads to the site; what stands behind is nobody's to read.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(host..).unwrap_or_default();
    let end = rest.find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

fn subject(report: &Report, verdict: &str, lang: Lang) -> String {
    let target = report.target.as_ref().map(|target| match &*target.name {
        "tom" => "TOM",
        name => name,
    });
    match (target, lang) {
        (Some(target), Lang::Fr) => format!("Carte CPx et {target} : {verdict}"),
        (Some(target), Lang::En) => format!("CPx card and {target}: {verdict}"),
        (None, Lang::Fr) => format!("Carte CPx : {verdict}"),
        (None, Lang::En) => format!("CPx card: {verdict}"),
    }
}

fn body(
    report: &Report,
    verdict: &str,
    cause: Option<&FindingRecord>,
    attached: Text,
    lang: Lang,
) -> String {
    let mut body = String::new();
    let colon = lang.colon();
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
    let _ = writeln!(body, "\n{}", attached.get(lang));
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
const IN_THE_REPORT: Text = Text {
    fr: "Ce qu'il faut faire est dans le rapport du dossier (rapport.txt, rapport.html).",
    en: "What is to be done is in the bundle's report (report.txt, report.html).",
};
const ATTACHED: Text = Text {
    fr: "Le dossier joint contient le rapport complet. Les noms, identifiants, numéros de carte, noms de postes, mots de passe et codes y sont masqués.",
    en: "The bundle attached holds the whole report. Names, identifiers, card numbers, names of machines, passwords and codes are masked in it.",
};
const WITH_EXCERPTS: Text = Text {
    fr: "Le dossier joint contient le rapport complet et les extraits de journaux. Les noms, identifiants, numéros de carte, noms de postes, mots de passe et codes y sont masqués.",
    en: "The bundle attached holds the whole report and excerpts of logs. Names, identifiers, card numbers, names of machines, passwords and codes are masked in it.",
};
const TO_FILL: Text = Text {
    fr: "Établissement et personne à rappeler : (à compléter)\nDepuis quand, et sur combien de postes : (à compléter)\n\nCordialement,",
    en: "Establishment and whom to call back: (to be filled in)\nSince when, and on how many machines: (to be filled in)\n\nKind regards,",
};
