//! What is told of the readers of one machine after another?

use std::time::Duration;

use tomcheck_diagnosis::{Lang, Observation, Pseudonyms, Severity};

use super::*;
use crate::fake::{CPS3, World, codes};
use crate::galss::{Channel, Link};
use crate::usb::{BundleSeen, DriverSeen, NodeSeen, UsbReader};

fn seen(world: &World, wanted: Option<&str>) -> ReadersSeen {
    let deadline = Deadline::after(Duration::from_secs(2));
    ReadersProbe::new(world, wanted.map(str::to_owned), deadline).observe()
}

fn with_usb(mut world: World) -> World {
    let reader = UsbReader {
        place: "1-4".to_owned(),
        name: "PC Twin Reader".to_owned(),
        id: "08e6:3437".to_owned(),
        driver: DriverSeen::Bundle {
            node: NodeSeen::NotLooked,
            bundle: BundleSeen::NoDriver,
        },
    };
    world.around.usb = UsbReaders::Seen {
        readers: vec![reader],
    };
    world
}

#[test]
fn no_reader_is_an_answer_and_a_plugged_one_that_is_not_listed_lacks_its_driver() {
    let none = World::default();
    assert_eq!(codes(&seen(&none, None)), ["reader.none"]);
    assert_eq!(codes(&seen(&none, Some("Twin"))), ["reader.none"]);
    let driver = seen(&with_usb(none), None);
    assert_eq!(codes(&driver), ["reader.driver-missing"]);
    let title = driver.findings()[0].title(Lang::Fr);
    assert!(title.contains("PC Twin Reader [08e6:3437]"), "{title}");
}

#[test]
fn a_reader_made_of_software_is_no_reader() {
    let hello = World::with(&[("Windows Hello for Business 1", 0x22, Some(CPS3))]);
    assert_eq!(codes(&seen(&hello, None)), ["reader.virtual-only"]);
    assert_eq!(
        codes(&seen(&with_usb(hello), None)),
        ["reader.driver-missing"]
    );
    let bench = World::with(&[("Virtual PCD 00 00", 0x12, None)]);
    assert_eq!(codes(&seen(&bench, None)), [""; 0]);
}

#[test]
fn the_reader_that_holds_the_cpx_is_examined() {
    let world = World::with(&[
        ("Twin 00 00", 0x22, Some("3B7513000047 09EA9000")),
        ("Twin 00 01", 0x222, None),
        ("Other 01 00", 0x22, Some(CPS3)),
    ]);
    let seen_all = seen(&world, None);
    assert_eq!(seen_all.chosen().unwrap().name, "Other 01 00");
    assert_eq!(codes(&seen_all), ["reader.several"]);
    let evidence = &seen_all.findings()[0].evidence;
    let said: Vec<_> = evidence.iter().map(|e| e.render(Lang::En)).collect();
    assert_eq!(said, ["Other 01 00", "Carte Vitale", "mute card", "CPS3"]);
    assert_eq!(
        seen(&world, Some("twin")).chosen().unwrap().name,
        "Twin 00 01"
    );
}

#[test]
fn a_reader_asked_for_by_its_whole_name_is_not_taken_for_a_longer_one() {
    let world = World::with(&[("Twin 00", 0x12, None), ("Twin 00 01", 0x22, Some(CPS3))]);
    assert_eq!(
        seen(&world, Some("Twin 00")).chosen().unwrap().name,
        "Twin 00"
    );
}

#[test]
fn a_reader_asked_for_that_is_not_there_is_told_with_those_that_are() {
    let seen = seen(
        &World::with(&[("Twin 00 00", 0x22, Some(CPS3))]),
        Some("Gem"),
    );
    assert!(seen.wanted_is_missing());
    assert_eq!(codes(&seen), ["reader.wanted-missing"]);
    let title = seen.findings()[0].title(Lang::En);
    assert!(
        title.contains("Gem") && title.contains("Twin 00 00"),
        "{title}"
    );
}

#[test]
fn a_reader_without_a_state_is_unavailable() {
    let seen = seen(&World::with(&[("Twin 00 00", 0x8, None)]), None);
    assert_eq!(codes(&seen), ["reader.unavailable"]);
}

