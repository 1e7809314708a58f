//! What does what is installed come to?

use std::cmp::Ordering;

use tomcheck_diagnosis::{System, Text};

use super::rows::{ROWS, Row};
use super::version::compare;
use super::{Component, Installed, Seen, State};

/// The system first, then every row. Pure.
pub(super) fn components(seen: &Seen) -> Vec<Component> {
    let rows = ROWS.iter().map(|row| component(row, seen));
    std::iter::once(system(seen)).chain(rows).collect()
}

fn component(row: &Row, seen: &Seen) -> Component {
    let installed = seen.installed.iter().filter(|(id, _)| *id == row.id);
    let found: Vec<_> = installed.map(|(_, it)| it.clone()).collect();
    let minimum = minimum(row, seen.os);
    let faults = match row.id {
        "cryptolib" => seen.cryptolib_faults.clone(),
        _ => Vec::new(),
    };
    let old = found.iter().filter_map(|it| missed(it, minimum));
    // of two that are too old, the one whose need is not the row's own is the stranger to people
    let missed = old.max_by_key(|needed| Some(*needed) != minimum);
    let is_old = missed.is_some();
    let state = match found.is_empty() {
        true if !row.on.applies_to(seen.os) => State::NotHere,
        true if row.is_needed => State::Missing,
        true => State::Absent,
        false if is_old || !faults.is_empty() => State::Outdated,
        false if found.iter().all(|it| it.version.is_none()) => State::VersionUnknown,
        false if minimum.is_none() => State::Unjudged,
        false => State::Fine,
    };
    Component {
        id: row.id,
        name: row.name,
        found,
        state,
        minimum: missed.or(minimum),
        faults,
        source: row.source,
        is_confirmed: row.is_confirmed,
        why: row.why.filter(|_| is_old),
        to_do: to_do(row, seen).filter(|_| state.needs_care()),
    }
}

/// As `module.not-installed` says it.
fn to_do(row: &Row, seen: &Seen) -> Option<Text> {
    let is_for_none = System::OtherLinux.applies_to(&format!("{}/{}", seen.os, seen.system));
    match row.id {
        "cryptolib" if is_for_none => Some(NOT_FOR_THIS_LINUX),
        _ => row.to_do,
    }
}

fn minimum(row: &Row, os: &str) -> Option<&'static str> {
    let own = row.minimum.iter().find(|(on, _)| on.applies_to(os));
    own.map(|(_, version)| *version)
}

