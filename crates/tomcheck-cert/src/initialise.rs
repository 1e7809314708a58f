//! Does the module start?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, ForeignFailure, Observation, Probe, Remedy, Severity,
    Step, System, Text,
};

use crate::worker::{LoadRefusal, Request};
use crate::{CallFailure, Crash, Worker, failure, module};

/// Loads the module in the worker and calls `C_Initialize` and `C_GetInfo`.
///
/// Blocks for at most the worker's deadline per call. May talk to the card: some modules
/// read it as soon as they start.
#[derive(Debug)]
pub struct InitialiseProbe<'a> {
    worker: &'a Worker,
}

impl<'a> InitialiseProbe<'a> {
    /// A probe of the module that `worker` was started for.
    pub fn new(worker: &'a Worker) -> Self {
        Self { worker }
    }
}

impl Probe for InitialiseProbe<'_> {
    type Seen = InitialiseSeen;
    const ID: &'static str = "module.initialise";

    fn observe(&self) -> InitialiseSeen {
        match self.worker.load() {
            Ok(None) => {}
            Ok(Some(refusal)) => return self.refused(refusal),
            Err(failure) => return failure.into(),
        }
        match self.worker.ask(&Request::Initialise) {
            Ok(info) => InitialiseSeen::Ready { info },
            Err(failure) => failure.into(),
        }
    }
}

impl InitialiseProbe<'_> {
    /// Windows says that something is missing and not what: we look ourselves.
    fn refused(&self, refusal: LoadRefusal) -> InitialiseSeen {
        InitialiseSeen::LoaderRefused {
            failure: ForeignFailure::decimal(refusal.call, refusal.code),
            missing: module::missing_imports(self.worker.module()),
            text: refusal.text,
        }
    }
}

impl From<CallFailure> for InitialiseSeen {
    fn from(failure: CallFailure) -> Self {
        match failure {
            CallFailure::Answered(failure) => Self::Failed(failure),
            CallFailure::Crashed { call, how } => Self::Crashed { call, how },
            CallFailure::Hung { call, waited_ms } => Self::Hung { call, waited_ms },
            CallFailure::Nonsense { call, said, most } => Self::Nonsense { call, said, most },
            CallFailure::OutOfTime => Self::OutOfTime,
            other => Self::WorkerLost {
                reason: other.to_string(),
            },
        }
    }
}

/// How the module started.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum InitialiseSeen {
    /// It runs.
    Ready {
        /// What it says of itself.
        info: ModuleInfo,
    },
    /// The system's loader refused the file.
    LoaderRefused {
        /// `dlopen` or `LoadLibraryExW`, with the number where the system has one.
        failure: ForeignFailure,
        /// The loader's own sentence.
        text: String,
        /// The libraries it needs and that the loader will not find.
        missing: Vec<String>,
    },
    /// A call answered with an error.
    Failed(ForeignFailure),
    /// A call took the worker down.
    Crashed {
        /// The call.
        call: String,
        /// How the process ended.
        how: Crash,
    },
    /// A call did not return.
    Hung {
        /// The call.
        call: String,
        /// How long it was waited for.
        waited_ms: u64,
    },
    /// A call gave an answer that cannot be.
    Nonsense {
        /// The call.
        call: String,
        /// What it announced.
        said: u64,
        /// The most that makes sense.
        most: u64,
    },
    /// The worker itself could not be asked, which says nothing of the module.
    WorkerLost {
        /// In one line.
        reason: String,
    },
    /// It was not asked, or not to the end: the time for everything was over.
    OutOfTime,
}

/// What the module says of itself (`C_GetInfo`), padding cut.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ModuleInfo {
    /// The version of PKCS#11 it follows: `2.20`.
    pub cryptoki: String,
    /// `ANS`.
    pub manufacturer: String,
    /// `CPS3 PKCS#11 LINUX`.
    pub description: String,
    /// Its own version: `3.1`.
    pub version: String,
}

impl Observation for InitialiseSeen {
    fn findings(&self) -> Vec<Finding> {
        match self {
            Self::Ready { .. } | Self::OutOfTime => vec![],
            Self::LoaderRefused {
                failure,
                text,
                missing,
            } => {
                vec![loader_refused(failure, text, missing)]
            }
            Self::Failed(failure) => vec![Finding::of(&INITIALISE_FAILED).with(failure)],
            Self::Crashed { call, how } => vec![failure::crashed(call, *how)],
            Self::Hung { call, waited_ms } => vec![failure::hung(call, *waited_ms)],
            Self::Nonsense { call, said, most } => vec![failure::nonsense(call, *said, *most)],
            Self::WorkerLost { reason } => vec![failure::worker_lost(reason)],
        }
    }
}

fn loader_refused(failure: &ForeignFailure, text: &str, missing: &[String]) -> Finding {
    let kind = match missing {
        [] => &INITIALISE_FAILED,
        _ => &DEPENDENCY_MISSING,
    };
    let name = (!missing.is_empty()).then(|| Evidence::new("missing", MISSING, missing.join(", ")));
    Finding::of(kind).with_all(name).with(Evidence::raw(
        failure.call.clone(),
        format!("{} {text}", failure.answer()),
    ))
}

const MISSING: Text = Text {
    fr: "bibliothèque manquante",
    en: "missing library",
};

