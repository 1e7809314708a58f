//! Does the card hold a certificate that can authenticate its holder, and until when?

use std::fmt;

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::{
    Evidence, Finding, ForeignFailure, Identity, IdentityKind, Instant, Observation, Personal,
    Probe, Text,
};

use crate::identify::{HolderCertificate, Identifier};
use crate::x509::DecodeFailure;
use crate::x509::findings::{self as kinds, label};
use crate::x509::issuer::Hierarchy;
use crate::{KeySeen, PrivateKeys, TokenCertificate};

/// Which private keys the token showed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyIds {
    /// The `CKA_ID` of each.
    Known(Vec<KeyId>),
    /// Private objects are hidden until the code porteur is given: it was not.
    NotVisibleBeforeLogin,
    /// Listing them failed.
    Unknown(ForeignFailure),
}

impl From<&PrivateKeys> for KeyIds {
    fn from(keys: &PrivateKeys) -> Self {
        match keys {
            PrivateKeys::Listed(keys) => {
                Self::Known(keys.iter().map(|key| KeyId(key.id.clone())).collect())
            }
            PrivateKeys::HiddenUntilLogin => Self::NotVisibleBeforeLogin,
            PrivateKeys::Unknown(failure) => Self::Unknown(failure.clone()),
        }
    }
}

/// None: private objects are hidden until the code porteur is given.
impl From<Option<Vec<Vec<u8>>>> for KeyIds {
    fn from(ids: Option<Vec<Vec<u8>>>) -> Self {
        let known = |ids: Vec<Vec<u8>>| Self::Known(ids.into_iter().map(KeyId).collect());
        ids.map_or(Self::NotVisibleBeforeLogin, known)
    }
}

/// A private key by what makes it that key.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct KeyValue {
    /// Its `CKA_ID`.
    pub id: KeyId,
    /// SHA-256 of its public value.
    pub sha256: Personal,
}

/// A `CKA_ID`, hexadecimal in JSON.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(#[serde(with = "crate::hexadecimal")] pub Vec<u8>);

/// Which certificates the site to be reached is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    /// Those of IGC-Santé, and not its tests.
    Production,
    /// Unknown: any issuer may do.
    Any,
}

/// Looks at the certificates of a token for the one to authenticate with.
///
/// Touches neither card nor network: the token was read by
/// [`TokenProbe`](crate::TokenProbe).
#[derive(Debug)]
pub struct CertificateProbe<'a> {
    certificates: &'a [TokenCertificate],
    keys: KeyIds,
    values: Vec<KeyValue>,
    now: Instant,
    expected: Expected,
}

impl<'a> CertificateProbe<'a> {
    /// `now`: the moment validity is measured at.
    pub fn new(
        certificates: &'a [TokenCertificate],
        keys: impl Into<KeyIds>,
        now: Instant,
    ) -> Self {
        Self {
            certificates,
            keys: keys.into(),
            values: Vec::new(),
            now,
            expected: Expected::Any,
        }
    }

    /// The same probe with the public values of the private keys, as far as they show them.
    #[must_use]
    pub fn with_values_of(mut self, keys: &PrivateKeys) -> Self {
        if let PrivateKeys::Listed(keys) = keys {
            self.values = keys.iter().filter_map(KeyValue::of).collect();
        }
        self
    }

    /// The same probe for a site of which it is known what it expects.
    #[must_use]
    pub fn expecting(mut self, expected: Expected) -> Self {
        self.expected = expected;
        self
    }
}

impl Probe for CertificateProbe<'_> {
    type Seen = CertificatesSeen;
    const ID: &'static str = "cert.authentication";

    /// Computes only: at once.
    fn observe(&self) -> CertificatesSeen {
        let certificates = self.certificates.iter().map(CertificateSeen::of).collect();
        let mut seen = CertificatesSeen {
            at: self.now,
            expected: self.expected,
            keys: self.keys.clone(),
            values: self.values.clone(),
            certificates,
            authentication: None,
        };
        seen.choose();
        seen.authentication = seen.chosen_of(self.certificates);
        seen
    }
}

