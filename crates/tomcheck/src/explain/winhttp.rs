//! What does an error of WinHTTP or WinINet mean (12002 to 12190), as Edge, Office and most
//! programs of Windows show it?
//!
//! Source: `winhttp.h` and `wininet.h` of the Windows SDK, as mingw-w64 10.0 has them. Where both
//! have a number, the names stand in one row. The
//! sentences are those of WinHTTP's message table (`inetmsg.mc`).

use super::row::{Entry, code, shown};

pub(super) const ROWS: &[Entry] = &[
    shown(
        code(
            "ERROR_WINHTTP_TIMEOUT",
            12_002,
            "la réponse n'est pas venue dans le délai",
            "the answer did not come in time",
            &["network.timeout"],
        ),
        &["ERROR_INTERNET_TIMEOUT", "The operation timed out"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_INTERNAL_ERROR",
            12_004,
            "erreur interne de Windows",
            "internal error of Windows",
            &[],
        ),
        &["ERROR_INTERNET_INTERNAL_ERROR"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_INVALID_URL",
            12_005,
            "l'adresse est mal écrite",
            "the address is malformed",
            &[],
        ),
        &["ERROR_INTERNET_INVALID_URL"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_UNRECOGNIZED_SCHEME",
            12_006,
            "l'adresse doit commencer par http:// ou https://",
            "the address must begin with http:// or https://",
            &[],
        ),
        &["ERROR_INTERNET_UNRECOGNIZED_SCHEME"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_NAME_NOT_RESOLVED",
            12_007,
            "le nom du site, ou celui du proxy, n'a pas d'adresse",
            "the site's name, or the proxy's, has no address",
            &["network.dns-failure", "proxy.unresolved"],
        ),
        &[
            "ERROR_INTERNET_NAME_NOT_RESOLVED",
            "The server name or address could not be resolved",
        ],
    ),
    shown(
        code(
            "ERROR_WINHTTP_SHUTDOWN",
            12_012,
            "la connexion a été fermée par le programme",
            "the connection was closed by the program",
            &[],
        ),
        &["ERROR_INTERNET_SHUTDOWN"],
    ),
    code(
        "ERROR_INTERNET_INCORRECT_USER_NAME",
        12_013,
        "le nom d'utilisateur est refusé",
        "the user name is refused",
        &["proxy.authentication-rejected"],
    ),
    code(
        "ERROR_INTERNET_INCORRECT_PASSWORD",
        12_014,
        "le mot de passe est refusé",
        "the password is refused",
        &["proxy.authentication-rejected"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_LOGIN_FAILURE",
            12_015,
            "l'authentification a échoué",
            "the authentication failed",
            &[
                "proxy.authentication-rejected",
                "proxy.authentication-required",
            ],
        ),
        &[
            "ERROR_INTERNET_LOGIN_FAILURE",
            "The login request was denied",
        ],
    ),
    shown(
        code(
            "ERROR_WINHTTP_OPERATION_CANCELLED",
            12_017,
            "l'opération a été annulée",
            "the operation was cancelled",
            &[],
        ),
        &["ERROR_INTERNET_OPERATION_CANCELLED"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_CANNOT_CONNECT",
            12_029,
            "la connexion n'a pas pu s'ouvrir, vers le site ou vers le proxy",
            "the connection could not be opened, to the site or to the proxy",
            &["network.refused", "proxy.unreachable", "network.timeout"],
        ),
        &[
            "ERROR_INTERNET_CANNOT_CONNECT",
            "A connection with the server could not be established",
        ],
    ),
    shown(
        code(
            "ERROR_WINHTTP_CONNECTION_ERROR",
            12_030,
            "la connexion a été coupée, ou la version de TLS ne convient pas au site",
            "the connection was cut, or the version of TLS does not suit the site",
            &["tls.reset-by-middlebox", "tls.version-unsupported"],
        ),
        &[
            "ERROR_INTERNET_CONNECTION_ABORTED",
            "The connection with the server was terminated abnormally",
        ],
    ),
    code(
        "ERROR_INTERNET_CONNECTION_RESET",
        12_031,
        "la connexion a été coupée par le site ou par un équipement sur le chemin",
        "the connection was cut by the site or by a box on the path",
        &["tls.reset-by-middlebox"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_RESEND_REQUEST",
            12_032,
            "la demande doit être renvoyée, après une authentification par exemple ; sans gravité",
            "the request must be sent again, after an authentication for instance; no harm",
            &[],
        ),
        &["ERROR_INTERNET_FORCE_RETRY"],
    ),
    code(
        "ERROR_INTERNET_INVALID_PROXY_REQUEST",
        12_033,
        "la demande faite au proxy n'est pas valable",
        "the request made to the proxy is not valid",
        &["proxy.setting-invalid"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_SECURE_CERT_DATE_INVALID",
            12_037,
            "le certificat du site est expiré ou pas encore valable, ou l'horloge du poste est fausse",
            "the site's certificate has expired or is not valid yet, or the machine's clock is wrong",
            &["tls.server-expired", "clock.skewed"],
        ),
        &[
            "ERROR_INTERNET_SEC_CERT_DATE_INVALID",
            "The date in the certificate is invalid or has expired",
        ],
    ),
    shown(
        code(
            "ERROR_WINHTTP_SECURE_CERT_CN_INVALID",
            12_038,
            "le certificat du site est au nom d'un autre site",
            "the site's certificate is for another site",
            &["tls.server-name-mismatch", "proxy.intercepts-tls"],
        ),
        &[
            "ERROR_INTERNET_SEC_CERT_CN_INVALID",
            "The host name in the certificate is invalid or does not match",
        ],
    ),
    shown(
        code(
            "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED",
            12_044,
            "le site demande un certificat",
            "the site asks for a certificate",
            &[
                "browser.store-certificate-missing",
                "card.absent",
                "tls.certificate-required",
            ],
        ),
        &[
            "ERROR_INTERNET_CLIENT_AUTH_CERT_NEEDED",
            "A certificate is required to complete client authentication",
        ],
    ),
    shown(
        code(
            "ERROR_WINHTTP_SECURE_INVALID_CA",
            12_045,
            "Windows ne connaît pas l'autorité qui a délivré le certificat du site",
            "Windows does not know the authority that issued the site's certificate",
            &["tls.server-untrusted", "proxy.intercepts-tls"],
        ),
        &[
            "ERROR_INTERNET_INVALID_CA",
            "The certificate authority is invalid or incorrect",
        ],
    ),
    code(
        "ERROR_INTERNET_CLIENT_AUTH_NOT_SETUP",
        12_046,
        "l'authentification par certificat n'est pas installée sur ce poste",
        "authentication by certificate is not set up on this machine",
        &["module.not-installed"],
    ),
    code(
        "ERROR_INTERNET_SEC_CERT_ERRORS",
        12_055,
        "le certificat du site contient des erreurs",
        "the site's certificate has errors",
        &["tls.server-untrusted"],
    ),
    code(
        "ERROR_INTERNET_SEC_CERT_NO_REV",
        12_056,
        "le certificat du site ne dit pas où demander s'il est révoqué",
        "the site's certificate does not say where to ask whether it is revoked",
        &["cert.revocation-unknown"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_SECURE_CERT_REV_FAILED",
            12_057,
            "on n'a pas pu savoir si le certificat du site est révoqué",
            "whether the site's certificate is revoked could not be learnt",
            &["cert.revocation-unknown"],
        ),
        &[
            "ERROR_INTERNET_SEC_CERT_REV_FAILED",
            "Revocation information for the security certificate for this site is not available",
        ],
    ),
    shown(
        code(
            "ERROR_WINHTTP_INVALID_SERVER_RESPONSE",
            12_152,
            "la réponse n'est pas du HTTP valable",
            "the answer is no valid HTTP",
            &["tls.not-tls", "proxy.not-a-proxy"],
        ),
        &[
            "ERROR_HTTP_INVALID_SERVER_RESPONSE",
            "The server returned an invalid or unrecognized response",
        ],
    ),
    shown(
        code(
            "ERROR_WINHTTP_REDIRECT_FAILED",
            12_156,
            "le site renvoie vers une adresse qui ne convient pas",
            "the site sends to an address that will not do",
            &["tls.application-refused"],
        ),
        &["ERROR_HTTP_REDIRECT_FAILED"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_SECURE_CHANNEL_ERROR",
            12_157,
            "la connexion sécurisée n'a pas pu se faire",
            "the secure connection could not be made",
            &[
                "tls.handshake-failure",
                "tls.certificate-required",
                "tls.version-unsupported",
            ],
        ),
        &[
            "ERROR_INTERNET_SECURITY_CHANNEL_ERROR",
            "An error occurred in the secure channel support",
        ],
    ),
    code(
        "ERROR_INTERNET_DISCONNECTED",
        12_163,
        "le poste n'a pas de réseau",
        "the machine has no network",
        &["network.unreachable"],
    ),
    code(
        "ERROR_INTERNET_SERVER_UNREACHABLE",
        12_164,
        "le site ne peut pas être joint",
        "the site cannot be reached",
        &["network.unreachable", "network.timeout"],
    ),
    code(
        "ERROR_INTERNET_PROXY_SERVER_UNREACHABLE",
        12_165,
        "le proxy ne peut pas être joint",
        "the proxy cannot be reached",
        &["proxy.unreachable"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT",
            12_166,
            "le fichier de réglage du proxy (PAC) contient une erreur",
            "the proxy settings file (PAC) has an error",
            &["proxy.pac-invalid"],
        ),
        &[
            "ERROR_INTERNET_BAD_AUTO_PROXY_SCRIPT",
            "An error occurred processing the proxy auto-configuration script",
        ],
    ),
    shown(
        code(
            "ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT",
            12_167,
            "le fichier de réglage du proxy (PAC) n'a pas pu être téléchargé",
            "the proxy settings file (PAC) could not be downloaded",
            &["proxy.pac-unreachable", "proxy.pac-untrusted"],
        ),
        &[
            "ERROR_INTERNET_UNABLE_TO_DOWNLOAD_SCRIPT",
            "The proxy auto-configuration script could not be downloaded",
        ],
    ),
    shown(
        code(
            "ERROR_WINHTTP_SECURE_INVALID_CERT",
            12_169,
            "le certificat du site n'est pas valable",
            "the site's certificate is not valid",
            &["tls.server-untrusted"],
        ),
        &["ERROR_INTERNET_SEC_INVALID_CERT"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_SECURE_CERT_REVOKED",
            12_170,
            "le certificat du site est révoqué",
            "the site's certificate is revoked",
            &["tls.server-untrusted"],
        ),
        &[
            "ERROR_INTERNET_SEC_CERT_REVOKED",
            "The supplied certificate has been revoked",
        ],
    ),
    code(
        "ERROR_INTERNET_FAILED_DUETOSECURITYCHECK",
        12_171,
        "les réglages de sécurité l'interdisent",
        "the security settings forbid it",
        &[],
    ),
    shown(
        code(
            "ERROR_WINHTTP_SECURE_FAILURE",
            12_175,
            "le certificat du site n'a pas été accepté",
            "the site's certificate was not accepted",
            &[
                "tls.server-untrusted",
                "proxy.intercepts-tls",
                "tls.server-expired",
            ],
        ),
        &["A security error occurred"],
    ),
    code(
        "ERROR_WINHTTP_UNHANDLED_SCRIPT_TYPE",
        12_176,
        "le fichier de réglage du proxy (PAC) est d'un genre inconnu",
        "the proxy settings file (PAC) is of an unknown kind",
        &["proxy.pac-invalid"],
    ),
    code(
        "ERROR_WINHTTP_SCRIPT_EXECUTION_ERROR",
        12_177,
        "le fichier de réglage du proxy (PAC) a échoué pendant son exécution",
        "the proxy settings file (PAC) failed while it ran",
        &["proxy.pac-invalid"],
    ),
    code(
        "ERROR_WINHTTP_AUTO_PROXY_SERVICE_ERROR",
        12_178,
        "le service de Windows qui cherche le proxy a échoué",
        "the Windows service that looks for the proxy failed",
        &["proxy.pac-unreachable"],
    ),
    code(
        "ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE",
        12_179,
        "le certificat du site n'a pas le droit de servir à cela",
        "the site's certificate may not be used for that",
        &["tls.server-untrusted"],
    ),
    shown(
        code(
            "ERROR_WINHTTP_AUTODETECTION_FAILED",
            12_180,
            "le réseau n'annonce pas de fichier de réglage du proxy (PAC) ; sans gravité sans détection automatique",
            "the network announces no proxy settings file (PAC); no harm without automatic detection",
            &["proxy.pac-unreachable"],
        ),
        &["The Proxy Auto-configuration URL was not found"],
    ),
    code(
        "ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY",
        12_185,
        "le certificat choisi n'a pas sa clé : sans doute celui d'une carte qui n'est pas dans le lecteur",
        "the certificate chosen has no key: probably that of a card that is not in the reader",
        &[
            "browser.store-certificate-stale",
            "card.absent",
            "cert.key-missing",
        ],
    ),
    code(
        "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY",
        12_186,
        "l'accès à la clé du certificat est refusé à ce programme",
        "this program is denied access to the certificate's key",
        &["token.pin-cancelled", "token.login-failed"],
    ),
    code(
        "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED_PROXY",
        12_187,
        "le proxy demande un certificat",
        "the proxy asks for a certificate",
        &["proxy.scheme-unsupported"],
    ),
    code(
        "ERROR_WINHTTP_SECURE_FAILURE_PROXY",
        12_188,
        "le certificat du proxy n'a pas été accepté",
        "the proxy's certificate was not accepted",
        &["proxy.certificate-untrusted"],
    ),
    code(
        "ERROR_WINHTTP_HTTP_PROTOCOL_MISMATCH",
        12_190,
        "le site exige une autre version de HTTP",
        "the site demands another version of HTTP",
        &["tls.application-refused"],
    ),
];
