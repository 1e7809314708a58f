//! What `javax.net.debug` writes, in its old form and its new one.
//!
//! Source: OpenJDK 8 (`sun.security.ssl.Debug`) and 11 to 17 (`sun.security.ssl.SSLLogger`).

use super::super::codes::{self, ALERTS, OWN_ALERTS};
use super::super::hit::{Depth, Facts, Format, Reading};
use super::super::line::{Line, value_after};
use super::super::net_export::LAST;
use super::java::told;

const DEBUG: Format = Format::JavaDebug;

/// Java 8 and before: `main, RECV TLSv1.2 ALERT:  fatal, handshake_failure`, and `SEND … fatal,
/// description = certificate_unknown`; who has no more to say sends `warning, close_notify`.
pub(super) fn old_alert(line: &Line<'_>) -> Option<Reading> {
    let (head, rest) = line.text.split_once("ALERT:  ")?;
    let (level, alert) = rest.split_once(", ")?;
    let alert = alert.trim_start_matches("description = ");
    if level != "fatal" {
        return (alert.trim_end() == "close_notify").then(|| old_end(line))?;
    }
    let table = if head.contains("SEND ") {
        OWN_ALERTS
    } else {
        ALERTS
    };
    let reading = told(codes::alert(table, alert)?)?;
    Some(of_source(for_want(reading, line), LAST))
}

/// Data of the site came before the end.
fn old_end(line: &Line<'_>) -> Option<Reading> {
    let before = line.before();
    let mut lines = before.lines().rev();
    lines
        .find(|line| line.contains(" READ: ") && line.contains(" Application Data, length"))
        .map(|_| of_source(well(Depth::Answered), LAST))
}

/// `Extension server_name, server_name: [type=host_name (0), value=tom.example]`.
pub(super) fn old_greeting(line: &Line<'_>) -> Option<Reading> {
    greeting(&line.text, LAST)
}

/// Java 11 and later: `javax.net.ssl|DEBUG|01|main|…|Alert.java:238|Received alert message (`, the
/// message itself on the lines below.
pub(super) fn message(line: &Line<'_>) -> Option<Reading> {
    let rest = line.text.strip_prefix("javax.net.ssl|")?;
    let thread = rest.split('|').nth(1)?;
    let thread = u64::from_str_radix(thread, 16).ok()?;
    let says = |words: &str| line.text.contains(words);
    let reading = match () {
        () if says("alert message") => alert(line)?,
        () if says("Produced ClientHello") => return greeting(&line.after(), thread),
        () if says("Consuming server Finished") => well(finished(line)),
        // no site gives one before it has taken what the client showed
        () if says("Consuming NewSessionTicket") => well(Depth::Answered),
        () => return None,
    };
    Some(of_source(reading, thread))
}

fn alert(line: &Line<'_>) -> Option<Reading> {
    let is_own = !line.text.contains("Received alert message");
    let after = line.after();
    let mut below = after.lines().take(6);
    below
        .clone()
        .any(|line| line.contains("\"fatal\""))
        .then_some(())?;
    let alert = below.find_map(|line| line.split_once("\"description\":")?.1.split('"').nth(1))?;
    let table = if is_own { OWN_ALERTS } else { ALERTS };
    Some(for_want(told(codes::alert(table, alert)?)?, line))
}

/// Who was shown no certificate when he asked for one, and ends the handshake, does so for want of it.
pub(super) fn for_want(reading: Reading, line: &Line<'_>) -> Reading {
    let said = reading.facts.said.as_ref();
    let alert = said.filter(|(name, _)| *name == "alert");
    let wanted = alert.and_then(|(_, alert)| codes::for_want(alert));
    let wanted = wanted.filter(|_| reading.code != Some("tls.server-untrusted"));
    // most logs never say so, and this is asked for each failure
    let wanted = wanted.filter(|_| line.is_before(IN_EACH) && showed_none(&line.before()));
    Reading {
        code: wanted.or(reading.code),
        ..reading
    }
}

