//! What went well later makes an older failure void: as curl, OpenSSL, Java and Chromium write it.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tomcheck_testkit::{
    Ca, ClientAuth, Gamme, Holder, Pki, Purpose, ServerCertificate, TlsServer, TlsServerOptions,
    Variant, Versions,
};

/// The findings of a log, each with its root cause's mark.
fn codes(folder: &Path, log: &[u8]) -> Vec<String> {
    let path = folder.join("some.log");
    fs::write(&path, log).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(["trace", "--json"])
        .arg(&path)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let codes = findings.map(|it| it["code"].as_str().unwrap().to_owned());
    // a browser looks for sites of its maker's, which the tests' machine may not reach
    codes.filter(|code| code != "network.dns-failure").collect()
}

fn shown(log: &[u8]) -> String {
    String::from_utf8_lossy(log).into_owned()
}

/// All that a program prints.
fn printed(command: &mut Command) -> Vec<u8> {
    let output = command.stdin(Stdio::null()).output().unwrap();
    [output.stdout, output.stderr].concat()
}

fn server(client_auth: ClientAuth, versions: Versions) -> TlsServer {
    TlsServer::start(TlsServerOptions {
        client_auth,
        versions,
        ..TlsServerOptions::default()
    })
}

fn curl(arguments: &[&str], url: &str) -> Vec<u8> {
    let mut command = Command::new("curl");
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command.args(["-sS", "-v", "-m", "20", "-o", "/dev/null"]);
    printed(command.args(arguments).arg(url))
}

#[test]
fn a_page_that_came_makes_what_curl_failed_at_before_void_and_not_after() {
    let folder = tempfile::tempdir().unwrap();
    let site = server(ClientAuth::None, Versions::Both);
    let roots = Pki::shared().roots_pem().display().to_string();
    let untrusted = curl(&[], &site.url());
    let good = curl(&["--cacert", &roots], &site.url());
    assert!(shown(&good).contains("< HTTP/1.1 200"), "{}", shown(&good));
    assert_eq!(codes(folder.path(), &untrusted), ["tls.server-untrusted"]);
    let mended = [&untrusted[..], &good].concat();
    assert_eq!(codes(folder.path(), &mended), ["trace.stale"]);
    let broken = [&good[..], &untrusted].concat();
    assert_eq!(codes(folder.path(), &broken), ["tls.server-untrusted"]);
}

/// TLS 1.3: the client believes that all is well before the site has looked at its certificate.
#[test]
fn a_handshake_alone_says_nothing_of_a_certificate_that_the_site_wants() {
    let folder = tempfile::tempdir().unwrap();
    let site = server(ClientAuth::Required, Versions::Tls13);
    let roots = Pki::shared().roots_pem().display().to_string();
    let untrusted = curl(&[], &site.url());
    let refused = curl(&["--cacert", &roots], &site.url());
    let log = [&untrusted[..], &refused].concat();
    let found = codes(folder.path(), &log);
    assert_eq!(
        found,
        ["tls.certificate-required", "trace.stale"],
        "{}",
        shown(&log)
    );
    // the same handshake, without its end
    let text = shown(&refused);
    let end = text.find("certificate verify ok.").unwrap() + "certificate verify ok.\n".len();
    let unended = &refused[..end];
    let log = [&refused[..], unended].concat();
    let found = codes(folder.path(), &log);
    assert_eq!(found, ["tls.certificate-required"], "{}", shown(&log));
    let holder = Pki::shared().person(Holder::Cps, Purpose::Authentication, Variant::Valid);
    let [chain, key] =
        [holder.chain_pem(), holder.key_pem()].map(|path| path.display().to_string());
    let login = ["--cacert", &roots, "--cert", &chain, "--key", &key];
    let log = [refused, curl(&login, &site.url())].concat();
    assert_eq!(
        codes(folder.path(), &log),
        ["trace.stale"],
        "{}",
        shown(&log)
    );
}

fn s_client(place: &str, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new("openssl");
    command
        .args(["s_client", "-connect", place])
        .args(arguments);
    let typed = format!(
        "$ openssl s_client -connect {place} {}\n",
        arguments.join(" ")
    );
    [typed.into_bytes(), printed(&mut command)].concat()
}

#[test]
fn a_session_of_openssl_makes_an_older_failure_void() {
    let folder = tempfile::tempdir().unwrap();
    let roots = Pki::shared().roots_pem().display().to_string();
    for versions in [Versions::Tls12, Versions::Tls13] {
        let site = server(ClientAuth::None, versions);
        let place = format!("localhost:{}", site.port());
        let untrusted = s_client(&place, &[]);
        let good = s_client(&place, &["-CAfile", &roots]);
        assert_eq!(codes(folder.path(), &untrusted), ["tls.server-untrusted"]);
        let mended = [&untrusted[..], &good].concat();
        let found = codes(folder.path(), &mended);
        assert_eq!(found, ["trace.stale"], "{versions:?} {}", shown(&mended));
        let broken = [&good[..], &untrusted].concat();
        assert_eq!(codes(folder.path(), &broken), ["tls.server-untrusted"]);
    }
}

