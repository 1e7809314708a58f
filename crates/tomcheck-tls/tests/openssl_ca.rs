//! An establishment's own authority, run with `openssl ca`: what its servers say of its cards, and
//! what is said of its servers.
#![cfg(unix)]

mod common;

use std::path::Path;
use std::sync::Arc;

use common::*;
use tomcheck_diagnosis::{Lang, Observation};
use tomcheck_testkit::{
    Identity, Leaf, Nginx, NginxOptions, OpensslCa, Versions, many_authorities,
};
use tomcheck_tls::{
    Credential, HandshakeProbe, HandshakeSeen, HttpSeen, IssuerVerdict, Moment, Presented,
    Requested, SentBy, ServerVerdict, Trust,
};

const BOTH: [(&str, Moment); 2] = [
    ("-tls1_2", Moment::AfterCertificateVerify),
    ("-tls1_3", Moment::AfterFinished),
];

/// OpenSSL's server with a certificate of this authority, which accepts cards of `authorities`.
fn strict(ca: &OpensslCa, authorities: &Path, options: &[&str]) -> Server {
    let chain = ca.authorities_pem().display().to_string();
    let known = authorities.display().to_string();
    let demand = ["-www", "-Verify", "3", "-verify_return_error"];
    let files = ["-cert_chain", &chain, "-CAfile", &known];
    let arguments = [&demand[..], &files, options].concat();
    Server::showing(&ca.identity(Leaf::Server), &arguments)
}

fn trust_in(ca: &OpensslCa) -> Trust {
    let trust = Trust::none().with_file(&ca.root().certificate_pem());
    trust.expect("the root can be read")
}

/// One handshake with a client's certificate, and these of its issuers'.
async fn with(ca: &OpensslCa, client: &Identity, chain: Vec<Vec<u8>>, port: u16) -> HandshakeSeen {
    let key = Arc::new(SoftKey::of(client));
    let credential = Credential::new(chain, pkcs1_and_pss(), Some(key.clone()));
    let credential = credential.also_under([ca.root().subject_der()]);
    let probe = HandshakeProbe::new("localhost", port, "/", trust_in(ca), deadline());
    let seen = observe(probe.with_credential(credential), port).await;
    assert!(key.asked() <= 1);
    seen
}

async fn examine(ca: &OpensslCa, client: Leaf, port: u16) -> HandshakeSeen {
    let client = ca.identity(client);
    with(ca, &client, client.chain_der(), port).await
}

#[tokio::test]
async fn a_card_of_the_house_opens_a_site_of_the_house() {
    let ca = OpensslCa::make();
    let lists = ca.revocations_pem().display().to_string();
    for (version, _) in BOTH {
        let options = [version, "-CRL", &lists, "-crl_check"];
        let server = strict(&ca, &ca.authorities_pem(), &options);
        let seen = examine(&ca, Leaf::Client, server.port).await;
        assert_eq!(codes(&seen), [""; 0], "{seen:#?}");
        assert!(seen.is_authenticated(), "{seen:#?}");
        assert_eq!(seen.server_verdict, ServerVerdict::Verified);
    }
}

#[tokio::test]
async fn openssl_says_of_each_card_what_is_wrong_with_it() {
    let ca = OpensslCa::make();
    let lists = ca.revocations_pem().display().to_string();
    for (version, moment) in BOTH {
        let options = [version, "-CRL", &lists, "-crl_check"];
        let server = strict(&ca, &ca.authorities_pem(), &options);
        for (client, number) in [(Leaf::RevokedClient, 44), (Leaf::ExpiredClient, 45)] {
            let seen = examine(&ca, client, server.port).await;
            assert_eq!(codes(&seen), ["tls.certificate-rejected"], "{seen:#?}");
            let alert = seen.alert.as_ref().expect("openssl says why");
            assert_eq!((alert.number, alert.moment), (number, moment), "{client:?}");
            assert_eq!(alert.sent_by, SentBy::Peer);
            let note = seen.findings()[0].note.expect("each has its sentence").fr;
            assert!(note.starts_with(&format!("Alerte {number} :")), "{note}");
        }
    }
}

/// The server knows the root alone, and the card does not bring what is between.
#[tokio::test]
async fn a_card_without_its_intermediate_is_of_an_unknown_authority_to_the_server() {
    let ca = OpensslCa::make();
    for (version, moment) in BOTH {
        let server = strict(&ca, &ca.root().certificate_pem(), &[version]);
        let client = ca.identity(Leaf::Client);
        let alone = vec![client.certificate_der().to_vec()];
        let seen = with(&ca, &client, alone, server.port).await;
        assert_eq!(seen.token.issuer, IssuerVerdict::Accepted);
        assert_eq!(codes(&seen), ["tls.certificate-rejected"], "{seen:#?}");
        let alert = seen.alert.as_ref().map(|it| (it.number, it.moment));
        assert_eq!(alert, Some((48, moment)));
        let whole = with(&ca, &client, client.chain_der(), server.port).await;
        assert!(whole.is_authenticated(), "{whole:#?}");
    }
}

