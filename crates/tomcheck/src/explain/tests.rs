//! Does every row hold together, and is each found as people write it?

use super::*;

fn names(text: &str) -> Vec<&'static str> {
    find_in(text).into_iter().map(|hit| hit.row.name).collect()
}

fn explained(input: &str) -> Vec<&'static str> {
    explain(input).into_iter().map(|row| row.name).collect()
}

fn typed(line: &str) -> Vec<String> {
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    inputs(&words)
}

#[test]
fn every_row_names_findings_that_exist_and_says_something_in_both_languages() {
    let known: Vec<&str> = crate::findings().map(|kind| kind.code).collect();
    for row in rows() {
        for code in row.findings {
            assert!(known.contains(code), "{}: {code}", row.name);
        }
        let texts = [row.meaning.fr, row.meaning.en];
        assert!(texts.iter().all(|text| text.len() > 3), "{}", row.name);
        assert!(row.findings.len() <= 6, "{}", row.name);
    }
}

#[test]
fn every_name_of_the_layers_is_explained_and_no_two_rows_of_a_family_are_the_same_code() {
    let named = |name: &str| rows().any(|row| row.name == name);
    let pcsc = tomcheck_reader::answers().map(|(_, name)| name);
    let pkcs11 = tomcheck_cert::answers().map(|(_, name)| name);
    let alerts = tomcheck_tls::alerts().map(|(_, name)| name);
    for name in pcsc.chain(pkcs11).chain(alerts) {
        assert!(named(name), "{name}");
    }
    let mut seen = std::collections::HashSet::new();
    for row in rows() {
        assert!(seen.insert((row.family, row.name)), "{} twice", row.name);
    }
    let mut numbers = std::collections::HashSet::new();
    for row in rows().filter(|row| row.number.is_some()) {
        assert!(
            numbers.insert((row.family, row.number)),
            "{} twice",
            row.name
        );
    }
}

#[test]
fn every_row_is_found_by_its_name_and_by_each_sentence_whatever_the_case() {
    for row in rows() {
        for text in row.sentences.iter().chain([&row.name]) {
            let loud = format!("… [{}] …", text.to_uppercase());
            let found = find_in(&loud);
            let is_it = |hit: &Hit| std::ptr::eq(hit.row, row);
            assert!(found.iter().any(is_it), "{text}: {found:?}");
        }
    }
}

#[test]
fn every_code_that_firefox_has_words_for_is_found_by_the_french_and_by_the_english_ones() {
    // Firefox shows these by their name alone, or by the title of a page
    let wordless = [
        "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT",
        "SSL_ERROR_MISSING_POST_HANDSHAKE_AUTH_EXTENSION",
    ];
    let owned = ["SSL_ERROR_", "SEC_ERROR_", "MOZILLA_PKIX_"];
    let firefox = rows().filter(|row| row.family == Family::Nss);
    let worded = firefox.filter(|row| owned.iter().any(|start| row.name.starts_with(start)));
    for row in worded.filter(|row| !wordless.contains(&row.name)) {
        assert!(row.sentences.len() >= 2, "{}", row.name);
    }
    let alert = ["SSL_ERROR_ACCESS_DENIED_ALERT"];
    assert_eq!(
        names("Le pair a reçu un certificat valide mais l’accès a été refusé."),
        alert
    );
    let selfsigned = "Le certificat n’est pas sûr car il est auto-signé.";
    assert_eq!(names(selfsigned), ["MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"]);
}

#[test]
fn every_answer_of_the_card_service_is_found_by_the_words_of_windows() {
    // of a later Windows, and told by their number alone
    let wordless = ["_CACHE", "SCARD_E_READ_ONLY_CARD"];
    let answers = rows().filter(|row| row.family == Family::Pcsc && row.name.starts_with("SCARD_"));
    let answers = answers.filter(|row| row.number != Some(0));
    for row in answers.filter(|row| !wordless.iter().any(|part| row.name.contains(part))) {
        assert!(!row.sentences.is_empty(), "{}", row.name);
    }
    let stopped = "The Smart Card Resource Manager is not running.";
    assert_eq!(names(stopped), ["SCARD_E_NO_SERVICE"]);
    let lite = "SCardEstablishContext: Service not available.";
    assert_eq!(names(lite), ["SCARD_E_NO_SERVICE"]);
}

