use std::sync::LazyLock;

use super::*;
use proptest::prelude::*;

fn masker() -> Masker {
    let host = Identity::new(IdentityKind::Host, "PC-ORTHO-17");
    let kept = Kept {
        hosts: vec!["site.example".to_owned()],
        emails: vec!["aide@etab.example".to_owned()],
    };
    Masker::new([host], kept)
}

fn masked(text: &str) -> String {
    let mut masker = masker();
    masker.learn(&[text.to_owned()]);
    masker.text(text)
}

/// What a report makes of the text of a page, of a key and of evidence.
fn reported(text: &str) -> String {
    let saved = include_str!("../saved_report.json");
    let mut report: Report = serde_json::from_str(saved).unwrap();
    report.redacted = true;
    report.probes[0].observation = serde_json::json!({"page": {"text": text, text: [text]}})
        .as_object()
        .unwrap()
        .clone();
    report.findings[0].evidence[0].value = text.to_owned();
    let mut masker = masker();
    masker.learn(&crate::redact::texts(&mut report));
    masker.report(&mut report);
    serde_json::to_string(&report).unwrap()
}

/// A line of a log, and what of it must not leave.
const PLANTED: &[(&str, &[&str])] = &[
    ("RPPS : 10003456789", &["10003456789"]),
    ("RPPS 10 003 456 789 de la carte", &["10 003", "456 789"]),
    ("ADELI=00B6087510;", &["00B6087510", "6087510"]),
    ("adeli 751234567", &["751234567"]),
    ("FINESS 620100842 fermé", &["620100842"]),
    ("2A0000123 est en Corse", &["2A0000123", "0000123"]),
    ("certificat 3620100842/01417 lu", &["620100842", "01417"]),
    ("3620100842/[R]01417", &["620100842", "01417"]),
    ("SIRET 187 512 751 00020", &["187 512", "00020"]),
    ("siret=18751275100020", &["18751275100020", "187512751"]),
    ("NIR 1 84 12 76 451 089 46", &["451 089", "84 12 76"]),
    ("NIR: 184127645108946", &["184127645108946"]),
    ("1 84 12 2A 451 089 46 (Corse)", &["451 089", "2A 451"]),
    ("184122A45108946", &["184122A45108946"]),
    ("matricule 01417 refusé", &["01417"]),
    ("Matricule : A-2209", &["A-2209"]),
    ("tél. 01 23 45 67 89", &["23 45 67"]),
    ("rappeler le 06.12.34.56.78", &["12.34.56"]),
    ("Nom : LIBRECHT ; Prénom : Ondine", &["LIBRECHT", "Ondine"]),
    ("SN=LIBRECHT,GN=ONDINE,C=FR", &["LIBRECHT", "ONDINE"]),
    (
        "CN=899700218896+SN=O'KEEFE LY+GN=TÉO",
        &["899700218896", "KEEFE", "TÉO"],
    ),
    (
        "Mme Ondine Librecht n'ouvre pas TOM",
        &["Ondine", "Librecht"],
    ),
    ("Dr LIBRECHT a appelé", &["LIBRECHT"]),
    ("raison sociale : CLINIQUE DES TILLEULS", &["TILLEULS"]),
    ("code porteur : 4711", &["4711"]),
    ("PIN=4711 userPin=\"4711\"", &["4711"]),
    (
        "proxy http://olibrecht:Tr0ub4dor@proxy.chu-tilleuls.fr:3128/",
        &["olibrecht", "Tr0ub4dor", "chu-tilleuls"],
    ),
    ("http.proxyPassword=Tr0ub4dor", &["Tr0ub4dor"]),
    (
        "Proxy-Authorization: Basic b2xpYnJlY2h0OlRyMHViNGRvcg==",
        &["b2xpYnJl"],
    ),
    (
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        &["eyJ", "c2ln"],
    ),
    (
        "jeton eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln reçu",
        &["eyJ", "c2ln"],
    ),
    (
        "session_ticket TlRMTVNTUAADAAAAGAAYAIoAAADSANIAogAAABQAFABIAAAA",
        &["TlRMTVNT"],
    ),
    (
        "connexion à srv-fichiers.chu-tilleuls.local",
        &["srv-fichiers", "tilleuls"],
    ),
    ("CONNECT intranet-rh:443 HTTP/1.1", &["intranet-rh"]),
    ("https://annuaire/personne", &["annuaire"]),
    ("poste : PC-ACCUEIL-2", &["PC-ACCUEIL-2"]),
    ("PC-ORTHO-17 redémarre", &["PC-ORTHO-17"]),
    (
        "/home/olibrecht/.mozilla/firefox/abcd.default/pkcs11.txt",
        &["olibrecht", "abcd"],
    ),
    (
        "C:\\Users\\olibrecht\\AppData\\Roaming\\Mozilla",
        &["olibrecht"],
    ),
    (
        "{\"p\":\"C:\\\\Users\\\\olibrecht\\\\Desktop\"}",
        &["olibrecht"],
    ),
    (
        "C:\\Users\\olibrecht\\Documents\\Mme Librecht.docx est ouvert",
        &["olibrecht", "Librecht"],
    ),
    (
        "\\\\srv-fichiers\\services\\ortho\\LIBRECHT.txt",
        &["srv-fichiers", "services", "ortho", "LIBRECHT"],
    ),
    (
        "écrire à ondine.librecht@chu-tilleuls.fr",
        &["ondine", "librecht", "tilleuls"],
    ),
    ("8.99700041983@carte-cps.fr", &["99700041983", "carte-cps"]),
    (
        "CHU-TILLEULS\\olibrecht a ouvert une session",
        &["TILLEULS", "olibrecht"],
    ),
    ("utilisateur=olibrecht", &["olibrecht"]),
    (
        "Thu Nov 26 15:18:18.8 : 00 20 00 01 04 31 32 33 34 . ...1234",
        &["31 32", "1234"],
    ),
    (
        "15:18:18.874 :     43657274 69666963 61742064 Certificat.d",
        &["69666963", "Certificat"],
    ),
    ("née le 12/03/1984", &["12/03/1984"]),
    (
        "1795729459.160 0 10.9.8.7 TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 zelda.quirke HIER_NONE/- text/html",
        &["zelda", "quirke"],
    ),
    (
        "1795729459.160 0 pc-compta TCP_TUNNEL/200 39 CONNECT tom.gip-cps.fr:443 CHU%5Clibre HIER_DIRECT/192.0.2.7 -",
        &["libre", "pc-compta"],
    ),
    (
        "10.0.0.5 - jdupont [26/Nov/2026:21:44:19 +0000] \"CONNECT tom.gip-cps.fr:443 HTTP/1.1\" 407 3579 \"-\" \"curl\" TCP_DENIED:HIER_NONE",
        &["jdupont"],
    ),
    ("Utilisateur : dupontj", &["dupontj"]),
    (
        "<tr><td>Utilisateur</td><td>dupontj</td></tr>",
        &["dupontj"],
    ),
    ("<b>Utilisateur :</b> dupontj", &["dupontj"]),
    ("accès de CHU\\dupontj2 refusé", &["CHU", "dupontj2"]),
    ("Nom : Jean Dupontel", &["Jean", "Dupontel"]),
    ("Poste : PC-ANNE7", &["ANNE7"]),
    ("Matricule 01417", &["01417"]),
    ("pin 1234", &["1234"]),
    ("matricule 7 : 4711, patrick 4711471147", &["4711471147"]),
    ("RPPS 10 1234 56789", &["10 1234", "56789"]),
    ("RPPS 101 234 567 89", &["101 234", "567 89"]),
    ("carte 1012 3456 789", &["1012", "3456"]),
    ("assurée 1850278004123 45", &["1850278004123", " 45"]),
    ("FINESS 62-0100842", &["62-01", "0100842"]),
    ("75 1 23456 7", &["23456"]),
    ("38:30:32:35:30:31:32", &["38:30", "35:30"]),
    ("srv-dc01.chu-lyon.prv", &["srv-dc01", "lyon"]),
    ("srv.ght.loc", &["ght"]),
    ("vers dc.med.bzh", &["dc.med", "bzh"]),
    ("srv01.aphp.paris", &["srv01", "aphp"]),
    ("PROXY.CHU.PRO", &["CHU"]),
    ("poste PC0123 éteint", &["PC0123"]),
    ("host PC-ANNE2 down", &["ANNE2"]),
    ("{\"hostName\":\"PC-B2\"}", &["PC-B2"]),
    ("<Data Name=\"TargetDomainName\">CHUX</Data>", &["CHUX"]),
    (
        "D:\\Donnees\\Patients\\DURAND Paul.pdf",
        &["Donnees", "Patients", "DURAND", "Paul"],
    ),
    (
        "lu /mnt/patients/DURAND.pdf",
        &["mnt", "patients", "DURAND"],
    ),
    ("~alibre/x", &["alibre"]),
    ("file:///mnt/patients/DURAND", &["patients", "DURAND"]),
    (
        "http://srv-dpi/patient/DURAND/Paul/1975",
        &["srv-dpi", "DURAND", "Paul", "1975"],
    ),
    ("GET /patient/DURAND?nir=1 HTTP/1.1", &["DURAND", "nir"]),
    (
        "https://site.example/tom?patient=DURAND&ok",
        &["DURAND", "patient"],
    ),
    (
        "CN=Jean Dupont, L=Vierzon, O=Cabinet Dupont",
        &["Dupont", "Vierzon"],
    ),
    ("cn=Jean Dupont, sn=Dupont", &["Jean", "Dupont"]),
    ("{\"firstName\":\"Zelda\"}", &["Zelda"]),
];

