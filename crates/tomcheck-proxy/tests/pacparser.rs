//! Do scripts answer here as they do in pacparser? A second opinion, with the differences named.
//!
//! pacparser 1.3 runs Netscape's own functions in Mozilla's SpiderMonkey.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test ends at the first thing that is not as it should, and says what it skips"
)]

use std::net::IpAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tomcheck_proxy::{PacEngine, PacLimits, PacResolver};

const OWN: &str = "10.1.2.3";

/// What this machine calls itself, and nothing else.
struct Own;

impl PacResolver for Own {
    fn resolve(&self, _: &str, _: Duration) -> Vec<IpAddr> {
        Vec::new()
    }

    fn own_addresses(&self) -> Vec<IpAddr> {
        vec![OWN.parse().unwrap()]
    }
}

fn theirs(script: &Path, url: &str) -> String {
    let output = Command::new("pactester")
        .args(["-c", OWN, "-u", url, "-p"])
        .arg(script)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn ours(script: &str, url: &str) -> String {
    let limits = PacLimits {
        time: Duration::from_secs(60),
        ..PacLimits::default()
    };
    let host = url.split('/').nth(2).unwrap();
    let engine = PacEngine::load(script, Arc::new(Own), limits).unwrap();
    engine
        .find(url, host)
        .unwrap_or_else(|fault| fault.to_string())
}

fn is_there() -> bool {
    let there = Command::new("pactester").arg("-v").output().is_ok();
    if !there {
        eprintln!("SKIPPED: no pactester (apt install libpacparser1)");
    }
    there
}

/// Each is a script that returns the value as text.
const EXPRESSIONS: &[&str] = &[
    "isPlainHostName('www')",
    "isPlainHostName('www.tom.example')",
    "dnsDomainIs(host, '.tom.example')",
    "dnsDomainIs(host, 'om.example')",
    "dnsDomainIs('a', 'longer.example')",
    "localHostOrDomainIs('www', 'www.tom.example')",
    "localHostOrDomainIs('www.tom.example', 'www.tom.example')",
    "localHostOrDomainIs('www.tim', 'www.tom.example')",
    "isInNet('198.95.249.79', '198.95.249.79', '255.255.255.255')",
    "isInNet('198.95.6.8', '198.95.0.0', '255.255.0.0')",
    "isInNet('198.96.6.8', '198.95.0.0', '255.255.0.0')",
    "isInNet('10.0.0.1', '0.0.0.0', '0.0.0.0')",
    "dnsResolve('192.0.2.7')",
    "isResolvable('192.0.2.7')",
    "myIpAddress()",
    "isInNet(myIpAddress(), '10.1.0.0', '255.255.0.0')",
    "dnsDomainLevels('www')",
    "dnsDomainLevels('www.tom.example')",
    "shExpMatch('http://home.netscape.com/people/ari/index.html', '*/ari/*')",
    "shExpMatch('http://home.netscape.com/people/montulli/index.html', '*/ari/*')",
    "shExpMatch(host, '*.tom.example')",
    "shExpMatch(host, '*.TOM.example')",
    "shExpMatch(host, 'www?tom.example')",
    "shExpMatch(host, 'tom')",
    "shExpMatch(host, '(www|ftp).tom.example')",
    "shExpMatch('aaa', 'a+')",
    "shExpMatch('', '')",
    "weekdayRange('SUN', 'SAT')",
    "weekdayRange('XXX')",
    "dateRange(1, 31)",
    "dateRange('JAN', 'DEC')",
    "dateRange(1995)",
    "dateRange(1995, 2100)",
    "dateRange(1, 'JAN', 1995, 31, 'DEC', 2100)",
    "timeRange(0, 23)",
    "timeRange(0, 0, 23, 59)",
    "timeRange(0, 0, 0, 23, 59, 59)",
];

#[test]
fn every_function_of_netscapes_answers_as_in_pacparser() {
    if !is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proxy.pac");
    let url = "http://www.tom.example/page";
    for expression in EXPRESSIONS {
        let script =
            format!("function FindProxyForURL(url, host) {{ return '' + ({expression}); }}");
        std::fs::write(&path, &script).unwrap();
        assert_eq!(ours(&script, url), theirs(&path, url), "{expression}");
    }
}

/// What the two answer otherwise, and why. Browsers answer as we do.
const DIFFERENCES: &[(&str, &str, &str)] = &[
    // Chromium and Firefox know that an address of IPv6 is no name; pacparser looks for a dot.
    ("isPlainHostName('::1')", "false", "true"),
    // Every browser has it; pacparser hands it over in debug mode only.
    ("typeof alert", "function", "undefined"),
];

#[test]
fn the_differences_are_these() {
    if !is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proxy.pac");
    for (expression, here, there) in DIFFERENCES {
        let script =
            format!("function FindProxyForURL(url, host) {{ return '' + ({expression}); }}");
        std::fs::write(&path, &script).unwrap();
        let url = "http://www.tom.example/";
        assert_eq!(ours(&script, url), *here, "{expression}");
        assert_eq!(theirs(&path, url), *there, "{expression}");
    }
}

#[test]
fn a_script_of_an_establishment_answers_as_in_pacparser() {
    if !is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("proxy.pac");
    std::fs::write(&path, ESTABLISHMENT).unwrap();
    for host in [
        "intranet",
        "www.chu.example",
        "mail.chu.example",
        "tom.gip-cps.example",
        "10.20.30.40",
        "192.168.1.1",
        "www.example.org",
        "update.vendor.example",
        "a.b.c.d.example",
    ] {
        for url in [format!("http://{host}/"), format!("https://{host}/x?y=1")] {
            assert_eq!(ours(ESTABLISHMENT, &url), theirs(&path, &url), "{url}");
        }
    }
}

const ESTABLISHMENT: &str = r#"
var normal = "PROXY proxy1.chu.example:3128; PROXY proxy2.chu.example:3128";
var direct = 'DIRECT';
/* return "not this"; */
function FindProxyForURL(url, host) {
    host = host.toLowerCase();
    if (isPlainHostName(host) || dnsDomainIs(host, ".chu.example")) {
        if (localHostOrDomainIs(host, "mail.chu.example")) return normal;
        return direct;
    }
    if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
        if (isInNet(host, "10.0.0.0", "255.0.0.0") || isInNet(host, "192.168.0.0", "255.255.0.0"))
            return direct
        return normal
    }
    switch (host.split('.')[0]) {
        case 'tom': return direct;
        case 'update': return "PROXY updates.chu.example:8080; " + normal;
    }
    for (var i = 0; i < 3; i++) { if (dnsDomainLevels(host) == i + 4) return "SOCKS5 s:1080"; }
    if (shExpMatch(url, "https:*")) return normal + "; DIRECT";
    return isInNet(myIpAddress(), "10.1.0.0", "255.255.0.0") ? normal : direct;
}
"#;
