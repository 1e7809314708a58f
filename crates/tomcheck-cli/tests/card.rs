//! `tomcheck card`: what a person and a program read of the card, on the real stack.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use tomcheck_testkit::{
    CardHolder, CardOptions, Holder, Pki, Profile, Purpose, Variant, VirtualCard, Workstation, atr,
    modules,
};

/// A workstation with a card, seen by the programs started here alone.
struct Desk {
    card: VirtualCard,
    station: Workstation,
    folder: TempDir,
}

impl Desk {
    fn with(profile: Profile) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let station = Workstation::start(folder.path().join("station")).unwrap();
        let person = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
        let options =
            CardOptions::new().authentication_pair(person.key().clone(), person.certificate_der());
        let card = station.insert(profile, options).unwrap();
        Self {
            card,
            station,
            folder,
        }
    }

    fn card(&self, arguments: &[&str]) -> Output {
        let mut command = tomcheck(arguments);
        command.envs(self.station.environment());
        command.env("TOMCHECK_MODULE_DIRS", self.folder.path());
        command.output().unwrap()
    }

    fn text(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.card(arguments).stdout).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.card(&[arguments, &["--json"]].concat());
        let report = serde_json::from_slice(&output.stdout).unwrap();
        let validator = jsonschema::validator_for(&tomcheck::schema()).unwrap();
        assert!(validator.is_valid(&report), "{report}");
        report
    }
}

fn tomcheck(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command
        .args(["card", "--lang", "fr"])
        .args(arguments)
        .env("COLUMNS", "120")
        .stdin(Stdio::null());
    command
}

fn opensc() -> String {
    let path: PathBuf = modules::opensc().unwrap();
    path.display().to_string()
}

/// Without the breaks of lines.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

#[test]
fn the_card_tells_itself_even_where_no_module_is_installed() {
    let desk = Desk::with(Profile::Cps3);
    let before = desk.card.commands();
    let report = desk.json(&[]);
    // No module: every command is the probe's own.
    assert_eq!(desk.card.commands() - before, 5);
    assert_eq!(report["verdict"]["root_cause"], "module.not-installed");
    let card = &report["card"];
    assert_eq!(card["serial"], "26000001");
    assert_eq!(card["content"], "read");
    assert_eq!(card["tries"]["left"], 3);
    assert_eq!(card["tries"]["agrees_with_module"], Value::Null);
    assert_eq!(card["applications"][0]["name"], "ASIP CPS");
    let parts = card["atr_explained"]["parts"].as_array().unwrap();
    assert_eq!((parts.len(), &parts[0]["name"]), (9, &Value::from("TS")));
    assert_eq!((desk.card.tries_left(), desk.card.presentations()), (3, 0));
    let text = desk.text(&[]);
    for told in [
        "3 essais restants sur 3 (selon la carte)",
        "ASIP CPS",
        "pays 250 (France)",
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }
    assert!(!text.contains("TC2"), "{text}");
    assert!(desk.text(&["-v"]).contains("TC2"));
}

#[test]
fn what_the_module_and_the_card_say_together_is_one_line_of_the_report() {
    let desk = Desk::with(Profile::Piv);
    desk.card.set_tries(2);
    let report = desk.json(&["--module", &opensc()]);
    let card = &report["card"];
    assert_eq!(card["tries"]["left"], 2);
    assert_eq!(card["tries"]["agrees_with_module"], true);
    assert_eq!(card["family"], "CPE", "{card}");
    assert_eq!((desk.card.tries_left(), desk.card.presentations()), (2, 0));
    let text = desk.text(&["--module", &opensc()]);
    assert!(
        text.contains("2 essais restants (selon la carte)"),
        "{text}"
    );
}

