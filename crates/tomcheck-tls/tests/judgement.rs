//! One finding a cause: handshakes as they were written down, judged again.

use serde_json::{Value, json};
use tomcheck_diagnosis::{Finding, Instant, Lang, Observation};
use tomcheck_tls::{HandshakeSeen, LegacySeen, clock_skewed};

/// A handshake with the card that went well, with some facts otherwise.
fn seen(otherwise: Value) -> HandshakeSeen {
    let name = |text: &str| json!({ "text": text, "der": "3000" });
    let mut world = json!({
        "server_name": "tom.example", "port": 443, "started_at": "2026-11-23T06:12:00Z",
        "offered": ["TLS 1.3", "TLS 1.2"], "negotiated": "TLS 1.2", "cipher": null,
        "phases": [], "records": [], "server_chain": [], "trusted_roots": 1,
        "server_verdict": { "verdict": "verified" },
        "client_auth": {
            "requested": "in-handshake", "certificate_authorities": [name("CN=AC")],
            "signature_schemes": [{ "number": 0x0401, "name": "rsa_pkcs1_sha256" }],
        },
        "token": {
            "credential": "with-signer", "mechanisms": ["rsa-pkcs1"],
            "usable_schemes": [{ "number": 0x0401, "name": "rsa_pkcs1_sha256" }],
            "issuers": [name("CN=AC")], "issuer": "accepted", "presented": "sent",
            "signature": { "signature": "made", "scheme": { "number": 0x0401, "name": null } },
        },
        "alert": null, "ending": { "ending": "complete" },
        "http": {
            "http": "answered", "status": 200, "status_line": "HTTP/1.1 200 OK",
            "date": "2026-11-23T06:12:01Z", "received_at": "2026-11-23T06:12:01Z",
        },
    });
    merge(&mut world, otherwise);
    serde_json::from_value(world).expect("a world is an observation")
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn alert(number: u8, moment: &str) -> Value {
    json!({
        "alert": { "number": number, "name": null, "sent_by": "peer", "moment": moment },
        "ending": { "ending": "alert", "moment": moment },
        "http": { "http": "not-asked" },
    })
}

fn with(mut world: Value, more: Value) -> Value {
    merge(&mut world, more);
    world
}

fn only(otherwise: Value) -> Finding {
    let mut findings = seen(otherwise).findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.remove(0)
}

#[test]
fn a_handshake_that_went_well_is_no_finding() {
    assert_eq!(seen(json!({})).findings(), vec![]);
}

#[test]
fn alert_116_although_one_was_sent_is_certificate_required() {
    assert_eq!(
        only(alert(116, "after-finished")).kind.code,
        "tls.certificate-required"
    );
}

#[test]
fn alert_116_or_40_when_nobody_allowed_us_to_answer_is_no_fault() {
    for credential in ["absent", "without-signer"] {
        for number in [40, 116] {
            let token = json!({ "token": { "credential": credential, "presented": "kept-without-signer" } });
            let world = with(alert(number, "after-our-certificate"), token);
            assert_eq!(seen(world).findings(), vec![], "{credential} {number}");
        }
    }
}

#[test]
fn a_cut_when_nobody_allowed_us_to_answer_is_no_fault_either_but_one_with_the_card_is() {
    let closed = json!({ "ending": { "ending": "closed", "moment": "after-certificate-verify" } });
    assert_eq!(only(closed.clone()).kind.code, "tls.handshake-failure");
    let token = json!({ "token": { "credential": "absent", "presented": "not-asked" } });
    assert_eq!(seen(with(closed, token)).findings(), vec![]);
}

#[test]
fn alert_40_after_our_certificate_and_an_alert_nobody_knows_are_handshake_failures() {
    for number in [40, 47, 80, 200] {
        let finding = only(alert(number, "after-certificate-verify"));
        assert_eq!(finding.kind.code, "tls.handshake-failure");
        assert!(
            finding
                .evidence
                .iter()
                .any(|e| e.render(Lang::En) == number.to_string())
        );
    }
}

#[test]
fn each_alert_has_its_own_sentence_at_its_moment_in_both_languages() {
    let twenty = [
        40, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 70, 71, 80, 86, 90, 109, 112, 116, 120,
    ];
    let about_certificates = [42, 43, 44, 45, 46, 48, 49];
    let note = |number, moment| only(alert(number, moment)).note.unwrap();
    let mut sentences = Vec::new();
    for number in twenty {
        let late = note(number, "after-certificate-verify");
        assert!(
            late.fr.starts_with(&format!("Alerte {number} :")),
            "{}",
            late.fr
        );
        assert!(
            late.en.starts_with(&format!("Alert {number}:")),
            "{}",
            late.en
        );
        sentences.push((late.fr, late.en));
        let early = note(number, "before-certificate");
        let speaks_of_ours = about_certificates.contains(&number);
        assert_eq!(
            early.en.contains("none had been sent"),
            speaks_of_ours,
            "{}",
            early.en
        );
        assert_ne!(
            speaks_of_ours || number == 40 || number == 51,
            early == late,
            "{number}"
        );
        let finding = only(alert(number, "before-certificate"));
        let keys: Vec<_> = finding.evidence.iter().map(|e| e.key.as_ref()).collect();
        assert!(
            keys.contains(&"alert") && keys.contains(&"moment"),
            "{keys:?}"
        );
    }
    sentences.dedup();
    assert_eq!(sentences.len(), twenty.len());
    let unknown = note(99, "after-server-hello");
    assert!(
        unknown.fr.starts_with("après le premier message"),
        "{}",
        unknown.fr
    );
}

#[test]
fn what_explains_an_alert_hides_it() {
    let issuer =
        json!({ "token": { "issuer": "not-accepted", "presented": "kept-issuer-not-accepted" } });
    let finding = only(with(alert(116, "after-finished"), issuer));
    assert_eq!(finding.kind.code, "tls.issuer-not-accepted");
    assert!(
        finding.evidence.iter().any(|e| e.key == "alert"),
        "but stays in evidence"
    );
}

#[test]
fn an_issuer_and_a_scheme_that_both_fail_are_two_independent_faults() {
    let token = json!({ "token": { "issuer": "not-accepted", "usable_schemes": [] } });
    let codes: Vec<_> = seen(token).findings().iter().map(|f| f.kind.code).collect();
    assert_eq!(
        codes,
        [
            "tls.issuer-not-accepted",
            "tls.signature-scheme-unavailable"
        ]
    );
}

#[test]
fn a_demand_after_the_handshake_is_named_by_its_version() {
    for (requested, code) in [
        ("post-handshake", "tls.post-handshake-authentication"),
        ("renegotiation", "tls.renegotiation-required"),
    ] {
        let world = json!({ "client_auth": { "requested": requested } });
        assert_eq!(only(world).kind.code, code);
    }
}

#[test]
fn a_server_certificate_that_is_too_young_says_so() {
    let verdict = json!({ "server_verdict": {
        "verdict": "not-yet-valid", "now": "2020-01-01T00:00:00Z", "not_before": "2026-01-01T00:00:00Z",
    }, "ending": { "ending": "server-not-verified" } });
    let finding = only(verdict);
    assert_eq!(finding.kind.code, "tls.server-expired");
    assert!(
        finding
            .note
            .is_some_and(|note| note.en.contains("not begun"))
    );
    assert!(
        finding
            .evidence
            .iter()
            .any(|e| e.machine(Lang::Fr) == "2026-01-01T00:00:00Z")
    );
}

#[test]
fn a_machine_without_any_authority_is_told_so() {
    let verdict =
        json!({ "verdict": "untrusted", "missing_issuer": "CN=Root", "reason": "UnknownIssuer" });
    let ending = json!({ "ending": "server-not-verified" });
    let world =
        |roots| json!({ "server_verdict": verdict, "ending": ending, "trusted_roots": roots });
    assert!(only(world(0)).note.is_some());
    assert!(only(world(140)).note.is_none());
    assert!(only(world(140)).title(Lang::Fr).contains("« CN=Root »"));
}

#[test]
fn an_authority_this_machine_knows_is_not_called_unknown() {
    let title = |missing: Value| {
        let verdict =
            json!({ "verdict": "untrusted", "missing_issuer": missing, "reason": "BadEncoding" });
        let leaf = json!({
            "subject": "CN=tom.example", "issuer": "CN=Known", "not_before": null,
            "not_after": null, "names": [], "sha256": "00", "der": "30",
        });
        let ending = json!({ "ending": "server-not-verified" });
        let world = json!({ "server_verdict": verdict, "server_chain": [leaf], "ending": ending });
        only(world).title(Lang::Fr)
    };
    assert!(title(json!("CN=Root")).contains("« CN=Root » : inconnue de ce poste"));
    assert!(title(Value::Null).contains("« CN=Known » : connue de ce poste"));
}

#[test]
fn what_an_impostor_demands_follows_from_its_being_one_and_what_an_expired_server_does_not() {
    let consequence = |verdict: Value| {
        let token = json!({ "issuer": "not-accepted", "presented": "kept-issuer-not-accepted" });
        let ending = json!({ "ending": "server-not-verified" });
        let world = json!({ "server_verdict": verdict, "token": token, "ending": ending });
        let findings = seen(with(world, json!({ "http": { "http": "not-asked" } }))).findings();
        let codes: Vec<_> = findings.iter().map(|finding| finding.kind.code).collect();
        assert_eq!(codes[1..], ["tls.issuer-not-accepted"], "{codes:?}");
        findings[1].consequence_of
    };
    let name = json!({ "verdict": "name-mismatch", "asked": "tom.example", "presented": ["box"] });
    assert_eq!(consequence(name), Some("tls.server-name-mismatch"));
    let expired = json!({
        "verdict": "expired", "now": "2026-11-23T06:12:00Z", "not_after": "2026-01-01T00:00:00Z",
    });
    assert_eq!(consequence(expired), None);
}

#[test]
fn a_clock_five_minutes_off_is_tolerated_and_six_are_not_either_way() {
    let server = |minute: &str| {
        let date = format!("2026-11-23T{minute}:01Z");
        seen(json!({ "http": { "date": date } }))
    };
    assert_eq!(server("06:17").findings(), vec![]);
    for minute in ["06:18", "06:06"] {
        let findings = server(minute).findings();
        assert_eq!(findings[0].kind.code, "clock.skewed");
        assert!(!findings[0].title(Lang::Fr).contains('…'));
    }
    let (now, then) = (Instant::from_unix(1_000_000), Instant::from_unix(0));
    assert!(clock_skewed("tom.example", now, then).is_some());
    assert!(clock_skewed("tom.example", then, then).is_none());
}

#[test]
fn no_sentence_shows_an_unfilled_place() {
    let endings = [
        json!({ "ending": "not-tls", "first_bytes": "53", "text": null }),
        json!({ "ending": "no-common-version" }),
        json!({ "ending": "broken", "moment": "before-certificate", "failure": { "call": "read", "code": 104 } }),
        json!({ "ending": "protocol", "moment": "after-server-hello", "reason": "odd" }),
        json!({ "ending": "signature-failed" }),
    ];
    let worlds = endings
        .into_iter()
        .map(|ending| json!({ "ending": ending }));
    let alerts = [48, 51, 70, 116].map(|number| alert(number, "after-finished"));
    let refused = json!({ "http": { "status": 500 } });
    let schemes = json!({ "token": { "usable_schemes": [] } });
    let never = json!({ "client_auth": { "requested": "never" } });
    for world in worlds.chain(alerts).chain([refused, schemes, never]) {
        let finding = only(world);
        for lang in [Lang::Fr, Lang::En] {
            let steps = ["windows", "linux", "macos"].map(|os| finding.steps(lang, os).join(" "));
            let said = format!("{} {}", finding.title(lang), steps.join(" "));
            let ellipses = said.matches('…').count() - said.matches("http …").count();
            assert_eq!(ellipses, 0, "{}: {said}", finding.kind.code);
        }
    }
}

/// nginx and those that took its statuses over answer over HTTP what others say by an alert.
#[test]
fn a_refusal_over_http_is_told_by_its_status_or_its_page() {
    let page = |status: u16, title: Value| json!({ "http": { "status": status, "title": title } });
    for (status, title, code) in [
        (
            400,
            json!("400 The SSL certificate error"),
            "tls.certificate-rejected",
        ),
        (
            400,
            json!("400 No required SSL certificate was sent"),
            "tls.certificate-required",
        ),
        (495, json!(null), "tls.certificate-rejected"),
        (496, json!(null), "tls.certificate-required"),
        (400, json!("400 Bad Request"), "tls.application-refused"),
        (
            403,
            json!("The SSL certificate error"),
            "tls.application-refused",
        ),
    ] {
        assert_eq!(only(page(status, title)).kind.code, code, "{status}");
    }
    let unused = json!({
        "token": { "credential": "without-signer", "presented": "kept-without-signer" },
    });
    assert!(
        seen(with(page(496, json!(null)), unused))
            .findings()
            .is_empty()
    );
}

fn note_of(finding: &Finding) -> &'static str {
    finding.note.map_or("", |note| note.en)
}

