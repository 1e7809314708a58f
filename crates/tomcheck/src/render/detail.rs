//! What a command shows beside the verdict: the card, its certificates, the handshake, the
//! proxy.
//!
//! Read from the report's JSON, so that a saved report reads the same.

use serde_json::Value;
use tomcheck_diagnosis::{Instant, Lang, Report, Text};
use tomcheck_proxy::{PacAnswer, Route};

use super::card::CardRows;
use super::layout::pair;

/// A label and its value, or a heading when the value is none.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) value: Option<String>,
}

/// The rows of the report's own command; none for `check`, whose answer is the verdict.
pub(super) fn rows(report: &Report, verbose: bool) -> Vec<Row> {
    let show = Show { lang: report.lang };
    let detail = |name: &str| report.details.get(name).filter(|value| !value.is_null());
    let card = detail("card").map(|card| show.card(card, verbose));
    let certs = detail("certs").map(|certs| show.certificates(certs));
    let refresh = detail("refresh").map(|refresh| show.refresh(refresh));
    let tls = detail("tls").map(|tls| show.handshake(tls));
    let proxy = detail("proxy").map(|proxy| show.proxy(proxy));
    let trials = verbose.then(|| show.trials(report));
    [card, refresh, certs, tls, trials, proxy]
        .into_iter()
        .flatten()
        .flatten()
        .collect()
}

