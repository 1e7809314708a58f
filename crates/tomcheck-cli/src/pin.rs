//! Where does the code porteur come from? Never from arguments, never from the environment.

use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tomcheck::{GivenPin, Lang, Pin, PinEntry};
use zeroize::Zeroizing;

/// More than any code porteur, and little to keep in memory by mistake.
const MOST: u64 = 64;

/// The code that was typed or handed over; a reader with keys of its own gets none.
pub(crate) struct Entry {
    given: GivenPin,
    lang: Lang,
}

impl Entry {
    pub(crate) fn new(code: Pin, lang: Lang) -> Self {
        Self {
            given: GivenPin::new(code),
            lang,
        }
    }
}

impl PinEntry for Entry {
    fn enter(&self) -> Option<Pin> {
        self.given.enter()
    }

    fn enter_on_reader(&self, limit: Duration) -> bool {
        let seconds = limit.as_secs();
        let line = match self.lang {
            Lang::Fr => format!(
                "Tapez maintenant le code porteur sur les touches du lecteur (vous avez {seconds} secondes), puis validez."
            ),
            Lang::En => format!(
                "Now type the code porteur (PIN) on the keys of the reader (you have {seconds} seconds), then confirm."
            ),
        };
        writeln!(io::stderr(), "\n{line}").is_ok()
    }
}

/// Reads the code from a file descriptor that the caller opened: 0 is standard input. Reads to
/// the end of the line; a caller that keeps its pipe open and silent is waited for no longer
/// than `limit`.
///
/// # Errors
///
/// When the descriptor cannot be read, or says nothing in time.
pub(crate) fn from_descriptor(number: u32, limit: Duration) -> io::Result<Zeroizing<String>> {
    let (sender, receiver) = mpsc::channel();
    // A read cannot be interrupted: the thread ends with the process.
    thread::spawn(move || {
        let _ = sender.send(read(number));
    });
    receiver
        .recv_timeout(limit)
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn read(number: u32) -> io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(Vec::with_capacity(64));
    match number {
        0 => io::stdin().lock().take(MOST).read_until(b'\n', &mut line)?,
        // Unbuffered, so that no copy of the code stays in a buffer.
        _ => read_line(&mut open(number)?, &mut line)?,
    };
    let text = std::str::from_utf8(&line).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Zeroizing::new(
        text.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}

fn read_line(file: &mut File, line: &mut Vec<u8>) -> io::Result<usize> {
    let mut byte = [0];
    while (line.len() as u64) < MOST && file.read(&mut byte)? == 1 && byte != *b"\n" {
        line.extend_from_slice(&byte);
    }
    Ok(line.len())
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

/// Asks for the code on the terminal, without showing it.
///
/// Before anything is looked at, so that the time a person takes to find the letter is taken
/// from nobody's deadline; the card gets the code only when it is known to be ready for it.
///
/// # Errors
///
/// When there is no terminal to ask on.
pub(crate) fn from_terminal(lang: Lang) -> io::Result<Zeroizing<String>> {
    let question = match lang {
        Lang::Fr => "Code porteur (ne s'affiche pas) : ",
        Lang::En => "Code porteur (PIN, not shown): ",
    };
    rpassword::prompt_password(question).map(Zeroizing::new)
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
