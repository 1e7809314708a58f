//! How does C end a diagnosis that is under way?

use std::sync::Arc;

use tomcheck::Cancellation;

use crate::guard::{answered, guarded, quietly, tomcheck_status};
use crate::handle::{self, Held};

/// Ends what it was given to. Opaque.
pub struct tomcheck_cancellation(());

pub(crate) struct Cancel(pub(crate) Arc<Cancellation>);

impl Held for Cancel {
    type Opaque = tomcheck_cancellation;
    const NAME: &'static str = "cancellation";
}

/// A handle that can end diagnoses: see `tomcheck_options_set_cancellation`. Free it with
/// `tomcheck_cancellation_free`; NULL where there is no room for it. Does not block.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_cancellation_new() -> *mut tomcheck_cancellation {
    answered(std::ptr::null_mut(), || {
        handle::give(Cancel(Arc::new(Cancellation::new())))
    })
}

/// Ends every diagnosis that was given this handle, and those that begin later: each returns
/// `TOMCHECK_CANCELLED` within a second mostly, or when the command to the card that is under way
/// has ended. Any thread may call it, calls back too. Does not block.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_cancel(cancellation: *mut tomcheck_cancellation) -> tomcheck_status {
    guarded(|| {
        handle::find::<Cancel>(cancellation)?.0.cancel();
        Ok(())
    })
}

/// Whether it was cancelled: 1 or 0; 0 for a handle that is none. Does not block.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_is_cancelled(cancellation: *const tomcheck_cancellation) -> i32 {
    answered(0, || {
        Ok(handle::find::<Cancel>(cancellation)?
            .0
            .is_cancelled()
            .into())
    })
}

/// Frees the handle. What it was given to goes on as if it had never been cancellable. NULL and
/// a handle that was freed do nothing.
#[unsafe(no_mangle)]
pub extern "C" fn tomcheck_cancellation_free(cancellation: *mut tomcheck_cancellation) {
    quietly(|| drop(handle::free::<Cancel>(cancellation)));
}
