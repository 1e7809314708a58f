//! « Délivré à / délivré par », a card for each certificate.

use askama::Template;
use serde_json::Value;
use tomcheck_diagnosis::{Instant, Lang};

use super::outcome::State;
use super::tongue::{Tongue, at_most};
use super::{HtmlParts, tables, words};
use crate::render::detail::text_of;

#[derive(Template)]
#[template(path = "certificates.html")]
pub(super) struct Certificates {
    tongue: Tongue,
    certificates: Vec<Certificate>,
}

struct Certificate {
    label: String,
    opens_the_site: bool,
    delivered_to: String,
    delivered_by: String,
    validity: Option<Validity>,
    usages: Option<String>,
    places: Option<String>,
    authorities: Vec<Authority>,
    error: Option<String>,
}

/// From when to when, and where in it the report was made.
struct Validity {
    state: State,
    from: String,
    until: String,
    /// What that comes to: days left, or how it ended.
    said: String,
    /// Of a thousand; the bar has gone so far.
    gone: u64,
}

struct Authority {
    name: String,
    places: String,
}

impl Certificates {
    /// None: no certificate was met.
    pub(super) fn of(parts: &HtmlParts<'_>) -> Option<Self> {
        let (tongue, now) = (parts.tongue, parts.report.started_at);
        let all = parts.part("certs")?.as_array()?;
        let certificates: Vec<_> = all.iter().map(|it| certificate(it, now, tongue)).collect();
        (!certificates.is_empty()).then_some(Self {
            tongue,
            certificates,
        })
    }
}

fn certificate(value: &Value, now: Instant, tongue: Tongue) -> Certificate {
    let is_stored = text_of(value, "place") == "personal-store";
    let label = match is_stored {
        true => tongue.say(words::ONLY_STORED),
        false => at_most(text_of(value, "label"), 120),
    };
    let either = |decoded: &str, stored: &str| {
        let told = value.pointer(decoded).or_else(|| value.pointer(stored));
        at_most(told.and_then(Value::as_str).unwrap_or_default(), 300)
    };
    let shown = |pointer| tables::shown(tongue, value.pointer(pointer)?);
    let authorities = value.get("authorities").and_then(Value::as_array);
    let authorities = authorities.into_iter().flatten();
    Certificate {
        label,
        opens_the_site: value.get("opens_the_site") == Some(&Value::Bool(true)),
        delivered_to: either("/certificate/delivered_to", "/stored/subject"),
        delivered_by: either("/certificate/delivered_by", "/stored/issuer"),
        validity: validity(value, now, tongue),
        usages: shown("/certificate/usages/key"),
        places: shown("/found_in"),
        authorities: authorities.map(|it| authority(it, tongue)).collect(),
        error: value
            .get("error")
            .and_then(Value::as_str)
            .map(|it| at_most(it, 300)),
    }
}

fn authority(link: &Value, tongue: Tongue) -> Authority {
    let places = link
        .get("found_in")
        .and_then(|it| tables::shown(tongue, it));
    Authority {
        name: at_most(text_of(link, "common_name"), 200),
        places: places.unwrap_or_default(),
    }
}

fn validity(value: &Value, now: Instant, tongue: Tongue) -> Option<Validity> {
    let moment = |pointer| {
        let text = value.pointer(pointer)?.as_str()?;
        Instant::try_from(text.to_owned()).ok()
    };
    let not_before = moment("/certificate/validity/not_before")?;
    let not_after = moment("/certificate/validity/not_after")?;
    let (first, last, now) = (not_before.unix(), not_after.unix(), now.unix());
    let days = last.saturating_sub(now) / DAY;
    let (state, said) = match () {
        () if now < first => (State::Bad, tongue.say(words::NOT_YET)),
        () if now > last => (State::Bad, tongue.say(words::EXPIRED)),
        () if days < SOON => (State::Watch, days_left(days, tongue)),
        () => (State::Good, days_left(days, tongue)),
    };
    Some(Validity {
        state,
        from: tongue.day(not_before),
        until: tongue.day(not_after),
        said,
        gone: share(now.saturating_sub(first), last.saturating_sub(first)),
    })
}

/// Of a thousand.
fn share(part: i64, whole: i64) -> u64 {
    let part = u128::try_from(part).unwrap_or(0);
    let whole = u128::try_from(whole).unwrap_or(0).max(1);
    u64::try_from(part * 1_000 / whole)
        .unwrap_or(1_000)
        .min(1_000)
}

fn days_left(days: i64, tongue: Tongue) -> String {
    let many = days > 1;
    match tongue.lang() {
        Lang::Fr if many => format!("encore {days} jours"),
        Lang::Fr => format!("encore {days} jour"),
        Lang::En if days == 1 => "1 day left".to_owned(),
        Lang::En => format!("{days} days left"),
    }
}

const DAY: i64 = 86_400;

/// As `cert.expires-soon` counts.
const SOON: i64 = 60;

#[test]
fn the_bar_stays_between_its_ends_whatever_the_dates_are() {
    assert_eq!(share(1, 2), 500);
    assert_eq!(share(-5, 10), 0);
    assert_eq!(share(5, 0), 1_000);
    assert_eq!(share(i64::MAX, 1), 1_000);
}
