//! What do name resolution and TCP mean for the person?

use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, Remedy, Severity, Step, System, Text,
};

use crate::connect::{Attempt, ConnectSeen, TcpOutcome};

/// Judges the attempts: one fault when none succeeded, the most telling kind first.
pub(crate) fn of_connection(seen: &ConnectSeen) -> Vec<Finding> {
    let attempts = &seen.attempts;
    if attempts.iter().any(Attempt::is_connected) {
        return broken_family(seen).into_iter().collect();
    }
    let any = |is: fn(&TcpOutcome) -> bool| attempts.iter().any(|attempt| is(&attempt.outcome));
    let kind = if any(|o| matches!(o, TcpOutcome::Refused { .. })) {
        &REFUSED
    } else if any(|o| matches!(o, TcpOutcome::TimedOut { .. })) {
        &TIMEOUT
    } else if !attempts.is_empty() {
        &UNREACHABLE
    } else {
        return vec![];
    };
    vec![with_attempts(Finding::of(kind), seen, |_| true)]
}

/// A machine without any way into a family is not broken: browsers never try it there.
fn broken_family(seen: &ConnectSeen) -> Option<Finding> {
    let fails = |v6: bool| {
        let mut of_family = seen.attempts.iter().filter(|a| a.address.is_ipv6() == v6);
        let tried = of_family.clone().any(|a| a.outcome.was_tried());
        tried && !of_family.any(Attempt::is_connected)
    };
    let (broken, working, v6) = match (fails(true), fails(false)) {
        (true, false) => ("IPv6", "IPv4", true),
        (false, true) => ("IPv4", "IPv6", false),
        _ => return None,
    };
    let finding = Finding::of(&FAMILY_BROKEN)
        .with(Evidence::new("broken", FAILS, broken))
        .with(Evidence::new("working", WORKS, working));
    Some(with_attempts(finding, seen, |a| a.address.is_ipv6() == v6))
}

fn with_attempts(
    finding: Finding,
    seen: &ConnectSeen,
    wanted: impl Fn(&Attempt) -> bool,
) -> Finding {
    let tried: Vec<&Attempt> = seen.attempts.iter().filter(|a| wanted(a)).collect();
    let addresses: Vec<String> = tried.iter().map(|a| a.address.to_string()).collect();
    finding
        .with(Evidence::new("addresses", ADDRESSES, addresses.join(", ")))
        .with(Evidence::new("port", PORT, seen.port.to_string()))
        .with_all(tried.iter().map(|attempt| {
            let key = format!("connect {}", attempt.address);
            Evidence::raw(key, attempt.outcome.answer())
        }))
}

impl Attempt {
    pub(crate) fn is_connected(&self) -> bool {
        self.outcome == TcpOutcome::Connected
    }
}

impl TcpOutcome {
    fn was_tried(&self) -> bool {
        !matches!(self, Self::NetworkUnreachable { .. })
    }

    fn answer(&self) -> String {
        match self {
            Self::Connected => "OK".to_owned(),
            Self::TimedOut { waited_ms } => format!("> {waited_ms} ms"),
            Self::Refused { failure }
            | Self::HostUnreachable { failure }
            | Self::NetworkUnreachable { failure }
            | Self::Failed { failure } => failure.answer(),
        }
    }
}

pub(crate) const HOST: Text = Text {
    fr: "nom du site",
    en: "site name",
};
const ADDRESSES: Text = Text {
    fr: "adresses",
    en: "addresses",
};
const PORT: Text = Text::same("port");
const FAILS: Text = Text {
    fr: "ne répond pas",
    en: "does not answer",
};
const WORKS: Text = Text {
    fr: "répond",
    en: "answers",
};

