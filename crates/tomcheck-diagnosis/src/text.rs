//! In which words, for whom, on which system?

use serde::{Deserialize, Serialize};

/// A language tomcheck speaks to people.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// French, the default: many of the people who use tomcheck read nothing else.
    #[default]
    Fr,
    /// English.
    En,
}

impl Lang {
    /// What stands between a label and its value, but for the space that follows: French writes one
    /// before it too.
    pub const fn colon(self) -> &'static str {
        match self {
            Self::Fr => " :",
            Self::En => ":",
        }
    }
}

/// One sentence in both languages.
///
/// May hold `{key}` placeholders, filled from the finding's evidence of that key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Text {
    /// French.
    pub fr: &'static str,
    /// English.
    pub en: &'static str,
}

impl Text {
    /// A foreign name, spelt the same in both languages.
    pub const fn same(name: &'static str) -> Self {
        Self { fr: name, en: name }
    }

    /// The sentence in `lang`, placeholders unfilled.
    pub const fn get(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Fr => self.fr,
            Lang::En => self.en,
        }
    }
}

/// One sentence in both languages, put together from what was seen.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sentence {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

impl Sentence {
    /// The same sentence in both languages.
    pub fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            fr: fr.into(),
            en: en.into(),
        }
    }

    /// The sentence in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        }
    }
}

impl From<Text> for Sentence {
    fn from(text: Text) -> Self {
        Self::new(text.fr, text.en)
    }
}

/// Who can carry a remedy out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The person whose card it is.
    Holder,
    /// Who looks after the workstation.
    Technician,
    /// Who looks after the network and its proxy.
    NetworkAdmin,
    /// Who delivers the cards, or runs the service they open.
    Issuer,
}

/// What to do about a finding. It is text, never an action: tomcheck changes nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Remedy {
    /// Who can do it.
    pub audience: Audience,
    /// In order. Empty only where nothing has to be done.
    pub steps: &'static [Step],
}

/// One step of a remedy, on the systems where it applies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Step {
    /// Where this step makes sense.
    pub on: System,
    /// A menu, a command or a person to ask.
    pub text: Text,
}

impl Step {
    /// A step that holds on every system.
    pub const fn anywhere(fr: &'static str, en: &'static str) -> Self {
        Self {
            on: System::Any,
            text: Text { fr, en },
        }
    }

    /// A step for one system.
    pub const fn on(on: System, fr: &'static str, en: &'static str) -> Self {
        Self {
            on,
            text: Text { fr, en },
        }
    }
}

/// An operating system a step is written for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum System {
    /// Every system.
    Any,
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// Red Hat and what is made after it, which install the same packages.
    RedHat,
    /// Every other Linux.
    OtherLinux,
    /// macOS.
    Macos,
}

impl System {
    /// Whether a step for `self` applies on `os`, named as `std::env::consts::OS` names it. Behind a
    /// `/` may stand which one it is (`linux/Fedora Linux 42`); on a bare `linux`, what is for some
    /// of them applies too.
    pub fn applies_to(self, os: &str) -> bool {
        let (name, which) = match os.split_once('/') {
            Some((name, which)) => (name, Some(which)),
            None => (os, None),
        };
        match self {
            Self::Any => true,
            Self::Windows => name == "windows",
            Self::Linux => name == "linux",
            Self::RedHat => name == "linux" && which.is_none_or(is_red_hat),
            Self::OtherLinux => name == "linux" && !which.is_some_and(is_red_hat),
            Self::Macos => name == "macos",
        }
    }
}

/// By the name os-release(5) gives it.
fn is_red_hat(which: &str) -> bool {
    RED_HATS.iter().any(|name| which.starts_with(name))
}

const RED_HATS: [&str; 6] = [
    "Red Hat",
    "Fedora",
    "CentOS",
    "Rocky Linux",
    "AlmaLinux",
    "Oracle Linux",
];

#[test]
fn a_step_for_some_linux_is_for_those_and_for_one_that_nobody_named() {
    let applies = |os| [System::RedHat, System::OtherLinux].map(|it| it.applies_to(os));
    assert_eq!(applies("linux"), [true, true]);
    assert_eq!(
        applies("linux/Debian GNU/Linux 12 (bookworm)"),
        [false, true]
    );
    assert_eq!(applies("linux/Rocky Linux 9.4 (Blue Onyx)"), [true, false]);
    assert_eq!(applies("windows/Windows 11"), [false, false]);
    assert!(System::Linux.applies_to("linux/Debian"));
    assert!(System::Windows.applies_to("windows/Windows 11"));
}
