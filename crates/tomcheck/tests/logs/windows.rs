//! What do the events of Windows come to?

use tomcheck::VerdictStatus;

use crate::evtx;
use crate::traced::{OK, of_log, proof, traced, verdict};

/// Whoever reads it on another system mends it on that one.
#[test]
fn what_windows_wrote_is_set_right_on_windows() {
    let event = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Schannel'/><EventID>36882</EventID><TimeCreated SystemTime='2026-11-26T20:30:00Z'/></System><EventData></EventData></Event>";
    let report = of_log(event);
    assert_eq!(verdict(&report).1, "tls.server-untrusted");
    let steps = format!("{:?}", report.findings[0].remedy);
    assert!(!steps.contains("update-ca-certificates"), "{steps}");
}

#[test]
fn one_event_of_windows_is_one() {
    let event = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Schannel'/><EventID>36887</EventID><TimeCreated SystemTime='2026-11-26T20:30:00.123Z'/></System><EventData><Data Name='AlertDesc'>48</Data></EventData></Event>";
    let report = of_log(&event.repeat(3));
    assert_eq!(verdict(&report).1, "tls.certificate-rejected");
    let trace = report.details.get("trace").unwrap();
    assert_eq!(trace.get("hits_seen").unwrap(), 3);
    let shown = proof(&report.findings[0], "excerpt");
    assert_eq!(shown, "Schannel 36887 AlertDesc=48");
}

#[test]
fn an_event_log_is_read_as_windows_keeps_it() {
    let (early, late) = (1_795_729_000, 1_795_729_060);
    // one that was full goes on at its begin
    let log = evtx::log(&[(9, late), (8, early)]);
    let report = traced(&[("system.evtx", &log)]).report;
    let cause = "tls.certificate-rejected";
    assert_eq!(verdict(&report), (VerdictStatus::Blocked, cause));
    let first = report.findings.first().unwrap();
    assert_eq!(proof(first, "lines that say so"), "2");
    assert_eq!(proof(first, "alert"), "");
    assert_eq!(
        proof(first, "Windows"),
        "Schannel 36887, alert 48 unknown_ca"
    );
    assert_eq!(proof(first, "line").rsplit(':').next(), Some("2"));
    assert!(
        proof(first, "last").contains("2026-11-26T21:37:40Z"),
        "{first:?}"
    );
}

#[test]
fn of_a_damaged_event_log_the_rest_is_read_and_the_verdict_knows() {
    let mut log = evtx::log(&[(1, 1_795_729_000), (2, 1_795_729_060)]);
    log[4096..5000].fill(0x11);
    let traced = traced(&[("system.evtx", &log)]);
    assert_eq!(traced.unread.len(), 1);
    let why = traced.unread[0].1.to_string();
    assert!(why.contains("1 damaged"), "{why}");
    assert_eq!(traced.report.findings.len(), 1);
}

/// Source: the samples of crate `evtx` (Omer Ben-Amram, MIT or Apache-2.0).
#[test]
fn what_a_windows_machine_wrote_is_read_to_its_end_whether_compressed_or_not() {
    let sample = include_bytes!("../samples/language-pack-setup.evtx.gz");
    let mut plain = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(sample.as_slice());
    std::io::Read::read_to_end(&mut decoder, &mut plain).unwrap();
    for content in [sample.as_slice(), &plain] {
        let traced = traced(&[("setup.evtx", content)]);
        assert!(traced.unread.is_empty(), "{:?}", traced.unread);
        assert_eq!(verdict(&traced.report), OK);
        let file = &traced.report.details["trace"]["files"][0];
        assert_eq!(
            (&file["format"], &file["lines"]),
            (&"evtx".into(), &17.into())
        );
    }
}
