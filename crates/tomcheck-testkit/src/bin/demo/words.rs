//! What does the demo say, in both languages?

use std::time::Duration;

use tomcheck_testkit::Scenario;

/// A language of the demo.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Lang {
    Fr,
    En,
}

/// The sentences of one language.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) introduction: &'static str,
    pub(crate) healthy: &'static str,
    pub(crate) tour: &'static str,
    pub(crate) fault: &'static str,
    pub(crate) what: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) seconds: &'static str,
    pub(crate) none: &'static str,
    pub(crate) warning: &'static str,
    pub(crate) not_as_said: &'static str,
    pub(crate) all_as_said: &'static str,
    pub(crate) some_not: &'static str,
    pub(crate) left: &'static str,
    pub(crate) page_left: &'static str,
    pub(crate) no_program: &'static str,
    pub(crate) no_scenario: &'static str,
    pub(crate) exit_status: &'static str,
}

impl Lang {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// As `--lang` takes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::Fr => &FRENCH,
            Self::En => &ENGLISH,
        }
    }

    /// What a scenario does to the workstation.
    pub(crate) fn of(self, scenario: &Scenario) -> &'static str {
        match self {
            Self::Fr => scenario.fr,
            Self::En => scenario.en,
        }
    }

    /// `1,2` or `1.2`.
    pub(crate) fn seconds(self, duration: Duration) -> String {
        let text = format!("{:.1}", duration.as_secs_f64());
        match self {
            Self::Fr => text.replace('.', ","),
            Self::En => text,
        }
    }
}

const FRENCH: Words = Words {
    title: "tomcheck : la visite",
    introduction: "\
Cette démonstration monte un poste de travail d'essai et y lance le vrai tomcheck :
  · un service de cartes (pcscd) à part, avec un lecteur virtuel ;
  · une carte CPE d'essai et son code porteur, lue par un vrai module PKCS#11 (OpenSC) ;
  · un site TLS qui exige un certificat, derrière un vrai proxy (squid).
Le poste est d'abord en ordre, puis une chose à la fois y est défaite. Rien n'est changé sur
cette machine, et tout s'arrête avec la démonstration.",
    healthy: "Un poste en ordre",
    tour: "La visite des pannes",
    fault: "panne",
    what: "ce qui est défait",
    verdict: "verdict",
    seconds: "secondes",
    none: "rien ne bloque",
    warning: "avertissement",
    not_as_said: "ce n'était pas prévu :",
    all_as_said: "Chaque panne a été nommée, et elle seule.",
    some_not: "Toutes les pannes n'ont pas été nommées comme prévu.",
    left: "Toute la visite est dans",
    page_left: "Un rapport en page HTML est dans",
    no_program: "tomcheck n'est pas là (cargo build -p tomcheck-cli le construit) :",
    no_scenario: "ce n'est pas une panne de la visite :",
    exit_status: "état de sortie",
};

const ENGLISH: Words = Words {
    title: "tomcheck: the tour",
    introduction: "\
This demo sets up a workstation of its own and runs the real tomcheck on it:
  · a separate card service (pcscd) with a virtual reader;
  · a test CPE card with its code porteur, driven by a real PKCS#11 module (OpenSC);
  · a TLS site that demands a certificate, behind a real proxy (squid).
The workstation is in order first, then one thing at a time is undone. Nothing is changed on
this machine, and everything ends with the demo.",
    healthy: "A workstation in order",
    tour: "The tour of faults",
    fault: "fault",
    what: "what is undone",
    verdict: "verdict",
    seconds: "seconds",
    none: "nothing blocks",
    warning: "warning",
    not_as_said: "this was not expected:",
    all_as_said: "Each fault was named, and it alone.",
    some_not: "Not every fault was named as expected.",
    left: "The whole tour is in",
    page_left: "A report as an HTML page is in",
    no_program: "tomcheck is not there (cargo build -p tomcheck-cli builds it):",
    no_scenario: "this is no fault of the tour:",
    exit_status: "exit status",
};
