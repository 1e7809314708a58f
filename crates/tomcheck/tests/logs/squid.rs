//! What do the lines of a squid come to, all together?

use crate::traced::{OK, TOM, cause, of_log, proof, verdict};

fn line(second: u64, client: &str, rest: &str) -> String {
    lasting(second, 0, &format!("{client} {rest}"))
}

/// Of a request that took `duration` milliseconds; `rest` begins with the client.
fn lasting(second: u64, duration: u64, rest: &str) -> String {
    let second = 1_795_729_000 + second;
    format!("{second}.160 {duration:>6} {rest} text/html\n")
}

pub(crate) fn challenge(second: u64, client: &str, host: &str) -> String {
    line(
        second,
        client,
        &format!("TCP_DENIED/407 3579 CONNECT {host}:443 - HIER_NONE/-"),
    )
}

pub(crate) fn denied(second: u64, client: &str, host: &str) -> String {
    line(
        second,
        client,
        &format!("TCP_DENIED/403 3579 CONNECT {host}:443 - HIER_NONE/-"),
    )
}

pub(crate) fn reached(second: u64, client: &str, host: &str) -> String {
    line(
        second,
        client,
        &format!("TCP_TUNNEL/200 51200 CONNECT {host}:443 luc HIER_DIRECT/192.0.2.1"),
    )
}

#[test]
fn a_proxy_that_asks_first_and_then_lets_through_blocks_nobody() {
    for host in [TOM, "igc-sante.esante.gouv.fr", "any.example"] {
        let good = challenge(1, "10.0.0.5", host) + &reached(2, "10.0.0.5", host);
        assert_eq!(verdict(&of_log(&good)), OK, "{host}");
        let bad = good + &challenge(3, "10.0.0.5", host);
        assert_eq!(verdict(&of_log(&bad)).1, "proxy.authentication-required");
    }
}

#[test]
fn in_squids_combined_form_too() {
    let line = |status, user, tag| {
        format!(
            "10.0.0.5 - {user} [26/Nov/2026:21:44:19 +0000] \"CONNECT any.example:443 HTTP/1.1\" {status} 3579 \"-\" \"curl\" {tag}\n"
        )
    };
    let challenge = line(407, "-", "TCP_DENIED:HIER_NONE");
    assert_eq!(
        verdict(&of_log(&challenge)).1,
        "proxy.authentication-required"
    );
    let good = challenge + &line(200, "luc", "TCP_TUNNEL:HIER_DIRECT");
    assert_eq!(verdict(&of_log(&good)), OK);
}

#[test]
fn what_squid_denies_under_the_number_of_a_success_is_no_success() {
    for success in [
        line(
            2,
            "10.0.0.5",
            "TCP_DENIED/200 3579 CONNECT tom.gip-cps.fr:443 - HIER_NONE/-",
        ),
        line(
            2,
            "10.0.0.5",
            "NONE_NONE/200 0 CONNECT tom.gip-cps.fr:443 - HIER_NONE/-",
        ),
        line(
            2,
            "10.0.0.5",
            "TCP_TUNNEL/200 39 CONNECT tom.gip-cps.fr:443 - HIER_DIRECT/192.0.2.1",
        ),
    ] {
        let report = of_log(&(denied(1, "10.0.0.5", TOM) + &success));
        assert_eq!(verdict(&report).1, "proxy.host-not-allowed", "{success}");
    }
}

#[test]
fn what_one_workstation_reaches_says_nothing_of_another_one() {
    let report = of_log(&(denied(1, "10.0.0.5", TOM) + &reached(2, "10.0.0.6", TOM)));
    assert_eq!(verdict(&report).1, "proxy.host-not-allowed");
    assert!(proof(report.findings.first().unwrap(), "workstations").contains("10.0.0.5"));
    let report = of_log(&(denied(1, "10.0.0.5", TOM) + &reached(2, "10.0.0.5", TOM)));
    assert_eq!(verdict(&report), OK);
}

const DAY: u64 = 24 * 3600;

#[test]
fn a_younger_failure_of_another_kind_makes_none_old() {
    let asked = challenge(0, "10.0.0.5", TOM);
    let cancelled = "2026-11-28T12:00:00Z app: CKR_FUNCTION_CANCELED\n";
    let report = of_log(&format!("{asked}{cancelled}"));
    assert_eq!(verdict(&report).1, "proxy.authentication-required");
    let report = of_log(&(asked.clone() + &denied(2 * DAY, "10.0.0.5", TOM)));
    assert_eq!(verdict(&report).1, "proxy.host-not-allowed");
    assert!(
        report
            .findings
            .iter()
            .any(|finding| finding.code == "trace.stale")
    );
    // another workstation's, or another site's
    for other in [
        denied(2 * DAY, "10.0.0.6", TOM),
        denied(2 * DAY, "10.0.0.5", "cps.gip-cps.fr"),
    ] {
        let report = of_log(&(asked.clone() + &other));
        assert!(
            report
                .findings
                .iter()
                .all(|finding| finding.code != "trace.stale")
        );
    }
}

