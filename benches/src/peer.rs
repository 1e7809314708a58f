//! What is a peer?

/// Somebody who can make a handshake.
pub(crate) trait Peer {
    /// Connects, makes one full handshake with the client's certificate, fetches the page,
    /// closes. Blocks, at most [`PATIENCE`].
    ///
    /// # Errors
    ///
    /// When the page did not come.
    fn once(&mut self) -> anyhow::Result<()>;
}

/// No handshake takes longer unless something hangs.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
