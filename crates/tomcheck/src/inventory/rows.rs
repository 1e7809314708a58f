//! Which versions are needed, who says so, and where are they had?

use tomcheck_diagnosis::{System, Text};

/// What is needed of one program.
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) name: Text,
    /// Whether a card cannot do without it.
    pub(super) is_needed: bool,
    /// Where there is such a thing.
    pub(super) on: System,
    /// The least version that will do, system by system.
    pub(super) minimum: &'static [(System, &'static str)],
    /// What an older one does.
    pub(super) why: Option<Text>,
    /// Where a newer one is had.
    pub(super) to_do: Option<Text>,
    pub(super) source: Option<Text>,
    /// Whether that source is the publisher's own, and was read.
    pub(super) is_confirmed: bool,
}

const fn t(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

const fn row(id: &'static str, name: Text) -> Row {
    Row {
        id,
        name,
        is_needed: false,
        on: System::Any,
        minimum: &[],
        why: None,
        to_do: None,
        source: None,
        is_confirmed: false,
    }
}

/// In the order of the way.
pub(super) static ROWS: &[Row] = &[
    Row {
        is_needed: true,
        on: System::Linux,
        to_do: Some(t(
            "Debian, Ubuntu : `sudo apt install pcscd` ; Red Hat : `sudo dnf install pcsc-lite`.",
            "Debian, Ubuntu: `sudo apt install pcscd`; Red Hat: `sudo dnf install pcsc-lite`.",
        )),
        ..row("pcsc", t("Service de carte à puce", "Smart card service"))
    },
    Row {
        is_needed: true,
        on: System::Linux,
        to_do: Some(t(
            "Debian, Ubuntu : `sudo apt install libccid` ; Red Hat : `sudo dnf install pcsc-lite-ccid`.",
            "Debian, Ubuntu: `sudo apt install libccid`; Red Hat: `sudo dnf install pcsc-lite-ccid`.",
        )),
        ..row(
            "ccid",
            t(
                "Pilote des lecteurs USB (CCID)",
                "Driver of USB readers (CCID)",
            ),
        )
    },
    Row {
        on: System::Windows,
        ..row(
            "reader-driver",
            t("Pilote du lecteur", "Driver of the reader"),
        )
    },
    Row {
        is_needed: true,
        minimum: &[(System::Any, "5.2")],
        why: Some(t(
            "avant la 5.2, les cartes CPS4 ne sont pas lues",
            "before 5.2, CPS4 cards are not read",
        )),
        to_do: Some(t(
            "Téléchargez la dernière Cryptolib CPS : cherchez « Cryptolib CPS » sur https://esante.gouv.fr, fermez les navigateurs, installez-la avec un compte administrateur.",
            "Download the latest Cryptolib CPS: search “Cryptolib CPS” on https://esante.gouv.fr, close the browsers, install it as an administrator.",
        )),
        source: Some(t(
            "ANS, Cryptolib CPS, README et note de version 5.2.2 (github.com/ansforge/dops-cryptolib)",
            "ANS, Cryptolib CPS, README and release notes of 5.2.2 (github.com/ansforge/dops-cryptolib)",
        )),
        is_confirmed: true,
        ..row("cryptolib", t("Cryptolib CPS", "Cryptolib CPS"))
    },
    Row {
        on: System::Windows,
        to_do: Some(t(
            "Il est installé avec la Cryptolib CPS (version 3.13.0 avec la 5.2.2) : réinstallez-la, puis menu Démarrer, Santé Social, CPS.",
            "It is installed with the Cryptolib CPS (version 3.13.0 with 5.2.2): install that again, then Start menu, Santé Social, CPS.",
        )),
        source: Some(t(
            "ANS, note de version de la Cryptolib CPS 5.2.2 pour Windows",
            "ANS, release notes of the Cryptolib CPS 5.2.2 for Windows",
        )),
        is_confirmed: true,
        ..row(
            "ccm",
            t(
                "Gestionnaire de certificats CPS (CCM)",
                "Certificate manager (CCM)",
            ),
        )
    },
    Row {
        minimum: &[
            (System::Windows, "3.45.01"),
            (System::Linux, "3.41.00"),
            (System::Macos, "3.42.03"),
        ],
        why: Some(t(
            "c'est la version avec laquelle la Cryptolib CPS 5.2 est validée",
            "this is the version the Cryptolib CPS 5.2 is validated with",
        )),
        to_do: Some(t(
            "Demandez-la à l'éditeur du logiciel de facturation ; le navigateur n'a pas besoin du GALSS.",
            "Ask the publisher of the billing program for it; browsers do not need the GALSS.",
        )),
        source: Some(t(
            "ANS, notes de version de la Cryptolib CPS 5.2.1 et 5.2.2",
            "ANS, release notes of the Cryptolib CPS 5.2.1 and 5.2.2",
        )),
        is_confirmed: true,
        ..row("galss", t("GALSS", "GALSS"))
    },
    Row {
        minimum: &[(System::Any, "115.13")],
        why: Some(t(
            "avant la 128 (115.13 pour l'ESR), Firefox a désactivé les extensions le 14 mars 2025, dont celle de la CPS",
            "before 128 (ESR 115.13), Firefox disabled extensions on 14 March 2025, that of the CPS among them",
        )),
        to_do: Some(t(
            "Firefox : menu ☰, Aide, À propos de Firefox ; sous Linux, par le gestionnaire de paquets.",
            "Firefox: menu ☰, Help, About Firefox; on Linux, by the package manager.",
        )),
        source: Some(t(
            "la presse, sur l'expiration du certificat racine des extensions de Mozilla ; non lu chez Mozilla",
            "the press on the expiry of Mozilla's root certificate of extensions; not read at Mozilla's",
        )),
        ..row("firefox", t("Firefox", "Firefox"))
    },
    row("chromium", t("Chromium", "Chromium")),
    row("chrome", t("Google Chrome", "Google Chrome")),
    row("edge", t("Microsoft Edge", "Microsoft Edge")),
    row(
        "java",
        t(
            "Java (anciennes applets seulement)",
            "Java (old applets only)",
        ),
    ),
];
