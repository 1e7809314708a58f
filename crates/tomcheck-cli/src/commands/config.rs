//! `tomcheck config show`, `config example`: which settings hold, and how are they written?

use anyhow::Context;
use tomcheck::Lang;
use tomcheck::config::{Key, KeyKind, example, settings_text};

use crate::args::Typed;
use crate::output::Output;

pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let settings = typed.settings();
    let text = match typed.value("WHAT") {
        Some("example") => example(lang),
        _ if typed.has("json") => {
            let shown = settings.shown(|key| typed_as(typed, key));
            serde_json::to_string_pretty(&shown).context("config")? + "\n"
        }
        _ => settings_text(settings, lang, |key| typed_as(typed, key)),
    };
    super::write(output, lang, text)?;
    Ok(crate::FINE)
}

/// What the command line says of a key.
pub(super) fn typed_as(typed: &Typed<'_>, key: &Key) -> Option<String> {
    match key.kind {
        KeyKind::Flag => typed.has_typed(key.name).then(|| "true".to_owned()),
        KeyKind::Path => typed
            .typed_path(key.name)
            .map(|path| path.display().to_string()),
        _ => typed.typed_value(key.name).map(str::to_owned),
    }
}
