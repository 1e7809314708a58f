//! What is a probe called by people who wait for it?

use tomcheck_diagnosis::{Layer, Text};

use super::words::{layer, t};

/// What the probe `id` is doing; of one that is not known, which part of the path it looks at.
pub fn probe_name(id: &str) -> Text {
    let row = NAMES.iter().find(|(known, _)| *known == id);
    row.map_or_else(
        || Layer::of(id).map_or(Text::same("tomcheck"), layer),
        |(_, name)| *name,
    )
}

/// Every probe that says when it begins.
pub(crate) const NAMES: &[(&str, Text)] = &[
    (
        "reader.service",
        t("service de carte à puce", "card service"),
    ),
    ("reader.readers", t("lecteurs", "readers")),
    (
        "card.present",
        t("carte dans le lecteur", "card in the reader"),
    ),
    ("card.content", t("lecture de la carte", "reading the card")),
    (
        "card.contact",
        t("contact de la carte", "contact of the card"),
    ),
    (
        "module.file",
        t("recherche de la Cryptolib", "looking for the Cryptolib"),
    ),
    (
        "module.initialise",
        t("démarrage de la Cryptolib", "starting the Cryptolib"),
    ),
    (
        "module.knows-card",
        t("Cryptolib et carte", "Cryptolib and card"),
    ),
    (
        "module.cache",
        t("cache de la Cryptolib", "cache of the Cryptolib"),
    ),
    (
        "module.trace",
        t("traces de la Cryptolib", "trace of the Cryptolib"),
    ),
    (
        "token.state",
        t(
            "carte vue par la Cryptolib",
            "card as the Cryptolib sees it",
        ),
    ),
    (
        "token.listing",
        t(
            "contenu vu par la Cryptolib",
            "content as the Cryptolib sees it",
        ),
    ),
    ("token.login", t("code porteur", "code porteur (PIN)")),
    (
        "cert.authentication",
        t("certificat de la carte", "the card's certificate"),
    ),
    (
        "cert.chain",
        t("autorités du certificat", "the certificate's authorities"),
    ),
    (
        "cert.revocation",
        t("révocation du certificat", "revocation of the certificate"),
    ),
    (
        "browser.firefox",
        t("réglages de Firefox", "settings of Firefox"),
    ),
    (
        "browser.chromium",
        t("réglages de Chrome et Edge", "settings of Chrome and Edge"),
    ),
    (
        "browser.stores",
        t("magasins de Windows", "Windows' stores"),
    ),
    ("network.dns", t("adresse du site", "address of the site")),
    ("network.tcp", t("port du site", "port of the site")),
    ("network.portal", t("portail de connexion", "login portal")),
    ("proxy.sources", t("réglages du proxy", "proxy settings")),
    (
        "proxy.exceptions",
        t("exceptions de proxy", "proxy exceptions"),
    ),
    ("proxy.pac", t("script du proxy", "proxy script")),
    (
        "proxy.pac-attempts",
        t("proxys du script", "proxies of the script"),
    ),
    ("proxy.connect", t("réponse du proxy", "the proxy's answer")),
    ("proxy.idle", t("tunnel gardé ouvert", "tunnel held open")),
    (
        "proxy.interception",
        t("au bout du chemin", "the end of the way"),
    ),
    (
        "tls.handshake",
        t("connexion sécurisée", "secure connection"),
    ),
    (
        "tls.differential",
        t("essais de connexion", "trial connections"),
    ),
    (
        "tls.other-way",
        t("autre chemin vers le site", "another way to the site"),
    ),
    (
        "tls.legacy",
        t("ancienne connexion sécurisée", "old secure connection"),
    ),
    ("trace.files", t("lecture des journaux", "reading the logs")),
];

#[test]
fn every_name_is_of_a_layer_and_stands_once() {
    let mut ids: Vec<_> = NAMES.iter().map(|(id, _)| *id).collect();
    assert!(ids.iter().all(|id| Layer::of(id).is_some()));
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    assert_eq!(probe_name("proxy.of-tomorrow"), layer(Layer::Proxy));
}
