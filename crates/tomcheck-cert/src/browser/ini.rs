//! Which values stand under which heading of an .ini file of Mozilla?

/// One `[heading]` and its values.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Section {
    pub(super) name: String,
    values: Vec<(String, String)>,
}

impl Section {
    /// The value of this name; of several, the last, which is the one Firefox takes.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let mut values = self.values.iter().rev();
        values
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Every section, in the order of the file. What stands before the first heading, comments and
/// lines of another shape are left out, and so is what no such file holds that many of.
pub(super) fn sections(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            if sections.len() == MOST_SECTIONS {
                break;
            }
            sections.push(Section {
                name: name.to_owned(),
                values: Vec::new(),
            });
        } else if let Some((name, value)) = line.split_once('=')
            && !line.starts_with([';', '#'])
            && let Some(section) = sections.last_mut()
            && section.values.len() < MOST_VALUES
        {
            section
                .values
                .push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    sections
}

const MOST_SECTIONS: usize = 256;
const MOST_VALUES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_belong_to_the_heading_above_them() {
        let found =
            sections("lost=1\n[General]\r\nVersion=2\n; no=1\n\n[Profile0]\nPath=a=b\nPath=c\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].value("Version"), Some("2"));
        assert_eq!(found[0].value("; no"), None);
        assert_eq!(found[1].name, "Profile0");
        assert_eq!(found[1].value("Path"), Some("c"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_bounds(text in "(?s)[\\[\\]=;a-c\r\n ]{0,2000}|(?s).{0,200}") {
            let found = sections(&text);
            prop_assert!(found.len() <= MOST_SECTIONS);
            prop_assert!(found.iter().all(|section| section.values.len() <= MOST_VALUES));
        }
    }
}
