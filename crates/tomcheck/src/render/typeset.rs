//! How do browsers set French? They put no space where it belongs by themselves.

use tomcheck_diagnosis::Lang;

/// French typography: a narrow no-break space inside « » and before : ; ? !, and the apostrophe
/// between letters curled. English as it is.
pub(crate) fn typeset(text: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return text.to_owned();
    }
    let narrow = "\u{202F}";
    let before = [" :", " ;", " ?", " !", " »"].into_iter();
    let spaced = before.fold(text.replace("« ", &format!("«{narrow}")), |text, sign| {
        text.replace(sign, &sign.replace(' ', narrow))
    });
    curled(&spaced)
}

/// A quotation mark that is not between letters may be part of a command.
fn curled(text: &str) -> String {
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    let mut curled = String::with_capacity(text.len());
    while let Some(c) = rest.next() {
        let is_between = before.is_alphabetic() && rest.peek().is_some_and(|c| is_word(*c));
        curled.push(if c == '\'' && is_between { '’' } else { c });
        before = c;
    }
    curled
}

fn is_word(c: char) -> bool {
    c.is_alphabetic() || c == '«'
}

#[test]
fn french_signs_stay_with_their_words() {
    assert_eq!(
        typeset("« Oui » ; pourquoi ? L'autre : non", Lang::Fr),
        "«\u{202F}Oui\u{202F}»\u{202F}; pourquoi\u{202F}? L’autre\u{202F}: non"
    );
    assert_eq!(typeset("tapez 'oui'", Lang::Fr), "tapez 'oui'");
    assert_eq!(typeset("Why? It's", Lang::En), "Why? It's");
}