#[test]
fn every_system_error_of_windows_is_found_by_its_french_and_by_its_english_words() {
    let windows = rows().filter(|row| row.family == Family::Windows);
    let system = windows.filter(|row| ["WSA", "ERROR_"].iter().any(|it| row.name.starts_with(it)));
    for row in system {
        assert!(row.sentences.len() >= 2, "{}", row.name);
    }
    for text in [
        "The certificate chain was issued by an authority that is not trusted.",
        "La chaîne de certificats a été fournie par une autorité qui n'est pas approuvée.",
        "La chaîne de certificats a été fournie par une autorité qui n’est pas approuvée.",
    ] {
        assert_eq!(names(text), ["SEC_E_UNTRUSTED_ROOT"]);
    }
    let refused =
        "Aucune connexion n'a pu être établie car l'ordinateur cible l'a expressément refusée";
    assert_eq!(names(refused), ["WSAECONNREFUSED"]);
}

#[test]
fn the_sentence_of_an_event_leads_to_the_event_and_to_the_alert_it_counts() {
    let both = ["Schannel 36887", "unknown_ca"];
    for text in [
        "A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 48.",
        "The following fatal alert was received: 48.",
        "Une alerte irrécupérable a été reçue à partir du point de terminaison distant. Le code d'alerte irrécupérable défini par le protocole TLS est 48.",
        "Une alerte irrécupérable a été reçue du point de terminaison distant. Le code d’alerte irrécupérable défini par protocole de TLS est 48. »",
    ] {
        assert_eq!(names(text), both, "{text}");
    }
    let worded = [
        36870, 36871, 36874, 36875, 36876, 36881, 36882, 36883, 36884, 36887, 36888,
    ];
    for row in rows().filter(|row| row.family == Family::WindowsEvent) {
        let is_worded = row.number.is_some_and(|number| worded.contains(&number));
        assert!(!is_worded || !row.sentences.is_empty(), "{}", row.name);
    }
}

#[test]
fn every_answer_of_a_module_on_the_pin_and_the_card_is_found_by_the_words_of_p11_kit() {
    let parts = [
        "CKR_PIN_",
        "CKR_TOKEN_",
        "CKR_DEVICE_",
        "CKR_USER_",
        "CKR_CRYPTOKI_",
    ];
    // p11-kit has none for these
    let wordless = [
        "CKR_PIN_TOO_WEAK",
        "CKR_TOKEN_RESOURCE_EXCEEDED",
        "CKR_TOKEN_NOT_INITIALIZED",
    ];
    let module = rows().filter(|row| row.family == Family::Pkcs11);
    let worded = module.filter(|row| parts.iter().any(|part| row.name.starts_with(part)));
    for row in worded.filter(|row| !wordless.contains(&row.name)) {
        assert!(!row.sentences.is_empty(), "{}", row.name);
    }
    let incorrect = "Le mot de passe ou le code PIN est incorrect";
    assert_eq!(names(incorrect), ["CKR_PIN_INCORRECT"]);
}

#[test]
fn a_number_of_a_modules_own_is_said_to_be_one() {
    let own = ["CKR_VENDOR_DEFINED"];
    for text in [
        "CKR_VENDOR_DEFINED",
        "0x80000000",
        "0x80000012",
        "rv = 0x8ABC0012",
    ] {
        assert_eq!(explained(text), own, "{text}");
    }
    assert_eq!(explained("rv = 0x8010001D"), ["SCARD_E_NO_SERVICE"]);
    assert!(explained("0x8ABC0012").is_empty());
}

