//! What do the lines of a log come to, all together?
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs;
use std::io::Write;
use std::path::Path;

use tomcheck::trace::{Input, Live, Options, Traced, Unwatched, trace};
use tomcheck::{FindingRecord, Lang, Quiet, Report, VerdictStatus};

/// What tomcheck makes of files of these names and contents.
fn traced(files: &[(&str, &[u8])]) -> Traced {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    read(folder.path(), &names)
}

fn read(folder: &Path, names: &[&str]) -> Traced {
    let inputs = names.iter().map(|name| Input::File(folder.join(name)));
    let mut options = Options::new(inputs);
    options.lang = Lang::En;
    trace(&options, &Quiet, &Unwatched)
}

fn of_log(log: &str) -> Report {
    traced(&[("a.log", log.as_bytes())]).report
}

fn verdict(report: &Report) -> (VerdictStatus, &str) {
    let cause = report.verdict.root_cause.as_deref();
    (report.verdict.status, cause.unwrap_or_default())
}

fn proof(finding: &FindingRecord, label: &str) -> String {
    let mut all = finding.evidence.iter();
    let found = all.find(|evidence| evidence.label == label);
    found
        .map(|evidence| evidence.value.to_string())
        .unwrap_or_default()
}

const OK: (VerdictStatus, &str) = (VerdictStatus::Ok, "");
const TOM: &str = "tom.gip-cps.fr";

fn line(second: u64, client: &str, rest: &str) -> String {
    format!(
        "{}.160      0 {client} {rest} text/html\n",
        1_795_729_000 + second
    )
}

fn challenge(second: u64, client: &str, host: &str) -> String {
    line(
        second,
        client,
        &format!("TCP_DENIED/407 3579 CONNECT {host}:443 - HIER_NONE/-"),
    )
}

fn denied(second: u64, client: &str, host: &str) -> String {
    line(
        second,
        client,
        &format!("TCP_DENIED/403 3579 CONNECT {host}:443 - HIER_NONE/-"),
    )
}

