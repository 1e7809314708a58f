//! What do the binary proxy settings of Windows say?
//!
//! `DefaultConnectionSettings` (WinINET) and `WinHttpSettings` are laid out alike: four bytes of
//! version, four of how often it was written, four of flags, then texts, each after its length.
//! All numbers are little-endian. Nothing of this is documented by Microsoft: the layout was
//! seen on Windows and is what `netsh winhttp` and Wine write.

/// Such a value, read as far as it goes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Blob {
    pub(crate) flags: u32,
    pub(crate) proxy: String,
    pub(crate) bypass: String,
    pub(crate) script: String,
}

impl Blob {
    /// A proxy is set.
    pub(crate) const PROXY: u32 = 2;
    /// A script is set.
    pub(crate) const SCRIPT: u32 = 4;
    /// A script is to be looked for in the network.
    pub(crate) const AUTO_DETECT: u32 = 8;

    /// None where there are not even flags. A text cut short, or longer than the value, is empty.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.get(8..)?;
        let flags = number(&mut rest)?;
        Some(Self {
            flags,
            proxy: text(&mut rest).unwrap_or_default(),
            bypass: text(&mut rest).unwrap_or_default(),
            script: text(&mut rest).unwrap_or_default(),
        })
    }

    pub(crate) const fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(u32::from_le_bytes(*head))
}

fn text(rest: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(number(rest)?).ok()?;
    let (text, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// As Windows writes one.
    pub(crate) fn written(flags: u32, texts: &[&str]) -> Vec<u8> {
        let mut bytes = [0x46_u32, 7, flags].map(u32::to_le_bytes).concat();
        for text in texts {
            bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
            bytes.extend(text.bytes());
        }
        bytes.extend([0; 32]);
        bytes
    }

    #[test]
    fn flags_and_texts_are_read_in_their_order() {
        let bytes = written(0x0F, &["proxy:8080", "*.lan;<local>", "http://wpad/p.pac"]);
        let blob = Blob::parse(&bytes).unwrap();
        assert!(blob.has(Blob::PROXY) && blob.has(Blob::SCRIPT) && blob.has(Blob::AUTO_DETECT));
        assert_eq!(blob.proxy, "proxy:8080");
        assert_eq!(blob.bypass, "*.lan;<local>");
        assert_eq!(blob.script, "http://wpad/p.pac");
    }

    #[test]
    fn a_value_cut_short_is_read_as_far_as_it_goes() {
        let bytes = written(3, &["proxy:8080", "*.lan"]);
        let blob = Blob::parse(&bytes[..16 + 10 + 4 + 2]).unwrap();
        assert_eq!(
            (blob.proxy.as_str(), blob.bypass.as_str()),
            ("proxy:8080", "")
        );
        assert_eq!(Blob::parse(&bytes[..11]), None);
        let boasting = [&bytes[..12], &[0xFF; 8]].concat();
        assert_eq!(Blob::parse(&boasting).unwrap().proxy, "");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(0_u8.., 0..80)) {
            let held = Blob::parse(&bytes).map(|blob| blob.proxy.len() + blob.bypass.len());
            proptest::prop_assert!(held.unwrap_or(0) <= bytes.len() * 3);
        }
    }
}
