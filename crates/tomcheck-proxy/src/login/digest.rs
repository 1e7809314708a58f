//! Which answer does a Digest challenge want?
//!
//! Source: RFC 7616 (MD5, SHA-256, SHA-512-256, each with `-sess`; `userhash`; `qop=auth`), and
//! RFC 2069 where a challenge has no `qop`. `auth-int` is not offered: a `CONNECT` has no body.

use md5::Md5;
use sha2::{Digest as _, Sha256, Sha512_256};
use zeroize::Zeroizing;

use super::challenge::Challenge;
use crate::Credentials;

/// A challenge that can be answered, as often as its nonce holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Digest {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    algorithm: Algorithm,
    /// As spelt in the challenge; none: it named none.
    spelt: Option<String>,
    is_session: bool,
    has_qop: bool,
    hides_user: bool,
    /// How many answers this nonce has got.
    count: u32,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Algorithm {
    Md5,
    Sha256,
    Sha512256,
}

impl Algorithm {
    fn named(name: &str) -> Option<(Self, bool)> {
        let name = name.to_ascii_lowercase();
        let (bare, is_session) = match name.strip_suffix("-sess") {
            Some(bare) => (bare, true),
            None => (name.as_str(), false),
        };
        let algorithm = match bare {
            "md5" => Self::Md5,
            "sha-256" => Self::Sha256,
            "sha-512-256" => Self::Sha512256,
            _ => return None,
        };
        Some((algorithm, is_session))
    }

