//! What follows from what, across the layers?
//!
//! Inside a layer its own judgement says what explains what. Here stand the rules that only
//! somebody above the layers can make, as a table to be read: `docs/verdict.md` is made from it.

use tomcheck_diagnosis::Text;

use crate::works_here::UNWIRED;

/// Where one of `consequences` and one of `causes` are both found, the first merely follows from
/// the second, and is not told as a second problem.
///
/// A probe whose probe before it failed is `blocked` and finds nothing; these rows are for probes
/// that looked all the same, and saw the fault from their own side.
#[derive(Debug)]
pub struct Rule {
    /// Codes of what follows.
    pub consequences: &'static [&'static str],
    /// Codes of what explains it; of several that are found, the first that stands here.
    pub causes: &'static [&'static str],
    /// Why it is so.
    pub why: Text,
}

const fn rule(
    consequences: &'static [&'static str],
    causes: &'static [&'static str],
    fr: &'static str,
    en: &'static str,
) -> Rule {
    let why = Text { fr, en };
    Rule {
        consequences,
        causes,
        why,
    }
}

/// Along the path, from the reader to the site.
pub(crate) static RULES: &[Rule] = &[
    rule(
        &["module.sees-no-token"],
        &["card.mute", "card.in-exclusive-use", "card.foreign"],
        "la Cryptolib montre une carte muette, occupée ou étrangère comme un lecteur vide",
        "the Cryptolib shows a card that is mute, in use or foreign as an empty slot",
    ),
    rule(
        &["module.sees-no-token"],
        &["card.generation-needs-update"],
        "une Cryptolib plus ancienne que la carte ne la montre pas",
        "a Cryptolib that is older than the card does not show it",
    ),
    rule(
        &["cert.revocation-unknown"],
        &["cert.chain-incomplete"],
        "sans le certificat de l'autorité, personne ne peut être interrogé sur la révocation",
        "without the authority's certificate, nobody can be asked about revocation",
    ),
    rule(
        &["cert.expired", "cert.not-yet-valid", "tls.server-expired"],
        &["clock.skewed"],
        "avec une horloge fausse, un certificat valable paraît expiré ou pas encore valable",
        "with a wrong clock, a valid certificate looks expired or not valid yet",
    ),
    rule(
        &[
            "cert.expired",
            "cert.revoked",
            "cert.none",
            "cert.authentication-missing",
            "cert.key-missing",
            "cert.key-mismatch",
            "token.sign-failed",
        ],
        &["module.cache-stale"],
        "ce que sert un cache périmé n'est pas ce qui est sur la carte",
        "what a stale cache serves is not what is on the card",
    ),
    rule(
        &["token.sign-failed"],
        &["cert.key-mismatch"],
        "la signature d'une clé ne se vérifie pas avec le certificat d'une autre",
        "a signature by one key is not verified by the certificate of another",
    ),
    rule(
        &[
            "browser.firefox-module-missing",
            "browser.firefox-module-broken",
            "browser.firefox-extension-disabled",
            "browser.nss-module-missing",
            "browser.nss-module-broken",
            "browser.ccm-absent",
        ],
        &[
            "module.not-installed",
            "module.path-missing",
            "module.wrong-architecture",
            "module.not-pkcs11",
            "module.unreadable",
            "module.read-failed",
        ],
        "aucun navigateur ne charge un module qui n'est pas là ou ne fonctionne pas",
        "no browser loads a module that is not there or does not run",
    ),
    rule(
        &["network.dns-failure"],
        &["proxy.upstream-dns"],
        "quand un proxy est utilisé, c'est lui qui cherche l'adresse du site",
        "where a proxy is in use, it is the proxy that resolves the site's name",
    ),
    rule(
        &["proxy.authentication-required"],
        &["proxy.authentication-rejected"],
        "le proxy demande un mot de passe avant de refuser celui qu'on lui donne",
        "the proxy asks for a password before it rejects the one it is given",
    ),
    rule(
        &["proxy.upstream-failed"],
        &["proxy.upstream-dns"],
        "le proxy dit une fois en général ce qu'il a dit précisément",
        "the proxy says in general what it also said exactly",
    ),
    rule(
        &[
            "network.dns-failure",
            "network.refused",
            "network.timeout",
            "network.unreachable",
        ],
        &[
            "proxy.pac-unreachable",
            "proxy.pac-untrusted",
            "proxy.pac-invalid",
        ],
        "sans le script qui indique le proxy, le poste cherche le site là où rien ne passe",
        "without the script that names the proxy, the site is looked for where nothing passes",
    ),
    rule(
        &[
            "network.refused",
            "network.timeout",
            "network.unreachable",
            "tls.not-tls",
            "tls.server-untrusted",
            "tls.server-name-mismatch",
            "tls.reset-by-middlebox",
            "proxy.intercepts-tls",
            "proxy.pac-unreachable",
            "proxy.pac-untrusted",
        ],
        &["network.captive-portal"],
        "tant qu'on ne s'est pas identifié au portail, il bloque tous les sites, chacun à sa façon",
        "until somebody logs in, a portal keeps every site away, each in its own manner",
    ),
    rule(
        &[
            "tls.server-untrusted",
            "tls.server-name-mismatch",
            "tls.server-expired",
            "tls.certificate-not-requested",
        ],
        &["proxy.intercepts-tls"],
        "qui ouvre la connexion montre son propre certificat, et ne demande pas la carte",
        "who opens the connection shows a certificate of its own, and asks for no card",
    ),
    rule(
        &["tls.certificate-rejected"],
        &[
            "cert.expired",
            "cert.not-yet-valid",
            "cert.wrong-usage",
            "cert.revoked",
        ],
        "le site dit à sa façon ce que le certificat de la carte montrait déjà",
        "the site says in its own words what the card's certificate already told",
    ),
    rule(
        &["tls.certificate-rejected"],
        &["tls.issuer-not-accepted"],
        "le site refuse un certificat dont il n'accepte pas l'autorité",
        "the site rejects a certificate whose issuer it does not accept",
    ),
    rule(
        &["tls.certificate-required"],
        &[
            "cert.none",
            "cert.authentication-missing",
            "cert.key-missing",
            "token.pin-locked",
            "token.pin-incorrect",
            "token.sign-failed",
            "tls.issuer-not-accepted",
            "tls.signature-scheme-unavailable",
        ],
        "aucun certificat n'a été présenté, puisque la carte ne pouvait pas le faire",
        "no certificate was shown, because the card could show none",
    ),
    rule(
        &["tls.handshake-failure"],
        &["token.sign-failed", "tls.signature-scheme-unavailable"],
        "sans signature de la carte, la connexion ne peut pas se faire",
        "without a signature by the card the handshake cannot be completed",
    ),
    rule(
        &["tls.works-here-not-in-browser"],
        UNWIRED,
        "le site s'ouvre avec la carte : seul le navigateur n'y accède pas",
        "the site opens with the card: the browser alone does not reach it",
    ),
];

