//! What can this layer find, and what is to be done about it?

use tomcheck_diagnosis::{Audience, FindingKind, Remedy, Severity, Step, System, Text};

/// Every finding this layer can make, in the order a technician meets them.
pub static FINDINGS: &[&FindingKind] = &[
    &NOT_INSTALLED,
    &STOPPED,
    &REFUSED,
    &HUNG,
    &NONE,
    &DRIVER_MISSING,
    &USB_BLOCKED,
    &ONE_MISSING,
    &VIRTUAL_ONLY,
    &GALSS_ONLY,
    &GALSS_READER_MISSING,
    &WANTED_MISSING,
    &UNAVAILABLE,
    &SEVERAL,
    &ABSENT,
    &MUTE,
    &HELD,
    &REMOVED,
    &FOREIGN,
    &VITALE,
    &OBSOLETE,
    &CONTACTLESS_ONLY,
    &INTERMITTENT,
];

pub(crate) static NOT_INSTALLED: FindingKind = FindingKind {
    code: "reader.service-not-installed",
    severity: Severity::Fault,
    title: Text {
        fr: "Le service de carte à puce n'est pas installé sur ce poste",
        en: "The card service is not installed on this workstation",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Linux,
                "Installez-le : `sudo apt install pcscd` (Debian, Ubuntu) ou `sudo dnf install pcsc-lite pcsc-lite-ccid` (Fedora).",
                "Install it: `sudo apt install pcscd` (Debian, Ubuntu) or `sudo dnf install pcsc-lite pcsc-lite-ccid` (Fedora).",
            ),
            Step::on(
                System::Linux,
                "Démarrez-le : `sudo systemctl enable --now pcscd.socket`.",
                "Start it: `sudo systemctl enable --now pcscd.socket`.",
            ),
            Step::on(
                System::Windows,
                "Réparez Windows : dans « Invite de commandes » ouverte en tant qu'administrateur, tapez `sfc /scannow`, puis redémarrez.",
                "Repair Windows: in “Command Prompt” opened as administrator, type `sfc /scannow`, then restart.",
            ),
            Step::on(
                System::Macos,
                "Mettez macOS à jour : menu Pomme > « Réglages Système » > « Général » > « Mise à jour de logiciels ».",
                "Update macOS: Apple menu > “System Settings” > “General” > “Software Update”.",
            ),
        ],
    },
};

pub(crate) static STOPPED: FindingKind = FindingKind {
    code: "reader.service-stopped",
    severity: Severity::Fault,
    title: Text {
        fr: "Le service de carte à puce est arrêté",
        en: "The card service is stopped",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Appuyez sur Windows+R, tapez `services.msc`, puis Entrée.",
                "Press Windows+R, type `services.msc`, then Enter.",
            ),
            Step::on(
                System::Windows,
                "Double-cliquez sur « Carte à puce » : « Type de démarrage » sur « Automatique », puis « Démarrer ».",
                "Double-click “Smart Card”: “Startup type” to “Automatic”, then “Start”.",
            ),
            Step::on(
                System::Linux,
                "Dans un terminal : `sudo systemctl enable --now pcscd.socket`.",
                "In a terminal: `sudo systemctl enable --now pcscd.socket`.",
            ),
            Step::on(
                System::Linux,
                "Si cette commande ne connaît pas pcscd.socket, installez-le : `sudo apt install pcscd` (Debian, Ubuntu) ou `sudo dnf install pcsc-lite pcsc-lite-ccid` (Fedora).",
                "If that command does not know pcscd.socket, install it: `sudo apt install pcscd` (Debian, Ubuntu) or `sudo dnf install pcsc-lite pcsc-lite-ccid` (Fedora).",
            ),
            Step::on(
                System::Macos,
                "Débranchez le lecteur, redémarrez le Mac (menu Pomme > « Redémarrer »), rebranchez le lecteur.",
                "Unplug the reader, restart the Mac (Apple menu > “Restart”), plug the reader in again.",
            ),
        ],
    },
};