/// The certificates of a token, and which of them authenticates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificatesSeen {
    /// The moment validity was measured at.
    pub at: Instant,
    /// Which certificates the site is for.
    pub expected: Expected,
    /// Which private keys the token showed.
    pub keys: KeyIds,
    /// The public values of those keys that show them.
    #[serde(default)]
    pub values: Vec<KeyValue>,
    /// In the token's order.
    pub certificates: Vec<CertificateSeen>,
    /// The chosen one's objects.
    authentication: Option<ChosenCertificate>,
}

/// One certificate of a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CertificateSeen {
    /// `CKA_ID`, hexadecimal in JSON.
    #[serde(with = "crate::hexadecimal")]
    pub id: Vec<u8>,
    /// `CKA_LABEL`.
    pub label: String,
    /// What it says, or why it could not be read.
    pub content: Content,
    /// Whether it is the one, or why not.
    pub choice: Choice,
}

/// What a certificate object holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// A certificate.
    Read(Box<HolderCertificate>),
    /// No certificate one can read.
    Unreadable(DecodeFailure),
}

/// Why a certificate was, or was not, chosen to authenticate with. Usages decide, never
/// labels.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// `digitalSignature` and `clientAuth`: the one.
    Chosen,
    /// It could, another was preferred: valid now, with its key, for logon, ending later.
    AnotherPreferred,
    /// `nonRepudiation` or `emailProtection`: for signing documents.
    ForSigningDocuments,
    /// Neither: a server's, an encryption key's.
    OtherUsage,
    /// An authority's own.
    Authority,
    /// It could not be read.
    Unreadable,
}

/// The certificate to authenticate with.
#[derive(Clone, Eq, PartialEq, Serialize, Deserialize)]
pub struct ChosenCertificate {
    /// Its place among the token's certificates.
    pub index: usize,
    /// `CKA_ID` of the certificate and of its private key.
    #[serde(with = "crate::hexadecimal")]
    pub id: Vec<u8>,
    /// `CKA_LABEL`.
    pub label: String,
    /// DER. Empty in a report that was read again: a report does not carry it.
    #[serde(skip)]
    pub der: Vec<u8>,
}

impl fmt::Debug for ChosenCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, id, .. } = self;
        write!(f, "ChosenCertificate({index}, {id:02X?}, {:?})", self.label)
    }
}

impl CertificatesSeen {
    /// The certificate to authenticate with.
    pub fn authentication(&self) -> Option<&ChosenCertificate> {
        self.authentication.as_ref()
    }

    /// What that certificate says.
    pub fn holder(&self) -> Option<&HolderCertificate> {
        let chosen = self.certificates.get(self.authentication.as_ref()?.index)?;
        chosen.holder()
    }

    /// One pass over the candidates, the best last.
    fn choose(&mut self) {
        let candidates = self.certificates.iter().enumerate();
        let best = candidates
            .filter(|(_, one)| one.choice == Choice::AnotherPreferred)
            .max_by_key(|(index, one)| (self.merit(one), std::cmp::Reverse(*index)))
            .map(|(index, _)| index);
        if let Some(best) = best.and_then(|index| self.certificates.get_mut(index)) {
            best.choice = Choice::Chosen;
        }
    }

    /// Valid now, then its key seen, then made for logon as the card's own is, then the
    /// later end.
    fn merit(&self, one: &CertificateSeen) -> (bool, bool, bool, Option<Instant>) {
        let Some(holder) = one.holder() else {
            return (false, false, false, None);
        };
        let extended = holder.usages.extended.iter().flatten();
        (
            holder.validity.holds(self.at),
            self.has_key(&one.id) == Some(true),
            extended.clone().any(|usage| usage == "smartcardLogon"),
            Some(holder.validity.not_after),
        )
    }

    /// `None`: not visible before login, or not known.
    fn has_key(&self, id: &[u8]) -> Option<bool> {
        match &self.keys {
            KeyIds::Known(ids) => Some(ids.iter().any(|key| key.0 == id)),
            KeyIds::NotVisibleBeforeLogin | KeyIds::Unknown(_) => None,
        }
    }

