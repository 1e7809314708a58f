//! The words a report is read with, apart from those the findings bring.

use serde_json::Value;
use tomcheck_diagnosis::{
    Audience, FindingRecord, Instant, Lang, Layer, ProbeStatus, Report, Severity, Text,
    VerdictStatus,
};

use crate::details::part;

pub(super) const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

pub(super) const PROOF: Text = t("Constaté", "Seen");
pub(super) const TO_DO: Text = t("À faire", "To do");
pub(super) const MORE_STEPS: Text = t("(la suite avec -v)", "(the rest with -v)");
pub(super) const BECAUSE_OF: Text = t("Découle de", "Follows from");
pub(super) const LOOKED_AT: Text = t("Ce qui a été regardé", "What was looked at");
pub(super) const FOLLOWS: Text = t(
    "Ce qui en découle (rien d'autre à faire)",
    "What follows from it (nothing more to do)",
);
pub(super) const ALSO: Text = t("À régler aussi", "Also to fix");
/// Between values on one line.
pub(super) const AND: Text = t(" ;", ";");
pub(super) const TO_WATCH: Text = t("À surveiller", "To be watched");
pub(super) const NOTICED: Text = t("À savoir", "Worth knowing");
pub(super) const SEE_ABOVE: Text = t("voir ci-dessus", "see above");
pub(super) const IN_ORDER: Text = t("en ordre", "in order");
pub(super) const FIRST: Text = t("il faut d'abord régler", "fix first");
pub(super) const AS_FAR_AS: Text = t("pour ce qui a été regardé", "as far as it was looked at");
pub(super) const EACH_PROBE: Text = t("Chaque examen en détail", "Each probe in detail");
pub(super) const IN_JSON: Text = t(
    "Chaque fait vu, pour un programme : --json",
    "Every fact seen, for a program: --json",
);
pub(super) const NOT_LOOKED: Text = t("pas regardé", "not looked at");

/// What is looked at on the way to the site: all of it, or the part the command is about.
pub(super) fn target(report: &Report) -> Text {
    let is_of = |command: &str| report.details.contains_key(command);
    if is_of("trace") {
        t(
            "Journaux, pour ce qui concerne",
            "Logs, as far as they concern",
        )
    } else if is_of("proxy") {
        t("Proxy sur le chemin de", "Proxy on the way to")
    } else if is_of("tls") {
        t("Connexion sécurisée à", "Secure connection to")
    } else {
        t("Connexion par carte à", "Card connection to")
    }
}

/// How long ago something was seen: `il y a 3 jours`.
pub(super) fn age(seconds: i64, lang: Lang) -> String {
    let units = [
        (31_557_600, t("an", "year"), t("ans", "years")),
        (2_629_800, t("mois", "month"), t("mois", "months")),
        (86_400, t("jour", "day"), t("jours", "days")),
        (3600, t("heure", "hour"), t("heures", "hours")),
        (60, t("minute", "minute"), t("minutes", "minutes")),
    ];
    let unit = units.iter().find(|(length, ..)| seconds >= *length);
    let Some((length, one, many)) = unit else {
        return t("il y a moins d'une minute", "less than a minute ago")
            .get(lang)
            .to_owned();
    };
    let count = seconds / length;
    let word = if count == 1 { one } else { many }.get(lang);
    match lang {
        Lang::Fr => format!("il y a {count} {word}"),
        Lang::En => format!("{count} {word} ago"),
    }
}

/// Of what a log or something kept tells, how long before the report it was last seen, beyond a day.
pub(super) fn last_seen(finding: &FindingRecord, report: &Report) -> Option<String> {
    let mut evidence = finding.evidence.iter();
    let last = evidence.find(|one| one.key.as_deref() == Some("last"))?;
    let at = Instant::try_from(last.value.clone()).ok()?;
    let seconds = report.started_at.unix() - at.unix();
    let seen = t("vu pour la dernière fois", "last seen").get(report.lang);
    (seconds > A_DAY).then(|| format!(" ({seen} {})", age(seconds, report.lang)))
}

const A_DAY: i64 = 86_400;

pub(super) const fn verdict(status: VerdictStatus) -> Text {
    match status {
        VerdictStatus::Ok => t("EN ORDRE", "IN ORDER"),
        VerdictStatus::Warning => t("EN ORDRE, À SURVEILLER", "IN ORDER, WITH A WARNING"),
        VerdictStatus::Blocked => t("BLOQUÉ", "BLOCKED"),
        VerdictStatus::Undetermined => t("INDÉTERMINÉ", "UNDETERMINED"),
    }
}

/// The verdict in a word, and what it comes to when no finding says it.
pub(crate) fn verdict_words(report: &Report, lang: Lang) -> (&'static str, String) {
    let word = verdict(report.verdict.status).get(lang);
    (word, sentence(report).get(lang).to_owned())
}