pub(crate) static REFUSED: FindingKind = FindingKind {
    code: "reader.service-refused",
    severity: Severity::Fault,
    title: Text {
        fr: "Le service de carte à puce refuse cette session",
        en: "The card service refuses this session",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Essayez sur le poste lui-même, avec une session ouverte à l'écran, pas à distance.",
                "Try on the workstation itself, in a session opened at its screen, not remotely.",
            ),
            Step::on(
                System::Windows,
                "Si c'est déjà le cas, demandez à votre service informatique si une règle de ce poste (stratégie de groupe, antivirus) interdit l'accès aux cartes à puce.",
                "If that is so already, ask your IT department whether a rule of this workstation (group policy, antivirus) forbids access to smart cards.",
            ),
            Step::on(
                System::Macos,
                "Si l'écran est partagé à distance, demandez à la personne assise devant le Mac d'y ouvrir elle-même sa session.",
                "If the screen is shared remotely, ask the person who sits in front of the Mac to log in there.",
            ),
            Step::on(
                System::Linux,
                "Vérifiez les droits de /run/pcscd/pcscd.comm (`ls -l /run/pcscd`), et si une règle polkit autorise l'utilisateur pour org.debian.pcsc-lite.access_pcsc et org.debian.pcsc-lite.access_card.",
                "Check the permissions of /run/pcscd/pcscd.comm (`ls -l /run/pcscd`), and whether a polkit rule allows the user org.debian.pcsc-lite.access_pcsc and org.debian.pcsc-lite.access_card.",
            ),
            Step::on(
                System::Linux,
                "Un programme installé par Snap ou Flatpak n'atteint pas la carte : installez-le par le gestionnaire de paquets du système.",
                "A program installed by Snap or Flatpak does not reach the card: install it with the system's package manager.",
            ),
        ],
    },
};

pub(crate) static HUNG: FindingKind = FindingKind {
    code: "reader.service-hung",
    severity: Severity::Fault,
    title: Text {
        fr: "Le service de carte à puce ne répond plus",
        en: "The card service no longer answers",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Retirez la carte, débranchez le lecteur.",
                "Take the card out, unplug the reader.",
            ),
            Step::on(
                System::Windows,
                "Redémarrez le service : Windows+R, `services.msc`, clic droit sur « Carte à puce » > « Redémarrer ».",
                "Restart the service: Windows+R, `services.msc`, right-click “Smart Card” > “Restart”.",
            ),
            Step::on(
                System::Linux,
                "Redémarrez le service : `sudo systemctl restart pcscd`.",
                "Restart the service: `sudo systemctl restart pcscd`.",
            ),
            Step::on(
                System::Macos,
                "Redémarrez le Mac : menu Pomme > « Redémarrer ».",
                "Restart the Mac: Apple menu > “Restart”.",
            ),
            Step::anywhere(
                "Rebranchez le lecteur, puis remettez la carte.",
                "Plug the reader in again, then put the card back.",
            ),
        ],
    },
};

pub(crate) static NONE: FindingKind = FindingKind {
    code: "reader.none",
    severity: Severity::Fault,
    title: Text {
        fr: "Aucun lecteur de carte n'est branché",
        en: "No card reader is plugged in",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Branchez le lecteur directement sur l'ordinateur, sans rallonge ni multiprise USB.",
                "Plug the reader straight into the computer, without a USB extension or hub.",
            ),
            Step::anywhere(
                "S'il est déjà branché, essayez une autre prise USB ; sa lumière doit s'allumer.",
                "If it is plugged in already, try another USB port; its light must come on.",
            ),
            Step::on(
                System::Linux,
                "S'il reste invisible, appelez votre assistance informatique : le lecteur ou son pilote est à vérifier.",
                "If it stays unseen, call your IT support: the reader or its driver needs checking.",
            ),
            Step::on(
                System::Macos,
                "S'il reste invisible, appelez votre assistance informatique : le lecteur ou son pilote est à vérifier.",
                "If it stays unseen, call your IT support: the reader or its driver needs checking.",
            ),
            Step::on(
                System::Windows,
                "S'il reste invisible, demandez à votre technicien de démarrer le service « Carte à puce » (`services.msc`) et de regarder « Lecteurs de carte à puce » dans le « Gestionnaire de périphériques ».",
                "If it stays unseen, ask your technician to start the “Smart Card” service (`services.msc`) and to look at “Smart card readers” in “Device Manager”.",
            ),
        ],
    },
};

