//! What do the logs of real programs come to?
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tomcheck_testkit::{ClientAuth, Squid, SquidOptions, TlsServer, TlsServerOptions};

/// As the published questions and answers show it.
const CONNECTION: &str = "network: Connexion de https://tom.gip-cps.fr/tom/resources/applet/xmlsec-1.2.1.jar?version-id=0.0.0.3 avec proxy=HTTP @ proxy.xxx.yy/192.0.2.7:3128";
const FAILURE: &str = "java.io.IOException: Authentication failure";

fn trace(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command
        .arg("trace")
        .args(arguments)
        .stdin(Stdio::null())
        .env("LC_ALL", "fr_FR.UTF-8");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn report(output: &Output) -> Value {
    let report = serde_json::from_slice(&output.stdout);
    report.unwrap_or_else(|error| panic_with(output, &error))
}

#[expect(clippy::panic, reason = "what was printed instead is worth more")]
fn panic_with(output: &Output, error: &serde_json::Error) -> Value {
    panic!("{error}: {}{}", text(&output.stdout), text(&output.stderr))
}

/// The report of a log, and the exit status.
fn of_log(folder: &Path, name: &str, log: impl AsRef<[u8]>) -> (Value, Option<i32>) {
    let path = folder.join(name);
    fs::write(&path, log).unwrap();
    let output = trace(&["--json", path.to_str().unwrap()]).output().unwrap();
    (report(&output), output.status.code())
}

fn cause(report: &Value) -> &str {
    report["verdict"]["root_cause"].as_str().unwrap_or_default()
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .filter_map(|finding| finding["code"].as_str())
        .collect()
}

fn evidence(finding: &Value) -> String {
    let all = finding["evidence"].as_array().unwrap();
    all.iter()
        .map(|one| format!("{}={}\n", one["label"], one["value"]))
        .collect()
}

fn console() -> String {
    format!("{CONNECTION}\r\nbasic: Échec du chargement\r\n{FAILURE}\r\n\tat sun.net.www\r\n")
}

#[test]
fn the_published_line_is_told_whole_without_being_asked_for_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("console.txt");
    fs::write(&path, console()).unwrap();
    for (lang, way) in [
        (
            "fr",
            "tom.gip-cps.fr, par le proxy proxy.xxx.yy:3128 (192.0.2.7)",
        ),
        (
            "en",
            "tom.gip-cps.fr, through the proxy proxy.xxx.yy:3128 (192.0.2.7)",
        ),
    ] {
        let output = trace(&[path.to_str().unwrap(), "--lang", lang])
            .output()
            .unwrap();
        let said = text(&output.stdout);
        assert!(
            said.contains(&format!("    {way}\n    {FAILURE}\n")),
            "{said}"
        );
    }
}

