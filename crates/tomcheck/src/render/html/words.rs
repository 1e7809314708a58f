//! The words of the page, apart from those the text has already.

use tomcheck_diagnosis::{Text, VerdictStatus};

pub(super) use crate::render::words::*;

pub(super) const CODE: Text = t("Code", "Code");
pub(super) const REPORT: Text = t("Rapport de diagnostic", "Diagnosis report");
pub(super) const PATH: Text = t(
    "Le chemin, de la carte au site",
    "The path, from the card to the site",
);
pub(super) const TO_MEND: Text = t("À régler", "To fix");
pub(super) const WHAT_TO_DO: Text = t("Ce qu'il faut faire", "What to do");
pub(super) const PROOFS: Text = t("Ce qui le prouve", "What proves it");
pub(super) const MORE_PROOFS: Text = t("Autres faits constatés", "Further facts seen");
pub(super) const NOTHING_TO_DO: Text = t("Rien à faire.", "Nothing to do.");

pub(super) const GOOD: Text = t("en ordre", "in order");
pub(super) const WATCH: Text = t("à surveiller", "to be watched");
pub(super) const BAD: Text = t("bloque ici", "blocks here");
pub(super) const IN_CONSEQUENCE: Text = t("en découle", "follows from it");
pub(super) const NOT_SEEN: Text = t("pas regardé", "not looked at");
pub(super) const NOT_ASKED: Text = t("pas demandé", "not asked for");
pub(super) const OTHER_COMMAND: Text = t(
    "cette commande n'en a pas besoin",
    "this command does without it",
);
pub(super) const UNTOLD: Text = t("ces journaux n'en disent rien", "these logs do not tell");

pub(super) const CERTIFICATES: Text = t("Certificats", "Certificates");
pub(super) const DELIVERED_TO: Text = t("Délivré à", "Delivered to");
pub(super) const DELIVERED_BY: Text = t("Délivré par", "Delivered by");
pub(super) const VALIDITY: Text = t("Validité", "Validity");
pub(super) const USED_TO: Text = t("Sert à", "Used to");
pub(super) const FOUND_IN: Text = t("Où il est", "Where it is");
pub(super) const AUTHORITIES: Text = t("Autorités au-dessus", "Authorities above");
pub(super) const OPENS: Text = t("ouvre le site", "opens the site");
pub(super) const UNREADABLE: Text = t("Illisible", "Unreadable");
pub(super) const ONLY_STORED: Text = t(
    "Dans le magasin « Personnel » de Windows seulement",
    "Only in Windows' store “Personal”",
);
pub(super) const EXPIRED: Text = t("expiré", "expired");
pub(super) const NOT_YET: Text = t("pas encore valable", "not valid yet");
pub(super) const FROM: Text = t("du", "from");
pub(super) const UNTIL: Text = t("au", "until");

pub(super) const TIMELINE: Text = t("Durée de chaque étape", "How long each step took");
pub(super) const STEP: Text = t("Étape", "Step");
pub(super) const WHEN: Text = t("Déroulement", "Course");
pub(super) const DURATION: Text = t("Durée", "Duration");
pub(super) const ALTOGETHER: Text = t("En tout", "Altogether");

pub(super) const SENT_BY: Text = t("envoyée par", "sent by");
pub(super) const ALERT: Text = t("Arrêtée par l'alerte TLS", "Ended by the TLS alert");

pub(super) const SAVED: Text = t(
    "Rapport enregistré, jugé de nouveau",
    "Saved report, judged again",
);
pub(super) const VERDICT_THEN: Text = t("Verdict d'alors", "Verdict then");

pub(super) const PROBE: Text = t("Examen", "Probe");
pub(super) const ENDED: Text = t("Résultat", "Result");
pub(super) const REASON: Text = t("Raison", "Reason");

pub(super) const COMPARED: Text = t("Comparaison de deux rapports", "Two reports compared");
pub(super) const FACT: Text = t("Fait", "Fact");

