//! Does what a proxy answers give back what it was shown?
//!
//! Some filters print the whole request on their page of refusal, credentials and all; a report
//! is made to be sent.

use zeroize::Zeroizing;

use crate::Credentials;
use crate::login::Sent;

/// What must not be kept of an answer.
#[derive(Default)]
pub(crate) struct Echo {
    secrets: Vec<Zeroizing<String>>,
}

impl Echo {
    /// Of one request: the credentials that went with it.
    pub(crate) fn of(sent: Option<&Sent>, credentials: Option<&Credentials>) -> Self {
        let Some(sent) = sent else {
            return Self::default();
        };
        let mut secrets = pieces(&sent.value);
        // Basic alone can be read by who got it.
        let readable = credentials.filter(|_| sent.scheme.eq_ignore_ascii_case("Basic"));
        let password = readable.map(|known| known.password().to_owned());
        secrets.extend(password.filter(|it| !it.is_empty()).map(Zeroizing::new));
        Self { secrets }
    }

    /// Whether a piece of it, or the header it went in, stands in this text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        names_the_header(text) || self.secrets.iter().any(|it| text.contains(it.as_str()))
    }
}

/// The letters and digits of a value that no way of writing it in a page or a URL changes. Of
/// Digest only the proof is a secret: the rest names the site.
fn pieces(value: &str) -> Vec<Zeroizing<String>> {
    let (_, token) = value.split_once(' ').unwrap_or(("", value));
    if let Some((_, proof)) = token.split_once("response=\"") {
        let proof = proof.split('"').next().unwrap_or_default();
        return vec![Zeroizing::new(proof.to_owned())];
    }
    let runs = token.split(|c: char| !c.is_ascii_alphanumeric());
    let runs: Vec<_> = runs
        .filter(|run| run.len() >= TELLING)
        .map(|run| Zeroizing::new(run.to_owned()))
        .collect();
    match runs.is_empty() && !token.is_empty() {
        true => vec![Zeroizing::new(token.to_owned())],
        false => runs,
    }
}

/// `Proxy-Authorization: …`, also `authorization = …`; not « Authorization Required ».
fn names_the_header(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let mut behind = lower.split("authorization").skip(1);
    behind.any(|rest| rest.trim_start().starts_with([':', '=']))
}

/// Shorter ones stand by chance in any page.
const TELLING: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(scheme: &'static str, value: &str) -> Sent {
        Sent {
            scheme,
            value: Zeroizing::new(value.to_owned()),
        }
    }

    #[test]
    fn what_was_shown_is_known_again_however_it_is_written() {
        let known = Credentials::new("u", Zeroizing::new("open sesame".to_owned()));
        let basic = sent("Basic", "Basic Q0hVXGplYW4+aHVudGVyMgo=");
        let echo = Echo::of(Some(&basic), Some(&known));
        for text in [
            "Proxy-Authorization: Basic x",
            "authorization = ",
            "Basic Q0hVXGplYW4+aHVudGVyMgo=",
            "?auth=Q0hVXGplYW4%2BaHVudGVyMgo%3D",
            "user u, password open sesame",
        ] {
            assert!(echo.is_in(text), "{text}");
        }
        for text in ["401 Authorization Required", "Basic realm=x", ""] {
            assert!(!echo.is_in(text), "{text}");
        }
        assert!(!Echo::of(None, Some(&known)).is_in("open sesame"));
    }

    #[test]
    fn the_proof_of_digest_is_a_secret_and_the_site_is_none() {
        let value = r#"Digest username="u", uri="esante.gouv.fr:443", response="6629fae49393a053", nc=00000001"#;
        let echo = Echo::of(Some(&sent("Digest", value)), None);
        assert!(echo.is_in("got 6629fae49393a053"));
        assert!(!echo.is_in("esante.gouv.fr:443"));
    }

    #[test]
    fn a_short_password_is_known_again_too() {
        let echo = Echo::of(Some(&sent("Basic", "Basic YTpi")), None);
        assert!(echo.is_in("got YTpi") && !echo.is_in("got YTp"));
    }
}
