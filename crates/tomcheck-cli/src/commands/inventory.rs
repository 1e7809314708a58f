//! `tomcheck inventory`: what is installed, and what is to be updated?

use tomcheck::Lang;
use tomcheck::inventory::{inventory, inventory_text};

use crate::args::Typed;
use crate::output::Output;

pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let inventory = inventory();
    let text = match typed.has("json") {
        true => serde_json::to_string_pretty(&inventory.shown(lang))? + "\n",
        false => inventory_text(&inventory, lang, output.style, output),
    };
    super::write(output, lang, text)?;
    let is_lacking = inventory.components.iter().any(|it| it.state.needs_care());
    // nothing here says that a connection fails: the diagnosis does
    Ok(match typed.has("strict") && is_lacking {
        true => crate::BLOCKED,
        false => crate::FINE,
    })
}
