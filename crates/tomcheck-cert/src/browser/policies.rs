//! Which PKCS#11 modules do Firefox's policies add or take away?

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tomcheck_diagnosis::ForeignFailure;

use super::extensions::not_json;

/// A module that the policy `SecurityDevices` speaks of.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "kebab-case")]
pub enum DevicePolicy {
    /// Registers it at each start.
    Adds {
        /// The name people see.
        name: String,
        /// The path of its library.
        library: String,
    },
    /// Takes it away.
    Deletes {
        /// The name people see.
        name: String,
    },
}

/// The security devices of a `policies.json`, in its present form (`Add`, `Delete`) or the
/// former, flat one. At most 64.
///
/// # Errors
///
/// When it is no JSON, with what the reader said.
///
/// Source: <https://mozilla.github.io/policy-templates/#securitydevices>.
pub fn read_device_policies(text: &str) -> Result<Vec<DevicePolicy>, ForeignFailure> {
    let value: Value = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let devices = value
        .pointer("/policies/SecurityDevices")
        .and_then(Value::as_object);
    let Some(devices) = devices else {
        return Ok(Vec::new());
    };
    let adds = |(name, library): (&String, &Value)| {
        Some(DevicePolicy::Adds {
            name: name.clone(),
            library: library.as_str()?.to_owned(),
        })
    };
    let nested = devices
        .get("Add")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let deleted = devices
        .get("Delete")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let deleted = deleted
        .filter_map(Value::as_str)
        .map(|name| DevicePolicy::Deletes {
            name: name.to_owned(),
        });
    let all = devices.iter().chain(nested).filter_map(adds).chain(deleted);
    Ok(all.take(MOST).collect())
}

const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn adds(name: &str, library: &str) -> DevicePolicy {
        DevicePolicy::Adds {
            name: name.to_owned(),
            library: library.to_owned(),
        }
    }

    #[test]
    fn both_forms_of_the_policy_are_read() {
        let nested = r#"{"policies":{"SecurityDevices":{"Add":{"CPS":"/c.so"},"Delete":["old"]}}}"#;
        let deletes = DevicePolicy::Deletes {
            name: "old".to_owned(),
        };
        assert_eq!(
            read_device_policies(nested),
            Ok(vec![adds("CPS", "/c.so"), deletes])
        );
        let flat = r#"{"policies":{"SecurityDevices":{"CPS":"C:\\cps3.dll"}}}"#;
        assert_eq!(
            read_device_policies(flat),
            Ok(vec![adds("CPS", "C:\\cps3.dll")])
        );
        assert_eq!(read_device_policies("{}"), Ok(vec![]));
        assert!(read_device_policies("policies").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(
            text in "(?s)([{}\\[\\]:,\"]|policies|SecurityDevices|Add|Delete|.){0,60}"
        ) {
            if let Ok(found) = read_device_policies(&text) {
                prop_assert!(found.len() <= MOST);
            }
        }
    }
}