/// In this handshake, not in one before.
fn showed_none(before: &str) -> bool {
    let says = |line: &&str, all: &[&str]| all.iter().any(|words| line.contains(words));
    let mut lines = before.lines().rev();
    let last = lines.find(|line| says(line, SHOWED_NONE) || says(line, BEGIN));
    last.is_some_and(|line| says(&line, SHOWED_NONE))
}

/// Source: OpenJDK 11 to 17, `CertificateMessage`; 8, `ClientHandshaker`.
const SHOWED_NONE: &[&str] = &[
    "No X.509 certificate for client authentication",
    "Warning: no suitable certificate found",
];
/// Stands in all of them.
const IN_EACH: &str = " certificate fo";
const BEGIN: &[&str] = &["Produced ClientHello", "*** ClientHello"];

/// Before TLS 1.3 the site's Finished comes last, once it has taken the client's certificate.
fn finished(line: &Line<'_>) -> Depth {
    let before = line.before();
    let mut lines = before.lines().rev();
    let telling = ["Produced ClientHello", "Produced client Finished"];
    let last = lines.find(|line| telling.iter().any(|words| line.contains(words)));
    match last.is_some_and(|line| line.contains("Finished")) {
        true => Depth::Answered,
        false => Depth::Secured,
    }
}

/// From here on this source speaks of the site that the first message asks for.
fn greeting(text: &str, source: u64) -> Option<Reading> {
    let hello = text.split("javax.net.ssl|").next()?;
    let host = value_after(hello, "type=host_name (0), value=")?;
    let facts = Facts {
        host: Some(host.trim_end_matches(']').to_ascii_lowercase()),
        ..Facts::default()
    };
    Some(of_source(Reading::used(DEBUG).about(facts), source))
}

fn well(depth: Depth) -> Reading {
    Reading::used(DEBUG).with_depth(depth)
}

fn of_source(reading: Reading, source: u64) -> Reading {
    Reading {
        format: DEBUG,
        source: Some(source),
        ..reading
    }
}

#[cfg(test)]
mod tests {
    use super::super::read_around;
    use super::*;

    #[test]
    fn the_debug_lines_of_old_and_new_java_tell_who_sent_the_alert() {
        let of = |text, anchor, reader: fn(&Line<'_>) -> Option<Reading>| {
            read_around(text, anchor, reader).and_then(|reading| reading.code)
        };
        let old = "main, RECV TLSv1.2 ALERT:  fatal, handshake_failure";
        assert_eq!(
            of(old, "ALERT:  ", old_alert),
            Some("tls.handshake-failure")
        );
        let old = "main, SEND TLSv1.2 ALERT:  fatal, description = certificate_unknown";
        assert_eq!(of(old, "ALERT:  ", old_alert), Some("tls.server-untrusted"));
        let new = "javax.net.ssl|DEBUG|01|main|2026-11-26 21:44:22.483 UTC|Alert.java:238|Received alert message (\n\"Alert\": {\n  \"level\"      : \"fatal\",\n  \"description\": \"certificate_required\"\n}\n)\n";
        assert_eq!(of(new, "ssl|", message), Some("tls.certificate-required"));
        let warning = new.replace("\"fatal\"", "\"warning\"");
        assert_eq!(of(&warning, "ssl|", message), None);
    }