    fn chosen_of(&self, token: &[TokenCertificate]) -> Option<ChosenCertificate> {
        let mut seen = self.certificates.iter();
        let index = seen.position(|one| one.choice == Choice::Chosen)?;
        let certificate = token.get(index)?;
        Some(ChosenCertificate {
            index,
            id: certificate.id.clone(),
            label: certificate.label.clone(),
            der: certificate.der.clone(),
        })
    }
}

impl KeyValue {
    fn of(key: &KeySeen) -> Option<Self> {
        Some(Self {
            id: KeyId(key.id.clone()),
            sha256: key.sha256.clone()?,
        })
    }
}

impl CertificateSeen {
    fn of(certificate: &TokenCertificate) -> Self {
        let content = match HolderCertificate::decode(&certificate.der) {
            Ok(holder) => Content::Read(Box::new(holder)),
            Err(failure) => Content::Unreadable(failure),
        };
        Self {
            id: certificate.id.clone(),
            label: certificate.label.clone(),
            choice: Choice::of(&content),
            content,
        }
    }

    /// What it says, if it could be read.
    pub fn holder(&self) -> Option<&HolderCertificate> {
        match &self.content {
            Content::Read(holder) => Some(holder),
            Content::Unreadable(_) => None,
        }
    }
}

impl Choice {
    /// One that could authenticate is left for the comparison with the others.
    fn of(content: &Content) -> Self {
        match content {
            Content::Unreadable(_) => Self::Unreadable,
            Content::Read(holder) if holder.is_authority => Self::Authority,
            Content::Read(holder) if holder.usages.allow_client_authentication() => {
                Self::AnotherPreferred
            }
            Content::Read(holder) if holder.usages.are_for_signing_documents() => {
                Self::ForSigningDocuments
            }
            Content::Read(_) => Self::OtherUsage,
        }
    }

    const fn text(self) -> Text {
        let (fr, en) = match self {
            Self::Chosen => ("choisi pour s'authentifier", "chosen to authenticate"),
            Self::AnotherPreferred => ("un autre lui est préféré", "another is preferred"),
            Self::ForSigningDocuments => (
                "pour signer des documents, non pour se connecter",
                "for signing documents, not for connecting",
            ),
            Self::OtherUsage => (
                "n'est pas fait pour se connecter (ni signature numérique ni client TLS)",
                "not made for connecting (no digital signature, or no TLS client)",
            ),
            Self::Authority => ("celui d'une autorité", "an authority's own"),
            Self::Unreadable => ("illisible", "unreadable"),
        };
        Text { fr, en }
    }
}

impl Observation for CertificatesSeen {
    fn findings(&self) -> Vec<Finding> {
        match self.holder() {
            Some(holder) => self.findings_on(holder),
            None => vec![self.nothing_to_authenticate_with()],
        }
    }

    fn identities(&self) -> Vec<Identity> {
        let read = self.certificates.iter().filter_map(CertificateSeen::holder);
        let keys = self.values.iter();
        let keys = keys.map(|key| key.sha256.identity(IdentityKind::Serial));
        keys.chain(read.flat_map(HolderCertificate::identities))
            .collect()
    }
}

impl CertificatesSeen {
    fn nothing_to_authenticate_with(&self) -> Finding {
        let mut own = self
            .certificates
            .iter()
            .filter(|one| one.choice != Choice::Authority);
        let kind = match self
            .certificates
            .iter()
            .find(|one| one.choice == Choice::OtherUsage)
        {
            Some(_) => &kinds::WRONG_USAGE,
            None if own.next().is_none() => &kinds::NONE,
            None => &kinds::AUTHENTICATION_MISSING,
        };
        let count = Evidence::new("count", label::COUNT, self.certificates.len().to_string());
        let each = self.certificates.iter().flat_map(CertificateSeen::evidence);
        Finding::of(kind).with(count).with_all(each)
    }

