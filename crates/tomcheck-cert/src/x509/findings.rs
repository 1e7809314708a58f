//! What can be wrong with the certificates of a card, and what is to be done then?

use tomcheck_diagnosis::{Audience, FindingKind, Remedy, Severity, Step, System, Text};

/// What people read before a value of the evidence.
pub(crate) mod label {
    use tomcheck_diagnosis::Text;

    macro_rules! labels {
        ($($name:ident: $fr:literal, $en:literal;)*) => {
            $(pub(crate) const $name: Text = Text { fr: $fr, en: $en };)*
        };
    }

    labels! {
        ABSENT: "absent : tout usage permis", "absent: every use allowed";
        COUNT: "certificats sur la carte", "certificates on the card";
        CERTIFICATE: "certificat", "certificate";
        KEYS: "clés présentes", "keys present";
        CERTIFIED_KEY: "clé que le certificat nomme (SHA-256)", "key the certificate names (SHA-256)";
        HELD_KEY: "clé que la carte contient (SHA-256)", "key the card holds (SHA-256)";
        NOT_BEFORE: "valable du", "valid from";
        NOT_AFTER: "jusqu'au", "until";
        NOW: "date de l'ordinateur", "date of the computer";
        DAYS: "jours restants", "days left";
        DELIVERED_BY: "délivré par", "delivered by";
        ISSUER: "émetteur", "issuer";
        IDENTIFIER: "identifiant", "identifier";
        SCHEME: "nature du numéro", "kind of number";
        NUMBER: "numéro", "number";
        PLACE: "ce qui n'est pas un chiffre", "what is no digit";
        EXPECTED: "attendu", "expected";
        SEEN: "lu", "seen";
        LENGTH_EXPECTED: "caractères attendus", "characters expected";
        LENGTH_SEEN: "caractères lus", "characters seen";
    }
}

pub(crate) static NONE: FindingKind = FindingKind {
    code: "cert.none",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte ne contient aucun certificat de son porteur",
        en: "The card holds no certificate of its holder",
    },
    remedy: REPLACE,
};

pub(crate) static AUTHENTICATION_MISSING: FindingKind = FindingKind {
    code: "cert.authentication-missing",
    severity: Severity::Fault,
    title: Text {
        fr: "La carte n'a pas de certificat d'authentification",
        en: "The card has no authentication certificate",
    },
    remedy: REPLACE,
};

pub(crate) static KEY_MISSING: FindingKind = FindingKind {
    code: "cert.key-missing",
    severity: Severity::Fault,
    title: Text {
        fr: "Le certificat « {certificate} » est sur la carte sans sa clé privée",
        en: "The certificate “{certificate}” is on the card without its private key",
    },
    remedy: REPLACE,
};

pub(crate) static KEY_MISMATCH: FindingKind = FindingKind {
    code: "cert.key-mismatch",
    severity: Severity::Fault,
    title: Text {
        fr: "La clé privée de la carte n'est pas celle du certificat « {certificate} »",
        en: "The private key on the card is not that of the certificate “{certificate}”",
    },
    remedy: REPLACE,
};

/// A card that came without what it must carry cannot be mended.
const REPLACE: Remedy = Remedy {
    audience: Audience::Holder,
    steps: &[
        Step::anywhere(
            "Essayez la même carte sur un autre poste : si le défaut s'y retrouve, c'est la carte.",
            "Try the same card on another computer: if the fault follows, it is the card.",
        ),
        Step::anywhere(
            "Demandez le remplacement de la carte : carte d'établissement, à la personne qui commande les cartes de la structure dans TOM ; carte de professionnel, à l'Agence du Numérique en Santé.",
            "Ask for the card to be replaced: a staff card, from the person who orders the structure's cards in TOM; a professional's card, from the Agence du Numérique en Santé.",
        ),
    ],
};

