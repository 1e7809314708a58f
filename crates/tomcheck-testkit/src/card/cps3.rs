//! What does a CPS3 answer, as far as the Cryptolib asks?

use std::collections::HashMap;

use super::{
    UpdateTrace,
    apdu::Command,
    cps2ter::Cps2ter,
    files::Files,
    hash::Hash,
    layout::{self, References, Side},
    options::{CardOptions, Pair},
    pin::Pin,
    rsa_key::RsaKey,
    session::Application,
    status::Status,
    tlv::{find, parse, tlv},
};
use crate::KitError;

/// An IAS-ECC card: the host hashes all but the last block, the card pads and signs.
pub(super) struct Cps3 {
    pin: Pin,
    puk: Pin,
    authentication: Option<RsaKey>,
    signature: Option<RsaKey>,
    files: Files,
    /// What MANAGE SECURITY ENVIRONMENT set, by template.
    environment: HashMap<u8, Setting>,
    digest: Option<Vec<u8>>,
    old_volume: Cps2ter,
    /// Over the air there is no code, and the key is free to use.
    is_contactless: bool,
}

#[derive(Clone, Copy)]
struct Setting {
    algorithm: u8,
    key: u8,
}

const REFERENCES: References = References {
    pin: 0x01,
    puk: 0x02,
    authentication: 0x82,
    signature: 0x81,
};

/// Templates of the security environment. Source: ISO/IEC 7816-4 §6.3.
const AUTHENTICATION_TEMPLATE: u8 = 0xA4;
const HASH_TEMPLATE: u8 = 0xAA;
const SIGNATURE_TEMPLATE: u8 = 0xB6;
const CONFIDENTIALITY_TEMPLATE: u8 = 0xB8;

/// Algorithm references. Source: IAS-ECC, as the module sends them.
const AUTHENTICATE_PKCS1: u8 = 0x02;
const DECIPHER_PKCS1: u8 = 0x1A;

impl Cps3 {
    pub(super) fn new(options: &CardOptions) -> Result<Self, KitError> {
        Self::with_side(options, &layout::CONTACT)
    }

    /// The same card seen over the air: the authentication pair of the options is its technical
    /// one there.
    pub(super) fn contactless(options: &CardOptions) -> Result<Self, KitError> {
        let options = CardOptions {
            signature: Pair::default(),
            ..options.clone()
        };
        let card = Self::with_side(&options, &layout::CONTACTLESS)?;
        Ok(Self {
            is_contactless: true,
            ..card
        })
    }

    fn with_side(options: &CardOptions, side: &Side) -> Result<Self, KitError> {
        Ok(Self {
            pin: Pin::new(&options.pin, options.max_tries, options.tries_left),
            puk: Pin::new(&options.puk, 5, None),
            authentication: options.authentication.key.clone(),
            signature: options.signature.key.clone(),
            files: layout::files(options, &REFERENCES, side)?,
            environment: HashMap::new(),
            digest: None,
            old_volume: Cps2ter::new(),
            is_contactless: false,
        })
    }

    /// The code was presented, where there is one.
    fn require_code(&self) -> Result<(), Status> {
        match self.is_contactless {
            true => Ok(()),
            false => self.pin.require(),
        }
    }
}

impl Application for Cps3 {
    fn execute(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        match (command.class, command.instruction) {
            (0xA0, _) => self.old_volume.execute(command, &self.pin),
            (0x80.., _) => Err(Status::CLASS_UNSUPPORTED),
            (_, 0xA4) => self.files.select(command),
            (_, 0xB0) => self.files.read(command, &self.pin),
            (_, 0xD6) => self.files.update(command),
            (_, 0xCB) => self.pin_counters(command),
            (_, 0x20) => self.verify(command),
            (_, 0x24) => self.change(command),
            (_, 0x2C) => self.unblock(command),
            (_, 0x22) => self.manage_environment(command),
            (_, 0x88) => self.internal_authenticate(command),
            (_, 0x2A) => self.security_operation(command),
            (_, 0x84) => Ok(vec![0x5A; command.expected.unwrap_or(8).min(256)]),
            _ => Err(Status::INSTRUCTION_UNSUPPORTED),
        }
    }

