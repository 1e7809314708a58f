//! The report on a terminal: the verdict first, then what was looked at.

use std::collections::BTreeSet;

use tomcheck_diagnosis::{
    EvidenceRecord, FindingRecord, Instant, Lang, Layer, ProbeStatus, Report, Severity, Text,
    VerdictStatus,
};

use super::layout::{Page, Paint, TextStyle, Tone, clean, shorten};
use super::unseen::{Unfound, only_in_order, unfound, why};
use super::{detail, probe_name, words};
use crate::rules;

/// The report as text, in the report's language. Control characters of foreign values are
/// replaced, so that no server can move the cursor.
pub fn text(report: &Report, style: TextStyle, paint: &dyn Paint) -> String {
    let mut page = Page {
        taken_at: Some(report.started_at),
        ..Page::new(report.lang, style, paint)
    };
    page.judged(report);
    page.headline(report);
    let rest = page.cause(report);
    page.details(report);
    page.findings(rest);
    match report.details.get("trace") {
        Some(trace) => page.trace(trace, &report.findings),
        None => page.layers(report),
    }
    if style.verbose {
        page.probes(report);
    }
    page.out
}

/// Findings alone, each with its mark, for commands that look at no machine.
pub fn finding_lines(
    findings: &[FindingRecord],
    lang: Lang,
    style: TextStyle,
    paint: &dyn Paint,
) -> String {
    let mut page = Page::new(lang, style, paint);
    findings.iter().for_each(|finding| page.marked(finding));
    page.out
}

