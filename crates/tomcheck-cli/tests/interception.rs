//! Who opens the secure connection on its way is told by real counterparts: a squid that looks
//! inside, a site that asks for a card.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tomcheck_testkit::{
    Ca, Gamme, Mitmproxy, MitmproxyOptions, Pki, ServerCertificate, Squid, SquidOptions, TlsServer,
    TlsServerOptions,
};

fn report(url: &str, ca_file: &Path, options: &[&str], coffre: &Path) -> Value {
    let coffre = coffre.to_str().unwrap();
    seen_with(url, ca_file, options, &[("TOMCHECK_COFFRE_DIR", coffre)])
}

/// `tomcheck tls URL`, nobody's proxy settings and no machine's Coffre.
fn seen_with(url: &str, ca_file: &Path, options: &[&str], variables: &[(&str, &str)]) -> Value {
    seen_by("tls", url, ca_file, options, variables)
}

fn seen_by(
    command: &str,
    url: &str,
    ca_file: &Path,
    options: &[&str],
    variables: &[(&str, &str)],
) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args([command, url, "--json", "--ca-file"])
        .arg(ca_file)
        .args(options)
        .env_clear()
        .env("TOMCHECK_COFFRE_DIR", NOWHERE)
        .env("TOMCHECK_PORTAL_CANARY", "")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or(Value::from(messages))
}

fn codes(report: &Value) -> Vec<(&str, Option<&str>)> {
    let findings = report["findings"].as_array().unwrap().iter();
    let codes = findings.map(|it| (it["code"].as_str().unwrap(), it["consequence_of"].as_str()));
    codes.collect()
}

/// Of the finding that stands first, by its French label.
fn evidence<'a>(report: &'a Value, label: &str) -> Option<&'a str> {
    let mut evidence = report.pointer("/findings/0/evidence")?.as_array()?.iter();
    evidence.find(|it| it["label"] == label)?["value"].as_str()
}

fn observation<'a>(report: &'a Value, id: &str) -> &'a Value {
    let mut probes = report["probes"].as_array().unwrap().iter();
    probes
        .find(|probe| probe["id"] == id)
        .map_or(&Value::Null, |probe| &probe["observation"])
}

fn inspecting(subject: &str) -> Squid {
    Squid::start(&SquidOptions {
        inspects_as: Some(subject.to_owned()),
        ..SquidOptions::default()
    })
}

const WHO: &str = "qui ouvre la connexion";
const NOWHERE: &str = "/nonexistent";

#[test]
fn a_product_whose_authority_nobody_trusts_here_is_named_in_the_place_of_an_unknown_one() {
    let site = TlsServer::start(TlsServerOptions::default());
    let squid = inspecting("/O=Fortinet/OU=Certificate Authority/CN=FGT60F");
    let proxy = squid.url();
    let report = report(
        &site.url(),
        &Pki::shared().roots_pem(),
        &["--proxy", &proxy],
        Path::new(NOWHERE),
    );
    let codes = codes(&report);
    assert_eq!(codes[0], ("proxy.intercepts-tls", None), "{report:#}");
    let follows = ("tls.server-untrusted", Some("proxy.intercepts-tls"));
    assert!(codes.contains(&follows), "{report:#}");
    assert_eq!(evidence(&report, WHO), Some("Fortinet FortiGate"));
}

/// What establishments do: the workstation trusts the box, and the site never asks for a card.
#[test]
fn a_product_that_the_workstation_trusts_is_told_all_the_same() {
    let site = TlsServer::start(TlsServerOptions::default());
    let squid = inspecting("/O=Zscaler Inc./CN=Zscaler Intermediate Root CA");
    let (proxy, authority) = (squid.url(), squid.inspection_authority());
    let options = ["--proxy", &*proxy];
    let report = report(&site.url(), &authority, &options, Path::new(NOWHERE));
    let handshake = observation(&report, "tls.handshake");
    assert_eq!(
        handshake["server_verdict"]["verdict"], "verified",
        "{report:#}"
    );
    assert_eq!(report["verdict"]["root_cause"], "proxy.intercepts-tls");
    assert_eq!(evidence(&report, WHO), Some("Zscaler"));
    let follows = (
        "tls.certificate-not-requested",
        Some("proxy.intercepts-tls"),
    );
    assert!(codes(&report).contains(&follows), "{report:#}");
}

