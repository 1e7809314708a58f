//! When was the line written?

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};
use tomcheck_diagnosis::Instant;

use super::net_export;

/// What a line without a year or a zone means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clockwork {
    /// No line was written later: the file's last change.
    pub(crate) latest: Instant,
    /// Seconds that clocks were ahead of UTC where it was written.
    pub(crate) offset: i32,
    /// Where the ticks of a net-export begin, in milliseconds since 1970.
    pub(crate) ticks: Option<i64>,
}

/// More of a line holds no moment of it.
const HEAD: usize = 120;

impl Clockwork {
    /// The moment a line tells of itself. Known forms: seconds since 1970 (squid), Apache's
    /// `[26/Nov/2026:21:44:19 +0000]`, ISO 8601, `Thu Nov 26 15:18:18.835` (Cryptolib, syslog),
    /// Chromium's `1126/214419`, `SystemTime='…'` of Windows events, and the ticks of a net-export.
    pub(crate) fn of(&self, line: &str) -> Option<Instant> {
        if let Some(begin) = self.ticks {
            let moment = begin.checked_add(net_export::ticks(line)?)?;
            return Some(Instant::from_unix(moment / 1000));
        }
        let head = line.get(..HEAD).unwrap_or(line);
        epoch(head)
            .or_else(|| apache(head))
            .or_else(|| self.iso(line))
            .or_else(|| self.named_month(head))
            .or_else(|| self.chromium(head))
    }

    /// `2026-11-26T20:30:00.123Z`, `2026-11-26 21:30:00.123 CET`.
    fn iso(&self, line: &str) -> Option<Instant> {
        let places = line
            .match_indices("SystemTime=")
            .map(|(at, word)| at + word.len() + 1);
        let head = line.get(..HEAD).unwrap_or(line);
        let dashes = head
            .match_indices('-')
            .filter_map(|(at, _)| at.checked_sub(4));
        places
            .chain(dashes)
            .take(8)
            .find_map(|at| self.iso_at(line.get(at..)?))
    }

    fn iso_at(&self, text: &str) -> Option<Instant> {
        let (year, rest) = number(text, 4)?;
        let (month, rest) = number(rest.strip_prefix('-')?, 2)?;
        let (day, rest) = number(rest.strip_prefix('-')?, 2)?;
        let (time, rest) = time_of_day(rest.strip_prefix(['T', ' '])?)?;
        let offset = zone(rest).unwrap_or(self.offset);
        moment(i32::try_from(year).ok()?, month, day, time, offset)
    }

    /// Without a year: the last one that is not later than the file's last change, and whose
    /// weekday it was, where one is told.
    fn named_month(&self, head: &str) -> Option<Instant> {
        let mut words = head.trim_start().split_ascii_whitespace();
        let mut word = words.next()?;
        let weekday = WEEKDAYS.iter().position(|day| *day == word);
        if weekday.is_some() {
            word = words.next()?;
        }
        let month = 1 + u32::try_from(MONTHS.iter().position(|one| *one == word)?).ok()?;
        let day = words.next()?.parse().ok()?;
        let (time, _) = time_of_day(words.next()?)?;
        let offset = words.next().and_then(zone).unwrap_or(self.offset);
        self.latest_year(|year| {
            let date = date(year, month, day)?;
            let is_it = |wanted| usize::from(date.weekday().number_days_from_monday()) == wanted;
            weekday.is_none_or(is_it).then_some(())?;
            moment(year, month, day, time, offset)
        })
    }

    /// `[4711:4711:1126/214419.123456:ERROR:…]`.
    fn chromium(&self, head: &str) -> Option<Instant> {
        let rest = head.strip_prefix('[')?;
        let (begin, rest) = rest.split_once('/')?;
        let (month, begin) = number(begin.get(begin.len().checked_sub(4)?..)?, 2)?;
        let (day, _) = number(begin, 2)?;
        let (hour, rest) = number(rest, 2)?;
        let (minute, rest) = number(rest, 2)?;
        let (second, _) = number(rest, 2)?;
        let time = clock(hour, minute, second)?;
        self.latest_year(|year| moment(year, month, day, time, self.offset))
    }