#[test]
fn the_published_line_names_proxy_address_port_and_site_in_every_encoding() {
    let folder = tempfile::tempdir().unwrap();
    let console = console();
    let one_byte: Vec<u8> = console
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let marked = || {
        "\u{feff}"
            .chars()
            .chain(console.chars())
            .collect::<String>()
    };
    let little: Vec<u8> = marked().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = marked().encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(console.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    for (encoding, bytes) in [
        ("UTF-8", console.clone().into_bytes()),
        ("Windows-1252", one_byte),
        ("UTF-16LE", little),
        ("UTF-16BE", big),
        ("UTF-8", packed),
    ] {
        let (report, status) = of_log(folder.path(), "console.txt", bytes);
        assert_eq!(
            (cause(&report), status),
            ("proxy.authentication-required", Some(1))
        );
        let finding = &report["findings"][0];
        let title = "Le proxy proxy.xxx.yy:3128 demande un nom d'utilisateur et un mot de passe";
        assert_eq!(finding["title"], title);
        let proofs = evidence(finding);
        for told in [
            "proxy.xxx.yy:3128",
            "192.0.2.7",
            "tom.gip-cps.fr:443",
            "console.txt:3",
        ] {
            assert!(proofs.contains(told), "{told} in {proofs}");
        }
        let file = &report["trace"]["files"][0];
        assert_eq!(
            (&file["encoding"], &file["lines"]),
            (&encoding.into(), &4.into())
        );
        assert_eq!(file["format"], "java-console");
        let hit = &report["trace"]["hits"][0];
        assert_eq!(
            (&hit["line"], &hit["excerpt"]),
            (&3.into(), &FAILURE.into())
        );
        let schema = jsonschema::validator_for(&tomcheck::schema()).unwrap();
        assert!(schema.is_valid(&report));
    }
}

#[test]
fn standard_input_is_read_and_text_names_the_line_first() {
    let mut child = trace(&["-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(console().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = text(&output.stdout);
    assert!(
        text.starts_with("✗ BLOQUÉ — Le proxy proxy.xxx.yy:3128 demande"),
        "{text}"
    );
    assert!(
        text.contains("- — console Java, UTF-8, 4 lignes, 1 reconnue"),
        "{text}"
    );
    assert!(
        text.contains("-:3  proxy.authentication-required"),
        "{text}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_loses_none_of_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("console.txt");
    fs::write(&good, console()).unwrap();
    let absent = folder.path().join("absent.log");
    let files = [&absent, &good, &folder.path().to_owned()].map(|path| path.display().to_string());
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let output = trace(&[&["--json"], &*files].concat()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains(&format!("{} : ce fichier n'existe pas", absent.display())),
        "{said}"
    );
    assert!(said.contains("c'est un dossier"), "{said}");
    assert_eq!(cause(&report(&output)), "proxy.authentication-required");
}

#[test]
fn a_log_that_says_nothing_known_is_told_as_such_and_is_not_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (report, status) = of_log(folder.path(), "notes.txt", "acheter du pain\n");
    assert_eq!(
        (codes(&report), status),
        (vec!["trace.unrecognised"], Some(2))
    );
    let (report, status) = of_log(folder.path(), "system.evtx", b"ElfFile\0\0\0\0\0");
    assert_eq!((codes(&report), status), (vec![], Some(2)), "cut short");
}

fn denied(seconds: u64, host: &str) -> String {
    format!(
        "{seconds}.160      0 127.0.0.1 TCP_DENIED/407 3579 CONNECT {host}:443 - HIER_NONE/- text/html\n"
    )
}

fn reached(seconds: u64, host: &str) -> String {
    format!(
        "{seconds}.160    812 127.0.0.1 TCP_TUNNEL/200 5120 CONNECT {host}:443 - HIER_DIRECT/192.0.2.1 -\n"
    )
}

#[test]
fn a_failure_before_the_last_success_is_void_and_one_after_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let (tom, begin) = ("tom.gip-cps.fr", 1_795_729_459);
    let log = denied(begin, tom) + &reached(begin + 60, tom);
    let (report, status) = of_log(folder.path(), "access.log", &log);
    assert_eq!((codes(&report), status), (vec!["trace.stale"], Some(0)));
    let log = log + &denied(begin + 120, tom);
    let (report, status) = of_log(folder.path(), "access.log", log);
    assert_eq!(
        (cause(&report), status),
        ("proxy.authentication-required", Some(1))
    );
}

#[test]
fn what_failed_more_than_a_day_before_another_failure_of_its_layer_decides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let old = "2026-11-20T08:00:00Z app: SCARD_E_NO_SMARTCARD\n";
    let new = "2026-11-26T08:00:00Z app: SCARD_E_CARD_UNSUPPORTED\n";
    let (report, _) = of_log(folder.path(), "app.log", format!("{old}{new}"));
    assert_eq!(codes(&report), ["card.foreign", "trace.stale"]);
    let soon = old.replace("11-20T08", "11-26T07");
    let (report, _) = of_log(folder.path(), "app.log", format!("{soon}{new}"));
    assert_eq!(codes(&report), ["card.foreign", "card.absent"]);
}

#[test]
fn where_a_log_speaks_of_tom_other_sites_are_only_worth_knowing() {
    let folder = tempfile::tempdir().unwrap();
    let others: String = (0..500)
        .map(|n| denied(1_795_729_000 + n, "ads.example"))
        .collect();
    let log = others.clone() + &denied(1_795_729_900, "tom.gip-cps.fr").replace("407", "403");
    let (report, _) = of_log(folder.path(), "access.log", log);
    assert_eq!(cause(&report), "proxy.host-not-allowed");
    let other = &report["findings"][1];
    assert_eq!(
        (&other["code"], &other["severity"]),
        (&"proxy.authentication-required".into(), &"info".into())
    );
    assert_eq!(report["trace"]["hits_seen"], 501);
    let path = folder.path().join("others.log");
    fs::write(&path, others).unwrap();
    let of = |arguments: &[&str]| {
        let file = path.to_str().unwrap();
        trace(&[arguments, &["--json", file]].concat())
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(of(&[]), Some(1), "no site matters more than another");
    assert_eq!(of(&["--target", "tom"]), Some(0), "none of it is about TOM");
}

#[test]
fn no_secret_of_a_log_is_printed_and_users_only_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let log = "1795729459.217     19 127.0.0.1 TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 luc HIER_NONE/- text/html\n\
        proxy http://luc:hunter2@proxy:3128 said net::ERR_TUNNEL_CONNECTION_FAILED, pin=4711\n";
    let path = folder.path().join("access.log");
    fs::write(&path, log).unwrap();
    for arguments in [&["--json"][..], &["-v"], &["--show-identity", "-v"]] {
        let output = trace(&[arguments, &[path.to_str().unwrap()]].concat())
            .output()
            .unwrap();
        let said = text(&output.stdout);
        assert!(
            !said.contains("hunter2") && !said.contains("4711"),
            "{said}"
        );
        assert_eq!(
            said.contains(" luc "),
            arguments.contains(&"--show-identity"),
            "{said}"
        );
    }
}

#[test]
fn what_programs_say_shows_no_secret_neither_in_evidence_nor_in_passages() {
    let folder = tempfile::tempdir().unwrap();
    let blob = "S3CRET".repeat(400);
    for (name, line) in [
        ("java.log", "java.net.ConnectException: refused, proxy=http://luc:S3CRET@proxy:3128/".to_owned()),
        ("java.log", "java.io.IOException: Unable to tunnel through proxy. Proxy returns \"HTTP/1.1 407 x\" password=a, S3CRET".to_owned()),
        ("java.log", "network: Connexion de https://tom.gip-cps.fr/ avec proxy=http://luc:a@S3CRET@proxy:3128\njava.net.ConnectException: keyStorePassword=S3CRET".to_owned()),
        ("curl.log", "curl: (60) SSL certificate problem, pin=S3CRET".to_owned()),
        ("curl.log", "curl: (7) Failed to connect to luc:S3CRET@proxy".to_owned()),
        ("any.log", format!("Cookie: {blob} SSL_ERROR_UNKNOWN_CA_ALERT")),
        ("any.log", format!("Authorization: Negotiate {blob}{blob}{blob}{blob} net::ERR_PROXY_CONNECTION_FAILED")),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, &line).unwrap();
        for arguments in [&["--json"][..], &["-v"], &["--show-identity", "-v"]] {
            let output = trace(&[arguments, &[path.to_str().unwrap()]].concat())
                .output()
                .unwrap();
            let said = text(&output.stdout);
            assert!(!said.contains("S3CRET"), "{said}");
            assert_eq!(output.status.code(), Some(1), "{line}: {said}");
        }
    }
}

