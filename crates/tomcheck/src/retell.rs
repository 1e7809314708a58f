//! How is a saved report told in the other language?
//!
//! Titles and steps are rows of tables: what stood in the places of their `{keys}` is read out of
//! the saved sentences, and put into the row's sentence of the other language. What is no row of a
//! table stays as it was saved.

use std::collections::BTreeMap;

use tomcheck_diagnosis::{FindingKind, FindingRecord, Instant, Lang, Report, Text};

use crate::browser_side::{NO_PROFILE, NO_SESSION, NO_STORES, UNKNOWN_CALLER};
use crate::card_side::{LEFT_OUT, LOGIN_REASONS, NO_CARD, NOT_ASKED, NOT_REFRESHED};
use crate::journal::{CRASHED, OUT_OF_TIME};
use crate::network_side::{NO_ROUTE, OUT_OF_REACH};
use crate::revocation_side::{NO_ADDRESS, NO_WAY};

/// Turns the report into `lang`; the codes of the findings that are not wholly told in it.
pub(crate) fn retell(report: &mut Report, lang: Lang) -> Vec<String> {
    let from = report.lang;
    report.lang = lang;
    if from == lang {
        return Vec::new();
    }
    for reason in report.probes.iter_mut().filter_map(|it| it.reason.as_mut()) {
        let mut reasons = REASONS.iter().chain(LOGIN_REASONS);
        let known = reasons.find(|text| text.get(from) == reason);
        if let Some(text) = known {
            *reason = text.get(lang).to_owned();
        }
    }
    let os = &report.host.os;
    let findings = report.findings.iter_mut();
    let untold = findings.filter_map(|finding| {
        let kind = crate::findings().find(|kind| kind.code == finding.code);
        let told = kind.is_some_and(|kind| {
            Retelling {
                kind,
                from,
                lang,
                os,
            }
            .of(finding)
        });
        (!told).then(|| finding.code.to_string())
    });
    untold.collect()
}

const REASONS: &[Text] = &[
    LEFT_OUT,
    NO_CARD,
    NOT_ASKED,
    OUT_OF_TIME,
    CRASHED,
    NO_STORES,
    NO_SESSION,
    NO_PROFILE,
    UNKNOWN_CALLER,
    NO_ROUTE,
    OUT_OF_REACH,
    NO_WAY,
    NO_ADDRESS,
    NOT_REFRESHED,
];

struct Retelling<'a> {
    kind: &'static FindingKind,
    from: Lang,
    lang: Lang,
    os: &'a str,
}

/// What stands in the places of a sentence's keys.
type Values<'a> = BTreeMap<&'a str, String>;

impl Retelling<'_> {
    /// Whether the title and every step were told; notes and labels are in no table.
    fn of(&self, finding: &mut FindingRecord) -> bool {
        let shown = self.shown(finding);
        // half a sentence in each language is worse than a whole one in the other
        let Some(title) = self.told(self.kind.title, &finding.title, &shown) else {
            return false;
        };
        let mut all = finding.note.is_none();
        finding.title = title;
        for one in &mut finding.evidence {
            if let Some(text) = VALUES.iter().find(|text| text.get(self.from) == one.value) {
                text.get(self.lang).clone_into(&mut one.value);
            }
        }
        for step in &mut finding.remedy.steps {
            let rows = self.kind.remedy.steps.iter();
            let rows = rows.filter(|row| row.on.applies_to(self.os));
            let told = rows
                .filter_map(|row| self.told(row.text, step, &shown))
                .next();
            all &= told.is_some();
            *step = told.unwrap_or_else(|| step.clone());
        }
        all
    }

    /// Evidence by its key, moments as people write them in the new language.
    fn shown(&self, finding: &FindingRecord) -> Values<'static> {
        let keys = self.keys();
        let evidence = finding.evidence.iter().rev();
        let shown = evidence.filter_map(|one| {
            let key = keys.iter().find(|key| one.key.as_deref() == Some(**key))?;
            let moment = Instant::try_from(one.value.clone());
            let value = moment.map_or_else(|_| one.value.clone(), |at| at.render(self.lang));
            Some((*key, value))
        });
        shown.collect()
    }

    fn keys(&self) -> Vec<&'static str> {
        let steps = self.kind.remedy.steps.iter().map(|step| step.text);
        let texts = steps.chain([self.kind.title]);
        texts.flat_map(|text| parts(text.fr).1).collect()
    }

    /// None: the value is of several words, and nobody knows them in the new language.
    fn tell_value(&self, key: &str, value: &mut String) -> Option<()> {
        // evidence is as it was first told, whatever the report was told in since
        let mut rows = VALUES.iter();
        let known = rows.find(|text| [text.fr, text.en].contains(&value.as_str()));
        if let Some(text) = known {
            text.get(self.lang).clone_into(value);
        }
        let is_foreign = known.is_some() || !OF_OUR_WORDS.contains(&key);
        (is_foreign || !value.contains(' ')).then_some(())
    }

    /// The row's sentence in the new language, where `saved` is that row in the old one.
    fn told(&self, row: Text, saved: &str, shown: &Values<'static>) -> Option<String> {
        let pattern = row.get(self.from);
        let marked = read_out(pattern, saved);
        let is_marked = marked.is_some();
        let mut values = marked.or_else(|| read_unmarked(pattern, saved))?;
        values.extend(shown.iter().map(|(key, value)| (*key, value.clone())));
        for (key, value) in &mut values {
            self.tell_value(key, value)?;
        }
        let told = filled(row.get(self.lang), &values)?;
        // as it was saved, so that told back it is the same
        Some(match is_marked {
            true => told,
            false => told.replace('`', ""),
        })
    }
}

