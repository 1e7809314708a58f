//! What do the settings and their exceptions mean?

use tomcheck_diagnosis::{Evidence, Finding, Text, Value};

use crate::findings::{
    BYPASS_ADDRESS_MISSING, BYPASS_NAME_MISSING, SETTING_INVALID, SETTINGS_DISAGREE,
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
    let first = set.first()?;
    if set
        .iter()
        .all(|source| source.answer_for_url == first.answer_for_url)
    {
        return None;
    }
    let answers = set.iter().map(|source| Evidence {
        value: answer(&source.answer_for_url),
        ..Evidence::raw(source.location.clone(), "")
    });
    Some(Finding::of(&SETTINGS_DISAGREE).with_all(answers))
}

/// In the words of a PAC script, which technicians know; a setting that answers nothing has
/// only ours.
fn answer(route: &Route) -> Value {
    match route {
        Route::Unusable(fault) => fault.text().into(),
        route => route.to_string().into(),
    }
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
            let missing = seen.name.host.clone();
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
    missing.join(list.dialect.separator())
}
