//! How do evidence and notes about TLS read?

use tomcheck_diagnosis::Text;

use crate::seen::Moment;

pub(crate) fn moment_text(moment: Moment) -> Text {
    match moment {
        Moment::BeforeCertificate => Text {
            fr: "en réponse à notre premier message",
            en: "in answer to our first message",
        },
        Moment::AfterServerHello => Text {
            fr: "après le premier message du serveur, avant le nôtre",
            en: "after the server's first message, before ours",
        },
        Moment::AfterOurCertificate => Text {
            fr: "en réponse à notre certificat, sans signature",
            en: "in answer to our certificate, without a signature",
        },
        Moment::AfterCertificateVerify => Text {
            fr: "en réponse à notre certificat et à sa signature",
            en: "in answer to our certificate and its signature",
        },
        Moment::AfterFinished => Text {
            fr: "une fois la négociation finie de notre côté",
            en: "once the handshake was finished on our side",
        },
        Moment::DuringHttp => Text {
            fr: "pendant l'échange HTTP",
            en: "during the HTTP exchange",
        },
    }
}

pub(crate) const SERVER: Text = Text {
    fr: "serveur",
    en: "server",
};
pub(crate) const PORT: Text = Text::same("port");
pub(crate) const LOCAL: Text = Text {
    fr: "date de ce poste",
    en: "this workstation's date",
};
pub(crate) const REMOTE: Text = Text {
    fr: "date du serveur",
    en: "the server's date",
};
pub(crate) const AUTHORITY: Text = Text {
    fr: "autorité",
    en: "authority",
};
pub(crate) const WHY: Text = Text {
    fr: "raison",
    en: "reason",
};
pub(crate) const UNKNOWN: Text = Text {
    fr: "inconnue de ce poste",
    en: "unknown to this workstation",
};
pub(crate) const IRREGULAR: Text = Text {
    fr: "connue de ce poste, mais le certificat est irrégulier",
    en: "known to this workstation, but the certificate is irregular",
};
pub(crate) const UNREADABLE: Text = Text {
    fr: "le certificat est illisible",
    en: "the certificate cannot be read",
};
pub(crate) const NOT_AFTER: Text = Text {
    fr: "fin de validité",
    en: "end of validity",
};
pub(crate) const NOT_BEFORE: Text = Text {
    fr: "début de validité",
    en: "beginning of validity",
};
pub(crate) const ASKED: Text = Text {
    fr: "nom demandé",
    en: "name asked for",
};
pub(crate) const PRESENTED: Text = Text {
    fr: "noms du certificat",
    en: "names in the certificate",
};
pub(crate) const ISSUER: Text = Text {
    fr: "délivré par",
    en: "issued by",
};
pub(crate) const SUBJECT: Text = Text {
    fr: "délivré à",
    en: "issued to",
};
pub(crate) const SCHEMES: Text = Text {
    fr: "signatures acceptées par le serveur",
    en: "signatures the server accepts",
};
pub(crate) const MECHANISMS: Text = Text {
    fr: "signatures de la carte",
    en: "signatures the card makes",
};
pub(crate) const FIRST: Text = Text {
    fr: "premiers octets reçus",
    en: "first bytes received",
};
pub(crate) const STATUS: Text = Text {
    fr: "code HTTP",
    en: "HTTP status",
};
pub(crate) const PAGE: Text = Text {
    fr: "page reçue",
    en: "page received",
};
pub(crate) const OFFERED: Text = Text {
    fr: "versions proposées",
    en: "versions offered",
};
pub(crate) const VERSION: Text = Text::same("version");
pub(crate) const ALERT: Text = Text {
    fr: "alerte TLS",
    en: "TLS alert",
};
pub(crate) const MOMENT: Text = Text::same("moment");
pub(crate) const NOT_YET: Text = Text {
    fr: "Sa validité n'a pas encore commencé.",
    en: "Its validity has not begun yet.",
};
pub(crate) const TLS12_PASSES: Text = Text {
    fr: "Le même serveur accepterait cette carte en TLS 1.2.",
    en: "The same server would accept this card over TLS 1.2.",
};
pub(crate) const TLS12_NO_SCHEME: Text = Text {
    fr: "En TLS 1.2 non plus, le serveur n'accepte aucune signature de cette carte.",
    en: "Over TLS 1.2 the server accepts no signature of this card either.",
};
pub(crate) const TLS12_NOT_SPOKEN: Text = Text {
    fr: "Le serveur ne propose pas TLS 1.2 avec demande de certificat.",
    en: "The server does not ask for a certificate over TLS 1.2.",
};
pub(crate) const OPENED_SO: Text = Text {
    fr: "La carte ouvre cette page quand on suit cette façon de faire : la carte et ses droits sont bons.",
    en: "The card opens this page where that way is followed: the card and its rights are good.",
};
pub(crate) const MAY_DEMAND_LATER: Text = Text {
    fr: "Il refuse pourtant la page : certains serveurs n'attendent la carte qu'une fois la connexion établie, ce que les navigateurs refusent.",
    en: "Yet it refuses the page: some servers expect the card only once the connection is open, which browsers refuse.",
};
pub(crate) const HOW: Text = Text {
    fr: "ce qui l'arrête",
    en: "what stops it",
};
pub(crate) const BY_RESET: Text = Text {
    fr: "elle est coupée net (RST)",
    en: "it is cut hard (RST)",
};
pub(crate) const BY_BREAK: Text = Text {
    fr: "elle est rompue",
    en: "it is broken",
};
pub(crate) const BY_CLOSE: Text = Text {
    fr: "elle est fermée sans un mot (FIN)",
    en: "it is closed without a word (FIN)",
};
pub(crate) const BY_SILENCE: Text = Text {
    fr: "rien ne revient",
    en: "nothing comes back",
};
pub(crate) const RESET: Text = Text {
    fr: "C'est le plus souvent un équipement du réseau (pare-feu, filtre, antivirus) qui coupe ainsi, parfois le serveur : d'ici, rien ne le dit.",
    en: "Usually it is a device on the network (firewall, filter, antivirus) that cuts in this way, sometimes the server: nothing here tells which.",
};
pub(crate) const BROKEN: Text = Text {
    fr: "Le serveur ou un équipement du réseau a rompu la connexion : d'ici, rien ne dit lequel.",
    en: "The server or a box on the network broke the connection: nothing here tells which.",
};
pub(crate) const CLOSED: Text = Text {
    fr: "Le serveur ou un équipement du réseau a raccroché, sans alerte TLS : d'ici, rien ne dit lequel.",
    en: "The server or a box on the network hung up, without a TLS alert: nothing here tells which.",
};
pub(crate) const SILENT: Text = Text {
    fr: "Le serveur ne répond plus, ou un équipement du réseau retient le message : d'ici, rien ne dit lequel.",
    en: "The server no longer answers, or a box on the network holds the message back: nothing here tells which.",
};
pub(crate) const CLOSING: Text = Text {
    fr: "fermeture",
    en: "closing",
};
pub(crate) const SILENCE: Text = Text::same("silence");
pub(crate) const SINCE_HELLO: Text = Text {
    fr: "attente depuis notre premier message",
    en: "waited since our first message",
};
pub(crate) const BROKEN_LATER: Text = Text {
    fr: "Le serveur a coupé la connexion brutalement, sans alerte.",
    en: "The server cut the connection hard, without an alert.",
};
pub(crate) const CLOSED_LATER: Text = Text {
    fr: "Le serveur a fermé la connexion, sans alerte.",
    en: "The server closed the connection, without an alert.",
};
pub(crate) const SILENT_LATER: Text = Text {
    fr: "Le serveur n'a plus rien répondu avant la fin du délai.",
    en: "The server answered nothing more in time.",
};
pub(crate) const INCOMPLETE: Text = Text {
    fr: "Le serveur a commencé à répondre, mais le reste de la négociation n'est pas arrivé avant la fin du délai.",
    en: "The server began to answer, but the rest of the handshake did not come in time.",
};
pub(crate) const SIGNATURE: Text = Text::same("signature");
pub(crate) const NO_ROOTS: Text = Text {
    fr: "Ce poste ne connaît aucune autorité : le magasin de certificats du système est vide ou illisible.",
    en: "This workstation knows no authority at all: the system's certificate store is empty or unreadable.",
};
/// Source: RFC 8446 §4.2.4, RFC 5246 §7.4.4 (2 bytes of length); OpenSSL 3.0, `construct_ca_names`.
pub(crate) const LIST_TOO_LONG: Text = Text {
    fr: "Alerte 80 : le serveur signale une panne chez lui, au moment de demander un certificat ; son journal dit laquelle. Une cause connue : sa liste d'autorités acceptées dépasse 64 Kio, ce que TLS ne sait pas transmettre ; elle doit être raccourcie.",
    en: "Alert 80: the server reports a failure of its own, where it would ask for a certificate; its log says which. A known cause: its list of accepted authorities is over 64 KiB, which TLS cannot carry; it has to be shortened.",
};
/// Source: the limits of Firefox (NSS, 128 KiB), Chrome and OpenSSL (100 KiB) and Java
/// (`jdk.tls.maxHandshakeMessageSize`, 32 KiB).
pub(crate) const MESSAGE_TOO_LONG: Text = Text {
    fr: "Un message du serveur atteint 64 Kio : sa liste d'autorités acceptées ou sa chaîne de certificats est trop longue pour tomcheck, qui n'a donc rien pu vérifier de plus. Les navigateurs vont jusqu'à 100 Kio, les logiciels en Java jusqu'à 32. L'administrateur du serveur peut raccourcir cette liste.",
    en: "A message of the server's reaches 64 KiB: its list of accepted authorities or its chain of certificates is too long for tomcheck, which could therefore verify nothing more. Browsers take up to 100 KiB, software in Java up to 32. The server's administrator can shorten that list.",
};
pub(crate) const KEPT_BY_OPENSSL: Text = Text {
    fr: "Le certificat n'a pas été envoyé : OpenSSL, avec lequel tomcheck suit ce serveur, refuse de l'employer, le plus souvent parce que sa clé ou sa signature est trop faible. Les navigateurs récents font de même.",
    en: "The certificate was not sent: OpenSSL, with which tomcheck follows this server, refuses to use it, mostly because its key or its signature is too weak. Recent browsers do the same.",
};
pub(crate) const NOT_SIGNED: Text = Text {
    fr: "La carte n'a pas signé : rien de sa part n'a été envoyé au serveur.",
    en: "The card did not sign: nothing of it was sent to the server.",
};
