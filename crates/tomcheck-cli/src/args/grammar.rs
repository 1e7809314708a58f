//! How does clap read the table, and how does its help?

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint, value_parser};
use tomcheck::{Lang, Text};

use super::table::*;

/// The whole command line, with its help in `lang`.
#[cfg(test)]
pub(crate) fn command(lang: Lang) -> Command {
    command_of(lang, Refused::Hidden, |_| true)
}

/// The same without what a command refuses: to be offered, not parsed.
pub(crate) fn offered(lang: Lang) -> Command {
    command_of(lang, Refused::Gone, |_| true)
}

/// The command line for what was typed: commands that it does not name have a line in the help, and
/// no options of their own, which take their time to make.
pub(crate) fn command_for(lang: Lang, typed: &[OsString]) -> Command {
    command_of(lang, Refused::Hidden, |name| {
        typed.iter().any(|word| word == name)
    })
}

fn command_of(lang: Lang, refused: Refused, is_wanted: impl Fn(&str) -> bool) -> Command {
    let root = Command::new("tomcheck")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT.get(lang))
        .after_help(AFTER.get(lang))
        .disable_help_subcommand(true)
        .args_conflicts_with_subcommands(false)
        .args(options(GLOBAL, lang).map(|arg| {
            let is_everywhere = refused == Refused::Hidden || !is_refused_somewhere(&arg);
            arg.global(is_everywhere)
        }))
        // `tomcheck` alone is `tomcheck check`: it takes the same options.
        .args(options(TARGET, lang))
        .args(options(BASELINE, lang))
        .args(options(TRIALS, lang))
        .args(options(LOOKING, lang));
    COMMANDS.iter().fold(localised(root, lang), |root, row| {
        root.subcommand(match is_wanted(row.name) {
            true => subcommand(row, refused, lang),
            false => Command::new(row.name).about(row.about.get(lang)),
        })
    })
}

const ABOUT: Text = t(
    "Trouve pourquoi une carte CPS, CPF, CPE ou CPA n'ouvre pas TOM, et dit quoi faire",
    "Finds why a CPS, CPF, CPE or CPA card does not open TOM, and says what to do",
);

const AFTER: Text = t(
    "État de sortie : 0 rien ne bloque, 1 quelque chose bloque, 2 indéterminé (tout n'a pas pu être regardé) ou le diagnostic n'a pas pu se faire.",
    "Exit status: 0 nothing blocks, 1 something blocks, 2 undetermined (not everything could be looked at) or the diagnosis could not be made.",
);

const AFTER_COMPARE: Text = t(
    "État de sortie : 0 pareil ou mieux, 1 moins bien ou autre cause, 2 indéterminé (deux sites différents, ou l'un des deux n'a pas pu tout regarder) ou rapport illisible.",
    "Exit status: 0 the same or better, 1 worse or another cause, 2 undetermined (two different sites, or one of them could not look at everything) or unreadable report.",
);

fn subcommand(row: &'static CommandRow, refused: Refused, lang: Lang) -> Command {
    let command = Command::new(row.name).about(row.about.get(lang));
    let command = match row.name {
        "compare" => command.after_help(AFTER_COMPARE.get(lang)),
        _ => command,
    };
    let positionals = row.positionals.iter().enumerate();
    let positionals = positionals.map(|(place, it)| positional_arg(it, lang).display_order(place));
    let command = command.args(positionals);
    let own = REFUSED.iter().filter(|(name, _)| *name == row.name);
    let own: Vec<_> = own.flat_map(|(_, longs)| *longs).copied().collect();
    let options = row.options.iter().flat_map(|rows| options(rows, lang));
    let command = match refused {
        Refused::Hidden => {
            let command = command.args(options);
            own.iter().fold(command, |it, long| hidden(it, long, lang))
        }
        Refused::Gone => {
            let elsewhere = globals_refused_elsewhere(lang);
            let is_taken = |arg: &Arg| !own.iter().any(|long| arg.get_id() == long);
            command.args(options.chain(elsewhere).filter(is_taken))
        }
    };
    localised(command, lang)
}

fn globals_refused_elsewhere(lang: Lang) -> impl Iterator<Item = Arg> {
    options(GLOBAL, lang).filter(is_refused_somewhere)
}

/// What becomes of the options that a command refuses.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Refused {
    /// They are parsed, so that a sentence of our own can say no.
    Hidden,
    /// Completions and manual pages show hidden ones too.
    Gone,
}

fn is_refused_somewhere(arg: &Arg) -> bool {
    let mut all = REFUSED.iter().flat_map(|(_, longs)| *longs);
    all.any(|long| arg.get_id() == long)
}

/// What a command says no to by a sentence of its own, and does not offer.
const REFUSED: &[(&str, &[&str])] = &[
    ("watch", &["html"]),
    ("bench", &["html"]),
    ("identify", &["html"]),
    ("metrics", &["html"]),
    ("explain", &["html"]),
    ("testsite", &["html"]),
    ("bundle", &["html"]),
    ("inventory", &["html"]),
    ("config", &["html"]),
    ("serve", &["html", "with-pin", "pin-fd", "spend-final-try"]),
    ("generate", &["html"]),
];

/// An option of every command is hidden by one of the command's own in its place.
fn hidden(command: Command, long: &'static str, lang: Lang) -> Command {
    let is_own = command.get_arguments().any(|arg| arg.get_id() == long);
    let command = match is_own {
        true => command,
        false => command.args(options(GLOBAL, lang).filter(|arg| arg.get_id() == long)),
    };
    command.mut_arg(long, |arg| arg.hide(true))
}

