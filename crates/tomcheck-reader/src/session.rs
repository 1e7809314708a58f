//! Does this session run at the screen of the machine it runs on, and if not, whose readers
//! does it see?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{Evidence, Finding, Step, System, Text};

/// From where this session is used.
///
/// Also reads the list of variables that tomcheck 0.1 wrote in its place.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Session {
    /// As the variables and the system tell.
    pub place: SessionPlace,
    /// Those of `SESSIONNAME`, `SSH_TTY`, `SNAP_NAME`… that are set, as `NAME=value`; `…` in
    /// place of a value that names another machine.
    pub variables: Vec<String>,
}

/// From where a session is used.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionPlace {
    /// Nobody looked.
    #[default]
    NotLooked,
    /// Nothing tells of another place.
    AtTheScreen,
    /// Windows' Remote Desktop: `SM_REMOTESESSION`; where nobody asked for it,
    /// `SESSIONNAME=RDP-…`, which programs keep that were started before the session was taken
    /// up again at the screen.
    RemoteDesktop,
    /// Citrix: `SESSIONNAME=ICA-…`.
    Citrix,
    /// VMware (Omnissa) Horizon: `ViewClient_…`.
    Horizon,
    /// A Linux desktop by xrdp: `XRDP_SESSION`, which xrdp sets from 0.10 on.
    Xrdp,
    /// A terminal over the network: `SSH_CONNECTION`, `SSH_TTY`.
    Ssh,
}

impl Session {
    /// The session these variables tell of; `is_remote`: what the system says by itself,
    /// where it says something.
    pub fn of(variables: Vec<String>, is_remote: Option<bool>) -> Self {
        let place = SessionPlace::of(&variables, is_remote);
        Self { place, variables }
    }

    /// The variables worth keeping of this environment.
    pub(crate) fn variables(value_of: impl Fn(&str) -> Option<String>) -> Vec<String> {
        let told = |(name, shown): &(&str, bool)| {
            let value = value_of(name).filter(|value| value != AT_THE_SCREEN)?;
            let value = if *shown { &value } else { "…" };
            Some(format!("{name}={value}"))
        };
        VARIABLES.iter().filter_map(told).collect()
    }

    /// Whether PC/SC shows the readers of the machine the user sits at, so that what is
    /// plugged into this one tells nothing.
    pub(crate) fn shows_other_readers(&self) -> bool {
        let redirected = [
            SessionPlace::RemoteDesktop,
            SessionPlace::Citrix,
            SessionPlace::Horizon,
        ];
        redirected.contains(&self.place)
    }

    /// `finding`, about a reader or a service that is missing, with the session it is missing
    /// in and what that changes.
    pub(crate) fn without_reader(&self, finding: Finding) -> Finding {
        self.remind(finding, |place| place.reader.to_vec())
    }

    /// `finding`, about a card that is missing, likewise.
    pub(crate) fn without_card(&self, finding: Finding) -> Finding {
        self.remind(finding, |place| vec![place.card])
    }

    fn remind(&self, finding: Finding, steps: impl Fn(&Remote) -> Vec<Step>) -> Finding {
        let Some(remote) = REMOTE.iter().find(|row| row.place == self.place) else {
            return finding;
        };
        finding
            .with(Evidence::new("session", SESSION, remote.said))
            .beginning_with(steps(remote))
    }

    /// The variables as they are set.
    pub(crate) fn evidence(&self) -> Vec<Evidence> {
        let pairs = self.variables.iter().filter_map(|it| it.split_once('='));
        pairs
            .map(|(name, value)| Evidence::raw(name.to_owned(), value))
            .collect()
    }
}

