//! What did tomcheck answer, and is it what had to come?

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Bench, CommandLine, Ending, Scenario};
use crate::KitError;
use crate::cryptolib::CACHE;
use crate::pki::{Holder, Pki, Purpose, Variant};
use crate::station::is_root;

/// Which report is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// `--json`.
    Json,
    /// The text people read.
    Text,
}

/// One run of tomcheck.
#[derive(Clone, Debug)]
pub struct Run {
    /// Exit status; none when a signal or our patience ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub report: String,
    /// Standard error.
    pub messages: String,
    /// From start to end.
    pub duration: Duration,
}

/// One run judged.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The run.
    pub run: Run,
    /// The verdict's root cause, where there is one.
    pub root_cause: Option<String>,
    /// The code of the finding that stands first.
    pub first_finding: Option<String>,
    /// The verdict's status; empty when there is no report.
    pub verdict: String,
    /// Everything that is not as it had to be; empty when all is well.
    pub complaints: Vec<String>,
}

/// What of the card a diagnosis must leave alone.
struct CardBefore {
    tries: u8,
    resets: u64,
    presentations: u64,
}

impl Scenario {
    /// Runs `tomcheck check --json` on the bench and judges what came out.
    ///
    /// Blocks as long as tomcheck does, at most its deadline and twenty seconds.
    ///
    /// # Errors
    ///
    /// When tomcheck cannot be started.
    pub fn judge(&self, program: &Path, bench: &Bench) -> Result<Outcome, KitError> {
        let before = CardBefore::of(bench);
        let run = bench.command.run(program, Form::Json)?;
        let report: Value = serde_json::from_str(&run.report).unwrap_or_default();
        let verdict = text_at(&report, "/verdict/status").unwrap_or_default();
        let root_cause = text_at(&report, "/verdict/root_cause");
        let first = text_at(&report, "/findings/0/code");
        let mut complaints = self.complaints(&run, &report);
        complaints.extend(self.card_complaints(&before, bench));
        if self.ending == Ending::Healthy {
            complaints.extend(way_complaints(bench));
        }
        Ok(Outcome {
            run,
            root_cause: root_cause.map(str::to_owned),
            first_finding: first.map(str::to_owned),
            verdict: verdict.to_owned(),
            complaints,
        })
    }

    fn complaints(&self, run: &Run, report: &Value) -> Vec<String> {
        let (status, verdict) = self.ending.wanted();
        let cause = (self.ending != Ending::Healthy).then_some(self.code);
        let told = self.told(report).and_then(|it| text_at(it, "/code"));
        let mut complaints = vec![
            differs("exit status", &run.status, &Some(status)),
            differs(
                "schema",
                &text_at(report, "/schema"),
                &Some("tomcheck-report/1"),
            ),
            differs(
                "verdict",
                &text_at(report, "/verdict/status"),
                &Some(verdict),
            ),
            differs("first finding", &cause.and(told), &cause),
        ];
        // a warning is no cause of anything: whether it is named as one is left open
        if !matches!(self.ending, Ending::Warned | Ending::Told) {
            let root = text_at(report, "/verdict/root_cause");
            complaints.push(differs("root cause", &root, &cause));
        }
        complaints.push(self.without_proof(report));
        let complaints = complaints.into_iter().flatten();
        complaints
            .chain(others(report))
            .chain(indiscretions(&run.report))
            .collect()
    }

    /// The root cause is the one finding people read: it stands first. What is worth knowing
    /// stands anywhere.
    fn told<'a>(&self, report: &'a Value) -> Option<&'a Value> {
        let is_it = |finding: &&Value| text_at(finding, "/code") == Some(self.code);
        let mut findings = array_at(report, "/findings");
        match self.ending {
            Ending::Told => findings.find(is_it),
            Ending::Healthy | Ending::Warned | Ending::Blocked => findings.next(),
        }
    }

    fn without_proof(&self, report: &Value) -> Option<String> {
        let told = self.told(report).into_iter();
        let evidence = told.flat_map(|finding| array_at(finding, "/evidence"));
        // a foreign name (a path, a call) is the label of what it answered
        let mut texts = evidence.flat_map(|it| [text_at(it, "/label"), text_at(it, "/value")]);
        let holds = |text: Option<&str>| text.is_some_and(|text| text.contains(self.proof));
        let found = self.proof.is_empty() || texts.any(holds);
        (!found).then(|| format!("no evidence holds « {} »", self.proof))
    }

    /// The card is as it was; only a wrong code porteur costs a try, and one only.
    fn card_complaints(&self, before: &CardBefore, bench: &Bench) -> Vec<String> {
        let spent = u8::from(self.code == "token.pin-incorrect");
        let after = CardBefore::of(bench);
        let shown = after.presentations - before.presentations;
        let complaints = [
            differs(
                "tries left",
                &after.tries,
                &before.tries.saturating_sub(spent),
            ),
            differs("resets of the card", &after.resets, &before.resets),
            (shown > 1).then(|| format!("the code porteur was presented {shown} times")),
            (before.tries == 1 && shown > 0).then(|| "the final try was spent".to_owned()),
        ];
        complaints.into_iter().flatten().collect()
    }
}

