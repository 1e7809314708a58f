//! Do the lines of `tomcheck proxy URL --request` do what they are sent for? Pasted into a real
//! squid, into a script that pacparser evaluates, into what curl reads.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tomcheck_testkit::{Ca, Nginx, NginxOptions, Pki, Squid, SquidOptions};

fn tomcheck(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(arguments)
        .env_clear()
        .env("TOMCHECK_COFFRE_DIR", "/nonexistent")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn request(url: &str, options: &[&str]) -> Value {
    let output = tomcheck(&[&["proxy", url, "--request", "--json"], options].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn lines(request: &Value, product: &str) -> String {
    let mut all = request["lines"].as_array().unwrap().iter();
    let lines = all.find(|lines| lines["product"] == product);
    lines.unwrap()["text"].as_str().unwrap().to_owned()
}

fn root_cause(url: &str, proxy: &str) -> Value {
    let output = tomcheck(&["proxy", url, "--json", "--proxy", proxy]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["verdict"]["root_cause"].clone()
}

fn demanding(first_lines: String) -> Squid {
    Squid::start(&SquidOptions {
        auth: Some(("secretary".into(), "hunter2-of-the-test".into())),
        first_lines,
        ..SquidOptions::default()
    })
}

/// Answers every connection as a web server without TLS.
fn plain_site() -> SocketAddr {
    // squid may take either address of localhost
    let listener = TcpListener::bind("[::]:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    address
}

#[test]
fn squid_asks_for_a_password_before_the_lines_are_pasted_and_for_other_sites_after() {
    let site = plain_site();
    let url = format!("https://localhost:{}/", site.port());
    let by_address = format!("https://127.0.0.1:{}/", site.port());
    let before = demanding(String::new());
    let request = request(&url, &["--proxy", &before.url()]);
    assert_eq!(request["seen"]["code"], "proxy.authentication-required");
    let after = demanding(lines(&request, "squid"));
    for url in [&url, &by_address] {
        assert_eq!(
            root_cause(url, &before.url()),
            "proxy.authentication-required"
        );
        // the proxy lets it through: what is behind it speaks no TLS
        assert_eq!(root_cause(url, &after.url()), "tls.not-tls");
    }
    let elsewhere = format!("https://elsewhere.test.invalid:{}/", site.port());
    let other_port = "https://localhost:9/";
    for url in [elsewhere.as_str(), other_port] {
        assert_eq!(
            root_cause(url, &after.url()),
            "proxy.authentication-required"
        );
    }
}

/// What is fetched in the clear needs no tunnel, which would carry anything; and who comes from
/// elsewhere is asked as before.
#[test]
fn the_lines_for_squid_open_no_more_than_was_asked_for() {
    let asked = request(
        "https://tom.gip-cps.fr/",
        &["--proxy", "http://127.0.0.1:9"],
    );
    let sites = asked["sites"].as_array().unwrap().iter();
    let mut in_the_clear = sites.filter(|site| site["port"] == 80);
    let host = in_the_clear.next().unwrap()["host"].as_str().unwrap();
    let pasted = lines(&asked, "squid");
    let elsewhere = pasted.replace(" 127.0.0.0/8 ::1", "");
    assert_ne!(pasted, elsewhere);
    let (squid, for_others) = (demanding(pasted), demanding(elsewhere));
    let url = |port: u16| format!("http://{host}:{port}/");
    let in_words = "%{http_code} %{http_connect}";
    let answer = |squid: &Squid, url: &str, options: &[&str]| {
        let output = Command::new("curl")
            .args(["-s", "-o", "/dev/null", "-w", in_words, "-m", "20"])
            .args(["--proxy", &squid.url(), url])
            .args(options)
            .env_clear()
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = answer(&squid, &url(80), &[]);
    assert!(
        !plain.starts_with("407") && !plain.starts_with("000"),
        "{plain}"
    );
    assert_eq!(answer(&for_others, &url(80), &[]), "407 000");
    assert_eq!(answer(&squid, &url(80), &["--proxytunnel"]), "000 407");
    assert_eq!(answer(&squid, &url(443), &["--proxytunnel"]), "000 407");
}

#[test]
fn a_squid_that_inspects_leaves_the_site_alone_once_the_lines_are_pasted() {
    let nginx = Nginx::start(&NginxOptions::default());
    let url = format!("https://tom.test.invalid:{}/", nginx.port());
    let asked = request(&url, &["--proxy", "http://127.0.0.1:9"]);
    let inspecting = |first_lines: String| {
        Squid::start(&SquidOptions {
            inspects_as: Some("/CN=Hospital inspection".into()),
            local_names: vec!["tom.test.invalid".into()],
            first_lines,
            ..SquidOptions::default()
        })
    };
    let issuer = |squid: &Squid| {
        let foreign = Pki::shared().authority(Ca::Foreign).certificate_pem();
        let output = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
            .args(["tls", &url, "--json", "--proxy", &squid.url(), "--ca-file"])
            .arg(foreign)
            .env_clear()
            .env("TOMCHECK_COFFRE_DIR", "/nonexistent")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["tls"]["server_chain"].to_string()
    };
    let opened = issuer(&inspecting(String::new()));
    assert!(opened.contains("Hospital inspection"), "{opened}");
    let left = issuer(&inspecting(lines(&asked, "squid-ssl-bump")));
    assert!(!left.contains("Hospital inspection"), "{left}");
    assert!(left.contains("subject"), "{left}");
}

#[test]
fn the_line_of_the_script_sends_the_site_directly_and_nothing_else() {
    let asked = request("https://localhost:8443/", &[]);
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("proxy.pac");
    let line = lines(&asked, "pac");
    let text = format!("function FindProxyForURL(url, host) {{\n{line}return \"PROXY p:1\";\n}}\n");
    fs::write(&script, text).unwrap();
    let answer = |url: &str| {
        let mut pactester = Command::new("pactester");
        let pactester = pactester.arg("-p").arg(&script).args(["-u", url]);
        let output = pactester.output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    assert_eq!(answer("https://localhost:8443/tom"), "DIRECT");
    assert_eq!(answer("https://127.0.0.1:8443/"), "DIRECT");
    assert_eq!(answer("https://notlocalhost/"), "PROXY p:1");
    assert_eq!(answer("https://localhost.example/"), "PROXY p:1");
}

#[test]
fn curl_goes_past_the_proxy_for_what_the_line_of_no_proxy_names() {
    let site = plain_site();
    let squid = demanding(String::new());
    let asked = request(&format!("https://localhost:{}/", site.port()), &[]);
    let status = |host: &str, no_proxy: &str| {
        let output = Command::new("curl")
            .args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "-m", "20"])
            .arg(format!("http://{host}:{}/", site.port()))
            .env_clear()
            .env("http_proxy", squid.url())
            .env("no_proxy", no_proxy)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let line = lines(&asked, "no_proxy");
    for host in ["localhost", "127.0.0.1"] {
        assert_eq!(status(host, ""), "407");
        assert_eq!(status(host, &line), "200");
    }
    assert_eq!(status("elsewhere.test.invalid", &line), "407");
}

#[test]
fn the_letter_names_the_site_its_addresses_and_what_was_seen_and_goes_into_a_file() {
    let squid = demanding(String::new());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("demande.txt");
    let (url, proxy) = ("https://localhost:8443/", squid.url());
    let path = file.to_str().unwrap();
    for (lang, words) in [
        (
            "fr",
            [
                "sans inspection TLS",
                "adresses : 127.0.0.1",
                "demande un nom d'utilisateur",
            ],
        ),
        (
            "en",
            [
                "without TLS inspection",
                "addresses: 127.0.0.1",
                "demands a user name",
            ],
        ),
    ] {
        let options = ["--request", "--proxy", &proxy, "--lang", lang, "-o", path];
        let output = tomcheck(&[&["proxy", url], &options[..]].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(output.stdout.is_empty());
        let letter = fs::read_to_string(&file).unwrap();
        for word in words
            .iter()
            .chain(&["localhost, port 8443", "407 Proxy", "acl tomcheck_"])
        {
            assert!(letter.contains(word), "{word}: {letter}");
        }
        assert!(!letter.contains('\u{1b}'));
    }
}

#[test]
fn for_tom_what_is_not_confirmed_is_marked() {
    let asked = request(
        "https://tom.gip-cps.fr/",
        &["--proxy", "http://127.0.0.1:9"],
    );
    let sites = asked["sites"].as_array().unwrap();
    let confirmed = |host: &str| {
        let site = sites.iter().find(|site| site["host"] == host);
        site.unwrap_or_else(|| panic!("{host}"))["is_confirmed"].clone()
    };
    assert_eq!(confirmed("tom.gip-cps.fr"), false);
    assert_eq!(confirmed("testssl.asipsante.fr"), false);
    assert_eq!(confirmed("ocsp.esante.gouv.fr"), true);
}
