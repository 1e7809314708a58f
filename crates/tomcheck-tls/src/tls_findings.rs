//! Every finding about TLS: its words, and what to do.

use tomcheck_diagnosis::{Audience, FindingKind, Remedy, Severity, Step, System, Text};

pub(crate) static NOT_TLS: FindingKind = FindingKind {
    code: "tls.not-tls",
    severity: Severity::Fault,
    title: Text {
        fr: "Ce qui répond à l'adresse {server}, port {port}, n'est pas un site sécurisé (TLS)",
        en: "What answers at {server}, port {port}, is no secure site (TLS)",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Vérifiez l'adresse du site : elle commence par https:// et le numéro de port, s'il y en a un, est le bon.",
                "Check the site's address: it begins with https:// and its port number, if any, is right.",
            ),
            Step::anywhere(
                "Si l'adresse est bonne, demandez à l'administrateur du réseau si un portail ou un filtre répond à la place de {server}.",
                "If the address is right, ask the network administrator whether a portal or a filter answers in the place of {server}.",
            ),
        ],
    },
};

pub(crate) static MIDDLEBOX: FindingKind = FindingKind {
    code: "tls.reset-by-middlebox",
    severity: Severity::Fault,
    title: Text {
        fr: "La connexion sécurisée à {server} s'arrête au premier message : {how}",
        en: "The secure connection to {server} stops at the first message: {how}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Refaites l'essai depuis un autre réseau (partage de connexion d'un téléphone) : s'il réussit, un équipement de votre réseau bloque ; s'il échoue de même, c'est le serveur.",
                "Try again from another network (a telephone's hotspot): if that works, a box on your network blocks; if it fails just so, it is the server.",
            ),
            Step::anywhere(
                "S'il réussit ailleurs : dans le pare-feu, le filtre ou l'antivirus, autorisez {server}, port TCP {port}, et excluez-le de l'inspection TLS (SSL).",
                "If it works elsewhere: in the firewall, the filter or the antivirus, allow {server}, TCP port {port}, and exempt it from TLS (SSL) inspection.",
            ),
            Step::anywhere(
                "S'il échoue aussi ailleurs : demandez à l'administrateur du site {server} si son serveur est en marche, et ce que dit son journal à l'heure de l'essai.",
                "If it fails elsewhere too: ask the administrator of the site {server} whether the server is up, and what its log says at the time of the attempt.",
            ),
        ],
    },
};

pub(crate) static LARGE_HELLO: FindingKind = FindingKind {
    code: "tls.large-hello-intolerant",
    severity: Severity::Fault,
    title: Text {
        fr: "Un équipement sur le chemin de {server} arrête les premiers messages de grande taille, ceux des navigateurs récents",
        en: "A box on the path to {server} stops first messages of a large size, those of recent browsers",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Refaites l'essai depuis un autre réseau (partage de connexion d'un téléphone), avec `tomcheck tls https://{server}:{port}/` : s'il réussit, l'équipement est sur votre réseau ; s'il échoue de même, il est devant le serveur.",
                "Try again from another network (a telephone's hotspot), with `tomcheck tls https://{server}:{port}/`: if that works, the box is on your network; if it fails just so, it stands in front of the server.",
            ),
            Step::anywhere(
                "Mettez à jour cet équipement (pare-feu, filtre, antivirus, répartiteur de charge) : il doit accepter un premier message TLS (ClientHello) réparti sur deux segments TCP.",
                "Update that box (firewall, filter, antivirus, load balancer): it has to accept a first TLS message (ClientHello) that takes two TCP segments.",
            ),
            Step::anywhere(
                "En attendant, excluez {server}, port TCP {port}, de l'inspection TLS (SSL).",
                "Meanwhile, exempt {server}, TCP port {port}, from TLS (SSL) inspection.",
            ),
            Step::anywhere(
                "Ou, sur les postes, retirez la clé post-quantique aux navigateurs : dans Firefox, `about:config`, `security.tls.enable_kyber` à `false` ; dans Chrome et Edge, la stratégie `PostQuantumKeyAgreementEnabled` à 0, pour les versions qui l'ont.",
                "Or take the post-quantum key from the workstations' browsers: in Firefox, `about:config`, `security.tls.enable_kyber` to `false`; in Chrome and Edge, the policy `PostQuantumKeyAgreementEnabled` to 0, in the versions that have it.",
            ),
        ],
    },
};

