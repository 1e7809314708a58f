//! Which sentences does the page say?

use tomcheck_diagnosis::Text;
use tomcheck_tls::server::ChainVerdict;

use super::client::{Client, Outcome};

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// The one sentence at the top.
pub(super) fn title(client: &Client) -> Text {
    match client.outcome() {
        Outcome::Nothing => NOTHING,
        Outcome::Good | Outcome::NotJudged if client.is_card() => CARD,
        Outcome::Good | Outcome::NotJudged => CERTIFICATE,
        Outcome::Bad(verdict) => against(verdict),
    }
}

fn against(verdict: ChainVerdict) -> Text {
    match verdict {
        ChainVerdict::Expired => t(
            "Un certificat est arrivé, mais il est périmé",
            "A certificate came, but it has expired",
        ),
        ChainVerdict::NotYetValid => t(
            "Un certificat est arrivé, mais il n'est pas encore valable",
            "A certificate came, but it is not valid yet",
        ),
        ChainVerdict::WrongUsage => t(
            "Un certificat est arrivé, mais il ne sert pas à se connecter",
            "A certificate came, but it is not made for connecting",
        ),
        ChainVerdict::UnknownIssuer => t(
            "Un certificat est arrivé, mais ce site ne reconnaît pas l'autorité qui l'a délivré",
            "A certificate came, but this site does not recognise the authority that issued it",
        ),
        ChainVerdict::Unreadable => t(
            "Un certificat est arrivé, mais il est illisible",
            "A certificate came, but it cannot be read",
        ),
        _ => t(
            "Un certificat est arrivé, mais il ne peut pas être accepté",
            "A certificate came, but it cannot be accepted",
        ),
    }
}

/// What it means, below the title.
pub(super) fn meaning(client: &Client) -> Text {
    match client.outcome() {
        Outcome::Nothing => t(
            "La connexion sécurisée fonctionne, mais le navigateur n'a présenté ni carte ni certificat.",
            "The secure connection works, but the browser presented neither a card nor a certificate.",
        ),
        Outcome::Good if client.seen.is_resumed => t(
            "Une autorité acceptée ici a délivré ce certificat.",
            "An authority accepted here issued this certificate.",
        ),
        Outcome::Good if !client.is_card() => t(
            "Le navigateur a présenté un certificat, a prouvé qu'il en possède la clé, et une autorité acceptée ici l'a délivré. Ce certificat n'est pas celui d'une carte : la carte et le lecteur de ce poste n'ont pas été essayés.",
            "The browser presented a certificate, proved that it holds its key, and an authority accepted here issued it. It is not the certificate of a card: the card and the reader of this workstation were not tried.",
        ),
        Outcome::Good => t(
            "Le navigateur a présenté un certificat, a prouvé qu'il en possède la clé, et une autorité acceptée ici l'a délivré. Le lecteur, la carte et le navigateur de ce poste fonctionnent ensemble.",
            "The browser presented a certificate, proved that it holds its key, and an authority accepted here issued it. The reader, the card and the browser of this workstation work together.",
        ),
        Outcome::NotJudged if client.seen.is_resumed => t(
            "Aucune autorité n'a été indiquée à ce site : il ne vérifie pas qui a délivré ce certificat.",
            "This site was given no authority: it does not verify who issued this certificate.",
        ),
        Outcome::NotJudged => t(
            "Le navigateur a présenté un certificat et a prouvé qu'il en possède la clé. Aucune autorité n'a été indiquée à ce site : il ne vérifie pas qui l'a délivré.",
            "The browser presented a certificate and proved that it holds its key. This site was given no authority: it does not verify who issued it.",
        ),
        Outcome::Bad(ChainVerdict::Expired) if !client.is_card() => t(
            "Un certificat périmé n'ouvre aucun service : demandez son renouvellement, ou choisissez celui de la carte.",
            "An expired certificate opens no service: ask for its renewal, or choose the card's.",
        ),
        Outcome::Bad(ChainVerdict::WrongUsage) if !client.is_card() => t(
            "Ce certificat sert à autre chose. Fermez le navigateur, revenez ici et choisissez celui de la carte.",
            "This certificate is for something else. Close the browser, come back here and choose the card's.",
        ),
        Outcome::Bad(verdict) => remedy(verdict),
    }
}

fn remedy(verdict: ChainVerdict) -> Text {
    match verdict {
        ChainVerdict::Expired => t(
            "Une carte périmée n'ouvre aucun service : demandez son renouvellement.",
            "An expired card opens no service: ask for its renewal.",
        ),
        ChainVerdict::NotYetValid => t(
            "Vérifiez la date et l'heure de ce serveur, puis la date de début ci-dessous.",
            "Look at this server's date and time, then at the first date below.",
        ),
        ChainVerdict::WrongUsage => t(
            "Une carte porte deux certificats : l'un pour signer, l'autre pour se connecter. Fermez le navigateur, revenez ici et choisissez l'autre certificat.",
            "A card holds two certificates: one for signing, one for connecting. Close the browser, come back here and choose the other certificate.",
        ),
        ChainVerdict::UnknownIssuer => t(
            "Si plusieurs certificats vous ont été proposés, fermez le navigateur, revenez ici et choisissez celui de la carte. Sinon, le site n'a pas reçu la bonne liste d'autorités (option --issuers).",
            "If several certificates were offered to you, close the browser, come back here and choose the card's. Otherwise the site was not given the right authorities (option --issuers).",
        ),
        ChainVerdict::Unreadable => t(
            "Ce que le navigateur a envoyé n'est pas un certificat que l'on sait lire.",
            "What the browser sent is no certificate that can be read.",
        ),
        _ => t(
            "La raison figure ci-dessous, dans les termes du vérificateur.",
            "The reason is below, in the verifier's own words.",
        ),
    }
}

