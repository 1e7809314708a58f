//! Which faults can the workstation show, how are they provoked, and how must each end?
//!
//! One table for the demo and for the tests. A scenario starts a bench of its own (card
//! service, card, site, proxy), provokes one fault, runs the real `tomcheck` on it and
//! compares what came out with what had to.

mod bench;
mod run;

use rustls::SignatureScheme;

use crate::pki::{Ca, Domaine, Gamme, Pki, ServerCertificate, Variant};
use crate::squid::SquidOptions;
use crate::tls_server::{ClientAuth, Refusal};
use crate::{CardHolder, KitError, Shape, atr, modules};

pub use self::bench::{Bench, CardContent, CommandLine, Plan};
pub use self::run::{Form, Outcome, Run};

/// One fault, how it is provoked, and how the diagnosis must end.
#[derive(Debug)]
pub struct Scenario {
    /// The root cause it must end with; `healthy` for none.
    pub code: &'static str,
    /// What is done to the workstation, in French.
    pub fr: &'static str,
    /// The same in English.
    pub en: &'static str,
    /// How the diagnosis must end.
    pub ending: Ending,
    /// What its evidence must hold, as the world said it; empty: anything.
    pub proof: &'static str,
    prepare: Prepare,
}

/// How a diagnosis must end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending {
    /// Exit status 0, verdict `ok`, a client-authenticated handshake at the site.
    Healthy,
    /// Exit status 0, verdict `warning`.
    Warned,
    /// Exit status 0, verdict `ok`: it is worth knowing.
    Told,
    /// Exit status 1, verdict `blocked`.
    Blocked,
}

/// When the fault comes into the world.
#[derive(Debug)]
enum Prepare {
    Nothing,
    /// Before anything is started.
    Plan(fn(&mut Plan)),
    /// When everything works.
    Spoil(fn(&mut Bench) -> Result<(), KitError>),
}

impl Scenario {
    /// The scenario of this code.
    pub fn named(code: &str) -> Option<&'static Self> {
        SCENARIOS.iter().find(|scenario| scenario.code == code)
    }

    /// A bench on which the fault is there. Takes about a second.
    ///
    /// # Errors
    ///
    /// When a part of the bench cannot be started.
    ///
    /// # Panics
    ///
    /// When squid or the site cannot be started.
    pub fn bench(&self) -> Result<Bench, KitError> {
        let mut plan = Plan::default();
        if let Prepare::Plan(prepare) = self.prepare {
            prepare(&mut plan);
        }
        let mut bench = Bench::start(plan)?;
        if let Prepare::Spoil(spoil) = self.prepare {
            spoil(&mut bench)?;
        }
        Ok(bench)
    }
}

/// As the kernel shows it: a device with one interface of the class of smart-card readers.
const USB_READER: &[(&str, &str)] = &[
    ("1-4:1.0/bInterfaceClass", "0b\n"),
    ("1-4/idVendor", "0f14\n"),
    ("1-4/idProduct", "0038\n"),
    ("1-4/manufacturer", "XIRING\n"),
    ("1-4/product", "Leo v2\n"),
];

/// The same one, as the kernel shows it when USBGuard does not allow it: without an interface,
/// of which its descriptors tell all the same.
const BLOCKED_USB_READER: &[(&str, &str)] = &[
    ("1-4/authorized", "0\n"),
    ("1-4/idVendor", "0f14\n"),
    ("1-4/idProduct", "0038\n"),
    ("1-4/manufacturer", "XIRING\n"),
    ("1-4/product", "Leo v2\n"),
    ("1-4/descriptors", "\x09\x04\x00\x00\x03\x0b\x00\x00\x00"),
];

