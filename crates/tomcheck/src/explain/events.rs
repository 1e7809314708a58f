//! What does an event of a Windows journal mean?
//!
//! Source: Microsoft, "Schannel events" (system log, source Schannel) and "Smart Card events"
//! (system log, source SCardSvr).

use super::row::{Entry, code, shown};

pub(super) const ROWS: &[Entry] = &[
    code(
        "Schannel 36864",
        36864,
        "Windows a chargé ce qui fait les connexions sécurisées ; sans gravité",
        "Windows loaded what makes secure connections; no harm",
        &[],
    ),
    shown(
        code(
            "Schannel 36870",
            36870,
            "une erreur est survenue en ouvrant la clé d'un certificat",
            "an error occurred while the key of a certificate was opened",
            &["cert.key-missing", "browser.store-certificate-stale"],
        ),
        &[
            "A fatal error occurred when attempting to access the TLS",
            "A fatal error occurred when attempting to access the SSL",
        ],
    ),
    shown(
        code(
            "Schannel 36871",
            36871,
            "Windows n'a pas pu préparer la connexion sécurisée de ce programme",
            "Windows could not prepare this program's secure connection",
            &["tls.version-unsupported", "tls.no-common-cipher"],
        ),
        &[
            "A fatal error occurred while creating a TLS",
            "A fatal error occurred while creating an SSL",
        ],
    ),
    shown(
        code(
            "Schannel 36874",
            36874,
            "aucun chiffrement en commun avec l'autre côté",
            "no cipher in common with the other side",
            &["tls.no-common-cipher"],
        ),
        &[
            "none of the cipher suites supported by the client application are supported by the server",
        ],
    ),
    shown(
        code(
            "Schannel 36875",
            36875,
            "le site demande un certificat, et Windows n'en a trouvé aucun qui convienne",
            "the site asks for a certificate, and Windows found none that will do",
            &[
                "browser.store-certificate-missing",
                "card.absent",
                "browser.ccm-manual",
                "browser.ccm-absent",
                "tls.issuer-not-accepted",
            ],
        ),
        &["The remote server has requested SSL client authentication"],
    ),
    shown(
        code(
            "Schannel 36876",
            36876,
            "le certificat du site n'a pas été accepté",
            "the site's certificate was not accepted",
            &["tls.server-untrusted"],
        ),
        &["The certificate received from the remote server has not validated correctly"],
    ),
    shown(
        code(
            "Schannel 36880",
            36880,
            "une connexion sécurisée s'est faite ; sans gravité",
            "a secure connection was made; no harm",
            &[],
        ),
        &["handshake completed successfully. The negotiated cryptographic parameters are"],
    ),
    shown(
        code(
            "Schannel 36881",
            36881,
            "le certificat du site est expiré ou pas encore valable, ou l'horloge du poste est fausse",
            "the site's certificate has expired or is not valid yet, or the machine's clock is wrong",
            &["tls.server-expired", "clock.skewed"],
        ),
        &["The certificate received from the remote server has either expired or is not yet valid"],
    ),
    shown(
        code(
            "Schannel 36882",
            36882,
            "le certificat du site vient d'une autorité que Windows ne connaît pas",
            "the site's certificate comes from an authority that Windows does not know",
            &["tls.server-untrusted", "proxy.intercepts-tls"],
        ),
        &[
            "The certificate received from the remote server was issued by an untrusted certificate authority",
        ],
    ),
    shown(
        code(
            "Schannel 36883",
            36883,
            "le certificat du site est révoqué",
            "the site's certificate is revoked",
            &["tls.server-untrusted"],
        ),
        &["The certificate received from the remote server has been revoked"],
    ),
    shown(
        code(
            "Schannel 36884",
            36884,
            "le certificat du site est au nom d'un autre site",
            "the site's certificate is for another site",
            &["tls.server-name-mismatch", "proxy.intercepts-tls"],
        ),
        &["The certificate received from the remote server does not contain the expected name"],
    ),
    shown(
        code(
            "Schannel 36887",
            36887,
            "l'autre côté a arrêté la négociation ; le numéro de l'alerte est dans le texte",
            "the other side ended the handshake; the alert's number is in the text",
            &[
                "tls.handshake-failure",
                "tls.certificate-required",
                "tls.certificate-rejected",
            ],
        ),
        &[
            "Une alerte irrécupérable a été reçue",
            "A fatal alert was received from the remote endpoint",
            "The following fatal alert was received",
        ],
    ),
    shown(
        code(
            "Schannel 36888",
            36888,
            "Windows a arrêté la négociation ; le numéro de l'alerte est dans le texte",
            "Windows ended the handshake; the alert's number is in the text",
            &[
                "tls.server-untrusted",
                "tls.no-common-cipher",
                "tls.not-tls",
            ],
        ),
        &["A fatal alert was generated and sent to the remote endpoint"],
    ),
    code(
        "SCardSvr 205",
        205,
        "deux lecteurs portent le même nom",
        "two readers have the same name",
        &["reader.several"],
    ),
    code(
        "SCardSvr 602",
        602,
        "Windows n'a pas pu ouvrir le lecteur",
        "Windows could not open the reader",
        &["reader.unavailable", "reader.driver-missing"],
    ),
    shown(
        code(
            "SCardSvr 610",
            610,
            "le lecteur a refusé une commande ; souvent sans gravité",
            "the reader refused a command; often no harm",
            &["card.contact-intermittent", "card.mute"],
        ),
        &["rejected IOCTL"],
    ),
    shown(
        code(
            "SCardSvr 612",
            612,
            "Windows tient le lecteur pour défectueux jusqu'à ce qu'on le débranche",
            "Windows takes the reader for defective until it is unplugged",
            &["reader.unavailable"],
        ),
        &["Reader insertion monitor error retry threshold reached"],
    ),
    code(
        "SCardSvr 615",
        615,
        "Windows tient le lecteur pour défectueux jusqu'à ce qu'on le débranche",
        "Windows takes the reader for defective until it is unplugged",
        &["reader.unavailable"],
    ),
    code(
        "SCardSvr 616",
        616,
        "Windows tient le lecteur pour défectueux jusqu'à ce qu'on le débranche",
        "Windows takes the reader for defective until it is unplugged",
        &["reader.unavailable"],
    ),
    code(
        "SCardSvr 617",
        617,
        "Windows tient le lecteur pour défectueux jusqu'à ce qu'on le débranche",
        "Windows takes the reader for defective until it is unplugged",
        &["reader.unavailable"],
    ),
    shown(
        code(
            "SCardSvr 619",
            619,
            "le lecteur ne répond pas",
            "the reader does not answer",
            &["reader.unavailable"],
        ),
        &["hasn't responded to IOCTL", "has not responded to IOCTL"],
    ),
    shown(
        code(
            "SCardSvr 620",
            620,
            "le lecteur ne répond pas",
            "the reader does not answer",
            &["reader.unavailable"],
        ),
        &["Smart Card Resource Manager was unable to cancel IOCTL"],
    ),
];
