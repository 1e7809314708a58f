//! Does the module serve what the card held once, and not what it holds?
//!
//! The Cryptolib CPS keeps what it read of a card in files named after the card's number, and
//! reads the card no more: after a renewal on the same card, the old certificates are served.

mod files;
mod refresh;

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Audience, Deadline, Evidence, Finding, FindingKind, ForeignFailure, Identity, IdentityKind,
    Observation, Probe, Remedy, Severity, Step, System, Text,
};

pub use self::files::{CacheFile, CardCache};
pub use self::refresh::{Refresh, RefreshFailure, Refreshed, refresh};
use crate::worker::{Instead, Unlike};
use crate::{
    CallFailure, InitialiseProbe, InitialiseSeen, TokenCertificate, TokenFacts, TokenProbe, Worker,
    WorkerCommand,
};

/// Reads the card again, by a module that finds its cache empty, and compares.
///
/// Deletes and changes nothing: the other worker sees an empty folder where the cache is, and it
/// alone. That takes Linux, and an account that may do so; elsewhere the cache's files are told
/// and nothing is compared. Where no file is about this card, nothing is read again. Talks to the
/// card, which takes as long as the first time; each call blocks for at most `per_call`.
#[derive(Debug)]
pub struct CacheProbe<'a> {
    command: &'a WorkerCommand,
    module: &'a Path,
    per_call: Duration,
    token: &'a TokenFacts,
    cache: CardCache,
}

impl<'a> CacheProbe<'a> {
    /// `token`: as [`TokenProbe`] saw it through the same module.
    pub fn new(
        command: &'a WorkerCommand,
        module: &'a Path,
        per_call: Duration,
        token: &'a TokenFacts,
        cache: CardCache,
    ) -> Self {
        Self {
            command,
            module,
            per_call,
            token,
            cache,
        }
    }
}

impl Probe for CacheProbe<'_> {
    type Seen = CacheSeen;
    const ID: &'static str = "module.cache";

    fn observe(&self) -> CacheSeen {
        match self.cache.files_of(&self.token.serial) {
            Err(failure) => CacheSeen::CouldNotLook { failure },
            Ok(files) if files.is_empty() => CacheSeen::Nothing,
            Ok(files) => {
                let again = self.read_again();
                CacheSeen::Cached { files, again }
            }
        }
    }
}

impl CacheProbe<'_> {
    fn read_again(&self) -> Compared {
        let instead = self
            .cache
            .folders()
            .map(|at| Instead::Nothing { at: at.to_owned() });
        let instead = instead.collect();
        let worker = Worker::start_apart(self.command, self.module, self.per_call, instead);
        match worker {
            Ok(worker) => self.compare(&worker.with_deadline(whole(self.per_call))),
            Err(Unlike::Refused(failure)) => Compared::NotPossible { failure },
            Err(Unlike::Worker(failure)) => Compared::Failed(CallFailure::WorkerLost {
                reason: failure.to_string(),
            }),
        }
    }

    fn compare(&self, worker: &Worker) -> Compared {
        match read(worker, self.token) {
            Ok(token) => Compared::With {
                served: fingerprints(&self.token.certificates),
                on_card: fingerprints(&token.certificates),
            },
            Err(NotRead::OtherCard) => Compared::OtherCard,
            Err(NotRead::Failed(failure)) => Compared::Failed(failure),
        }
    }
}

/// All the calls of one reading together.
pub(super) fn whole(per_call: Duration) -> Deadline {
    Deadline::after(per_call.saturating_mul(2))
}

/// Why the same card could not be read once more.
#[derive(Debug)]
pub(super) enum NotRead {
    /// Another one is there now, or none.
    OtherCard,
    Failed(CallFailure),
}