#[test]
fn the_longest_sentence_that_fits_is_told_alone() {
    let proxy = ["ERR_PROXY_CONNECTION_FAILED"];
    assert_eq!(names("Unable to connect to the proxy server"), proxy);
    let page = "There is something wrong with the proxy server, or the address is incorrect.";
    assert_eq!(names(page), proxy);
    assert_eq!(names("Unable to connect"), ["PR_CONNECT_REFUSED_ERROR"]);
    assert_eq!(
        names("NS_ERROR_PROXY_CONNECTION_REFUSED DNS_PROBE_FINISHED_NXDOMAIN"),
        [
            "NS_ERROR_PROXY_CONNECTION_REFUSED",
            "DNS_PROBE_FINISHED_NXDOMAIN"
        ]
    );
}

#[test]
fn every_page_of_squid_has_a_sentence_that_no_other_page_says() {
    let pages = || rows().filter(|row| row.family == Family::Squid && row.name.starts_with("ERR_"));
    for row in pages() {
        assert!(!row.sentences.is_empty(), "{}", row.name);
        for sentence in row.sentences {
            assert_eq!(names(sentence), [row.name], "{sentence}");
        }
    }
}

#[test]
fn the_pages_of_chrome_and_the_words_of_windows_programs_are_known_in_both_languages() {
    for (text, name) in [
        (
            "tom.example a mis trop de temps à répondre.",
            "ERR_CONNECTION_TIMED_OUT",
        ),
        (
            "tom.example took too long to respond.",
            "ERR_CONNECTION_TIMED_OUT",
        ),
        (
            "Le serveur proxy présente une erreur, ou l’adresse est incorrecte.",
            "ERR_PROXY_CONNECTION_FAILED",
        ),
        ("tom.example didn't send any data.", "ERR_EMPTY_RESPONSE"),
        (
            "A certificate is required to complete client authentication",
            "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED",
        ),
        (
            "La demande a été abandonnée : Impossible de créer un canal sécurisé SSL/TLS.",
            "Could not create SSL/TLS secure channel",
        ),
    ] {
        assert_eq!(names(text), [name], "{text}");
    }
}

#[test]
fn a_number_alone_is_told_in_every_family_that_has_it() {
    assert_eq!(explained("0x8010001D"), ["SCARD_E_NO_SERVICE"]);
    assert_eq!(explained("8010001d"), ["SCARD_E_NO_SERVICE"]);
    assert_eq!(explained("80100017"), ["SCARD_E_READER_UNAVAILABLE"]);
    assert_eq!(explained("-2146435043"), ["SCARD_E_NO_SERVICE"]);
    assert_eq!(explained("2148532253"), ["SCARD_E_NO_SERVICE"]);
    assert_eq!(explained("-117"), ["ERR_BAD_SSL_CLIENT_AUTH_CERT"]);
    assert_eq!(explained("-12227"), ["SSL_ERROR_HANDSHAKE_FAILURE_ALERT"]);
    assert_eq!(explained("407"), ["407 Proxy Authentication Required"]);
    assert_eq!(explained("36887"), ["Schannel 36887"]);
    assert_eq!(explained("12029"), ["ERROR_WINHTTP_CANNOT_CONNECT"]);
    let five = explained("0x5");
    assert!(five.contains(&"CKR_GENERAL_ERROR"), "{five:?}");
    assert!(five.contains(&"ERROR_ACCESS_DENIED"), "{five:?}");
    assert!(!five.contains(&"CURLE_COULDNT_RESOLVE_PROXY"), "{five:?}");
    assert!(explained("123456789").is_empty());
    assert!(explained("").is_empty());
}

#[test]
fn in_a_text_a_small_number_counts_only_behind_a_word_that_says_whose_it_is() {
    assert_eq!(names("alert 48"), ["unknown_ca"]);
    assert_eq!(names("Alerte TLS n° 48"), ["unknown_ca"]);
    assert_eq!(names("SSL alert number 40"), ["handshake_failure"]);
    assert_eq!(names("HTTP/1.1 407"), ["407 Proxy Authentication Required"]);
    assert_eq!(names("curl: (35) boom"), ["CURLE_SSL_CONNECT_ERROR"]);
    assert_eq!(names("C_Login 0xA0"), ["CKR_PIN_INCORRECT"]);
    assert_eq!(names("rv = 0x000000A4"), ["CKR_PIN_LOCKED"]);
    assert_eq!(names("événement 36887"), ["Schannel 36887"]);
    assert_eq!(names("net_error -201"), ["ERR_CERT_DATE_INVALID"]);
    assert_eq!(names("HRESULT : 0x80090325"), ["SEC_E_UNTRUSTED_ROOT"]);
    assert!(names("page 48 of 407, 0x30 left, 2026-11-26 at 12:29").is_empty());
}