    #[test]
    fn who_was_shown_no_certificate_ends_the_handshake_for_want_of_it() {
        let hello = "*** ClientHello, TLSv1.2\n";
        let none =
            "Warning: no suitable certificate found - continuing without client authentication\n";
        let of = |before: &str, alert: &str| {
            let text = format!("{before}main, RECV TLSv1.2 ALERT:  fatal, {alert}");
            read_around(&text, "ALERT:  ", old_alert).unwrap().code
        };
        let (want, failure) = ("tls.certificate-required", "tls.handshake-failure");
        let without = format!("{hello}{none}");
        assert_eq!(of(&without, "handshake_failure"), Some(want));
        assert_eq!(of(&without, "bad_certificate"), Some(want));
        assert_eq!(of(&without, "unknown_ca"), Some(want));
        let other = of(&without, "protocol_version");
        assert_eq!(other, Some("tls.version-unsupported"));
        assert_eq!(of(&without, "internal_error"), Some(failure));
        assert_eq!(of(hello, "handshake_failure"), Some(failure));
        let another = format!("{none}{hello}");
        assert_eq!(of(&another, "handshake_failure"), Some(failure));
        let new = "javax.net.ssl|DEBUG|01|main|2026-11-26 21:44:22.483 UTC|CertificateMessage.java:299|No X.509 certificate for client authentication, use empty Certificate message instead\njavax.net.ssl|DEBUG|01|main|2026-11-26 21:44:22.483 UTC|Alert.java:238|Received alert message (\n\"Alert\": {\n  \"level\"      : \"fatal\",\n  \"description\": \"handshake_failure\"\n}\n)\n";
        assert_eq!(
            read_around(new, "ssl|DEBUG", message).unwrap().code,
            Some(want)
        );
    }

    #[test]
    fn a_close_tells_of_a_success_only_where_the_site_had_sent_something() {
        let data = "main, READ: TLSv1.2 Application Data, length = 240\n";
        for end in [
            "SEND TLSv1.2 ALERT:  warning, description = close_notify",
            "RECV TLSv1.2 ALERT:  warning, close_notify",
        ] {
            let text = format!("{data}main, {end}");
            let reading = read_around(&text, "ALERT:  ", old_alert).unwrap();
            assert_eq!(
                (reading.code, reading.depth, reading.source),
                (None, Depth::Answered, Some(LAST))
            );
            assert_eq!(
                read_around(&format!("main, {end}"), "ALERT:  ", old_alert),
                None
            );
        }
    }

    #[test]
    fn who_greets_names_the_site_of_his_thread() {
        let line = |thread, what: &str| {
            format!(
                "javax.net.ssl|DEBUG|{thread}|main|2026-11-26 21:44:22.483 UTC|X.java:1|{what} (\n"
            )
        };
        let hello = line("1A", "Produced ClientHello handshake message")
            + "    \"server_name (0)\": {\n      type=host_name (0), value=Tom.example\n    },\n";
        let reading = read_around(&hello, "ssl|", message).unwrap();
        assert_eq!(reading.source, Some(0x1a));
        assert_eq!(reading.facts.host.as_deref(), Some("tom.example"));
        let nameless = line("1A", "Produced ClientHello handshake message")
            + &line("01", "x")
            + "      type=host_name (0), value=other.example\n";
        let at = nameless.find("ssl|").unwrap();
        assert_eq!(
            message(&Line::around(nameless.as_bytes(), at..at + 4)),
            None
        );
        let old = "Extension server_name, server_name: [type=host_name (0), value=tom.gip-cps.fr]";
        let reading = read_around(old, ".gip-cps.fr", old_greeting).unwrap();
        assert_eq!(reading.facts.host.as_deref(), Some("tom.gip-cps.fr"));
    }

    #[test]
    fn how_far_a_handshake_came_hangs_on_who_finished_last() {
        let line = |what: &str| {
            format!("javax.net.ssl|DEBUG|01|main|2026-11-26 21:44:22.483 UTC|X.java:1|{what} (\n")
        };
        let hello = line("Produced ClientHello handshake message");
        let own = line("Produced client Finished handshake message");
        let theirs = line("Consuming server Finished handshake message");
        let depth = |text: &str| read_around(text, "ssl|", message).unwrap().depth;
        assert_eq!(depth(&format!("{hello}{theirs}")), Depth::Secured);
        assert_eq!(depth(&format!("{hello}{own}{theirs}")), Depth::Answered);
        assert_eq!(depth(&format!("{own}{hello}{theirs}")), Depth::Secured);
        let ticket = line("Consuming NewSessionTicket message");
        assert_eq!(depth(&ticket), Depth::Answered);
    }
}
