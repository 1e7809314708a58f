//! A saved report, without the machine it was taken on: judged again, compared, told to Prometheus.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn tomcheck(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command.args(arguments).env_remove("TOMCHECK_LANG");
    command.env_remove("NO_COLOR").env("COLUMNS", "100");
    command.stdin(Stdio::null());
    command
}

fn output(arguments: &[&str]) -> Output {
    tomcheck(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// One of the reports that are kept with the tests of the library.
fn kept(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tomcheck/tests/reports");
    folder.join(name).display().to_string()
}

fn password() -> String {
    kept("proxy.authentication-required.json")
}

#[test]
fn a_saved_report_has_its_verdict_and_exit_status_again() {
    let judged = output(&["judge", &password(), "--lang", "fr"]);
    assert_eq!(judged.status.code(), Some(1), "{}", text(&judged.stderr));
    let said = text(&judged.stdout);
    assert!(said.starts_with("Rapport enregistré le "), "{said}");
    let blocked =
        "✗ BLOQUÉ — Le proxy 127.0.0.1:40831 demande un nom d'utilisateur et un mot de passe";
    assert!(said.contains(blocked), "{said}");
    let healthy = output(&["judge", &kept("healthy.json"), "--lang", "en"]);
    assert_eq!(healthy.status.code(), Some(0));
    assert!(text(&healthy.stdout).contains("✓ IN ORDER — the card opens this site"));
    let strict = output(&["judge", "--strict", &kept("cert.chain-incomplete.json")]);
    assert_eq!(strict.status.code(), Some(1));
}

/// An hour before midnight in UTC it is the next day in Paris, on the page as in the text.
#[test]
fn the_page_has_the_days_of_a_certificate_as_the_calendar_on_the_wall() {
    let folder = tempfile::tempdir().unwrap();
    let saved = fs::read_to_string(kept("healthy.json")).unwrap();
    let mut report: Value = serde_json::from_str(&saved).unwrap();
    report["certs"] = serde_json::json!([{
        "label": "CPS", "opens_the_site": true,
        "certificate": { "validity": {
            "not_before": "2026-01-14T12:00:00Z", "not_after": "2029-01-14T23:30:00Z",
        } },
    }]);
    let (report, file) = (report.to_string(), folder.path().join("report.json"));
    fs::write(&file, report).unwrap();
    for (zone, day) in [("UTC0", "14/01/2029"), ("CET-1", "15/01/2029")] {
        let page = folder.path().join("page.html");
        let mut command = tomcheck(&["judge", "--lang", "fr", "--html"]);
        let command = command.arg(&page).arg(&file).env("TZ", zone);
        assert_eq!(command.output().unwrap().status.code(), Some(0));
        let page = fs::read_to_string(&page).unwrap();
        assert!(page.contains(day), "{zone}: {page}");
    }
}

#[test]
fn in_the_other_language_it_says_that_some_of_it_stays_as_it_was() {
    let stays = "Report taken in French: what is still in French is as it was saved.";
    let said = |lang| text(&output(&["judge", &password(), "--lang", lang]).stdout);
    assert!(said("en").contains(stays));
    assert!(!said("fr").contains("Rapport pris en"));
}

#[test]
fn it_comes_by_standard_input_as_well_as_powershell_writes_it() {
    let saved = fs::read_to_string(password()).unwrap();
    let units = "\u{feff}".encode_utf16().chain(saved.encode_utf16());
    let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    let mut command = tomcheck(&["judge", "-", "--json", "--lang", "en"]);
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || input.write_all(&bytes));
    let judged = child.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    let report: Value = serde_json::from_slice(&judged.stdout).unwrap();
    assert_eq!(
        report["verdict"]["root_cause"],
        "proxy.authentication-required"
    );
    assert_eq!(report["judge"]["is_same"], true);
    let title = report["findings"][0]["title"].as_str().unwrap();
    assert_eq!(
        title,
        "The proxy 127.0.0.1:40831 demands a user name and a password"
    );
    let validator = jsonschema::validator_for(&tomcheck::schema()).unwrap();
    let faults = validator
        .iter_errors(&report)
        .map(|error| error.to_string());
    assert_eq!(faults.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn what_is_no_report_is_told_in_one_line_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let cases = [
        (file("a.json", "bonjour"), "--json"),
        (file("b.json", "{}"), "n'est pas un rapport"),
        (folder.path().display().to_string(), "dossier"),
        (
            folder.path().join("none").display().to_string(),
            "n'existe pas",
        ),
    ];
    for (path, wanted) in cases {
        let refused = output(&["judge", &path, "--lang", "fr"]);
        assert_eq!(refused.status.code(), Some(2));
        let said = text(&refused.stderr);
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains(&path) && said.contains(wanted), "{said}");
        assert!(refused.stdout.is_empty());
    }
}

#[test]
fn one_report_or_three_are_no_comparison() {
    let kept = kept("healthy.json");
    for (arguments, wanted) in [
        (vec!["compare", &kept], "APRÈS"),
        (
            vec!["compare", &kept, &kept, "trois.json"],
            "« trois.json » est de trop",
        ),
        (
            vec!["judge", &kept, "deux.json"],
            "« deux.json » est de trop",
        ),
    ] {
        let refused = output(&[&arguments[..], &["--lang", "fr"]].concat());
        assert_eq!(refused.status.code(), Some(2));
        let said = text(&refused.stderr);
        assert!(said.lines().count() == 1 && said.contains(wanted), "{said}");
    }
}

#[test]
fn two_reports_are_compared_with_the_verdict_first() {
    let compared = output(&[
        "compare",
        &kept("healthy.json"),
        &password(),
        "--lang",
        "fr",
    ]);
    assert_eq!(
        compared.status.code(),
        Some(1),
        "{}",
        text(&compared.stderr)
    );
    let said = text(&compared.stdout);
    let first = said.lines().next().unwrap();
    assert!(
        first.starts_with("✗ MOINS BIEN — maintenant : Le proxy"),
        "{said}"
    );
    assert!(said.contains("numéro de la carte"), "{said}");
    let back = output(&["compare", &password(), &kept("healthy.json"), "--json"]);
    assert_eq!(back.status.code(), Some(0));
    let back: Value = serde_json::from_slice(&back.stdout).unwrap();
    assert_eq!(back["trend"], "better");
    assert_eq!(back["findings"][0]["change"], "gone");
    let same = output(&[
        "compare",
        &password(),
        &password(),
        "--ascii",
        "--lang",
        "en",
    ]);
    assert_eq!(same.status.code(), Some(0));
    assert!(text(&same.stdout).starts_with("= THE SAME - still: The proxy"));
}

#[test]
fn compare_wants_two_reports_and_judge_one() {
    for arguments in [vec!["compare", "-"], vec!["judge", "-", "-"]] {
        let refused = output(&arguments);
        assert_eq!(refused.status.code(), Some(2));
        assert!(text(&refused.stderr).contains("--help"));
    }
}

#[test]
fn a_fleet_watches_verdict_findings_and_dates_and_no_person() {
    let made = output(&["metrics", &password()]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let said = text(&made.stdout);
    for wanted in [
        "tomcheck_verdict{status=\"blocked\"} 1\n",
        "tomcheck_verdict{status=\"ok\"} 0\n",
        "tomcheck_root_cause{code=\"proxy.authentication-required\"} 1\n",
        "tomcheck_finding{code=\"reader.several\",layer=\"reader\",severity=\"info\",consequence_of=\"\"} 1\n",
        "tomcheck_findings{severity=\"fault\"} 1\n",
        "tomcheck_card_present 1\n",
        "tomcheck_client_cert_not_after_timestamp_seconds ",
        "tomcheck_probe_status{probe=\"proxy.connect\",layer=\"proxy\",status=\"fault\"} 1\n",
    ] {
        assert!(said.contains(wanted), "{wanted}\n{said}");
    }
    assert!(!said.contains("id#") && !said.contains("serial#"), "{said}");
    assert!(said.ends_with("# EOF\n"));
    follows_the_format(&said);
    let healthy = text(&output(&["metrics", &kept("healthy.json")]).stdout);
    assert!(healthy.contains("tomcheck_server_cert_not_after_timestamp_seconds "));
    assert!(healthy.contains("tomcheck_phase_duration_seconds{phase=\"hello\"} "));
    follows_the_format(&healthy);
}

/// OpenMetrics 1.0, as far as gauges go: one block a family, `# HELP` and `# TYPE` before its
/// samples, no series twice, numbers that are numbers, `# EOF` last.
fn follows_the_format(text: &str) {
    let mut families = Vec::new();
    let mut series = std::collections::BTreeSet::new();
    let mut lines = text.lines().peekable();
    assert_eq!(text.matches("# EOF").count(), 1);
    while let Some(line) = lines.next() {
        if line == "# EOF" {
            assert_eq!(lines.next(), None);
            break;
        }
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').unwrap();
            assert!(help.ends_with('.'), "{line}");
            assert!(!families.contains(&name.to_owned()), "{name} stands twice");
            families.push(name.to_owned());
            assert_eq!(lines.next(), Some(&*format!("# TYPE {name} gauge")));
            continue;
        }
        let (key, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
        let name = key.split('{').next().unwrap();
        assert_eq!(families.last().map(String::as_str), Some(name), "{line}");
        let legal = |c: char| c.is_ascii_lowercase() || c == '_';
        assert!(name.chars().all(legal), "{name}");
        assert!(series.insert(key.to_owned()), "{key} stands twice");
    }
}

/// Prometheus' own checker, where it is installed.
#[test]
fn promtool_has_nothing_to_say() {
    if Command::new("promtool").arg("--version").output().is_err() {
        println!("skipped: promtool is not installed (package prometheus)");
        return;
    }
    for name in [
        "healthy",
        "proxy.authentication-required",
        "proxy.intercepts-tls",
    ] {
        let made = output(&["metrics", &kept(&format!("{name}.json"))]).stdout;
        let mut child = Command::new("promtool")
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(&made).unwrap();
        drop(input);
        let checked = child.wait_with_output().unwrap();
        let said = [checked.stdout, checked.stderr].concat();
        assert!(
            checked.status.success() && said.is_empty(),
            "{}",
            text(&said)
        );
    }
}

#[test]
fn the_collectors_file_is_replaced_whole_and_nothing_is_left_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tomcheck.prom");
    fs::write(&path, "old").unwrap();
    let path = path.display().to_string();
    let made = output(&["metrics", &password(), "--textfile", &path]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    assert!(made.stdout.is_empty() && made.stderr.is_empty());
    assert!(fs::read_to_string(&path).unwrap().ends_with("# EOF\n"));
    let left: Vec<PathBuf> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_file_that_cannot_be_replaced_is_named_in_the_readers_language() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder
        .path()
        .join("none/tomcheck.prom")
        .display()
        .to_string();
    let refused = output(&["metrics", &password(), "--textfile", &path, "--lang", "fr"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(
        said.contains(&path) && said.contains("introuvable ("),
        "{said}"
    );
    assert!(!said.contains("os error"), "{said}");
    let elsewhere = folder.path().join("tomcheck.txt").display().to_string();
    let warned = output(&[
        "metrics",
        &password(),
        "--textfile",
        &elsewhere,
        "--lang",
        "fr",
    ]);
    assert_eq!(warned.status.code(), Some(0));
    assert!(text(&warned.stderr).contains(".prom"));
}

/// A machine without card service, module or proxy, and a name nobody has.
#[cfg(unix)]
#[test]
fn a_new_diagnosis_says_what_changed_since_the_saved_one() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = tomcheck(&["check", "--target", "https://absent.test.invalid/", "-q"]);
        let command = command
            .args(arguments)
            .env_clear()
            .env("HOME", folder.path());
        let command = command.env("PCSCLITE_CSOCK_NAME", folder.path().join("pcscd.comm"));
        command
            .env("TOMCHECK_MODULE_DIRS", folder.path())
            .output()
            .unwrap()
    };
    let other = run(&["--baseline", &kept("healthy.json"), "--lang", "fr"]);
    let said = text(&other.stdout);
    assert!(
        said.starts_with("– INDÉTERMINÉ — deux sites différents"),
        "{said}"
    );
    let mut healthy: Value =
        serde_json::from_slice(&fs::read(kept("healthy.json")).unwrap()).unwrap();
    *healthy.pointer_mut("/target/name").unwrap() = "absent.test.invalid".into();
    let healthy_there = folder.path().join("healthy.json");
    fs::write(&healthy_there, healthy.to_string()).unwrap();
    let healthy_there = healthy_there.display().to_string();
    let told = run(&["--baseline", &healthy_there, "--lang", "fr"]);
    assert_eq!(told.status.code(), Some(1), "{}", text(&told.stderr));
    let said = text(&told.stdout);
    assert!(said.starts_with("✗ MOINS BIEN — maintenant : "), "{said}");
    assert!(
        said.contains("\nConnexion par carte à https://absent.test.invalid/\n"),
        "{said}"
    );
    let told = run(&["--baseline", &healthy_there, "--json"]);
    let report: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(report["compare"]["trend"], "worse");
    assert_eq!(report["compare"]["before"]["verdict"]["status"], "ok");
    let none = folder.path().join("none.json").display().to_string();
    let refused = run(&["--baseline", &none]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(refused.stdout.is_empty() && text(&refused.stderr).contains(&none));
}

/// Nobody writes into the pipe: whoever opened it would wait for ever.
#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for_and_a_report_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let pipe = pipe.display().to_string();
    for arguments in [
        &["judge", &pipe, "--lang", "fr"][..],
        &["judge", &password(), "--lang", "fr", "--config", &pipe],
    ] {
        let refused = output(arguments);
        assert_eq!(refused.status.code(), Some(2));
        let said = text(&refused.stderr);
        assert!(said.contains("pas un fichier ordinaire"), "{said}");
    }
    let written = folder.path().join("r.json");
    let named = written.display().to_string();
    output(&["judge", &password(), "--json", "-o", &named]);
    let mode = fs::metadata(&written).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
