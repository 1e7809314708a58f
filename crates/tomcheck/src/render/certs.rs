//! What is shown of each certificate, as the « Certificats » window does?

use serde_json::Value;
use tomcheck_diagnosis::Text;

use super::detail::{Field, Row, Show, t, text_of};

impl Show {
    pub(super) fn certificates(&self, certs: &Value) -> Vec<Row> {
        let certs = certs.as_array().into_iter().flatten();
        let rows = certs.flat_map(|cert| {
            std::iter::once(self.title(cert))
                .chain(self.fields(cert, CERTIFICATE))
                .chain(self.authorities(cert))
        });
        rows.collect()
    }

    /// Each authority above the certificate, with where it was found.
    fn authorities(&self, cert: &Value) -> Vec<Row> {
        let links = cert.get("authorities").and_then(Value::as_array);
        let rows = links.into_iter().flatten().map(|link| {
            let places = link.get("found_in").and_then(|places| self.value(places));
            let name = text_of(link, "common_name");
            Row {
                label: AUTHORITY.get(self.lang).to_owned(),
                value: Some(format!("{name} ({})", places.unwrap_or_default())),
            }
        });
        rows.collect()
    }

    /// What came of reading past the module's cache.
    pub(super) fn refresh(&self, refresh: &Value) -> Vec<Row> {
        let deleted = refresh.get("deleted").and_then(Value::as_u64);
        let row = |label: Text, value: String| Row {
            label: label.get(self.lang).to_owned(),
            value: Some(value),
        };
        let Some(deleted) = deleted else {
            return vec![row(NOT_REFRESHED, self.not_refreshed(refresh))];
        };
        let all = |key: &str, field: &str, label: Text| {
            let items = refresh.get(key).and_then(Value::as_array);
            let items: Vec<_> = items.into_iter().flatten().collect();
            let rows = items
                .into_iter()
                .map(|one| row(label, text_of(one, field).to_owned()));
            rows.collect::<Vec<_>>()
        };
        let changes: Vec<_> = [
            all("new", "label", NEW),
            all("gone", "label", GONE),
            all("kept", "path", KEPT),
        ]
        .into_iter()
        .flatten()
        .collect();
        let same = || row(COMPARED, SAME.get(self.lang).to_owned());
        let is_same = changes.is_empty().then(same);
        let word = if deleted < 2 { FILE } else { FILES };
        let files = format!("{deleted} {}", word.get(self.lang));
        std::iter::once(row(DELETED, files))
            .chain(changes)
            .chain(is_same)
            .collect()
    }

    /// Why the card was not read past the cache; as the library says it where no word of ours
    /// tells it.
    fn not_refreshed(&self, refresh: &Value) -> String {
        let reason = text_of(refresh, "reason");
        let Some((_, said)) = REASONS.iter().find(|(word, _)| *word == reason) else {
            return text_of(refresh, "error").to_owned();
        };
        let said = said.get(self.lang);
        match text_of(refresh, "answer") {
            "" => said.to_owned(),
            answer => format!("{said} ({answer})"),
        }
    }

    fn title(&self, cert: &Value) -> Row {
        let label = match text_of(cert, "place") {
            "personal-store" => ONLY_STORED.get(self.lang),
            _ => text_of(cert, "label"),
        };
        let label = match cert.get("opens_the_site").and_then(Value::as_bool) {
            Some(true) => format!("{label} ({})", OPENS.get(self.lang)),
            _ => label.to_owned(),
        };
        Row { label, value: None }
    }
}

const CERTIFICATE: &[Field] = &[
    ("/certificate/delivered_to", t("Délivré à", "Delivered to")),
    (
        "/certificate/delivered_by",
        t("Délivré par", "Delivered by"),
    ),
    (
        "/certificate/validity/not_before",
        t("Valable du", "Valid from"),
    ),
    ("/certificate/validity/not_after", t("au", "until")),
    ("/certificate/usages/key", t("Sert à", "Used to")),
    ("/certificate/subject", t("Titulaire", "Subject")),
    ("/certificate/issuer", t("Émetteur", "Issuer")),
    (
        "/certificate/sha256",
        t("Empreinte SHA-256", "SHA-256 fingerprint"),
    ),
    ("/stored/subject", t("Délivré à", "Delivered to")),
    ("/stored/issuer", t("Délivré par", "Delivered by")),
    ("/stored/not_after", t("Valable jusqu'au", "Valid until")),
    (
        "/stored/provider",
        t("Sa clé est gérée par", "Its key is kept by"),
    ),
    ("/found_in", t("Où", "Where")),
    ("/error", t("Illisible", "Unreadable")),
];

const AUTHORITY: Text = t("Autorité au-dessus", "Authority above");
const DELETED: Text = t("Cache vidé", "Cache cleared");
const FILE: Text = t("fichier de cette carte", "file of this card");
const FILES: Text = t("fichiers de cette carte", "files of this card");
const COMPARED: Text = t("Depuis", "Since");
const SAME: Text = t(
    "la carte montre les mêmes certificats",
    "the card shows the same certificates",
);
const NEW: Text = t("Nouveau", "New");
const GONE: Text = t("Disparu", "Gone");
const KEPT: Text = t("Non supprimé", "Not deleted");
const NOT_REFRESHED: Text = t("Cache non relu", "Not refreshed");
const REASONS: &[(&str, Text)] = &[
    (
        "unreadable",
        t("le cache est illisible", "the cache cannot be read"),
    ),
    (
        "worker",
        t(
            "le processus qui charge le module ne démarre pas",
            "the process that loads the module does not start",
        ),
    ),
    (
        "other-card",
        t(
            "la carte n'est plus celle qui avait été lue",
            "the card is no longer the one that was read before",
        ),
    ),
    (
        "not-read",
        t(
            "le module n'a pas relu la carte",
            "the module did not read the card again",
        ),
    ),
];
const ONLY_STORED: Text = t(
    "Dans le magasin « Personnel » de Windows seulement",
    "Only in Windows' store “Personal”",
);

const OPENS: Text = t("celui qui ouvre le site", "the one that opens the site");

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tomcheck_diagnosis::Lang;

    use super::*;

    fn said(refresh: &Value) -> String {
        let rows = Show { lang: Lang::Fr }.refresh(refresh);
        rows.into_iter()
            .next()
            .and_then(|row| row.value)
            .unwrap_or_default()
    }

    #[test]
    fn why_the_cache_was_not_read_again_is_said_in_the_readers_language() {
        let unreadable = json!({
            "reason": "unreadable", "answer": "opendir EACCES 13", "error": "the cache cannot be read",
        });
        assert_eq!(
            said(&unreadable),
            "le cache est illisible (opendir EACCES 13)"
        );
        let other = json!({"reason": "other-card", "answer": null, "error": "the card is another"});
        assert_eq!(said(&other), "la carte n'est plus celle qui avait été lue");
        let of_an_older_report = json!({"error": "the card was not read again"});
        assert_eq!(said(&of_an_older_report), "the card was not read again");
    }

    #[test]
    fn one_file_is_not_said_as_many() {
        let done = |deleted: u32| json!({"deleted": deleted});
        assert_eq!(said(&done(1)), "1 fichier de cette carte");
        assert_eq!(said(&done(2)), "2 fichiers de cette carte");
    }
}
