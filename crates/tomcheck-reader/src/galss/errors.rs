//! Which number is which, among the errors of the GALSS?

use tomcheck_diagnosis::Text;

/// An error of the GALSS.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct GalssError {
    /// As the GALSS returns it, in sixteen bits.
    pub code: u16,
    /// As its header calls it. Where one number has several names, the one that a
    /// workstation meets.
    pub name: &'static str,
    /// What it means.
    pub text: Text,
}

/// The row of this number, if the table has it.
pub fn galss_error(code: u16) -> Option<&'static GalssError> {
    GALSS_ERRORS.iter().find(|row| row.code == code)
}

const fn row(code: u16, name: &'static str, fr: &'static str, en: &'static str) -> GalssError {
    GalssError {
        code,
        name,
        text: Text { fr, en },
    }
}

/// Source: numbers and names, `gal_err.h` of the public sources of the Cryptolib CPS (ANS, LGPL)
/// and `galsserr.h` of the GALSS (GIE SESAM-Vitale); the sentences are ours.
pub static GALSS_ERRORS: &[GalssError] = &[
    row(0x0000, "G_NOERR", "tout va bien", "all is well"),
    row(
        0x0001,
        "G_ERRLOG",
        "le GALSS a rencontré une erreur interne",
        "the GALSS had an internal error",
    ),
    row(
        0x0002,
        "G_ERRDIM",
        "trop de programmes utilisent le GALSS en même temps",
        "too many programs use the GALSS at the same time",
    ),
    row(
        0x0004,
        "G_ERREXCL",
        "un autre programme garde le lecteur pour lui",
        "another program keeps the reader for itself",
    ),
    row(
        0x0008,
        "G_ERRCMD",
        "le logiciel appelle le GALSS dans le mauvais ordre",
        "the software calls the GALSS in the wrong order",
    ),
    row(
        0x0010,
        "G_ERRTAILLE",
        "le logiciel n'a pas prévu assez de place pour la réponse",
        "the software has not left enough room for the answer",
    ),
    row(
        0x0020,
        "G_ERRCTX",
        "les données demandées n'existent pas",
        "the data asked for do not exist",
    ),
    row(
        0x0040,
        "G_ERRABMAT",
        "le lecteur a abandonné l'échange",
        "the reader gave up the exchange",
    ),
    row(
        0x0080,
        "G_ERRABSTA",
        "l'ordinateur a abandonné l'échange",
        "the computer gave up the exchange",
    ),
    row(
        0x0100,
        "G_ERRTEMPS",
        "le temps alloué est dépassé",
        "the time allowed has passed",
    ),
    row(
        0x0200,
        "G_ERRTRANS",
        "la liaison avec le lecteur est mauvaise ou coupée",
        "the line to the reader is bad or cut",
    ),
    row(
        0x0400,
        "G_ERRTIMOUT",
        "le lecteur ne répond pas",
        "the reader does not answer",
    ),
    row(
        0x0800,
        "G_ERROUVERT",
        "le lecteur est déjà ouvert par ce logiciel",
        "the reader is open already in this software",
    ),
    row(
        0x1000,
        "G_ERREXIST",
        "la session demandée n'existe pas",
        "the session asked for does not exist",
    ),
    row(
        0x2000,
        "G_ERRPADLAD",
        "galss.ini ne connaît pas la ressource demandée (CPS, Vitale…)",
        "galss.ini does not know the resource asked for (CPS, Vitale…)",
    ),
    row(
        0x4000,
        "G_ERRPARAM",
        "le logiciel passe un mauvais paramètre",
        "the software passes a wrong parameter",
    ),
    row(
        0x8000,
        "G_ERRRMI",
        "le GALSS (version Java) ne joint pas son serveur",
        "the GALSS (Java version) does not reach its server",
    ),
    row(
        0x8001,
        "G_ERRFICHIERINI",
        "galss.ini est introuvable ou abîmé",
        "galss.ini cannot be found or is damaged",
    ),
    row(
        0x8002,
        "G_ERRGALSSSRV",
        "le programme serveur du GALSS ne démarre pas",
        "the server program of the GALSS does not start",
    ),
    row(
        0x8003,
        "G_ERRDIMTABLES",
        "galss.ini décrit trop de ressources",
        "galss.ini describes too many resources",
    ),
    row(
        0x8004,
        "G_ERRNOPROT",
        "galss.ini : la rubrique PROTOCOLE manque",
        "galss.ini: the entry PROTOCOLE is missing",
    ),
    row(
        0x8005,
        "G_ERRBADPROT",
        "galss.ini : le protocole indiqué n'existe pas",
        "galss.ini: the protocol named does not exist",
    ),
    row(
        0x8006,
        "G_ERRLOADLIBPRO",
        "galss.ini : la bibliothèque NomLib ne se charge pas",
        "galss.ini: the library NomLib cannot be loaded",
    ),
    row(
        0x8007,
        "G_ERRNOINDEX",
        "galss.ini : Index ou TCanal manque ou est faux",
        "galss.ini: Index or TCanal is missing or wrong",
    ),
    row(
        0x8008,
        "G_ERRNOCARAC",
        "galss.ini : Caracteristiques manque ou est faux",
        "galss.ini: Caracteristiques is missing or wrong",
    ),
    row(
        0x8009,
        "G_ERRNOPROINIT",
        "la bibliothèque du lecteur n'est pas la bonne (PROInit)",
        "the reader's library is not the right one (PROInit)",
    ),
    row(
        0x800A,
        "G_ERRBADPROINIT",
        "la liaison avec le lecteur ne s'initialise pas",
        "the line to the reader cannot be initialised",
    ),
    row(
        0x800B,
        "G_ERRNOPROCNX",
        "la bibliothèque du lecteur n'est pas la bonne (PROConnect)",
        "the reader's library is not the right one (PROConnect)",
    ),
    row(
        0x800C,
        "G_ERRBADPROCNX",
        "le lecteur n'est pas là où galss.ini le dit",
        "the reader is not where galss.ini says",
    ),
    row(
        0x800D,
        "G_ERRNONBCANAUX",
        "galss.ini : NbCanaux manque",
        "galss.ini: NbCanaux is missing",
    ),
    row(
        0x800E,
        "G_ERRCOMPAT",
        "les composants du GALSS ne sont pas de la même version",
        "the components of the GALSS are not of the same version",
    ),
    row(
        0x800F,
        "G_ERRPADINVALID",
        "galss.ini : le numéro PAD manque ou est faux",
        "galss.ini: the number PAD is missing or wrong",
    ),
    row(
        0x8010,
        "G_ERRLADINVALID",
        "galss.ini : le numéro LAD manque ou est faux",
        "galss.ini: the number LAD is missing or wrong",
    ),
    row(
        0x8011,
        "G_ERRRESINVALID",
        "galss.ini : NomLAD ou NomAlias manque ou est faux",
        "galss.ini: NomLAD or NomAlias is missing or wrong",
    ),
    row(
        0x8012,
        "G_ERRBADPRODCNX",
        "le lecteur ne se déconnecte pas",
        "the reader cannot be disconnected",
    ),
    row(
        0x8013,
        "G_ERRPROTERM",
        "la bibliothèque du lecteur ne se termine pas",
        "the reader's library does not end",
    ),
    row(
        0x8014,
        "G_ERRLOADFUNCPRO",
        "la bibliothèque du lecteur n'est pas la bonne",
        "the reader's library is not the right one",
    ),
];

#[test]
fn every_number_stands_once_in_order_with_both_languages() {
    assert!(GALSS_ERRORS.windows(2).all(|two| two[0].code < two[1].code));
    for error in GALSS_ERRORS {
        assert!(error.name.starts_with("G_"), "{error:?}");
        assert!(!error.text.fr.is_empty() && !error.text.en.is_empty());
    }
    assert_eq!(galss_error(0x8001).unwrap().name, "G_ERRFICHIERINI");
    assert!(galss_error(0x9999).is_none());
}
