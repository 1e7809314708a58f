//! What do the settings and their exceptions mean?

use tomcheck_diagnosis::{Evidence, Finding, Lang, Sentence, Severity, Step, Text, Value};

use crate::dialects::ascii_host;
use crate::findings::{
    BYPASS_ADDRESS_MISSING, BYPASS_NAME_MISSING, OF_FIREFOX, OF_JAVA, OF_POLICIES, SETTING_INVALID,
    SETTINGS_DISAGREE,
};
use crate::{ExceptionList, ExceptionsSeen, Route, SourceKind, SourceSeen, SourcesSeen};

const HOST: Text = Text {
    fr: "site",
    en: "site",
};
const LIST: Text = Text {
    fr: "liste d'exceptions",
    en: "list of exceptions",
};
const MISSING: Text = Text {
    fr: "il y manque",
    en: "missing from it",
};
const WHERE: Text = Text {
    fr: "réglage",
    en: "setting",
};
const VALUE: Text = Text {
    fr: "valeur",
    en: "value",
};
const WHY: Text = Text {
    fr: "raison",
    en: "reason",
};
const TAKEN: Text = Text {
    fr: "ce diagnostic est passé",
    en: "this diagnosis went",
};
const NOT_EXCEPTED: Text = Text {
    fr: "pas une exception",
    en: "no exception",
};
const NOTHING: Text = Text {
    fr: "vide",
    en: "empty",
};

/// A deciding setting that cannot be used blocks. Settings that differ warn.
pub(crate) fn judge_sources(seen: &SourcesSeen) -> Vec<Finding> {
    let no_way = seen.deciding().and_then(no_way);
    no_way.into_iter().chain(disagreement(seen)).collect()
}

/// The setting that decides leads where this program cannot follow.
fn no_way(source: &SourceSeen) -> Option<Finding> {
    let finding = match &source.answer_for_url {
        Route::Unusable(fault) => Finding::of(&SETTING_INVALID)
            .with(Evidence::new("why", WHY, fault.text()))
            .with(Evidence::new(
                "value",
                VALUE,
                source.value.clone().unwrap_or_default(),
            )),
        // What a script answers is another probe's.
        Route::Direct | Route::Proxy(_) | Route::Pac { .. } => return None,
    };
    Some(finding.with(Evidence::new("where", WHERE, source.location.as_str())))
}

/// What the command line asks for is a wish, no setting of the machine; a setting that is
/// not there contradicts nobody.
fn disagreement(seen: &SourcesSeen) -> Option<Finding> {
    let set = |source: &&SourceSeen| {
        source.value.is_some() && source.failure.is_none() && source.source != SourceKind::Explicit
    };
    let set: Vec<&SourceSeen> = seen.sources.iter().filter(set).collect();
    let first = &set.first()?.answer_for_url;
    let differs = set.iter().any(|source| source.answer_for_url != *first);
    let mut programs = set.iter().flat_map(|source| &source.otherwise);
    if !differs && programs.next().is_none() {
        return None;
    }
    let severity = match differs {
        true => SETTINGS_DISAGREE.severity,
        // the setting is one, and no browser is among those that read it otherwise
        false => Severity::Info,
    };
    let taken = Evidence::new("taken", TAKEN, said(&seen.effective));
    let finding = Finding::of(&SETTINGS_DISAGREE).at(severity);
    let finding = finding.with_all(table(&set)).with(taken);
    Some(finding.beginning_with(steps(&set)))
}

/// Who, and by which way; what several places of one program answer alike stands once.
fn table(set: &[&SourceSeen]) -> Vec<Evidence> {
    let mut rows: Vec<(&SourceSeen, usize)> = Vec::new();
    for source in set {
        let same = |known: &&mut (&SourceSeen, usize)| {
            let alike = known.0.source == source.source && source.source.program().is_some();
            alike && known.0.answer_for_url == source.answer_for_url
        };
        match rows.iter_mut().find(same) {
            Some((_, more)) => *more += 1,
            None => rows.push((source, 0)),
        }
    }
    let rows = rows.into_iter().flat_map(|(source, more)| {
        let own = row(label(source, more), &source.answer_for_url);
        let programs = source.otherwise.iter().map(|it| {
            let label = format!("{} ({})", it.program.name(), source.location);
            row(label, &it.answer_for_url)
        });
        [own].into_iter().chain(programs)
    });
    rows.collect()
}

