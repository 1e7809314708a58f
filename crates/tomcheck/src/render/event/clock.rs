//! What time is it, for whoever reads the line?

use tomcheck_diagnosis::{Instant, Lang};

/// What the clock on the wall shows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Clock {
    /// By how many seconds it is ahead of UTC; none where nobody knows: UTC is written then,
    /// and said.
    pub ahead: Option<i32>,
    /// Whether the day stands before the time, and the offset after it: for what is kept.
    pub dated: bool,
}

impl Clock {
    /// The moment as it is written for `lang`.
    pub fn shows(self, at: Instant, lang: Lang) -> String {
        let ahead = self.ahead.unwrap_or_default();
        let time = at.time_of_day(ahead);
        let zone = match self.ahead {
            None => " UTC".to_owned(),
            Some(ahead) if self.dated => format!(" {}", written(ahead)),
            Some(_) => String::new(),
        };
        if self.dated {
            format!("{} {time}{zone}", at.day(lang, ahead))
        } else {
            format!("{time}{zone}")
        }
    }
}

/// `+01:00`
fn written(ahead: i32) -> String {
    let minutes = ahead.unsigned_abs() / 60;
    let sign = if ahead < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_bears_its_day_and_an_unknown_clock_is_utc() {
        let at = Instant::from_unix(1_768_000_000);
        let shows = |ahead, dated, lang| Clock { ahead, dated }.shows(at, lang);
        assert_eq!(
            shows(Some(3600), true, Lang::Fr),
            "10/01/2026 00:06:40 +01:00"
        );
        assert_eq!(
            shows(Some(-12_600), true, Lang::En),
            "2026-01-09 19:36:40 -03:30"
        );
        assert_eq!(shows(None, false, Lang::Fr), "23:06:40 UTC");
        assert_eq!(shows(None, true, Lang::En), "2026-01-09 23:06:40 UTC");
    }
}
