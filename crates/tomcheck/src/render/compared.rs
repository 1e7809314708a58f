//! How does a person read what changed?

use tomcheck_diagnosis::{Lang, ProbeStatus, Severity, Text, VerdictStatus};

use super::layout::{Page, Paint, TextStyle, Tone, clean};
use super::words::{self, t};
use crate::compare::{Change, Comparison, FactChange, FindingChange, Likeness, Taken, Trend};

/// What changed, in the comparison's language: the verdict first, then finding by finding.
pub fn compared_text(compared: &Comparison, style: TextStyle, paint: &dyn Paint) -> String {
    let mut page = Page::new(compared.lang, style, paint);
    page.trend(compared);
    if compared.reversed {
        page.wrapped(2, 4, page.say(REVERSED), Some(Tone::Warning));
    }
    page.taken(BEFORE, &compared.before);
    page.taken(AFTER, &compared.after);
    let (infos, others): (Vec<_>, Vec<_>) = compared.findings.iter().partition(|one| is_info(one));
    for (change, title) in CHANGES {
        let of_kind = |one: &&&FindingChange| one.change == *change;
        let mut findings = others.iter().filter(of_kind).peekable();
        if findings.peek().is_some() {
            page.heading(*title);
        }
        findings.for_each(|finding| page.change(finding));
    }
    page.infos(&infos);
    if !compared.remaining.is_empty() {
        page.heading(REMAINING);
        page.wrapped(2, 4, &clean(&compared.remaining.join(", ")), None);
    }
    page.facts(&compared.facts);
    page.out
}

impl Page<'_> {
    fn trend(&mut self, compared: &Comparison) {
        let (tone, glyph, ascii, word) = mark(compared.trend);
        let glyph = if self.style.ascii { ascii } else { glyph };
        let sentence = sentence(compared);
        let line = format!("{glyph} {} — {}", self.say(word), clean(&sentence));
        self.wrapped(0, 4, &self.dashed(&line), Some(tone));
    }

    fn taken(&mut self, label: Text, taken: &Taken) {
        let status = self.say(words::verdict(taken.verdict.status));
        let cause = taken.verdict.root_cause.as_deref();
        let cause = cause.map_or_else(String::new, |cause| format!(" ({cause})"));
        let line = format!("{}  {status}{cause}", taken.at.render(self.lang));
        let line = self.pair(self.say(label), &clean(&line));
        let tone = match taken.verdict.status {
            VerdictStatus::Blocked => Tone::Bad,
            _ => Tone::Faint,
        };
        self.wrapped(2, 4, &line, Some(tone));
    }

    fn change(&mut self, finding: &FindingChange) {
        let glyph = match finding.change {
            Change::Gone => words::glyph(ProbeStatus::Ok, self.style.ascii),
            Change::NotLookedAgain => words::glyph(ProbeStatus::Skipped, self.style.ascii),
            _ => words::severity_glyph(finding.severity, self.style.ascii),
        };
        let line = format!(
            "{glyph} {} ({})",
            clean(&finding.title),
            clean(&finding.code)
        );
        let tone = match (finding.change, finding.severity) {
            (Change::Gone, _) => Some(Tone::Good),
            (Change::NotLookedAgain, _) => Some(Tone::Faint),
            (_, Severity::Fault) => Some(Tone::Bad),
            _ => None,
        };
        self.wrapped(2, 4, &line, tone);
    }

    /// What there was nothing to mend about is never told as mended.
    fn infos(&mut self, infos: &[&FindingChange]) {
        if !infos.is_empty() {
            self.heading(words::NOTICED);
        }
        for one in infos {
            let line = format!("{} ({})", info(one, self.lang), one.code);
            self.wrapped(2, 4, &clean(&line), None);
        }
    }

    /// First what is another, then what is the same, in one line, and what stays open.
    fn facts(&mut self, facts: &[FactChange]) {
        let of = |likeness: Likeness| facts.iter().filter(move |one| one.likeness == likeness);
        if of(Likeness::Changed).next().is_some() {
            self.heading(CHANGED);
        }
        for one in of(Likeness::Changed) {
            let value = |value: &Option<String>| clean(value.as_deref().unwrap_or("?"));
            let line = format!("{} → {}", value(&one.before), value(&one.after));
            let line = self.pair(self.say(name(one.what)), &line);
            let line = if self.style.ascii {
                line.replace('→', "->")
            } else {
                line
            };
            self.wrapped(2, 4, &line, None);
        }
        for (likeness, title) in OTHERS {
            let names: Vec<_> = of(*likeness).map(|one| self.say(name(one.what))).collect();
            if !names.is_empty() {
                self.heading(*title);
                self.wrapped(2, 4, &names.join(", "), None);
            }
        }
    }
}

/// Whether it is told for knowledge alone, in both reports or in the one that has it.
pub(super) fn is_info(finding: &FindingChange) -> bool {
    finding.severity == Severity::Info && finding.change != Change::Milder
}

/// « nouveau : plusieurs lecteurs sont branchés »
pub(super) fn info(finding: &FindingChange, lang: Lang) -> String {
    let what = match finding.change {
        Change::Gone => t("n'est plus signalé", "no longer told"),
        change => {
            let row = CHANGES.iter().find(|(known, _)| *known == change);
            row.map_or(Text::same("?"), |(_, title)| *title)
        }
    };
    let colon = lang.colon();
    let what = what.get(lang);
    let mut letters = what.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_lowercase().to_string());
    let what = format!("{}{}", first.unwrap_or_default(), letters.as_str());
    format!("{}{colon} {}", what, finding.title)
}

