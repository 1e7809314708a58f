//! What does a revoked certificate mean, and what one of which nobody can say it?

use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, Instant, Lang, Remedy, Sentence, Severity, Step, Text,
};

use super::{Answer, Doubt, FetchFailure, NotAsked, Outcome, RevocationSeen, Revoked, SourceKind};
use crate::identify::Validity;

pub(crate) static REVOKED: FindingKind = FindingKind {
    code: "cert.revoked",
    severity: Severity::Fault,
    title: Text {
        fr: "Le certificat de la carte est révoqué depuis le {revoked_at}",
        en: "The card's certificate has been revoked since {revoked_at}",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Cette carte ne peut plus servir, même si elle vient d'être retrouvée : une carte est révoquée après une déclaration de perte ou de vol, un départ, ou l'envoi d'une nouvelle carte.",
                "This card can no longer be used, even if it has just turned up: a card is revoked once it is reported lost or stolen, when its holder leaves, or when a new card has been issued.",
            ),
            Step::anywhere(
                "Si une carte plus récente vous a été envoyée, insérez celle-là.",
                "If a more recent card was sent to you, insert that one.",
            ),
            Step::anywhere(
                "Sinon, demandez-en une nouvelle : carte d'établissement, à la personne qui commande les cartes de la structure dans TOM ; carte de professionnel, à l'Agence du Numérique en Santé.",
                "Otherwise ask for a new one: a staff card, from the person who orders the structure's cards in TOM; a professional's card, from the Agence du Numérique en Santé.",
            ),
        ],
    },
};

pub(crate) static REVOCATION_UNKNOWN: FindingKind = FindingKind {
    code: "cert.revocation-unknown",
    severity: Severity::Warning,
    title: Text {
        fr: "Impossible de savoir si le certificat de la carte est révoqué",
        en: "It cannot be told whether the card's certificate is revoked",
    },
    remedy: Remedy {
        audience: Audience::NetworkAdmin,
        steps: &[
            Step::anywhere(
                "Dans le pare-feu et le proxy, laissez passer en HTTP (port 80) les adresses que le certificat indique, données ci-dessus.",
                "In the firewall and the proxy, allow over HTTP (port 80) the addresses named in the certificate, listed above.",
            ),
            Step::anywhere(
                "Le proxy doit les laisser passer sans mot de passe et sans modifier les réponses, qui sont signées ; ces adresses n'existent pas en https://.",
                "The proxy must let them through without a password and leave the answers, which are signed, unchanged; these addresses do not exist as https://.",
            ),
            Step::anywhere(
                "Si l'autorité qui a délivré le certificat manque sur ce poste, demandez au technicien d'installer d'abord la Cryptolib CPS.",
                "If the authority that issued the certificate is missing on this machine, ask the technician to install the Cryptolib CPS first.",
            ),
        ],
    },
};

pub(super) fn judge(seen: &RevocationSeen) -> Option<Finding> {
    let mut settled = seen.answers.iter().filter(|one| one.outcome.settles());
    match settled.next() {
        Some(answer) => revoked(answer),
        // It speaks another protocol: no address failed us.
        None if seen.answers.iter().all(Answer::is_beyond_us) => None,
        None => {
            let finding = Finding::of(&REVOCATION_UNKNOWN);
            let finding = finding.with_all(seen.answers.iter().map(Answer::evidence));
            Some(match seen.issuer_at_hand {
                true => finding,
                false => finding.noting(NOBODY_ASKED),
            })
        }
    }
}

fn revoked(answer: &Answer) -> Option<Finding> {
    let Outcome::Revoked { dates, revoked } = &answer.outcome else {
        return None;
    };
    let reason = revoked
        .reason_text()
        .map(|reason| Evidence::new("reason", REASON, reason));
    let finding = Finding::of(&REVOKED)
        .with(Evidence::new("revoked_at", SINCE, revoked.at))
        .with_all(reason)
        .with(Evidence::new(
            "told_by",
            answer.kind.text(),
            answer.url.clone(),
        ))
        .with(Evidence::new("this_update", AS_OF, dates.this_update));
    Some(match revoked.reason {
        Some(HOLD) => finding.noting(SUSPENDED),
        _ => finding,
    })
}

