//! How does a real browser show the reports of the virtual workstation?
//!
//! `TOMCHECK_TEST_SCREENSHOTS` names a folder for pictures of the pages, for who wants to look.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]
#![expect(clippy::print_stderr, reason = "what is skipped is said aloud")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tomcheck_testkit::{Chromium, Form, Scenario, Tab};

/// The report of one scenario, as `--html` leaves it.
fn page_of(code: &str, folder: &Path, lang: &'static str) -> PathBuf {
    let mut bench = Scenario::named(code).unwrap().bench().unwrap();
    bench.command.lang = lang;
    let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
    let run = bench.command.run(program, Form::Json).unwrap();
    let report = serde_json::from_str(&run.report).unwrap();
    let file = folder.join(format!("{code}.{lang}.html"));
    fs::write(&file, tomcheck::html(&report)).unwrap();
    file
}

fn tomcheck(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command.args(arguments).args(["--lang", "fr", "--quiet"]);
    command.stdin(Stdio::null()).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whatever is wrong with the page, at every size and in every colour.
fn looked_at(tab: &Tab<'_>, file: &Path) {
    let name = file.file_name().unwrap().to_str().unwrap();
    tab.go(&format!("file://{}", file.display())).unwrap();
    // folded text counts too
    let unfold = "document.querySelectorAll('details').forEach(it => it.open = true)";
    for (colours, width) in [
        ("light", 1_200),
        ("dark", 1_200),
        ("light", 360),
        ("dark", 360),
    ] {
        tab.size(width, 900).unwrap();
        tab.prefers("prefers-color-scheme", colours).unwrap();
        picture(&format!("{name}.{colours}.{width}.png"), || {
            tab.screenshot().unwrap()
        });
        let wide = tab.width().unwrap();
        assert!(
            wide.as_u64().unwrap() <= width.into(),
            "{name}: {wide} instead of {width}"
        );
        if width == 360 && colours == "dark" {
            tab.evaluate(unfold).unwrap();
            let wide = tab.width().unwrap();
            assert!(
                wide.as_u64().unwrap() <= width.into(),
                "{name}, unfolded: {wide}"
            );
        }
        match tab.violations().unwrap() {
            Some(violations) => assert_eq!(violations, [""; 0], "{name}, {colours}, {width}"),
            None => eprintln!("SKIPPED: axe-core is not there (scripts/install tools)"),
        }
    }
    tab.go(&format!("file://{}", file.display())).unwrap();
    let printed = tab.pdf().unwrap();
    assert!(sheets(&printed) <= 2, "{name}: {} sheets", sheets(&printed));
    picture(&format!("{name}.pdf"), || printed.clone());
}

/// Pages of a PDF as Chromium writes it.
fn sheets(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let behind = text.split("/Type /Page").skip(1);
    behind.filter(|rest| !rest.starts_with('s')).count()
}

fn picture(name: &str, take: impl FnOnce() -> Vec<u8>) {
    if let Some(folder) = std::env::var_os("TOMCHECK_TEST_SCREENSHOTS") {
        fs::write(Path::new(&folder).join(name), take()).unwrap();
    }
}

#[test]
fn each_kind_of_verdict_is_shown_without_a_complaint_of_axe() {
    let folder = tempfile::tempdir().unwrap();
    let chromium = Chromium::start().unwrap();
    let tab = chromium.open("about:blank").unwrap();
    for (code, lang) in [
        ("healthy", "fr"),
        ("reader.service-stopped", "fr"),
        ("card.absent", "en"),
        ("token.pin-locked", "fr"),
        ("proxy.authentication-required", "fr"),
        ("tls.certificate-rejected", "en"),
    ] {
        let file = page_of(code, folder.path(), lang);
        picture(&format!("{code}.{lang}.html"), || fs::read(&file).unwrap());
        looked_at(&tab, &file);
    }
}

/// `card` and `certs` show whose card it is, and the page says so.
#[test]
fn each_command_that_looks_at_a_part_leaves_its_page() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Scenario::named("healthy").unwrap().bench().unwrap();
    let line = &bench.command;
    let (url, module) = (line.target.as_str(), line.module.as_ref().unwrap());
    let chromium = Chromium::start().unwrap();
    let tab = chromium.open("about:blank").unwrap();
    let shows = "Ce rapport les montre";
    let masks = "Elles sont masquées";
    for (arguments, said_of_persons) in [
        (vec!["card"], shows),
        (vec!["certs"], shows),
        (vec!["tls", url], masks),
        (vec!["proxy", url], masks),
    ] {
        let file = folder.path().join(format!("{}.html", arguments[0]));
        let output = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
            .args(&arguments)
            .args(["--lang", "fr", "--quiet", "--proxy", &line.proxy])
            .args([Path::new("--module"), module, Path::new("--html"), &file])
            .args([Path::new("--ca-file"), &line.ca_file])
            .envs(line.environment.iter().cloned())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let page = fs::read_to_string(&file);
        assert!(
            page.is_ok_and(|page| page.contains(said_of_persons)),
            "{arguments:?}: {output:?}"
        );
        looked_at(&tab, &file);
    }
}

