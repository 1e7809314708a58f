//! What does an error of Firefox mean, in its own name, its number or the words of its page?
//!
//! Source: NSS `sslerr.h`, `secerr.h`, NSPR `prerr.h`, Firefox `pkixnss.h`; the sentences are
//! those Firefox 153 shows (`nsserrors.ftl`, `certError.ftl`, `netError.ftl`, and their French
//! of `firefox-esr-l10n-fr`), a long one cut where it is nobody else's any more. The names
//! `NS_ERROR_` are those of its network library (`libxul`).

use super::row::{Entry, code, name, shown};

pub(super) const ROWS: &[Entry] = &[
    shown(
        code(
            "SSL_ERROR_HANDSHAKE_FAILURE_ALERT",
            -12227,
            "le site a arrêté la négociation sans dire pourquoi : le plus souvent il attendait le certificat de la carte et ne l'a pas eu",
            "the site ended the handshake without saying why: mostly it expected the card's certificate and did not get it",
            &[
                "browser.firefox-module-missing",
                "card.absent",
                "tls.certificate-required",
                "tls.handshake-failure",
            ],
        ),
        &[
            "SSL peer was unable to negotiate an acceptable set of security parameters",
            "Le pair SSL n’a pas réussi à négocier",
            "Le pair SSL n'a pas pu négocier",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_BAD_CERT_ALERT",
            -12271,
            "le site n'a pas pu vérifier le certificat de la carte, ou n'en a pas reçu",
            "the site could not verify the card's certificate, or received none",
            &[
                "tls.certificate-rejected",
                "tls.certificate-required",
                "browser.firefox-module-missing",
            ],
        ),
        &[
            "SSL peer cannot verify your certificate",
            "Le pair SSL ne peut pas vérifier votre certificat",
        ],
    ),
    code(
        "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT",
        -12107,
        "le site exige un certificat et n'en a pas reçu",
        "the site demands a certificate and received none",
        &[
            "browser.firefox-module-missing",
            "card.absent",
            "tls.certificate-required",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_UNKNOWN_CA_ALERT",
            -12195,
            "le site ne connaît pas l'autorité qui a délivré le certificat de la carte",
            "the site does not know the authority that issued the card's certificate",
            &[
                "tls.certificate-rejected",
                "cert.test-hierarchy",
                "tls.issuer-not-accepted",
            ],
        ),
        &[
            "Peer does not recognize and trust the CA that issued your certificate",
            "Le pair ne reconnaît pas l’autorité de certification qui a délivré votre certificat",
            "Le pair ne reconnaît pas l’autorité de certification qui a délivré",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_REVOKED_CERT_ALERT",
            -12270,
            "le site dit que le certificat de la carte est révoqué",
            "the site says that the card's certificate is revoked",
            &["tls.certificate-rejected", "cert.revoked"],
        ),
        &[
            "SSL peer rejected your certificate as revoked",
            "Le pair SSL a rejeté votre certificat car celui-ci est révoqué",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_EXPIRED_CERT_ALERT",
            -12269,
            "le site dit que le certificat de la carte est expiré",
            "the site says that the card's certificate has expired",
            &["tls.certificate-rejected", "cert.expired", "clock.skewed"],
        ),
        &[
            "SSL peer rejected your certificate as expired",
            "Le pair SSL a rejeté votre certificat car celui-ci a expiré",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_UNSUPPORTED_CERT_ALERT",
            -12225,
            "le site n'accepte pas ce type de certificat",
            "the site does not accept this type of certificate",
            &["tls.certificate-rejected", "cert.wrong-usage"],
        ),
        &[
            "SSL peer does not support certificates of the type it received",
            "Le pair SSL ne gère pas le type des certificats qu’il a reçus",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_CERTIFICATE_UNKNOWN_ALERT",
            -12224,
            "le site refuse le certificat sans dire pourquoi",
            "the site refuses the certificate without saying why",
            &["tls.certificate-rejected"],
        ),
        &[
            "SSL peer had some unspecified issue with the certificate it received",
            "Le pair SSL a eu un problème non spécifié avec le certificat qu’il a reçu",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_ACCESS_DENIED_ALERT",
            -12194,
            "le site reconnaît le certificat et lui refuse l'accès",
            "the site recognises the certificate and denies it access",
            &["tls.certificate-rejected"],
        ),
        &[
            "Peer received a valid certificate, but access was denied",
            "Le pair a reçu un certificat valide mais l’accès a été refusé",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_NO_CERTIFICATE",
            -12285,
            "aucun certificat qui convienne n'a été trouvé",
            "no certificate that would do was found",
            &["browser.firefox-module-missing", "card.absent", "cert.none"],
        ),
        &[
            "Unable to find the certificate or key necessary for authentication",
            "Impossible de trouver le certificat ou la clé nécessaire à l’authentification",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_NO_CYPHER_OVERLAP",
            -12286,
            "Firefox et le site n'ont aucun chiffrement ni aucune version en commun",
            "Firefox and the site have no cipher or version in common",
            &["tls.no-common-cipher", "tls.version-unsupported"],
        ),
        &[
            "no common encryption algorithm",
            "aucun algorithme de chiffrement en commun",
            "Impossible de communiquer en mode sécurisé avec le pair : aucun algorithme de chiffrement",
            "Il semble que ce site utilise d’anciens logiciels présentant des failles",
            "It looks like this site is using old software with known security issues",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_UNSUPPORTED_VERSION",
            -12279,
            "le site ne parle qu'une version de TLS trop ancienne",
            "the site speaks only a version of TLS that is too old",
            &["tls.version-unsupported"],
        ),
        &[
            "Peer using unsupported version of security protocol",
            "Le pair utilise une version non gérée du protocole de sécurité",
            "Ce site web ne prend peut-être pas en charge le protocole TLS 1.2",
            "This website might not support the TLS 1.2 protocol",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_PROTOCOL_VERSION_ALERT",
            -12190,
            "le site refuse toutes les versions de TLS proposées",
            "the site refuses every version of TLS offered",
            &["tls.version-unsupported"],
        ),
        &[
            "Le pair signale une version de protocole non compatible ou non gérée",
            "Peer reports incompatible or unsupported protocol version",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_BAD_CERT_DOMAIN",
            -12276,
            "le certificat du site est au nom d'un autre site",
            "the site's certificate is for another site",
            &["tls.server-name-mismatch", "proxy.intercepts-tls"],
        ),
        &[
            "requested domain name does not match the server’s certificate",
            "le nom de domaine demandé ne correspond pas au certificat du serveur",
            "Impossible de communiquer en mode sécurisé avec le pair : le nom",
            "Unable to communicate securely with peer: requested domain name",
            "ne fait pas confiance à ce site, car il utilise un certificat qui n’est pas valide pour",
            "does not trust this site because it uses a certificate that is not valid for",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_RECORD_TOO_LONG",
            -12263,
            "ce qui répond ne parle pas TLS : mauvais port, ou page d'un proxy",
            "what answers does not speak TLS: wrong port, or a proxy's page",
            &["tls.not-tls", "proxy.not-a-proxy"],
        ),
        &[
            "SSL received a record that exceeded the maximum permissible length",
            "SSL a reçu un enregistrement qui dépasse la longueur maximale",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_SIGN_HASHES_FAILURE",
            -12222,
            "la carte n'a pas pu signer",
            "the card could not sign",
            &["token.sign-failed", "tls.signature-scheme-unavailable"],
        ),
        &[
            "Unable to digitally sign data required to verify your certificate",
            "Impossible de signer numériquement les données",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_TOKEN_INSERTION_REMOVAL",
            -12205,
            "la carte a été insérée ou retirée pendant l'échange",
            "the card was inserted or removed during the exchange",
            &["card.removed-during-use"],
        ),
        &[
            "PKCS#11 token was inserted or removed while operation was in progress",
            "Le jeton PKCS#11 a été inséré ou supprimé",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_TOKEN_SLOT_NOT_FOUND",
            -12204,
            "Firefox n'a trouvé aucun module pour faire cette opération",
            "Firefox found no module to do this operation",
            &["browser.firefox-module-missing", "module.sees-no-token"],
        ),
        &[
            "No PKCS#11 token could be found to do a required operation",
            "Aucun jeton PKCS#11 n’a été trouvé pour accomplir une opération requise",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RENEGOTIATION_NOT_ALLOWED",
            -12176,
            "la renégociation est interdite sur cette connexion",
            "renegotiation is not allowed on this connection",
            &["tls.renegotiation-required"],
        ),
        &[
            "La renégociation n’est pas autorisée sur cette interface de connexion SSL",
            "Renegotiation is not allowed on this SSL socket",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_NO_RENEGOTIATION_ALERT",
            -12186,
            "le site refuse de recommencer la négociation",
            "the site refuses to negotiate again",
            &["tls.renegotiation-required"],
        ),
        &[
            "Le pair ne permet pas la renégociation des paramètres de sécurité SSL",
            "Peer does not permit renegotiation of SSL security parameters",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_UNSAFE_NEGOTIATION",
            -12175,
            "le site ne connaît que l'ancienne renégociation, qui n'est pas sûre",
            "the site knows only the old renegotiation, which is not safe",
            &["tls.renegotiation-required", "tls.version-unsupported"],
        ),
        &[
            "Le pair a essayé un établissement de liaison obsolète (potentiellement",
            "Peer attempted old style (potentially vulnerable) handshake",
        ],
    ),
    code(
        "SSL_ERROR_MISSING_POST_HANDSHAKE_AUTH_EXTENSION",
        -12108,
        "le site demande le certificat une fois la connexion ouverte, ce que Firefox n'a pas annoncé",
        "the site asks for the certificate once the connection is open, which Firefox did not announce",
        &["tls.post-handshake-authentication"],
    ),
    shown(
        code(
            "SSL_ERROR_UNSUPPORTED_SIGNATURE_ALGORITHM",
            -12153,
            "une signature reçue est d'un genre que Firefox n'accepte pas",
            "a signature received is of a kind Firefox does not accept",
            &["tls.signature-scheme-unavailable"],
        ),
        &[
            "Le pair a utilisé une combinaison non prise en charge de signature",
            "The peer used an unsupported combination of signature and hash algorithm",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_NO_SUPPORTED_SIGNATURE_ALGORITHM",
            -12154,
            "la carte et les signatures demandées par le site ne vont pas ensemble",
            "the card and the signatures the site asks for do not meet",
            &["tls.signature-scheme-unavailable"],
        ),
        &[
            "Aucune signature d’algorithme TLS prise en charge n’a été configurée",
            "No supported TLS signature algorithm was configured",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_INCORRECT_SIGNATURE_ALGORITHM",
            -12160,
            "une signature est d'un autre genre que convenu",
            "a signature is of another kind than agreed",
            &["tls.signature-scheme-unavailable"],
        ),
        &[
            "Algorithme de signature incorrect spécifié dans un élément signé numériquement",
            "Incorrect signature algorithm specified in a digitally-signed element",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_DECRYPT_ERROR_ALERT",
            -12192,
            "le site a vérifié la signature de la carte et la trouve fausse",
            "the site verified the card's signature and finds it wrong",
            &["tls.signature-rejected"],
        ),
        &[
            "Le pair signale un échec de la vérification de signature ou de l’échange de clés",
            "Peer reports failure of signature verification or key exchange",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_UNRECOGNIZED_NAME_ALERT",
            -12182,
            "le site ne connaît pas le nom demandé",
            "the site does not know the name asked for",
            &["tls.server-name-mismatch"],
        ),
        &[
            "Le pair SSL n’a pas de certificat pour le nom DNS demandé",
            "SSL peer has no certificate for the requested DNS name",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_INAPPROPRIATE_FALLBACK_ALERT",
            -12157,
            "le site s'est vu proposer une version trop ancienne ; un équipement a sans doute retiré les plus récentes",
            "the site was offered a version that is too old; a box probably took the newer ones out",
            &["tls.version-unsupported"],
        ),
        &[
            "Le serveur a rejeté le message d’établissement de liaison car",
            "The server rejected the handshake because the client downgraded",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_INTERNAL_ERROR_ALERT",
            -12188,
            "le site signale une panne chez lui",
            "the site reports a failure of its own",
            &["tls.handshake-failure"],
        ),
        &[
            "Le pair signale qu’il a eu une erreur interne",
            "Peer reports it experienced an internal error",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_INSUFFICIENT_SECURITY_ALERT",
            -12189,
            "le site exige un chiffrement plus fort",
            "the site demands a stronger cipher",
            &["tls.no-common-cipher"],
        ),
        &[
            "Le serveur requiert des chiffrements plus sûrs que ceux gérés par le client",
            "Server requires ciphers more secure than those supported by client",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_HANDSHAKE_NOT_COMPLETED",
            -12202,
            "la négociation n'est pas finie",
            "the handshake has not ended",
            &["tls.handshake-failure"],
        ),
        &[
            "Impossible d’initialiser un autre établissement de liaison SSL",
            "Cannot initiate another SSL handshake until current handshake is complete",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_CLOSE_NOTIFY_ALERT",
            -12230,
            "le site a fermé la connexion",
            "the site closed the connection",
            &["tls.certificate-required"],
        ),
        &[
            "Le pair SSL a fermé cette connexion",
            "SSL peer has closed this connection",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_NO_TRUSTED_SSL_CLIENT_CA",
            -12199,
            "aucune autorité n'est acceptée pour les certificats de clients",
            "no authority is accepted for client certificates",
            &["tls.issuer-not-accepted"],
        ),
        &[
            "Aucune autorité de certification n’est éprouvée pour l’authentification",
            "No certificate authority is trusted for SSL client authentication",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_WEAK_SERVER_EPHEMERAL_DH_KEY",
            -12173,
            "la clé d'échange du site est trop petite",
            "the site's exchange key is too small",
            &["tls.no-common-cipher"],
        ),
        &[
            "SSL a reçu une clé Diffie-Hellman éphémère faible dans le message",
            "SSL received a weak ephemeral Diffie-Hellman key in Server Key",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_WEAK_SERVER_CERT_KEY",
            -12156,
            "la clé du certificat du site est trop petite",
            "the key of the site's certificate is too small",
            &["tls.server-untrusted"],
        ),
        &[
            "Le certificat du serveur possède une clé publique trop faible",
            "The server certificate included a public key that was too weak",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_BAD_MAC_READ",
            -12273,
            "un message est arrivé abîmé ou modifié en route",
            "a message arrived damaged or changed on its way",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un enregistrement avec un code d’authentification",
            "SSL received a record with an incorrect Message Authentication Code",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_BAD_MAC_ALERT",
            -12272,
            "le site dit qu'un message est arrivé abîmé ou modifié en route",
            "the site says that a message arrived damaged or changed on its way",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "Le pair SSL signale un code d’authentification de message incorrect",
            "SSL peer reports incorrect Message Authentication Code",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_BAD_SERVER",
            -12281,
            "le site a envoyé des données inattendues",
            "the site sent unexpected data",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "Le client a rencontré des données incorrectes en provenance du serveur",
            "The client has encountered bad data from the server",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_BAD_CLIENT",
            -12282,
            "le client a envoyé des données inattendues",
            "the client sent unexpected data",
            &["tls.handshake-failure"],
        ),
        &[
            "Le serveur a rencontré des données incorrectes en provenance du client",
            "The server has encountered bad data from the client",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_ILLEGAL_PARAMETER_ALERT",
            -12226,
            "le site a lu une valeur impossible dans nos messages",
            "the site read an impossible value in our messages",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "Le pair SSL a rejeté un message d’établissement de liaison à",
            "SSL peer rejected a handshake message for unacceptable content",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_HANDSHAKE_UNEXPECTED_ALERT",
            -12229,
            "le site dit avoir reçu un message inattendu",
            "the site says it received an unexpected message",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "Le pair SSL ne s’attendait pas à recevoir le message d’établissement",
            "SSL peer was not expecting a handshake message it received",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_DECODE_ERROR_ALERT",
            -12193,
            "le site n'a pas pu lire nos messages",
            "the site could not read our messages",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "Le pair n’a pas pu décoder un message d’établissement de liaison SSL",
            "Peer could not decode an SSL handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RECORD_OVERFLOW_ALERT",
            -12196,
            "le site dit avoir reçu un message trop long",
            "the site says it received a message that is too long",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "Le pair a reçu un enregistrement SSL plus long que la taille permise",
            "Peer received an SSL record that was longer than is permitted",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_DECRYPTION_FAILED_ALERT",
            -12197,
            "le site n'a pas pu déchiffrer un message",
            "the site could not decrypt a message",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "Le pair n’a pas pu déchiffrer un enregistrement SSL qu’il a reçu",
            "Peer was unable to decrypt an SSL record it received",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_USER_CANCELED_ALERT",
            -12187,
            "l'autre côté a abandonné",
            "the other side gave up",
            &[],
        ),
        &[
            "L’utilisateur pair a annulé l’établissement de liaison",
            "Peer user canceled handshake",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_UNSUPPORTED_EXTENSION_ALERT",
            -12184,
            "le site refuse une extension de nos messages",
            "the site refuses an extension of our messages",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "Le pair SSL ne gère pas l’extension « TLS Hello » requise",
            "SSL peer does not support requested TLS hello extension",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_EXTRACT_PUBLIC_KEY_FAILURE",
            -12221,
            "la clé publique du certificat est illisible",
            "the certificate's public key cannot be read",
            &["tls.server-untrusted"],
        ),
        &[
            "SSL n’a pas pu extraire la clé publique du certificat du pair",
            "SSL was unable to extract the public key from the peer’s certificate",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_SOCKET_WRITE_FAILURE",
            -12216,
            "l'envoi vers le réseau a échoué",
            "sending to the network failed",
            &["tls.reset-by-middlebox"],
        ),
        &[
            "La tentative d’écriture de données chiffrées vers l’interface",
            "Attempt to write encrypted data to underlying socket failed",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_SSL_DISABLED",
            -12268,
            "TLS est désactivé dans ce navigateur",
            "TLS is turned off in this browser",
            &["tls.version-unsupported"],
        ),
        &[
            "Impossible de se connecter : SSL est désactivé",
            "Cannot connect: SSL is disabled",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_SSL2_DISABLED",
            -12274,
            "le site ne parle qu'une version de SSL abandonnée",
            "the site speaks only a version of SSL that was given up",
            &["tls.version-unsupported"],
        ),
        &[
            "Le pair ne gère que la version 2 de SSL, qui est désactivée localement",
            "Peer only supports SSL version 2, which is locally disabled",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_INVALID_VERSION_RANGE",
            -12168,
            "aucune version de TLS n'est permise dans les réglages",
            "no version of TLS is allowed by the settings",
            &["tls.version-unsupported"],
        ),
        &[
            "La plage de versions SSL n’est pas valide",
            "SSL version range is not valid",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_NEXT_PROTOCOL_NO_PROTOCOL",
            -12158,
            "aucun protocole annoncé ne convient au site",
            "no protocol announced suits the site",
            &["tls.handshake-failure"],
        ),
        &[
            "Le serveur ne prend en charge aucun des protocoles annoncés par",
            "The server supports no protocols that the client advertises in",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_UNKNOWN_ISSUER",
            -8179,
            "Firefox ne connaît pas l'autorité qui a délivré le certificat du site",
            "Firefox does not know the authority that issued the site's certificate",
            &["tls.server-untrusted", "proxy.intercepts-tls"],
        ),
        &[
            "Peer’s Certificate issuer is not recognized",
            "L’autorité de délivrance du certificat du pair n’est pas reconnue",
            "car l’émetteur de son certificat est inconnu, le certificat est auto-signé ou le serveur n’envoie pas les certificats intermédiaires corrects",
            "because its certificate issuer is unknown, the certificate is self-signed, or the server is not sending the correct intermediate certificates",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_UNTRUSTED_ISSUER",
            -8172,
            "l'autorité qui a délivré le certificat du site n'est pas digne de confiance pour Firefox",
            "Firefox does not trust the authority that issued the site's certificate",
            &["tls.server-untrusted"],
        ),
        &[
            "L’autorité de délivrance du certificat du pair a été marquée",
            "Peer’s certificate issuer has been marked as not trusted by the user",
            "Le certificat n’est pas sûr car le certificat de l’autorité l’ayant délivré n’est pas digne de confiance",
            "The certificate is not trusted because the issuer certificate is not trusted",
            "a été émis par une autorité de certification qui n’est plus digne de confiance",
            "was issued by a certificate authority that isn’t trusted anymore",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_UNTRUSTED_CERT",
            -8171,
            "Firefox ne fait pas confiance au certificat du site",
            "Firefox does not trust the site's certificate",
            &["tls.server-untrusted"],
        ),
        &[
            "Le certificat du pair a été marqué comme non digne de confiance",
            "Peer’s certificate has been marked as not trusted by the user",
            "est marqué comme non digne de confiance",
            "is marked as not trusted",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_EXPIRED_CERTIFICATE",
            -8181,
            "le certificat du site est expiré, ou l'horloge du poste est fausse",
            "the site's certificate has expired, or the machine's clock is wrong",
            &["tls.server-expired", "clock.skewed"],
        ),
        &[
            "Peer’s Certificate has expired",
            "Le certificat du pair a expiré",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_EXPIRED_ISSUER_CERTIFICATE",
            -8162,
            "le certificat d'une autorité est expiré",
            "an authority's certificate has expired",
            &["tls.server-expired", "clock.skewed"],
        ),
        &[
            "Le certificat de l’autorité de délivrance du certificat a expiré",
            "The certificate issuer’s certificate has expired. Check your",
            "Le certificat n’est pas sûr car le certificat de l’autorité l’ayant délivré a expiré",
            "The certificate is not trusted because the issuer certificate has expired",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_REVOKED_CERTIFICATE",
            -8180,
            "le certificat du site est révoqué",
            "the site's certificate is revoked",
            &["tls.server-untrusted"],
        ),
        &[
            "Peer’s Certificate has been revoked",
            "Le certificat du pair a été révoqué",
            "a été révoqué et n’est plus digne de confiance",
            "has been revoked and isn’t trusted anymore",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_REVOKED_CERTIFICATE_CRL",
            -8047,
            "le certificat du site est révoqué, dit une liste",
            "the site's certificate is revoked, a list says",
            &["tls.server-untrusted"],
        ),
        &[
            "Le certificat est révoqué dans la liste de certificats révoqués de l’autorité",
            "Certificate is revoked in issuer’s certificate revocation list",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_REVOKED_CERTIFICATE_OCSP",
            -8046,
            "le certificat du site est révoqué, dit son autorité",
            "the site's certificate is revoked, its authority says",
            &["tls.server-untrusted"],
        ),
        &[
            "Le répondeur OCSP de l’autorité signale que le certificat est révoqué",
            "Issuer’s OCSP responder reports certificate is revoked",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_BAD_SIGNATURE",
            -8182,
            "la signature d'un certificat du site est fausse",
            "the signature of a certificate of the site is wrong",
            &["tls.server-untrusted", "proxy.intercepts-tls"],
        ),
        &[
            "Le certificat du pair a une signature invalide",
            "Peer’s certificate has an invalid signature",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_BAD_DER",
            -8183,
            "un certificat est illisible",
            "a certificate cannot be read",
            &["tls.server-untrusted"],
        ),
        &[
            "Bibliothèque de sécurité : message encodé en DER mal formaté",
            "security library: improperly formatted DER-encoded message",
            "n’est pas correctement encodé",
            "isn’t properly encoded",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED",
            -8016,
            "un certificat du site est signé avec un algorithme abandonné",
            "a certificate of the site is signed with an algorithm that was given up",
            &["tls.server-untrusted"],
        ),
        &[
            "Le certificat a été signé à l’aide d’un algorithme de signature",
            "The certificate was signed using a signature algorithm that is",
            "Le certificat n’est pas sûr car il a été signé à l’aide d’un algorithme de signature qui a été désactivé car cet algorithme n’est pas sécurisé",
            "The certificate is not trusted because it was signed using a signature algorithm that was disabled because that algorithm is not secure",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_CA_CERT_INVALID",
            -8156,
            "le certificat d'une autorité ne convient pas",
            "an authority's certificate will not do",
            &["tls.server-untrusted"],
        ),
        &[
            "Le certificat de l’autorité de délivrance est invalide",
            "Issuer certificate is invalid",
            "Le certificat n’est pas sûr car le certificat de l’autorité l’ayant délivré est invalide",
            "The certificate is not trusted because it was issued by an invalid CA certificate",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_PATH_LEN_CONSTRAINT_INVALID",
            -8155,
            "la chaîne du site est plus longue que ses autorités ne le permettent",
            "the site's chain is longer than its authorities allow",
            &["tls.server-untrusted"],
        ),
        &[
            "La contrainte de longueur du chemin du certificat est invalide",
            "Certificate path length constraint is invalid",
            "contient trop de certificats intermédiaires sur le chemin vers le certificat racine",
            "has too many intermediate certificates in the path to the root certificate",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_CERT_NOT_IN_NAME_SPACE",
            -8080,
            "l'autorité n'a pas le droit de délivrer un certificat pour ce nom",
            "the authority may not issue a certificate for this name",
            &["tls.server-untrusted"],
        ),
        &[
            "L’autorité de certification pour ce certificat n’est pas autorisé",
            "The Certifying Authority for this certificate is not permitted",
            "ne suit pas les contraintes de nom d’un certificat qui l’a délivré",
            "doesn’t follow the name constraints of a certificate that issued it",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION",
            -8151,
            "un certificat contient une extension critique inconnue",
            "a certificate has an unknown critical extension",
            &["tls.server-untrusted"],
        ),
        &[
            "Le certificat contient une extension critique inconnue",
            "Certificate contains unknown critical extension",
            "contient une extension critique non prise en charge",
            "contains an unsupported critical extension",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_INADEQUATE_KEY_USAGE",
            -8102,
            "la clé du certificat n'a pas le droit de servir à cela",
            "the certificate's key may not be used for that",
            &["cert.wrong-usage", "tls.server-untrusted"],
        ),
        &[
            "Utilisation de la clé de certificat inappropriée pour cette opération",
            "Certificate key usage inadequate for attempted operation",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_INADEQUATE_CERT_TYPE",
            -8101,
            "le certificat n'a pas le droit de servir à cela",
            "the certificate may not be used for that",
            &["cert.wrong-usage", "tls.server-untrusted"],
        ),
        &[
            "Type de certificat non approuvé pour l’application",
            "Certificate type not approved for application",
            "n’est pas autorisé pour l’utilisation par un serveur web",
            "isn’t allowed to be used by a web server",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_REUSED_ISSUER_AND_SERIAL",
            -8054,
            "deux certificats différents portent le même numéro de la même autorité, souvent ceux d'un équipement d'inspection",
            "two different certificates have the same number of the same authority, often those of an inspecting box",
            &["proxy.intercepts-tls"],
        ),
        &[
            "Vous essayez d’importer un certificat ayant la même autorité/numéro",
            "You are attempting to import a cert with the same issuer/serial",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_PKCS11_GENERAL_ERROR",
            -8025,
            "le module de la carte a répondu une erreur générale (CKR_GENERAL_ERROR) ; le plus souvent il ne sait pas faire la signature demandée",
            "the card's module answered a general error (CKR_GENERAL_ERROR); mostly it cannot make the signature asked for",
            &[
                "tls.signature-scheme-unavailable",
                "token.sign-failed",
                "reader.service-stopped",
            ],
        ),
        &[
            "A PKCS #11 module returned CKR_GENERAL_ERROR",
            "Un module PKCS #11 a renvoyé CKR_GENERAL_ERROR, indiquant qu’une",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_PKCS11_FUNCTION_FAILED",
            -8024,
            "le module de la carte n'a pas pu faire ce qui était demandé (CKR_FUNCTION_FAILED)",
            "the card's module could not do what was asked (CKR_FUNCTION_FAILED)",
            &["token.sign-failed", "card.contact-intermittent"],
        ),
        &[
            "A PKCS #11 module returned CKR_FUNCTION_FAILED",
            "Un module PKCS #11 a renvoyé CKR_FUNCTION_FAILED, indiquant que",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_PKCS11_DEVICE_ERROR",
            -8023,
            "le module signale un problème du lecteur ou de la carte (CKR_DEVICE_ERROR)",
            "the module reports a problem of the reader or the card (CKR_DEVICE_ERROR)",
            &["card.contact-intermittent", "token.sign-failed"],
        ),
        &[
            "A PKCS #11 module returned CKR_DEVICE_ERROR",
            "Un module PKCS #11 a renvoyé CKR_DEVICE_ERROR, indiquant qu’un",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_UNKNOWN_PKCS11_ERROR",
            -8018,
            "le module de la carte a répondu une erreur inconnue",
            "the card's module answered an unknown error",
            &["token.sign-failed", "module.initialise-failed"],
        ),
        &["Erreur PKCS #11 inconnue", "Unknown PKCS #11 error"],
    ),
    shown(
        code(
            "SEC_ERROR_INCOMPATIBLE_PKCS11",
            -8041,
            "le module de la carte ne convient pas à ce navigateur",
            "the card's module is not fit for this browser",
            &["module.outdated", "browser.firefox-module-broken"],
        ),
        &[
            "Le pilote PKCS #11 viole les spécifications d’une manière incompatible",
            "PKCS #11 driver violates the spec in an incompatible way",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_NO_MODULE",
            -8128,
            "aucun module ne sait faire cela",
            "no module can do that",
            &["browser.firefox-module-missing"],
        ),
        &[
            "Bibliothèque de sécurité : aucun module de sécurité ne peut réaliser",
            "security library: no security module can perform the requested operation",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_NO_TOKEN",
            -8127,
            "il n'y a pas de carte, ou le navigateur ne la voit pas",
            "there is no card, or the browser does not see it",
            &["card.absent", "browser.firefox-module-missing"],
        ),
        &[
            "La carte ou le jeton de sécurité n’existe pas, n’est pas encore",
            "The security card or token does not exist, needs to be initialized",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_NO_KEY",
            -8166,
            "la clé de ce certificat est introuvable",
            "the key of this certificate cannot be found",
            &["cert.key-missing"],
        ),
        &[
            "La clé privée pour ce certificat n’a pas été trouvée dans la",
            "The private key for this certificate cannot be found in key database",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_MODULE_STUCK",
            -8057,
            "le module de la carte ne répond plus",
            "the card's module no longer answers",
            &["module.hung"],
        ),
        &[
            "Le module PKCS #11 ne peut pas être supprimé car il est encore utilisé",
            "PKCS #11 module could not be removed because it is still in use",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_TOKEN_NOT_LOGGED_IN",
            -8037,
            "le code porteur n'a pas été donné",
            "the PIN was not given",
            &["token.login-failed", "token.pin-cancelled"],
        ),
        &[
            "L’opération a échoué car le jeton PKCS#11 n’est pas connecté",
            "The operation failed because the PKCS#11 token is not logged in",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_BAD_PASSWORD",
            -8177,
            "le code porteur, ou le mot de passe principal, est faux",
            "the PIN, or the primary password, is wrong",
            &["token.pin-incorrect"],
        ),
        &[
            "Le mot de passe de sécurité saisi est incorrect",
            "The security password entered is incorrect",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_RETRY_PASSWORD",
            -8176,
            "le code porteur, ou le mot de passe principal, est faux : il est redemandé",
            "the PIN, or the primary password, is wrong: it is asked for again",
            &["token.pin-incorrect"],
        ),
        &[
            "Le nouveau mot de passe a été saisi de manière incorrecte. Veuillez réessayer",
            "New password entered incorrectly. Please try again",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_INVALID_PASSWORD",
            -8091,
            "le code contient des caractères interdits",
            "the PIN has characters that are not allowed",
            &["token.pin-incorrect"],
        ),
        &[
            "Le mot de passe saisi est invalide. Veuillez en choisir un autre",
            "Password entered is invalid. Please pick a different one",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_EXPIRED_PASSWORD",
            -8020,
            "le code de la carte doit être changé",
            "the card's PIN must be changed",
            &["token.login-failed"],
        ),
        &["Le mot de passe a expiré", "The password expired"],
    ),
    shown(
        code(
            "SEC_ERROR_LOCKED_PASSWORD",
            -8019,
            "le code porteur est bloqué",
            "the PIN is blocked",
            &["token.pin-locked"],
        ),
        &["Le mot de passe est verrouillé", "The password is locked"],
    ),
    shown(
        code(
            "SEC_ERROR_USER_CANCELLED",
            -8105,
            "la personne a annulé",
            "the person cancelled",
            &["token.pin-cancelled"],
        ),
        &[
            "L’utilisateur a annulé l’opération",
            "The user pressed cancel",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_BUSY",
            -8053,
            "le module de la carte est occupé",
            "the card's module is busy",
            &["card.in-exclusive-use"],
        ),
        &[
            "NSS ne peut pas s’arrêter. Des objets sont en cours d’utilisation",
            "NSS could not shutdown. Objects are still in use",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_NO_SLOT_SELECTED",
            -8125,
            "aucun lecteur n'est choisi",
            "no slot is selected",
            &["card.absent"],
        ),
        &[
            "Aucun slot ou jeton n’a été sélectionné",
            "No slot or token was selected",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_NOT_INITIALIZED",
            -8038,
            "NSS n'est pas démarré dans ce programme",
            "NSS is not started in this program",
            &["browser.profile-unreadable"],
        ),
        &["NSS n’est pas initialisé", "NSS is not initialized"],
    ),
    shown(
        code(
            "SEC_ERROR_BAD_DATABASE",
            -8174,
            "la base de certificats du profil est illisible",
            "the profile's certificate database cannot be read",
            &["browser.profile-unreadable"],
        ),
        &[
            "Bibliothèque de sécurité : mauvaise base de données",
            "security library: bad database",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_READ_ONLY",
            -8126,
            "la base de certificats du profil ne peut pas être modifiée",
            "the profile's certificate database cannot be changed",
            &["browser.profile-unreadable"],
        ),
        &[
            "Bibliothèque de sécurité : base de données en lecture seule",
            "security library: read-only database",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_LIBRARY_FAILURE",
            -8191,
            "panne interne de NSS",
            "internal failure of NSS",
            &[],
        ),
        &[
            "Échec de la bibliothèque de sécurité",
            "security library failure",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_NO_MEMORY",
            -8173,
            "mémoire insuffisante",
            "not enough memory",
            &[],
        ),
        &[
            "Bibliothèque de sécurité : échec d’allocation mémoire",
            "security library: memory allocation failure",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_INVALID_ARGS",
            -8187,
            "un appel interne à NSS est mal formé",
            "an internal call of NSS is malformed",
            &[],
        ),
        &[
            "Bibliothèque de sécurité : arguments invalides",
            "security library: invalid arguments",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_INVALID_ALGORITHM",
            -8186,
            "un algorithme ne convient pas",
            "an algorithm will not do",
            &["tls.signature-scheme-unavailable"],
        ),
        &[
            "Bibliothèque de sécurité : algorithme invalide",
            "security library: invalid algorithm",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_INVALID_KEY",
            -8152,
            "la clé ne convient pas à ce qui est demandé",
            "the key is not fit for what is asked",
            &["tls.signature-scheme-unavailable"],
        ),
        &[
            "La clé ne gère pas l’opération demandée",
            "The key does not support the requested operation",
            "Elle est très probablement trop petite pour être sécurisée",
            "Most likely, it is too small to be secure",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_INVALID_TIME",
            -8184,
            "une date est mal écrite dans un certificat",
            "a date is malformed in a certificate",
            &["tls.server-untrusted"],
        ),
        &[
            "Chaîne temporelle mal formatée",
            "Improperly formatted time string",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_UNKNOWN_CERT",
            -8077,
            "le certificat est inconnu",
            "the certificate is unknown",
            &["cert.none"],
        ),
        &[
            "Le certificat demandé n’a pas été trouvé",
            "The requested certificate could not be found",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_CRL_EXPIRED",
            -8161,
            "la liste de révocation est périmée",
            "the revocation list is out of date",
            &["cert.revocation-unknown"],
        ),
        &[
            "La liste de certificats révoqués pour l’autorité de délivrance du certificat a expiré",
            "The CRL for the certificate’s issuer has expired. Update it or",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_CRL_INVALID",
            -8159,
            "la liste de révocation est illisible",
            "the revocation list cannot be read",
            &["cert.revocation-unknown"],
        ),
        &[
            "La nouvelle liste de certificats révoqués est d’un format invalide",
            "New CRL has an invalid format",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_CRL_NOT_FOUND",
            -8055,
            "aucune liste de révocation n'a été trouvée",
            "no revocation list was found",
            &["cert.revocation-unknown"],
        ),
        &[
            "Aucune liste de certificats révoqués correspondante n’a été trouvée",
            "No matching CRL was found",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_BAD_HTTP_RESPONSE",
            -8073,
            "le service qui dit si le certificat est révoqué (OCSP) a mal répondu",
            "the service that says whether the certificate is revoked (OCSP) answered badly",
            &["cert.revocation-unknown"],
        ),
        &[
            "Le serveur OCSP a renvoyé des données HTTP inattendues/invalides",
            "The OCSP server returned unexpected/invalid HTTP data",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_SERVER_ERROR",
            -8071,
            "le service qui dit si le certificat est révoqué (OCSP) est en panne",
            "the service that says whether the certificate is revoked (OCSP) failed",
            &["cert.revocation-unknown"],
        ),
        &[
            "Le serveur OCSP a rencontré une erreur interne",
            "The OCSP server experienced an internal error",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_TRY_SERVER_LATER",
            -8070,
            "le service qui dit si le certificat est révoqué (OCSP) demande d'essayer plus tard",
            "the service that says whether the certificate is revoked (OCSP) asks to try later",
            &["cert.revocation-unknown"],
        ),
        &[
            "Le serveur OCSP suggère de réessayer plus tard",
            "The OCSP server suggests trying again later",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_UNAUTHORIZED_REQUEST",
            -8068,
            "le service qui dit si le certificat est révoqué (OCSP) ne répond pas sur ce certificat",
            "the service that says whether the certificate is revoked (OCSP) does not answer for this certificate",
            &["cert.revocation-unknown"],
        ),
        &[
            "Le serveur OCSP a refusé cette requête car elle n’est pas autorisée",
            "The OCSP server has refused this request as unauthorized",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_UNKNOWN_CERT",
            -8066,
            "le service qui dit si le certificat est révoqué (OCSP) ne connaît pas ce certificat",
            "the service that says whether the certificate is revoked (OCSP) does not know this certificate",
            &["cert.revocation-unknown"],
        ),
        &[
            "Le serveur OCSP n’a pas de statut pour le certificat",
            "The OCSP server has no status for the certificate",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_MALFORMED_RESPONSE",
            -8063,
            "le service qui dit si le certificat est révoqué (OCSP) a donné une réponse illisible",
            "the service that says whether the certificate is revoked (OCSP) gave an answer that cannot be read",
            &["cert.revocation-unknown"],
        ),
        &[
            "La réponse du serveur OCSP était corrompue ou mal formée",
            "The response from the OCSP server was corrupted or improperly formed",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_UNAUTHORIZED_RESPONSE",
            -8062,
            "le service qui dit si le certificat est révoqué (OCSP) a donné une réponse qu'il n'avait pas le droit de signer",
            "the service that says whether the certificate is revoked (OCSP) gave an answer it may not sign",
            &["cert.revocation-unknown"],
        ),
        &[
            "Le signataire de la réponse OCSP n’est pas autorisé à donner",
            "The signer of the OCSP response is not authorized to give status",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_OLD_RESPONSE",
            -8060,
            "le service qui dit si le certificat est révoqué (OCSP) a donné une réponse périmée",
            "the service that says whether the certificate is revoked (OCSP) gave an answer that is out of date",
            &["cert.revocation-unknown"],
        ),
        &[
            "La réponse OCSP contient des informations obsolètes",
            "The OCSP response contains out-of-date information",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_BAD_SIGNATURE",
            -8035,
            "le service qui dit si le certificat est révoqué (OCSP) a donné une réponse mal signée",
            "the service that says whether the certificate is revoked (OCSP) gave an answer that is badly signed",
            &["cert.revocation-unknown"],
        ),
        &[
            "La signature de la réponse OCSP est invalide",
            "OCSP response has an invalid signature",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_INVALID_SIGNING_CERT",
            -8048,
            "le service qui dit si le certificat est révoqué (OCSP) a signé avec un certificat qui ne convient pas",
            "the service that says whether the certificate is revoked (OCSP) signed with a certificate that will not do",
            &["cert.revocation-unknown"],
        ),
        &[
            "Certificat de signature OCSP invalide dans la réponse OCSP",
            "Invalid OCSP signing certificate in OCSP response",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_MALFORMED_REQUEST",
            -8072,
            "le service qui dit si le certificat est révoqué (OCSP) n'a pas compris la question",
            "the service that says whether the certificate is revoked (OCSP) did not understand the question",
            &["cert.revocation-unknown"],
        ),
        &[
            "Le serveur OCSP a trouvé que la requête était corrompue ou mal formée",
            "The OCSP server found the request to be corrupted or improperly formed",
        ],
    ),
    shown(
        code(
            "SEC_ERROR_OCSP_FUTURE_RESPONSE",
            -8061,
            "la réponse du service OCSP est datée du futur : l'horloge du poste est sans doute fausse",
            "the OCSP service's answer is dated in the future: the machine's clock is probably wrong",
            &["clock.skewed"],
        ),
        &[
            "The OCSP response is not yet valid",
            "La réponse OCSP n’est pas encore valide",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_MITM_DETECTED",
            -16369,
            "un logiciel ou un équipement ouvre la connexion sécurisée à la place du site ; la carte ne peut pas passer à travers",
            "a program or a box opens the secure connection in the site's place; the card cannot pass through",
            &["proxy.intercepts-tls"],
        ),
        &[
            "Un logiciel empêche Firefox de se connecter de façon sécurisée",
            "Software is Preventing Firefox From Safely Connecting",
            "qui est un logiciel installé soit sur votre ordinateur, soit sur votre réseau",
            "which is either software on your computer or your network",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT",
            -16370,
            "le certificat du site est signé par lui-même",
            "the site's certificate is signed by itself",
            &["tls.server-untrusted"],
        ),
        &[
            "Le certificat n’est pas sûr car il est auto-signé",
            "The certificate is not trusted because it is self-signed",
            "Le certificat de ce site est auto-signé",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE",
            -16379,
            "le certificat du site n'est pas encore valable : l'horloge du poste est sans doute fausse",
            "the site's certificate is not valid yet: the machine's clock is probably wrong",
            &["clock.skewed", "tls.server-expired"],
        ),
        &[
            "Le serveur a présenté un certificat qui n’est pas encore valide",
            "The server presented a certificate that is not yet valid",
            "ne sera pas valide jusqu’au",
            "will not be valid until",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_NOT_YET_VALID_ISSUER_CERTIFICATE",
            -16378,
            "le certificat d'une autorité n'est pas encore valable : l'horloge du poste est sans doute fausse",
            "an authority's certificate is not valid yet: the machine's clock is probably wrong",
            &["clock.skewed"],
        ),
        &[
            "Un certificat qui n’est pas encore valide a été utilisé pour",
            "A certificate that is not yet valid was used to issue the server’s certificate",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_KEY_PINNING_FAILURE",
            -16384,
            "la clé du site n'est pas celle que Firefox attend",
            "the site's key is not the one Firefox expects",
            &["proxy.intercepts-tls"],
        ),
        &[
            "Le serveur utilise le mécanisme de « key pinning » (HPKP) mais",
            "The server uses key pinning (HPKP) but no trusted certificate",
            "utilise une clé publique autre que celle attendue",
            "uses a different public key than expected",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY",
            -16383,
            "le site présente le certificat d'une autorité comme le sien",
            "the site shows an authority's certificate as its own",
            &["tls.server-untrusted"],
        ),
        &[
            "Le serveur utilise un certificat avec une extension de contraintes",
            "The server uses a certificate with a basic constraints extension",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_INADEQUATE_KEY_SIZE",
            -16382,
            "une clé de la chaîne du site est trop petite",
            "a key of the site's chain is too small",
            &["tls.server-untrusted"],
        ),
        &[
            "Le serveur a présenté un certificat dont la taille de la clé",
            "The server presented a certificate with a key size that is too",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_V1_CERT_USED_AS_CA",
            -16381,
            "une autorité de la chaîne a un certificat d'un format trop ancien",
            "an authority of the chain has a certificate of a format that is too old",
            &["tls.server-untrusted"],
        ),
        &[
            "Un certificat X.509 version 1 qui n’est pas une ancre de confiance",
            "An X.509 version 1 certificate that is not a trust anchor was",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_SIGNATURE_ALGORITHM_MISMATCH",
            -16377,
            "un certificat du site est mal fait (deux algorithmes de signature différents)",
            "a certificate of the site is badly made (two different signature algorithms)",
            &["tls.server-untrusted"],
        ),
        &[
            "L’algorithme de signature présent dans le champ « signature »",
            "The signature algorithm in the signature field of the certificate",
            "ne correspond pas au champ d’algorithme de signature",
            "doesn’t match its signature algorithm field",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_OCSP_RESPONSE_FOR_CERT_MISSING",
            -16376,
            "la réponse OCSP ne parle pas de ce certificat",
            "the OCSP answer does not speak of this certificate",
            &["cert.revocation-unknown"],
        ),
        &[
            "La réponse OCSP ne comporte pas d’état pour le certificat vérifié",
            "The OCSP response does not include a status for the certificate being verified",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_VALIDITY_TOO_LONG",
            -16375,
            "le certificat du site est valable trop longtemps pour être accepté",
            "the site's certificate is valid for too long to be accepted",
            &["tls.server-untrusted"],
        ),
        &[
            "Le serveur a présenté un certificat qui reste valide trop longtemps",
            "The server presented a certificate that is valid for too long",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_REQUIRED_TLS_FEATURE_MISSING",
            -16374,
            "le site ne fait pas ce que son certificat exige",
            "the site does not do what its certificate demands",
            &["tls.server-untrusted"],
        ),
        &[
            "Une fonctionnalité TLS nécessaire est manquante",
            "A required TLS feature is missing",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_INVALID_INTEGER_ENCODING",
            -16373,
            "un certificat du site est mal fait (un nombre mal écrit)",
            "a certificate of the site is badly made (a number)",
            &["tls.server-untrusted"],
        ),
        &[
            "Le serveur a présenté un certificat contenant un entier mal encodé",
            "The server presented a certificate that contains an invalid encoding",
            "Les raisons les plus fréquentes sont des numéros de série négatifs, des modules RSA négatifs ou des encodages plus longs que nécessaire",
            "Common causes include negative serial numbers, negative RSA moduli, and encodings that are longer than necessary",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_EMPTY_ISSUER_NAME",
            -16372,
            "un certificat du site ne nomme pas son autorité",
            "a certificate of the site does not name its authority",
            &["tls.server-untrusted"],
        ),
        &[
            "Le serveur a présenté un certificat où le nom unique de l’autorité",
            "The server presented a certificate with an empty issuer distinguished name",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_ADDITIONAL_POLICY_CONSTRAINT_FAILED",
            -16371,
            "Firefox limite ce que cette autorité peut délivrer",
            "Firefox restricts what this authority may issue",
            &["tls.server-untrusted"],
        ),
        &[
            "Une contrainte de stratégie supplémentaire a échoué lors de la",
            "An additional policy constraint failed when validating this certificate",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_INSUFFICIENT_CERTIFICATE_TRANSPARENCY",
            -16368,
            "le certificat du site n'est pas dans les registres publics exigés",
            "the site's certificate is not in the public logs demanded",
            &["tls.server-untrusted", "proxy.intercepts-tls"],
        ),
        &[
            "Le serveur a présenté des informations de transparence du certificat",
            "The server presented insufficient certificate transparency information",
            "car il n’a pas pu prouver qu’il répond aux exigences de transparence des certificats publics",
            "because it couldn’t prove it meets public certificate transparency requirements",
        ],
    ),
    shown(
        code(
            "MOZILLA_PKIX_ERROR_ISSUER_NO_LONGER_TRUSTED",
            -16367,
            "Firefox ne fait plus confiance à cette autorité",
            "Firefox no longer trusts this authority",
            &["tls.server-untrusted"],
        ),
        &[
            "L’autorité de certification qui a délivré le certificat n’était",
            "The certificate authority that issued the certificate was distrusted",
            "n’est plus digne de confiance",
            "isn’t trusted anymore",
        ],
    ),
    code(
        "PR_END_OF_FILE_ERROR",
        -5938,
        "la connexion a été coupée avant la fin de la négociation, sans un mot",
        "the connection was cut before the handshake ended, without a word",
        &[
            "tls.reset-by-middlebox",
            "tls.certificate-required",
            "proxy.host-not-allowed",
        ],
    ),
    shown(
        code(
            "PR_CONNECT_RESET_ERROR",
            -5961,
            "la connexion a été coupée par le site ou par un équipement sur le chemin",
            "the connection was cut by the site or by a box on the path",
            &["tls.reset-by-middlebox", "tls.certificate-required"],
        ),
        &[
            "La connexion a été réinitialisée",
            "The connection was reset",
        ],
    ),
    shown(
        code(
            "PR_CONNECT_REFUSED_ERROR",
            -5981,
            "la machine répond et refuse la connexion à ce port",
            "the machine answers and refuses the connection to this port",
            &["network.refused"],
        ),
        &["La connexion a échoué", "Unable to connect"],
    ),
    shown(
        code(
            "PR_CONNECT_TIMEOUT_ERROR",
            -5979,
            "aucune réponse dans le délai : un pare-feu arrête sans doute la connexion",
            "no answer in time: a firewall probably stops the connection",
            &["network.timeout"],
        ),
        &[
            "Le délai d’attente est dépassé",
            "The connection has timed out",
        ],
    ),
    shown(
        code(
            "PR_CONNECT_ABORTED_ERROR",
            -5928,
            "la connexion a été abandonnée",
            "the connection was given up",
            &["tls.reset-by-middlebox"],
        ),
        &[
            "La connexion a été interrompue",
            "The connection was interrupted",
        ],
    ),
    shown(
        code(
            "PR_IO_TIMEOUT_ERROR",
            -5990,
            "la réponse n'est pas venue dans le délai",
            "the answer did not come in time",
            &["network.timeout"],
        ),
        &[
            "met trop de temps à répondre",
            "is taking too long to respond",
        ],
    ),
    shown(
        code(
            "PR_NETWORK_UNREACHABLE_ERROR",
            -5980,
            "le poste n'a pas de réseau vers cette adresse",
            "the machine has no network to this address",
            &["network.unreachable"],
        ),
        &[
            "Il semble y avoir un problème avec votre connexion Internet",
            "Looks like there’s a problem with your internet connection",
        ],
    ),
    code(
        "PR_HOST_UNREACHABLE_ERROR",
        -5927,
        "aucun chemin ne mène à cette machine",
        "no way leads to this machine",
        &["network.unreachable"],
    ),
    shown(
        code(
            "PR_NETWORK_DOWN_ERROR",
            -5930,
            "le réseau du poste est coupé",
            "the machine's network is down",
            &["network.unreachable"],
        ),
        &[
            "Cliquez sur le bouton « Réessayer » pour revenir en mode connecté",
            "Press “Try Again” to switch to online mode",
        ],
    ),
    shown(
        code(
            "PR_DIRECTORY_LOOKUP_ERROR",
            -5973,
            "le nom du site n'a pas d'adresse",
            "the site's name has no address",
            &["network.dns-failure"],
        ),
        &[
            "Hum, nous ne parvenons pas à trouver ce site",
            "Nous ne parvenons pas à trouver ce site",
            "Adresse introuvable",
            "We’re having trouble finding that site",
        ],
    ),
    code(
        "PR_ADDRESS_NOT_AVAILABLE_ERROR",
        -5986,
        "cette adresse ne peut pas servir ici",
        "this address cannot be used here",
        &["network.unreachable"],
    ),
    code(
        "PR_SOCKET_SHUTDOWN_ERROR",
        -5929,
        "la connexion est déjà fermée",
        "the connection is closed already",
        &["tls.reset-by-middlebox"],
    ),
    code(
        "PR_LOAD_LIBRARY_ERROR",
        -5977,
        "une bibliothèque n'a pas pu être chargée",
        "a library could not be loaded",
        &[
            "browser.firefox-module-broken",
            "browser.firefox-confined",
            "module.dependency-missing",
        ],
    ),
    code(
        "PR_FILE_NOT_FOUND_ERROR",
        -5950,
        "un fichier manque",
        "a file is missing",
        &["browser.firefox-module-broken"],
    ),
    code(
        "PR_NO_ACCESS_RIGHTS_ERROR",
        -5966,
        "l'accès est refusé par le système",
        "the system denies access",
        &["browser.firefox-confined"],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_NEW_SESSION_TICKET",
            -12178,
            "Firefox n'a pas pu lire ce que le site a envoyé : un ticket de session",
            "Firefox could not read what the site sent: a session ticket",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « New Session Ticket » mal",
            "SSL received a malformed New Session Ticket handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_NEW_SESSION_TICKET",
            -12179,
            "le site a envoyé quelque chose au mauvais moment : un ticket de session",
            "the site sent something at the wrong moment: a session ticket",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « New Session Ticket » inattendu",
            "SSL received an unexpected New Session Ticket handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_APPLICATION_DATA",
            -12234,
            "le site a envoyé quelque chose au mauvais moment : des données",
            "the site sent something at the wrong moment: application data",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un enregistrement « Application Data » inattendu",
            "SSL received an unexpected Application Data record",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_HANDSHAKE",
            -12235,
            "le site a envoyé quelque chose au mauvais moment : un message de la négociation",
            "the site sent something at the wrong moment: a handshake message",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un enregistrement « Handshake » inattendu",
            "SSL received an unexpected Handshake record",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_ALERT",
            -12236,
            "le site a envoyé quelque chose au mauvais moment : une alerte",
            "the site sent something at the wrong moment: an alert",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un enregistrement « Alert » inattendu",
            "SSL received an unexpected Alert record",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_CHANGE_CIPHER",
            -12237,
            "le site a envoyé quelque chose au mauvais moment : le passage au chiffrement",
            "the site sent something at the wrong moment: the change cipher spec",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un enregistrement « Change Cipher Spec » inattendu",
            "SSL received an unexpected Change Cipher Spec record",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_FINISHED",
            -12238,
            "le site a envoyé quelque chose au mauvais moment : le message de fin",
            "the site sent something at the wrong moment: the finished message",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Finished » inattendu",
            "SSL received an unexpected Finished handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_CLIENT_KEY_EXCH",
            -12239,
            "le site a envoyé quelque chose au mauvais moment : la clé d'échange du client",
            "the site sent something at the wrong moment: the client key exchange",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Client Key Exchange » inattendu",
            "SSL received an unexpected Client Key Exchange handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_CERT_VERIFY",
            -12240,
            "le site a envoyé quelque chose au mauvais moment : la signature du certificat",
            "the site sent something at the wrong moment: the certificate verify",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Certificate Verify » inattendu",
            "SSL received an unexpected Certificate Verify handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_HELLO_DONE",
            -12241,
            "le site a envoyé quelque chose au mauvais moment : la fin du premier envoi du site",
            "the site sent something at the wrong moment: the server hello done",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Server Hello Done » inattendu",
            "SSL received an unexpected Server Hello Done handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_CERT_REQUEST",
            -12242,
            "le site a envoyé quelque chose au mauvais moment : la demande de certificat",
            "the site sent something at the wrong moment: the certificate request",
            &["tls.post-handshake-authentication"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Certificate Request » inattendu",
            "SSL received an unexpected Certificate Request handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_SERVER_KEY_EXCH",
            -12243,
            "le site a envoyé quelque chose au mauvais moment : la clé d'échange du site",
            "the site sent something at the wrong moment: the server key exchange",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Server Key Exchange » inattendu",
            "SSL received an unexpected Server Key Exchange handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_CERTIFICATE",
            -12244,
            "le site a envoyé quelque chose au mauvais moment : le message des certificats",
            "the site sent something at the wrong moment: the certificate message",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Certificate » inattendu",
            "SSL received an unexpected Certificate handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_SERVER_HELLO",
            -12245,
            "le site a envoyé quelque chose au mauvais moment : le premier message du site",
            "the site sent something at the wrong moment: the server hello",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Server Hello » inattendu",
            "SSL received an unexpected Server Hello handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_CLIENT_HELLO",
            -12246,
            "le site a envoyé quelque chose au mauvais moment : le premier message du client",
            "the site sent something at the wrong moment: the client hello",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Client Hello » inattendu",
            "SSL received an unexpected Client Hello handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_UNEXPECTED_HELLO_REQUEST",
            -12247,
            "le site a envoyé quelque chose au mauvais moment : la demande de renégociation",
            "the site sent something at the wrong moment: the hello request",
            &["tls.renegotiation-required"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Hello Request » inattendu",
            "SSL received an unexpected Hello Request handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_APPLICATION_DATA",
            -12248,
            "Firefox n'a pas pu lire ce que le site a envoyé : des données",
            "Firefox could not read what the site sent: application data",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un enregistrement « Application Data » malformé",
            "SSL received a malformed Application Data record",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_HANDSHAKE",
            -12249,
            "Firefox n'a pas pu lire ce que le site a envoyé : un message de la négociation",
            "Firefox could not read what the site sent: a handshake message",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un enregistrement « Handshake » malformé",
            "SSL received a malformed Handshake record",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_ALERT",
            -12250,
            "Firefox n'a pas pu lire ce que le site a envoyé : une alerte",
            "Firefox could not read what the site sent: an alert",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un enregistrement « Alert » malformé",
            "SSL received a malformed Alert record",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_CHANGE_CIPHER",
            -12251,
            "Firefox n'a pas pu lire ce que le site a envoyé : le passage au chiffrement",
            "Firefox could not read what the site sent: the change cipher spec",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un enregistrement « Change Cipher Spec » malformé",
            "SSL received a malformed Change Cipher Spec record",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_FINISHED",
            -12252,
            "Firefox n'a pas pu lire ce que le site a envoyé : le message de fin",
            "Firefox could not read what the site sent: the finished message",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Finished » malformé",
            "SSL received a malformed Finished handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_CLIENT_KEY_EXCH",
            -12253,
            "Firefox n'a pas pu lire ce que le site a envoyé : la clé d'échange du client",
            "Firefox could not read what the site sent: the client key exchange",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Client Key Exchange » malformé",
            "SSL received a malformed Client Key Exchange handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_CERT_VERIFY",
            -12254,
            "Firefox n'a pas pu lire ce que le site a envoyé : la signature du certificat",
            "Firefox could not read what the site sent: the certificate verify",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Certificate Verify » malformé",
            "SSL received a malformed Certificate Verify handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_HELLO_DONE",
            -12255,
            "Firefox n'a pas pu lire ce que le site a envoyé : la fin du premier envoi du site",
            "Firefox could not read what the site sent: the server hello done",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Server Hello Done » malformé",
            "SSL received a malformed Server Hello Done handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_CERT_REQUEST",
            -12256,
            "Firefox n'a pas pu lire ce que le site a envoyé : la demande de certificat",
            "Firefox could not read what the site sent: the certificate request",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Certificate Request » malformé",
            "SSL received a malformed Certificate Request handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_SERVER_KEY_EXCH",
            -12257,
            "Firefox n'a pas pu lire ce que le site a envoyé : la clé d'échange du site",
            "Firefox could not read what the site sent: the server key exchange",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Server Key Exchange » malformé",
            "SSL received a malformed Server Key Exchange handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_CERTIFICATE",
            -12258,
            "Firefox n'a pas pu lire ce que le site a envoyé : le message des certificats",
            "Firefox could not read what the site sent: the certificate message",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Certificate » malformé",
            "SSL received a malformed Certificate handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_SERVER_HELLO",
            -12259,
            "Firefox n'a pas pu lire ce que le site a envoyé : le premier message du site",
            "Firefox could not read what the site sent: the server hello",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Server Hello » malformé",
            "SSL received a malformed Server Hello handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_CLIENT_HELLO",
            -12260,
            "Firefox n'a pas pu lire ce que le site a envoyé : le premier message du client",
            "Firefox could not read what the site sent: the client hello",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Client Hello » malformé",
            "SSL received a malformed Client Hello handshake message",
        ],
    ),
    shown(
        code(
            "SSL_ERROR_RX_MALFORMED_HELLO_REQUEST",
            -12261,
            "Firefox n'a pas pu lire ce que le site a envoyé : la demande de renégociation",
            "Firefox could not read what the site sent: the hello request",
            &["tls.reset-by-middlebox", "tls.handshake-failure"],
        ),
        &[
            "SSL a reçu un message d’établissement de liaison « Hello Request » malformé",
            "SSL received a malformed Hello Request handshake message",
        ],
    ),
    name(
        "NS_ERROR_PROXY_CONNECTION_REFUSED",
        "le proxy réglé dans Firefox ne répond pas",
        "the proxy set in Firefox does not answer",
        &["proxy.unreachable"],
    ),
    name(
        "NS_ERROR_UNKNOWN_PROXY_HOST",
        "le nom du proxy réglé dans Firefox n'a pas d'adresse",
        "the name of the proxy set in Firefox has no address",
        &["proxy.unresolved"],
    ),
    name(
        "NS_ERROR_PROXY_AUTHENTICATION_FAILED",
        "le proxy n'a pas accepté le nom d'utilisateur ou le mot de passe",
        "the proxy did not accept the user name or the password",
        &[
            "proxy.authentication-required",
            "proxy.authentication-rejected",
        ],
    ),
    name(
        "NS_ERROR_PROXY_FORBIDDEN",
        "le proxy refuse ce site",
        "the proxy denies this site",
        &["proxy.host-not-allowed"],
    ),
    name(
        "NS_ERROR_PROXY_BAD_GATEWAY",
        "le proxy n'a pas pu joindre le site",
        "the proxy could not reach the site",
        &["proxy.upstream-failed"],
    ),
    name(
        "NS_ERROR_PROXY_GATEWAY_TIMEOUT",
        "le site n'a pas répondu à temps au proxy",
        "the site did not answer the proxy in time",
        &["proxy.upstream-failed"],
    ),
    name(
        "NS_ERROR_CONNECTION_REFUSED",
        "la machine répond et refuse la connexion à ce port",
        "the machine answers and refuses the connection to this port",
        &["network.refused"],
    ),
    name(
        "NS_ERROR_NET_RESET",
        "la connexion a été coupée par le site ou par un équipement sur le chemin",
        "the connection was cut by the site or by a box on the path",
        &["tls.reset-by-middlebox", "tls.certificate-required"],
    ),
    name(
        "NS_ERROR_NET_INTERRUPT",
        "la connexion a été coupée pendant l'échange",
        "the connection was cut during the exchange",
        &["tls.reset-by-middlebox"],
    ),
    name(
        "NS_ERROR_NET_PARTIAL_TRANSFER",
        "la réponse s'est arrêtée avant sa fin",
        "the answer stopped before its end",
        &["tls.reset-by-middlebox", "tls.path-mtu"],
    ),
    name(
        "NS_ERROR_NET_TIMEOUT",
        "aucune réponse dans le délai : un pare-feu arrête sans doute la connexion",
        "no answer in time: a firewall probably stops the connection",
        &["network.timeout"],
    ),
    name(
        "NS_ERROR_UNKNOWN_HOST",
        "le nom du site n'a pas d'adresse",
        "the site's name has no address",
        &["network.dns-failure"],
    ),
    name(
        "NS_ERROR_OFFLINE",
        "Firefox est en mode hors connexion, ou le poste n'a pas de réseau",
        "Firefox is in offline mode, or the machine has no network",
        &["network.unreachable"],
    ),
    name(
        "NS_ERROR_NET_INADEQUATE_SECURITY",
        "le chiffrement du site est trop faible pour Firefox",
        "the site's encryption is too weak for Firefox",
        &["tls.no-common-cipher", "tls.version-unsupported"],
    ),
    shown(
        name(
            "nssFailure2-title",
            "la connexion sécurisée n'a pas pu se faire ; le code, plus bas sur la page, dit pourquoi",
            "the secure connection could not be made; the code, further down on the page, says why",
            &[
                "browser.firefox-module-missing",
                "card.absent",
                "tls.handshake-failure",
            ],
        ),
        &[
            "Échec de la connexion sécurisée",
            "Secure Connection Failed",
        ],
    ),
    shown(
        name(
            "proxyConnectFailure-title",
            "le proxy réglé dans Firefox ne répond pas",
            "the proxy set in Firefox does not answer",
            &["proxy.unreachable"],
        ),
        &[
            "La connexion a été refusée par le serveur proxy",
            "Contactez votre administrateur réseau pour vous assurer que le serveur proxy fonctionne",
            "Contact your network administrator to make sure the proxy server is working",
            "Le serveur proxy refuse les connexions",
            "The proxy server is refusing connections",
        ],
    ),
    shown(
        name(
            "proxyResolveFailure-title",
            "le nom du proxy réglé dans Firefox n'a pas d'adresse",
            "the name of the proxy set in Firefox has no address",
            &["proxy.unresolved"],
        ),
        &[
            "Le serveur proxy est introuvable",
            "Unable to find the proxy server",
        ],
    ),
    shown(
        name(
            "captivePortal-title",
            "le réseau demande de se connecter sur son portail",
            "the network asks to log in at its portal",
            &["network.captive-portal"],
        ),
        &[
            "Se connecter au réseau",
            "Log in to network",
            "Ce réseau nécessite que vous vous connectiez à un compte pour utiliser Internet",
            "You must log in to this network before you can access the internet",
        ],
    ),
    shown(
        name(
            "clockSkewError-title",
            "l'horloge du poste est fausse",
            "the machine's clock is wrong",
            &["clock.skewed"],
        ),
        &[
            "L’heure de votre ordinateur est incorrecte",
            "Your Computer Clock is Wrong",
        ],
    ),
    shown(
        name(
            "nssBadCert-title",
            "Firefox n'accepte pas le certificat du site ; le code, plus bas sur la page, dit pourquoi",
            "Firefox does not accept the site's certificate; the code, further down on the page, says why",
            &["tls.server-untrusted", "proxy.intercepts-tls"],
        ),
        &[
            "Attention : risque probable de sécurité",
            "Connexion bloquée : problème de sécurité potentiel",
            "Did Not Connect: Potential Security Issue",
            "Attention : risque de sécurité",
            "Warning: Security Risk",
            "Warning: Potential Security Risk Ahead",
        ],
    ),
];
