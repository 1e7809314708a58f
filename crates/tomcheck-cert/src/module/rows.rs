//! What can be said of the module's files, and what to do?

use tomcheck_diagnosis::{Audience, FindingKind, Remedy, Severity, Step, System, Text};

pub(crate) static NOT_INSTALLED: FindingKind = FindingKind {
    code: "module.not-installed",
    severity: Severity::Fault,
    title: Text {
        fr: "La Cryptolib CPS, le module qui lit la carte, est introuvable sur ce poste",
        en: "The Cryptolib CPS, the module that reads the card, cannot be found on this machine",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Téléchargez la Cryptolib CPS (version 64 bits : CryptolibCPS-5.2.2_x64.msi ou plus récente) : cherchez « Cryptolib CPS » sur https://esante.gouv.fr, et installez-la avec un compte administrateur.",
                "Download the Cryptolib CPS (64-bit version: CryptolibCPS-5.2.2_x64.msi or later): search “Cryptolib CPS” on https://esante.gouv.fr, and install it as an administrator.",
            ),
            Step::on(
                System::RedHat,
                "Sur Red Hat 8 ou 9 et Fedora : téléchargez le paquet RPM de la Cryptolib CPS (cherchez « Cryptolib CPS » sur https://esante.gouv.fr) et installez-le : `sudo dnf install ./CryptolibCPS-*.rpm` (sur Red Hat 7 : `sudo yum install ./CryptolibCPS-*.rpm`).",
                "On Red Hat 8 or 9 and Fedora: download the RPM package of the Cryptolib CPS (search “Cryptolib CPS” on https://esante.gouv.fr) and install it: `sudo dnf install ./CryptolibCPS-*.rpm` (on Red Hat 7: `sudo yum install ./CryptolibCPS-*.rpm`).",
            ),
            Step::on(
                System::OtherLinux,
                "Sur Debian, Ubuntu et les autres distributions : l'ANS ne fournit la Cryptolib CPS que pour Red Hat 7, 8 et 9 ; demandez à votre service informatique ou à l'ANS (monserviceclient.eservices@esante.gouv.fr) comment équiper ce poste.",
                "On Debian, Ubuntu and other distributions: the ANS supplies the Cryptolib CPS for Red Hat 7, 8 and 9 only; ask your IT department or the ANS (monserviceclient.eservices@esante.gouv.fr) how to equip this machine.",
            ),
            Step::on(
                System::Macos,
                "Téléchargez la Cryptolib CPS pour macOS (cherchez « Cryptolib CPS » sur https://esante.gouv.fr) et ouvrez le fichier .pkg.",
                "Download the Cryptolib CPS for macOS (search “Cryptolib CPS” on https://esante.gouv.fr) and open the .pkg file.",
            ),
            Step::anywhere(
                "Si le module est ailleurs, indiquez-le : `tomcheck --module CHEMIN`.",
                "If the module is elsewhere, name it: `tomcheck --module PATH`.",
            ),
        ],
    },
};

pub(crate) static PATH_MISSING: FindingKind = FindingKind {
    code: "module.path-missing",
    severity: Severity::Fault,
    title: Text {
        fr: "Le fichier donné à --module n'existe pas : {path}",
        en: "The file given to --module does not exist: {path}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            CORRECT_PATH_ON_WINDOWS,
            CORRECT_PATH_ON_LINUX,
            CORRECT_PATH_ON_MACOS,
            Step::anywhere(
                "Ou lancez `tomcheck` sans --module : il cherche la Cryptolib CPS là où elle s'installe.",
                "Or start `tomcheck` without --module: it looks where the Cryptolib CPS installs itself.",
            ),
        ],
    },
};

pub(crate) static WRONG_ARCHITECTURE: FindingKind = FindingKind {
    code: "module.wrong-architecture",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte est fait pour {module}, ce programme pour {process}",
        en: "The card's module is made for {module}, this program for {process}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Installez la Cryptolib CPS 64 bits (CryptolibCPS-5.2.2_x64.msi ou plus récente ; cherchez « Cryptolib CPS » sur https://esante.gouv.fr) : elle apporte les deux modules, cps3_pkcs11_w64.dll et cps3_pkcs11_w32.dll.",
                "Install the 64-bit Cryptolib CPS (CryptolibCPS-5.2.2_x64.msi or later; search “Cryptolib CPS” on https://esante.gouv.fr): it brings both modules, cps3_pkcs11_w64.dll and cps3_pkcs11_w32.dll.",
            ),
            Step::on(
                System::Linux,
                "Installez la Cryptolib CPS faite pour {process} ; `file {path}` dit pour quoi celle-ci est faite.",
                "Install the Cryptolib CPS made for {process}; `file {path}` tells what this one is made for.",
            ),
            Step::on(
                System::Macos,
                "Installez la Cryptolib CPS faite pour {process} ; `file {path}` dit pour quoi celle-ci est faite.",
                "Install the Cryptolib CPS made for {process}; `file {path}` tells what this one is made for.",
            ),
        ],
    },
};

