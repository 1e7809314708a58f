//! What does curl receive, with and without a certificate?

use serde_json::Value;
use tomcheck_testkit::{Pki, Purpose, ServerCertificate, Variant};

use crate::site::{Site, authorities, card, curl, with, words};

#[test]
fn without_a_certificate_the_page_says_so_and_what_to_look_at() {
    let site = Site::judging(&[]);
    for version in ["--http1.1", "--http2"] {
        let page = site.curl("", &["-i", version]);
        assert_eq!(page.status, Some(0), "{}", page.complaint);
        let page = page.body.to_lowercase();
        assert!(page.contains("<html lang=\"fr\">"), "{page}");
        assert!(page.contains("aucun certificat n’est arrivé"), "{page}");
        assert!(page.contains("test ac racine igc-sante fort"), "{page}");
        assert!(page.contains("content-security-policy: default-src 'none'; style-src 'sha256-"));
        assert!(page.contains("cache-control: no-store"), "{page}");
        for nothing in ["<script", "http://", "style=\"", "src="] {
            assert!(!page.contains(nothing), "{nothing}: {page}");
        }
    }
    let english = site.curl("", &["-H", "Accept-Language: en"]).body;
    assert!(english.contains("No certificate came"), "{english}");
    let typed = site.curl("?lang=en", &["-H", "Accept-Language: fr"]).body;
    assert!(typed.contains("No certificate came"), "{typed}");
}

