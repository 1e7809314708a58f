//! What does a PIV card answer, as far as OpenSC asks?

use super::{
    apdu::Command,
    options::CardOptions,
    pin::Pin,
    rsa_key::RsaKey,
    session::Application,
    status::Status,
    tlv::{find, tlv},
};
use crate::KitError;

/// The part of PIV needed to log in and sign with RSA 2048. Source: NIST SP 800-73-4 part 2.
pub(super) struct Piv {
    pin: Pin,
    puk: Pin,
    authentication: Option<RsaKey>,
    signature: Option<RsaKey>,
    /// Data objects by tag, in their outer TLV.
    objects: Vec<(u32, Vec<u8>)>,
}

impl Piv {
    pub(super) fn new(options: &CardOptions) -> Result<Self, KitError> {
        let mut objects = vec![
            (0x5F_C102, holder_identifier(options.serial_bytes()?)),
            (
                0x7E,
                tlv(
                    0x7E,
                    [
                        tlv(0x4F, [NAME, b"\x01\x00"].concat()),
                        tlv(0x5F2F, b"\x40\x00"),
                    ]
                    .concat(),
                ),
            ),
        ];
        for (tag, pair) in [
            (0x5F_C105, &options.authentication),
            (0x5F_C10A, &options.signature),
        ] {
            if let Some(certificate) = &pair.certificate {
                objects.push((tag, certificate_object(certificate)));
            }
        }
        Ok(Self {
            pin: Pin::new(&options.pin, options.max_tries, options.tries_left),
            puk: Pin::new(&options.puk, 3, None),
            authentication: options.authentication.key.clone(),
            signature: options.signature.key.clone(),
            objects,
        })
    }

    fn select(command: &Command) -> Result<Vec<u8>, Status> {
        if command.p1 != 0x04 || !NAME.starts_with(&command.data) {
            return Err(Status::FILE_NOT_FOUND);
        }
        let name = tlv(0x4F, b"\x00\x00\x10\x00\x01\x00");
        let authority = tlv(0x79, tlv(0x4F, b"\xa0\x00\x00\x03\x08"));
        Ok(tlv(0x61, [name, authority].concat()))
    }

    fn get_data(&self, command: &Command) -> Result<Vec<u8>, Status> {
        let tag = find(&command.data, 0x5C)?.ok_or(Status::WRONG_DATA)?;
        let tag = tag
            .iter()
            .fold(0_u32, |tag, &byte| (tag << 8) | u32::from(byte));
        let object = self.objects.iter().find(|(known, _)| *known == tag);
        object
            .map(|(_, object)| object.clone())
            .ok_or(Status::FILE_NOT_FOUND)
    }

    fn pin_of(&mut self, reference: u8) -> Result<&mut Pin, Status> {
        match reference {
            0x80 => Ok(&mut self.pin),
            0x81 => Ok(&mut self.puk),
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

    fn change(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let (old, new) = command
            .data
            .split_at_checked(8)
            .ok_or(Status::WRONG_LENGTH)?;
        let pin = self.pin_of(command.p2)?;
        pin.verify(old)?;
        pin.set_value(new);
        Ok(Vec::new())
    }

    fn unblock(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let (puk, new) = command
            .data
            .split_at_checked(8)
            .ok_or(Status::WRONG_LENGTH)?;
        self.puk.verify(puk)?;
        self.pin.unblock(Some(new));
        Ok(Vec::new())
    }

    fn general_authenticate(&self, command: &Command) -> Result<Vec<u8>, Status> {
        let key = match command.p2 {
            0x9A => self.authentication.as_ref(),
            0x9C => self.signature.as_ref(),
            _ => None,
        };
        let key = key.ok_or(Status::REFERENCE_NOT_FOUND)?;
        if command.p1 != RSA_2048 {
            return Err(Status::WRONG_P1_P2);
        }
        self.pin.require()?;
        let template = find(&command.data, 0x7C)?.ok_or(Status::WRONG_DATA)?;
        let challenge = find(template, 0x81)?.ok_or(Status::WRONG_DATA)?;
        Ok(tlv(0x7C, tlv(0x82, key.raw(challenge)?)))
    }
}

impl Application for Piv {
    fn execute(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        match command.instruction {
            0xA4 => Self::select(command),
            0xCB => self.get_data(command),
            0x20 => self.verify(command),
            0x24 => self.change(command),
            0x2C => self.unblock(command),
            0x87 => self.general_authenticate(command),
            _ => Err(Status::INSTRUCTION_UNSUPPORTED),
        }
    }

    fn reset(&mut self) {
        self.pin.forget();
        self.puk.forget();
    }

    fn pin(&mut self) -> &mut Pin {
        &mut self.pin
    }
}

/// The application's identifier.
const NAME: &[u8] = b"\xa0\x00\x00\x03\x08\x00\x00\x10\x00";
/// Algorithm identifier. Source: NIST SP 800-78-4 table 6-2.
const RSA_2048: u8 = 0x07;
/// FASC-N of agency 9999: the card is known by the unique number after it.
const AGENCY_9999: &[u8] =
    b"\xd4\xe7\x39\xda\x73\x9c\xed\x39\xce\x73\x9d\x83\x68\x58\x21\x08\x42\x10\x84\x21\xc8\x42\x10\xc3\xeb";

fn holder_identifier(serial: [u8; 4]) -> Vec<u8> {
    let unique = [serial; 4].concat();
    let parts = [
        tlv(0x30, AGENCY_9999),
        tlv(0x34, unique),
        tlv(0x35, b"20991231"),
        tlv(0x3E, []),
        tlv(0xFE, []),
    ];
    tlv(0x53, parts.concat())
}

fn certificate_object(certificate: &[u8]) -> Vec<u8> {
    tlv(
        0x53,
        [tlv(0x70, certificate), tlv(0x71, b"\x00"), tlv(0xFE, [])].concat(),
    )
}
