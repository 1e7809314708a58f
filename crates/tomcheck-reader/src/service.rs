//! Does the card service of this machine answer this session?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Deadline, Evidence, Finding, ForeignFailure, Observation, Probe, Text, Value,
};

use crate::pcsc::{EstablishFailure, Pcsc};
use crate::rows::{HUNG, NONE, NOT_INSTALLED, REFUSED, STOPPED};
use crate::scard::{self, ESTABLISH};
use crate::surroundings::{Listening, SocketState, Surroundings, UsbReaders};
use crate::within::{NoAnswer, within};

/// Asks PC/SC for a context and gives it back at once. Where it is refused, looks why.
///
/// Blocks until its deadline at most. Does not touch the card.
#[derive(Debug)]
pub struct ServiceProbe<'a, P> {
    pcsc: &'a P,
    deadline: Deadline,
}

impl<'a, P: Pcsc> ServiceProbe<'a, P> {
    /// Looks at `pcsc`, until `deadline`.
    pub fn new(pcsc: &'a P, deadline: Deadline) -> Self {
        Self { pcsc, deadline }
    }
}

impl<P: Pcsc> Probe for ServiceProbe<'_, P> {
    type Seen = ServiceSeen;
    const ID: &'static str = "reader.service";

    fn observe(&self) -> ServiceSeen {
        let pcsc = self.pcsc.clone();
        let seen = within(self.deadline, move |calls| {
            match calls.make(ESTABLISH, || pcsc.establish().map(drop)) {
                Ok(()) => ServiceSeen::Running,
                Err(failure) => ServiceSeen::after(failure, &pcsc),
            }
        });
        seen.unwrap_or_else(ServiceSeen::NoAnswer)
    }
}

/// What the card service answered when asked for a context.
///
/// Source: return values of `SCardEstablishContext` (winscard, pcsc-lite, macOS PCSC).
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "service", rename_all = "kebab-case")]
pub enum ServiceSeen {
    /// A context opened.
    Running,
    /// This machine has no library of PC/SC, or it cannot be loaded.
    LibraryAbsent {
        /// The name it was asked for by.
        library: String,
        /// The loader's own sentence.
        reason: String,
    },
    /// The library found no service behind it.
    Stopped {
        /// `SCARD_E_NO_SERVICE`, `SCARD_E_SERVICE_STOPPED` or `SCARD_F_COMM_ERROR`.
        failure: ForeignFailure,
        /// Tells a service that is stopped from one that is kept from us.
        around: Surroundings,
    },
    /// Any other answer. The raw number is kept, never guessed at.
    Refused {
        /// The answer.
        failure: ForeignFailure,
        /// Where this session runs.
        around: Surroundings,
    },
    /// No answer in time.
    NoAnswer(NoAnswer),
}

impl ServiceSeen {
    /// What a failure to reach the service shows, with a look around.
    pub(crate) fn after(failure: EstablishFailure, pcsc: &impl Pcsc) -> Self {
        match failure {
            EstablishFailure::LibraryAbsent { library, reason } => {
                Self::LibraryAbsent { library, reason }
            }
            EstablishFailure::Failed(failure) => {
                let around = pcsc.surroundings();
                if scard::is_service_gone(&failure) {
                    return Self::Stopped { failure, around };
                }
                Self::Refused { failure, around }
            }
        }
    }
}

impl Observation for ServiceSeen {
    fn findings(&self) -> Vec<Finding> {
        let finding = match self {
            Self::Running => return Vec::new(),
            Self::LibraryAbsent { library, reason } => {
                Finding::of(&NOT_INSTALLED).with(Evidence::raw(library.clone(), reason.clone()))
            }
            Self::Stopped { failure, around } => stopped(failure, around),
            Self::Refused { failure, around } => Finding::of(&REFUSED)
                .with(failure)
                .with_all(socket_evidence(&around.listening))
                .with_all(session_evidence(around)),
            Self::NoAnswer(silent) => Finding::of(&HUNG).with(silent),
        };
        vec![finding]
    }
}

