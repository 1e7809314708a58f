//! Each row of the table is provoked by something real; what provokes it stands here, or is named.
#![cfg(target_os = "linux")]

mod common;

use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use common::*;
use socket2::{Domain, Socket, Type};
use tomcheck_diagnosis::{Deadline, Observation};
use tomcheck_testkit::{Holder, Nginx, NginxOptions, Pki, Purpose, Variant};
use tomcheck_tls::{ConnectProbe, ConnectSeen, FINDINGS, HandshakeProbe, HandshakeSeen};

async fn connect(addresses: &[IpAddr], port: u16, seconds: u64) -> ConnectSeen {
    let limit = Deadline::after(Duration::from_secs(seconds));
    ConnectProbe::new(addresses, port, limit).observe().await.0
}

fn codes_of(seen: &ConnectSeen) -> Vec<&'static str> {
    let findings = seen.findings();
    findings.iter().map(|finding| finding.kind.code).collect()
}

/// A server that takes nobody more: whoever comes then is not answered, as by a firewall that drops.
#[tokio::test]
async fn an_address_that_does_not_answer_is_a_timeout() {
    let server = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    server.bind(&any.into()).expect("loopback has a port");
    server.listen(0).expect("it listens");
    let address = server.local_addr().expect("it is bound");
    let address = address.as_socket().expect("it is an address of IP");
    let short = Duration::from_millis(200);
    let mut waiting: Vec<TcpStream> = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, short) {
        waiting.push(stream);
        assert!(waiting.len() < 10, "its queue has no end");
    }
    let seen = connect(&[address.ip()], address.port(), 1).await;
    assert_eq!(codes_of(&seen), ["network.timeout"], "{seen:?}");
}

#[tokio::test]
async fn a_site_that_listens_on_one_family_alone_is_a_warning() {
    let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a port");
    let port = server.local_addr().expect("it is bound").port();
    let both = ["::1", "127.0.0.1"].map(|it| it.parse().expect("an address"));
    if TcpListener::bind(("::1", 0)).is_err() {
        eprintln!("SKIPPED: this machine has no IPv6");
        return;
    }
    let seen = connect(&both, port, 5).await;
    assert_eq!(codes_of(&seen), ["network.ipv6-broken"], "{seen:?}");
}

/// A server whose clock stopped in 2020.
#[tokio::test]
async fn a_clock_that_differs_from_the_servers_is_told() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let page = "HTTP/1.0 200 OK\r\nDate: Wed, 01 Jan 2020 00:00:00 GMT\r\n\r\n";
    fs::write(folder.path().join("page"), page).expect("the folder is ours");
    let authorities = authorities();
    let server = Server::answering(folder.path(), &["-Verify", "3", "-CAfile", &authorities]);
    let probe = HandshakeProbe::new("localhost", server.port, "/page", trust(), deadline());
    let seen = with_key_of(&cps(Variant::Valid), probe, server.port).await;
    assert_eq!(codes(&seen), ["clock.skewed"], "{seen:#?}");
}

/// A handshake with a good certificate and a key that may be another's.
async fn with_key_of(
    key: &tomcheck_testkit::Identity,
    probe: HandshakeProbe,
    port: u16,
) -> HandshakeSeen {
    let key = Arc::new(SoftKey::of(key));
    let credential = credential(&cps(Variant::Valid), pkcs1_and_pss(), &key);
    observe(probe.with_credential(credential), port).await
}

#[tokio::test]
async fn openssl_finds_the_signature_of_another_key_wrong() {
    let authorities = authorities();
    let strict = ["-www", "-Verify", "3", "-verify_return_error", "-CAfile"];
    let other = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
    for version in ["-tls1_2", "-tls1_3"] {
        let server = Server::start(&[&strict[..], &[&authorities, version]].concat());
        let seen = with_key_of(&other, probe(server.port), server.port).await;
        assert_eq!(codes(&seen), ["tls.signature-rejected"], "{seen:#?}");
        assert_eq!(seen.alert.map(|alert| alert.number), Some(51));
    }
}

#[tokio::test]
async fn openssl_in_tls_1_3_asks_for_signatures_that_a_card_without_pss_does_not_make() {
    let authorities = authorities();
    let strict = ["-www", "-Verify", "3", "-verify_return_error", "-CAfile"];
    let server = Server::start(&[&strict[..], &[&authorities, "-tls1_3"]].concat());
    let card = cps(Variant::Valid);
    let key = Arc::new(SoftKey::of(&card));
    let probe = probe(server.port).with_credential(credential(&card, pkcs1(), &key));
    let seen = observe(probe, server.port).await;
    assert_eq!(
        codes(&seen),
        ["tls.signature-scheme-unavailable"],
        "{seen:#?}"
    );
    assert_eq!(key.asked(), 0);
}

#[tokio::test]
async fn nginx_refuses_the_page_to_a_card_it_takes() {
    let server = Nginx::start(&NginxOptions::default());
    let (port, page) = (server.port(), Nginx::FORBIDDEN_PAGE);
    let probe = HandshakeProbe::new("localhost", port, page, trust(), deadline());
    let seen = with_key_of(&cps(Variant::Valid), probe, port).await;
    assert_eq!(codes(&seen), ["tls.application-refused"], "{seen:#?}");
    assert!(seen.is_authenticated());
}

