//! From the token to the certificate: which one opens the site, and does its key sign?

use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use tomcheck_cert::{
    Authorities, AuthorityStores, CertificateProbe, CertificatesSeen, ChainProbe, Choice,
    ChosenCertificate, Expected, FinalTry, KeyIds, LoginProbe, LoginSeen, SignatureCheck,
    TokenFacts, Worker, root_named_above,
};
use tomcheck_diagnosis::{Instant, Layer, Observation, Probe, Severity, Text};
use tomcheck_tls::Credential;

use super::{Looking, NO_CARD, NOT_ASKED, half};
use crate::adapter::{mechanisms, signer};
use crate::contained::apart;
use crate::journal::{Journal, OUT_OF_TIME, Timed};
use crate::{Issuers, Target};

impl Looking<'_> {
    /// `is_the_one`: no other card could be meant, so that the code porteur may be asked for.
    pub(super) fn certificates(
        &mut self,
        worker: &Arc<Worker>,
        token: &TokenFacts,
        is_the_one: bool,
    ) {
        if !self.goes_on_to(Layer::Cert) {
            return;
        }
        let keys = KeyIds::from(&token.private_keys);
        let probe = CertificateProbe::new(&token.certificates, keys, Instant::now())
            .with_values_of(&token.private_keys)
            .expecting(self.expected());
        let seen = self.observe(&probe);
        if let Some(chosen) = seen.authentication() {
            let opened = match is_the_one {
                true => self.login(worker, token, &seen, chosen),
                false => self.not_logged_in(SEVERAL),
            };
            let opened = opened.unwrap_or_default();
            let mechanisms = mechanisms(token, &opened.tried);
            let each = self.for_client.then_some(self.options.deadline);
            let signer = || signer(worker, token.slot, &chosen.id, each);
            let signer = opened.signs.then(signer);
            self.chain(&chosen.der, authorities(&seen, token).collect());
            let (chain, named) = self.way_up(&chosen.der, authorities(&seen, token));
            let credential = Credential::new(chain, mechanisms, signer);
            self.side.credential = Some(credential.also_under(named));
        }
        self.side.certificates = Some(seen);
    }

    /// What a browser of this machine could build above the certificate.
    fn chain(&mut self, leaf: &[u8], carried: Vec<Vec<u8>>) {
        if !self.judges_chain() {
            return;
        }
        let (leaf, file) = (leaf.to_vec(), self.options.ca_file.clone());
        let system = self.early.system();
        let look = move || {
            let mut stores = AuthorityStores::new().with_card(carried).with_cryptolib();
            if let Some(file) = &file {
                stores = stores.with_file(file);
            }
            let probe = ChainProbe {
                leaf: &leaf,
                stores: &stores.with_all(system()),
                now: Instant::now(),
            };
            probe.observe()
        };
        let (journal, limit) = (&mut self.side.journal, half(self.deadline));
        let lost = Journal::could_not_look;
        let looked = journal.begin_apart(self.progress, ChainProbe::ID, limit, lost, look);
        if let Some(Timed { seen, took }) = looked {
            journal.record(self.progress, ChainProbe::ID, took, &seen);
            self.side.chain = Some(seen);
        }
    }

    /// The chain from the certificate up, and the root's name where the chain does not tell it.
    /// A server may announce the root alone, which browsers reach through their own store and a
    /// card does not carry.
    fn way_up(
        &self,
        leaf: &[u8],
        carried: impl Iterator<Item = Vec<u8>>,
    ) -> (Vec<Vec<u8>>, Option<Vec<u8>>) {
        let mut chain: Vec<_> = std::iter::once(leaf.to_vec()).chain(carried).collect();
        let above = self.known_above(leaf.to_vec());
        let missing = above.into_iter().filter(|der| !chain.contains(der));
        let missing: Vec<_> = missing.collect();
        chain.extend(missing);
        let named = match chain.len() {
            1 => root_named_above(leaf),
            _ => None,
        };
        (chain, named)
    }

    /// None where the files do not answer in time: the chain then is what the card carries.
    fn known_above(&self, leaf: Vec<u8>) -> Vec<Vec<u8>> {
        let file = self.options.ca_file.clone();
        let above = apart(half(self.deadline), move || {
            let mut known = Authorities::new().with_those_of_the_cryptolib();
            if let Some(file) = &file {
                known = known.with_file(file);
            }
            known.above(&leaf)
        });
        above.unwrap_or_default()
    }

    /// TOM takes cards of the production hierarchy; of another site what the settings say.
    fn expected(&self) -> Expected {
        match self.options.scope.target().map(Target::issuers) {
            Some(Issuers::IgcSante) => Expected::Production,
            _ => Expected::Any,
        }
    }

    /// Spends a try of the code porteur, if one was asked for.
    fn login(
        &mut self,
        worker: &Worker,
        token: &TokenFacts,
        certificates: &CertificatesSeen,
        chosen: &ChosenCertificate,
    ) -> Option<Opened> {
        if let Some(fault) = self.side.journal.first_fault() {
            self.side.journal.block(LoginProbe::ID, fault);
            self.side.silent = Some(NO_CARD);
            return None;
        }
        let Some(entry) = &self.options.pin else {
            return self.not_logged_in(NOT_ASKED);
        };
        // asked for in vain: the login itself would refuse it
        if token.flags.pin_final_try() && self.options.final_try == FinalTry::Refuse {
            return self.not_logged_in(FINAL_TRY);
        }
        if !token.flags.login_required() {
            return self.not_logged_in(NOT_REQUIRED);
        }
        let limit = self.deadline.remaining().min(PIN_PAD_LIMIT);
        let pin = match token.flags.pin_pad() {
            true if limit < LEAST_FOR_TYPING => {
                self.side
                    .journal
                    .could_not_look(LoginProbe::ID, OUT_OF_TIME);
                self.side.silent = Some(NOT_PRESENTED);
                return None;
            }
            true if !entry.enter_on_reader(limit) => return self.not_logged_in(DECLINED),
            true => None,
            false => {
                let begun = Clock::now();
                let pin = entry.enter();
                self.stood_still(worker, begun.elapsed());
                if pin.is_none() {
                    return self.not_logged_in(DECLINED);
                }
                pin
            }
        };
        // No try is spent on what nobody waits for any more.
        if self.out_of_time(LoginProbe::ID) {
            self.side.silent = Some(NOT_PRESENTED);
            return None;
        }
        let last = self.options.final_try;
        let is_on_reader = pin.is_none();
        let probe = match pin {
            Some(pin) => LoginProbe::new(worker, token, pin, last),
            None => LoginProbe::on_pin_pad(worker, token, limit, last),
        };
        let probe = match self.for_client {
            true => probe.signing_once(&chosen.id, &chosen.der),
            false => probe.signing(&chosen.id, &chosen.der),
        };
        let begun = Clock::now();
        if is_on_reader {
            worker.set_deadline(self.deadline.later_by(limit));
        }
        let seen = self.observe(&probe);
        if is_on_reader {
            self.stood_still(worker, begun.elapsed().min(limit));
        }
        self.keys_after_login(certificates, &seen);
        let fault = seen
            .findings()
            .iter()
            .any(|finding| finding.severity == Severity::Fault);
        let further = match seen {
            LoginSeen::LoggedIn { further, .. } => Some(further),
            _ => None,
        };
        if further.is_some() {
            // A right code gives every try back.
            self.side
                .journal
                .forget(&["token.pin-final-try", "token.pin-count-low"]);
        }
        let opened = further.map(|tried| Opened {
            tried,
            signs: !fault,
        });
        match &opened {
            Some(opened) if opened.signs => {}
            Some(_) => self.side.silent = Some(DOES_NOT_SIGN),
            None => self.side.silent = Some(NOT_PRESENTED),
        }
        opened
    }

    /// Many modules show private keys only now.
    fn keys_after_login(&mut self, certificates: &CertificatesSeen, seen: &LoginSeen) {
        let LoginSeen::LoggedIn { keys, .. } = seen else {
            return;
        };
        if !matches!(certificates.keys, KeyIds::Known(_))
            && let Some(finding) = certificates.judge_with(keys)
        {
            self.side.journal.add_finding(CertificateProbe::ID, finding);
        }
    }

    /// A person takes time to type, and is no part of what is looked at.
    fn stood_still(&mut self, worker: &Worker, time: Duration) {
        self.deadline = self.deadline.later_by(time);
        worker.set_deadline(self.deadline);
        self.side.typing += time;
    }

    fn not_logged_in(&mut self, why: Text) -> Option<Opened> {
        self.side.journal.skip(LoginProbe::ID, why);
        self.side.silent = Some(why);
        None
    }
}

