//! What does this answer to reset say?
//!
//! `cargo run -p tomcheck-reader --example explain_atr 3BAC00402A001225006480000310009000`

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use std::error::Error;

use tomcheck_diagnosis::Lang;
use tomcheck_reader::{AtrBytes, AtrError, AtrExplanation, CardKind};

fn main() -> Result<(), Box<dyn Error>> {
    let text: Vec<String> = std::env::args().skip(1).collect();
    let said = |error: AtrError| error.sentence().get(Lang::En).to_owned();
    let bytes: AtrBytes = text.join(" ").parse().map_err(said)?;
    println!("{bytes}: {:?}", CardKind::of(&bytes));
    let explained = AtrExplanation::of(&bytes);
    for part in &explained.parts {
        let (bytes, meaning) = (part.hexadecimal(), part.meaning.get(Lang::En));
        println!("{:2} {:8} {bytes}: {meaning}", part.position, part.name);
    }
    match explained.error {
        None => Ok(()),
        Some(error) => Err(said(error).into()),
    }
}
