//! Is a file that is sent read, and can the result be taken along?

use std::fs;

use serde_json::Value;
use tomcheck_testkit::{Holder, Pki, Purpose, Squid, SquidOptions, Variant, isolated};

use crate::serving::{Serving, program};

const REFUSED: &str = "\
1795729001.160      0 10.1.2.3 TCP_DENIED/407 4100 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html
1795729002.160      0 10.1.2.3 TCP_DENIED/407 4100 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html
";

#[test]
fn a_log_is_read_by_the_rules_of_the_diagnosis() {
    isolated(|_| {
        let page = Serving::card_only();
        let answer = page.send("access.log", REFUSED);
        assert_eq!(answer.status, 200);
        for said in [
            "access.log",
            "proxy.authentication-required",
            "Lecteur et carte",
        ] {
            assert!(answer.body.contains(said), "{said}: {}", answer.body);
        }
        // the diagnosis of this machine is another matter
        let report = page.report(None);
        assert_eq!(report["verdict"]["root_cause"], "card.absent");
    });
}

#[test]
fn a_certificate_is_read_whatever_its_name() {
    isolated(|_| {
        let page = Serving::card_only();
        let holder = Pki::shared().person(Holder::Cps, Purpose::Authentication, Variant::Expired);
        let pem = fs::read_to_string(holder.chain_pem()).unwrap();
        for name in ["carte.cer", "sans-extension"] {
            let answer = page.send(name, &pem);
            assert_eq!(answer.status, 200);
            for said in [name, "TEST MEDECIN", "Certificat 1/"] {
                assert!(answer.body.contains(said), "{said}: {}", answer.body);
            }
        }
    });
}

#[test]
fn what_is_nothing_of_ours_is_said_and_becomes_no_part_of_the_page() {
    isolated(|_| {
        let page = Serving::card_only();
        let hostile = "<script>alert(1)</script>.log";
        let answer = page.send(hostile, "<img src=x onerror=alert(1)>\nCONNECT 407 <b>\n");
        assert_eq!(answer.status, 200);
        assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
        assert!(!answer.body.contains("<img"), "{}", answer.body);
        let empty = page.send("vide.log", "");
        assert!(
            empty.body.contains("Aucun fichier n’a été choisi"),
            "{}",
            empty.body
        );
    });
}

#[test]
fn the_report_is_saved_as_json_and_as_a_page_of_its_own() {
    isolated(|_| {
        let page = Serving::card_only();
        let report = page.report(None);
        let schema = tomcheck::schema();
        let schema: Value = serde_json::to_value(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(validator.is_valid(&report));
        for (name, media) in [
            ("report.json", "application/json"),
            ("report.html", "text/html"),
        ] {
            let head = page.get(name).head;
            assert!(head.contains(&format!("content-type: {media}")), "{head}");
            let saved = format!("content-disposition: attachment; filename=\"tomcheck-{name}\"");
            assert!(head.contains(&saved), "{head}");
        }
        let document = page.get("report.html").body;
        assert!(document.starts_with("<!DOCTYPE html>") && document.contains("carte"));
        assert!(
            !document.contains(&page.base()),
            "the report gives the page's address away"
        );
    });
}

#[test]
fn what_is_sent_to_whoever_is_to_help_is_shown_first_and_is_an_archive() {
    isolated(|_| {
        let page = Serving::card_only();
        let shown = page.page_with("Dossier pour l’assistance");
        for said in ["report.json", "rapport.txt", "Objet : Carte CPx"] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        let path = format!("{}bundle.zip", page.base());
        let answer = page.bytes("GET", &path, &[("Host", page.host())], "");
        let start = place_of(&answer, b"\r\n\r\n") + 4;
        let archive = std::io::Cursor::new(answer[start..].to_vec());
        let mut archive = zip::ZipArchive::new(archive).unwrap();
        let report = archive.by_name("report.json").unwrap();
        let report: Value = serde_json::from_reader(report).unwrap();
        assert_eq!(report["verdict"]["root_cause"], "card.absent");
        assert!(archive.by_name("inventaire.json").is_ok());
    });
}

fn place_of(bytes: &[u8], part: &[u8]) -> usize {
    let mut windows = bytes.windows(part.len());
    windows.position(|window| window == part).unwrap()
}

#[test]
fn nothing_is_to_be_had_before_it_is_there() {
    isolated(|station| {
        station.freeze_pcscd().unwrap();
        let page = Serving::card_only();
        for name in ["report.json", "report.html", "letter.txt", "bundle.zip"] {
            assert_eq!(page.get(name).status, 404, "{name}");
        }
        station.thaw_pcscd().unwrap();
        page.report(None);
        // no proxy was looked at: there is nothing to ask of anybody
        assert_eq!(page.get("letter.txt").status, 404);
    });
}

#[test]
fn where_the_proxy_is_in_the_way_the_request_to_its_administrator_is_there() {
    isolated(|_| {
        let squid = Squid::start(&SquidOptions {
            auth: Some(("demo".to_owned(), "demo".to_owned())),
            ..SquidOptions::default()
        });
        let mut command = program(&["--only", "proxy", "--target", "https://localhost:9/"]);
        let page = Serving::of(command.args(["--proxy", &squid.url()]));
        let shown = page.page_with("Demande à l’administrateur du réseau");
        for said in [
            "<textarea id=\"letter\" readonly",
            "Objet : accès par carte CPS",
        ] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
        let letter = page.get("letter.txt");
        assert!(letter.head.contains("attachment"), "{}", letter.head);
        assert!(letter.body.contains("407"), "{}", letter.body);
    });
}
