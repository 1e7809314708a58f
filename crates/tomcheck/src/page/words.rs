//! Which sentences does the live page say, apart from the report's own?

use tomcheck_diagnosis::Text;

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

pub(super) const TITLE: Text = t("État du poste", "State of this workstation");
pub(super) const ONLY_HERE: Text = t(
    "visible sur ce poste seulement",
    "seen on this workstation only",
);
pub(super) const TO_REPORT: Text = t("Aller au résultat", "Go to the result");

pub(super) const READERS: Text = t("Lecteur et carte", "Reader and card");
pub(super) const NOT_SEEN_YET: Text = t("Lecture en cours…", "Reading…");
pub(super) const SEEN_AT: Text = t("lu à", "read at");
pub(super) const WATCHING: Text = t("Surveillance", "Watching");
pub(super) const AUTOMATIC: Text = t("Automatique", "Automatic");
pub(super) const MANUAL: Text = t("Manuelle", "Manual");
pub(super) const MANUAL_HINT: Text = t(
    "Rien n'est relu tant que vous ne le demandez pas.",
    "Nothing is read again until you ask for it.",
);
pub(super) const REFRESH: Text = t("Rafraîchir", "Refresh");
pub(super) const CHANGES: Text = t("Derniers changements", "Last changes");

pub(super) const DIAGNOSIS: Text = t("Diagnostic", "Diagnosis");
pub(super) const UNDER_WAY: Text = t("Diagnostic en cours", "Diagnosis under way");
pub(super) const PREPARING: Text = t("préparation", "preparing");
pub(super) const EXAMINED: Text = t("examens terminés", "probes done");
pub(super) const NOT_MADE: Text = t(
    "Le diagnostic n'a pas pu se faire",
    "The diagnosis could not be made",
);
pub(super) const ENDED_BADLY: Text = t(
    "le diagnostic s'est arrêté anormalement ; recommencez",
    "the diagnosis ended abnormally; try again",
);
pub(super) const STALE: Text = t(
    "Un lecteur ou une carte a changé depuis ce diagnostic : refaites-le.",
    "A reader or a card has changed since this diagnosis: run it again.",
);
pub(super) const PART_ONLY: Text = t(
    "Ce résultat ne porte que sur une partie du chemin",
    "This result is about one part of the path only",
);
pub(super) const UP_TO_DATE: Text = t("Terminé.", "Done.");
pub(super) const WHAT: Text = t("À regarder", "To look at");
pub(super) const EVERYTHING: Text = t("Tout le chemin", "The whole path");
pub(super) const RUN: Text = t("Refaire le diagnostic", "Run the diagnosis again");
pub(super) const PIN: Text = t("Code porteur (facultatif)", "Code porteur (PIN), optional");
pub(super) const PIN_HINT: Text = t(
    "Avec le code, la carte est essayée jusqu'au bout. Il est présenté une seule fois à la carte, jamais si c'est le dernier essai, et n'est gardé nulle part.",
    "With the code, the card is tried to the end. It is presented to the card once, never for the last try, and kept nowhere.",
);
pub(super) const WITHOUT_PIN: Text = t(
    "Sans code porteur : la carte ne signe rien.",
    "Without the code porteur (PIN): the card signs nothing.",
);
pub(super) const FIRST_RUN: Text = t("Premier diagnostic en cours…", "First diagnosis under way…");
pub(super) const FIRST_RUN_MORE: Text = t(
    "Le résultat s'affichera ici, le plus souvent en quelques secondes.",
    "The result will be shown here, mostly within seconds.",
);
pub(super) const NO_RESULT: Text = t("Pas encore de résultat", "No result yet");

pub(super) const TAKE: Text = t("Emporter le résultat", "Take the result along");
pub(super) const AFTER_RUN: Text = t(
    "Disponible dès la fin du diagnostic.",
    "Available when the diagnosis has ended.",
);
pub(super) const AS_HTML: Text = t("Rapport à lire ou à imprimer", "Report to read or to print");
pub(super) const AS_JSON: Text = t("Rapport pour un programme", "Report for a program");
pub(super) const MASKED: Text = t(
    "Les noms et les numéros y sont masqués.",
    "Names and numbers are masked in them.",
);
pub(super) const SHOWN: Text = t(
    "Les noms et les numéros y sont en clair.",
    "Names and numbers are in clear in them.",
);
pub(super) const LETTER: Text = t(
    "Demande à l'administrateur du réseau",
    "Request to the network administrator",
);
pub(super) const LETTER_HINT: Text = t(
    "À copier dans un message : il y trouvera les lignes à coller.",
    "To be copied into a message: it holds the lines to paste.",
);
pub(super) const COPY: Text = t("Copier", "Copy");
pub(super) const COPIED: Text = t("Copié", "Copied");
pub(super) const HELP: Text = t("Demander de l'aide", "Ask for help");
pub(super) const BUNDLE: Text = t("Dossier pour l'assistance", "Bundle for the support");
pub(super) const BUNDLE_HINT: Text = t(
    "Le rapport, l'inventaire du poste et un message tout prêt ; les noms et les numéros y sont masqués.",
    "The report, the inventory of this workstation and a message that is ready; names and numbers are masked in them.",
);
pub(super) const BUNDLE_HOLDS: Text = t("Ce qu'il contient", "What is in it");
pub(super) const MESSAGE: Text = t("Message à envoyer avec", "Message to send with it");
pub(super) const STOP: Text = t("Arrêter", "Stop");
pub(super) const SAVE: Text = t("Enregistrer", "Save");

