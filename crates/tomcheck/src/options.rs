//! What is to be looked at, and with what?

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tomcheck_cert::browser::BrowserPlaces;
use tomcheck_cert::{FinalTry, Pin, WorkerCommand};
use tomcheck_diagnosis::{Cancellation, Lang, Layer};
use tomcheck_proxy::{Control, Credentials, Environment, ProxyPlaces, Setting};
use tomcheck_tls::Canary;

use crate::Target;

/// What a diagnosis looks at.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Scope {
    /// Everything between the card and this site.
    Check(Target),
    /// The card in the reader.
    Card,
    /// The certificates on the card.
    Certs,
    /// The handshake with this site.
    Tls {
        /// The site.
        target: Target,
        /// Whether the card is looked at too: its certificate against what the site asks for,
        /// and its signature when there is a code porteur.
        with_card: bool,
    },
    /// The proxy on the way to this site.
    Proxy(Target),
}

impl Scope {
    /// The command that asks for it.
    pub const fn command(&self) -> &'static str {
        match self {
            Self::Check(_) => "check",
            Self::Card => "card",
            Self::Certs => "certs",
            Self::Tls { .. } => "tls",
            Self::Proxy(_) => "proxy",
        }
    }

    /// The site to be reached, if one is.
    pub const fn target(&self) -> Option<&Target> {
        match self {
            Self::Check(target) | Self::Tls { target, .. } | Self::Proxy(target) => Some(target),
            Self::Card | Self::Certs => None,
        }
    }

    /// The parts of the path it looks at when told to look at `only` some, and what those
    /// need, without those to `skip`.
    pub fn layers_among(
        &self,
        only: Option<&BTreeSet<Layer>>,
        skip: &BTreeSet<Layer>,
    ) -> BTreeSet<Layer> {
        let all = self.layers();
        let wanted = only.unwrap_or(&all);
        let needed = wanted.iter().flat_map(|layer| needs(*layer));
        let wanted: BTreeSet<Layer> = wanted.iter().chain(needed).copied().collect();
        all.into_iter()
            .filter(|layer| wanted.contains(layer) && !skip.contains(layer))
            .collect()
    }

    /// The parts of the path it looks at.
    pub fn layers(&self) -> BTreeSet<Layer> {
        use Layer::{Browser, Card, Cert, Clock, Module, Network, Proxy, Reader, Tls, Token};
        let layers: &[Layer] = match self {
            Self::Check(_) => &[
                Reader, Card, Module, Token, Cert, Clock, Browser, Network, Proxy, Tls,
            ],
            Self::Tls {
                with_card: true, ..
            } => &[
                Reader, Card, Module, Token, Cert, Clock, Network, Proxy, Tls,
            ],
            Self::Card | Self::Certs => &[Reader, Card, Module, Token, Cert],
            Self::Tls {
                with_card: false, ..
            } => &[Clock, Network, Proxy, Tls],
            Self::Proxy(_) => &[Network, Proxy],
        };
        layers.iter().copied().collect()
    }
}

/// What must be looked at before this part can be.
const fn needs(layer: Layer) -> &'static [Layer] {
    use Layer::{Card, Module, Reader, Token};
    match layer {
        Layer::Card => &[Reader],
        Layer::Token => &[Reader, Card, Module],
        Layer::Cert => &[Reader, Card, Module, Token],
        _ => &[],
    }
}

/// Hands the code porteur over, when the card is known to be ready for it.
pub trait PinEntry: Send + Sync {
    /// The code; none when the holder declined. Called at most once a diagnosis, and not at all
    /// where the reader has keys of its own. May block for as long as a person takes to type: no
    /// deadline runs meanwhile.
    fn enter(&self) -> Option<Pin>;

    /// The reader has keys of its own, and the code is to be typed there within `limit`, as soon
    /// as this returns: the place to tell the holder so. Whether the holder was told and wants
    /// to; unless somebody says so, no.
    fn enter_on_reader(&self, _limit: Duration) -> bool {
        false
    }
}

/// A code porteur known beforehand, handed over once.
pub struct GivenPin(Mutex<Option<Pin>>);

impl GivenPin {
    /// Keeps the code until it is asked for.
    pub fn new(pin: Pin) -> Self {
        Self(Mutex::new(Some(pin)))
    }
}

impl PinEntry for GivenPin {
    fn enter(&self) -> Option<Pin> {
        self.0.lock().ok()?.take()
    }
}

