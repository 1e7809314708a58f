//! Which part of the path from the card to the site is it about?

use serde::{Deserialize, Serialize};

/// A part of the path, in the order of dependence: a fault in an earlier one explains a
/// fault in a later one.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// The PC/SC service and its readers.
    Reader,
    /// The card in the reader.
    Card,
    /// The PKCS#11 module.
    Module,
    /// The token the module shows, and the code porteur.
    Token,
    /// The certificates on the token.
    Cert,
    /// The clock that validity is measured with.
    Clock,
    /// The browsers.
    Browser,
    /// Name resolution and TCP.
    Network,
    /// The proxy.
    Proxy,
    /// The TLS handshake.
    Tls,
    /// What a log says.
    Trace,
}

impl Layer {
    /// Every layer, in the order of dependence.
    pub const ALL: [Self; 11] = [
        Self::Reader,
        Self::Card,
        Self::Module,
        Self::Token,
        Self::Cert,
        Self::Clock,
        Self::Browser,
        Self::Network,
        Self::Proxy,
        Self::Tls,
        Self::Trace,
    ];

    /// The layer's name in codes, probe ids and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Card => "card",
            Self::Module => "module",
            Self::Token => "token",
            Self::Cert => "cert",
            Self::Clock => "clock",
            Self::Browser => "browser",
            Self::Network => "network",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Trace => "trace",
        }
    }

    /// Whether a diagnosis looks at it by probes of its own. The clock is judged by what others told
    /// the time, a log is read where somebody names one.
    pub const fn has_probes(self) -> bool {
        !matches!(self, Self::Clock | Self::Trace)
    }

    /// The layer that a finding code (`reader.none`) or probe id (`reader.service`) names.
    pub fn of(code: &str) -> Option<Self> {
        let (name, _) = code.split_once('.')?;
        Self::named(name)
    }

    /// The layer called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.name() == name)
    }
}

#[test]
fn layers_follow_the_order_of_dependence() {
    assert!(Layer::ALL.is_sorted());
    assert!(Layer::Reader < Layer::Card && Layer::Proxy < Layer::Tls);
    assert_eq!(Layer::of("proxy.unreachable"), Some(Layer::Proxy));
    assert_eq!(Layer::of("unknown.thing"), None);
}
