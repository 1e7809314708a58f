//! What is made of everything that is no proxy, or a strange one?
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;
use tomcheck_diagnosis::{Deadline, Finding, Lang, Observation, Pseudonyms};
use tomcheck_proxy::{
    Attempt, AttemptEnd, Credentials, Outcome, ProxyAddress, Speaks, Tunnel, TunnelProbe,
    TunnelSeen,
};
use zeroize::Zeroizing;

/// How long a probe may take here; nothing on loopback needs it.
const LIMIT: Duration = Duration::from_secs(10);

/// Something that listens on loopback and does `work` with its first visitor.
fn listening(work: impl FnOnce(TcpStream) + Send + 'static) -> ProxyAddress {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || work(listener.accept().unwrap().0));
    ProxyAddress::http("127.0.0.1", port)
}

/// Something that hears the request out, then answers these bytes and hangs up.
fn answering(bytes: impl Into<Vec<u8>>) -> ProxyAddress {
    let bytes = bytes.into();
    listening(move |mut stream| {
        hear_out(&mut stream);
        // The visitor may have left already.
        let _ = stream.write_all(&bytes);
    })
}

fn hear_out(stream: &mut TcpStream) -> String {
    let mut heard = Vec::new();
    let mut byte = [0];
    while !heard.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        heard.push(byte[0]);
    }
    String::from_utf8(heard).unwrap()
}

async fn ask(proxy: ProxyAddress, limit: Duration) -> (TunnelSeen, Option<Tunnel>) {
    let probe = TunnelProbe::new(proxy, "tom.example", 443, Deadline::after(limit));
    let start = Instant::now();
    let result = probe.observe().await;
    let late = start.elapsed().saturating_sub(limit);
    assert!(late < Duration::from_secs(2), "{late:?} late");
    let json = serde_json::to_string(&result.0).unwrap();
    let read_back: TunnelSeen = serde_json::from_str(&json).unwrap();
    assert_eq!(read_back, result.0);
    result
}

async fn finding(proxy: ProxyAddress) -> Finding {
    let (seen, tunnel) = ask(proxy, LIMIT).await;
    assert!(tunnel.is_none(), "{seen:?}");
    let mut findings = seen.findings();
    assert_eq!(findings.len(), 1, "{seen:?}");
    findings.remove(0)
}

fn said(finding: &Finding, key: &str) -> String {
    let evidence = finding.evidence.iter().find(|evidence| evidence.key == key);
    evidence
        .map(|evidence| evidence.render(Lang::En))
        .unwrap_or_default()
}

#[tokio::test]
async fn what_is_no_http_is_named_by_its_first_bytes() {
    let table: [(&[u8], Speaks); 6] = [
        (b"", Speaks::Nothing),
        (b"\x15\x03\x01\x00\x02\x02\x46", Speaks::Tls),
        (b"220 mail.example ESMTP\r\n", Speaks::Greeting),
        (b"HTTP/1.1 20", Speaks::Http),
        (b"HTTP/1.1 abc nonsense\r\n\r\n", Speaks::Http),
        (b"\x00\xff\x00\xffgarbage", Speaks::Unknown),
    ];
    for (bytes, expected) in table {
        let (seen, tunnel) = ask(answering(bytes), LIMIT).await;
        assert!(tunnel.is_none());
        let Outcome::NotHttp {
            speaks,
            bytes: kept,
            ..
        } = &seen.outcome
        else {
            panic!("{bytes:?}: {seen:?}");
        };
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((speaks, kept), (&expected, &hex), "{seen:?}");
        assert_eq!(seen.findings()[0].kind.code, "proxy.not-a-proxy");
        assert!(seen.findings()[0].note.is_some());
    }
}

