//! What does an answer of a PKCS#11 module mean?
//!
//! Source: PKCS#11 v2.40 §5.1 and v3.1 §5.1; the Cryptolib CPS's own numbers from its
//! `pkcs11.h`. Names and numbers are the cert layer's. The sentences are those of p11-kit 0.24
//! (`p11_kit_strerror`), French and English, without the few that any program says of anything.

use tomcheck_diagnosis::Text;

use super::row::{Family, Row, Said, joined, said, worded};

/// Every answer that has a name.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    let answers = tomcheck_cert::answers()
        .filter_map(|(number, name)| Some((i64::try_from(number).ok()?, name)));
    joined(Family::Pkcs11, answers, SAID).chain([VENDOR])
}

/// Where the numbers begin that the standard leaves to each module's maker.
pub(super) const VENDOR_DEFINED: i64 = 0x8000_0000;

const VENDOR: Row = Row {
    family: Family::Pkcs11,
    name: "CKR_VENDOR_DEFINED",
    number: Some(VENDOR_DEFINED),
    sentences: &[],
    meaning: Text {
        fr: "à partir de ce nombre, les codes sont propres à chaque module : seul son éditeur sait ce qu'ils disent",
        en: "from this number on, the codes are each module's own: only its publisher knows what they say",
    },
    findings: &[],
};

