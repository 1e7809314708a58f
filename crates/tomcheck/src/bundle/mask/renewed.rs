//! How does a pseudonym of this machine become one of a bundle?
//!
//! The key of a machine can be read by whoever works on it and is the same on clones of a disk:
//! what leaves must not be comparable with what is tried out there.

use std::collections::BTreeMap;

use tomcheck_diagnosis::{Identity, IdentityKind, Pseudonyms};

use super::pseudonyms_in;
use crate::host;

/// What stands in the place of this machine's pseudonyms, where the value is known.
#[derive(Default)]
pub(super) struct Renewed(BTreeMap<String, String>);

impl Renewed {
    pub(super) fn of(pseudonyms: &Pseudonyms) -> Self {
        let machine = Pseudonyms::new(host::pseudonym_key());
        let known = pseudonyms.identities().iter();
        let pairs = known.map(|it| (machine.pseudonym(it), pseudonyms.pseudonym(it)));
        Self(pairs.collect())
    }

    pub(super) fn text(&self, text: &str, pseudonyms: &Pseudonyms) -> String {
        let mut renewed = String::with_capacity(text.len());
        let mut at = 0;
        for (kind, digits) in pseudonyms_in(text) {
            let rest = text.get(at..).unwrap_or_default();
            let old = [format!("{kind}#{digits}"), format!("{kind}-{digits}")];
            let found = old.iter().filter_map(|old| Some((rest.find(old)?, old)));
            let Some((begin, old)) = found.min() else {
                continue;
            };
            renewed.push_str(rest.get(..begin).unwrap_or_default());
            let is_host = old.contains('-');
            let new = self.one(&old.replacen('-', "#", 1), kind, pseudonyms);
            renewed.push_str(&if is_host {
                new.replacen('#', "-", 1)
            } else {
                new
            });
            at += begin + old.len();
        }
        renewed + text.get(at..).unwrap_or_default()
    }

    fn one(&self, old: &str, kind: &str, pseudonyms: &Pseudonyms) -> String {
        self.0.get(old).cloned().unwrap_or_else(|| {
            let new = pseudonyms.pseudonym(&Identity::new(IdentityKind::Identifier, old));
            new.replacen("id#", &format!("{kind}#"), 1)
        })
    }
}
