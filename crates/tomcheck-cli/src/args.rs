//! What can be typed?
//!
//! One table of commands and options in both languages; help, parsing and the hints of usage
//! errors all come from it.

mod grammar;
mod table;
mod typed;

#[cfg(test)]
pub(crate) use self::grammar::command;
pub(crate) use self::grammar::{command_for, offered};
pub(crate) use self::typed::Typed;

#[cfg(test)]
mod tests {
    use tomcheck::Lang;

    use super::*;

    #[test]
    fn the_table_makes_a_command_line_that_clap_accepts_in_both_languages() {
        command(Lang::Fr).debug_assert();
        command(Lang::En).debug_assert();
        offered(Lang::Fr).debug_assert();
    }
}
