//! Are card, module, proxy and site still the same?

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;
use tomcheck_diagnosis::Report;

use crate::details::part;

/// One fact that both reports tell, or one of them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct FactChange {
    /// What it is: `card`, `proxy`…
    pub what: &'static str,
    /// Whether it is the same.
    pub likeness: Likeness,
    /// As the earlier report tells it; none: it does not.
    pub before: Option<String>,
    /// As the later one tells it.
    pub after: Option<String>,
}

/// Whether a fact is the same.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// It is.
    Same,
    /// It is another.
    Changed,
    /// It is masked, and two machines mask the same value in two ways.
    Masked,
    /// One report does not tell it: nobody looked, or could.
    NotTold,
}

/// A JSON pointer into the details of `check`, or of the command of that name.
type Place = (&'static str, &'static str, &'static str);

const PLACES: &[Place] = &[
    ("reader", "card", "/reader"),
    ("card", "card", "/generation"),
    ("atr", "card", "/atr"),
    ("card-number", "card", "/serial"),
    ("holder", "card", "/delivered_to"),
    ("pin", "card", "/pin"),
    ("proxy", "proxy", "/effective"),
    ("proxy-answer", "proxy", "/connect/status_line"),
    ("tls-version", "tls", "/versions/negotiated"),
    ("site-certificate", "tls", "/server_chain/0/subject"),
    ("site-issuer", "tls", "/server_chain/0/issuer"),
];

/// What both tell and what one tells; what neither does is left out.
pub(super) fn changes(before: &Report, after: &Report) -> Vec<FactChange> {
    let is_one_machine = !pseudonyms(before).is_disjoint(&pseudonyms(after));
    let (was, is) = (facts(before), facts(after));
    let pairs = was.into_iter().zip(is);
    let told = pairs.filter(|((_, before), (_, after))| before.is_some() || after.is_some());
    let compared = told.map(|((what, before), (_, after))| FactChange {
        what,
        likeness: likeness(before.as_deref(), after.as_deref(), is_one_machine),
        before,
        after,
    });
    compared.collect()
}

/// In the same order for every report.
fn facts(report: &Report) -> Vec<(&'static str, Option<String>)> {
    let of_machine = [
        ("system", Some(report.host.os_version.clone())),
        ("tomcheck", Some(report.tomcheck.version.clone())),
        (
            "target",
            report.target.as_ref().map(|target| target.url.clone()),
        ),
        ("module", module(report)),
        ("certificate-end", certificate_end(report)),
    ];
    let of_details = PLACES.iter().map(|(what, command, pointer)| {
        let told = part(report, command).and_then(|detail| detail.pointer(pointer));
        (*what, told.and_then(text))
    });
    of_machine.into_iter().chain(of_details).collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The module's own word, with its version.
pub(crate) fn module(report: &Report) -> Option<String> {
    let probe = report
        .probes
        .iter()
        .find(|probe| probe.id == "module.initialise")?;
    let info = probe.observation.get("info")?;
    let part = |key: &str| info.get(key).and_then(Value::as_str).unwrap_or_default();
    let told = format!("{} {}", part("description"), part("version"));
    Some(told.trim().to_owned()).filter(|told| !told.is_empty())
}

fn certificate_end(report: &Report) -> Option<String> {
    let certificates = part(report, "certs")?.as_array()?;
    let opens = |one: &&Value| one.get("opens_the_site") == Some(&Value::Bool(true));
    let one = certificates.iter().find(opens)?;
    text(one.pointer("/certificate/validity/not_after")?)
}

fn likeness(before: Option<&str>, after: Option<&str>, is_one_machine: bool) -> Likeness {
    let (Some(before), Some(after)) = (before, after) else {
        return Likeness::NotTold;
    };
    let is_masked = !pseudonyms_in(before).is_empty() || !pseudonyms_in(after).is_empty();
    let both = !pseudonyms_in(before).is_empty() && !pseudonyms_in(after).is_empty();
    match before == after {
        true => Likeness::Same,
        // the same key masks the same value the same, so that these are two
        false if is_masked && !(both && is_one_machine) => Likeness::Masked,
        false => Likeness::Changed,
    }
}

/// Every pseudonym of a report. That one stands in two of them shows that one machine masked both.
fn pseudonyms(report: &Report) -> BTreeSet<String> {
    let text = serde_json::to_string(report).unwrap_or_default();
    pseudonyms_in(&text)
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// `serial#3fa29c`: a word, and six digits after the mark.
fn pseudonyms_in(text: &str) -> Vec<&str> {
    let marks = text.match_indices('#').map(|(mark, _)| mark);
    let found = marks.filter_map(|mark| {
        let (before, after) = (text.get(..mark)?, text.get(mark + 1..)?);
        let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        let letters = before
            .bytes()
            .rev()
            .take_while(u8::is_ascii_lowercase)
            .count();
        let is_one = digits == DIGITS && letters > 1;
        text.get(mark - letters..mark + 1 + DIGITS)
            .filter(|_| is_one)
    });
    found.collect()
}

const DIGITS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_a_word_and_six_digits() {
        let text = "/home/user#3fa29c/x #123456 serial#abc id#12345678 name#00ff00.";
        assert_eq!(pseudonyms_in(text), ["user#3fa29c", "name#00ff00"]);
    }

    #[test]
    fn two_pseudonyms_are_two_values_on_one_machine_only() {
        let said = |before, after, one| likeness(Some(before), Some(after), one);
        assert_eq!(
            said("serial#00ff00", "serial#00ff00", false),
            Likeness::Same
        );
        assert_eq!(
            said("serial#00ff00", "serial#00ff01", true),
            Likeness::Changed
        );
        assert_eq!(
            said("serial#00ff00", "serial#00ff01", false),
            Likeness::Masked
        );
        assert_eq!(said("serial#00ff00", "80250000011", true), Likeness::Masked);
        assert_eq!(said("DIRECT", "PROXY a:1", false), Likeness::Changed);
        assert_eq!(likeness(None, Some("DIRECT"), true), Likeness::NotTold);
    }
}
