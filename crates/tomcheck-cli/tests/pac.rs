//! A script (PAC) chooses the way: real squids and a real TLS server stand at its ends.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tempfile::TempDir;
use tomcheck_testkit::{
    ClientAuth, Nginx, NginxOptions, Pki, ServerCertificate, Squid, SquidOptions,
};

fn tomcheck(url: &str, proxy: &str, options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(["proxy", url, "--proxy", proxy])
        .args(options)
        .env_clear()
        .env("TOMCHECK_PORTAL_CANARY", "")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn report(url: &str, proxy: &str) -> Value {
    let output = tomcheck(url, proxy, &["--json", "--lang", "en"]);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// A script on disk, and the setting that names it.
fn script(folder: &TempDir, text: &str) -> String {
    let path = folder.path().join("proxy.pac");
    std::fs::write(&path, text).unwrap();
    setting(&path)
}

fn setting(path: &Path) -> String {
    format!("pac:file://{}", path.to_str().unwrap())
}

fn place(squid: &Squid) -> String {
    squid
        .url()
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned()
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn the_first_way_that_takes_the_connection_is_taken_and_the_line_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let site = Nginx::start(&NginxOptions::default());
    let squid = Squid::start(&SquidOptions {
        local_names: vec!["localhost".into()],
        ..SquidOptions::default()
    });
    let (closed, open) = (closed_port(), place(&squid));
    let text = format!(
        "function FindProxyForURL(url, host) {{ alert(\"asked for \" + dnsResolve(host));\n  if (isPlainHostName(host) && host != \"localhost\")\n    \
         return \"DIRECT\";\n  return \"PROXY 127.0.0.1:{closed}; PROXY {open}; DIRECT\";\n}}\n"
    );
    let url = format!("https://localhost:{}/", site.port());
    let proxy = script(&folder, &text);
    let report = report(&url, &proxy);
    let pac = &report["proxy"]["pac"];
    assert_eq!(
        report["proxy"]["effective"],
        format!("PROXY {open}"),
        "{report:#}"
    );
    assert!(
        report["proxy"]["connect"]["status_line"]
            .as_str()
            .unwrap()
            .contains("200"),
        "{report:#}"
    );
    assert!(
        pac["winning_line"]
            .as_str()
            .unwrap()
            .starts_with("4: return \"PROXY"),
        "{pac}"
    );
    assert!(pac["result"].as_str().unwrap().ends_with("; DIRECT"));
    assert_eq!(report["verdict"]["status"], "warning");
    assert_eq!(codes(&report), ["proxy.unreachable"]);
    let answered = &report["proxy"]["sources"][0]["answer_for_url"];
    assert_eq!(*answered, format!("PROXY 127.0.0.1:{closed}"));
    let told = tomcheck(&url, &proxy, &["--lang", "fr"]);
    let told = String::from_utf8(told.stdout).unwrap();
    let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("sa ligne 4 : return \"PROXY"), "{told}");
    assert!(flat.contains("noms demandés au DNS : 1 ("), "{told}");
    assert!(flat.contains("alert() : asked for 127.0.0.1"), "{told}");
    assert!(
        flat.contains(&format!(
            "sinon par le proxy {open}, sinon sans proxy (DIRECT)"
        )),
        "{told}"
    );
}

#[test]
fn a_script_that_fails_is_done_without_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let site = Nginx::start(&NginxOptions::default());
    let url = format!("https://localhost:{}/", site.port());
    let table = [
        (
            "function FindProxyForURL(u, h) {\n  retun \"DIRECT\";\n}",
            "proxy.pac-invalid",
            "2",
        ),
        ("<html>Connectez-vous</html>", "proxy.pac-invalid", "1"),
        (
            "function FindProxyForURL(u, h) {\n\n  return hote;\n}",
            "proxy.pac-invalid",
            "3",
        ),
    ];
    for (text, code, line) in table {
        let report = report(&url, &script(&folder, text));
        assert_eq!(codes(&report), [code], "{report:#}");
        assert_eq!(report["verdict"]["status"], "warning");
        assert_eq!(report["proxy"]["effective"], "DIRECT");
        let evidence = report["findings"][0]["evidence"].as_array().unwrap();
        let mut evidence = evidence.iter();
        assert!(
            evidence.any(|one| one["label"] == "line" && one["value"] == line),
            "{report:#}"
        );
    }
    let absent = report(&url, &setting(&folder.path().join("absent.pac")));
    assert_eq!(codes(&absent), ["proxy.pac-unreachable"]);
    let endless = script(&folder, "function FindProxyForURL() { for (;;) {} }");
    let endless = report(&url, &endless);
    assert_eq!(codes(&endless), ["proxy.pac-timeout"], "{endless:#}");
    assert_eq!(endless["verdict"]["status"], "undetermined");
}