/// What a fresh worker's module shows of the card that `known` is.
pub(super) fn read(worker: &Worker, known: &TokenFacts) -> Result<TokenFacts, NotRead> {
    let lost = |reason: String| NotRead::Failed(CallFailure::WorkerLost { reason });
    match InitialiseProbe::new(worker).observe() {
        InitialiseSeen::Ready { .. } => {}
        InitialiseSeen::Failed(failure) => {
            return Err(NotRead::Failed(CallFailure::Answered(failure)));
        }
        other => return Err(lost(format!("the module does not start: {other:?}"))),
    }
    let seen = TokenProbe::new(worker, known.reader.clone()).observe();
    match seen.token {
        crate::TokenAnswer::Read(token) if token.serial == known.serial => Ok(*token),
        crate::TokenAnswer::Failed(failure) => Err(NotRead::Failed(failure)),
        _ => Err(NotRead::OtherCard),
    }
}

/// What there is in the cache about a card, and whether it is still so.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "cache", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CacheSeen {
    /// No folder of the cache, or no file about this card in it: what was served is the card's.
    Nothing,
    /// The folder is there and cannot be read.
    CouldNotLook {
        /// What the system answered.
        failure: ForeignFailure,
    },
    /// There are files about this card.
    Cached {
        /// The oldest first.
        files: Vec<CacheFile>,
        /// What reading the card itself gave.
        again: Compared,
    },
}

/// What came of reading the card without its cache.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "compared", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Compared {
    /// The two were read.
    With {
        /// The certificates the module served.
        served: Vec<Fingerprint>,
        /// Those on the card.
        on_card: Vec<Fingerprint>,
    },
    /// The system does not let a module find its cache empty.
    NotPossible {
        /// What it answered.
        failure: ForeignFailure,
    },
    /// Meanwhile the card was taken out or exchanged.
    OtherCard,
    /// The second reading failed.
    Failed(CallFailure),
}

/// Which certificate it is, without what stands in it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// CKA_LABEL.
    pub label: String,
    /// CKA_ID.
    #[serde(with = "crate::hexadecimal")]
    pub id: Vec<u8>,
    /// SHA-256 of the certificate, in hexadecimal.
    pub sha256: String,
}

pub(super) fn fingerprints(certificates: &[TokenCertificate]) -> Vec<Fingerprint> {
    let of = |certificate: &TokenCertificate| Fingerprint {
        label: certificate.label.clone(),
        id: certificate.id.clone(),
        sha256: crate::sha256(&certificate.der),
    };
    certificates.iter().map(of).collect()
}

impl Observation for CacheSeen {
    fn findings(&self) -> Vec<Finding> {
        match self {
            Self::Cached {
                files,
                again: Compared::With { served, on_card },
            } => stale(files, served, on_card).into_iter().collect(),
            _ => vec![],
        }
    }

    fn identities(&self) -> Vec<Identity> {
        let Self::Cached { files, .. } = self else {
            return vec![];
        };
        let serial = |file: &CacheFile| file.serial.identity(IdentityKind::Serial);
        files.iter().map(serial).collect()
    }
}

fn stale(files: &[CacheFile], served: &[Fingerprint], on_card: &[Fingerprint]) -> Option<Finding> {
    let gone: Vec<_> = served.iter().filter(|it| !on_card.contains(it)).collect();
    if gone.is_empty() && served.len() == on_card.len() {
        return None;
    }
    let names: Vec<_> = gone.iter().map(|it| it.label.as_str()).collect();
    let finding = Finding::of(&STALE).with(Evidence::new("certificates", SERVED, names.join(", ")));
    let since = files.first().and_then(|file| file.modified);
    Some(finding.with_all(since.map(|since| Evidence::new("since", SINCE, since))))
}

const SERVED: Text = Text {
    fr: "servis, et plus sur la carte",
    en: "served, and no longer on the card",
};
const SINCE: Text = Text {
    fr: "cache écrit le",
    en: "cache written on",
};

