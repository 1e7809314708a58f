//! What does an exit status of curl mean?
//!
//! Source: `curl.h`, `CURLcode`; the manual page of curl, EXIT CODES.

use super::row::{Entry, code};

pub(super) const ROWS: &[Entry] = &[
    code(
        "CURLE_UNSUPPORTED_PROTOCOL",
        1,
        "curl ne connaît pas ce genre d'adresse",
        "curl does not know this kind of address",
        &[],
    ),
    code(
        "CURLE_URL_MALFORMAT",
        3,
        "l'adresse est mal écrite",
        "the address is malformed",
        &[],
    ),
    code(
        "CURLE_COULDNT_RESOLVE_PROXY",
        5,
        "le nom du proxy n'a pas d'adresse",
        "the proxy's name has no address",
        &["proxy.unresolved"],
    )
    .shown(&["Could not resolve proxy"]),
    code(
        "CURLE_COULDNT_RESOLVE_HOST",
        6,
        "le nom du site n'a pas d'adresse",
        "the site's name has no address",
        &["network.dns-failure"],
    )
    .shown(&["Could not resolve host"]),
    code(
        "CURLE_COULDNT_CONNECT",
        7,
        "la connexion n'a pas pu s'ouvrir, vers le site ou vers le proxy",
        "the connection could not be opened, to the site or to the proxy",
        &[
            "network.refused",
            "proxy.unreachable",
            "network.unreachable",
        ],
    )
    .shown(&["Failed to connect to", "Couldn't connect to server"]),
    code(
        "CURLE_REMOTE_ACCESS_DENIED",
        9,
        "le serveur refuse l'accès",
        "the server denies access",
        &["tls.application-refused"],
    ),
    code(
        "CURLE_PARTIAL_FILE",
        18,
        "la réponse est incomplète",
        "the answer is incomplete",
        &["tls.reset-by-middlebox"],
    ),
    code(
        "CURLE_HTTP_RETURNED_ERROR",
        22,
        "le site ou le proxy a répondu par une erreur",
        "the site or the proxy answered with an error",
        &["tls.application-refused", "proxy.host-not-allowed"],
    )
    .shown(&["The requested URL returned error"]),
    code(
        "CURLE_OPERATION_TIMEDOUT",
        28,
        "aucune réponse dans le délai",
        "no answer in time",
        &["network.timeout", "tls.reset-by-middlebox", "tls.path-mtu"],
    ),
    code(
        "CURLE_SSL_CONNECT_ERROR",
        35,
        "la négociation de la connexion sécurisée a échoué",
        "the handshake of the secure connection failed",
        &[
            "tls.handshake-failure",
            "tls.reset-by-middlebox",
            "tls.certificate-required",
        ],
    ),
    code(
        "CURLE_TOO_MANY_REDIRECTS",
        47,
        "le site renvoie sans fin d'une adresse à l'autre",
        "the site sends from address to address without end",
        &["tls.application-refused"],
    ),
    code(
        "CURLE_GOT_NOTHING",
        52,
        "la connexion s'est fermée sans aucune réponse",
        "the connection closed without any answer",
        &["tls.reset-by-middlebox"],
    )
    .shown(&["Empty reply from server"]),
    code(
        "CURLE_SSL_ENGINE_NOTFOUND",
        53,
        "OpenSSL n'a pas trouvé de quoi parler à la carte",
        "OpenSSL did not find what talks to the card",
        &["module.not-installed"],
    ),
    code(
        "CURLE_SSL_ENGINE_SETFAILED",
        54,
        "OpenSSL n'a pas pu se servir de ce qui parle à la carte",
        "OpenSSL could not use what talks to the card",
        &["module.initialise-failed"],
    ),
    code(
        "CURLE_SEND_ERROR",
        55,
        "l'envoi vers le réseau a échoué",
        "sending to the network failed",
        &["tls.reset-by-middlebox"],
    ),
    code(
        "CURLE_RECV_ERROR",
        56,
        "la lecture du réseau a échoué ; aussi quand le proxy refuse la connexion, l'état HTTP est alors à côté",
        "reading from the network failed; also where the proxy refuses the connection, with the HTTP status beside",
        &[
            "proxy.authentication-required",
            "proxy.host-not-allowed",
            "tls.reset-by-middlebox",
            "tls.certificate-required",
        ],
    ),
    code(
        "CURLE_SSL_CERTPROBLEM",
        58,
        "le certificat du poste n'a pas pu être utilisé",
        "the local certificate could not be used",
        &[
            "cert.key-missing",
            "token.pin-incorrect",
            "module.initialise-failed",
        ],
    ),
    code(
        "CURLE_SSL_CIPHER",
        59,
        "le chiffrement demandé n'est pas disponible",
        "the cipher asked for is not available",
        &["tls.no-common-cipher"],
    ),
    code(
        "CURLE_PEER_FAILED_VERIFICATION",
        60,
        "le certificat du site ne se vérifie pas",
        "the site's certificate does not verify",
        &[
            "tls.server-untrusted",
            "proxy.intercepts-tls",
            "tls.server-name-mismatch",
            "tls.server-expired",
        ],
    )
    .shown(&[
        "SSL certificate problem",
        "unable to get local issuer certificate",
        "self-signed certificate in certificate chain",
        "self signed certificate in certificate chain",
    ]),
    code(
        "CURLE_USE_SSL_FAILED",
        64,
        "la connexion sécurisée exigée n'a pas pu se faire",
        "the secure connection demanded could not be made",
        &["tls.handshake-failure"],
    ),
    code(
        "CURLE_SSL_ENGINE_INITFAILED",
        66,
        "ce qui parle à la carte n'a pas pu démarrer",
        "what talks to the card could not start",
        &["module.initialise-failed"],
    ),
    code(
        "CURLE_LOGIN_DENIED",
        67,
        "le nom d'utilisateur ou le mot de passe est refusé",
        "the user name or the password is refused",
        &["proxy.authentication-rejected"],
    ),
    code(
        "CURLE_SSL_CACERT_BADFILE",
        77,
        "le fichier des autorités de confiance ne peut pas être lu",
        "the file of trusted authorities cannot be read",
        &["tls.server-untrusted"],
    ),
    code(
        "CURLE_SSL_SHUTDOWN_FAILED",
        80,
        "la connexion sécurisée s'est mal fermée",
        "the secure connection was not closed in good order",
        &[],
    ),
    code(
        "CURLE_SSL_CRL_BADFILE",
        82,
        "la liste de révocation ne peut pas être lue",
        "the revocation list cannot be read",
        &["cert.revocation-unknown"],
    ),
    code(
        "CURLE_SSL_ISSUER_ERROR",
        83,
        "le certificat du site n'est pas délivré par l'autorité attendue",
        "the site's certificate is not issued by the authority expected",
        &["proxy.intercepts-tls", "tls.server-untrusted"],
    ),
    code(
        "CURLE_SSL_PINNEDPUBKEYNOTMATCH",
        90,
        "la clé du site n'est pas celle attendue",
        "the site's key is not the one expected",
        &["proxy.intercepts-tls"],
    ),
    code(
        "CURLE_SSL_INVALIDCERTSTATUS",
        91,
        "l'état de révocation donné par le site ne convient pas",
        "the revocation status the site gave will not do",
        &["cert.revocation-unknown"],
    ),
    code(
        "CURLE_AUTH_ERROR",
        94,
        "une étape de l'authentification a échoué",
        "a step of the authentication failed",
        &["proxy.authentication-rejected", "proxy.scheme-unsupported"],
    ),
    code(
        "CURLE_PROXY",
        97,
        "l'échange avec le proxy SOCKS a échoué",
        "the exchange with the SOCKS proxy failed",
        &["proxy.not-a-proxy", "proxy.upstream-failed"],
    ),
    code(
        "CURLE_SSL_CLIENTCERT",
        98,
        "le site demande un certificat, et curl n'en a pas",
        "the site asks for a certificate, and curl has none",
        &["tls.certificate-required"],
    ),
];
