//! What can be judged of a proxy, in both languages, and what to do about it?

use tomcheck_diagnosis::{Audience, FindingKind, Remedy, Severity, Step, System, Text};

use crate::pac::findings::{
    PAC_ADDRESS_DIFFERS, PAC_INVALID, PAC_TIMEOUT, PAC_UNREACHABLE, PAC_UNTRUSTED,
};

/// Every finding of this layer, in the order a technician meets them.
pub static FINDINGS: &[&FindingKind] = &[
    &SETTING_INVALID,
    &PAC_NOT_EVALUATED,
    &PAC_UNREACHABLE,
    &PAC_UNTRUSTED,
    &PAC_INVALID,
    &PAC_TIMEOUT,
    &PAC_ADDRESS_DIFFERS,
    &UNRESOLVED,
    &UNREACHABLE,
    &NO_ANSWER,
    &NOT_A_PROXY,
    &CERTIFICATE_UNTRUSTED,
    &AUTHENTICATION_REQUIRED,
    &AUTHENTICATION_REJECTED,
    &SCHEME_UNSUPPORTED,
    &HOST_NOT_ALLOWED,
    &UPSTREAM_DNS,
    &UPSTREAM_FAILED,
    &CLOSES_IDLE_TUNNELS,
    &BYPASS_NAME_MISSING,
    &BYPASS_ADDRESS_MISSING,
    &SETTINGS_DISAGREE,
];

/// For whoever runs the proxy.
const REQUEST: Step = Step::anywhere(
    "Sur un poste, `tomcheck proxy https://{site} --request` écrit les adresses du site et les lignes \
     à coller.",
    "On a workstation, `tomcheck proxy https://{site} --request` writes the site's addresses and the \
     lines to paste.",
);

/// For whoever mended a list.
pub(crate) const TRY_AGAIN: Step = Step::anywhere(
    "Puis vérifiez : `tomcheck proxy https://{host}`",
    "Then try: `tomcheck proxy https://{host}`",
);

/// Where Windows keeps the proxy; this window is the same in every version.
const INTERNET_OPTIONS: Step = Step::on(
    System::Windows,
    "Réglage de Windows : touches Windows + R, tapez `inetcpl.cpl`, onglet « Connexions », \
     bouton « Paramètres réseau ».",
    "Windows' setting: Windows + R keys, type `inetcpl.cpl`, tab “Connections”, button \
     “LAN settings”.",
);

const INTERNET_EXCEPTIONS: Step = Step::on(
    System::Windows,
    "Réglage de Windows : touches Windows + R, tapez `inetcpl.cpl`, onglet « Connexions », \
     bouton « Paramètres réseau », bouton « Avancé », zone « Exceptions ».",
    "Windows' setting: Windows + R keys, type `inetcpl.cpl`, tab “Connections”, button \
     “LAN settings”, button “Advanced”, box “Exceptions”.",
);

pub(crate) const OF_FIREFOX: Step = Step::anywhere(
    "Firefox : menu ☰, « Paramètres », « Général », tout en bas « Paramètres réseau », bouton \
     « Paramètres… », choisissez « Utiliser les paramètres proxy du système ».",
    "Firefox: menu ☰, “Settings”, “General”, at the bottom “Network Settings”, button \
     “Settings…”, choose “Use system proxy settings”.",
);

pub(crate) const OF_POLICIES: Step = Step::anywhere(
    "Chrome, Edge : la page chrome://policy (edge://policy) montre la stratégie qui fixe le \
     proxy ; seul l'administrateur du parc la change.",
    "Chrome, Edge: the page chrome://policy (edge://policy) shows the policy that sets the \
     proxy; only the administrator of the machines changes it.",
);

pub(crate) const OF_JAVA: Step = Step::anywhere(
    "Java : panneau de configuration Java, onglet « Général », bouton « Paramètres réseau », \
     choisissez « Utiliser les paramètres du navigateur » ; ou retirez la ligne du fichier cité.",
    "Java: Java Control Panel, tab “General”, button “Network Settings”, choose “Use \
     browser settings”; or remove the line from the file named.",
);

pub(crate) static SETTING_INVALID: FindingKind = FindingKind {
    code: "proxy.setting-invalid",
    severity: Severity::Fault,
    title: Text {
        fr: "Le réglage de proxy {where} est inutilisable : {why}",
        en: "The proxy setting {where} cannot be used: {why}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Corrigez {where} : la forme attendue est http://nom-du-proxy:port ; demandez ce nom et ce port à l'administrateur du réseau.",
                "Correct {where}: the form is http://name-of-the-proxy:port; ask the network administrator for that name and that port.",
            ),
            INTERNET_OPTIONS,
        ],
    },
};

