//! What does a TLS alert mean?
//!
//! Source: RFC 8446 §6, RFC 5246 §7.2; names and most sentences are the TLS layer's.

use tomcheck_diagnosis::Text;

use super::row::{Family, Row};

/// Every alert that has a name.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    tomcheck_tls::alerts().filter_map(|(number, name)| {
        let own = OWN.iter().find(|own| own.0 == number).map(|own| own.1);
        Some(Row {
            family: Family::TlsAlert,
            name,
            number: Some(number.into()),
            sentences: sentences(number),
            meaning: own.or_else(|| tomcheck_tls::alert_sentence(number).map(unnumbered))?,
            findings: findings(number),
        })
    })
}

/// The number stands beside the name already.
fn unnumbered(sentence: Text) -> Text {
    let after = |text: &'static str, colon| text.split_once(colon).map_or(text, |(_, rest)| rest);
    Text {
        fr: after(sentence.fr, " : "),
        en: after(sentence.en, ": "),
    }
}

/// As consoles print them, without the underscore.
fn sentences(number: u8) -> &'static [&'static str] {
    match number {
        10 => &["alert unexpected message"],
        20 => &["alert bad record mac"],
        40 => &["handshake failure", "sslv3 alert handshake failure"],
        42 => &["bad certificate"],
        43 => &["unsupported certificate"],
        44 => &["certificate revoked"],
        45 => &["certificate expired"],
        46 => &["certificate unknown"],
        47 => &["alert illegal parameter"],
        48 => &["unknown ca", "alert unknown ca"],
        49 => &["alert access denied"],
        51 => &["alert decrypt error"],
        70 => &["alert protocol version"],
        71 => &["insufficient security"],
        80 => &["alert internal error"],
        86 => &["inappropriate fallback"],
        112 => &["unrecognized name"],
        116 => &["certificate required"],
        120 => &["no application protocol"],
        _ => &[],
    }
}

/// Source: the judgements of the TLS layer, `tls_findings`.
fn findings(number: u8) -> &'static [&'static str] {
    match number {
        40 => &[
            "tls.certificate-required",
            "tls.handshake-failure",
            "tls.no-common-cipher",
            "card.absent",
        ],
        41 | 116 => &["tls.certificate-required", "card.absent", "cert.none"],
        42 | 43 | 46 | 49 => &["tls.certificate-rejected"],
        44 => &["tls.certificate-rejected", "cert.revoked"],
        45 => &["tls.certificate-rejected", "cert.expired", "clock.skewed"],
        48 => &[
            "tls.issuer-not-accepted",
            "cert.test-hierarchy",
            "tls.certificate-rejected",
        ],
        51 => &["tls.signature-rejected"],
        70 | 86 => &["tls.version-unsupported"],
        71 => &["tls.no-common-cipher"],
        100 => &["tls.renegotiation-required"],
        10 | 20 | 22 | 47 | 50 | 109 | 110 => &["tls.reset-by-middlebox", "tls.handshake-failure"],
        112 => &["tls.server-name-mismatch"],
        80 | 120 => &["tls.handshake-failure"],
        _ => &[],
    }
}

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// Those that the TLS layer has no sentence for, or one for a moment that is known.
const OWN: &[(u8, Text)] = &[
    (
        0,
        t(
            "l'autre côté ferme la connexion, normalement",
            "the other side closes the connection, in good order",
        ),
    ),
    (
        10,
        t(
            "un message est arrivé là où le protocole n'en prévoit pas ; un équipement sur le chemin s'en mêle peut-être",
            "a message came where the protocol has none; a box on the path may be meddling",
        ),
    ),
    (
        20,
        t(
            "un message est arrivé abîmé ou modifié en route",
            "a message arrived damaged or changed on its way",
        ),
    ),
    (
        21,
        t(
            "un message n'a pas pu être déchiffré (alerte abandonnée depuis TLS 1.1)",
            "a message could not be decrypted (given up since TLS 1.1)",
        ),
    ),
    (
        22,
        t(
            "un message est plus long que le protocole ne le permet ; ce qui répond ne parle peut-être pas TLS",
            "a message is longer than the protocol allows; what answers may not speak TLS",
        ),
    ),
    (
        30,
        t(
            "un message compressé n'a pas pu être lu ; la compression n'existe plus en TLS 1.3",
            "a compressed message could not be read; compression is gone from TLS 1.3",
        ),
    ),
    (
        40,
        t(
            "le serveur arrête la négociation sans dire pourquoi : le plus souvent il attendait le certificat de la carte et ne l'a pas eu ; sinon rien de ce qui est proposé ne lui convient",
            "the server ends the handshake without saying why: mostly it expected the card's certificate and did not get it; else nothing that is offered suits it",
        ),
    ),
    (
        41,
        t(
            "aucun certificat n'a été envoyé (alerte de l'ancien SSL 3)",
            "no certificate was sent (an alert of the old SSL 3)",
        ),
    ),
    (
        60,
        t(
            "le chiffrement demandé était interdit à l'exportation ; cette alerte ne s'emploie plus",
            "the cipher asked for was forbidden to export; this alert is used no more",
        ),
    ),
    (
        100,
        t(
            "l'autre côté refuse de recommencer la négociation, par exemple pour demander le certificat de la carte après coup",
            "the other side refuses to negotiate again, for instance to ask for the card's certificate afterwards",
        ),
    ),
    (
        110,
        t(
            "l'autre côté a reçu une extension qu'il n'avait pas demandée",
            "the other side received an extension that it had not asked for",
        ),
    ),
    (
        113,
        t(
            "l'état de révocation joint au certificat ne convient pas",
            "the revocation status that came with the certificate will not do",
        ),
    ),
    (
        115,
        t(
            "le serveur ne connaît pas la clé partagée proposée",
            "the server does not know the shared key offered",
        ),
    ),
    (
        121,
        t(
            "le serveur exige un premier message chiffré (ECH)",
            "the server demands an encrypted first message (ECH)",
        ),
    ),
];
