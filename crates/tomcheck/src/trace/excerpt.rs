//! What do some lines of a log say, word for word?

use std::io::{self, BufRead, BufReader, Read};

use super::Input;
use super::encoding::text;
use super::source::{self, Kind};

/// Some lines of a log.
#[derive(Debug, Default)]
pub(crate) struct Excerpt {
    /// The number of each, from 1, and what it says.
    pub(crate) lines: Vec<(u64, String)>,
    /// Whether more were wanted than fit.
    pub(crate) is_cut: bool,
}

/// What is kept of one line.
const LONGEST: usize = 16 << 10;
/// What is kept of one log.
const MOST: usize = 512 << 10;

/// The lines that are `wanted`, as text whatever the file's encoding, compressed or not; none: it
/// is no text. Blocks until the file is read.
pub(crate) fn excerpt(input: &Input, wanted: impl Fn(u64) -> bool) -> io::Result<Option<Excerpt>> {
    match source::open(input)?.kind {
        Kind::Places { file, .. } => lines(BufReader::new(file), wanted).map(Some),
        Kind::Stream(stream) => lines(BufReader::new(stream), wanted).map(Some),
        Kind::Binary(_) | Kind::Events { .. } => Ok(None),
    }
}

fn lines(mut reader: impl BufRead, wanted: impl Fn(u64) -> bool) -> io::Result<Excerpt> {
    let mut excerpt = Excerpt::default();
    let mut kept = 0;
    for number in 1.. {
        let mut line = Vec::new();
        let limit = LONGEST as u64;
        if reader.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if !line.ends_with(b"\n") {
            skip_to_end_of_line(&mut reader)?;
        }
        if !wanted(number) {
            continue;
        }
        kept += line.len();
        if kept > MOST {
            excerpt.is_cut = true;
            break;
        }
        let line = text(&line);
        let line: String = line.trim_end().chars().map(plain).collect();
        excerpt.lines.push((number, line));
    }
    Ok(excerpt)
}

/// What would move somebody's cursor is shown as a blank.
fn plain(c: char) -> char {
    if c.is_control() && c != '\t' { ' ' } else { c }
}

fn skip_to_end_of_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let (length, is_end) = (buffer.len(), end.is_some() || buffer.is_empty());
        reader.consume(end.map_or(length, |end| end + 1));
        if is_end {
            return Ok(());
        }
    }
}