    fn reset(&mut self) {
        self.pin.forget();
        self.puk.forget();
        self.files.reset();
        self.environment.clear();
        self.digest = None;
        self.old_volume = Cps2ter::new();
    }

    fn pin(&mut self) -> &mut Pin {
        &mut self.pin
    }

    fn set_update_trace(&mut self, trace: UpdateTrace) {
        layout::set_update_trace(&mut self.files, trace);
    }
}

/// Codes.
impl Cps3 {
    fn pin_of(&mut self, reference: u8) -> Result<&mut Pin, Status> {
        match reference & 0x7F {
            _ if self.is_contactless => Err(Status::REFERENCE_NOT_FOUND),
            id if id == REFERENCES.pin => Ok(&mut self.pin),
            id if id == REFERENCES.puk => Ok(&mut self.puk),
            _ => Err(Status::REFERENCE_NOT_FOUND),
        }
    }

    fn verify(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let pin = self.pin_of(command.p2)?;
        match (command.data.is_empty(), command.p1) {
            (false, _) => pin.verify(&command.data)?,
            (true, 0xFF) => pin.forget(),
            (true, _) => return Err(pin.query()),
        }
        Ok(Vec::new())
    }

    /// The old code, if P1 says so, then the new one.
    fn change(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let pin = self.pin_of(command.p2)?;
        if command.p1 != 0 {
            pin.require()?;
            pin.set_value(&command.data);
            return Ok(Vec::new());
        }
        let length = if command.data.len() == 16 {
            8
        } else {
            pin.value_length()
        };
        let (old, new) = command
            .data
            .split_at_checked(length)
            .ok_or(Status::WRONG_LENGTH)?;
        pin.verify(old)?;
        pin.set_value(new);
        Ok(Vec::new())
    }

    fn unblock(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let (puk, new) = match command.p1 {
            0 => command
                .data
                .split_at_checked(8)
                .ok_or(Status::WRONG_LENGTH)?,
            _ => (&[][..], command.data.as_slice()),
        };
        if command.p1 == 0 {
            self.puk.verify(puk)?;
        }
        self.puk.require()?;
        self.pin_of(command.p2)?
            .unblock(Some(new).filter(|new| !new.is_empty()));
        Ok(Vec::new())
    }

    /// GET DATA on a PIN object: `4D{70{BF81xx{A080}}}`.
    fn pin_counters(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        if command.p1_p2() != 0x3FFF {
            return Err(Status::REFERENCE_NOT_FOUND);
        }
        let request = find(&command.data, 0x4D)?.ok_or(Status::WRONG_DATA)?;
        let wanted = find(request, 0x70)?.ok_or(Status::WRONG_DATA)?;
        let &(tag, _) = parse(wanted)?.first().ok_or(Status::WRONG_DATA)?;
        let [_, 0xBF, 0x81, reference] = tag.to_be_bytes() else {
            return Err(Status::REFERENCE_NOT_FOUND);
        };
        let pin = self.pin_of(reference)?;
        let counters = [
            tlv(0x9A, [pin.max_tries()]),
            tlv(0x9B, [pin.tries_left()]),
            // uses left: without limit
            tlv(0x9D, b"\xff\xff"),
        ];
        Ok(tlv(0x70, tlv(tag, tlv(0xA0, counters.concat()))))
    }
}

/// Keys.
impl Cps3 {
    fn manage_environment(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        match command.p1 {
            // restore
            0xF3 => self.environment.clear(),
            // set
            p1 if p1 & 0x0F == 0x01 => self.set(command.p2, &command.data)?,
            _ => return Err(Status::FUNCTION_UNSUPPORTED),
        }
        Ok(Vec::new())
    }

