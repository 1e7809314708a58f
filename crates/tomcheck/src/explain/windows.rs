//! What does an error of Windows mean: SSPI and Schannel, CryptoAPI, the loader, the network?
//!
//! Source: `winerror.h` of the Windows SDK, as mingw-w64 10.0 has it; for the alerts behind the
//! SEC_E codes, Microsoft's documentation of TLS in Schannel. The sentences are those that
//! `FormatMessage` gives: the English of `winerror.h` of the Windows SDK; the French of a
//! Windows 10, and of those few SEC_E, CRYPT_E and NTE whose French was seen in reports.

use super::row::{Entry, code, name, shown};

pub(super) const ROWS: &[Entry] = &[
    code(
        "SEC_E_INSUFFICIENT_MEMORY",
        0x8009_0300,
        "mémoire insuffisante pour la connexion sécurisée",
        "not enough memory for the secure connection",
        &[],
    ),
    code(
        "SEC_E_INVALID_HANDLE",
        0x8009_0301,
        "le programme se sert d'une connexion qui n'existe plus",
        "the program uses a connection that is gone",
        &[],
    ),
    code(
        "SEC_E_UNSUPPORTED_FUNCTION",
        0x8009_0302,
        "aucune version de TLS en commun avec le site",
        "no version of TLS in common with the site",
        &["tls.version-unsupported"],
    ),
    shown(
        code(
            "SEC_E_TARGET_UNKNOWN",
            0x8009_0303,
            "ce service n'est pas connu du domaine Windows",
            "this service is not known to the Windows domain",
            &["proxy.authentication-required"],
        ),
        &["The specified target is unknown or unreachable"],
    ),
    shown(
        code(
            "SEC_E_INTERNAL_ERROR",
            0x8009_0304,
            "erreur interne de Windows ; le site a peut-être signalé une panne (alerte 80)",
            "internal error of Windows; the site may have reported a failure (alert 80)",
            &["tls.handshake-failure", "token.sign-failed"],
        ),
        &["The Local Security Authority cannot be contacted"],
    ),
    shown(
        code(
            "SEC_E_SECPKG_NOT_FOUND",
            0x8009_0305,
            "ce genre d'authentification n'est pas installé",
            "this kind of authentication is not installed",
            &["proxy.scheme-unsupported"],
        ),
        &["The requested security package does not exist"],
    ),
    shown(
        code(
            "SEC_E_INVALID_TOKEN",
            0x8009_0308,
            "un message de la négociation est illisible",
            "a message of the handshake cannot be read",
            &["tls.not-tls", "tls.reset-by-middlebox"],
        ),
        &["The token supplied to the function is invalid"],
    ),
    shown(
        code(
            "SEC_E_QOP_NOT_SUPPORTED",
            0x8009_030A,
            "la protection demandée n'est pas possible",
            "the protection asked for is not possible",
            &[],
        ),
        &["The per-message Quality of Protection is not supported by the security package"],
    ),
    shown(
        code(
            "SEC_E_LOGON_DENIED",
            0x8009_030C,
            "le nom d'utilisateur ou le mot de passe est refusé",
            "the user name or password is refused",
            &["proxy.authentication-rejected"],
        ),
        &["The logon attempt failed"],
    ),
    shown(
        code(
            "SEC_E_UNKNOWN_CREDENTIALS",
            0x8009_030D,
            "les identifiants, ou le certificat choisi, ne peuvent pas servir : sa clé n'est pas accessible",
            "the credentials, or the certificate chosen, cannot be used: its key is out of reach",
            &[
                "cert.key-missing",
                "browser.store-certificate-stale",
                "card.absent",
            ],
        ),
        &["The credentials supplied to the package were not recognized"],
    ),
    shown(
        code(
            "SEC_E_NO_CREDENTIALS",
            0x8009_030E,
            "aucun identifiant ni certificat n'est disponible",
            "no credential or certificate is available",
            &[
                "browser.store-certificate-missing",
                "card.absent",
                "proxy.authentication-required",
            ],
        ),
        &["No credentials are available in the security package"],
    ),
    shown(
        code(
            "SEC_E_MESSAGE_ALTERED",
            0x8009_030F,
            "un message est arrivé abîmé ou modifié en route",
            "a message arrived damaged or changed on its way",
            &["tls.reset-by-middlebox"],
        ),
        &["The message or signature supplied for verification has been altered"],
    ),
    shown(
        code(
            "SEC_E_OUT_OF_SEQUENCE",
            0x8009_0310,
            "un message est arrivé dans le désordre",
            "a message arrived out of order",
            &["tls.reset-by-middlebox"],
        ),
        &["The message supplied for verification is out of sequence"],
    ),
    shown(
        code(
            "SEC_E_NO_AUTHENTICATING_AUTHORITY",
            0x8009_0311,
            "aucun contrôleur du domaine Windows n'a répondu",
            "no controller of the Windows domain answered",
            &["proxy.authentication-required"],
        ),
        &["No authority could be contacted for authentication"],
    ),
    shown(
        code(
            "SEC_E_CONTEXT_EXPIRED",
            0x8009_0317,
            "la connexion sécurisée est finie",
            "the secure connection has ended",
            &[],
        ),
        &["The context has expired and can no longer be used"],
    ),
    shown(
        code(
            "SEC_E_INCOMPLETE_MESSAGE",
            0x8009_0318,
            "il manque la fin d'un message ; sans gravité si la suite arrive",
            "the end of a message is missing; no harm if more comes",
            &["tls.path-mtu"],
        ),
        &["The supplied message is incomplete"],
    ),
    shown(
        code(
            "SEC_E_INCOMPLETE_CREDENTIALS",
            0x8009_0320,
            "le site demande un certificat, et aucun n'a été donné",
            "the site asks for a certificate, and none was given",
            &[
                "browser.store-certificate-missing",
                "card.absent",
                "tls.certificate-required",
            ],
        ),
        &["The credentials supplied were not complete, and could not be verified"],
    ),
    shown(
        code(
            "SEC_E_WRONG_PRINCIPAL",
            0x8009_0322,
            "le certificat du site est au nom d'un autre site",
            "the site's certificate is for another site",
            &["tls.server-name-mismatch", "proxy.intercepts-tls"],
        ),
        &["The target principal name is incorrect"],
    ),
    shown(
        code(
            "SEC_E_TIME_SKEW",
            0x8009_0324,
            "les horloges du poste et du domaine ne s'accordent pas",
            "the clocks of machine and domain do not agree",
            &["clock.skewed"],
        ),
        &["The clocks on the client and server machines are skewed"],
    ),
    shown(
        code(
            "SEC_E_UNTRUSTED_ROOT",
            0x8009_0325,
            "une autorité n'est pas connue : celle du site pour Windows, ou celle de la carte pour le site (alerte 48)",
            "an authority is not known: the site's to Windows, or the card's to the site (alert 48)",
            &[
                "tls.server-untrusted",
                "tls.certificate-rejected",
                "proxy.intercepts-tls",
            ],
        ),
        &[
            "La chaîne de certificats a été fournie par une autorité qui n'est pas approuvée",
            "The certificate chain was issued by an authority that is not trusted",
        ],
    ),
    shown(
        code(
            "SEC_E_ILLEGAL_MESSAGE",
            0x8009_0326,
            "la négociation a échoué, souvent une alerte 40 du site : il attendait le certificat de la carte",
            "the handshake failed, often the site's alert 40: it expected the card's certificate",
            &[
                "tls.certificate-required",
                "tls.handshake-failure",
                "tls.no-common-cipher",
            ],
        ),
        &[
            "Le message reçu était inattendu ou formaté de façon incorrecte",
            "The message received was unexpected or badly formatted",
        ],
    ),
    shown(
        code(
            "SEC_E_CERT_UNKNOWN",
            0x8009_0327,
            "un certificat est refusé sans autre raison",
            "a certificate is refused for no other reason",
            &["tls.certificate-rejected", "tls.server-untrusted"],
        ),
        &["An unknown error occurred while processing the certificate"],
    ),
    shown(
        code(
            "SEC_E_CERT_EXPIRED",
            0x8009_0328,
            "un certificat est expiré : celui du site, ou celui de la carte",
            "a certificate has expired: the site's, or the card's",
            &["tls.server-expired", "cert.expired", "clock.skewed"],
        ),
        &["The received certificate has expired"],
    ),
    shown(
        code(
            "SEC_E_CERT_WRONG_USAGE",
            0x8009_0349,
            "le certificat n'a pas le droit de servir à cela",
            "the certificate may not be used for that",
            &["cert.wrong-usage", "tls.server-untrusted"],
        ),
        &["The certificate is not valid for the requested usage"],
    ),
    shown(
        code(
            "SEC_E_ENCRYPT_FAILURE",
            0x8009_0329,
            "un message n'a pas pu être chiffré",
            "a message could not be encrypted",
            &["token.sign-failed"],
        ),
        &["The specified data could not be encrypted"],
    ),
    shown(
        code(
            "SEC_E_DECRYPT_FAILURE",
            0x8009_0330,
            "un message n'a pas pu être déchiffré, ou le site trouve la signature fausse (alerte 51)",
            "a message could not be decrypted, or the site finds the signature wrong (alert 51)",
            &["tls.signature-rejected", "tls.reset-by-middlebox"],
        ),
        &["The specified data could not be decrypted"],
    ),
    shown(
        code(
            "SEC_E_ALGORITHM_MISMATCH",
            0x8009_0331,
            "aucun chiffrement en commun avec le site",
            "no cipher in common with the site",
            &["tls.no-common-cipher", "tls.signature-scheme-unavailable"],
        ),
        &["they do not possess a common algorithm"],
    ),
    shown(
        code(
            "SEC_E_SMARTCARD_LOGON_REQUIRED",
            0x8009_033E,
            "l'ouverture de session par carte est obligatoire",
            "logging in with a card is mandatory",
            &[],
        ),
        &["Smartcard logon is required and was not used"],
    ),
    shown(
        code(
            "SEC_E_DOWNGRADE_DETECTED",
            0x8009_0350,
            "quelqu'un a tenté d'affaiblir l'authentification",
            "somebody tried to weaken the authentication",
            &["proxy.intercepts-tls"],
        ),
        &["The system detected a possible attempt to compromise security"],
    ),
    shown(
        code(
            "SEC_E_SMARTCARD_CERT_REVOKED",
            0x8009_0351,
            "le certificat de la carte est révoqué",
            "the card's certificate is revoked",
            &["cert.revoked"],
        ),
        &["The smartcard certificate used for authentication has been revoked"],
    ),
    shown(
        code(
            "SEC_E_SMARTCARD_CERT_EXPIRED",
            0x8009_0355,
            "le certificat de la carte est expiré",
            "the card's certificate has expired",
            &["cert.expired"],
        ),
        &["The smartcard certificate used for authentication has expired"],
    ),
    shown(
        code(
            "SEC_E_ISSUING_CA_UNTRUSTED",
            0x8009_0352,
            "l'autorité de la carte n'est pas acceptée",
            "the card's authority is not accepted",
            &["cert.issuer-unknown", "cert.chain-incomplete"],
        ),
        &[
            "An untrusted certificate authority was detected While processing the smartcard certificate",
        ],
    ),
    shown(
        code(
            "SEC_E_REVOCATION_OFFLINE_C",
            0x8009_0353,
            "on n'a pas pu savoir si le certificat de la carte est révoqué",
            "whether the card's certificate is revoked could not be learnt",
            &["cert.revocation-unknown"],
        ),
        &[
            "The revocation status of the smartcard certificate used for authentication could not be determined",
        ],
    ),
    code(
        "SEC_E_NO_KERB_KEY",
        0x8009_0348,
        "aucune clé Kerberos pour ce compte",
        "no Kerberos key for this account",
        &["proxy.authentication-required"],
    ),
    code(
        "SEC_E_MUTUAL_AUTH_FAILED",
        0x8009_0363,
        "les deux côtés ne se sont pas reconnus",
        "the two sides did not recognise each other",
        &["proxy.authentication-rejected"],
    ),
    code(
        "SEC_E_APPLICATION_PROTOCOL_MISMATCH",
        0x8009_0367,
        "aucun protocole annoncé (ALPN) ne convient au site",
        "no protocol announced (ALPN) suits the site",
        &["tls.handshake-failure"],
    ),
    shown(
        code(
            "SEC_E_BAD_BINDINGS",
            0x8009_0346,
            "l'authentification n'est pas liée à la bonne connexion sécurisée : un équipement est au milieu",
            "the authentication is not bound to the right secure connection: a box is in the middle",
            &["proxy.intercepts-tls"],
        ),
        &["Client's supplied SSPI channel bindings were incorrect"],
    ),
    shown(
        code(
            "CRYPT_E_REVOKED",
            0x8009_2010,
            "le certificat est révoqué",
            "the certificate is revoked",
            &[
                "cert.revoked",
                "tls.certificate-rejected",
                "tls.server-untrusted",
            ],
        ),
        &["The certificate is revoked"],
    ),
    shown(
        code(
            "CRYPT_E_NO_REVOCATION_CHECK",
            0x8009_2012,
            "on n'a pas pu vérifier si le certificat est révoqué",
            "whether the certificate is revoked could not be verified",
            &["cert.revocation-unknown"],
        ),
        &[
            "La fonction de révocation n'a pas pu vérifier la révocation du certificat",
            "The revocation function was unable to check revocation for the certificate",
        ],
    ),
    shown(
        code(
            "CRYPT_E_NO_REVOCATION_DLL",
            0x8009_2011,
            "rien sur ce poste ne sait vérifier si ce certificat est révoqué",
            "nothing on this machine can verify whether this certificate is revoked",
            &["cert.revocation-unknown"],
        ),
        &["No Dll or exported function was found to verify revocation"],
    ),
    shown(
        code(
            "CRYPT_E_REVOCATION_OFFLINE",
            0x8009_2013,
            "le serveur qui dit si le certificat est révoqué n'a pas répondu",
            "the server that says whether the certificate is revoked did not answer",
            &["cert.revocation-unknown"],
        ),
        &[
            "car le serveur de révocation était hors connexion",
            "The revocation function was unable to check revocation because the revocation server was offline",
        ],
    ),
    shown(
        code(
            "CRYPT_E_NOT_IN_REVOCATION_DATABASE",
            0x8009_2014,
            "le serveur de révocation ne connaît pas ce certificat",
            "the revocation server does not know this certificate",
            &["cert.revocation-unknown"],
        ),
        &["The certificate is not in the revocation server's database"],
    ),
    shown(
        code(
            "CRYPT_E_NOT_FOUND",
            0x8009_2004,
            "l'objet cherché n'existe pas : un certificat, ou sa clé",
            "what was looked for does not exist: a certificate, or its key",
            &["browser.store-certificate-missing", "cert.none"],
        ),
        &["Cannot find object or property"],
    ),
    shown(
        code(
            "CRYPT_E_SELF_SIGNED",
            0x8009_2007,
            "le certificat est signé par lui-même",
            "the certificate is signed by itself",
            &["tls.server-untrusted"],
        ),
        &["The specified certificate is self signed"],
    ),
    shown(
        code(
            "CRYPT_E_NO_MATCH",
            0x8009_2009,
            "aucun certificat ne convient",
            "no certificate will do",
            &[
                "browser.store-certificate-missing",
                "tls.issuer-not-accepted",
            ],
        ),
        &["Cannot find the requested object"],
    ),
    shown(
        code(
            "CRYPT_E_NO_KEY_PROPERTY",
            0x8009_200B,
            "le certificat n'est relié à aucune clé",
            "the certificate is linked to no key",
            &["cert.key-missing", "browser.store-certificate-stale"],
        ),
        &["Cannot find the certificate and private key for decryption"],
    ),
    shown(
        code(
            "CRYPT_E_NO_PROVIDER",
            0x8009_2006,
            "aucun fournisseur n'est inscrit pour ce certificat",
            "no provider is registered for this certificate",
            &["module.not-installed"],
        ),
        &["No provider was specified for the store or object"],
    ),
    shown(
        code(
            "CRYPT_E_HASH_VALUE",
            0x8009_1007,
            "l'empreinte n'est pas la bonne",
            "the hash is not the right one",
            &["tls.signature-rejected"],
        ),
        &["The hash value is not correct"],
    ),
    shown(
        code(
            "CRYPT_E_UNKNOWN_ALGO",
            0x8009_1002,
            "algorithme inconnu",
            "unknown algorithm",
            &["tls.signature-scheme-unavailable"],
        ),
        &["Unknown cryptographic algorithm"],
    ),
    shown(
        code(
            "CRYPT_E_BAD_ENCODE",
            0x8009_2002,
            "un certificat est mal écrit",
            "a certificate is malformed",
            &["tls.server-untrusted"],
        ),
        &["An error occurred during encode or decode operation"],
    ),
    shown(
        code(
            "CRYPT_E_FILE_ERROR",
            0x8009_2003,
            "le fichier de certificats n'a pas pu être lu ou écrit",
            "the certificate file could not be read or written",
            &[],
        ),
        &["An error occurred while reading or writing to a file"],
    ),
    shown(
        code(
            "CRYPT_E_EXISTS",
            0x8009_2005,
            "cet objet existe déjà",
            "this exists already",
            &[],
        ),
        &["The object or property already exists"],
    ),
    shown(
        code(
            "CRYPT_E_SECURITY_SETTINGS",
            0x8009_2026,
            "les réglages de sécurité de Windows l'interdisent",
            "the security settings of Windows forbid it",
            &[],
        ),
        &["The cryptographic operation failed due to a local security option setting"],
    ),
    shown(
        code(
            "CRYPT_E_NO_TRUSTED_SIGNER",
            0x8009_202B,
            "aucun signataire de confiance",
            "no trusted signer",
            &["tls.server-untrusted"],
        ),
        &["None of the signers of the cryptographic message or certificate trust list is trusted"],
    ),
    shown(
        code(
            "CRYPT_E_ASN1_BADTAG",
            0x8009_310B,
            "un certificat est mal écrit",
            "a certificate is malformed",
            &["tls.server-untrusted"],
        ),
        &["ASN1 bad tag value met"],
    ),
    shown(
        code(
            "CRYPT_E_ASN1_CORRUPT",
            0x8009_3103,
            "un certificat est abîmé",
            "a certificate is damaged",
            &["tls.server-untrusted"],
        ),
        &["ASN1 corrupted data"],
    ),
    shown(
        code(
            "CRYPT_E_ASN1_EOD",
            0x8009_3102,
            "un certificat est coupé",
            "a certificate is cut short",
            &["tls.server-untrusted"],
        ),
        &["ASN1 unexpected end of data"],
    ),
    code(
        "NTE_BAD_UID",
        0x8009_0001,
        "le fournisseur de la carte ne reconnaît pas cet accès",
        "the card's provider does not recognise this access",
        &["module.initialise-failed"],
    ),
    code(
        "NTE_BAD_KEY",
        0x8009_0003,
        "la clé ne convient pas",
        "the key will not do",
        &["cert.key-missing", "token.sign-failed"],
    ),
    code(
        "NTE_BAD_DATA",
        0x8009_0005,
        "les données ne conviennent pas",
        "the data will not do",
        &["token.sign-failed"],
    ),
    code(
        "NTE_BAD_SIGNATURE",
        0x8009_0006,
        "la signature est fausse",
        "the signature is wrong",
        &["tls.signature-rejected", "token.sign-failed"],
    ),
    shown(
        code(
            "NTE_BAD_ALGID",
            0x8009_0008,
            "la carte ou son fournisseur Windows ne connaît pas cet algorithme ; souvent RSA-PSS, que TLS 1.3 exige",
            "the card or its Windows provider does not know this algorithm; often RSA-PSS, which TLS 1.3 demands",
            &["tls.signature-scheme-unavailable"],
        ),
        &["Invalid algorithm specified"],
    ),
    code(
        "NTE_BAD_FLAGS",
        0x8009_0009,
        "le fournisseur de la carte refuse ce mode d'appel",
        "the card's provider refuses this way of calling",
        &["tls.signature-scheme-unavailable"],
    ),
    code(
        "NTE_BAD_TYPE",
        0x8009_000A,
        "ce genre de clé ou de donnée ne convient pas",
        "this kind of key or data will not do",
        &["tls.signature-scheme-unavailable"],
    ),
    shown(
        code(
            "NTE_BAD_KEY_STATE",
            0x8009_000B,
            "la clé n'est pas dans un état qui le permette",
            "the key is in no state for that",
            &["token.sign-failed"],
        ),
        &["Key not valid for use in specified state"],
    ),
    code(
        "NTE_NO_KEY",
        0x8009_000D,
        "il n'y a pas de clé",
        "there is no key",
        &["cert.key-missing"],
    ),
    shown(
        code(
            "NTE_NO_MEMORY",
            0x8009_000E,
            "mémoire insuffisante",
            "not enough memory",
            &[],
        ),
        &["Insufficient memory available for the operation"],
    ),
    code(
        "NTE_EXISTS",
        0x8009_000F,
        "cet objet existe déjà",
        "this exists already",
        &[],
    ),
    code(
        "NTE_PERM",
        0x8009_0010,
        "l'accès à la clé est refusé",
        "access to the key is denied",
        &["token.login-failed"],
    ),
    code(
        "NTE_NOT_FOUND",
        0x8009_0011,
        "l'objet cherché n'existe pas",
        "what was looked for does not exist",
        &["browser.store-certificate-stale", "cert.key-missing"],
    ),
    shown(
        code(
            "NTE_BAD_PROVIDER",
            0x8009_0013,
            "le fournisseur de la carte est inconnu de Windows",
            "Windows does not know the card's provider",
            &["module.not-installed"],
        ),
        &["Invalid provider specified"],
    ),
    shown(
        code(
            "NTE_BAD_PROV_TYPE",
            0x8009_0014,
            "ce genre de fournisseur est inconnu de Windows",
            "Windows does not know this kind of provider",
            &["module.not-installed"],
        ),
        &["Invalid provider type specified"],
    ),
    shown(
        code(
            "NTE_BAD_KEYSET",
            0x8009_0016,
            "le conteneur de clé n'existe pas : sans doute celui d'une carte qui n'est pas dans le lecteur",
            "the key container does not exist: probably that of a card that is not in the reader",
            &["browser.store-certificate-stale", "card.absent"],
        ),
        &["Le jeu de clés n'existe pas", "Keyset does not exist"],
    ),
    shown(
        code(
            "NTE_KEYSET_NOT_DEF",
            0x8009_0019,
            "le fournisseur de la carte n'est pas inscrit dans Windows",
            "the card's provider is not registered in Windows",
            &["module.not-installed"],
        ),
        &["The keyset is not defined"],
    ),
    shown(
        code(
            "NTE_KEYSET_ENTRY_BAD",
            0x8009_001A,
            "l'inscription du conteneur de clé est abîmée",
            "the key container's entry is damaged",
            &["browser.store-certificate-stale"],
        ),
        &["Keyset as registered is invalid"],
    ),
    shown(
        code(
            "NTE_PROV_TYPE_NOT_DEF",
            0x8009_0017,
            "ce genre de fournisseur n'est pas inscrit dans Windows",
            "this kind of provider is not registered in Windows",
            &["module.not-installed"],
        ),
        &["Provider type not defined"],
    ),
    shown(
        code(
            "NTE_PROVIDER_DLL_FAIL",
            0x8009_001D,
            "la bibliothèque du fournisseur de la carte n'a pas pu démarrer",
            "the library of the card's provider could not start",
            &["module.wrong-architecture", "module.dependency-missing"],
        ),
        &["Provider DLL failed to initialize correctly"],
    ),
    shown(
        code(
            "NTE_PROV_DLL_NOT_FOUND",
            0x8009_001E,
            "la bibliothèque du fournisseur de la carte est introuvable",
            "the library of the card's provider cannot be found",
            &["module.not-installed"],
        ),
        &["Provider DLL could not be found"],
    ),
    code(
        "NTE_FAIL",
        0x8009_0020,
        "le fournisseur de la carte a échoué sans dire pourquoi",
        "the card's provider failed without saying why",
        &["token.sign-failed", "module.initialise-failed"],
    ),
    code(
        "NTE_SYS_ERR",
        0x8009_0021,
        "erreur du système pendant l'appel au fournisseur de la carte",
        "a system error while the card's provider was called",
        &["module.initialise-failed"],
    ),
    shown(
        code(
            "NTE_SILENT_CONTEXT",
            0x8009_0022,
            "il fallait demander le code porteur, et le programme a interdit toute fenêtre",
            "the PIN had to be asked for, and the program forbade any window",
            &["token.login-failed"],
        ),
        &["Provider could not perform the action since the context was acquired as silent"],
    ),
    shown(
        code(
            "NTE_TOKEN_KEYSET_STORAGE_FULL",
            0x8009_0023,
            "la carte n'a plus de place",
            "the card has no room left",
            &[],
        ),
        &["The security token does not have storage space available for an additional container"],
    ),
    code(
        "NTE_INVALID_HANDLE",
        0x8009_0026,
        "le programme se sert d'une clé qui n'existe plus : carte retirée",
        "the program uses a key that is gone: card removed",
        &["card.removed-during-use"],
    ),
    code(
        "NTE_INVALID_PARAMETER",
        0x8009_0027,
        "le programme a mal appelé le fournisseur de la carte",
        "the program called the card's provider wrongly",
        &["tls.signature-scheme-unavailable"],
    ),
    code(
        "NTE_NOT_SUPPORTED",
        0x8009_0029,
        "le fournisseur de la carte ne sait pas faire cela",
        "the card's provider cannot do that",
        &["tls.signature-scheme-unavailable"],
    ),
    code(
        "NTE_INTERNAL_ERROR",
        0x8009_002D,
        "erreur interne du fournisseur de la carte",
        "internal error of the card's provider",
        &["module.initialise-failed", "token.sign-failed"],
    ),
    code(
        "NTE_UI_REQUIRED",
        0x8009_002E,
        "il faut demander quelque chose à la personne, et le programme l'interdit",
        "something must be asked of the person, and the program forbids it",
        &["token.login-failed"],
    ),
    code(
        "NTE_DEVICE_NOT_READY",
        0x8009_0030,
        "la carte n'est pas prête",
        "the card is not ready",
        &["card.contact-intermittent", "card.absent"],
    ),
    code(
        "NTE_DEVICE_NOT_FOUND",
        0x8009_0035,
        "la carte n'est pas là",
        "the card is not there",
        &["card.absent"],
    ),
    code(
        "NTE_INCORRECT_PASSWORD",
        0x8009_0033,
        "le code porteur est faux",
        "the PIN is wrong",
        &["token.pin-incorrect"],
    ),
    code(
        "NTE_PASSWORD_CHANGE_REQUIRED",
        0x8009_0037,
        "le code de la carte doit être changé",
        "the card's PIN must be changed",
        &["token.login-failed"],
    ),
    code(
        "NTE_USER_CANCELLED",
        0x8009_0036,
        "la personne a annulé",
        "the person cancelled",
        &["token.pin-cancelled"],
    ),
    shown(
        code(
            "CERT_E_EXPIRED",
            0x800B_0101,
            "le certificat est expiré ou pas encore valable, ou l'horloge du poste est fausse",
            "the certificate has expired or is not valid yet, or the machine's clock is wrong",
            &["tls.server-expired", "clock.skewed"],
        ),
        &["A required certificate is not within its validity period"],
    ),
    shown(
        code(
            "CERT_E_UNTRUSTEDROOT",
            0x800B_0109,
            "la chaîne du certificat finit sur une autorité que Windows ne connaît pas",
            "the certificate's chain ends at an authority Windows does not know",
            &[
                "tls.server-untrusted",
                "proxy.intercepts-tls",
                "cert.chain-incomplete",
            ],
        ),
        &["terminated in a root certificate which is not trusted by the trust provider"],
    ),
    shown(
        code(
            "CERT_E_UNTRUSTEDTESTROOT",
            0x800B_010D,
            "la chaîne du certificat finit sur une autorité d'essai",
            "the certificate's chain ends at a test authority",
            &["cert.test-hierarchy"],
        ),
        &["The certification path terminates with the test root"],
    ),
    shown(
        code(
            "CERT_E_UNTRUSTEDCA",
            0x800B_0112,
            "une autorité de la chaîne n'est pas acceptée",
            "an authority of the chain is not accepted",
            &["tls.server-untrusted"],
        ),
        &["one of the CA certificates is not trusted by the policy provider"],
    ),
    shown(
        code(
            "CERT_E_CHAINING",
            0x800B_010A,
            "la chaîne du certificat est incomplète",
            "the certificate's chain is incomplete",
            &["cert.chain-incomplete", "tls.server-untrusted"],
        ),
        &["A certificate chain could not be built to a trusted root authority"],
    ),
    shown(
        code(
            "CERT_E_ISSUERCHAINING",
            0x800B_0107,
            "un certificat n'est pas de l'autorité qu'il nomme",
            "a certificate is not of the authority it names",
            &["tls.server-untrusted"],
        ),
        &["A parent of a given certificate in fact did not issue that child certificate"],
    ),
    shown(
        code(
            "CERT_E_CN_NO_MATCH",
            0x800B_010F,
            "le certificat du site est au nom d'un autre site",
            "the site's certificate is for another site",
            &["tls.server-name-mismatch", "proxy.intercepts-tls"],
        ),
        &["The certificate's CN name does not match the passed value"],
    ),
    shown(
        code(
            "CERT_E_WRONG_USAGE",
            0x800B_0110,
            "le certificat n'a pas le droit de servir à cela",
            "the certificate may not be used for that",
            &["cert.wrong-usage", "tls.server-untrusted"],
        ),
        &["The certificate is not valid for the requested usage"],
    ),
    shown(
        code(
            "CERT_E_PURPOSE",
            0x800B_0106,
            "le certificat n'a pas le droit de servir à cela",
            "the certificate may not be used for that",
            &["cert.wrong-usage", "tls.server-untrusted"],
        ),
        &["A certificate being used for a purpose other than the ones specified by its CA"],
    ),
    shown(
        code(
            "CERT_E_REVOKED",
            0x800B_010C,
            "le certificat est révoqué",
            "the certificate is revoked",
            &["cert.revoked", "tls.server-untrusted"],
        ),
        &["A certificate was explicitly revoked by its issuer"],
    ),
    shown(
        code(
            "CERT_E_REVOCATION_FAILURE",
            0x800B_010E,
            "on n'a pas pu savoir si le certificat est révoqué",
            "whether the certificate is revoked could not be learnt",
            &["cert.revocation-unknown"],
        ),
        &["The revocation process could not continue"],
    ),
    shown(
        code(
            "CERT_E_INVALID_NAME",
            0x800B_0114,
            "le nom du certificat n'est pas permis par son autorité",
            "the certificate's name is not allowed by its authority",
            &["tls.server-untrusted"],
        ),
        &["The certificate has an invalid name"],
    ),
    shown(
        code(
            "CERT_E_INVALID_POLICY",
            0x800B_0113,
            "la politique du certificat ne convient pas",
            "the certificate's policy will not do",
            &["tls.server-untrusted"],
        ),
        &["The certificate has invalid policy"],
    ),
    shown(
        code(
            "CERT_E_MALFORMED",
            0x800B_0108,
            "un certificat est mal fait",
            "a certificate is badly made",
            &["tls.server-untrusted"],
        ),
        &["A certificate is missing or has an empty value for an important field"],
    ),
    shown(
        code(
            "CERT_E_CRITICAL",
            0x800B_0105,
            "un certificat contient une extension critique inconnue",
            "a certificate has an unknown critical extension",
            &["tls.server-untrusted"],
        ),
        &["A certificate contains an unknown extension that is marked 'critical'"],
    ),
    shown(
        code(
            "CERT_E_ROLE",
            0x800B_0103,
            "un certificat ordinaire sert d'autorité",
            "an ordinary certificate is used as an authority",
            &["tls.server-untrusted"],
        ),
        &["A certificate that can only be used as an end-entity is being used as a CA"],
    ),
    shown(
        code(
            "CERT_E_PATHLENCONST",
            0x800B_0104,
            "la chaîne est plus longue que ses autorités ne le permettent",
            "the chain is longer than its authorities allow",
            &["tls.server-untrusted"],
        ),
        &["A path length constraint in the certification chain has been violated"],
    ),
    code(
        "TRUST_E_CERT_SIGNATURE",
        0x8009_6004,
        "la signature d'un certificat est fausse",
        "a certificate's signature is wrong",
        &["tls.server-untrusted", "proxy.intercepts-tls"],
    ),
    code(
        "TRUST_E_BASIC_CONSTRAINTS",
        0x8009_6019,
        "un certificat de la chaîne n'a pas le droit d'en délivrer",
        "a certificate of the chain may not issue any",
        &["tls.server-untrusted"],
    ),
    shown(
        code(
            "TRUST_E_EXPLICIT_DISTRUST",
            0x800B_0111,
            "Windows a reçu l'ordre de ne pas faire confiance à ce certificat",
            "Windows was told not to trust this certificate",
            &["tls.server-untrusted"],
        ),
        &["The certificate was explicitly marked as untrusted by the user"],
    ),
    shown(
        code(
            "TRUST_E_NOSIGNATURE",
            0x800B_0100,
            "le fichier n'est pas signé",
            "the file is not signed",
            &[],
        ),
        &["No signature was present in the subject"],
    ),
    shown(
        code(
            "TRUST_E_SUBJECT_NOT_TRUSTED",
            0x800B_0004,
            "le signataire du fichier n'est pas accepté",
            "the file's signer is not accepted",
            &[],
        ),
        &["The subject is not trusted for the specified action"],
    ),
    shown(
        code(
            "ERROR_FILE_NOT_FOUND",
            2,
            "ce fichier n'existe pas",
            "there is no such file",
            &["module.path-missing", "module.not-installed"],
        ),
        &[
            "Le fichier spécifié est introuvable",
            "The system cannot find the file specified",
        ],
    ),
    shown(
        code(
            "ERROR_PATH_NOT_FOUND",
            3,
            "ce dossier n'existe pas",
            "there is no such folder",
            &["module.path-missing"],
        ),
        &[
            "Le chemin d’accès spécifié est introuvable",
            "The system cannot find the path specified",
        ],
    ),
    shown(
        code(
            "ERROR_ACCESS_DENIED",
            5,
            "le système refuse l'accès",
            "the system denies access",
            &["module.unreadable", "reader.service-refused"],
        ),
        &["Accès refusé", "Access is denied"],
    ),
    shown(
        code(
            "ERROR_MOD_NOT_FOUND",
            126,
            "une bibliothèque est introuvable : le fichier lui-même, ou une dont il a besoin",
            "a library cannot be found: the file itself, or one that it needs",
            &["module.dependency-missing", "module.path-missing"],
        ),
        &[
            "Le module spécifié est introuvable",
            "The specified module could not be found",
        ],
    ),
    shown(
        code(
            "ERROR_PROC_NOT_FOUND",
            127,
            "la bibliothèque n'a pas la fonction attendue",
            "the library lacks the function expected",
            &["module.not-pkcs11", "module.dependency-missing"],
        ),
        &[
            "La procédure spécifiée est introuvable",
            "The specified procedure could not be found",
        ],
    ),
    shown(
        code(
            "ERROR_BAD_EXE_FORMAT",
            193,
            "fichier 32 bits dans un programme 64 bits, ou l'inverse",
            "a 32-bit file in a 64-bit program, or the reverse",
            &["module.wrong-architecture"],
        ),
        &[
            "n’est pas une application Win32 valide",
            "is not a valid Win32 application",
        ],
    ),
    shown(
        code(
            "ERROR_DLL_INIT_FAILED",
            1114,
            "une bibliothèque n'a pas pu démarrer",
            "a library could not start",
            &["module.initialise-failed", "module.dependency-missing"],
        ),
        &[
            "Une routine d’initialisation d’une bibliothèque de liens dynamiques",
            "A dynamic link library (DLL) initialization routine failed",
        ],
    ),
    shown(
        code(
            "ERROR_SERVICE_DISABLED",
            1058,
            "le service est désactivé",
            "the service is disabled",
            &["reader.service-stopped"],
        ),
        &[
            "Le service ne peut pas être démarré parce qu’il est désactivé",
            "The service cannot be started, either because it is disabled",
        ],
    ),
    shown(
        code(
            "ERROR_SERVICE_NOT_ACTIVE",
            1062,
            "le service ne tourne pas",
            "the service is not running",
            &["reader.service-stopped"],
        ),
        &[
            "Le service n’a pas été démarré",
            "The service has not been started",
        ],
    ),
    shown(
        code(
            "ERROR_SERVICE_DOES_NOT_EXIST",
            1060,
            "le service n'est pas installé",
            "the service is not installed",
            &["reader.service-not-installed"],
        ),
        &[
            "Le service spécifié n’existe pas en tant que service installé",
            "The specified service does not exist as an installed service",
        ],
    ),
    shown(
        code(
            "ERROR_SERVICE_REQUEST_TIMEOUT",
            1053,
            "le service n'a pas répondu à temps",
            "the service did not answer in time",
            &["reader.service-hung"],
        ),
        &[
            "Le service n’a pas répondu assez vite à la demande",
            "The service did not respond to the start or control request in a timely fashion",
        ],
    ),
    shown(
        code(
            "ERROR_SERVICE_LOGON_FAILED",
            1069,
            "le service n'a pas pu ouvrir sa session",
            "the service could not log on",
            &["reader.service-refused"],
        ),
        &[
            "L’échec d’une ouverture de session a empêché le démarrage du service",
            "The service did not start due to a logon failure",
        ],
    ),
    shown(
        code(
            "ERROR_CANCELLED",
            1223,
            "la personne a annulé",
            "the person cancelled",
            &["token.pin-cancelled"],
        ),
        &[
            "L’opération a été annulée par l’utilisateur",
            "The operation was canceled by the user",
        ],
    ),
    shown(
        code(
            "ERROR_CONNECTION_REFUSED",
            1225,
            "la machine répond et refuse la connexion à ce port",
            "the machine answers and refuses the connection to this port",
            &["network.refused"],
        ),
        &[
            "Le système distant a refusé la connexion réseau",
            "refused the network connection",
        ],
    ),
    shown(
        code(
            "ERROR_NETWORK_UNREACHABLE",
            1231,
            "aucun chemin ne mène à ce réseau",
            "no way leads to this network",
            &["network.unreachable"],
        ),
        &[
            "L’emplacement réseau ne peut pas être atteint",
            "The network location cannot be reached",
        ],
    ),
    shown(
        code(
            "ERROR_HOST_UNREACHABLE",
            1232,
            "aucun chemin ne mène à cette machine",
            "no way leads to this machine",
            &["network.unreachable"],
        ),
        &[
            "L’emplacement réseau ne peut pas être atteint",
            "The network location cannot be reached",
        ],
    ),
    shown(
        code(
            "ERROR_CONNECTION_ABORTED",
            1236,
            "la connexion a été abandonnée",
            "the connection was given up",
            &["tls.reset-by-middlebox"],
        ),
        &[
            "La connexion réseau a été arrêtée par le système local",
            "The network connection was aborted by the local system",
        ],
    ),
    shown(
        code(
            "ERROR_NETNAME_DELETED",
            64,
            "la connexion réseau a été coupée",
            "the network connection was cut",
            &["tls.reset-by-middlebox"],
        ),
        &[
            "Le nom réseau spécifié n’est plus disponible",
            "The specified network name is no longer available",
        ],
    ),
    shown(
        code(
            "WSAECONNREFUSED",
            10_061,
            "la machine répond et refuse la connexion à ce port",
            "the machine answers and refuses the connection to this port",
            &["network.refused", "proxy.unreachable"],
        ),
        &[
            "l’ordinateur cible l’a expressément refusée",
            "the target machine actively refused it",
        ],
    ),
    shown(
        code(
            "WSAETIMEDOUT",
            10_060,
            "aucune réponse dans le délai : un pare-feu arrête sans doute la connexion",
            "no answer in time: a firewall probably stops the connection",
            &["network.timeout", "proxy.unreachable"],
        ),
        &[
            "le parti connecté n’a pas répondu convenablement",
            "the connected party did not properly respond after a period of time",
        ],
    ),
    shown(
        code(
            "WSAECONNRESET",
            10_054,
            "la connexion a été coupée par le site ou par un équipement sur le chemin",
            "the connection was cut by the site or by a box on the path",
            &["tls.reset-by-middlebox", "tls.certificate-required"],
        ),
        &[
            "Une connexion existante a dû être fermée par l’hôte distant",
            "An existing connection was forcibly closed by the remote host",
        ],
    ),
    shown(
        code(
            "WSAECONNABORTED",
            10_053,
            "la connexion a été coupée par ce poste : antivirus, pare-feu ou délai",
            "the connection was cut by this machine: antivirus, firewall or time limit",
            &["tls.reset-by-middlebox"],
        ),
        &[
            "Une connexion établie a été abandonnée par un logiciel de votre ordinateur",
            "An established connection was aborted by the software in your host machine",
        ],
    ),
    shown(
        code(
            "WSAENETUNREACH",
            10_051,
            "aucun chemin ne mène à ce réseau",
            "no way leads to this network",
            &["network.unreachable"],
        ),
        &[
            "Une opération a été tentée sur un réseau impossible à atteindre",
            "A socket operation was attempted to an unreachable network",
        ],
    ),
    shown(
        code(
            "WSAEHOSTUNREACH",
            10_065,
            "aucun chemin ne mène à cette machine",
            "no way leads to this machine",
            &["network.unreachable"],
        ),
        &[
            "Une opération a été tentée sur un hôte impossible à atteindre",
            "A socket operation was attempted to an unreachable host",
        ],
    ),
    shown(
        code(
            "WSAEACCES",
            10_013,
            "un pare-feu ou un antivirus de ce poste interdit cette connexion",
            "a firewall or antivirus of this machine forbids this connection",
            &["network.refused"],
        ),
        &[
            "Une tentative d’accès à un socket de manière interdite",
            "An attempt was made to access a socket in a way forbidden",
        ],
    ),
    shown(
        code(
            "WSAHOST_NOT_FOUND",
            11_001,
            "le nom n'a pas d'adresse",
            "the name has no address",
            &["network.dns-failure"],
        ),
        &["Hôte inconnu", "No such host is known"],
    ),
    shown(
        code(
            "WSATRY_AGAIN",
            11_002,
            "le DNS n'a pas répondu",
            "the DNS did not answer",
            &["network.dns-failure"],
        ),
        &[
            "Ceci est habituellement une erreur temporaire qui se produit durant la résolution du nom",
            "This is usually a temporary error during hostname resolution",
        ],
    ),
    shown(
        code(
            "WSANO_DATA",
            11_004,
            "le nom existe et n'a pas d'adresse de ce genre",
            "the name exists and has no address of this kind",
            &["network.dns-failure"],
        ),
        &[
            "Le nom demandé est valide, mais aucune donnée",
            "The requested name is valid, but no data of the requested type was found",
        ],
    ),
    code(
        "E_ACCESSDENIED",
        0x8007_0005,
        "le système refuse l'accès",
        "the system denies access",
        &["reader.service-refused"],
    ),
    code(
        "E_FAIL",
        0x8000_4005,
        "échec sans autre précision",
        "a failure without further detail",
        &[],
    ),
    shown(
        name(
            "Could not create SSL/TLS secure channel",
            ".NET : la connexion sécurisée n'a pas pu se faire, et le programme ne dit pas pourquoi",
            ".NET: the secure connection could not be made, and the program does not say why",
            &[
                "tls.certificate-required",
                "tls.version-unsupported",
                "browser.store-certificate-missing",
                "tls.handshake-failure",
            ],
        ),
        &["Impossible de créer un canal sécurisé SSL/TLS"],
    ),
    shown(
        name(
            "Could not establish trust relationship for the SSL/TLS secure channel",
            ".NET : le certificat du site n'a pas été accepté",
            ".NET: the site's certificate was not accepted",
            &["tls.server-untrusted", "proxy.intercepts-tls"],
        ),
        &["Impossible d’établir une relation de confiance pour le canal sécurisé SSL/TLS"],
    ),
];
