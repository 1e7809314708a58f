//! Is a log in order that ends in a failure?

use tomcheck::{Lang, Plain, Report, TextStyle, VerdictStatus};

use crate::traced::{of_log, traced_with, verdict};

fn in_french(log: &str) -> Report {
    traced_with(&[("a.log", log.as_bytes())], |options| {
        options.lang = Lang::Fr;
    })
    .report
}

const CURL: &str = "$ curl -v https://tom.gip-cps.fr/
*   Trying 192.0.2.1:443...
* Connected to tom.gip-cps.fr (192.0.2.1) port 443 (#0)
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384
*  SSL certificate verify ok.
";
const EMPTY: &str =
    "Warning: no suitable certificate found - continuing without client authentication\n";
const CONSOLE: &str = "network: Connecting https://tom.gip-cps.fr/ with proxy=DIRECT\n";

#[test]
fn a_failure_that_nobody_explains_is_not_in_order() {
    for end in [
        "curl: (92) HTTP/2 stream 1 was not closed cleanly\n",
        "curl: (16) Error in the HTTP2 framing layer\n",
    ] {
        let log = format!("{CURL}{end}");
        assert_eq!(
            verdict(&of_log(&log)).0,
            VerdictStatus::Undetermined,
            "{log}"
        );
    }
    let console = "java.net.ProtocolException: x\n";
    let log = format!("{CONSOLE}java.net.ConnectException: Connection refused\n");
    assert_eq!(verdict(&of_log(&log)).1, "network.refused");
    // a known cause decides whatever else is there
    assert_eq!(
        verdict(&of_log(&format!("{log}{console}"))).1,
        "network.refused"
    );
    let log = format!("{log}* SSL\n{CURL}< HTTP/1.1 200 OK\n{CONSOLE}{console}");
    let report = in_french(&log);
    assert_eq!(report.verdict.status, VerdictStatus::Undetermined);
    let trace = report.details.get("trace").unwrap();
    let place = trace.get("unexplained").unwrap().to_string();
    assert!(place.contains("a.log:11"), "{place}");
    let text = tomcheck::text(&report, TextStyle::default(), &Plain);
    assert!(text.contains("ne sait pas expliquer\n"), "{text}");
    assert!(!text.contains("pu être lus"), "all were read: {text}");
}

#[test]
fn a_failure_that_nobody_explains_is_over_once_the_site_answers() {
    let failed = format!("{CURL}curl: (92) HTTP/2 stream 1 was not closed cleanly\n");
    let log = format!("{failed}{CURL}< HTTP/1.1 200 OK\n");
    assert_eq!(verdict(&of_log(&log)).0, VerdictStatus::Ok);
    let log =
        format!("{CURL}< HTTP/1.1 200 OK\n* Connection #0 to host tom.gip-cps.fr left intact\n");
    assert_eq!(verdict(&of_log(&log)).0, VerdictStatus::Ok);
}

#[test]
fn what_cut_the_connection_off_is_named() {
    for (log, code) in [
        (
            format!("{CURL}< HTTP/1.1 403 Forbidden\n* Connection #0 left intact\n"),
            "tls.application-refused",
        ),
        (
            "* Connected to tom.gip-cps.fr (192.0.2.1) port 443 (#0)\n* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n* OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to tom.gip-cps.fr:443 \n* Closing connection 0\ncurl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to tom.gip-cps.fr:443 \n".to_owned(),
            "tls.reset-by-middlebox",
        ),
        (
            "*   Trying 192.0.2.7:3128...\n* Connected to proxy (192.0.2.7) port 3128 (#0)\n> CONNECT tom.gip-cps.fr:443 HTTP/1.1\n* Proxy CONNECT aborted\n* Closing connection 0\ncurl: (56) Proxy CONNECT aborted\n".to_owned(),
            "proxy.not-a-proxy",
        ),
        (
            "$ openssl s_client -connect tom.gip-cps.fr:443\nCONNECTED(00000003)\nwrite:errno=104\n---\nno peer certificate available\n---\nNew, (NONE), Cipher is (NONE)\nVerify return code: 0 (ok)\n".to_owned(),
            "tls.reset-by-middlebox",
        ),
        (
            format!("{CONSOLE}{EMPTY}main, RECV TLSv1.2 ALERT:  fatal, handshake_failure\nmain, handling exception: javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure\n"),
            "tls.certificate-required",
        ),
        (
            format!("{CONSOLE}java.lang.UnsatisfiedLinkError: C:\\x\\cps3_pkcs11_w64.dll: Can't load AMD 64-bit .dll on a IA 32-bit platform\n"),
            "module.wrong-architecture",
        ),
        (
            format!("{CONSOLE}java.io.IOException: HTTPS hostname wrong:  should be <tom.gip-cps.fr>\n"),
            "tls.server-name-mismatch",
        ),
    ] {
        let report = in_french(&log);
        let blocked = (VerdictStatus::Blocked, code);
        assert_eq!(verdict(&report), blocked, "{log}");
        let title = &report.findings.first().unwrap().title;
        // Java does not tell whose certificate it got
        let is_told = code == "tls.server-name-mismatch" || !title.contains("(non") && !title.contains("non nommé");
        assert!(is_told, "every sentence is filled: {title}");
    }
}
