//! Why is there no page?

use std::net::SocketAddr;

use tomcheck_diagnosis::Lang;

/// The page cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// The address is not to be had.
    #[error("cannot listen on {address}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system has no random numbers for the address.
    #[error("the system has no random numbers")]
    Random(#[source] std::io::Error),
    /// No room for the thread that watches the readers.
    #[error("cannot watch the readers")]
    Monitor(#[source] std::io::Error),
}

impl PageError {
    /// The error in the reader's language, one line, down to its root.
    pub fn say(&self, lang: Lang) -> String {
        let (colon, what) = match lang {
            Lang::Fr => (" : ", self.french()),
            Lang::En => (": ", self.to_string()),
        };
        let cause = std::error::Error::source(self).map(|cause| format!("{colon}{cause}"));
        what + &cause.unwrap_or_default()
    }

    fn french(&self) -> String {
        match self {
            Self::Listen { address, .. } => format!("impossible d'écouter sur {address}"),
            Self::Random(_) => "le système ne donne pas de nombres aléatoires".to_owned(),
            Self::Monitor(_) => "impossible de surveiller les lecteurs".to_owned(),
        }
    }
}