pub(crate) static PATH_MTU: FindingKind = FindingKind {
    code: "tls.path-mtu",
    severity: Severity::Fault,
    title: Text {
        fr: "Les paquets de grande taille se perdent entre ce poste et {server}",
        en: "Large packets are lost between this workstation and {server}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Si ce poste passe par un VPN ou par un routeur 4G/5G, refaites l'essai sans lui.",
                "If this workstation goes through a VPN or a 4G/5G router, try again without it.",
            ),
            Step::anywhere(
                "Sur les pare-feu et routeurs du chemin vers {server}, port TCP {port}, laissez passer les messages ICMP « fragmentation needed » (IPv4) et « packet too big » (IPv6), ou limitez le MSS des connexions TCP (MSS clamping).",
                "On the firewalls and routers on the path to {server}, TCP port {port}, let the ICMP messages “fragmentation needed” (IPv4) and “packet too big” (IPv6) through, or clamp the MSS of TCP connections.",
            ),
            Step::on(
                System::Windows,
                "Pour vérifier sur ce poste, dans l'Invite de commandes ouverte en administrateur : `netsh interface ipv4 set subinterface \"NOM\" mtu=1280 store=active`, NOM étant celui que montre `netsh interface ipv4 show subinterfaces`.",
                "To verify on this workstation, in a Command Prompt opened as administrator: `netsh interface ipv4 set subinterface \"NAME\" mtu=1280 store=active`, NAME being the one `netsh interface ipv4 show subinterfaces` shows.",
            ),
            Step::on(
                System::Linux,
                "Pour vérifier sur ce poste : `sudo ip link set dev NOM mtu 1280`, NOM étant l'interface que montre `ip route get 1.1.1.1`.",
                "To verify on this workstation: `sudo ip link set dev NAME mtu 1280`, NAME being the interface `ip route get 1.1.1.1` shows.",
            ),
            Step::on(
                System::Macos,
                "Pour vérifier sur ce poste, dans l'application Terminal : `sudo networksetup -setMTU NOM 1280`, NOM étant l'interface que montre `route get default`.",
                "To verify on this workstation, in the Terminal application: `sudo networksetup -setMTU NAME 1280`, NAME being the interface `route get default` shows.",
            ),
        ],
    },
};

pub(crate) static VERSION: FindingKind = FindingKind {
    code: "tls.version-unsupported",
    severity: Severity::Fault,
    title: Text {
        fr: "Le serveur {server} et ce poste n'ont aucune version de TLS en commun (proposées : {offered})",
        en: "The server {server} and this workstation have no TLS version in common (offered: {offered})",
    },
    remedy: Remedy {
        audience: Audience::Issuer,
        steps: &[Step::anywhere(
            "Signalez à l'administrateur du serveur {server} qu'il doit accepter TLS 1.2.",
            "Tell the administrator of {server} that it has to accept TLS 1.2.",
        )],
    },
};

pub(crate) static NO_COMMON_CIPHER: FindingKind = FindingKind {
    code: "tls.no-common-cipher",
    severity: Severity::Fault,
    title: Text {
        fr: "Le serveur {server} refuse tous les chiffrements proposés par ce poste",
        en: "The server {server} refuses every cipher this workstation offers",
    },
    remedy: Remedy {
        audience: Audience::Issuer,
        steps: &[
            Step::anywhere(
                "Vérifiez le nom du site : {server}. Certains serveurs répondent ainsi à un nom qu'ils ne connaissent pas.",
                "Check the site's name: {server}. Some servers answer so to a name they do not know.",
            ),
            Step::anywhere(
                "Signalez à l'administrateur du serveur qu'il doit accepter ECDHE avec AES-GCM ou ChaCha20.",
                "Tell the server's administrator that it has to accept ECDHE with AES-GCM or ChaCha20.",
            ),
        ],
    },
};