/// The virtual reader sits on no bus: the testkit plugs one into a /sys of its own, that pcscd
/// does not see. The rights of pcscd and the drivers that are installed are told apart in
/// recorded folders, the problem codes of Windows in recorded worlds: Wine has no USB.
pub(crate) static DRIVER_MISSING: FindingKind = FindingKind {
    code: "reader.driver-missing",
    severity: Severity::Fault,
    title: Text {
        fr: "Le lecteur « {usb} » est branché, mais son pilote manque ou ne marche pas",
        en: "The reader “{usb}” is plugged in, but its driver is missing or does not work",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "« Gestionnaire de périphériques » > « Lecteurs de carte à puce » ou « Autres périphériques » : clic droit sur le lecteur > « Mettre à jour le pilote ».",
                "“Device Manager” > “Smart card readers” or “Other devices”: right-click the reader > “Update driver”.",
            ),
            Step::on(
                System::Linux,
                "Installez le pilote des lecteurs USB : `sudo apt install libccid` (Debian, Ubuntu) ou `sudo dnf install pcsc-lite-ccid` (Fedora).",
                "Install the driver of USB readers: `sudo apt install libccid` (Debian, Ubuntu) or `sudo dnf install pcsc-lite-ccid` (Fedora).",
            ),
            Step::on(
                System::Linux,
                "Puis `sudo systemctl restart pcscd`, et rebranchez le lecteur.",
                "Then `sudo systemctl restart pcscd`, and plug the reader in again.",
            ),
            Step::on(
                System::Macos,
                "Installez le pilote du lecteur, que son fabricant fournit pour macOS, puis redémarrez le Mac (menu Pomme > « Redémarrer »).",
                "Install the reader's driver, which its maker supplies for macOS, then restart the Mac (Apple menu > “Restart”).",
            ),
        ],
    },
};

/// A reader beside it that is seen may hold the card: then no more than worth knowing.
///
/// Source: of the commands, usbguard(1).
pub(crate) static USB_BLOCKED: FindingKind = FindingKind {
    code: "reader.usb-blocked",
    severity: Severity::Fault,
    title: Text {
        fr: "Le lecteur « {usb} » est branché, mais ce poste interdit de s'en servir",
        en: "The reader “{usb}” is plugged in, but this workstation forbids its use",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Linux,
                "Si USBGuard est installé : `sudo usbguard list-devices --blocked` donne une ligne par périphérique bloqué ; celle du lecteur, {usb}, commence par son numéro.",
                "If USBGuard is installed: `sudo usbguard list-devices --blocked` gives one line per blocked device; that of the reader, {usb}, begins with its number.",
            ),
            Step::on(
                System::Linux,
                "Autorisez-le pour toujours : `sudo usbguard allow-device --permanent NUMÉRO`, puis débranchez-le et rebranchez-le.",
                "Allow it for good: `sudo usbguard allow-device --permanent NUMBER`, then unplug it and plug it in again.",
            ),
            Step::on(
                System::Linux,
                "Sans USBGuard, cherchez ce qui l'interdit : `grep -r authorized /etc/udev/rules.d` (règle udev) et `cat /proc/cmdline` (usbcore.authorized_default).",
                "Without USBGuard, look for what forbids it: `grep -r authorized /etc/udev/rules.d` (udev rule) and `cat /proc/cmdline` (usbcore.authorized_default).",
            ),
            Step::anywhere(
                "Si un service informatique gère ce poste, demandez-lui d'autoriser le lecteur {usb}.",
                "If an IT department manages this workstation, ask it to allow the reader {usb}.",
            ),
        ],
    },
};

/// Judged in recorded worlds: on the real stack the finding that goes before it, about the
/// reader that is seen, would be the root cause.
pub(crate) static ONE_MISSING: FindingKind = FindingKind {
    code: "reader.one-missing",
    severity: Severity::Warning,
    title: Text {
        fr: "Le lecteur « {usb} » est branché, mais le service de carte à puce ne le voit pas ; lecteurs vus : {readers}",
        en: "The reader “{usb}” is plugged in, but the card service does not see it; readers seen: {readers}",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Si la carte est dans ce lecteur, mettez-la dans un lecteur que le service voit.",
                "If the card is in that reader, put it into one that the service sees.",
            ),
            Step::anywhere(
                "Sinon, débranchez le lecteur, attendez dix secondes, rebranchez-le sur une autre prise USB.",
                "Otherwise unplug the reader, wait ten seconds, plug it into another USB port.",
            ),
            Step::anywhere(
                "S'il reste invisible, appelez votre assistance informatique et lisez-lui le titre de ce message : le pilote du lecteur est à vérifier.",
                "If it stays unseen, call your IT support and read them the title of this message: the reader's driver has to be looked at.",
            ),
        ],
    },
};

