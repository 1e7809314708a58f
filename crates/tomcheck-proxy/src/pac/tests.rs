use std::collections::HashMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::engine::telling;
use super::resolver::Questions;
use super::*;

/// A world in which only these names have addresses.
pub(super) struct Names(pub(super) HashMap<&'static str, Vec<IpAddr>>);

impl PacResolver for Names {
    fn resolve(&self, host: &str, _: Duration) -> Vec<IpAddr> {
        self.0.get(host).cloned().unwrap_or_default()
    }

    fn own_addresses(&self) -> Vec<IpAddr> {
        self.resolve("own", Duration::ZERO)
    }
}

pub(super) fn world() -> Arc<dyn PacResolver> {
    let of = |addresses: &[&str]| addresses.iter().map(|a| a.parse().unwrap()).collect();
    Arc::new(Names(HashMap::from([
        ("own", of(&["10.1.2.3", "2001:db8::3"])),
        ("www.tom.example", of(&["2001:db8::1", "192.0.2.1"])),
        ("six.tom.example", of(&["2001:db8::6"])),
    ])))
}

/// Wednesday 14 August 2024, 10:20:30 UTC.
const NOW: f64 = 1_723_630_830_000.0;

/// A machine that is busy must not make a script look slow.
fn patient() -> PacLimits {
    PacLimits {
        time: Duration::from_secs(60),
        ..PacLimits::default()
    }
}

fn engine(script: &str) -> Result<PacEngine, ScriptFault> {
    engine_with(script, patient())
}

fn engine_with(script: &str, limits: PacLimits) -> Result<PacEngine, ScriptFault> {
    let questions = Rc::new(Questions::new(world(), Duration::from_secs(3)));
    PacEngine::with(script, questions, limits, Some(NOW))
}

fn ask(script: &str) -> Result<String, ScriptFault> {
    engine(script)?.find("https://www.tom.example/", "www.tom.example")
}

fn expression(expression: &str) -> String {
    let script = format!("function FindProxyForURL(url, host) {{ return String({expression}); }}");
    ask(&script).unwrap_or_else(|fault| fault.to_string())
}

#[test]
fn every_function_answers_as_in_browsers() {
    let table = [
        ("isPlainHostName('intranet')", "true"),
        ("isPlainHostName('a.b')", "false"),
        ("isPlainHostName('::1')", "false"),
        ("dnsDomainIs(host, '.tom.example')", "true"),
        ("dnsDomainIs(host, 'tom.example')", "true"),
        ("dnsDomainIs(host, '.TOM.example')", "false"),
        ("localHostOrDomainIs('www', 'www.tom.example')", "true"),
        ("localHostOrDomainIs('ww', 'www.tom.example')", "false"),
        ("isResolvable(host)", "true"),
        ("isResolvable('six.tom.example')", "false"),
        ("isResolvableEx('six.tom.example')", "true"),
        ("isResolvable('nowhere')", "false"),
        ("isInNet(host, '192.0.2.0', '255.255.255.0')", "true"),
        ("isInNet(host, '192.0.3.0', '255.255.255.0')", "false"),
        ("isInNet('nowhere', '0.0.0.0', '0.0.0.0')", "false"),
        ("isInNet('10.0.0.1', '10.0.0.0', '255.0.0.0')", "true"),
        ("dnsResolve(host)", "192.0.2.1"),
        ("dnsResolve('nowhere') === null", "true"),
        ("dnsResolveEx(host)", "2001:db8::1;192.0.2.1"),
        ("dnsResolveEx('nowhere') === ''", "true"),
        ("myIpAddress()", "10.1.2.3"),
        ("myIpAddressEx()", "10.1.2.3;2001:db8::3"),
        ("isInNetEx('2001:db8::1', '2001:db8::/32')", "true"),
        ("sortIpAddressList('10.0.0.1;::1')", "::1;10.0.0.1"),
        ("getClientVersion()", "1.0"),
        ("dnsDomainLevels(host)", "2"),
        ("shExpMatch(url, 'https://*.tom.example/')", "true"),
        ("shExpMatch(host, '*.(tom|tim).example')", "true"),
        ("shExpMatch(host, 'tom')", "false"),
        ("typeof alert(url)", "undefined"),
    ];
    for (asked, expected) in table {
        assert_eq!(expression(asked), expected, "{asked}");
    }
}

#[test]
fn ranges_of_time_are_those_of_browsers() {
    let table = [
        ("weekdayRange('WED', 'GMT')", "true"),
        ("weekdayRange('MON', 'FRI', 'GMT')", "true"),
        ("weekdayRange('SAT', 'WED', 'GMT')", "true"),
        ("weekdayRange('THU', 'TUE', 'GMT')", "false"),
        ("weekdayRange('wed', 'GMT')", "false"),
        ("dateRange(14, 'GMT')", "true"),
        ("dateRange(15, 'GMT')", "false"),
        ("dateRange(1, 14, 'GMT')", "true"),
        ("dateRange('AUG', 'GMT')", "true"),
        ("dateRange('NOV', 'AUG', 'GMT')", "true"),
        ("dateRange(2024, 'GMT')", "true"),
        ("dateRange(2023, 2024, 'GMT')", "true"),
        ("dateRange(15, 'JUN', 15, 'AUG', 'GMT')", "true"),
        ("dateRange(15, 'AUG', 1, 'JUN', 'GMT')", "false"),
        ("dateRange('JUN', 2023, 'JUL', 2024, 'GMT')", "false"),
        ("dateRange(1, 'JUN', 2023, 14, 'AUG', 2024, 'GMT')", "true"),
        ("timeRange(10, 'GMT')", "true"),
        ("timeRange(9, 10, 'GMT')", "true"),
        ("timeRange(22, 11, 'GMT')", "false"),
        ("timeRange(9, 30, 10, 20, 'GMT')", "true"),
        ("timeRange(10, 21, 11, 0, 'GMT')", "false"),
        ("timeRange(22, 0, 10, 20, 'GMT')", "true"),
        ("timeRange(10, 20, 30, 10, 20, 31, 'GMT')", "true"),
        ("timeRange(10, 20, 31, 10, 20, 32, 'GMT')", "false"),
    ];
    for (asked, expected) in table {
        assert_eq!(expression(asked), expected, "{asked}");
    }
}

#[test]
fn a_script_reaches_nothing_but_what_is_its_own() {
    for name in [
        "require",
        "process",
        "fetch",
        "XMLHttpRequest",
        "setTimeout",
        "print",
        "load",
        "std",
        "os",
    ] {
        assert_eq!(expression(&format!("typeof {name}")), "undefined", "{name}");
    }
    let importing =
        "function FindProxyForURL() { import('os').then(() => { throw 1 }); return 'DIRECT' }";
    assert_eq!(ask(importing).unwrap(), "DIRECT");
    let module = ask("import * as os from 'os'; function FindProxyForURL() {}").unwrap_err();
    assert_eq!(module.kind, ScriptFaultKind::Syntax);
}

#[test]
fn a_fault_has_its_place_and_its_words() {
    let table = [
        (
            "function FindProxyForURL(u, h) {\n  return 'a' 'b';\n}",
            ScriptFaultKind::Syntax,
            Some(2),
        ),
        ("\nnowhere();", ScriptFaultKind::Exception, Some(2)),
        (
            "function FindProxyForURL() {\n\n  return nowhere;\n}",
            ScriptFaultKind::Exception,
            Some(3),
        ),
        (
            "function FindProxyForURL() {\n throw 'no'; }",
            ScriptFaultKind::Exception,
            None,
        ),
        (
            "function FindProxyForUrl() {}",
            ScriptFaultKind::NoFunction,
            None,
        ),
        ("var FindProxyForURL = 1", ScriptFaultKind::NoFunction, None),
        (
            "function FindProxyForURL() {}",
            ScriptFaultKind::NotAString,
            None,
        ),
        (
            "function FindProxyForURL() { return 1 }",
            ScriptFaultKind::NotAString,
            None,
        ),
    ];
    for (script, kind, line) in table {
        let fault = ask(script).unwrap_err();
        assert_eq!((fault.kind, fault.line), (kind, line), "{script}: {fault}");
    }
    let fault = ask("function FindProxyForURL() { return nowhere; }").unwrap_err();
    assert_eq!(
        fault.to_string(),
        "an error stopped it (line 1, column 37): ReferenceError: nowhere is not defined"
    );
}

#[test]
fn a_script_that_takes_too_much_is_stopped() {
    let body = |body: &str| format!("function FindProxyForURL(url, host) {{ {body} }}");
    let table = [
        (body("for (;;) {}"), ScriptFaultKind::Time),
        (
            body("try { for (;;) {} } catch (e) { return 'DIRECT' }"),
            ScriptFaultKind::Time,
        ),
        (
            body("return /^(a+)+$/.test('a'.repeat(60) + 'b') ? '' : 'x'"),
            ScriptFaultKind::Time,
        ),
        (
            body("const a = []; for (;;) a.push(new Uint8Array(1 << 20))"),
            ScriptFaultKind::Memory,
        ),
        (body("return 'x'.repeat(1 << 28)"), ScriptFaultKind::Memory),
        (
            body("return FindProxyForURL(url, host) + 1"),
            ScriptFaultKind::Stack,
        ),
        ("for (;;) {}".to_owned(), ScriptFaultKind::Time),
    ];
    for (script, kind) in table {
        let limits = match kind {
            ScriptFaultKind::Time => PacLimits::default(),
            _ => patient(),
        };
        let engine = engine_with(&script, limits);
        let answer = engine.and_then(|engine| engine.find("https://a/", "a"));
        let fault = answer.unwrap_err();
        assert_eq!(fault.kind, kind, "{script}: {fault}");
    }
}

#[test]
fn a_script_stopped_once_answers_again() {
    let script = "function FindProxyForURL(url, host) { while (host == 'a') {} return 'DIRECT' }";
    let engine = engine_with(script, PacLimits::default()).unwrap();
    let fault = engine.find("https://a/", "a").unwrap_err();
    assert_eq!((fault.kind, fault.line), (ScriptFaultKind::Time, Some(1)));
    assert_eq!(engine.find("https://b/", "b").unwrap(), "DIRECT");
}

#[test]
fn the_function_that_knows_ipv6_is_asked_first() {
    let script = "function FindProxyForURL() { return 'PROXY old:1' }
        const FindProxyForURLEx = () => 'PROXY ex:1';";
    assert_eq!(ask(script).unwrap(), "PROXY ex:1");
    let lexical = "let FindProxyForURL = (url, host) => host;";
    assert_eq!(ask(lexical).unwrap(), "www.tom.example");
}

#[test]
fn a_script_may_be_as_loose_as_in_browsers() {
    let loose = "proxy = 'PROXY a:1'; function FindProxyForURL(url, host) { x = proxy; return x }";
    assert_eq!(ask(loose).unwrap(), "PROXY a:1");
}

fn line(script: &str) -> Option<u32> {
    let answer = ask(script).unwrap();
    let questions = Rc::new(Questions::new(world(), Duration::from_secs(3)));
    let engine = telling(script, questions, patient())?;
    let again = engine
        .find("https://www.tom.example/", "www.tom.example")
        .ok()?;
    assert_eq!(again, answer);
    engine.line_of(&answer)
}

#[test]
fn the_return_that_answered_is_found() {
    let table = [
        (
            "function FindProxyForURL(url, host) {\n if (isPlainHostName(host))\n  return 'DIRECT';\n return 'PROXY a:1'\n}",
            Some(4),
        ),
        (
            "function FindProxyForURL(url, host) {\n if (inside(host)) return 'DIRECT';\n return 'PROXY a:1';\n}\nfunction inside(h) { return dnsDomainIs(h, '.example') }",
            Some(2),
        ),
        (
            "function FindProxyForURL(url, host) {\n return choose(host);\n}\nfunction choose(host) {\n  if (host == 'x') { return 'DIRECT' }\n  return 'PROXY a:1';\n}",
            Some(6),
        ),
        (
            "function FindProxyForURL(url, host) {\n return (host == 'x'\n ? 'DIRECT' : 'PROXY a:1');\n}",
            Some(2),
        ),
        ("const FindProxyForURL = (url, host) => 'DIRECT';", None),
        (
            "function FindProxyForURL(url, host) { var r = /[/\"]/; return /* in doubt */ 'DIRECT'; }",
            None,
        ),
    ];
    for (script, expected) in table {
        assert_eq!(line(script), expected, "{script}");
    }
}