pub(crate) static DNS_FAILURE: FindingKind = FindingKind {
    code: "network.dns-failure",
    severity: Severity::Fault,
    title: Text {
        fr: "Ce poste ne trouve pas l'adresse du site {host}",
        en: "This workstation cannot find the address of {host}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Vérifiez que le nom du site est bien écrit : {host}",
                "Check that the site's name is spelt right: {host}",
            ),
            Step::on(
                System::Windows,
                "Vérifiez que le poste est relié au réseau : menu Démarrer > Paramètres > Réseau et Internet",
                "Check that the workstation is on the network: Start menu > Settings > Network & Internet",
            ),
            Step::on(
                System::Windows,
                "Dans l'Invite de commandes, tapez `nslookup {host}`.",
                "In the Command Prompt, type `nslookup {host}`.",
            ),
            Step::on(
                System::Linux,
                "Dans un terminal, tapez `getent hosts {host}`.",
                "In a terminal, type `getent hosts {host}`.",
            ),
            Step::on(
                System::Macos,
                "Dans l'application Terminal, tapez `dscacheutil -q host -a name {host}`.",
                "In the Terminal application, type `dscacheutil -q host -a name {host}`.",
            ),
            Step::anywhere(
                "Sans réponse, demandez à l'administrateur du réseau que ce poste puisse trouver {host}, ou quel proxy il doit utiliser.",
                "Without an answer, ask the network administrator to let this workstation find {host}, or which proxy it has to use.",
            ),
        ],
    },
};

pub(crate) static REFUSED: FindingKind = FindingKind {
    code: "network.refused",
    severity: Severity::Fault,
    title: Text {
        fr: "La connexion au port {port} de {addresses} est refusée",
        en: "The connection to port {port} of {addresses} is refused",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Vérifiez que l'adresse du site est la bonne, port compris.",
                "Check that the site's address is the right one, port included.",
            ),
            OPEN,
            PROXY,
        ],
    },
};

pub(crate) static TIMEOUT: FindingKind = FindingKind {
    code: "network.timeout",
    severity: Severity::Fault,
    title: Text {
        fr: "Le site ne répond pas : rien ne revient du port {port} de {addresses}",
        en: "The site does not answer: nothing comes back from port {port} of {addresses}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[OPEN, PROXY],
    },
};

pub(crate) static UNREACHABLE: FindingKind = FindingKind {
    code: "network.unreachable",
    severity: Severity::Fault,
    title: Text {
        fr: "Aucun chemin ne mène de ce poste à {addresses}",
        en: "No path leads from this workstation to {addresses}",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Vérifiez que le câble réseau ou le Wi-Fi de ce poste est branché.",
                "Check that this workstation's network cable or Wi-Fi is connected.",
            ),
            OPEN,
            PROXY,
        ],
    },
};

pub(crate) static FAMILY_BROKEN: FindingKind = FindingKind {
    code: "network.ipv6-broken",
    severity: Severity::Warning,
    title: Text {
        fr: "Le site répond en {working} mais pas en {broken} : la connexion peut être lente",
        en: "The site answers over {working} but not over {broken}: connecting may be slow",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Dans le pare-feu et le routage, rétablissez le passage en {broken} vers {addresses}, port {port}.",
                "In the firewall and the routing, restore the {broken} path to {addresses}, port {port}.",
            ),
            Step::on(
                System::Windows,
                "En attendant, si c'est IPv6 : Windows+R, `ncpa.cpl`, clic droit sur la connexion > « Propriétés », décochez « Protocole Internet version 6 (TCP/IPv6) ».",
                "Meanwhile, if it is IPv6: Windows+R, `ncpa.cpl`, right-click the connection > “Properties”, untick “Internet Protocol Version 6 (TCP/IPv6)”.",
            ),
            Step::on(
                System::Linux,
                "En attendant, si c'est IPv6 : `nmcli connection show` donne le nom de la connexion, puis `nmcli connection modify NOM ipv6.method disabled`.",
                "Meanwhile, if it is IPv6: `nmcli connection show` gives the connection's name, then `nmcli connection modify NAME ipv6.method disabled`.",
            ),
            Step::on(
                System::Macos,
                "En attendant, si c'est IPv6 : « Réglages Système » > « Réseau » > la connexion > « Détails… » > « TCP/IP », « Configurer IPv6 » sur « Lien local uniquement ».",
                "Meanwhile, if it is IPv6: “System Settings” > “Network” > the connection > “Details…” > “TCP/IP”, “Configure IPv6” to “Link-Local Only”.",
            ),
        ],
    },
};

