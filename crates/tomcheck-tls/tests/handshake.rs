//! The probe against a real rustls server that asks for a card.
#![cfg(unix)]

mod common;

use std::time::{Duration, Instant};

use common::*;
use tomcheck_diagnosis::{Deadline, Lang, Observation};
use tomcheck_testkit::{
    Ca, ClientAuth, Domaine, Gamme, Refusal, ServerCertificate, SignatureScheme, TlsServer,
    TlsServerOptions, Variant, Versions as Speaks,
};
use tomcheck_tls::{
    Credential, CredentialSeen, Ending, HandshakeProbe, HttpSeen, IssuerVerdict, Moment, PhaseName,
    Presented, Requested, SentBy, ServerVerdict, SignatureSeen, Tls12Seen, TlsVersion, Versions,
    details,
};

fn server(options: TlsServerOptions) -> TlsServer {
    TlsServer::start(options)
}

fn speaking(versions: Speaks) -> TlsServer {
    server(TlsServerOptions {
        versions,
        ..TlsServerOptions::default()
    })
}

fn showing(certificate: ServerCertificate) -> TlsServer {
    server(TlsServerOptions {
        certificate,
        ..TlsServerOptions::default()
    })
}

#[tokio::test]
async fn a_card_with_pss_passes_over_tls_1_3_with_one_signature() {
    let server = speaking(Speaks::Both);
    let card = cps(Variant::Valid);
    let (seen, key) = with_card(&server, &card, pkcs1_and_pss(), Versions::Default).await;
    assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen:?}");
    assert!(seen.is_authenticated());
    assert_eq!(seen.negotiated, Some(TlsVersion::Tls13));
    assert_eq!(key.asked(), 1);
    assert_eq!(
        server.last_client_certificate().as_deref(),
        Some(card.certificate_der())
    );
    assert!(
        matches!(&seen.token.signature, SignatureSeen::Made { scheme } if scheme.number == 0x0804)
    );
    assert!(matches!(seen.http, HttpSeen::Answered { status: 200, .. }));
    assert!(
        seen.cipher
            .as_deref()
            .is_some_and(|name| name.starts_with("TLS_")),
        "{:?}",
        seen.cipher
    );
}

#[tokio::test]
async fn a_card_without_pss_passes_over_tls_1_2() {
    let server = speaking(Speaks::Tls12);
    let (seen, key) = with_card(&server, &cps(Variant::Valid), pkcs1(), Versions::Default).await;
    assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen:?}");
    assert_eq!((seen.negotiated, key.asked()), (Some(TlsVersion::Tls12), 1));
    assert!(seen.is_authenticated());
    assert!(
        seen.token
            .usable_schemes
            .iter()
            .all(|scheme| scheme.number & 0xFF == 1)
    );
}

#[tokio::test]
async fn the_details_hold_every_phase_after_those_of_the_way_there() {
    let server = speaking(Speaks::Both);
    let card = cps(Variant::Valid);
    let (seen, _) = with_card(&server, &card, pkcs1_and_pss(), Versions::Default).await;
    let dns = tomcheck_tls::Phase {
        name: PhaseName::Dns,
        start_us: 0,
        duration_us: 1_000_000,
    };
    let value = serde_json::to_value(details(&seen, &[dns])).unwrap();
    for phase in [
        "dns",
        "hello",
        "certificate",
        "request",
        "signature",
        "finished",
        "http",
    ] {
        let time = &value["phases"][phase];
        assert!(
            time["start_us"].is_u64() && time["duration_us"].is_u64(),
            "{phase}: {value:#}"
        );
        assert!(
            phase == "dns" || time["start_us"].as_u64() >= Some(1_000_000),
            "{phase}"
        );
    }
    assert_eq!(value["client_auth"]["requested"], "in-handshake");
    assert_eq!(value["versions"]["negotiated"], "TLS 1.3");
    let authority = value["client_auth"]["certificate_authorities"][0].as_str();
    assert!(
        authority.is_some_and(|name| name.contains("CN=")),
        "{authority:?}"
    );
    assert_eq!(
        value["token"]["mechanisms"][1],
        "CKM_RSA_PKCS_PSS (SHA-256)"
    );
    assert_eq!(value["token"]["usable_schemes"][0], "rsa_pss_rsae_sha256");
    assert!(value["alert"].is_null() && value["server_chain"][0]["sha256"].is_string());
}

