//! Which second does a time of a certificate name?
//!
//! Source: RFC 5280 §4.1.2.5: to the second, in UTC.

use tomcheck_diagnosis::Instant;
use x509_parser::der_parser::asn1_rs::GeneralizedTime;

use super::tlv::{Element, tag};

/// A UTCTime or a GeneralizedTime as RFC 5280 writes it; none: it is written otherwise.
pub(super) fn of(element: Element<'_>) -> Option<Instant> {
    let (century, rest) = match (element.tag, element.content) {
        (tag::UTC_TIME, text @ [tens, ..]) => match tens {
            b'0'..b'5' => (20, text),
            _ => (19, text),
        },
        (tag::GENERALIZED_TIME, text) => {
            let (century, rest) = text.split_at_checked(2)?;
            (two_digits(century)?, rest)
        }
        _ => return None,
    };
    let (numbers, b"Z") = rest.split_at_checked(12)? else {
        return None;
    };
    let mut each = numbers.chunks_exact(2).map(two_digits);
    let mut next = || each.next().flatten();
    let year = century * 100 + next()?;
    let days = days(year, next()?, next()?)?;
    let (hour, minute, second) = (next()?, next()?, next()?);
    let is_clock = hour < 24 && minute < 60 && second < 60;
    let seconds = (hour * 60 + minute) * 60 + second;
    is_clock.then(|| Instant::from_unix(days * 86_400 + seconds))
}

/// A GeneralizedTime, however it is written.
pub(super) fn generalized(text: &[u8]) -> Option<Instant> {
    let plain = of(Element {
        tag: tag::GENERALIZED_TIME,
        content: text,
    });
    plain.or_else(|| {
        let time = GeneralizedTime::from_bytes(text).ok()?;
        let time = time.utc_datetime().ok()?;
        Some(Instant::from_unix(time.unix_timestamp()))
    })
}

fn two_digits(text: &[u8]) -> Option<i64> {
    match text {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
        }
        _ => None,
    }
}

/// From 1970-01-01 to that day of the Gregorian calendar; none: there is no such day.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) || year < 1 {
        return None;
    }
    // A year that begins in March has its leap day at its end.
    let (year, month) = match month {
        3.. => (year, month - 3),
        _ => (year - 1, month + 9),
    };
    let of_years = year * 365 + year / 4 - year / 100 + year / 400;
    let of_months = (month * 153 + 2) / 5;
    Some(of_years + of_months + day - 1 - MARCH_OF_YEAR_0_TO_1970)
}

const MARCH_OF_YEAR_0_TO_1970: i64 = 719_468;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use x509_parser::der_parser::asn1_rs::UtcTime;

    fn read(tag: u8, text: &str) -> Option<i64> {
        let content = text.as_bytes();
        of(Element { tag, content }).map(Instant::unix)
    }

    #[test]
    fn a_time_written_otherwise_or_that_never_was_is_none() {
        assert_eq!(read(tag::UTC_TIME, "700101000000Z"), Some(0));
        assert_eq!(
            read(tag::GENERALIZED_TIME, "20000229235959Z"),
            Some(951_868_799)
        );
        for text in [
            "",
            "7001010000Z",
            "700101000000+0000",
            "701301000000Z",
            "700229000000Z",
        ] {
            assert_eq!(read(tag::UTC_TIME, text), None, "{text}");
        }
        assert_eq!(read(tag::GENERALIZED_TIME, "20260101240000Z"), None);
        assert_eq!(read(tag::GENERALIZED_TIME, "700101000000Z"), None);
        let fraction = generalized(b"19700101000001.5Z");
        assert_eq!(fraction.map(Instant::unix), Some(1));
    }

    proptest! {
        #[test]
        fn any_day_is_the_one_x509_parser_reads(
            year in 1..9999_u16, month in 0..14_u8, day in 0..33_u8, second in 0..86_400_u32,
        ) {
            let clock = format!("{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60);
            let long = format!("{year:04}{month:02}{day:02}{clock}");
            let theirs = GeneralizedTime::from_bytes(long.as_bytes());
            let theirs = theirs.and_then(|time| time.utc_datetime()).ok();
            let theirs = theirs.map(|time| time.unix_timestamp());
            prop_assert_eq!(read(tag::GENERALIZED_TIME, &long), theirs);
            let short = &long[2..];
            let theirs = UtcTime::from_bytes(short.as_bytes());
            let theirs = theirs.and_then(|time| time.utc_adjusted_datetime()).ok();
            let theirs = theirs.map(|time| time.unix_timestamp());
            prop_assert_eq!(read(tag::UTC_TIME, short), theirs);
        }
    }
}