/// Who asks about the proxy alone is told too, and of the site no more.
#[test]
fn the_command_about_the_proxy_tells_who_opens_what_passes_it() {
    let site = TlsServer::start(TlsServerOptions::default());
    let opening = inspecting("/O=Zscaler Inc./CN=Zscaler Intermediate Root CA");
    let closed = Squid::start(&SquidOptions::default());
    let (roots, authority) = (Pki::shared().roots_pem(), opening.inspection_authority());
    for (squid, known, who) in [
        (&opening, &authority, Some("Zscaler")),
        (&opening, &roots, Some("Zscaler")),
        (&closed, &roots, None),
    ] {
        let proxy = squid.url();
        let report = seen_by("proxy", &site.url(), known, &["--proxy", &proxy], &[]);
        assert_eq!(report["proxy"]["interception"].as_str(), who, "{report:#}");
        let found: Vec<_> = codes(&report).into_iter().map(|(code, _)| code).collect();
        assert_eq!(found, Vec::from_iter(who.map(|_| "proxy.intercepts-tls")));
    }
}

/// A portal that says yes to every tunnel and then speaks of itself.
#[test]
fn the_command_about_the_proxy_tells_that_no_site_answers() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            for answer in ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n<html>"] {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
            }
        }
    });
    let roots = Pki::shared().roots_pem();
    let url = "https://tom.test.invalid/";
    let report = seen_by("proxy", url, &roots, &["--proxy", &proxy], &[]);
    assert_eq!(report["verdict"]["root_cause"], "tls.not-tls", "{report:#}");
    let probes = report["probes"].as_array().unwrap().iter();
    let last = probes.last().unwrap();
    assert_eq!(last["id"], "proxy.interception", "nobody asks for a card");
}

/// Not squid: another make, with an authority as it makes one by itself.
#[test]
fn mitmproxy_is_named_whether_the_workstation_trusts_it_or_not() {
    let site = TlsServer::start(TlsServerOptions::default());
    let opening = Mitmproxy::start(&MitmproxyOptions::default());
    let proxy = opening.url();
    let options = ["--proxy", &*proxy];
    for (known, verdict) in [
        (Pki::shared().roots_pem(), "untrusted"),
        (opening.authority(), "verified"),
    ] {
        let report = report(&site.url(), &known, &options, Path::new(NOWHERE));
        let handshake = observation(&report, "tls.handshake");
        assert_eq!(
            handshake["server_verdict"]["verdict"], verdict,
            "{report:#}"
        );
        assert_eq!(report["verdict"]["root_cause"], "proxy.intercepts-tls");
        assert_eq!(evidence(&report, WHO), Some("mitmproxy"));
    }
}

#[test]
fn mitmproxy_that_asks_for_a_password_is_told_before_it_opens_anything() {
    let site = TlsServer::start(TlsServerOptions::default());
    let asking = Mitmproxy::start(&MitmproxyOptions {
        auth: Some(("secretary".to_owned(), "hunter2".to_owned())),
    });
    let roots = Pki::shared().roots_pem();
    let proxy = asking.url();
    let options = ["--proxy", &*proxy];
    let refused = report(&site.url(), &roots, &options, Path::new(NOWHERE));
    let root_cause = &refused["verdict"]["root_cause"];
    assert_eq!(root_cause, "proxy.authentication-required", "{refused:#}");
    assert_eq!(evidence(&refused, "produit"), Some("mitmproxy"));
}