pub(crate) static SERVER_UNTRUSTED: FindingKind = FindingKind {
    code: "tls.server-untrusted",
    severity: Severity::Fault,
    title: Text {
        fr: "Le certificat du serveur {server} n'est pas reconnu (autorité « {missing_issuer} » : {why})",
        en: "The certificate of {server} is not trusted (authority “{missing_issuer}”: {why})",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Si l'autorité « {missing_issuer} » est celle d'un antivirus, d'un filtre ou de votre établissement, faites exclure {server} de l'inspection TLS (SSL) : une carte ne passe jamais à travers.",
                "If the authority “{missing_issuer}” is that of an antivirus, a filter or your own organisation, have {server} exempted from TLS (SSL) inspection: a card never passes through it.",
            ),
            Step::on(
                System::Windows,
                "Sinon, installez le certificat de cette autorité : double-cliquez sur son fichier .cer > Installer un certificat > Ordinateur local > Autorités de certification racines de confiance.",
                "Otherwise install that authority's certificate: double-click its .cer file > Install Certificate > Local Machine > Trusted Root Certification Authorities.",
            ),
            Step::on(
                System::Linux,
                "Sinon, copiez le certificat de cette autorité (PEM, extension .crt) dans /usr/local/share/ca-certificates, puis tapez `sudo update-ca-certificates`.",
                "Otherwise copy that authority's certificate (PEM, extension .crt) to /usr/local/share/ca-certificates, then type `sudo update-ca-certificates`.",
            ),
            Step::on(
                System::Macos,
                "Sinon, installez le certificat de cette autorité : Trousseaux d'accès > Système > Fichier > Importer des éléments.",
                "Otherwise install that authority's certificate: Keychain Access > System > File > Import Items.",
            ),
            Step::anywhere(
                "Si ce poste connaît déjà cette autorité, signalez à l'administrateur du serveur {server} que son certificat est irrégulier.",
                "If this workstation knows that authority already, tell the administrator of {server} that its certificate is irregular.",
            ),
            Step::anywhere(
                "Pour essayer sans rien installer : `tomcheck --ca-file FICHIER.pem`.",
                "To try without installing anything: `tomcheck --ca-file FILE.pem`.",
            ),
        ],
    },
};

pub(crate) static SERVER_EXPIRED: FindingKind = FindingKind {
    code: "tls.server-expired",
    severity: Severity::Fault,
    title: Text {
        fr: "Le certificat du serveur {server} n'est pas valable à la date de ce poste, le {now}",
        en: "The certificate of {server} is not valid at this workstation's date, {now}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Vérifiez la date : menu Démarrer > Paramètres > Heure et langue > Date et heure > Synchroniser maintenant.",
                "Check the date: Start menu > Settings > Time & language > Date & time > Sync now.",
            ),
            Step::on(
                System::Linux,
                "Vérifiez la date : `timedatectl` ; si elle est fausse : `sudo timedatectl set-ntp true`.",
                "Check the date: `timedatectl`; if it is wrong: `sudo timedatectl set-ntp true`.",
            ),
            Step::on(
                System::Macos,
                "Vérifiez la date : menu Pomme > Réglages Système > Général > Date et heure.",
                "Check the date: Apple menu > System Settings > General > Date & Time.",
            ),
            Step::anywhere(
                "Si la date du poste est juste, signalez à l'administrateur du serveur {server} que son certificat est à renouveler.",
                "If the workstation's date is right, tell the administrator of {server} that its certificate has to be renewed.",
            ),
        ],
    },
};

pub(crate) static SERVER_NAME: FindingKind = FindingKind {
    code: "tls.server-name-mismatch",
    severity: Severity::Fault,
    title: Text {
        fr: "Le certificat reçu n'est pas au nom de {server} mais de : {presented}",
        en: "The certificate received is not for {server} but for: {presented}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Vérifiez que l'adresse du site est bien écrite : {server}",
                "Check that the site's address is spelt right: {server}",
            ),
            Step::anywhere(
                "Demandez à l'administrateur du réseau si {server} est détourné vers une autre machine (filtre, portail, fichier hosts).",
                "Ask the network administrator whether {server} is led to another machine (filter, portal, hosts file).",
            ),
        ],
    },
};

pub(crate) static NOT_REQUESTED: FindingKind = FindingKind {
    code: "tls.certificate-not-requested",
    severity: Severity::Fault,
    title: Text {
        fr: "Le serveur {server} ne demande jamais de carte",
        en: "The server {server} never asks for a card",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Vérifiez l'adresse complète du site : la page d'accueil et la page qui demande la carte n'ont pas toujours la même adresse.",
                "Check the site's whole address: the welcome page and the page that asks for the card do not always have the same one.",
            ),
            Step::anywhere(
                "Si l'adresse est bonne, signalez à l'administrateur du serveur {server} qu'il ne demande pas de certificat.",
                "If the address is right, tell the administrator of {server} that it asks for no certificate.",
            ),
        ],
    },
};