impl SessionPlace {
    fn of(variables: &[String], is_remote: Option<bool>) -> Self {
        let begins = |start: &str| variables.iter().any(|it| it.starts_with(start));
        if begins("SSH_") {
            Self::Ssh
        } else if begins("ViewClient_") {
            Self::Horizon
        } else if begins("SESSIONNAME=ICA") {
            Self::Citrix
        } else if is_remote.unwrap_or_else(|| begins("SESSIONNAME=RDP")) {
            Self::RemoteDesktop
        } else if begins("XRDP_") {
            Self::Xrdp
        } else {
            Self::AtTheScreen
        }
    }
}

/// What becomes of the readers in one kind of remote session.
struct Remote {
    place: SessionPlace,
    said: Text,
    /// What to do first when the reader is missing.
    reader: &'static [Step],
    /// What to do first when the card is missing.
    card: Step,
}

/// Under Remote Desktop, Citrix and Horizon the readers of the machine one sits at are seen,
/// and no others; over SSH nothing is passed on.
///
/// Source: MS-RDPESC (Remote Desktop); Citrix CTX132230, "Smart Card - Support Updates" (a
/// reader plugged in after the session began is not seen by every client). That Horizon and
/// xrdp pass on smart cards only where their administrator has set it up is not confirmed by
/// a document, and said no more precisely than that.
static REMOTE: &[Remote] = &[
    Remote {
        place: SessionPlace::RemoteDesktop,
        said: Text {
            fr: "à distance, par Bureau à distance",
            en: "remote, by Remote Desktop",
        },
        reader: &[
            Step::anywhere(
                "Vous travaillez à distance (Bureau à distance) : branchez le lecteur sur l'ordinateur devant vous. Un lecteur branché sur l'ordinateur distant n'est pas vu.",
                "You work remotely (Remote Desktop): plug the reader into the computer in front of you. A reader plugged into the remote computer is not seen.",
            ),
            Step::on(
                System::Windows,
                "Puis fermez cette session et rouvrez-la ainsi : « Connexion Bureau à distance » > « Afficher les options » > « Ressources locales » > « Autres… », cochez « Cartes à puce ».",
                "Then close this session and reopen it this way: “Remote Desktop Connection” > “Show Options” > “Local Resources” > “More…”, tick “Smart cards”.",
            ),
            Step::anywhere(
                "Si la case est déjà cochée, demandez à l'administrateur du serveur d'autoriser la redirection des cartes à puce.",
                "If the box is ticked already, ask the server's administrator to allow the redirection of smart cards.",
            ),
        ],
        card: Step::anywhere(
            "Vous travaillez à distance (Bureau à distance) : la carte va dans le lecteur de l'ordinateur devant vous.",
            "You work remotely (Remote Desktop): the card goes into the reader of the computer in front of you.",
        ),
    },
    Remote {
        place: SessionPlace::Citrix,
        said: Text {
            fr: "à distance, par Citrix",
            en: "remote, by Citrix",
        },
        reader: &[
            Step::anywhere(
                "Vous travaillez à distance (Citrix) : fermez la session, branchez le lecteur sur l'ordinateur devant vous, puis rouvrez la session. Un lecteur branché après l'ouverture n'est pas toujours vu.",
                "You work remotely (Citrix): close the session, plug the reader into the computer in front of you, then open the session again. A reader plugged in after it was opened is not always seen.",
            ),
            Step::anywhere(
                "S'il reste invisible, demandez à l'administrateur Citrix d'autoriser les cartes à puce dans cette session.",
                "If it stays unseen, ask the Citrix administrator to allow smart cards in this session.",
            ),
        ],
        card: Step::anywhere(
            "Vous travaillez à distance (Citrix) : la carte va dans le lecteur de l'ordinateur devant vous.",
            "You work remotely (Citrix): the card goes into the reader of the computer in front of you.",
        ),
    },
    Remote {
        place: SessionPlace::Horizon,
        said: Text {
            fr: "à distance, par VMware Horizon",
            en: "remote, by VMware Horizon",
        },
        reader: &[
            Step::anywhere(
                "Vous travaillez à distance (VMware Horizon) : fermez la session, branchez le lecteur sur l'ordinateur devant vous, puis rouvrez la session.",
                "You work remotely (VMware Horizon): close the session, plug the reader into the computer in front of you, then open the session again.",
            ),
            Step::anywhere(
                "S'il reste invisible, demandez à l'administrateur Horizon d'autoriser les cartes à puce dans cette session.",
                "If it stays unseen, ask the Horizon administrator to allow smart cards in this session.",
            ),
        ],
        card: Step::anywhere(
            "Vous travaillez à distance (VMware Horizon) : la carte va dans le lecteur de l'ordinateur devant vous.",
            "You work remotely (VMware Horizon): the card goes into the reader of the computer in front of you.",
        ),
    },
    Remote {
        place: SessionPlace::Xrdp,
        said: Text {
            fr: "à distance, par xrdp",
            en: "remote, by xrdp",
        },
        reader: &[Step::anywhere(
            "Vous travaillez à distance (xrdp) : sauf réglage contraire de l'administrateur, le lecteur doit être branché sur l'ordinateur distant. Essayez sur l'ordinateur où le lecteur est branché.",
            "You work remotely (xrdp): unless the administrator has set it up otherwise, the reader must be plugged into the remote computer. Try on the computer the reader is plugged into.",
        )],
        card: Step::anywhere(
            "Vous travaillez à distance (xrdp) : la carte va dans le lecteur de l'ordinateur distant.",
            "You work remotely (xrdp): the card goes into the reader of the remote computer.",
        ),
    },
    Remote {
        place: SessionPlace::Ssh,
        said: Text {
            fr: "à distance, par SSH",
            en: "remote, by SSH",
        },
        reader: &[Step::anywhere(
            "Vous êtes connecté par SSH : seuls les lecteurs de l'ordinateur distant sont vus, le vôtre n'est pas transmis. Lancez tomcheck sur l'ordinateur où le lecteur est branché.",
            "You are connected by SSH: only the readers of the remote computer are seen, yours is not passed on. Run tomcheck on the computer the reader is plugged into.",
        )],
        card: Step::anywhere(
            "Vous êtes connecté par SSH : la carte doit être dans le lecteur de l'ordinateur distant, le vôtre n'est pas transmis.",
            "You are connected by SSH: the card must be in the reader of the remote computer, yours is not passed on.",
        ),
    },
];

