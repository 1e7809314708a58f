//! Is this the code, and how many tries are left?

use super::status::Status;

/// A code with its counter of tries.
pub(crate) struct Pin {
    value: Vec<u8>,
    max_tries: u8,
    tries_left: u8,
    verified: bool,
}

impl Pin {
    pub(super) fn new(value: &str, max_tries: u8, tries_left: Option<u8>) -> Self {
        Self {
            value: value.as_bytes().to_vec(),
            max_tries,
            tries_left: tries_left.unwrap_or(max_tries),
            verified: false,
        }
    }

    /// Presents a value; a wrong one spends a try.
    pub(super) fn verify(&mut self, presented: &[u8]) -> Result<(), Status> {
        self.verified = false;
        if self.tries_left == 0 {
            return Err(Status::PIN_BLOCKED);
        }
        if unpadded(presented) != self.value {
            self.tries_left -= 1;
            return Err(Status::tries(self.tries_left));
        }
        self.tries_left = self.max_tries;
        self.verified = true;
        Ok(())
    }

    /// Answer to a VERIFY without data: it spends nothing.
    pub(super) fn query(&self) -> Status {
        match (self.verified, self.tries_left) {
            (true, _) => Status::OK,
            (false, 0) => Status::PIN_BLOCKED,
            (false, left) => Status::tries(left),
        }
    }

    pub(super) fn require(&self) -> Result<(), Status> {
        if self.verified {
            Ok(())
        } else {
            Err(Status::SECURITY)
        }
    }

    pub(super) fn forget(&mut self) {
        self.verified = false;
    }

    pub(super) fn unblock(&mut self, value: Option<&[u8]>) {
        if let Some(value) = value {
            self.set_value(value);
        }
        self.tries_left = self.max_tries;
    }

    pub(super) fn set_value(&mut self, value: &[u8]) {
        self.value = unpadded(value).to_vec();
    }

    pub(super) fn set_tries(&mut self, tries: u8) {
        self.tries_left = tries;
        self.verified &= tries > 0;
    }

    pub(super) fn value_length(&self) -> usize {
        self.value.len()
    }

    pub(super) fn max_tries(&self) -> u8 {
        self.max_tries
    }

    pub(super) fn tries_left(&self) -> u8 {
        self.tries_left
    }

    pub(super) fn is_verified(&self) -> bool {
        self.verified
    }
}

/// Hosts fill the code up to the stored length with 00 or FF.
fn unpadded(mut value: &[u8]) -> &[u8] {
    while let [rest @ .., 0x00 | 0xFF] = value {
        value = rest;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_code_spends_a_try_and_a_right_one_restores_all() {
        let mut pin = Pin::new("1234", 3, None);
        assert_eq!(pin.verify(b"9999"), Err(Status(0x63C2)));
        assert_eq!(pin.query(), Status(0x63C2));
        assert_eq!(pin.verify(b"1234\xff\xff\xff\xff"), Ok(()));
        assert_eq!((pin.tries_left(), pin.query()), (3, Status::OK));
    }

    #[test]
    fn a_blocked_code_refuses_even_the_right_value() {
        let mut pin = Pin::new("1234", 3, Some(1));
        assert_eq!(pin.verify(b"0000"), Err(Status(0x63C0)));
        assert_eq!(pin.verify(b"1234"), Err(Status::PIN_BLOCKED));
    }
}
