//! What does the module show of the card?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Audience, Finding, FindingKind, ForeignFailure, Identity, IdentityKind, Observation, Personal,
    Probe, Remedy, Severity, Step, System, Text,
};

use crate::names::ASIP_BAD_EF_ACTUA;
use crate::worker::Request;
use crate::{CallFailure, Worker, pin};

/// Lists the module's slots, and reads the token of the wanted one, or of the first that
/// has one.
///
/// Talks to the card through the module: reads only, no login. Each call blocks for at most
/// the worker's deadline per call. The module must be initialised.
#[derive(Debug)]
pub struct TokenProbe<'a> {
    worker: &'a Worker,
    wanted: Option<String>,
}

impl<'a> TokenProbe<'a> {
    /// `wanted`: the PC/SC name of the reader, which modules show as the slot's description
    /// (cut after 64 bytes, or shortened in its middle).
    pub fn new(worker: &'a Worker, wanted: Option<String>) -> Self {
        Self { worker, wanted }
    }
}

impl Probe for TokenProbe<'_> {
    type Seen = TokenSeen;
    const ID: &'static str = "token.state";

    fn observe(&self) -> TokenSeen {
        let wanted = self.wanted.clone();
        match self.worker.ask::<Vec<SlotSeen>>(&Request::Slots) {
            Ok(slots) => {
                let token = match among(&slots, wanted.as_deref()) {
                    Some(slots) => self.read(slots),
                    None => TokenAnswer::ReaderNotShown,
                };
                TokenSeen {
                    wanted,
                    slots,
                    token,
                }
            }
            Err(failure) => TokenSeen {
                wanted,
                slots: vec![],
                token: TokenAnswer::Failed(failure),
            },
        }
    }
}

impl TokenProbe<'_> {
    fn read(&self, slots: Vec<&SlotSeen>) -> TokenAnswer {
        let good = slots
            .iter()
            .find(|slot| slot.token_present && slot.refusal.is_none());
        if let Some(slot) = good {
            return match self.worker.ask(&Request::Token { slot: slot.id }) {
                Ok(facts) => TokenAnswer::Read(Box::new(slot.described(facts))),
                Err(failure) => TokenAnswer::Failed(failure),
            };
        }
        let refusals = slots.iter().filter_map(|slot| slot.refusal.clone());
        let mut telling = refusals.filter(|refusal| refusal.code != TOKEN_NOT_RECOGNIZED);
        let failure = telling.next().map(CallFailure::Answered);
        failure.map_or(TokenAnswer::Absent, TokenAnswer::Failed)
    }
}

/// The slots of the wanted reader. Where no slot bears its name, and some modules give slots
/// names of their own, all of them if only one card is there: a code porteur must never be
/// tried on another card. None: which slot is meant cannot be told.
fn among<'a>(slots: &'a [SlotSeen], wanted: Option<&str>) -> Option<Vec<&'a SlotSeen>> {
    let Some(reader) = wanted else {
        return Some(slots.iter().collect());
    };
    let with_name = |is_name: fn(&str, &str) -> bool| {
        let named = |slot: &&SlotSeen| is_name(&slot.description, reader);
        slots.iter().filter(named).collect::<Vec<_>>()
    };
    let exact = with_name(|description, reader| description == reader.trim_end());
    if !exact.is_empty() {
        return Some(exact);
    }
    let shortened = with_name(is_short_for);
    let guessed = match shortened.is_empty() {
        true => slots.iter().collect(),
        false => shortened,
    };
    let occupied = guessed.iter().filter(|slot| slot.is_occupied());
    (occupied.count() <= 1).then_some(guessed)
}

/// A slot's description holds 64 bytes. OpenSC cuts a longer name of a reader; the Cryptolib
/// CPS keeps its first 30 and its last 31 and writes three dots between them.
fn is_short_for(description: &str, reader: &str) -> bool {
    let is_cut = reader.len() > 60 && description.len() >= 60 && reader.starts_with(description);
    let is_shortened = || {
        let Some((head, tail)) = description.split_once("...") else {
            return false;
        };
        let is_whole = !head.is_empty() && !tail.is_empty();
        let fits = head.len() + tail.len() <= reader.trim_end().len();
        is_whole && fits && reader.starts_with(head) && reader.trim_end().ends_with(tail)
    };
    is_cut || is_shortened()
}

/// The slots, and the token of one of them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TokenSeen {
    /// The reader that was asked for.
    pub wanted: Option<String>,
    /// Every slot the module lists.
    pub slots: Vec<SlotSeen>,
    /// The token that was read.
    pub token: TokenAnswer,
}

