//! What keeps PC/SC from a reader that is plugged in, and what is to be done about it first?

use tomcheck_diagnosis::{Evidence, Finding, Step, System, Text};

use super::models::{Driver, Model};
use super::{BundleSeen, DriverSeen, NodeSeen, UsbReader};

impl UsbReader {
    /// `finding` with what keeps PC/SC from this reader.
    pub(super) fn explain(&self, finding: Finding) -> Finding {
        let own = Model::of(&self.id).map_or(&[][..], |model| model.driver.steps());
        match &self.driver {
            DriverSeen::NotLooked => finding.beginning_with(own.iter().copied()),
            DriverSeen::Failed { failure } => {
                finding.with(failure).beginning_with(own.iter().copied())
            }
            DriverSeen::Status { problem } => of_windows(finding, *problem, own),
            DriverSeen::Blocked => finding
                .with(Evidence::raw("authorized", "0"))
                .noting(NOT_ALLOWED),
            DriverSeen::Bundle { node, bundle } => self.of_pcsc_lite(finding, node, bundle),
        }
    }

    /// Without a driver nothing else matters; then comes the right to open the device.
    fn of_pcsc_lite(&self, finding: Finding, node: &NodeSeen, bundle: &BundleSeen) -> Finding {
        let finding = finding.with_all(node_evidence(node));
        let driver = |text: Text| Evidence::new("driver", DRIVER, text);
        let is_closed = matches!(node, NodeSeen::Closed { .. } | NodeSeen::Absent { .. });
        match bundle {
            BundleSeen::NoDriver => {
                let own = Model::of(&self.id).map(|model| model.driver);
                let own = own.filter(|driver| *driver != Driver::Ccid);
                let own = own.map_or(&[][..], Driver::steps);
                finding
                    .with(driver(NO_DRIVER))
                    .beginning_with(own.iter().copied())
            }
            BundleSeen::Unknown => {
                let own = Model::of(&self.id).map(|model| model.driver);
                let steps = match own.filter(|driver| *driver != Driver::Ccid) {
                    Some(driver) => driver.steps(),
                    None => UPDATE,
                };
                finding
                    .with(driver(UNKNOWN))
                    .noting(NOT_NAMED)
                    .beginning_with(steps.iter().copied())
            }
            BundleSeen::Known { .. } if is_closed => finding
                .with(driver(KNOWN))
                .noting(KEPT_OUT)
                .beginning_with(OPEN_IT.iter().copied()),
            BundleSeen::Known { .. } => finding
                .with(driver(KNOWN))
                .noting(TAKEN)
                .beginning_with(RELEASE.iter().copied()),
        }
    }
}

fn node_evidence(node: &NodeSeen) -> Option<Evidence> {
    match node {
        NodeSeen::NotLooked | NodeSeen::Open => None,
        NodeSeen::Closed { path, rights } => Some(Evidence::raw(path.clone(), rights.clone())),
        NodeSeen::Absent { failure } | NodeSeen::Failed { failure } => Some(failure.into()),
    }
}

fn of_windows(finding: Finding, problem: u32, own: &'static [Step]) -> Finding {
    let row = PROBLEMS.iter().find(|row| row.code == problem);
    let name = row.map_or("", |row| row.name);
    let value = format!("{problem} {name}");
    let finding = finding.with(Evidence::raw("CM_Get_DevNode_Status", value.trim_end()));
    let Some(row) = row else {
        return finding.beginning_with(own.iter().copied());
    };
    let own = if row.lacks_driver { own } else { &[] };
    finding
        .noting(row.said)
        .beginning_with(row.steps.iter().chain(own).copied())
}

/// What Device Manager calls « Code N ».
struct Problem {
    code: u32,
    name: &'static str,
    said: Text,
    steps: &'static [Step],
    /// Whether a driver would help.
    lacks_driver: bool,
}

