//! What does an exception of Java mean, in the console of a plug-in or of Web Start?
//!
//! Source: OpenJDK, `sun.net.www.protocol.http.HttpURLConnection`, `sun.security.ssl`,
//! `sun.security.validator`, `sun.security.pkcs11`, `sun.nio.ch`; the console lines of the
//! plug-in as the questions and answers of TOM show them. Java does not translate the texts of
//! its exceptions.

use super::row::{Entry, name, shown};

pub(super) const ROWS: &[Entry] = &[
    shown(
        name(
            "Authentication failure",
            "le proxy demande un nom d'utilisateur et un mot de passe, et Java n'en a pas de bons",
            "the proxy asks for a user name and a password, and Java has no good ones",
            &[
                "proxy.authentication-required",
                "proxy.authentication-rejected",
                "proxy.bypass-address-missing",
            ],
        ),
        &["java.io.IOException: Authentication failure"],
    ),
    name(
        "Unable to tunnel through proxy",
        "le proxy n'a pas ouvert la connexion vers le site ; l'état HTTP qui suit dit pourquoi",
        "the proxy did not open the connection to the site; the HTTP status behind says why",
        &[
            "proxy.authentication-required",
            "proxy.host-not-allowed",
            "proxy.upstream-failed",
        ],
    ),
    shown(
        name(
            "Proxy returns \"HTTP/1.1 407",
            "le proxy demande un nom d'utilisateur et un mot de passe",
            "the proxy asks for a user name and a password",
            &[
                "proxy.authentication-required",
                "proxy.authentication-rejected",
            ],
        ),
        &["Proxy returns \"HTTP/1.0 407"],
    ),
    shown(
        name(
            "Proxy returns \"HTTP/1.1 403",
            "le proxy refuse ce site",
            "the proxy denies this site",
            &["proxy.host-not-allowed"],
        ),
        &["Proxy returns \"HTTP/1.0 403"],
    ),
    shown(
        name(
            "too many authentication attempts",
            "le mot de passe du proxy a été refusé plusieurs fois",
            "the proxy's password was refused several times",
            &["proxy.authentication-rejected"],
        ),
        &["Server redirected too many"],
    ),
    name(
        "SSLHandshakeException",
        "la négociation de la connexion sécurisée a échoué ; le texte qui suit dit pourquoi",
        "the handshake of the secure connection failed; the text behind says why",
        &["tls.handshake-failure", "tls.certificate-required"],
    ),
    name(
        "SSLPeerUnverifiedException",
        "l'identité du site n'a pas pu être vérifiée",
        "the site's identity could not be verified",
        &["tls.server-untrusted", "tls.server-name-mismatch"],
    ),
    name(
        "SSLProtocolException",
        "les messages de la connexion sécurisée ne sont pas ceux attendus ; un équipement sur le chemin s'en mêle peut-être",
        "the messages of the secure connection are not those expected; a box on the path may be meddling",
        &["tls.handshake-failure", "tls.reset-by-middlebox"],
    ),
    name(
        "SSLKeyException",
        "une clé ne convient pas à la connexion sécurisée",
        "a key is not fit for the secure connection",
        &["token.sign-failed", "tls.signature-scheme-unavailable"],
    ),
    name(
        "SSLException",
        "la connexion sécurisée a échoué ; le texte qui suit dit pourquoi",
        "the secure connection failed; the text behind says why",
        &["tls.handshake-failure"],
    ),
    shown(
        name(
            "PKIX path building failed",
            "Java ne connaît pas l'autorité qui a délivré le certificat du site",
            "Java does not know the authority that issued the site's certificate",
            &["tls.server-untrusted", "proxy.intercepts-tls"],
        ),
        &[
            "unable to find valid certification path to requested target",
            "SunCertPathBuilderException",
        ],
    ),
    shown(
        name(
            "PKIX path validation failed",
            "le certificat du site a été trouvé sous une autorité connue, et n'est pas valable",
            "the site's certificate stands under a known authority, and is not valid",
            &["tls.server-expired", "tls.server-untrusted", "clock.skewed"],
        ),
        &["CertPathValidatorException"],
    ),
    shown(
        name(
            "CertificateExpiredException",
            "un certificat est expiré, celui du site le plus souvent, ou l'horloge du poste est fausse",
            "a certificate has expired, mostly the site's, or the machine's clock is wrong",
            &["tls.server-expired", "cert.expired", "clock.skewed"],
        ),
        &["NotAfter:"],
    ),
    shown(
        name(
            "CertificateNotYetValidException",
            "un certificat n'est pas encore valable : l'horloge du poste est sans doute fausse",
            "a certificate is not valid yet: the machine's clock is probably wrong",
            &["clock.skewed", "cert.not-yet-valid", "tls.server-expired"],
        ),
        &["NotBefore:"],
    ),
    shown(
        name(
            "CertificateRevokedException",
            "un certificat est révoqué",
            "a certificate is revoked",
            &["cert.revoked", "tls.server-untrusted"],
        ),
        &["Certificate has been revoked"],
    ),
    shown(
        name(
            "No subject alternative DNS name matching",
            "le certificat du site est au nom d'un autre site",
            "the site's certificate is for another site",
            &["tls.server-name-mismatch", "proxy.intercepts-tls"],
        ),
        &[
            "No name matching",
            "No subject alternative names present",
            "No subject alternative names matching IP address",
        ],
    ),
    shown(
        name(
            "Algorithm constraints check failed",
            "Java refuse un algorithme trop ancien dans un certificat du site",
            "Java refuses an algorithm of a certificate of the site that is too old",
            &["tls.server-untrusted", "tls.no-common-cipher"],
        ),
        &[
            "Certificates do not conform to algorithm constraints",
            "Certificates does not conform to algorithm constraints",
        ],
    ),
    shown(
        name(
            "No appropriate protocol",
            "Java et le site n'ont aucune version de TLS en commun",
            "Java and the site have no version of TLS in common",
            &["tls.version-unsupported", "tls.no-common-cipher"],
        ),
        &[
            "protocol is disabled or cipher suites are inappropriate",
            "Client requested protocol",
            "The server selected protocol version",
        ],
    ),
    name(
        "no cipher suites in common",
        "Java et l'autre côté n'ont aucun chiffrement en commun",
        "Java and the other side have no cipher in common",
        &["tls.no-common-cipher"],
    ),
    shown(
        name(
            "Remote host terminated the handshake",
            "la connexion a été coupée pendant la négociation, sans un mot",
            "the connection was cut during the handshake, without a word",
            &["tls.reset-by-middlebox", "tls.certificate-required"],
        ),
        &[
            "Remote host closed connection during handshake",
            "SSL peer shut down incorrectly",
        ],
    ),
    shown(
        name(
            "Unrecognized SSL message, plaintext connection?",
            "ce qui répond ne parle pas TLS : mauvais port, ou page d'un proxy",
            "what answers does not speak TLS: wrong port, or a proxy's page",
            &["tls.not-tls", "proxy.not-a-proxy"],
        ),
        &["Unsupported or unrecognized SSL message"],
    ),
    name(
        "Received fatal alert",
        "l'autre côté a arrêté la négociation ; le nom de l'alerte suit",
        "the other side ended the handshake; the alert's name follows",
        &["tls.handshake-failure"],
    ),
    shown(
        name(
            "No available authentication scheme",
            "la clé et les signatures demandées par le site ne vont pas ensemble",
            "the key and the signatures the site asks for do not meet",
            &["tls.signature-scheme-unavailable"],
        ),
        &[
            "No supported signature algorithm",
            "No supported CertificateVerify signature algorithm",
        ],
    ),
    shown(
        name(
            "java.net.UnknownHostException",
            "le nom de la machine n'a pas d'adresse : celui du site, ou celui du proxy",
            "the machine's name has no address: the site's, or the proxy's",
            &["network.dns-failure", "proxy.unresolved"],
        ),
        &["UnknownHostException"],
    ),
    shown(
        name(
            "NoRouteToHostException",
            "aucun chemin ne mène à cette adresse",
            "no way leads to this address",
            &["network.unreachable"],
        ),
        &["No route to host"],
    ),
    name(
        "ConnectException",
        "la connexion n'a pas pu s'ouvrir ; le texte qui suit dit pourquoi",
        "the connection could not be opened; the text behind says why",
        &["network.refused", "network.timeout", "proxy.unreachable"],
    ),
    shown(
        name(
            "Connection refused",
            "la machine répond et refuse la connexion à ce port",
            "the machine answers and refuses the connection to this port",
            &["network.refused", "proxy.unreachable"],
        ),
        &["Connexion refusée", "Connection refused: connect"],
    ),
    shown(
        name(
            "Connection timed out",
            "aucune réponse dans le délai : un pare-feu arrête sans doute la connexion",
            "no answer in time: a firewall probably stops the connection",
            &["network.timeout", "proxy.unreachable"],
        ),
        &[
            "Connection timed out: connect",
            "connect timed out",
            "Connexion terminée par expiration du délai d'attente",
        ],
    ),
    shown(
        name(
            "SocketTimeoutException",
            "la réponse n'est pas venue dans le délai",
            "the answer did not come in time",
            &["network.timeout"],
        ),
        &["Read timed out"],
    ),
    shown(
        name(
            "Connection reset",
            "la connexion a été coupée par le site ou par un équipement sur le chemin",
            "the connection was cut by the site or by a box on the path",
            &["tls.reset-by-middlebox", "tls.certificate-required"],
        ),
        &[
            "Connection reset by peer",
            "Connexion ré-initialisée par le correspondant",
            "Connexion réinitialisée par le correspondant",
        ],
    ),
    shown(
        name(
            "Network is unreachable",
            "le poste n'a pas de réseau vers cette adresse",
            "the machine has no network to this address",
            &["network.unreachable", "network.ipv6-broken"],
        ),
        &["Le réseau n'est pas accessible"],
    ),
    shown(
        name(
            "sun.security.pkcs11.wrapper.PKCS11Exception",
            "le module de la carte a répondu une erreur ; son nom CKR_ suit",
            "the card's module answered an error; its name CKR_ follows",
            &["module.initialise-failed", "token.login-failed"],
        ),
        &["PKCS11Exception"],
    ),
    shown(
        name(
            "java.security.ProviderException",
            "Java n'arrive pas à se servir du module de la carte ; la cause suit",
            "Java cannot use the card's module; the cause follows",
            &[
                "module.initialise-failed",
                "module.wrong-architecture",
                "token.sign-failed",
            ],
        ),
        &["ProviderException"],
    ),
    name(
        "Library does not exist",
        "le fichier du module de la carte n'est pas là où Java le cherche",
        "the file of the card's module is not where Java looks for it",
        &["module.path-missing", "module.not-installed"],
    ),
    shown(
        name(
            "UnsatisfiedLinkError",
            "une bibliothèque n'a pas pu être chargée : absente, ou 32 bits au lieu de 64 (ou l'inverse)",
            "a library could not be loaded: missing, or 32-bit instead of 64 (or the reverse)",
            &["module.wrong-architecture", "module.dependency-missing"],
        ),
        &[
            "Can't load IA 32-bit .dll on a AMD 64-bit platform",
            "Can't load AMD 64-bit .dll on a IA 32-bit platform",
            "wrong ELF class",
        ],
    ),
    name(
        "FailedLoginException",
        "la carte a refusé le code porteur",
        "the card refused the PIN",
        &["token.pin-incorrect", "token.pin-locked"],
    ),
    shown(
        name(
            "javax.security.auth.login.LoginException",
            "l'ouverture de la carte par son code a échoué ; la cause suit",
            "opening the card with its PIN failed; the cause follows",
            &[
                "token.login-failed",
                "token.pin-incorrect",
                "token.pin-cancelled",
            ],
        ),
        &["LoginException"],
    ),
    name(
        "CardNotPresentException",
        "il n'y a pas de carte dans le lecteur",
        "there is no card in the reader",
        &["card.absent"],
    ),
    name(
        "CardException",
        "l'échange avec la carte a échoué ; le nom SCARD_ suit",
        "the exchange with the card failed; the name SCARD_ follows",
        &["card.contact-intermittent", "card.in-exclusive-use"],
    ),
    name(
        "NoSuchAlgorithmException",
        "Java n'a pas l'algorithme demandé, ou aucun module de carte ne le fournit",
        "Java lacks the algorithm asked for, or no card module supplies it",
        &["module.not-installed", "tls.signature-scheme-unavailable"],
    ),
    name(
        "KeyStoreException",
        "Java n'arrive pas à ouvrir le magasin de certificats",
        "Java cannot open the certificate store",
        &["module.not-installed", "module.initialise-failed"],
    ),
    name(
        "UnrecoverableKeyException",
        "la clé n'a pas pu être lue : mauvais code, ou mauvais mot de passe",
        "the key could not be read: wrong PIN, or wrong password",
        &["token.pin-incorrect"],
    ),
    name(
        "InvalidKeyException",
        "la clé ne convient pas à ce qui est demandé",
        "the key is not fit for what is asked",
        &["tls.signature-scheme-unavailable", "token.sign-failed"],
    ),
    shown(
        name(
            "java.security.SignatureException",
            "la signature par la carte a échoué",
            "the signature by the card failed",
            &["token.sign-failed"],
        ),
        &["SignatureException"],
    ),
    shown(
        name(
            "java.security.AccessControlException",
            "Java interdit cela à l'application : elle n'est pas signée ou n'a pas été acceptée",
            "Java forbids the application this: it is not signed or was not accepted",
            &[],
        ),
        &["AccessControlException"],
    ),
    shown(
        name(
            "Application Blocked by Java Security",
            "Java bloque l'application : le site n'est pas dans la liste des exceptions de sécurité de Java",
            "Java blocks the application: the site is not on Java's exception site list",
            &[],
        ),
        &[
            "Application bloquée par la sécurité Java",
            "Application bloquée par les paramètres de sécurité",
        ],
    ),
];