/// Where the site does not come without a proxy, it is the script that is missing.
#[test]
fn a_script_that_fails_explains_a_site_that_does_not_come() {
    let url = format!("https://127.0.0.1:{}/", closed_port());
    let proxy = format!("pac:http://127.0.0.1:{}/proxy.pac", closed_port());
    let report = report(&url, &proxy);
    assert_eq!(
        report["verdict"]["root_cause"], "proxy.pac-unreachable",
        "{report:#}"
    );
    assert_eq!(codes(&report), ["proxy.pac-unreachable", "network.refused"]);
    assert_eq!(
        report["findings"][1]["consequence_of"],
        "proxy.pac-unreachable"
    );
}

/// A script whose way was taken hides no fault of that way.
#[test]
fn a_script_that_was_followed_does_not_hide_why_its_way_is_shut() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("https://127.0.0.1:{}/", closed_port());
    let partly = "function FindProxyForURL() { return 'DIRECT; HTPP x:1'; }";
    let partly = report(&url, &script(&folder, partly));
    assert_eq!(
        partly["verdict"]["root_cause"], "network.refused",
        "{partly:#}"
    );
    assert_eq!(codes(&partly), ["network.refused", "proxy.pac-invalid"]);
    assert!(partly["findings"][0]["consequence_of"].is_null());
}

#[test]
fn a_site_let_through_by_name_alone_is_told_with_the_rule_to_add() {
    let folder = tempfile::tempdir().unwrap();
    let site = Nginx::start(&NginxOptions::default());
    let text = "function FindProxyForURL(url, host) {
        if (localHostOrDomainIs(host, \"localhost\")) return \"DIRECT\";
        return \"PROXY proxy.test.invalid:3128\";
    }";
    let url = format!("https://localhost:{}/", site.port());
    let report = report(&url, &script(&folder, text));
    assert_eq!(codes(&report), ["proxy.pac-address-differs"], "{report:#}");
    let step = report["findings"][0]["remedy"]["steps"][0].to_string();
    assert!(step.contains("host == \\\"127.0.0.1\\\""), "{step}");
}

/// Something that takes connections and hangs up; how often it was shown a password.
fn hanging_up(first: &'static str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let met = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&met);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(first.as_bytes());
            if !first.is_empty() {
                let _ = stream.read(&mut [0; 4096]);
            }
        }
    });
    (place, met)
}

const ASKS: &str =
    "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n";

fn logging_in(url: &str, proxy: &str) -> Value {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(["proxy", url, "--proxy", proxy, "--json", "--lang", "en"])
        .args(["--proxy-user", "secretary", "--proxy-fd", "0"])
        .env_clear()
        .env("TOMCHECK_PORTAL_CANARY", "")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"hunter2\n").unwrap();
    serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap()
}