#[test]
fn a_healthy_log_is_in_order_and_known() {
    let pages = line(
        1,
        "10.0.0.5",
        "TCP_MISS/200 5120 GET http://a.example/ - HIER_DIRECT/192.0.2.1",
    );
    for log in [pages, reached(1, "10.0.0.5", "a.example")] {
        let report = of_log(&log);
        assert_eq!(verdict(&report), OK);
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    }
}

#[test]
fn tom_is_told_of_however_many_other_sites_fail() {
    let others = |from: u64, to: u64| -> String {
        let hosts = from..to;
        hosts
            .map(|n| challenge(n, "10.0.0.5", &format!("site{n}.example")))
            .collect()
    };
    let tom: String = (3000..3003)
        .map(|n| challenge(n, "10.0.0.5", TOM))
        .collect();
    let report = of_log(&(others(0, 3000) + &tom + &others(4000, 7000)));
    let finding = report.findings.first().unwrap();
    assert_eq!(verdict(&report).1, "proxy.authentication-required");
    assert!(proof(finding, "site").contains(TOM), "{finding:?}");
    assert!(proof(finding, "line").contains("a.log:3003"), "{finding:?}");
    assert!(proof(finding, "excerpt").contains(TOM), "{finding:?}");
    assert_eq!(proof(finding, "lines that say so"), "3");
}

#[test]
fn the_line_that_is_quoted_is_about_the_site_that_is_named() {
    let tom = "java.net.UnknownHostException: tom.gip-cps.fr\n";
    let console = "network: Connecting https://b.gip-cps.fr/ with proxy=HTTP @ proxy.example/192.0.2.7:3128\n";
    let failed = "java.io.IOException: Authentication failure\n";
    let full = format!("{console}{failed}");
    let bare = line(
        9,
        "10.0.0.5",
        "TCP_DENIED/407 3579 CONNECT a.gip-cps.fr:443 - HIER_NONE/-",
    );
    let report = of_log(&format!("{tom}{full}{bare}"));
    let mut findings = report.findings.iter();
    let finding = findings
        .find(|finding| finding.code == "proxy.authentication-required")
        .unwrap();
    assert!(
        proof(finding, "excerpt").contains("a.gip-cps.fr"),
        "{finding:?}"
    );
    assert!(
        proof(finding, "site").contains("a.gip-cps.fr"),
        "{finding:?}"
    );
    assert!(
        !proof(finding, "proxy").contains("proxy.example"),
        "{finding:?}"
    );
}

/// As squid 5.7 writes them with `ssl_bump bump all`.
fn opened(second: u64) -> String {
    let connect = "10.0.0.5 NONE_NONE/200 0 CONNECT tom.gip-cps.fr:443 - HIER_NONE/-";
    let get = "10.0.0.5 TCP_MISS/200 412 GET https://tom.gip-cps.fr/ - HIER_DIRECT/192.0.2.1";
    lasting(second, 8, connect) + &lasting(second, 12, get)
}

#[test]
fn a_proxy_that_knows_which_page_was_asked_for_opens_tls() {
    let report = of_log(&opened(1));
    assert_eq!(cause(&report), "proxy.intercepts-tls");
    let finding = report.findings.first().unwrap();
    assert_eq!(proof(finding, "site"), TOM);
    assert!(
        finding.title.contains("this log's proxy"),
        "{}",
        finding.title
    );
    let passed = lasting(
        60,
        900,
        "10.0.0.5 TCP_TUNNEL/200 51200 CONNECT tom.gip-cps.fr:443 - HIER_DIRECT/192.0.2.1",
    );
    assert_eq!(
        verdict(&of_log(&(opened(1) + &passed))),
        OK,
        "exempted since"
    );
    let other = "10.0.0.5 TCP_MISS/200 412 GET https://a.example/?from=tom.gip-cps.fr - HIER_DIRECT/192.0.2.1";
    assert_eq!(
        verdict(&of_log(&(passed + &lasting(61, 8, other)))),
        OK,
        "of others"
    );
}

#[test]
fn who_gives_up_after_a_minute_was_not_served() {
    for result in ["NONE_NONE_ABORTED/000", "TCP_TUNNEL_ABORTED/200"] {
        let rest =
            format!("10.0.0.5 {result} 0 CONNECT tom.gip-cps.fr:443 - HIER_DIRECT/192.0.2.1");
        let report = of_log(&lasting(1, 60_012, &rest));
        assert_eq!(cause(&report), "proxy.upstream-failed", "{result}");
    }
}
