//! How are data objects written and read?

use super::status::Status;

/// A BER-TLV object. Tag: as its bytes read as one big-endian number.
pub(super) fn tlv(tag: u32, value: impl AsRef<[u8]>) -> Vec<u8> {
    let value = value.as_ref();
    let tag = tag.to_be_bytes();
    let first = tag.iter().position(|&byte| byte != 0).unwrap_or(3);
    let mut object: Vec<u8> = tag.iter().skip(first).copied().collect();
    let [.., high, low] = value.len().to_be_bytes();
    match value.len() {
        0..=0x7F => object.push(low),
        0x80..=0xFF => object.extend([0x81, low]),
        _ => object.extend([0x82, high, low]),
    }
    object.extend_from_slice(value);
    object
}

/// The objects of a flat run, in order.
pub(super) fn parse(mut data: &[u8]) -> Result<Vec<(u32, &[u8])>, Status> {
    let mut objects = Vec::new();
    while !data.is_empty() {
        let tag = take_tag(&mut data)?;
        let length = take_length(&mut data)?;
        let (value, rest) = data.split_at_checked(length).ok_or(Status::WRONG_DATA)?;
        objects.push((tag, value));
        data = rest;
    }
    Ok(objects)
}

/// The value of the first object with this tag.
pub(super) fn find(data: &[u8], wanted: u32) -> Result<Option<&[u8]>, Status> {
    Ok(parse(data)?
        .into_iter()
        .find_map(|(tag, value)| (tag == wanted).then_some(value)))
}

fn take_byte(data: &mut &[u8]) -> Result<u8, Status> {
    let (&first, rest) = data.split_first().ok_or(Status::WRONG_DATA)?;
    *data = rest;
    Ok(first)
}

fn take_tag(data: &mut &[u8]) -> Result<u32, Status> {
    let mut byte = take_byte(data)?;
    let mut tag = u32::from(byte);
    if byte & 0x1F == 0x1F {
        loop {
            byte = take_byte(data)?;
            tag = (tag << 8) | u32::from(byte);
            if byte & 0x80 == 0 {
                break;
            }
        }
    }
    Ok(tag)
}

fn take_length(data: &mut &[u8]) -> Result<usize, Status> {
    let first = take_byte(data)?;
    if first & 0x80 == 0 {
        return Ok(first.into());
    }
    let mut length = 0_usize;
    for _ in 0..first & 0x7F {
        length = length.checked_mul(256).ok_or(Status::WRONG_DATA)? + usize::from(take_byte(data)?);
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for length in [0, 1, 127, 128, 255, 256, 2000] {
            let value = vec![7; length];
            let object = tlv(0x5F_C105, &value);
            assert_eq!(parse(&object).unwrap(), [(0x5F_C105, &value[..])]);
        }
    }

    #[test]
    fn an_object_cut_short_is_refused() {
        assert_eq!(parse(b"\x4d\x08\x70"), Err(Status::WRONG_DATA));
        assert_eq!(parse(b"\x5f"), Err(Status::WRONG_DATA));
    }
}