pub(super) const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// A JSON pointer (RFC 6901) and what people call what it points to.
pub(super) type Field = (&'static str, Text);

const CARD: &[Field] = &[
    ("/reader", t("Lecteur", "Reader")),
    ("/state", t("Carte", "Card")),
    ("/family", t("Famille", "Family")),
    ("/generation", t("Génération", "Generation")),
    ("/contactless", t("Sans contact", "Contactless")),
    ("/atr", t("ATR", "ATR")),
];

const HOLDER: &[Field] = &[
    ("/label", t("Nom de la carte", "Card label")),
    ("/serial", t("Numéro de la carte", "Card number")),
    ("/delivered_to", t("Délivré à", "Delivered to")),
    ("/delivered_by", t("Délivré par", "Delivered by")),
];

const TLS: &[Field] = &[
    ("/versions/negotiated", t("Version", "Version")),
    ("/cipher", t("Chiffrement", "Cipher")),
    (
        "/server_chain/0/subject",
        t("Certificat du site", "Site's certificate"),
    ),
    ("/server_chain/0/issuer", t("délivré par", "delivered by")),
    (
        "/server_chain/0/not_after",
        t("valable jusqu'au", "valid until"),
    ),
    (
        "/client_auth/requested",
        t("Certificat de carte demandé", "Card certificate asked for"),
    ),
    (
        "/client_auth/certificate_authorities",
        t("Autorités acceptées", "Authorities accepted"),
    ),
    (
        "/client_auth/signature_schemes",
        t("Signatures acceptées", "Signatures accepted"),
    ),
    (
        "/token/usable_schemes",
        t("dont la carte sait faire", "of which the card makes"),
    ),
    ("/alert/name", t("Alerte TLS", "TLS alert")),
    ("/alert/number", t("son numéro", "its number")),
    ("/alert/sent_by", t("envoyée par", "sent by")),
    ("/alert/moment", t("à quel moment", "when")),
];

const PROXY: &[Field] = &[
    ("/effective", t("Chemin pris", "Way taken")),
    (
        "/connect/status_line",
        t("Réponse du proxy", "The proxy's answer"),
    ),
    ("/connect/product", t("Produit", "Product")),
    (
        "/connect/schemes",
        t("Authentifications proposées", "Authentications offered"),
    ),
    (
        "/exceptions/name/excepted_by",
        t("Exception pour le nom", "Exception for the name"),
    ),
];

/// Words of the JSON that people read in their own language; all others are shown as they are.
const WORDS: &[(&str, Text)] = &[
    ("card", t("la carte", "the card")),
    (
        "personal-store",
        t(
            "le magasin « Personnel » de Windows",
            "Windows' store “Personal”",
        ),
    ),
    ("cryptolib", t("la Cryptolib CPS", "the Cryptolib CPS")),
    (
        "ca-file",
        t("le fichier de --ca-file", "the file of --ca-file"),
    ),
    ("system", t("le magasin du système", "the system's store")),
    (
        "intermediate",
        t(
            "le magasin « Autorités de certification intermédiaires » de Windows",
            "Windows' store “Intermediate Certification Authorities”",
        ),
    ),
    ("absent", t("absente", "absent")),
    ("present", t("présente", "present")),
    ("mute", t("présente mais muette", "present but mute")),
    (
        "in-use",
        t("prise par un autre programme", "held by another program"),
    ),
    ("unavailable", t("lecteur inutilisable", "reader unusable")),
    ("not-looked", t("pas regardée", "not looked at")),
    ("locked", t("bloqué", "locked")),
    ("final-try", t("il reste un seul essai", "one try left")),
    (
        "count-low",
        t("au moins un essai faux", "at least one wrong try"),
    ),
    (
        "no-wrong-try-reported",
        t("aucun essai faux signalé", "no wrong try reported"),
    ),
    (
        "in-handshake",
        t("oui, pendant la négociation", "yes, in the handshake"),
    ),
    (
        "renegotiation",
        t("oui, par renégociation", "yes, by renegotiation"),
    ),
    (
        "post-handshake",
        t("oui, après la négociation", "yes, after the handshake"),
    ),
    ("never", t("non", "no")),
    ("unknown", t("on ne sait pas", "not known")),
    (
        "digitalSignature",
        t(
            "se connecter (digitalSignature)",
            "log in (digitalSignature)",
        ),
    ),
    (
        "nonRepudiation",
        t(
            "signer des documents (nonRepudiation)",
            "sign documents (nonRepudiation)",
        ),
    ),
    ("peer", t("le serveur", "the server")),
    ("us", t("tomcheck", "tomcheck")),
    (
        "before-certificate",
        t(
            "avant le certificat du site",
            "before the site's certificate",
        ),
    ),
    (
        "after-server-hello",
        t(
            "après les premiers messages du site",
            "after the site's first messages",
        ),
    ),
    (
        "after-our-certificate",
        t("après notre certificat", "after our certificate"),
    ),
    (
        "after-certificate-verify",
        t("après notre signature", "after our signature"),
    ),
    (
        "after-finished",
        t(
            "une fois la négociation finie de notre côté",
            "once the handshake was complete on our side",
        ),
    ),
    (
        "during-http",
        t("pendant la réponse du site", "during the site's answer"),
    ),
    ("explicit", t("demandé", "asked for")),
    ("environment", t("environnement", "environment")),
    (
        "gnome",
        t("réglages réseau de GNOME", "GNOME's network settings"),
    ),
    ("kde", t("réglages réseau de KDE", "KDE's network settings")),
    (
        "macos",
        t("réglages réseau de macOS", "macOS' network settings"),
    ),
    (
        "winhttp",
        t(
            "services de Windows (WinHTTP)",
            "Windows services (WinHTTP)",
        ),
    ),
    ("firefox", t("Firefox", "Firefox")),
    (
        "chromium",
        t("stratégies de Chromium", "Chromium's policies"),
    ),
    ("chrome", t("stratégies de Chrome", "Chrome's policies")),
    ("edge", t("stratégies d'Edge", "Edge's policies")),
    ("java", t("Java", "Java")),
    ("go", t("Go", "Go")),
    ("python", t("Python", "Python")),
    (
        "wininet",
        t("options Internet de Windows", "Windows Internet options"),
    ),
];

const SOURCES: Text = t("Réglages", "Settings");
const ADDRESS: Text = t("Exception pour l'adresse", "Exception for the address");
const SCRIPT: Text = t("Script PAC", "PAC script");
const ITS_LINE: Text = t("sa ligne", "its line");
/// What a script says is shown so often.
const ALERTS: usize = 3;
const NAMES: Text = t("noms demandés au DNS", "names asked of the DNS");
const SENDS: Text = t("il envoie le site", "it sends the site");
const NONE: Text = t("aucune", "none");
const NOTHING: Text = t("rien", "nothing");
const UNREAD: Text = t("n'a pas pu être lu :", "could not be read:");
const BY_EXCEPTION: Text = t("exception", "exception");
const AUTO_DETECT: Text = t("détection automatique", "automatic detection");

pub(super) struct Show {
    pub(super) lang: Lang,
}

impl Show {
    pub(super) fn fields(&self, detail: &Value, fields: &[Field]) -> Vec<Row> {
        let rows = fields.iter().filter_map(|(pointer, label)| {
            let value = self.value(detail.pointer(pointer)?)?;
            Some(Row {
                label: label.get(self.lang).to_owned(),
                value: Some(value),
            })
        });
        rows.collect()
    }

    pub(super) fn card(&self, card: &Value, verbose: bool) -> Vec<Row> {
        let own = CardRows {
            card,
            lang: self.lang,
            verbose,
        };
        let module = card.get("pin").and_then(|pin| self.value(pin));
        let mut rows = self.fields(card, CARD);
        rows.extend(own.atr());
        rows.extend(self.fields(card, HOLDER));
        rows.extend(own.content());
        rows.extend(own.pin(module));
        rows.extend(own.contact());
        rows
    }

    pub(super) fn handshake(&self, tls: &Value) -> Vec<Row> {
        self.fields(tls, TLS)
    }

    /// The way taken and what the proxy answered, without the settings that led there.
    pub(super) fn proxy_way(&self, proxy: &Value) -> Vec<Row> {
        let mut rows = self.fields(proxy, PROXY);
        rows.extend(self.script(proxy.get("pac")));
        rows
    }

    fn proxy(&self, proxy: &Value) -> Vec<Row> {
        let mut rows = self.proxy_way(proxy);
        let all = |pointer| {
            proxy
                .pointer(pointer)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
        };
        rows.extend(all("/exceptions/addresses").map(|one| self.address(one)));
        let mut sources = all("/sources").map(|source| self.source(source)).peekable();
        let heading = sources.peek().map(|_| Row {
            label: SOURCES.get(self.lang).to_owned(),
            value: None,
        });
        rows.extend(heading);
        rows.extend(sources);
        rows
    }

    /// Where the script is, the line that answered, and where that sends the site. Why there is
    /// no answer is its finding's to say.
    fn script(&self, pac: Option<&Value>) -> Vec<Row> {
        let Some(pac) = pac.filter(|pac| pac.is_object()) else {
            return Vec::new();
        };
        let text = |key| Some(text_of(pac, key)).filter(|text| !text.is_empty());
        let line = text("winning_line").and_then(|line| line.split_once(": "));
        let sent = text("result").map(|result| {
            let answer = PacAnswer::parse(result);
            let ways: Vec<String> = answer.routes.iter().map(|r| r.say(self.lang)).collect();
            ways.join(t(", sinon ", ", else ").get(self.lang))
        });
        let row = |label: String, value: &str| Row {
            label,
            value: Some(value.to_owned()),
        };
        let url = text("url").map(|url| row(SCRIPT.get(self.lang).to_owned(), url));
        let line = line.map(|(n, line)| row(format!("{} {n}", ITS_LINE.get(self.lang)), line));
        let sent = sent.map(|sent| row(SENDS.get(self.lang).to_owned(), &sent));
        let alerts = pac.get("alerts").and_then(Value::as_array);
        let alerts = alerts.into_iter().flatten().take(ALERTS);
        let alerts = alerts.filter_map(|text| Some(row("alert()".to_owned(), text.as_str()?)));
        let told = [url, line, sent, self.names_asked(pac)];
        told.into_iter().flatten().chain(alerts).collect()
    }

    /// A script that asks the DNS keeps every page waiting.
    fn names_asked(&self, pac: &Value) -> Option<Row> {
        let number = |key| pac.get(key).and_then(Value::as_u64);
        let names = number("names").filter(|names| *names > 0)?;
        Some(Row {
            label: NAMES.get(self.lang).to_owned(),
            value: Some(format!("{names} ({} ms)", number("names_ms")?)),
        })
    }

    fn address(&self, one: &Value) -> Row {
        let address = text_of(one, "address");
        let excepted = one.get("excepted_by").and_then(|by| self.value(by));
        let excepted = excepted.unwrap_or_else(|| NONE.get(self.lang).to_owned());
        Row {
            label: ADDRESS.get(self.lang).to_owned(),
            value: Some(pair(address, &excepted, self.lang)),
        }
    }

    /// A place may be as long as a path: it stands with the value, not in the column of labels.
    fn source(&self, source: &Value) -> Row {
        let place = text_of(source, "where");
        let value = source.get("value").and_then(|value| self.value(value));
        let value = value.unwrap_or_else(|| NOTHING.get(self.lang).to_owned());
        let value = match source.get("failure") {
            Some(_) => self.way(source),
            None => format!("{value} → {}", self.way(source)),
        };
        Row {
            label: self.word(text_of(source, "source")),
            value: Some(pair(place, &value, self.lang)),
        }
    }

    /// The way a setting leads, and why where an exception does; or why it could not be read.
    pub(super) fn way(&self, source: &Value) -> String {
        if let Some(failure) = source.get("failure") {
            return format!("{} {}", UNREAD.get(self.lang), failure_of(failure));
        }
        let mut told = self.word(text_of(source, "answer_for_url"));
        let excepted = text_of(source, "excepted_by");
        if !excepted.is_empty() {
            told += &format!(" ({} {excepted})", BY_EXCEPTION.get(self.lang));
        }
        if source.get("auto_detect").is_some() {
            told += &format!(" ({})", AUTO_DETECT.get(self.lang));
        }
        let programs = source.get("otherwise").and_then(Value::as_array);
        for one in programs.into_iter().flatten() {
            let way = self.word(text_of(one, "answer_for_url"));
            let program = self.word(text_of(one, "program"));
            told += &format!(" ; {program} → {way}");
        }
        told
    }

    /// The value as people read it; none for nothing to show.
    pub(super) fn value(&self, value: &Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::Bool(true) => Some(t("oui", "yes").get(self.lang).to_owned()),
            Value::Bool(false) => Some(t("non", "no").get(self.lang).to_owned()),
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => Some(self.word(text)),
            Value::Array(items) if items.is_empty() => None,
            Value::Array(items) => {
                let items: Vec<_> = items.iter().filter_map(|item| self.value(item)).collect();
                Some(items.join(" ; "))
            }
            Value::Object(map) => {
                let names = ["name", "text", "common_name"];
                self.value(names.into_iter().find_map(|name| map.get(name))?)
            }
        }
    }

    fn word(&self, text: &str) -> String {
        let known = WORDS.iter().find(|(word, _)| *word == text);
        if let Some((_, said)) = known {
            return said.get(self.lang).to_owned();
        }
        if let Ok(route) = Route::try_from(text.to_owned()) {
            return route.say(self.lang);
        }
        let instant = Instant::try_from(text.to_owned());
        instant.map_or_else(|_| text.to_owned(), |instant| instant.render(self.lang))
    }
}

/// The call, and what it answered.
fn failure_of(failure: &Value) -> String {
    let code = failure.get("code").and_then(Value::as_i64);
    let code = code.map_or_else(String::new, |code| code.to_string());
    let parts = [text_of(failure, "call"), text_of(failure, "name"), &code];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

pub(super) fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_moments_and_lists_read_as_people_write_them() {
        let show = Show { lang: Lang::Fr };
        let value = |value: Value| show.value(&value).unwrap_or_default();
        assert_eq!(value(Value::from("mute")), "présente mais muette");
        assert_eq!(
            value(Value::from("2033-06-25T12:00:00Z")),
            "25/06/2033 à 12:00 (UTC)"
        );
        assert_eq!(
            value(serde_json::json!([{"name": "a"}, {"text": "b"}])),
            "a ; b"
        );
        assert_eq!(value(Value::from("PROXY p:3128")), "par le proxy p:3128");
        assert_eq!(show.value(&Value::Null), None);
    }
}
