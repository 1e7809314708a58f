//! How is the trace of the Cryptolib CPS turned on, and what was there before?

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::replace::replace;

/// Where the module looks whether to write.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Switch {
    /// `cps3_pkcs11.conf`.
    File {
        /// Of the file.
        path: PathBuf,
    },
    /// `HKCU\SOFTWARE\ASIP Sante\PKCS11`, which goes before the machine's.
    #[cfg(windows)]
    Registry,
}

/// How a switch stands.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// The file's content; none: there is no file.
    File(Option<String>),
    /// The values.
    #[cfg(windows)]
    Registry(crate::sys::process::TraceValues),
}

impl Switch {
    pub(super) fn state(&self) -> io::Result<State> {
        match self {
            Self::File { path } => content(path).map(State::File),
            #[cfg(windows)]
            Self::Registry => crate::sys::process::trace_values().map(State::Registry),
        }
    }

    /// How it is to stand for a trace of everything.
    pub(super) fn on(&self, now: &State) -> State {
        match now {
            State::File(content) => State::File(Some(with_traces(content.as_deref()))),
            #[cfg(windows)]
            State::Registry(_) => State::Registry(crate::sys::process::trace_values_on()),
        }
    }

    pub(super) fn set(&self, state: &State) -> io::Result<()> {
        match (self, state) {
            (Self::File { path }, State::File(Some(content))) => replace(path, content),
            (Self::File { path }, State::File(None)) => fs::remove_file(path),
            #[cfg(windows)]
            (Self::Registry, State::Registry(values)) => {
                crate::sys::process::set_trace_values(values)
            }
            #[cfg(windows)]
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }
}

impl State {
    /// Whether it is what a write of `whole` leaves that was cut short.
    pub(super) fn is_beginning_of(&self, whole: &Self) -> bool {
        match (self, whole) {
            (Self::File(Some(some)), Self::File(Some(all))) => all.starts_with(some.as_str()),
            _ => false,
        }
    }
}

/// At most 64 KiB of a regular file; none: it is not there.
pub(super) fn content(path: &Path) -> io::Result<Option<String>> {
    match fs::metadata(path) {
        // a pipe would never end
        Ok(there) if !there.is_file() => return Err(io::ErrorKind::InvalidInput.into()),
        Ok(there) if there.len() > LONGEST => return Err(io::ErrorKind::FileTooLarge.into()),
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut content = String::new();
    let file = fs::File::open(path)?;
    file.take(LONGEST).read_to_string(&mut content)?;
    Ok(Some(content))
}

/// It has three sections of some lines.
const LONGEST: u64 = 64 * 1024;

/// The configuration with the trace turned on; its other sections stay. The same where it is
/// turned on so already.
///
/// Source: the file as installed by the Cryptolib CPS 5.2.2 for Linux; 10 is the most.
pub(super) fn with_traces(content: Option<&str>) -> String {
    match content {
        Some(content) if content.starts_with(ON) => content.to_owned(),
        _ => format!("{ON}{}", content.map(without_traces).unwrap_or_default()),
    }
}

const ON: &str = "Traces\n{\n\tactive = true;\n\tdebug = 10;\n}\n";

fn without_traces(content: &str) -> String {
    let lower = content.to_ascii_lowercase();
    let section = lower.match_indices("traces").find_map(|(begin, name)| {
        let (_, after) = lower.split_at(begin + name.len());
        let opens = after.trim_start().starts_with('{');
        let end = after.find('}').filter(|_| opens)?;
        Some((begin, begin + name.len() + end + 1))
    });
    let Some((begin, end)) = section else {
        return content.to_owned();
    };
    let kept = [content.get(..begin), content.get(end..)];
    kept.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_other_sections_stay() {
        let shipped = "Traces \n{\n\tactive = false;\n\tdebug = 0;\n}\n";
        let on = with_traces(Some(shipped));
        assert_eq!(on.matches("active").count(), 1);
        assert!(on.contains("active = true"));
        let cache = "cache {\n path = \"/x\";\n}\n";
        for content in [format!("{shipped}{cache}"), format!("{cache}{shipped}")] {
            let on = with_traces(Some(&content));
            assert!(on.contains(cache) && !on.contains("false"), "{on}");
        }
        assert_eq!(with_traces(None), with_traces(Some("")));
        let on = with_traces(Some(cache));
        assert_eq!(with_traces(Some(&on)), on, "turned on already");
    }

    #[test]
    fn a_file_that_was_not_there_is_gone_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cps3_pkcs11.conf");
        let switch = Switch::File { path: path.clone() };
        let before = switch.state().unwrap();
        switch.set(&switch.on(&before)).unwrap();
        assert!(path.exists());
        switch.set(&before).unwrap();
        assert!(!path.exists());
    }

    proptest! {
        #[test]
        fn no_content_makes_it_panic(content in ".{0,200}", tail in "[Tt]races *\\{?.{0,20}\\}?é") {
            let on = with_traces(Some(&format!("{content}{tail}")));
            prop_assert!(on.starts_with("Traces"), "{on}");
        }
    }
}
