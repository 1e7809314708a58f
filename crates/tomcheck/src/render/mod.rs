//! How does a person read a report, or what a monitor tells?

mod access;
mod bench;
mod card;
mod certs;
mod detail;
mod event;
mod explained;
mod text;
mod trace;
mod trials;
mod words;

pub use access::access_text;
pub use bench::bench_text;
pub use event::{Clock, EventText};
pub use explained::{explained_list, explained_text};
pub use text::{Paint, Plain, TextStyle, Tone, finding_lines, text};
pub use trace::hit_line;
pub use words::layer as layer_name;
pub(crate) use words::verdict_words;