/// Codes of a card among bytes, in every spelling.
const BYTES: &[(&str, &[&str])] = &[
    ("matricule 00 20 00 81 04 31 32 33 34", &["31 32", "33 34"]),
    ("patrick 00 20 00 81 04 31 32 33 34", &["31 32", "33 34"]),
    (
        "ATR 3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00 00 20 00 81 04 31 32 33 34",
        &["31 32", "33 34"],
    ),
    ("00:20:00:81:04:31:32:33:34", &["31:32"]),
    ("> 00,20,00,81,04,31,32,33,34", &["31,32"]),
    (
        "0x00 0x20 0x00 0x81 0x04 0x31 0x32 0x33 0x34",
        &["0x31", "0x32"],
    ),
    (
        "0x00, 0x20, 0x00, 0x81, 0x04, 0x31, 0x32",
        &["0x31", "0x32"],
    ),
    ("0020 0081 0431 3233 34", &["0431", "3233"]),
    ("00-20-00-81-04-31-32-33-34", &["31-32"]),
];

#[test]
fn no_code_survives_among_bytes() {
    for (line, gone) in BYTES {
        let masked = masked(line);
        let left = gone.iter().find(|gone| masked.contains(**gone));
        assert_eq!(left, None, "{masked}");
    }
    let atr = "ATR: 3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00";
    assert_eq!(masked(atr), atr);
}