/// A script where this program does not reach, and browsers do.
pub(crate) static PAC_NOT_EVALUATED: FindingKind = FindingKind {
    code: "proxy.pac-not-evaluated",
    severity: Severity::Warning,
    title: Text {
        fr: "Un script (PAC) choisit le proxy de ce poste ; cette version ne sait pas le lire",
        en: "A script (PAC) chooses this machine's proxy; this version cannot read it",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Ouvrez {url} : les lignes PROXY y nomment les proxys, sous la forme nom:port.",
                "Open {url}: its PROXY lines name the proxies, as name:port.",
            ),
            Step::anywhere(
                "Relancez le diagnostic avec ce proxy : `tomcheck --proxy http://NOM:PORT` (ou \
                 `tomcheck --proxy direct`).",
                "Run the diagnosis again with that proxy: `tomcheck --proxy http://NAME:PORT` (or \
                 `tomcheck --proxy direct`).",
            ),
        ],
    },
};

pub(crate) static UNRESOLVED: FindingKind = FindingKind {
    code: "proxy.unresolved",
    severity: Severity::Fault,
    title: Text {
        fr: "Le nom du proxy {proxy} est introuvable",
        en: "The name of the proxy {proxy} cannot be resolved",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Vérifiez l'orthographe du proxy, et son nom avec la commande : \
                 `nslookup {proxy_host}`",
                "Check how the proxy is spelt, and its name with the command: \
                 `nslookup {proxy_host}`",
            ),
            INTERNET_OPTIONS,
            Step::anywhere(
                "Hors du réseau de l'établissement, connectez le VPN, ou retirez ce proxy.",
                "Away from the site's own network, connect the VPN, or remove this proxy.",
            ),
        ],
    },
};

pub(crate) static UNREACHABLE: FindingKind = FindingKind {
    code: "proxy.unreachable",
    severity: Severity::Fault,
    title: Text {
        fr: "Le proxy {proxy} n'accepte pas la connexion",
        en: "The proxy {proxy} does not accept the connection",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Vérifiez l'adresse et le port du proxy auprès de l'administrateur du réseau.",
                "Check the proxy's address and port with the network administrator.",
            ),
            INTERNET_OPTIONS,
            Step::anywhere(
                "Hors du réseau de l'établissement, connectez le VPN, ou retirez ce proxy.",
                "Away from the site's own network, connect the VPN, or remove this proxy.",
            ),
        ],
    },
};

pub(crate) static NO_ANSWER: FindingKind = FindingKind {
    code: "proxy.no-answer",
    severity: Severity::Fault,
    title: Text {
        fr: "Le proxy {proxy} accepte la connexion, puis ne répond pas à temps",
        en: "The proxy {proxy} accepts the connection, then does not answer in time",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Vérifiez que {proxy} est bien le port du proxy.",
                "Check that {proxy} is the proxy's port.",
            ),
            Step::anywhere(
                "Vérifiez que le proxy joint {site} : pare-feu de sortie, proxy parent, DNS.",
                "Check that the proxy reaches {site}: outgoing firewall, parent proxy, DNS.",
            ),
            REQUEST,
        ],
    },
};

pub(crate) static NOT_A_PROXY: FindingKind = FindingKind {
    code: "proxy.not-a-proxy",
    severity: Severity::Fault,
    title: Text {
        fr: "Ce qui répond à l'adresse {proxy} n'est pas un proxy web",
        en: "What answers at {proxy} is not a web proxy",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Corrigez l'adresse et le port du proxy ; demandez-les à l'administrateur du \
                 réseau.",
                "Correct the proxy's address and port; ask the network administrator for them.",
            ),
            INTERNET_OPTIONS,
        ],
    },
};

