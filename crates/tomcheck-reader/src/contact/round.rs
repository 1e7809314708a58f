//! What comes of opening the card once more?

use std::time::Instant;

use crate::content::{is_in_use, sign_of_life};
use crate::pcsc::{EstablishFailure, Pcsc, PcscContext, ReaderStatus};
use crate::scard::{self, CONNECT, ESTABLISH, STATUS, STATUS_CHANGE};
use crate::within::Calls;
use crate::{AtrBytes, Broken, CardKind};

/// One round.
pub(super) struct Round {
    pub(super) before: Option<ReaderStatus>,
    /// The answer to reset, and whether a sign of life was asked.
    pub(super) result: Result<(Option<AtrBytes>, bool), Broken>,
    /// From opening to leaving; none: it did not come as far.
    pub(super) took_us: Option<u32>,
}

impl Round {
    /// Fails where the service does not answer as it should.
    pub(super) fn make(
        pcsc: &impl Pcsc,
        reader: &str,
        calls: &Calls,
    ) -> Result<Self, EstablishFailure> {
        let context = calls.make(ESTABLISH, || pcsc.establish())?;
        let round = Self::with(context.as_ref(), reader, calls);
        match round.result {
            Err(Broken::Failed { failure }) if scard::is_service_gone(&failure) => {
                Err(failure.into())
            }
            _ => Ok(round),
        }
    }

    fn with(context: &dyn PcscContext, reader: &str, calls: &Calls) -> Self {
        let before = match calls.make(STATUS_CHANGE, || context.reader_status(reader)) {
            Ok(before) => before,
            Err(failure) => {
                return Self {
                    before: None,
                    result: Err(failure.into()),
                    took_us: None,
                };
            }
        };
        let is_free = !is_in_use(before.state);
        let begun = Instant::now();
        let result = open(context, reader, is_free, calls);
        Self {
            before: Some(before),
            result,
            took_us: u32::try_from(begun.elapsed().as_micros()).ok(),
        }
    }
}

fn open(
    context: &dyn PcscContext,
    reader: &str,
    is_free: bool,
    calls: &Calls,
) -> Result<(Option<AtrBytes>, bool), Broken> {
    let card = calls.make(CONNECT, || context.connect(reader))?;
    let atr = calls.make(STATUS, || card.status())?.atr;
    let kind = atr.as_ref().map(CardKind::of);
    let is_asked = is_free && kind.is_some_and(|kind| kind.cpx().is_some());
    if is_asked {
        sign_of_life(card.as_ref(), calls)?;
    }
    Ok((atr, is_asked))
}
