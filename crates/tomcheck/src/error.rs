//! Why could tomcheck not do its own job?

use tomcheck_cert::{TraceFailure, WorkerFailure};
use tomcheck_diagnosis::{Lang, Text, spoken};
use tomcheck_tls::TrustError;

/// tomcheck could not do its own job. What the world refuses is no error but a finding.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file of authorities cannot be used.
    #[error("cannot use the file of authorities")]
    CaFile(#[source] TrustError),
    /// The process that loads the module cannot be started.
    #[error("cannot start the process that loads the module")]
    Worker(#[source] WorkerFailure),
    /// No runtime for the network.
    #[error("cannot wait on the network")]
    Runtime(#[source] std::io::Error),
    /// The system's store of authorities does not answer.
    #[error("the system's authorities cannot be read in time")]
    NoAuthorities,
    /// There is no module to load; a diagnosis says why.
    #[error("no PKCS#11 module to load")]
    NoModule,
    /// The module's trace could not be turned on, or not be put back.
    #[error("cannot trace the module")]
    Trace(#[source] TraceFailure),
    /// The module's trace was left on by a run that was killed, and could not be put back.
    #[error("cannot put back what a broken-off trace of the module left on")]
    TraceLeft(#[source] TraceFailure),
    /// Whoever asked cancelled it, by [`Options::cancellation`](crate::Options::cancellation).
    #[error("cancelled")]
    Cancelled,
    /// A thread of ours panicked.
    #[error("a part of the diagnosis ended abnormally: {0}")]
    Panicked(String),
}

impl Error {
    /// The error in the reader's language, one line, down to its root.
    pub fn say(&self, lang: Lang) -> String {
        let colon = lang.colon();
        let causes = std::iter::successors(self.source_to_tell(), |error| error.source());
        causes.fold(self.what(lang), |line, cause| {
            let system = cause.downcast_ref::<std::io::Error>();
            let cause = system.map_or_else(|| cause.to_string(), |error| spoken(error, lang));
            format!("{line}{colon} {cause}")
        })
    }

    fn what(&self, lang: Lang) -> String {
        let text = match self {
            Self::CaFile(error) => return authorities(error, "--ca-file", lang),
            Self::Worker(failure) => return worker(failure, lang),
            Self::Runtime(_) => Text {
                fr: "impossible d'attendre le réseau",
                en: "cannot wait on the network",
            },
            Self::NoAuthorities => Text {
                fr: "les autorités que ce système reconnaît n'ont pas pu être lues à temps",
                en: "the authorities that this system knows could not be read in time",
            },
            Self::NoModule => Text {
                fr: "aucun module PKCS#11 à charger",
                en: "no PKCS#11 module to load",
            },
            Self::Trace(failure) => return not_traced(failure, lang),
            Self::TraceLeft(failure) => return left(failure, lang),
            Self::Cancelled => Text {
                fr: "le diagnostic a été annulé",
                en: "the diagnosis was cancelled",
            },
            Self::Panicked(_) => Text {
                fr: "une partie du diagnostic s'est arrêtée anormalement",
                en: "a part of the diagnosis ended abnormally",
            },
        };
        text.get(lang).to_owned()
    }

    /// What [`Self::what`] does not say yet.
    fn source_to_tell(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::CaFile(error) => std::error::Error::source(error),
            Self::Trace(failure) | Self::TraceLeft(failure) => root(failure),
            Self::Worker(failure) => root(failure),
            other => std::error::Error::source(other),
        }
    }
}

/// What the system said, among its causes; the others are told in the reader's language.
fn root<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> Option<&'a (dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |error| error.source())
        .find(|error| error.is::<std::io::Error>())
}

/// Why the process that loads the module is not there, and which program it is.
fn worker(failure: &WorkerFailure, lang: Lang) -> String {
    let (program, what) = match failure {
        WorkerFailure::Start { program, .. } => (
            program,
            Text {
                fr: "le processus qui charge le module ne démarre pas",
                en: "the process that loads the module does not start",
            },
        ),
        WorkerFailure::NoWorker { program, .. } => (
            program,
            Text {
                fr: "le programme qui doit charger le module ne répond pas comme attendu",
                en: "the program that is to load the module does not answer as expected",
            },
        ),
        other => return other.to_string(),
    };
    format!("{} ({})", what.get(lang), program.display())
}

/// Why there is no trace.
fn not_traced(failure: &TraceFailure, lang: Lang) -> String {
    let why = trace(failure, lang);
    match lang {
        Lang::Fr => format!("les traces du module n'ont pas pu être relevées : {why}"),
        Lang::En => format!("the module's trace could not be collected: {why}"),
    }
}

/// What a run that was killed left, and nobody could put right.
fn left(failure: &TraceFailure, lang: Lang) -> String {
    let why = trace(failure, lang);
    match lang {
        Lang::Fr => format!("un relevé de traces interrompu n'a pas tout remis en place : {why}"),
        Lang::En => format!("a trace that was broken off did not put everything back: {why}"),
    }
}

fn trace(failure: &TraceFailure, lang: Lang) -> String {
    match failure {
        TraceFailure::Worker(failure) => worker(failure, lang),
        TraceFailure::Switch {
            what: "turn on", ..
        } => NOT_ON.get(lang).to_owned(),
        TraceFailure::Switch { .. } => NOT_OFF.get(lang).to_owned(),
        TraceFailure::UnderWay => UNDER_WAY.get(lang).to_owned(),
        TraceFailure::ChangedMeanwhile => CHANGED.get(lang).to_owned(),
        other => other.to_string(),
    }
}

const NOT_ON: Text = Text {
    fr: "les traces n'ont pas pu être activées",
    en: "the trace could not be turned on",
};
const NOT_OFF: Text = Text {
    fr: "les traces n'ont pas pu être désactivées",
    en: "the trace could not be turned off",
};
const UNDER_WAY: Text = Text {
    fr: "un autre relevé de traces est en cours sur cet ordinateur ; recommencez quand il sera terminé",
    en: "another trace is being taken on this computer; try again when it has ended",
};
const CHANGED: Text = Text {
    fr: "un autre programme a changé ce réglage entre-temps",
    en: "another program changed that setting meanwhile",
};

/// What is wrong with the file of authorities that `option` names, and which file.
pub(crate) fn authorities(error: &TrustError, option: &str, lang: Lang) -> String {
    let (path, what) = match error {
        TrustError::Unreadable { path, .. } => (
            path,
            Text {
                fr: "fichier illisible",
                en: "the file cannot be read",
            },
        ),
        TrustError::NotPem { path, .. } => (
            path,
            Text {
                fr: "ce n'est pas un fichier PEM",
                en: "this is no PEM file",
            },
        ),
        TrustError::NoCertificate { path } => (
            path,
            Text {
                fr: "aucun certificat dans ce fichier",
                en: "no certificate in this file",
            },
        ),
        TrustError::Malformed { path, .. } => (
            path,
            Text {
                fr: "un certificat de ce fichier est abîmé",
                en: "a certificate of this file is broken",
            },
        ),
        other => return format!("{option}: {other}"),
    };
    let what = what.get(lang);
    match lang {
        Lang::Fr => format!("{option} {} : {what}", path.display()),
        Lang::En => format!("{option} {}: {what}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied() -> std::io::Error {
        std::io::Error::from_raw_os_error(13)
    }

    #[test]
    fn why_there_is_no_trace_is_said_in_the_readers_language_with_the_systems_word() {
        let switch = |what| TraceFailure::Switch {
            what,
            source: denied(),
        };
        let said = |failure| Error::Trace(failure).say(Lang::Fr);
        let (begin, end) = (
            "les traces du module n'ont pas pu être relevées : ",
            spoken(&denied(), Lang::Fr),
        );
        assert_eq!(
            said(switch("turn on")),
            format!("{begin}{} : {end}", NOT_ON.fr)
        );
        assert_eq!(
            said(switch("turn off")),
            format!("{begin}{} : {end}", NOT_OFF.fr)
        );
        assert_eq!(
            said(TraceFailure::ChangedMeanwhile),
            format!("{begin}{}", CHANGED.fr)
        );
        assert_eq!(
            said(TraceFailure::UnderWay),
            format!("{begin}{}", UNDER_WAY.fr)
        );
        let left = Error::TraceLeft(switch("turn off")).say(Lang::Fr);
        let begin = "un relevé de traces interrompu n'a pas tout remis en place : ";
        assert_eq!(left, format!("{begin}{} : {end}", NOT_OFF.fr));
    }

    #[test]
    fn a_worker_that_is_none_is_told_without_the_librarys_english() {
        let failure = || WorkerFailure::NoWorker {
            program: "/usr/bin/true".into(),
            reason: "it said nothing".to_owned(),
        };
        let said =
            "le programme qui doit charger le module ne répond pas comme attendu (/usr/bin/true)";
        assert_eq!(Error::Worker(failure()).say(Lang::Fr), said);
        let traced = Error::Trace(failure().into()).say(Lang::Fr);
        assert!(traced.ends_with(said), "{traced}");
    }

    #[test]
    fn a_worker_that_does_not_start_is_told_with_the_systems_word() {
        let failure = WorkerFailure::Start {
            program: "/nowhere".into(),
            source: denied(),
        };
        let said = Error::Worker(failure).say(Lang::En);
        let begin = "the process that loads the module does not start (/nowhere)";
        assert_eq!(said, format!("{begin}: {}", spoken(&denied(), Lang::En)));
    }
}