pub(crate) static CERTIFICATE_UNTRUSTED: FindingKind = FindingKind {
    code: "proxy.certificate-untrusted",
    severity: Severity::Fault,
    title: Text {
        fr: "Le certificat du proxy {proxy} n'est pas reconnu par ce poste",
        en: "This machine does not trust the certificate of the proxy {proxy}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Donnez au proxy un certificat à son nom, {proxy_host}, en cours de validité, \
                 d'une autorité que les postes connaissent.",
                "Give the proxy a valid certificate in its name, {proxy_host}, from an authority \
                 that the workstations know.",
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

pub(crate) static AUTHENTICATION_REQUIRED: FindingKind = FindingKind {
    code: "proxy.authentication-required",
    severity: Severity::Fault,
    title: Text {
        fr: "Le proxy {proxy} demande un nom d'utilisateur et un mot de passe",
        en: "The proxy {proxy} demands a user name and a password",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Sur le proxy, autorisez {site} sans authentification.",
                "On the proxy, allow {site} without authentication.",
            ),
            Step::anywhere(
                "Ou ouvrez un accès direct à {site}, et ajoutez le nom et les adresses du site \
                 aux exceptions de proxy des postes.",
                "Or open a direct way to {site}, and add the site's name and addresses to the \
                 proxy exceptions of the workstations.",
            ),
            INTERNET_EXCEPTIONS,
            Step::anywhere(
                "Pour essayer avec un compte que le proxy connaît : `tomcheck --proxy-user NOM` — le \
                 mot de passe est demandé ensuite.",
                "To try with an account that the proxy knows: `tomcheck --proxy-user NAME` — the \
                 password is asked for then.",
            ),
        ],
    },
};

pub(crate) static AUTHENTICATION_REJECTED: FindingKind = FindingKind {
    code: "proxy.authentication-rejected",
    severity: Severity::Fault,
    title: Text {
        fr: "Le proxy {proxy} refuse le nom d'utilisateur ou le mot de passe donné",
        en: "The proxy {proxy} rejects the user name or password it was given",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Vérifiez le nom d'utilisateur et le mot de passe du proxy auprès de \
                 l'administrateur du réseau : mal tapés, expirés, ou compte bloqué.",
                "Check the proxy's user name and password with the network administrator: \
                 mistyped, expired, or account locked.",
            ),
            Step::anywhere(
                "Mieux : demandez-lui d'autoriser {site} sans authentification.",
                "Better: ask them to allow {site} without authentication.",
            ),
        ],
    },
};

pub(crate) static SCHEME_UNSUPPORTED: FindingKind = FindingKind {
    code: "proxy.scheme-unsupported",
    severity: Severity::Fault,
    title: Text {
        fr: "Le proxy {proxy} n'accepte que l'authentification {schemes}, que tomcheck ne peut \
             pas faire ici",
        en: "The proxy {proxy} takes only {schemes} authentication, which tomcheck cannot do here",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Sur le proxy, autorisez {site} sans authentification.",
                "On the proxy, allow {site} without authentication.",
            ),
            Step::anywhere(
                "Ou ouvrez un accès direct à {site}, et ajoutez le nom et les adresses du site \
                 aux exceptions de proxy des postes.",
                "Or open a direct way to {site}, and add the site's name and addresses to the \
                 proxy exceptions of the workstations.",
            ),
            INTERNET_EXCEPTIONS,
            REQUEST,
        ],
    },
};

pub(crate) static HOST_NOT_ALLOWED: FindingKind = FindingKind {
    code: "proxy.host-not-allowed",
    severity: Severity::Fault,
    title: Text {
        fr: "Le proxy {proxy} refuse l'accès à {site}",
        en: "The proxy {proxy} refuses access to {site}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Sur le proxy et son filtre web, autorisez la méthode CONNECT vers {site}, par \
                 nom et par adresse, sans authentification ni inspection TLS.",
                "On the proxy and its web filter, allow the CONNECT method to {site}, by name \
                 and by address, without authentication or TLS inspection.",
            ),
            Step::anywhere(
                "Le journal du proxy montre la règle qui refuse : cherchez-y {host}.",
                "The proxy's log shows the rule that refuses: look for {host} in it.",
            ),
            REQUEST,
        ],
    },
};

pub(crate) static UPSTREAM_DNS: FindingKind = FindingKind {
    code: "proxy.upstream-dns",
    severity: Severity::Fault,
    title: Text {
        fr: "Le proxy {proxy} ne trouve pas l'adresse de {host}",
        en: "The proxy {proxy} cannot resolve {host}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Vérifiez l'orthographe de {host}.",
                "Check how {host} is spelt.",
            ),
            Step::anywhere(
                "Sur la machine du proxy, lancez : `nslookup {host}` — puis corrigez son DNS.",
                "On the proxy's machine, run: `nslookup {host}` — then correct its DNS.",
            ),
        ],
    },
};