#[test]
fn an_event_is_quoted_alone_and_without_the_name_of_its_workstation() {
    let folder = tempfile::tempdir().unwrap();
    let event = |id: u32, more: &str| {
        format!(
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Schannel'/><EventID>{id}</EventID><TimeCreated SystemTime='2026-11-26T20:30:00.123Z'/><Computer>PC-LUC</Computer><Security UserID='S-1-5-21-1-2-3-1001'/></System>{more}</Event>"
        )
    };
    let log = event(1, "") + &event(36882, "<EventData/>") + &event(2, "");
    let (report, _) = of_log(folder.path(), "events.xml", log);
    assert_eq!(cause(&report), "tls.server-untrusted");
    let excerpt = report["trace"]["hits"][0]["excerpt"].as_str().unwrap();
    assert_eq!(excerpt, "Schannel 36882");
    let whole = report.to_string();
    assert!(
        !whole.contains("PC-LUC") && !whole.contains("S-1-5-21"),
        "{whole}"
    );
}

fn curl(arguments: &[&str]) -> Output {
    let mut command = Command::new("curl");
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command
        .args(["-sS", "-v", "-m", "20"])
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn squids_own_log_and_what_curl_prints_come_to_the_same_cause() {
    let folder = tempfile::tempdir().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let site = "https://tom.gip-cps.fr/";
    let dead = format!("https://localhost:{}/", closed.port());
    let auth = Some(("secretary".to_owned(), "hunter2".to_owned()));
    for (options, url, code) in [
        (
            SquidOptions {
                auth,
                ..SquidOptions::default()
            },
            site,
            "proxy.authentication-required",
        ),
        (
            SquidOptions {
                deny: vec!["tom.gip-cps.fr".into()],
                ..SquidOptions::default()
            },
            site,
            "proxy.host-not-allowed",
        ),
        (SquidOptions::default(), &dead, "proxy.upstream-failed"),
    ] {
        let squid = Squid::start(&options);
        let printed = curl(&["-x", &squid.url(), url]);
        let host = url
            .trim_start_matches("https://")
            .split([':', '/'])
            .next()
            .unwrap();
        assert!(squid.comes_to_log(host), "{}", squid.access_log());
        let log = squid.access_log();
        let (report, status) = of_log(folder.path(), "access.log", &log);
        assert_eq!((cause(&report), status), (code, Some(1)), "{log}");
        assert_eq!(report["trace"]["files"][0]["format"], "squid");
        assert_eq!(report["trace"]["hits"][0]["host"], host);
        assert!(report["trace"]["hits"][0]["at"].is_string(), "{report}");
        let (report, _) = of_log(folder.path(), "curl.log", &printed.stderr);
        assert_eq!(cause(&report), code, "{}", text(&printed.stderr));
        let proofs = evidence(&report["findings"][0]);
        assert!(proofs.contains(&squid.address().to_string()), "{proofs}");
        assert!(proofs.contains(host), "{proofs}");
    }
}

#[test]
fn a_proxy_that_asks_and_is_answered_well_blocks_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let server = TlsServer::start(TlsServerOptions {
        client_auth: ClientAuth::None,
        ..TlsServerOptions::default()
    });
    let squid = Squid::start(&SquidOptions {
        auth: Some(("secretary".into(), "hunter2".into())),
        ..SquidOptions::default()
    });
    let site = format!("https://localhost:{}/", server.port());
    let login = ["--proxy-anyauth", "--proxy-user", "secretary:hunter2"];
    let printed = curl(&[&["-k", "-x", &squid.url(), &site][..], &login].concat());
    assert!(squid.comes_to_log("TCP_TUNNEL"), "{}", squid.access_log());
    let log = squid.access_log();
    assert!(log.contains("TCP_DENIED/407"), "{log}");
    for (name, log) in [
        ("access.log", log.as_bytes()),
        ("curl.log", &printed.stderr),
    ] {
        let (report, status) = of_log(folder.path(), name, log);
        assert_eq!((cause(&report), status), ("", Some(0)), "{}", text(log));
        assert_eq!(codes(&report), ["trace.stale"], "{}", text(log));
    }
}