#[test]
fn nothing_planted_survives_in_a_report() {
    // what is written byte by byte is a certificate's there, and a report holds no command
    let planted = PLANTED
        .iter()
        .filter(|(line, _)| !line.contains("15:18:18"));
    let survivors = planted.flat_map(|(line, gone)| {
        let masked = reported(line);
        let left = gone.iter().filter(|gone| masked.contains(**gone));
        left.map(|gone| format!("{gone} of {line} in {masked}"))
            .collect::<Vec<_>>()
    });
    let survivors: Vec<_> = survivors.collect();
    assert!(survivors.is_empty(), "{survivors:#?}");
}

#[test]
fn evidence_is_hidden_that_its_label_announces_and_long_numbers_are() {
    let saved = include_str!("../saved_report.json");
    let mut report: Report = serde_json::from_str(saved).unwrap();
    let evidence = &mut report.findings[0].evidence;
    evidence[0].label = "Utilisateur".to_owned();
    evidence[0].value = "zquirke".to_owned();
    evidence[1].label = "srv.chu-x.prv".to_owned();
    evidence[1].key = Some("srv.chu-x.prv".to_owned());
    let details = serde_json::json!({"rpps": 10_003_456_789_u64, "bytes": 4096, "DURAND.pdf": 1});
    report.details.insert("x".to_owned(), details);
    masker().report(&mut report);
    let text = serde_json::to_string(&report).unwrap();
    for gone in ["zquirke", "chu-x", "10003456789"] {
        assert!(!text.contains(gone), "{gone} in {text}");
    }
    assert_eq!(report.details["x"]["bytes"], 4096);
}