const SAID: &[Said] = &[
    said("CKR_OK", "tout s'est bien passé", "all went well", &[]),
    said(
        "CKR_CANCEL",
        "l'opération a été abandonnée à la demande du programme",
        "the operation was given up at the program's wish",
        &["token.pin-cancelled"],
    ),
    worded(
        said(
            "CKR_HOST_MEMORY",
            "mémoire insuffisante sur le poste",
            "not enough memory on the machine",
            &["module.initialise-failed"],
        ),
        &[
            "Mémoire disponible insuffisante",
            "Insufficient memory available",
        ],
    ),
    worded(
        said(
            "CKR_SLOT_ID_INVALID",
            "ce lecteur n'existe pas pour le module : il a été débranché, ou la liste a changé",
            "the module has no such slot: the reader was unplugged, or the list changed",
            &["reader.none", "module.cache-stale"],
        ),
        &[
            "L'identifiant de slot indiqué est invalide",
            "The specified slot ID is not valid",
        ],
    ),
    said(
        "CKR_GENERAL_ERROR",
        "le module ne peut plus travailler, et ne dit pas pourquoi",
        "the module can no longer work, and does not say why",
        &[
            "module.initialise-failed",
            "reader.service-stopped",
            "token.sign-failed",
        ],
    ),
    said(
        "CKR_FUNCTION_FAILED",
        "le module n'a pas pu faire ce qui était demandé, et ne dit pas pourquoi",
        "the module could not do what was asked, and does not say why",
        &[
            "card.contact-intermittent",
            "token.sign-failed",
            "module.initialise-failed",
        ],
    ),
    said(
        "CKR_ARGUMENTS_BAD",
        "le programme a mal appelé le module",
        "the program called the module wrongly",
        &["module.initialise-failed"],
    ),
    said(
        "CKR_NO_EVENT",
        "rien n'a changé dans les lecteurs",
        "nothing changed in the readers",
        &[],
    ),
    worded(
        said(
            "CKR_NEED_TO_CREATE_THREADS",
            "le module a besoin de tâches de fond que le programme lui interdit",
            "the module needs background threads that the program forbids",
            &["module.initialise-failed"],
        ),
        &[
            "Le module ne peut créer les fils d'exécution nécessaire",
            "The module cannot create needed threads",
        ],
    ),
    worded(
        said(
            "CKR_CANT_LOCK",
            "le module ne sait pas servir plusieurs tâches à la fois",
            "the module cannot serve several threads at once",
            &["module.initialise-failed"],
        ),
        &[
            "Le module ne peut verrouiller correctement les données",
            "The module cannot lock data properly",
        ],
    ),
    said(
        "CKR_ATTRIBUTE_READ_ONLY",
        "cette propriété ne peut pas être changée",
        "this attribute cannot be changed",
        &[],
    ),
    worded(
        said(
            "CKR_ATTRIBUTE_SENSITIVE",
            "cette propriété est secrète et ne sort pas de la carte",
            "this attribute is secret and does not leave the card",
            &[],
        ),
        &[
            "Le champ est sensible et ne peut être révélé",
            "The field is sensitive and cannot be revealed",
        ],
    ),
    worded(
        said(
            "CKR_ATTRIBUTE_TYPE_INVALID",
            "cet objet de la carte n'a pas cette propriété",
            "this object of the card has no such attribute",
            &[],
        ),
        &[
            "Le champ est invalide ou n'existe pas",
            "The field is invalid or does not exist",
        ],
    ),
    said(
        "CKR_ATTRIBUTE_VALUE_INVALID",
        "cette valeur n'est pas permise pour cette propriété",
        "this value is not allowed for this attribute",
        &[],
    ),
    said(
        "CKR_ACTION_PROHIBITED",
        "la carte interdit cette action sur cet objet",
        "the card forbids this action on this object",
        &[],
    ),
    worded(
        said(
            "CKR_DATA_INVALID",
            "les données à signer ne conviennent pas",
            "the data to sign will not do",
            &["token.sign-failed"],
        ),
        &[
            "La donnée est invalide ou non reconnue",
            "The data is not valid or unrecognized",
        ],
    ),
    said(
        "CKR_DATA_LEN_RANGE",
        "les données à signer n'ont pas la bonne longueur",
        "the data to sign have the wrong length",
        &["token.sign-failed"],
    ),
    worded(
        said(
            "CKR_DEVICE_ERROR",
            "le lecteur ou la carte a eu un problème",
            "the reader or the card had a problem",
            &[
                "card.contact-intermittent",
                "token.sign-failed",
                "token.unreadable",
            ],
        ),
        &[
            "Une erreur est survenue sur le périphérique",
            "An error occurred on the device",
        ],
    ),
    worded(
        said(
            "CKR_DEVICE_MEMORY",
            "la carte n'a plus de place",
            "the card has no room left",
            &[],
        ),
        &[
            "Mémoire insuffisante sur le périphérique",
            "Insufficient memory available on the device",
        ],
    ),
    worded(
        said(
            "CKR_DEVICE_REMOVED",
            "la carte ou le lecteur a été retiré pendant l'échange",
            "the card or the reader was removed during the exchange",
            &["card.removed-during-use"],
        ),
        &[
            "Le périphérique a été supprimé ou débranché",
            "The device was removed or unplugged",
        ],
    ),
    worded(
        said(
            "CKR_ENCRYPTED_DATA_INVALID",
            "les données chiffrées sont illisibles",
            "the encrypted data cannot be read",
            &[],
        ),
        &[
            "Les données chiffrées sont invalides ou non reconnues",
            "The encrypted data is not valid or unrecognized",
        ],
    ),
    worded(
        said(
            "CKR_ENCRYPTED_DATA_LEN_RANGE",
            "les données chiffrées n'ont pas la bonne longueur",
            "the encrypted data have the wrong length",
            &[],
        ),
        &[
            "Les données chiffrées sont trop longues",
            "The encrypted data is too long",
        ],
    ),
    said(
        "CKR_AEAD_DECRYPT_FAILED",
        "les données chiffrées ont été modifiées",
        "the encrypted data were changed",
        &[],
    ),
    said(
        "CKR_FUNCTION_CANCELED",
        "la saisie du code porteur a été annulée, ou le délai du clavier du lecteur est passé",
        "typing the PIN was cancelled, or the reader's keypad timed out",
        &["token.pin-cancelled"],
    ),
    said(
        "CKR_FUNCTION_NOT_PARALLEL",
        "aucune fonction ne tourne en parallèle ; sans gravité",
        "no function runs in parallel; no harm",
        &[],
    ),
    said(
        "CKR_FUNCTION_NOT_SUPPORTED",
        "le module ne sait pas faire cela",
        "the module cannot do that",
        &["module.outdated"],
    ),
    worded(
        said(
            "CKR_KEY_HANDLE_INVALID",
            "cette clé n'existe plus pour le module : la carte a changé ou la session est finie",
            "the module has no such key any more: the card changed or the session ended",
            &["card.removed-during-use", "cert.key-missing"],
        ),
        &[
            "Clef manquante ou invalide",
            "The key is missing or invalid",
        ],
    ),
    worded(
        said(
            "CKR_KEY_SIZE_RANGE",
            "la clé n'a pas une taille permise",
            "the key has a size that is not allowed",
            &["token.sign-failed"],
        ),
        &[
            "La longueur de la Clef est incorrecte",
            "The key is the wrong size",
        ],
    ),
    worded(
        said(
            "CKR_KEY_TYPE_INCONSISTENT",
            "la clé n'est pas du genre qu'il faut",
            "the key is not of the right kind",
            &["tls.signature-scheme-unavailable"],
        ),
        &[
            "Le type de la Clef est incorrect",
            "The key is of the wrong type",
        ],
    ),
    said(
        "CKR_KEY_NOT_NEEDED",
        "une clé a été donnée en trop",
        "a key was given that is not needed",
        &[],
    ),
    worded(
        said(
            "CKR_KEY_CHANGED",
            "une clé n'est plus la même qu'à l'enregistrement",
            "a key is not the one of before",
            &[],
        ),
        &[
            "La clef est différente de précédemment",
            "The key is different than before",
        ],
    ),
    said(
        "CKR_KEY_NEEDED",
        "il manque une clé",
        "a key is missing",
        &[],
    ),
    worded(
        said(
            "CKR_KEY_INDIGESTIBLE",
            "cette clé ne peut pas entrer dans une empreinte",
            "this key cannot be digested",
            &[],
        ),
        &[
            "Impossible d'inclure la clé dans le condensé",
            "Cannot include the key in the digest",
        ],
    ),
    worded(
        said(
            "CKR_KEY_FUNCTION_NOT_PERMITTED",
            "la clé n'a pas le droit de servir à cela",
            "the key may not be used for that",
            &["token.sign-failed", "cert.wrong-usage"],
        ),
        &[
            "Cette opération est incompatible avec cette clef",
            "This operation cannot be done with this key",
        ],
    ),
    worded(
        said(
            "CKR_KEY_NOT_WRAPPABLE",
            "cette clé ne peut pas être emballée",
            "this key cannot be wrapped",
            &[],
        ),
        &["La clé ne peut être emballée", "The key cannot be wrapped"],
    ),
    said(
        "CKR_KEY_UNEXTRACTABLE",
        "cette clé ne peut pas sortir de la carte",
        "this key cannot leave the card",
        &[],
    ),
    worded(
        said(
            "CKR_MECHANISM_INVALID",
            "la carte ou le module ne connaît pas cet algorithme ; le plus souvent RSA-PSS, que TLS 1.3 exige",
            "the card or the module does not know this algorithm; mostly RSA-PSS, which TLS 1.3 demands",
            &["tls.signature-scheme-unavailable", "token.sign-failed"],
        ),
        &[
            "Le mécanisme de chiffrement est invalide ou non reconnu",
            "The crypto mechanism is invalid or unrecognized",
        ],
    ),
    worded(
        said(
            "CKR_MECHANISM_PARAM_INVALID",
            "les paramètres de l'algorithme ne conviennent pas",
            "the algorithm's parameters will not do",
            &["tls.signature-scheme-unavailable"],
        ),
        &[
            "Le mécanisme de chiffrement a un argument invalide",
            "The crypto mechanism has an invalid argument",
        ],
    ),
    worded(
        said(
            "CKR_OBJECT_HANDLE_INVALID",
            "cet objet n'existe plus pour le module : la carte a changé ou la session est finie",
            "the module has no such object any more: the card changed or the session ended",
            &["card.removed-during-use", "module.cache-stale"],
        ),
        &[
            "Objet manquant ou invalide",
            "The object is missing or invalid",
        ],
    ),
    worded(
        said(
            "CKR_OPERATION_ACTIVE",
            "une opération est déjà en cours dans cette session",
            "an operation is under way in this session already",
            &["token.sign-failed"],
        ),
        &[
            "Une autre opération est déjà en cours",
            "Another operation is already taking place",
        ],
    ),
    worded(
        said(
            "CKR_OPERATION_NOT_INITIALIZED",
            "aucune opération n'a été commencée dans cette session",
            "no operation was begun in this session",
            &["token.sign-failed"],
        ),
        &["Aucune opération en cours", "No operation is taking place"],
    ),
    worded(
        said(
            "CKR_PIN_INCORRECT",
            "le code porteur est faux : un essai est perdu",
            "the PIN is wrong: one try is lost",
            &["token.pin-incorrect"],
        ),
        &[
            "Le mot de passe ou le code PIN est incorrect",
            "The password or PIN is incorrect",
        ],
    ),
    worded(
        said(
            "CKR_PIN_INVALID",
            "le code contient des caractères interdits",
            "the PIN has characters that are not allowed",
            &["token.pin-incorrect"],
        ),
        &[
            "Le mot de passe ou le code PIN est invalide",
            "The password or PIN is invalid",
        ],
    ),
    worded(
        said(
            "CKR_PIN_LEN_RANGE",
            "le code est trop court ou trop long",
            "the PIN is too short or too long",
            &["token.pin-incorrect"],
        ),
        &[
            "La longueur du mot de passe ou du code PIN est incorrecte",
            "The password or PIN is of an invalid length",
        ],
    ),
    worded(
        said(
            "CKR_PIN_EXPIRED",
            "le code porteur doit être changé avant de servir",
            "the PIN must be changed before it is used",
            &["token.login-failed"],
        ),
        &["The password or PIN has expired"],
    ),
    worded(
        said(
            "CKR_PIN_LOCKED",
            "le code porteur est bloqué après trois mauvais essais",
            "the PIN is blocked after three wrong tries",
            &["token.pin-locked"],
        ),
        &[
            "Le mot de passe ou le code PIN est bloqué",
            "The password or PIN is locked",
        ],
    ),
    said(
        "CKR_SESSION_CLOSED",
        "la session s'est fermée pendant l'opération",
        "the session was closed during the operation",
        &["card.removed-during-use"],
    ),
    worded(
        said(
            "CKR_SESSION_COUNT",
            "trop de sessions sont ouvertes sur la carte",
            "too many sessions are open on the card",
            &["card.in-exclusive-use"],
        ),
        &["Trop de sessions actives", "Too many sessions are active"],
    ),
    said(
        "CKR_SESSION_HANDLE_INVALID",
        "cette session n'existe plus : la carte a été retirée ou le module fermé",
        "this session is gone: the card was removed or the module closed",
        &["card.removed-during-use"],
    ),
    said(
        "CKR_SESSION_PARALLEL_NOT_SUPPORTED",
        "le programme a mal demandé la session",
        "the program asked for the session wrongly",
        &[],
    ),
    worded(
        said(
            "CKR_SESSION_READ_ONLY",
            "la session ne permet pas d'écrire",
            "the session allows no writing",
            &[],
        ),
        &[
            "La session est en lecture seule",
            "The session is read-only",
        ],
    ),
    worded(
        said(
            "CKR_SESSION_EXISTS",
            "une session est déjà ouverte sur cette carte",
            "a session is open on this card already",
            &["card.in-exclusive-use"],
        ),
        &["Une session ouverte existe", "An open session exists"],
    ),
    worded(
        said(
            "CKR_SESSION_READ_ONLY_EXISTS",
            "une session en lecture seule est déjà ouverte",
            "a read-only session is open already",
            &[],
        ),
        &[
            "Une session en lecture seule existe",
            "A read-only session exists",
        ],
    ),
    worded(
        said(
            "CKR_SESSION_READ_WRITE_SO_EXISTS",
            "une session d'administration est déjà ouverte",
            "an administration session is open already",
            &[],
        ),
        &[
            "Un administrateur de sessions existe",
            "An administrator session exists",
        ],
    ),
    worded(
        said(
            "CKR_SIGNATURE_INVALID",
            "la signature est fausse",
            "the signature is wrong",
            &["token.sign-failed", "tls.signature-rejected"],
        ),
        &[
            "La signature est incorrecte ou corrompue",
            "The signature is bad or corrupted",
        ],
    ),
    worded(
        said(
            "CKR_SIGNATURE_LEN_RANGE",
            "la signature n'a pas la bonne longueur",
            "the signature has the wrong length",
            &["token.sign-failed"],
        ),
        &[
            "La signature ne peu être reconnue ou est corrompue",
            "The signature is unrecognized or corrupted",
        ],
    ),
    worded(
        said(
            "CKR_TEMPLATE_INCOMPLETE",
            "la description de l'objet est incomplète",
            "the object's description is incomplete",
            &[],
        ),
        &[
            "Certains champs requis sont manquants",
            "Certain required fields are missing",
        ],
    ),
    worded(
        said(
            "CKR_TEMPLATE_INCONSISTENT",
            "la description de l'objet se contredit",
            "the object's description contradicts itself",
            &[],
        ),
        &[
            "Certains champs ont des valeurs invalides",
            "Certain fields have invalid values",
        ],
    ),
    worded(
        said(
            "CKR_TOKEN_NOT_PRESENT",
            "il n'y a pas de carte dans ce lecteur, ou le module ne la voit pas",
            "there is no card in this reader, or the module does not see it",
            &["card.absent", "module.sees-no-token", "card.mute"],
        ),
        &[
            "Le périphérique est absent ou débranché",
            "The device is not present or unplugged",
        ],
    ),
    worded(
        said(
            "CKR_TOKEN_NOT_RECOGNIZED",
            "la carte insérée n'est pas une carte que le module connaît",
            "the card in the reader is none that the module knows",
            &[
                "card.foreign",
                "card.vitale",
                "card.generation-needs-update",
                "card.contactless-only",
            ],
        ),
        &[
            "Le périphérique est invalide ou non reconnu",
            "The device is invalid or unrecognizable",
        ],
    ),
    worded(
        said(
            "CKR_TOKEN_WRITE_PROTECTED",
            "la carte n'accepte pas d'écriture",
            "the card takes no writing",
            &[],
        ),
        &[
            "Le périphérique est protégé en écriture",
            "The device is write protected",
        ],
    ),
    worded(
        said(
            "CKR_UNWRAPPING_KEY_HANDLE_INVALID",
            "la clé pour déballer n'existe pas",
            "the unwrapping key does not exist",
            &[],
        ),
        &[
            "Impossible d'importer car la clé est invalide",
            "Cannot import because the key is invalid",
        ],
    ),
    worded(
        said(
            "CKR_UNWRAPPING_KEY_SIZE_RANGE",
            "la clé pour déballer n'a pas une taille permise",
            "the unwrapping key has a size that is not allowed",
            &[],
        ),
        &[
            "Impossible d'importer car la clé n'a pas la bonne taille",
            "Cannot import because the key is of the wrong size",
        ],
    ),
    worded(
        said(
            "CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT",
            "la clé pour déballer n'est pas du bon genre",
            "the unwrapping key is not of the right kind",
            &[],
        ),
        &[
            "Impossible d'importer car la clé n'est pas du bon type",
            "Cannot import because the key is of the wrong type",
        ],
    ),
    worded(
        said(
            "CKR_USER_ALREADY_LOGGED_IN",
            "le code porteur a déjà été présenté ; sans gravité",
            "the PIN was presented already; no harm",
            &[],
        ),
        &["Vous êtes déjà connecté", "You are already logged in"],
    ),
    worded(
        said(
            "CKR_USER_NOT_LOGGED_IN",
            "le code porteur n'a pas été présenté",
            "the PIN was not presented",
            &["token.login-failed"],
        ),
        &["Aucun utilisateur connecté", "No user has logged in"],
    ),
    worded(
        said(
            "CKR_USER_PIN_NOT_INITIALIZED",
            "la carte n'a pas encore de code porteur",
            "the card has no PIN yet",
            &["token.login-failed"],
        ),
        &[
            "Le mot de passe ou l'identifiant personnel n'est pas configuré",
            "The user's password or PIN is not set",
        ],
    ),
    worded(
        said(
            "CKR_USER_TYPE_INVALID",
            "ce genre d'utilisateur n'existe pas sur la carte",
            "there is no such kind of user on the card",
            &[],
        ),
        &[
            "L'utilisateur n'a pas le bon type",
            "The user is of an invalid type",
        ],
    ),
    worded(
        said(
            "CKR_USER_ANOTHER_ALREADY_LOGGED_IN",
            "un autre utilisateur est déjà connecté à la carte",
            "another user is logged in to the card",
            &["card.in-exclusive-use"],
        ),
        &[
            "Un autre utilisateur est déjà connecté",
            "Another user is already logged in",
        ],
    ),
    worded(
        said(
            "CKR_USER_TOO_MANY_TYPES",
            "trop de genres d'utilisateurs à la fois sur la carte",
            "too many kinds of user on the card at once",
            &[],
        ),
        &[
            "Trop d'utilisateurs de différents types sont connectés",
            "Too many users of different types are logged in",
        ],
    ),
    worded(
        said(
            "CKR_WRAPPED_KEY_INVALID",
            "la clé emballée est illisible",
            "the wrapped key cannot be read",
            &[],
        ),
        &[
            "Impossible d'importer une clé invalide",
            "Cannot import an invalid key",
        ],
    ),
    worded(
        said(
            "CKR_WRAPPED_KEY_LEN_RANGE",
            "la clé emballée n'a pas la bonne longueur",
            "the wrapped key has the wrong length",
            &[],
        ),
        &[
            "Impossible d'importer une clé de la mauvaise taille",
            "Cannot import a key of the wrong size",
        ],
    ),
    worded(
        said(
            "CKR_WRAPPING_KEY_HANDLE_INVALID",
            "la clé pour emballer n'existe pas",
            "the wrapping key does not exist",
            &[],
        ),
        &[
            "Impossible d'exporter car la clé est invalide",
            "Cannot export because the key is invalid",
        ],
    ),
    worded(
        said(
            "CKR_WRAPPING_KEY_SIZE_RANGE",
            "la clé pour emballer n'a pas une taille permise",
            "the wrapping key has a size that is not allowed",
            &[],
        ),
        &[
            "Impossible d'exporter car la clé n'a pas la bonne taille",
            "Cannot export because the key is of the wrong size",
        ],
    ),
    worded(
        said(
            "CKR_WRAPPING_KEY_TYPE_INCONSISTENT",
            "la clé pour emballer n'est pas du bon genre",
            "the wrapping key is not of the right kind",
            &[],
        ),
        &[
            "Impossible d'exporter car la clé n'est pas du bon type",
            "Cannot export because the key is of the wrong type",
        ],
    ),
    worded(
        said(
            "CKR_RANDOM_SEED_NOT_SUPPORTED",
            "le hasard de la carte ne s'alimente pas de l'extérieur",
            "the card's random numbers take no seed",
            &[],
        ),
        &[
            "Impossible d'initialiser le générateur de nombres aléatoires",
            "Unable to initialize the random number generator",
        ],
    ),
    worded(
        said(
            "CKR_RANDOM_NO_RNG",
            "la carte ne produit pas de hasard",
            "the card makes no random numbers",
            &[],
        ),
        &[
            "Aucun générateur de nombres aléatoires disponible",
            "No random number generator available",
        ],
    ),
    worded(
        said(
            "CKR_DOMAIN_PARAMS_INVALID",
            "les paramètres de la clé ne conviennent pas",
            "the key's parameters will not do",
            &[],
        ),
        &[
            "Le mécanisme de chiffrement a un paramètre invalide",
            "The crypto mechanism has an invalid parameter",
        ],
    ),
    said(
        "CKR_CURVE_NOT_SUPPORTED",
        "la carte ne connaît pas cette courbe",
        "the card does not know this curve",
        &["tls.signature-scheme-unavailable"],
    ),
    worded(
        said(
            "CKR_BUFFER_TOO_SMALL",
            "le programme n'a pas prévu assez de place pour la réponse",
            "the program left too little room for the answer",
            &[],
        ),
        &[
            "Pas assez d'espace pour enregistrer le résultat",
            "Not enough space to store the result",
        ],
    ),
    worded(
        said(
            "CKR_SAVED_STATE_INVALID",
            "l'état enregistré est illisible",
            "the saved state cannot be read",
            &[],
        ),
        &[
            "L'état enregistré est invalide",
            "The saved state is invalid",
        ],
    ),
    worded(
        said(
            "CKR_INFORMATION_SENSITIVE",
            "cette information est secrète",
            "this information is secret",
            &[],
        ),
        &[
            "L'information est sensible et ne peut être révélée",
            "The information is sensitive and cannot be revealed",
        ],
    ),
    worded(
        said(
            "CKR_STATE_UNSAVEABLE",
            "cet état ne peut pas être enregistré",
            "this state cannot be saved",
            &[],
        ),
        &[
            "L'état ne peut être enregistré",
            "The state cannot be saved",
        ],
    ),
    worded(
        said(
            "CKR_CRYPTOKI_NOT_INITIALIZED",
            "le module n'a pas été démarré, ou a été fermé par un autre",
            "the module was not started, or was closed by someone else",
            &["module.initialise-failed"],
        ),
        &[
            "Le module n'a pas été réinitialisé",
            "The module has not been initialized",
        ],
    ),
    worded(
        said(
            "CKR_CRYPTOKI_ALREADY_INITIALIZED",
            "le module était déjà démarré ; sans gravité",
            "the module was started already; no harm",
            &[],
        ),
        &[
            "Le module a déjà été réinitialisé",
            "The module has already been initialized",
        ],
    ),
    said(
        "CKR_MUTEX_BAD",
        "erreur interne du module (verrou)",
        "internal error of the module (lock)",
        &["module.initialise-failed"],
    ),
    worded(
        said(
            "CKR_MUTEX_NOT_LOCKED",
            "erreur interne du module (verrou)",
            "internal error of the module (lock)",
            &["module.initialise-failed"],
        ),
        &[
            "Les données ne peuvent être verrouillées",
            "The data cannot be locked",
        ],
    ),
    said(
        "CKR_NEW_PIN_MODE",
        "la carte demande un nouveau code",
        "the card asks for a new PIN",
        &["token.login-failed"],
    ),
    said(
        "CKR_NEXT_OTP",
        "la carte demande le code à usage unique suivant",
        "the card asks for the next one-time password",
        &[],
    ),
    said(
        "CKR_EXCEEDED_MAX_ITERATIONS",
        "le calcul n'a pas abouti dans le nombre d'essais permis",
        "the computation did not end within the tries allowed",
        &[],
    ),
    said(
        "CKR_FIPS_SELF_TEST_FAILED",
        "le module s'est essayé lui-même et a échoué",
        "the module tested itself and failed",
        &["module.initialise-failed"],
    ),
    said(
        "CKR_LIBRARY_LOAD_FAILED",
        "une bibliothèque dont le module a besoin n'a pas pu être chargée",
        "a library that the module needs could not be loaded",
        &["module.dependency-missing"],
    ),
    said(
        "CKR_PIN_TOO_WEAK",
        "le nouveau code est trop simple",
        "the new PIN is too simple",
        &[],
    ),
    said(
        "CKR_PUBLIC_KEY_INVALID",
        "la clé publique n'est pas valable",
        "the public key is not valid",
        &[],
    ),
    worded(
        said(
            "CKR_FUNCTION_REJECTED",
            "la personne a refusé la demande sur le lecteur",
            "the person refused the request on the reader",
            &["token.pin-cancelled"],
        ),
        &[
            "La demande a été rejetée par l'utilisateur",
            "The request was rejected by the user",
        ],
    ),
    said(
        "CKR_TOKEN_RESOURCE_EXCEEDED",
        "la carte n'a plus de quoi traiter cela",
        "the card has no resources left for that",
        &["card.in-exclusive-use"],
    ),
    said(
        "CKR_OPERATION_CANCEL_FAILED",
        "l'opération n'a pas pu être arrêtée",
        "the operation could not be stopped",
        &[],
    ),
    said(
        "CKR_KEY_EXHAUSTED",
        "la clé ne peut plus signer",
        "the key can sign no more",
        &["token.sign-failed"],
    ),
    said(
        "CKR_PENDING",
        "l'opération n'est pas encore finie",
        "the operation has not ended yet",
        &[],
    ),
    said(
        "CKR_SESSION_ASYNC_NOT_SUPPORTED",
        "le module ne fait rien en différé",
        "the module does nothing asynchronously",
        &[],
    ),
    said(
        "CKR_SEED_RANDOM_REQUIRED",
        "le hasard de la carte doit d'abord être alimenté",
        "the card's random numbers need a seed first",
        &[],
    ),
    said(
        "CKR_OPERATION_NOT_VALIDATED",
        "l'opération n'est pas de celles qui ont été validées",
        "the operation is not one of those validated",
        &[],
    ),
    said(
        "CKR_TOKEN_NOT_INITIALIZED",
        "la carte n'a pas été préparée",
        "the card was not initialised",
        &["card.foreign", "cert.none"],
    ),
    said(
        "CKR_PARAMETER_SET_NOT_SUPPORTED",
        "la carte ne connaît pas ce jeu de paramètres",
        "the card does not know this parameter set",
        &["tls.signature-scheme-unavailable"],
    ),
    said(
        "CKR_ASIP_BAD_EF_ACTUA",
        "la mise à jour de la carte a été interrompue : la carte est inutilisable tant qu'elle n'est pas refaite",
        "the card's update was interrupted: the card is of no use until it is done again",
        &["token.unreadable"],
    ),
    said(
        "CKR_ASIP_REINIT_NEEDED",
        "la Cryptolib demande à être redémarrée : fermer le programme et le rouvrir",
        "the Cryptolib asks to be started anew: close the program and open it again",
        &["module.initialise-failed"],
    ),
];
