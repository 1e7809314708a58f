//! What does a fleet watch?
//!
//! One report as text that the textfile collector of node_exporter and windows_exporter reads:
//! OpenMetrics 1.0 and, as only gauges are used, Prometheus' own text format 0.0.4 alike.
//! `docs/metrics.md` lists the names. No label holds anything of a person or of the machine.

use std::fmt::Write as _;

use serde_json::Value;
use tomcheck_diagnosis::{Instant, ProbeStatus, Report, Severity, VerdictStatus};

use crate::details::part;

/// The report as metrics, for the textfile collector.
pub fn metrics(report: &Report) -> String {
    let mut page = Page(String::new());
    about_the_run(&mut page, report);
    about_the_verdict(&mut page, report);
    about_the_probes(&mut page, report);
    about_the_card(&mut page, report);
    page.0.push_str("# EOF\n");
    page.0
}

/// Labels and the value.
type Sample<'a> = (Vec<(&'static str, &'a str)>, f64);

struct Page(String);

impl Page {
    /// A family without samples is left out.
    fn family(&mut self, name: &str, help: &str, samples: &[Sample<'_>]) {
        if samples.is_empty() {
            return;
        }
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (labels, value) in samples {
            let labels = labels
                .iter()
                .map(|(key, value)| format!("{key}=\"{}\"", escaped(value)));
            let labels = labels.collect::<Vec<_>>().join(",");
            let labels = match labels.is_empty() {
                true => labels,
                false => format!("{{{labels}}}"),
            };
            let _ = writeln!(self.0, "{name}{labels} {value}");
        }
    }

    fn one(&mut self, name: &str, help: &str, value: Option<f64>) {
        let sample = value.map(|value| (Vec::new(), value));
        self.family(name, help, sample.as_slice());
    }
}

/// A saved report may come from anywhere.
fn escaped(value: &str) -> String {
    let mut escaped = String::new();
    for letter in value.chars().take(LONGEST_LABEL) {
        match letter {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

const LONGEST_LABEL: usize = 200;

fn about_the_run(page: &mut Page, report: &Report) {
    let version = &*report.tomcheck.version;
    page.family(
        "tomcheck_build_info",
        "The version of tomcheck that made the diagnosis.",
        &[(vec![("version", version)], 1.0)],
    );
    page.one(
        "tomcheck_last_run_timestamp_seconds",
        "When the diagnosis began, in seconds since 1970.",
        Some(seconds_of(report.started_at)),
    );
    page.one(
        "tomcheck_run_duration_seconds",
        "How long the diagnosis took.",
        Some(thousandths(report.duration_ms)),
    );
}

fn about_the_verdict(page: &mut Page, report: &Report) {
    let verdict = [
        (VerdictStatus::Ok, "ok"),
        (VerdictStatus::Warning, "warning"),
        (VerdictStatus::Blocked, "blocked"),
        (VerdictStatus::Undetermined, "undetermined"),
    ];
    let verdict = verdict.map(|(status, name)| {
        let is_it = status == report.verdict.status;
        (vec![("status", name)], f64::from(is_it))
    });
    page.family(
        "tomcheck_verdict",
        "1 for the verdict, 0 for the others.",
        &verdict,
    );
    let is_part = crate::render::only(report).is_some();
    page.one(
        "tomcheck_part_only",
        "1 where some parts were left out on request: the verdict is of the others alone.",
        Some(f64::from(is_part)),
    );
    let cause = report.verdict.root_cause.as_deref();
    let cause = cause.map(|code| (vec![("code", code)], 1.0));
    page.family(
        "tomcheck_root_cause",
        "1 for the one finding that blocks, by its code.",
        cause.as_slice(),
    );
    let findings = report.findings.iter().map(|finding| {
        let labels = vec![
            ("code", &*finding.code),
            ("layer", finding.layer.name()),
            ("severity", severity(finding.severity)),
            (
                "consequence_of",
                finding.consequence_of.as_deref().unwrap_or(""),
            ),
        ];
        (labels, 1.0)
    });
    let mut findings: Vec<_> = findings.collect();
    // the same of two readers or profiles is one series
    findings.sort_by(|one, other| one.0.cmp(&other.0));
    findings.dedup_by(|one, other| one.0 == other.0);
    page.family(
        "tomcheck_finding",
        "1 for each finding, by its code.",
        &findings,
    );
    let severities = [Severity::Fault, Severity::Warning, Severity::Info];
    let counts = severities.map(|wanted| {
        let found = report.findings.iter().filter(|one| one.severity == wanted);
        (vec![("severity", severity(wanted))], number(found.count()))
    });
    page.family("tomcheck_findings", "How many findings there are.", &counts);
}

fn about_the_probes(page: &mut Page, report: &Report) {
    let mut probes: Vec<_> = report.probes.iter().collect();
    probes.sort_by_key(|probe| &probe.id);
    probes.dedup_by_key(|probe| &probe.id);
    let status = probes.iter().map(|probe| {
        let labels = vec![
            ("probe", &*probe.id),
            ("layer", probe.layer.name()),
            ("status", ended(probe.status)),
        ];
        (labels, 1.0)
    });
    page.family(
        "tomcheck_probe_status",
        "1 for how each probe ended.",
        &status.collect::<Vec<_>>(),
    );
    let looked = probes.iter().filter(|probe| !is_unseen(probe.status));
    let durations = looked.map(|probe| {
        let labels = vec![("probe", &*probe.id), ("layer", probe.layer.name())];
        (labels, thousandths(probe.duration_ms))
    });
    page.family(
        "tomcheck_probe_duration_seconds",
        "How long each probe that looked took.",
        &durations.collect::<Vec<_>>(),
    );
    let phases = part(report, "tls").and_then(|tls| tls.get("phases")?.as_object());
    let phases = phases.into_iter().flatten().filter_map(|(name, phase)| {
        let length = phase.get("duration_us")?.as_u64()?;
        Some((vec![("phase", name.as_str())], thousandths(length) / 1000.0))
    });
    page.family(
        "tomcheck_phase_duration_seconds",
        "How long each phase of the secure connection took.",
        &phases.collect::<Vec<_>>(),
    );
}

fn about_the_card(page: &mut Page, report: &Report) {
    let card = part(report, "card");
    let text = |key: &str| card.and_then(|card| card.get(key)?.as_str());
    let state = text("state").filter(|state| *state != "not-looked");
    page.one(
        "tomcheck_card_present",
        "1 where a card is in the reader, 0 where none is; left out where nobody could look.",
        state.map(|state| f64::from(["present", "mute", "in-use"].contains(&state))),
    );
    let kind = text("generation").map(|generation| {
        let family = text("family").unwrap_or("");
        (vec![("family", family), ("generation", generation)], 1.0)
    });
    page.family("tomcheck_card_info", "What card it is.", kind.as_slice());
    let pin = text("pin");
    let left = card.and_then(|card| card.pointer("/tries/left")?.as_f64());
    let by_flags = match pin {
        Some("locked") => Some(0.0),
        Some("final-try") => Some(1.0),
        _ => None,
    };
    page.one(
        "tomcheck_pin_tries_left",
        "Tries left of the code porteur; left out where the card does not tell.",
        left.or(by_flags),
    );
    let pin = pin.map(|pin| (vec![("state", pin)], 1.0));
    page.family(
        "tomcheck_pin_state",
        "What the card says of its code porteur.",
        pin.as_slice(),
    );
    page.one(
        "tomcheck_client_cert_not_after_timestamp_seconds",
        "When the card's authentication certificate ends, in seconds since 1970.",
        authentication_ends(report),
    );
    let server = part(report, "tls").and_then(|tls| tls.pointer("/server_chain/0/not_after"));
    page.one(
        "tomcheck_server_cert_not_after_timestamp_seconds",
        "When the site's certificate ends, in seconds since 1970.",
        server.and_then(moment),
    );
}

fn authentication_ends(report: &Report) -> Option<f64> {
    let certificates = part(report, "certs")?.as_array()?;
    let opens = |one: &&Value| one.get("opens_the_site") == Some(&Value::Bool(true));
    let one = certificates.iter().find(opens)?;
    moment(one.pointer("/certificate/validity/not_after")?)
}

fn moment(value: &Value) -> Option<f64> {
    let moment = Instant::try_from(value.as_str()?.to_owned()).ok()?;
    Some(seconds_of(moment))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds of all years of dates fit"
)]
fn seconds_of(moment: Instant) -> f64 {
    moment.unix() as f64
}

fn thousandths(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / 1000.0
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Fault => "fault",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

const fn ended(status: ProbeStatus) -> &'static str {
    match status {
        ProbeStatus::Ok => "ok",
        ProbeStatus::Warning => "warning",
        ProbeStatus::Fault => "fault",
        ProbeStatus::Skipped => "skipped",
        ProbeStatus::Blocked => "blocked",
    }
}

const fn is_unseen(status: ProbeStatus) -> bool {
    matches!(status, ProbeStatus::Skipped | ProbeStatus::Blocked)
}
