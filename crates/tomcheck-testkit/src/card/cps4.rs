//! What does a CPS4 answer, as far as the Cryptolib asks?

use std::collections::HashMap;

use super::{
    apdu::Command,
    files::Files,
    hash::Hash,
    layout::{self, References},
    options::CardOptions,
    pin::Pin,
    rsa_key::RsaKey,
    session::Application,
    status::Status,
    tlv::find,
};
use crate::KitError;

/// The file system and keys of a CPS4, on logical channel 1, and its older volume, on channel 0.
///
/// Not modelled on a genuine card: the module's own commands tell what it expects.
pub(super) struct Cps4 {
    pin: Pin,
    puk: Pin,
    authentication: Option<RsaKey>,
    signature: Option<RsaKey>,
    files: Files,
    /// What MANAGE SECURITY ENVIRONMENT set, by template.
    environment: HashMap<u8, Setting>,
}

#[derive(Clone, Copy)]
struct Setting {
    algorithm: u8,
    key: u8,
}

const REFERENCES: References = References {
    pin: 0x01,
    puk: 0x02,
    authentication: 0x20,
    signature: 0x21,
};

/// Names of the card on channel 1, and of its older volume on channel 0.
const NAME: &[u8] = b"\x80\x25\x00\x00\x01\xff\x01\x00";
const OLDER: &[u8] = b"\x80\x25\x00\x00\x01\xff\x00\x02";

/// Templates of the security environment. Source: ISO/IEC 7816-4 §6.3.
const SIGNATURE_TEMPLATE: u8 = 0xB6;
const CONFIDENTIALITY_TEMPLATE: u8 = 0xB8;

impl Cps4 {
    pub(super) fn new(options: &CardOptions) -> Result<Self, KitError> {
        Ok(Self {
            pin: Pin::new(&options.pin, options.max_tries, options.tries_left),
            puk: Pin::new(&options.puk, 5, None),
            authentication: options.authentication.key.clone(),
            signature: options.signature.key.clone(),
            files: layout::files(options, &REFERENCES, &layout::CONTACT)?,
            environment: HashMap::new(),
        })
    }

    /// The card's own name stands for its master file.
    fn select(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let by_name = command.p1 == 0x04;
        match (command.class, command.data.as_slice()) {
            (0x00, OLDER) if by_name => Ok(Vec::new()),
            (0x01, NAME) if by_name => self.files.select_root(command.p2),
            (0x01, _) => self.files.select(command),
            _ => Err(Status::FILE_NOT_FOUND),
        }
    }

    /// Without data it tells the tries, even when the code was verified: the Cryptolib takes `9000`
    /// for "no try left". Not checked on a genuine card.
    fn verify(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let pin = match command.p2 & 0x7F {
            id if id == REFERENCES.pin => &mut self.pin,
            id if id == REFERENCES.puk => &mut self.puk,
            _ => return Err(Status::REFERENCE_NOT_FOUND),
        };
        if !command.data.is_empty() {
            return pin.verify(&command.data).map(|()| Vec::new());
        }
        Err(match pin.tries_left() {
            0 => Status::PIN_BLOCKED,
            left => Status::tries(left),
        })
    }
}

/// Keys.
impl Cps4 {
    /// A key to decipher with is named by `83`; one to sign with by the second byte of `91`, whose
    /// first is the algorithm.
    fn manage_environment(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let fields = command.data.as_slice();
        let setting = match command.p2 {
            CONFIDENTIALITY_TEMPLATE => {
                let key = find(fields, 0x83)?.and_then(<[u8]>::last);
                key.map(|&key| Setting { algorithm: 0, key })
            }
            SIGNATURE_TEMPLATE => match find(fields, 0x91)? {
                Some(&[algorithm, key, ..]) => Some(Setting {
                    algorithm,
                    key: key & 0x7F,
                }),
                _ => None,
            },
            _ => return Err(Status::WRONG_P1_P2),
        };
        let setting = setting.ok_or(Status::WRONG_DATA)?;
        self.key(setting.key)?;
        self.environment.insert(command.p2, setting);
        Ok(Vec::new())
    }

    fn key(&self, reference: u8) -> Result<&RsaKey, Status> {
        let key = match reference {
            id if id == REFERENCES.authentication => self.authentication.as_ref(),
            id if id == REFERENCES.signature => self.signature.as_ref(),
            _ => None,
        };
        key.ok_or(Status::REFERENCE_NOT_FOUND)
    }

    fn security_operation(&self, command: &Command) -> Result<Vec<u8>, Status> {
        let (template, is_signature) = match command.p1_p2() {
            0x8086 => (CONFIDENTIALITY_TEMPLATE, false),
            0x9E9A => (SIGNATURE_TEMPLATE, true),
            _ => return Err(Status::WRONG_P1_P2),
        };
        let setting = self.environment.get(&template).ok_or(Status::CONDITIONS)?;
        self.pin.require()?;
        let key = self.key(setting.key)?;
        match is_signature {
            true => sign(key, setting.algorithm, &command.data),
            false => key.raw(&command.data),
        }
    }
}

/// Algorithm references: as the module sends them.
fn sign(key: &RsaKey, algorithm: u8, digest: &[u8]) -> Result<Vec<u8>, Status> {
    let (hash, is_pss) = match algorithm {
        0x0A => (Hash::Sha1, false),
        0x28 => (Hash::Sha256, false),
        0x15 => (Hash::Sha1, true),
        0x2C => (Hash::Sha256, true),
        _ => return Err(Status::CONDITIONS),
    };
    if digest.len() != hash.size() {
        return Err(Status::WRONG_DATA);
    }
    match is_pss {
        true => key.sign_pss(hash, digest),
        false => key.sign(&[hash.digest_info(), digest].concat()),
    }
}

impl Application for Cps4 {
    fn execute(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        match (command.class, command.instruction) {
            (0x02.., _) => Err(Status::CLASS_UNSUPPORTED),
            (_, 0xA4) => self.select(command),
            (0x01, 0xB0) => self.files.read(command, &self.pin),
            (0x01, 0xD6) => self.files.update(command),
            (0x01, 0x20) => self.verify(command),
            (0x01, 0x22) => self.manage_environment(command),
            (0x01, 0x2A) => self.security_operation(command),
            (0x01, 0x84) => Ok(vec![0x5A; command.expected.unwrap_or(8).min(256)]),
            _ => Err(Status::INSTRUCTION_UNSUPPORTED),
        }
    }

    fn reset(&mut self) {
        self.pin.forget();
        self.puk.forget();
        self.files.reset();
        self.environment.clear();
    }

    fn pin(&mut self) -> &mut Pin {
        &mut self.pin
    }

    fn set_update_trace(&mut self, trace: super::UpdateTrace) {
        layout::set_update_trace(&mut self.files, trace);
    }
}