pub(crate) static STALE: FindingKind = FindingKind {
    code: "module.cache-stale",
    severity: Severity::Warning,
    title: Text {
        fr: "La Cryptolib CPS montre d'anciens certificats : son cache n'est plus celui de la carte",
        en: "The Cryptolib CPS shows old certificates: its cache is no longer that of the card",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Fermez les navigateurs et les logiciels qui utilisent la carte, puis lancez `tomcheck certs --refresh` : il supprime du cache les fichiers de cette carte et la relit.",
                "Close the browsers and the programs that use the card, then run `tomcheck certs --refresh`: it deletes this card's files from the cache and reads the card again.",
            ),
            Step::on(
                System::Windows,
                r"Sinon, supprimez les fichiers du dossier caché C:\ProgramData\santesocial\CPS\cache : ils ne servent qu'à aller plus vite.",
                r"Otherwise delete the files in the hidden folder C:\ProgramData\santesocial\CPS\cache: they only make things faster.",
            ),
            Step::on(
                System::Linux,
                "Sinon, supprimez les fichiers du dossier /etc/opt/santesocial/CPS/cache : ils ne servent qu'à aller plus vite.",
                "Otherwise delete the files in the folder /etc/opt/santesocial/CPS/cache: they only make things faster.",
            ),
            Step::on(
                System::Macos,
                "Sinon, supprimez les fichiers du dossier /Library/Caches/santesocial/CPS : ils ne servent qu'à aller plus vite.",
                "Otherwise delete the files in the folder /Library/Caches/santesocial/CPS: they only make things faster.",
            ),
        ],
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use tomcheck_diagnosis::{Instant, Lang, Personal};

    fn print(label: &str, sha256: &str) -> Fingerprint {
        Fingerprint {
            label: label.to_owned(),
            id: vec![2],
            sha256: sha256.to_owned(),
        }
    }

    fn cached(again: Compared) -> CacheSeen {
        let file = CacheFile {
            path: "/cache/12345678_5031".into(),
            serial: Personal::new("12345678"),
            length: 9,
            modified: Some(Instant::from_unix(1_700_000_000)),
            is_link: false,
        };
        CacheSeen::Cached {
            files: vec![file],
            again,
        }
    }

    #[test]
    fn a_certificate_that_is_no_longer_on_the_card_is_a_stale_cache() {
        let seen = cached(Compared::With {
            served: vec![
                print("Certificat d'Authentification CPS", "1"),
                print("b", "2"),
            ],
            on_card: vec![
                print("Certificat d'Authentification CPS", "3"),
                print("b", "2"),
            ],
        });
        let findings = seen.findings();
        assert_eq!(findings[0].kind.code, "module.cache-stale");
        let named = findings[0].evidence[0].render(Lang::Fr);
        assert_eq!(named, "Certificat d'Authentification CPS");
        assert!(
            findings[0].evidence[1]
                .render(Lang::En)
                .starts_with("2023-11-14")
        );
    }

    #[test]
    fn what_is_the_same_or_could_not_be_compared_is_no_finding() {
        let same = || vec![print("a", "1")];
        let failure = ForeignFailure::decimal("unshare", 1);
        for again in [
            Compared::With {
                served: same(),
                on_card: same(),
            },
            Compared::NotPossible { failure },
            Compared::OtherCard,
            Compared::Failed(CallFailure::OutOfTime),
        ] {
            assert_eq!(cached(again).findings(), vec![]);
        }
        assert_eq!(CacheSeen::Nothing.findings(), vec![]);
    }

    #[test]
    fn a_certificate_that_only_the_card_has_is_a_stale_cache_too() {
        let seen = cached(Compared::With {
            served: vec![],
            on_card: vec![print("a", "1")],
        });
        assert_eq!(seen.findings()[0].kind.code, "module.cache-stale");
    }

    #[test]
    fn the_number_of_the_card_in_a_file_s_name_is_to_be_masked() {
        let seen = cached(Compared::OtherCard);
        let serial = Personal::new("12345678").identity(IdentityKind::Serial);
        assert_eq!(seen.identities(), vec![serial]);
    }
}