    /// Eight years: a 29th of February on a given weekday is no rarer, mostly.
    fn latest_year(&self, at: impl Fn(i32) -> Option<Instant>) -> Option<Instant> {
        let latest = OffsetDateTime::from_unix_timestamp(self.latest.unix()).ok()?;
        // a clock a day ahead is no clock of last year
        let limit = self.latest.unix() + DAY;
        let years = (0..8).map(|back| latest.year() + 1 - back);
        years.filter_map(at).find(|moment| moment.unix() <= limit)
    }
}

const DAY: i64 = 86_400;
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `1795729459.160`, with what squid's administrator may have put before it.
fn epoch(head: &str) -> Option<Instant> {
    let word = head.split_ascii_whitespace().next()?;
    let (seconds, fraction) = word.split_once('.')?;
    let is_it = seconds.len() == 10 && fraction.len() == 3;
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (is_it && is_number(seconds) && is_number(fraction)).then_some(())?;
    Some(Instant::from_unix(seconds.parse().ok()?))
}

/// `[26/Nov/2026:21:44:19 +0000]`.
fn apache(head: &str) -> Option<Instant> {
    let (_, rest) = head.split_once('[')?;
    let (day, rest) = number(rest, 2)?;
    let (month, rest) = rest.strip_prefix('/')?.split_once('/')?;
    let month = 1 + u32::try_from(MONTHS.iter().position(|one| *one == month)?).ok()?;
    let (year, rest) = number(rest, 4)?;
    let (time, rest) = time_of_day(rest.strip_prefix(':')?)?;
    moment(i32::try_from(year).ok()?, month, day, time, zone(rest)?)
}

fn number(text: &str, digits: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(())?;
    Some((number.parse().ok()?, rest))
}