/// Whether that is all that leaves open what logs say.
fn is_unexplained(report: &Report) -> bool {
    let Some(trace) = part(report, "trace") else {
        return false;
    };
    let files = trace.get("files").and_then(Value::as_array);
    let is_unread = files.is_some_and(|files| files.iter().any(|file| file.get("error").is_some()));
    trace.get("unexplained").is_some() && !is_unread
}

/// What the verdict comes to when no finding says it.
pub(super) fn sentence(report: &Report) -> Text {
    let ended = |id: &str| report.probes.iter().find(|p| p.id == id).map(|p| p.status);
    match report.verdict.status {
        VerdictStatus::Undetermined if is_unexplained(report) => t(
            "ces journaux parlent d'une panne que tomcheck ne sait pas expliquer",
            "these logs tell of a failure that tomcheck cannot explain",
        ),
        VerdictStatus::Undetermined if ended("trace.files").is_some() => t(
            "ces journaux n'ont pas tous pu être lus, ou tomcheck ne les connaît pas",
            "these logs could not all be read, or tomcheck does not know them",
        ),
        VerdictStatus::Undetermined => t(
            "tout n'a pas pu être regardé",
            "not everything could be looked at",
        ),
        VerdictStatus::Blocked => t(
            "la connexion ne peut pas aboutir",
            "the connection cannot succeed",
        ),
        _ if ended("trace.files").is_some() => t(
            "ces journaux ne montrent rien qui bloque",
            "these logs show nothing that blocks",
        ),
        // Written down only when the card did not sign.
        _ if ended("tls.card-signature").is_some() => t(
            "rien ne bloque, mais la carte n'a pas été essayée jusqu'au bout",
            "nothing blocks, but the card was not tried to the end",
        ),
        _ if ended("tls.handshake") == Some(ProbeStatus::Ok) => {
            t("la carte ouvre ce site", "the card opens this site")
        }
        _ => t("rien ne bloque", "nothing blocks"),
    }
}

pub(crate) const fn audience(audience: Audience) -> Text {
    match audience {
        Audience::Holder => t("vous-même", "yourself"),
        Audience::Technician => t("assistance informatique", "IT support"),
        Audience::NetworkAdmin => t("administrateur du réseau", "network administrator"),
        Audience::Issuer => t(
            "Agence du Numérique en Santé, ou le responsable du site",
            "Agence du Numérique en Santé, or who runs the site",
        ),
    }
}

/// What people call a part of the path.
pub const fn layer(layer: Layer) -> Text {
    match layer {
        Layer::Reader => t("lecteur", "reader"),
        Layer::Card => t("carte", "card"),
        Layer::Module => t("module Cryptolib", "Cryptolib module"),
        Layer::Token => t("code porteur", "code porteur (PIN)"),
        Layer::Cert => t("certificat", "certificate"),
        Layer::Clock => t("horloge", "clock"),
        Layer::Browser => t("navigateur", "browser"),
        Layer::Network => t("réseau", "network"),
        Layer::Proxy => t("proxy", "proxy"),
        Layer::Tls => t("connexion sécurisée", "secure connection"),
        Layer::Trace => t("journal", "log"),
    }
}

/// A glyph and, for `--ascii`, a word: never colour alone.
pub(super) const fn glyph(status: ProbeStatus, ascii: bool) -> &'static str {
    match (status, ascii) {
        (ProbeStatus::Ok, false) => "✓",
        (ProbeStatus::Ok, true) => "[OK]",
        (ProbeStatus::Warning, false) => "⚠",
        (ProbeStatus::Warning, true) => "[!!]",
        (ProbeStatus::Fault, false) => "✗",
        (ProbeStatus::Fault, true) => "[XX]",
        (ProbeStatus::Skipped | ProbeStatus::Blocked, false) => "–",
        (ProbeStatus::Skipped | ProbeStatus::Blocked, true) => "[--]",
    }
}

pub(super) const fn severity_glyph(severity: Severity, ascii: bool) -> &'static str {
    match severity {
        Severity::Fault => glyph(ProbeStatus::Fault, ascii),
        Severity::Warning => glyph(ProbeStatus::Warning, ascii),
        Severity::Info if ascii => "[i]",
        Severity::Info => "ℹ",
    }
}

#[test]
fn how_long_ago_is_told_in_the_largest_unit_that_fits() {
    let said = |seconds| [Lang::Fr, Lang::En].map(|lang| age(seconds, lang));
    assert_eq!(
        said(30),
        ["il y a moins d'une minute", "less than a minute ago"]
    );
    assert_eq!(said(119), ["il y a 1 minute", "1 minute ago"]);
    assert_eq!(said(7200), ["il y a 2 heures", "2 hours ago"]);
    assert_eq!(said(3 * 86_400), ["il y a 3 jours", "3 days ago"]);
    assert_eq!(said(70 * 86_400), ["il y a 2 mois", "2 months ago"]);
    assert_eq!(said(800 * 86_400), ["il y a 2 ans", "2 years ago"]);
}