/// Asks for a password, then refuses the site on a page that shows the whole request.
fn echoing() -> ProxyAddress {
    listening(|mut stream| {
        hear_out(&mut stream);
        let ask = "HTTP/1.1 407 Proxy Authentication Required\r\n\
            Proxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
        stream.write_all(ask.as_bytes()).unwrap();
        let request = hear_out(&mut stream);
        let value = request.split("asic ").nth(1).unwrap();
        let value = value.split('\r').next().unwrap();
        let page = format!(
            "<title>Refused {value}</title><p>Access denied\n<pre>{request}</pre><p>You are {value}"
        );
        let head = format!(
            "HTTP/1.1 403 No {value}\r\nX-Request: {value}\r\nLocation: http://b/?a={}\r\n\
            Via: 1.1 box\r\nContent-Length: {}\r\n\r\n{page}",
            value.replace('=', "%3D"),
            page.len()
        );
        let _ = stream.write_all(head.as_bytes());
    })
}

#[tokio::test]
async fn a_page_that_shows_the_request_gives_no_password_away() {
    let password = Zeroizing::new("hunter2!".to_owned());
    let probe = TunnelProbe {
        credentials: Some(Credentials::new("CHU\\jean.dupont", password)),
        ..TunnelProbe::new(echoing(), "tom.example", 443, Deadline::after(LIMIT))
    };
    let (seen, _) = probe.observe().await;
    let told = format!(
        "{} {:?}",
        serde_json::to_string(&seen).unwrap(),
        seen.findings()
    );
    let reply = seen.reply().unwrap();
    assert_eq!(reply.status_line, "HTTP/1.1 403");
    assert!(reply.page.contains(&"Access denied".to_owned()), "{told}");
    assert_eq!(reply.values("via").next(), Some("1.1 box"));
    // of `CHU\jean.dupont:hunter2!`, whole or in part
    for secret in ["Q0hVXGpl", "aHVudGVy", "hunter2"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}

/// Hangs up on the third message of NTLM, on each connection; how many came.
fn closing_on_ntlm() -> (ProxyAddress, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = ProxyAddress::http("127.0.0.1", listener.local_addr().unwrap().port());
    let third = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&third);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            for asked in ["NTLM", NTLM_CHALLENGE] {
                let request = hear_out(&mut stream);
                if request.contains("TlRMTVNTUAAD") {
                    count.fetch_add(1, Ordering::SeqCst);
                    break;
                }
                let asked = if request.contains("TlRMTVNTUAAB") {
                    NTLM_CHALLENGE
                } else {
                    asked
                };
                let answer = format!(
                    "HTTP/1.1 407 Who\r\nProxy-Authenticate: {asked}\r\nContent-Length: 0\r\n\r\n"
                );
                let _ = stream.write_all(answer.as_bytes());
            }
            if hear_out(&mut stream).contains("TlRMTVNTUAAD") {
                count.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    (proxy, third)
}

/// The second message, with a nonce and no names. Source: MS-NLMP §2.2.1.2.
const NTLM_CHALLENGE: &str =
    "NTLM TlRMTVNTUAACAAAAAAAAADAAAAABAAAAAQIDBAUGBwgAAAAAAAAAAAAAAAAwAAAA";

#[tokio::test]
async fn ntlm_that_ends_on_its_last_message_is_no_wrong_password_and_is_tried_once() {
    let (proxy, third) = closing_on_ntlm();
    let probe = TunnelProbe {
        credentials: Some(Credentials::new("u", Zeroizing::new("p".to_owned()))),
        ..TunnelProbe::new(proxy, "tom.example", 443, Deadline::after(LIMIT))
    };
    let (seen, _) = probe.observe().await;
    let findings = seen.findings();
    assert_eq!(
        findings[0].kind.code, "proxy.scheme-unsupported",
        "{seen:?}"
    );
    assert!(findings[0].note.unwrap().en.contains("last answer of NTLM"));
    assert_eq!(third.load(Ordering::SeqCst), 1);
    // nor for the next tunnel of the same run
    let _ = probe.observe().await;
    assert_eq!(third.load(Ordering::SeqCst), 1);
}

/// Each as a proxy says it that knows no CONNECT on this port; squid says none of them so.
#[tokio::test]
async fn a_proxy_that_does_not_know_connect_is_told_so_and_one_that_knows_no_such_host_too() {
    for line in [
        "400 Bad Request",
        "404 Not Found",
        "405 Method Not Allowed",
        "501 Not Implemented",
    ] {
        let answer = format!("HTTP/1.1 {line}\r\nVia: 1.1 box\r\nContent-Length: 0\r\n\r\n");
        let finding = finding(answering(answer)).await;
        assert_eq!(finding.kind.code, "proxy.host-not-allowed", "{line}");
        let note = finding.note.unwrap();
        assert!(note.get(Lang::En).contains("CONNECT"), "{line}");
        assert!(!finding.first_steps.is_empty(), "{line}");
    }
    let unknown = "HTTP/1.1 404 Host Not Found\r\nVia: 1.1 box\r\nContent-Length: 0\r\n\r\n";
    let finding = finding(answering(unknown)).await;
    assert_eq!(finding.kind.code, "proxy.upstream-dns");
}

/// No library of the system has a ticket for the name in the test, wherever it runs.
#[tokio::test]
async fn a_proxy_that_a_session_logs_in_to_blames_nobody_for_having_no_password() {
    let asks = "HTTP/1.1 407 Asks\r\nProxy-Authenticate: Negotiate\r\n\
                Proxy-Authenticate: NTLM\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let finding = finding(answering(asks)).await;
    assert_eq!(finding.kind.code, "proxy.authentication-required");
    let note = finding.note.unwrap();
    assert!(note.get(Lang::En).contains("a browser usually logs in"));
    assert!(note.get(Lang::Fr).contains("de lui-même"));
}

#[tokio::test]
async fn who_asked_is_masked_however_the_answer_names_him() {
    let proxy = listening(|mut stream| {
        let page = "<p>Utilisateur : jean.dupont<p>Compte : JEAN.DUPONT";
        let answers = [
            "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"
                .to_owned(),
            format!(
                "HTTP/1.1 302 Found\r\nLocation: http://block.lan/CHU%5Cjean.dupont?u=amVhbg%3D\r\n\
                Content-Length: {}\r\n\r\n{page}",
                page.len()
            ),
        ];
        for answer in answers {
            hear_out(&mut stream);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    let probe = TunnelProbe {
        credentials: Some(Credentials::new(
            "CHU\\jean.dupont",
            Zeroizing::new("open sesame".to_owned()),
        )),
        ..TunnelProbe::new(proxy, "tom.example", 443, Deadline::after(LIMIT))
    };
    let (seen, _) = probe.observe().await;
    let mut pseudonyms = Pseudonyms::new(*b"key");
    pseudonyms.extend(seen.identities());
    let mut json = serde_json::to_value(&seen).unwrap();
    pseudonyms.mask(&mut json);
    let told = json.to_string();
    assert!(told.contains("http://block.lan/"), "{told}");
    assert!(!told.to_lowercase().contains("dupont"), "{told}");
    assert!(!told.contains("amVhbg"), "{told}");
}

#[tokio::test]
async fn a_server_that_speaks_first_is_heard() {
    let proxy = listening(|mut stream| {
        stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n").unwrap();
        std::thread::sleep(Duration::from_millis(200));
    });
    let finding = finding(proxy).await;
    assert_eq!(finding.kind.code, "proxy.not-a-proxy");
    assert_eq!(said(&finding, "text"), "SSH-2.0-OpenSSH_9.2..");
}

#[tokio::test]
async fn silence_ends_at_the_deadline_and_is_not_taken_for_a_wrong_address() {
    let proxy = listening(|mut stream| {
        hear_out(&mut stream);
        std::thread::sleep(Duration::from_secs(60));
    });
    let (seen, _) = ask(proxy, Duration::from_millis(300)).await;
    assert_eq!(seen.findings()[0].kind.code, "proxy.no-answer");
}

#[tokio::test]
async fn an_http_answer_that_is_late_is_a_slow_proxy_and_not_a_wrong_address() {
    let answers: [&'static [u8]; 3] = [
        b"HTTP/1.1 200 Connection established\r\n",
        b"HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n",
        b"HTTP/1.",
    ];
    for answer in answers {
        let proxy = listening(move |mut stream| {
            hear_out(&mut stream);
            stream.write_all(answer).unwrap();
            std::thread::sleep(Duration::from_secs(60));
        });
        let (seen, _) = ask(proxy, Duration::from_millis(300)).await;
        let finding = seen.findings().remove(0);
        assert_eq!(finding.kind.code, "proxy.no-answer", "{seen:?}");
        assert!(finding.note.unwrap().fr.contains("trop lent"));
        assert!(said(&finding, "CONNECT").starts_with("HTTP/1."));
    }
}

#[tokio::test]
async fn a_status_line_that_never_ends_is_cut_at_the_deadline() {
    let proxy = listening(|mut stream| {
        while stream.write_all(b"H").is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let (seen, _) = ask(proxy, Duration::from_millis(300)).await;
    assert_eq!(
        seen.findings()[0].kind.code,
        "proxy.not-a-proxy",
        "{seen:?}"
    );
}

#[tokio::test]
async fn headers_without_end_and_pages_without_end_are_bounded() {
    let flood = |head: &'static [u8], line: &'static [u8]| {
        listening(move |mut stream| {
            hear_out(&mut stream);
            let _ = stream.write_all(head);
            while stream.write_all(line).is_ok() {}
        })
    };
    let headers = flood(b"HTTP/1.1 403 Forbidden\r\n", b"X-Filler: yes\r\n");
    assert_eq!(finding(headers).await.kind.code, "proxy.not-a-proxy");
    let page = flood(
        b"HTTP/1.1 403 Forbidden\r\n\r\n<title>Blocked</title>",
        b"more ",
    );
    let page = finding(page).await;
    assert_eq!(page.kind.code, "proxy.host-not-allowed");
    assert_eq!(said(&page, "title"), "Blocked");
}

#[tokio::test]
async fn a_page_that_never_comes_does_not_hold_the_verdict() {
    let proxy = listening(|mut stream| {
        hear_out(&mut stream);
        stream
            .write_all(b"HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\n")
            .unwrap();
        std::thread::sleep(Duration::from_secs(60));
    });
    let start = Instant::now();
    assert_eq!(finding(proxy).await.kind.code, "proxy.host-not-allowed");
    assert!(start.elapsed() < LIMIT / 2);
}

#[tokio::test]
async fn bytes_right_behind_the_answer_belong_to_the_site() {
    let (seen, tunnel) = ask(answering("HTTP/1.0 200 OK\r\n\r\nfrom the site"), LIMIT).await;
    assert_eq!(seen.reply().unwrap().status_line, "HTTP/1.0 200 OK");
    let mut text = String::new();
    tunnel.unwrap().read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "from the site");
}

#[tokio::test]
async fn a_tunnel_that_closes_at_once_is_open_and_then_ends() {
    let (seen, tunnel) = ask(answering("HTTP/1.1 200 OK\r\n\r\n"), LIMIT).await;
    assert_eq!(seen.findings(), []);
    let mut bytes = Vec::new();
    assert_eq!(tunnel.unwrap().read_to_end(&mut bytes).await.unwrap(), 0);
}

#[tokio::test]
async fn the_request_is_in_authority_form_and_shows_nothing_of_its_own_accord() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let proxy = listening(move |mut stream| {
        sender.send(hear_out(&mut stream)).unwrap();
    });
    ask(proxy, LIMIT).await;
    let request = receiver.recv().unwrap();
    assert!(
        request.starts_with("CONNECT tom.example:443 HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request.contains("\r\nhost: tom.example:443\r\n"),
        "{request}"
    );
    assert!(!request.contains("authorization"), "{request}");
}

#[tokio::test]
async fn each_refusal_has_its_own_meaning() {
    let table = [
        (
            "407 X\r\nProxy-Authenticate: Basic realm=\"a\"",
            "proxy.authentication-required",
        ),
        ("407 X", "proxy.authentication-required"),
        (
            "407 X\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM",
            "proxy.authentication-required",
        ),
        (
            "407 X\r\nProxy-Authenticate: Bearer realm=\"a\"",
            "proxy.scheme-unsupported",
        ),
        ("403 Forbidden", "proxy.host-not-allowed"),
        (
            "307 Moved\r\nLocation: http://portal.example/",
            "proxy.host-not-allowed",
        ),
        ("451 X", "proxy.host-not-allowed"),
        ("404 Not Found\r\nVia: 1.1 filter", "proxy.host-not-allowed"),
        (
            "405 Method Not Allowed\r\nServer: nginx",
            "proxy.not-a-proxy",
        ),
        ("501 Unsupported method ('CONNECT')", "proxy.not-a-proxy"),
        (
            "503 X\r\nX-Squid-Error: ERR_DNS_FAIL 0",
            "proxy.upstream-dns",
        ),
        (
            "500 X\r\nX-Squid-Error: ERR_CANNOT_FORWARD 0",
            "proxy.upstream-dns",
        ),
        (
            "502 Proxy Error ( The host was not found. )",
            "proxy.upstream-dns",
        ),
        (
            "502 X\r\nProxy-Status: p; error=dns_timeout",
            "proxy.upstream-dns",
        ),
        ("502 Bad Gateway", "proxy.upstream-failed"),
        (
            "503 X\r\nX-Squid-Error: ERR_CONNECT_FAIL 111",
            "proxy.upstream-failed",
        ),
        ("504 Gateway Timeout", "proxy.upstream-failed"),
    ];
    for (reply, code) in table {
        let proxy = answering(format!("HTTP/1.1 {reply}\r\nContent-Length: 0\r\n\r\n"));
        let finding = finding(proxy).await;
        assert_eq!(finding.kind.code, code, "{reply}");
        let line = reply.lines().next().unwrap();
        assert_eq!(said(&finding, "CONNECT"), format!("HTTP/1.1 {line}"));
    }
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_told_with_its_errno() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let host = "127.0.0.1".to_owned();
    let (seen, _) = ask(ProxyAddress::http(host, closed.port()), LIMIT).await;
    assert_eq!(seen.attempts[0].end, AttemptEnd::Refused);
    assert_ne!(seen.attempts[0].failure.as_ref().unwrap().code, 0);
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "proxy.unreachable");
    assert!(finding.note.unwrap().en.contains("refused"));
}

#[tokio::test]
async fn a_proxy_whose_name_is_unknown_is_not_called_unreachable() {
    let host = "proxy.test.invalid".to_owned();
    let (seen, _) = ask(ProxyAddress::http(host, 3128), LIMIT).await;
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "proxy.unresolved");
    assert!(!said(&finding, "getaddrinfo").is_empty(), "{finding:?}");
    assert!(finding.steps(Lang::Fr, "linux")[0].contains("nslookup proxy.test.invalid"));
}

#[tokio::test]
async fn a_site_name_that_cannot_stand_in_a_request_is_not_sent() {
    let deadline = Deadline::after(LIMIT);
    let probe = TunnelProbe::new(listening(|_| {}), "tom example", 443, deadline);
    let (seen, tunnel) = probe.observe().await;
    assert!(matches!(seen.outcome, Outcome::NotSent { .. }), "{seen:?}");
    assert!(tunnel.is_none());
}

#[test]
fn silence_of_the_proxy_is_told_from_its_refusal() {
    let seen = TunnelSeen {
        proxy: ProxyAddress::http("proxy.example", 3128),
        target: "tom.example:443".to_owned(),
        user: None,
        offers_password: false,
        limit_ms: 1000,
        attempts: vec![Attempt {
            address: "192.0.2.1:3128".parse().unwrap(),
            waited_ms: 1000,
            end: AttemptEnd::Silent,
            failure: None,
        }],
        exchanges: Vec::new(),
        left_aside: Vec::new(),
        compared: Vec::new(),
        calls_itself: Vec::new(),
        outcome: Outcome::Unreachable,
    };
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "proxy.unreachable");
    assert!(finding.note.unwrap().en.starts_with("No answer"));
    assert_eq!(
        said(&finding, "connect 192.0.2.1:3128 (1000 ms)"),
        "no answer"
    );
}

/// Answers every request of a connection with these bytes, and every connection.
fn always_answering(bytes: Vec<u8>) -> (ProxyAddress, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            while !hear_out(&mut stream).is_empty() {
                count.fetch_add(1, Ordering::Relaxed);
                if stream.write_all(&bytes).is_err() {
                    break;
                }
            }
        }
    });
    (ProxyAddress::http("127.0.0.1", port), requests)
}

