//! What does the older volume of a CPS3 answer (class A0)?

use super::{apdu::Command, files::MASTER_FILE, pin::Pin, status::Status, tlv::tlv};

/// A few files protected by the code porteur, as CPS2ter cards had them.
pub(super) struct Cps2ter {
    directory: u16,
    file: Option<&'static [u8]>,
}

/// Directory, identifier, content.
const FILES: &[(u16, u16, &[u8])] = &[
    (BILLING, 0x4000, b"FACTURATION TEST"),
    (MASTER_FILE, 0x4010, b"SITUATION TEST 1"),
    (MASTER_FILE, 0x4011, b"SITUATION TEST 2"),
];
const BILLING: u16 = 0x7F01;

/// Status words of that time.
const NOT_FOUND: Status = Status(0x9404);
const NO_FILE_SELECTED: Status = Status(0x9408);
const PIN_FIRST: Status = Status(0x9804);

impl Cps2ter {
    pub(super) fn new() -> Self {
        Self {
            directory: MASTER_FILE,
            file: None,
        }
    }

    pub(super) fn execute(&mut self, command: &Command, pin: &Pin) -> Result<Vec<u8>, Status> {
        match command.instruction {
            0xA4 => self.select(&command.data),
            0xB0 => self.read(command, pin),
            _ => Err(Status::INSTRUCTION_UNSUPPORTED),
        }
    }

    fn select(&mut self, data: &[u8]) -> Result<Vec<u8>, Status> {
        let fid = u16::from_be_bytes(data.try_into().map_err(|_| Status::WRONG_DATA)?);
        if fid == MASTER_FILE || fid == BILLING {
            (self.directory, self.file) = (fid, None);
            return Ok(description(fid, 2, 0));
        }
        let here = |directory: u16| {
            FILES
                .iter()
                .find(move |(parent, known, _)| *parent == directory && *known == fid)
        };
        let (.., content) = here(self.directory)
            .or_else(|| here(MASTER_FILE))
            .ok_or(NOT_FOUND)?;
        self.file = Some(content);
        Ok(description(fid, 4, content.len()))
    }

    fn read(&self, command: &Command, pin: &Pin) -> Result<Vec<u8>, Status> {
        let content = self.file.ok_or(NO_FILE_SELECTED)?;
        pin.require().map_err(|_| PIN_FIRST)?;
        let rest = content.get(command.p1_p2().into()..).unwrap_or_default();
        Ok(rest
            .iter()
            .take(command.expected.unwrap_or(256))
            .copied()
            .collect())
    }
}

fn description(fid: u16, kind: u8, size: usize) -> Vec<u8> {
    let [.., high, low] = size.to_be_bytes();
    let [fid_high, fid_low] = fid.to_be_bytes();
    tlv(0x85, [high, low, fid_high, fid_low, kind])
}
