//! Is the CPS extension in a Firefox profile, and does it run?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::ForeignFailure;

/// What `extensions.json` says of an extension that brings the card's module.
///
/// Source: Firefox `toolkit/mozapps/extensions/internal/XPIDatabase.sys.mjs`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ExtensionSeen {
    /// `CPS2ter-2020_Firefox@asipsante.fr`.
    pub id: String,
    /// `6.0.21`.
    pub version: String,
    /// Whether it runs.
    pub active: bool,
    /// Whether the user turned it off.
    pub user_disabled: bool,
    /// Whether Firefox did: incompatible, blocked, or not signed as it must be.
    pub app_disabled: bool,
    /// The verdict on its signature: 2 signed, 1 preliminary, 0 missing, below 0 not acceptable.
    pub signed_state: Option<i64>,
}

/// The extension that registers the module, then those it replaced.
///
/// Source: packages of the Cryptolib CPS 5.2.2 and earlier.
const CPS_EXTENSIONS: &[&str] = &[
    CURRENT,
    "PKCS11_Firefox@gip-cps.fr",
    "P11_CPS2ter_Firefox@asipsante.fr",
    "P11_CPS3_Firefox@asipsante.fr",
    "AC_CPS_Firefox@asipsante.fr",
];
const CURRENT: &str = "CPS2ter-2020_Firefox@asipsante.fr";

impl ExtensionSeen {
    /// Whether it is the one of today, not one it replaced.
    pub fn is_current(&self) -> bool {
        self.id == CURRENT
    }
}

/// The CPS extensions that an `extensions.json` lists.
///
/// # Errors
///
/// When it is no such file, with what the reader of JSON said.
pub fn read_extensions(text: &str) -> Result<Vec<ExtensionSeen>, ForeignFailure> {
    let file: File = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let ours = file
        .addons
        .into_iter()
        .filter(|addon| CPS_EXTENSIONS.contains(&&*addon.id));
    let seen = ours.map(|addon| ExtensionSeen {
        id: addon.id,
        version: addon.version.unwrap_or_default().chars().take(32).collect(),
        active: addon.active,
        user_disabled: addon.user_disabled,
        app_disabled: addon.app_disabled,
        signed_state: addon.signed_state,
    });
    Ok(seen.take(CPS_EXTENSIONS.len()).collect())
}

/// What the reader of JSON could not read, with its own words.
pub(super) fn not_json(error: &serde_json::Error) -> ForeignFailure {
    ForeignFailure::decimal("JSON", 0).named(error.to_string())
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    addons: Vec<Addon>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Addon {
    #[serde(default)]
    id: String,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    active: bool,
    #[serde(default)]
    user_disabled: bool,
    #[serde(default)]
    app_disabled: bool,
    #[serde(default)]
    signed_state: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_extensions_that_bring_the_module_are_kept() {
        let text = r#"{"schemaVersion":37,"addons":[
            {"id":"other@mozilla.org","version":"1","active":true,"signedState":3},
            {"id":"CPS2ter-2020_Firefox@asipsante.fr","version":"6.0.21","type":"extension",
             "active":false,"userDisabled":true,"appDisabled":false,"signedState":2}]}"#;
        let found = read_extensions(text).unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].is_current() && found[0].user_disabled && !found[0].active);
        assert_eq!(found[0].signed_state, Some(2));
    }

    #[test]
    fn what_is_no_such_file_is_told_in_the_words_of_the_reader() {
        let failure = read_extensions("{\"addons\": 3}").unwrap_err().to_string();
        assert!(failure.starts_with("JSON invalid type"), "{failure}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            text in "(?s)([{}\\[\\]:,\"]|addons|\"id\"|true|null|.){0,60}"
        ) {
            if let Ok(found) = read_extensions(&text) {
                prop_assert!(found.len() <= CPS_EXTENSIONS.len());
            }
        }
    }
}
