//! Which status word ends a command?

/// A status word, SW1 and SW2. Source: ISO/IEC 7816-4 §5.6.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Status(pub(super) u16);

impl Status {
    pub(super) const OK: Self = Self(0x9000);
    pub(super) const WRONG_LENGTH: Self = Self(0x6700);
    pub(super) const SECURITY: Self = Self(0x6982);
    pub(super) const PIN_BLOCKED: Self = Self(0x6983);
    pub(super) const CONDITIONS: Self = Self(0x6985);
    pub(super) const NO_CURRENT_FILE: Self = Self(0x6986);
    pub(super) const WRONG_DATA: Self = Self(0x6A80);
    pub(super) const FUNCTION_UNSUPPORTED: Self = Self(0x6A81);
    pub(super) const FILE_NOT_FOUND: Self = Self(0x6A82);
    pub(super) const WRONG_P1_P2: Self = Self(0x6A86);
    pub(super) const REFERENCE_NOT_FOUND: Self = Self(0x6A88);
    pub(super) const WRONG_OFFSET: Self = Self(0x6B00);
    pub(super) const INSTRUCTION_UNSUPPORTED: Self = Self(0x6D00);
    pub(super) const CLASS_UNSUPPORTED: Self = Self(0x6E00);

    /// The counter of a PIN: `63Cx`.
    pub(super) fn tries(left: u8) -> Self {
        Self(0x63C0 | u16::from(left.min(15)))
    }

    pub(super) fn bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }
}