/// Variables that tell of a remote session or a confined program, and whether their value may
/// be shown: those of the client name the machine the user sits at.
const VARIABLES: &[(&str, bool)] = &[
    ("SESSIONNAME", true),
    ("CLIENTNAME", false),
    ("ViewClient_Machine_Name", false),
    ("XRDP_SESSION", true),
    ("SSH_CONNECTION", false),
    ("SSH_TTY", true),
    ("SNAP_NAME", true),
    ("FLATPAK_ID", true),
];

/// What Windows says in `SESSIONNAME`, and has said in `CLIENTNAME`, of a session that is not
/// remote.
const AT_THE_SCREEN: &str = "Console";

const SESSION: Text = Text {
    fr: "cette session",
    en: "this session",
};

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Variables(Vec<String>),
    Told {
        place: SessionPlace,
        variables: Vec<String>,
    },
}

impl From<Written> for Session {
    fn from(written: Written) -> Self {
        match written {
            Written::Variables(variables) => Self::of(variables, None),
            Written::Told { place, variables } => Self { place, variables },
        }
    }
}

#[cfg(test)]
mod tests {
    use tomcheck_diagnosis::Lang;

    use super::*;
    use crate::rows::{ABSENT, NONE};

    fn session(variables: &[(&str, &str)]) -> Session {
        let value_of = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Session::of(Session::variables(value_of), None)
    }

