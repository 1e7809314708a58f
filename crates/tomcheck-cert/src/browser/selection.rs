//! For which sites do policies choose a certificate without asking?

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tomcheck_diagnosis::ForeignFailure;

use super::extensions::not_json;
use super::looked::{self, Looked};
use super::places::{BrowserPlaces, Product};

/// What one file or registry key says of `AutoSelectCertificateForUrls`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SelectionSeen {
    /// The browser it is for; none: the registry key says so.
    pub product: Option<Product>,
    /// Where it stands.
    pub path: String,
    /// Each entry as it stands there: a pattern of addresses and a filter of certificates.
    #[serde(flatten)]
    pub entries: Looked<Vec<String>>,
}

/// The policies of this machine that choose certificates; files that do not are left out.
pub(super) fn selections(places: &BrowserPlaces) -> Vec<SelectionSeen> {
    let files = places
        .chromium_policies
        .iter()
        .flat_map(|(product, folder)| {
            let files = folder.read_dir().into_iter().flatten().flatten();
            let files = files.map(|entry| entry.path());
            let files = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
            files.take(MOST_FILES).map(|path| SelectionSeen {
                product: Some(*product),
                entries: looked::text(&path, MOST_BYTES).and_then(|text| read_selection(&text)),
                path: path.display().to_string(),
            })
        });
    let registry = places
        .registry_patterns
        .iter()
        .map(|(key, entries)| SelectionSeen {
            product: None,
            path: key.clone(),
            entries: Looked::Seen {
                found: entries.clone(),
            },
        });
    let all = files.chain(registry);
    all.filter(|seen| {
        seen.entries
            .found()
            .is_none_or(|entries| !entries.is_empty())
    })
    .collect()
}

/// The entries of `AutoSelectCertificateForUrls` in a file of policies of Chromium. At most 256.
///
/// # Errors
///
/// When it is no JSON, with what the reader said.
///
/// Source: <https://chromeenterprise.google/policies/#AutoSelectCertificateForUrls>.
pub fn read_selection(text: &str) -> Result<Vec<String>, ForeignFailure> {
    let value: Value = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let entries = value
        .get("AutoSelectCertificateForUrls")
        .and_then(Value::as_array);
    let entries = entries.into_iter().flatten().filter_map(Value::as_str);
    Ok(entries.take(MOST_ENTRIES).map(str::to_owned).collect())
}

const MOST_BYTES: u64 = 1 << 20;
const MOST_FILES: usize = 64;
const MOST_ENTRIES: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn entries_are_told_as_they_stand() {
        let text =
            r#"{"AutoSelectCertificateForUrls":["{\"pattern\":\"https://x\",\"filter\":{}}"]}"#;
        assert_eq!(
            read_selection(text).unwrap(),
            [r#"{"pattern":"https://x","filter":{}}"#]
        );
        assert_eq!(read_selection("{}").unwrap(), Vec::<String>::new());
        assert!(read_selection("").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            text in "(?s)([{}\\[\\]:,\"]|AutoSelectCertificateForUrls|.){0,60}"
        ) {
            if let Ok(found) = read_selection(&text) {
                prop_assert!(found.len() <= MOST_ENTRIES);
            }
        }
    }
}
