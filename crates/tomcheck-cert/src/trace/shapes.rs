//! What looks like a personal value, where nothing is known of the card and its holder?

use tomcheck_diagnosis::{Identity, IdentityKind, Pseudonyms};

/// `text` with pseudonyms in the place of serial numbers, of what names a card after its number
/// (`CPS3v3-2900995266`), of the values of distinguished names, and of long numbers. What is a
/// pseudonym already stays. Rather too much goes: a log is read for its calls and answers.
pub fn without_personal(text: &str, pseudonyms: &Pseudonyms) -> String {
    let mask = Mask(pseudonyms);
    let lines = text.split_inclusive('\n');
    lines
        .map(|line| mask.words(&mask.names(&mask.serial(line))))
        .collect()
}

struct Mask<'a>(&'a Pseudonyms);

impl Mask<'_> {
    /// The quotes and blanks around `value` stay.
    fn of(&self, kind: IdentityKind, value: &str) -> String {
        let inner = value.trim_matches(|c: char| c.is_whitespace() || c == '\'' || c == '"');
        if inner.chars().count() < 2 || is_pseudonym(inner) {
            return value.to_owned();
        }
        let pseudonym = self.0.pseudonym(&Identity::new(kind, inner));
        value.replacen(inner, &pseudonym, 1)
    }

    /// `serialNumber:           '26000000        '`.
    fn serial(&self, line: &str) -> String {
        match after_serial(line) {
            Some((head, value)) => head.to_owned() + &self.of(IdentityKind::Serial, value),
            None => line.to_owned(),
        }
    }

    /// `CN=899700218896, SN=LIBRE`, `/C=FR/O=…`: each value but that of C.
    fn names(&self, line: &str) -> String {
        let mut kept = String::with_capacity(line.len());
        let mut rest = line;
        while let Some((head, value)) = rest.split_once('=') {
            kept.push_str(head);
            kept.push('=');
            let end = separator_after(head).map_or(0, |separator| end_of(value, separator));
            let (value, tail) = value.split_at(end);
            // T=0 and T=1 are how a card talks, not a title
            if head.ends_with('T') && value.starts_with(['0', '1']) {
                kept.push_str(value);
            } else {
                kept.push_str(&self.of(IdentityKind::Identifier, value));
            }
            rest = tail;
        }
        kept + rest
    }

    fn words(&self, line: &str) -> String {
        let mut kept = String::with_capacity(line.len());
        let mut rest = line;
        while let Some(begin) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
            let (head, tail) = rest.split_at(begin);
            kept.push_str(head);
            let end = tail.find(|c: char| !c.is_ascii_alphanumeric());
            let (word, tail) = tail.split_at(end.unwrap_or(tail.len()));
            if is_long_number(word) || ends_with_kind_of_card(&kept) {
                kept.push_str(&self.of(IdentityKind::Serial, word));
            } else {
                kept.push_str(word);
            }
            rest = tail;
        }
        kept + rest
    }
}

