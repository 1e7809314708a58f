//! How does the binary form of an event become text?

use std::ops::Range;

use super::value::{self, Value};
use super::word;

/// No event is nested deeper: elements, and events in the values of events.
const DEEPEST: usize = 64;
const MOST_NESTED: usize = 8;
/// Letters and tokens that one chunk may unfold to: a template is written once and used often, and
/// nothing keeps a forged one from being long.
const MOST_TEXT: usize = 4 << 20;
const MOST_TOKENS: usize = 1 << 17;
/// No name is longer: in letters.
const LONGEST_NAME: usize = 256;

/// The text of a chunk's events so far.
pub(super) struct Unfolded<'a> {
    chunk: &'a [u8],
    text: String,
    tokens: usize,
}

/// Why an event cannot be read to its end.
struct Broken;

type Step<T> = Result<T, Broken>;

/// The values that a template is filled with, and where they stand.
type Values = Vec<(u8, Range<usize>)>;

impl<'a> Unfolded<'a> {
    pub(super) const fn new(chunk: &'a [u8]) -> Self {
        Self {
            chunk,
            text: String::new(),
            tokens: 0,
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Adds the event that stands there as one line; what could be read of it, if it is broken.
    pub(super) fn event(&mut self, place: Range<usize>) -> bool {
        let mut reader = Reader {
            place,
            is_in_template: false,
        };
        let outcome = self.fragment(&mut reader, &Values::new(), 0);
        self.text.push('\n');
        outcome.is_ok()
    }

    /// Tokens up to the end of the fragment.
    fn fragment(&mut self, reader: &mut Reader, values: &Values, depth: usize) -> Step<()> {
        let mut open = Elements::default();
        while let Some(token) = reader.byte(self.chunk) {
            self.tokens += 1;
            if self.tokens > MOST_TOKENS || self.text.len() > MOST_TEXT {
                return Err(Broken);
            }
            // the other bits tell what follows
            match token & 0x0f {
                0x00 => break,
                0x01 => self.open(reader, &mut open, token & 0x40 != 0)?,
                0x02 => open.begin(&mut self.text),
                0x03 => open.end_empty(&mut self.text),
                0x04 => open.end(&mut self.text)?,
                0x05 => self.text_value(reader)?,
                0x06 => {
                    let name = reader.name(self.chunk)?;
                    open.attribute(&mut self.text, &name);
                }
                0x07 => self.counted_text(reader)?,
                0x08 => {
                    let letter = reader.short(self.chunk)?;
                    value::push_utf16(&mut self.text, &letter.to_le_bytes());
                }
                0x09 => {
                    let name = reader.name(self.chunk)?;
                    self.text.push_str(&format!("&{name};"));
                }
                0x0a => drop(reader.name(self.chunk)?),
                0x0b => {
                    let length = 2 * usize::from(reader.short(self.chunk)?);
                    reader.skip(length)?;
                }
                0x0c => self.template(reader, depth)?,
                0x0d | 0x0e => self.substitution(reader, values, depth)?,
                // 0x0f: the fragment's header
                _ => reader.skip(3)?,
            }
        }
        open.end_all(&mut self.text);
        Ok(())
    }

    fn open(&mut self, reader: &mut Reader, open: &mut Elements, has_attributes: bool) -> Step<()> {
        if reader.is_in_template {
            reader.skip(2)?;
        }
        reader.skip(4)?;
        let name = reader.name(self.chunk)?;
        if has_attributes {
            reader.skip(4)?;
        }
        open.open(&mut self.text, name)
    }

    fn text_value(&mut self, reader: &mut Reader) -> Step<()> {
        // a text is of one type only
        match reader.byte(self.chunk) {
            Some(0x01) => self.counted_text(reader),
            _ => Err(Broken),
        }
    }

    fn counted_text(&mut self, reader: &mut Reader) -> Step<()> {
        let length = 2 * usize::from(reader.short(self.chunk)?);
        let bytes = reader.take(self.chunk, length)?;
        value::push_utf16(&mut self.text, bytes);
        Ok(())
    }

    fn template(&mut self, reader: &mut Reader, depth: usize) -> Step<()> {
        reader.skip(5)?;
        let definition = reader.word(self.chunk)? as usize;
        let content = definition.checked_add(TEMPLATE_HEADER).ok_or(Broken)?;
        let length = word(self.chunk, content - 4).ok_or(Broken)? as usize;
        // the first event that needs it brings it along
        if definition == reader.place.start {
            reader.skip(TEMPLATE_HEADER)?;
            reader.skip(length)?;
        }
        let values = reader.values(self.chunk)?;
        self.tokens += values.len();
        let end = content.checked_add(length).ok_or(Broken)?;
        let mut content = Reader {
            place: content..end.min(self.chunk.len()),
            is_in_template: true,
        };
        self.nested(&mut content, &values, depth)
    }

    fn nested(&mut self, reader: &mut Reader, values: &Values, depth: usize) -> Step<()> {
        if depth >= MOST_NESTED {
            return Err(Broken);
        }
        self.fragment(reader, values, depth + 1)
    }

    fn substitution(&mut self, reader: &mut Reader, values: &Values, depth: usize) -> Step<()> {
        let number = reader.short(self.chunk)?;
        reader.skip(1)?;
        let Some((kind, place)) = values.get(usize::from(number)) else {
            return Ok(());
        };
        if *kind == value::BINXML {
            let mut reader = Reader {
                place: place.clone(),
                is_in_template: false,
            };
            return self.nested(&mut reader, &Values::new(), depth);
        }
        let bytes = self.chunk.get(place.clone()).ok_or(Broken)?;
        Value { kind: *kind, bytes }.push(&mut self.text);
        Ok(())
    }
}

/// Where the next template is, its identifier, and its length.
const TEMPLATE_HEADER: usize = 24;

/// Where in the chunk is read.
struct Reader {
    place: Range<usize>,
    /// Only there elements have the number of the value they depend on.
    is_in_template: bool,
}

impl Reader {
    fn skip(&mut self, length: usize) -> Step<()> {
        let next = self.place.start.checked_add(length).ok_or(Broken)?;
        (next <= self.place.end).then_some(()).ok_or(Broken)?;
        self.place.start = next;
        Ok(())
    }

    fn take<'c>(&mut self, chunk: &'c [u8], length: usize) -> Step<&'c [u8]> {
        let begin = self.place.start;
        self.skip(length)?;
        chunk.get(begin..self.place.start).ok_or(Broken)
    }

