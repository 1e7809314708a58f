//! Is this the reader somebody wants to watch, and is it there?

use std::collections::BTreeSet;

use tomcheck::{Event, Happening, Lang, is_meant_by};

/// The readers to watch: all, or those whose name has this part.
pub(super) struct Wanted {
    part: Option<String>,
    names: BTreeSet<String>,
    is_said: bool,
}

impl Wanted {
    pub(super) fn new(part: Option<&str>) -> Self {
        Self {
            part: part.map(str::to_owned),
            names: BTreeSet::new(),
            is_said: false,
        }
    }

    /// Whether the event is to be told. What concerns the service concerns every reader.
    pub(super) fn is_about(&mut self, event: &Event) -> bool {
        let Some(name) = event.reader() else {
            self.names.clear();
            return true;
        };
        if let Happening::ReaderGone { .. } = event.what {
            self.names.remove(name);
        } else {
            self.names.insert(name.to_owned());
        }
        self.fits(name)
    }

    /// By the whole name, else by a part of it in any case, as in every other command.
    fn fits(&self, name: &str) -> bool {
        let Some(part) = &self.part else {
            return true;
        };
        match self.names.contains(part) {
            true => name == part,
            false => is_meant_by(part, name),
        }
    }

    /// Somebody asks again: that it is missing may be said once more.
    pub(super) fn ask_again(&mut self) {
        self.is_said = false;
    }

    /// That it is not among those that are there; said once.
    pub(super) fn missing(&mut self, lang: Lang) -> Option<String> {
        let part = self.part.as_ref()?;
        let is_there = self.names.iter().any(|name| self.fits(name));
        if self.is_said || is_there || self.names.is_empty() {
            return None;
        }
        self.is_said = true;
        let names: Vec<_> = self.names.iter().map(String::as_str).collect();
        let names = names.join(", ");
        Some(match lang {
            Lang::Fr => {
                format!(
                    "--reader : « {part} » n'est pas là, il est attendu ; lecteurs vus : {names}"
                )
            }
            Lang::En => {
                format!("--reader: `{part}` is not there, waiting for it; readers seen: {names}")
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use tomcheck::{Cause, Instant, Mode};

    use super::*;

    fn gone(reader: &str) -> Event {
        let reader = reader.to_owned();
        let what = Happening::ReaderGone { reader };
        Event::new(Instant::now(), Mode::Automatic, Cause::Change, what)
    }

    fn wanted(part: &str, names: &[&str]) -> Wanted {
        let mut wanted = Wanted::new(Some(part));
        wanted.names = names.iter().map(|&name| name.to_owned()).collect();
        wanted
    }

    #[test]
    fn a_part_of_the_name_in_any_case_will_do_unless_one_bears_it_whole() {
        let mut reader = wanted("gemALTO", &["Gemalto PC Twin 0"]);
        assert!(reader.is_about(&gone("Gemalto PC Twin 0")));
        assert!(!reader.is_about(&gone("Windows Hello 0")));
        let reader = wanted("Reader 1", &["Reader 1", "Reader 1 bis"]);
        assert!(reader.fits("Reader 1") && !reader.fits("Reader 1 bis"));
    }

    /// They are told one after the other: the right one may not be known yet.
    #[test]
    fn a_number_does_not_mean_a_longer_one_that_is_told_before() {
        let mut reader = wanted("Twin 1", &["Twin 10"]);
        assert!(!reader.fits("Twin 10"));
        assert!(reader.missing(Lang::En).is_some());
    }

    #[test]
    fn that_it_is_missing_is_said_once_with_those_that_are_there() {
        let mut reader = wanted("gemalto", &["B", "A"]);
        let said = reader.missing(Lang::En).unwrap();
        assert!(said.ends_with("readers seen: A, B"), "{said}");
        assert!(reader.missing(Lang::En).is_none());
        reader.ask_again();
        assert!(reader.missing(Lang::Fr).unwrap().contains("« gemalto »"));
        assert!(wanted("gemalto", &[]).missing(Lang::Fr).is_none());
        assert!(wanted("a", &["A"]).missing(Lang::Fr).is_none());
    }
}
