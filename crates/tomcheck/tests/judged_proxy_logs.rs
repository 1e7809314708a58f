//! What do the logs of a proxy come to that opens what it should let pass, or waits in vain?
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;

use tomcheck::trace::{Input, Options, Unwatched, trace};
use tomcheck::{Lang, Quiet, Report, VerdictStatus};

fn of_log(log: &str) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.log");
    fs::write(&file, log).unwrap();
    let mut options = Options::new([Input::File(file)]);
    options.lang = Lang::En;
    trace(&options, &Quiet, &Unwatched).report
}

fn verdict(log: &str) -> (VerdictStatus, String) {
    let verdict = of_log(log).verdict;
    (verdict.status, verdict.root_cause.unwrap_or_default())
}

fn line(second: u64, duration: u64, rest: &str) -> String {
    let second = 1_795_729_000 + second;
    format!("{second}.160 {duration:>6} 10.0.0.5 {rest} text/html\n")
}

fn ok() -> (VerdictStatus, String) {
    (VerdictStatus::Ok, String::new())
}

/// As squid 5.7 writes them with `ssl_bump bump all`.
fn opened(second: u64) -> String {
    let connect = "NONE_NONE/200 0 CONNECT tom.gip-cps.fr:443 - HIER_NONE/-";
    let get = "TCP_MISS/200 412 GET https://tom.gip-cps.fr/ - HIER_DIRECT/192.0.2.1";
    line(second, 8, connect) + &line(second, 12, get)
}

#[test]
fn a_proxy_that_knows_which_page_was_asked_for_opens_tls() {
    let report = of_log(&opened(1));
    let cause = report.verdict.root_cause.as_deref();
    assert_eq!(cause, Some("proxy.intercepts-tls"));
    let finding = report.findings.first().unwrap();
    let host = finding.evidence.iter().find(|one| one.label == "site");
    assert_eq!(host.unwrap().value.to_string(), "tom.gip-cps.fr");
    assert!(
        finding.title.contains("this log's proxy"),
        "{}",
        finding.title
    );
    let passed = line(
        60,
        900,
        "TCP_TUNNEL/200 51200 CONNECT tom.gip-cps.fr:443 - HIER_DIRECT/192.0.2.1",
    );
    assert_eq!(verdict(&(opened(1) + &passed)), ok(), "exempted since");
    let other =
        "TCP_MISS/200 412 GET https://a.example/?from=tom.gip-cps.fr - HIER_DIRECT/192.0.2.1";
    assert_eq!(verdict(&(passed + &line(61, 8, other))), ok(), "of others");
}

#[test]
fn who_gives_up_after_a_minute_was_not_served() {
    for result in ["NONE_NONE_ABORTED/000", "TCP_TUNNEL_ABORTED/200"] {
        let rest = format!("{result} 0 CONNECT tom.gip-cps.fr:443 - HIER_DIRECT/192.0.2.1");
        let (_, cause) = verdict(&line(1, 60_012, &rest));
        assert_eq!(cause, "proxy.upstream-failed", "{result}");
    }
}
