//! Where are the `return`s of a script?
//!
//! QuickJS does not tell which one an answer came from: a second reading of the script, in which
//! each `return x;` is `return line(n, x);`, does. What is rewritten is run beside the script,
//! never in its place, and believed only where both answer the same.

/// What each rewritten `return` calls, with its line and its value.
pub(super) const TELLER: &str = "__tomcheck_line";

/// The script with its `return`s rewritten, on the lines where they stand; none where its text
/// was not understood to the end.
pub(super) fn telling(script: &str) -> Option<String> {
    Telling::new(script).run()
}

struct Telling<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    told: String,
    /// What stands open: brackets, and the `return`s whose value is being read.
    open: Vec<Open>,
    before: Before,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Open {
    Bracket(char),
    Template,
    Return,
}

/// What a `/` after it begins.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Before {
    /// A value: a `/` divides.
    Value,
    /// A `.`: the next word is a name.
    Dot,
    /// An operator, or the beginning: a `/` begins a regular expression.
    Operator,
}

impl<'a> Telling<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            told: String::with_capacity(text.len() * 2),
            open: Vec::new(),
            before: Before::Operator,
        }
    }

    fn run(mut self) -> Option<String> {
        while let Some(c) = self.peek() {
            self.step(c)?;
        }
        self.open.is_empty().then_some(self.told)
    }

    fn step(&mut self, c: char) -> Option<()> {
        let rest = self.rest();
        match c {
            _ if rest.starts_with("//") => {
                if self.ends_with_its_line() {
                    self.end_of_value();
                }
                self.take_while(|c| !is_line_end(c));
            }
            _ if rest.starts_with("/*") => self.take_through("*/")?,
            '/' if self.before != Before::Value => self.regular_expression()?,
            '"' | '\'' => self.quoted(c)?,
            '`' => self.template()?,
            '(' | '[' | '{' => {
                self.open_deeper(Open::Bracket(c))?;
                self.take(Before::Operator);
            }
            ')' | ']' | '}' => self.close(c)?,
            ';' => {
                self.end_of_value();
                self.take(Before::Operator);
            }
            '.' => self.take(Before::Dot),
            c if is_of_a_word(c) => self.word()?,
            c if c.is_whitespace() => {
                if is_line_end(c) && self.ends_with_its_line() {
                    self.end_of_value();
                }
                let before = self.before;
                self.take(before);
            }
            _ => self.take(Before::Operator),
        }
        Some(())
    }

    fn word(&mut self) -> Option<()> {
        let word: String = self
            .rest()
            .chars()
            .take_while(|c| is_of_a_word(*c))
            .collect();
        let is_name = self.before == Before::Dot;
        for _ in word.chars() {
            self.take(Before::Value);
        }
        if is_name || !takes_an_operand(&word) {
            return Some(());
        }
        self.before = Before::Operator;
        if word == "return" && self.returns_a_value() {
            self.told.push_str(&format!(" {TELLER}({},", self.line));
            self.open_deeper(Open::Return)?;
        }
        Some(())
    }

    /// `{return: 1}` is a name, and `return` alone on its line returns nothing. One before a
    /// comment is left as it is.
    fn returns_a_value(&self) -> bool {
        let value = self.rest().trim_start_matches([' ', '\t']);
        let is_comment = value.starts_with("//") || value.starts_with("/*");
        let ends = |c: char| is_line_end(c) || matches!(c, ':' | ';' | '}');
        !is_comment && value.chars().next().is_some_and(|c| !ends(c))
    }

    /// A value that is complete where its line ends, before a word: what a missing `;` means.
    fn ends_with_its_line(&self) -> bool {
        let is_complete = self.before == Before::Value && self.open.last() == Some(&Open::Return);
        is_complete && {
            let next = after_blanks(self.rest());
            let word: &str = next.split(|c| !is_of_a_word(c)).next().unwrap_or_default();
            !word.is_empty() && !matches!(word, "in" | "instanceof")
        }
    }

    /// A value ends at `;`, or at the bracket that closes what it stands in.
    fn end_of_value(&mut self) {
        if self.open.last() == Some(&Open::Return) {
            self.told.push(')');
            self.open.pop();
        }
    }

    fn close(&mut self, c: char) -> Option<()> {
        self.end_of_value();
        match self.open.pop()? {
            Open::Bracket('(') if c == ')' => self.take(Before::Value),
            Open::Bracket('[') if c == ']' => self.take(Before::Value),
            // A block's end begins a statement; a literal's is a value, and seldom divided.
            Open::Bracket('{') if c == '}' => self.take(Before::Operator),
            Open::Template if c == '}' => {
                self.take(Before::Operator);
                self.template_text()?;
            }
            _ => return None,
        }
        Some(())
    }

    fn quoted(&mut self, quote: char) -> Option<()> {
        self.take(Before::Value);
        loop {
            match self.peek()? {
                '\\' => {
                    self.take(Before::Value);
                    self.peek()?;
                }
                c if c == quote => break,
                c if is_line_end(c) => return None,
                _ => {}
            }
            self.take(Before::Value);
        }
        self.take(Before::Value);
        Some(())
    }

    fn template(&mut self) -> Option<()> {
        self.take(Before::Value);
        self.template_text()
    }

    fn template_text(&mut self) -> Option<()> {
        loop {
            let c = self.peek()?;
            if self.rest().starts_with("${") {
                self.open_deeper(Open::Template)?;
                self.take(Before::Operator);
                self.take(Before::Operator);
                return Some(());
            }
            self.take(Before::Value);
            match c {
                '`' => return Some(()),
                '\\' => self.take(Before::Value),
                _ => {}
            }
        }
    }

    fn regular_expression(&mut self) -> Option<()> {
        self.take(Before::Value);
        let mut in_class = false;
        loop {
            let c = self.peek()?;
            match c {
                '\\' => self.take(Before::Value),
                '[' => in_class = true,
                ']' => in_class = false,
                c if is_line_end(c) => return None,
                _ => {}
            }
            self.take(Before::Value);
            if c == '/' && !in_class {
                return Some(());
            }
        }
    }

    fn take_through(&mut self, end: &str) -> Option<()> {
        let before = self.before;
        let length = self.rest().get(2..)?.find(end)? + 2 + end.len();
        let until = self.at + length;
        while self.at < until {
            self.take(before);
        }
        Some(())
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) {
        let before = self.before;
        while self.peek().is_some_and(&wanted) {
            self.take(before);
        }
    }

    fn take(&mut self, before: Before) {
        self.before = before;
        let Some(c) = self.peek() else {
            return;
        };
        self.at += c.len_utf8();
        self.told.push(c);
        if c == '\n' || (c == '\r' && self.peek() != Some('\n')) {
            self.line += 1;
        }
    }

    fn open_deeper(&mut self, open: Open) -> Option<()> {
        let is_deep = self.open.len() >= DEEPEST;
        self.open.push(open);
        (!is_deep).then_some(())
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }
}