pub(crate) static NOT_PKCS11: FindingKind = FindingKind {
    code: "module.not-pkcs11",
    severity: Severity::Fault,
    title: Text {
        fr: "{path} n'est pas un module de carte (PKCS#11)",
        en: "{path} is no card module (PKCS#11)",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            CORRECT_PATH_ON_WINDOWS,
            CORRECT_PATH_ON_LINUX,
            CORRECT_PATH_ON_MACOS,
            Step::anywhere(
                "Si c'est bien ce fichier, il est abîmé : installez de nouveau la Cryptolib CPS (cherchez « Cryptolib CPS » sur https://esante.gouv.fr).",
                "If this is the right file, it is damaged: install the Cryptolib CPS again (search “Cryptolib CPS” on https://esante.gouv.fr).",
            ),
        ],
    },
};

pub(crate) static UNREADABLE: FindingKind = FindingKind {
    code: "module.unreadable",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte est installé, mais ce compte n'a pas le droit de le lire",
        en: "The card's module is installed, but this account may not read it",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Clic droit sur {path} > Propriétés > Sécurité : donnez « Lecture et exécution » au groupe Utilisateurs.",
                "Right click on {path} > Properties > Security: give “Read & execute” to the group Users.",
            ),
            Step::on(
                System::Linux,
                "`sudo chmod a+rx \"{path}\"` ; si cela ne suffit pas, `namei -l \"{path}\"` montre quel dossier du chemin est fermé.",
                "`sudo chmod a+rx \"{path}\"`; if that is not enough, `namei -l \"{path}\"` shows which folder of the path is closed.",
            ),
            Step::on(
                System::Macos,
                "`sudo chmod a+rx \"{path}\"`",
                "`sudo chmod a+rx \"{path}\"`",
            ),
        ],
    },
};

pub(crate) static READ_FAILED: FindingKind = FindingKind {
    code: "module.read-failed",
    severity: Severity::Fault,
    title: Text {
        fr: "Le système ne parvient pas à lire le module de la carte : {path}",
        en: "The system fails to read the card's module: {path}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Cherchez ce fichier dans l'Explorateur de fichiers ; si le chemin est faux, corrigez celui donné à --module.",
                "Look for this file in File Explorer; if the path is wrong, correct the one given to --module.",
            ),
            Step::on(
                System::Linux,
                "`ls -l \"{path}\"` montre si c'est un lien et où il mène ; si le chemin est faux, corrigez celui donné à --module.",
                "`ls -l \"{path}\"` shows whether it is a link and where it leads; if the path is wrong, correct the one given to --module.",
            ),
            Step::on(
                System::Macos,
                "`ls -l \"{path}\"` montre si c'est un lien et où il mène ; si le chemin est faux, corrigez celui donné à --module.",
                "`ls -l \"{path}\"` shows whether it is a link and where it leads; if the path is wrong, correct the one given to --module.",
            ),
            Step::anywhere(
                "Si c'est le bon fichier, demandez à votre service informatique de vérifier le disque, puis installez de nouveau la Cryptolib CPS.",
                "If this is the right file, ask your IT department to check the disk, then install the Cryptolib CPS again.",
            ),
        ],
    },
};

pub(crate) static DUPLICATE: FindingKind = FindingKind {
    code: "module.duplicate",
    severity: Severity::Warning,
    title: Text {
        fr: "Plusieurs versions du module de la carte sont installées",
        en: "Several versions of the card's module are installed",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Paramètres > Applications > Applications installées (Windows 10 : Applications et fonctionnalités) : désinstallez l'ancienne version de « Composants Cryptographiques CPS » et gardez la plus récente.",
                "Settings > Apps > Installed apps (Windows 10: Apps & features): uninstall the old version of “Composants Cryptographiques CPS” and keep the latest.",
            ),
            Step::on(
                System::Linux,
                "Gardez le module utilisé ({used}) et désinstallez le paquet des autres : `rpm -qf {others}` le nomme.",
                "Keep the module in use ({used}) and remove the package of the others: `rpm -qf {others}` names it.",
            ),
            Step::on(
                System::Macos,
                "Gardez le module utilisé ({used}) et supprimez les autres : {others} (dans le Finder, menu « Aller » > « Aller au dossier… »).",
                "Keep the module in use ({used}) and remove the others: {others} (in the Finder, menu “Go” > “Go to Folder…”).",
            ),
        ],
    },
};

const CORRECT_PATH_ON_WINDOWS: Step = Step::on(
    System::Windows,
    r"Corrigez le chemin donné à --module ; celui de la Cryptolib CPS est C:\Windows\System32\cps3_pkcs11_w64.dll.",
    r"Correct the path given to --module; the Cryptolib CPS's is C:\Windows\System32\cps3_pkcs11_w64.dll.",
);
const CORRECT_PATH_ON_LINUX: Step = Step::on(
    System::Linux,
    "Corrigez le chemin donné à --module ; celui de la Cryptolib CPS est /opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so.",
    "Correct the path given to --module; the Cryptolib CPS's is /opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so.",
);
const CORRECT_PATH_ON_MACOS: Step = Step::on(
    System::Macos,
    "Corrigez le chemin donné à --module ; celui de la Cryptolib CPS est /usr/local/lib/libcps3_pkcs11_osx.dylib.",
    "Correct the path given to --module; the Cryptolib CPS's is /usr/local/lib/libcps3_pkcs11_osx.dylib.",
);
