//! What can be judged of a script, in both languages, and what to do about it?

use tomcheck_diagnosis::{Audience, FindingKind, Remedy, Severity, Step, System, Text};

use crate::findings::TRY_AGAIN;

/// Where Windows keeps the script's address.
const INTERNET_OPTIONS: Step = Step::on(
    System::Windows,
    "Réglage de Windows : touches Windows + R, tapez `inetcpl.cpl`, onglet « Connexions », \
     bouton « Paramètres réseau », case « Utiliser un script de configuration automatique ».",
    "Windows' setting: Windows + R keys, type `inetcpl.cpl`, tab “Connections”, button \
     “LAN settings”, box “Use automatic configuration script”.",
);

pub(crate) static PAC_UNREACHABLE: FindingKind = FindingKind {
    code: "proxy.pac-unreachable",
    severity: Severity::Warning,
    title: Text {
        fr: "Le script qui choisit le proxy ({script}) est introuvable : les navigateurs s'en passent",
        en: "The script that chooses the proxy ({script}) cannot be fetched: browsers do without it",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Ouvrez l'adresse du script dans un navigateur ({script}) : il doit s'afficher ou \
                 se télécharger.",
                "Open the script's address in a browser ({script}): it must be shown or downloaded.",
            ),
            Step::anywhere(
                "Sinon, demandez l'adresse actuelle à l'administrateur du réseau, et corrigez \
                 {where}.",
                "If it is not, ask the network administrator for the current address, and correct \
                 {where}.",
            ),
            INTERNET_OPTIONS,
            Step::anywhere(
                "Hors du réseau de l'établissement, connectez le VPN, ou retirez ce réglage.",
                "Away from the site's own network, connect the VPN, or remove this setting.",
            ),
        ],
    },
};

pub(crate) static PAC_UNTRUSTED: FindingKind = FindingKind {
    code: "proxy.pac-untrusted",
    severity: Severity::Warning,
    title: Text {
        fr: "Ce poste ne reconnaît pas le serveur du script qui choisit le proxy ({script}) : les \
             navigateurs s'en passent",
        en: "This machine does not trust the server of the script that chooses the proxy ({script}): \
             browsers do without it",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Donnez au serveur du script ({server}) un certificat à son nom, en cours de validité, \
                 d'une autorité que les postes connaissent.",
                "Give the script's server ({server}) a valid certificate in its name, from an \
                 authority that the workstations know.",
            ),
            Step::anywhere(
                "Ou distribuez aux postes le certificat de son autorité ; pour essayer : \
                 `tomcheck --ca-file AUTORITE.pem`",
                "Or hand the certificate of its authority out to the workstations; to try it: \
                 `tomcheck --ca-file AUTHORITY.pem`",
            ),
        ],
    },
};

pub(crate) static PAC_INVALID: FindingKind = FindingKind {
    code: "proxy.pac-invalid",
    severity: Severity::Warning,
    title: Text {
        fr: "Le script qui choisit le proxy est à corriger : {why}",
        en: "The script that chooses the proxy is to be corrected: {why}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Dans {script}, corrigez ce que dit ce constat : {why}",
                "In {script}, correct what this finding says: {why}",
            ),
            Step::anywhere(
                "Puis recommencez : `tomcheck proxy`, avec l'adresse du site.",
                "Then try again: `tomcheck proxy`, with the site's address.",
            ),
        ],
    },
};

pub(crate) static PAC_TIMEOUT: FindingKind = FindingKind {
    code: "proxy.pac-timeout",
    severity: Severity::Warning,
    title: Text {
        fr: "Le script qui choisit le proxy est trop lent : {why}",
        en: "The script that chooses the proxy is too slow: {why}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Dans {script}, cherchez une boucle qui ne finit pas ; testez d'abord les noms \
                 (dnsDomainIs, shExpMatch), et n'appelez isResolvable, isInNet et dnsResolve qu'en dernier.",
                "In {script}, look for a loop without an end; test names first (dnsDomainIs, \
                 shExpMatch), and call isResolvable, isInNet and dnsResolve last.",
            ),
            Step::anywhere(
                "Vérifiez que le DNS des postes répond vite, même pour un nom qui n'existe pas : `nslookup absent.invalid`",
                "Check that the workstations' DNS answers fast, even for a name that does not \
                 exist: `nslookup absent.invalid`",
            ),
        ],
    },
};

pub(crate) static PAC_ADDRESS_DIFFERS: FindingKind = FindingKind {
    code: "proxy.pac-address-differs",
    severity: Severity::Warning,
    title: Text {
        fr: "Le script laisse {host} sans proxy par son nom, pas par toutes ses adresses",
        en: "The script lets {host} go without a proxy by its name, not by all of its addresses",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Ajoutez au début de FindProxyForURL, dans {script} : {rule}",
                "Add at the beginning of FindProxyForURL, in {script}: {rule}",
            ),
            TRY_AGAIN,
        ],
    },
};
