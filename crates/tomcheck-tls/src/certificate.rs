//! Who is a certificate for, who issued it, until when?

use serde::{Deserialize, Serialize};
use tomcheck_diagnosis::Instant;

/// A name as X.500 has it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct DistinguishedName {
    /// Readable: `CN=AC IGC-SANTE ELEMENTAIRE PERSONNES, OU=…, O=…, C=FR`; what cannot be
    /// decoded is `#` and its DER in hexadecimal (RFC 4514 §2.4).
    pub text: String,
    /// The DER of the `Name`, in hexadecimal: what is compared.
    pub der: String,
}

/// One certificate of a server's chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerCertificate {
    /// Whom it is for; none: not decodable.
    pub subject: Option<DistinguishedName>,
    /// Who issued it; none: not decodable.
    pub issuer: Option<DistinguishedName>,
    /// First moment of its validity.
    pub not_before: Option<Instant>,
    /// Last moment of its validity.
    pub not_after: Option<Instant>,
    /// Names of its subjectAltName extension, as `DNS:name` and `IP:address`.
    pub names: Vec<String>,
    /// SHA-256 of the DER, in hexadecimal.
    pub sha256: String,
    /// The certificate itself, DER in hexadecimal.
    pub der: String,
}