#[test]
fn a_page_refused_over_tls_1_3_without_a_demand_may_want_the_card_later() {
    let silent = json!({
        "negotiated": "TLS 1.3", "client_auth": { "requested": "never" },
        "token": { "presented": "not-asked" }, "http": { "status": 403 },
    });
    let finding = only(silent.clone());
    assert_eq!(finding.kind.code, "tls.certificate-not-requested");
    assert!(note_of(&finding).contains("only once the connection is open"));
    // another way to refuse a page, or a version that would have renegotiated
    for other in [
        json!({ "http": { "status": 200 } }),
        json!({ "negotiated": "TLS 1.2" }),
    ] {
        assert_eq!(note_of(&only(with(silent.clone(), other))), "");
    }
    // who offered to be asked was not
    let legacy = json!({ "requested": "never", "presented": "not-asked", "status": 403 });
    let finding = only(with(silent, json!({ "legacy": legacy })));
    assert_eq!(finding.kind.code, "tls.certificate-not-requested");
    assert_eq!(note_of(&finding), "");
}

#[test]
fn what_openssl_was_asked_for_later_names_the_fault_and_an_open_page_clears_the_card() {
    let after = |requested: &str, presented: &str, status| {
        json!({ "token": { "presented": "not-asked" }, "legacy": {
            "requested": requested, "presented": presented, "status": status,
        } })
    };
    let never = json!({ "negotiated": "TLS 1.3", "client_auth": { "requested": "never" } });
    let opened = only(with(never.clone(), after("post-handshake", "sent", 200)));
    assert_eq!(opened.kind.code, "tls.post-handshake-authentication");
    assert!(note_of(&opened).starts_with("The card opens this page"));

    let again = json!({ "client_auth": { "requested": "renegotiation" } });
    for (presented, status) in [("sent", 403), ("kept-without-signer", 200)] {
        let world = with(again.clone(), after("renegotiation", presented, status));
        let finding = only(world);
        assert_eq!(finding.kind.code, "tls.renegotiation-required");
        assert_eq!(note_of(&finding), "");
    }
    let old =
        json!({ "ending": { "ending": "no-common-version" }, "http": { "http": "not-asked" } });
    let finding = only(with(old, after("in-handshake", "sent", 200)));
    assert_eq!(finding.kind.code, "tls.version-unsupported");
    assert!(note_of(&finding).starts_with("The card opens this page"));
}