    fn findings_on(&self, holder: &HolderCertificate) -> Vec<Finding> {
        let validity = holder.validity.finding(self.at);
        let hierarchy = self.judge_hierarchy(holder);
        let identifier = holder.identifier();
        let identifier = identifier.iter().flat_map(Identifier::findings);
        let key = self.judge_key().or_else(|| self.judge_pair(holder));
        let all = key.into_iter().chain(validity).chain(hierarchy);
        all.chain(identifier).collect()
    }

    /// What the keys that show only after login add: that the chosen certificate's is missing
    /// among them, or is another.
    pub fn judge_with(&self, keys: &PrivateKeys) -> Option<Finding> {
        let mut seen = self.clone();
        seen.keys = KeyIds::from(keys);
        if let PrivateKeys::Listed(keys) = keys {
            seen.values = keys.iter().filter_map(KeyValue::of).collect();
        }
        let holder = seen.holder()?;
        seen.judge_key().or_else(|| seen.judge_pair(holder))
    }

    fn judge_key(&self) -> Option<Finding> {
        let chosen = self.authentication()?;
        let KeyIds::Known(keys) = &self.keys else {
            return None;
        };
        if self.has_key(&chosen.id) == Some(true) {
            return None;
        }
        let keys: Vec<String> = keys
            .iter()
            .map(|key| crate::hexadecimal::encode(&key.0))
            .collect();
        let finding = Finding::of(&kinds::KEY_MISSING)
            .with(Evidence::new(
                "certificate",
                label::CERTIFICATE,
                chosen.label.clone(),
            ))
            .with(Evidence::raw(
                "CKA_ID",
                crate::hexadecimal::encode(&chosen.id),
            ));
        Some(finding.with(Evidence::new("keys", label::KEYS, keys.join(", "))))
    }

    /// Every key of the certificate's `CKA_ID` is another key: one that fits is enough.
    fn judge_pair(&self, holder: &HolderCertificate) -> Option<Finding> {
        let chosen = self.authentication()?;
        let certified = holder.public_key.sha256.as_ref()?;
        let mut paired = self.values.iter().filter(|key| key.id.0 == chosen.id);
        let other = paired.clone().next()?;
        if paired.any(|key| key.sha256 == *certified) {
            return None;
        }
        let label = chosen.label.clone();
        let values = [
            Evidence::new("certificate", label::CERTIFICATE, label),
            Evidence::raw("CKA_ID", crate::hexadecimal::encode(&chosen.id)),
            Evidence::new("certified", label::CERTIFIED_KEY, certified.reveal()),
            Evidence::new("held", label::HELD_KEY, other.sha256.reveal()),
        ];
        Some(Finding::of(&kinds::KEY_MISMATCH).with_all(values))
    }

    fn judge_hierarchy(&self, holder: &HolderCertificate) -> Option<Finding> {
        let kind = match (self.expected, holder.hierarchy) {
            (Expected::Production, Hierarchy::Test) => &kinds::TEST_HIERARCHY,
            (Expected::Production, Hierarchy::Old | Hierarchy::Other) => &kinds::ISSUER_UNKNOWN,
            _ => return None,
        };
        let by = Evidence::new(
            "delivered_by",
            label::DELIVERED_BY,
            holder.delivered_by.clone(),
        );
        let issuer = Evidence::new("issuer", label::ISSUER, holder.issuer.clone());
        Some(Finding::of(kind).with(by).with(issuer))
    }
}

impl CertificateSeen {
    /// Why it is not the one, and the usages that say so.
    fn evidence(&self) -> Vec<Evidence> {
        let why = Evidence {
            key: self.name().into(),
            label: None,
            value: self.choice.text().into(),
        };
        let Some(holder) = self.holder() else {
            return vec![why];
        };
        let usages = |name, list: &Option<Vec<String>>| match list {
            Some(list) => Evidence::raw(name, list.join(", ")),
            None => Evidence::new(name, Text::same(name), label::ABSENT),
        };
        vec![
            why,
            usages("keyUsage", &holder.usages.key),
            usages("extendedKeyUsage", &holder.usages.extended),
        ]
    }

    /// Its label; where it has none, its `CKA_ID`.
    fn name(&self) -> String {
        if self.label.is_empty() {
            return crate::hexadecimal::encode(&self.id);
        }
        self.label.clone()
    }
}