/// `serial#3fa29c`.
fn is_pseudonym(value: &str) -> bool {
    value.split_once('#').is_some_and(|(word, digits)| {
        let is_word = word.bytes().all(|byte| byte.is_ascii_lowercase());
        is_word && digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// A line, cut behind `serialNumber:`, `Serial number =` or `serial:`.
fn after_serial(line: &str) -> Option<(&str, &str)> {
    let lower = line.to_ascii_lowercase();
    let value = |(at, word): (usize, &str)| {
        let rest = lower.get(at + word.len()..)?.trim_start_matches([' ', '_']);
        let rest = rest.strip_prefix("number").unwrap_or(rest).trim_start();
        rest.strip_prefix([':', '=']).map(str::len)
    };
    let length = lower.match_indices("serial").find_map(value)?;
    line.split_at_checked(line.len() - length)
}

/// What ends the value of the attribute whose name `head` ends with; none: it ends with none.
fn separator_after(head: &str) -> Option<char> {
    let head = head.trim_end();
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let before = head.trim_end_matches(is_of_name);
    let name = head.strip_prefix(before)?;
    let lower = name.to_ascii_lowercase();
    let is_attribute = SHORT.contains(&name)
        || LONG.contains(&lower.as_str())
        || lower.trim_start_matches("oid.").starts_with("2.5.4.");
    let by_slashes = before.ends_with('/');
    is_attribute.then_some(if by_slashes { '/' } else { ',' })
}

/// Source: RFC 4514 §3, and what OpenSSL and others write beside it.
const SHORT: [&str; 11] = [
    "CN", "SN", "GN", "G", "O", "OU", "L", "ST", "T", "UID", "DC",
];
const LONG: [&str; 16] = [
    "commonname",
    "surname",
    "givenname",
    "initials",
    "pseudonym",
    "title",
    "organizationname",
    "organizationalunitname",
    "localityname",
    "stateorprovincename",
    "street",
    "streetaddress",
    "email",
    "emailaddress",
    "dnqualifier",
    "userid",
];

/// Where a value of a distinguished name ends, in bytes.
fn end_of(value: &str, separator: char) -> usize {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let ends = |(_, c): &(usize, char)| {
        let is_plain = !is_escaped;
        is_escaped = is_plain && *c == '\\';
        is_quoted ^= is_plain && *c == '"';
        let is_end = *c == separator || *c == ';' || *c == '+';
        matches!(*c, '\r' | '\n') || (is_plain && !is_quoted && is_end)
    };
    value
        .char_indices()
        .find(ends)
        .map_or(value.len(), |(at, _)| at)
}

/// Eight digits in a row, as in numbers of cards and people, or sixteen hexadecimal ones; what is
/// written as an address or a code (`0x…`) is none.
fn is_long_number(word: &str) -> bool {
    let is_code = word.len() <= LONGEST_CODE && word.get(..2).is_some_and(|begin| begin == "0x");
    let digits = word.split(|c: char| !c.is_ascii_digit());
    let is_decimal = digits.map(str::len).max() >= Some(8);
    let is_hexadecimal = word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    !is_code && (is_decimal || is_hexadecimal)
}

/// `0x` and eight bytes.
const LONGEST_CODE: usize = 18;

/// `CPS3v3-`, `CPS4v1-`: the number of the card follows.
fn ends_with_kind_of_card(head: &str) -> bool {
    let Some(head) = head.strip_suffix('-') else {
        return false;
    };
    let word = head.rsplit(|c: char| !c.is_ascii_alphanumeric()).next();
    let versioned = word.and_then(|word| word.split_once('v'));
    versioned.is_some_and(|(kind, version)| {
        kind.starts_with("CP") && version.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn masked(text: &str) -> String {
        without_personal(text, &Pseudonyms::new("key"))
    }

    #[test]
    fn what_names_card_or_holder_goes_where_nothing_is_known_of_them() {
        for (line, gone) in [
            (
                "serialNumber:           '26000000        '",
                &["26000000"][..],
            ),
            ("      Serial number = AB12", &["AB12"]),
            ("serial: AB12", &["AB12"]),
            ("serial of token, serialNumber: 'AB12'", &["AB12"]),
            ("label:  'CPS3v3-2900995266   '", &["2900995266"]),
            ("label:  'CPS4v1-A12'", &["A12"]),
            (
                "subject CN=899700218896, SN=LIBRE, GN=\"ANNE, MARIE\" found",
                &["8997", "LIBRE", "ANNE", "MARIE"],
            ),
            (
                "CN=DUPONT\\, JEAN+T=MEDECIN;OU=318000010",
                &["DUPONT", "JEAN", "MEDECIN", "318"],
            ),
            (
                "/C=FR/O=CABINET, LIBRE/CN=LIBRE ANNE/2.5.4.42=ANNE\n",
                &["CABINET", "LIBRE", "ANNE"],
            ),
            ("emailAddress = anne.libre@example.test", &["anne", "libre"]),
            (
                "read 0B1234567890 of 3F00D00312345678ABCD",
                &["0B1234567890", "3F00D003"],
            ),
        ] {
            let masked = masked(line);
            for gone in gone {
                assert!(!masked.contains(gone), "{gone} in {masked}");
            }
            assert_eq!(masked.ends_with('\n'), line.ends_with('\n'));
        }
    }

    #[test]
    fn the_same_value_has_the_same_pseudonym_wherever_it_stands() {
        let text = masked("serialNumber: '2900995266 '\nlabel: CPS3v3-2900995266\n");
        let pseudonyms: Vec<_> = text
            .split("serial#")
            .skip(1)
            .map(|rest| &rest[..6])
            .collect();
        assert_eq!(pseudonyms.len(), 2, "{text}");
        assert_eq!(pseudonyms[0], pseudonyms[1]);
        assert!(
            text.contains("label: CPS3v3-serial#"),
            "the kind of card stays"
        );
    }

    #[test]
    fn calls_times_codes_and_pseudonyms_stay() {
        let text = "\
Thu Nov 26 15:18:18.834 : C_Initialize
Returned:  0 CKR_OK
00 20 00 01 … (9 bytes)
      serialNumber:           'serial#3fa29c        '
CN=name#3fa29c, C=FR
    CKA_LABEL             [size : 0x21 (33)]
pReserved 0x00007f3c12345678, flags 0x80000001, protocol T=1
======================================================================
";
        assert_eq!(masked(text), text);
    }

    proptest! {
        #[test]
        fn no_log_makes_it_panic(text in "(.{0,20}|[Ss]erial ?[:=]?|CN ?=|é|[0-9]{7,9}|\\\\|\"){0,9}") {
            masked(&text);
        }

        #[test]
        fn eight_digits_in_a_row_never_stay(before in "[^0x]{0,9}", digits in "[0-9]{8,12}", after in "[^0-9]{0,9}") {
            let masked = masked(&format!("{before}{digits}{after}"));
            prop_assert!(!masked.contains(&digits), "{masked}");
        }
    }
}