/// The codes of what stopped OpenSSL after a demand by renegotiation.
fn stopped(otherwise: Value, failure: Value) -> Vec<&'static str> {
    let demand = json!({ "client_auth": { "requested": "renegotiation" } });
    let mut world = serde_json::to_value(seen(with(demand, otherwise))).expect("it is JSON");
    merge(&mut world, json!({ "failure": failure }));
    let seen: LegacySeen = serde_json::from_value(world).expect("an observation");
    let findings = seen.findings();
    findings.iter().map(|finding| finding.kind.code).collect()
}

#[test]
fn of_the_second_connection_only_what_stopped_it_is_told() {
    let none = Value::Null;
    assert_eq!(stopped(json!({}), none.clone()), [""; 0]);
    let refused = json!({ "http": { "status": 403 } });
    assert_eq!(stopped(refused, none.clone()), ["tls.application-refused"]);
    let revoked = alert(44, "during-http");
    assert_eq!(stopped(revoked, none.clone()), ["tls.certificate-rejected"]);
    let kept = json!({ "token": {
        "credential": "without-signer", "presented": "kept-without-signer",
    } });
    let missed = with(alert(40, "during-http"), kept);
    assert_eq!(stopped(missed, none.clone()), [""; 0]);
    let version = alert(70, "before-certificate");
    assert_eq!(stopped(version, none), [""; 0]);
    let failure = json!({
        "call": "SSL_connect", "code": 338, "name": "unsafe legacy renegotiation disabled",
        "radix": "hexadecimal",
    });
    let ending = json!({ "ending": {
        "ending": "protocol", "moment": "before-certificate", "reason": "",
    } });
    assert_eq!(stopped(ending, failure), ["tls.handshake-failure"]);
}
