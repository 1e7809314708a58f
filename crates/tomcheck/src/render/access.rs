//! How does a request to whoever looks after the network read?

use tomcheck_diagnosis::{Lang, Text};

use super::layout::{Page, Plain, TextStyle, clean};
use super::words::t;
use crate::access::{AccessRequest, Obstacle, SiteAccess};

/// A letter ready to be sent, with the lines that are pasted. Plain text, without colour.
pub fn access_text(request: &AccessRequest, lang: Lang, style: TextStyle) -> String {
    let mut page = Page::new(lang, style, &Plain);
    page.opening(request);
    page.asked();
    page.sites(request);
    if let Some(obstacle) = &request.seen {
        page.obstacle(obstacle);
    }
    page.ready(request);
    page.table(&request.sites);
    page.out
}

const SUBJECT: Text = t(
    "Objet : accès par carte CPS à",
    "Subject: access by CPS card to",
);
const HELLO: Text = t("Bonjour,", "Hello,");
const WHY: Text = t(
    "Des professionnels ouvrent ce site depuis nos postes avec leur carte (CPS, CPF, CPE ou CPA). La carte signe dans la connexion sécurisée elle-même : elle ne passe pas à travers un équipement qui ouvre cette connexion, et les programmes qui s'en servent ne savent pas tous répondre à un proxy qui demande un mot de passe.",
    "Professionals open this site from our workstations with their card (CPS, CPF, CPE or CPA). The card signs within the secure connection itself: it does not pass through a box that opens this connection, and not every program that uses it can answer a proxy that asks for a password.",
);
const PLEASE: Text = t(
    "Merci d'autoriser les sites ci-dessous :",
    "Please allow the sites below:",
);
const ASKED: [Text; 3] = [
    t(
        "sans authentification sur le proxy ;",
        "without authentication at the proxy;",
    ),
    t(
        "sans inspection TLS (l'authentification par carte ne passe pas à travers) ;",
        "without TLS inspection (authentication by card does not pass through it);",
    ),
    t(
        "sans couper une connexion où rien ne passe pendant deux minutes : le temps de taper le code de la carte.",
        "without cutting a connection on which nothing passes for two minutes: the time it takes to type the card's code.",
    ),
];
const SITES: Text = t("Sites", "Sites");
const ADDRESSES: Text = t("adresses", "addresses");
const NO_ADDRESS: Text = t(
    "aucune trouvée depuis ce poste",
    "none found from this machine",
);
const NOWHERE: Text = t(
    "Ce poste ne trouve l'adresse d'aucun de ces noms, sans doute parce que seul le proxy le peut. Pour les réglages qui demandent des adresses, refaites cette demande sur un poste qui les trouve.",
    "This machine finds the address of none of these names, probably because only the proxy can. For settings that want addresses, make this request again on a machine that finds them.",
);
const USE: Text = t("usage", "use");
const UNCONFIRMED: Text = t(
    "à confirmer auprès de l'Agence du Numérique en Santé : adresse tirée de ses questions-réponses",
    "to be confirmed by the Agence du Numérique en Santé: address taken from its questions and answers",
);
const SEEN: Text = t("Ce que ce poste constate", "What this machine sees");
const LINES: Text = t("Lignes prêtes à coller", "Lines ready to be pasted");
const OTHERS: Text = t(
    "Pour un autre équipement (pare-feu, passerelle web)",
    "For another appliance (firewall, web gateway)",
);
const COLUMNS: [Text; 6] = [
    t("action", "action"),
    t("nom", "name"),
    t("adresses", "addresses"),
    t("port", "port"),
    t("authentification", "authentication"),
    t("inspection TLS", "TLS inspection"),
];
const ALLOW: Text = t("autoriser", "allow");
const NONE: Text = t("aucune", "none");
const EXEMPT: Text = t("exclure", "exempt");
const NOT_TLS: Text = t("sans objet", "not applicable");

