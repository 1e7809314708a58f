//! What of a line may be shown?

mod persons;
mod secrets;

use std::fmt;

use tomcheck_diagnosis::{Identity, IdentityKind, Pseudonyms};

pub(crate) use self::persons::without_persons;
pub(crate) use self::secrets::without_secrets;
use super::hit::Facts;
use super::line::Shown;

/// Hides what a line must not carry away: secrets always, what names a person or a workstation
/// unless that was asked for.
pub(crate) struct Mask {
    pseudonyms: Pseudonyms,
    shows_identity: bool,
}

/// Letters of a line that are shown.
const LONGEST: usize = 240;
/// Of these, those before what the line is known by, where it is longer.
const BEFORE: usize = 120;

/// Whose names it knows is nobody's business.
impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mask").finish_non_exhaustive()
    }
}

impl Mask {
    pub(crate) fn new(pseudonyms: Pseudonyms, shows_identity: bool) -> Self {
        Self {
            pseudonyms,
            shows_identity,
        }
    }

    /// The line, masked as a whole, then cut; `user` sent the request it tells of.
    pub(super) fn excerpt(&self, line: &Shown<'_>, user: Option<&str>) -> String {
        let whole = self.masked(&line.text, user);
        let is_long = whole.chars().nth(LONGEST).is_some();
        // what the mask makes of the head alone tells where the anchor came to stand
        let before = match is_long {
            true => self.masked(line.head(), user).chars().count(),
            false => 0,
        };
        let kept = around(&whole, before);
        if line.is_cut {
            format!("…{kept}")
        } else {
            kept
        }
    }

    /// What a line names or says, masked and cut.
    pub(super) fn facts(&self, facts: Facts, user: Option<&str>) -> Facts {
        let text = |text: String| around(&self.masked(&text, user), 0);
        Facts {
            proxy: facts.proxy.map(text),
            proxy_address: facts.proxy_address.map(text),
            host: facts.host.map(text),
            issuer: facts.issuer.map(|issuer| self.authority(issuer, user)),
            said: facts.said.map(|(name, said)| (name, text(said))),
            ..facts
        }
    }

    /// An authority is no person; what carries the number of one is a person's own.
    fn authority(&self, name: String, user: Option<&str>) -> String {
        let is_letter = |c: char| !c.is_ascii_digit();
        let is_personal = name.split(is_letter).any(|digits| digits.len() >= PERSONAL);
        match is_personal {
            true => around(&self.masked(&name, user), 0),
            false => around(&without_secrets(name.trim()), 0),
        }
    }

    fn masked(&self, text: &str, user: Option<&str>) -> String {
        let text = without_secrets(text.trim());
        if self.shows_identity {
            return text;
        }
        let text = match user {
            None => text,
            Some(user) => self.without_user(&text, user),
        };
        without_persons(&text, &self.pseudonyms)
    }

    fn without_user(&self, text: &str, user: &str) -> String {
        let user = Identity::new(IdentityKind::Credential, user);
        let mut known = Pseudonyms::new("");
        known.extend([user.clone()]);
        let pseudonym = known.pseudonym(&user);
        known
            .mask_text(text)
            .replace(&pseudonym, &self.pseudonyms.pseudonym(&user))
    }
}

/// As much as is shown of a text, the letter number `place` in it.
fn around(text: &str, place: usize) -> String {
    let length = text.chars().count();
    let begin = place
        .saturating_sub(BEFORE)
        .min(length.saturating_sub(LONGEST));
    let letters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let kept: String = letters.skip(begin).take(LONGEST).collect();
    let dots = |is_cut: bool| if is_cut { "…" } else { "" };
    let (head, tail) = (dots(begin > 0), dots(begin + LONGEST < length));
    format!("{head}{kept}{tail}")
}

/// The number of a card has ten digits, that of a person more; a structure's SIREN has nine.
const PERSONAL: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn masked(line: &str) -> String {
        Mask::new(Pseudonyms::new("key"), false).excerpt(&Shown::whole(line), None)
    }

    #[test]
    fn a_long_line_is_masked_from_its_begin_and_cut_around_what_it_is_known_by() {
        let mask = Mask::new(Pseudonyms::new("key"), false);
        let of = |head: &str, tail: &str| {
            mask.excerpt(
                &Shown {
                    text: format!("{head}{tail}").into(),
                    at: head.len(),
                    is_cut: false,
                },
                None,
            )
        };
        let blob = "QUJD".repeat(500);
        let line = of(&format!("Cookie: {blob}"), "/407 refused");
        assert_eq!(line, "Cookie: ***");
        let words = "word ".repeat(100);
        let line = of(&format!("{words}pin=4711 "), &format!("/407 {words}"));
        assert!(line.starts_with('…') && line.ends_with('…'), "{line}");
        assert!(line.contains("pin=*** /407 word"), "{line}");
    }

    #[test]
    fn what_says_something_stays() {
        for line in [
            "1795729459.160      0 127.0.0.1 TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 - HIER_NONE/- text/html",
            "java.io.IOException: Authentication failure",
            "Spinning: 3, opinion: none",
        ] {
            let flat = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(flat(&masked(line)), flat(line));
        }
    }

    #[test]
    fn who_sent_the_request_is_masked_and_shown_only_when_asked_for() {
        let line =
            "1795729459.217 19 127.0.0.1 TCP_DENIED/407 3579 CONNECT a:443 luc HIER_NONE/- -";
        let mask = Mask::new(Pseudonyms::new("key"), false);
        let masked = mask.excerpt(&Shown::whole(line), Some("luc"));
        assert!(
            masked.contains("user#") && !masked.contains("luc"),
            "{masked}"
        );
        let mask = Mask::new(Pseudonyms::new("key"), true);
        assert!(
            mask.excerpt(&Shown::whole(line), Some("luc"))
                .contains("luc")
        );
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic_nor_long(line in "\\PC{0,400}", keyed in "(pin|é|cookie|://|@|[:= x]){0,40}") {
            let (one, two) = (masked(&line), masked(&keyed));
            prop_assert!(one.chars().count() <= LONGEST + 2 && two.chars().count() <= LONGEST + 2);
        }
    }
}
