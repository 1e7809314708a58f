//! Which names of people and workstations does a line carry?

use tomcheck_diagnosis::{Identity, IdentityKind, Pseudonyms};

/// `text` with pseudonyms in the place of what names a person, a card or a workstation.
pub(crate) fn without_persons(text: &str, pseudonyms: &Pseudonyms) -> String {
    // the moment at the begin of squid's lines looks like the number of a card
    let (head, rest) = match text.split_once(char::is_whitespace) {
        Some((head, rest)) if is_moment(head) => (head, rest),
        _ => ("", text),
    };
    let rest = MARKS.iter().fold(rest.to_owned(), |rest, mark| {
        mark.pseudonymised(&rest, pseudonyms)
    });
    let rest = between_ticks(&rest, |text| {
        tomcheck_cert::without_personal(text, pseudonyms)
    });
    match head {
        "" => rest,
        head => format!("{head} {rest}"),
    }
}

/// Ticks of a net-export, as `"time":"16430104"`, look like it too.
fn between_ticks(text: &str, masked: impl Fn(&str) -> String) -> String {
    let (mut kept, mut done) = (String::new(), 0);
    for (at, key) in text.match_indices("time\":\"") {
        let (begin, is_key) = (at + key.len(), text.get(..at).unwrap_or_default());
        let is_key = is_key.ends_with('"') || is_key.ends_with("\"start_");
        if let Some(digits) = ticks(text.get(begin..).unwrap_or_default()).filter(|_| is_key) {
            kept += &masked(text.get(done..begin).unwrap_or_default());
            kept += digits;
            done = begin + digits.len();
        }
    }
    kept + &masked(text.get(done..).unwrap_or_default())
}

/// The digits that a value consists of, up to its quote.
fn ticks(value: &str) -> Option<&str> {
    let (digits, _) = value.split_once('"')?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && digits.len() <= TICKS).then_some(digits)
}

/// Digits of ticks: ten are milliseconds of a hundred days without a restart.
const TICKS: usize = 10;

fn is_moment(word: &str) -> bool {
    let parts = word.split_once('.');
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    parts
        .is_some_and(|(seconds, rest)| seconds.len() == 10 && is_number(seconds) && is_number(rest))
}

/// What stands before a name, and what ends it.
struct Mark {
    begin: &'static str,
    ends: &'static [char],
    kind: IdentityKind,
}

const fn mark(begin: &'static str, ends: &'static [char], kind: IdentityKind) -> Mark {
    Mark { begin, ends, kind }
}

/// As Windows writes its events, as XML and as text, curl its logins and Java its properties.
/// Source: Microsoft, event schema (`SystemPropertiesType`); curl's lib/http.c; JDK, networking
/// properties.
const MARKS: &[Mark] = &[
    mark("<Computer>", &['<'], IdentityKind::Host),
    mark("Computer: ", &[' ', '\r', '\n'], IdentityKind::Host),
    mark("WorkstationName'>", &['<'], IdentityKind::Host),
    mark("WorkstationName\">", &['<'], IdentityKind::Host),
    mark("UserName'>", &['<'], IdentityKind::User),
    mark("UserName\">", &['<'], IdentityKind::User),
    mark("UserID='", &['\''], IdentityKind::User),
    mark("UserID=\"", &['"'], IdentityKind::User),
    mark("with user '", &['\''], IdentityKind::Credential),
    mark("proxyUser=", &[' ', ',', '"'], IdentityKind::Credential),
    mark("UserSid'>", &['<'], IdentityKind::User),
    mark("UserSid\">", &['<'], IdentityKind::User),
];

impl Mark {
    fn pseudonymised(&self, text: &str, pseudonyms: &Pseudonyms) -> String {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((head, tail)) = rest.split_once(self.begin) {
            let (name, after) = tail.split_at(tail.find(self.ends).unwrap_or(tail.len()));
            kept.push_str(head);
            kept.push_str(self.begin);
            if !name.is_empty() {
                kept.push_str(&pseudonyms.pseudonym(&Identity::new(self.kind, name)));
            }
            rest = after;
        }
        kept + rest
    }
}

#[test]
fn an_event_names_neither_its_workstation_nor_who_sat_there() {
    let event = "<Channel>System</Channel><Computer>PC-LUC</Computer><Security UserID='S-1-5-21-1004336348-1177238915-682003330-512'/><Data Name='TargetUserName'>luc</Data>";
    let text = without_persons(event, &Pseudonyms::new("key"));
    for name in ["PC-LUC", "S-1-5", "luc"] {
        assert!(!text.contains(name), "{text}");
    }
    assert!(text.starts_with("<Channel>System</Channel><Computer>host#"));
}

#[test]
fn ticks_of_a_browser_are_nobodys_number() {
    let event = r#"{"serial":"16430064","source":{"id":8,"start_time":"16430064"},"time":"16430104","type":1},"#;
    let text = without_persons(event, &Pseudonyms::new("key"));
    let rest = r#""source":{"id":8,"start_time":"16430064"},"time":"16430104","type":1},"#;
    assert!(text.ends_with(rest), "{text}");
    assert!(text.starts_with(r#"{"serial":"serial#"#), "{text}");
}

#[test]
fn who_logs_in_to_a_proxy_is_not_named() {
    for line in [
        "* Proxy auth using Basic with user 'luc'",
        "-Dhttps.proxyUser=luc -jar",
    ] {
        let text = without_persons(line, &Pseudonyms::new("key"));
        assert!(text.contains("user#") && !text.contains("luc"), "{text}");
    }
}
