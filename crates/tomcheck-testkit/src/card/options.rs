//! Which card is made, and what is written on it?

use rsa::{RsaPrivateKey, pkcs1::DecodeRsaPrivateKey as _, pkcs8::DecodePrivateKey as _};

use super::{atr, cps3::Cps3, cps4::Cps4, piv::Piv, rsa_key::RsaKey, session::Session};
use crate::KitError;

/// Which commands the card knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Profile {
    /// A PIV application behind the answer to reset of a CPS3: PC/SC sees a CPS3 while OpenSC,
    /// told by `OPENSC_CONF`, drives it.
    Piv,
    /// An IAS-ECC card as the Cryptolib CPS expects it.
    Cps3,
    /// The same over the air, on a contactless reader: no code, one technical key, which is the
    /// authentication pair of the options.
    Cps3Contactless,
    /// A card of the fourth generation as the Cryptolib CPS expects it: everything on logical channel
    /// 1, the host pads, and signatures may be PSS.
    Cps4,
}

impl Profile {
    /// The answer to reset of such a card.
    pub fn atr(self) -> &'static [u8] {
        match self {
            Self::Piv | Self::Cps3 => atr::CPS3,
            Self::Cps3Contactless => atr::CPS3_CONTACTLESS,
            Self::Cps4 => atr::CPS4,
        }
    }
}

/// The file a CPS3 keeps of updates made to it in the field.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UpdateTrace {
    /// Never updated; as a new card is.
    Absent,
    /// The file is there with nothing in it: an update that broke off.
    Empty,
    /// One update, begun and ended.
    Finished,
}

/// What is written on the card. Starts with PIN 1234, PUK 12345678, three tries, no key.
#[derive(Clone)]
pub struct CardOptions {
    pub(super) authentication: Pair,
    pub(super) signature: Pair,
    pub(super) pin: String,
    pub(super) puk: String,
    pub(super) max_tries: u8,
    pub(super) tries_left: Option<u8>,
    pub(super) serial: String,
    pub(super) label: String,
    pub(super) atr: Option<Vec<u8>>,
}

/// Either may be missing: a certificate without its key is a fault worth showing.
#[derive(Clone, Default)]
pub(super) struct Pair {
    pub(super) key: Option<RsaKey>,
    /// DER
    pub(super) certificate: Option<Vec<u8>>,
}

impl Default for CardOptions {
    fn default() -> Self {
        Self {
            authentication: Pair::default(),
            signature: Pair::default(),
            pin: "1234".into(),
            puk: "12345678".into(),
            max_tries: 3,
            tries_left: None,
            serial: "26000001".into(),
            label: "CPS3v3-TEST".into(),
            atr: None,
        }
    }
}

impl CardOptions {
    /// A card with a PIN and nothing else.
    pub fn new() -> Self {
        Self::default()
    }

    /// Key and certificate for TLS. Key: PKCS#8 or PKCS#1, PEM or DER. Certificate: DER.
    ///
    /// # Errors
    ///
    /// When the key cannot be read.
    pub fn authentication(self, key: &[u8], certificate: &[u8]) -> Result<Self, KitError> {
        Ok(self.authentication_pair(rsa_key(key)?, certificate))
    }

    /// The same from a key in memory; certificate in DER.
    #[must_use]
    pub fn authentication_pair(self, key: RsaPrivateKey, certificate: &[u8]) -> Self {
        let certificate = Some(certificate.to_vec());
        Self {
            authentication: Pair {
                key: Some(RsaKey::new(key)),
                certificate,
            },
            ..self
        }
    }

    /// The authentication key alone: its certificate is missing from the card.
    #[must_use]
    pub fn authentication_key(mut self, key: RsaPrivateKey) -> Self {
        self.authentication.key = Some(RsaKey::new(key));
        self
    }

    /// The authentication certificate (DER) alone or instead of the one there.
    #[must_use]
    pub fn authentication_certificate(mut self, certificate: &[u8]) -> Self {
        self.authentication.certificate = Some(certificate.to_vec());
        self
    }

    /// Key and certificate for documents; forms as [`CardOptions::authentication`].
    ///
    /// # Errors
    ///
    /// When the key cannot be read.
    pub fn signature(self, key: &[u8], certificate: &[u8]) -> Result<Self, KitError> {
        Ok(self.signature_pair(rsa_key(key)?, certificate))
    }

    /// The same from a key in memory; certificate in DER.
    #[must_use]
    pub fn signature_pair(self, key: RsaPrivateKey, certificate: &[u8]) -> Self {
        let certificate = Some(certificate.to_vec());
        Self {
            signature: Pair {
                key: Some(RsaKey::new(key)),
                certificate,
            },
            ..self
        }
    }

    /// The code porteur, four to eight digits.
    #[must_use]
    pub fn pin(self, pin: &str) -> Self {
        Self {
            pin: pin.into(),
            ..self
        }
    }

    /// Tries left at the start, of the three a card has.
    #[must_use]
    pub fn tries_left(self, tries: u8) -> Self {
        Self {
            tries_left: Some(tries),
            ..self
        }
    }

    /// The card's number: eight digits.
    ///
    /// The Cryptolib keeps certificates by this number in `/etc/opt/santesocial/CPS/cache`: two
    /// cards with one number look alike to it.
    #[must_use]
    pub fn serial(self, serial: &str) -> Self {
        Self {
            serial: serial.into(),
            ..self
        }
    }

    /// The token's label in PKCS#15.
    #[must_use]
    pub fn label(self, label: &str) -> Self {
        Self {
            label: label.into(),
            ..self
        }
    }

    /// Another answer to reset than the profile's.
    #[must_use]
    pub fn atr(self, atr: &[u8]) -> Self {
        Self {
            atr: Some(atr.to_vec()),
            ..self
        }
    }

    /// The card's number as it is stored, two digits to a byte.
    pub(super) fn serial_bytes(&self) -> Result<[u8; 4], KitError> {
        let digits =
            self.serial.len() == 8 && self.serial.bytes().all(|byte| byte.is_ascii_digit());
        u32::from_str_radix(&self.serial, 16)
            .ok()
            .filter(|_| digits)
            .map(u32::to_be_bytes)
            .ok_or_else(|| KitError::Value {
                what: "card serial",
                value: self.serial.clone(),
                expected: "eight digits",
            })
    }
}

pub(super) fn personalise(profile: Profile, options: CardOptions) -> Result<Session, KitError> {
    Ok(match profile {
        Profile::Piv => Session::new(Box::new(Piv::new(&options)?)),
        Profile::Cps3 => Session::new(Box::new(Cps3::new(&options)?)),
        Profile::Cps3Contactless => Session::new(Box::new(Cps3::contactless(&options)?)),
        Profile::Cps4 => Session::new(Box::new(Cps4::new(&options)?)),
    })
}

fn rsa_key(encoded: &[u8]) -> Result<RsaPrivateKey, KitError> {
    if let Some(text) = std::str::from_utf8(encoded)
        .ok()
        .filter(|text| text.starts_with("-----"))
    {
        return RsaPrivateKey::from_pkcs8_pem(text)
            .or_else(|_| RsaPrivateKey::from_pkcs1_pem(text))
            .map_err(KitError::Key);
    }
    RsaPrivateKey::from_pkcs8_der(encoded)
        .or_else(|_| RsaPrivateKey::from_pkcs1_der(encoded))
        .map_err(KitError::Key)
}