pub(crate) static UPSTREAM_FAILED: FindingKind = FindingKind {
    code: "proxy.upstream-failed",
    severity: Severity::Fault,
    title: Text {
        fr: "Le proxy {proxy} n'arrive pas à joindre {site}",
        en: "The proxy {proxy} cannot reach {site}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Depuis la machine du proxy, vérifiez l'accès à {site} : pare-feu de sortie, \
                 proxy parent.",
                "From the proxy's machine, check the way to {site}: outgoing firewall, parent \
                 proxy.",
            ),
            Step::anywhere(
                "Si d'autres sites passent par ce proxy, le site lui-même est peut-être en \
                 panne : réessayez plus tard.",
                "If other sites pass through this proxy, the site itself may be down: try again \
                 later.",
            ),
            REQUEST,
        ],
    },
};

pub(crate) static CLOSES_IDLE_TUNNELS: FindingKind = FindingKind {
    code: "proxy.closes-idle-tunnels",
    severity: Severity::Warning,
    title: Text {
        fr: "Par le proxy {proxy}, une connexion silencieuse est coupée trop vite : au bout de {delay}",
        en: "Through the proxy {proxy}, a silent connection is cut too soon: after {delay}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Sur le proxy, portez à deux minutes au moins le délai d'inactivité des tunnels \
                 CONNECT vers {site} : pendant qu'on tape le code porteur, rien ne passe.",
                "On the proxy, raise the idle time of CONNECT tunnels to {site} to two minutes at \
                 least: nothing passes while the code porteur (PIN) is typed.",
            ),
            Step::anywhere(
                "Sur squid, c'est la ligne `read_timeout` de squid.conf ; pour vérifier : `tomcheck proxy https://{site} --hold 120`",
                "On squid, it is the line `read_timeout` of squid.conf; to try: `tomcheck proxy https://{site} --hold 120`",
            ),
        ],
    },
};

pub(crate) static BYPASS_NAME_MISSING: FindingKind = FindingKind {
    code: "proxy.bypass-name-missing",
    severity: Severity::Warning,
    title: Text {
        fr: "{host} est une exception du proxy par son adresse, pas par son nom",
        en: "{host} is a proxy exception by its address, not by its name",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Ajoutez à la fin de {where} : {missing}",
                "Add at the end of {where}: {missing}",
            ),
            INTERNET_EXCEPTIONS,
            TRY_AGAIN,
        ],
    },
};

pub(crate) static BYPASS_ADDRESS_MISSING: FindingKind = FindingKind {
    code: "proxy.bypass-address-missing",
    severity: Severity::Warning,
    title: Text {
        fr: "{host} est une exception du proxy par son nom, pas par toutes ses adresses",
        en: "{host} is a proxy exception by its name, not by all of its addresses",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Ajoutez à la fin de {where} : {missing}",
                "Add at the end of {where}: {missing}",
            ),
            INTERNET_EXCEPTIONS,
            TRY_AGAIN,
        ],
    },
};

pub(crate) static SETTINGS_DISAGREE: FindingKind = FindingKind {
    code: "proxy.settings-disagree",
    severity: Severity::Warning,
    title: Text {
        fr: "Les réglages de proxy de ce poste se contredisent",
        en: "The proxy settings of this machine contradict one another",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Donnez la même réponse à tous les réglages ci-dessus, sauf si la différence est \
                 voulue : les navigateurs suivent le réglage du système, d'autres programmes les \
                 variables d'environnement.",
                "Make all the settings above say the same, unless the difference is meant: \
                 browsers follow the system's setting, other programs the environment variables.",
            ),
            INTERNET_OPTIONS,
            Step::on(
                System::Windows,
                "Variables : touches Windows + R, tapez `sysdm.cpl`, onglet « Paramètres système \
                 avancés », bouton « Variables d'environnement ».",
                "Variables: Windows + R keys, type `sysdm.cpl`, tab “Advanced”, button \
                 “Environment Variables”.",
            ),
            Step::on(
                System::Linux,
                "Variables : `grep -i proxy /etc/environment ~/.profile ~/.bashrc`",
                "Variables: `grep -i proxy /etc/environment ~/.profile ~/.bashrc`",
            ),
            Step::on(
                System::Macos,
                "Variables : `grep -i proxy ~/.zprofile ~/.zshrc`",
                "Variables: `grep -i proxy ~/.zprofile ~/.zshrc`",
            ),
        ],
    },
};

#[test]
fn the_table_is_well_made() {
    assert_eq!(
        tomcheck_diagnosis::faults_of(FINDINGS),
        Vec::<String>::new()
    );
}
