//! Which programs are known to take the card, and how is each asked to let go?

use tomcheck_diagnosis::{Step, System, Text};

/// A program that is often found with the card in its hands.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Suspect {
    /// The names of its file, in lower case, without `.exe`.
    names: &'static [&'static str],
    /// What it is, for somebody who never heard the name of its file.
    pub(crate) what: Text,
    /// How to make it let go of the card.
    pub(crate) steps: &'static [Step],
}

impl Suspect {
    /// The row of the program whose file has this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        let name = name.to_lowercase();
        let name = name.strip_suffix(".exe").unwrap_or(&name);
        SUSPECTS
            .iter()
            .find(|suspect| suspect.names.contains(&name))
    }
}

/// What is said of a program that is not in the table.
pub(crate) const NAMED: Step = Step::anywhere(
    "Fermez le programme qui utilise le lecteur : {programs}.",
    "Close the program that uses the reader: {programs}.",
);

const fn what(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// Source: of the files' names, the packages of the Cryptolib CPS 5.2.2 (CPS Gestion, CCM), the
/// folders `santesocial\galss` and `santesocial\srvsvcnam` that public installation and
/// diagnostic scripts of health software look into, and Debian's packages for the others; of
/// the options of scdaemon, scdaemon(1). The names under which jFSE and DmpConnect run are not
/// confirmed by any public document: those programs are named by themselves, see [`NAMED`].
static SUSPECTS: &[Suspect] = &[
    Suspect {
        names: &["scdaemon", "gpg-agent"],
        what: what(
            "GnuPG, qui chiffre et signe des courriels",
            "GnuPG, which encrypts and signs mail",
        ),
        steps: &[
            Step::on(
                System::Linux,
                "Dans un terminal : `gpgconf --kill scdaemon`. Cela libère la carte.",
                "In a terminal: `gpgconf --kill scdaemon`. This releases the card.",
            ),
            Step::on(
                System::Macos,
                "Dans « Terminal » : `gpgconf --kill scdaemon`. Cela libère la carte.",
                "In “Terminal”: `gpgconf --kill scdaemon`. This releases the card.",
            ),
            Step::on(
                System::Windows,
                "Windows+R, tapez `gpgconf --kill scdaemon`, puis Entrée : une fenêtre s'ouvre et se ferme. Cela libère la carte.",
                "Windows+R, type `gpgconf --kill scdaemon`, then Enter: a window opens and closes. This releases the card.",
            ),
            Step::on(
                System::Linux,
                "Pour que cela ne revienne pas, ajoutez deux lignes à ~/.gnupg/scdaemon.conf : `disable-ccid`, puis `pcsc-shared`.",
                "To keep this from coming back, add two lines to ~/.gnupg/scdaemon.conf: `disable-ccid`, then `pcsc-shared`.",
            ),
            Step::on(
                System::Macos,
                "Pour que cela ne revienne pas, ajoutez deux lignes à ~/.gnupg/scdaemon.conf : `disable-ccid`, puis `pcsc-shared`.",
                "To keep this from coming back, add two lines to ~/.gnupg/scdaemon.conf: `disable-ccid`, then `pcsc-shared`.",
            ),
            Step::on(
                System::Windows,
                "Pour que cela ne revienne pas, ajoutez deux lignes à %APPDATA%\\gnupg\\scdaemon.conf : `disable-ccid`, puis `pcsc-shared`.",
                "To keep this from coming back, add two lines to %APPDATA%\\gnupg\\scdaemon.conf: `disable-ccid`, then `pcsc-shared`.",
            ),
        ],
    },
    Suspect {
        names: &["cpgesw32", "cpgesw64", "cpgeslux"],
        what: what(
            "CPS Gestion, le « Gestionnaire de la carte CPS »",
            "CPS Gestion, the “Gestionnaire de la carte CPS”",
        ),
        steps: &[Step::anywhere(
            "Fermez le « Gestionnaire de la carte CPS » (CPS Gestion).",
            "Close “Gestionnaire de la carte CPS” (CPS Gestion).",
        )],
    },
    Suspect {
        names: &["galsvw32", "galsvw64", "galsvlux"],
        what: what(
            "le GALSS, par lequel les logiciels SESAM-Vitale lisent les cartes",
            "the GALSS, through which SESAM-Vitale software reads the cards",
        ),
        steps: &[
            Step::anywhere(
                "Fermez le logiciel de facturation (feuilles de soins) et attendez quelques secondes, que le GALSS rende la carte.",
                "Close the billing software and wait a few seconds for the GALSS to release the card.",
            ),
            Step::on(
                System::Windows,
                "Si le GALSS tourne encore : Ctrl+Maj+Échap, onglet « Détails », choisissez galsvw32.exe ou galsvw64.exe, « Fin de tâche ».",
                "If the GALSS is still running: Ctrl+Shift+Esc, “Details” tab, select galsvw32.exe or galsvw64.exe, “End task”.",
            ),
        ],
    },
    Suspect {
        names: &["srvsvcnam"],
        what: what(
            "le composant de l'Assurance Maladie (SrvSvCnam) dont se sert amelipro",
            "the component of the French health insurance (SrvSvCnam) that amelipro uses",
        ),
        steps: &[Step::anywhere(
            "Fermez les pages amelipro ouvertes dans le navigateur, puis retirez la carte et remettez-la.",
            "Close the amelipro pages that are open in the browser, then take the card out and put it back.",
        )],
    },
    Suspect {
        names: &["ccm"],
        what: what(
            "le « Gestionnaire de certificats CPS » (CCM), l'icône près de l'horloge",
            "the “Gestionnaire de certificats CPS” (CCM), the icon near the clock",
        ),
        steps: &[Step::on(
            System::Windows,
            "Clic droit sur l'icône du « Gestionnaire de certificats CPS », près de l'horloge > « Quitter ». Relancez-le après l'essai : menu Démarrer > dossier « Santé Social » > « Gestionnaire de certificats CPS ».",
            "Right-click the icon of “Gestionnaire de certificats CPS”, near the clock > “Quitter”. Start it again after the test: Start menu > folder “Santé Social” > “Gestionnaire de certificats CPS”.",
        )],
    },
    Suspect {
        names: &["firefox", "firefox-esr", "firefox-bin"],
        what: what("le navigateur Firefox", "the Firefox browser"),
        steps: &[
            Step::on(
                System::Macos,
                "Fermez entièrement Firefox : menu « Firefox » > « Quitter Firefox ».",
                "Close Firefox completely: “Firefox” menu > “Quit Firefox”.",
            ),
            Step::on(
                System::Windows,
                "Fermez entièrement Firefox : menu ☰ > « Quitter ».",
                "Close Firefox completely: ☰ menu > “Exit”.",
            ),
            Step::on(
                System::Linux,
                "Fermez entièrement Firefox : menu ☰ > « Quitter ».",
                "Close Firefox completely: ☰ menu > “Quit”.",
            ),
        ],
    },
    Suspect {
        names: &["thunderbird", "thunderbird-bin"],
        what: what("la messagerie Thunderbird", "the Thunderbird mail program"),
        steps: &[Step::anywhere(
            "Fermez entièrement Thunderbird : menu ☰ > « Quitter ».",
            "Close Thunderbird completely: ☰ menu > “Exit”.",
        )],
    },
    Suspect {
        names: &["chrome", "google-chrome", "chromium", "chromium-browser"],
        what: what(
            "le navigateur Chrome ou Chromium",
            "the Chrome or Chromium browser",
        ),
        steps: &[Step::anywhere(
            "Fermez entièrement Chrome : menu ⋮ > « Quitter » (fermer la fenêtre ne suffit pas toujours).",
            "Close Chrome completely: ⋮ menu > “Exit” (closing the window is not always enough).",
        )],
    },
    Suspect {
        names: &["msedge", "microsoft-edge"],
        what: what("le navigateur Edge", "the Edge browser"),
        steps: &[Step::anywhere(
            "Fermez entièrement Edge : menu … > « Fermer Microsoft Edge » (fermer la fenêtre ne suffit pas toujours).",
            "Close Edge completely: … menu > “Close Microsoft Edge” (closing the window is not always enough).",
        )],
    },
    Suspect {
        names: &["pcsc_scan"],
        what: what(
            "un programme de technicien, qui surveille le lecteur",
            "a technician's program, which watches the reader",
        ),
        steps: &[Step::anywhere(
            "Dans le terminal où tourne `pcsc_scan` : Ctrl+C.",
            "In the terminal where `pcsc_scan` runs: Ctrl+C.",
        )],
    },
    Suspect {
        names: &["opensc-notify"],
        what: what(
            "OpenSC, qui annonce les cartes insérées",
            "OpenSC, which announces inserted cards",
        ),
        steps: &[
            Step::on(
                System::Linux,
                "Dans un terminal : `killall opensc-notify`. Il ne sert pas à la carte CPS.",
                "In a terminal: `killall opensc-notify`. A CPS card does not need it.",
            ),
            Step::on(
                System::Macos,
                "Dans « Terminal » : `killall opensc-notify`. Il ne sert pas à la carte CPS.",
                "In “Terminal”: `killall opensc-notify`. A CPS card does not need it.",
            ),
            Step::on(
                System::Windows,
                "Ctrl+Maj+Échap, onglet « Détails », choisissez opensc-notify.exe, « Fin de tâche ». Il ne sert pas à la carte CPS.",
                "Ctrl+Shift+Esc, “Details” tab, select opensc-notify.exe, “End task”. A CPS card does not need it.",
            ),
        ],
    },
    Suspect {
        names: &["opensc-tool", "pkcs11-tool", "pkcs15-tool"],
        what: what(
            "un outil d'OpenSC, lancé dans un terminal",
            "a tool of OpenSC, started in a terminal",
        ),
        steps: &[Step::anywhere(
            "Terminez cet outil dans le terminal où il tourne : Ctrl+C.",
            "End that tool in the terminal where it runs: Ctrl+C.",
        )],
    },
    Suspect {
        names: &["p11-kit-server", "p11-kit-remote"],
        what: what(
            "p11-kit, qui prête la carte à un autre programme ou à un autre poste",
            "p11-kit, which lends the card to another program or another workstation",
        ),
        steps: &[Step::on(
            System::Linux,
            "Dans un terminal : `systemctl --user stop p11-kit-server.socket p11-kit-server.service`.",
            "In a terminal: `systemctl --user stop p11-kit-server.socket p11-kit-server.service`.",
        )],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole_and_no_name_stands_twice() {
        let mut names: Vec<_> = SUSPECTS.iter().flat_map(|row| row.names).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        for suspect in SUSPECTS {
            assert!(
                suspect
                    .names
                    .iter()
                    .all(|name| *name == name.to_lowercase())
            );
            let texts = suspect.steps.iter().map(|step| step.text);
            for text in texts.chain([suspect.what]) {
                assert!(!text.fr.is_empty() && !text.en.is_empty());
                assert!(!text.fr.contains('{') && !text.en.contains('{'), "{text:?}");
            }
        }
    }

    #[test]
    fn windows_is_sent_to_no_terminal() {
        for suspect in SUSPECTS {
            let on_windows = suspect
                .steps
                .iter()
                .filter(|it| it.on.applies_to("windows"));
            let sent = on_windows.filter(|step| step.text.fr.starts_with("Dans un terminal"));
            assert_eq!(sent.count(), 0, "{:?}", suspect.names);
        }
        let gnupg = Suspect::named("scdaemon").unwrap();
        let first = |os| {
            gnupg
                .steps
                .iter()
                .find(|step| step.on.applies_to(os))
                .unwrap()
        };
        for os in ["linux", "macos", "windows"] {
            assert!(
                first(os).text.fr.contains("`gpgconf --kill scdaemon`"),
                "{os}"
            );
        }
    }

    #[test]
    fn a_name_is_known_in_any_case_and_with_the_ending_of_windows() {
        assert!(Suspect::named("CCM.exe").unwrap().what.fr.contains("CCM"));
        assert!(Suspect::named("galsvw64.EXE").is_some());
        assert!(Suspect::named("ccm-of-somebody-else").is_none());
    }
}