/// As browsers do.
#[test]
fn a_proxy_that_takes_the_connection_and_hangs_up_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let site = Nginx::start(&NginxOptions::default());
    let squid = Squid::start(&SquidOptions {
        local_names: vec!["localhost".into()],
        ..SquidOptions::default()
    });
    let (dead, _) = hanging_up("");
    let open = place(&squid);
    let text =
        format!("function FindProxyForURL(u, h) {{ return \"PROXY {dead}; PROXY {open}\"; }}");
    let url = format!("https://localhost:{}/", site.port());
    let report = report(&url, &script(&folder, &text));
    assert_eq!(
        report["proxy"]["effective"],
        format!("PROXY {open}"),
        "{report:#}"
    );
    assert_eq!(report["verdict"]["status"], "warning");
    assert_eq!(codes(&report), ["proxy.not-a-proxy"]);
}

#[test]
fn a_password_that_one_proxy_was_shown_goes_to_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let (first, met) = hanging_up(ASKS);
    let (second, other) = hanging_up(ASKS);
    let text =
        format!("function FindProxyForURL(u, h) {{ return \"PROXY {first}; PROXY {second}\"; }}");
    let report = logging_in("https://localhost:1/", &script(&folder, &text));
    assert!(met.load(Ordering::SeqCst) > 0, "{report:#}");
    assert_eq!(
        report["proxy"]["effective"],
        format!("PROXY {first}"),
        "{report:#}"
    );
    assert_eq!(other.load(Ordering::SeqCst), 0, "{report:#}");
}

/// The setting of a script that lies at a plain address, and how often it was asked for.
fn serving(text: String) -> (String, Arc<AtomicUsize>) {
    let length = text.len();
    answering(format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{text}"
    ))
}

/// The same where this is answered.
fn answering(answer: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (format!("pac:http://{at}/p.pac"), asked)
}

#[test]
fn a_script_is_fetched_once_however_much_is_asked_of_it() {
    let site = Nginx::start(&NginxOptions::default());
    let squid = Squid::start(&SquidOptions {
        local_names: vec!["localhost".into()],
        ..SquidOptions::default()
    });
    let (closed, open) = (closed_port(), place(&squid));
    let (proxy, asked) = serving(format!(
        "function FindProxyForURL(u, h) {{ return \"PROXY 127.0.0.1:{closed}; PROXY {open}\"; }}"
    ));
    let url = format!("https://localhost:{}/", site.port());
    let report = report(&url, &proxy);
    assert_eq!(
        report["proxy"]["effective"],
        format!("PROXY {open}"),
        "{report:#}"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1, "{report:#}");
}

/// The script came over plain HTTP: anybody on the way may have written it.
#[test]
fn a_proxy_that_an_unprotected_script_names_is_not_shown_the_password_itself() {
    let squid = Squid::start(&SquidOptions {
        auth: Some(("secretary".into(), "hunter2".into())),
        ..SquidOptions::default()
    });
    let open = place(&squid);
    let text = format!("function FindProxyForURL(u, h) {{ return \"PROXY {open}\"; }}");
    let (at, _) = serving(text);
    let report = logging_in("https://127.0.0.1:1/", &at);
    assert_eq!(
        report["verdict"]["root_cause"], "proxy.authentication-required",
        "{report:#}"
    );
    assert!(
        report.to_string().contains("came unprotected"),
        "{report:#}"
    );
    assert!(
        !squid.access_log().contains("secretary"),
        "{}",
        squid.access_log()
    );
    let named = logging_in("https://127.0.0.1:1/", &squid.url());
    assert_ne!(
        named["verdict"]["root_cause"], "proxy.authentication-required",
        "{named:#}"
    );
    assert!(squid.comes_to_log("secretary"));
}

/// A server that has this script at `/p.pac`, and sends there who asks for `/old.pac`.
fn over_tls(certificate: ServerCertificate, script: &str) -> Nginx {
    Nginx::start(&NginxOptions {
        certificate,
        client_auth: ClientAuth::None,
        pages: vec![("/p.pac".into(), script.into())],
        redirections: vec![("/old.pac".into(), "/p.pac".into())],
        ..NginxOptions::default()
    })
}