const fn said(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// Source: `cfg.h` of the Windows SDK (`CM_PROB_…`) and Microsoft's page on the error codes of
/// Device Manager.
static PROBLEMS: &[Problem] = &[
    Problem {
        code: 0,
        name: "",
        said: said(
            "Windows dit que le lecteur fonctionne : c'est le service « Carte à puce » qui ne le voit pas.",
            "Windows says the reader works: it is the “Smart Card” service that does not see it.",
        ),
        steps: &[Step::on(
            System::Windows,
            "Redémarrez le service : Windows+R, `services.msc`, clic droit sur « Carte à puce » > « Redémarrer » ; puis débranchez et rebranchez le lecteur.",
            "Restart the service: Windows+R, `services.msc`, right-click “Smart Card” > “Restart”; then unplug the reader and plug it in again.",
        )],
        lacks_driver: false,
    },
    Problem {
        code: 1,
        name: "CM_PROB_NOT_CONFIGURED",
        said: said(
            "Windows n'a pas configuré ce lecteur (code 1 dans le « Gestionnaire de périphériques »).",
            "Windows has not configured this reader (code 1 in “Device Manager”).",
        ),
        steps: &[],
        lacks_driver: true,
    },
    Problem {
        code: 10,
        name: "CM_PROB_FAILED_START",
        said: said(
            "Le pilote est installé, mais le lecteur ne démarre pas (code 10 dans le « Gestionnaire de périphériques »).",
            "The driver is installed, but the reader does not start (code 10 in “Device Manager”).",
        ),
        steps: REPLUG,
        lacks_driver: false,
    },
    Problem {
        code: 14,
        name: "CM_PROB_NEED_RESTART",
        said: said(
            "Windows attend un redémarrage pour se servir du lecteur (code 14).",
            "Windows waits for a restart to use the reader (code 14).",
        ),
        steps: &[Step::on(
            System::Windows,
            "Redémarrez l'ordinateur : menu Démarrer > « Marche/Arrêt » > « Redémarrer ».",
            "Restart the computer: Start menu > “Power” > “Restart”.",
        )],
        lacks_driver: false,
    },
    Problem {
        code: 22,
        name: "CM_PROB_DISABLED",
        said: said(
            "Le lecteur est désactivé dans Windows (code 22 dans le « Gestionnaire de périphériques »).",
            "The reader is disabled in Windows (code 22 in “Device Manager”).",
        ),
        steps: &[Step::on(
            System::Windows,
            "« Gestionnaire de périphériques » > « Lecteurs de carte à puce » : clic droit sur le lecteur > « Activer l'appareil ».",
            "“Device Manager” > “Smart card readers”: right-click the reader > “Enable device”.",
        )],
        lacks_driver: false,
    },
    Problem {
        code: 28,
        name: "CM_PROB_FAILED_INSTALL",
        said: said(
            "Windows n'a installé aucun pilote pour ce lecteur (code 28 dans le « Gestionnaire de périphériques »).",
            "Windows has installed no driver for this reader (code 28 in “Device Manager”).",
        ),
        steps: &[],
        lacks_driver: true,
    },
    Problem {
        code: 31,
        name: "CM_PROB_FAILED_ADD",
        said: said(
            "Windows ne parvient pas à charger le pilote de ce lecteur (code 31).",
            "Windows cannot load the driver of this reader (code 31).",
        ),
        steps: REPLUG,
        lacks_driver: true,
    },
    Problem {
        code: 39,
        name: "CM_PROB_DRIVER_FAILED_LOAD",
        said: said(
            "Le pilote de ce lecteur est abîmé ou absent (code 39).",
            "The driver of this reader is damaged or absent (code 39).",
        ),
        steps: REPLUG,
        lacks_driver: true,
    },
    Problem {
        code: 43,
        name: "CM_PROB_FAILED_POST_START",
        said: said(
            "Windows a arrêté ce lecteur, qui a signalé une panne (code 43).",
            "Windows has stopped this reader, which reported a failure (code 43).",
        ),
        steps: REPLUG,
        lacks_driver: false,
    },
    Problem {
        code: 52,
        name: "CM_PROB_UNSIGNED_DRIVER",
        said: said(
            "Windows refuse le pilote de ce lecteur : il n'est pas signé (code 52).",
            "Windows refuses the driver of this reader: it is not signed (code 52).",
        ),
        steps: &[Step::on(
            System::Windows,
            "Installez la dernière version du pilote, téléchargée sur le site du fabricant du lecteur.",
            "Install the latest version of the driver, downloaded from the site of the reader's maker.",
        )],
        lacks_driver: true,
    },
];

const REPLUG: &[Step] = &[
    Step::anywhere(
        "Débranchez le lecteur, attendez dix secondes, rebranchez-le sur une autre prise USB de l'ordinateur lui-même.",
        "Unplug the reader, wait ten seconds, plug it into another USB port of the computer itself.",
    ),
    Step::on(
        System::Windows,
        "Si rien ne change : « Gestionnaire de périphériques », clic droit sur le lecteur > « Désinstaller l'appareil », puis débranchez-le et rebranchez-le.",
        "If nothing changes: “Device Manager”, right-click the reader > “Uninstall device”, then unplug it and plug it in again.",
    ),
];

const UPDATE: &[Step] = &[
    Step::on(
        System::Linux,
        "Mettez le pilote à jour : `sudo apt update && sudo apt install libccid` (Debian, Ubuntu) ou `sudo dnf upgrade pcsc-lite-ccid` (Fedora).",
        "Update the driver: `sudo apt update && sudo apt install libccid` (Debian, Ubuntu) or `sudo dnf upgrade pcsc-lite-ccid` (Fedora).",
    ),
    Step::on(
        System::Linux,
        "S'il ne connaît toujours pas ce modèle, installez le pilote PC/SC pour Linux du fabricant, ou prenez un lecteur que libccid connaît.",
        "If it still does not know this model, install the maker's PC/SC driver for Linux, or take a reader that libccid knows.",
    ),
];

const OPEN_IT: &[Step] = &[
    Step::on(
        System::Linux,
        "Regardez les droits du lecteur : `ls -l /dev/bus/usb/*/*` ; l'utilisateur sous lequel tourne pcscd doit pouvoir y lire et y écrire (règle udev).",
        "Look at the reader's permissions: `ls -l /dev/bus/usb/*/*`; the user pcscd runs as must be able to read and write there (udev rule).",
    ),
    Step::on(
        System::Linux,
        "Si ce poste est un conteneur ou une machine virtuelle, donnez-lui accès au bus USB (/dev/bus/usb), ou au lecteur lui-même.",
        "If this machine is a container or a virtual machine, give it access to the USB bus (/dev/bus/usb), or to the reader itself.",
    ),
];

/// scdaemon of GnuPG drives CCID readers by itself unless `disable-ccid` is set.
const RELEASE: &[Step] = &[
    Step::on(
        System::Linux,
        "Un programme se sert peut-être du lecteur sans passer par pcscd : dans un terminal, `gpgconf --kill scdaemon` ; fermez aussi la machine virtuelle à laquelle le lecteur serait rattaché.",
        "A program may be using the reader without pcscd: in a terminal, `gpgconf --kill scdaemon`; also close any virtual machine the reader may be attached to.",
    ),
    Step::on(
        System::Linux,
        "Redémarrez le service : `sudo systemctl restart pcscd`, puis débranchez et rebranchez le lecteur.",
        "Restart the service: `sudo systemctl restart pcscd`, then unplug the reader and plug it in again.",
    ),
];

const NOT_ALLOWED: Text = said(
    "Linux a l'ordre de ne laisser personne se servir de ce périphérique USB : c'est ce que fait USBGuard de ceux qu'il ne connaît pas.",
    "Linux has been told to let nobody use this USB device: that is what USBGuard does to those it does not know.",
);
const DRIVER: Text = said("pilote PC/SC", "PC/SC driver");
const NO_DRIVER: Text = said("aucun n'est installé", "none is installed");
const UNKNOWN: Text = said(
    "installé, mais ne connaît pas ce modèle",
    "installed, but does not know this model",
);
const KNOWN: Text = said(
    "installé, et connaît ce modèle",
    "installed, and knows this model",
);
const NOT_NAMED: Text = said(
    "Aucun pilote installé ne connaît ce modèle de lecteur.",
    "No driver that is installed knows this model of reader.",
);
const KEPT_OUT: Text = said(
    "Le pilote est là : c'est le droit d'ouvrir le lecteur qui manque au service pcscd.",
    "The driver is there: what the service pcscd lacks is the right to open the reader.",
);
const TAKEN: Text = said(
    "Le pilote est là et connaît ce lecteur : un autre programme s'en sert, ou pcscd ne l'a pas pris.",
    "The driver is there and knows this reader: another program uses it, or pcscd has not taken it.",
);

#[test]
fn every_problem_of_windows_stands_once_and_has_something_to_do_or_a_driver_to_install() {
    assert!(PROBLEMS.windows(2).all(|two| two[0].code < two[1].code));
    for row in PROBLEMS {
        assert!(row.lacks_driver || !row.steps.is_empty(), "{}", row.code);
        assert!(!row.said.fr.is_empty() && !row.said.en.is_empty());
    }
}
