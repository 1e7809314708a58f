//! What does this answer to reset say, byte by byte?
//!
//! ```console
//! $ cargo run -p tomcheck-examples --bin explain_atr -- 3BAC00402A001225006480000310009000
//! ```
//!
//! Exit status: 0, or 2 for an answer that is none.

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use std::io::Write;
use std::process::ExitCode;

use tomcheck_diagnosis::Lang;
use tomcheck_reader::{AtrBytes, AtrError, AtrExplanation, CardKind};

fn main() -> ExitCode {
    let text: Vec<String> = std::env::args().skip(1).collect();
    match text.join(" ").parse::<AtrBytes>() {
        Ok(bytes) => explain(&bytes),
        Err(error) => refuse(&error),
    }
}

/// A wrong one is explained as far as it goes.
fn explain(bytes: &AtrBytes) -> ExitCode {
    println!("{bytes}: {:?}", CardKind::of(bytes));
    let explained = AtrExplanation::of(bytes);
    for part in &explained.parts {
        let (bytes, meaning) = (part.hexadecimal(), part.meaning.get(Lang::En));
        println!("{:2} {:8} {bytes}: {meaning}", part.position, part.name);
    }
    match explained.error {
        None => ExitCode::SUCCESS,
        Some(error) => refuse(&error),
    }
}

fn refuse(error: &AtrError) -> ExitCode {
    let said = error.sentence();
    let _ = writeln!(std::io::stderr(), "{}", said.get(Lang::En));
    ExitCode::from(2)
}