impl Answer {
    fn is_beyond_us(&self) -> bool {
        matches!(self.outcome, Outcome::NotAsked(NotAsked::OtherProtocol))
    }

    /// The address, and how far it was come there.
    fn evidence(&self) -> Evidence {
        let [fr, en] = [Lang::Fr, Lang::En].map(|lang| self.outcome.say(lang));
        Evidence {
            key: self.url.clone().into(),
            label: None,
            value: Sentence::new(fr, en).into(),
        }
    }
}

impl SourceKind {
    const fn text(self) -> Text {
        match self {
            Self::Ocsp => Text::same("OCSP"),
            Self::Crl => text("liste de révocation", "revocation list"),
        }
    }
}

impl Outcome {
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Doubtful(doubt) => doubt.say(lang),
            Self::NotAsked(why) => why.text().get(lang).to_owned(),
            Self::Good { .. } | Self::Revoked { .. } => String::new(),
        }
    }
}

impl NotAsked {
    const fn text(self) -> Text {
        match self {
            Self::OtherProtocol => text(
                "non demandé : tomcheck n'interroge que les adresses http://",
                "not asked: tomcheck only asks http:// addresses",
            ),
            Self::IssuerMissing => text(
                "non demandé : l'autorité qui a délivré le certificat manque sur ce poste",
                "not asked: the authority that issued the certificate is missing on this machine",
            ),
            Self::Settled => text("déjà su", "known already"),
        }
    }
}

impl Doubt {
    fn say(&self, lang: Lang) -> String {
        let said = match self {
            Self::Unreachable(failure) => return failure.say(lang),
            Self::Stale { next_update } => {
                return format!("{} {}", STALE.get(lang), next_update.render(lang));
            }
            Self::ToCome { this_update } => {
                return format!("{} {}", TO_COME.get(lang), this_update.render(lang));
            }
            Self::Undated { this_update, at } => return undated(*this_update, *at, lang),
            Self::IssuerNotValid { validity, at } => return not_valid(*validity, *at, lang),
            Self::Unreadable { what } => return format!("{} ({what})", UNREADABLE.get(lang)),
            Self::Refused { status } => return format!("{} {status}", REFUSED.get(lang)),
            Self::Truncated { bytes } => return format!("{} ({bytes})", TRUNCATED.get(lang)),
            Self::TooLong { bytes } => return format!("{} ({bytes})", TOO_LONG.get(lang)),
            Self::OtherIssuer => text(
                "réponse d'une autre autorité que l'émetteur",
                "an answer of another authority than the issuer",
            ),
            Self::OtherCertificate => text(
                "réponse au sujet d'un autre certificat",
                "an answer about another certificate",
            ),
            Self::UnknownThere => text(
                "ce répondeur ne connaît pas le certificat",
                "this responder does not know the certificate",
            ),
            Self::SignatureWrong => text(
                "signature fausse : la réponse a été modifiée ou n'est pas de l'émetteur",
                "wrong signature: the answer was changed or is not the issuer's",
            ),
            Self::AlgorithmUnknown => text(
                "signature non vérifiable : tomcheck ne traite pas cet algorithme ou cette taille de clé",
                "signature that cannot be verified: tomcheck does not handle this algorithm or this size of key",
            ),
            Self::SignerNotAllowed => text(
                "liste signée par une autorité qui n'est pas habilitée à en signer (cRLSign)",
                "a list signed by an authority that may not sign any (cRLSign)",
            ),
            Self::ResponderNotAllowed => text(
                "signée par un répondeur que l'émetteur n'a pas désigné",
                "signed by a responder the issuer did not name",
            ),
            Self::NotForThis => text(
                "liste partielle ou delta, non utilisée",
                "a partial or delta list, not used",
            ),
            Self::OtherPoint => text(
                "liste publiée pour d'autres adresses que celles du certificat, non utilisée",
                "a list published for other addresses than the certificate's, not used",
            ),
            Self::SomeReasons => text(
                "liste limitée à certains motifs, où le certificat ne figure pas : un autre motif reste possible",
                "a list of some reasons only, which does not name the certificate: another reason remains possible",
            ),
        };
        said.get(lang).to_owned()
    }
}

