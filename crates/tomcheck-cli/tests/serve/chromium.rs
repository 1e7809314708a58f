//! What does a real Chromium make of the page?
//!
//! `TOMCHECK_TEST_SCREENSHOTS` names a folder for pictures of the page, for who wants to look.

use std::fs;
use std::path::Path;

use tomcheck_testkit::{Chromium, Squid, SquidOptions, Tab, isolated};

use crate::pin::{bench, page_of};
use crate::serving::{Serving, insert, program};

fn said(tab: &Tab<'_>, place: &str, text: &str) {
    let script = format!("document.querySelector('{place}').innerText.includes({text:?})");
    tab.eventually(&script).unwrap_or_else(|error| {
        let shown = tab.evaluate(&format!("document.querySelector('{place}').innerText"));
        panic!("{error}: {place}: {shown:?}")
    });
}

fn press(tab: &Tab<'_>, place: &str) {
    tab.evaluate(&format!("document.querySelector('{place}').click()"))
        .unwrap();
}

fn picture(name: &str, tab: &Tab<'_>) {
    if let Some(folder) = std::env::var_os("TOMCHECK_TEST_SCREENSHOTS") {
        fs::write(Path::new(&folder).join(name), tab.screenshot().unwrap()).unwrap();
    }
}

/// Nothing is wider than the window, and axe finds nothing, in light and in dark.
fn looked_at(tab: &Tab<'_>, name: &str) {
    for (colours, width) in [
        ("light", 1_280),
        ("dark", 1_280),
        ("light", 360),
        ("dark", 360),
    ] {
        tab.size(width, 900).unwrap();
        tab.prefers("prefers-color-scheme", colours).unwrap();
        picture(&format!("serve.{name}.{colours}.{width}.png"), tab);
        let wide = tab.width().unwrap();
        assert!(
            wide.as_u64().unwrap() <= width.into(),
            "{name}: {wide} instead of {width}"
        );
        match tab.violations().unwrap() {
            Some(violations) => assert_eq!(violations, [""; 0], "{name}, {colours}, {width}"),
            None => eprintln!("SKIPPED: axe-core is not there (scripts/install tools)"),
        }
    }
}

#[test]
fn a_card_changes_the_icon_by_itself_or_by_hand_as_was_chosen() {
    isolated(|station| {
        let page = Serving::card_only();
        let chromium = Chromium::start().unwrap();
        let tab = chromium.open(&page.url).unwrap();
        said(&tab, "#report", "BLOQUÉ");
        said(&tab, "#readers", "carte absente");
        tab.eventually("document.title.includes('Bloqué')").unwrap();
        let card = insert(&station);
        said(&tab, "#readers .good", "carte CPS3 présente");
        said(&tab, "#run", "a changé depuis ce diagnostic");
        card.remove();
        said(&tab, "#readers", "carte absente");
        said(&tab, "#said", "carte absente");

        press(&tab, "#manual");
        tab.eventually("document.querySelector('#manual').ariaPressed === 'true'")
            .unwrap();
        looked_at(&tab, "manual");
        card.insert().unwrap();
        // what was asked for is there: so would be what was not
        press(&tab, "#go");
        said(&tab, "#run", "Terminé");
        said(&tab, "#readers", "carte absente");
        press(&tab, "#refresh");
        said(&tab, "#readers", "carte CPS3 présente");
    });
}

#[test]
fn a_diagnosis_is_run_again_and_nothing_is_wrong_with_the_page_meanwhile() {
    isolated(|station| {
        station.freeze_pcscd().unwrap();
        let page = Serving::card_only();
        let chromium = Chromium::start().unwrap();
        let tab = chromium.open(&page.url).unwrap();
        said(&tab, "#run", "Diagnostic en cours");
        tab.eventually("document.querySelector('#go').disabled")
            .unwrap();
        looked_at(&tab, "running");
        station.thaw_pcscd().unwrap();
        said(&tab, "#report", "Le chemin");
        tab.eventually("!document.querySelector('#go').disabled")
            .unwrap();
        let before = page.report(None);
        press(&tab, "#go");
        page.report(Some(&before));
    });
}

#[test]
fn a_file_dropped_on_the_page_is_read_there() {
    isolated(|_| {
        let page = Serving::card_only();
        let chromium = Chromium::start().unwrap();
        let tab = chromium.open(&page.url).unwrap();
        said(&tab, "#report", "BLOQUÉ");
        tab.evaluate(DROP).unwrap();
        said(&tab, "#dropped", "acces.log");
        said(&tab, "#dropped", "proxy.authentication-required");
        tab.eventually("document.activeElement.id === 'dropped'")
            .unwrap();
        looked_at(&tab, "dropped");
        let script = "document.querySelector('#notice').hidden";
        assert_eq!(tab.evaluate(script).unwrap(), true);
    });
}

#[test]
fn the_request_to_the_network_administrator_is_there_to_be_copied() {
    isolated(|_| {
        let squid = Squid::start(&SquidOptions {
            auth: Some(("demo".to_owned(), "demo".to_owned())),
            ..SquidOptions::default()
        });
        let mut command = program(&["--only", "proxy", "--target", "https://localhost:9/"]);
        let page = Serving::of(command.args(["--proxy", &squid.url()]));
        let chromium = Chromium::start().unwrap();
        let tab = chromium.open(&page.url).unwrap();
        said(&tab, "#take", "Demande à l’administrateur du réseau");
        looked_at(&tab, "proxy");
        press(&tab, "#copy-letter");
        // a browser that does not let it be copied has it marked
        let script = "document.querySelector('#said').innerText === 'Copié'
            || document.querySelector('#letter').selectionEnd > 100";
        tab.eventually(script).unwrap();
    });
}

#[test]
fn a_code_typed_on_the_page_tries_the_card_to_the_end_and_leaves_the_field() {
    let bench = bench();
    let page = page_of(&bench, &["--allow-pin"]);
    let chromium = Chromium::start().unwrap();
    let tab = chromium.open(&page.url).unwrap();
    said(&tab, "#run", "Terminé");
    looked_at(&tab, "with-code");
    let script = "document.querySelector('#code').value = '1234'";
    tab.evaluate(script).unwrap();
    press(&tab, "#go");
    said(&tab, "#report h1", "La carte ouvre ce site");
    let left = tab.evaluate("document.querySelector('#code').value");
    assert_eq!(left.unwrap(), "");
    assert_eq!(bench.card.presentations(), 1);
    looked_at(&tab, "healthy");
}

/// As a person does with the mouse.
const DROP: &str = r"(() => {
  const line = '1795729001.160 0 10.1.2.3 TCP_DENIED/407 4100 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html\n';
  const carried = new DataTransfer();
  carried.items.add(new File([line], 'acces.log'));
  for (const name of ['dragover', 'drop']) {
    dispatchEvent(new DragEvent(name, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
})()";

#[test]
fn a_page_whose_server_ended_says_so_and_the_keyboard_reaches_everything() {
    isolated(|_| {
        let mut page = Serving::card_only();
        let chromium = Chromium::start().unwrap();
        let tab = chromium.open(&page.url).unwrap();
        said(&tab, "#report", "BLOQUÉ");
        // every control is reached, none is skipped or caught
        let script = "[...document.querySelectorAll('a,button,select,input,textarea,summary')]
            .every(it => it.tabIndex === 0 || it.disabled)";
        assert_eq!(tab.evaluate(script).unwrap(), true);
        looked_at(&tab, "blocked");
        page.signalled(rustix::process::Signal::INT);
        said(&tab, "#notice", "tomcheck ne répond plus");
    });
}