/// The handshake went through the proxy, with the card's certificate, to the end.
fn way_complaints(bench: &Bench) -> Vec<String> {
    let card = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
    let shown = bench.server.last_client_certificate();
    let connected = bench.squid.comes_to_log(" CONNECT localhost:");
    let complaints = [
        (shown.as_deref() != Some(card.certificate_der()))
            .then_some("the site did not see the card's certificate"),
        (bench.server.handshakes() == 0).then_some("no handshake was completed"),
        (!connected).then_some("nothing went through the proxy"),
    ];
    complaints
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect()
}

/// One cause: no second fault that follows from nothing, and nothing said twice.
fn others(report: &Value) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let findings = array_at(report, "/findings").enumerate();
    let complaints = findings.filter_map(|(place, finding)| {
        let code = text_at(finding, "/code").unwrap_or_default();
        let is_fault = text_at(finding, "/severity") == Some("fault");
        let follows = text_at(finding, "/consequence_of").is_some();
        if !seen.insert(code) {
            return Some(format!("{code} is said twice"));
        }
        (place > 0 && is_fault && !follows).then(|| format!("{code} is a second cause"))
    });
    complaints.collect()
}

/// A report is redacted unless it is told not to be.
fn indiscretions(report: &str) -> Vec<String> {
    let secrets = [Holder::Cpe.identifier(), "620100842", "DOC0001417"];
    let told = secrets.into_iter().filter(|secret| report.contains(secret));
    told.map(|secret| format!("the report tells « {secret} »"))
        .collect()
}

impl Ending {
    fn wanted(self) -> (i32, &'static str) {
        match self {
            Self::Healthy | Self::Told => (0, "ok"),
            Self::Warned => (0, "warning"),
            Self::Blocked => (1, "blocked"),
        }
    }
}

impl CardBefore {
    fn of(bench: &Bench) -> Self {
        Self {
            tries: bench.card.tries_left(),
            resets: bench.card.resets(),
            presentations: bench.card.presentations(),
        }
    }
}

impl CommandLine {
    /// The arguments after the program's name.
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["check".to_owned()];
        let mut add = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
        add("--target", self.target.clone());
        add("--ca-file", self.ca_file.display().to_string());
        if let Some(module) = &self.module {
            add("--module", module.display().to_string());
        }
        add("--proxy", self.proxy.clone());
        add("--pin-fd", "0".to_owned());
        add("--deadline", self.deadline.to_string());
        arguments
    }

    /// tomcheck as this line says, in the environment of its bench alone.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = match (&self.sysfs, &self.cache) {
            (Some(sysfs), _) => with_mount(SYSFS, program, sysfs),
            (None, Some(cache)) => with_mount(&in_own_opt(), program, cache),
            (None, None) => Command::new(program),
        };
        for variable in FOREIGN_SETTINGS {
            command
                .env_remove(variable)
                .env_remove(variable.to_ascii_uppercase());
        }
        command
            .args(self.arguments())
            .envs(self.environment.iter().cloned());
        command
    }

    /// Runs tomcheck as this line says, the code porteur on its standard input.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn run(&self, program: &Path, form: Form) -> Result<Run, KitError> {
        let name = program.display().to_string();
        let file = || tempfile::tempfile().map_err(KitError::file(std::env::temp_dir()));
        let (mut output, mut messages) = (file()?, file()?);
        let copy = |file: &File| file.try_clone().map_err(KitError::start(&name));
        let started = Instant::now();
        let mut child = self
            .command(program)
            .args(["--quiet", "--lang", self.lang])
            .args((form == Form::Json).then_some("--json"))
            .args(
                self.html
                    .iter()
                    .flat_map(|file| [Path::new("--html"), file]),
            )
            .stdin(Stdio::piped())
            .stdout(copy(&output)?)
            .stderr(copy(&messages)?)
            .spawn()
            .map_err(KitError::start(&name))?;
        if let Some(mut input) = child.stdin.take() {
            // one that ended before it read has said why
            let _ = writeln!(input, "{}", self.pin);
        }
        let patience = Duration::from_secs(u64::from(self.deadline)) + GRACE;
        let status = wait(&mut child, patience);
        let duration = started.elapsed();
        Ok(Run {
            status: status.and_then(|status| status.code()),
            report: whole(&mut output),
            messages: whole(&mut messages),
            duration,
        })
    }
}

