//! What was probably meant by a name that nobody has?

use super::fold::folded;

/// How many are proposed.
const MOST: usize = 3;
/// A longer one is a sentence, not a name.
const LONGEST: usize = 64;

/// The names that look most like `input`, the likest first; none where nothing does.
pub fn nearest(input: &str) -> Vec<&'static str> {
    let typed = folded(input);
    if typed.len() > LONGEST || typed.len() < 3 {
        return Vec::new();
    }
    let mut near: Vec<(usize, &'static str)> = super::rows()
        .map(|row| (distance(&typed, &folded(row.name)), row.name))
        .filter(|(distance, name)| *distance <= name.len().max(typed.len()) / 4)
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// How many characters are to be added, taken out or changed.
///
/// Source: Levenshtein; one row of the table at a time.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.iter().zip(row.iter().skip(1)) {
            let changed = diagonal + usize::from(x != *y);
            diagonal = *above;
            left = changed.min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[test]
fn a_slip_of_the_keyboard_finds_its_name_and_nonsense_finds_none() {
    assert_eq!(distance("carte", "carte"), 0);
    assert_eq!(distance("carte", "cart"), 1);
    assert_eq!(distance("carte", "crate"), 2);
    assert_eq!(nearest("CKR_PIN_LOKED").first(), Some(&"CKR_PIN_LOCKED"));
    assert_eq!(
        nearest("proxy.authentication-requird").first(),
        Some(&"proxy.authentication-required")
    );
    assert!(nearest("qwertyuiop").is_empty());
}