impl TokenSeen {
    /// The token, if it could be read.
    pub fn token(&self) -> Option<&TokenFacts> {
        match &self.token {
            TokenAnswer::Read(facts) => Some(facts),
            TokenAnswer::Absent | TokenAnswer::ReaderNotShown | TokenAnswer::Failed(_) => None,
        }
    }

    /// Whether no reader was asked for and several have a card: the one that was read may be
    /// another person's.
    pub fn is_one_of_several(&self) -> bool {
        let occupied = self.slots.iter().filter(|slot| slot.is_occupied());
        self.wanted.is_none() && occupied.count() > 1
    }

    /// Whether the module shows the serial readers of the GALSS and no reader of PC/SC.
    ///
    /// Source: the Cryptolib CPS names those « PSS Reader on … » (`reader-galss.c` of its
    /// published sources).
    pub fn shows_galss_readers_only(&self) -> bool {
        let is_serial = |slot: &SlotSeen| slot.description.starts_with("PSS Reader on");
        !self.slots.is_empty() && self.slots.iter().all(is_serial)
    }

    /// Whether the module says of a slot that a card it does not know is in it.
    pub fn holds_unrecognised_token(&self) -> bool {
        self.slots.iter().any(|slot| {
            slot.refusal
                .as_ref()
                .is_some_and(|refusal| refusal.code == TOKEN_NOT_RECOGNIZED)
        })
    }
}

/// What came of reading the token.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TokenAnswer {
    /// No slot (or not the wanted one) has a token that the module shows.
    Absent,
    /// The module does not show the wanted reader, and more than one other has a card: none
    /// was read.
    ReaderNotShown,
    /// It was read.
    Read(Box<TokenFacts>),
    /// A call failed under way.
    Failed(CallFailure),
}

/// A slot of the module.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SlotSeen {
    /// The module's number for it.
    pub id: u64,
    /// Usually the reader's PC/SC name; padding cut.
    pub description: String,
    /// `CK_SLOT_INFO.flags`, raw.
    pub flags: u64,
    /// `CKF_TOKEN_PRESENT`.
    pub token_present: bool,
    /// The token was never initialised: nobody's card, and none that could be tried by mistake.
    #[serde(default)]
    pub is_blank: bool,
    /// What `C_GetSlotInfo` or `C_GetTokenInfo` refused with: `CKR_TOKEN_NOT_RECOGNIZED` for
    /// a card the module does not know.
    pub refusal: Option<ForeignFailure>,
}

impl SlotSeen {
    fn described(&self, facts: TokenFacts) -> TokenFacts {
        let reader = Some(self.description.clone()).filter(|name| !name.is_empty());
        TokenFacts { reader, ..facts }
    }

    /// A card the module refuses to read is a card.
    fn is_occupied(&self) -> bool {
        (self.token_present && !self.is_blank) || self.refusal.is_some()
    }
}

/// What the module shows of a token. Text has its padding cut, NUL or blank.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// The slot it is in.
    pub slot: u64,
    /// The slot's description, usually the reader's PC/SC name: by it the card is found again.
    #[serde(default)]
    pub reader: Option<String>,
    /// `CPS3v3-2900995266`: holds the card's serial number.
    pub label: Personal,
    /// As the module names it.
    pub manufacturer: String,
    /// `IAS ECC`.
    pub model: String,
    /// The card's serial number.
    pub serial: Personal,
    /// State of the code porteur among others.
    pub flags: TokenFlags,
    /// Fewest characters of a PIN.
    pub pin_min: u64,
    /// Most characters of a PIN.
    pub pin_max: u64,
    /// What it can compute.
    pub mechanisms: Vec<MechanismSeen>,
    /// Its X.509 certificates, in the module's order.
    pub certificates: Vec<TokenCertificate>,
    /// Its private keys, as far as they show.
    pub private_keys: PrivateKeys,
}

impl TokenFacts {
    /// The CKA_ID of each private key; none where keys do not show before login, or could
    /// not be listed.
    pub fn key_ids(&self) -> Option<Vec<Vec<u8>>> {
        match &self.private_keys {
            PrivateKeys::Listed(keys) => Some(keys.iter().map(|key| key.id.clone()).collect()),
            PrivateKeys::HiddenUntilLogin | PrivateKeys::Unknown(_) => None,
        }
    }

    /// Whether it lists the mechanism of this number (`CKM_…`).
    pub fn has_mechanism(&self, number: u64) -> bool {
        self.mechanisms
            .iter()
            .any(|mechanism| mechanism.number == number)
    }
}