/// Every scenario, the healthy one first, then in the order in which a technician would meet
/// the faults.
pub static SCENARIOS: &[Scenario] = &[
    Scenario {
        code: "healthy",
        fr: "tout est en place",
        en: "everything is in place",
        ending: Ending::Healthy,
        proof: "",
        prepare: Prepare::Nothing,
    },
    spoilt(
        "reader.service-stopped",
        "0x8010001D",
        "le service de cartes est arrêté",
        "the card service is stopped",
        |bench| {
            bench.station.stop_pcscd(false);
            Ok(())
        },
    ),
    spoilt(
        "reader.none",
        "",
        "aucun lecteur n'est branché",
        "no reader is plugged in",
        |bench| bench.station.without_readers(),
    ),
    spoilt(
        "reader.driver-missing",
        "XIRING Leo v2 [0f14:0038]",
        "le lecteur est branché, mais pcscd ne le voit pas",
        "the reader is plugged in, but pcscd does not see it",
        |bench| {
            bench.plug_usb_reader(USB_READER)?;
            bench.station.without_readers()
        },
    ),
    spoilt(
        "reader.usb-blocked",
        "XIRING Leo v2 [0f14:0038]",
        "le lecteur est branché, mais USBGuard le bloque",
        "the reader is plugged in, but USBGuard blocks it",
        |bench| {
            bench.plug_usb_reader(BLOCKED_USB_READER)?;
            bench.station.without_readers()
        },
    ),
    spoilt(
        "reader.galss-only",
        "COM8",
        "le lecteur est sur un port série, que seul le GALSS connaît",
        "the reader is on a serial port, which only the GALSS knows",
        |bench| {
            bench.install_galss(SERIAL_READER)?;
            bench.station.without_readers()
        },
    ),
    Scenario {
        ending: Ending::Told,
        ..spoilt(
            "reader.galss-reader-missing",
            "INGENICO Leo",
            "galss.ini nomme un autre lecteur que celui qui est branché",
            "galss.ini names another reader than the one plugged in",
            |bench| bench.install_galss(OTHER_READER),
        )
    },
    spoilt(
        "card.absent",
        "Virtual PCD",
        "la carte est retirée",
        "the card is taken out",
        |bench| {
            bench.card.remove();
            Ok(())
        },
    ),
    spoilt(
        "card.mute",
        "0x80100067",
        "la carte ne répond pas (insérée à l'envers)",
        "the card does not answer (the wrong way round)",
        |bench| bench.card.mute(),
    ),
    spoilt(
        "card.foreign",
        "3B 88 80 01",
        "une autre carte est dans le lecteur",
        "another card is in the reader",
        |bench| bench.card.set_atr(atr::FOREIGN),
    ),
    spoilt(
        "card.vitale",
        "3B 75 13 00",
        "une carte Vitale est dans le lecteur",
        "a carte Vitale is in the reader",
        |bench| bench.card.set_atr(atr::VITALE),
    ),
    spoilt(
        "card.generation-obsolete",
        "3B AC 00 40 2A 00 12 25 00 64 80 82",
        "la carte est une CPS2ter",
        "the card is a CPS2ter",
        |bench| bench.card.set_atr(atr::CPS2TER),
    ),
    spoilt(
        "card.generation-needs-update",
        "older-cryptolib.so",
        "la carte est une CPS4, la Cryptolib date d'avant elle",
        "the card is a CPS4, the Cryptolib is older",
        |bench| {
            bench.use_module(|directory| modules::blind_cryptolib(directory, None))?;
            bench.card.set_atr(atr::CPS4)
        },
    ),
    Scenario {
        ending: Ending::Warned,
        ..spoilt(
            "card.contactless-only",
            "3B 8F 80 01",
            "la carte est posée sur l'antenne du lecteur",
            "the card lies on the antenna of the reader",
            |bench| bench.card.set_atr(atr::CPS3_CONTACTLESS),
        )
    },
    spoilt(
        "card.in-exclusive-use",
        "0x8010000B",
        "un autre programme garde la carte pour lui",
        "another program keeps the card for itself",
        |bench| {
            bench.holder = Some(CardHolder::exclusive(&bench.station)?);
            Ok(())
        },
    ),
    spoilt(
        "module.not-installed",
        "/no-modules/",
        "la Cryptolib n'est pas installée",
        "the Cryptolib is not installed",
        |bench| {
            bench.command.module = None;
            bench.without_modules()
        },
    ),
    spoilt(
        "module.wrong-architecture",
        "aarch64",
        "la Cryptolib est celle d'un autre processeur",
        "the Cryptolib is another processor's",
        |bench| bench.use_module(modules::wrong_architecture),
    ),
    spoilt(
        "module.not-pkcs11",
        "/not-pkcs11.so",
        "le fichier indiqué n'est pas un module PKCS#11",
        "the file named is no PKCS#11 module",
        |bench| bench.use_module(modules::not_pkcs11),
    ),
    spoilt(
        "module.crashed",
        "C_GetSlotList",
        "la Cryptolib s'effondre dans C_GetSlotList",
        "the Cryptolib dies in C_GetSlotList",
        |bench| bench.use_module(|directory| modules::crashing(directory, "C_GetSlotList")),
    ),
    spoilt(
        "module.hung",
        "C_GetSlotList",
        "la Cryptolib ne revient pas de C_GetSlotList",
        "the Cryptolib never returns from C_GetSlotList",
        |bench| {
            bench.command.deadline = 12;
            bench.use_module(|directory| modules::hanging(directory, "C_GetSlotList"))
        },
    ),
    spoilt(
        "module.cache-stale",
        "Certificate for PIV Authentication",
        "le module sert l'ancien certificat de la carte, révoqué depuis",
        "the module serves the card's former certificate, revoked since",
        |bench| bench.keep_in_cache(Variant::Revoked),
    ),
    spoilt(
        "token.pin-locked",
        "CKF_USER_PIN_LOCKED",
        "le code porteur est bloqué",
        "the code porteur is locked",
        |bench| {
            bench.card.block_pin();
            Ok(())
        },
    ),
    spoilt(
        "token.pin-incorrect",
        "0xA0",
        "un code porteur faux est donné",
        "a wrong code porteur is given",
        |bench| {
            bench.command.pin = "9753".to_owned();
            Ok(())
        },
    ),
    Scenario {
        ending: Ending::Warned,
        ..spoilt(
            "token.pin-final-try",
            "CKF_USER_PIN_FINAL_TRY",
            "il reste un seul essai : tomcheck refuse de l'employer",
            "one try is left: tomcheck refuses to spend it",
            |bench| {
                bench.card.set_tries(1);
                Ok(())
            },
        )
    },
    planned(
        "cert.expired",
        "",
        "le certificat de la carte a expiré",
        "the card's certificate has expired",
        |plan| plan.card = CardContent::Authentication(Variant::Expired),
    ),
    planned(
        "cert.not-yet-valid",
        "",
        "le certificat de la carte n'est pas encore valable",
        "the card's certificate is not valid yet",
        |plan| plan.card = CardContent::Authentication(Variant::NotYetValid),
    ),
    planned(
        "cert.authentication-missing",
        "nonRepudiation",
        "la carte ne porte que le certificat de signature",
        "the card bears the signature certificate only",
        |plan| plan.card = CardContent::SignatureOnly,
    ),
    Scenario {
        ending: Ending::Warned,
        ..spoilt(
            "cert.chain-incomplete",
            "STANDARD PERSONNES",
            "l'autorité qui a délivré le certificat manque sur le poste",
            "the authority that issued the certificate is missing on the machine",
            |bench| {
                bench.command.ca_file = Pki::shared().roots_pem();
                Ok(())
            },
        )
    },
    planned(
        "cert.revoked",
        "http://igc-sante.test.invalid/CRL/ACI-ST-PP-TEST.crl",
        "le certificat de la carte est révoqué",
        "the card's certificate is revoked",
        |plan| plan.card = CardContent::Authentication(Variant::Revoked),
    ),
    Scenario {
        ending: Ending::Warned,
        ..spoilt(
            "cert.revocation-unknown",
            "proxy : HTTP",
            "les listes de révocation ne répondent pas",
            "the revocation lists do not answer",
            |bench| {
                bench.lists = None;
                Ok(())
            },
        )
    },
    spoilt(
        "browser.firefox-module-missing",
        "default-esr",
        "Firefox n'a pas le module de la carte",
        "Firefox does not have the card's module",
        |bench| bench.open_firefox(NO_EXTENSION),
    ),
    spoilt(
        "browser.firefox-extension-disabled",
        "userDisabled: true",
        "l'extension CPS de Firefox est désactivée",
        "the CPS extension of Firefox is disabled",
        |bench| bench.open_firefox(DISABLED_EXTENSION),
    ),
    spoilt(
        "browser.nss-module-missing",
        "NSS Internal PKCS #11 Module",
        "Chromium n'a pas le module de la carte",
        "Chromium does not have the card's module",
        Bench::open_chromium,
    ),
    spoilt(
        "network.dns-failure",
        "absent.test.invalid",
        "sans proxy, le nom du site n'existe pas",
        "without a proxy, the site's name does not exist",
        |bench| {
            bench.command.target = "https://absent.test.invalid/".to_owned();
            bench.go_direct();
            Ok(())
        },
    ),
    spoilt(
        "network.refused",
        "111",
        "sans proxy, le site refuse la connexion",
        "without a proxy, the site refuses the connection",
        |bench| {
            bench.command.target = format!("https://localhost:{}/", bench::closed_port()?);
            bench.go_direct();
            Ok(())
        },
    ),
    spoilt(
        "network.captive-portal",
        "portail.test.invalid",
        "sans proxy, un portail de connexion répond à la place du site",
        "without a proxy, a login portal answers in the site's place",
        |bench| {
            bench.stand_behind_a_portal();
            bench.go_direct();
            Ok(())
        },
    ),
    planned(
        "proxy.authentication-required",
        "HTTP/1.1 407",
        "le proxy demande un mot de passe que personne n'a donné",
        "the proxy demands a password that nobody gave",
        |plan| plan.squid.auth = Some(("secretariat".to_owned(), "sésame".to_owned())),
    ),
    planned(
        "proxy.host-not-allowed",
        "ERR_ACCESS_DENIED",
        "le proxy interdit ce site",
        "the proxy forbids this site",
        |plan| {
            plan.squid = SquidOptions {
                deny: vec!["localhost".to_owned()],
                ..SquidOptions::default()
            };
        },
    ),
    spoilt(
        "proxy.unreachable",
        "111",
        "rien n'écoute à l'adresse du proxy",
        "nothing listens at the proxy's address",
        |bench| {
            bench.command.proxy = format!("http://127.0.0.1:{}", bench::closed_port()?);
            Ok(())
        },
    ),
    planned(
        "proxy.intercepts-tls",
        "Fortinet",
        "le proxy ouvre la connexion sécurisée",
        "the proxy opens the secure connection",
        |plan| {
            let subject = "/O=Fortinet/OU=Certificate Authority/CN=FGT60F";
            plan.squid.inspects_as = Some(subject.to_owned());
        },
    ),
    spoilt(
        "tls.large-hello-intolerant",
        "1700",
        "sans proxy, un équipement coupe les grands premiers messages",
        "without a proxy, a box cuts large first messages",
        |bench| {
            bench.stand_behind_a_box(Shape::ResetsLargeHello(1000));
            Ok(())
        },
    ),
    spoilt(
        "tls.path-mtu",
        "_SHA384, …",
        "sans proxy, les grands paquets du site se perdent",
        "without a proxy, the site's large packets are lost",
        |bench| {
            bench.stand_behind_a_box(Shape::LosesLargeSegments(600));
            Ok(())
        },
    ),
    planned(
        "tls.server-untrusted",
        "AUTRE MAISON TEST",
        "le certificat du site vient d'une autorité inconnue",
        "the site's certificate comes from an unknown authority",
        |plan| plan.server.certificate = ServerCertificate::UnknownRoot,
    ),
    planned(
        "tls.issuer-not-accepted",
        "ELEMENTAIRE PERSONNES",
        "le site n'accepte pas l'autorité qui a délivré la carte",
        "the site does not accept the authority that issued the card",
        |plan| {
            plan.server.accepted = vec![Ca::Issuing(Gamme::Elementaire, Domaine::Personnes)];
        },
    ),
    planned(
        "tls.signature-scheme-unavailable",
        "0x0403",
        "le site n'admet que des signatures que la carte ne sait pas faire",
        "the site admits only signatures the card cannot make",
        |plan| {
            plan.server.schemes = vec![
                SignatureScheme::ECDSA_NISTP256_SHA256,
                SignatureScheme::ECDSA_NISTP384_SHA384,
            ];
        },
    ),
    planned(
        "tls.certificate-rejected",
        "44 ",
        "le site rejette le certificat : révoqué",
        "the site rejects the certificate: revoked",
        |plan| plan.server.refusal = Some(Refusal::Revoked),
    ),
    planned(
        "tls.certificate-not-requested",
        "localhost",
        "le site ne demande pas de certificat",
        "the site does not ask for a certificate",
        |plan| plan.server.client_auth = ClientAuth::None,
    ),
];