pub(crate) static GALSS_ONLY: FindingKind = FindingKind {
    code: "reader.galss-only",
    severity: Severity::Fault,
    title: Text {
        fr: "Le lecteur n'est connu que du GALSS (port {port}) : le navigateur ne peut pas s'en servir",
        en: "The reader is known only to the GALSS (port {port}): the browser cannot use it",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Si le lecteur sait travailler en PC/SC, passez-le dans ce mode (menu du lecteur ou outil du fabricant), puis installez son pilote PC/SC.",
                "If the reader can work in PC/SC mode, switch it to that mode (the reader's menu or its maker's tool), then install its PC/SC driver.",
            ),
            Step::anywhere(
                "Sinon, branchez un lecteur PC/SC pour la carte CPS : le lecteur actuel peut rester pour la facturation.",
                "Otherwise plug in a PC/SC reader for the CPS card: the present one may stay for billing.",
            ),
            Step::anywhere(
                "Après un changement de mode, demandez à l'éditeur du logiciel de facturation de refaire galss.ini.",
                "After a change of mode, ask the publisher of the billing software to redo galss.ini.",
            ),
        ],
    },
};

pub(crate) static GALSS_READER_MISSING: FindingKind = FindingKind {
    code: "reader.galss-reader-missing",
    severity: Severity::Warning,
    title: Text {
        fr: "Le GALSS cherche la carte dans un lecteur qui n'est pas là, « {named} » ; lecteurs vus : {readers}",
        en: "The GALSS looks for the card in a reader that is not there, “{named}”; readers seen: {readers}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Si le lecteur a été remplacé, demandez à l'éditeur du logiciel de facturation de refaire galss.ini pour le nouveau lecteur.",
                "If the reader was replaced, ask the publisher of the billing software to redo galss.ini for the new reader.",
            ),
            Step::anywhere(
                "S'il est seulement débranché, rebranchez-le sur la même prise USB.",
                "If it is only unplugged, plug it into the same USB port again.",
            ),
        ],
    },
};

/// Recorded worlds only: the virtual reader of the testkit stands for a real one, and Windows
/// Hello and TPM readers need Windows.
pub(crate) static VIRTUAL_ONLY: FindingKind = FindingKind {
    code: "reader.virtual-only",
    severity: Severity::Fault,
    title: Text {
        fr: "Aucun lecteur où mettre une carte : il n'y a que {readers}",
        en: "No reader to put a card in: there is only {readers}",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Branchez le lecteur de carte CPS directement sur l'ordinateur.",
                "Plug the CPS card reader straight into the computer.",
            ),
            Step::anywhere(
                "S'il est déjà branché, essayez une autre prise USB ; sa lumière doit s'allumer.",
                "If it is plugged in already, try another USB port; its light must come on.",
            ),
            Step::anywhere(
                "S'il reste invisible, appelez votre assistance informatique : le lecteur ou son pilote est à vérifier.",
                "If it stays unseen, call your IT support: the reader or its driver needs checking.",
            ),
        ],
    },
};

pub(crate) static WANTED_MISSING: FindingKind = FindingKind {
    code: "reader.wanted-missing",
    severity: Severity::Fault,
    title: Text {
        fr: "Le lecteur demandé, « {wanted} », n'est pas là ; lecteurs vus : {readers}",
        en: "The reader asked for, “{wanted}”, is not there; readers seen: {readers}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Donnez à `--reader` le nom d'un lecteur vu, ou une partie de ce nom.",
                "Give `--reader` the name of a reader seen, or a part of that name.",
            ),
            Step::anywhere(
                "Ou branchez le lecteur demandé.",
                "Or plug in the reader asked for.",
            ),
        ],
    },
};