/// A diagnosis of the proxy by who trusts the authorities of the tests, or nobody of theirs.
fn report_trusting(is_known: bool, url: &str, proxy: &str) -> Value {
    let roots = Pki::shared().roots_pem();
    let known = ["--ca-file", roots.to_str().unwrap()];
    let trusting = if is_known { &known[..] } else { &[] };
    let options = [&["--json", "--lang", "en"], trusting].concat();
    let output = tomcheck(url, proxy, &options);
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&output.stderr).into_owned()))
}

#[test]
fn a_script_of_a_server_that_is_trusted_is_followed_from_wherever_one_is_sent_there() {
    let squid = Squid::start(&SquidOptions {
        local_names: vec!["localhost".into()],
        ..SquidOptions::default()
    });
    let open = place(&squid);
    let text = format!("function FindProxyForURL(u, h) {{ return \"PROXY {open}\"; }}");
    let server = over_tls(ServerCertificate::Localhost, &text);
    let at = format!("https://localhost:{}", server.port());
    let (sent, _) = answering(format!(
        "HTTP/1.1 302 Found\r\nLocation: {at}/p.pac\r\nContent-Length: 0\r\n\r\n"
    ));
    let site = Nginx::start(&NginxOptions::default());
    let url = format!("https://localhost:{}/", site.port());
    for setting in [format!("pac:{at}/p.pac"), format!("pac:{at}/old.pac"), sent] {
        let report = report_trusting(true, &url, &setting);
        assert_eq!(codes(&report), [""; 0], "{setting}: {report:#}");
        assert_eq!(report["proxy"]["effective"], format!("PROXY {open}"));
        assert_eq!(report["proxy"]["pac"]["url"], format!("{at}/p.pac"));
    }
}

#[test]
fn a_script_of_a_server_that_is_not_trusted_is_not_followed_and_why_is_told() {
    let text = "function FindProxyForURL() { return 'PROXY evil.test.invalid:3128'; }";
    let site = Nginx::start(&NginxOptions::default());
    let url = format!("https://localhost:{}/", site.port());
    for (certificate, is_known, why) in [
        (
            ServerCertificate::Localhost,
            false,
            "does not know the authority",
        ),
        (ServerCertificate::Expired, true, "has expired"),
        (ServerCertificate::Tom, true, "another name"),
    ] {
        let server = over_tls(certificate, text);
        let setting = format!("pac:https://localhost:{}/p.pac", server.port());
        let report = report_trusting(is_known, &url, &setting);
        assert_eq!(codes(&report), ["proxy.pac-untrusted"], "{report:#}");
        assert_eq!(report["verdict"]["status"], "warning");
        assert_eq!(report["proxy"]["effective"], "DIRECT");
        let note = report["findings"][0]["note"].as_str().unwrap();
        assert!(note.contains(why), "{certificate:?}: {note}");
    }
    // where nothing passes without it, it is the cause
    let server = over_tls(ServerCertificate::Localhost, text);
    let setting = format!("pac:https://localhost:{}/p.pac", server.port());
    let closed = format!("https://127.0.0.1:{}/", closed_port());
    let report = report_trusting(false, &closed, &setting);
    assert_eq!(report["verdict"]["root_cause"], "proxy.pac-untrusted");
}

#[test]
fn a_server_that_has_no_script_or_speaks_no_tls_is_told_as_such() {
    let server = over_tls(ServerCertificate::Localhost, "");
    let site = Nginx::start(&NginxOptions::default());
    let url = format!("https://localhost:{}/", site.port());
    let absent = format!(
        "pac:https://localhost:{}{}",
        server.port(),
        Nginx::FORBIDDEN_PAGE
    );
    let plain = format!("pac:https://localhost:{}/p.pac", server.portal_port());
    for (setting, said) in [(absent, "403"), (plain, "TLS")] {
        let report = report_trusting(true, &url, &setting);
        assert_eq!(codes(&report), ["proxy.pac-unreachable"], "{report:#}");
        let evidence = report["findings"][0]["evidence"].to_string();
        assert!(evidence.contains(said), "{evidence}");
    }
}