#[test]
fn a_box_that_bears_nobodys_name_is_told_by_the_direct_way() {
    let site = TlsServer::start(TlsServerOptions::default());
    let squid = inspecting("/O=CHU de Test/CN=Filtre CHU");
    let roots = Pki::shared().roots_pem();
    let proxy = squid.url();
    let report = report(
        &site.url(),
        &roots,
        &["--proxy", &proxy],
        Path::new(NOWHERE),
    );
    assert_eq!(codes(&report)[0].0, "proxy.intercepts-tls", "{report:#}");
    let interceptor = evidence(&report, WHO).unwrap();
    assert!(interceptor.contains("Filtre CHU"), "{report:#}");
    let other = evidence(&report, "par l'autre chemin, délivré par").unwrap();
    assert!(other.contains("ELEMENTAIRE ORGANISATIONS"), "{report:#}");
    // no card, no request: the site saw a handshake that was only looked at
    assert_eq!(site.last_client_certificate(), None);
}

#[test]
fn a_proxy_that_opens_nothing_is_not_accused_of_an_authority_unknown_here() {
    let site = TlsServer::start(TlsServerOptions::default());
    let squid = Squid::start(&SquidOptions::default());
    let foreign = Pki::shared().authority(Ca::Foreign).certificate_pem();
    let proxy = squid.url();
    let report = report(
        &site.url(),
        &foreign,
        &["--proxy", &proxy],
        Path::new(NOWHERE),
    );
    assert_eq!(
        report["verdict"]["root_cause"], "tls.server-untrusted",
        "{report:#}"
    );
    let codes = codes(&report);
    assert!(
        !codes
            .iter()
            .any(|(code, _)| *code == "proxy.intercepts-tls")
    );
    let other = observation(&report, "tls.other-way");
    assert_eq!(
        other["seen"]["server_verdict"]["verdict"], "untrusted",
        "{report:#}"
    );
}

/// A proxy that is set elsewhere is asked too; one that looks inside is no witness.
#[test]
fn a_site_unknown_here_is_not_accused_by_a_proxy_that_is_trusted_to_look_inside() {
    let site = TlsServer::start(TlsServerOptions {
        certificate: ServerCertificate::UnknownRoot,
        ..TlsServerOptions::default()
    });
    let squid = inspecting("/O=CHU de Test/CN=Filtre CHU");
    let report = seen_with(
        &site.url(),
        &squid.inspection_authority(),
        &["--proxy", "direct"],
        &[("HTTPS_PROXY", &squid.url())],
    );
    let root_cause = &report["verdict"]["root_cause"];
    assert_eq!(root_cause, "tls.server-untrusted", "{report:#}");
    let other = observation(&report, "tls.other-way");
    assert_eq!(other["proxy"], squid.address().to_string(), "{report:#}");
    assert_eq!(other["seen"]["server_verdict"]["verdict"], "verified");
}

/// The sites of IGC-Santé are under roots that only the Cryptolib lays down.
#[test]
fn the_roots_in_the_coffre_are_trusted_and_said_to_be_from_there() {
    let site = TlsServer::start(TlsServerOptions::default());
    let foreign = Pki::shared().authority(Ca::Foreign).certificate_pem();
    let coffre = tempfile::tempdir().unwrap();
    for gamme in [Gamme::Elementaire, Gamme::Fort] {
        let root = Pki::shared().authority(Ca::Root(gamme));
        let file = coffre.path().join(format!("{}.cer", gamme.word()));
        std::fs::write(file, root.certificate_der()).unwrap();
    }
    let report = report(&site.url(), &foreign, &["--proxy", "direct"], coffre.path());
    let seen = observation(&report, "tls.handshake");
    assert_eq!(seen["server_verdict"]["verdict"], "verified", "{report:#}");
    let of_cryptolib = serde_json::json!({ "origin": "cryptolib", "count": 2 });
    let origins = seen["roots_from"].as_array().unwrap();
    assert!(origins.contains(&of_cryptolib), "{report:#}");
}
