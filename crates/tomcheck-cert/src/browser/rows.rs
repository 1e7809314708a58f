//! What can be said of the browsers, and what to do?

use tomcheck_diagnosis::{Audience, FindingKind, Remedy, Severity, Step, System, Text};

pub(crate) static FIREFOX_MODULE_MISSING: FindingKind = FindingKind {
    code: "browser.firefox-module-missing",
    severity: Severity::Fault,
    title: Text {
        fr: "Firefox ne connaît pas le module de la carte (profil « {profile} »)",
        en: "Firefox does not know the card's module (profile “{profile}”)",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            OPEN_DEVICES,
            WHICH_ON_WINDOWS,
            LOAD_ON_WINDOWS,
            LOAD_ON_LINUX,
            LOAD_ON_MACOS,
            RESTART_FIREFOX,
            Step::anywhere(
                "Pour tout un parc, la règle `SecurityDevices` de Firefox (policies.json ou stratégie de groupe) inscrit le module dans chaque profil.",
                "For many workstations, Firefox's policy `SecurityDevices` (policies.json or group policy) registers the module in every profile.",
            ),
        ],
    },
};

pub(crate) static FIREFOX_MODULE_BROKEN: FindingKind = FindingKind {
    code: "browser.firefox-module-broken",
    severity: Severity::Fault,
    title: Text {
        fr: "Firefox ne peut pas charger le module de la carte qu'on lui a indiqué : {library} (profil « {profile} »)",
        en: "Firefox cannot load the card's module it was told of: {library} (profile “{profile}”)",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            OPEN_DEVICES,
            Step::anywhere(
                "Choisissez le module dont « Chemin », à droite, montre {library}, puis « Décharger ».",
                "Choose the module whose “Path”, on the right, shows {library}, then “Unload”.",
            ),
            Step::anywhere(
                "Si c'est une règle qui l'inscrit (policies.json ou stratégie de groupe), corrigez-y le chemin, sinon Firefox le reprendra à chaque démarrage.",
                "If a policy registers it (policies.json or group policy), correct the path there, or Firefox will load it again at each start.",
            ),
            WHICH_ON_WINDOWS,
            LOAD_ON_WINDOWS,
            LOAD_ON_LINUX,
            LOAD_ON_MACOS,
            RESTART_FIREFOX,
        ],
    },
};

pub(crate) static EXTENSION_DISABLED: FindingKind = FindingKind {
    code: "browser.firefox-extension-disabled",
    severity: Severity::Fault,
    title: Text {
        fr: "L'extension CPS de Firefox est désactivée, et le module de la carte l'est avec elle (profil « {profile} »)",
        en: "The CPS extension of Firefox is disabled, and the card's module with it (profile “{profile}”)",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Dans Firefox : menu ☰ > « Extensions et thèmes » > « Extensions », puis activez « WebExtension CPS ».",
                "In Firefox: menu ☰ > “Extensions and themes” > “Extensions”, then enable “WebExtension CPS”.",
            ),
            Step::anywhere(
                "Si elle refuse de s'activer, mettez Firefox à jour : menu ☰ > « Aide » > « À propos de Firefox ».",
                "If it refuses to be enabled, update Firefox: menu ☰ > “Help” > “About Firefox”.",
            ),
            RESTART_FIREFOX,
        ],
    },
};

pub(crate) static FIREFOX_CONFINED: FindingKind = FindingKind {
    code: "browser.firefox-confined",
    severity: Severity::Fault,
    title: Text {
        fr: "Ce Firefox est confiné (snap ou flatpak) : il ne peut pas charger le module de la carte (profil « {profile} »)",
        en: "This Firefox is confined (snap or flatpak): it cannot load the card's module (profile “{profile}”)",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Installez un Firefox ordinaire : le paquet `firefox-esr` de Debian, le paquet .deb ou l'archive de Mozilla (https://www.mozilla.org/fr/firefox/linux/).",
                "Install an ordinary Firefox: Debian's package `firefox-esr`, Mozilla's .deb package or archive (https://www.mozilla.org/firefox/linux/).",
            ),
            OPEN_DEVICES,
            LOAD_ON_WINDOWS,
            LOAD_ON_LINUX,
            LOAD_ON_MACOS,
            RESTART_FIREFOX,
        ],
    },
};

pub(crate) static PROFILE_UNREADABLE: FindingKind = FindingKind {
    code: "browser.profile-unreadable",
    severity: Severity::Warning,
    title: Text {
        fr: "Ce que le navigateur sait de la carte n'a pas pu être lu : {file}",
        en: "What the browser knows of the card could not be read: {file}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Lancez tomcheck avec le compte de la personne qui utilise la carte.",
                "Run tomcheck as the person who uses the card.",
            ),
            Step::anywhere(
                "Si c'était déjà le cas, vérifiez que ce compte a le droit de lire le fichier indiqué ci-dessus, ou demandez-le à l'administrateur du poste.",
                "If that was so already, check that this account may read the file named above, or ask the administrator of the machine for it.",
            ),
        ],
    },
};