/// What came of presenting the code porteur, where the module took it.
#[derive(Default)]
struct Opened {
    /// The ways to sign that were tried beside the first.
    tried: Vec<SignatureCheck>,
    /// Whether the card can sign now.
    signs: bool,
}

/// The authorities' certificates that the card carries beside the holder's.
fn authorities(seen: &CertificatesSeen, token: &TokenFacts) -> impl Iterator<Item = Vec<u8>> {
    let both = seen.certificates.iter().zip(&token.certificates);
    both.filter(|(seen, _)| seen.choice == Choice::Authority)
        .map(|(_, held)| held.der.clone())
}

/// Why no code porteur was presented, or nothing signed.
pub(crate) const LOGIN_REASONS: &[Text] = &[
    FINAL_TRY,
    NOT_REQUIRED,
    DECLINED,
    NOT_PRESENTED,
    DOES_NOT_SIGN,
    SEVERAL,
];

const FINAL_TRY: Text = Text {
    fr: "il ne reste qu'un essai du code porteur : il n'a pas été demandé",
    en: "one try of the code porteur (PIN) is left: it was not asked for",
};
const NOT_REQUIRED: Text = Text {
    fr: "cette carte ne demande pas de code porteur ici",
    en: "this card asks for no code porteur (PIN) here",
};
const DECLINED: Text = Text {
    fr: "le code porteur n'a pas été donné",
    en: "the code porteur (PIN) was not given",
};
const NOT_PRESENTED: Text = Text {
    fr: "le code porteur n'a pas été présenté à la carte",
    en: "the code porteur (PIN) was not presented to the card",
};
const DOES_NOT_SIGN: Text = Text {
    fr: "la carte ne signe pas",
    en: "the card does not sign",
};
const SEVERAL: Text = Text {
    fr: "plusieurs cartes sont présentes et aucun lecteur n'a été choisi",
    en: "several cards are present and no reader was chosen",
};
/// A person who types on the reader.
const PIN_PAD_LIMIT: Duration = Duration::from_secs(60);
/// Nobody is asked to type faster.
const LEAST_FOR_TYPING: Duration = Duration::from_secs(15);
