//! What does this answer to reset say?
//!
//! `cargo run -p tomcheck-reader --example explain_atr 3BAC00402A001225006480000310009000`

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use std::error::Error;

use tomcheck_reader::{Atr, AtrError, CardKind};

fn main() -> Result<(), Box<dyn Error>> {
    let text: Vec<String> = std::env::args().skip(1).collect();
    let atr: Atr = text
        .join(" ")
        .parse()
        .map_err(|error: AtrError| error.to_string())?;
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
    Ok(())
}