/// How the verdict moved: its tone, its glyph, that in ASCII, its word.
pub(super) const fn mark(trend: Trend) -> (Tone, &'static str, &'static str, Text) {
    match trend {
        Trend::Same => (Tone::Strong, "=", "=", t("PAREIL", "THE SAME")),
        Trend::Better => (Tone::Good, "✓", "[OK]", t("MIEUX", "BETTER")),
        Trend::Worse => (Tone::Bad, "✗", "[XX]", t("MOINS BIEN", "WORSE")),
        Trend::Other => (
            Tone::Warning,
            "⚠",
            "[!!]",
            t("AUTRE CAUSE", "ANOTHER CAUSE"),
        ),
        Trend::Unclear => (Tone::Warning, "–", "[--]", t("INDÉTERMINÉ", "UNDETERMINED")),
    }
}

/// What is the case now; where that is nothing, what is over.
pub(super) fn sentence(compared: &Comparison) -> String {
    let lang = compared.lang;
    let (was, is) = (&compared.before.title, &compared.after.title);
    let colon = lang.colon();
    let pair = |label: Text, title: &str| format!("{}{colon} {title}", label.get(lang));
    if compared.other_target {
        return other_target(compared);
    }
    match (compared.trend, was, is) {
        (Trend::Unclear, ..) => UNCLEAR.get(lang).to_owned(),
        (Trend::Same, _, Some(is)) => pair(STILL, is),
        (_, _, Some(is)) if was.as_ref() == Some(is) => pair(STILL, is),
        (_, _, Some(is)) => pair(NOW, is),
        (_, Some(was), None) => pair(OVER, was),
        (_, None, None) => NOTHING.get(lang).to_owned(),
    }
}

fn other_target(compared: &Comparison) -> String {
    let name = |taken: &Taken| taken.target.clone().unwrap_or_default();
    let (was, is) = (name(&compared.before), name(&compared.after));
    match compared.lang {
        Lang::Fr => format!("deux sites différents, qui ne se comparent pas : {was}, puis {is}"),
        Lang::En => format!("two different sites, which do not compare: {was}, then {is}"),
    }
}

pub(super) fn name(what: &str) -> Text {
    let row = NAMES.iter().find(|(known, _)| *known == what);
    row.map_or(Text::same("?"), |(_, name)| *name)
}

const NAMES: &[(&str, Text)] = &[
    ("system", t("système", "system")),
    ("tomcheck", t("version de tomcheck", "version of tomcheck")),
    ("target", t("site", "site")),
    ("module", t("Cryptolib", "Cryptolib")),
    (
        "certificate-end",
        t(
            "fin du certificat de la carte",
            "end of the card's certificate",
        ),
    ),
    ("reader", t("lecteur", "reader")),
    (
        "card",
        t("génération de la carte", "generation of the card"),
    ),
    ("atr", t("ATR de la carte", "ATR of the card")),
    ("card-number", t("numéro de la carte", "number of the card")),
    ("holder", t("porteur", "holder")),
    (
        "pin",
        t("état du code porteur", "state of the code porteur (PIN)"),
    ),
    ("proxy", t("chemin pris", "way taken")),
    ("proxy-answer", t("réponse du proxy", "the proxy's answer")),
    ("tls-version", t("version de TLS", "version of TLS")),
    (
        "site-certificate",
        t("certificat du site", "the site's certificate"),
    ),
    (
        "site-issuer",
        t(
            "autorité du certificat du site",
            "issuer of the site's certificate",
        ),
    ),
];

pub(super) const BEFORE: Text = t("Avant", "Before");
pub(super) const AFTER: Text = t("Après", "After");
const NOW: Text = t("maintenant", "now");
const STILL: Text = t("toujours", "still");
const OVER: Text = t("réglé", "mended");
const NOTHING: Text = t(
    "rien à signaler, avant comme après",
    "nothing to tell, before and after",
);
const UNCLEAR: Text = t(
    "l'un des deux diagnostics n'a pas pu tout regarder",
    "one of the two diagnoses could not look at everything",
);
pub(super) const REVERSED: Text = t(
    "Le rapport donné comme celui d'après a été fait avant l'autre : à l'endroit, échangez-les.",
    "The report given as the later one was taken before the other: swap them to have it in order.",
);
pub(super) const REMAINING: Text = t("Toujours là", "Still there");
pub(super) const CHANGED: Text = t("A changé", "Changed");

pub(super) const CHANGES: &[(Change, Text)] = &[
    (Change::New, t("Nouveau", "New")),
    (
        Change::FirstSeen,
        t(
            "Vu pour la première fois (pas regardé avant)",
            "Seen for the first time (not looked at before)",
        ),
    ),
    (Change::Graver, t("Plus grave", "Graver")),
    (Change::Milder, t("Moins grave", "Milder")),
    (Change::Gone, t("Réglé", "Mended")),
    (
        Change::NotLookedAgain,
        t("Pas regardé cette fois", "Not looked at this time"),
    ),
];

pub(super) const OTHERS: &[(Likeness, Text)] = &[
    (Likeness::Same, t("N'a pas changé", "Unchanged")),
    (
        Likeness::Masked,
        t(
            "Pas comparable : masqué, peut-être par deux postes différents",
            "Cannot be compared: masked, maybe by two machines",
        ),
    ),
    (
        Likeness::NotTold,
        t(
            "Pas comparable : absent de l'un des deux rapports",
            "Cannot be compared: one of the reports does not tell",
        ),
    ),
];
