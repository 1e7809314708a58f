//! How do commands reach the application, and long answers the host?

use super::{UpdateTrace, apdu::Command, pin::Pin, status::Status};

/// What one kind of card knows beyond the transport of commands.
pub(super) trait Application: Send {
    /// Carries out a whole command (chaining undone).
    fn execute(&mut self, command: &Command) -> Result<Vec<u8>, Status>;
    /// Power-on or reset: the volatile state is forgotten.
    fn reset(&mut self);
    /// The code porteur.
    fn pin(&mut self) -> &mut Pin;
    /// Only some cards keep one.
    fn set_update_trace(&mut self, _: UpdateTrace) {}
}

/// A card between two resets: command chaining and GET RESPONSE around an application.
pub(crate) struct Session {
    application: Box<dyn Application>,
    waiting: Vec<u8>,
    chain: Vec<u8>,
}

impl Session {
    pub(super) fn new(application: Box<dyn Application>) -> Self {
        Self {
            application,
            waiting: Vec::new(),
            chain: Vec::new(),
        }
    }

    pub(super) fn pin(&mut self) -> &mut Pin {
        self.application.pin()
    }

    pub(super) fn set_update_trace(&mut self, trace: UpdateTrace) {
        self.application.set_update_trace(trace);
    }

    pub(super) fn reset(&mut self) {
        self.waiting.clear();
        self.chain.clear();
        self.application.reset();
    }

    /// Answers one command APDU with a response APDU.
    pub(super) fn answer(&mut self, raw: &[u8]) -> Vec<u8> {
        self.respond(raw).unwrap_or_else(|status| {
            self.chain.clear();
            status.bytes().to_vec()
        })
    }

    fn respond(&mut self, raw: &[u8]) -> Result<Vec<u8>, Status> {
        let mut command = Command::parse(raw)?;
        if command.instruction == GET_RESPONSE {
            return self.get_response(&command);
        }
        self.waiting.clear();
        if command.is_chained() {
            self.chain.append(&mut command.data);
            return Ok(Status::OK.bytes().to_vec());
        }
        self.chain.append(&mut command.data);
        command.data = std::mem::take(&mut self.chain);
        let data = self.application.execute(&command)?;
        // T=0 cannot carry data both ways: the host fetches the answer
        Ok(self.deliver(data, command.expected.unwrap_or(0), command.class))
    }

    fn deliver(&mut self, mut data: Vec<u8>, expected: usize, class: u8) -> Vec<u8> {
        let later = data.split_off(expected.min(data.len()));
        data.extend(if later.is_empty() {
            Status::OK.bytes()
        } else {
            available(later.len(), class)
        });
        self.waiting = later;
        data
    }

    fn get_response(&mut self, command: &Command) -> Result<Vec<u8>, Status> {
        let expected = command.expected.unwrap_or(256);
        match self.waiting.len() {
            0 => Err(Status::CONDITIONS),
            length if expected != 256 && expected > length => Err(exact_length(length)),
            _ => {
                let data = std::mem::take(&mut self.waiting);
                Ok(self.deliver(data, expected, command.class))
            }
        }
    }
}

const GET_RESPONSE: u8 = 0xC0;

/// More bytes wait: `61xx`, and `9Fxx` in the older class A0.
fn available(length: usize, class: u8) -> [u8; 2] {
    [
        if class == 0xA0 { 0x9F } else { 0x61 },
        u8::try_from(length).unwrap_or(0),
    ]
}

/// The host asked for more than there is: `6Cxx`.
fn exact_length(length: usize) -> Status {
    Status(0x6C00 | u16::try_from(length & 0xFF).unwrap_or(0))
}