/// What may stand for [`OF_OUR_WORDS`].
///
/// Source: tomcheck-cert, the places of a chain's findings; tomcheck-tls, why a server's certificate
/// is not trusted.
const VALUES: &[Text] = &[
    Text {
        fr: "sur ce poste",
        en: "on this machine",
    },
    Text {
        fr: "dans le magasin de certificats que les navigateurs utilisent",
        en: "in the certificate store that browsers use",
    },
    Text {
        fr: "sur ce poste : le certificat qui s'y trouve n'est pas valable à la date du jour",
        en: "on this machine: the certificate that is there is not valid today",
    },
    Text {
        fr: "inconnue de ce poste",
        en: "unknown to this workstation",
    },
    Text {
        fr: "connue de ce poste, mais le certificat est irrégulier",
        en: "known to this workstation, but the certificate is irregular",
    },
    Text {
        fr: "le certificat est illisible",
        en: "the certificate cannot be read",
    },
];

/// Keys that may stand for words of ours, and not only for names and numbers.
const OF_OUR_WORDS: [&str; 3] = ["where", "why", "how"];

/// The words between the keys, and the keys: one less than the words.
fn parts(pattern: &str) -> (Vec<&str>, Vec<&str>) {
    let mut pieces = pattern.split('{');
    let mut words = vec![pieces.next().unwrap_or_default()];
    let mut keys = Vec::new();
    for piece in pieces {
        let (key, after) = piece.split_once('}').unwrap_or((piece, ""));
        keys.push(key);
        words.push(after);
    }
    (words, keys)
}

/// What stands in `sentence` where `pattern` has its keys; none where the words differ.
fn read_out<'a>(pattern: &'a str, sentence: &str) -> Option<Values<'a>> {
    let (words, keys) = parts(pattern);
    let (first, others) = words.split_first()?;
    let mut rest = sentence.strip_prefix(first)?;
    let mut values = Values::new();
    for (number, (key, word)) in keys.iter().zip(others).enumerate() {
        let is_last = number + 1 == keys.len();
        let end = match (is_last, word.is_empty()) {
            (true, true) => rest.len(),
            (true, false) => rest.strip_suffix(word)?.len(),
            (false, _) => rest.find(word)?,
        };
        let (value, after) = rest.split_at_checked(end)?;
        values.insert(*key, value.to_owned());
        rest = after.strip_prefix(word)?;
    }
    rest.is_empty().then_some(values)
}

/// The same where an older version marked no commands.
fn read_unmarked(pattern: &'static str, sentence: &str) -> Option<Values<'static>> {
    let unmarked = pattern.replace('`', "");
    let values = read_out(&unmarked, &sentence.replace('`', ""))?;
    let keys = parts(pattern).1.into_iter();
    let values = keys.map(|key| Some((key, values.get(key)?.clone())));
    values.collect()
}

fn filled(pattern: &str, values: &Values<'_>) -> Option<String> {
    let (words, keys) = parts(pattern);
    let mut told = String::new();
    for (number, word) in words.iter().enumerate() {
        told.push_str(word);
        if let Some(key) = keys.get(number) {
            told.push_str(values.get(key)?);
        }
    }
    Some(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::all;

    #[test]
    fn what_stands_for_a_key_is_read_out_of_the_saved_sentence() {
        let pattern = "Le proxy {proxy} refuse {host} : {why}";
        let values = read_out(pattern, "Le proxy a:1 refuse tom : non : jamais").unwrap();
        let said = filled("{host} by {proxy}: {why}", &values).unwrap();
        assert_eq!(said, "tom by a:1: non : jamais");
        assert_eq!(read_out(pattern, "Le proxy a:1 accepte tom : oui"), None);
        assert_eq!(read_out("Rien", "Rien de plus"), None);
        let marked = "Tapez `nslookup {host}`.";
        let values = read_unmarked(marked, "Tapez nslookup tom.").unwrap();
        assert_eq!(values["host"], "tom");
        assert_eq!(read_out("Rien", "Rien"), Some(Values::new()));
    }

    #[test]
    fn every_sentence_of_every_table_can_be_told_in_the_other_language() {
        for kind in all() {
            let steps = kind.remedy.steps.iter().map(|step| step.text);
            for text in steps.chain([kind.title]) {
                for (from, to) in [(text.fr, text.en), (text.en, text.fr)] {
                    let (_, keys) = parts(from);
                    let values = keys.iter().map(|key| (*key, format!("<{key}>")));
                    let said = filled(from, &values.collect()).unwrap();
                    let values = read_out(from, &said).unwrap();
                    let told = filled(to, &values).unwrap();
                    assert_eq!(
                        told,
                        to.replace('{', "<").replace('}', ">"),
                        "{}",
                        kind.code
                    );
                }
            }
        }
    }
}