/// The program with a folder in another's place, for itself alone.
fn with_mount(mount: &str, program: &Path, folder: &Path) -> Command {
    let mut command = Command::new("unshare");
    if !is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    let script = format!(r#"{mount} && shift && exec "$@""#);
    command
        .args(["--mount", "--propagation", "private"])
        .args(["sh", "-c", &script, "sh"])
        .args([folder, program]);
    command
}

const SYSFS: &str = r#"mount --bind "$1" /sys"#;

/// No machine needs to have the Cryptolib's folder.
fn in_own_opt() -> String {
    format!(r#"mount -t tmpfs none /etc/opt && mkdir -p "{CACHE}" && mount --bind "$1" "{CACHE}""#)
}

fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let started = Instant::now();
    while started.elapsed() < patience {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        thread::sleep(Duration::from_millis(5));
    }
    // gone already is as good
    let _ = child.kill();
    let _ = child.wait();
    None
}

fn whole(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let _ = file.rewind().and_then(|()| file.read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn text_at<'a>(report: &'a Value, pointer: &str) -> Option<&'a str> {
    report.pointer(pointer).and_then(Value::as_str)
}

fn array_at<'a>(report: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    let array = report.pointer(pointer).and_then(Value::as_array);
    array.into_iter().flatten()
}

fn differs<T: PartialEq + std::fmt::Debug>(what: &str, seen: &T, wanted: &T) -> Option<String> {
    (seen != wanted).then(|| format!("{what}: {seen:?} instead of {wanted:?}"))
}

/// How long after its own deadline tomcheck may take to end.
const GRACE: Duration = Duration::from_secs(20);
/// What the person who runs the scenario may have set for other programs.
const FOREIGN_SETTINGS: [&str; 17] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "tomcheck_lang",
    "tomcheck_module_dirs",
    "tomcheck_galss_ini",
    "ssh_connection",
    "ssh_tty",
    "xrdp_session",
    "xdg_config_home",
    "xdg_current_desktop",
    "java_home",
    "java_tool_options",
    "jdk_java_options",
    "_java_options",
    "sudo_user",
];

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn complaints(status: i32, report: &Value) -> Vec<String> {
        complaints_of("card.absent", status, report)
    }

    fn complaints_of(code: &str, status: i32, report: &Value) -> Vec<String> {
        let run = Run {
            status: Some(status),
            report: report.to_string(),
            messages: String::new(),
            duration: Duration::ZERO,
        };
        Scenario::named(code).unwrap().complaints(&run, report)
    }

    fn good() -> Value {
        json!({
            "schema": "tomcheck-report/1",
            "verdict": { "status": "blocked", "root_cause": "card.absent" },
            "findings": [
                { "code": "card.absent", "severity": "fault", "consequence_of": null,
                  "evidence": [{ "label": "reader", "value": "Virtual PCD 00 00" }] },
                { "code": "tls.certificate-required", "severity": "fault",
                  "consequence_of": "card.absent", "evidence": [] },
            ],
        })
    }

    #[test]
    fn a_report_as_it_has_to_be_meets_no_complaint() {
        assert_eq!(complaints(1, &good()), Vec::<String>::new());
    }

    #[test]
    fn what_is_worth_knowing_stands_anywhere_and_has_to_be_there() {
        let code = "reader.galss-reader-missing";
        let report = |second: &str| {
            json!({
                "schema": "tomcheck-report/1",
                "verdict": { "status": "ok", "root_cause": null },
                "findings": [
                    { "code": "reader.several", "severity": "info", "evidence": [] },
                    { "code": second, "severity": "info",
                      "evidence": [{ "label": "named", "value": "INGENICO Leo" }] },
                ],
            })
        };
        assert_eq!(complaints_of(code, 0, &report(code)), Vec::<String>::new());
        let without = complaints_of(code, 0, &report("reader.several"));
        assert!(without[0].starts_with("first finding: None"), "{without:?}");
    }

    #[test]
    fn whatever_is_not_as_it_has_to_be_is_named() {
        assert!(complaints(0, &good())[0].starts_with("exit status"));
        let with = |pointer: &str, value: Value| {
            let mut report = good();
            *report.pointer_mut(pointer).unwrap() = value;
            complaints(1, &report).join("; ")
        };
        assert!(with("/verdict/root_cause", json!("card.mute")).starts_with("root cause"));
        assert!(with("/verdict/status", json!("warning")).starts_with("verdict"));
        assert!(with("/findings/0/code", json!("card.mute")).starts_with("first finding"));
        assert!(with("/findings/0/evidence", json!([])).starts_with("no evidence holds"));
        assert!(with("/findings/1/consequence_of", Value::Null).ends_with("is a second cause"));
        assert!(with("/findings/1/code", json!("card.absent")).ends_with("is said twice"));
        assert!(with("/schema", json!("TEST DOC0001417")).contains("the report tells"));
        assert_eq!(complaints(2, &Value::Null).len(), 6);
    }
}