pub(super) const FILE: Text = t("Lire un fichier", "Read a file");
pub(super) const FILE_LABEL: Text = t("Journal ou certificat", "Log or certificate");
pub(super) const FILE_BUTTON: Text = t("Lire ce fichier", "Read this file");
pub(super) const FILE_HINT: Text = t(
    "Vous pouvez aussi le déposer n'importe où sur cette page. Il ne quitte pas ce poste.",
    "You may also drop it anywhere on this page. It does not leave this workstation.",
);
pub(super) const FILE_HERE: Text = t("Déposez le fichier ici", "Drop the file here");
pub(super) const FILE_READ: Text = t(
    "Le fichier a été lu : voir ce qu'il dit",
    "The file was read: see what it says",
);
pub(super) const NOT_TO_ITS_END: Text = t(
    "Ce fichier n'a pas été lu jusqu'au bout",
    "This file was not read to its end",
);
pub(super) const CERTIFICATE: Text = t("Certificat", "Certificate");

pub(super) const LOST: Text = t(
    "tomcheck ne répond plus : ce que montre cette page n'est plus à jour. Relancez « tomcheck serve » et ouvrez la nouvelle adresse.",
    "tomcheck does not answer any more: what this page shows is out of date. Start `tomcheck serve` again and open the new address.",
);
pub(super) const UNKNOWN: Text = t(
    "Il n'y a rien à cette adresse. Ouvrez l'adresse entière que « tomcheck serve » a affichée.",
    "There is nothing at this address. Open the whole address that `tomcheck serve` has shown.",
);
pub(super) const OTHER_SITE: Text = t(
    "Cette demande ne vient pas de cette page : elle est refusée.",
    "This request does not come from this page: it is refused.",
);
pub(super) const NOT_ALLOWED: Text = t(
    "Cette action n'est pas possible à cette adresse.",
    "This cannot be done at this address.",
);
pub(super) const STRANGE: Text = t(
    "Cette demande n'a pas été comprise.",
    "This request was not understood.",
);
pub(super) const BUSY: Text = t(
    "Un diagnostic est déjà en cours : attendez qu'il finisse.",
    "A diagnosis is under way already: wait until it ends.",
);
pub(super) const TOO_MANY: Text = t(
    "Trop de pages sont ouvertes : fermez-en.",
    "Too many pages are open: close some.",
);
pub(super) const FILE_BUSY: Text = t(
    "Un autre fichier est en cours de lecture : recommencez dans un instant.",
    "Another file is being read: try again in a moment.",
);
pub(super) const NO_FILE: Text = t(
    "Aucun fichier n'a été choisi, ou il est vide.",
    "No file was chosen, or it is empty.",
);
pub(super) const TOO_LONG: Text = t(
    "Ce fichier est trop gros pour cette page : lisez-le avec « tomcheck trace FICHIER ».",
    "This file is too large for this page: read it with `tomcheck trace FILE`.",
);
pub(super) const TOO_SLOW: Text = t(
    "La lecture de ce fichier prend trop de temps pour cette page : lisez-le avec « tomcheck trace FICHIER ».",
    "Reading this file takes too long for this page: read it with `tomcheck trace FILE`.",
);
pub(super) const NO_CERTIFICATE: Text = t(
    "Ce n'est pas un certificat lisible : exportez-le de nouveau.",
    "This is no certificate that can be read: export it again.",
);
pub(super) const NO_REPORT: Text = t(
    "Il n'y a pas encore de rapport : attendez la fin du diagnostic.",
    "There is no report yet: wait until the diagnosis has ended.",
);
pub(super) const NO_PIN_HERE: Text = t(
    "Cette page ne prend pas de code porteur : il faut la lancer avec --allow-pin.",
    "This page takes no code porteur (PIN): it has to be started with --allow-pin.",
);
pub(super) const PIN_SHAPE: Text = t(
    "Un code porteur compte quatre à huit chiffres ; rien n'a été présenté à la carte.",
    "A code porteur (PIN) has four to eight digits; nothing was presented to the card.",
);
pub(super) const BACK: Text = t("Revenir à la page", "Back to the page");
