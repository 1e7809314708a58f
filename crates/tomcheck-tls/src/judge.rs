//! What does a handshake mean for the person?

use tomcheck_diagnosis::{Finding, Observation};

use crate::seen::HandshakeSeen;

impl Observation for HandshakeSeen {
    fn findings(&self) -> Vec<Finding> {
        vec![]
    }
}