/// Its tables and its undetermined verdict are no other command's.
#[test]
fn the_page_of_a_log_is_shown_without_a_complaint_of_axe() {
    let folder = tempfile::tempdir().unwrap();
    let chromium = Chromium::start().unwrap();
    let tab = chromium.open("about:blank").unwrap();
    let known = folder.path().join("access.log");
    fs::write(&known, REFUSED).unwrap();
    let unknown = folder.path().join("unknown.log");
    fs::write(&unknown, "\u{1}\u{2}\u{0}nothing that anybody knows").unwrap();
    for (log, status) in [(&known, 1), (&unknown, 2)] {
        let file = log.with_extension("html");
        let (log, page) = (log.to_str().unwrap(), file.to_str().unwrap());
        let output = tomcheck(&["trace", log, "--html", page]);
        assert_eq!(
            output.status.code(),
            Some(status),
            "{}",
            said(&output.stderr)
        );
        looked_at(&tab, &file);
    }
}

const REFUSED: &str = "\
1795729001.160      0 10.1.2.3 TCP_DENIED/407 4100 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html
1795729002.160      0 10.1.2.3 TCP_DENIED/407 4100 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html
";

/// What was in order and is no longer.
#[test]
fn the_page_of_two_reports_is_shown_without_a_complaint_of_axe() {
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_tomcheck"));
    let reports = ["healthy", "proxy.authentication-required"].map(|code| {
        let bench = Scenario::named(code).unwrap().bench().unwrap();
        let run = bench.command.run(program, Form::Json).unwrap();
        let file = folder.path().join(format!("{code}.json"));
        fs::write(&file, run.report).unwrap();
        file
    });
    let [before, after] = reports.each_ref().map(|file| file.to_str().unwrap());
    let file = folder.path().join("compared.html");
    let page = file.to_str().unwrap();
    let output = tomcheck(&["compare", before, after, "--html", page]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    let chromium = Chromium::start().unwrap();
    let tab = chromium.open("about:blank").unwrap();
    looked_at(&tab, &file);
    let shown = tab
        .evaluate("document.querySelector('h1').innerText")
        .unwrap();
    assert!(shown.as_str().unwrap().contains("MOINS BIEN"), "{shown}");

    let judged = folder.path().join("judged.html");
    let output = tomcheck(&["judge", after, "--html", judged.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output.stderr));
    let page = fs::read_to_string(judged).unwrap();
    assert!(
        page.contains("Rapport enregistré, jugé de nouveau"),
        "{page}"
    );
}

/// Where nothing is to be had, there is a page all the same.
#[test]
fn the_page_is_left_beside_what_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rapport.html");
    fs::write(&file, "an older one, which is longer than nothing").unwrap();
    let path = file.to_str().unwrap();
    let output = tomcheck(&["trace", "-", "--html", path]);
    let page = fs::read_to_string(&file).unwrap();
    assert!(
        page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"),
        "{page}"
    );
    assert!(said(&output.stdout).contains("INDÉTERMINÉ") || output.status.success());
}

#[test]
fn a_page_that_cannot_be_written_is_one_line_before_anything_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/rapport.html");
    let cases = [
        (
            missing.to_str().unwrap(),
            "check",
            "ce dossier n'existe pas",
        ),
        (folder.path().to_str().unwrap(), "card", "c'est un dossier"),
        ("rapport.html", "watch", "ne fait pas de rapport"),
    ];
    for (file, command, why) in cases {
        let output = tomcheck(&[command, "--html", file]);
        let line = said(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(
            line.starts_with("tomcheck: --html : ") && line.contains(why),
            "{line}"
        );
        assert_eq!(
            (line.lines().count(), said(&output.stdout)),
            (1, String::new()),
            "{line}"
        );
    }
}
