//! `tomcheck generate schema`

use anyhow::Context;

use crate::output::Output;

pub(super) fn run(output: &Output) -> anyhow::Result<u8> {
    let schema = serde_json::to_string_pretty(&tomcheck::schema()).context("schema")?;
    let text = schema + "\n";
    output.write(text.as_bytes()).context("schema")?;
    Ok(crate::FINE)
}
