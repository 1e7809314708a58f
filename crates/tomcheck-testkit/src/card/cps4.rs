//! What does a CPS4 tell without its code, as far as the Cryptolib asks?

use super::{
    apdu::Command,
    files::Files,
    layout::{self, References},
    options::CardOptions,
    pin::Pin,
    session::Application,
    status::Status,
};
use crate::KitError;

/// The file system of a CPS4, on logical channel 1, and its older volume, on channel 0. It signs
/// nothing.
pub(super) struct Cps4 {
    pin: Pin,
    puk: Pin,
    files: Files,
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

impl Cps4 {
    pub(super) fn new(options: &CardOptions) -> Result<Self, KitError> {
        Ok(Self {
            pin: Pin::new(&options.pin, options.max_tries, options.tries_left),
            puk: Pin::new(&options.puk, 5, None),
            files: layout::files(options, &REFERENCES)?,
        })
    }

    fn select(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let by_name = command.p1 == 0x04;
        match (command.class, command.data.as_slice()) {
            (0x00, OLDER) | (0x01, NAME) if by_name => Ok(Vec::new()),
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

impl Application for Cps4 {
    fn execute(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        match (command.class, command.instruction) {
            (0x02.., _) => Err(Status::CLASS_UNSUPPORTED),
            (_, 0xA4) => self.select(command),
            (0x01, 0xB0) => self.files.read(command, &self.pin),
            (0x01, 0x20) => self.verify(command),
            _ => Err(Status::INSTRUCTION_UNSUPPORTED),
        }
    }

    fn reset(&mut self) {
        self.pin.forget();
        self.puk.forget();
        self.files.reset();
    }

    fn pin(&mut self) -> &mut Pin {
        &mut self.pin
    }
}