pub(crate) static EXPIRED: FindingKind = FindingKind {
    code: "cert.expired",
    severity: Severity::Fault,
    title: Text {
        fr: "Le certificat est périmé depuis le {not_after}",
        en: "The certificate expired on {not_after}",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            CHECK_DATE,
            Step::anywhere(
                "Si la date est juste, la carte est arrivée à son terme : demandez la nouvelle à la personne qui commande les cartes dans TOM (structure) ou à l'Agence du Numérique en Santé (professionnel).",
                "If the date is right, the card has come to its end: ask the person who orders the cards in TOM (structure) or the Agence du Numérique en Santé (professional) for the new one.",
            ),
            Step::anywhere(
                "Si la nouvelle carte est déjà arrivée par courrier, c'est elle qu'il faut insérer.",
                "If the new card has already come by post, that is the one to insert.",
            ),
        ],
    },
};

pub(crate) static NOT_YET_VALID: FindingKind = FindingKind {
    code: "cert.not-yet-valid",
    severity: Severity::Fault,
    title: Text {
        fr: "Le certificat n'est valable qu'à partir du {not_before}",
        en: "The certificate is valid only from {not_before}",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            CHECK_DATE,
            Step::on(
                System::Windows,
                "Si elle est fausse : clic droit sur l'horloge, « Ajuster la date et l'heure », puis « Synchroniser maintenant ».",
                "If it is wrong: right-click the clock, “Adjust date and time”, then “Sync now”.",
            ),
            Step::on(
                System::Linux,
                "Si elle est fausse : `sudo timedatectl set-ntp true`.",
                "If it is wrong: `sudo timedatectl set-ntp true`.",
            ),
            Step::on(
                System::Macos,
                "Si elle est fausse : Réglages Système, Général, Date et heure, « Régler l'heure et la date automatiquement ».",
                "If it is wrong: System Settings, General, Date & Time, “Set time and date automatically”.",
            ),
            Step::anywhere(
                "Si elle est juste, gardez l'ancienne carte jusqu'à ce jour.",
                "If it is right, keep the old card until that day.",
            ),
        ],
    },
};

const CHECK_DATE: Step = Step::anywhere(
    "Vérifiez d'abord la date de l'ordinateur : il se croit le {now}.",
    "First check the date of the computer: it believes it is {now}.",
);

pub(crate) static EXPIRES_SOON: FindingKind = FindingKind {
    code: "cert.expires-soon",
    severity: Severity::Warning,
    title: Text {
        fr: "Le certificat arrive à son terme le {not_after} (jours restants : {days})",
        en: "The certificate comes to its end on {not_after} (days left: {days})",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[Step::anywhere(
            "Demandez à la personne qui commande les cartes dans TOM si le renouvellement est en cours ; un professionnel vérifie son adresse postale auprès de l'Agence du Numérique en Santé.",
            "Ask the person who orders the cards in TOM whether the renewal is under way; a professional checks the postal address the Agence du Numérique en Santé has.",
        )],
    },
};

pub(crate) static WRONG_USAGE: FindingKind = FindingKind {
    code: "cert.wrong-usage",
    severity: Severity::Fault,
    title: Text {
        fr: "Aucun certificat de la carte n'est fait pour se connecter à un site",
        en: "No certificate of the card is made for connecting to a site",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Si une autre carte CPS, CPF, CPE ou CPA porte votre nom, insérez-la.",
                "If another CPS, CPF, CPE or CPA card bears your name, insert that one.",
            ),
            Step::anywhere(
                "Sinon, signalez à l'émetteur de la carte que son certificat n'a pas les usages « digitalSignature » et « clientAuth ».",
                "Else tell the card's issuer that its certificate lacks the usages “digitalSignature” and “clientAuth”.",
            ),
        ],
    },
};

