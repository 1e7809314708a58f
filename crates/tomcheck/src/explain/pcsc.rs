//! What does an answer of PC/SC mean?
//!
//! Source: names and numbers are the reader layer's; meanings follow `winscard.h` of the Windows
//! SDK and pcsc-lite's `pcsclite.h`. The sentences are Windows' (`winerror.h`) and those of
//! pcsc-lite's `pcsc_stringify_error`, without the few that any program says of anything.

use super::row::{Family, Row, Said, joined, said, worded};

/// Every answer that has a name.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    let answers = tomcheck_reader::answers().map(|(number, name)| (i64::from(number), name));
    joined(Family::Pcsc, answers, SAID)
}

const SAID: &[Said] = &[
    said(
        "SCARD_S_SUCCESS",
        "tout s'est bien passé",
        "all went well",
        &[],
    ),
    said(
        "ERROR_INVALID_HANDLE",
        "le programme se sert d'une connexion à la carte qui n'existe plus",
        "the program uses a card connection that is gone",
        &["reader.service-stopped"],
    ),
    said(
        "ERROR_BROKEN_PIPE",
        "en session distante (RDP, Citrix), la carte à puce n'est pas redirigée",
        "in a remote session (RDP, Citrix), the smart card is not redirected",
        &["reader.service-refused"],
    ),
    worded(
        said(
            "SCARD_F_INTERNAL_ERROR",
            "erreur interne du service de carte à puce",
            "internal error of the smart card service",
            &["reader.service-hung", "reader.service-refused"],
        ),
        &["An internal consistency check failed"],
    ),
    worded(
        said(
            "SCARD_E_CANCELLED",
            "un programme a annulé l'attente d'une carte",
            "a program gave up waiting for a card",
            &[],
        ),
        &[
            "The action was cancelled by an SCardCancel request",
            "Command cancelled",
        ],
    ),
    worded(
        said(
            "SCARD_E_INVALID_HANDLE",
            "le programme se sert d'une connexion au service ou à la carte qui n'existe plus ; le service a peut-être redémarré",
            "the program uses a connection to the service or the card that is gone; the service may have restarted",
            &["reader.service-stopped"],
        ),
        &["The supplied handle was invalid"],
    ),
    worded(
        said(
            "SCARD_E_INVALID_PARAMETER",
            "le programme a mal appelé le service de carte à puce",
            "the program called the smart card service wrongly",
            &[],
        ),
        &["One or more of the supplied parameters could not"],
    ),
    worded(
        said(
            "SCARD_E_INVALID_TARGET",
            "les informations de démarrage du registre sont absentes ou fausses",
            "start-up information in the registry is missing or wrong",
            &[],
        ),
        &["Registry startup information is missing or invalid"],
    ),
    worded(
        said(
            "SCARD_E_NO_MEMORY",
            "mémoire insuffisante pour le service de carte à puce",
            "not enough memory for the smart card service",
            &[],
        ),
        &["Not enough memory available to complete this command"],
    ),
    worded(
        said(
            "SCARD_F_WAITED_TOO_LONG",
            "une attente interne du service a été trop longue",
            "something inside the service waited too long",
            &["reader.service-hung"],
        ),
        &[
            "An internal consistency timer has expired",
            "Waited too long",
        ],
    ),
    worded(
        said(
            "SCARD_E_INSUFFICIENT_BUFFER",
            "le programme n'a pas prévu assez de place pour la réponse",
            "the program left too little room for the answer",
            &[],
        ),
        &["The data buffer to receive returned data is too small"],
    ),
    worded(
        said(
            "SCARD_E_UNKNOWN_READER",
            "aucun lecteur ne porte ce nom : il a été débranché, ou son nom a changé",
            "no reader has this name: it was unplugged, or its name changed",
            &["reader.wanted-missing", "reader.none"],
        ),
        &[
            "The specified reader name is not recognized",
            "Unknown reader specified",
        ],
    ),
    worded(
        said(
            "SCARD_E_TIMEOUT",
            "rien ne s'est passé dans le délai fixé",
            "nothing happened within the time set",
            &["card.absent"],
        ),
        &[
            "The user-specified timeout value has expired",
            "Command timeout",
        ],
    ),
    worded(
        said(
            "SCARD_E_SHARING_VIOLATION",
            "un autre programme garde la carte pour lui seul",
            "another program keeps the card to itself",
            &["card.in-exclusive-use"],
        ),
        &[
            "The smart card cannot be accessed because of other connections outstanding",
            "Sharing violation",
        ],
    ),
    worded(
        said(
            "SCARD_E_NO_SMARTCARD",
            "il n'y a pas de carte dans le lecteur",
            "there is no card in the reader",
            &["card.absent"],
        ),
        &[
            "no Smart Card is currently in the device",
            "No smart card inserted",
        ],
    ),
    worded(
        said(
            "SCARD_E_UNKNOWN_CARD",
            "Windows ne connaît pas cette carte : l'inscription faite par la Cryptolib manque",
            "Windows does not know this card: the entry that the Cryptolib makes is missing",
            &[
                "module.not-installed",
                "card.foreign",
                "card.generation-needs-update",
            ],
        ),
        &[
            "The specified smart card name is not recognized",
            "Unknown card",
        ],
    ),
    worded(
        said(
            "SCARD_E_CANT_DISPOSE",
            "la carte n'a pas pu être rendue comme demandé",
            "the card could not be given back as asked",
            &[],
        ),
        &[
            "The system could not dispose of the media in the requested manner",
            "Cannot dispose handle",
        ],
    ),
    worded(
        said(
            "SCARD_E_PROTO_MISMATCH",
            "la carte et le programme ne parlent pas le même protocole",
            "the card and the program do not speak the same protocol",
            &["card.contact-intermittent", "card.foreign"],
        ),
        &[
            "The requested protocols are incompatible with the protocol currently in use with the",
            "Card protocol mismatch",
        ],
    ),
    worded(
        said(
            "SCARD_E_NOT_READY",
            "le lecteur ou la carte n'est pas encore prêt",
            "the reader or the card is not ready yet",
            &["card.contact-intermittent", "reader.unavailable"],
        ),
        &[
            "card is not ready to accept commands",
            "Subsystem not ready",
        ],
    ),
    worded(
        said(
            "SCARD_E_INVALID_VALUE",
            "le programme a donné une valeur impossible",
            "the program gave an impossible value",
            &[],
        ),
        &["One or more of the supplied parameters values could not"],
    ),
    worded(
        said(
            "SCARD_E_SYSTEM_CANCELLED",
            "l'opération a été interrompue : la session se ferme ou la machine s'arrête",
            "the operation was broken off: the session closes or the machine shuts down",
            &[],
        ),
        &[
            "The action was cancelled by the system, presumably to log off or shut down",
            "System cancelled",
        ],
    ),
    worded(
        said(
            "SCARD_F_COMM_ERROR",
            "le programme n'arrive plus à parler au service de carte à puce",
            "the program can no longer talk to the smart card service",
            &["reader.service-stopped"],
        ),
        &[
            "An internal communications error has been detected",
            "RPC transport error",
        ],
    ),
    worded(
        said(
            "SCARD_F_UNKNOWN_ERROR",
            "erreur inconnue du service de carte à puce",
            "unknown error of the smart card service",
            &[],
        ),
        &["An internal error has been detected, but the source is unknown"],
    ),
    worded(
        said(
            "SCARD_E_INVALID_ATR",
            "la réponse de la carte à sa mise sous tension est illisible",
            "what the card answers when powered cannot be read",
            &["card.contact-intermittent", "card.mute"],
        ),
        &[
            "An ATR obtained from the registry is not a valid ATR string",
            "Invalid ATR",
        ],
    ),
    worded(
        said(
            "SCARD_E_NOT_TRANSACTED",
            "l'échange avec la carte ne s'est pas fait : mauvais contact ou carte retirée",
            "the exchange with the card did not happen: bad contact or card removed",
            &["card.contact-intermittent", "card.removed-during-use"],
        ),
        &[
            "An attempt was made to end a non-existent transaction",
            "Transaction failed",
        ],
    ),
    worded(
        said(
            "SCARD_E_READER_UNAVAILABLE",
            "le lecteur est connu mais ne répond pas",
            "the reader is known but does not answer",
            &["reader.unavailable"],
        ),
        &[
            "The specified reader is not currently available for use",
            "Reader is unavailable",
        ],
    ),
    worded(
        said(
            "SCARD_P_SHUTDOWN",
            "le service de carte à puce s'arrête",
            "the smart card service is shutting down",
            &["reader.service-stopped"],
        ),
        &["The operation has been aborted to allow the server application to exit"],
    ),
    worded(
        said(
            "SCARD_E_PCI_TOO_SMALL",
            "la zone de contrôle donnée par le programme est trop petite",
            "the control structure the program gave is too small",
            &[],
        ),
        &[
            "The PCI Receive buffer was too small",
            "PCI struct too small",
        ],
    ),
    worded(
        said(
            "SCARD_E_READER_UNSUPPORTED",
            "le pilote de ce lecteur ne convient pas à PC/SC",
            "this reader's driver is not fit for PC/SC",
            &["reader.driver-missing"],
        ),
        &[
            "The reader driver does not meet minimal requirements for support",
            "Reader is unsupported",
        ],
    ),
    worded(
        said(
            "SCARD_E_DUPLICATE_READER",
            "deux lecteurs portent le même nom",
            "two readers have the same name",
            &["reader.several"],
        ),
        &[
            "The reader driver did not produce a unique reader name",
            "Reader already exists",
        ],
    ),
    worded(
        said(
            "SCARD_E_CARD_UNSUPPORTED",
            "cette carte n'est pas prise en charge",
            "this card is not supported",
            &["card.foreign", "card.generation-needs-update"],
        ),
        &[
            "The smart card does not meet minimal requirements for support",
            "Card is unsupported",
        ],
    ),
    worded(
        said(
            "SCARD_E_NO_SERVICE",
            "le service de carte à puce ne tourne pas, ou refuse cette session",
            "the smart card service is not running, or refuses this session",
            &[
                "reader.service-stopped",
                "reader.service-refused",
                "reader.service-not-installed",
            ],
        ),
        &[
            "The Smart Card Resource Manager is not running",
            "Service not available",
        ],
    ),
    worded(
        said(
            "SCARD_E_SERVICE_STOPPED",
            "le service de carte à puce s'est arrêté ; sous Windows, il s'arrête aussi quand le dernier lecteur est débranché",
            "the smart card service stopped; on Windows it also stops when the last reader is unplugged",
            &["reader.service-stopped", "reader.none"],
        ),
        &[
            "The Smart Card Resource Manager has shut down",
            "Service was stopped",
        ],
    ),
    worded(
        said(
            "SCARD_E_UNEXPECTED",
            "erreur inattendue de la carte ou du service",
            "an unexpected error of the card or the service",
            &[],
        ),
        &["An unexpected card error has occurred"],
    ),
    worded(
        said(
            "SCARD_E_ICC_INSTALLATION",
            "aucun fournisseur principal n'est inscrit pour cette carte",
            "no primary provider is registered for this card",
            &["module.not-installed"],
        ),
        &["No Primary Provider can be found for the smart card"],
    ),
    worded(
        said(
            "SCARD_E_ICC_CREATEORDER",
            "l'ordre de création demandé n'est pas possible",
            "the order of creation asked for is not possible",
            &[],
        ),
        &["The requested order of object creation is not supported"],
    ),
    worded(
        said(
            "SCARD_E_UNSUPPORTED_FEATURE",
            "cette carte ou ce lecteur ne sait pas faire cela",
            "this card or reader cannot do that",
            &[],
        ),
        &["This smart card does not support the requested feature"],
    ),
    worded(
        said(
            "SCARD_E_DIR_NOT_FOUND",
            "ce dossier n'existe pas sur la carte",
            "there is no such folder on the card",
            &[],
        ),
        &["The identified directory does not exist in the smart card"],
    ),
    worded(
        said(
            "SCARD_E_FILE_NOT_FOUND",
            "ce fichier n'existe pas sur la carte",
            "there is no such file on the card",
            &[],
        ),
        &["The identified file does not exist in the smart card"],
    ),
    worded(
        said(
            "SCARD_E_NO_DIR",
            "ceci n'est pas un dossier de la carte",
            "this is no folder of the card",
            &[],
        ),
        &["The supplied path does not represent a smart card directory"],
    ),
    worded(
        said(
            "SCARD_E_NO_FILE",
            "ceci n'est pas un fichier de la carte",
            "this is no file of the card",
            &[],
        ),
        &["The supplied path does not represent a smart card file"],
    ),
    worded(
        said(
            "SCARD_E_NO_ACCESS",
            "l'accès à ce fichier de la carte est refusé",
            "access to this file of the card is denied",
            &[],
        ),
        &["Access is denied to this file"],
    ),
    worded(
        said(
            "SCARD_E_WRITE_TOO_MANY",
            "la carte n'a plus de place pour cela",
            "the card has no room left for that",
            &[],
        ),
        &["does not have enough memory to store the information"],
    ),
    worded(
        said(
            "SCARD_E_BAD_SEEK",
            "position impossible dans un fichier de la carte",
            "impossible position in a file of the card",
            &[],
        ),
        &["There was an error trying to set the smart card file object pointer"],
    ),
    worded(
        said(
            "SCARD_E_INVALID_CHV",
            "le code porteur donné n'a pas la bonne forme",
            "the PIN that was given has not the right form",
            &["token.pin-incorrect"],
        ),
        &["The supplied PIN is incorrect"],
    ),
    worded(
        said(
            "SCARD_E_UNKNOWN_RES_MNG",
            "le gestionnaire de cartes a répondu une erreur inconnue",
            "the card manager answered an unknown error",
            &[],
        ),
        &["An unrecognized error code was returned from a layered component"],
    ),
    worded(
        said(
            "SCARD_E_NO_SUCH_CERTIFICATE",
            "le certificat demandé n'est pas sur la carte",
            "the certificate asked for is not on the card",
            &["cert.none", "cert.authentication-missing"],
        ),
        &["The requested certificate does not exist"],
    ),
    worded(
        said(
            "SCARD_E_CERTIFICATE_UNAVAILABLE",
            "le certificat est sur la carte mais n'a pas pu être lu",
            "the certificate is on the card but could not be read",
            &["token.unreadable", "card.contact-intermittent"],
        ),
        &["The requested certificate could not be obtained"],
    ),
    worded(
        said(
            "SCARD_E_NO_READERS_AVAILABLE",
            "aucun lecteur n'est branché, ou son pilote manque",
            "no reader is plugged, or its driver is missing",
            &["reader.none", "reader.driver-missing"],
        ),
        &["Cannot find a smart card reader"],
    ),
    worded(
        said(
            "SCARD_E_COMM_DATA_LOST",
            "des données se sont perdues entre le lecteur et la carte",
            "data were lost between the reader and the card",
            &["card.contact-intermittent"],
        ),
        &["A communications error with the smart card has been detected"],
    ),
    worded(
        said(
            "SCARD_E_NO_KEY_CONTAINER",
            "la clé demandée n'est pas sur la carte",
            "the key asked for is not on the card",
            &["cert.key-missing", "browser.store-certificate-stale"],
        ),
        &["The requested key container does not exist on the smart card"],
    ),
    worded(
        said(
            "SCARD_E_SERVER_TOO_BUSY",
            "le service de carte à puce est trop occupé",
            "the smart card service is too busy",
            &["reader.service-hung"],
        ),
        &["The Smart Card Resource Manager is too busy to complete this operation"],
    ),
    said(
        "SCARD_E_PIN_CACHE_EXPIRED",
        "le code porteur retenu n'est plus valable : il faut le retaper",
        "the PIN that was kept is no longer good: type it again",
        &[],
    ),
    said(
        "SCARD_E_NO_PIN_CACHE",
        "le code porteur n'est pas retenu : il faut le retaper",
        "the PIN is not kept: type it again",
        &[],
    ),
    said(
        "SCARD_E_READ_ONLY_CARD",
        "la carte n'accepte pas d'écriture",
        "the card takes no writing",
        &[],
    ),
    worded(
        said(
            "SCARD_W_UNSUPPORTED_CARD",
            "le lecteur ne sait pas parler à cette carte",
            "the reader cannot talk to this card",
            &["card.foreign", "card.contact-intermittent"],
        ),
        &[
            "The reader cannot communicate with the smart card, due to ATR configuration conflicts",
            "Card is not supported",
        ],
    ),
    worded(
        said(
            "SCARD_W_UNRESPONSIVE_CARD",
            "la carte est là et ne répond pas : à l'envers, sale ou abîmée",
            "the card is there and does not answer: upside down, dirty or damaged",
            &["card.mute"],
        ),
        &[
            "The smart card is not responding to a reset",
            "Card is unresponsive",
        ],
    ),
    worded(
        said(
            "SCARD_W_UNPOWERED_CARD",
            "la carte n'est pas alimentée",
            "the card has no power",
            &["card.mute", "reader.unavailable"],
        ),
        &[
            "Power has been removed from the smart card",
            "Card is unpowered",
        ],
    ),
    worded(
        said(
            "SCARD_W_RESET_CARD",
            "un autre programme a réinitialisé la carte pendant l'échange",
            "another program reset the card during the exchange",
            &["card.removed-during-use"],
        ),
        &[
            "The smart card has been reset, so any shared state information is invalid",
            "Card was reset",
        ],
    ),
    worded(
        said(
            "SCARD_W_REMOVED_CARD",
            "la carte a été retirée pendant l'échange",
            "the card was removed during the exchange",
            &["card.removed-during-use"],
        ),
        &[
            "The smart card has been removed, so that further communication is not possible",
            "Card was removed",
        ],
    ),
    worded(
        said(
            "SCARD_W_SECURITY_VIOLATION",
            "le système refuse l'accès à la carte à cette session",
            "the system denies this session access to the card",
            &["reader.service-refused"],
        ),
        &["Access was denied because of a security violation"],
    ),
    worded(
        said(
            "SCARD_W_WRONG_CHV",
            "le code porteur est faux",
            "the PIN is wrong",
            &["token.pin-incorrect"],
        ),
        &["The card cannot be accessed because the wrong PIN was presented"],
    ),
    worded(
        said(
            "SCARD_W_CHV_BLOCKED",
            "le code porteur est bloqué après trop de mauvais essais",
            "the PIN is blocked after too many wrong tries",
            &["token.pin-locked"],
        ),
        &[
            "The card cannot be accessed because the maximum number of PIN entry attempts has been reached",
        ],
    ),
    worded(
        said(
            "SCARD_W_EOF",
            "la fin d'un fichier de la carte est atteinte",
            "the end of a file of the card is reached",
            &[],
        ),
        &["The end of the smart card file has been reached"],
    ),
    worded(
        said(
            "SCARD_W_CANCELLED_BY_USER",
            "la personne a annulé",
            "the person cancelled",
            &["token.pin-cancelled"],
        ),
        &["The action was cancelled by the user"],
    ),
    worded(
        said(
            "SCARD_W_CARD_NOT_AUTHENTICATED",
            "le code porteur n'a pas été présenté à la carte",
            "the PIN was not presented to the card",
            &["token.login-failed"],
        ),
        &["No PIN was presented to the smart card"],
    ),
    said(
        "SCARD_W_CACHE_ITEM_NOT_FOUND",
        "information absente du cache de Windows, sans gravité",
        "not in the cache of Windows, no harm",
        &[],
    ),
    said(
        "SCARD_W_CACHE_ITEM_STALE",
        "information périmée dans le cache de Windows, sans gravité",
        "out of date in the cache of Windows, no harm",
        &[],
    ),
    said(
        "SCARD_W_CACHE_ITEM_TOO_BIG",
        "information trop grande pour le cache de Windows, sans gravité",
        "too big for the cache of Windows, no harm",
        &[],
    ),
];