impl Page<'_> {
    fn headline(&mut self, report: &Report) {
        if let Some(target) = &report.target {
            let line = format!("{} {}", self.say(words::target(report)), target.url);
            self.line(0, &clean(&line), Some(Tone::Faint));
        }
        let status = report.verdict.status;
        let cause = report
            .findings
            .first()
            .filter(|_| report.verdict.root_cause.is_some());
        let sentence = cause.map_or_else(
            || self.say(words::sentence(report)).to_owned(),
            |cause| {
                let seen = words::last_seen(cause, report).unwrap_or_default();
                format!("{}{seen}", clean(&cause.title))
            },
        );
        let (tone, glyph) = self.verdict_mark(status);
        let verdict = self.say(words::verdict(status));
        let only = only_in_order(report).map_or_else(String::new, |only| format!(" {only}"));
        let headline = format!("{glyph} {verdict}{only} — {sentence}");
        self.wrapped(0, 4, &self.dashed(&headline), Some(tone));
    }

    fn details(&mut self, report: &Report) {
        let rows = detail::rows(report, self.style.verbose);
        let labels = rows
            .iter()
            .filter(|row| row.value.is_some())
            .map(|row| row.label.chars());
        let width = labels.map(Iterator::count).max().unwrap_or(0);
        let width = width.min(WIDEST_LABEL);
        if !rows.is_empty() {
            self.out.push('\n');
        }
        for row in rows {
            let Some(value) = &row.value else {
                self.line(2, &clean(&row.label), Some(Tone::Strong));
                continue;
            };
            let padding = " ".repeat(width.saturating_sub(row.label.chars().count()));
            let line = self.pair(&format!("{}{padding}", clean(&row.label)), &clean(value));
            self.wrapped(4, width + 7, &line, None);
        }
    }

    fn verdict_mark(&self, status: VerdictStatus) -> (Tone, &'static str) {
        let (tone, glyph) = match status {
            VerdictStatus::Ok => (Tone::Good, ProbeStatus::Ok),
            VerdictStatus::Warning => (Tone::Warning, ProbeStatus::Warning),
            VerdictStatus::Blocked => (Tone::Bad, ProbeStatus::Fault),
            VerdictStatus::Undetermined => (Tone::Warning, ProbeStatus::Skipped),
        };
        (tone, words::glyph(glyph, self.style.ascii))
    }

    /// The root cause, or the first of the warnings where nothing blocks; what remains to be told.
    fn cause<'a>(&mut self, report: &'a Report) -> &'a [FindingRecord] {
        match report.findings.split_first() {
            Some((cause, rest)) if report.verdict.root_cause.as_deref() == Some(&*cause.code) => {
                self.finding(cause);
                rest
            }
            Some((first, rest)) if first.severity == Severity::Warning => {
                self.heading(words::TO_WATCH);
                self.glyph_and_title(first);
                self.finding(first);
                rest
            }
            _ => &report.findings,
        }
    }

    fn findings(&mut self, findings: &[FindingRecord]) {
        let (consequences, causes): (Vec<_>, Vec<_>) = findings
            .iter()
            .partition(|finding| finding.consequence_of.is_some());
        let (infos, others): (Vec<_>, Vec<_>) = causes
            .into_iter()
            .partition(|finding| finding.severity == Severity::Info);
        self.section(words::ALSO, &others);
        self.one_liners(words::NOTICED, &infos);
        self.one_liners(words::FOLLOWS, &consequences);
    }

    fn section(&mut self, title: Text, findings: &[&FindingRecord]) {
        if findings.is_empty() {
            return;
        }
        self.heading(title);
        findings.iter().for_each(|finding| self.marked(finding));
    }

    pub(super) fn marked(&mut self, finding: &FindingRecord) {
        self.glyph_and_title(finding);
        match self.style.verbose {
            true => self.finding(finding),
            false => self.briefly(finding),
        }
    }

    fn glyph_and_title(&mut self, finding: &FindingRecord) {
        let glyph = words::severity_glyph(finding.severity, self.style.ascii);
        let tone = if finding.severity == Severity::Fault {
            Tone::Bad
        } else {
            Tone::Warning
        };
        let title = format!("{glyph} {}", clean(&finding.title));
        self.wrapped(0, 2, &title, Some(tone));
    }

    fn one_liners(&mut self, title: Text, findings: &[&FindingRecord]) {
        if findings.is_empty() {
            return;
        }
        self.heading(title);
        for finding in findings {
            let line = format!("{} ({})", clean(&finding.title), clean(&finding.code));
            self.wrapped(2, 4, &line, None);
            if self.style.verbose {
                self.because(finding);
                self.evidence(finding);
            }
        }
    }

    /// Why it follows from its cause, where a rule says so.
    fn because(&mut self, finding: &FindingRecord) {
        let cause = finding.consequence_of.as_deref();
        let Some(cause) = cause else { return };
        let why = rules::why(&finding.code, cause).map(|why| self.say(why));
        let why = why.map_or_else(String::new, |why| format!(" — {why}"));
        let line = self.pair(
            self.say(words::BECAUSE_OF),
            &format!("{}{why}", clean(cause)),
        );
        self.wrapped(4, 6, &self.dashed(&line), None);
    }

    /// What proves it, what to do: the steps one below the other.
    fn finding(&mut self, finding: &FindingRecord) {
        self.proof(finding);
        self.audience(finding);
        for (number, step) in finding.remedy.steps.iter().enumerate() {
            self.wrapped(6, 9, &format!("{}. {}", number + 1, clean(step)), None);
        }
    }

    /// The same in two lines: of the steps, the first.
    fn briefly(&mut self, finding: &FindingRecord) {
        self.proof(finding);
        let steps = &finding.remedy.steps;
        let Some(first) = steps.first() else { return };
        let audience = self.say(words::audience(finding.remedy.audience));
        let label = format!("{} ({audience})", self.say(words::TO_DO));
        let more = match steps.len() {
            1 => String::new(),
            _ => format!(" {}", self.say(words::MORE_STEPS)),
        };
        let line = self.pair(&label, &format!("{}{more}", clean(first)));
        self.wrapped(4, 6, &line, None);
    }

    fn audience(&mut self, finding: &FindingRecord) {
        let audience = self.say(words::audience(finding.remedy.audience));
        let title = format!("{} ({audience})", self.say(words::TO_DO));
        let title = self.pair(&title, "");
        self.line(4, title.trim_end(), Some(Tone::Strong));
    }

    /// One line: the second sentence where there is one, else the values that tell most, and the
    /// code. All of them, one below the other, with `-v`.
    fn proof(&mut self, finding: &FindingRecord) {
        let code = format!("({})", clean(&finding.code));
        if self.style.verbose || points_to_the_evidence(finding) {
            if let Some(note) = &finding.note {
                self.wrapped(4, 4, &clean(note), None);
            }
            self.evidence(finding);
            self.line(4, &code, Some(Tone::Faint));
            return;
        }
        let said = match &finding.note {
            Some(note) => clean(note),
            None => self.most_telling(finding, code.chars().count()),
        };
        match said.is_empty() {
            true => self.line(4, &code, Some(Tone::Faint)),
            false => self.wrapped(4, 6, &format!("{said} {code}"), None),
        }
    }

    /// What the title does not say already: foreign answers before values of our own, and what
    /// merely says where only in the absence of both. As many as stand on one line beside what is
    /// `taken` of it; the first may go on to the next.
    fn most_telling(&self, finding: &FindingRecord, taken: usize) -> String {
        let mut proofs: Vec<_> = finding.evidence.iter().collect();
        proofs.retain(|one| !finding.title.contains(&self.value(one)));
        proofs.sort_by_key(|one| weight_of(one));
        let label = self.pair(self.say(words::PROOF), "");
        let room = self
            .style
            .width
            .saturating_sub(taken + label.chars().count() + 5);
        let mut told = String::new();
        for one in proofs {
            let is_first = told.is_empty();
            let one = self.shown(one);
            let length = told.chars().count() + one.chars().count() + 3;
            if is_first {
                told = shorten(&one, room + self.style.width);
            } else if length <= room {
                told = format!("{told}{} {one}", self.say(words::AND));
            }
        }
        match told.is_empty() {
            true => told,
            false => format!("{label}{told}"),
        }
    }

    /// Everything that proves it, one value a line.
    fn evidence(&mut self, finding: &FindingRecord) {
        if finding.evidence.is_empty() {
            return;
        }
        let label = self.pair(self.say(words::PROOF), "");
        self.line(4, label.trim_end(), None);
        for one in &finding.evidence {
            self.wrapped(6, 8, &shorten(&self.shown(one), 2000), None);
        }
    }

    /// A value under its label; of one that was seen in a log or in something kept, how old it was.
    fn shown(&self, evidence: &EvidenceRecord) -> String {
        let value = told(evidence, self.taken_at, self.lang);
        self.pair(&clean(&evidence.label), &value)
    }

    /// A moment as people write it, all else as seen.
    fn value(&self, evidence: &EvidenceRecord) -> String {
        let at = moment(evidence).map(|at| at.render(self.lang));
        at.unwrap_or_else(|| clean(&evidence.value))
    }

    /// Neighbours that ended the same stand on one line, unless all is to be seen.
    fn layers(&mut self, report: &Report) {
        self.heading(words::LOOKED_AT);
        let seen = report.probes.iter().map(|probe| probe.layer);
        let found = report
            .findings
            .iter()
            .filter(|f| f.severity != Severity::Info);
        let layers: BTreeSet<Layer> = seen.chain(found.map(|finding| finding.layer)).collect();
        let mut lines: Vec<(Vec<&str>, (ProbeStatus, String))> = Vec::new();
        for layer in layers {
            let outcome = self.outcome(layer, report);
            let name = self.say(words::layer(layer));
            match lines.last_mut() {
                Some((names, same)) if *same == outcome && !self.style.verbose => names.push(name),
                _ => lines.push((vec![name], outcome)),
            }
        }
        for (names, (status, outcome)) in lines {
            let glyph = words::glyph(status, self.style.ascii);
            let line = format!("{glyph} {} — {}", names.join(", "), clean(&outcome));
            self.wrapped(2, 6, &self.dashed(&line), Some(tone_of(status)));
        }
    }

    /// A layer is as bad as what was found about it, whichever probe found it.
    fn outcome(&self, layer: Layer, report: &Report) -> (ProbeStatus, String) {
        let findings = report
            .findings
            .iter()
            .filter(|finding| finding.layer == layer);
        match findings.map(|finding| finding.severity).min() {
            Some(Severity::Fault) => (ProbeStatus::Fault, self.say(words::SEE_ABOVE).to_owned()),
            Some(Severity::Warning) => {
                (ProbeStatus::Warning, self.say(words::SEE_ABOVE).to_owned())
            }
            _ => self.unfound(layer, report),
        }
    }

    /// Nothing was found about it: it is in order, or was not looked at in full.
    fn unfound(&self, layer: Layer, report: &Report) -> (ProbeStatus, String) {
        let in_order = self.say(words::IN_ORDER);
        let not_looked = self.say(words::NOT_LOOKED);
        match unfound(layer, report) {
            Unfound::Ended(ProbeStatus::Ok) => (ProbeStatus::Ok, in_order.to_owned()),
            // what its probe came upon is a matter of another part
            Unfound::Ended(status @ (ProbeStatus::Fault | ProbeStatus::Warning)) => {
                (status, self.say(words::SEE_ABOVE).to_owned())
            }
            Unfound::But(what) => (
                ProbeStatus::Ok,
                format!("{in_order}{} {what}", self.say(words::AND)),
            ),
            Unfound::NotSeen(Some(why)) => (ProbeStatus::Skipped, format!("{not_looked}, {why}")),
            _ => (ProbeStatus::Skipped, not_looked.to_owned()),
        }
    }

    /// Each probe in words, and why it did not look where it did not. What it saw, as a program
    /// writes it, is for programs.
    fn probes(&mut self, report: &Report) {
        self.heading(words::EACH_PROBE);
        for probe in &report.probes {
            let glyph = words::glyph(probe.status, self.style.ascii);
            let name = self.say(probe_name(&probe.id));
            let line = format!("{glyph} {name} ({}, {} ms)", probe.id, probe.duration_ms);
            let is_seen = !matches!(probe.status, ProbeStatus::Skipped | ProbeStatus::Blocked);
            let line = match why(probe, report).filter(|_| !is_seen) {
                Some(why) => format!("{line} — {}, {why}", self.say(words::NOT_LOOKED)),
                None => line,
            };
            self.wrapped(2, 6, &self.dashed(&line), Some(tone_of(probe.status)));
        }
        self.line(2, self.say(words::IN_JSON), Some(Tone::Faint));
    }
}

