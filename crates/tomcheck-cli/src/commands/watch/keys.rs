//! What does the person at the keyboard want?

use std::io::{self, BufRead, IsTerminal};
use std::thread;

use tokio::sync::mpsc::{self, Receiver, Sender};
use tomcheck::{Lang, Mode};

use super::ending::is_in_foreground;
use super::live::{Told, keys_said};
use crate::output::Output;

/// One line typed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Key {
    /// Read again.
    Refresh,
    /// End.
    Quit,
    /// Nothing we know.
    Other,
    /// There is no more input.
    End,
}

/// The lines typed; none ever where nobody is asked.
pub(super) struct Keys(Option<Receiver<Key>>);

impl Keys {
    /// By hand they are read wherever they come from; else only from a person who sees what
    /// they do, so that nothing is taken from the input of a script, nor from a shell that has
    /// put us into the background.
    pub(super) fn of(mode: Mode, told: &Told, output: &Output, lang: Lang, quiet: bool) -> Self {
        let (stdin, stdout) = (io::stdin().is_terminal(), io::stdout().is_terminal());
        let is_read = match (mode, told) {
            (Mode::Manual, _) => true,
            (_, Told::Json) => false,
            (_, Told::Text(_)) => stdin && stdout && output.file().is_none() && is_in_foreground(),
        };
        if !is_read {
            return Self(None);
        }
        if stdin && !quiet {
            keys_said(lang);
        }
        let (sender, receiver) = mpsc::channel(1);
        // A read cannot be interrupted: the thread ends with the process. Without room for one
        // more thread there are no keys.
        let _ = thread::Builder::new()
            .name("tomcheck-keys".to_owned())
            .spawn(move || read(&mut io::stdin().lock(), &sender));
        Self(Some(receiver))
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Key {
        match &mut self.0 {
            Some(keys) => keys.recv().await.unwrap_or(Key::End),
            None => std::future::pending().await,
        }
    }
}

fn read(input: &mut dyn BufRead, keys: &Sender<Key>) {
    while let Ok(Some(key)) = next(input) {
        if keys.blocking_send(key).is_err() {
            break;
        }
    }
}

/// The next line as a key; only its first bytes are kept, however long it is.
fn next(input: &mut dyn BufRead) -> io::Result<Option<Key>> {
    let mut line = Vec::new();
    let mut is_end = true;
    loop {
        let bytes = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            bytes => bytes?,
        };
        if bytes.is_empty() {
            return Ok((!is_end).then(|| key(&line)));
        }
        is_end = false;
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let room = LONGEST - line.len();
        line.extend(bytes.iter().take(end.unwrap_or(bytes.len())).take(room));
        let used = end.map_or(bytes.len(), |end| end + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(Some(key(&line)));
        }
    }
}

fn key(line: &[u8]) -> Key {
    match line.trim_ascii() {
        b"" | b"r" | b"R" => Key::Refresh,
        b"q" | b"Q" => Key::Quit,
        _ => Key::Other,
    }
}

/// No key is longer.
const LONGEST: usize = 16;

#[test]
fn a_line_is_a_key_whatever_it_holds_and_however_long_it_is() {
    let long = [b'r'; 100_000];
    let mut input = Vec::from(b"\nr\r\n  q \nreader\n\xff\xfe\n");
    input.extend(long);
    input.extend(b"\nq");
    let mut input = &mut &input[..];
    let mut keys = Vec::new();
    while let Some(key) = next(&mut input).unwrap() {
        keys.push(key);
    }
    use Key::{Other, Quit, Refresh};
    assert_eq!(keys, [Refresh, Refresh, Quit, Other, Other, Other, Quit]);
}