/// Which authorities Java trusts is a store of its own.
fn trusted_by_java(folder: &Path) -> String {
    let store = folder.join("trusted.p12").display().to_string();
    let root = Pki::shared().authority(Ca::Root(Gamme::Elementaire));
    let made = Command::new("keytool")
        .args(["-importcert", "-noprompt", "-storepass", "changeit"])
        .args(["-keystore", &store, "-file"])
        .arg(root.certificate_pem())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", shown(&made.stderr));
    store
}

#[test]
fn a_handshake_that_java_finished_makes_an_older_failure_void() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!(
        "-Djavax.net.ssl.trustStore={}",
        trusted_by_java(folder.path())
    );
    let hosts = folder.path().join("hosts");
    let host = ServerCertificate::Tom.host();
    fs::write(&hosts, format!("127.0.0.1 {host}\n")).unwrap();
    let password = "-Djavax.net.ssl.trustStorePassword=changeit";
    let hosts = format!("-Djdk.net.hosts.file={}", hosts.display());
    for versions in [Versions::Tls12, Versions::Tls13] {
        let site = TlsServer::start(TlsServerOptions {
            certificate: ServerCertificate::Tom,
            client_auth: ClientAuth::None,
            versions,
            ..TlsServerOptions::default()
        });
        let url = format!("https://{host}:{}/", site.port());
        let untrusted = java(folder.path(), &[&hosts], &url);
        let good = java(folder.path(), &[&hosts, &store, password], &url);
        assert_eq!(codes(folder.path(), &untrusted), ["tls.server-untrusted"]);
        let mended = [&untrusted[..], &good].concat();
        let found = codes(folder.path(), &mended);
        assert_eq!(found, ["trace.stale"], "{versions:?} {}", shown(&mended));
        let broken = [&good[..], &untrusted].concat();
        assert_eq!(codes(folder.path(), &broken), ["tls.server-untrusted"]);
    }
}

/// What a program of a few lines prints that opens the URL.
fn java(folder: &Path, options: &[&str], url: &str) -> Vec<u8> {
    const OPEN: &str = "public class Open { public static void main(String[] of) throws Exception { \
        new java.net.URL(of[0]).openConnection().getInputStream(); } }";
    let source = folder.join("Open.java");
    fs::write(&source, OPEN).unwrap();
    let mut command = Command::new("java");
    command.arg("-Djavax.net.debug=ssl:handshake").args(options);
    printed(command.arg(&source).arg(url))
}

/// One session of a browser that asks twice: where nobody listens, and where somebody does.
#[test]
fn an_answer_in_chromiums_net_export_makes_an_older_failure_void() {
    let folder = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let site = server(ClientAuth::None, Versions::Both);
    let dead = format!("https://localhost:{}/", closed.port());
    let failed = net_export(folder.path(), &[&dead]);
    assert_eq!(codes(folder.path(), &failed), ["network.refused"]);
    let mended = net_export(folder.path(), &[&dead, &site.url()]);
    let found = codes(folder.path(), &mended);
    assert_eq!(found, ["trace.stale"]);
    let broken = net_export(folder.path(), &[&site.url(), &dead]);
    assert_eq!(codes(folder.path(), &broken), ["network.refused"]);
}

/// What a Chromium notes of a page that asks for these, one after the other, and trusts everybody.
fn net_export(folder: &Path, urls: &[&str]) -> Vec<u8> {
    let page = folder.join("page.html");
    let script = format!(
        "<script>(async () => {{ for (const url of {urls:?}) \
         await fetch(url, {{mode: 'no-cors'}}).catch(() => 0); document.title = 'done'; }})()</script>"
    );
    fs::write(&page, script).unwrap();
    let export = folder.join("net-export.json");
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new("chromium");
    command
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args(["--disable-dev-shm-usage", "--disable-background-networking"])
        .args([
            "--ignore-certificate-errors",
            "--virtual-time-budget=20000",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", data.path().display()))
        .arg(format!("--log-net-log={}", export.display()))
        .arg(format!("file://{}", page.display()))
        .env("HOME", data.path());
    let said = printed(&mut command);
    assert!(
        shown(&said).contains("<title>done</title>"),
        "{}",
        shown(&said)
    );
    fs::read(export).unwrap()
}