pub(crate) static DEPENDENCY_MISSING: FindingKind = FindingKind {
    code: "module.dependency-missing",
    severity: Severity::Fault,
    title: Text {
        fr: "Il manque une bibliothèque au module de la carte : {missing}",
        en: "The card's module lacks a library: {missing}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Réparez la Cryptolib CPS : Paramètres > Applications > Applications installées (Windows 10 : Applications et fonctionnalités) > « Composants Cryptographiques CPS » > Modifier > Réparer. Si {missing} manque encore, elle appartient à un autre logiciel : réinstallez-le.",
                "Repair the Cryptolib CPS: Settings > Apps > Installed apps (Windows 10: Apps & features) > “Composants Cryptographiques CPS” > Modify > Repair. If {missing} is still missing, it belongs to another program: reinstall that.",
            ),
            Step::on(
                System::Linux,
                "Trouvez le paquet qui fournit {missing} (`apt-file search {missing}` ou `dnf provides '*/{missing}'`) et installez-le ; pour libpcsclite.so.1 : `apt install libpcsclite1` ou `dnf install pcsc-lite-libs`.",
                "Find the package that holds {missing} (`apt-file search {missing}` or `dnf provides '*/{missing}'`) and install it; for libpcsclite.so.1: `apt install libpcsclite1` or `dnf install pcsc-lite-libs`.",
            ),
            Step::on(
                System::Macos,
                "Désinstallez la Cryptolib CPS avec `sudo /Library/Application\\ Support/santesocial/CPS/uninstall.sh`, puis installez-la de nouveau depuis https://esante.gouv.fr.",
                "Remove the Cryptolib CPS with `sudo /Library/Application\\ Support/santesocial/CPS/uninstall.sh`, then install it again from https://esante.gouv.fr.",
            ),
        ],
    },
};

pub(crate) static INITIALISE_FAILED: FindingKind = FindingKind {
    code: "module.initialise-failed",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte refuse de démarrer",
        en: "The card's module refuses to start",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Fermez tous les logiciels qui utilisent la carte, redémarrez le poste et recommencez.",
                "Close every program that uses the card, restart the machine and try again.",
            ),
            Step::on(
                System::Linux,
                "Relancez le service de carte à puce : `sudo systemctl restart pcscd`, puis recommencez.",
                "Restart the card service: `sudo systemctl restart pcscd`, then try again.",
            ),
            Step::on(
                System::Macos,
                "Redémarrez le poste et recommencez.",
                "Restart the machine and try again.",
            ),
            Step::anywhere(
                "Si cela ne suffit pas, désinstallez la Cryptolib CPS et installez la dernière version : cherchez « Cryptolib CPS » sur https://esante.gouv.fr.",
                "If that is not enough, remove the Cryptolib CPS and install the latest version: search “Cryptolib CPS” on https://esante.gouv.fr.",
            ),
        ],
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::answered;
    use tomcheck_diagnosis::Lang;

    fn only(seen: &InitialiseSeen) -> Finding {
        let mut findings = seen.findings();
        assert_eq!(findings.len(), 1, "{findings:?}");
        findings.remove(0)
    }

    fn refused(missing: &[&str]) -> InitialiseSeen {
        InitialiseSeen::LoaderRefused {
            failure: ForeignFailure::decimal("LoadLibraryExW", 126),
            text: "not found".to_owned(),
            missing: missing.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_missing_library_is_named() {
        let finding = only(&refused(&["libpcsclite.so.1"]));
        assert_eq!(finding.kind.code, "module.dependency-missing");
        assert!(finding.title(Lang::Fr).contains("libpcsclite.so.1"));
        let steps = finding.steps(Lang::En, "linux").concat();
        assert!(
            steps.contains("apt-file search libpcsclite.so.1"),
            "{steps}"
        );
    }

    #[test]
    fn a_refusal_of_the_loader_keeps_its_number_and_sentence() {
        let finding = only(&refused(&[]));
        assert_eq!(finding.kind.code, "module.initialise-failed");
        assert_eq!(finding.evidence[0].render(Lang::Fr), "126 not found");
    }

    #[test]
    fn a_module_that_refuses_to_start_is_judged_by_its_number() {
        let finding = only(&InitialiseSeen::Failed(answered("C_Initialize", 0x5)));
        assert_eq!(finding.kind.code, "module.initialise-failed");
        assert_eq!(
            finding.evidence[0].render(Lang::Fr),
            "CKR_GENERAL_ERROR 0x5"
        );
    }

    #[test]
    fn a_crash_and_a_hang_name_the_call() {
        let call = || "C_Initialize".to_owned();
        let crashed = only(&InitialiseSeen::Crashed {
            call: call(),
            how: Crash::Signal(11),
        });
        assert_eq!(crashed.kind.code, "module.crashed");
        assert!(crashed.title(Lang::Fr).contains("C_Initialize"));
        let hung = only(&InitialiseSeen::Hung {
            call: call(),
            waited_ms: 3000,
        });
        assert_eq!(hung.kind.code, "module.hung");
        assert!(hung.title(Lang::En).contains("C_Initialize"));
    }

    #[test]
    fn a_module_that_runs_is_no_finding() {
        let info = ModuleInfo {
            cryptoki: "2.20".to_owned(),
            manufacturer: "ANS".to_owned(),
            description: "CPS3 PKCS#11 LINUX".to_owned(),
            version: "3.1".to_owned(),
        };
        assert!(InitialiseSeen::Ready { info }.findings().is_empty());
    }
}