#[test]
fn openssl_codes_are_read_as_version_3_and_as_those_before_it_write_them() {
    let reason = ["sslv3 alert handshake failure"];
    assert_eq!(names("error:0A000410:SSL routines::x"), reason);
    assert_eq!(names("error:14094410:SSL routines:ssl3_read_bytes"), reason);
    assert_eq!(
        names("error:0A00010B:SSL routines::y"),
        ["wrong version number"]
    );
}

#[test]
fn a_console_is_told_code_by_code_in_its_order() {
    let console = "network: Connexion de https://tom.example/ avec proxy=HTTP @ proxy/192.0.2.1:3128\n\
        java.io.IOException: Authentication failure\n\
        java.io.IOException: Unable to tunnel through proxy. Proxy returns \"HTTP/1.1 407 Proxy Authentication Required\"\n\
        javax.net.ssl.SSLHandshakeException: sun.security.validator.ValidatorException: PKIX path building failed\n\
        Caused by: sun.security.pkcs11.wrapper.PKCS11Exception: CKR_TOKEN_NOT_PRESENT";
    assert_eq!(
        names(console),
        [
            "Authentication failure",
            "Unable to tunnel through proxy",
            "Proxy returns \"HTTP/1.1 407",
            "407 Proxy Authentication Required",
            "SSLHandshakeException",
            "PKIX path building failed",
            "sun.security.pkcs11.wrapper.PKCS11Exception",
            "CKR_TOKEN_NOT_PRESENT",
        ]
    );
}

#[test]
fn a_hit_says_where_it_stands_in_the_text_as_it_was_pasted() {
    let text = "« Échec de la connexion\u{a0}sécurisée » : SSL_ERROR_HANDSHAKE_FAILURE_ALERT";
    let found = find_in(text);
    let parts: Vec<_> = found.iter().map(|hit| text.get(hit.span.clone())).collect();
    assert_eq!(
        parts,
        [
            Some("Échec de la connexion\u{a0}sécurisée"),
            Some("SSL_ERROR_HANDSHAKE_FAILURE_ALERT")
        ]
    );
}

#[test]
fn a_name_that_two_owners_use_is_told_for_both() {
    let both: Vec<_> = explain("ERR_ACCESS_DENIED")
        .iter()
        .map(|r| r.family)
        .collect();
    assert_eq!(both, [Family::Squid, Family::Chromium]);
}

#[test]
fn words_of_a_command_line_are_put_together_as_they_were_meant() {
    assert_eq!(typed("alert 48"), ["alert 48"]);
    assert_eq!(
        typed("HTTP 407 CKR_PIN_LOCKED"),
        ["HTTP 407", "CKR_PIN_LOCKED"]
    );
    assert_eq!(typed("0x5 407"), ["0x5", "407"]);
    let sentence = "Échec de la connexion sécurisée";
    assert_eq!(typed(sentence), [sentence]);
    let console = "SSLHandshakeException: Received fatal alert: unknown_ca";
    assert_eq!(typed(console), [console]);
    assert_eq!(typed("qwertz azerty"), ["qwertz", "azerty"]);
    assert_eq!(typed("qwertz CKR_CANCEL"), ["qwertz", "CKR_CANCEL"]);
}

#[test]
fn no_text_is_too_odd_to_be_read() {
    let long = "Proxy returns \"HTTP/1.1 ".repeat(4000);
    for text in [
        "\u{0}\u{1}",
        "é",
        "0x",
        "-",
        "--",
        "0xffffffffffffffffff",
        &long,
    ] {
        let _ = explain(text);
        for hit in find_in(text) {
            assert!(text.get(hit.span.clone()).is_some(), "{hit:?}");
        }
    }
}
