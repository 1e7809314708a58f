//! In which language is the page to be?

use hyper::header::{ACCEPT_LANGUAGE, HeaderMap};
use tomcheck_diagnosis::Lang;

/// `?lang=`, else what the browser prefers, else `usual`.
pub(super) fn of(query: Option<&str>, headers: &HeaderMap, usual: Lang) -> Lang {
    let asked = query.into_iter().flat_map(|query| query.split('&'));
    let asked = asked.filter_map(|pair| pair.strip_prefix("lang=")).next();
    let accepted = headers.get(ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    asked
        .and_then(named)
        .or_else(|| accepted.and_then(preferred))
        .unwrap_or(usual)
}

/// The one of ours with the greatest weight; the first of equals. Source: RFC 9110 §12.5.4.
fn preferred(header: &str) -> Option<Lang> {
    let ranges = header.split(',').take(MOST_RANGES).filter_map(|range| {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters.trim().strip_prefix("q=");
        let weight = weight.map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok())?;
        Some((named(tag)?, weight)).filter(|(_, weight)| *weight > 0.0)
    });
    let best = ranges.fold(None, |best: Option<(Lang, f32)>, range| match best {
        Some(best) if best.1 >= range.1 => Some(best),
        _ => Some(range),
    });
    best.map(|(lang, _)| lang)
}

fn named(tag: &str) -> Option<Lang> {
    let primary = tag.trim().split('-').next()?;
    match primary.to_ascii_lowercase().as_str() {
        "fr" => Some(Lang::Fr),
        "en" => Some(Lang::En),
        _ => None,
    }
}

/// More than any browser sends.
const MOST_RANGES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(query: Option<&str>, accepted: &str) -> Lang {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, accepted.parse().unwrap());
        of(query, &headers, Lang::Fr)
    }

    #[test]
    fn what_is_typed_wins_then_what_the_browser_prefers_then_french() {
        assert_eq!(chosen(None, "en-GB,en;q=0.9"), Lang::En);
        assert_eq!(chosen(None, "en;q=0.8,fr-FR"), Lang::Fr);
        assert_eq!(chosen(None, "de, en;q=0.5, fr;q=0.4"), Lang::En);
        assert_eq!(chosen(None, "de"), Lang::Fr);
        assert_eq!(chosen(None, "en;q=0, fr;q=0.1"), Lang::Fr);
        assert_eq!(chosen(None, "en;q=much"), Lang::Fr);
        assert_eq!(chosen(Some("a=b&lang=fr"), "en"), Lang::Fr);
        assert_eq!(chosen(Some("lang=de"), "en"), Lang::En);
    }
}