fn reached(second: u64, client: &str, host: &str) -> String {
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
fn a_site_that_refuses_is_named_though_no_address_is() {
    let log = format!(
        "network: Connexion de https://{TOM}/tom/ avec proxy=DIRECT\n\
         java.net.ConnectException: Connection refused: connect\n"
    );
    let report = of_log(&log);
    assert_eq!(verdict(&report).1, "network.refused");
    assert!(report.findings[0].title.contains(TOM), "{report:?}");
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

/// As curl 7.88 prints it with `--proxy-digest`.
const DIGEST: &str = "*   Trying 127.0.0.1:3128...
* Connected to 127.0.0.1 (127.0.0.1) port 3128 (#0)
* CONNECT tunnel: HTTP/1.1 negotiated
* Establish HTTP proxy tunnel to any.example:443
* Server auth using Digest with user 'luc'
> CONNECT any.example:443 HTTP/1.1
> Host: any.example:443
>
< HTTP/1.1 407 Proxy Authentication Required
< Proxy-Authenticate: Digest realm=\"x\"
<
* Ignore 3579 bytes of response-body
* Proxy auth using Digest with user 'luc'
> CONNECT any.example:443 HTTP/1.1
> Host: any.example:443
>
";

#[test]
fn curl_that_gets_through_in_the_end_says_so_in_old_and_new_words() {
    for success in [
        "< HTTP/1.1 200 Connection established\n<\n* CONNECT tunnel established, response 200\n",
        "< HTTP/1.1 200 Connection established\n<\n* Proxy replied 200 to CONNECT request\n",
    ] {
        assert_eq!(
            verdict(&of_log(&format!("{DIGEST}{success}"))),
            OK,
            "{success}"
        );
    }
    let failure =
        "< HTTP/1.1 407 Proxy Authentication Required\n* CONNECT tunnel failed, response 407\n";
    let report = of_log(&format!("{DIGEST}{failure}"));
    assert_eq!(verdict(&report).1, "proxy.authentication-rejected");
}

#[test]
fn an_open_tunnel_says_nothing_of_what_is_spoken_in_it() {
    let untrusted = "curl: (60) SSL certificate problem: self-signed certificate\n";
    let open = "* CONNECT tunnel established, response 200\n";
    let report = of_log(&format!("{DIGEST}{open}{untrusted}{DIGEST}{open}"));
    assert_eq!(verdict(&report).1, "tls.server-untrusted");
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

fn called(call: &str, result: &str) -> String {
    format!("Thu Nov 26 15:18:18.834 : {call}\n[in] hSession = 1\nReturned:  {result}\n")
}

#[test]
fn a_card_that_signs_voids_what_failed_before() {
    let polled = called("C_GetTokenInfo", "224 CKR_TOKEN_NOT_PRESENT");
    let wrong = called("C_Login", "160 CKR_PIN_INCORRECT");
    let good = called("C_Login", "0 CKR_OK") + &called("C_Sign", "0 CKR_OK");
    let report = of_log(&format!("{polled}{wrong}{good}"));
    assert_eq!(verdict(&report), OK);
    // what any other call returns says nothing
    let report = of_log(&format!("{wrong}{}", called("C_GetSlotList", "0 CKR_OK")));
    assert_eq!(verdict(&report).1, "token.pin-incorrect");
    let report = of_log(&format!("{good}{wrong}"));
    assert_eq!(verdict(&report).1, "token.pin-incorrect");
    let proxy = denied(1, "10.0.0.5", TOM);
    let report = of_log(&format!("{proxy}{good}"));
    assert_eq!(verdict(&report).1, "proxy.host-not-allowed");
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
fn what_was_not_read_is_not_in_order() {
    let mut cut = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    cut.write_all(reached(1, "10.0.0.5", TOM).repeat(100).as_bytes())
        .unwrap();
    let mut cut = cut.finish().unwrap();
    cut.truncate(cut.len() - 9);
    for (name, content) in [
        ("system.evtx", b"ElfFile\0\0\0\0\0".as_slice()),
        ("empty.log", b""),
        ("notes.txt", b"acheter du pain\n"),
        ("cut.gz", &cut),
    ] {
        let report = traced(&[(name, content)]).report;
        assert_eq!(
            verdict(&report),
            (VerdictStatus::Undetermined, ""),
            "{name}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let report = read(folder.path(), &["absent.log"]).report;
    assert_eq!(verdict(&report), (VerdictStatus::Undetermined, ""));
    let good = reached(1, "10.0.0.5", TOM);
    let report = traced(&[
        ("good.log", good.as_bytes()),
        ("system.evtx", b"ElfFile\0\0\0\0\0"),
    ])
    .report;
    assert_eq!(verdict(&report), (VerdictStatus::Undetermined, ""));
    assert!(report.findings.is_empty(), "{:?}", report.findings);
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
}

/// A net-export of so many events between a request and its end.
fn net_export(between: usize, end: i32) -> String {
    let names: String = (0..3000)
        .map(|number| format!("\"ERR_NAME_NOT_RESOLVED\": -105,\"QUIC_{number}_ERROR\":{number},"))
        .collect();
    let event = |source: usize, params: &str| {
        format!(
            "{{\"params\":{{{params}}},\"phase\":1,\"source\":{{\"id\":{source},\"start_time\":\"1\",\"type\":1}},\"time\":\"1\",\"type\":2}},\n"
        )
    };
    let noise: String = (0..between)
        .map(|number| event(100 + number, "\"byte_count\":1448"))
        .collect();
    let url = format!("\"method\":\"GET\",\"url\":\"https://{TOM}/\"");
    format!(
        "{{\"constants\":{{\"netError\":{{{names}\"ERR_PROXY_CONNECTION_FAILED\": -130}}}},\n\"events\": [\n"
    ) + &event(7, &url)
        + &noise
        + &event(8, "\"net_error\":-105")
        + &event(7, &format!("\"net_error\":{end}"))
        + "]}\n"
}

#[test]
fn of_a_net_export_what_was_asked_for_counts_however_far_away_and_no_list_of_names() {
    for between in [0, 200, 20_000] {
        let report = of_log(&net_export(between, 0));
        assert!(report.verdict.root_cause.is_none(), "{between}");
        let report = of_log(&net_export(between, -130));
        let blocked = (VerdictStatus::Blocked, "proxy.unreachable");
        assert_eq!(verdict(&report), blocked, "{between}");
        let finding = report.findings.first().unwrap();
        assert!(proof(finding, "site").contains(TOM), "{between}");
        assert_eq!(report.findings.len(), 1, "{between}");
    }
}

/// What the probes of a machine said of `host` just now: these parts of the path in order.
fn live(host: &str, in_order: &[&str]) -> Live {
    let mut report = serde_json::to_value(of_log("")).unwrap();
    let probe = |layer: &&str| {
        serde_json::json!({
            "id": format!("{layer}.x"), "layer": layer, "status": "ok", "blocked_by": null,
            "reason": null, "duration_ms": 1, "observation": {},
        })
    };
    report["probes"] = in_order.iter().map(probe).collect();
    report["target"] = serde_json::json!({ "name": host, "url": format!("https://{host}/") });
    Live::of(&serde_json::from_value(report).unwrap())
}

#[test]
fn a_failure_that_this_machine_does_not_show_any_more_is_void_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let of = |log: &str, live: Live| {
        fs::write(folder.path().join("a.log"), log).unwrap();
        let mut options = Options::new([Input::File(folder.path().join("a.log"))]);
        options.live = Some(live);
        trace(&options, &Quiet, &Unwatched).report
    };
    let console = format!(
        "network: Connexion de https://{TOM}/ avec proxy=HTTP @ proxy.xxx.yy/192.0.2.7:3128\n\
         java.io.IOException: Authentication failure\n"
    );
    let asks = (VerdictStatus::Blocked, "proxy.authentication-required");
    let report = of(&console, live(TOM, &["network", "proxy"]));
    assert_eq!(verdict(&report), OK);
    assert_eq!(report.findings[0].code, "trace.stale");
    assert_eq!(report.details["trace"]["live"]["host"], TOM);
    for (log, live) in [
        (&console, live(TOM, &["network"])),
        (&console, live("other.example", &["network", "proxy"])),
        // whose workstation is not this one
        (
            &challenge(1, "10.0.0.5", TOM),
            live(TOM, &["network", "proxy"]),
        ),
    ] {
        assert_eq!(verdict(&of(log, live)), asks, "{log}");
    }
}

/// An event log as Windows writes it, of one chunk for each of `chunks`: each has one event of
/// Schannel (alert 48) whose template it brings along, with the number of the event and a moment.
mod evtx {
    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    /// Where the next byte of the chunk goes, and what follows there.
    struct Chunk(Vec<u8>);

    impl Chunk {
        fn put(&mut self, bytes: &[u8]) -> &mut Self {
            self.0.extend(bytes);
            self
        }

        fn word(&mut self, word: usize) -> &mut Self {
            self.put(&u32::try_from(word).unwrap().to_le_bytes())
        }

        /// The name stands right behind where it is said to stand.
        fn name(&mut self, name: &str) -> &mut Self {
            let place = self.0.len() + 4;
            let length = u16::try_from(name.len()).unwrap().to_le_bytes();
            self.word(place).put(&[0; 6]).put(&length);
            self.put(&utf16(name)).put(&[0, 0])
        }

        fn open(&mut self, name: &str, has_attributes: bool) -> &mut Self {
            self.put(&[
                if has_attributes { 0x41 } else { 1 },
                0xff,
                0xff,
                0,
                0,
                0,
                0,
            ]);
            self.name(name);
            self.put(if has_attributes { &[0; 4] } else { &[] })
        }

        fn attribute(&mut self, name: &str) -> &mut Self {
            self.put(&[6]).name(name)
        }

        fn text(&mut self, text: &str) -> &mut Self {
            let length = u16::try_from(text.len()).unwrap().to_le_bytes();
            self.put(&[5, 1]).put(&length).put(&utf16(text))
        }

        fn template(&mut self) -> &mut Self {
            self.put(&[0x0f, 1, 1, 0]).open("Event", false).put(&[2]);
            self.open("System", false).put(&[2]);
            self.open("Provider", true)
                .attribute("Name")
                .text("Schannel")
                .put(&[3]);
            self.open("EventID", false).put(&[2, 0x0d, 0, 0, 6, 4]);
            self.open("TimeCreated", true).attribute("SystemTime");
            self.put(&[0x0e, 1, 0, 0x11, 3]).put(&[4]);
            self.open("EventData", false).put(&[2]);
            self.open("Data", true).attribute("Name").text("AlertDesc");
            self.put(&[2, 0x0d, 2, 0, 8, 4, 4, 4, 0])
        }
    }

    fn chunk(number: u64, ticks: u64) -> Vec<u8> {
        let mut chunk = Chunk(b"ElfChnk\0".to_vec());
        chunk
            .put(&[0; 16])
            .put(&number.to_le_bytes())
            .put(&[0; 480]);
        chunk
            .put(&[0x2a, 0x2a, 0, 0, 0, 0, 0, 0])
            .put(&number.to_le_bytes());
        chunk.put(&ticks.to_le_bytes()).put(&[0x0f, 1, 1, 0]);
        let place = chunk.0.len() + 10;
        chunk.put(&[0x0c, 1, 7, 0, 0, 0]).word(place).put(&[0; 24]);
        chunk.template();
        let length = u32::try_from(chunk.0.len() - place - 24).unwrap();
        chunk.0[place + 20..place + 24].copy_from_slice(&length.to_le_bytes());
        chunk.word(3).put(&[2, 0, 6, 0, 8, 0, 0x11, 0, 4, 0, 8, 0]);
        chunk
            .put(&36887_u16.to_le_bytes())
            .put(&ticks.to_le_bytes());
        chunk.put(&48_u32.to_le_bytes()).put(&[0]);
        let length = chunk.0.len() - 512 + 4;
        chunk.word(length);
        chunk.0[516..520].copy_from_slice(&u32::try_from(length).unwrap().to_le_bytes());
        chunk.0.resize(64 << 10, 0);
        chunk.0
    }

    /// Seconds since 1970 of each event, the first part's number being `first`.
    pub(super) fn log(events: &[(u64, u64)]) -> Vec<u8> {
        let mut log = b"ElfFile\0".to_vec();
        log.resize(4096, 0);
        for (number, seconds) in events {
            log.extend(chunk(*number, (seconds + 11_644_473_600) * 10_000_000));
        }
        log
    }
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
    let sample = include_bytes!("samples/language-pack-setup.evtx.gz");
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
