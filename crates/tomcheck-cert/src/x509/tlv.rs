//! Where does an element of DER end, and what is in it?

/// The tag and the size of the header and of the content behind it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Header {
    pub(crate) tag: u8,
    pub(crate) header: usize,
    pub(crate) content: u64,
}

impl Header {
    /// Of the element `bytes` begins with; none: too few bytes, or no DER.
    /// Source: X.690 §8.1.3, §10.1; tags above 30 occur in no list.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let (&tag, &first) = (bytes.first()?, bytes.get(1)?);
        if tag & 0x1F == 0x1F {
            return None;
        }
        if first < 0x80 {
            return Some(Self {
                tag,
                header: 2,
                content: u64::from(first),
            });
        }
        let count = usize::from(first & 0x7F);
        if count == 0 || count > 4 {
            return None;
        }
        let octets = bytes.get(2..2 + count)?;
        let content = octets
            .iter()
            .fold(0, |sum, octet| sum << 8 | u64::from(*octet));
        Some(Self {
            tag,
            header: 2 + count,
            content,
        })
    }

    pub(crate) fn size(&self) -> u64 {
        self.header as u64 + self.content
    }
}

/// The content of the element that all of `bytes` is.
pub(crate) fn content(bytes: &[u8]) -> Option<&[u8]> {
    let header = Header::of(bytes)?;
    let content = bytes.get(header.header..)?;
    (content.len() as u64 == header.content).then_some(content)
}

/// The first element of `bytes`, whole, and what is behind it.
pub(crate) fn first(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let size = usize::try_from(Header::of(bytes)?.size()).ok()?;
    bytes.split_at_checked(size)
}

/// An element: its tag and its content.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
}

/// Takes one element after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether nothing is left.
    pub(crate) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    /// What was not taken yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next element; none, and nothing taken: there is none, or it is cut short.
    pub(crate) fn element(&mut self) -> Option<Element<'a>> {
        let header = Header::of(self.0)?;
        let (_, behind) = self.0.split_at_checked(header.header)?;
        let (content, rest) = behind.split_at_checked(usize::try_from(header.content).ok()?)?;
        self.0 = rest;
        let tag = header.tag;
        Some(Element { tag, content })
    }

    /// The content of the next element where that has this tag; else none, and nothing taken.
    pub(crate) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.0.first() != Some(&tag) {
            return None;
        }
        self.element().map(|element| element.content)
    }
}

/// The content of the element of this tag that `bytes` begins with.
pub(crate) fn within(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    Reader::of(bytes).take(tag)
}

/// The elements of `bytes` to its end; one that is none ends it with a `None`.
pub(crate) fn each(bytes: &[u8]) -> impl Iterator<Item = Option<Element<'_>>> {
    let mut reader = Reader::of(bytes);
    std::iter::from_fn(move || {
        if reader.is_done() {
            return None;
        }
        let element = reader.element();
        if element.is_none() {
            reader = Reader::of(&[]);
        }
        Some(element)
    })
}

/// The contents of `bytes`, every one an element of this tag; none: another is among them.
pub(crate) fn all(bytes: &[u8], tag: u8) -> impl Iterator<Item = Option<&[u8]>> {
    each(bytes).map(move |element| {
        let element = element.filter(|element| element.tag == tag)?;
        Some(element.content)
    })
}

/// Universal tags, and those of a context. Source: X.680 §8.4, X.690 §8.1.2.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;

    /// `[number]`, holding bytes.
    pub(crate) const fn primitive(number: u8) -> u8 {
        0x80 | number
    }

    /// `[number]`, holding elements.
    pub(crate) const fn constructed(number: u8) -> u8 {
        0xA0 | number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_taken_one_by_one_and_one_cut_short_is_not_passed_over() {
        let mut reader = Reader::of(&[2, 1, 7, 4, 2, 8]);
        assert_eq!(reader.take(tag::OCTET_STRING), None, "another tag");
        assert_eq!(reader.take(tag::INTEGER), Some([7].as_slice()));
        assert_eq!(reader.take(tag::OCTET_STRING), None, "cut short");
        assert_eq!(reader.rest(), [4, 2, 8]);
        let seen: Vec<_> = all(&[2, 1, 7, 4, 2, 8], tag::INTEGER).collect();
        assert_eq!(seen, [Some([7].as_slice()), None]);
        assert_eq!(
            within(&[0x30, 0x81, 1, 9], tag::SEQUENCE),
            Some([9].as_slice())
        );
    }
}
