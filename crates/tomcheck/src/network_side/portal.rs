//! Does the site stay away because a portal waits for somebody to log in?

use std::time::Instant as Clock;

use tomcheck_diagnosis::Layer;
use tomcheck_proxy::Route;
use tomcheck_tls::PortalProbe;

use super::{Network, NetworkSide};

/// How a site looks from behind a portal: as if it spoke no TLS, or with a certificate of another,
/// or closed, or cut.
const LIKE_A_PORTAL: [&str; 7] = [
    "network.refused",
    "network.timeout",
    "network.unreachable",
    "tls.not-tls",
    "tls.server-untrusted",
    "tls.server-name-mismatch",
    "tls.reset-by-middlebox",
];

impl Network<'_> {
    /// Asks for the canary where the site failed as it does behind a portal, and no proxy was on
    /// the way: nobody is asked where all goes well.
    pub(super) async fn ask_for_a_portal(&self, side: &mut NetworkSide) {
        let Some(canary) = self.options.canary.clone() else {
            return;
        };
        if !self.wants(Layer::Network) || !side.fails_like_a_portal() || self.deadline.has_passed()
        {
            return;
        }
        self.progress.begins(PortalProbe::ID);
        let begun = Clock::now();
        let seen = PortalProbe::new(canary, self.deadline).observe().await;
        side.journal
            .record(self.progress, PortalProbe::ID, begun.elapsed(), &seen);
    }
}

impl NetworkSide {
    fn fails_like_a_portal(&self) -> bool {
        let route = self.sources.as_ref().map(|sources| &sources.effective);
        let mut findings = self.journal.findings();
        route == Some(&Route::Direct)
            && findings.any(|finding| LIKE_A_PORTAL.contains(&finding.kind.code))
    }
}
