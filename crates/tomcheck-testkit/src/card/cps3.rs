//! What does a CPS3 answer, as far as the Cryptolib asks?

use super::{apdu::Command, options::CardOptions, pin::Pin, session::Application, status::Status};
use crate::KitError;

pub(super) struct Cps3 {
    pin: Pin,
}

impl Cps3 {
    pub(super) fn new(options: &CardOptions) -> Result<Self, KitError> {
        options.serial_bytes()?;
        Ok(Self {
            pin: Pin::new(&options.pin, options.max_tries, options.tries_left),
        })
    }
}

impl Application for Cps3 {
    fn execute(&mut self, _: &Command) -> Result<Vec<u8>, Status> {
        Err(Status::INSTRUCTION_UNSUPPORTED)
    }

    fn reset(&mut self) {
        self.pin.forget();
    }

    fn pin(&mut self) -> &mut Pin {
        &mut self.pin
    }
}
