//! Does the module start?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Audience, Finding, FindingKind, ForeignFailure, Observation, Probe, Remedy, Severity, Step,
    Text,
};

use crate::{Crash, Worker};

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
        InitialiseSeen::WorkerLost { reason: format!("{:?}", self.worker.module()) }
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
    /// The worker itself could not be asked, which says nothing of the module.
    WorkerLost {
        /// In one line.
        reason: String,
    },
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
        vec![]
    }
}

pub(crate) static DEPENDENCY_MISSING: FindingKind = FindingKind {
    code: "module.dependency-missing",
    severity: Severity::Fault,
    title: Text {
        fr: "Il manque au module de la carte la bibliothèque {missing}",
        en: "The card’s module lacks the library {missing}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere("Installez-la.", "Install it.")],
    },
};

pub(crate) static INITIALISE_FAILED: FindingKind = FindingKind {
    code: "module.initialise-failed",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte refuse de démarrer",
        en: "The card’s module refuses to start",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere("Réinstallez la Cryptolib CPS.", "Reinstall the Cryptolib CPS.")],
    },
};
