//! In what encoding is a script written?

/// As browsers take it: what a byte order mark says; else UTF-8 where it is that, Latin-1 where not.
pub(super) fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        },
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().copied().map(unit).collect();
    String::from_utf16_lossy(&units)
}

#[test]
fn every_encoding_a_script_comes_in_is_read() {
    let table: [(&[u8], &str); 5] = [
        (b"\xc3\xa9", "é"),
        (b"\xe9", "é"),
        (b"\xef\xbb\xbf\xc3\xa9", "é"),
        (b"\xff\xfe\xe9\0", "é"),
        (b"\xfe\xff\0\xe9", "é"),
    ];
    for (bytes, text) in table {
        assert_eq!(decoded(bytes), text, "{bytes:x?}");
    }
}
