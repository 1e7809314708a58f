//! `tomcheck generate schema`

use anyhow::Context;

use crate::output::Output;

pub(super) fn run(output: &Output) -> anyhow::Result<u8> {
    let schema = serde_json::to_string_pretty(&tomcheck::schema()).context("schema")?;
    output.write(&format!("{schema}\n")).context("schema")?;
    Ok(crate::FINE)
}