#[test]
fn a_service_that_ends_in_between_is_stopped() {
    let world = World {
        list: Err(crate::scard::failure(LIST_READERS, 0x8010_001D)),
        ..World::default()
    };
    assert_eq!(codes(&seen(&world, None)), ["reader.service-stopped"]);
}

#[test]
fn the_serial_number_of_a_reader_is_masked() {
    let seen = seen(&World::with(&[("Twin (21120637) 00 00", 0x12, None)]), None);
    let mut pseudonyms = Pseudonyms::new("key");
    pseudonyms.extend(seen.identities());
    let mut json = serde_json::to_value(&seen).unwrap();
    pseudonyms.mask(&mut json);
    assert!(!json.to_string().contains("21120637"));
}

#[test]
fn an_observation_survives_json() {
    let seen = seen(
        &World::with(&[("Twin 00 00", 0x22, Some(CPS3))]),
        Some("Twin"),
    );
    let json = serde_json::to_string(&seen).unwrap();
    assert_eq!(serde_json::from_str::<ReadersSeen>(&json).unwrap(), seen);
}

fn with_galss(mut world: World, link: Link) -> World {
    let channel = Channel {
        number: 1,
        link,
        resources: vec!["CPS".to_owned()],
    };
    world.around.galss = Galss::Seen {
        path: r"C:\Windows\galss.ini".to_owned(),
        channels: vec![channel],
    };
    world
}

#[test]
fn a_reader_on_a_serial_line_is_the_galss_alone_and_a_plugged_usb_reader_comes_before_it() {
    let serial = with_galss(World::default(), Link::Serial { port: Some(8) });
    let judged = seen(&serial, None);
    assert_eq!(codes(&judged), ["reader.galss-only"]);
    let title = judged.findings()[0].title(Lang::Fr);
    assert!(title.contains("COM8"), "{title}");
    assert_eq!(
        codes(&seen(&with_usb(serial), None)),
        ["reader.driver-missing"]
    );
    let reader = "Gemalto PC Twin Reader".to_owned();
    let by_pcsc = with_galss(World::default(), Link::Pcsc { reader });
    assert_eq!(codes(&seen(&by_pcsc, None)), ["reader.none"]);
}

#[test]
fn a_reader_beside_those_that_are_listed_is_told_and_matters_less_once_the_card_is_found() {
    let listed = |atr| with_usb(World::with(&[("OMNIKEY 3121 00 00", 0x22, atr)]));
    let without = seen(&listed(Some("3B6500002063CB6600")), None);
    assert_eq!(codes(&without), ["reader.one-missing"]);
    assert_eq!(without.findings()[0].severity, Severity::Warning);
    let with_card = seen(&listed(Some(CPS3)), None);
    assert_eq!(with_card.findings()[0].severity, Severity::Info);
}

#[test]
fn a_galss_that_looks_for_another_reader_is_told() {
    let listed = World::with(&[("Twin 00 00", 0x22, Some(CPS3))]);
    let reader = "XIRING Leo v2".to_owned();
    let world = with_galss(listed, Link::Pcsc { reader });
    let judged = seen(&world, None);
    assert_eq!(codes(&judged), ["reader.galss-reader-missing"]);
    assert_eq!(judged.findings()[0].severity, Severity::Info);
}

#[test]
fn what_is_plugged_into_the_other_machine_tells_nothing_of_a_remote_session() {
    let remote = Session::of(vec!["SESSIONNAME=RDP-Tcp#3".to_owned()], None);
    let mut world = with_usb(World::default());
    world.around.session = remote.clone();
    let judged = seen(&world, None);
    assert_eq!(codes(&judged), ["reader.none"]);
    let step = judged.findings()[0].steps(Lang::Fr, "windows").remove(0);
    assert!(step.contains("Bureau à distance"), "{step}");
    let mut listed = with_usb(World::with(&[("OMNIKEY 3121 0", 0x12, None)]));
    listed.around.session = remote;
    assert_eq!(codes(&seen(&listed, None)), [""; 0]);
}

#[test]
fn what_an_older_tomcheck_saw_is_still_judged() {
    let old = r#"{"wanted":null,"listing":{"listing":"listed","usb":{"usb":"seen",
        "readers":[{"place":"1-4","name":"Twin","id":"08e6:3437"}]}},"readers":[]}"#;
    let seen: ReadersSeen = serde_json::from_str(old).unwrap();
    assert_eq!(codes(&seen), ["reader.driver-missing"]);
}
