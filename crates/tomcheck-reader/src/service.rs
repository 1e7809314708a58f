//! Does the card service of this machine answer this session?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Deadline, Evidence, Finding, ForeignFailure, Observation, Probe, Text};

use crate::pcsc::{EstablishFailure, Pcsc};
use crate::rows::{HUNG, NONE, NOT_INSTALLED, REFUSED, STOPPED};
use crate::scard::{self, ESTABLISH};
use crate::surroundings::{Listening, SocketState, Surroundings};
use crate::usb::missing::all_missing;
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
        around: Box<Surroundings>,
    },
    /// Any other answer. The raw number is kept, never guessed at.
    Refused {
        /// The answer.
        failure: ForeignFailure,
        /// Where this session runs.
        around: Box<Surroundings>,
    },
    /// No answer in time.
    NoAnswer(NoAnswer),
}

impl ServiceSeen {
    /// What a failure to reach the service shows, with a look around.
    pub(crate) fn after(failure: EstablishFailure, pcsc: &impl Pcsc) -> Self {
        Self::of(failure, || pcsc.surroundings())
    }

    /// What a failure to reach the service shows, with what is `around` it.
    pub(crate) fn of(failure: EstablishFailure, around: impl FnOnce() -> Surroundings) -> Self {
        match failure {
            EstablishFailure::LibraryAbsent { library, reason } => {
                Self::LibraryAbsent { library, reason }
            }
            EstablishFailure::Failed(failure) => {
                let around = Box::new(around());
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
            Self::Refused { failure, around } => refused(failure, around),
            Self::NoAnswer(silent) => Finding::of(&HUNG).with(silent),
        };
        vec![finding]
    }
}

/// Source: of `ERROR_BROKEN_PIPE`, "Smart Card Return Values" of the Windows SDK: a remote
/// session whose system does not redirect smart cards.
fn refused(failure: &ForeignFailure, around: &Surroundings) -> Finding {
    let finding = Finding::of(&REFUSED)
        .with(failure)
        .with_all(socket_evidence(&around.listening))
        .with_all(around.session.evidence());
    let finding = around.session.without_reader(finding);
    if scard::is(failure, scard::BROKEN_PIPE) {
        return finding.noting(NOT_REDIRECTED);
    }
    finding
}

fn stopped(failure: &ForeignFailure, around: &Surroundings) -> Finding {
    let finding = match &around.listening {
        Listening::StartsWithReader => never_started(around),
        Listening::Socket { state, .. } if is_up(state) => Finding::of(&REFUSED),
        _ => Finding::of(&STOPPED),
    };
    let usb = match &around.listening {
        Listening::StartsWithReader if !finding.evidence.iter().any(|it| it.key == "usb") => {
            around.usb.evidence()
        }
        _ => Vec::new(),
    };
    let is_about_the_session = finding.kind != &STOPPED || around.session.shows_other_readers();
    let finding = finding
        .with(failure)
        .with_all(socket_evidence(&around.listening))
        .with_all(usb)
        .with_all(around.session.evidence());
    // a technician may well start a service over SSH
    match is_about_the_session {
        true => around.session.without_reader(finding),
        false => finding,
    }
}

/// Of a service that the first reader starts: a reader that does not work starts none, nor does
/// one that only the GALSS reaches.
fn never_started(around: &Surroundings) -> Finding {
    // whatever is plugged into the machine at the other end
    if around.session.shows_other_readers() {
        return Finding::of(&NONE);
    }
    if around.usb.is_known_empty() {
        let otherwise = around.galss.is_the_only_way(&around.serial);
        return otherwise.unwrap_or_else(|| Finding::of(&NONE).noting(STARTS_WITH_READER));
    }
    let broken = around.usb.is_known_broken();
    let broken = broken.then(|| all_missing(&around.usb)).flatten();
    broken.unwrap_or_else(|| Finding::of(&STOPPED))
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
const NOT_REDIRECTED: Text = Text {
    fr: "Windows répond que cette session à distance ne transmet pas les cartes à puce.",
    en: "Windows answers that this remote session does not pass on smart cards.",
};

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::fake::{World, codes};
    use crate::galss::{Channel, Galss, Link};
    use crate::session::Session;
    use crate::usb::{DriverSeen, UsbReader, UsbReaders};

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

    /// Windows, whose card service is stopped.
    fn stopped_windows(usb: UsbReaders) -> World {
        World {
            establish: Err(scard::failure(ESTABLISH, 0x8010_001E).into()),
            around: Surroundings {
                listening: Listening::StartsWithReader,
                usb,
                ..Surroundings::default()
            },
            ..World::default()
        }
    }

    fn plugged(drivers: Vec<DriverSeen>) -> UsbReaders {
        let readers = drivers.into_iter().map(|driver| UsbReader {
            place: "1-4".to_owned(),
            name: "PC Twin Reader".to_owned(),
            id: "08e6:3437".to_owned(),
            driver,
        });
        UsbReaders::Seen {
            readers: readers.collect(),
        }
    }

    #[test]
    fn where_the_service_starts_with_a_reader_a_stopped_one_means_no_reader() {
        let none = stopped_windows(plugged(Vec::new()));
        assert_eq!(codes(&seen(&none)), ["reader.none"]);
        let unknown = stopped_windows(UsbReaders::Failed { failure: errno(5) });
        assert_eq!(codes(&seen(&unknown)), ["reader.service-stopped"]);
    }

    #[test]
    fn a_reader_that_does_not_work_starts_no_service_and_one_that_works_should_have() {
        let code = |drivers| codes(&seen(&stopped_windows(plugged(drivers))));
        let (works, disabled) = (
            || DriverSeen::Status { problem: 0 },
            || DriverSeen::Status { problem: 22 },
        );
        assert_eq!(code(vec![disabled()]), ["reader.driver-missing"]);
        assert_eq!(code(vec![works()]), ["reader.service-stopped"]);
        assert_eq!(code(vec![disabled(), works()]), ["reader.service-stopped"]);
        let nobody_knows = vec![DriverSeen::NotLooked];
        assert_eq!(code(nobody_knows), ["reader.service-stopped"]);

        let world = stopped_windows(plugged(vec![DriverSeen::NotLooked, disabled()]));
        let finding = seen(&world).findings().remove(0);
        assert_eq!(finding.kind.code, "reader.driver-missing");
        let steps = finding.steps(tomcheck_diagnosis::Lang::Fr, "windows");
        assert!(steps[0].contains("« Activer l'appareil »"), "{steps:?}");
        let told: Vec<_> = finding.evidence.iter().map(|it| it.key.as_ref()).collect();
        let expected = ["usb", "usb", "CM_Get_DevNode_Status", ESTABLISH];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_reader_on_a_serial_line_starts_no_service() {
        let galss = || {
            let channel = Channel {
                number: 1,
                link: Link::Serial { port: Some(8) },
                resources: vec!["CPS".to_owned()],
            };
            Galss::Seen {
                path: r"C:\Windows\galss.ini".to_owned(),
                channels: vec![channel],
            }
        };
        let judged = |usb| {
            let mut world = stopped_windows(usb);
            world.around.galss = galss();
            codes(&seen(&world))
        };
        assert_eq!(judged(plugged(Vec::new())), ["reader.galss-only"]);
        let works = plugged(vec![DriverSeen::Status { problem: 0 }]);
        assert_eq!(judged(works), ["reader.service-stopped"]);
        assert_eq!(judged(UsbReaders::NotLooked), ["reader.service-stopped"]);
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

    fn by_remote_desktop() -> Session {
        Session::of(vec!["SESSIONNAME=RDP-Tcp#3".to_owned()], None)
    }

    #[test]
    fn a_remote_session_that_passes_no_card_on_is_told_with_the_box_to_tick() {
        let mut world = world(0x0000_0109, SocketState::Listening);
        world.around.listening = Listening::StartsWithReader;
        world.around.session = by_remote_desktop();
        let finding = seen(&world).findings().remove(0);
        assert_eq!(finding.kind.code, "reader.service-refused");
        assert!(finding.note.unwrap().fr.contains("ne transmet pas"));
        let steps = finding.steps(tomcheck_diagnosis::Lang::Fr, "windows");
        assert!(steps[1].contains("cochez « Cartes à puce »"), "{steps:?}");
    }

    #[test]
    fn a_reader_plugged_into_the_other_machine_is_none_for_a_remote_session() {
        let mut world = world(0x8010_001E, SocketState::Listening);
        world.around.listening = Listening::StartsWithReader;
        world.around.session = by_remote_desktop();
        assert_eq!(codes(&seen(&world)), ["reader.none"]);
    }

    #[test]
    fn a_stopped_service_is_started_over_ssh_as_at_the_screen() {
        let absent = SocketState::Absent { failure: errno(2) };
        let mut world = world(0x8010_001D, absent);
        world.around.session = Session::of(vec!["SSH_TTY=/dev/pts/1".to_owned()], None);
        let finding = seen(&world).findings().remove(0);
        assert_eq!(finding.kind.code, "reader.service-stopped");
        assert!(finding.first_steps.is_empty());
    }
}
