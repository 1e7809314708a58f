//! What does an alert say, at the moment it came?

use tomcheck_diagnosis::Text;

use crate::seen::Moment;

/// The sentence of an alert the server sent; none: a number nobody has a sentence for.
/// `was_sent`: whether our certificate went out, and not an empty one.
///
/// Source: RFC 8446 §6.2, RFC 5246 §7.2.2, RFC 7507 §3, RFC 6066 §3, RFC 7301 §3.2.
pub(crate) fn sentence_of(alert: u8, moment: Moment, was_sent: bool) -> Option<Text> {
    let row = ROWS.iter().find(|row| row.number == alert)?;
    let is_of_ours = was_sent || row.first.en != NONE_WAS_SENT.en;
    let answers_ours = moment >= Moment::AfterOurCertificate && is_of_ours;
    Some(if answers_ours { row.later } else { row.first })
}

/// What an alert says where nobody knows when it came: as it is after our certificate, which it
/// then mostly speaks of.
pub fn alert_sentence(alert: u8) -> Option<Text> {
    let row = ROWS.iter().find(|row| row.number == alert);
    row.map(|row| row.later)
}

struct Row {
    number: u8,
    /// Before anything of the card was sent.
    first: Text,
    /// In answer to our certificate, or after it.
    later: Text,
}

/// One that means the same whenever it comes.
const fn always(number: u8, fr: &'static str, en: &'static str) -> Row {
    let text = Text { fr, en };
    Row {
        number,
        first: text,
        later: text,
    }
}

/// One that speaks of a certificate: ours, where one was sent.
const fn of_certificate(number: u8, fr: &'static str, en: &'static str) -> Row {
    Row {
        number,
        first: NONE_WAS_SENT,
        later: Text { fr, en },
    }
}

const NONE_WAS_SENT: Text = Text {
    fr: "L'alerte parle d'un certificat, alors qu'aucun n'avait encore été envoyé : la carte n'y est pour rien.",
    en: "The alert speaks of a certificate, and none had been sent yet: the card has nothing to do with it.",
};

const ROWS: &[Row] = &[
    Row {
        number: 40,
        first: Text {
            fr: "Alerte 40 : rien de ce qui est proposé ne convient au serveur (chiffrement, courbe ou nom du site), et il n'en dit pas plus.",
            en: "Alert 40: nothing that is offered suits the server (cipher, curve or site name), and it says no more.",
        },
        later: Text {
            fr: "Alerte 40 : le serveur arrête la négociation après notre réponse, sans dire pourquoi ; le plus souvent, c'est le certificat qui ne lui convient pas, ou qui manque.",
            en: "Alert 40: the server ends the handshake after our answer, without saying why; mostly the certificate does not suit it, or is missing.",
        },
    },
    of_certificate(
        42,
        "Alerte 42 : le serveur dit que le certificat est abîmé ou mal signé.",
        "Alert 42: the server says that the certificate is damaged or badly signed.",
    ),
    of_certificate(
        43,
        "Alerte 43 : le serveur n'accepte pas ce type de certificat ; est-ce bien celui d'authentification ?",
        "Alert 43: the server does not accept this type of certificate; is it the authentication one?",
    ),
    of_certificate(
        44,
        "Alerte 44 : le serveur dit que le certificat est révoqué ; la carte a sans doute été déclarée perdue ou remplacée.",
        "Alert 44: the server says that the certificate is revoked; the card was probably reported lost, or replaced.",
    ),
    of_certificate(
        45,
        "Alerte 45 : le serveur dit que le certificat est expiré, ou pas encore valable.",
        "Alert 45: the server says that the certificate has expired, or is not valid yet.",
    ),
    of_certificate(
        46,
        "Alerte 46 : le serveur refuse le certificat sans dire pourquoi.",
        "Alert 46: the server refuses the certificate without saying why.",
    ),
    always(
        47,
        "Alerte 47 : le serveur a lu une valeur impossible dans nos messages ; un équipement sur le chemin les modifie peut-être.",
        "Alert 47: the server read an impossible value in our messages; a box on the path may be changing them.",
    ),
    of_certificate(
        48,
        "Alerte 48 : le serveur ne connaît pas l'autorité qui a délivré ce certificat.",
        "Alert 48: the server does not know the authority that issued this certificate.",
    ),
    of_certificate(
        49,
        "Alerte 49 : le serveur reconnaît le certificat mais lui refuse l'accès.",
        "Alert 49: the server recognises the certificate but denies it access.",
    ),
    always(
        50,
        "Alerte 50 : le serveur n'a pas pu lire nos messages ; un équipement sur le chemin les abîme peut-être.",
        "Alert 50: the server could not read our messages; a box on the path may be damaging them.",
    ),
    Row {
        number: 51,
        first: Text {
            fr: "Alerte 51 : le serveur n'arrive pas à vérifier ce qui vient d'être échangé.",
            en: "Alert 51: the server cannot verify what has just been exchanged.",
        },
        later: Text {
            fr: "Alerte 51 : le serveur a vérifié la signature et la trouve fausse.",
            en: "Alert 51: the server verified the signature and finds it wrong.",
        },
    },
    always(
        70,
        "Alerte 70 : le serveur refuse toutes les versions de TLS qui lui sont proposées.",
        "Alert 70: the server refuses every version of TLS it is offered.",
    ),
    always(
        71,
        "Alerte 71 : le serveur exige un chiffrement plus fort que ceux qui lui sont proposés.",
        "Alert 71: the server demands a stronger cipher than those it is offered.",
    ),
    always(
        80,
        "Alerte 80 : le serveur signale une panne chez lui ; son journal dit laquelle.",
        "Alert 80: the server reports a failure of its own; its log says which.",
    ),
    always(
        86,
        "Alerte 86 : le serveur s'est vu proposer une version plus ancienne que ce qu'il sait faire ; un équipement sur le chemin a sans doute retiré les plus récentes.",
        "Alert 86: the server was offered an older version than it can do; a box on the path probably took the newer ones out.",
    ),
    always(
        90,
        "Alerte 90 : l'autre côté a abandonné la négociation, sans qu'il y ait d'erreur.",
        "Alert 90: the other side gave the handshake up, without any error.",
    ),
    always(
        109,
        "Alerte 109 : il manque à nos messages une extension que le serveur exige ; un équipement sur le chemin l'a peut-être retirée.",
        "Alert 109: our messages lack an extension that the server demands; a box on the path may have taken it out.",
    ),
    always(
        112,
        "Alerte 112 : le serveur ne connaît pas le nom de site demandé.",
        "Alert 112: the server does not know the site name asked for.",
    ),
    always(
        116,
        "Alerte 116 : le serveur exige un certificat et n'en a pas reçu.",
        "Alert 116: the server demands a certificate and received none.",
    ),
    always(
        120,
        "Alerte 120 : le serveur ne parle aucun des protocoles annoncés (ALPN), ou veut qu'on en annonce un.",
        "Alert 120: the server speaks none of the protocols announced (ALPN), or wants one announced.",
    ),
];