#[test]
fn a_card_is_told_with_its_holder_and_its_chain_in_both_versions() {
    let site = Site::judging(&[]);
    let own = with(&card(Variant::Valid));
    let own = words(&own);
    for (option, version) in [("1.2", "TLS 1.2"), ("1.3", "TLS 1.3")] {
        let me = site.me(&[&own[..], &["--tls-max", option]].concat());
        assert_eq!(me["outcome"], "accepted", "{me}");
        assert_eq!(me["title"], "La carte a bien été présentée");
        assert_eq!(me["chain"]["verdict"], "verified");
        assert_eq!(me["chain"]["certificates"].as_array().unwrap().len(), 2);
        assert_eq!(me["tls"]["version"], version);
        assert_eq!(me["tls"]["resumed"], false);
        let scheme = me["tls"]["scheme"]["name"].as_str().unwrap();
        assert!(scheme.starts_with("rsa_"), "{scheme}");
        assert_eq!(me["client"]["kind"], "rpps");
        assert_eq!(me["client"]["person"]["key_valid"], true);
        assert_eq!(me["client"]["certificate"]["card_family"], "CPS");
        let versions = &me["hello"]["versions"];
        assert!(versions.to_string().contains(version), "{versions}");
    }
    let page = site.curl("", &own).body;
    for said in [
        "La carte a bien été présentée",
        "TEST MEDECIN",
        "Gamme FORT - Domaine PERSONNES (TEST)",
        "N° RPPS",
        "CPS",
        "vérifiée jusqu&#39;à une autorité acceptée",
        "TLS_AES_256_GCM_SHA384",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

#[test]
fn the_keys_of_the_answer_are_those_that_were_promised() {
    let site = Site::judging(&[]);
    let me = site.me(&words(&with(&card(Variant::Valid))));
    let keys = |value: &Value| {
        let keys = value.as_object().unwrap().keys().cloned();
        keys.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        keys(&me),
        "at chain client hello http outcome title tls tomcheck unreadable"
    );
    assert_eq!(keys(&me["chain"]), "certificates reason verdict");
    assert_eq!(keys(&me["tls"]), "alpn cipher group resumed scheme version");
    assert_eq!(
        keys(&me["hello"]),
        "alpn ciphers extensions groups server_name signature_schemes versions"
    );
    assert_eq!(keys(&me["http"]), "accept_language user_agent version");
}

#[test]
fn a_certificate_that_will_not_do_is_shown_with_what_is_against_it() {
    let site = Site::judging(&[]);
    for (variant, verdict) in [
        (Variant::WrongCa, "unknown-issuer"),
        (Variant::Expired, "expired"),
        (Variant::NotYetValid, "not-yet-valid"),
        (Variant::WrongUsage, "wrong-usage"),
    ] {
        let me = site.me(&words(&with(&card(variant))));
        assert_eq!(me["outcome"], "not-accepted", "{variant:?} {me}");
        assert_eq!(me["chain"]["verdict"], verdict, "{me}");
        assert!(me["chain"]["reason"].is_string(), "{me}");
    }
    let page = site.curl("", &words(&with(&card(Variant::Expired)))).body;
    assert!(page.contains("mais il est périmé"), "{page}");
}

#[test]
fn without_authorities_any_certificate_is_asked_for_and_judged_by_itself() {
    let site = Site::open(&[]);
    for (variant, outcome) in [
        (Variant::Valid, "not-judged"),
        (Variant::WrongCa, "not-judged"),
        (Variant::Expired, "not-accepted"),
    ] {
        let me = site.me(&words(&with(&card(variant))));
        assert_eq!(me["outcome"], outcome, "{variant:?} {me}");
        assert_eq!(me["chain"]["verdict"], "not-judged");
    }
    let pki = Pki::shared();
    let signing = pki.person(
        tomcheck_testkit::Holder::Cps,
        Purpose::Signature,
        Variant::Valid,
    );
    let me = site.me(&words(&with(&signing)));
    assert_eq!(me["outcome"], "not-accepted", "{me}");
    assert!(
        me["title"]
            .as_str()
            .unwrap()
            .contains("ne sert pas à se connecter")
    );
}

#[test]
fn where_a_certificate_is_required_nobody_comes_in_without() {
    let site = Site::judging(&["--require", "-v"]);
    for version in ["1.2", "1.3"] {
        let refused = site.curl("", &["--tls-max", version]);
        assert_ne!(refused.status, Some(0));
        assert!(refused.complaint.contains("alert"), "{}", refused.complaint);
    }
    site.log_until("refused: no certificate came");
    assert_eq!(
        site.me(&words(&with(&card(Variant::Valid))))["outcome"],
        "accepted"
    );
}

#[test]
fn a_version_that_is_not_spoken_is_refused() {
    let site = Site::open(&["--tls1.2"]);
    assert_eq!(site.me(&[])["tls"]["version"], "TLS 1.2");
    assert_ne!(site.curl("", &["--tlsv1.3"]).status, Some(0));
    let site = Site::open(&["--tls1.3"]);
    assert_eq!(site.me(&[])["tls"]["version"], "TLS 1.3");
    assert_ne!(site.curl("", &["--tls-max", "1.2"]).status, Some(0));
}

#[test]
fn with_a_certificate_of_its_own_it_is_who_it_says_it_is() {
    let server = Pki::shared().server(ServerCertificate::Localhost);
    let (chain, key) = (server.chain_pem(), server.key_pem());
    let site = Site::open(&[
        "--cert",
        chain.to_str().unwrap(),
        "--key",
        key.to_str().unwrap(),
    ]);
    let roots = Pki::shared().roots_pem().display().to_string();
    let url = format!("https://localhost:{}/api/me", site.address().port());
    let answer = curl(&["--cacert", &roots, "-4", &url]);
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    let me: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(me["hello"]["server_name"], "localhost");
}

#[test]
fn a_connection_of_http_1_1_goes_on_after_an_answer_and_ends_when_the_client_says_so() {
    let site = Site::judging(&[]);
    let second = format!("{}api/me", site.url);
    let answer = site.curl("", &["-v", "--http1.1", &second]);
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    let again = answer.complaint.to_lowercase();
    assert!(again.contains("re-using existing connection"), "{again}");
    let last = site.curl("", &["-v", "--http1.1", "-H", "Connection: close"]);
    assert!(
        last.complaint.contains("Closing connection"),
        "{}",
        last.complaint
    );
    let old = site.curl("", &["-i", "--http1.0"]);
    assert!(old.body.starts_with("HTTP/1.0 200"), "{}", old.body);
}

#[test]
fn only_what_is_there_is_shown_and_nothing_is_taken() {
    let site = Site::open(&[]);
    for version in ["--http1.1", "--http2"] {
        let status = |path: &str, arguments: &[&str]| {
            let status = ["-o", "/dev/null", "-w", "%{http_code}", version];
            site.curl(path, &[&status[..], arguments].concat()).body
        };
        assert_eq!(status("autre", &[]), "404");
        assert_eq!(status("", &["-d", "a=b"]), "405");
        assert_eq!(status("", &["-X", "DELETE"]), "405");
        assert_eq!(status("", &["--head"]), "200");
    }
    let named = site.curl("", &["-A", "<script>alert(1)</script>"]).body;
    assert!(named.contains("&lt;script&gt;alert(1)"), "{named}");
    assert!(!named.contains("<script"), "{named}");
}

#[test]
fn the_port_without_tls_sends_to_https_and_serves_the_canary() {
    let site = Site::open(&["--http", "127.0.0.1:0"]);
    let plain = site.http.clone().unwrap();
    let sent = curl(&["-k", "-L", "-w", "%{url_effective}", &plain]);
    assert!(sent.body.ends_with(&site.url), "{}", sent.body);
    assert_eq!(curl(&[&format!("{plain}canary")]).body, "tomcheck canary\n");
    let https = format!("http://{}/", site.address());
    let lost = curl(&[&https]);
    assert!(
        lost.body.contains("https://"),
        "{} {}",
        lost.body,
        lost.complaint
    );
}

#[test]
fn the_log_tells_the_issuer_and_the_outcome_and_nothing_of_the_person() {
    let site = Site::judging(&["-v"]);
    site.me(&words(&with(&card(Variant::Valid))));
    site.curl("", &["--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"]);
    let log = site.log_until("refused: ").join("\n");
    assert!(
        log.contains("issuer=\"Gamme FORT - Domaine PERSONNES (TEST)\" chain=verified"),
        "{log}"
    );
    assert!(
        log.contains("session=new protocol=h2 scheme=rsa_pss"),
        "{log}"
    );
    for personal in [
        "MEDECIN",
        "KIT",
        "99900014178",
        "9900014178",
        "Médecin",
        "127.0.0.1",
        "curl",
    ] {
        assert!(!log.contains(personal), "{personal}: {log}");
    }
}

#[test]
fn what_is_typed_wrong_is_told_in_one_line() {
    let server = Pki::shared().server(ServerCertificate::Localhost);
    let other = card(Variant::Valid);
    let (chain, key, others) = (server.chain_pem(), server.key_pem(), other.key_pem());
    let [chain, key, others] = [&chain, &key, &others].map(|path| path.to_str().unwrap());
    for (arguments, said) in [
        (&["--listen", "ici"][..], "« ici »"),
        (&["--cert", chain], "--key"),
        (&["--require", "--optional"], "--optional"),
        (&["--cert", key, "--key", key], "aucun certificat"),
        (&["--cert", chain, "--key", chain], "aucune clé"),
        (&["--cert", chain, "--key", others], "ne conviennent pas"),
        (&["--issuers", key], "--issuers"),
        (&["--listen", "192.0.2.1:1"], "192.0.2.1:1"),
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tomcheck"))
            .args([&["testsite", "--lang", "fr"], arguments].concat())
            .output()
            .unwrap();
        let line = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(
            line.contains(said) && line.lines().count() == 1,
            "{said}: {line}"
        );
    }
    assert!(!authorities().is_empty());
}
