//! How did a call into the module go wrong?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, ForeignFailure, Remedy, Severity, Step, Text,
};

/// Why a call into the module gave nothing. The call is always named.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "failure", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CallFailure {
    /// The module answered with an error; the number is kept.
    #[error("{0}")]
    Answered(#[source] ForeignFailure),
    /// The call took the worker process down.
    #[error("{call} took its process down ({how})")]
    Crashed {
        /// The call that was under way: `C_Initialize`.
        call: String,
        /// How the process ended.
        how: Crash,
    },
    /// The call did not return before its deadline; the worker was ended.
    #[error("{call} did not return within {waited_ms} ms")]
    Hung {
        /// The call that was under way.
        call: String,
        /// How long it was waited for.
        waited_ms: u64,
    },
    /// The worker could not be asked, which says nothing of the module.
    #[error("the worker could not be asked: {reason}")]
    WorkerLost {
        /// In one line.
        reason: String,
    },
    /// What the call was about is not on the token (a key with this CKA_ID).
    #[error("{call}: the token has no private key of this CKA_ID")]
    NoSuchKey {
        /// The call that looked.
        call: String,
    },
}

/// How a process ended that did not end by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Crash {
    /// By this signal (Unix): 11 is SIGSEGV.
    Signal(i32),
    /// By this exception (Windows): 0xC0000005 is an access violation.
    Exception(u32),
    /// With this status: the module called `exit`.
    Exit(i32),
}

impl std::fmt::Display for Crash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Signal(number) => match signal_name(*number) {
                Some(name) => write!(f, "{name}, signal {number}"),
                None => write!(f, "signal {number}"),
            },
            Self::Exception(number) => write!(f, "exception 0x{number:08X}"),
            Self::Exit(status) => write!(f, "exit status {status}"),
        }
    }
}

/// The signals a broken library dies by; their numbers are the same on Linux and macOS,
/// except SIGBUS.
fn signal_name(number: i32) -> Option<&'static str> {
    Some(match number {
        4 => "SIGILL",
        6 => "SIGABRT",
        7 if cfg!(target_os = "linux") => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        10 if cfg!(target_os = "macos") => "SIGBUS",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        _ => return None,
    })
}

impl CallFailure {
    /// The call that failed, if one was under way.
    pub fn call(&self) -> Option<&str> {
        match self {
            Self::Answered(failure) => Some(&failure.call),
            Self::Crashed { call, .. } | Self::Hung { call, .. } | Self::NoSuchKey { call } => {
                Some(call)
            }
            Self::WorkerLost { .. } => None,
        }
    }

    /// The number the module answered, if it answered.
    pub fn answered(&self) -> Option<&ForeignFailure> {
        match self {
            Self::Answered(failure) => Some(failure),
            _ => None,
        }
    }

    /// The finding, where the failure is one whatever the call was about.
    pub(crate) fn finding(&self) -> Option<Finding> {
        match self {
            Self::Crashed { call, how } => Some(
                Finding::of(&CRASHED)
                    .with(Evidence::new("call", CALL, call.as_str()))
                    .with(Evidence::new("how", ENDED_BY, how.to_string())),
            ),
            Self::Hung { call, waited_ms } => Some(
                Finding::of(&HUNG)
                    .with(Evidence::new("call", CALL, call.as_str()))
                    .with(Evidence::new("waited", WAITED, format!("{waited_ms} ms"))),
            ),
            Self::Answered(_) | Self::WorkerLost { .. } | Self::NoSuchKey { .. } => None,
        }
    }
}

/// For those who sign through the worker and keep only a call and a number: what is no
/// answer of the module has the number 0 and says so in its name.
impl From<CallFailure> for ForeignFailure {
    fn from(failure: CallFailure) -> Self {
        match failure {
            CallFailure::Answered(failure) => failure,
            other => {
                let call = other.call().unwrap_or("worker").to_owned();
                Self::decimal(call, 0).named(other.to_string())
            }
        }
    }
}

const CALL: Text = Text {
    fr: "appel",
    en: "call",
};
const ENDED_BY: Text = Text {
    fr: "fin du processus",
    en: "process ended by",
};
const WAITED: Text = Text {
    fr: "attente",
    en: "waited",
};

pub(crate) static CRASHED: FindingKind = FindingKind {
    code: "module.crashed",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte s’arrête brutalement pendant l’appel {call}",
        en: "The card’s module crashes during the call {call}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere(
            "Installez la dernière version de la Cryptolib CPS, puis recommencez.",
            "Install the latest version of the Cryptolib CPS, then try again.",
        )],
    },
};

pub(crate) static HUNG: FindingKind = FindingKind {
    code: "module.hung",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte ne répond plus pendant l’appel {call}",
        en: "The card’s module stops answering during the call {call}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere(
            "Retirez la carte, fermez les logiciels qui l’utilisent, remettez-la et recommencez.",
            "Take the card out, close the programs that use it, put it back and try again.",
        )],
    },
};
