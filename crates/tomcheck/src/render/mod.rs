//! How does a person read a report?

mod card;
mod detail;
mod text;
mod words;

pub use text::{Paint, Plain, TextStyle, Tone, finding_lines, text};
pub use words::layer as layer_name;