pub(crate) static NSS_MODULE_MISSING: FindingKind = FindingKind {
    code: "browser.nss-module-missing",
    severity: Severity::Fault,
    title: Text {
        fr: "{browser} ne connaît pas le module de la carte",
        en: "{browser} does not know the card's module",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            CLOSE_BROWSER,
            WHERE_THE_DATABASE_IS,
            Step::anywhere(
                "Avec le compte de la personne (jamais avec sudo), créez la base si elle manque : `mkdir -p \"$HOME/.pki/nssdb\"`, puis `certutil -N -d sql:\"$HOME/.pki/nssdb\" --empty-password` (paquet libnss3-tools ou nss-tools).",
                "As that person (never with sudo), make the database where it is missing: `mkdir -p \"$HOME/.pki/nssdb\"`, then `certutil -N -d sql:\"$HOME/.pki/nssdb\" --empty-password` (package libnss3-tools or nss-tools).",
            ),
            ADD_WITH_MODUTIL,
        ],
    },
};

pub(crate) static NSS_MODULE_BROKEN: FindingKind = FindingKind {
    code: "browser.nss-module-broken",
    severity: Severity::Fault,
    title: Text {
        fr: "{browser} ne peut pas charger le module de la carte qu'on lui a indiqué : {library}",
        en: "{browser} cannot load the card's module it was told of: {library}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            CLOSE_BROWSER,
            WHERE_THE_DATABASE_IS,
            Step::anywhere(
                "Avec le compte de la personne (jamais avec sudo), retirez l'ancienne inscription : `modutil -dbdir sql:\"$HOME/.pki/nssdb\" -delete \"{module}\"` (paquet libnss3-tools ou nss-tools).",
                "As that person (never with sudo), take the former registration away: `modutil -dbdir sql:\"$HOME/.pki/nssdb\" -delete \"{module}\"` (package libnss3-tools or nss-tools).",
            ),
            ADD_WITH_MODUTIL,
        ],
    },
};

/// Chromium since 146, where it made the database itself.
const WHERE_THE_DATABASE_IS: Step = Step::anywhere(
    "Si la base indiquée ci-dessus est dans `.local/share`, écrivez `$HOME/.local/share/pki/nssdb` au lieu de `$HOME/.pki/nssdb` dans les commandes qui suivent.",
    "If the database named above is in `.local/share`, write `$HOME/.local/share/pki/nssdb` instead of `$HOME/.pki/nssdb` in the commands that follow.",
);
const CLOSE_BROWSER: Step = Step::anywhere("Fermez {browser}.", "Close {browser}.");
const ADD_WITH_MODUTIL: Step = Step::anywhere(
    "Inscrivez le module : `modutil -dbdir sql:\"$HOME/.pki/nssdb\" -add \"CPS\" -libfile /opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so`, puis rouvrez {browser}.",
    "Register the module: `modutil -dbdir sql:\"$HOME/.pki/nssdb\" -add \"CPS\" -libfile /opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so`, then open {browser} again.",
);

const OPEN_DEVICES: Step = Step::anywhere(
    "Dans Firefox : menu ☰ > « Paramètres » > « Vie privée et sécurité », rubrique « Sécurité », titre « Certificats » : bouton « Périphériques de sécurité… ».",
    "In Firefox: menu ☰ > “Settings” > “Privacy & Security”, section “Security”, heading “Certificates”: button “Security Devices…”.",
);
const WHICH_ON_WINDOWS: Step = Step::on(
    System::Windows,
    "Un Firefox 64 bits demande cps3_pkcs11_w64.dll, un Firefox 32 bits cps3_pkcs11_w32.dll (dossier C:\\Windows\\SysWOW64).",
    "A 64-bit Firefox needs cps3_pkcs11_w64.dll, a 32-bit one cps3_pkcs11_w32.dll (folder C:\\Windows\\SysWOW64).",
);
const LOAD_ON_WINDOWS: Step = Step::on(
    System::Windows,
    "« Charger » : nom « Module de sécurité CPS », fichier C:\\Windows\\System32\\cps3_pkcs11_w64.dll.",
    "“Load”: name “Module de sécurité CPS”, file C:\\Windows\\System32\\cps3_pkcs11_w64.dll.",
);
const LOAD_ON_LINUX: Step = Step::on(
    System::Linux,
    "« Charger » : nom « Module de sécurité CPS », fichier /opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so.",
    "“Load”: name “Module de sécurité CPS”, file /opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so.",
);
const LOAD_ON_MACOS: Step = Step::on(
    System::Macos,
    "« Charger » : nom « Module de sécurité CPS », fichier /usr/local/lib/libcps3_pkcs11_osx.dylib.",
    "“Load”: name “Module de sécurité CPS”, file /usr/local/lib/libcps3_pkcs11_osx.dylib.",
);
const RESTART_FIREFOX: Step = Step::anywhere(
    "Fermez toutes les fenêtres de Firefox, rouvrez-le et réessayez.",
    "Close every window of Firefox, open it again and retry.",
);