/// `CK_TOKEN_INFO.flags`.
///
/// Source: PKCS#11 v2.40 §3.2, `CK_TOKEN_INFO`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(from = "DecodedFlags", into = "DecodedFlags")]
pub struct TokenFlags {
    /// As the module gave them.
    pub raw: u64,
}

/// The flags as they stand in a report: the number, and its names for whoever reads it.
#[derive(Serialize, Deserialize)]
struct DecodedFlags {
    raw: u64,
    #[serde(default)]
    names: Vec<String>,
}

impl From<u64> for TokenFlags {
    fn from(raw: u64) -> Self {
        Self { raw }
    }
}

impl From<DecodedFlags> for TokenFlags {
    fn from(decoded: DecodedFlags) -> Self {
        Self { raw: decoded.raw }
    }
}

impl From<TokenFlags> for DecodedFlags {
    fn from(flags: TokenFlags) -> Self {
        let names = flags.names().into_iter().map(str::to_owned).collect();
        Self {
            raw: flags.raw,
            names,
        }
    }
}

impl TokenFlags {
    /// `CKF_LOGIN_REQUIRED`.
    pub fn login_required(self) -> bool {
        self.raw & 0x4 != 0
    }

    /// `CKF_PROTECTED_AUTHENTICATION_PATH`: the code is typed on the reader.
    pub fn pin_pad(self) -> bool {
        self.raw & 0x100 != 0
    }

    /// `CKF_USER_PIN_COUNT_LOW`: at least one wrong try since the last right one.
    pub fn pin_count_low(self) -> bool {
        self.raw & 0x1_0000 != 0
    }

    /// `CKF_USER_PIN_FINAL_TRY`: one try left.
    pub fn pin_final_try(self) -> bool {
        self.raw & 0x2_0000 != 0
    }

    /// `CKF_USER_PIN_LOCKED`.
    pub fn pin_locked(self) -> bool {
        self.raw & 0x4_0000 != 0
    }

    /// The names of the flags that are set, those of the standard only.
    pub fn names(self) -> Vec<&'static str> {
        let set = FLAGS.iter().filter(|(bit, _)| self.raw & bit != 0);
        set.map(|(_, name)| *name).collect()
    }
}

/// A mechanism the token lists.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct MechanismSeen {
    /// `CKM_…`, raw.
    pub number: u64,
    /// Its name in the standard, if it has one.
    pub name: Option<String>,
}

/// A certificate object of the token.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct TokenCertificate {
    /// CKA_ID, which its private key shares.
    #[serde(with = "crate::hexadecimal")]
    pub id: Vec<u8>,
    /// CKA_LABEL.
    pub label: String,
    /// CKA_VALUE: the certificate, DER.
    #[serde(with = "crate::hexadecimal")]
    pub der: Vec<u8>,
}

/// The private keys of a token, as far as they show.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrivateKeys {
    /// The module lists these.
    Listed(Vec<KeySeen>),
    /// The module lists none, and does not before login.
    HiddenUntilLogin,
    /// Listing them failed.
    Unknown(ForeignFailure),
}

impl PrivateKeys {
    /// Their fingerprints: a key is as personal as its certificate.
    pub(crate) fn identities(&self) -> Vec<Identity> {
        let Self::Listed(keys) = self else {
            return vec![];
        };
        let shown = keys.iter().filter_map(|key| key.sha256.as_ref());
        shown
            .map(|key| key.identity(IdentityKind::Serial))
            .collect()
    }
}

/// A private key object of the token.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct KeySeen {
    /// CKA_ID, which its certificate shares.
    #[serde(with = "crate::hexadecimal")]
    pub id: Vec<u8>,
    /// CKA_LABEL.
    pub label: String,
    /// SHA-256 of its modulus or its point, as in
    /// [`PublicKey::sha256`](crate::identify::PublicKey::sha256); none: it does not show them.
    #[serde(default)]
    pub sha256: Option<Personal>,
}

impl Observation for TokenSeen {
    /// Without a token there is nothing to judge here: whether there should be one, PC/SC
    /// knows.
    fn findings(&self) -> Vec<Finding> {
        match &self.token {
            TokenAnswer::Absent | TokenAnswer::ReaderNotShown => vec![],
            TokenAnswer::Read(facts) => pin::state(facts.flags),
            TokenAnswer::Failed(CallFailure::Answered(refusal)) => vec![unreadable(refusal)],
            TokenAnswer::Failed(failure) => failure.finding().into_iter().collect(),
        }
    }

