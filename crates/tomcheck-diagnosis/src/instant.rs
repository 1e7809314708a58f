//! When was it?

use std::fmt;
use std::sync::atomic::{AtomicI32, Ordering};

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

use crate::Lang;

/// A moment, to the second, in UTC.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Instant(
    /// Seconds since 1970: a log has millions of moments, and few of them are shown.
    i64,
);

impl Instant {
    /// The machine's clock now.
    pub fn now() -> Self {
        Self::from_unix(OffsetDateTime::now_utc().unix_timestamp())
    }

    /// Seconds since 1970-01-01T00:00:00Z; moments outside the years 1 to 9999 are
    /// moved to the nearest one inside.
    pub fn from_unix(seconds: i64) -> Self {
        let (first, last) = (-62_135_596_800, 253_402_300_799);
        Self(seconds.clamp(first, last))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// `25/06/2033 à 12:00 (UTC)` or `2033-06-25 at 12:00 (UTC)`; where [`tell_time_of_place`] was
    /// called, as the clock on the wall has it: `25/06/2033 à 14:00 (UTC+2)`.
    pub fn render(self, lang: Lang) -> String {
        self.told(lang, AHEAD.load(Ordering::Relaxed))
    }

    fn told(self, lang: Lang, ahead: i32) -> String {
        let format = match lang {
            Lang::Fr => format_description!("[day]/[month]/[year] à [hour]:[minute]"),
            Lang::En => format_description!("[year]-[month]-[day] at [hour]:[minute]"),
        };
        let at = self.at(ahead);
        let moment = at.format(format).unwrap_or_default();
        format!("{moment} ({})", zone(at.offset()))
    }

    /// `11:04:12`, where clocks are `offset` seconds ahead of UTC. An offset that no place on
    /// earth has counts as none.
    pub fn time_of_day(self, offset: i32) -> String {
        let format = format_description!("[hour]:[minute]:[second]");
        self.at(offset).format(format).unwrap_or_default()
    }

    /// `23/11/2026` or `2026-11-23`, where clocks are `offset` seconds ahead of UTC.
    pub fn day(self, lang: Lang, offset: i32) -> String {
        let format = match lang {
            Lang::Fr => format_description!("[day]/[month]/[year]"),
            Lang::En => format_description!("[year]-[month]-[day]"),
        };
        self.at(offset).format(format).unwrap_or_default()
    }

    /// The same in UTC; where [`tell_time_of_place`] was called, by the calendar on the wall.
    pub fn day_of_place(self, lang: Lang) -> String {
        self.day(lang, AHEAD.load(Ordering::Relaxed))
    }

    fn at(self, offset: i32) -> OffsetDateTime {
        let offset = UtcOffset::from_whole_seconds(offset).unwrap_or(UtcOffset::UTC);
        // The first and the last day there is have no morning or evening elsewhere.
        let at = self.date_time();
        at.checked_to_offset(offset).unwrap_or(at)
    }

    fn date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

/// How many seconds clocks are ahead of UTC where moments are told to people.
static AHEAD: AtomicI32 = AtomicI32::new(0);

/// From now on this process tells people moments as clocks show them that are `ahead` seconds ahead
/// of UTC; what is for programs stays in UTC. For the one who knows that its reader sits at this
/// machine: a program, not a library.
pub fn tell_time_of_place(ahead: i32) {
    AHEAD.store(ahead, Ordering::Relaxed);
}

/// `UTC`, `UTC+1`, `UTC-3:30`
fn zone(offset: UtcOffset) -> String {
    let minutes = offset.whole_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, rest) = (minutes.unsigned_abs() / 60, minutes.unsigned_abs() % 60);
    match (hours, rest) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

/// RFC 3339, in UTC.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.date_time().format(&Rfc3339).unwrap_or_default())
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        instant.to_string()
    }
}

impl TryFrom<String> for Instant {
    type Error = time::error::Parse;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parsed = OffsetDateTime::parse(&text, &Rfc3339)?;
        Ok(Self::from_unix(parsed.unix_timestamp()))
    }
}

#[test]
fn a_moment_survives_json_and_reads_as_people_write_it() {
    let instant = Instant::from_unix(1_768_000_000);
    let json = serde_json::to_string(&instant).unwrap();
    assert_eq!(json, r#""2026-01-09T23:06:40Z""#);
    assert_eq!(serde_json::from_str::<Instant>(&json).unwrap(), instant);
    assert_eq!(instant.render(Lang::Fr), "09/01/2026 à 23:06 (UTC)");
    assert_eq!(
        Instant::from_unix(i64::MAX).to_string(),
        "9999-12-31T23:59:59Z"
    );
}

#[test]
fn the_clock_on_the_wall_is_ahead_of_utc_and_may_show_another_day() {
    let instant = Instant::from_unix(1_768_000_000);
    assert_eq!(instant.time_of_day(0), "23:06:40");
    assert_eq!(instant.time_of_day(3600), "00:06:40");
    assert_eq!(instant.day(Lang::Fr, 3600), "10/01/2026");
    assert_eq!(instant.day(Lang::En, 0), "2026-01-09");
    assert_eq!(instant.time_of_day(i32::MAX), "23:06:40");
    assert_eq!(Instant::from_unix(i64::MAX).time_of_day(3600), "23:59:59");
}

#[test]
fn a_moment_is_told_as_the_clock_on_the_wall_has_it_with_its_zone() {
    let instant = Instant::from_unix(1_768_000_000);
    assert_eq!(instant.told(Lang::Fr, 3600), "10/01/2026 à 00:06 (UTC+1)");
    assert_eq!(
        instant.told(Lang::En, -12_600),
        "2026-01-09 at 19:36 (UTC-3:30)"
    );
    assert_eq!(instant.told(Lang::Fr, i32::MAX), "09/01/2026 à 23:06 (UTC)");
}