fn stopped(failure: &ForeignFailure, around: &Surroundings) -> Finding {
    let finding = match &around.listening {
        Listening::StartsWithReader if around.usb.is_known_empty() => {
            Finding::of(&NONE).noting(STARTS_WITH_READER)
        }
        Listening::Socket { state, .. } if is_up(state) => Finding::of(&REFUSED),
        _ => Finding::of(&STOPPED),
    };
    let usb = match &around.listening {
        Listening::StartsWithReader => usb_evidence(&around.usb),
        Listening::NotLooked | Listening::Socket { .. } => Vec::new(),
    };
    finding
        .with(failure)
        .with_all(socket_evidence(&around.listening))
        .with_all(usb)
        .with_all(session_evidence(around))
}

/// Somebody listens, or may well behind permissions that keep us out.
fn is_up(state: &SocketState) -> bool {
    matches!(state, SocketState::Denied { .. } | SocketState::Listening)
}

fn socket_evidence(listening: &Listening) -> Vec<Evidence> {
    let Listening::Socket { path, state } = listening else {
        return Vec::new();
    };
    let (said, failure) = match state {
        SocketState::Absent { failure } => (ABSENT, Some(failure)),
        SocketState::Stale { failure } => (STALE, Some(failure)),
        SocketState::Denied { failure } => (DENIED, Some(failure)),
        SocketState::Failed { failure } => (FAILED, Some(failure)),
        SocketState::Listening => (LISTENING, None),
    };
    let place = Evidence::new("socket", SOCKET, path.clone());
    let said = Evidence::new("socket_state", SOCKET_STATE, said);
    let failure = failure.map(Evidence::from);
    [place, said].into_iter().chain(failure).collect()
}

/// What was seen on USB, or that nobody could look there.
pub(crate) fn usb_evidence(usb: &UsbReaders) -> Vec<Evidence> {
    let evidence = |value: Value| Evidence::new("usb", USB, value);
    match usb {
        UsbReaders::NotLooked => Vec::new(),
        UsbReaders::Failed { failure } => vec![evidence(NOT_SEEN.into()), failure.into()],
        UsbReaders::Seen { readers } if readers.is_empty() => vec![evidence(NOTHING.into())],
        UsbReaders::Seen { readers } => readers
            .iter()
            .map(|reader| format!("{} [{}]", reader.name, reader.id))
            // Windows does not tell the name.
            .map(|text| evidence(text.trim_start().into()))
            .collect(),
    }
}

fn session_evidence(around: &Surroundings) -> Vec<Evidence> {
    let variables = around.session.iter();
    variables
        .filter_map(|variable| variable.split_once('='))
        .map(|(name, value)| Evidence::raw(name.to_owned(), value))
        .collect()
}