fn row(label: String, route: &Route) -> Evidence {
    Evidence {
        value: said(route),
        ..Evidence::raw(label, "")
    }
}

/// A program's name, then the place; the place alone where it names itself.
fn label(source: &SourceSeen, more: usize) -> String {
    let name = source.source.program().or(match source.source {
        SourceKind::Gnome => Some("GNOME"),
        SourceKind::Kde => Some("KDE"),
        SourceKind::Macos => Some("macOS"),
        _ => None,
    });
    match (name, more) {
        (None, _) => source.location.clone(),
        (Some(name), 0) => format!("{name} ({})", source.location),
        (Some(name), more) => format!("{name} ({}, + {more})", source.location),
    }
}

fn said(route: &Route) -> Value {
    let sentence = Sentence::new(route.say(Lang::Fr), route.say(Lang::En));
    Value::Sentence(sentence)
}

/// Where each program that has a setting of its own is told to obey the system's.
fn steps(set: &[&SourceSeen]) -> Vec<Step> {
    let has = |kinds: &[SourceKind]| set.iter().any(|source| kinds.contains(&source.source));
    let policies = [SourceKind::Chromium, SourceKind::Chrome, SourceKind::Edge];
    let known = [
        (has(&[SourceKind::Firefox]), OF_FIREFOX),
        (has(&policies), OF_POLICIES),
        (has(&[SourceKind::Java]), OF_JAVA),
    ];
    let told = known.into_iter().filter(|(there, _)| *there);
    told.map(|(_, step)| step).collect()
}

/// A site that is no exception at all goes through the proxy, which is not for this to judge.
pub(crate) fn judge_exceptions(seen: &ExceptionsSeen) -> Vec<Finding> {
    let Some(list) = &seen.list else {
        return Vec::new();
    };
    // A URL that names an address is matched as that address and nothing else.
    if seen.name.host.parse::<std::net::IpAddr>().is_ok() {
        return Vec::new();
    }
    let by_address = seen
        .addresses
        .iter()
        .any(|address| address.excepted_by.is_some());
    let missing = missing_addresses(seen, list);
    match &seen.name.excepted_by {
        None if by_address => {
            let name = ascii_host(&seen.name.host).into_owned();
            let missing = list.dialect.pasted(&[name]);
            vec![bypass(
                Finding::of(&BYPASS_NAME_MISSING),
                seen,
                list,
                missing,
            )]
        }
        Some(_) if !missing.is_empty() => {
            vec![bypass(
                Finding::of(&BYPASS_ADDRESS_MISSING),
                seen,
                list,
                missing,
            )]
        }
        _ => Vec::new(),
    }
}

fn bypass(
    finding: Finding,
    seen: &ExceptionsSeen,
    list: &ExceptionList,
    missing: String,
) -> Finding {
    let entries = seen
        .addresses
        .iter()
        .map(|address| excepted(address.address.to_string(), address.excepted_by.as_deref()));
    let raw = match list.raw.trim() {
        "" => Value::from(NOTHING),
        raw => Value::from(raw),
    };
    finding
        .with(Evidence::new("host", HOST, seen.name.host.as_str()))
        .with(Evidence::new("where", WHERE, list.location.as_str()))
        .with(Evidence::new("list", LIST, raw))
        .with(Evidence::new("missing", MISSING, missing))
        .with(excepted(
            seen.name.host.clone(),
            seen.name.excepted_by.as_deref(),
        ))
        .with_all(entries)
}

/// One name or address, and the entry that excepts it.
fn excepted(what: String, entry: Option<&str>) -> Evidence {
    let value = entry.map_or(Value::from(NOT_EXCEPTED), Value::from);
    Evidence {
        value,
        ..Evidence::raw(what, "")
    }
}

fn missing_addresses(seen: &ExceptionsSeen, list: &ExceptionList) -> String {
    let missing = seen
        .addresses
        .iter()
        .filter(|address| address.excepted_by.is_none());
    let missing: Vec<String> = missing.map(|missing| missing.address.to_string()).collect();
    list.dialect.pasted(&missing)
}
