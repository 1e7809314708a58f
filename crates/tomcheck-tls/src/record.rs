//! Which TLS records passed, and which way?

use serde::{Deserialize, Serialize};

/// One record, without its content.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct RecordSeen {
    /// Which way it went.
    pub direction: Direction,
    /// 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data; in TLS 1.3
    /// everything encrypted is 23 (RFC 8446 §5.1).
    pub content_type: u8,
    /// Bytes after the header.
    pub length: u16,
    /// Microseconds from the start of the probe.
    pub at_us: u64,
}

/// Which way a record went.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To the server.
    Sent,
    /// From the server.
    Received,
}
