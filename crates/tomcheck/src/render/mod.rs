//! How does a person read a report, or what a monitor tells?

mod access;
mod bench;
mod card;
mod certs;
mod compared;
mod detail;
mod event;
mod explained;
mod html;
mod judged;
mod layout;
mod probe_names;
mod text;
mod trace;
mod trials;
pub(crate) mod typeset;
mod unseen;
mod words;

pub use access::access_text;
pub use bench::bench_text;
pub use compared::compared_text;
pub use event::{Clock, EventText};
pub(crate) use event::{addressed_step, told};
pub use explained::{explained_list, explained_text};
pub use html::{HTML_STYLE, HtmlParts, compared_html, html};
pub(crate) use html::{Piece, Tongue};
pub(crate) use layout::clean;
pub use layout::{Paint, Plain, TextStyle, Tone};
pub use probe_names::probe_name;
pub use text::{finding_lines, text};
pub use trace::hit_line;
pub(crate) use unseen::only;
pub use words::layer as layer_name;
pub(crate) use words::{audience, verdict_words};
