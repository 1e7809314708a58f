//! Where does the code porteur come from? Never from arguments, never from the environment.

use std::fs::File;
use std::io::{self, Read};

use tomcheck::{Lang, Pin, PinEntry};
use zeroize::Zeroizing;

/// More than any code porteur, and little to keep in memory by mistake.
const MOST: u64 = 64;

/// Reads the code from a file descriptor that the caller opened: 0 is standard input.
///
/// # Errors
///
/// When the descriptor cannot be read.
pub(crate) fn from_descriptor(number: u32) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64));
    match number {
        0 => io::stdin().lock().take(MOST).read_to_end(&mut bytes)?,
        _ => open(number)?.take(MOST).read_to_end(&mut bytes)?,
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}

#[cfg(unix)]
fn open(number: u32) -> io::Result<File> {
    File::open(format!("/dev/fd/{number}"))
}

/// Windows hands no numbered descriptors over to programs: only standard input can be used.
#[cfg(not(unix))]
fn open(_number: u32) -> io::Result<File> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Asks for the code on the terminal, once, when the card is known to be ready for it.
pub(crate) struct Prompt {
    pub(crate) lang: Lang,
}

impl PinEntry for Prompt {
    fn enter(&self) -> Option<Pin> {
        let question = match self.lang {
            Lang::Fr => "Code porteur (ne s'affiche pas) : ",
            Lang::En => "Code porteur (PIN, not shown): ",
        };
        let typed = Zeroizing::new(rpassword::prompt_password(question).ok()?);
        checked(&typed)
    }
}

/// A code porteur as CPS-Gestion takes it; none for anything else, so that a slip of the
/// finger never reaches the card.
pub(crate) fn checked(typed: &str) -> Option<Pin> {
    Pin::parse(typed.trim().as_bytes().to_vec()).ok()
}

/// What a code porteur looks like.
pub(crate) const fn shape(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => {
            "un code porteur compte quatre à huit chiffres ; rien n'a été présenté à la carte"
        }
        Lang::En => {
            "a code porteur (PIN) has four to eight digits; nothing was presented to the card"
        }
    }
}

#[test]
fn only_four_to_eight_digits_reach_the_card() {
    assert!(checked("1234").is_some() && checked("12345678\n").is_some());
    for wrong in ["", "123", "123456789", "12a4", "１２３４"] {
        assert!(checked(wrong).is_none(), "{wrong}");
    }
}
