//! Who came, as far as the certificate says?

use tomcheck_cert::identify::{HolderCertificate, Identified};
use tomcheck_diagnosis::{Instant, Lang};
use tomcheck_tls::server::{ChainVerdict, ClientSeen};

/// One client at one moment.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) seen: ClientSeen,
    pub(super) at: Instant,
    pub(super) certificate: Certificate,
}

/// What came of its certificate.
#[derive(Debug)]
pub(super) enum Certificate {
    /// It sent none.
    None,
    /// It cannot be decoded; how the decoder says it.
    Unreadable(String),
    /// What it says.
    Read(Box<HolderCertificate>),
}

/// The answer in one word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Outcome {
    /// No certificate.
    Nothing,
    /// A certificate that is what was asked for.
    Good,
    /// A certificate, and nobody to judge by.
    NotJudged,
    /// A certificate with this against it.
    Bad(ChainVerdict),
}

impl Client {
    pub(super) fn new(seen: ClientSeen, at: Instant) -> Self {
        let decoded = seen.chain.first().map(|der| HolderCertificate::decode(der));
        let certificate = match decoded {
            None => Certificate::None,
            Some(Ok(holder)) => Certificate::Read(Box::new(holder)),
            Some(Err(error)) => Certificate::Unreadable(error.to_string()),
        };
        Self {
            seen,
            at,
            certificate,
        }
    }

    pub(super) fn outcome(&self) -> Outcome {
        match (&self.certificate, self.verdict()) {
            (Certificate::None, _) => Outcome::Nothing,
            (Certificate::Unreadable(_), _) => Outcome::Bad(ChainVerdict::Unreadable),
            (Certificate::Read(holder), verdict) => match verdict {
                Some(ChainVerdict::Verified) => Outcome::Good,
                Some(ChainVerdict::NotJudged) | None => self.by_itself(holder),
                Some(verdict) => Outcome::Bad(verdict),
            },
        }
    }

    /// Without an authority, its own dates and its own purpose can still be read.
    fn by_itself(&self, holder: &HolderCertificate) -> Outcome {
        if holder.validity.has_ended(self.at) {
            Outcome::Bad(ChainVerdict::Expired)
        } else if holder.validity.is_to_come(self.at) {
            Outcome::Bad(ChainVerdict::NotYetValid)
        } else if !holder.usages.allow_client_authentication() {
            Outcome::Bad(ChainVerdict::WrongUsage)
        } else {
            Outcome::NotJudged
        }
    }

    pub(super) fn verdict(&self) -> Option<ChainVerdict> {
        self.seen.verdict.as_ref().map(|judged| judged.verdict)
    }

    /// Whether what came sits on a card, by its own words.
    pub(super) fn is_card(&self) -> bool {
        match &self.certificate {
            Certificate::Read(holder) => {
                holder.card_family.is_some() || holder.card_number.is_some()
            }
            Certificate::None | Certificate::Unreadable(_) => false,
        }
    }

    /// The certificate as `identify` tells it.
    pub(super) fn identified(&self, lang: Lang) -> Option<Identified> {
        match &self.certificate {
            Certificate::Read(holder) => {
                let holder = holder.as_ref().clone();
                Some(Identified::certificate(INPUT, holder, self.at, lang))
            }
            Certificate::None | Certificate::Unreadable(_) => None,
        }
    }

    /// Who issued the certificate, for a log: nothing in it names the holder. A certificate that
    /// signed itself has its holder for an issuer.
    pub(super) fn issuer_for_log(&self) -> String {
        match &self.certificate {
            Certificate::None => "none".to_owned(),
            Certificate::Unreadable(_) => "unreadable".to_owned(),
            Certificate::Read(holder) if holder.issuer == holder.subject.reveal() => {
                "self-signed".to_owned()
            }
            Certificate::Read(holder) => loggable(&holder.delivered_by),
        }
    }
}

/// Whatever a certificate says stays on its line, and is no longer than a name.
fn loggable(text: &str) -> String {
    let clean = text.chars().map(|c| match c {
        '"' | '\\' => ' ',
        c if c.is_control() => ' ',
        c => c,
    });
    format!("\"{}\"", clean.take(MOST_LOGGED).collect::<String>())
}

/// What `identify` calls its input.
const INPUT: &str = "client certificate";
const MOST_LOGGED: usize = 80;

#[test]
fn an_issuer_cannot_forge_a_line_of_the_log() {
    let forged = format!("AC\" chain=verified\n{}", "x".repeat(200));
    let logged = loggable(&forged);
    assert!(logged.starts_with("\"AC  chain=verified x"));
    assert_eq!(logged.chars().filter(|c| *c == '"').count(), 2);
    assert_eq!(logged.chars().count(), MOST_LOGGED + 2);
}