#[test]
fn a_card_in_use_is_told_as_such_and_sent_nothing_by_us() {
    let desk = Desk::with(Profile::Cps3);
    let _other = CardHolder::shared(&desk.station).unwrap();
    let before = desk.card.commands();
    let text = desk.text(&[]);
    assert!(
        text.contains("pas regardé, parce qu'un autre programme utilise la carte"),
        "{text}"
    );
    assert_eq!(desk.card.commands(), before);
    assert_eq!(desk.json(&[])["card"]["content"], "in-use");
}

#[test]
fn a_card_torn_out_while_it_is_asked_is_the_cause() {
    let desk = Desk::with(Profile::Cps3);
    desk.card.tear(3);
    let report = desk.json(&["--module", &opensc()]);
    assert_eq!(report["verdict"]["root_cause"], "card.removed-during-use");
    let probes = report["probes"].as_array().unwrap().iter();
    let token = probes
        .clone()
        .find(|probe| probe["id"] == "token.state")
        .unwrap();
    assert_eq!(token["blocked_by"], "card.content");
}

#[test]
fn a_diagnosis_of_the_whole_way_asks_the_card_nothing_of_the_kind() {
    let desk = Desk::with(Profile::Cps3);
    let before = desk.card.commands();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomcheck"));
    command
        .args(["check", "--only", "card", "--json"])
        .envs(desk.station.environment());
    let report: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    assert_eq!(desk.card.commands(), before);
    let mut probes = report["probes"].as_array().unwrap().iter();
    assert!(!probes.any(|probe| probe["id"] == "card.content"));
}

#[test]
fn without_a_card_it_says_so_at_once() {
    let desk = Desk::with(Profile::Cps3);
    desk.card.remove();
    let begun = Instant::now();
    let text = desk.text(&[]);
    assert!(
        begun.elapsed() < Duration::from_millis(800),
        "{:?}",
        begun.elapsed()
    );
    assert!(
        text.starts_with("✗ BLOQUÉ — Il n'y a pas de carte dans le lecteur"),
        "{text}"
    );
}

#[test]
fn a_reader_that_is_not_there_gets_the_list_of_those_that_are() {
    let desk = Desk::with(Profile::Cps3);
    let text = desk.text(&["--reader", "Gemalto"]);
    let listed = desk.station.readers().join(", ");
    assert!(text.contains("« Gemalto »"), "{text}");
    assert!(
        flat(&text).contains(&format!("lecteurs vus : {listed}")),
        "{text}"
    );
}

#[test]
fn a_stress_test_counts_and_measures() {
    let desk = Desk::with(Profile::Cps3);
    let report = desk.json(&["--stress", "20", "--module", &opensc()]);
    let contact = &report["card"]["contact"];
    assert_eq!(
        (&contact["made"], &contact["answered"]),
        (&20.into(), &20.into())
    );
    assert!(!codes(&report).contains(&"card.contact-intermittent"));
    let text = desk.text(&["--stress", "5"]);
    assert!(text.contains("5 réussis sur 5"), "{text}");
    desk.card.slow(Duration::from_millis(100));
    let text = desk.text(&["--stress", "1000", "--deadline", "3"]);
    assert!(
        flat(&text).contains("le temps accordé était écoulé"),
        "{text}"
    );
}

/// pcscd resets the card of a program that ends within its transaction.
#[test]
fn whoever_is_ended_while_the_card_is_asked_leaves_it_as_found() {
    let desk = Desk::with(Profile::Cps3);
    desk.card.slow(Duration::from_millis(200));
    for (arguments, after, signal, status) in [
        (&[][..], 0, "INT", 130),
        (&[], 2, "TERM", 143),
        (&["--stress", "50"], 8, "INT", 130),
    ] {
        let before = (desk.card.resets(), desk.card.commands() + after);
        let mut command = tomcheck(arguments);
        command.envs(desk.station.environment());
        command.env("TOMCHECK_MODULE_DIRS", desk.folder.path());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let begun = Instant::now();
        while desk.card.commands() <= before.1 && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let id = child.id().to_string();
        let told = Command::new("kill").args(["-s", signal, &id]).status();
        assert!(told.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(status), "{arguments:?}");
        std::thread::sleep(Duration::from_millis(600));
        assert_eq!(desk.card.resets(), before.0, "{arguments:?}");
    }
}

