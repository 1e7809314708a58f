//! As whom is the proxy logged in to? The password never comes from arguments or the environment.

use std::io;
use std::time::Duration;

use tomcheck::{Credentials, Lang, spoken};
use zeroize::Zeroizing;

use crate::{pin, terminal};

/// More than any password, and little to keep in memory by mistake.
const MOST: u64 = 1024;

/// Asks on the terminal, without showing what is typed.
///
/// # Errors
///
/// When there is no terminal to ask on.
pub(crate) fn at_terminal(user: &str, lang: Lang) -> io::Result<Credentials> {
    let user_shown = user.escape_debug();
    let question = match lang {
        Lang::Fr => format!("Mot de passe de {user_shown} pour le proxy (ne s'affiche pas) : "),
        Lang::En => format!("Password of {user_shown} for the proxy (not shown): "),
    };
    let _kept = terminal::keep();
    let password = Zeroizing::new(rpassword::prompt_password(question)?);
    Ok(Credentials::new(user, password))
}

/// Reads one line from a descriptor that the caller opened.
///
/// # Errors
///
/// When it cannot be read, or says nothing in time.
pub(crate) fn from_descriptor(user: &str, number: u32, limit: Duration) -> io::Result<Credentials> {
    let password = pin::secret_from_descriptor(number, MOST, limit)?;
    Ok(Credentials::new(user, password))
}

/// Why no password can be had.
pub(crate) fn unreadable(error: &io::Error, lang: Lang) -> String {
    let error = spoken(error, lang);
    match lang {
        Lang::Fr => format!("le mot de passe du proxy ne peut pas être lu ici ({error})"),
        Lang::En => format!("the proxy's password cannot be read here ({error})"),
    }
}