/// The handshake goes through: only the page tells.
#[tokio::test]
async fn nginx_rejects_a_card_that_stands_in_its_revocation_list() {
    let ca = OpensslCa::make();
    let trusted = tempfile::tempdir().expect("a folder can be made");
    for versions in [Versions::Tls12, Versions::Tls13] {
        let server = Nginx::start(&NginxOptions {
            versions,
            authorities: ca.authorities_pem(),
            revocations: Some(ca.revocations_pem()),
            ..NginxOptions::default()
        });
        // its own certificate is of the other hierarchy
        let trust = both(&ca, trusted.path());
        for (client, code) in [
            (Leaf::Client, &[][..]),
            (Leaf::RevokedClient, &["tls.certificate-rejected"]),
            (Leaf::ExpiredClient, &["tls.certificate-rejected"]),
        ] {
            let identity = ca.identity(client);
            let key = Arc::new(SoftKey::of(&identity));
            let credential = credential(&identity, pkcs1_and_pss(), &key);
            let port = server.port();
            let probe = HandshakeProbe::new("localhost", port, "/", trust.clone(), deadline());
            let seen = observe(probe.with_credential(credential), port).await;
            assert_eq!(codes(&seen), code, "{client:?}: {seen:#?}");
        }
        assert!(server.comes_to_log("certificate revoked"));
    }
}

fn both(ca: &OpensslCa, folder: &Path) -> Trust {
    let pem = |file| std::fs::read_to_string(file).expect("the roots can be read");
    let roots = tomcheck_testkit::Pki::shared().roots_pem();
    let text = pem(roots) + &pem(ca.root().certificate_pem());
    let file = folder.join("roots.pem");
    std::fs::write(&file, text).expect("its folder is ours");
    Trust::none().with_file(&file).expect("they can be read")
}

#[tokio::test]
async fn what_is_wrong_with_a_server_of_the_house_is_told_apart() {
    let ca = OpensslCa::make();
    let chain = ca.authorities_pem().display().to_string();
    let whole = ["-www", "-cert_chain", &chain];
    let cases: [(Leaf, &[&str], Trust, &str, &str); 4] = [
        (
            Leaf::Server,
            &whole,
            Trust::none(),
            "localhost",
            "tls.server-untrusted",
        ),
        (
            Leaf::Server,
            &["-www"],
            trust_in(&ca),
            "localhost",
            "tls.server-untrusted",
        ),
        (
            Leaf::ExpiredServer,
            &whole,
            trust_in(&ca),
            "localhost",
            "tls.server-expired",
        ),
        (
            Leaf::Server,
            &whole,
            trust_in(&ca),
            "tom.test.invalid",
            "tls.server-name-mismatch",
        ),
    ];
    let mut missing = Vec::new();
    for (leaf, options, trust, host, code) in cases {
        let server = Server::showing(&ca.identity(leaf), options);
        let probe = HandshakeProbe::new(host, server.port, "/", trust, deadline());
        let seen = observe(probe, server.port).await;
        let finding = seen.findings().remove(0);
        assert_eq!(finding.kind.code, code, "{seen:#?}");
        assert_eq!(seen.http, HttpSeen::NotAsked);
        if let ServerVerdict::Untrusted { missing_issuer, .. } = seen.server_verdict {
            missing.extend(missing_issuer);
            assert!(finding.title(Lang::Fr).contains("inconnue de ce poste"));
        }
    }
    // the chain ends under the root, or at the server itself
    assert_eq!(missing.len(), 2, "{missing:?}");
    assert!(missing[0].starts_with("CN=RACINE-TEST"), "{missing:?}");
    assert!(
        missing[1].starts_with("CN=AC-INTERMEDIAIRE-TEST"),
        "{missing:?}"
    );
}

/// Two bytes of length count to 65535. Up to there, and in TLS 1.3 with all else the message holds,
/// OpenSSL tells a list; rustls takes less by what TLS 1.2 wraps around it.
#[tokio::test]
async fn a_long_list_of_authorities_is_read_and_one_too_long_is_told_as_such() {
    const ISSUER: (&str, &str) = ("tls.issuer-not-accepted", "");
    const OURS: (&str, &str) = ("tls.handshake-failure", "too long for tomcheck");
    const THEIRS: (&str, &str) = ("tls.handshake-failure", "which TLS cannot carry");
    let ca = OpensslCa::make();
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (version, count, (code, said)) in [
        ("-tls1_2", 100, ISSUER),
        ("-tls1_2", 209, ISSUER),
        ("-tls1_2", 210, OURS),
        ("-tls1_2", 211, THEIRS),
        ("-tls1_3", 100, ISSUER),
        ("-tls1_3", 209, ISSUER),
        ("-tls1_3", 210, THEIRS),
    ] {
        let many = many_authorities(folder.path(), count);
        let server = strict(&ca, &many, &[version]);
        let seen = examine(&ca, Leaf::Client, server.port).await;
        let which = format!("{version} {count}: {:?}", seen.ending);
        assert_eq!(codes(&seen), [code], "{which}");
        let note = seen.findings()[0].note.map_or("", |note| note.en);
        assert!(note.contains(said), "{which}: {note}");
        assert_ne!(seen.token.presented, Presented::Sent);
        let is_read = seen.client_auth.requested == Requested::InHandshake;
        assert_eq!(is_read, code == ISSUER.0, "{which}");
        let alert = seen.alert.map(|alert| (alert.number, alert.sent_by));
        assert_eq!(
            alert == Some((80, SentBy::Peer)),
            said == THEIRS.1,
            "{which}"
        );
    }
}