pub(crate) static STORE_CERTIFICATE_MISSING: FindingKind = FindingKind {
    code: "browser.store-certificate-missing",
    severity: Severity::Fault,
    title: Text {
        fr: "Le certificat de la carte n'est pas dans le magasin de Windows : Edge et Chrome ne peuvent pas le proposer",
        en: "The card's certificate is not in Windows' store: Edge and Chrome cannot offer it",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            REFRESH,
            Step::anywhere(
                "Retirez la carte, attendez cinq secondes, remettez-la, puis fermez et rouvrez le navigateur.",
                "Take the card out, wait five seconds, put it back, then close the browser and open it again.",
            ),
            Step::anywhere(
                "Si cela persiste, demandez à l'assistance informatique de vérifier le service « Propagation du certificat » (CertPropSvc) dans `services.msc`, et de réinstaller la Cryptolib CPS.",
                "If it persists, ask IT support to check the service “Certificate Propagation” (CertPropSvc) in `services.msc`, and to install the Cryptolib CPS again.",
            ),
        ],
    },
};

pub(crate) static STORE_CERTIFICATE_STALE: FindingKind = FindingKind {
    code: "browser.store-certificate-stale",
    severity: Severity::Warning,
    title: Text {
        fr: "Le magasin de Windows propose encore les certificats d'une autre carte",
        en: "Windows' store still offers certificates of another card",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            REFRESH,
            Step::anywhere(
                "Fermez toutes les fenêtres du navigateur et rouvrez-le : il garde le choix du certificat.",
                "Close every window of the browser and open it again: it keeps the choice of the certificate.",
            ),
            Step::anywhere(
                "S'ils restent, demandez à l'assistance informatique de supprimer, dans `certmgr.msc` > « Personnel » > « Certificats », les seuls certificats dont l'empreinte est donnée ci-dessus.",
                "If they stay, ask IT support to delete, in `certmgr.msc` > “Personal” > “Certificates”, only the certificates whose fingerprints are listed above.",
            ),
        ],
    },
};

pub(crate) static CCM_MANUAL: FindingKind = FindingKind {
    code: "browser.ccm-manual",
    severity: Severity::Warning,
    title: Text {
        fr: "Le « Gestionnaire de certificats CPS » ne surveille pas le lecteur : il ne voit une carte que sur demande",
        en: "The “Gestionnaire de certificats CPS” does not watch the reader: it sees a card on demand only",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Clic droit sur l'icône de carte près de l'horloge (si elle n'y est pas, cliquez d'abord sur la petite flèche ^), puis « Activer la surveillance des lecteurs ».",
                "Right-click the card icon near the clock (if you do not see it, click the small arrow ^ first), then “Activer la surveillance des lecteurs”.",
            ),
            REFRESH,
        ],
    },
};

pub(crate) static CCM_ABSENT: FindingKind = FindingKind {
    code: "browser.ccm-absent",
    severity: Severity::Warning,
    title: Text {
        fr: "Le « Gestionnaire de certificats CPS » (CCM) n'est pas lancé dans cette session",
        en: "The “Gestionnaire de certificats CPS” (CCM) is not running in this session",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Menu Démarrer > dossier « Santé Social » > « Gestionnaire de certificats CPS » ; une icône de carte apparaît près de l'horloge.",
                "Start menu > folder “Santé Social” > “Gestionnaire de certificats CPS”; a card icon appears near the clock.",
            ),
            Step::anywhere(
                "S'il n'y est pas, faites installer la Cryptolib CPS : il en fait partie.",
                "If it is not there, have the Cryptolib CPS installed: it is part of it.",
            ),
        ],
    },
};

const REFRESH: Step = Step::anywhere(
    "Clic droit sur l'icône de carte près de l'horloge (si elle n'y est pas, cliquez d'abord sur la petite flèche ^), puis « Rafraîchir ».",
    "Right-click the card icon near the clock (if you do not see it, click the small arrow ^ first), then “Rafraîchir”.",
);
