//! `tomcheck explain CODE…`: no card, no network.

use std::io::{self, Read};

use tomcheck::explain::{self, Explained, Row};
use tomcheck::{Lang, explained_list, explained_text, spoken};

use crate::args::Typed;
use crate::output::Output;

/// A console or an error page; a whole log is for another command.
const MOST_BYTES: u64 = 1 << 20;

/// Explains every code of every input. One that nobody knows loses none of the others, is named
/// with those that look like it, and ends with exit status 2: what was asked could not be done.
pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let words = words(typed, lang)?;
    let mut sheet = Sheet {
        output,
        lang,
        is_json: typed.has("json"),
        text: String::new(),
        status: crate::FINE,
    };
    if typed.has("all") {
        sheet.list()?;
    } else if words.is_empty() {
        return Err(super::complaint(lang, "CODE", nothing_asked(lang)));
    }
    for input in explain::inputs(&words) {
        sheet.input(&input)?;
    }
    super::write(output, lang, &sheet.text)?;
    Ok(sheet.status)
}

/// What was typed; `-` is what stands on standard input.
fn words(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<Vec<String>> {
    let typed = typed.values("CODE");
    let words = typed.iter().map(|word| {
        let word = word.to_string_lossy();
        if word == "-" {
            pasted(lang)
        } else {
            Ok(word.into_owned())
        }
    });
    words.collect()
}

fn pasted(lang: Lang) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(MOST_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| {
        let error = spoken(&error, lang);
        match lang {
            Lang::Fr => anyhow::anyhow!("- : lecture impossible : {error}"),
            Lang::En => anyhow::anyhow!("-: cannot be read: {error}"),
        }
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

const fn nothing_asked(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "il manque le code à expliquer, ou --all pour tous",
        Lang::En => "the code to explain is missing, or --all for all of them",
    }
}

/// What is printed, as it comes to be.
struct Sheet<'a> {
    output: &'a Output,
    lang: Lang,
    is_json: bool,
    text: String,
    status: u8,
}

impl Sheet<'_> {
    fn list(&mut self) -> anyhow::Result<()> {
        if self.is_json {
            return explain::rows()
                .try_for_each(|row| self.json(&Explained::of(None, row, self.lang)));
        }
        self.text += &explained_list(self.lang, self.output.style, self.output);
        Ok(())
    }

    fn input(&mut self, input: &str) -> anyhow::Result<()> {
        let rows = explain::explain(input);
        if rows.is_empty() {
            self.unknown(input)?;
        }
        rows.iter().try_for_each(|row| self.row(input, row))
    }

    fn row(&mut self, input: &str, row: &Row) -> anyhow::Result<()> {
        if self.is_json {
            return self.json(&Explained::of(Some(input), row, self.lang));
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text += &explained_text(row, self.lang, self.output.style, self.output);
        Ok(())
    }

    fn unknown(&mut self, input: &str) -> anyhow::Result<()> {
        self.status = crate::FAILED;
        if self.is_json {
            self.json(&Explained::unknown(input))?;
        }
        crate::complain(&unknown(input, self.lang));
        Ok(())
    }

    fn json(&mut self, explained: &Explained) -> anyhow::Result<()> {
        self.text += &serde_json::to_string(explained)?;
        self.text.push('\n');
        Ok(())
    }
}

/// A name that looks like it is proposed; else where to look for what there is.
fn unknown(input: &str, lang: Lang) -> String {
    let near = explain::nearest(input);
    let shown: String = input.chars().take(80).collect();
    let proposed = |or: &str| near.join(or);
    match (lang, near.is_empty()) {
        (Lang::Fr, false) => format!("« {shown} » : code inconnu, peut-être {}", proposed(" ou ")),
        (Lang::Fr, true) => {
            format!("« {shown} » : code inconnu (tomcheck explain --all les montre tous)")
        }
        (Lang::En, false) => format!("`{shown}`: unknown code, maybe {}", proposed(" or ")),
        (Lang::En, true) => format!("`{shown}`: unknown code (tomcheck explain --all shows all)"),
    }
}
