//! What does a real Firefox make of the page, with script and without?

use tomcheck_testkit::{Firefox, isolated};

use crate::serving::{Serving, insert};

#[test]
fn a_card_changes_the_icon_and_a_file_is_read() {
    isolated(|station| {
        let page = Serving::card_only();
        let mut firefox = Firefox::start("");
        let told = firefox.told();
        told.go(&page.url);
        told.until("return document.title.includes('Bloqué')");
        let card = insert(&station);
        told.until("return document.querySelector('#readers .good').innerText.includes('CPS3')");
        card.remove();
        told.until("return document.querySelector('#readers').innerText.includes('carte absente')");
        let log = station.directory().join("acces.log");
        std::fs::write(&log, REFUSED).unwrap();
        told.type_into("#file", log.to_str().unwrap());
        told.press("#reading button");
        told.until("return document.querySelector('#dropped').innerText.includes('acces.log')");
        let address = told.run("return location.pathname");
        assert_eq!(address, page.base());
    });
}

const REFUSED: &str = "\
1795729001.160      0 10.1.2.3 TCP_DENIED/407 4100 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html
";

#[test]
fn without_script_its_forms_do_the_same() {
    isolated(|station| {
        let page = Serving::card_only();
        let first = page.report(None);
        let mut firefox = Firefox::start("user_pref(\"javascript.enabled\", false);\n");
        let told = firefox.told();
        told.go(&page.url);
        told.page_with("Mettez la carte dans le lecteur");
        told.press("#manual");
        told.page_with("aria-pressed=\"true\">Manuelle");
        let card = insert(&station);
        told.press("#refresh");
        told.page_with("carte CPS3 présente");
        drop(card);
        told.press("#go");
        page.report(Some(&first));
        let log = station.directory().join("acces.log");
        std::fs::write(&log, REFUSED).unwrap();
        told.type_into("#file", log.to_str().unwrap());
        told.press("#reading button");
        told.page_with("Le fichier a été lu");
    });
}
