//! How did a call into the module go wrong?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, ForeignFailure, Remedy, Severity, Step, System, Text,
};

/// Why a call into the module gave nothing. The call is always named.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "failure", rename_all = "kebab-case")]
#[error("{}: {}", self.call().unwrap_or("worker"), self.complaint())]
#[non_exhaustive]
pub enum CallFailure {
    /// The module answered with an error; the number is kept.
    Answered(ForeignFailure),
    /// The call took the worker process down.
    Crashed {
        /// The call that was under way: `C_Initialize`.
        call: String,
        /// How the process ended.
        how: Crash,
    },
    /// The call did not return before its deadline; the worker was ended.
    Hung {
        /// The call that was under way.
        call: String,
        /// How long it was waited for.
        waited_ms: u64,
    },
    /// The call answered `CKR_OK` with a length or a number that cannot be.
    Nonsense {
        /// The call.
        call: String,
        /// What it announced: items of a list, or bytes.
        said: u64,
        /// What there was room for, or the most that makes sense.
        most: u64,
    },
    /// The worker could not be asked, which says nothing of the module.
    WorkerLost {
        /// In one line.
        reason: String,
    },
    /// Nothing was asked: the time for all questions together was over.
    OutOfTime,
    /// The token has no private key of the CKA_ID asked for.
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
            Self::Crashed { call, .. }
            | Self::Hung { call, .. }
            | Self::Nonsense { call, .. }
            | Self::NoSuchKey { call } => Some(call),
            Self::WorkerLost { .. } | Self::OutOfTime => None,
        }
    }

    /// The number the module answered, if it answered.
    pub fn answered(&self) -> Option<&ForeignFailure> {
        match self {
            Self::Answered(failure) => Some(failure),
            _ => None,
        }
    }

    fn complaint(&self) -> String {
        match self {
            Self::Answered(failure) => failure.answer(),
            Self::Crashed { how, .. } => format!("took its process down ({how})"),
            Self::Hung { waited_ms, .. } => format!("did not return within {waited_ms} ms"),
            Self::Nonsense { said, most, .. } => {
                format!("announces {said}, where no more than {most} can be")
            }
            Self::WorkerLost { reason } => reason.clone(),
            Self::OutOfTime => "the time allowed was over".to_owned(),
            Self::NoSuchKey { .. } => "found no private key of this CKA_ID".to_owned(),
        }
    }

    /// Whether the worker is no more, and with it the session the code porteur had opened.
    pub(crate) fn ends_the_worker(&self) -> bool {
        matches!(
            self,
            Self::Crashed { .. } | Self::Hung { .. } | Self::WorkerLost { .. }
        )
    }

    /// The finding, where the failure is one whatever was asked.
    pub fn finding(&self) -> Option<Finding> {
        match self {
            Self::Crashed { call, how } => Some(crashed(call, *how)),
            Self::Hung { call, waited_ms } => Some(hung(call, *waited_ms)),
            Self::Nonsense { call, said, most } => Some(nonsense(call, *said, *most)),
            Self::WorkerLost { reason } => Some(worker_lost(reason)),
            Self::Answered(_) | Self::NoSuchKey { .. } | Self::OutOfTime => None,
        }
    }
}

pub(crate) fn crashed(call: &str, how: Crash) -> Finding {
    Finding::of(&CRASHED)
        .with(Evidence::new("call", CALL, call))
        .with(Evidence::new("how", ENDED_BY, how.to_string()))
}

pub(crate) fn hung(call: &str, waited_ms: u64) -> Finding {
    Finding::of(&HUNG)
        .with(Evidence::new("call", CALL, call))
        .with(Evidence::new("waited", WAITED, format!("{waited_ms} ms")))
}

pub(crate) fn nonsense(call: &str, said: u64, most: u64) -> Finding {
    Finding::of(&NONSENSE)
        .with(Evidence::new("call", CALL, call))
        .with(Evidence::new("said", SAID, said.to_string()))
        .with(Evidence::new("most", MOST, most.to_string()))
}

pub(crate) fn worker_lost(reason: &str) -> Finding {
    Finding::of(&WORKER_LOST).with(Evidence::new("reason", REASON, reason))
}