pub(crate) static ISSUER_UNKNOWN: FindingKind = FindingKind {
    code: "cert.issuer-unknown",
    severity: Severity::Fault,
    title: Text {
        fr: "Le certificat de la carte ne vient pas de l'IGC-Santé mais de « {delivered_by} »",
        en: "The card's certificate does not come from IGC-Santé but from “{delivered_by}”",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Insérez votre carte CPS, CPF, CPE ou CPA : celle-ci a été délivrée par un autre organisme.",
                "Insert your CPS, CPF, CPE or CPA card: this one was issued by another body.",
            ),
            Step::anywhere(
                "Si c'est bien elle, appelez l'assistance du site : il ne connaît pas l'autorité qui l'a délivrée.",
                "If this is the right one, call the site's support: it does not know the authority that issued it.",
            ),
        ],
    },
};

pub(crate) static TEST_HIERARCHY: FindingKind = FindingKind {
    code: "cert.test-hierarchy",
    severity: Severity::Fault,
    title: Text {
        fr: "C'est une carte de TEST : un site en service la refuse",
        en: "It is a TEST card: a site in service refuses it",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Insérez votre carte réelle : celle-ci (« {delivered_by} ») ne sert qu'aux essais des éditeurs.",
                "Insert your real card: this one (“{delivered_by}”) serves publishers' tests only.",
            ),
            Step::anywhere(
                "Si vous n'en avez pas d'autre, demandez votre carte à l'Agence du Numérique en Santé.",
                "If you have no other, ask the Agence du Numérique en Santé for your card.",
            ),
        ],
    },
};

pub(crate) static IDENTIFIER_MALFORMED: FindingKind = FindingKind {
    code: "cert.identifier-malformed",
    severity: Severity::Warning,
    title: Text {
        fr: "L'identifiant « {identifier} » est mal formé ou incomplet",
        en: "The identifier “{identifier}” is malformed or incomplete",
    },
    remedy: Remedy {
        audience: Audience::Issuer,
        steps: &[
            Step::anywhere(
                "Comparez-le avec celui que le Gestionnaire de certificats CPS montre dans « Délivré à » : il commence par un chiffre de type (8 et 11 chiffres pour un RPPS, 3, un FINESS, « / » et le numéro de registre pour un agent d'établissement).",
                "Compare it with the one the Gestionnaire de certificats CPS shows under « Délivré à »: it begins with a type digit (8 and 11 digits for an RPPS number; 3, a FINESS number, “/” and the registre number for a member of staff).",
            ),
            Step::anywhere(
                "Si c'est bien celui du certificat, signalez-le à l'Agence du Numérique en Santé, qui l'a délivré.",
                "If it really is the certificate's, tell the Agence du Numérique en Santé, which issued it.",
            ),
        ],
    },
};

pub(crate) static IDENTIFIER_KEY_INVALID: FindingKind = FindingKind {
    code: "cert.identifier-key-invalid",
    severity: Severity::Warning,
    title: Text {
        fr: "La clé de contrôle du numéro {scheme} {number} est fausse : {seen} au lieu de {expected}",
        en: "The check digit of the {scheme} number {number} is wrong: {seen} instead of {expected}",
    },
    remedy: Remedy {
        audience: Audience::Issuer,
        steps: &[
            Step::anywhere(
                "Relisez le numéro chiffre par chiffre : le plus souvent, un chiffre est faux ou deux sont intervertis.",
                "Read the number again digit by digit: most often one is wrong or two are swapped.",
            ),
            Step::anywhere(
                "S'il est bien écrit ainsi dans le certificat, signalez-le à l'Agence du Numérique en Santé ; cela n'empêche pas de se connecter.",
                "If it stands so in the certificate, tell the Agence du Numérique en Santé; it does not prevent connecting.",
            ),
        ],
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_made() {
        let table = [
            &NONE,
            &AUTHENTICATION_MISSING,
            &KEY_MISSING,
            &KEY_MISMATCH,
            &EXPIRED,
            &NOT_YET_VALID,
            &EXPIRES_SOON,
            &WRONG_USAGE,
            &ISSUER_UNKNOWN,
            &TEST_HIERARCHY,
            &IDENTIFIER_MALFORMED,
            &IDENTIFIER_KEY_INVALID,
        ];
        assert_eq!(tomcheck_diagnosis::faults_of(&table), Vec::<String>::new());
    }
}
