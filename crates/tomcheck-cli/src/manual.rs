//! How does the table of commands read as a manual page?
//!
//! Written in the `man` macros of roff, which every system has. Source: groff_man(7), man(7) of
//! mandoc.

use std::fmt::Write as _;

use clap::{Arg, Command};
use tomcheck::{Lang, Text};

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// The page `tomcheck(1)` of this command line, in `lang`.
pub(crate) fn page(command: &Command, lang: Lang) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let mut page = Page {
        text: String::new(),
        lang,
    };
    page.line(&format!(
        ".TH TOMCHECK 1 \"\" \"tomcheck {version}\" \"{}\"",
        MANUAL.get(lang)
    ));
    page.head(command);
    page.commands(command);
    page.section(t("OPTIONS COMMUNES", "COMMON OPTIONS"));
    page.options(command.get_arguments().filter(|arg| arg.is_global_set()));
    page.tail();
    page.text
}

const MANUAL: Text = t("Manuel de tomcheck", "Manual of tomcheck");

struct Page {
    text: String,
    lang: Lang,
}

impl Page {
    fn head(&mut self, command: &Command) {
        self.section(t("NOM", "NAME"));
        let about = command.get_about().map(ToString::to_string);
        self.line(&format!(
            "tomcheck \\- {}",
            escaped(&lowered(&about.unwrap_or_default()))
        ));
        self.section(t("SYNOPSIS", "SYNOPSIS"));
        self.line(".B tomcheck");
        self.line(match self.lang {
            Lang::Fr => "[\\fIcommande\\fR] [\\fIoptions\\fR] [\\fIarguments\\fR]",
            Lang::En => "[\\fIcommand\\fR] [\\fIoptions\\fR] [\\fIarguments\\fR]",
        });
        self.section(t("DESCRIPTION", "DESCRIPTION"));
        self.paragraphs(DESCRIPTION);
    }

    fn commands(&mut self, command: &Command) {
        self.section(t("COMMANDES", "COMMANDS"));
        for sub in command.get_subcommands() {
            self.line(&format!(".SS \"tomcheck {}\"", sub.get_name()));
            let about = sub.get_about().map(ToString::to_string);
            self.paragraph(&sentence(&about.unwrap_or_default()));
            self.positionals(sub);
            let is_check = sub.get_name() == "check";
            let own = sub.get_arguments();
            let own = own.filter(|arg| !arg.is_global_set() && !arg.is_hide_set());
            let (shared, own): (Vec<_>, Vec<_>) =
                own.partition(|arg| !is_check && is_in(command, arg));
            self.options(own.into_iter());
            self.shared(&shared);
        }
    }

    /// What means the same as for the diagnosis itself is told there.
    fn shared(&mut self, shared: &[&Arg]) {
        let names = shared.iter().filter_map(|arg| arg.get_long());
        let names = names.filter(|long| *long != "help");
        let names: Vec<_> = names
            .map(|long| format!("\\fB{}\\fR", escaped(&format!("--{long}"))))
            .collect();
        if names.is_empty() {
            return;
        }
        self.line(".PP");
        let names = names.join(", ");
        self.line(&match self.lang {
            Lang::Fr => format!("Comme \\fBcheck\\fR : {names}."),
            Lang::En => format!("As \\fBcheck\\fR: {names}."),
        });
    }

    fn positionals(&mut self, command: &Command) {
        for arg in command.get_positionals() {
            self.line(".TP");
            self.line(&format!("\\fI{}\\fR", escaped(&named(arg))));
            self.help(arg);
        }
    }

