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
            return vec![row(NOT_REFRESHED, text_of(refresh, "error").to_owned())];
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
        let files = format!("{deleted} {}", FILES.get(self.lang));
        std::iter::once(row(DELETED, files))
            .chain(changes)
            .chain(is_same)
            .collect()
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
    ("/certificate/usages/key", t("Sert à", "Serves for")),
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

const AUTHORITY: Text = t("Sous l'autorité", "Under the authority");
const DELETED: Text = t("Cache vidé", "Cache cleared");
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
const ONLY_STORED: Text = t(
    "Dans le magasin « Personnel » de Windows seulement",
    "In Windows' Personal store only",
);

const OPENS: Text = t("celui qui ouvre le site", "the one that opens the site");