    fn identities(&self) -> Vec<Identity> {
        let Some(token) = self.token() else {
            return vec![];
        };
        let der = |certificate: &TokenCertificate| {
            let text = crate::hexadecimal::encode(&certificate.der);
            Identity::new(IdentityKind::Identifier, text)
        };
        let serials = [&token.label, &token.serial];
        let serials = serials.map(|text| text.identity(IdentityKind::Serial));
        serials
            .into_iter()
            .chain(token.private_keys.identities())
            .chain(token.certificates.iter().map(der))
            .collect()
    }
}

/// The module sees a card and cannot read it.
pub(crate) fn unreadable(refusal: &ForeignFailure) -> Finding {
    let finding = Finding::of(&UNREADABLE).with(refusal);
    match u64::try_from(refusal.code) {
        Ok(ASIP_BAD_EF_ACTUA) => finding.noting(UPDATE_INTERRUPTED),
        _ => finding,
    }
}

const UPDATE_INTERRUPTED: Text = Text {
    fr: "La dernière mise à jour de cette carte a été interrompue : mettez-la à jour de nouveau.",
    en: "The last update of this card was interrupted: update it again.",
};

pub(crate) static UNREADABLE: FindingKind = FindingKind {
    code: "token.unreadable",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module voit la carte mais ne peut pas la lire",
        en: "The module sees the card but cannot read it",
    },
    remedy: Remedy {
        audience: Audience::Holder,
        steps: &[
            Step::anywhere(
                "Retirez la carte, essuyez la puce, remettez-la puce en avant, puis recommencez.",
                "Take the card out, wipe its chip, put it back chip first, then try again.",
            ),
            Step::on(
                System::Windows,
                "Menu Démarrer > dossier « Santé Social » > « Gestionnaire de la carte CPS » : si la carte n'y est pas lue non plus, faites-la mettre à jour ou remplacer par le service client de l'ANS.",
                "Start menu > folder “Santé Social” > “Gestionnaire de la carte CPS”: if the card cannot be read there either, have it updated or replaced by the client service of the ANS.",
            ),
            Step::on(
                System::Linux,
                "Lancez `/opt/santesocial/CPS/bin/cpgeslux` : si la carte n'y est pas lue non plus, faites-la mettre à jour ou remplacer par le service client de l'ANS.",
                "Run `/opt/santesocial/CPS/bin/cpgeslux`: if the card cannot be read there either, have it updated or replaced by the client service of the ANS.",
            ),
            Step::on(
                System::Macos,
                "Ouvrez Applications > cpgesosx : si la carte n'y est pas lue non plus, faites-la mettre à jour ou remplacer par le service client de l'ANS.",
                "Open Applications > cpgesosx: if the card cannot be read there either, have it updated or replaced by the client service of the ANS.",
            ),
        ],
    },
};

/// `CKR_TOKEN_NOT_RECOGNIZED`: a card is there, and the module does not know it.
const TOKEN_NOT_RECOGNIZED: i64 = 0xE1;