    fn set(&mut self, template: u8, fields: &[u8]) -> Result<(), Status> {
        let last_byte = |tag| Ok(find(fields, tag)?.and_then(<[u8]>::last).copied());
        let algorithm = last_byte(0x80)?.unwrap_or(0);
        let key = last_byte(0x84)?.or(last_byte(0x83)?).unwrap_or(0);
        if template != HASH_TEMPLATE {
            self.key(key)?;
        }
        self.environment
            .insert(template, Setting { algorithm, key });
        Ok(())
    }

    fn setting(&self, template: u8) -> Result<Setting, Status> {
        self.environment
            .get(&template)
            .copied()
            .ok_or(Status::CONDITIONS)
    }

    fn key(&self, reference: u8) -> Result<&RsaKey, Status> {
        let key = match reference {
            id if id == REFERENCES.authentication => self.authentication.as_ref(),
            id if id == REFERENCES.signature => self.signature.as_ref(),
            _ => None,
        };
        key.ok_or(Status::REFERENCE_NOT_FOUND)
    }

    /// Signs what the host hands over, at most 40 % of the modulus.
    fn internal_authenticate(&self, command: &Command) -> Result<Vec<u8>, Status> {
        let Setting { algorithm, key } = self.setting(AUTHENTICATION_TEMPLATE)?;
        self.require_code()?;
        let key = self.key(key)?;
        if algorithm != AUTHENTICATE_PKCS1 {
            return Err(Status::CONDITIONS);
        }
        if command.data.len() * 10 > key.size() * 4 {
            return Err(Status::WRONG_LENGTH);
        }
        key.sign(&command.data)
    }

    fn security_operation(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        match command.p1_p2() {
            0x90A0 => self.hash(&command.data),
            0x9E9A => self.sign(&command.data),
            0x8086 => self.decipher(&command.data),
            _ => Err(Status::WRONG_P1_P2),
        }
    }

    /// `90`: state of the hash and bits done (eight bytes), `80`: the rest of the message.
    fn hash(&mut self, data: &[u8]) -> Result<Vec<u8>, Status> {
        let hash = match self.setting(HASH_TEMPLATE)?.algorithm {
            0x10 => Hash::Sha1,
            0x40 => Hash::Sha256,
            _ => return Err(Status::CONDITIONS),
        };
        let begun = find(data, 0x90)?.unwrap_or_default();
        let rest = find(data, 0x80)?.unwrap_or_default();
        self.digest = match begun.split_last_chunk() {
            Some((state, bits)) => hash.finish(state, u64::from_be_bytes(*bits), rest),
            None => Some(hash.digest(rest)),
        };
        self.digest
            .as_ref()
            .map(|_| Vec::new())
            .ok_or(Status::WRONG_DATA)
    }

    fn sign(&mut self, data: &[u8]) -> Result<Vec<u8>, Status> {
        let Setting { algorithm, key } = self.setting(SIGNATURE_TEMPLATE)?;
        self.require_code()?;
        let hash = match algorithm {
            0x12 => Hash::Sha1,
            0x42 => Hash::Sha256,
            _ => return Err(Status::CONDITIONS),
        };
        let hashed = self.digest.take();
        let digest = if data.is_empty() {
            hashed
        } else {
            Some(data.to_vec())
        };
        let digest = digest
            .filter(|digest| digest.len() == hash.size())
            .ok_or(Status::CONDITIONS)?;
        self.key(key)?.sign(&[hash.digest_info(), &digest].concat())
    }

    fn decipher(&self, data: &[u8]) -> Result<Vec<u8>, Status> {
        let Setting { algorithm, key } = self.setting(CONFIDENTIALITY_TEMPLATE)?;
        self.require_code()?;
        let (0x81, block) = data
            .split_first()
            .map(|(first, rest)| (*first, rest))
            .unwrap_or_default()
        else {
            return Err(Status::CONDITIONS);
        };
        if algorithm != DECIPHER_PKCS1 {
            return Err(Status::CONDITIONS);
        }
        match self.key(key)?.raw(block)?.as_slice() {
            [0x00, 0x02, padded @ ..] => {
                let end = padded
                    .iter()
                    .position(|&byte| byte == 0)
                    .ok_or(Status::WRONG_DATA)?;
                Ok(padded.get(end + 1..).unwrap_or_default().to_vec())
            }
            _ => Err(Status::WRONG_DATA),
        }
    }
}

