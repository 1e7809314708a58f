//! How does a program of its own use the card for TLS?

use std::collections::BTreeSet;

use tomcheck_diagnosis::{Deadline, Instant, Layer, Report};
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
/// Looks from the reader to the certificate as [`crate::diagnose`] does, whatever `options.scope`
/// says, but not at what a browser could build above the certificate, nor at what `options.layers`
/// leaves out of the scope: reader and card, say, where no reader of PC/SC holds the key (a software
/// token, a hardware security module). Presents the code porteur that `options.pin` gives, **which
/// spends a try when it is wrong**; without one the key is not opened. Blocks until
/// `options.deadline`; the calls of each signature have that long too. The module stays open, and
/// the card in use, as long as the credential or a clone of it lives.
///
/// `options.in_process` chooses who calls the module: a process of its own, where nothing the
/// module does can harm this program, or this program, where several threads sign at once.
///
/// # Errors
///
/// When tomcheck cannot do its own job; what is wrong with the card is in the report.
pub fn open_card(options: Options, progress: &dyn Progress) -> Result<OpenCard, Error> {
    let options = Options {
        layers: layers(&options),
        scope: Scope::Certs,
        ..options
    };
    let (started_at, begun) = (Instant::now(), std::time::Instant::now());
    let deadline = Deadline::after(options.deadline);
    let mut card = card_side::look_for_client(&options, progress, deadline)?;
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

/// All up to the certificate, but what the caller's scope has and the caller leaves out.
fn layers(options: &Options) -> BTreeSet<Layer> {
    let of_scope = options.scope.layers();
    let is_left_out = |layer: &Layer| of_scope.contains(layer) && !options.looks_at(*layer);
    let mut layers = Scope::Certs.layers();
    layers.retain(|layer| !is_left_out(layer));
    layers
}

#[test]
fn what_is_left_out_of_the_scope_is_left_out_and_what_the_scope_lacks_is_not() {
    let worker = tomcheck_cert::WorkerCommand::of_program("tomcheck");
    let mut options = Options::new(Scope::Certs, worker);
    options.layers.remove(&Layer::Reader);
    let layers_of = |options: &Options| layers(options).into_iter().collect::<Vec<_>>();
    let from_card = [Layer::Card, Layer::Module, Layer::Token, Layer::Cert];
    assert_eq!(layers_of(&options), from_card);
    let target = crate::Target::parse("https://site.test.invalid").unwrap();
    options.scope = Scope::Proxy(target);
    assert_eq!(layers_of(&options)[1..], from_card);
}