/// Everything a diagnosis may be told.
pub struct Options {
    /// What to look at.
    pub scope: Scope,
    /// The parts to look at, of those the scope names.
    pub layers: BTreeSet<Layer>,
    /// The language of the report.
    pub lang: Lang,
    /// How often the card is opened to try its contact ([`Scope::Card`] only); none: not tried.
    pub stress: Option<u32>,
    /// Whether what the module keeps of this card on disk is deleted, and the card read again,
    /// before anything else is asked of it ([`Scope::Certs`] only).
    pub refresh: bool,
    /// Whether the report holds the certificates themselves ([`Scope::Certs`] only, and where
    /// personal values stay in clear).
    pub hands_over: bool,
    /// The PKCS#11 module, instead of the one in the standard places.
    pub module: Option<PathBuf>,
    /// The reader, by its name or a part of it.
    pub reader: Option<String>,
    /// Further trusted authorities, PEM or DER.
    pub ca_file: Option<PathBuf>,
    /// The proxy, instead of what the system says.
    pub proxy: Option<Setting>,
    /// Whom to log in to the proxy as, where it asks; instead of what the setting holds.
    pub proxy_login: Option<Credentials>,
    /// The site that a proxy is asked for beside the one it refuses, to tell what its rule is
    /// aimed at; none: nobody is asked.
    pub control: Option<Control>,
    /// How long a tunnel is held without a word, to see whether the proxy cuts it
    /// ([`Scope::Proxy`] only); none: it is not tried.
    pub hold: Option<Duration>,
    /// What the environment says of proxies.
    pub environment: Environment,
    /// Where else proxy settings are looked for.
    pub proxy_places: ProxyPlaces,
    /// The page of known content, without TLS, that tells a portal where the site fails; none:
    /// nobody is asked.
    pub canary: Option<Canary>,
    /// Where the code porteur comes from; none: the card signs nothing.
    pub pin: Option<Box<dyn PinEntry>>,
    /// Whether the last try of the code porteur may be spent.
    pub final_try: FinalTry,
    /// Whether the server and the path are tried with further first messages, 12 at most, also
    /// where nothing failed.
    pub thorough: bool,
    /// How long everything together may take.
    pub deadline: Duration,
    /// What ends it earlier: within a second, or as long as the call to the card that is under
    /// way takes, three at most. None: nothing does.
    pub cancellation: Option<Arc<Cancellation>>,
    /// Whether personal values stay in clear.
    pub show_identity: bool,
    /// How to start the process that loads the module.
    pub worker: WorkerCommand,
    /// Whether this process loads the module itself: [`tomcheck_cert::Worker::in_process`] says
    /// what that takes away and gives.
    pub in_process: bool,
}

/// Of who called `sudo`, as their browsers are, where that is so: root has settings of its own.
fn proxy_places() -> ProxyPlaces {
    if std::env::var_os("SUDO_USER").is_none() {
        return ProxyPlaces::of_this_machine();
    }
    let homes = BrowserPlaces::of_this_machine().homes;
    let own = homes.iter().find(|home| home.is_own);
    let config = own.and_then(|home| home.config.as_deref());
    ProxyPlaces::of_user(own.map(|home| home.path.as_path()), config)
}

/// Long enough for a slow card (forty commands at half a second), short enough to wait for.
const DEFAULT_DEADLINE: Duration = Duration::from_secs(60);

impl Options {
    /// Everything at its default: this process's environment, no code porteur, one minute.
    pub fn new(scope: Scope, worker: WorkerCommand) -> Self {
        Self {
            layers: scope.layers(),
            scope,
            lang: Lang::Fr,
            stress: None,
            refresh: false,
            hands_over: false,
            module: None,
            reader: None,
            ca_file: None,
            proxy: None,
            proxy_login: None,
            control: Control::of_environment(),
            hold: None,
            environment: Environment::of_process(),
            proxy_places: proxy_places(),
            canary: Canary::of_environment(),
            pin: None,
            final_try: FinalTry::Refuse,
            thorough: false,
            deadline: DEFAULT_DEADLINE,
            cancellation: None,
            show_identity: false,
            worker,
            in_process: false,
        }
    }

    /// The same to be looked at once more; without a code porteur, which is handed over once.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            scope: self.scope.clone(),
            layers: self.layers.clone(),
            module: self.module.clone(),
            cancellation: self.cancellation.clone(),
            reader: self.reader.clone(),
            ca_file: self.ca_file.clone(),
            proxy: self.proxy.clone(),
            proxy_login: self.proxy_login.clone(),
            control: self.control.clone(),
            environment: self.environment.clone(),
            proxy_places: self.proxy_places.clone(),
            canary: self.canary.clone(),
            pin: None,
            worker: self.worker.clone(),
            ..*self
        }
    }

    pub(crate) fn looks_at(&self, layer: Layer) -> bool {
        self.layers.contains(&layer)
    }

    /// Whether anything of the network is to be looked at.
    pub(crate) fn looks_at_network(&self) -> bool {
        [Layer::Network, Layer::Proxy, Layer::Tls]
            .iter()
            .any(|layer| self.looks_at(*layer))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

#[test]
fn what_a_part_needs_is_looked_at_with_it_unless_it_is_skipped() {
    use Layer::{Card, Cert, Module, Reader, Token};
    let set = |layers: &[Layer]| layers.iter().copied().collect::<BTreeSet<_>>();
    let none = BTreeSet::new();
    assert_eq!(
        Scope::Card.layers_among(Some(&set(&[Card])), &none),
        set(&[Reader, Card])
    );
    let with_token = Scope::Card.layers_among(Some(&set(&[Token])), &set(&[Reader]));
    assert_eq!(with_token, set(&[Card, Module, Token]));
    assert!(Scope::Certs.layers_among(None, &none).contains(&Cert));
}