#[cfg(test)]
mod tests {
    use rsa::{BigUint, RsaPrivateKey, RsaPublicKey, hazmat::rsa_encrypt, rand_core::OsRng};

    use super::*;
    use crate::card::session::Session;

    /// A card without keys, and a way to send it commands written in hexadecimal.
    fn card(options: CardOptions) -> impl FnMut(&str) -> String {
        let mut session = Session::new(Box::new(Cps3::new(&options).unwrap()));
        move |command| {
            let bytes: Vec<u8> = command
                .as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect();
            session
                .answer(&bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect()
        }
    }

    const PIN: &str = "002000010431323334";

    #[test]
    fn an_answer_waits_for_get_response() {
        let mut send = card(CardOptions::new().serial("26123456"));
        assert_eq!(send("00a40904043f00d003"), "6110");
        assert_eq!(send("00c0000011"), "6c10");
        assert!(send("00c0000010").starts_with("620e8002000c"));
        assert_eq!(send("00c0000010"), "6985");
        assert_eq!(send("00b000000c"), "5a0a8025000001261234560f9000");
    }

    #[test]
    fn the_counter_is_read_without_spending_a_try() {
        let mut send = card(CardOptions::new());
        let counter = "00cb3fff0a4d087006bf810102a08000";
        assert_eq!(send(counter), "7010bf81010ca00a9a01039b01039d02ffff9000");
        assert_eq!(send("002000010439393939"), "63c2");
        assert!(send(counter).contains("9b0102"));
        assert_eq!(send("00200001"), "63c2");
        assert_eq!(send(PIN), "9000");
        assert_eq!(send("00200001"), "9000");
    }

    #[test]
    fn the_key_signs_after_the_code_only_and_the_signature_opens() {
        let key = RsaPrivateKey::new(&mut OsRng, 1024).unwrap();
        let public = RsaPublicKey::from(&key);
        let mut send = card(CardOptions::new().authentication_key(key));
        let sign = format!("008800001e{}00", "54".repeat(30));
        assert_eq!(send(&sign), "6985");
        assert_eq!(send("002241a406800102840182"), "9000");
        assert_eq!(send(&sign), "6982");
        assert_eq!(send(PIN), "9000");
        let answer = send(&sign);
        let signature = BigUint::parse_bytes(&answer.as_bytes()[..256], 16).unwrap();
        let opened = rsa_encrypt(&public, &signature).unwrap();
        assert!(
            opened
                .to_str_radix(16)
                .ends_with(&format!("ff00{}", "54".repeat(30)))
        );
        assert_eq!(send(&format!("0088000034{}00", "54".repeat(52))), "6700");
    }

    #[test]
    fn the_older_volume_opens_with_the_same_code() {
        let mut send = card(CardOptions::new());
        assert_eq!(send("a0a40000024010"), "9f07");
        assert_eq!(send("a0c0000007"), "850500104010049000");
        assert_eq!(send("a0b0000010"), "9804");
        assert_eq!(send(PIN), "9000");
        assert_eq!(send("a0b0000010"), "534954554154494f4e205445535420319000");
        assert_eq!(send("a0a40000024012"), "9404");
    }

    #[test]
    fn commands_it_does_not_know_are_refused() {
        let mut send = card(CardOptions::new());
        let refused = [
            "00a4",
            "00a404ff02",
            "00b0ffff00",
            "00cb3fff0301",
            "00ee0000",
            "8000000000",
        ];
        let answers = refused.map(&mut send);
        assert_eq!(answers, ["6700", "6a82", "6986", "6700", "6d00", "6e00"]);
    }
}