/// Code, counterpart, and the test: its file under `crates/` and its name.
const PROVOKED: &[[&str; 4]] = &[
    [
        "clock.skewed",
        "OpenSSL",
        HERE,
        "a_clock_that_differs_from_the_servers_is_told",
    ],
    [
        "network.dns-failure",
        "the system's resolver",
        "tomcheck-tls/src/resolve.rs",
        "a_name_that_does_not_exist_is_a_dns_failure_with_the_resolvers_answer",
    ],
    [
        "network.refused",
        "a closed port",
        "tomcheck-tls/src/connect.rs",
        "a_closed_port_is_refused_with_its_errno",
    ],
    [
        "network.timeout",
        "a full server",
        HERE,
        "an_address_that_does_not_answer_is_a_timeout",
    ],
    [
        "network.unreachable",
        "a network without a way out",
        "tomcheck-cli/tests/unreachable.rs",
        "without_any_network_the_site_is_out_of_reach",
    ],
    [
        "network.ipv6-broken",
        "a port of one family",
        HERE,
        "a_site_that_listens_on_one_family_alone_is_a_warning",
    ],
    [
        "network.captive-portal",
        "nginx",
        "tomcheck-tls/tests/peers.rs",
        "a_portal_is_told_from_a_filter_and_from_the_known_page",
    ],
    [
        "tls.not-tls",
        "nginx",
        "tomcheck-tls/tests/peers.rs",
        "an_nginx_without_tls_is_no_secure_site",
    ],
    [
        "tls.reset-by-middlebox",
        "the shaper",
        TRIALS,
        "a_name_that_is_cut_is_told_by_what_passes_without_it",
    ],
    [
        "tls.large-hello-intolerant",
        "the shaper",
        TRIALS,
        "a_box_that_drops_large_hellos_is_found_though_the_handshake_itself_passes",
    ],
    [
        "tls.path-mtu",
        "the shaper",
        TRIALS,
        "large_packets_that_get_lost_are_told_by_small_ones_that_pass",
    ],
    [
        "tls.version-unsupported",
        "OpenSSL",
        OPENSSL,
        "a_server_of_old_ciphers_or_old_versions_only_is_told_apart",
    ],
    [
        "tls.no-common-cipher",
        "OpenSSL",
        OPENSSL,
        "a_server_of_old_ciphers_or_old_versions_only_is_told_apart",
    ],
    [
        "tls.server-untrusted",
        "OpenSSL",
        HOUSE,
        "what_is_wrong_with_a_server_of_the_house_is_told_apart",
    ],
    [
        "tls.server-expired",
        "OpenSSL",
        HOUSE,
        "what_is_wrong_with_a_server_of_the_house_is_told_apart",
    ],
    [
        "tls.server-name-mismatch",
        "OpenSSL",
        HOUSE,
        "what_is_wrong_with_a_server_of_the_house_is_told_apart",
    ],
    [
        "tls.certificate-not-requested",
        "nginx",
        "tomcheck-tls/tests/peers.rs",
        "an_nginx_that_asks_for_no_card_is_told_so",
    ],
    [
        "tls.renegotiation-required",
        "OpenSSL",
        OPENSSL,
        "a_demand_by_renegotiation_is_named_as_such",
    ],
    [
        "tls.post-handshake-authentication",
        "Apache",
        LEGACY,
        "apache_asks_for_the_card_afterwards_and_openssl_gives_it",
    ],
    [
        "tls.issuer-not-accepted",
        "nginx",
        "tomcheck-tls/tests/peers.rs",
        "an_issuer_that_nginx_does_not_list_is_named_before_the_page_is_read",
    ],
    [
        "tls.signature-scheme-unavailable",
        "OpenSSL",
        HERE,
        "openssl_in_tls_1_3_asks_for_signatures_that_a_card_without_pss_does_not_make",
    ],
    [
        "tls.certificate-required",
        "OpenSSL",
        LEGACY,
        "a_certificate_openssl_does_not_use_was_not_sent",
    ],
    [
        "tls.certificate-rejected",
        "OpenSSL",
        HOUSE,
        "openssl_says_of_each_card_what_is_wrong_with_it",
    ],
    [
        "tls.signature-rejected",
        "OpenSSL",
        HERE,
        "openssl_finds_the_signature_of_another_key_wrong",
    ],
    [
        "tls.handshake-failure",
        "OpenSSL",
        HOUSE,
        "a_long_list_of_authorities_is_read_and_one_too_long_is_told_as_such",
    ],
    [
        "tls.application-refused",
        "nginx",
        HERE,
        "nginx_refuses_the_page_to_a_card_it_takes",
    ],
];

const HERE: &str = "tomcheck-tls/tests/rows.rs";
const OPENSSL: &str = "tomcheck-tls/tests/openssl.rs";
const HOUSE: &str = "tomcheck-tls/tests/openssl_ca.rs";
const LEGACY: &str = "tomcheck-tls/tests/legacy.rs";
const TRIALS: &str = "tomcheck-tls/tests/differential.rs";

#[test]
fn every_row_of_the_table_is_provoked_by_something_real() {
    let table: Vec<_> = FINDINGS.iter().map(|kind| kind.code).collect();
    let provoked: Vec<_> = PROVOKED.iter().map(|[code, ..]| *code).collect();
    assert_eq!(provoked, table);
    for [code, counterpart, file, name] in PROVOKED {
        let body = body(&crates().join(file), name);
        assert!(
            !counterpart.is_empty() && body.contains(code),
            "{code}: {name}"
        );
    }
}

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a test of this name says; empty: there is none.
fn body(file: &Path, name: &str) -> String {
    let text = fs::read_to_string(file).expect("the source is there");
    let named = format!("fn {name}(");
    let mut lines = text.lines().skip_while(|line| !line.contains(&named));
    let first = lines.next().unwrap_or_default();
    // rustfmt ends a function where it began
    let indented = first.len() - first.trim_start().len();
    let end = format!("{}}}", " ".repeat(indented));
    let body: Vec<_> = lines.take_while(|line| *line != end).collect();
    body.join("\n")
}