/// Recorded worlds only: a virtual reader hangs on no bus and never loses its device.
pub(crate) static UNAVAILABLE: FindingKind = FindingKind {
    code: "reader.unavailable",
    severity: Severity::Fault,
    title: Text {
        fr: "Le lecteur « {reader} » est vu, mais ne peut pas être utilisé",
        en: "The reader “{reader}” is seen, but cannot be used",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Retirez la carte et fermez les logiciels qui l'utilisent.",
                "Take the card out and close the programs that use it.",
            ),
            Step::anywhere(
                "Débranchez le lecteur, attendez dix secondes, rebranchez-le sur une autre prise USB, puis remettez la carte.",
                "Unplug the reader, wait ten seconds, plug it into another USB port, then put the card back.",
            ),
            Step::anywhere(
                "Si rien ne change, redémarrez l'ordinateur, puis demandez un autre lecteur à votre assistance informatique.",
                "If nothing changes, restart the computer, then ask your IT support for another reader.",
            ),
        ],
    },
};

pub(crate) static SEVERAL: FindingKind = FindingKind {
    code: "reader.several",
    severity: Severity::Info,
    title: Text {
        fr: "Plusieurs lecteurs sont branchés ; c'est « {reader} » qui est examiné",
        en: "Several readers are plugged in; “{reader}” is the one examined",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere(
            "Pour en examiner un autre, nommez-le : `tomcheck --reader NOM`.",
            "To examine another one, name it: `tomcheck --reader NAME`.",
        )],
    },
};

pub(crate) static ABSENT: FindingKind = FindingKind {
    code: "card.absent",
    severity: Severity::Fault,
    title: Text {
        fr: "Il n'y a pas de carte dans le lecteur « {reader} »",
        en: "There is no card in the reader “{reader}”",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Mettez la carte dans le lecteur, la puce en premier, jusqu'au fond.",
                "Put the card into the reader, chip first, all the way in.",
            ),
            Step::anywhere(
                "Si elle y est déjà, retournez-la et remettez-la.",
                "If it is in already, turn it over and put it back.",
            ),
            Step::anywhere(
                "Si rien ne change, essayez la carte dans un autre lecteur, ou appelez votre assistance informatique.",
                "If nothing changes, try the card in another reader, or call your IT support.",
            ),
        ],
    },
};

pub(crate) static MUTE: FindingKind = FindingKind {
    code: "card.mute",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte dans le lecteur « {reader} » ne répond pas comme il faut",
        en: "The card in the reader “{reader}” does not answer as it should",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Vérifiez son sens : retirez-la, retournez-la, remettez-la jusqu'au fond.",
                "Check which way it is in: take it out, turn it over, put it back all the way in.",
            ),
            Step::anywhere(
                "Essuyez la puce avec un chiffon doux et sec.",
                "Wipe the chip with a soft dry cloth.",
            ),
            Step::anywhere(
                "Essayez-la dans un autre lecteur ; si elle n'y répond pas non plus, demandez une nouvelle carte à l'Agence du Numérique en Santé.",
                "Try it in another reader; if it does not answer there either, ask the Agence du Numérique en Santé for a new card.",
            ),
        ],
    },
};

pub(crate) static HELD: FindingKind = FindingKind {
    code: "card.in-exclusive-use",
    severity: Severity::Fault,
    title: Text {
        fr: "Un autre programme garde pour lui la carte du lecteur « {reader} »",
        en: "Another program keeps the card in the reader “{reader}” for itself",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Fermez les logiciels qui lisent la carte (logiciel de facturation, CPS Gestion), puis recommencez.",
                "Close the programs that read the card (billing software, CPS Gestion), then start again.",
            ),
            Step::on(
                System::Windows,
                "Si aucun n'est ouvert : Ctrl+Maj+Échap, « Gestionnaire des tâches », choisissez le programme, « Fin de tâche ».",
                "If none is open: Ctrl+Shift+Esc, “Task Manager”, select the program, “End task”.",
            ),
            Step::anywhere(
                "Sinon, redémarrez l'ordinateur ; si cela recommence, appelez votre assistance informatique.",
                "Otherwise, restart the computer; if it happens again, call your IT support.",
            ),
        ],
    },
};

/// A diagnosis of the whole way meets it by chance only: tests provoke it through the probes
/// that send the card commands, and through `tomcheck card`.
pub(crate) static REMOVED: FindingKind = FindingKind {
    code: "card.removed-during-use",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte a été retirée ou réinitialisée pendant l'examen",
        en: "The card was pulled out or reset while it was examined",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Remettez la carte dans le lecteur, laissez-la en place, puis recommencez.",
                "Put the card back into the reader, leave it in, then start again.",
            ),
            Step::anywhere(
                "Si personne n'y a touché, appelez votre assistance informatique : un autre logiciel réinitialise la carte, ou le lecteur est à changer.",
                "If nobody touched it, call your IT support: another program resets the card, or the reader needs replacing.",
            ),
        ],
    },
};