/// `21:44:19`, with the digits after a point or comma passed over.
fn time_of_day(text: &str) -> Option<(Time, &str)> {
    let (hour, rest) = number(text, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = number(rest.strip_prefix(':')?, 2)?;
    let rest = match rest.strip_prefix(['.', ',']) {
        Some(rest) => rest.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    Some((clock(hour, minute, second)?, rest))
}

/// `Z`, ` UTC`, ` CET`, ` +0100`, `+01:00`, ` GMT+01:00`; names of zones that nobody knows are none.
fn zone(rest: &str) -> Option<i32> {
    let rest = rest.trim_start_matches(' ');
    let end = rest.find(|c: char| !c.is_ascii_alphabetic());
    let (name, rest) = rest.split_at(end.unwrap_or(rest.len()));
    let named = ZONES.iter().find(|(known, _)| *known == name);
    let is_of_utc = ["", "UTC", "GMT"].contains(&name);
    match rest.as_bytes().first() {
        Some(b'+') if is_of_utc => ahead(rest),
        Some(b'-') if is_of_utc => Some(-ahead(rest)?),
        _ => named.map(|(_, offset)| *offset),
    }
}

/// Seconds of `+0100`, `+01:00`, whatever the sign.
fn ahead(text: &str) -> Option<i32> {
    let (hours, rest) = number(text.get(1..)?, 2)?;
    let (minutes, _) = number(rest.strip_prefix(':').unwrap_or(rest), 2)?;
    i32::try_from(hours * 3600 + minutes * 60).ok()
}

const HOUR: i32 = 3600;
/// Names that Java gives to the zones of Europe, and that mean no other one there.
const ZONES: &[(&str, i32)] = &[
    ("Z", 0),
    ("UTC", 0),
    ("GMT", 0),
    ("WET", 0),
    ("WEST", HOUR),
    ("BST", HOUR),
    ("CET", HOUR),
    ("CEST", 2 * HOUR),
    ("MET", HOUR),
    ("MEST", 2 * HOUR),
    ("EET", 2 * HOUR),
    ("EEST", 3 * HOUR),
];

fn clock(hour: u32, minute: u32, second: u32) -> Option<Time> {
    let part = |number: u32| u8::try_from(number).ok();
    // Java up to 17 writes the hour after midnight as the 24th of the new day
    let hour = if hour == 24 { 0 } else { hour };
    // a leap second is the last one of its minute here
    Time::from_hms(part(hour)?, part(minute)?, part(second)?.min(59)).ok()
}

fn date(year: i32, month: u32, day: u32) -> Option<Date> {
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()
}

fn moment(year: i32, month: u32, day: u32, time: Time, offset: i32) -> Option<Instant> {
    let offset = UtcOffset::from_whole_seconds(offset).ok()?;
    let moment = PrimitiveDateTime::new(date(year, month, day)?, time).assume_offset(offset);
    Some(Instant::from_unix(moment.unix_timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(line: &str) -> Option<String> {
        let clockwork = Clockwork {
            latest: Instant::from_unix(1_795_730_000),
            offset: 3600,
            ticks: None,
        };
        clockwork.of(line).map(|moment| moment.to_string())
    }

    #[test]
    fn each_log_tells_its_moments_in_its_own_form() {
        for line in [
            "1795729459.160      0 127.0.0.1 TCP_DENIED/407 3579 CONNECT a:443 - HIER_NONE/- -",
            "10.0.0.1 - - [26/Nov/2026:22:44:19 +0100] \"CONNECT a:443 HTTP/1.1\" 407 1",
            "javax.net.ssl|ERROR|10|main|2026-11-26 21:44:19.483 UTC|TransportContext.java:375|",
            "2026-11-26T22:44:19+01:00 host squid: x",
            "2026-11-26 22:44:19,483 ERROR x",
            "Thu Nov 26 22:44:19.835 : C_Initialize",
            "Nov 26 22:44:19 host pcscd[1]: x",
            "[4711:4711:1126/224419.123456:ERROR:ssl_client_socket_impl.cc(992)] handshake failed",
            "<Event><System><TimeCreated SystemTime='2026-11-26T21:44:19.1234567Z'/></System>",
        ] {
            assert_eq!(
                told(line).as_deref(),
                Some("2026-11-26T21:44:19Z"),
                "{line}"
            );
        }
        assert_eq!(told("java.io.IOException: Authentication failure"), None);
    }

    #[test]
    fn a_year_that_is_not_told_is_the_last_one_it_can_be() {
        let of = |line| told(line).unwrap();
        assert!(of("Dec 24 10:00:00 host x").starts_with("2025-12-24"));
        assert!(of("Wed Dec 24 10:00:00.1 : x").starts_with("2025-12-24"));
        assert!(of("Wed Nov 26 10:00:00.1 : x").starts_with("2025-11-26"));
        assert_eq!(told("Mon Nov 26 10:00:00.1 : x"), None);
    }

    #[test]
    fn a_zone_that_is_named_is_that_one_wherever_the_log_is_read() {
        let of = |time: &str| told(&format!("2026-11-27 {time} x"));
        for (time, moment) in [
            ("10:00:02.200 CET", "2026-11-27T09:00:02Z"),
            ("10:00:02.200 CEST", "2026-11-27T08:00:02Z"),
            ("10:00:02.200 WET", "2026-11-27T10:00:02Z"),
            ("10:00:02.200 EEST", "2026-11-27T07:00:02Z"),
            ("10:00:02.200 GMT", "2026-11-27T10:00:02Z"),
            ("10:00:02.200 GMT+03:00", "2026-11-27T07:00:02Z"),
            // the zone where the log was written
            ("10:00:02.200 CENT", "2026-11-27T09:00:02Z"),
            ("10:00:02.200 Zero", "2026-11-27T09:00:02Z"),
        ] {
            assert_eq!(of(time).as_deref(), Some(moment), "{time}");
        }
        let line = "Thu Nov 26 22:44:19 CEST 2026 : C_Initialize";
        assert_eq!(told(line).as_deref(), Some("2026-11-26T20:44:19Z"));
    }

    #[test]
    fn ticks_of_a_net_export_are_told_from_where_they_begin() {
        let clockwork = Clockwork {
            latest: Instant::from_unix(0),
            offset: 3600,
            ticks: Some(1_795_809_400_229),
        };
        let event =
            r#"{"source":{"id":8,"start_time":"16430064","type":1},"time":"16430104","type":1},"#;
        let moment = clockwork.of(event).map(|moment| moment.to_string());
        assert_eq!(moment.as_deref(), Some("2026-11-28T00:30:30Z"));
        assert_eq!(clockwork.of("{\"time\":\"9223372036854775807\"}"), None);
    }

    #[test]
    fn the_hour_after_midnight_may_be_the_24th() {
        let line = "javax.net.ssl|DEBUG|10|main|2026-11-28 24:35:18.371 UTC|SSLCipher.java:1|";
        assert_eq!(told(line).as_deref(), Some("2026-11-28T00:35:18Z"));
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in "\\PC{0,80}", shape in "[0-9A-Z:/\\[ .,+-]{0,60}") {
            let _ = (told(&line), told(&shape));
        }
    }
}
