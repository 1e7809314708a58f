//! Which proxy applies to a site, and what does it answer?
//!
//! | question                                              | probe              | observation       |
//! |-------------------------------------------------------|--------------------|-------------------|
//! | which settings are there, and what do they say?       | [`SourcesProbe`]   | [`SourcesSeen`]   |
//! | is the site an exception, by name and by address?     | [`ExceptionsProbe`]| [`ExceptionsSeen`]|
//! | which way does a script (PAC) lead the site?           | [`PacProbe`]       | [`PacSeen`]       |
//! | does the proxy open a tunnel to the site?             | [`TunnelProbe`]    | [`TunnelSeen`]    |
//!
//! [`PlainRequest`] asks one `http://` address by the way found, for whoever needs what lies there.
//!
//! # What this crate does not do
//!
//! It changes no setting, and starts no program but the desktop's own that tells its settings
//! (`gsettings`, `scutil`). A setting it cannot follow is said to be out of reach, never taken for
//! "no proxy". A script reaches no file and nothing of the network but the names it asks about; DHCP
//! is not asked where one is. A proxy password is shown to a proxy that asks for it, not again to one
//! that rejected it, and is in no `Debug`, no JSON and no error message.
//!
//! # Example
//!
//! ```
//! use tomcheck_diagnosis::Probe;
//! use tomcheck_proxy::{Environment, ProxyPlaces, Route, Setting, SiteUrl, SourcesProbe};
//!
//! let setting = Setting::parse("http://proxy.clinique.example:3128").unwrap();
//! assert!(matches!(setting, Setting::Proxy { .. }));
//! assert!(Setting::parse("http://:3128").unwrap_err().to_string().contains("no host"));
//!
//! let seen = SourcesProbe {
//!     explicit: None,
//!     environment: Environment::of([
//!         ("https_proxy", "http://proxy.clinique.example:3128"),
//!         ("no_proxy", ".tom.example"),
//!     ]),
//!     places: ProxyPlaces::default(),
//!     url: SiteUrl::parse("https://www.tom.example/").unwrap(),
//! }
//! .observe();
//! assert_eq!(seen.effective, Route::Direct);
//! ```

mod credentials;
mod detail;
mod dialects;
mod exceptions;
mod findings;
mod judge;
mod login;
mod pac;
mod pattern;
mod plain;
mod route;
mod setting;
mod site;
mod sources;
mod sys;
mod tunnel;

// The public interface is:
pub use crate::credentials::Credentials;
pub use crate::detail::{ConnectDetail, ExceptionsDetail, PacDetail, ProxyDetail};
pub use crate::dialects::ascii_host;
pub use crate::exceptions::{AddressException, ExceptionsProbe, ExceptionsSeen, NameException};
pub use crate::findings::FINDINGS;
pub use crate::login::{Memory, Withheld};
pub use crate::pac::{
    AddressAnswer, NotFetched, PacAnswer, PacEngine, PacFound, PacLimits, PacLine, PacProbe,
    PacResolver, PacSeen, ScriptFault, ScriptFaultKind, SystemResolver,
};
pub use crate::pattern::{Dialect, ExceptionList};
pub use crate::plain::{PlainBody, PlainFailure, PlainPhase, PlainRequest};
pub use crate::route::{ProxyAddress, ProxyKind, Route};
pub use crate::setting::{Setting, SettingError, SettingFault};
pub use crate::site::{Scheme, SiteError, SiteUrl};
pub use crate::sources::{
    Environment, Program, ProgramAnswer, ProxyPlaces, SourceKind, SourceSeen, SourcesProbe,
    SourcesSeen, WinInet,
};
pub use crate::tunnel::{
    Attempt, AttemptEnd, Compared, ComparedBy, Control, Exchange, Header, Held, HeldEnd, IdleProbe,
    IdleSeen, Insecure, LeftAside, Outcome, ProxyTls, Reply, SocksReply, SocksStep, Speaks, Tunnel,
    TunnelProbe, TunnelSeen,
};