fn positional_arg(row: &'static Positional, lang: Lang) -> Arg {
    let arg = Arg::new(row.name)
        .value_name(shown(row.name, lang))
        .required(!row.is_optional)
        .help(row.help.get(lang));
    let arg = if row.many {
        // Chromium's errors are negative numbers
        let arg = arg.num_args(1..).action(ArgAction::Append);
        let arg = arg.allow_negative_numbers(true);
        let arg = match row.name.contains("FILE") {
            true => arg.value_hint(ValueHint::AnyPath),
            false => arg,
        };
        arg.value_parser(value_parser!(OsString))
    } else if row.is_path() {
        arg.value_parser(value_parser!(OsString))
            .value_hint(ValueHint::FilePath)
    } else {
        arg
    };
    if row.values.is_empty() {
        arg
    } else {
        arg.value_parser(PossibleValuesParser::new(row.values))
            .hide_possible_values(true)
    }
}

/// Groups stay together in the help, global options last.
fn options(rows: &'static [OptionRow], lang: Lang) -> impl Iterator<Item = Arg> {
    let groups = [
        SERVE,
        TARGET,
        BASELINE,
        TRIALS,
        CARD,
        BUNDLE,
        BENCH,
        EXPLAIN,
        REQUEST,
        LOOKING,
        WATCH,
        TESTSITE,
        TRACE_TARGET,
        TRACE,
        GLOBAL,
    ];
    let group = groups.iter().position(|group| std::ptr::eq(*group, rows));
    let first = group.unwrap_or_default() * 100;
    rows.iter().enumerate().map(move |(number, row)| {
        let arg = Arg::new(row.long)
            .display_order(first + number)
            .long(row.long)
            .help(row.help.get(lang));
        let arg = if let Some(short) = row.short {
            arg.short(short)
        } else {
            arg
        };
        match row.takes {
            Takes::Nothing => arg.action(ArgAction::SetTrue),
            Takes::Value(name) => arg.value_name(shown(name, lang)),
            Takes::File(name) => arg
                .value_name(shown(name, lang))
                .value_parser(value_parser!(PathBuf))
                .value_hint(hint(name)),
            Takes::Files(name) => arg
                .value_name(shown(name, lang))
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::FilePath)
                .num_args(1..)
                .action(ArgAction::Append),
            Takes::Values(name) => arg
                .value_name(shown(name, lang))
                .value_parser(value_parser!(OsString))
                .num_args(1..)
                .action(ArgAction::Append),
            Takes::Folder(name, usual) => arg
                .value_name(shown(name, lang))
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::DirPath)
                .num_args(0..=1)
                .default_missing_value(usual),
            Takes::OneOf(name, values) => arg
                .value_name(shown(name, lang))
                .value_parser(PossibleValuesParser::new(values))
                .hide_possible_values(true),
        }
    })
}

/// The names of values are English words in the table.
fn shown(name: &'static str, lang: Lang) -> &'static str {
    let french = FRENCH.iter().find(|(english, _)| *english == name);
    match (lang, french) {
        (Lang::Fr, Some((_, french))) => french,
        _ => name,
    }
}

const FRENCH: &[(&str, &str)] = &[
    ("FILE", "FICHIER"),
    ("FILE.prom", "FICHIER.prom"),
    ("PATH", "CHEMIN"),
    ("DIR", "DOSSIER"),
    ("NAME", "NOM"),
    ("NAME|URL", "NOM|URL"),
    ("SECONDS", "SECONDES"),
    ("LAYER,…", "PARTIE,…"),
    ("REPORT", "RAPPORT"),
    ("REPORT.json", "RAPPORT.json"),
    ("BEFORE", "AVANT"),
    ("AFTER", "APRÈS"),
    ("CMD", "COMMANDE"),
    ("ADDR:PORT", "ADRESSE:PORT"),
    ("VALUE|FILE", "VALEUR|FICHIER"),
    ("WHAT", "QUOI"),
];

/// What a shell proposes there.
fn hint(name: &str) -> ValueHint {
    match name {
        "DIR" => ValueHint::DirPath,
        _ => ValueHint::FilePath,
    }
}

/// The titles clap writes by itself, in the reader's language.
fn localised(command: Command, lang: Lang) -> Command {
    let words = Headings::of(lang);
    let template = format!(
        "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}\n",
        words.usage
    );
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help(words.help)
        .display_order(LAST);
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version)
        .help(words.version)
        .display_order(LAST + 1);
    let is_root = command.get_name() == "tomcheck";
    let own = [Some(help), is_root.then_some(version)]
        .into_iter()
        .flatten();
    command
        .help_template(template)
        .subcommand_help_heading(words.commands)
        .subcommand_value_name(words.command)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args(own)
        .mut_args(move |arg| {
            let heading = if arg.is_positional() {
                words.arguments
            } else {
                words.options
            };
            arg.help_heading(heading)
        })
}

/// Behind every group of options.
const LAST: usize = 9_000;

#[derive(Clone, Copy)]
struct Headings {
    usage: &'static str,
    options: &'static str,
    commands: &'static str,
    command: &'static str,
    arguments: &'static str,
    help: &'static str,
    version: &'static str,
}

impl Headings {
    const fn of(lang: Lang) -> Self {
        match lang {
            Lang::Fr => Self {
                usage: "Usage :",
                // the colon comes of clap, the narrow space before it does not
                options: "Options\u{202f}",
                commands: "Commandes\u{202f}",
                command: "COMMANDE",
                arguments: "Arguments\u{202f}",
                help: "montre cette aide",
                version: "montre la version",
            },
            Lang::En => Self {
                usage: "Usage:",
                options: "Options",
                commands: "Commands",
                command: "COMMAND",
                arguments: "Arguments",
                help: "shows this help",
                version: "shows the version",
            },
        }
    }
}
