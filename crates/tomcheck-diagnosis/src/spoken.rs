//! How is an error of the system said to a person?
//!
//! The system speaks English on most machines, and French on a French Windows: a line in one
//! language holds no other one. The number stays, for who looks it up.

use std::io::{Error, ErrorKind};

use crate::{ForeignFailure, Lang, Text};

/// The common errors in our own words, with the name and number the system gives them:
/// `introuvable (ENOENT 2)`. All others as the system says them.
pub fn spoken(error: &Error, lang: Lang) -> String {
    let own = words(error.kind()).filter(|_| error.get_ref().is_none());
    let Some(words) = own else {
        return error.to_string();
    };
    let words = words.get(lang);
    match error.raw_os_error() {
        Some(_) => format!("{words} ({})", ForeignFailure::from_io("", error).answer()),
        None => words.to_owned(),
    }
}

fn words(kind: ErrorKind) -> Option<Text> {
    let row = WORDS.iter().find(|(known, ..)| *known == kind);
    row.map(|(_, fr, en)| Text { fr, en })
}

const WORDS: &[(ErrorKind, &str, &str)] = &[
    (ErrorKind::NotFound, "introuvable", "not found"),
    (ErrorKind::PermissionDenied, "accès refusé", "access denied"),
    (ErrorKind::AlreadyExists, "existe déjà", "exists already"),
    (
        ErrorKind::IsADirectory,
        "c'est un dossier",
        "this is a folder",
    ),
    (
        ErrorKind::NotADirectory,
        "ce n'est pas un dossier",
        "this is no folder",
    ),
    (
        ErrorKind::DirectoryNotEmpty,
        "ce dossier n'est pas vide",
        "this folder is not empty",
    ),
    (
        ErrorKind::StorageFull,
        "il n'y a plus de place sur le disque",
        "the disk is full",
    ),
    (
        ErrorKind::QuotaExceeded,
        "la place accordée sur le disque est épuisée",
        "the space allowed on the disk is used up",
    ),
    (
        ErrorKind::ReadOnlyFilesystem,
        "ce disque est en lecture seule",
        "this disk can only be read",
    ),
    (
        ErrorKind::FileTooLarge,
        "fichier trop gros",
        "file too large",
    ),
    (
        ErrorKind::ResourceBusy,
        "occupé par un autre programme",
        "in use by another program",
    ),
    (
        ErrorKind::ExecutableFileBusy,
        "ce programme est en cours d'exécution",
        "this program is running",
    ),
    (
        ErrorKind::InvalidFilename,
        "ce nom de fichier n'est pas possible ici",
        "this file name is not possible here",
    ),
    (
        ErrorKind::AddrInUse,
        "cette adresse et ce port sont déjà pris par un autre programme",
        "this address and port are taken by another program",
    ),
    (
        ErrorKind::AddrNotAvailable,
        "ce poste n'a pas cette adresse",
        "this machine does not have this address",
    ),
    (
        ErrorKind::ConnectionRefused,
        "connexion refusée",
        "connection refused",
    ),
    (
        ErrorKind::ConnectionReset,
        "connexion coupée par l'autre côté",
        "connection reset by the other side",
    ),
    (
        ErrorKind::ConnectionAborted,
        "connexion interrompue",
        "connection aborted",
    ),
    (ErrorKind::NotConnected, "pas connecté", "not connected"),
    (
        ErrorKind::HostUnreachable,
        "machine hors d'atteinte",
        "host out of reach",
    ),
    (
        ErrorKind::NetworkUnreachable,
        "réseau hors d'atteinte",
        "network out of reach",
    ),
    (
        ErrorKind::TimedOut,
        "pas de réponse dans le temps accordé",
        "no answer in the time allowed",
    ),
    (
        ErrorKind::BrokenPipe,
        "plus personne ne lit",
        "nobody reads any more",
    ),
    (ErrorKind::UnexpectedEof, "coupé avant la fin", "cut short"),
    (
        ErrorKind::OutOfMemory,
        "il n'y a plus de mémoire",
        "out of memory",
    ),
];

#[test]
fn a_common_error_is_said_in_the_readers_language_with_its_number() {
    let said = |number, lang| spoken(&Error::from_raw_os_error(number), lang);
    let (name, number) = match cfg!(windows) {
        true => ("ERROR_ACCESS_DENIED", 5),
        false => ("EACCES", 13),
    };
    assert_eq!(
        said(number, Lang::Fr),
        format!("accès refusé ({name} {number})")
    );
    assert_eq!(
        said(number, Lang::En),
        format!("access denied ({name} {number})")
    );
}

#[test]
fn what_the_system_alone_knows_is_said_by_the_system() {
    let unknown = Error::from_raw_os_error(9999);
    assert_eq!(spoken(&unknown, Lang::Fr), unknown.to_string());
    let own = Error::new(ErrorKind::NotFound, "no such slot");
    assert_eq!(spoken(&own, Lang::Fr), "no such slot");
    assert_eq!(
        spoken(&ErrorKind::TimedOut.into(), Lang::Fr),
        "pas de réponse dans le temps accordé"
    );
}

#[test]
fn no_kind_is_said_twice_over() {
    let kinds: Vec<_> = WORDS.iter().map(|(kind, ..)| format!("{kind:?}")).collect();
    let mut once = kinds.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), kinds.len());
}