/// Every row, for who documents them.
pub fn rules() -> &'static [Rule] {
    RULES
}

/// Mere warnings by themselves; where one explains something by a row above, it is a fault.
pub(crate) const FAULTS_WHERE_THEY_EXPLAIN: &[&str] = &[
    "clock.skewed",
    "module.cache-stale",
    "proxy.pac-unreachable",
    "proxy.pac-untrusted",
    "proxy.pac-invalid",
];

/// Why `consequence` follows from `cause`; none where a layer said so by itself.
pub(crate) fn why(consequence: &str, cause: &str) -> Option<Text> {
    let mut rules = RULES.iter();
    let rule = rules.find(|rule| rule.links(consequence, cause));
    rule.map(|rule| rule.why)
}

impl Rule {
    /// Whether this row says that the first follows from the second.
    pub(crate) fn links(&self, consequence: &str, cause: &str) -> bool {
        self.consequences.contains(&consequence) && self.causes.contains(&cause)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::findings::all;

    #[test]
    fn every_code_of_the_table_can_be_found_and_no_pair_stands_twice() {
        let known: BTreeSet<_> = all().map(|kind| kind.code).collect();
        let mut pairs = BTreeSet::new();
        for rule in RULES {
            for consequence in rule.consequences {
                for cause in rule.causes {
                    assert!(known.contains(consequence), "{consequence}");
                    assert!(known.contains(cause), "{cause}");
                    assert_ne!(consequence, cause);
                    assert!(
                        pairs.insert((consequence, cause)),
                        "{consequence} < {cause}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_becomes_a_fault_by_explaining_explains_something() {
        for cause in FAULTS_WHERE_THEY_EXPLAIN {
            assert!(
                RULES.iter().any(|rule| rule.causes.contains(cause)),
                "{cause}"
            );
        }
    }

    #[test]
    fn every_row_says_why_in_one_phrase_of_each_language() {
        for rule in RULES {
            for why in [rule.why.fr, rule.why.en] {
                assert!(!why.is_empty() && !why.ends_with('.'), "{why}");
                assert!(why.starts_with(char::is_lowercase), "{why}");
            }
        }
    }
}
