//! How does a program of its own use the card for TLS?

use tomcheck_diagnosis::{Deadline, Instant, Report};
use tomcheck_tls::Credential;

use crate::diagnosis::Assembly;
use crate::network_side::NetworkSide;
use crate::progress::Progress;
use crate::{Error, Options, Scope, card_side};

/// What [`open_card`] came to.
#[derive(Debug)]
pub enum OpenCard {
    /// The certificate, and its key ready to sign.
    Ready(Credential),
    /// Something is in the way: what, and what to do about it.
    Blocked(Box<Report>),
}

/// Opens the card's authentication key for a TLS client of one's own: any user of rustls gives
/// the credential to [`crate::client_config`].
///
/// Looks from the reader to the certificate as [`crate::diagnose`] does, whatever
/// `options.scope` says, and presents the code porteur that `options.pin` gives, **which spends a
/// try when it is wrong**; without one the key is not opened. Blocks until `options.deadline`; the
/// calls of each signature have that long too. The module stays open, and the card in use, as long
/// as the credential or a clone of it lives.
///
/// `options.in_process` chooses who calls the module: a process of its own, where nothing the
/// module does can harm this program, or this program, where several threads sign at once.
///
/// # Errors
///
/// When tomcheck cannot do its own job; what is wrong with the card is in the report.
pub fn open_card(options: Options, progress: &dyn Progress) -> Result<OpenCard, Error> {
    let options = Options {
        layers: Scope::Certs.layers(),
        scope: Scope::Certs,
        ..options
    };
    let (started_at, begun) = (Instant::now(), std::time::Instant::now());
    let deadline = Deadline::after(options.deadline);
    let mut card = card_side::look(&options, progress, deadline)?;
    let credential = card.credential.take();
    match credential.filter(|_| card.silent.is_none() && card.journal.first_fault().is_none()) {
        Some(credential) => Ok(OpenCard::Ready(credential)),
        None => {
            let assembly = Assembly {
                options: &options,
                started_at,
                begun,
                card,
                network: NetworkSide::default(),
            };
            Ok(OpenCard::Blocked(Box::new(assembly.report())))
        }
    }
}
