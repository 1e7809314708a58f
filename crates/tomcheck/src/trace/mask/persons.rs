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
    let rest = tomcheck_cert::without_personal(&rest, pseudonyms);
    match head {
        "" => rest,
        head => format!("{head} {rest}"),
    }
}

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
fn who_logs_in_to_a_proxy_is_not_named() {
    for line in [
        "* Proxy auth using Basic with user 'luc'",
        "-Dhttps.proxyUser=luc -jar",
    ] {
        let text = without_persons(line, &Pseudonyms::new("key"));
        assert!(text.contains("user#") && !text.contains("luc"), "{text}");
    }
}
