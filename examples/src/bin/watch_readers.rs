//! What do the readers and their cards do, from now on?
//!
//! ```console
//! $ cargo run -p tomcheck-examples --bin watch_readers
//! ```
//!
//! The simplest of the three forms: an iterator that blocks between two events.

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use tomcheck_reader::{Happening, Mode, Monitor, SystemPcsc};

fn main() {
    for event in Monitor::start(SystemPcsc::new(), Mode::Automatic) {
        match &event.what {
            Happening::Reader(now) => {
                let again = if now.reinserted { ", put in again" } else { "" };
                println!("{}: {}{again}", now.reader, now.state.name());
            }
            Happening::ReaderGone { reader } => println!("{reader}: unplugged"),
            Happening::ServiceBack => println!("the card service answers again"),
            // The service, or every reader, is missing: the finding says why.
            _ => println!(
                "{}",
                event
                    .finding()
                    .map_or("nothing", |finding| finding.kind.code)
            ),
        }
    }
}
