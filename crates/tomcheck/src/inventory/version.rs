//! Which of two versions is the later one?

use std::cmp::Ordering;

/// Compares the numbers of two versions, one by one; a distribution's epoch and revision do not
/// count. None where either begins with no number.
pub(super) fn compare(one: &str, other: &str) -> Option<Ordering> {
    let (one, other) = (numbers(one), numbers(other));
    if one.is_empty() || other.is_empty() {
        return None;
    }
    let longest = one.len().max(other.len());
    let part = |numbers: &[u32], at: usize| numbers.get(at).copied().unwrap_or_default();
    let parts = (0..longest).map(|at| part(&one, at).cmp(&part(&other, at)));
    Some(parts.fold(Ordering::Equal, Ordering::then))
}

/// `2:1.9.9-2+deb12u1` is 1.9.9, `17.0.13+11` is 17.0.13, `128.5.0esr` is 128.5.0.
fn numbers(version: &str) -> Vec<u32> {
    let version = version.trim();
    let upstream = match version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => version,
    };
    let parts = upstream.split('.');
    let mut numbers = Vec::new();
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit());
        let digits = part.get(..end.unwrap_or(part.len())).unwrap_or_default();
        let Ok(number) = digits.parse() else {
            break;
        };
        numbers.push(number);
        if end.is_some() {
            break;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        let is = |one, other| compare(one, other).unwrap();
        assert_eq!(is("128.5.0esr-1~deb12u1", "115.13"), Ordering::Greater);
        assert_eq!(is("5.1.10", "5.2"), Ordering::Less);
        assert_eq!(is("05.02.00", "5.2"), Ordering::Equal);
        assert_eq!(is("2:1.9.9-2", "1.9.9"), Ordering::Equal);
        assert_eq!(is("17.0.13+11", "17.0.13"), Ordering::Equal);
        assert_eq!(compare("ansible", "1"), None);
    }
}