#[test]
fn a_name_said_by_hand_goes_in_every_spelling() {
    let names = ["Hélène", "Müller"].map(|name| Identity::new(IdentityKind::Name, name));
    let masker = Masker::new(names, Kept::default());
    for text in [
        "HELENE",
        "jmüller",
        "MULLER",
        "H%C3%A9l%C3%A8ne",
        "h\\u00e9l\\u00e8ne",
    ] {
        assert!(
            masker.text(text).starts_with("name#"),
            "{}",
            masker.text(text)
        );
    }
}

#[test]
fn pseudonyms_of_this_machine_become_those_of_the_bundle_and_stay_the_same_value() {
    let host = Identity::new(IdentityKind::Name, "LIBRECHT");
    let machine = crate::redact::pseudonyms().pseudonym(&host);
    let masker = Masker::new([host], Kept::default());
    let text = masker.text(&format!("{machine} LIBRECHT id#123456 id#123456"));
    let words: Vec<_> = text.split(' ').collect();
    assert_eq!((words[0], words[2]), (words[1], words[3]), "{text}");
    assert!(words[0] != machine && words[2] != "id#123456", "{text}");
    let other = Masker::new(
        [Identity::new(IdentityKind::Name, "LIBRECHT")],
        Kept::default(),
    );
    assert_ne!(other.text("LIBRECHT"), words[0], "another bundle");
}