#[tokio::test]
async fn a_proxy_that_asks_on_and_on_gets_the_password_once() {
    let nonce = r#"Digest realm="r", nonce="n", qop="auth", stale=true"#;
    for (challenge, most) in [("Basic realm=r", 2), (nonce, 3), ("NTLM", 2)] {
        let head = format!("HTTP/1.1 407 X\r\nProxy-Authenticate: {challenge}\r\n");
        let bytes = format!("{head}Content-Length: 0\r\n\r\n").into_bytes();
        let (proxy, requests) = always_answering(bytes);
        let deadline = Deadline::after(LIMIT);
        let mut probe = TunnelProbe::new(proxy, "tom.example", 443, deadline);
        let password = Zeroizing::new("hunter2".to_owned());
        probe.credentials = Some(Credentials::new("secretary", password));
        for _ in 0..3 {
            let (seen, _) = probe.observe().await;
            assert_eq!(seen.findings().len(), 1, "{seen:?}");
        }
        let shown = requests.load(Ordering::Relaxed);
        let again = match challenge {
            // its first message is no secret
            "NTLM" => 2 * 2,
            _ => 2,
        };
        assert_eq!(shown, most + again, "{challenge}");
    }
}

#[tokio::test]
async fn ntlm_through_a_box_that_closes_between_messages_cannot_be() {
    let second = "TlRMTVNTUAACAAAAAAAAAAAAAAABAAAAAQIDBAUGBwgAAAAAAAAAAAAAAAAAAAAA";
    let head = format!("HTTP/1.1 407 X\r\nProxy-Authenticate: NTLM {second}\r\n");
    let bytes = format!("{head}Connection: close\r\nContent-Length: 0\r\n\r\n").into_bytes();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            hear_out(&mut stream);
            let _ = stream.write_all(&bytes);
        }
    });
    let proxy = ProxyAddress::http("127.0.0.1", port);
    let mut probe = TunnelProbe::new(proxy, "tom.example", 443, Deadline::after(LIMIT));
    let password = Zeroizing::new("hunter2".to_owned());
    probe.credentials = Some(Credentials::new("secretary", password));
    let (seen, _) = probe.observe().await;
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "proxy.scheme-unsupported", "{seen:?}");
    let note = finding.note.unwrap();
    assert!(note.get(Lang::En).contains("closes the connection between"));
    assert_eq!(seen.user, None, "the password was shown");
}

#[tokio::test]
async fn answers_made_to_harm_end_in_a_finding() {
    let long_line = format!("HTTP/1.1 200 {}\r\n\r\n", "x".repeat(1 << 20)).into_bytes();
    let header = b"HTTP/1.1 403 X\r\nVia: a\x00b\r\nServer: c\r\n\r\n".to_vec();
    let injected = b"HTTP/1.1 403 X\rSet: y\r\nVia: p\rq\r\n\r\n".to_vec();
    let informed = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(10_000);
    let mut page = b"HTTP/1.1 403 X\r\nVia: p\r\n\r\n<p>".to_vec();
    page.resize(100 << 20, b'x');
    for bytes in [long_line, header, injected, informed, page] {
        let head = String::from_utf8_lossy(bytes.get(..24).unwrap()).into_owned();
        let (seen, tunnel) = ask(answering(bytes), LIMIT).await;
        assert!(tunnel.is_none());
        assert_eq!(seen.findings().len(), 1, "{head}");
        let size = serde_json::to_string(&seen).unwrap().len();
        assert!(size < 20_000, "{head}: {size} bytes are kept");
    }
}
