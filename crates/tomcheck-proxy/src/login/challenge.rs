//! What does a `Proxy-Authenticate` header ask for?

/// One challenge. Source: RFC 9110 §11.3, §11.6.1.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Challenge {
    /// As spelt.
    pub(crate) scheme: String,
    /// The one value of schemes that have one, in base64.
    pub(crate) token: Option<String>,
    /// The parameters; names in lower case, values without their quotes.
    parameters: Vec<(String, String)>,
}

/// More than any proxy has to say; the rest of a header is not looked at.
const MOST_PARTS: usize = 200;

impl Challenge {
    /// Every challenge of one header value, in the order sent.
    pub(crate) fn all_of(value: &str) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for part in parts(value).take(MOST_PARTS) {
            match (Self::begun_by(part), all.last_mut()) {
                (Some(challenge), _) => all.push(challenge),
                (None, Some(last)) => last.parameters.extend(parameter(part)),
                (None, None) => {}
            }
        }
        all
    }

    pub(crate) fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let (_, value) = parameters.find(|(known, _)| known == name)?;
        Some(value)
    }

    /// A challenge begins with a word that has no `=` behind it.
    fn begun_by(part: &str) -> Option<Self> {
        let (word, rest) = match part.split_once(char::is_whitespace) {
            Some((word, rest)) => (word, rest.trim_start()),
            None => (part, ""),
        };
        if word.is_empty() || word.contains(['=', '"']) || rest.starts_with('=') {
            return None;
        }
        let parameters: Vec<_> = parameter(rest).into_iter().collect();
        let token = (parameters.is_empty() && !rest.is_empty()).then(|| rest.to_owned());
        Some(Self {
            scheme: word.to_owned(),
            token,
            parameters,
        })
    }
}

/// The parts between commas that stand outside quotes.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = value.split(move |c| {
        let is_quote = c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        quoted ^= is_quote;
        c == ',' && !quoted
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// `name=value`, `name="va\"lue"`. Base64 that ends in `=` is none: nothing stands behind it.
fn parameter(part: &str) -> Option<(String, String)> {
    let (name, value) = part.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    if name.contains(char::is_whitespace) || value.is_empty() || value.starts_with('=') {
        return None;
    }
    Some((name.to_ascii_lowercase(), unquoted(value)))
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return value.to_owned();
    };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        text.extend(match character {
            '\\' => characters.next(),
            other => Some(other),
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schemes(value: &str) -> Vec<String> {
        let all = Challenge::all_of(value).into_iter();
        all.map(|challenge| challenge.scheme).collect()
    }

    #[test]
    fn several_challenges_in_one_header_are_told_apart_from_their_parameters() {
        let value =
            r#"Digest realm="a, \"b\" c", qop="auth,auth-int", nonce = "n==", NTLM, Basic realm=x"#;
        assert_eq!(schemes(value), ["Digest", "NTLM", "Basic"]);
        let digest = Challenge::all_of(value).remove(0);
        assert_eq!(digest.parameter("realm"), Some(r#"a, "b" c"#));
        assert_eq!(digest.parameter("qop"), Some("auth,auth-int"));
        assert_eq!(digest.parameter("nonce"), Some("n=="));
        assert_eq!(digest.parameter("opaque"), None);
        assert_eq!(schemes(", ,,"), Vec::<String>::new());
    }

    #[test]
    fn a_token_is_no_parameter() {
        for value in ["NTLM TlRMTVNTUAACAAAA", "Negotiate YII=", "Negotiate YII=="] {
            let challenge = Challenge::all_of(value).remove(0);
            let token = value.split_once(' ').unwrap().1;
            assert_eq!(challenge.token.as_deref(), Some(token));
        }
        assert_eq!(Challenge::all_of("NTLM")[0].token, None);
    }

    proptest::proptest! {
        #[test]
        fn any_header_is_read(value in "\\PC{0,60}|[a-z=\", \\\\]{0,40}") {
            proptest::prop_assert!(Challenge::all_of(&value).len() <= MOST_PARTS);
        }
    }
}