/// What to look at when no certificate came, in order.
pub(super) const TO_LOOK_AT: [Text; 5] = [
    t(
        "La carte est-elle dans le lecteur, la puce en premier et jusqu'au fond ? Le voyant du lecteur doit réagir.",
        "Is the card in the reader, chip first and all the way in? The reader's light must react.",
    ),
    t(
        "Le navigateur a-t-il proposé un certificat, ou demandé le code ? Si vous avez annulé, il ne le demandera plus : fermez toutes ses fenêtres, rouvrez-le et revenez ici.",
        "Did the browser offer a certificate, or ask for the code? If you cancelled, it will not ask again: close all its windows, reopen it and come back here.",
    ),
    t(
        "Avec Firefox : le module de la carte doit figurer dans Paramètres, Vie privée et sécurité, Périphériques de sécurité.",
        "With Firefox: the card's module must be listed in Settings, Privacy & Security, Security Devices.",
    ),
    t(
        "Avec Edge ou Chrome sous Windows : le certificat doit figurer dans « Gérer les certificats utilisateur », dossier Personnel.",
        "With Edge or Chrome on Windows: the certificate must be listed in “Manage user certificates”, folder Personal.",
    ),
    t(
        "Un proxy qui déchiffre les connexions enlève le certificat au passage : demandez à votre service informatique d'en exempter ce site.",
        "A proxy that decrypts connections removes the certificate on the way: ask your IT service to exempt this site.",
    ),
];

/// Before the names of the authorities the site announces.
pub(super) const ONLY_THESE: Text = t(
    "Ce site ne demande que des certificats délivrés sous ces autorités ; le navigateur ne propose pas les autres :",
    "This site asks only for certificates issued under these authorities; the browser does not offer others:",
);
pub(super) const RUN_TOMCHECK: Text = t(
    "Pour connaître la cause, lancez sur ce poste :",
    "To learn the cause, run on this workstation:",
);
pub(super) const RESUMED: Text = t(
    "Le navigateur a repris une session déjà ouverte : le certificat est celui de cette session, rien n'a été signé cette fois-ci. Pour un essai complet, fermez toutes les fenêtres du navigateur et revenez.",
    "The browser took up a session it already had: the certificate is that session's, nothing was signed this time. For a whole trial, close all windows of the browser and come back.",
);

pub(super) const SITE: Text = t("Site d'essai de la carte", "Card test site");
pub(super) const OTHER_LANGUAGE: Text = t("In English", "En français");
pub(super) const TO_DO: Text = t("À vérifier, dans l'ordre", "To look at, in order");
pub(super) const TO_KNOW: Text = t("À savoir", "Worth knowing");
pub(super) const CERTIFICATE_TITLE: Text = t("Le certificat reçu", "The certificate received");
pub(super) const TECHNICAL_TITLE: Text = t(
    "Le certificat en détail, pour les techniciens",
    "The certificate in detail, for technicians",
);
pub(super) const CONNECTION_TITLE: Text = t("La connexion sécurisée", "The secure connection");
pub(super) const HELLO_TITLE: Text = t(
    "Ce que le navigateur a proposé au départ",
    "What the browser offered at first",
);
pub(super) const CHAIN_TITLE: Text = t("Les certificats reçus", "The certificates received");
pub(super) const NOTHING_KEPT: Text = t(
    "Ce site ne garde rien de ce qu'il a reçu. La même chose pour un programme :",
    "This site keeps nothing of what it received. The same for a program:",
);
pub(super) const NOT_FOUND: Text = t("Cette page n'existe pas", "There is no such page");
pub(super) const NOT_ALLOWED: Text = t(
    "Ce site ne fait que montrer ; il ne reçoit rien",
    "This site only shows; it takes nothing",
);

pub(super) const VERSION: Text = t("Version", "Version");
pub(super) const CIPHER: Text = t("Chiffrement", "Cipher suite");
pub(super) const GROUP: Text = t("Échange de clés", "Key exchange");
pub(super) const SCHEME: Text = t("Signé avec", "Signed with");
pub(super) const PROTOCOL: Text = t("Protocole", "Protocol");
pub(super) const SESSION: Text = t("Session", "Session");
pub(super) const NEW_SESSION: Text = t("nouvelle", "new");
pub(super) const OLD_SESSION: Text = t("reprise", "resumed");
pub(super) const CHAIN: Text = t("Chaîne", "Chain");
pub(super) const REASON: Text = t("Raison", "Reason");
pub(super) const BROWSER: Text = t("Navigateur", "Browser");

pub(super) const SERVER_NAME: Text = t("Nom demandé", "Name asked for");
pub(super) const VERSIONS: Text = t("Versions", "Versions");
pub(super) const CIPHERS: Text = t("Chiffrements", "Cipher suites");
pub(super) const GROUPS: Text = t("Échanges de clés", "Key exchanges");
pub(super) const SCHEMES: Text = t(
    "Signatures que le navigateur sait vérifier",
    "Signatures it can verify",
);
pub(super) const PROTOCOLS: Text = t("Protocoles", "Protocols");
pub(super) const EXTENSIONS: Text = t("Extensions", "Extensions");

const NOTHING: Text = t("Aucun certificat n'est arrivé", "No certificate came");
const CARD: Text = t(
    "La carte a bien été présentée",
    "The card was presented successfully",
);
const CERTIFICATE: Text = t(
    "Le certificat a bien été présenté",
    "The certificate was presented successfully",
);
