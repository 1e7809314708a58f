//! What can be typed?
//!
//! One table of commands and options in both languages; help, parsing and the hints of usage
//! errors all come from it.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use tomcheck::config::Settings;
use tomcheck::{Lang, Text};

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// How an option takes its value.
enum Takes {
    Nothing,
    Value(&'static str),
    /// A path, which need not be Unicode.
    File(&'static str),
    /// One or more of them, the option as often as one likes.
    Files(&'static str),
    /// One or more of any text.
    Values(&'static str),
    /// The same, with what stands for it where only the option is typed.
    Folder(&'static str, &'static str),
    OneOf(&'static str, &'static [&'static str]),
}

struct OptionRow {
    long: &'static str,
    short: Option<char>,
    takes: Takes,
    help: Text,
}

const fn option(long: &'static str, takes: Takes, help: Text) -> OptionRow {
    OptionRow {
        long,
        short: None,
        takes,
        help,
    }
}

const fn short(short: char, long: &'static str, takes: Takes, help: Text) -> OptionRow {
    OptionRow {
        long,
        short: Some(short),
        takes,
        help,
    }
}

/// Options every command takes.
const GLOBAL: &[OptionRow] = &[
    option(
        "lang",
        Takes::OneOf("fr|en", &["fr", "en"]),
        t("langue des textes", "language of the texts"),
    ),
    option(
        "json",
        Takes::Nothing,
        t("rapport en JSON", "report as JSON"),
    ),
    option(
        "html",
        Takes::File("FILE"),
        t(
            "écrit aussi le rapport en page HTML, à lire, à imprimer ou à envoyer",
            "also writes the report as an HTML page, to read, to print or to send",
        ),
    ),
    short(
        'o',
        "output",
        Takes::File("FILE"),
        t(
            "écrit le rapport dans un fichier",
            "writes the report to a file",
        ),
    ),
    option(
        "color",
        Takes::OneOf("auto|always|never", &["auto", "always", "never"]),
        t("couleurs", "colours"),
    ),
    option(
        "ascii",
        Takes::Nothing,
        t("sans symboles", "without symbols"),
    ),
    short(
        'q',
        "quiet",
        Takes::Nothing,
        t("sans progression", "without progress"),
    ),
    short(
        'v',
        "verbose",
        Takes::Nothing,
        t("avec tous les faits constatés", "with all the facts seen"),
    ),
    option(
        "show-identity",
        Takes::Nothing,
        t(
            "ne masque pas les données personnelles",
            "does not mask personal data",
        ),
    ),
    option(
        "strict",
        Takes::Nothing,
        t(
            "un avertissement donne aussi l'état 1",
            "a warning exits with 1 as well",
        ),
    ),
    option(
        "config",
        Takes::File("FILE"),
        t(
            "fichier de réglages, à la place de ceux du poste et de l'utilisateur",
            "file of settings, in place of the machine's and the user's",
        ),
    ),
];

/// Options that mean the same in every command that looks at card or network.
const LOOKING: &[OptionRow] = &[
    option(
        "module",
        Takes::File("PATH"),
        t("module PKCS#11 à utiliser", "PKCS#11 module to use"),
    ),
    option(
        "reader",
        Takes::Value("NAME"),
        t(
            "lecteur à utiliser (son nom ou une partie)",
            "reader to use (its name or a part)",
        ),
    ),
    option(
        "ca-file",
        Takes::File("PEM"),
        t(
            "autorités de confiance en plus",
            "further trusted authorities",
        ),
    ),
    option(
        "proxy",
        Takes::Value("URL|direct|pac:URL|wpad:"),
        t("proxy à utiliser", "proxy to use"),
    ),
    option(
        "proxy-user",
        Takes::Value("NAME"),
        t(
            "nom pour le proxy (DOMAINE\\nom pour NTLM) ; demande le mot de passe",
            "name for the proxy (DOMAIN\\name for NTLM); asks for the password",
        ),
    ),
    option(
        "proxy-fd",
        Takes::Value("N"),
        t(
            "lit le mot de passe du proxy sur ce descripteur de fichier",
            "reads the proxy's password from this file descriptor",
        ),
    ),
    option(
        "with-pin",
        Takes::Nothing,
        t(
            "demande le code porteur et essaie la carte jusqu'au bout",
            "asks for the code porteur (PIN) and tries the card to the end",
        ),
    ),
    option(
        "pin-fd",
        Takes::Value("N"),
        t(
            "lit le code porteur sur ce descripteur de fichier",
            "reads the code porteur (PIN) from this file descriptor",
        ),
    ),
    option(
        "spend-final-try",
        Takes::Nothing,
        t(
            "accepte d'utiliser le dernier essai du code porteur",
            "accepts to spend the final try of the code porteur (PIN)",
        ),
    ),
    option(
        "deadline",
        Takes::Value("SECONDS"),
        t("durée à ne pas dépasser (60)", "time not to exceed (60)"),
    ),
];

const TARGET: &[OptionRow] = &[
    option(
        "target",
        Takes::Value("NAME|URL"),
        t("service à joindre (tom)", "service to reach (tom)"),
    ),
    option(
        "only",
        Takes::Value("LAYER,…"),
        t(
            "ne regarde que ces parties : reader (lecteur), card (carte), module (Cryptolib), token (code porteur), cert (certificats), clock (horloge), browser (navigateurs), network (réseau), proxy, tls (connexion sécurisée)",
            "looks at these parts only: reader, card, module (Cryptolib), token (code porteur), cert (certificates), clock, browser, network, proxy, tls (secure connection)",
        ),
    ),
    option(
        "skip",
        Takes::Value("LAYER,…"),
        t(
            "ne regarde pas ces parties (mêmes noms que pour --only)",
            "leaves these parts out (names as for --only)",
        ),
    ),
];

const BASELINE: &[OptionRow] = &[option(
    "baseline",
    Takes::File("REPORT.json"),
    t(
        "dit aussi ce qui a changé depuis ce rapport enregistré",
        "says as well what changed since this saved report",
    ),
)];

const TRIALS: &[OptionRow] = &[option(
    "thorough",
    Takes::Nothing,
    t(
        "essaie aussi d'autres premiers messages, douze au plus, même si rien n'échoue",
        "tries other first messages too, twelve at most, even if nothing fails",
    ),
)];

const PROXY: &[OptionRow] = &[option(
    "hold",
    Takes::Value("SECONDS"),
    t(
        "garde un tunnel ouvert sans rien dire, et dit si le proxy le coupe",
        "holds a tunnel open without a word, and says whether the proxy cuts it",
    ),
)];

const CARD: &[OptionRow] = &[
    option(
        "stress",
        Takes::Value("N"),
        t(
            "interroge la carte N fois pour essayer son contact (1 à 10000)",
            "asks the card N times to try its contact (1 to 10000)",
        ),
    ),
    option(
        "atr",
        Takes::Value("HEX"),
        t(
            "explique cet ATR octet par octet, sans carte ni lecteur",
            "explains this ATR byte by byte, without card or reader",
        ),
    ),
];

const CERTS: &[OptionRow] = &[
    option(
        "export",
        Takes::File("DIR"),
        t(
            "écrit chaque certificat dans ce dossier (.cer, texte PEM), sans écraser de fichier existant",
            "writes each certificate into this folder (.cer, PEM text), without overwriting any file",
        ),
    ),
    option(
        "refresh",
        Takes::Nothing,
        t(
            "supprime ce que la Cryptolib garde de cette carte dans son cache, la relit et dit ce qui a changé",
            "deletes what the Cryptolib keeps of this card in its cache, reads it again and says what changed",
        ),
    ),
    option(
        "module-trace",
        Takes::Folder("DIR", "tomcheck-trace"),
        t(
            "fait noter au module ce qu'il fait pendant la lecture et range ces traces, données personnelles masquées, dans ce dossier (par défaut : tomcheck-trace)",
            "has the module log what it does while it reads the card and saves that log, personal data masked, in this folder (default: tomcheck-trace)",
        ),
    ),
];

const WATCH: &[OptionRow] = &[
    option(
        "reader",
        Takes::Value("NAME"),
        t(
            "ce lecteur seulement (son nom ou une partie)",
            "this reader only (its name or a part)",
        ),
    ),
    option(
        "manual",
        Takes::Nothing,
        t(
            "ne relit que sur demande : Entrée ou r ; q pour quitter",
            "reads again only when asked: Enter or r; q quits",
        ),
    ),
    option(
        "json-lines",
        Takes::Nothing,
        t(
            "une ligne JSON par événement",
            "one line of JSON for each event",
        ),
    ),
    option(
        "exec",
        Takes::Value("CMD"),
        t(
            "lance cette commande à chaque changement (TOMCHECK_READER, _STATE, _CODE, _GENERATION, _ATR)",
            "runs this command on each change (TOMCHECK_READER, _STATE, _CODE, _GENERATION, _ATR)",
        ),
    ),
    option(
        "exec-limit",
        Takes::Value("SECONDS"),
        t(
            "durée laissée à la commande (30)",
            "time the command may take (30)",
        ),
    ),
    option(
        "deadline",
        Takes::Value("SECONDS"),
        t("finit après cette durée", "ends after this time"),
    ),
];

const BENCH: &[OptionRow] = &[
    option(
        "connections",
        Takes::Value("N"),
        t(
            "nombre de connexions, toutes ensemble (100)",
            "number of connections, all together (100)",
        ),
    ),
    option(
        "threads",
        Takes::Value("N"),
        t("connexions à la fois (1)", "connections at a time (1)"),
    ),
    option(
        "resume",
        Takes::Nothing,
        t(
            "reprend la session : la carte ne signe que la première fois",
            "resumes the session: the card signs the first time only",
        ),
    ),
    option(
        "tls",
        Takes::OneOf("1.2|1.3", &["1.2", "1.3"]),
        t("cette version de TLS seulement", "this version of TLS only"),
    ),
    option(
        "in-process",
        Takes::Nothing,
        t(
            "charge le module PKCS#11 dans ce programme : plus rapide, sans protection contre ses défauts",
            "loads the PKCS#11 module into this program: faster, without protection from its defects",
        ),
    ),
];

const TESTSITE: &[OptionRow] = &[
    option(
        "optional",
        Takes::Nothing,
        t(
            "demande un certificat et montre aussi la page à qui n'en a pas (par défaut)",
            "asks for a certificate and shows a page also to those without (the default)",
        ),
    ),
    option(
        "require",
        Takes::Nothing,
        t(
            "refuse la connexion sans certificat, comme TOM : le navigateur n'affiche alors qu'une erreur",
            "refuses the connection without a certificate, as TOM does: the browser then shows an error only",
        ),
    ),
    option(
        "issuers",
        Takes::Files("PEM"),
        t(
            "autorités acceptées et annoncées au navigateur (par défaut : aucune n'est vérifiée)",
            "authorities accepted and announced to the browser (default: none is verified)",
        ),
    ),
    option(
        "tls1.2",
        Takes::Nothing,
        t("parle TLS 1.2 seulement", "speaks TLS 1.2 only"),
    ),
    option(
        "tls1.3",
        Takes::Nothing,
        t("parle TLS 1.3 seulement", "speaks TLS 1.3 only"),
    ),
    option(
        "listen",
        Takes::Value("ADDR:PORT"),
        t(
            "où écouter (127.0.0.1:8443, ce poste seul ; 0.0.0.0:8443 ouvre à tout le réseau)",
            "where to listen (127.0.0.1:8443, this machine alone; 0.0.0.0:8443 opens to the whole network)",
        ),
    ),
    option(
        "http",
        Takes::Value("ADDR:PORT"),
        t(
            "écoute aussi sans TLS, pour renvoyer vers https et servir /canary",
            "listens without TLS too, to send to https and to serve /canary",
        ),
    ),
    option(
        "cert",
        Takes::File("PEM"),
        t(
            "certificat du site et ses intermédiaires (par défaut : fabriqué pour cette fois)",
            "the site's certificate and its intermediates (default: made for this run)",
        ),
    ),
    option(
        "key",
        Takes::File("PEM"),
        t(
            "clé de ce certificat, sans mot de passe",
            "the key of this certificate, without a password",
        ),
    ),
];

const SERVE: &[OptionRow] = &[
    option(
        "port",
        Takes::Value("N"),
        t(
            "port sur 127.0.0.1 (par défaut : un port libre)",
            "port on 127.0.0.1 (default: one that is free)",
        ),
    ),
    option(
        "ipv6",
        Takes::Nothing,
        t("écoute aussi sur [::1]", "listens on [::1] too"),
    ),
    option(
        "open",
        Takes::Nothing,
        t(
            "ouvre la page dans le navigateur",
            "opens the page in the browser",
        ),
    ),
    option(
        "allow-pin",
        Takes::Nothing,
        t(
            "permet de taper le code porteur dans la page",
            "lets the code porteur (PIN) be typed on the page",
        ),
    ),
];

const REQUEST: &[OptionRow] = &[option(
    "request",
    Takes::Nothing,
    t(
        "écrit la demande à envoyer à l'administrateur du réseau, avec les lignes à coller",
        "writes the request to send to the network administrator, with the lines to paste",
    ),
)];

const TRACE: &[OptionRow] = &[
    option(
        "live",
        Takes::Nothing,
        t(
            "essaie aussi ce poste maintenant, sans code porteur : une panne qui n'y est plus ne compte pas",
            "also tries this machine now, without a code porteur: a failure that is over does not count",
        ),
    ),
    option(
        "follow",
        Takes::Nothing,
        t(
            "suit ce qui s'ajoute aux journaux, jusqu'à Ctrl-C",
            "follows what is added to the logs, until Ctrl-C",
        ),
    ),
    option(
        "threads",
        Takes::Value("N"),
        t(
            "lectures à la fois d'un gros fichier (4 au plus, selon le poste)",
            "readings of one large file at a time (4 at most, as the machine has processors)",
        ),
    ),
];

const TRACE_TARGET: &[OptionRow] = &[option(
    "target",
    Takes::Value("NAME|URL"),
    t(
        "le site qui compte (par défaut : TOM si les journaux en parlent, sinon tous)",
        "the site that matters (default: TOM where the logs speak of it, else all)",
    ),
)];

const METRICS: &[OptionRow] = &[option(
    "textfile",
    Takes::File("FILE.prom"),
    t(
        "remplace ce fichier d'un coup, pour le collecteur de node_exporter ou windows_exporter",
        "replaces this file at once, for the collector of node_exporter or windows_exporter",
    ),
)];

const EXPLAIN: &[OptionRow] = &[option(
    "all",
    Takes::Nothing,
    t("montre tous les codes connus", "shows every code there is"),
)];

const BUNDLE: &[OptionRow] = &[
    option(
        "from",
        Takes::File("REPORT.json"),
        t(
            "part de ce rapport enregistré, sans rien regarder",
            "starts from this saved report, without looking at anything",
        ),
    ),
    option(
        "log",
        Takes::Files("FILE"),
        t(
            "journaux à joindre : seules les lignes utiles, masquées",
            "logs to enclose: the telling lines only, masked",
        ),
    ),
    option(
        "module-trace",
        Takes::Nothing,
        t(
            "joint ce que la Cryptolib note pendant une lecture de la carte",
            "encloses what the Cryptolib writes down while it reads the card",
        ),
    ),
    option(
        "hide",
        Takes::Values("NAME"),
        t(
            "masque aussi ces noms, où qu'ils soient",
            "masks these names too, wherever they stand",
        ),
    ),
    option(
        "yes",
        Takes::Nothing,
        t(
            "écrit le dossier sans demander de confirmation",
            "writes the bundle without asking first",
        ),
    ),
];

struct CommandRow {
    name: &'static str,
    positionals: &'static [Positional],
    options: &'static [&'static [OptionRow]],
    about: Text,
}

struct Positional {
    name: &'static str,
    many: bool,
    /// Where an option may stand for it.
    is_optional: bool,
    values: &'static [&'static str],
    help: Text,
}

impl Positional {
    fn is_path(&self) -> bool {
        ["REPORT", "BEFORE", "AFTER"].contains(&self.name)
    }
}

const fn one(name: &'static str, help: Text) -> Positional {
    Positional {
        name,
        many: false,
        is_optional: false,
        values: &[],
        help,
    }
}

const fn url(help: Text) -> Positional {
    one("URL", help)
}

const fn report(name: &'static str, help: Text) -> Positional {
    one(name, help)
}

const COMMANDS: &[CommandRow] = &[
    CommandRow {
        name: "check",
        positionals: &[],
        options: &[TARGET, BASELINE, TRIALS, LOOKING],
        about: t(
            "fait tout le diagnostic (commande par défaut)",
            "runs the whole diagnosis (the default command)",
        ),
    },
    CommandRow {
        name: "card",
        positionals: &[],
        options: &[CARD, LOOKING],
        about: t(
            "lit la carte insérée, essaie son contact ou explique un ATR",
            "reads the inserted card, tries its contact or explains an ATR",
        ),
    },
    CommandRow {
        name: "watch",
        positionals: &[],
        options: &[WATCH],
        about: t(
            "montre les lecteurs et les cartes, puis chaque changement",
            "shows the readers and the cards, then each change",
        ),
    },
    CommandRow {
        name: "certs",
        positionals: &[],
        options: &[CERTS, LOOKING],
        about: t(
            "montre les certificats : délivré à, délivré par",
            "shows the certificates: delivered to, delivered by",
        ),
    },
    CommandRow {
        name: "tls",
        positionals: &[url(t("site à examiner", "site to examine"))],
        options: &[TRIALS, LOOKING],
        about: t(
            "examine la connexion sécurisée à un site",
            "examines the secure connection to a site",
        ),
    },
    CommandRow {
        name: "bench",
        positionals: &[url(t("site à charger", "site to load"))],
        options: &[BENCH, LOOKING],
        about: t(
            "mesure combien de connexions sécurisées un site accepte par seconde",
            "measures how many secure connections a site takes a second",
        ),
    },
    CommandRow {
        name: "proxy",
        positionals: &[url(t("site à joindre", "site to reach"))],
        options: &[REQUEST, PROXY, LOOKING],
        about: t(
            "examine le proxy qui mène à un site",
            "examines the proxy on the way to a site",
        ),
    },
    CommandRow {
        name: "identify",
        positionals: &[Positional {
            name: "VALUE|FILE",
            many: true,
            is_optional: false,
            values: &[],
            help: t(
                "identifiant, fichier de certificats (DER, PEM, P7B), dossier, ou - pour une liste sur l'entrée standard",
                "identifier, certificate file (DER, PEM, P7B), folder, or - for a list on standard input",
            ),
        }],
        options: &[],
        about: t(
            "explique un identifiant ou un certificat, sans carte",
            "explains an identifier or a certificate, without a card",
        ),
    },
    CommandRow {
        name: "trace",
        positionals: &[Positional {
            name: "FILE",
            many: true,
            is_optional: false,
            values: &[],
            help: t(
                "journal (console Java, squid, Cryptolib, curl, net-export, événements Windows…), compressé ou non, ou - pour l'entrée standard",
                "log (Java console, squid, Cryptolib, curl, net-export, Windows events…), compressed or not, or - for standard input",
            ),
        }],
        options: &[TRACE_TARGET, TRACE],
        about: t(
            "lit des journaux et dit la cause qu'ils montrent",
            "reads logs and tells the cause they show",
        ),
    },
    CommandRow {
        name: "judge",
        positionals: &[Positional {
            name: "REPORT",
            many: false,
            is_optional: false,
            values: &[],
            help: t(
                "rapport enregistré (tomcheck --json -o rapport.json), ou - pour l'entrée standard",
                "saved report (tomcheck --json -o report.json), or - for standard input",
            ),
        }],
        options: &[],
        about: t(
            "juge de nouveau un rapport enregistré, sans le poste ni la carte",
            "judges a saved report again, without the machine or the card",
        ),
    },
    CommandRow {
        name: "compare",
        positionals: &[
            report(
                "BEFORE",
                t("rapport enregistré d'avant", "saved report of before"),
            ),
            report(
                "AFTER",
                t("rapport enregistré d'après", "saved report of after"),
            ),
        ],
        options: &[],
        about: t(
            "dit ce qui a changé entre deux rapports enregistrés",
            "says what changed between two saved reports",
        ),
    },
    CommandRow {
        name: "metrics",
        positionals: &[Positional {
            name: "REPORT",
            many: false,
            is_optional: true,
            values: &[],
            help: t(
                "rapport enregistré, au lieu d'un nouveau diagnostic",
                "saved report, instead of a new diagnosis",
            ),
        }],
        options: &[METRICS, TARGET, LOOKING],
        about: t(
            "fait le diagnostic pour la surveillance d'un parc (Prometheus)",
            "runs the diagnosis for the monitoring of a fleet (Prometheus)",
        ),
    },
    CommandRow {
        name: "explain",
        positionals: &[Positional {
            name: "CODE",
            many: true,
            is_optional: true,
            values: &[],
            help: t(
                "code, numéro ou message d'erreur (SCARD_…, CKR_…, ERR_…, « alert 48 », « HTTP 407 »), ou - pour un texte sur l'entrée standard",
                "code, number or error message (SCARD_…, CKR_…, ERR_…, “alert 48”, “HTTP 407”), or - for a text on standard input",
            ),
        }],
        options: &[EXPLAIN],
        about: t(
            "explique un code ou un message d'erreur, d'où qu'il vienne",
            "explains a code or an error message, wherever it comes from",
        ),
    },
    CommandRow {
        name: "testsite",
        positionals: &[],
        options: &[TESTSITE],
        about: t(
            "ouvre un site d'essai qui demande la carte et montre ce qu'il reçoit",
            "opens a test site that asks for the card and shows what it receives",
        ),
    },
    CommandRow {
        name: "bundle",
        positionals: &[],
        options: &[BUNDLE, TARGET, TRIALS, LOOKING],
        about: t(
            "prépare un dossier masqué à envoyer à l'assistance, et le message",
            "makes a masked bundle to send to the support, and the message",
        ),
    },
    CommandRow {
        name: "inventory",
        positionals: &[],
        options: &[],
        about: t(
            "contrôle ce qui est installé et dit quoi mettre à jour",
            "checks what is installed and says what to update",
        ),
    },
    CommandRow {
        name: "config",
        positionals: &[Positional {
            name: "WHAT",
            many: false,
            is_optional: false,
            values: &["show", "example"],
            help: t(
                "show : ce qui s'applique, et qui l'a dit ; example : un fichier de réglages commenté",
                "show: what applies, and who said so; example: a commented file of settings",
            ),
        }],
        options: &[],
        about: t(
            "montre les réglages et d'où vient chacun",
            "shows the settings and where each comes from",
        ),
    },
    CommandRow {
        name: "serve",
        positionals: &[],
        options: &[SERVE, TARGET, LOOKING],
        about: t(
            "montre l'état du poste dans le navigateur, à jour à tout moment, sur ce poste seulement",
            "shows the state of this workstation in the browser, always up to date, on this workstation only",
        ),
    },
    CommandRow {
        name: "generate",
        positionals: &[Positional {
            name: "WHAT",
            many: false,
            is_optional: false,
            values: crate::commands::GENERATED,
            help: t(
                "man : page de manuel ; bash, zsh, fish, powershell, elvish : complétion ; schema : schéma JSON du rapport",
                "man: manual page; bash, zsh, fish, powershell, elvish: completion; schema: JSON Schema of the report",
            ),
        }],
        options: &[],
        about: t(
            "écrit un fichier produit du programme lui-même",
            "writes a file made from the program itself",
        ),
    },
];

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

/// What was typed, wherever the option stands: before or after the command's name; and what is
/// set where nothing was typed.
pub(crate) struct Typed<'a> {
    root: &'a ArgMatches,
    sub: Option<&'a ArgMatches>,
    settings: &'a Settings,
}

impl<'a> Typed<'a> {
    pub(crate) fn new(root: &'a ArgMatches, settings: &'a Settings) -> Self {
        Self {
            root,
            sub: root.subcommand().map(|(_, sub)| sub),
            settings,
        }
    }

    /// The command's name, `check` when none was typed.
    pub(crate) fn command(&self) -> &'a str {
        self.root.subcommand_name().unwrap_or("check")
    }

    /// What holds where nothing is typed.
    pub(crate) fn settings(&self) -> &'a Settings {
        self.settings
    }

    /// The value of an option or of the one argument.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        self.typed_value(name).or_else(|| self.set(name))
    }

