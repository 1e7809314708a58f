//! What did the foreign call answer, to the number?

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

mod system;

/// A foreign call that failed: its name, the raw number, and the number's name if known.
///
/// The number is never translated away and never guessed from: a number nobody knows
/// stays a number.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ForeignFailure {
    /// The call as its standard spells it: `SCardConnect`, `C_Login`, `connect`.
    pub call: Cow<'static, str>,
    /// The raw number.
    pub code: i64,
    /// The name its standard gives the number: `CKR_PIN_LOCKED`, `ECONNREFUSED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Cow<'static, str>>,
    /// How the standard writes the number.
    #[serde(default)]
    pub radix: Radix,
}

/// How a standard writes its numbers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Radix {
    /// `0x8010001D`, as PC/SC, PKCS#11 and Windows do.
    #[default]
    Hexadecimal,
    /// `111`, as errno, TLS alerts and HTTP do.
    Decimal,
}

impl ForeignFailure {
    /// A failure whose number is written in hexadecimal.
    pub fn new(call: impl Into<Cow<'static, str>>, code: impl Into<i64>) -> Self {
        Self {
            call: call.into(),
            code: code.into(),
            name: None,
            radix: Radix::Hexadecimal,
        }
    }

    /// A failure whose number is written in decimal (errno, alert, HTTP status).
    pub fn decimal(call: impl Into<Cow<'static, str>>, code: impl Into<i64>) -> Self {
        Self {
            radix: Radix::Decimal,
            ..Self::new(call, code)
        }
    }

    /// The same failure with the name its standard gives the number.
    #[must_use]
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// An operating-system error, by the symbolic name this system's own headers give its
    /// number (`ENOENT`, `WSAECONNREFUSED`); a number not known here has none. `error`
    /// without a number has 0 and keeps its text as the name.
    pub fn from_io(call: impl Into<Cow<'static, str>>, error: &std::io::Error) -> Self {
        match error.raw_os_error() {
            Some(number) => Self {
                name: system::name_of(number).map(Cow::Borrowed),
                ..Self::decimal(call, number)
            },
            None => Self::decimal(call, 0).named(error.to_string()),
        }
    }

    /// The number and its name, without the call.
    pub fn answer(&self) -> String {
        let number = match self.radix {
            Radix::Hexadecimal => format!("0x{:X}", self.code),
            Radix::Decimal => self.code.to_string(),
        };
        match &self.name {
            Some(name) => format!("{name} {number}"),
            None => number,
        }
    }
}

impl fmt::Display for ForeignFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.call, self.answer())
    }
}

impl std::error::Error for ForeignFailure {}

#[test]
fn the_call_and_the_raw_number_are_kept() {
    let known = ForeignFailure::new("C_Login", 0xA4).named("CKR_PIN_LOCKED");
    assert_eq!(known.to_string(), "C_Login CKR_PIN_LOCKED 0xA4");
    assert_eq!(
        ForeignFailure::new("SCardConnect", 6).to_string(),
        "SCardConnect 0x6"
    );
    assert_eq!(
        ForeignFailure::decimal("connect", 111).to_string(),
        "connect 111"
    );
}

#[test]
fn an_error_without_a_number_keeps_its_own_words() {
    let bare = ForeignFailure::from_io("read", &std::io::Error::other("the tunnel was closed"));
    assert_eq!(bare.to_string(), "read the tunnel was closed 0");
}

#[test]
fn a_system_error_has_the_name_of_its_own_systems_headers_or_none() {
    let said = |number| {
        let error = std::io::Error::from_raw_os_error(number);
        ForeignFailure::from_io("open", &error).to_string()
    };
    assert_eq!(said(9999), "open 9999");
    #[cfg(unix)]
    assert_eq!(said(2), "open ENOENT 2");
    #[cfg(windows)]
    assert_eq!(said(2), "open ERROR_FILE_NOT_FOUND 2");
    #[cfg(target_os = "linux")]
    assert_eq!(said(40), "open ELOOP 40");
}
