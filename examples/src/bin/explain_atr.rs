//! What does this answer to reset say?
//!
//! ```console
//! $ cargo run -p tomcheck-examples --bin explain_atr 3BAC00402A001225006480000310009000
//! ```
//!
//! Exit status: 0 explained, 2 it is no answer to reset.

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use std::io::Write;
use std::process::ExitCode;

use tomcheck_reader::{Atr, AtrError, CardKind};

fn main() -> ExitCode {
    let text: Vec<String> = std::env::args().skip(1).collect();
    let read: Result<Atr, AtrError> = text.join(" ").parse();
    match read {
        Ok(atr) => {
            explain(&atr);
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

fn explain(atr: &Atr) {
    println!("{}: {:?}", atr.bytes(), CardKind::of(atr.bytes()));
    for byte in atr.interface() {
        println!("T{}{} = {:02X}", byte.letter, byte.level, byte.value);
    }
    println!("protocols T={:?}", atr.protocols());
    println!("historical bytes {:02X?}", atr.historical());
    match atr.check_byte() {
        Some(check) => println!("check byte {check:02X}"),
        None => println!("no check byte: T=0 only"),
    }
}