    /// In hexadecimal; of secrets too.
    fn hash(self, parts: &[&str]) -> Zeroizing<String> {
        let text = Zeroizing::new(parts.join(":"));
        let text = text.as_bytes();
        let bytes = Zeroizing::new(match self {
            Self::Md5 => Md5::digest(text).to_vec(),
            Self::Sha256 => Sha256::digest(text).to_vec(),
            Self::Sha512256 => Sha512_256::digest(text).to_vec(),
        });
        Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl Digest {
    /// None: an algorithm or protection that nobody here knows, or no nonce.
    pub(crate) fn of(challenge: &Challenge) -> Option<Self> {
        let spelt = challenge.parameter("algorithm").map(str::to_owned);
        let (algorithm, is_session) = Algorithm::named(spelt.as_deref().unwrap_or("MD5"))?;
        let qop = challenge.parameter("qop");
        let is_auth = |word: &str| word.trim().eq_ignore_ascii_case("auth");
        if qop.is_some_and(|words| !words.split(',').any(is_auth)) {
            return None;
        }
        let is_true = |value: &str| value.eq_ignore_ascii_case("true");
        Some(Self {
            realm: challenge.parameter("realm").unwrap_or_default().to_owned(),
            nonce: challenge.parameter("nonce")?.to_owned(),
            opaque: challenge.parameter("opaque").map(str::to_owned),
            algorithm,
            spelt,
            is_session,
            has_qop: qop.is_some(),
            hides_user: challenge.parameter("userhash").is_some_and(is_true),
            count: 0,
        })
    }

    /// The value of `Proxy-Authorization` for one more request with this nonce. `client_nonce`
    /// is new each time.
    pub(crate) fn answer(
        &mut self,
        credentials: &Credentials,
        [method, uri]: [&str; 2],
        client_nonce: &str,
    ) -> Zeroizing<String> {
        self.count = self.count.saturating_add(1);
        let count = format!("{:08x}", self.count);
        let response = self.response(credentials, [method, uri], client_nonce, &count);
        let user = match self.hides_user {
            true => self.hash(&[credentials.user(), &self.realm]),
            false => Zeroizing::new(quoted(credentials.user())),
        };
        let (realm, nonce) = (quoted(&self.realm), quoted(&self.nonce));
        let mut value = format!(
            r#"Digest username="{}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{}""#,
            user.as_str(),
            response.as_str(),
        );
        if let Some(spelt) = &self.spelt {
            value += &format!(", algorithm={spelt}");
        }
        if let Some(opaque) = &self.opaque {
            value += &format!(r#", opaque="{}""#, quoted(opaque));
        }
        if self.has_qop {
            value += &format!(r#", qop=auth, nc={count}, cnonce="{client_nonce}""#);
        }
        if self.hides_user {
            value += ", userhash=true";
        }
        Zeroizing::new(value)
    }

    /// RFC 7616 §3.4.1 to §3.4.3; without `qop` RFC 2069 §2.1.2.
    fn response(
        &self,
        credentials: &Credentials,
        [method, uri]: [&str; 2],
        client_nonce: &str,
        count: &str,
    ) -> Zeroizing<String> {
        let secret = self.hash(&[credentials.user(), &self.realm, credentials.password()]);
        let secret = match self.is_session {
            true => self.hash(&[&secret, &self.nonce, client_nonce]),
            false => secret,
        };
        let request = self.hash(&[method, uri]);
        match self.has_qop {
            true => self.hash(&[&secret, &self.nonce, count, client_nonce, "auth", &request]),
            false => self.hash(&[&secret, &self.nonce, &request]),
        }
    }

    fn hash(&self, parts: &[&str]) -> Zeroizing<String> {
        self.algorithm.hash(parts)
    }
}

/// What stands in quotes must not end them, nor the header.
fn quoted(text: &str) -> String {
    let visible = text.chars().filter(|character| !character.is_control());
    let escaped = visible.map(|character| match character {
        '"' | '\\' => format!("\\{character}"),
        other => other.to_string(),
    });
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(challenge: &str) -> Option<Digest> {
        Digest::of(&Challenge::all_of(challenge).remove(0))
    }

    fn credentials(user: &str, password: &str) -> Credentials {
        Credentials::new(user, Zeroizing::new(password.to_owned()))
    }

    fn response(value: &str) -> String {
        let challenge = Challenge::all_of(value).remove(0);
        challenge.parameter("response").unwrap().to_owned()
    }

    /// RFC 7616 §3.9.1.
    #[test]
    fn the_answers_are_those_of_rfc_7616() {
        let common = r#"Digest realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", algorithm="#;
        let table = [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            (
                "SHA-256",
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
        ];
        let known = credentials("Mufasa", "Circle of Life");
        for (algorithm, expected) in table {
            let mut digest = digest(&format!("{common}{algorithm}")).unwrap();
            let nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
            let value = digest.answer(&known, ["GET", "/dir/index.html"], nonce);
            assert_eq!(response(&value), expected);
            assert!(value.contains("nc=00000001"), "{}", value.as_str());
            let again = digest.answer(&known, ["GET", "/dir/index.html"], nonce);
            assert!(again.contains("nc=00000002"), "{}", again.as_str());
        }
    }

    /// RFC 7616 §3.9.2, with the hash of erratum 4897.
    #[test]
    fn a_user_who_is_to_be_hidden_is() {
        let challenge = r#"Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true"#;
        let mut digest = digest(challenge).unwrap();
        let known = credentials("J\u{e4}s\u{f8}n Doe", "Secret, or not?");
        let nonce = "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm";
        let value = digest.answer(&known, ["GET", "/doe.json"], nonce);
        let user = "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b";
        assert!(value.contains(user), "{}", value.as_str());
        assert!(!value.contains("Doe"), "{}", value.as_str());
    }

    /// RFC 2069 has no client nonce, RFC 2617 §3.2.2.2 the session's key.
    #[test]
    fn challenges_without_protection_and_with_a_session_are_answered_too() {
        let known = credentials("Mufasa", "Circle Of Life");
        let mut old = digest(
            r#"Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093""#,
        )
        .unwrap();
        let value = old.answer(&known, ["GET", "/dir/index.html"], "unused");
        assert!(!value.contains("unused") && !value.contains("qop"));
        // printf of the same strings through md5sum
        assert_eq!(response(&value), "670fd8c2df070c60b045671b8b24ff02");
        let session = digest(r#"Digest realm="r", nonce="n", qop=auth, algorithm=MD5-sess"#);
        let mut session = session.unwrap();
        let first = session.answer(&known, ["CONNECT", "a:1"], "c");
        assert_ne!(
            response(&first),
            response(&session.answer(&known, ["CONNECT", "a:1"], "d"))
        );
    }

    #[test]
    fn what_cannot_be_answered_is_not() {
        for challenge in [
            r#"Digest realm="r", nonce="n", qop="auth-int""#,
            r#"Digest realm="r", nonce="n", algorithm=SHA-3"#,
            r#"Digest realm="r""#,
        ] {
            assert_eq!(digest(challenge), None, "{challenge}");
        }
    }

    #[test]
    fn nothing_in_a_name_or_a_nonce_ends_the_header() {
        let mut digest = digest(r#"Digest realm="a\"b", nonce="n", qop=auth"#).unwrap();
        let known = credentials("x\", y=\"\r\nz", "");
        let value = digest.answer(&known, ["CONNECT", "a:1"], "c");
        assert!(!value.contains(['\r', '\n']));
        let back = Challenge::all_of(&value).remove(0);
        assert_eq!(back.parameter("username"), Some("x\", y=\"z"));
    }
}