pub(crate) static FOREIGN: FindingKind = FindingKind {
    code: "card.foreign",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte dans le lecteur « {reader} » n'est ni une CPS, ni une CPF, ni une CPE, ni une CPA",
        en: "The card in the reader “{reader}” is no CPS, CPF, CPE or CPA",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Remplacez-la par votre carte CPS, CPF, CPE ou CPA.",
                "Replace it with your CPS, CPF, CPE or CPA card.",
            ),
            Step::anywhere(
                "Si vous n'en avez pas, demandez-la à l'Agence du Numérique en Santé, ou à la personne qui gère les cartes de votre établissement.",
                "If you have none, ask the Agence du Numérique en Santé for it, or the person who looks after the cards of your institution.",
            ),
        ],
    },
};

pub(crate) static VITALE: FindingKind = FindingKind {
    code: "card.vitale",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte dans le lecteur « {reader} » est une carte Vitale",
        en: "The card in the reader “{reader}” is a Carte Vitale",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Mettez votre carte CPS, CPF, CPE ou CPA dans ce lecteur.",
                "Put your CPS, CPF, CPE or CPA card into this reader.",
            ),
            Step::anywhere(
                "Si le lecteur a deux fentes, la carte Vitale va dans l'autre.",
                "If the reader has two slots, the Carte Vitale goes into the other one.",
            ),
            Step::anywhere(
                "Si vous n'avez pas de carte CPS, CPF, CPE ou CPA, demandez-la à l'Agence du Numérique en Santé.",
                "If you have no CPS, CPF, CPE or CPA card, ask the Agence du Numérique en Santé for it.",
            ),
        ],
    },
};

pub(crate) static OBSOLETE: FindingKind = FindingKind {
    code: "card.generation-obsolete",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte est une CPS2ter, trop ancienne",
        en: "The card is a CPS2ter, too old",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[Step::anywhere(
            "Demandez une nouvelle carte à l'Agence du Numérique en Santé.",
            "Ask the Agence du Numérique en Santé for a new card.",
        )],
    },
};

pub(crate) static CONTACTLESS_ONLY: FindingKind = FindingKind {
    code: "card.contactless-only",
    severity: Severity::Warning,
    title: Text {
        fr: "La carte est lue sans contact : son certificat d'authentification n'y est pas accessible",
        en: "The card is read without contact: its authentication certificate is out of reach there",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Mettez la carte dans la fente du lecteur, la puce en premier.",
                "Put the card into the reader's slot, chip first.",
            ),
            Step::anywhere(
                "Si ce lecteur n'a pas de fente, demandez-en un autre à votre assistance informatique.",
                "If this reader has no slot, ask your IT support for another one.",
            ),
        ],
    },
};

pub(crate) static INTERMITTENT: FindingKind = FindingKind {
    code: "card.contact-intermittent",
    severity: Severity::Warning,
    title: Text {
        fr: "La carte du lecteur « {reader} » ne répond que par moments : mauvais contact",
        en: "The card in the reader “{reader}” answers only at times: a bad contact",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Retirez la carte, essuyez la puce avec un chiffon doux et sec, remettez-la jusqu'au fond.",
                "Take the card out, wipe the chip with a soft dry cloth, put it back all the way in.",
            ),
            Step::anywhere(
                "Recommencez l'essai sans toucher ni à la carte ni au lecteur : `tomcheck card --stress 100`.",
                "Try again without touching the card or the reader: `tomcheck card --stress 100`.",
            ),
            Step::anywhere(
                "Si rien ne change, refaites l'essai dans un autre lecteur : s'il y réussit, remplacez le premier lecteur ; sinon, demandez une nouvelle carte à l'Agence du Numérique en Santé.",
                "If nothing changes, repeat it in another reader: if it works there, replace the first reader; otherwise, ask the Agence du Numérique en Santé for a new card.",
            ),
        ],
    },
};

#[test]
fn the_table_is_well_made() {
    let faults = tomcheck_diagnosis::faults_of(FINDINGS);
    assert!(faults.is_empty(), "{faults:#?}");
}
