//! Does somebody on the way open the secure connection?
//!
//! Who does shows a certificate of his own making, and asks for no card: the site never sees one.

use tomcheck_diagnosis::{Audience, Evidence, Finding, FindingKind, Remedy, Severity, Step, Text};
use tomcheck_tls::{HandshakeSeen, Requested, ServerVerdict, inspection_product};

use crate::network_side::OtherWay;

/// Judges the certificate the site showed, and the one it showed by another way where that was
/// asked. Which hierarchy TOM's own certificate is from has not been published: no name of a site is
/// judged by it.
pub(crate) fn of(seen: &HandshakeSeen, proxied: bool, other: Option<&OtherWay>) -> Option<Finding> {
    // The site took the card: nobody is in between, whoever issued its certificate.
    if seen.is_authenticated() {
        return None;
    }
    let by_other = other.and_then(|other| other.seen.as_ref());
    let differing = by_other.filter(|by_other| tells(seen, by_other, proxied));
    // Who looks inside asks for no card. A firewall's own site, under its maker's name, may.
    let asks = seen.client_auth.requested == Requested::InHandshake;
    let product = inspection_product(&seen.server_chain).filter(|_| !asks);
    let interceptor = match (product, differing) {
        (Some(product), _) => product.to_owned(),
        (None, Some(_)) => issuer(seen)?.to_owned(),
        (None, None) => return None,
    };
    let finding = Finding::of(&INTERCEPTS)
        .with(Evidence::new("server", SERVER, &*seen.server_name))
        .with(Evidence::new("port", PORT, seen.port.to_string()))
        .with(Evidence::new("interceptor", INTERCEPTOR, interceptor))
        .with_all(issuer(seen).map(|name| Evidence::new("issuer", ISSUER, name)));
    Some(with_other(finding, other, differing))
}

fn with_other(
    finding: Finding,
    other: Option<&OtherWay>,
    differing: Option<&HandshakeSeen>,
) -> Finding {
    let (Some(other), Some(name)) = (other, differing.and_then(issuer)) else {
        return finding;
    };
    let finding = finding.with(Evidence::new("other_issuer", OTHER_ISSUER, name));
    match &other.proxy {
        Some(proxy) => finding.with(Evidence::new("other_way", OTHER_WAY, &**proxy)),
        None => finding.with(Evidence::new("other_way", OTHER_WAY, DIRECT)),
    }
}

/// Whether the other way shows that this one is opened. One site may have several certificates,
/// of one authority.
fn tells(seen: &HandshakeSeen, other: &HandshakeSeen, proxied: bool) -> bool {
    if issuer(seen) == issuer(other) || issuer(other).is_none() {
        return false;
    }
    let is_verified = |one: &HandshakeSeen| one.server_verdict == ServerVerdict::Verified;
    let asked = |one: &HandshakeSeen| one.client_auth.requested == Requested::InHandshake;
    // who asks for the card is the site; and a box on the other way is no witness against this one
    if asked(seen) || inspection_product(&other.server_chain).is_some() {
        return false;
    }
    match (is_verified(seen), is_verified(other)) {
        // a proxy that is trusted to look inside verifies too, and asks for no card
        (false, true) => proxied || asked(other),
        // neither is known here: the way with a box on it is the one to blame
        (false, false) => proxied,
        (true, true) => proxied && asked(other),
        (true, false) => false,
    }
}

fn issuer(seen: &HandshakeSeen) -> Option<&str> {
    seen.server_chain.first()?.issuer.as_deref()
}

/// A proxy, a firewall or an antivirus looks inside the connection.
pub(crate) static INTERCEPTS: FindingKind = FindingKind {
    code: "proxy.intercepts-tls",
    severity: Severity::Fault,
    title: Text {
        fr: "La connexion sécurisée à {server} est ouverte en chemin par « {interceptor} » : aucune carte ne peut passer",
        en: "The secure connection to {server} is opened on its way by “{interceptor}”: no card can pass",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Dans le filtre ou le pare-feu (« {interceptor} »), excluez {server}, port {port}, de l'inspection TLS (aussi appelée inspection SSL ou déchiffrement HTTPS), par son nom et par ses adresses.",
                "In the filter or the firewall (“{interceptor}”), exempt {server}, port {port}, from TLS inspection (also called SSL inspection or HTTPS decryption), by its name and by its addresses.",
            ),
            Step::anywhere(
                "Si « {interceptor} » est l'antivirus de ce poste : dans ses réglages, à la rubrique Web ou Internet, ajoutez {server} aux exclusions de l'analyse des connexions chiffrées.",
                "If “{interceptor}” is this workstation's antivirus: in its settings, under Web or Internet, add {server} to the exclusions of the scan of encrypted connections.",
            ),
            Step::anywhere(
                "Relancez `tomcheck` : le certificat du site doit être délivré par une autre autorité.",
                "Run `tomcheck` again: the site's certificate must be issued by another authority.",
            ),
        ],
    },
};