fn undated(this_update: Instant, at: Instant, lang: Lang) -> String {
    let [from, at] = [this_update, at].map(|it| it.render(lang));
    match lang {
        Lang::Fr => format!("réponse sans date de fin, établie le {from} : trop ancienne le {at}"),
        Lang::En => format!("an answer without an end, made on {from}: too old on {at}"),
    }
}

fn not_valid(validity: Validity, at: Instant, lang: Lang) -> String {
    let instants = [validity.not_before, validity.not_after, at];
    let [from, to, at] = instants.map(|it| it.render(lang));
    match lang {
        Lang::Fr => format!(
            "réponse d'une autorité dont le certificat, valable du {from} au {to}, ne l'est pas le {at}"
        ),
        Lang::En => format!(
            "an answer of an authority whose certificate, valid from {from} to {to}, is not on {at}"
        ),
    }
}

impl FetchFailure {
    fn say(&self, lang: Lang) -> String {
        let (phase, failure) = (self.phase.text().get(lang), &self.failure);
        match (&self.proxy, lang) {
            (None, Lang::Fr) => format!("{phase} : {failure}"),
            (None, Lang::En) => format!("{phase}: {failure}"),
            (Some(proxy), Lang::Fr) => format!("{phase} : {failure}, par le proxy {proxy}"),
            (Some(proxy), Lang::En) => format!("{phase}: {failure}, through the proxy {proxy}"),
        }
    }
}

impl Revoked {
    /// Source: RFC 5280 §5.3.1.
    fn reason_text(self) -> Option<Text> {
        Some(match self.reason? {
            1 => text("clé compromise", "key compromise"),
            2 => text("autorité compromise", "authority compromise"),
            3 => text("changement de situation", "affiliation changed"),
            4 => text("remplacé par un autre", "superseded"),
            5 => text("cessation d'activité", "cessation of operation"),
            HOLD => text("suspendu", "on hold"),
            9 => text("droit retiré", "privilege withdrawn"),
            _ => return None,
        })
    }
}

const fn text(fr: &'static str, en: &'static str) -> Text {
    Text { fr, en }
}

/// `certificateHold`.
const HOLD: u8 = 6;
const SUSPENDED: Text = text(
    "Il est suspendu : qui l'a suspendu peut encore lever la suspension.",
    "It is on hold: whoever put it on hold can still lift it.",
);
const NOBODY_ASKED: Text = text(
    "Personne n'a été interrogé : sans le certificat de l'autorité qui a délivré celui de la carte, aucune réponse ne pourrait être vérifiée.",
    "Nobody was asked: without the certificate of the authority that issued the card's, no answer could be verified.",
);
const SINCE: Text = text("révoqué depuis le", "revoked since");
const REASON: Text = text("motif", "reason");
const AS_OF: Text = text("réponse du", "answer of");
const STALE: Text = text("réponse périmée depuis le", "answer out of date since");
const TO_COME: Text = text("réponse datée de l'avenir :", "answer of a time to come:");
const UNREADABLE: Text = text("réponse illisible", "unreadable answer");
const REFUSED: Text = text("le répondeur refuse :", "the responder refuses:");
const TRUNCATED: Text = text(
    "réponse tronquée, octets reçus",
    "truncated answer, bytes received",
);
const TOO_LONG: Text = text("réponse trop longue, octets", "answer too long, bytes");