    fn options<'a>(&mut self, options: impl Iterator<Item = &'a Arg>) {
        let options = options.filter(|arg| !arg.is_positional() && arg.get_id() != "help");
        for arg in options {
            self.line(".TP");
            self.line(&spelt(arg));
            self.help(arg);
        }
    }

    fn help(&mut self, arg: &Arg) {
        let help = arg.get_help().map(ToString::to_string);
        self.line(&escaped(&sentence(&help.unwrap_or_default())));
    }

    fn tail(&mut self) {
        self.section(t("ÉTAT DE SORTIE", "EXIT STATUS"));
        self.terms(EXIT);
        self.section(t("ENVIRONNEMENT", "ENVIRONMENT"));
        self.terms(ENVIRONMENT);
        self.section(t("FICHIERS", "FILES"));
        self.terms(FILES);
        self.section(t("EXEMPLES", "EXAMPLES"));
        self.terms(EXAMPLES);
        self.section(t("VOIR AUSSI", "SEE ALSO"));
        self.line("\\fBpcscd\\fR(8), \\fBopensc\\fR(7)");
    }

    fn terms(&mut self, terms: &[(&str, Text)]) {
        for (term, text) in terms {
            self.line(".TP");
            self.line(&format!("\\fB{}\\fR", escaped(term)));
            self.line(&escaped(text.get(self.lang)));
        }
    }

    fn section(&mut self, title: Text) {
        self.line(&format!(".SH {:?}", title.get(self.lang)));
    }

    fn paragraphs(&mut self, texts: &[Text]) {
        for text in texts {
            self.paragraph(text.get(self.lang));
        }
    }

    fn paragraph(&mut self, text: &str) {
        self.line(".PP");
        self.line(&escaped(text));
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }
}

/// The one name of an argument's value.
fn named(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let names = names.iter().map(ToString::to_string);
    names.collect::<Vec<_>>().join(" ")
}

/// Whether the program takes the same option without any command.
fn is_in(command: &Command, arg: &Arg) -> bool {
    let help = |arg: &Arg| arg.get_help().map(ToString::to_string);
    let mut all = command.get_arguments();
    all.any(|own| own.get_long() == arg.get_long() && help(own) == help(arg))
}

/// `-o, --output FILE`
fn spelt(arg: &Arg) -> String {
    let long = arg.get_long().map(|long| format!("--{long}"));
    let short = arg.get_short().map(|short| format!("-{short}"));
    let names = [short, long].into_iter().flatten();
    let names: Vec<_> = names
        .map(|name| format!("\\fB{}\\fR", escaped(&name)))
        .collect();
    let values = arg.get_value_names().unwrap_or_default();
    let values = values
        .iter()
        .map(|name| format!(" \\fI{}\\fR", escaped(name)));
    let takes_value = arg.get_action().takes_values();
    names.join(", ") + &values.filter(|_| takes_value).collect::<String>()
}

/// What roff would take for its own: a backslash, a dash that is to be typed, a dot or a quote at
/// the begin of a line.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    match text.starts_with(['.', '\'']) {
        true => format!("\\&{text}"),
        false => text,
    }
}

/// Help is written without capital and full stop, which sentences of a page have.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    let stop = if text.ends_with(['.', '…']) {
        ""
    } else {
        "."
    };
    first.unwrap_or_default() + letters.as_str() + stop
}

