//! How does the text reach the terminal or the file?

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use tomcheck::{Paint, TextStyle, Tone};

use crate::args::Typed;
use crate::replace;

/// Where the report goes, and how it should look there.
pub(crate) struct Output {
    file: Option<PathBuf>,
    colour: bool,
    pub(crate) style: TextStyle,
}

impl Output {
    pub(crate) fn new(typed: &Typed<'_>) -> Self {
        let file = typed.path("output");
        let terminal = file.is_none() && io::stdout().is_terminal();
        let colour = match typed.value("color") {
            // what a file wants of every run does not overrule NO_COLOR, nor colour what is kept
            Some("always") if !typed.is_of_a_file("color") => true,
            Some("never") => false,
            _ => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let style = TextStyle {
            ascii: typed.has("ascii"),
            verbose: typed.has("verbose"),
            width: width(),
        };
        Self {
            file,
            colour,
            style,
        }
    }

    /// Writes the whole text. A reader that went away (`tomcheck | head`) is no error.
    pub(crate) fn write(&self, text: &[u8]) -> io::Result<()> {
        let Some(file) = &self.file else {
            let mut stdout = io::stdout().lock();
            let written = stdout.write_all(text).and_then(|()| stdout.flush());
            return written.or_else(forgive_closed_pipe);
        };
        replace::report(file, text)
    }

    /// Where lines go one by one: behind what the file holds already, or to standard output.
    pub(crate) fn lines(&self) -> io::Result<Lines> {
        let Some(file) = &self.file else {
            return Ok(Lines(Box::new(io::stdout())));
        };
        Ok(Lines(Box::new(replace::added_to(file)?)))
    }

    pub(crate) fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }
}

/// Takes lines as they come.
pub(crate) struct Lines(Box<dyn Write + Send>);

impl Lines {
    /// Writes whole lines at once; false where whoever read them went away.
    pub(crate) fn write(&mut self, lines: &str) -> io::Result<bool> {
        let written = self.0.write_all(lines.as_bytes());
        match written.and_then(|()| self.0.flush()) {
            Ok(()) => Ok(true),
            Err(error) => forgive_closed_pipe(error).map(|()| false),
        }
    }
}

impl Paint for Output {
    fn paint(&self, tone: Tone, text: &str) -> String {
        if !self.colour {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Good => "32",
            Tone::Warning => "33",
            Tone::Bad => "1;31",
            Tone::Faint => "2",
            Tone::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// ERROR_NO_DATA 232 and ERROR_PIPE_NOT_CONNECTED 233 are how Windows says "broken pipe".
fn forgive_closed_pipe(error: io::Error) -> io::Result<()> {
    let closed = error.kind() == io::ErrorKind::BrokenPipe
        || (cfg!(windows) && matches!(error.raw_os_error(), Some(232 | 233)));
    if closed { Ok(()) } else { Err(error) }
}

/// What the shell says, else what the terminal says.
fn width() -> usize {
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    columns
        .or_else(terminal_width)
        .unwrap_or(100)
        .clamp(40, 120)
}

#[cfg(unix)]
fn terminal_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
    // A terminal that does not know says 0.
    Some(size.ws_col.into()).filter(|width| *width > 0)
}

#[cfg(not(unix))]
fn terminal_width() -> Option<usize> {
    None
}
