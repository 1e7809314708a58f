//! Where does the code porteur live while tomcheck holds it?

use zeroize::Zeroizing;

/// A code porteur. It cannot be printed, copied, compared or serialised, and its memory is
/// wiped when it is dropped.
pub struct Pin(Zeroizing<Vec<u8>>);

impl Pin {
    /// Takes the code as typed, UTF-8, without the line's end. Nothing is judged here:
    /// what a token accepts, it says itself.
    pub fn new(code: Vec<u8>) -> Self {
        Self(Zeroizing::new(code))
    }

    pub(crate) fn reveal(&self) -> &[u8] {
        &self.0
    }
}
