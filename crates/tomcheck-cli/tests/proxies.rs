//! Every place that decides a proxy, on a machine made for the test: told with its answer.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Files below a home, each after its name.
fn home(files: &[(&str, &str)]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    home
}

fn tomcheck(home: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(["proxy", "https://www.tom.invalid/", "--deadline", "20"])
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", home)
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn report(home: &Path, variables: &[(&str, &str)]) -> Value {
    let output = tomcheck(home, variables, &["--json", "--show-identity"]);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Those of this test's own home: the machine that runs it may have others.
fn own_sources(report: &Value, home: &Path) -> Vec<(String, String, String)> {
    let at = home.to_str().unwrap();
    let sources = report["proxy"]["sources"].as_array().unwrap().iter();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let own = sources.filter(|one| {
        let place = text(one, "where");
        place.starts_with(at) || one["source"] == "environment"
    });
    let own = own.map(|one| {
        let place = text(one, "where");
        let place = place.strip_prefix(at).unwrap_or(&place).to_owned();
        (text(one, "source"), place, text(one, "answer_for_url"))
    });
    own.collect()
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|it| it["code"].as_str().unwrap()).collect()
}

const KIOSLAVERC: &str = "[Proxy Settings]\nProxyType=1\nhttpsProxy=http://127.0.0.1 9\n\
    NoProxyFor=lan\n";
const PREFS: &str = "user_pref(\"network.proxy.type\", 1);\n\
    user_pref(\"network.proxy.ssl\", \"firefox.invalid\");\n\
    user_pref(\"network.proxy.ssl_port\", 3128);\n\
    user_pref(\"network.proxy.no_proxies_on\", \"localhost, .tom.invalid\");\n";
const DEPLOYMENT: &str = "deployment.proxy.type=1\n\
    deployment.proxy.https.host=java.invalid\ndeployment.proxy.https.port=3128\n";

#[test]
fn the_desktop_decides_and_every_other_setting_is_told_with_its_place() {
    let home = home(&[
        (".config/kioslaverc", KIOSLAVERC),
        (".mozilla/firefox/profiles.ini", "[Profile0]\nPath=p\n"),
        (".mozilla/firefox/p/prefs.js", PREFS),
        (".java/deployment/deployment.properties", DEPLOYMENT),
    ]);
    let variables = [
        ("XDG_CURRENT_DESKTOP", "KDE"),
        ("https_proxy", "http://user:hunter2@127.0.0.1:19"),
    ];
    let report = report(home.path(), &variables);
    let told = own_sources(&report, home.path());
    let expected = [
        ("kde", "/.config/kioslaverc:3", "PROXY 127.0.0.1:9"),
        ("environment", "https_proxy", "PROXY 127.0.0.1:19"),
        ("firefox", "/.mozilla/firefox/p/prefs.js:2", "DIRECT"),
        (
            "java",
            "/.java/deployment/deployment.properties:2 https.proxyHost",
            "PROXY java.invalid:3128",
        ),
    ];
    let expected = expected.map(|(who, place, way)| (who.into(), place.into(), way.into()));
    assert_eq!(told, expected);
    assert_eq!(report["proxy"]["effective"], "PROXY 127.0.0.1:9");
    let codes = codes(&report);
    assert!(codes.contains(&"proxy.settings-disagree"), "{codes:?}");
    assert!(!report.to_string().contains("hunter2"));
}

/// Whoever is on the machine reads what others' programs are started with.
#[test]
fn a_password_among_the_arguments_is_refused_and_not_repeated() {
    let home = home(&[]);
    let setting = "http://luc:hunter2@127.0.0.1:9";
    let output = tomcheck(home.path(), &[], &["--proxy", setting, "--lang", "fr"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("--proxy-user") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn settings_as_they_are_installed_contradict_nobody() {
    let home = home(&[
        (".config/kioslaverc", "[Proxy Settings]\nProxyType=0\n"),
        (".mozilla/firefox/profiles.ini", "[Profile0]\nPath=p\n"),
        (
            ".mozilla/firefox/p/prefs.js",
            "user_pref(\"network.proxy.type\", 5);\n",
        ),
    ]);
    let variables = [
        ("XDG_CURRENT_DESKTOP", "KDE"),
        ("https_proxy", "http://127.0.0.1:9"),
    ];
    let report = report(home.path(), &variables);
    assert_eq!(report["proxy"]["effective"], "PROXY 127.0.0.1:9");
    let told = own_sources(&report, home.path());
    let answers: Vec<_> = told.iter().map(|(who, _, _)| who.as_str()).collect();
    assert_eq!(answers, ["kde", "environment"]);
}

#[test]
fn people_read_who_takes_which_way_and_by_which_exception() {
    let home = home(&[
        (".mozilla/firefox/profiles.ini", "[Profile0]\nPath=p\n"),
        (".mozilla/firefox/p/prefs.js", PREFS),
    ]);
    let variables = [
        ("https_proxy", "http://127.0.0.1:9"),
        ("no_proxy", "*.invalid"),
    ];
    let output = tomcheck(home.path(), &variables, &["--lang", "fr", "-v"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "http://127.0.0.1:9 → par le proxy 127.0.0.1:9 ; Go → sans proxy (DIRECT)",
        "firefox.invalid:3128 → sans proxy (DIRECT) (exception .tom.invalid)",
        "Go (https_proxy) : sans proxy (DIRECT)",
        "ce diagnostic est passé : par le proxy 127.0.0.1:9",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}