/// For those who sign through the worker and keep only a call and a number: what is no
/// answer of the module has the number 0 and says so in its name.
impl From<CallFailure> for ForeignFailure {
    fn from(failure: CallFailure) -> Self {
        match failure {
            CallFailure::Answered(failure) => failure,
            other => {
                let call = other.call().unwrap_or("worker").to_owned();
                Self::decimal(call, 0).named(other.complaint())
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

const SAID: Text = Text {
    fr: "annoncé",
    en: "announced",
};
const MOST: Text = Text {
    fr: "maximum possible",
    en: "most that can be",
};
const REASON: Text = Text {
    fr: "raison",
    en: "reason",
};

pub(crate) static CRASHED: FindingKind = FindingKind {
    code: "module.crashed",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte s'arrête brutalement pendant l'appel {call}",
        en: "The card's module crashes during the call {call}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Installez la dernière version de la Cryptolib CPS depuis https://esante.gouv.fr, redémarrez le poste et recommencez.",
                "Install the latest version of the Cryptolib CPS from https://esante.gouv.fr, restart the machine and try again.",
            ),
            Step::anywhere(
                "Si cela recommence, envoyez ce rapport à l'assistance de l'ANS : il nomme l'appel en cause ({call}, {how}).",
                "If it happens again, send this report to the support of the ANS: it names the call ({call}, {how}).",
            ),
        ],
    },
};

pub(crate) static HUNG: FindingKind = FindingKind {
    code: "module.hung",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte ne répond plus pendant l'appel {call}",
        en: "The card's module stops answering during the call {call}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Fermez les logiciels qui utilisent la carte (navigateur, logiciel médical, CPS Gestion), retirez la carte, remettez-la et recommencez.",
                "Close the programs that use the card (browser, practice software, CPS Gestion), take the card out, put it back and try again.",
            ),
            Step::on(
                System::Windows,
                "Si cela recommence, redémarrez le service « Carte à puce » : touche Windows + R, `services.msc`, clic droit sur « Carte à puce » > Redémarrer.",
                "If it happens again, restart the service “Smart Card”: Windows key + R, `services.msc`, right click on “Smart Card” > Restart.",
            ),
            Step::on(
                System::Linux,
                "Si cela recommence, relancez le service de carte à puce : `sudo systemctl restart pcscd`.",
                "If it happens again, restart the card service: `sudo systemctl restart pcscd`.",
            ),
            Step::on(
                System::Macos,
                "Si cela recommence, débranchez le lecteur, rebranchez-le et redémarrez le poste ; puis envoyez à l'assistance de l'ANS ce que rassemble `tomcheck bundle`.",
                "If it happens again, unplug the reader, plug it back and restart the machine; then send the ANS support what `tomcheck bundle` gathers.",
            ),
        ],
    },
};

pub(crate) static NONSENSE: FindingKind = FindingKind {
    code: "module.answer-impossible",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte donne une réponse impossible à l'appel {call} : {said}, pour {most} au plus",
        en: "The card's module gives an impossible answer to the call {call}: {said}, of {most} at most",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Retirez la carte, remettez-la et recommencez ; essayez une autre carte : si elle est lue, la première est à remplacer.",
                "Take the card out, put it back and try again; try another card: if that is read, the first one needs replacing.",
            ),
            Step::anywhere(
                "Si aucune carte n'est lue, installez la dernière version de la Cryptolib CPS depuis https://esante.gouv.fr.",
                "If no card is read, install the latest version of the Cryptolib CPS from https://esante.gouv.fr.",
            ),
            Step::anywhere(
                "Si cela recommence, envoyez ce rapport à l'assistance de l'ANS : il nomme l'appel en cause ({call}).",
                "If it happens again, send this report to the support of the ANS: it names the call ({call}).",
            ),
        ],
    },
};

pub(crate) static WORKER_LOST: FindingKind = FindingKind {
    code: "module.worker-lost",
    severity: Severity::Fault,
    title: Text {
        fr: "tomcheck n'a pas pu interroger le module de la carte",
        en: "tomcheck could not ask the card's module",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere(
            "Recommencez ; si un antivirus a arrêté tomcheck, demandez à votre service informatique de l'autoriser dans ses réglages.",
            "Try again; if an antivirus stopped tomcheck, ask your IT department to allow it in its settings.",
        )],
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use tomcheck_diagnosis::Lang;

    #[test]
    fn a_crash_says_the_call_and_the_signal_and_a_hang_says_how_long() {
        let call = || "C_Sign".to_owned();
        let crashed = CallFailure::Crashed {
            call: call(),
            how: Crash::Signal(11),
        };
        let finding = crashed.finding().unwrap();
        assert_eq!(finding.kind.code, "module.crashed");
        assert_eq!(finding.evidence[1].render(Lang::Fr), "SIGSEGV, signal 11");
        let hung = CallFailure::Hung {
            call: call(),
            waited_ms: 5000,
        };
        let finding = hung.finding().unwrap();
        assert_eq!(finding.kind.code, "module.hung");
        assert_eq!(finding.evidence[1].render(Lang::Fr), "5000 ms");
    }

    #[test]
    fn a_worker_that_is_lost_says_nothing_of_the_module() {
        let lost = CallFailure::WorkerLost {
            reason: "it ended".to_owned(),
        };
        assert_eq!(lost.finding().unwrap().kind.code, "module.worker-lost");
        assert_eq!(lost.call(), None);
    }

    #[test]
    fn an_impossible_answer_is_told_with_what_it_said() {
        let nonsense = CallFailure::Nonsense {
            call: "C_GetSlotList".to_owned(),
            said: 1 << 32,
            most: 1024,
        };
        let finding = nonsense.finding().unwrap();
        let title = finding.title(Lang::En);
        assert!(
            title.contains("C_GetSlotList: 4294967296, of 1024"),
            "{title}"
        );
    }

    #[test]
    fn for_a_signer_the_call_and_the_number_remain() {
        let answered = crate::names::answered("C_Sign", 0x54);
        let failure = ForeignFailure::from(CallFailure::Answered(answered.clone()));
        assert_eq!(failure, answered);
        let hung = CallFailure::Hung {
            call: "C_Sign".to_owned(),
            waited_ms: 9,
        };
        let failure = ForeignFailure::from(hung);
        assert_eq!(failure.to_string(), "C_Sign did not return within 9 ms 0");
    }
}