const SERVER: Text = Text {
    fr: "site",
    en: "site",
};
const PORT: Text = Text::same("port");
const INTERCEPTOR: Text = Text {
    fr: "qui ouvre la connexion",
    en: "who opens the connection",
};
const ISSUER: Text = Text {
    fr: "certificat reçu, délivré par",
    en: "certificate received, issued by",
};
const OTHER_ISSUER: Text = Text {
    fr: "par l'autre chemin, délivré par",
    en: "by the other way, issued by",
};
const OTHER_WAY: Text = Text {
    fr: "autre chemin",
    en: "other way",
};
const DIRECT: Text = Text {
    fr: "sans proxy",
    en: "without a proxy",
};

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What a handshake showed: issuer of the certificate, whether it verified, whether the site
    /// asked for a card.
    fn seen(issuer: &str, verified: bool, asked: bool) -> HandshakeSeen {
        let verdict = match verified {
            true => json!({ "verdict": "verified" }),
            false => json!({ "verdict": "untrusted", "missing_issuer": issuer, "reason": "" }),
        };
        let certificate = json!({
            "subject": "CN=tom.example", "issuer": issuer, "not_before": null,
            "not_after": null, "names": [], "sha256": "", "der": "",
        });
        serde_json::from_value(json!({
            "server_name": "tom.example", "port": 443, "started_at": "2026-06-10T08:00:00Z", "offered": [],
            "negotiated": null, "cipher": null, "phases": [], "records": [],
            "server_chain": [certificate], "trusted_roots": 1, "server_verdict": verdict,
            "client_auth": {
                "requested": if asked { "in-handshake" } else { "never" },
                "certificate_authorities": [], "signature_schemes": [],
            },
            "token": {
                "credential": "absent", "mechanisms": [], "usable_schemes": [], "issuers": [],
                "issuer": "not-asked", "presented": "not-asked",
                "signature": { "signature": "not-asked" },
            },
            "alert": null, "ending": { "ending": "complete" }, "http": { "http": "not-asked" },
        }))
        .unwrap()
    }

    fn other(seen: HandshakeSeen) -> OtherWay {
        OtherWay {
            proxy: None,
            seen: Some(seen),
        }
    }

    /// Who is said to open the connection.
    fn interceptor(seen: &HandshakeSeen, proxied: bool, other: Option<OtherWay>) -> Option<String> {
        let finding = of(seen, proxied, other.as_ref())?;
        let mut evidence = finding.evidence.into_iter();
        let named = evidence.find(|it| it.key == "interceptor")?;
        match named.value {
            tomcheck_diagnosis::Value::Plain(text) => Some(text),
            _ => None,
        }
    }

    const SITE: &str = "CN=Public CA";
    const BOX: &str = "CN=CHU CA";

    #[test]
    fn a_known_product_is_named_whether_its_authority_is_trusted_here_or_not() {
        for verified in [true, false] {
            let seen = seen("CN=FGT60F, O=Fortinet", verified, false);
            let named = interceptor(&seen, false, None);
            assert_eq!(named.as_deref(), Some("Fortinet FortiGate"));
        }
    }

    #[test]
    fn a_products_own_site_that_asks_for_a_card_is_not_intercepted() {
        let seen = seen("CN=support, O=Fortinet", true, true);
        assert_eq!(interceptor(&seen, false, None), None);
    }

    #[test]
    fn two_ways_that_differ_tell_which_one_is_opened() {
        let direct = |verified, asked| Some(other(seen(SITE, verified, asked)));
        let by_proxy = |verified| seen(BOX, verified, false);
        let blamed = |seen: &HandshakeSeen, other| interceptor(seen, true, other);
        assert_eq!(
            blamed(&by_proxy(false), direct(true, true)).as_deref(),
            Some(BOX)
        );
        assert_eq!(
            blamed(&by_proxy(false), direct(false, true)).as_deref(),
            Some(BOX)
        );
        assert_eq!(
            blamed(&by_proxy(true), direct(true, true)).as_deref(),
            Some(BOX)
        );
    }

    #[test]
    fn a_site_that_asks_for_the_card_is_the_site_whatever_the_other_way_shows() {
        for verified in [true, false] {
            let site = seen(SITE, false, true);
            let block_page = Some(other(seen(BOX, verified, false)));
            assert_eq!(interceptor(&site, true, block_page), None);
        }
        let product = Some(other(seen("CN=FGT60F, O=Fortinet", true, false)));
        assert_eq!(interceptor(&seen(SITE, false, false), true, product), None);
    }

    #[test]
    fn a_box_on_the_way_without_a_proxy_is_told_by_the_site_that_asks_through_one() {
        let by_proxy = Some(other(seen(SITE, true, true)));
        let named = interceptor(&seen(BOX, false, false), false, by_proxy);
        assert_eq!(named.as_deref(), Some(BOX));
    }

    #[test]
    fn an_unknown_authority_is_no_interception_by_itself() {
        let untrusted = seen(SITE, false, true);
        assert_eq!(interceptor(&untrusted, true, None), None);
        let same = Some(other(seen(SITE, false, true)));
        assert_eq!(interceptor(&untrusted, true, same), None);
        let closed = OtherWay {
            proxy: None,
            seen: None,
        };
        assert_eq!(interceptor(&untrusted, true, Some(closed)), None);
        // a proxy that looks inside and is trusted for it proves nothing of the way without it
        let inside = Some(other(seen(BOX, true, false)));
        assert_eq!(interceptor(&untrusted, false, inside), None);
        // neither is known here, and no proxy is on this one
        let unknown = Some(other(seen(BOX, false, false)));
        assert_eq!(interceptor(&untrusted, false, unknown), None);
        // a site of several certificates, both trusted, neither asking
        let both = Some(other(seen(BOX, true, false)));
        assert_eq!(interceptor(&seen(SITE, true, false), true, both), None);
    }
}