#[test]
fn nothing_planted_survives_alone() {
    let survivors = PLANTED.iter().flat_map(|(line, gone)| {
        let masked = masked(line);
        let left = gone.iter().filter(|gone| masked.contains(**gone));
        left.map(|gone| format!("{gone} in {masked}"))
            .collect::<Vec<_>>()
    });
    assert_eq!(survivors.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn a_name_that_one_line_gives_away_goes_from_every_other() {
    let text =
        "Nom : LIBRECHT\nlibrecht attend devant la porte\n/home/olibrecht/x\nolibrecht a fini\n";
    let masked = masked(text);
    for gone in ["librecht", "LIBRECHT", "olibrecht"] {
        assert!(!masked.contains(gone), "{gone} in {masked}");
    }
    assert!(masked.contains("attend devant la porte"), "{masked}");
}

#[test]
fn a_word_of_reports_is_no_name_although_a_label_stands_before_it() {
    let text = "Nom : Service de carte à puce\nle service de carte à puce est arrêté\n";
    let masked = masked(text);
    assert!(
        masked.ends_with("le service de carte à puce est arrêté\n"),
        "{masked}"
    );
}

#[test]
fn the_same_value_has_the_same_pseudonym_in_every_file() {
    let masker = masker();
    let of = |line: &str| masker.text(line);
    assert_eq!(
        of("CONNECT intranet-rh:443").split(':').next(),
        of("CONNECT intranet-rh:8443").split(':').next()
    );
    let (one, two) = (of("jean@chu.example"), of("<jean@chu.example>"));
    assert_eq!(format!("<{one}>"), two);
}

#[test]
fn what_says_what_failed_and_where_stays() {
    for line in [
        "TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html",
        "java.io.IOException: Authentication failure",
        "sun.net.www.protocol.http.HttpURLConnection.doTunneling",
        "SCARD_E_NO_SERVICE 0x8010001D",
        "8010001D",
        "Returned:  224 CKR_TOKEN_NOT_PRESENT",
        "proxy.authentication-required, cert.expired, browser.none",
        "2026-11-27T00:42:17Z alert 48",
        "flags: 40d, slot 00, 2 of 16",
        "Thu Sep 16 16:55:50.760 : C_GetSlotList",
        "https://site.example/tom refused",
        "192.0.2.7:3128 and 10.1.2.30 and 2001:db8::7",
        "/usr/lib64/libcps3_pkcs11_lux.so.3.1.0",
        "CN=AC IGC-SANTE FORT PERSONNES".trim_start_matches("CN="),
        "Firefox 128.5.0esr, OpenSSL 3.0.15",
        "HKLM\\SOFTWARE\\ASIP\\Cryptolib CPS",
        "see https://ftp.mozilla.org/",
        "ATR 3B AC 00 40 2A 00 12 25 00 64 80 00 03 10 00 90 00",
        "écrivez à aide@etab.example",
        "1795729459.160      0 10.9.8.7 TCP_MISS/200 39 CONNECT tom.gip-cps.fr:443 - HIER_DIRECT/192.0.2.7 -",
    ] {
        assert_eq!(masked(line), line);
    }
}

#[test]
fn what_was_hidden_is_counted_by_kind_and_never_told() {
    let text = masked(
        "PIN=4711\nutilisateur=olibrecht\nCONNECT intranet-rh:443\nCONNECT intranet-rh:80\n",
    );
    let counted = counted([text.as_str()].into_iter());
    let of = |kind: &str| counted.iter().find(|it| it.kind == kind).unwrap();
    assert_eq!((of("host").count, of("host").distinct), (2, Some(1)));
    assert_eq!((of("secret").count, of("secret").distinct), (1, None));
    assert_eq!(of("user").count, 1);
}

proptest! {
    #[test]
    fn no_line_makes_it_panic(line in "\\PC{0,200}", keyed in "(/home/|C:\\\\Users\\\\|\\\\\\\\|nom :|Mme |SN=|@|é|[0-9]{1,9}|2A|[ .:=/\\\\\"-]){0,24}") {
        static MASKER: LazyLock<Masker> = LazyLock::new(masker);
        for text in [line, keyed] {
            MASKER.text(&text);
            labels::names(&text);
            paths::users(&text);
        }
    }
}

#[test]
fn what_findings_say_stays() {
    let mut masker = masker();
    let texts: Vec<_> = crate::redact::texts_of_findings()
        .map(str::to_owned)
        .collect();
    masker.learn(&texts);
    let changed = texts.iter().filter(|text| masker.said(text) != **text);
    assert_eq!(changed.collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn a_report_keeps_what_it_says() {
    for (text, said) in [
        (
            include_str!("../../../tests/reports/proxy.intercepts-tls.json"),
            &["Fortinet FortiGate", "O=Fortinet"][..],
        ),
        (
            include_str!("../../../tests/reports/healthy.json"),
            &["T=0 (octet par octet)", "IGC-SANTE"][..],
        ),
    ] {
        let mut report: Report = serde_json::from_str(text).unwrap();
        let mut masker = masker();
        masker.learn(&crate::redact::texts(&mut report));
        masker.report(&mut report);
        let texts = crate::redact::texts(&mut report);
        for said in said {
            assert!(
                texts.iter().any(|text| text.contains(said)),
                "{said} in {texts:#?}"
            );
        }
    }
}
