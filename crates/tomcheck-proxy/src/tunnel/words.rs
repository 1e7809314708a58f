//! In which words is the proxy's answer told?

use tomcheck_diagnosis::Text;

pub(super) const PROXY: Text = Text {
    fr: "proxy",
    en: "proxy",
};
pub(super) const PROXY_HOST: Text = Text {
    fr: "nom du proxy",
    en: "name of the proxy",
};
pub(super) const SITE: Text = Text {
    fr: "demandé",
    en: "asked for",
};
pub(super) const HOST: Text = Text {
    fr: "site",
    en: "site",
};
pub(super) const WAITED: Text = Text {
    fr: "attendu",
    en: "waited",
};
pub(super) const TEXT: Text = Text {
    fr: "reçu",
    en: "received",
};
pub(super) const BYTES: Text = Text {
    fr: "octets reçus",
    en: "bytes received",
};
pub(super) const SCHEMES: Text = Text {
    fr: "authentifications proposées",
    en: "authentications offered",
};
pub(super) const USER: Text = Text {
    fr: "utilisateur",
    en: "user",
};
pub(super) const TITLE: Text = Text {
    fr: "page reçue",
    en: "page received",
};
pub(super) const TOO_SLOW: Text = Text {
    fr: "Sa réponse a commencé, mais la fin n'est pas arrivée à temps : il est trop lent, ou surchargé.",
    en: "Its answer began, but the end did not come in time: it is too slow, or overloaded.",
};
pub(super) const REFUSED: Text = Text {
    fr: "Connexion refusée : rien n'écoute sur ce port, ou un pare-feu la rejette.",
    en: "Connection refused: nothing listens on this port, or a firewall rejects it.",
};
pub(super) const SILENT: Text = Text {
    fr: "Aucune réponse : mauvaise adresse, autre réseau, ou pare-feu.",
    en: "No answer: wrong address, another network, or a firewall.",
};
pub(super) const BROWSER_MAY: Text = Text {
    fr: "Un navigateur y arrive peut-être avec la session Windows ; tomcheck ne peut pas regarder plus loin.",
    en: "A browser may manage with the Windows session; tomcheck cannot look any further.",
};
pub(super) const WEB_SERVER: Text = Text {
    fr: "C'est un serveur web ordinaire : il ne connaît pas la méthode CONNECT.",
    en: "It is an ordinary web server: it does not know the CONNECT method.",
};
pub(super) const NO_CONNECT: Text = Text {
    fr: "Il ne comprend pas la demande : sur ce port, il ne prend peut-être pas la méthode CONNECT, dont tout site sécurisé a besoin.",
    en: "It does not understand the request: on this port it may not take the CONNECT method, which every secure site needs.",
};
pub(super) const HUNG_UP: Text = Text {
    fr: "Il raccroche sans un mot. S'il attend une connexion sécurisée, le réglage devrait commencer par https://.",
    en: "It hangs up without a word. If it expects a secure connection, the setting should begin with https://.",
};
pub(super) const SPEAKS_TLS: Text = Text {
    fr: "Ce port parle TLS : si c'est bien le proxy, le réglage devrait commencer par https://.",
    en: "This port speaks TLS: if it is the proxy, the setting should begin with https://.",
};
pub(super) const SPEAKS_SSH: Text = Text {
    fr: "C'est un serveur SSH.",
    en: "It is an SSH server.",
};
pub(super) const SPEAKS_FIRST: Text = Text {
    fr: "C'est un serveur de messagerie ou de fichiers.",
    en: "It is a mail or file server.",
};
pub(super) const BROKEN_HTTP: Text = Text {
    fr: "Sa réponse HTTP est coupée ou mal formée.",
    en: "Its HTTP answer is cut short or malformed.",
};
pub(super) const SPEAKS_OTHER: Text = Text {
    fr: "Sa réponse n'est pas du HTTP.",
    en: "Its answer is no HTTP.",
};
pub(super) const NO_WORD: Text = Text {
    fr: "aucune réponse",
    en: "no answer",
};
pub(super) const EXCHANGES: Text = Text {
    fr: "échanges",
    en: "exchanges",
};
pub(super) const UNKNOWN_AUTHORITY: Text = Text {
    fr: "Ce poste ne connaît pas l'autorité qui l'a signé.",
    en: "This machine does not know the authority that signed it.",
};
pub(super) const EXPIRED: Text = Text {
    fr: "Il est expiré, ou pas encore valable ; vérifiez aussi la date du poste.",
    en: "It has expired, or is not valid yet; check the machine's date as well.",
};
pub(super) const WRONG_NAME: Text = Text {
    fr: "Il est établi pour un autre nom que celui du réglage.",
    en: "It is made out to another name than the setting's.",
};
pub(super) const NO_TLS: Text = Text {
    fr: "Ce port ne parle pas TLS : le réglage devrait commencer par http:// et non https://.",
    en: "This port does not speak TLS: the setting should begin with http://, not https://.",
};
pub(super) const TLS_FAILS: Text = Text {
    fr: "La connexion sécurisée au proxy lui-même échoue.",
    en: "The secure connection to the proxy itself fails.",
};
pub(super) const SPEAKS_HTTP: Text = Text {
    fr: "Il parle HTTP : le réglage devrait commencer par http:// et non socks.",
    en: "It speaks HTTP: the setting should begin with http://, not socks.",
};
pub(super) const NO_SOCKS: Text = Text {
    fr: "Rien ne vient en SOCKS : si c'est un proxy HTTP, le réglage devrait commencer par http://.",
    en: "Nothing comes in SOCKS: if it is an HTTP proxy, the setting should begin with http://.",
};
pub(super) const BY_NAME: Text = Text {
    fr: "Par son adresse, le site passe : c'est son nom que le proxy refuse.",
    en: "By its address the site passes: it is its name that the proxy refuses.",
};
pub(super) const THIS_SITE: Text = Text {
    fr: "Un autre site passe par ce proxy : c'est celui-ci qu'une règle refuse.",
    en: "Another site passes through this proxy: a rule refuses this one.",
};
pub(super) const EVERY_SITE: Text = Text {
    fr: "Il refuse aussi un autre site : la règle ne vise pas celui-ci en particulier.",
    en: "It refuses another site as well: the rule is not aimed at this one in particular.",
};
pub(super) const NAME_NOT_FOUND: Text = Text {
    fr: "Par son adresse, le site passe : c'est son nom que le proxy ne trouve pas.",
    en: "By its address the site passes: it is its name that the proxy does not find.",
};
pub(super) const ONLY_THIS_SITE: Text = Text {
    fr: "Il atteint un autre site : c'est vers celui-ci seul que le chemin manque.",
    en: "It reaches another site: only the path to this one is missing.",
};
pub(super) const NO_SITE: Text = Text {
    fr: "Il n'atteint pas non plus un autre site : c'est sa propre sortie vers Internet qui est en cause.",
    en: "It does not reach another site either: its own way out to the Internet is at fault.",
};
pub(super) const PRODUCT: Text = Text {
    fr: "produit",
    en: "product",
};
pub(super) const CATEGORY: Text = Text {
    fr: "catégorie",
    en: "category",
};
pub(super) const RULE: Text = Text {
    fr: "règle",
    en: "rule",
};
pub(super) const PAGE: Text = Text {
    fr: "texte de la page",
    en: "text of the page",
};
