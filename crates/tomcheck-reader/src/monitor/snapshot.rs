//! What did one look show?

use crate::{ReadersSeen, ServiceSeen};

/// All readers at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Snapshot {
    pub(super) asked: bool,
    pub(super) view: View,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum View {
    /// The service does not answer as it should.
    NoService(Box<ServiceSeen>),
    /// The readers as the service lists them.
    Readers(Box<ReadersSeen>),
}