pub(crate) static CAPTIVE_PORTAL: FindingKind = FindingKind {
    code: "network.captive-portal",
    severity: Severity::Fault,
    title: Text {
        fr: "Un portail de connexion répond à la place des sites : ce réseau attend que quelqu'un s'identifie",
        en: "A login portal answers in the place of sites: this network waits for somebody to log in",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Dans un navigateur, ouvrez une adresse qui commence par http:// et non https://, par exemple http://neverssl.com : la page du portail s'affiche. Identifiez-vous, ou acceptez les conditions.",
                "In a browser, open an address that begins with http:// and not https://, for example http://neverssl.com: the portal's page appears. Log in, or accept its terms.",
            ),
            Step::anywhere("Relancez ensuite tomcheck.", "Then run tomcheck again."),
            Step::anywhere(
                "Si aucune page ne s'affiche, demandez à l'administrateur du réseau d'inscrire ce poste, ou utilisez un autre réseau.",
                "If no page appears, ask the network administrator to register this workstation, or use another network.",
            ),
        ],
    },
};

pub(crate) const ASKED_FOR: Text = Text {
    fr: "page témoin demandée",
    en: "test page asked for",
};
pub(crate) const ANSWERED: Text = Text {
    fr: "réponse",
    en: "answer",
};
pub(crate) const PORTAL: Text = Text {
    fr: "page du portail",
    en: "the portal's page",
};
const OPEN: Step = Step::anywhere(
    "Autorisez dans le pare-feu, depuis ce poste, le port TCP {port} vers : {addresses}",
    "Allow in the firewall, from this workstation, TCP port {port} to: {addresses}",
);
const PROXY: Step = Step::anywhere(
    "Si votre réseau ne sort que par un proxy, demandez-en l'adresse à l'administrateur du réseau et indiquez-la à ce poste.",
    "If your network goes out only through a proxy, ask the network administrator for its address and tell it to this workstation.",
);

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use tomcheck_diagnosis::{ForeignFailure, Lang, Observation};

    use super::*;

    fn attempt(address: &str, outcome: TcpOutcome) -> Attempt {
        let address: IpAddr = address.parse().unwrap();
        Attempt {
            address,
            outcome,
            elapsed_us: 1,
        }
    }

    fn refused() -> TcpOutcome {
        let failure = ForeignFailure::decimal("connect", 111).named("ECONNREFUSED");
        TcpOutcome::Refused { failure }
    }

    fn codes(attempts: Vec<Attempt>) -> Vec<&'static str> {
        let seen = ConnectSeen {
            port: 443,
            attempts,
        };
        seen.findings()
            .iter()
            .map(|finding| finding.kind.code)
            .collect()
    }

    #[test]
    fn a_refusal_tells_more_than_a_silence_and_a_silence_more_than_no_way() {
        let silent = || attempt("192.0.2.1", TcpOutcome::TimedOut { waited_ms: 900 });
        let failure = ForeignFailure::decimal("connect", 113);
        let no_way = || {
            attempt(
                "192.0.2.2",
                TcpOutcome::HostUnreachable {
                    failure: failure.clone(),
                },
            )
        };
        assert_eq!(
            codes(vec![silent(), attempt("192.0.2.3", refused())]),
            ["network.refused"]
        );
        assert_eq!(codes(vec![no_way(), silent()]), ["network.timeout"]);
        assert_eq!(codes(vec![no_way()]), ["network.unreachable"]);
        assert!(codes(vec![]).is_empty());
    }

    #[test]
    fn each_address_is_evidence_with_its_raw_number() {
        let seen = ConnectSeen {
            port: 8443,
            attempts: vec![attempt("192.0.2.3", refused())],
        };
        let finding = &seen.findings()[0];
        assert!(finding.title(Lang::Fr).contains("port 8443 de 192.0.2.3"));
        let last = finding.evidence.last().unwrap();
        assert_eq!(
            (last.key.as_ref(), last.render(Lang::Fr).as_str()),
            ("connect 192.0.2.3", "ECONNREFUSED 111")
        );
    }

    #[test]
    fn one_family_that_fails_is_a_warning_unless_this_machine_never_had_it() {
        let works = || attempt("192.0.2.1", TcpOutcome::Connected);
        let silent = attempt("2001:db8::1", TcpOutcome::TimedOut { waited_ms: 1000 });
        assert_eq!(codes(vec![works(), silent]), ["network.ipv6-broken"]);
        let failure = ForeignFailure::decimal("connect", 101);
        let never_had = attempt("2001:db8::1", TcpOutcome::NetworkUnreachable { failure });
        assert!(codes(vec![works(), never_had]).is_empty());
    }
}