const NO_EXTENSION: &str = r#"{"schemaVersion":37,"addons":[]}"#;
const DISABLED_EXTENSION: &str = r#"{"schemaVersion":37,"addons":[{"id":
    "CPS2ter-2020_Firefox@asipsante.fr","version":"6.0.21","type":"extension","active":false,
    "userDisabled":true,"appDisabled":false,"signedState":2}]}"#;
const SERIAL_READER: &str = "[PROTOCOLE0]\r\nNomLib=PSSINW64.DLL\r\n[CANAL1]\r\nTCanal=1\r\nIndex=8\r\n\
    Protocole=0\r\nCaracteristiques=9600,1,8,0,0\r\n[CANAL1.PAD1.LAD1]\r\nNomLAD=CPS\r\n";
const OTHER_READER: &str = "[PROTOCOLE1]\r\nNomLib=PCSCW64.DLL\r\n[CANAL1]\r\nTCanal=3\r\nProtocole=1\r\n\
    Caracteristiques=INGENICO Leo\r\n[CANAL1.PAD1.LAD1]\r\nNomLAD=CPS\r\n";

const fn spoilt(
    code: &'static str,
    proof: &'static str,
    fr: &'static str,
    en: &'static str,
    spoil: fn(&mut Bench) -> Result<(), KitError>,
) -> Scenario {
    Scenario {
        code,
        fr,
        en,
        ending: Ending::Blocked,
        proof,
        prepare: Prepare::Spoil(spoil),
    }
}

const fn planned(
    code: &'static str,
    proof: &'static str,
    fr: &'static str,
    en: &'static str,
    prepare: fn(&mut Plan),
) -> Scenario {
    Scenario {
        code,
        fr,
        en,
        ending: Ending::Blocked,
        proof,
        prepare: Prepare::Plan(prepare),
    }
}

#[test]
fn every_scenario_has_its_own_code_and_both_languages() {
    let mut codes: Vec<_> = SCENARIOS.iter().map(|scenario| scenario.code).collect();
    assert_eq!(codes.first(), Some(&"healthy"));
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), SCENARIOS.len());
    assert!(
        SCENARIOS
            .iter()
            .all(|it| !it.fr.is_empty() && !it.en.is_empty())
    );
}
