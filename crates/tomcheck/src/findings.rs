//! What can be found?

use crate::interception::INTERCEPTS;
use crate::works_here::WORKS_HERE;
use tomcheck_diagnosis::{Audience, FindingKind, Remedy, Severity, Step, System, Text};

/// What only several layers together can tell.
pub static FINDINGS: &[&FindingKind] = &[
    &NEEDS_UPDATE,
    &SEES_NO_TOKEN,
    &NO_BROWSER,
    &INTERCEPTS,
    &WORKS_HERE,
    &UNRECOGNISED,
    &STALE,
];

/// Every finding of every layer.
pub fn all() -> impl Iterator<Item = &'static FindingKind> {
    let tables = [
        tomcheck_reader::FINDINGS,
        tomcheck_cert::FINDINGS,
        FINDINGS,
        tomcheck_tls::FINDINGS,
        tomcheck_proxy::FINDINGS,
    ];
    tables.into_iter().flatten().copied()
}

/// The card is a CPS4, and the Cryptolib that runs was made before there were any.
pub(crate) static NEEDS_UPDATE: FindingKind = FindingKind {
    code: "card.generation-needs-update",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte est une CPS4, et la Cryptolib CPS de ce poste est trop ancienne pour elle",
        en: "The card is a CPS4, and the Cryptolib CPS of this workstation is too old for it",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Téléchargez la dernière Cryptolib CPS (5.2 ou plus récente) : cherchez « Cryptolib CPS » sur https://esante.gouv.fr.",
                "Download the latest Cryptolib CPS (5.2 or later): search “Cryptolib CPS” on https://esante.gouv.fr.",
            ),
            Step::on(
                System::Windows,
                "Fermez les navigateurs, installez le fichier CryptolibCPS téléchargé avec un compte administrateur, puis redémarrez le poste.",
                "Close the browsers, install the downloaded CryptolibCPS file as an administrator, then restart the machine.",
            ),
            Step::on(
                System::RedHat,
                "Sur Red Hat 8 ou 9 et Fedora, installez-la : `sudo dnf install ./CryptolibCPS-*.rpm` (sur Red Hat 7 : `sudo yum install ./CryptolibCPS-*.rpm`), puis fermez la session et rouvrez-la.",
                "On Red Hat 8 or 9 and Fedora, install it: `sudo dnf install ./CryptolibCPS-*.rpm` (on Red Hat 7: `sudo yum install ./CryptolibCPS-*.rpm`), then log out and in again.",
            ),
            Step::on(
                System::OtherLinux,
                "Sur Debian, Ubuntu et les autres distributions : l'ANS ne fournit la Cryptolib CPS que pour Red Hat 7, 8 et 9 ; demandez à votre service informatique ou à l'ANS (monserviceclient.eservices@esante.gouv.fr) comment équiper ce poste.",
                "On Debian, Ubuntu and other distributions: the ANS supplies the Cryptolib CPS for Red Hat 7, 8 and 9 only; ask your IT department or the ANS (monserviceclient.eservices@esante.gouv.fr) how to equip this machine.",
            ),
            Step::on(
                System::Macos,
                "Ouvrez le fichier .dmg, puis le fichier .pkg qu'il contient ; après l'installation, redémarrez le Mac.",
                "Open the .dmg file, then the .pkg file in it; after the installation, restart the Mac.",
            ),
        ],
    },
};

/// PC/SC sees a CPx, and the module shows no token: the « carte absente » that is not.
pub(crate) static SEES_NO_TOKEN: FindingKind = FindingKind {
    code: "module.sees-no-token",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte {generation} est bien dans le lecteur, mais la Cryptolib ne la voit pas",
        en: "The {generation} card is in the reader, but the Cryptolib does not see it",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Retirez la carte, attendez cinq secondes, remettez-la, puce en avant.",
                "Take the card out, wait five seconds, put it back, chip first.",
            ),
            Step::on(
                System::Windows,
                "Clic droit sur l'icône de carte près de l'horloge (si elle n'y est pas, cliquez d'abord sur la petite flèche ^), puis « Rafraîchir ».",
                "Right-click the card icon near the clock (if you do not see it, click the small arrow ^ first), then “Rafraîchir”.",
            ),
            Step::anywhere(
                "Fermez les autres logiciels qui utilisent la carte (logiciel de facturation, \
                 navigateurs), puis recommencez.",
                "Close the other programs that use the card (billing software, browsers), then try again.",
            ),
            Step::anywhere(
                "Si cela persiste, demandez à l'assistance informatique de vider le cache de la \
                 Cryptolib et de la mettre à jour (5.2 ou plus pour une CPS4).",
                "If it persists, ask IT support to clear the cache of the Cryptolib and to update \
                 it (5.2 or later for a CPS4).",
            ),
        ],
    },
};

/// Neither Firefox nor a browser of Chromium's family was found.
pub(crate) static NO_BROWSER: FindingKind = FindingKind {
    code: "browser.none",
    severity: Severity::Info,
    title: Text {
        fr: "Aucun navigateur pris en charge n'a été trouvé sur ce poste",
        en: "No supported browser was found on this machine",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere(
            "Si la personne utilise un navigateur sur ce poste, installez Firefox, Chrome ou Edge, puis relancez `tomcheck` avec le compte de cette personne.",
            "If the person uses a browser on this machine, install Firefox, Chrome or Edge, then run `tomcheck` again as that person.",
        )],
    },
};

/// Logs were read, and no line of them says anything.
pub(crate) static UNRECOGNISED: FindingKind = FindingKind {
    code: "trace.unrecognised",
    severity: Severity::Warning,
    title: Text {
        fr: "Aucune ligne connue de tomcheck dans : {files}",
        en: "No line that tomcheck knows in: {files}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Vérifiez que ces fichiers couvrent l'heure de l'échec ; sinon, refaites l'essai puis relevez-les de nouveau.",
                "Check that these files cover the time of the failure; if not, try again and then collect them anew.",
            ),
            Step::anywhere(
                "Donnez plutôt, au choix : la console Java, le journal access.log de squid, les traces de la Cryptolib (`tomcheck certs --module-trace`), un export chrome://net-export, la sortie de `curl -v`, ou les événements Windows exportés en XML.",
                "Give one of these instead: the Java console, squid's access.log, the Cryptolib's log (`tomcheck certs --module-trace`), an export of chrome://net-export, what `curl -v` prints, or Windows events exported as XML.",
            ),
            Step::anywhere(
                "Sur le poste lui-même, `tomcheck` seul fait le diagnostic sans journal.",
                "On the workstation itself, `tomcheck` alone makes the diagnosis without any log.",
            ),
        ],
    },
};

/// What a log tells of is over.
pub(crate) static STALE: FindingKind = FindingKind {
    code: "trace.stale",
    severity: Severity::Info,
    title: Text {
        fr: "Une panne ancienne n'est pas retenue ({code}) : {why}",
        en: "An old failure does not count ({code}): {why}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[Step::anywhere(
            "Rien à faire si la connexion fonctionne. Si elle échoue encore, relevez un journal de maintenant, ou lancez `tomcheck` sur le poste.",
            "Nothing to do if the connection works. If it still fails, collect a log of now, or run `tomcheck` on the workstation.",
        )],
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_the_tables_together_are_well_made() {
        let table: Vec<_> = all().collect();
        assert_eq!(tomcheck_diagnosis::faults_of(&table), Vec::<String>::new());
    }
}