const STARTS_WITH_READER: Text = Text {
    fr: "Le service de carte à puce est arrêté, comme toujours sous Windows quand aucun lecteur n'est branché.",
    en: "The card service is stopped, as it always is on Windows when no reader is plugged in.",
};
const SOCKET: Text = Text {
    fr: "socket du service",
    en: "service's socket",
};
const SOCKET_STATE: Text = Text {
    fr: "état de ce socket",
    en: "state of that socket",
};
const ABSENT: Text = Text {
    fr: "absent : le service n'est pas démarré, ou pas installé",
    en: "absent: the service is not started, or not installed",
};
const STALE: Text = Text {
    fr: "abandonné : le service s'est arrêté brutalement",
    en: "left behind: the service ended abruptly",
};
const DENIED: Text = Text {
    fr: "interdit à cet utilisateur",
    en: "closed to this user",
};
const LISTENING: Text = Text {
    fr: "ouvert : un service y répond",
    en: "open: a service listens",
};
const FAILED: Text = Text {
    fr: "inaccessible",
    en: "out of reach",
};
const USB: Text = Text {
    fr: "lecteur vu sur USB",
    en: "reader seen on USB",
};
const NOTHING: Text = Text {
    fr: "aucun",
    en: "none",
};
const NOT_SEEN: Text = Text {
    fr: "impossible à regarder",
    en: "could not look",
};

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::fake::{World, codes};
    use crate::surroundings::UsbReader;

    fn seen(world: &World) -> ServiceSeen {
        ServiceProbe::new(world, Deadline::after(Duration::from_secs(2))).observe()
    }

    fn world(code: u32, state: SocketState) -> World {
        let path = "/run/pcscd/pcscd.comm".to_owned();
        World {
            establish: Err(scard::failure(ESTABLISH, code).into()),
            around: Surroundings {
                listening: Listening::Socket { path, state },
                ..Surroundings::default()
            },
            ..World::default()
        }
    }

    fn errno(code: i32) -> ForeignFailure {
        ForeignFailure::from_io("connect", &std::io::Error::from_raw_os_error(code))
    }

    #[test]
    fn a_running_service_is_nothing_to_speak_of() {
        assert!(seen(&World::default()).findings().is_empty());
    }

    #[test]
    fn no_service_behind_an_absent_or_left_socket_is_stopped() {
        let absent = SocketState::Absent { failure: errno(2) };
        let left = SocketState::Stale {
            failure: errno(111),
        };
        for state in [absent, left] {
            let seen = seen(&world(0x8010_001D, state));
            assert_eq!(codes(&seen), ["reader.service-stopped"]);
            let evidence = &seen.findings()[0].evidence[0];
            assert_eq!(evidence.key, "SCardEstablishContext");
        }
    }

    #[test]
    fn no_service_behind_a_closed_or_open_socket_is_refused() {
        let denied = SocketState::Denied { failure: errno(13) };
        for state in [denied, SocketState::Listening] {
            assert_eq!(
                codes(&seen(&world(0x8010_001D, state))),
                ["reader.service-refused"]
            );
        }
    }

    #[test]
    fn an_undocumented_number_is_reported_not_guessed() {
        let seen = seen(&world(0x0000_1234, SocketState::Listening));
        assert_eq!(codes(&seen), ["reader.service-refused"]);
        let json = serde_json::to_value(&seen).unwrap();
        assert_eq!(json["failure"]["code"], 0x1234);
    }

    #[test]
    fn where_the_service_starts_with_a_reader_a_stopped_one_means_no_reader() {
        let mut world = World {
            establish: Err(scard::failure(ESTABLISH, 0x8010_001E).into()),
            ..World::default()
        };
        world.around.listening = Listening::StartsWithReader;
        world.around.usb = UsbReaders::Seen {
            readers: Vec::new(),
        };
        assert_eq!(codes(&seen(&world)), ["reader.none"]);
        world.around.usb = UsbReaders::Failed { failure: errno(5) };
        assert_eq!(codes(&seen(&world)), ["reader.service-stopped"]);
        let reader = UsbReader {
            place: "1-4".to_owned(),
            name: "PC Twin Reader".to_owned(),
            id: "08e6:3437".to_owned(),
        };
        world.around.usb = UsbReaders::Seen {
            readers: vec![reader],
        };
        assert_eq!(codes(&seen(&world)), ["reader.service-stopped"]);
    }

    #[test]
    fn a_machine_without_the_library_gets_a_verdict() {
        let establish = Err(EstablishFailure::LibraryAbsent {
            library: "libpcsclite.so.1".to_owned(),
            reason: "cannot open shared object file".to_owned(),
        });
        let world = World {
            establish,
            ..World::default()
        };
        assert_eq!(codes(&seen(&world)), ["reader.service-not-installed"]);
    }

    #[test]
    fn a_service_that_never_answers_is_told_from_a_stopped_one() {
        let world = World {
            hangs_in: Some(ESTABLISH),
            ..World::default()
        };
        let deadline = Deadline::after(Duration::from_millis(30));
        let seen = ServiceProbe::new(&world, deadline).observe();
        assert_eq!(codes(&seen), ["reader.service-hung"]);
        assert!(matches!(seen, ServiceSeen::NoAnswer(silent) if silent.call == ESTABLISH));
    }
}