#[tokio::test]
async fn without_a_card_or_a_code_a_demand_is_no_fault_and_all_else_is_still_said() {
    for versions in [Speaks::Tls12, Speaks::Tls13] {
        let server = speaking(versions);
        let card = cps(Variant::Valid);
        let bare = observe(probe(server.port()), server.port()).await;
        assert_eq!(codes(&bare), Vec::<&str>::new(), "{bare:?}");
        assert_eq!(bare.token.credential, CredentialSeen::Absent);
        let alert = bare.alert.as_ref().expect("the server said why");
        assert!(
            [40, 116].contains(&alert.number) && alert.sent_by == SentBy::Peer,
            "{alert:?}"
        );
        assert!(alert.moment >= Moment::AfterOurCertificate, "{alert:?}");

        let offered = without_signer(&card, pkcs1_and_pss());
        let seen = observe(probe(server.port()).with_credential(offered), server.port()).await;
        assert_eq!(codes(&seen), Vec::<&str>::new(), "{seen:?}");
        assert_eq!(seen.client_auth.requested, Requested::InHandshake);
        assert_eq!(seen.client_auth.certificate_authorities.len(), 6);
        assert_eq!(seen.token.issuer, IssuerVerdict::Accepted);
        assert_eq!(seen.token.presented, Presented::KeptWithoutSigner);
        assert!(!seen.token.usable_schemes.is_empty());
        assert_eq!(
            (server.handshakes(), server.last_client_certificate()),
            (0, None)
        );
    }
}

#[tokio::test]
async fn a_card_without_pss_cannot_do_tls_1_3_and_a_second_look_says_whether_1_2_would_do() {
    let server = speaking(Speaks::Both);
    let card = cps(Variant::Valid);
    let (mut seen, key) = with_card(&server, &card, pkcs1(), Versions::Default).await;
    assert_eq!(
        codes(&seen),
        ["tls.signature-scheme-unavailable"],
        "{seen:?}"
    );
    assert_eq!(seen.token.presented, Presented::KeptNoCommonScheme);
    let (second, _) = with_card(&server, &card, pkcs1(), Versions::Tls12Only).await;
    seen.note_without_tls13(&second);
    assert_eq!(seen.without_tls13, Some(Tls12Seen::WouldPass));
    let finding = &seen.findings()[0];
    assert!(finding.note.is_some_and(|note| note.en.contains("TLS 1.2")));
    assert!(
        finding.title(Lang::Fr).contains("TLS 1.3"),
        "{}",
        finding.title(Lang::Fr)
    );
    let shown: Vec<_> = finding
        .evidence
        .iter()
        .map(|e| e.render(Lang::En))
        .collect();
    assert!(
        shown
            .iter()
            .any(|text| text.contains("rsa_pss_rsae_sha256 (0x0804)")),
        "{shown:?}"
    );
    assert!(shown.iter().any(|text| text == "CKM_RSA_PKCS"), "{shown:?}");
    assert_eq!(key.asked(), 0);

    let only_13 = speaking(Speaks::Tls13);
    let (mut seen, _) = with_card(&only_13, &card, pkcs1(), Versions::Default).await;
    let (second, _) = with_card(&only_13, &card, pkcs1(), Versions::Tls12Only).await;
    assert_eq!(codes(&second), ["tls.version-unsupported"], "{second:?}");
    seen.note_without_tls13(&second);
    assert_eq!(seen.without_tls13, Some(Tls12Seen::NotSpoken));
}

#[tokio::test]
async fn a_server_that_wants_only_ecdsa_is_judged_even_without_the_code() {
    let schemes = vec![SignatureScheme::ECDSA_NISTP256_SHA256];
    let versions = Speaks::Tls12;
    let server = server(TlsServerOptions {
        schemes,
        versions,
        ..TlsServerOptions::default()
    });
    let offered = without_signer(&cps(Variant::Valid), pkcs1_and_pss());
    let seen = observe(probe(server.port()).with_credential(offered), server.port()).await;
    assert_eq!(
        codes(&seen),
        ["tls.signature-scheme-unavailable"],
        "{seen:?}"
    );
}

