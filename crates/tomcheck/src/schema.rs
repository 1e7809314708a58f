//! What may a program rely on in a report?

use serde_json::Value;
use tomcheck_diagnosis::Report;

/// The JSON Schema (draft 2020-12) of a report, derived from its types.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Report);
    schema.insert("$id".to_owned(), Value::from("tomcheck-report/1"));
    schema.to_value()
}
