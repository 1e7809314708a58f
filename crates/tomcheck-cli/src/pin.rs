//! Where does the code porteur come from? Never from arguments, never from the environment.

use std::fs::File;
use std::io::{self, BufRead, Read, Write};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use tomcheck::{GivenPin, Lang, Pin, PinEntry, spoken};
use zeroize::Zeroizing;

use crate::progress::Line;
use crate::terminal;

/// More than any code porteur, and little to keep in memory by mistake.
const MOST: u64 = 64;

/// Where the code comes from once the card is ready for it; a reader with keys of its own gets
/// none from here.
pub(crate) struct Entry {
    source: Source,
    line: Arc<Line>,
    lang: Lang,
}

enum Source {
    Given(GivenPin),
    /// Asked for only then: before, nobody knows on which keys it is to be typed.
    Terminal,
}

impl Entry {
    /// The code that was handed over.
    pub(crate) fn given(code: Pin, line: Arc<Line>, lang: Lang) -> Self {
        let source = Source::Given(GivenPin::new(code));
        Self { source, line, lang }
    }

    /// To be typed on the terminal.
    ///
    /// # Errors
    ///
    /// When there is none to ask on.
    pub(crate) fn at_terminal(line: Arc<Line>, lang: Lang) -> io::Result<Self> {
        terminal::open()?;
        let source = Source::Terminal;
        Ok(Self { source, line, lang })
    }

    /// A slip of the finger is told, and not asked about again: the diagnosis goes on without.
    fn typed(&self) -> Option<Pin> {
        match from_terminal(self.lang) {
            Ok(typed) => checked(&typed).or_else(|| {
                say(shape(self.lang));
                None
            }),
            // Ctrl-C, of which whoever listens to signals hears too
            Err(error) if error.kind() == io::ErrorKind::Interrupted => None,
            Err(error) => {
                say(&unreadable(&error, self.lang));
                None
            }
        }
    }
}

impl PinEntry for Entry {
    fn enter(&self) -> Option<Pin> {
        match &self.source {
            Source::Given(given) => given.enter(),
            Source::Terminal => self.line.aside(|| self.typed()),
        }
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
        self.line.aside(|| writeln!(io::stderr(), "{line}").is_ok())
    }
}

fn say(line: &str) {
    let _ = writeln!(io::stderr(), "tomcheck: {line}");
}

/// Why no code can be had.
pub(crate) fn unreadable(error: &io::Error, lang: Lang) -> String {
    let error = spoken(error, lang);
    match lang {
        Lang::Fr => format!("le code porteur ne peut pas être lu ici ({error})"),
        Lang::En => format!("the code porteur (PIN) cannot be read here ({error})"),
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
    secret_from_descriptor(number, MOST, limit)
}

/// The same for a line of at most so many bytes.
///
/// # Errors
///
/// As [`from_descriptor`].
pub(crate) fn secret_from_descriptor(
    number: u32,
    most: u64,
    limit: Duration,
) -> io::Result<Zeroizing<String>> {
    let (sender, receiver) = mpsc::channel();
    // A read cannot be interrupted: the thread ends with the process.
    thread::spawn(move || {
        let _ = sender.send(read(number, most));
    });
    receiver
        .recv_timeout(limit)
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

fn read(number: u32, most: u64) -> io::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(Vec::with_capacity(64));
    match number {
        0 => io::stdin().lock().take(most).read_until(b'\n', &mut line)?,
        // Unbuffered, so that no copy of the code stays in a buffer.
        _ => read_line(&mut open(number)?, most, &mut line)?,
    };
    let text = std::str::from_utf8(&line).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Zeroizing::new(
        text.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}

fn read_line(file: &mut File, most: u64, line: &mut Vec<u8>) -> io::Result<usize> {
    let mut byte = [0];
    while (line.len() as u64) < most && file.read(&mut byte)? == 1 && byte != *b"\n" {
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
/// # Errors
///
/// When there is no terminal to ask on.
fn from_terminal(lang: Lang) -> io::Result<Zeroizing<String>> {
    let question = match lang {
        Lang::Fr => "Code porteur (ne s'affiche pas) : ",
        Lang::En => "Code porteur (PIN, not shown): ",
    };
    let _kept = terminal::keep();
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