pub(super) const THE_CARD: Text = t("La carte", "The card");
pub(super) const THE_PROXY: Text = t("Le proxy", "The proxy");
pub(super) const THE_HANDSHAKE: Text = t("La connexion sécurisée", "The secure connection");
pub(super) const SETTINGS: Text = t("Réglages de proxy", "Proxy settings");
pub(super) const SETTING: Text = t("Réglage", "Setting");
pub(super) const PLACE: Text = t("Où", "Where");
pub(super) const VALUE: Text = t("Valeur", "Value");
pub(super) const LEADS: Text = t("Chemin pour ce site", "Way to this site");
pub(super) const EXCEPTIONS: Text = t(
    "Exceptions : ce qui passe sans proxy",
    "Exceptions: what goes without the proxy",
);
pub(super) const SITE: Text = t("Le site", "The site");
pub(super) const EXCEPTED_BY: Text = t("Exception qui s'applique", "Exception that applies");
pub(super) const NO_ENTRY: Text = t("aucune", "none");
pub(super) const BY_NAME: Text = t("par son nom", "by its name");
pub(super) const BY_ADDRESS: Text = t("par son adresse", "by its address");

pub(super) const LOGS: Text = t("Journaux lus", "Logs read");
pub(super) const HITS: Text = t("Lignes reconnues", "Lines recognised");
pub(super) const LOG: Text = t("Journal", "Log");
pub(super) const FORMAT: Text = t("Format", "Format");
pub(super) const LINES: Text = t("Lignes", "Lines");
pub(super) const RECOGNISED: Text = t("Reconnues", "Recognised");
pub(super) const MOMENT: Text = t("Quand", "When");
pub(super) const LINE: Text = t("Ligne", "Line");
pub(super) const SAYS: Text = t("Ce qu'elle dit", "What it says");

pub(super) const MASKED: Text = t("Données personnelles", "Personal data");
pub(super) const IS_MASKED: Text = t(
    "Elles sont masquées : chaque valeur est remplacée par un pseudonyme, le même d'un rapport à l'autre sur ce poste. Ce rapport peut être envoyé à l'assistance.",
    "They are masked: each value is replaced by a pseudonym, the same from one report to the next on this machine. This report may be sent to the support desk.",
);
pub(super) const IS_SHOWN: Text = t(
    "Ce rapport les montre : nom, numéros. Ne le donnez qu'aux personnes qui doivent les connaître. Pour un rapport masqué, lancez `tomcheck check --html FICHIER`.",
    "This report shows them: names, numbers. Give it only to people who have to know them. For a masked report, run `tomcheck check --html FILE`.",
);
pub(super) const MASKED_HERE: Text = t("Masqué ici", "Masked here");
pub(super) const NONE_HERE: Text = t(
    "aucune donnée personnelle rencontrée",
    "no personal data met",
);
pub(super) const VERSIONS: Text = t("Versions", "Versions");
pub(super) const MACHINE: Text = t("Poste", "Machine");
pub(super) const TAKEN: Text = t("Fait le", "Taken on");
pub(super) const LASTED: Text = t("Durée", "Took");
pub(super) const WRITTEN_BY: Text = t("Écrit par", "Written by");
pub(super) const MODULE: Text = t("Module de la carte", "The card's module");
pub(super) const EXPLAINED: Text = t(
    "Tout code de ce rapport s'explique : `tomcheck explain CODE`.",
    "Every code of this report is explained by `tomcheck explain CODE`.",
);

/// What the verdict says first, as one reads it on a page.
pub(super) const fn status(status: VerdictStatus) -> Text {
    match status {
        VerdictStatus::Ok => t("En ordre", "In order"),
        VerdictStatus::Warning => t("En ordre, à surveiller", "In order, with a warning"),
        VerdictStatus::Blocked => t("Bloqué", "Blocked"),
        VerdictStatus::Undetermined => t("Indéterminé", "Undetermined"),
    }
}
