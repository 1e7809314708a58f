//! Does a pattern with `*` fit a text?

/// `*` stands for any number of characters. Never more than pattern × text steps.
pub(super) fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    // Where to take up again: after the last `*`, one character further.
    let mut again: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', rest)), _) => {
                again = Some((rest, text));
                pattern = rest;
            }
            (Some((a, pattern_rest)), Some((b, text_rest))) if a == b => {
                (pattern, text) = (pattern_rest, text_rest);
            }
            (None, None) => return true,
            _ => {
                let Some((rest, [_, shorter @ ..])) = again else {
                    return false;
                };
                again = Some((rest, shorter));
                (pattern, text) = (rest, shorter);
            }
        }
    }
}

#[cfg(test)]
proptest::proptest! {
    #[test]
    fn a_pattern_made_from_a_text_applies_to_it(text in "[a-z.]{0,20}", cut in 0_usize..20) {
        let cut = cut.min(text.len());
        let pattern = format!("{}*{}", &text[..cut], &text[cut..]);
        proptest::prop_assert!(glob(pattern.as_bytes(), text.as_bytes()));
    }
}
