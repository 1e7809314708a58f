//! Where does an element of DER end?

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