#[tokio::test]
async fn a_server_that_never_asks_is_the_wrong_server() {
    for versions in [Speaks::Tls12, Speaks::Tls13] {
        let client_auth = ClientAuth::None;
        let server = server(TlsServerOptions {
            client_auth,
            versions,
            ..TlsServerOptions::default()
        });
        let card = cps(Variant::Valid);
        let (seen, key) = with_card(&server, &card, pkcs1_and_pss(), Versions::Default).await;
        assert_eq!(codes(&seen), ["tls.certificate-not-requested"], "{seen:?}");
        assert_eq!(
            (seen.client_auth.requested, key.asked()),
            (Requested::Never, 0)
        );
    }
}

#[tokio::test]
async fn an_untrusted_server_gets_neither_certificate_nor_signature_nor_request() {
    for versions in [Versions::Default, Versions::Tls12Only] {
        let server = showing(ServerCertificate::UnknownRoot);
        let card = cps(Variant::Valid);
        let (seen, key) = with_card(&server, &card, pkcs1_and_pss(), versions).await;
        assert_eq!(codes(&seen), ["tls.server-untrusted"], "{seen:?}");
        let missing = seen.findings()[0].title(Lang::En);
        assert!(missing.contains("CN="), "{missing}");
        assert_eq!(seen.ending, Ending::ServerNotVerified);
        assert_eq!(seen.token.presented, Presented::KeptServerNotVerified);
        assert_eq!(seen.http, HttpSeen::NotAsked);
        assert_eq!((key.asked(), server.handshakes()), (0, 0));
        assert_eq!(server.last_client_certificate(), None);
        // and still its demand was seen
        assert_eq!(seen.client_auth.requested, Requested::InHandshake);
        assert_eq!(seen.client_auth.certificate_authorities.len(), 6);
        let alert = seen.alert.expect("we said why");
        assert_eq!((alert.number, alert.sent_by), (48, SentBy::Us));
    }
}