/// Source: PKCS#11 v2.40 §3.2, flags of `CK_TOKEN_INFO`.
const FLAGS: &[(u64, &str)] = &[
    (0x1, "CKF_RNG"),
    (0x2, "CKF_WRITE_PROTECTED"),
    (0x4, "CKF_LOGIN_REQUIRED"),
    (0x8, "CKF_USER_PIN_INITIALIZED"),
    (0x20, "CKF_RESTORE_KEY_NOT_NEEDED"),
    (0x40, "CKF_CLOCK_ON_TOKEN"),
    (0x100, "CKF_PROTECTED_AUTHENTICATION_PATH"),
    (0x200, "CKF_DUAL_CRYPTO_OPERATIONS"),
    (0x400, "CKF_TOKEN_INITIALIZED"),
    (0x800, "CKF_SECONDARY_AUTHENTICATION"),
    (0x1_0000, "CKF_USER_PIN_COUNT_LOW"),
    (0x2_0000, "CKF_USER_PIN_FINAL_TRY"),
    (0x4_0000, "CKF_USER_PIN_LOCKED"),
    (0x8_0000, "CKF_USER_PIN_TO_BE_CHANGED"),
    (0x10_0000, "CKF_SO_PIN_COUNT_LOW"),
    (0x20_0000, "CKF_SO_PIN_FINAL_TRY"),
    (0x40_0000, "CKF_SO_PIN_LOCKED"),
    (0x80_0000, "CKF_SO_PIN_TO_BE_CHANGED"),
    (0x100_0000, "CKF_ERROR_STATE"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::answered;
    use tomcheck_diagnosis::Lang;

    fn slot(id: u64, description: &str) -> SlotSeen {
        SlotSeen {
            id,
            description: description.to_owned(),
            flags: 0x7,
            token_present: true,
            is_blank: false,
            refusal: None,
        }
    }

    fn seen(token: TokenAnswer) -> TokenSeen {
        TokenSeen {
            wanted: None,
            slots: vec![slot(0, "Reader 00 00")],
            token,
        }
    }

    #[test]
    fn the_wanted_reader_is_found_by_its_name_cut_or_shortened() {
        let long =
            "A very long name of a very well equipped reader of cards, contactless too 01 00";
        let cut = long.get(..64).unwrap();
        let shortened = format!(
            "{}...{}",
            long.get(..30).unwrap(),
            long.get(long.len() - 31..).unwrap()
        );
        for description in [long, cut, &shortened] {
            let others = [slot(0, "Reader 00 00"), slot(1, description)];
            assert_eq!(ids(&others, Some(long)), Some(vec![1]), "{description}");
        }
        for other in ["...", "A very...", "...01 00", "A very long name"] {
            assert!(!is_short_for(other, long), "{other}");
        }
        assert!(!is_short_for("Reader 0...r 00", "Reader 00"), "overlapping");
    }

    #[test]
    fn a_card_in_another_reader_is_only_taken_where_it_is_the_only_one() {
        let mut slots = [slot(0, "Reader 00 00"), slot(1, "Reader 00 01")];
        assert_eq!(ids(&slots, Some("Reader 00 01")), Some(vec![1]));
        assert_eq!(ids(&slots, None), Some(vec![0, 1]));
        assert_eq!(ids(&slots, Some("Reader")), None);
        slots[0].token_present = false;
        assert_eq!(
            ids(&slots, Some("another name")),
            Some(vec![0, 1]),
            "a module may name slots as it likes"
        );
        slots[0].refusal = Some(answered("C_GetTokenInfo", 0xE1));
        assert_eq!(
            ids(&slots, Some("another name")),
            None,
            "a card all the same"
        );
    }

    #[test]
    fn two_readers_whose_names_are_cut_to_the_same_are_not_guessed_at() {
        let long = "x".repeat(70);
        let cut = long.get(..64).unwrap();
        assert_eq!(ids(&[slot(0, cut), slot(1, cut)], Some(&long)), None);
    }

    fn ids(slots: &[SlotSeen], wanted: Option<&str>) -> Option<Vec<u64>> {
        let slots = among(slots, wanted)?;
        Some(slots.iter().map(|slot| slot.id).collect())
    }

    #[test]
    fn a_card_the_module_cannot_read_is_judged_and_its_number_kept() {
        let failure = answered("C_GetTokenInfo", 0x30);
        let findings = seen(TokenAnswer::Failed(CallFailure::Answered(failure))).findings();
        assert_eq!(findings[0].kind.code, "token.unreadable");
        assert_eq!(
            findings[0].evidence[0].render(Lang::Fr),
            "CKR_DEVICE_ERROR 0x30"
        );
        assert_eq!(findings[0].note, None);
    }

    #[test]
    fn an_interrupted_update_of_the_card_is_said() {
        let failure = answered("C_OpenSession", 0x8000_0001);
        let findings = seen(TokenAnswer::Failed(CallFailure::Answered(failure))).findings();
        assert_eq!(findings[0].note, Some(UPDATE_INTERRUPTED));
    }

    #[test]
    fn without_a_token_nothing_is_judged_here_but_the_unknown_card_is_seen() {
        let mut seen = seen(TokenAnswer::Absent);
        assert!(seen.findings().is_empty() && !seen.holds_unrecognised_token());
        seen.slots[0].refusal = Some(answered("C_GetTokenInfo", 0xE1));
        assert!(seen.holds_unrecognised_token());
    }

    #[test]
    fn a_module_in_galss_mode_is_known_by_the_names_of_its_slots() {
        let mut seen = seen(TokenAnswer::Absent);
        assert!(!seen.shows_galss_readers_only());
        seen.slots = vec![slot(0, "PSS Reader on COM1")];
        assert!(seen.shows_galss_readers_only());
        seen.slots.push(slot(1, "Reader 00 00"));
        assert!(!seen.shows_galss_readers_only());
        seen.slots.clear();
        assert!(!seen.shows_galss_readers_only());
    }

    #[test]
    fn flags_keep_their_number_and_gain_names_in_a_report() {
        let flags = TokenFlags::from(0x2_040D);
        let json = serde_json::to_value(flags).unwrap();
        assert_eq!(json["raw"], 0x2_040D);
        assert!(
            json["names"]
                .as_array()
                .unwrap()
                .contains(&"CKF_USER_PIN_FINAL_TRY".into())
        );
        assert_eq!(serde_json::from_value::<TokenFlags>(json).unwrap(), flags);
    }
}
