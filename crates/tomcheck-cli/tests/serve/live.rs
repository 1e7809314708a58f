//! Does an open page show what happens, and does one without script?

use std::collections::BTreeSet;

use tomcheck_testkit::isolated;

use crate::serving::{Serving, insert};

#[test]
fn every_page_hears_of_a_card_that_comes_and_goes() {
    isolated(|station| {
        let page = Serving::card_only();
        let mut pages = [page.listen(), page.listen()];
        for changes in &mut pages {
            changes.until("readers", "carte absente");
        }
        let card = insert(&station);
        for changes in &mut pages {
            let piece = changes.until("readers", "carte CPS3 présente");
            assert!(piece.contains("class=\"slot good\""), "{piece}");
            assert!(piece.contains("Virtual PCD 00 00"), "{piece}");
        }
        card.remove();
        for changes in &mut pages {
            changes.until("readers", "Derniers changements");
            changes.until("said", "Virtual PCD 00 00 : carte absente");
        }
        // whoever comes later gets it all
        page.listen().until("readers", "carte absente");
    });
}

#[test]
fn by_hand_nothing_is_shown_until_it_is_asked_for() {
    isolated(|station| {
        let page = Serving::card_only();
        page.page_with("carte absente");
        assert_eq!(page.post("mode", "mode=manual").status, 303);
        let manual =
            page.page_with("id=\"manual\" name=\"mode\" value=\"manual\" aria-pressed=\"true\"");
        assert!(manual.contains("Rien n’est relu tant que"), "{manual}");
        let card = insert(&station);
        let mut changes = page.listen();
        assert!(
            !changes
                .until("readers", "Virtual PCD 00 00")
                .contains("CPS3")
        );
        assert!(!page.get("").body.contains("carte CPS3"));
        assert_eq!(page.post("refresh", "").status, 303);
        // without script, this is the page that comes next
        assert!(page.get("").body.contains("carte CPS3 présente"));
        changes.until("readers", "carte CPS3 présente");
        card.remove();
        page.post("mode", "mode=automatic");
        changes.until("said", "carte absente");
    });
}

#[test]
fn it_is_there_before_the_card_service_and_goes_on_after_it() {
    isolated(|station| {
        station.stop_pcscd(false);
        let page = Serving::card_only();
        let mut changes = page.listen();
        changes.until("readers", "Le service de carte à puce est arrêté");
        station.restart_pcscd().unwrap();
        changes.until("readers", "Virtual PCD 00 00");
        station.without_readers().unwrap();
        changes.until("readers", "Aucun lecteur de carte n’est branché");
    });
}

#[test]
fn a_diagnosis_is_made_at_once_and_again_when_asked_for_one_at_a_time() {
    isolated(|station| {
        let page = Serving::card_only();
        let first = page.report(None);
        assert_eq!(first["verdict"]["root_cause"], "card.absent");
        let mut changes = page.listen();
        changes.until("report", "carte");
        let _card = insert(&station);
        // what is shown was so before
        changes.until("run", "a changé depuis ce diagnostic");
        assert_eq!(page.post("run", "part=all").status, 303);
        // so short a one may be over before it is told
        changes.until("said", "tomcheck");
        let second = page.report(Some(&first));
        assert_ne!(second["verdict"]["root_cause"], "card.absent");
        page.page_with("Terminé");
    });
}

#[test]
fn one_part_alone_is_looked_at_and_said_to_be_one_part() {
    isolated(|_| {
        let page = Serving::card_only();
        let first = page.report(None);
        page.page_with("<option value=\"reader\">lecteur</option>");
        assert_eq!(page.post("run", "part=reader").status, 303);
        let report = page.report(Some(&first));
        let probes = report["probes"].as_array().unwrap();
        let looked = probes.iter().filter(|probe| probe["status"] != "skipped");
        let layers: BTreeSet<_> = looked.map(|probe| probe["layer"].as_str()).collect();
        assert_eq!(layers, BTreeSet::from([Some("reader")]));
        page.page_with("ne porte que sur une partie du chemin (lecteur)");
    });
}

#[test]
fn a_second_diagnosis_waits_for_the_first() {
    isolated(|station| {
        // a service that does not answer takes its time
        station.freeze_pcscd().unwrap();
        let page = Serving::card_only();
        page.page_with("Diagnostic en cours");
        let answer = page.post("run", "part=all");
        assert_eq!(answer.status, 409);
        assert!(answer.body.contains("déjà en cours"), "{}", answer.body);
        station.thaw_pcscd().unwrap();
        page.report(None);
    });
}

#[test]
fn a_diagnosis_is_stopped_when_that_is_asked_for_and_can_be_run_again() {
    isolated(|station| {
        station.freeze_pcscd().unwrap();
        let page = Serving::with(&["--only", "reader,card", "--deadline", "3600"]);
        page.page_with("Diagnostic en cours");
        assert_eq!(page.post("stop", "").status, 303);
        page.page_with("Le diagnostic n’a pas pu se faire");
        station.thaw_pcscd().unwrap();
        assert_eq!(page.post("run", "part=all").status, 303);
        page.report(None);
    });
}

#[test]
fn without_script_the_page_says_it_all_and_comes_again_while_something_is_under_way() {
    isolated(|station| {
        station.freeze_pcscd().unwrap();
        let page = Serving::card_only();
        let going = page.page_with("Diagnostic en cours");
        assert!(
            going.contains("<noscript><meta http-equiv=\"refresh\""),
            "{going}"
        );
        station.thaw_pcscd().unwrap();
        page.report(None);
        let shown = page.page_with("Terminé");
        assert!(!shown.contains("http-equiv=\"refresh\""), "{shown}");
        for said in [
            "Bloqué",
            "Mettez la carte dans le lecteur",
            "Rafraîchir",
            "report.html",
        ] {
            assert!(shown.contains(said), "{said}: {shown}");
        }
    });
}