    #[test]
    fn each_kind_of_remote_session_is_told_by_its_variables() {
        let place = |variables: &[(&str, &str)]| session(variables).place;
        assert_eq!(place(&[]), SessionPlace::AtTheScreen);
        let console = [("SESSIONNAME", "Console"), ("CLIENTNAME", "Console")];
        assert_eq!(place(&console), SessionPlace::AtTheScreen);
        let rdp = ("SESSIONNAME", "RDP-Tcp#12");
        assert_eq!(place(&[rdp]), SessionPlace::RemoteDesktop);
        let horizon = ("ViewClient_Machine_Name", "POSTE7");
        assert_eq!(place(&[rdp, horizon]), SessionPlace::Horizon);
        let citrix = [("SESSIONNAME", "ICA-CGP#3"), ("CLIENTNAME", "POSTE7")];
        assert_eq!(place(&citrix), SessionPlace::Citrix);
        assert_eq!(place(&[("XRDP_SESSION", "1")]), SessionPlace::Xrdp);
        assert_eq!(place(&[("SSH_TTY", "/dev/pts/3")]), SessionPlace::Ssh);
        assert_eq!(
            Session::of(Vec::new(), Some(true)).place,
            SessionPlace::RemoteDesktop
        );
    }

    #[test]
    fn the_system_knows_better_than_a_variable_of_before_the_screen_was_taken_up_again() {
        let variables = || vec!["SESSIONNAME=RDP-Tcp#12".to_owned()];
        let place = |is_remote| Session::of(variables(), is_remote).place;
        assert_eq!(place(Some(false)), SessionPlace::AtTheScreen);
        assert_eq!(place(Some(true)), SessionPlace::RemoteDesktop);
        assert_eq!(place(None), SessionPlace::RemoteDesktop);
    }

    #[test]
    fn the_name_of_the_machine_the_user_sits_at_is_not_kept() {
        let seen = session(&[
            ("CLIENTNAME", "POSTE-DR-MARTIN"),
            ("SSH_CONNECTION", "10.1.2.3 5 10.1.2.4 22"),
        ]);
        assert_eq!(seen.variables, ["CLIENTNAME=…", "SSH_CONNECTION=…"]);
    }

    #[test]
    fn a_missing_reader_or_card_is_looked_for_where_the_session_finds_it() {
        let remote = session(&[("SESSIONNAME", "RDP-Tcp#12")]);
        let finding = remote.without_reader(Finding::of(&NONE));
        let steps = finding.steps(Lang::Fr, "windows");
        assert!(steps[0].contains("l'ordinateur devant vous"), "{steps:?}");
        assert!(steps[1].contains("cochez « Cartes à puce »"), "{steps:?}");
        let ssh = session(&[("SSH_TTY", "/dev/pts/3")]);
        let step = ssh
            .without_card(Finding::of(&ABSENT))
            .steps(Lang::Fr, "linux")[0]
            .clone();
        assert!(step.contains("n'est pas transmis"), "{step}");
        let here = session(&[]);
        assert_eq!(here.without_reader(Finding::of(&NONE)), Finding::of(&NONE));
    }

    #[test]
    fn every_kind_of_remote_session_has_its_row() {
        use SessionPlace::{Citrix, Horizon, RemoteDesktop, Ssh, Xrdp};
        for place in [RemoteDesktop, Citrix, Horizon, Xrdp, Ssh] {
            let row = REMOTE.iter().find(|row| row.place == place).unwrap();
            for step in row.reader.iter().chain([&row.card]) {
                assert!(!step.text.fr.contains('{') && !step.text.en.contains('{'));
            }
        }
    }

    #[test]
    fn the_list_an_older_tomcheck_wrote_is_still_read() {
        let old: Session = serde_json::from_str(r#"["SESSIONNAME=RDP-Tcp#1"]"#).unwrap();
        assert_eq!(old.place, SessionPlace::RemoteDesktop);
        let json = serde_json::to_string(&old).unwrap();
        assert_eq!(serde_json::from_str::<Session>(&json).unwrap(), old);
    }
}