pub(crate) static RENEGOTIATION: FindingKind = FindingKind {
    code: "tls.renegotiation-required",
    severity: Severity::Fault,
    title: Text {
        fr: "Le serveur {server} ne demande la carte qu'après coup, par une renégociation que les navigateurs récents refusent",
        en: "The server {server} asks for the card only afterwards, by a renegotiation that recent browsers refuse",
    },
    remedy: Remedy {
        audience: Audience::Issuer,
        steps: &[Step::anywhere(
            "Signalez à l'administrateur du serveur {server} qu'il doit demander le certificat dès le début (IIS : `netsh http … clientcertnegotiation=enable` ; Apache : `SSLVerifyClient` hors de `<Location>`).",
            "Tell the administrator of {server} to ask for the certificate from the start (IIS: `netsh http … clientcertnegotiation=enable`; Apache: `SSLVerifyClient` outside `<Location>`).",
        )],
    },
};

pub(crate) static POST_HANDSHAKE: FindingKind = FindingKind {
    code: "tls.post-handshake-authentication",
    severity: Severity::Fault,
    title: Text {
        fr: "Le serveur {server} ne demande la carte qu'une fois la connexion établie, ce que les navigateurs refusent",
        en: "The server {server} asks for the card only once the connection is open, which browsers refuse",
    },
    remedy: Remedy {
        audience: Audience::Issuer,
        steps: &[Step::anywhere(
            "Signalez à l'administrateur du serveur {server} qu'il doit demander le certificat dès le début, ou se limiter à TLS 1.2.",
            "Tell the administrator of {server} to ask for the certificate from the start, or to stay with TLS 1.2.",
        )],
    },
};

pub(crate) static ISSUER: FindingKind = FindingKind {
    code: "tls.issuer-not-accepted",
    severity: Severity::Fault,
    title: Text {
        fr: "Le serveur {server} n'accepte pas les cartes délivrées par « {issuer} »",
        en: "The server {server} does not accept cards issued by “{issuer}”",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Utilisez la carte prévue pour ce site : une carte de test n'ouvre pas un site de production, et l'inverse non plus.",
                "Use the card meant for this site: a test card opens no production site, nor the other way round.",
            ),
            Step::anywhere(
                "Si c'est la bonne carte, signalez à l'administrateur du serveur {server} que l'autorité « {issuer} » manque à sa liste.",
                "If it is the right card, tell the administrator of {server} that the authority “{issuer}” is missing from its list.",
            ),
        ],
    },
};

pub(crate) static SCHEME: FindingKind = FindingKind {
    code: "tls.signature-scheme-unavailable",
    severity: Severity::Fault,
    title: Text {
        fr: "Cette carte ne sait pas faire les signatures que le serveur {server} demande en {version}",
        en: "This card cannot make the signatures that the server {server} asks for in {version}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Demandez à l'administrateur du serveur {server} d'accepter TLS 1.2 avec la signature rsa_pkcs1_sha256 : une CPS3 n'en connaît pas d'autre.",
                "Ask the administrator of {server} to accept TLS 1.2 with the signature rsa_pkcs1_sha256: a CPS3 knows no other.",
            ),
            Step::anywhere(
                "En attendant, si le serveur accepte TLS 1.2 : dans Firefox, ouvrez `about:config` et donnez à `security.tls.version.max` la valeur 3.",
                "Meanwhile, if the server accepts TLS 1.2: in Firefox, open `about:config` and set `security.tls.version.max` to 3.",
            ),
            Step::anywhere(
                "Une carte CPS4, avec la Cryptolib CPS 5.2 ou plus récente, sait faire ces signatures.",
                "A CPS4 card, with Cryptolib CPS 5.2 or newer, can make these signatures.",
            ),
        ],
    },
};