/// Of a longer label the value stands where it ends: half a line is left for the others.
const WIDEST_LABEL: usize = 31;

/// A value as people read it; a moment as they write it, and how old it was when that was seen in a
/// log or in something kept.
pub(super) fn told(evidence: &EvidenceRecord, taken_at: Option<Instant>, lang: Lang) -> String {
    let Ok(at) = Instant::try_from(evidence.value.clone()) else {
        return clean(&evidence.value);
    };
    let key = evidence.key.as_deref();
    let is_kept = key.is_some_and(|key| AGED.contains(&key));
    let taken_at = taken_at.filter(|now| is_kept && *now > at);
    let age = taken_at.map(|now| words::age(now.unix() - at.unix(), lang));
    let age = age.map_or_else(String::new, |age| format!(", {age}"));
    format!("{}{age}", at.render(lang))
}

fn moment(evidence: &EvidenceRecord) -> Option<Instant> {
    Instant::try_from(evidence.value.clone()).ok()
}

/// A step that sends the reader to the values needs all of them.
pub(super) fn points_to_the_evidence(finding: &FindingRecord) -> bool {
    let points = |step: &String| step.contains("ci-dessus") || step.contains("above");
    finding.remedy.steps.iter().any(points)
}

/// What proves most comes first.
fn weight_of(evidence: &EvidenceRecord) -> u8 {
    match evidence.key.as_deref() {
        Some(key) if PLACES.contains(&key) => 2,
        Some(key) if key == evidence.label => 0,
        _ => 1,
    }
}

/// They say where, which the line above the verdict says already.
const PLACES: [&str; 7] = ["host", "port", "server", "site", "target", "url", "asked"];

/// Keys of moments that a log or a file tells, as old as they are.
const AGED: [&str; 6] = [
    "first",
    "last",
    "reached",
    "since",
    "this_update",
    "modified",
];

const fn tone_of(status: ProbeStatus) -> Tone {
    match status {
        ProbeStatus::Ok => Tone::Good,
        ProbeStatus::Warning => Tone::Warning,
        ProbeStatus::Fault => Tone::Bad,
        ProbeStatus::Skipped | ProbeStatus::Blocked => Tone::Faint,
    }
}