    fn byte(&mut self, chunk: &[u8]) -> Option<u8> {
        self.take(chunk, 1).ok()?.first().copied()
    }

    fn short(&mut self, chunk: &[u8]) -> Step<u16> {
        let bytes = self.take(chunk, 2)?.try_into().map_err(|_| Broken)?;
        Ok(u16::from_le_bytes(bytes))
    }

    fn word(&mut self, chunk: &[u8]) -> Step<u32> {
        let bytes = self.take(chunk, 4)?.try_into().map_err(|_| Broken)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// A name: where it stands is told, and it stands right behind that where it was not used
    /// before.
    fn name(&mut self, chunk: &[u8]) -> Step<String> {
        let at = self.word(chunk)? as usize;
        let mut name = Self {
            place: at.checked_add(6).ok_or(Broken)?..chunk.len(),
            is_in_template: false,
        };
        let length = usize::from(name.short(chunk)?);
        (length <= LONGEST_NAME).then_some(()).ok_or(Broken)?;
        let length = 2 * length;
        let text = name.take(chunk, length)?;
        if at == self.place.start {
            self.skip(NAME_FRAME + length)?;
        }
        let mut letters = String::new();
        value::push_utf16(&mut letters, text);
        Ok(letters)
    }

    fn values(&mut self, chunk: &[u8]) -> Step<Values> {
        let count = self.word(chunk)? as usize;
        // four bytes describe each
        let mut descriptions = self.take(chunk, count.checked_mul(4).ok_or(Broken)?)?;
        let mut values = Values::new();
        while let [low, high, kind, _, rest @ ..] = descriptions {
            let begin = self.place.start;
            self.skip(usize::from(u16::from_le_bytes([*low, *high])))?;
            values.push((*kind, begin..self.place.start));
            descriptions = rest;
        }
        Ok(values)
    }
}

/// What stands around the letters of a name: the next one, its hash and length, and a zero.
const NAME_FRAME: usize = 10;

/// The elements that are open, and the attribute that is.
#[derive(Default)]
struct Elements {
    names: Vec<String>,
    is_in_attribute: bool,
}

impl Elements {
    fn open(&mut self, text: &mut String, name: String) -> Step<()> {
        (self.names.len() < DEEPEST).then_some(()).ok_or(Broken)?;
        text.push('<');
        text.push_str(&name);
        self.names.push(name);
        Ok(())
    }

    fn attribute(&mut self, text: &mut String, name: &str) {
        self.end_attribute(text);
        self.is_in_attribute = true;
        text.push(' ');
        text.push_str(name);
        text.push_str("='");
    }

    fn end_attribute(&mut self, text: &mut String) {
        if std::mem::take(&mut self.is_in_attribute) {
            text.push('\'');
        }
    }

    fn begin(&mut self, text: &mut String) {
        self.end_attribute(text);
        text.push('>');
    }

    fn end_empty(&mut self, text: &mut String) {
        self.end_attribute(text);
        text.push_str("/>");
        self.names.pop();
    }

    fn end(&mut self, text: &mut String) -> Step<()> {
        let name = self.names.pop().ok_or(Broken)?;
        text.push_str("</");
        text.push_str(&name);
        text.push('>');
        Ok(())
    }

    fn end_all(&mut self, text: &mut String) {
        while self.end(text).is_ok() {}
    }
}
