//! The same within an async program, which does something else meanwhile.
//!
//! ```console
//! $ cargo run -p tomcheck-examples --bin watch_async
//! ```
//!
//! The monitor waits on threads of its own: the executor is never held up.

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use std::time::Duration;

use tokio::time::interval;
use tomcheck_reader::{Mode, Monitor, SlotState, SystemPcsc};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut events = Monitor::start(SystemPcsc::new(), Mode::Automatic).into_stream()?;
    let mut heart = interval(Duration::from_secs(1));
    let mut beats = 0_u32;
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(event) => println!(
                    "{} {}",
                    event.reader().unwrap_or("-"),
                    event.state().map_or("back", SlotState::name)
                ),
                None => return Ok(()),
            },
            _ = heart.tick() => {
                beats += 1;
                println!("{beats} beats");
            }
        }
    }
}
