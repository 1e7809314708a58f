//! Which commands and options are there, in both languages?

use tomcheck::Text;

pub(super) const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// How an option takes its value.
pub(super) enum Takes {
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

pub(super) struct OptionRow {
    pub(super) long: &'static str,
    pub(super) short: Option<char>,
    pub(super) takes: Takes,
    pub(super) help: Text,
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
pub(super) const GLOBAL: &[OptionRow] = &[
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
pub(super) const LOOKING: &[OptionRow] = &[
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

pub(super) const TARGET: &[OptionRow] = &[
    option(
        "target",
        Takes::Value("NAME|URL"),
        t("service à joindre (tom)", "service to reach (tom)"),
    ),
    option(
        "only",
        Takes::Value("LAYER,…"),
        t(
            "ne regarde que ces parties : reader (lecteur), card (carte), module (Cryptolib), token (code porteur), cert (certificats), browser (navigateurs), network (réseau), proxy, tls (connexion sécurisée)",
            "looks at these parts only: reader, card, module (Cryptolib), token (code porteur), cert (certificates), browser, network, proxy, tls (secure connection)",
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

pub(super) const BASELINE: &[OptionRow] = &[option(
    "baseline",
    Takes::File("REPORT.json"),
    t(
        "dit aussi ce qui a changé depuis ce rapport enregistré",
        "says as well what changed since this saved report",
    ),
)];

pub(super) const TRIALS: &[OptionRow] = &[option(
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

pub(super) const CARD: &[OptionRow] = &[
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

pub(super) const WATCH: &[OptionRow] = &[
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

pub(super) const BENCH: &[OptionRow] = &[
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

pub(super) const TESTSITE: &[OptionRow] = &[
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

pub(super) const SERVE: &[OptionRow] = &[
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

pub(super) const REQUEST: &[OptionRow] = &[option(
    "request",
    Takes::Nothing,
    t(
        "écrit la demande à envoyer à l'administrateur du réseau, avec les lignes à coller",
        "writes the request to send to the network administrator, with the lines to paste",
    ),
)];

pub(super) const TRACE: &[OptionRow] = &[
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

pub(super) const TRACE_TARGET: &[OptionRow] = &[option(
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

pub(super) const EXPLAIN: &[OptionRow] = &[option(
    "all",
    Takes::Nothing,
    t("montre tous les codes connus", "shows every code there is"),
)];

pub(super) const BUNDLE: &[OptionRow] = &[
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

pub(super) struct CommandRow {
    pub(super) name: &'static str,
    pub(super) positionals: &'static [Positional],
    pub(super) options: &'static [&'static [OptionRow]],
    pub(super) about: Text,
}

pub(super) struct Positional {
    pub(super) name: &'static str,
    pub(super) many: bool,
    /// Where an option may stand for it.
    pub(super) is_optional: bool,
    pub(super) values: &'static [&'static str],
    pub(super) help: Text,
}

impl Positional {
    pub(super) fn is_path(&self) -> bool {
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

pub(super) const COMMANDS: &[CommandRow] = &[
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
            one(
                "BEFORE",
                t("rapport enregistré d'avant", "saved report of before"),
            ),
            one(
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
