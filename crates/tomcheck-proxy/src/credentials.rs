//! Who asks the proxy?

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// A user name and a password for a proxy. The password is wiped on drop and shown nowhere.
#[derive(Clone, Eq, PartialEq)]
pub struct Credentials {
    user: String,
    password: Zeroizing<String>,
}

impl Credentials {
    /// As typed: nothing is decoded.
    pub fn new(user: impl Into<String>, password: Zeroizing<String>) -> Self {
        Self {
            user: user.into(),
            password,
        }
    }

    /// The user name.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The value of `Proxy-Authorization` for the Basic scheme. Source: RFC 7617 §2.
    pub(crate) fn basic(&self) -> Zeroizing<String> {
        let pair = Zeroizing::new(format!("{}:{}", self.user, self.password.as_str()));
        let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
        Zeroizing::new(format!("Basic {}", encoded.as_str()))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

#[test]
fn the_password_is_sent_as_rfc_7617_says_and_shown_nowhere() {
    let password = Zeroizing::new("open sesame".to_owned());
    let credentials = Credentials::new("Aladdin", password);
    assert_eq!(
        credentials.basic().as_str(),
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    );
    assert_eq!(format!("{credentials:?}"), "Credentials(…)");
}