/// The minimum that it is below of. What says no version is not taken for an old one. Firefox
/// counts twice over: 116 to 127 are no ESR, and are older than what they need.
fn missed(it: &Installed, minimum: Option<&'static str>) -> Option<&'static str> {
    let (version, minimum) = (it.version.as_deref()?, minimum?);
    let is_at_least = |other| compare(version, other).is_some_and(Ordering::is_ge);
    let needed = match minimum == ESR && is_at_least("116") {
        true => "128",
        false => minimum,
    };
    (compare(version, needed) == Some(Ordering::Less)).then_some(needed)
}

/// Firefox's long-lived release of that year.
const ESR: &str = "115.13";

/// Source: ANS, release notes of the Cryptolib CPS 5.2.2 (Windows 10 and 11, Server 2016 and 2019;
/// Red Hat 7 to 9) and 5.2.1 (macOS 12 to 14).
fn system(seen: &Seen) -> Component {
    let is_listed = match seen.os {
        "windows" => ["Windows 10", "Windows 11", "Server 2016", "Server 2019"]
            .iter()
            .any(|name| seen.system.contains(name)),
        "macos" => ["macOS 12", "macOS 13", "macOS 14"]
            .iter()
            .any(|name| seen.system.starts_with(name)),
        _ => seen.system.starts_with("Red Hat Enterprise Linux"),
    };
    let is_old = seen.os == "windows" && OLD.iter().any(|name| seen.system.contains(name));
    let state = match (is_old, is_listed) {
        (true, _) => State::Outdated,
        (false, true) => State::Fine,
        (false, false) => State::Unjudged,
    };
    Component {
        id: "system",
        name: SYSTEM,
        found: vec![Installed {
            version: Some(seen.system.clone()),
            seen_in: seen.os.to_owned(),
        }],
        state,
        minimum: None,
        faults: Vec::new(),
        source: Some(SYSTEMS),
        is_confirmed: true,
        why: (!is_listed).then_some(NOT_LISTED),
        to_do: is_old.then_some(NEWER_SYSTEM),
    }
}

const NOT_FOR_THIS_LINUX: Text = Text {
    fr: "L'ANS ne fournit la Cryptolib CPS que pour Red Hat 7, 8 et 9 ; demandez à votre service informatique ou à l'ANS (monserviceclient.eservices@esante.gouv.fr) comment équiper ce poste.",
    en: "The ANS supplies the Cryptolib CPS for Red Hat 7, 8 and 9 only; ask your IT department or the ANS (monserviceclient.eservices@esante.gouv.fr) how to equip this machine.",
};

/// What the Cryptolib of today does not name any more.
const OLD: &[&str] = &[
    "Windows XP",
    "Windows Vista",
    "Windows 7",
    "Windows 8",
    "Server 2008",
    "Server 2012",
];

const SYSTEM: Text = Text {
    fr: "Système",
    en: "System",
};
const SYSTEMS: Text = Text {
    fr: "ANS, notes de version de la Cryptolib CPS 5.2.1 et 5.2.2",
    en: "ANS, release notes of the Cryptolib CPS 5.2.1 and 5.2.2",
};
const NOT_LISTED: Text = Text {
    fr: "n'est pas dans la liste des systèmes validés par l'ANS pour la Cryptolib CPS 5.2",
    en: "is not among the systems the ANS validated the Cryptolib CPS 5.2 on",
};
const NEWER_SYSTEM: Text = Text {
    fr: "Demandez à l'assistance informatique un poste sous Windows 10 ou 11.",
    en: "Ask IT support for a machine with Windows 10 or 11.",
};

/// A machine of a test.
#[cfg(test)]
fn seen(os: &'static str, system: &str, installed: &[(&'static str, Option<&str>)]) -> Seen {
    let installed = installed.iter().map(|(id, version)| {
        let version = version.map(str::to_owned);
        (
            *id,
            Installed {
                version,
                seen_in: "x".to_owned(),
            },
        )
    });
    Seen {
        os,
        system: system.to_owned(),
        installed: installed.collect(),
        cryptolib_faults: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(os: &'static str, id: &'static str, version: Option<&str>) -> State {
        let all = components(&seen(os, "x", &[(id, version)]));
        all.iter().find(|it| it.id == id).unwrap().state
    }

    #[test]
    fn a_version_is_judged_by_what_is_published_of_it() {
        for (os, id, version, expected) in [
            ("linux", "cryptolib", Some("5.1.10"), State::Outdated),
            ("linux", "cryptolib", Some("5.2.2"), State::Fine),
            ("linux", "cryptolib", None, State::VersionUnknown),
            ("windows", "galss", Some("3.40"), State::Outdated),
            ("linux", "galss", Some("3.41.00"), State::Fine),
            ("macos", "galss", Some("3.41.00"), State::Outdated),
            ("linux", "firefox", Some("115.12.0esr"), State::Outdated),
            ("linux", "firefox", Some("115.13.0esr"), State::Fine),
            ("windows", "firefox", Some("127.0"), State::Outdated),
            ("windows", "firefox", Some("128.0"), State::Fine),
            ("windows", "edge", Some("131"), State::Unjudged),
            ("linux", "ccid", Some("1.5.2-1"), State::Unjudged),
        ] {
            assert_eq!(state(os, id, version), expected, "{id} {version:?}");
        }
    }

    #[test]
    fn an_old_version_is_told_the_minimum_that_would_help_it() {
        for (version, minimum) in [
            ("115.12.0esr", "115.13"),
            ("116.0", "128"),
            ("127.0", "128"),
            ("128.0", "115.13"),
        ] {
            let all = components(&seen("windows", "x", &[("firefox", Some(version))]));
            let firefox = all.iter().find(|it| it.id == "firefox").unwrap();
            assert_eq!(firefox.minimum, Some(minimum), "{version}");
        }
    }

    #[test]
    fn what_is_needed_and_not_there_is_missing_and_the_rest_is_absent() {
        let all = components(&seen("linux", "Debian", &[]));
        let of = |id: &str| all.iter().find(|it| it.id == id).unwrap();
        assert_eq!(of("cryptolib").state, State::Missing);
        let to_do = |system| {
            let all = components(&seen("linux", system, &[]));
            let cryptolib = all.into_iter().find(|it| it.id == "cryptolib");
            cryptolib.unwrap().to_do.unwrap().fr
        };
        assert!(to_do("Debian GNU/Linux 12").starts_with("L'ANS ne fournit"));
        assert!(to_do("Red Hat Enterprise Linux 9.4").starts_with("Téléchargez"));
        assert_eq!(of("firefox").state, State::Absent);
        assert_eq!(of("ccm").state, State::NotHere);
    }

    #[test]
    fn faults_that_later_versions_correct_make_it_old_whatever_the_minimum() {
        let mut seen = seen("windows", "Windows 11 Pro", &[("cryptolib", Some("5.2.1"))]);
        seen.cryptolib_faults = vec!["C1722".to_owned()];
        let all = components(&seen);
        let cryptolib = all.iter().find(|it| it.id == "cryptolib").unwrap();
        assert_eq!(cryptolib.state, State::Outdated);
        assert_eq!(all[0].state, State::Fine);
    }

    #[test]
    fn a_system_the_vendor_no_longer_names_is_old_and_an_unknown_one_is_not_judged() {
        let of = |os, name| components(&seen(os, name, &[]))[0].state;
        assert_eq!(
            of("windows", "Windows 7 Professional 7601"),
            State::Outdated
        );
        assert_eq!(of("windows", "Windows 10 Pro 19045"), State::Fine);
        assert_eq!(
            of("linux", "Debian GNU/Linux 12 (bookworm)"),
            State::Unjudged
        );
        assert_eq!(of("macos", "macOS 14.1"), State::Fine);
    }

    #[test]
    fn every_minimum_has_its_source_and_every_need_says_what_to_do() {
        for row in ROWS {
            assert!(row.minimum.is_empty() || row.source.is_some(), "{}", row.id);
            let can_be_told = !row.minimum.is_empty() || row.is_needed;
            assert!(!can_be_told || row.to_do.is_some(), "{}", row.id);
        }
    }
}