pub(crate) static REQUIRED: FindingKind = FindingKind {
    code: "tls.certificate-required",
    severity: Severity::Fault,
    title: Text {
        fr: "Le serveur {server} exige un certificat et dit n'en avoir pas reçu",
        en: "The server {server} requires a certificate and says it received none",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Vérifiez la carte et son certificat d'authentification : tapez `tomcheck certs`.",
                "Check the card and its authentication certificate: type `tomcheck certs`.",
            ),
            Step::anywhere(
                "Si un proxy ou un antivirus ouvre les connexions sécurisées, faites-en exclure {server}.",
                "If a proxy or an antivirus opens secure connections, have {server} exempted.",
            ),
        ],
    },
};

pub(crate) static REJECTED: FindingKind = FindingKind {
    code: "tls.certificate-rejected",
    severity: Severity::Fault,
    title: Text {
        fr: "Le serveur {server} refuse le certificat de la carte",
        en: "The server {server} rejects the card's certificate",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Vérifiez que c'est la bonne carte, et qu'elle n'est ni expirée ni déclarée perdue : tapez `tomcheck certs`.",
                "Check that it is the right card, neither expired nor reported lost: type `tomcheck certs`.",
            ),
            Step::anywhere(
                "Si la carte est bonne, envoyez ce rapport à l'assistance du site {server} : il contient ce que le serveur a répondu.",
                "If the card is good, send this report to the support of {server}: it holds what the server answered.",
            ),
        ],
    },
};

pub(crate) static SIGNATURE_REJECTED: FindingKind = FindingKind {
    code: "tls.signature-rejected",
    severity: Severity::Fault,
    title: Text {
        fr: "Le serveur {server} juge fausse la signature faite par la carte",
        en: "The server {server} finds the card's signature wrong",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Mettez à jour la Cryptolib CPS, puis recommencez.",
                "Update the Cryptolib CPS, then try again.",
            ),
            Step::anywhere(
                "Si le refus persiste, faites essayer une autre carte : si elle passe, demandez à l'Agence du Numérique en Santé le remplacement de la première.",
                "If it is still refused, try another card: if that one passes, ask the Agence du Numérique en Santé to replace the first one.",
            ),
        ],
    },
};

pub(crate) static HANDSHAKE_FAILURE: FindingKind = FindingKind {
    code: "tls.handshake-failure",
    severity: Severity::Fault,
    title: Text {
        fr: "La connexion sécurisée avec {server} échoue en cours de route",
        en: "The secure connection with {server} fails on its way",
    },
    remedy: Remedy {
        audience: Audience::Issuer,
        steps: &[Step::anywhere(
            "Envoyez ce rapport à l'assistance du site {server}, avec l'heure de l'essai : le journal du serveur dit la raison.",
            "Send this report to the support of {server}, with the time of the attempt: the server's log says why.",
        )],
    },
};

pub(crate) static APPLICATION_REFUSED: FindingKind = FindingKind {
    code: "tls.application-refused",
    severity: Severity::Fault,
    title: Text {
        fr: "Le serveur {server} a accepté la carte, mais refuse la page (HTTP {status})",
        en: "The server {server} accepted the card but refuses the page (HTTP {status})",
    },
    remedy: Remedy {
        audience: Audience::Issuer,
        steps: &[
            Step::anywhere(
                "Vérifiez l'adresse de la page demandée.",
                "Check the address of the page asked for.",
            ),
            Step::anywhere(
                "Si l'adresse est bonne, demandez à votre mandataire ou à l'assistance du site que cette carte y ait des droits.",
                "If the address is right, ask your mandataire or the site's support to give this card its rights there.",
            ),
        ],
    },
};

pub(crate) static CLOCK_SKEWED: FindingKind = FindingKind {
    code: "clock.skewed",
    severity: Severity::Warning,
    title: Text {
        fr: "L'horloge de ce poste est fausse : {local} ici, {remote} pour {server}",
        en: "This workstation's clock is wrong: {local} here, {remote} for {server}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Menu Démarrer > Paramètres > Heure et langue > Date et heure > Synchroniser maintenant.",
                "Start menu > Settings > Time & language > Date & time > Sync now.",
            ),
            Step::on(
                System::Linux,
                "Tapez `sudo timedatectl set-ntp true`.",
                "Type `sudo timedatectl set-ntp true`.",
            ),
            Step::on(
                System::Macos,
                "Menu Pomme > Réglages Système > Général > Date et heure > « Régler l'heure et la date automatiquement ».",
                "Apple menu > System Settings > General > Date & Time > “Set time and date automatically”.",
            ),
        ],
    },
};
