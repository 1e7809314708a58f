//! What was typed?

/// How the program is used.
pub const USAGE: &str = "\
usage: handshakes [--rounds N]
  --rounds N   rounds per TLS version, 1 to 10000 (default 25: about 20 seconds in all);
               what is left after two minutes is given up";

const DEFAULT_ROUNDS: usize = 25;

/// What was typed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Arguments {
    /// How often every peer has its turn, per TLS version.
    pub rounds: usize,
}

impl Arguments {
    /// Reads what follows the program's name.
    ///
    /// # Errors
    ///
    /// One line that says what is wrong.
    pub fn parse(typed: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self {
            rounds: DEFAULT_ROUNDS,
        };
        let mut typed = typed.into_iter();
        while let Some(word) = typed.next() {
            match word.as_str() {
                "--rounds" => arguments.rounds = rounds(typed.next())?,
                _ => return Err(format!("`{word}` is not known")),
            }
        }
        Ok(arguments)
    }
}

fn rounds(typed: Option<String>) -> Result<usize, String> {
    let typed = typed.ok_or("--rounds: a number is missing")?;
    match typed.parse() {
        Ok(rounds @ 1..=10_000) => Ok(rounds),
        _ => Err(format!("--rounds: `{typed}` is no number from 1 to 10000")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn rounds_are_a_number_that_makes_sense() {
        assert_eq!(parse(&[]).unwrap().rounds, DEFAULT_ROUNDS);
        assert_eq!(parse(&["--rounds", "3"]).unwrap().rounds, 3);
        for words in [
            &["--rounds"][..],
            &["--rounds", "0"],
            &["--rounds", "many"],
            &["--rounds", "10001"],
            &["3"],
        ] {
            assert!(!parse(words).unwrap_err().contains('\n'), "{words:?}");
        }
    }
}
