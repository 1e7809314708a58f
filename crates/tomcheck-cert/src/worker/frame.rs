//! Where does one message end and the next begin?

use std::io::{self, ErrorKind, Read, Write};

use zeroize::Zeroizing;

/// The most bytes a message may have: a token's 32 certificates of 16 KiB, in hexadecimal.
/// Whoever promises more is no partner of ours.
pub(crate) const MOST: usize = 1 << 21;

/// Writes `payload` behind its length (4 bytes, big-endian), and flushes.
///
/// # Errors
///
/// `InvalidInput` when it is longer than [`MOST`]: nothing is written then.
pub(crate) fn write(out: &mut impl Write, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).ok();
    let Some(length) = length.filter(|_| payload.len() <= MOST) else {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "a message is too long",
        ));
    };
    // in one piece: whoever reads is woken once
    let mut message = Zeroizing::new(Vec::with_capacity(HEAD + payload.len()));
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(payload);
    out.write_all(&message)?;
    out.flush()
}

/// Reads one payload; none when the other side closed between two messages. The memory is
/// wiped when dropped: a payload may be a code porteur.
///
/// # Errors
///
/// `InvalidData` when a longer one than [`MOST`] is promised, before any of it is read;
/// `UnexpectedEof` when it ends under way.
pub(crate) fn read(from: &mut impl Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let Some(length) = read_length(from)? else {
        return Ok(None);
    };
    if length > MOST {
        return Err(io::Error::new(
            ErrorKind::InvalidData,
            "a message is too long",
        ));
    }
    let mut payload = Zeroizing::new(vec![0; length]);
    from.read_exact(&mut payload)?;
    Ok(Some(payload))
}

fn read_length(from: &mut impl Read) -> io::Result<Option<usize>> {
    let mut length = [0; HEAD];
    let seen = loop {
        match from.read(&mut length) {
            Ok(0) => return Ok(None),
            Ok(seen) => break seen,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    };
    from.read_exact(length.get_mut(seen..).unwrap_or_default())?;
    Ok(Some(
        usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX),
    ))
}

/// The bytes of a length.
const HEAD: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_message_over_the_bound_is_refused_on_both_sides() {
        let mut out = Vec::new();
        let refused = write(&mut out, &vec![0; MOST + 1]).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidInput);
        assert!(out.is_empty(), "nothing was written");

        let promise = u32::try_from(MOST + 1).unwrap().to_be_bytes();
        let refused = read(&mut promise.as_slice()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn a_message_cut_short_is_an_error_and_a_closed_door_is_none() {
        let cut = read(&mut [0, 0, 0, 9, 1].as_slice()).unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::UnexpectedEof);
        let cut = read(&mut [0, 0].as_slice()).unwrap_err();
        assert_eq!(cut.kind(), ErrorKind::UnexpectedEof);
        assert!(read(&mut [].as_slice()).unwrap().is_none());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_and_foreign_bytes_never_panic(
            payload in prop::collection::vec(any::<u8>(), 0..300),
            noise in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let mut wire = Vec::new();
            write(&mut wire, &payload).unwrap();
            let read_back = read(&mut wire.as_slice()).unwrap().unwrap();
            prop_assert_eq!(&*read_back, &payload);
            let mut noise = noise.as_slice();
            while let Ok(Some(_)) = read(&mut noise) {}
        }
    }
}