fn demanding() -> TlsServer {
    TlsServer::start(TlsServerOptions {
        client_auth: ClientAuth::Required,
        ..TlsServerOptions::default()
    })
}

#[test]
fn openssl_and_java_say_what_a_site_that_wants_a_card_said_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let server = demanding();
    let place = format!("localhost:{}", server.port());
    let openssl = Command::new("openssl")
        .args(["s_client", "-ign_eof", "-connect", &place])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let printed = [openssl.stdout, openssl.stderr].concat();
    let (report, _) = of_log(folder.path(), "s_client.log", &printed);
    assert!(
        codes(&report).contains(&"tls.certificate-required"),
        "{}",
        String::from_utf8_lossy(&printed)
    );
    assert_eq!(report["trace"]["files"][0]["format"], "openssl");

    let printed = java(
        folder.path(),
        &["-Djavax.net.debug=ssl:handshake"],
        &server.url(),
    );
    let (report, _) = of_log(folder.path(), "java.log", &printed);
    assert_eq!(cause(&report), "tls.server-untrusted", "{}", text(&printed));
    assert_eq!(report["trace"]["files"][0]["format"], "java-debug");
}

#[test]
fn javas_stack_traces_say_what_stands_between_it_and_the_site() {
    let folder = tempfile::tempdir().unwrap();
    let squid = Squid::start(&SquidOptions {
        auth: Some(("secretary".into(), "hunter2".into())),
        ..SquidOptions::default()
    });
    let port = format!("-Dhttps.proxyPort={}", squid.address().port());
    let site = "https://tom.gip-cps.fr/";
    let printed = java(folder.path(), &["-Dhttps.proxyHost=127.0.0.1", &port], site);
    let (report, _) = of_log(folder.path(), "java.log", &printed);
    assert_eq!(
        cause(&report),
        "proxy.authentication-required",
        "{}",
        text(&printed)
    );
    let printed = java(folder.path(), &[], "https://absent.test.invalid/");
    let (report, _) = of_log(folder.path(), "java.log", &printed);
    assert_eq!(cause(&report), "network.dns-failure", "{}", text(&printed));
    assert!(evidence(&report["findings"][0]).contains("absent.test.invalid"));
}