/// whatis(1) shows the line in the midst of others.
fn lowered(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

const DESCRIPTION: &[Text] = &[
    t(
        "tomcheck regarde, dans l'ordre, le lecteur, la carte, la Cryptolib CPS, le code porteur, les certificats, les navigateurs, le réseau, le proxy et la connexion sécurisée, puis nomme la cause qui empêche une carte CPS, CPF, CPE ou CPA d'ouvrir TOM, et dit quoi faire et à qui le demander.",
        "tomcheck looks, in this order, at the reader, the card, the Cryptolib CPS, the code porteur (PIN), the certificates, the browsers, the network, the proxy and the secure connection, then names the one cause that keeps a CPS, CPF, CPE or CPA card from opening TOM, and says what to do and whom to ask.",
    ),
    t(
        "Il ne change rien sur le poste, sauf le cache de la Cryptolib quand on le lui demande (certs --refresh). Il ne présente le code porteur que si on le lui demande, une seule fois, et jamais pour le dernier essai. Ce qu'il écrit est masqué : noms, identifiants, numéros de carte, nom du poste et de la session. Sans commande, il fait tout le diagnostic (check).",
        "It changes nothing on the machine, save the Cryptolib's cache when told to (certs --refresh). It presents the code porteur only when told to, once, and never for the last try. What it writes is masked: names, identifiers, card numbers, the names of the machine and of the session. Without a command it runs the whole diagnosis (check).",
    ),
];

const EXIT: &[(&str, Text)] = &[
    (
        "0",
        t(
            "rien ne bloque ; avec --strict, il n'y a pas non plus d'avertissement.",
            "nothing blocks; with --strict there is no warning either.",
        ),
    ),
    ("1", t("quelque chose bloque.", "something blocks.")),
    (
        "2",
        t(
            "indéterminé : tout n'a pas pu être regardé ; ou tomcheck n'a pas pu faire son travail : ligne de commande, fichier illisible, réglage inconnu.",
            "undetermined: not everything could be looked at; or tomcheck could not do its job: command line, unreadable file, unknown setting.",
        ),
    ),
];

const ENVIRONMENT: &[(&str, Text)] = &[
    (
        "TOMCHECK_LANG, TOMCHECK_TARGET, TOMCHECK_DEADLINE…",
        t(
            "tiennent lieu de l'option du même nom ; toutes sont dans tomcheck config show --json. Jamais de code porteur ni de mot de passe.",
            "stand for the option of that name; all are in tomcheck config show --json. Never a code porteur or a password.",
        ),
    ),
    ("TOMCHECK_CONFIG", t("comme --config.", "as --config.")),
    (
        "NO_COLOR",
        t(
            "s'il n'est pas vide, pas de couleurs.",
            "no colours, unless it is empty.",
        ),
    ),
];

const FILES: &[(&str, Text)] = &[
    (
        "/etc/tomcheck/config.toml",
        t(
            "réglages du poste ; tomcheck config example en écrit un, commenté.",
            "settings of the machine; tomcheck config example writes a commented one.",
        ),
    ),
    (
        "~/.config/tomcheck/config.toml",
        t(
            "réglages de l'utilisateur, qui l'emportent sur ceux du poste.",
            "settings of the user, which win over those of the machine.",
        ),
    ),
];

const EXAMPLES: &[(&str, Text)] = &[
    (
        "tomcheck",
        t(
            "fait tout le diagnostic, sans le code porteur.",
            "runs the whole diagnosis, without the code porteur.",
        ),
    ),
    (
        "tomcheck --with-pin",
        t(
            "demande le code porteur et essaie la carte jusqu'au bout.",
            "asks for the code porteur and tries the card to the end.",
        ),
    ),
    (
        "tomcheck -q --json --strict -o rapport.json",
        t(
            "pour un programme : rien à l'écran, un rapport JSON, un état de sortie.",
            "for a program: nothing on the screen, a report in JSON, an exit status.",
        ),
    ),
    (
        "tomcheck proxy https://tom.gip-cps.fr --request",
        t(
            "écrit ce qu'il faut demander à l'administrateur du réseau.",
            "writes what to ask of the network's administrator.",
        ),
    ),
    (
        "tomcheck explain \"alert 48\"",
        t(
            "dit ce que veut dire un message d'erreur, d'où qu'il vienne.",
            "says what an error message means, wherever it comes from.",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_taken_for_roff() {
        assert_eq!(escaped(".TH"), "\\&.TH");
        assert_eq!(escaped("'br"), "\\&'br");
        assert_eq!(escaped("DOMAINE\\nom --x"), "DOMAINE\\enom \\-\\-x");
    }

    #[test]
    fn every_command_and_option_has_its_place_in_both_languages() {
        for lang in [Lang::Fr, Lang::En] {
            let command = crate::args::command(lang);
            let page = page(&command, lang);
            for sub in command.get_subcommands() {
                let heading = format!(".SS \"tomcheck {}\"", sub.get_name());
                assert!(page.contains(&heading), "{heading}");
                let shown = sub.get_arguments().filter(|arg| !arg.is_hide_set());
                let longs = shown.filter_map(Arg::get_long);
                for long in longs.filter(|long| *long != "help") {
                    let option = escaped(&format!("--{long}"));
                    assert!(page.contains(&option), "{option}");
                }
            }
        }
    }
}
