//! What does squid's error page mean?
//!
//! Source: the pages in `errors/` of squid 5.7, whose names it also sends as `X-Squid-Error`; the
//! result codes of its access.log. The sentences are those of the pages, French and English, of
//! squid-langpack: of each the one that no other page says.

use super::row::{Entry, name, shown};

pub(super) const ROWS: &[Entry] = &[
    shown(
        name(
            "ERR_ACCESS_DENIED",
            "le proxy refuse ce site : il n'est pas dans sa liste d'autorisations",
            "the proxy denies this site: it is not on its list of what is allowed",
            &["proxy.host-not-allowed"],
        ),
        &[
            "La configuration du contrôle d'accès, empêche votre requête",
            "Access control configuration prevents your request",
        ],
    ),
    shown(
        name(
            "ERR_CACHE_ACCESS_DENIED",
            "le proxy demande un nom d'utilisateur et un mot de passe",
            "the proxy asks for a user name and a password",
            &[
                "proxy.authentication-required",
                "proxy.authentication-rejected",
            ],
        ),
        &["Cache Access Denied", "Accès au cache interdit"],
    ),
    shown(
        name(
            "ERR_CACHE_MGR_ACCESS_DENIED",
            "la page d'administration du proxy demande un mot de passe",
            "the proxy's administration page asks for a password",
            &["proxy.authentication-required"],
        ),
        &[
            "Accès au Gestionnaire de Cache Interdit",
            "Cache Manager Access Denied",
        ],
    ),
    shown(
        name(
            "ERR_FORWARDING_DENIED",
            "ce proxy n'a pas le droit de passer la demande à un autre proxy",
            "this proxy may not hand the request on to another proxy",
            &["proxy.upstream-failed"],
        ),
        &[
            "Ce proxy ne fera pas suivre votre requête",
            "This cache will not forward your request",
        ],
    ),
    shown(
        name(
            "ERR_CANNOT_FORWARD",
            "le proxy ne trouve aucun chemin vers le site ; squid 5 le dit aussi d'un nom qu'il ne sait pas traduire en adresse",
            "the proxy finds no way to the site; squid 5 says so too of a name it cannot resolve",
            &["proxy.upstream-failed", "proxy.upstream-dns"],
        ),
        &[
            "il est impossible de retransmettre cette requête",
            "Unable to forward this request at this time",
            "This request could not be forwarded to the origin server",
        ],
    ),
    shown(
        name(
            "ERR_DNS_FAIL",
            "le proxy ne trouve pas l'adresse de ce nom de site",
            "the proxy does not find the address of this site name",
            &["proxy.upstream-dns"],
        ),
        &[
            "Unable to determine IP address from host name",
            "Impossible de déterminer l'adresse IP du nom d'hôte",
        ],
    ),
    shown(
        name(
            "ERR_CONNECT_FAIL",
            "le proxy n'arrive pas à ouvrir de connexion vers le site",
            "the proxy cannot open a connection to the site",
            &["proxy.upstream-failed"],
        ),
        &[
            "L'hôte distant ou le réseau sont peut-être défaillant",
            "The remote host or network may be down",
        ],
    ),
    shown(
        name(
            "ERR_SECURE_CONNECT_FAIL",
            "le proxy a voulu ouvrir lui-même la connexion sécurisée, et elle a échoué : il inspecte le trafic",
            "the proxy tried to open the secure connection itself, and it failed: it inspects the traffic",
            &["proxy.intercepts-tls"],
        ),
        &[
            "Il n'a pas été possible d'établir une connexion sécurisée avec",
            "Failed to establish a secure connection to",
            "Ce proxy et l'hôte distant n'ont pas pu négocier",
            "This proxy and the remote host failed to negotiate",
        ],
    ),
    shown(
        name(
            "ERR_CONFLICT_HOST",
            "le nom demandé et l'adresse où il mène ne vont pas ensemble aux yeux du proxy",
            "to the proxy, the name asked for and the address it leads to do not go together",
            &["proxy.host-not-allowed"],
        ),
        &["URI Host Conflict"],
    ),
    shown(
        name(
            "ERR_READ_TIMEOUT",
            "le site n'a pas répondu à temps au proxy",
            "the site did not answer the proxy in time",
            &["proxy.upstream-failed"],
        ),
        &[
            "Le délai a été dépassé lors de la lecture de données sur le réseau",
            "A Timeout occurred while waiting to read data from the network",
        ],
    ),
    shown(
        name(
            "ERR_READ_ERROR",
            "la connexion entre le proxy et le site s'est rompue pendant la lecture",
            "the connection between proxy and site broke while the proxy read",
            &["proxy.upstream-failed"],
        ),
        &[
            "Lors de la lecture des informations sur le réseau une erreur est survenue",
            "An error condition occurred while reading data from the network",
        ],
    ),
    shown(
        name(
            "ERR_WRITE_ERROR",
            "la connexion entre le proxy et le site s'est rompue pendant l'envoi",
            "the connection between proxy and site broke while the proxy wrote",
            &["proxy.upstream-failed"],
        ),
        &[
            "Lors de l'écriture des informations sur le réseau une erreur est survenue",
            "An error condition occurred while writing to the network",
        ],
    ),
    shown(
        name(
            "ERR_ZERO_SIZE_OBJECT",
            "le site a fermé la connexion sans rien répondre au proxy",
            "the site closed the connection without any answer to the proxy",
            &["proxy.upstream-failed"],
        ),
        &[
            "Réponse de taille zéro",
            "Zero Sized Reply",
            "Squid n'a pas reçu toutes les données pour cette requête",
            "Squid did not receive any data for this request",
        ],
    ),
    shown(
        name(
            "ERR_LIFETIME_EXP",
            "le proxy a coupé une connexion ouverte depuis trop longtemps",
            "the proxy cut a connection that had been open for too long",
            &["proxy.upstream-failed"],
        ),
        &[
            "La durée de vie de la connexion est dépassée",
            "Connection Lifetime Expired",
        ],
    ),
    shown(
        name(
            "ERR_SOCKET_FAILURE",
            "le proxy n'a plus de quoi ouvrir une connexion : il est surchargé",
            "the proxy has nothing left to open a connection with: it is overloaded",
            &["proxy.upstream-failed"],
        ),
        &[
            "Squid n'est pas en mesure d'ouvrir le socket TCP",
            "Squid is unable to create a TCP socket",
        ],
    ),
    shown(
        name(
            "ERR_SHUTTING_DOWN",
            "le proxy est en train de s'arrêter",
            "the proxy is shutting down",
            &["proxy.upstream-failed"],
        ),
        &[
            "Le proxy est arrêté temporairement",
            "This cache is in the process of shutting down",
        ],
    ),
    shown(
        name(
            "ERR_GATEWAY_FAILURE",
            "le proxy n'a pas su traiter la demande",
            "the proxy could not handle the request",
            &["proxy.upstream-failed"],
        ),
        &[
            "Défaillance de la passerelle Proxy",
            "Gateway Proxy Failure",
        ],
    ),
    shown(
        name(
            "ERR_ICAP_FAILURE",
            "l'antivirus ou le filtre du proxy n'a pas répondu",
            "the proxy's antivirus or filter did not answer",
            &["proxy.upstream-failed", "proxy.intercepts-tls"],
        ),
        &["Erreur de protocole ICAP", "ICAP protocol error"],
    ),
    shown(
        name(
            "ERR_ESI",
            "le proxy n'a pas su assembler la page",
            "the proxy could not put the page together",
            &["proxy.upstream-failed"],
        ),
        &["Le traitement ESI a échoué", "ESI Processing failed"],
    ),
    shown(
        name(
            "ERR_INVALID_REQ",
            "le proxy n'a pas compris la demande",
            "the proxy did not understand the request",
            &["proxy.not-a-proxy"],
        ),
        &[
            "Requête invalide une erreur a été rencontrée",
            "Invalid Request error was encountered",
        ],
    ),
    shown(
        name(
            "ERR_INVALID_RESP",
            "le proxy n'a pas compris la réponse du site",
            "the proxy did not understand the site's answer",
            &["proxy.upstream-failed"],
        ),
        &[
            "Réponse invalide une erreur a été rencontrée",
            "Invalid Response error was encountered",
        ],
    ),
    shown(
        name(
            "ERR_INVALID_URL",
            "l'adresse demandée est mal écrite ; une page demandée directement à squid, sans passer par lui comme proxy, donne aussi cela",
            "the address asked for is malformed; a page asked of squid itself, not through it as a proxy, gives this too",
            &["proxy.setting-invalid"],
        ),
        &[
            "Certains aspects de l'adresse URL est incorrect",
            "Some aspect of the requested URL is incorrect",
        ],
    ),
    shown(
        name(
            "ERR_PROTOCOL_UNKNOWN",
            "le proxy ne connaît pas ce protocole",
            "the proxy does not know this protocol",
            &["proxy.not-a-proxy"],
        ),
        &["Squid does not support some access protocols"],
    ),
    shown(
        name(
            "ERR_UNSUP_REQ",
            "le proxy ne traite pas ce genre de demande",
            "the proxy does not handle requests of this kind",
            &["proxy.host-not-allowed"],
        ),
        &[
            "Squid ne prend pas en charge tous les types de requêtes",
            "Squid does not support all request methods",
        ],
    ),
    shown(
        name(
            "ERR_UNSUP_HTTPVERSION",
            "le proxy ne parle pas cette version de HTTP",
            "the proxy does not speak this version of HTTP",
            &["proxy.not-a-proxy"],
        ),
        &[
            "Ce Squid ne supporte pas la version HTTP",
            "This Squid does not accept the HTTP version",
        ],
    ),
    shown(
        name(
            "ERR_TOO_BIG",
            "la demande ou la réponse dépasse la taille permise par le proxy",
            "the request or the answer is larger than the proxy allows",
            &["proxy.host-not-allowed"],
        ),
        &[
            "La requête ou la réponse est trop grande",
            "The request or reply is too large",
        ],
    ),
    shown(
        name(
            "ERR_ACL_TIME_QUOTA_EXCEEDED",
            "le temps de connexion permis par le proxy est écoulé",
            "the time that the proxy allows is used up",
            &["proxy.host-not-allowed"],
        ),
        &[
            "Le temps de connexion de votre quota est dépassé",
            "Time Quota Exceeded",
        ],
    ),
    shown(
        name(
            "ERR_AGENT_CONFIGURE",
            "page d'aide du proxy : comment régler le navigateur",
            "help page of the proxy: how to set the browser",
            &["proxy.setting-invalid"],
        ),
        &[
            "Vous devez indiquer dans la fenêtre du proxy HTTP, le nom du proxy",
            "In the HTTP proxy box type the proxy name",
        ],
    ),
    shown(
        name(
            "ERR_AGENT_WPAD",
            "page d'aide du proxy : comment régler le navigateur automatiquement",
            "help page of the proxy: how to set the browser automatically",
            &["proxy.setting-invalid"],
        ),
        &[
            "Sélectionnez détection automatique dans les paramètres du proxy pour ce réseau",
            "Select Auto-detect proxy settings for this network",
        ],
    ),
    shown(
        name(
            "ERR_ONLY_IF_CACHED_MISS",
            "la page n'est pas dans le cache du proxy, et rien d'autre n'était demandé",
            "the page is not in the proxy's cache, and nothing else was asked for",
            &[],
        ),
        &[
            "Aucun document valide n'a été trouvé dans le cache",
            "Valid document was not found in the cache",
        ],
    ),
    shown(
        name(
            "ERR_PRECONDITION_FAILED",
            "une condition jointe à la demande n'est pas remplie",
            "a condition that came with the request is not met",
            &[],
        ),
        &[
            "La précondition a échouée",
            "At least one precondition specified by the HTTP client",
        ],
    ),
    shown(
        name(
            "ERR_NO_RELAY",
            "le proxy ne relaie pas ce protocole ancien (WAIS)",
            "the proxy does not relay this old protocol (WAIS)",
            &[],
        ),
        &["Aucun relais WAIS", "No Wais Relay"],
    ),
    shown(
        name(
            "ERR_URN_RESOLVE",
            "le proxy ne sait pas traduire cet identifiant (URN)",
            "the proxy cannot resolve this identifier (URN)",
            &[],
        ),
        &["Impossible de résoudre l'URN", "Cannot Resolve URN"],
    ),
    shown(
        name(
            "ERR_DIR_LISTING",
            "liste de fichiers FTP montrée par le proxy, sans erreur",
            "a list of FTP files shown by the proxy, no error",
            &[],
        ),
        &["Contenu du répertoire :", "Directory Content:"],
    ),
    shown(
        name(
            "ERR_FTP_DISABLED",
            "le proxy ne fait pas de FTP",
            "the proxy does no FTP",
            &[],
        ),
        &["FTP est désactivé", "FTP is Disabled"],
    ),
    shown(
        name(
            "ERR_FTP_FAILURE",
            "erreur du site FTP",
            "an error of the FTP site",
            &[],
        ),
        &[
            "une erreur de protocole FTP est survenue",
            "An FTP protocol error occurred",
        ],
    ),
    shown(
        name(
            "ERR_FTP_FORBIDDEN",
            "le site FTP refuse l'accès",
            "the FTP site denies access",
            &[],
        ),
        &[
            "une erreur d'authentification a eu lieu lors de l'accès au serveur FTP",
            "An FTP authentication failure occurred",
        ],
    ),
    shown(
        name(
            "ERR_FTP_NOT_FOUND",
            "ce fichier n'existe pas sur le site FTP",
            "there is no such file on the FTP site",
            &[],
        ),
        &[
            "Cela pourrait être causé par une URL FTP",
            "This might be caused by an FTP URL with an absolute path",
        ],
    ),
    shown(
        name(
            "ERR_FTP_PUT_CREATED",
            "fichier créé sur le site FTP, sans erreur",
            "file created on the FTP site, no error",
            &[],
        ),
        &[
            "Opération réussie Le fichier a été créé",
            "Operation successful File created",
        ],
    ),
    shown(
        name(
            "ERR_FTP_PUT_ERROR",
            "l'envoi vers le site FTP a échoué",
            "the upload to the FTP site failed",
            &[],
        ),
        &[
            "FTP avec PUT, échec lors de l'envoi du fichier",
            "FTP PUT upload failed",
        ],
    ),
    shown(
        name(
            "ERR_FTP_PUT_MODIFIED",
            "fichier modifié sur le site FTP, sans erreur",
            "file changed on the FTP site, no error",
            &[],
        ),
        &[
            "Opération réussie Le fichier a été mis à jour",
            "Operation successful File updated",
        ],
    ),
    shown(
        name(
            "ERR_FTP_UNAVAILABLE",
            "le site FTP est trop occupé",
            "the FTP site is too busy",
            &[],
        ),
        &[
            "Le serveur FTP est surchargé et ne permet pas d'accéder",
            "The FTP server was too busy to retrieve the URL",
        ],
    ),
    name(
        "TCP_DENIED",
        "journal de squid : le proxy a refusé cette demande, avec l'état HTTP écrit derrière la barre",
        "squid's log: the proxy denied this request, with the HTTP status written behind the slash",
        &["proxy.host-not-allowed", "proxy.authentication-required"],
    ),
    name(
        "TCP_TUNNEL",
        "journal de squid : le proxy a laissé passer la connexion sécurisée",
        "squid's log: the proxy let the secure connection pass",
        &[],
    ),
    name(
        "NONE_NONE_ABORTED",
        "journal de squid : le poste a fermé la connexion avant toute réponse",
        "squid's log: the workstation closed the connection before any answer",
        &[],
    ),
];
