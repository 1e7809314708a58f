//! `tomcheck proxy`: what a network administrator reads of a real proxy.
#![cfg(target_os = "linux")]
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tomcheck_testkit::{
    Dante, DanteOptions, Kerberos, Pki, ServerCertificate, Squid, SquidLogin, SquidOptions,
};

const PASSWORD: &str = "hunter2 of the test";

/// Something that listens: a proxy reaches it, and nobody speaks to it.
fn site() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "https://127.0.0.1:{}/",
        listener.local_addr().unwrap().port()
    );
    (listener, url)
}

fn tomcheck(arguments: &[&str], environment: &[(&str, &str)], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(arguments)
        .env_clear()
        .env("TOMCHECK_COFFRE_DIR", "/nonexistent")
        .env("TOMCHECK_PROXY_CONTROL", "")
        .envs(environment.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn json(output: &Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}

fn root_cause(report: &Value) -> Option<&str> {
    report["verdict"]["root_cause"].as_str()
}

#[test]
fn a_password_from_a_descriptor_opens_the_proxy_and_stands_in_no_report() {
    for login in [SquidLogin::Basic, SquidLogin::Digest, SquidLogin::Ntlm] {
        let squid = Squid::start(&SquidOptions {
            auth: Some(("secretary".to_owned(), PASSWORD.to_owned())),
            login,
            ..SquidOptions::default()
        });
        let (_site, url) = site();
        let proxy = squid.url();
        let asked = ["proxy", &url, "--json", "--proxy", &proxy];
        let without = json(&tomcheck(&asked, &[], ""));
        assert_eq!(root_cause(&without), Some("proxy.authentication-required"));
        let with = [
            &asked[..],
            &["--proxy-user", "secretary", "--proxy-fd", "0"],
        ]
        .concat();
        let output = tomcheck(&with, &[], &format!("{PASSWORD}\n"));
        assert_eq!(root_cause(&json(&output)), None, "{output:?}");
        for secret in [PASSWORD, "secretary"] {
            let shown = String::from_utf8_lossy(&output.stdout);
            assert!(!shown.contains(secret), "{shown}");
        }
        let wrong = json(&tomcheck(&with, &[], "not this one\n"));
        assert_eq!(root_cause(&wrong), Some("proxy.authentication-rejected"));
    }
}

#[test]
fn a_descriptor_without_a_name_is_a_mistake_of_usage() {
    let output = tomcheck(
        &["proxy", "https://127.0.0.1/", "--proxy-fd", "0"],
        &[],
        "x\n",
    );
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("--proxy-fd") && said.contains("--proxy-user"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn the_sessions_ticket_is_shown_where_the_proxy_asks_for_it() {
    let kerberos = Kerberos::start();
    let squid = Squid::start(&SquidOptions {
        login: SquidLogin::Negotiate {
            principal: Kerberos::PROXY.to_owned(),
            keytab: kerberos.keytab(),
            configuration: kerberos.configuration(),
        },
        ..SquidOptions::default()
    });
    let (_site, url) = site();
    let proxy = format!("http://localhost:{}", squid.address().port());
    let asked = ["proxy", &url, "--json", "--proxy", &proxy];
    let configuration = kerberos.configuration();
    let configuration = ("KRB5_CONFIG", configuration.to_str().unwrap());
    let tickets = kerberos.logged_in();
    let tickets = ("KRB5CCNAME", tickets.to_str().unwrap());
    let logged_in = json(&tomcheck(&asked, &[configuration, tickets], ""));
    assert_eq!(root_cause(&logged_in), None, "{logged_in}");
    let nobody = json(&tomcheck(&asked, &[configuration], ""));
    assert_eq!(root_cause(&nobody), Some("proxy.scheme-unsupported"));
}

#[test]
fn a_proxy_over_tls_is_verified_as_the_site_is() {
    let identity = Pki::shared().server(ServerCertificate::Localhost);
    let read = |path| fs::read_to_string(path).unwrap();
    let squid = Squid::start(&SquidOptions {
        secure: Some((read(identity.chain_pem()), read(identity.key_pem()))),
        ..SquidOptions::default()
    });
    let (_site, url) = site();
    let proxy = format!("https://localhost:{}", squid.address().port());
    let asked = ["proxy", &url, "--json", "--proxy", &proxy];
    let unknown = json(&tomcheck(&asked, &[], ""));
    assert_eq!(root_cause(&unknown), Some("proxy.certificate-untrusted"));
    let roots = Pki::shared().roots_pem();
    let known = [&asked[..], &["--ca-file", roots.to_str().unwrap()]].concat();
    assert_eq!(root_cause(&json(&tomcheck(&known, &[], ""))), None);
}

#[test]
fn a_socks_proxy_is_asked_like_any_other() {
    let dante = Dante::start(DanteOptions {
        forbids: true,
        ..DanteOptions::default()
    });
    let (_site, url) = site();
    let proxy = format!("socks5://{}", dante.address());
    let report = json(&tomcheck(
        &["proxy", &url, "--json"],
        &[("https_proxy", &proxy)],
        "",
    ));
    assert_eq!(root_cause(&report), Some("proxy.host-not-allowed"));
    assert_eq!(
        report["proxy"]["effective"],
        format!("SOCKS5 {}", dante.address())
    );
}

#[test]
fn another_site_is_asked_for_where_this_one_is_refused() {
    let squid = Squid::start(&SquidOptions {
        deny: vec!["tom.test.invalid".to_owned()],
        local_names: vec!["other.test.invalid".to_owned()],
        ..SquidOptions::default()
    });
    let (site, _) = site();
    let port = site.local_addr().unwrap().port();
    let control = format!("other.test.invalid:{port}");
    let proxy = squid.url();
    let asked = [
        "proxy",
        "https://tom.test.invalid/",
        "--lang",
        "fr",
        "--proxy",
        &proxy,
    ];
    let output = tomcheck(&asked, &[("TOMCHECK_PROXY_CONTROL", &control)], "");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("Un autre site passe par ce proxy"), "{said}");
    assert!(said.contains(": Squid\n"), "{said}");
}

#[test]
fn a_silent_tunnel_is_held_when_asked_to() {
    let squid = Squid::start(&SquidOptions {
        cuts_idle_after: Some(std::time::Duration::from_secs(1)),
        ..SquidOptions::default()
    });
    let (_site, url) = site();
    let proxy = squid.url();
    let asked = ["proxy", &url, "--json", "--proxy", &proxy];
    let held = json(&tomcheck(&[&asked[..], &["--hold", "6"]].concat(), &[], ""));
    let mut findings = held["findings"].as_array().unwrap().iter();
    assert!(
        findings.any(|it| it["code"] == "proxy.closes-idle-tunnels"),
        "{held}"
    );
    assert_eq!(held["verdict"]["status"], "warning");
    let not_asked = json(&tomcheck(&asked, &[], ""));
    assert_eq!(not_asked["verdict"]["status"], "ok");
}