impl Page<'_> {
    fn opening(&mut self, request: &AccessRequest) {
        let site = request.sites.first().map(|site| clean(&site.host));
        let subject = format!("{} {}", self.say(SUBJECT), site.unwrap_or_default());
        self.line(0, &subject, None);
        self.line(0, "", None);
        self.line(0, self.say(HELLO), None);
        self.line(0, "", None);
        self.wrapped(0, 0, self.say(WHY), None);
        self.line(0, "", None);
    }

    fn asked(&mut self) {
        self.line(0, self.say(PLEASE), None);
        for asked in ASKED {
            let dash = if self.style.ascii { "-" } else { "–" };
            self.wrapped(2, 4, &format!("{dash} {}", self.say(asked)), None);
        }
    }

    fn sites(&mut self, request: &AccessRequest) {
        self.title(SITES);
        request.sites.iter().for_each(|site| self.site(site));
        self.line(0, "", None);
        if request.sites.iter().all(|site| site.addresses.is_empty()) {
            self.wrapped(0, 0, self.say(NOWHERE), None);
            return;
        }
        let at = request.at.render(self.lang);
        let note = match self.lang {
            Lang::Fr => format!(
                "Adresses trouvées depuis ce poste le {at}. Elles peuvent changer : le nom compte d'abord ; les adresses servent là où l'on ne sait régler que des adresses."
            ),
            Lang::En => format!(
                "Addresses found from this machine on {at}. They may change: the name counts first; the addresses serve where nothing but addresses can be set."
            ),
        };
        self.wrapped(0, 0, &note, None);
    }

    fn site(&mut self, site: &SiteAccess) {
        let scheme = if site.is_for_card { "HTTPS" } else { "HTTP" };
        let head = format!("{}, port {} ({scheme})", clean(&site.host), site.port);
        self.wrapped(2, 4, &head, None);
        let addresses = match site.addresses.is_empty() {
            true => self.say(NO_ADDRESS).to_owned(),
            false => addresses(site, ", "),
        };
        self.wrapped(6, 8, &self.pair(self.say(ADDRESSES), &addresses), None);
        self.wrapped(6, 8, &self.pair(self.say(USE), &site.why), None);
        if !site.is_confirmed {
            self.wrapped(6, 8, self.say(UNCONFIRMED), None);
        }
    }

    fn obstacle(&mut self, obstacle: &Obstacle) {
        self.title(SEEN);
        let title = format!("{} ({})", clean(&obstacle.title), obstacle.code);
        self.wrapped(2, 4, &title, None);
        for (label, value) in &obstacle.evidence {
            self.wrapped(6, 8, &self.pair(&clean(label), &clean(value)), None);
        }
    }

    /// Lines are never wrapped: they are pasted.
    fn ready(&mut self, request: &AccessRequest) {
        self.title(LINES);
        for lines in &request.lines {
            self.wrapped(2, 4, self.pair(&lines.place, "").trim_end(), None);
            for line in lines.text.lines() {
                self.line(6, &clean(line), None);
            }
            self.line(0, "", None);
        }
    }

    fn table(&mut self, sites: &[SiteAccess]) {
        self.line(0, self.say(OTHERS), None);
        let head = COLUMNS.map(|column| self.say(column));
        self.line(2, &head.join(" | "), None);
        for site in sites {
            let inspection = if site.is_for_card { EXEMPT } else { NOT_TLS };
            let row = [
                self.say(ALLOW),
                &clean(&site.host),
                &addresses(site, " "),
                &site.port.to_string(),
                self.say(NONE),
                self.say(inspection),
            ];
            self.line(2, &row.join(" | "), None);
        }
    }

    fn title(&mut self, text: Text) {
        self.line(0, "", None);
        self.line(0, self.say(text), None);
    }
}

fn addresses(site: &SiteAccess, between: &str) -> String {
    if site.addresses.is_empty() {
        return "-".to_owned();
    }
    let all: Vec<String> = site.addresses.iter().map(|it| it.to_string()).collect();
    all.join(between)
}