#[tokio::test]
async fn each_way_a_servers_certificate_fails_is_told_apart() {
    for (certificate, code) in [
        (ServerCertificate::SelfSigned, "tls.server-untrusted"),
        (ServerCertificate::Expired, "tls.server-expired"),
        (ServerCertificate::Tom, "tls.server-name-mismatch"),
    ] {
        let server = showing(certificate);
        let card = cps(Variant::Valid);
        let (seen, key) = with_card(&server, &card, pkcs1_and_pss(), Versions::Default).await;
        assert_eq!(codes(&seen), [code], "{seen:?}");
        assert_eq!((key.asked(), server.handshakes()), (0, 0));
        match seen.server_verdict {
            ServerVerdict::Expired { now, not_after } => assert!(now > not_after),
            ServerVerdict::NameMismatch { asked, presented } => {
                assert_eq!(asked, "localhost");
                assert!(
                    presented
                        .iter()
                        .any(|name| name.contains("tom.test.invalid"))
                );
            }
            ServerVerdict::Untrusted { missing_issuer, .. } => assert!(missing_issuer.is_some()),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_wrong_server_that_does_not_ask_is_one_fault_not_two() {
    let (certificate, client_auth) = (ServerCertificate::UnknownRoot, ClientAuth::None);
    let server = server(TlsServerOptions {
        certificate,
        client_auth,
        ..TlsServerOptions::default()
    });
    let findings = observe(probe(server.port()), server.port())
        .await
        .findings();
    let both: Vec<_> = findings
        .iter()
        .map(|f| (f.kind.code, f.consequence_of))
        .collect();
    assert_eq!(
        both,
        [
            ("tls.server-untrusted", None),
            (
                "tls.certificate-not-requested",
                Some("tls.server-untrusted")
            ),
        ]
    );
}

#[tokio::test]
async fn a_card_of_another_issuer_is_kept_back_and_the_list_is_shown() {
    for versions in [Speaks::Tls12, Speaks::Tls13] {
        let accepted = vec![Ca::Issuing(Gamme::Elementaire, Domaine::Personnes)];
        let server = server(TlsServerOptions {
            accepted,
            versions,
            ..TlsServerOptions::default()
        });
        let card = cps(Variant::Valid);
        let (seen, key) = with_card(&server, &card, pkcs1_and_pss(), Versions::Default).await;
        assert_eq!(codes(&seen), ["tls.issuer-not-accepted"], "{seen:?}");
        assert_eq!(seen.token.presented, Presented::KeptIssuerNotAccepted);
        assert_eq!((key.asked(), server.last_client_certificate()), (0, None));
        let accepted = &seen.client_auth.certificate_authorities[0].text;
        let shown = &seen.findings()[0].evidence;
        assert!(
            shown
                .iter()
                .any(|evidence| evidence.render(Lang::Fr) == *accepted)
        );
    }
}

#[tokio::test]
async fn an_issuer_known_by_name_alone_is_accepted_by_that_name() {
    let root = Ca::Root(Gamme::Fort);
    let server = server(TlsServerOptions {
        accepted: vec![root],
        ..TlsServerOptions::default()
    });
    let leaf = vec![cps(Variant::Valid).certificate_der().to_vec()];
    let alone = Credential::new(leaf, pkcs1_and_pss(), None);
    let root = tomcheck_testkit::Pki::shared()
        .authority(root)
        .subject_der();
    let named = alone.clone().also_under([root]);
    for (credential, verdict, issuers) in [
        (alone, IssuerVerdict::NotAccepted, 1),
        (named, IssuerVerdict::Accepted, 2),
    ] {
        let probe = probe(server.port()).with_credential(credential);
        let seen = observe(probe, server.port()).await;
        assert_eq!(seen.token.issuer, verdict, "{seen:?}");
        assert_eq!(seen.token.issuers.len(), issuers);
    }
}

#[tokio::test]
async fn an_empty_list_accepts_any_issuer() {
    let accepted = vec![];
    let server = server(TlsServerOptions {
        accepted,
        ..TlsServerOptions::default()
    });
    let card = cps(Variant::Valid);
    let (seen, _) = with_card(&server, &card, pkcs1_and_pss(), Versions::Default).await;
    assert_eq!(seen.token.issuer, IssuerVerdict::AnyAccepted);
    assert!(seen.is_authenticated(), "{seen:?}");
}

#[tokio::test]
async fn each_rejection_of_the_certificate_has_its_alert_and_its_own_sentence() {
    let mut sentences = Vec::new();
    for (refusal, number) in [
        (Refusal::Bad, 42),
        (Refusal::Unsupported, 43),
        (Refusal::Revoked, 44),
        (Refusal::Expired, 45),
        (Refusal::Unknown, 46),
        (Refusal::UnknownCa, 48),
        (Refusal::AccessDenied, 49),
    ] {
        for (versions, at_least) in [
            (Speaks::Tls12, Moment::AfterCertificateVerify),
            (Speaks::Tls13, Moment::AfterFinished),
        ] {
            let refusal = Some(refusal);
            let server = server(TlsServerOptions {
                refusal,
                versions,
                ..TlsServerOptions::default()
            });
            let card = cps(Variant::Valid);
            let (seen, key) = with_card(&server, &card, pkcs1_and_pss(), Versions::Default).await;
            assert_eq!(
                codes(&seen),
                ["tls.certificate-rejected"],
                "{refusal:?} {seen:?}"
            );
            let alert = seen.alert.as_ref().expect("the server said why");
            assert_eq!(
                (alert.number, alert.moment, key.asked()),
                (number, at_least, 1)
            );
            sentences.push(seen.findings()[0].note.expect("each has its sentence").fr);
        }
    }
    sentences.dedup();
    assert_eq!(sentences.len(), 7);
}

#[tokio::test]
async fn a_signature_the_server_finds_wrong_is_not_the_certificates_fault() {
    for versions in [Speaks::Tls12, Speaks::Tls13] {
        let refusal = Some(Refusal::BadSignature);
        let server = server(TlsServerOptions {
            refusal,
            versions,
            ..TlsServerOptions::default()
        });
        let card = cps(Variant::Valid);
        let (seen, _) = with_card(&server, &card, pkcs1_and_pss(), Versions::Default).await;
        assert_eq!(codes(&seen), ["tls.signature-rejected"], "{seen:?}");
    }
}

#[tokio::test]
async fn an_expired_card_is_rejected_by_a_server_that_checks() {
    let server = speaking(Speaks::Both);
    let card = cps(Variant::Expired);
    let (seen, _) = with_card(&server, &card, pkcs1_and_pss(), Versions::Default).await;
    assert_eq!(codes(&seen), ["tls.certificate-rejected"], "{seen:?}");
    assert_eq!(seen.alert.map(|alert| alert.number), Some(45));
}

#[tokio::test]
async fn a_page_refused_after_a_good_handshake_is_the_applications_word() {
    let server = server(TlsServerOptions {
        http_status: 403,
        ..TlsServerOptions::default()
    });
    let card = cps(Variant::Valid);
    let (seen, _) = with_card(&server, &card, pkcs1_and_pss(), Versions::Default).await;
    assert_eq!(codes(&seen), ["tls.application-refused"], "{seen:?}");
    assert!(seen.findings()[0].title(Lang::Fr).contains("HTTP 403"));
}

#[tokio::test]
async fn a_key_that_refuses_is_asked_once_and_nothing_of_it_leaves() {
    for versions in [Speaks::Tls12, Speaks::Tls13] {
        let server = speaking(versions);
        let card = cps(Variant::Valid);
        let key = SoftKey::refusing(&card);
        let probe = probe(server.port()).with_credential(credential(&card, pkcs1_and_pss(), &key));
        let seen = observe(probe, server.port()).await;
        assert_eq!(codes(&seen), ["tls.handshake-failure"], "{seen:?}");
        assert_eq!(seen.ending, Ending::SignatureFailed);
        let failure = seen.signature_failure().expect("the key said why");
        assert_eq!(failure.to_string(), "C_Sign CKR_DEVICE_ERROR 0x30");
        assert_eq!((key.asked(), server.last_client_certificate()), (1, None));
        assert_eq!(seen.token.presented, Presented::KeptSignatureFailed);
    }
}

#[tokio::test]
async fn a_key_that_hangs_is_left_behind_at_the_deadline() {
    let server = speaking(Speaks::Both);
    let card = cps(Variant::Valid);
    let key = SoftKey::taking(Duration::from_secs(4), &card);
    let limit = Deadline::after(Duration::from_millis(700));
    let probe = HandshakeProbe::new("localhost", server.port(), "/", trust(), limit);
    let begun = Instant::now();
    let seen = observe(
        probe.with_credential(credential(&card, pkcs1_and_pss(), &key)),
        server.port(),
    )
    .await;
    assert!(begun.elapsed() < Duration::from_secs(3));
    assert_eq!(seen.ending, Ending::SignatureFailed);
    assert!(
        matches!(seen.token.signature, SignatureSeen::Unanswered { .. }),
        "{seen:?}"
    );
    assert_eq!(server.last_client_certificate(), None);
}

#[tokio::test]
async fn a_slow_signature_does_not_hold_the_executor() {
    let server = speaking(Speaks::Both);
    let card = cps(Variant::Valid);
    let key = SoftKey::taking(Duration::from_millis(600), &card);
    let probe = probe(server.port()).with_credential(credential(&card, pkcs1_and_pss(), &key));
    let mut ticks = 0;
    let ticking = async {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            ticks += 1;
        }
    };
    let seen = tokio::select! {
        seen = observe(probe, server.port()) => seen,
        () = ticking => unreachable!("ticks without end"),
    };
    assert!(seen.is_authenticated() && ticks >= 10, "{ticks} ticks");
    let signature = seen
        .phases
        .iter()
        .find(|phase| phase.name == PhaseName::Signature);
    assert!(signature.is_some_and(|phase| phase.duration_us >= 600_000));
}