#[test]
fn a_bad_contact_warns() {
    let desk = Desk::with(Profile::Cps3);
    // The five commands before the rounds are answered; then one round in seven is not.
    desk.card.break_off_every(7);
    let report = desk.json(&["--stress", "30"]);
    let contact = &report["card"]["contact"];
    assert_eq!(
        (&contact["made"], &contact["answered"]),
        (&30.into(), &25.into())
    );
    let warned = report["findings"].as_array().unwrap().iter();
    let mut warned = warned.filter(|finding| finding["code"] == "card.contact-intermittent");
    assert_eq!(warned.next().unwrap()["severity"], "warning");
    let text = desk.text(&["--stress", "30"]);
    assert!(text.contains("25 réussis sur 30"), "{text}");
}

#[test]
fn an_older_cryptolib_is_the_cause_with_a_cps4_and_a_newer_or_another_module_never() {
    let desk = Desk::with(Profile::Cps4);
    let path = |known| {
        let module = modules::blind_cryptolib(desk.folder.path(), known).unwrap();
        module.display().to_string()
    };
    let older = desk.json(&["--module", &path(None)]);
    assert_eq!(
        older["verdict"]["root_cause"],
        "card.generation-needs-update"
    );
    assert_eq!(older["findings"][1]["code"], "module.sees-no-token");
    assert_eq!(
        older["findings"][1]["consequence_of"],
        "card.generation-needs-update"
    );
    let newer = desk.json(&["--module", &path(Some(atr::CPS4))]);
    assert_eq!(newer["verdict"]["root_cause"], "module.sees-no-token");
    let other = desk.json(&["--module", &opensc()]);
    assert!(!codes(&other).contains(&"card.generation-needs-update"));
    desk.card.set_atr(atr::CPS3).unwrap();
    let cps3 = desk.json(&["--module", &path(None)]);
    assert!(!codes(&cps3).contains(&"card.generation-needs-update"));
}

#[test]
fn an_atr_is_explained_without_card_or_reader() {
    let output = tomcheck(&["--atr", "3B9B1880 0100122500 6480040100009044"])
        .env("PCSCLITE_CSOCK_NAME", "/nowhere/pcscd.comm")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        flat(&text).starts_with("Carte : CPS4 TS : 3B : convention directe T0 :"),
        "{text}"
    );
    assert!(
        flat(&text).ends_with("TCK : 44 : octet de contrôle juste"),
        "{text}"
    );
    let json = tomcheck(&["--atr", "3B9B188001001225006480040100009044", "--json"])
        .output()
        .unwrap();
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["kind"]["generation"], "CPS4");
    assert_eq!(json["explained"]["error"], Value::Null);
    assert_eq!(json["explained"]["parts"][2]["name"], "TA1");
}

#[test]
fn a_malformed_atr_is_explained_as_far_as_it_goes() {
    let cases = [
        ("3B", 2, "tronqué"),
        ("3B9B188001001225006480040100009045", 11, "devrait être 44"),
        (&"3B".repeat(33), 3, "33"),
        (&"3B".repeat(40), 3, "ne peut en avoir plus de 33"),
        ("0011", 3, "commence par 00"),
    ];
    for (atr, least, said) in cases {
        let output = tomcheck(&["--atr", atr]).output().unwrap();
        let (text, complaint) = (output.stdout, String::from_utf8(output.stderr).unwrap());
        assert_eq!(output.status.code(), Some(2), "{complaint}");
        let lines = String::from_utf8(text).unwrap().lines().count();
        assert!(lines >= least, "{atr}: {lines}");
        assert_eq!(complaint.lines().count(), 1);
        assert!(complaint.contains(said), "{complaint}");
    }
}