const DEEPEST: usize = 500;

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

const fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// What follows the blanks and comments.
fn after_blanks(text: &str) -> &str {
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start();
        let comment = match trimmed.get(..2) {
            Some("//") => trimmed.find(is_line_end),
            Some("/*") => trimmed.find("*/").map(|at| at + 2),
            _ => None,
        };
        match comment.and_then(|length| trimmed.get(length..)) {
            Some(after) => rest = after,
            None => return trimmed,
        }
    }
}

/// Words after which a `/` begins a regular expression.
fn takes_an_operand(word: &str) -> bool {
    matches!(
        word,
        "return"
            | "typeof"
            | "case"
            | "in"
            | "of"
            | "delete"
            | "void"
            | "throw"
            | "new"
            | "else"
            | "do"
            | "instanceof"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(script: &str) -> Option<String> {
        telling(script).map(|told| told.replace(&format!(" {TELLER}"), "L"))
    }

    #[test]
    fn each_return_tells_its_line_and_its_value() {
        let table = [
            ("return 'a';", "returnL(1, 'a');"),
            ("{\nreturn 'a'\n}", "{\nreturnL(2, 'a'\n)}"),
            (
                "if (x) return a; else return (b);",
                "if (x) returnL(1, a); else returnL(1, (b));",
            ),
            ("return 'a'\nif (x) y", "returnL(1, 'a')\nif (x) y"),
            (
                "return 'a' // so\n/* or */ x",
                "returnL(1, 'a' )// so\n/* or */ x",
            ),
            ("return 'a' +\n'b';", "returnL(1, 'a' +\n'b');"),
            ("return a\n ? b : c;", "returnL(1, a\n ? b : c);"),
            ("return a\n in b;", "returnL(1, a\n in b);"),
            (
                "return function () { return 1; };",
                "returnL(1, function () { returnL(1, 1); });",
            ),
            ("return /;\"/.test(a);", "returnL(1, /;\"/.test(a));"),
            ("return /[/;]/.test(a);", "returnL(1, /[/;]/.test(a));"),
            ("return `${f(`}`)};`;", "returnL(1, `${f(`}`)};`);"),
            ("return f(';');", "returnL(1, f(';'));"),
        ];
        for (script, expected) in table {
            let script = format!("{{{script}}}");
            let expected = format!("{{{expected}}}");
            assert_eq!(told(&script), Some(expected));
        }
    }

    #[test]
    fn what_is_no_return_of_a_value_stays() {
        let table = [
            "return;",
            "return\n'a';",
            "return }",
            "x.return(1); y = {return: 2}",
            "'return a;' // return b;",
            "/* return a; */ a / return_ / b",
            "`return ${a};`",
            "'a\\'; return b;'",
        ];
        for script in table {
            let script = format!("{{{script}}}").replace("}}", "}");
            let found = told(&script);
            assert!(found.is_none_or(|found| found == script), "{script}");
        }
    }

    #[test]
    fn what_is_not_understood_to_its_end_tells_nothing() {
        for script in [
            "'a",
            "(",
            "}",
            "/* a",
            "`${a",
            "(]",
            "/a\n/",
            &"(".repeat(100_000),
        ] {
            assert_eq!(told(script), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_an_end(text in "(return |[a-z`'\"/{}();\\n$\\\\é]){0,40}") {
            // The lines stay where they were.
            if let Some(told) = telling(&text) {
                proptest::prop_assert_eq!(told.matches('\n').count(), text.matches('\n').count());
            }
        }
    }
}