    /// The path an option names.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        self.typed_path(name)
            .or_else(|| self.set(name).map(PathBuf::from))
    }

    /// Whether a flag holds.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.has_typed(name) || self.set(name) == Some("true")
    }

    /// Whether a file of settings says it, and nobody of this run.
    pub(crate) fn is_of_a_file(&self, name: &str) -> bool {
        let setting = self.settings.setting(name);
        self.typed_value(name).is_none() && setting.is_some_and(|setting| setting.origin.is_file())
    }

    pub(crate) fn typed_value(&self, name: &str) -> Option<&'a str> {
        self.places()
            .find_map(|m| m.try_get_one::<String>(name).ok().flatten())
            .map(String::as_str)
    }

    pub(crate) fn typed_path(&self, name: &str) -> Option<PathBuf> {
        let mut places = self.places();
        places
            .find_map(|m| m.try_get_one::<PathBuf>(name).ok().flatten())
            .cloned()
    }

    pub(crate) fn has_typed(&self, name: &str) -> bool {
        self.places().any(|m| {
            m.try_get_one::<bool>(name)
                .ok()
                .flatten()
                .is_some_and(|on| *on)
        })
    }

    /// What is set, where this command takes the option and means the same by it.
    fn set(&self, name: &str) -> Option<&'a str> {
        let own = self.sub.unwrap_or(self.root);
        let is_taken = own.try_contains_id(name).is_ok();
        let is_other = OF_ANOTHER_MEANING.contains(&(self.command(), name));
        self.settings.set(name).filter(|_| is_taken && !is_other)
    }

    /// Every path an option names, each time it is typed.
    pub(crate) fn paths(&self, name: &str) -> Vec<PathBuf> {
        let places = self.places();
        let all = places.filter_map(|m| m.try_get_many::<PathBuf>(name).ok().flatten());
        all.flatten().cloned().collect()
    }

    /// Every value of the argument.
    pub(crate) fn values(&self, name: &str) -> Vec<&'a OsStr> {
        self.places()
            .filter_map(|m| m.try_get_many::<OsString>(name).ok().flatten())
            .flatten()
            .map(OsString::as_os_str)
            .collect()
    }

    fn places(&self) -> impl Iterator<Item = &'a ArgMatches> + use<'a> {
        self.sub.into_iter().chain([self.root])
    }
}

/// Commands whose option of that name is another thing than what is set: how long `watch` runs,
/// of which sites `trace` tells.
const OF_ANOTHER_MEANING: [(&str, &str); 2] = [("watch", "deadline"), ("trace", "target")];

#[test]
fn the_table_makes_a_command_line_that_clap_accepts_in_both_languages() {
    command(Lang::Fr).debug_assert();
    command(Lang::En).debug_assert();
    offered(Lang::Fr).debug_assert();
}