/// What a program of a few lines prints that opens the URL.
fn java(folder: &Path, options: &[&str], url: &str) -> Vec<u8> {
    const OPEN: &str = "public class Open { public static void main(String[] of) throws Exception { \
        new java.net.URL(of[0]).openConnection().getInputStream(); } }";
    let source: PathBuf = folder.join("Open.java");
    fs::write(&source, OPEN).unwrap();
    let java = Command::new("java")
        .args(options)
        .arg(&source)
        .arg(url)
        .output()
        .unwrap();
    [java.stdout, java.stderr].concat()
}

#[test]
fn what_is_added_is_told_as_it_comes_and_a_signal_brings_the_summary() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    fs::write(&log, reached(1_795_729_000, "a.example")).unwrap();
    let shown = folder.path().join("shown");
    let child = trace(&["--follow", log.to_str().unwrap()])
        .stdout(fs::File::create(&shown).unwrap())
        .spawn()
        .unwrap();
    let add = |line: &str| {
        let file = fs::OpenOptions::new().append(true).open(&log);
        file.unwrap().write_all(line.as_bytes()).unwrap();
    };
    add(&denied(1_795_729_100, "b.example"));
    comes_to(&shown, "b.example");
    let told = fs::read_to_string(&shown).unwrap();
    assert!(told.contains("26/11/2026 21:38:20 UTC"), "{told}");
    // rotated: another file has the name
    fs::rename(&log, folder.path().join("access.log.1")).unwrap();
    let two = reached(1_795_729_190, "c.example") + &denied(1_795_729_200, "c.example");
    fs::write(&log, two).unwrap();
    comes_to(&shown, "c.example");
    // emptied: it is shorter than what was read of it
    fs::write(&log, denied(1_795_729_300, "d.example")).unwrap();
    comes_to(&shown, "d.example");
    assert!(!fs::read_to_string(&shown).unwrap().contains("BLOQUÉ"));
    let id = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = fs::read_to_string(&shown).unwrap();
    let (_, summary) = text.split_once("✗ BLOQUÉ").unwrap();
    assert!(summary.contains("5 lignes, 3 reconnues"), "{summary}");
}

/// Wants to end when it is asked for the third time.
#[derive(Default)]
struct Impatient(std::cell::Cell<u32>);

impl tomcheck::trace::Watcher for Impatient {
    fn wants_end(&self) -> bool {
        self.0.set(self.0.get() + 1);
        self.0.get() > 2
    }
}

#[test]
fn who_wants_the_end_waits_for_no_long_log_and_is_told_that_it_was_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.log");
    let length = 16 << 20;
    fs::write(&path, "nothing\n".repeat(length / 8)).unwrap();
    let mut options = tomcheck::trace::Options::new([tomcheck::trace::Input::File(path)]);
    options.follow = true;
    let traced = tomcheck::trace::trace(&options, &tomcheck::Quiet, &Impatient::default());
    let kinds: Vec<_> = traced.unread.iter().map(|(_, why)| why.kind()).collect();
    assert_eq!(kinds, [std::io::ErrorKind::Interrupted]);
    let read = traced.report.details["trace"]["files"][0]["bytes"]
        .as_u64()
        .unwrap();
    assert!(read > 0 && read < length as u64, "{read}");
}

/// Waits 20 s for it.
fn comes_to(file: &Path, what: &str) {
    let begun = Instant::now();
    while !fs::read_to_string(file).unwrap().contains(what) {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{what} never came"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_large_log_is_read_the_same_by_one_thread_and_by_many() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.log");
    let mut log = Vec::new();
    for number in 0..50_000 {
        let host = format!("site{}.example", number % 7);
        let line = if number % 1000 == 17 {
            denied(1_795_700_000 + number, &host)
        } else {
            reached(1_795_700_000 + number, &host)
        };
        log.extend_from_slice(line.as_bytes());
    }
    fs::write(&path, log).unwrap();
    let of = |threads: &str| {
        let file = path.to_str().unwrap();
        let output = trace(&["--json", "--threads", threads, file])
            .output()
            .unwrap();
        let report = report(&output);
        (report["trace"].clone(), report["findings"].clone())
    };
    let one = of("1");
    assert_eq!(one.0["files"][0]["lines"], 50_000);
    assert_eq!(one.0["hits_seen"], 50);
    assert_eq!(one.0["hits"][0]["line"], 18);
    for threads in ["2", "3"] {
        assert_eq!(of(threads), one, "{threads}");
    }
}
