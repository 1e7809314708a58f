//! Does a browser of this machine reach the card?
//!
//! | question                                    | probe             | what comes back  |
//! |---------------------------------------------|-------------------|------------------|
//! | Does Firefox load the card's module?        | [`FirefoxProbe`]  | [`FirefoxSeen`]  |
//! | Do Chromium, Chrome, Edge (Linux) load it?  | [`ChromiumProbe`] | [`ChromiumSeen`] |
//! | Do Windows' stores hold its certificates?   | [`StoresProbe`]   | [`StoresSeen`]   |
//!
//! Everything is read from the browsers' files and the system's own lists; no browser is started,
//! no database opened, nothing changed.

mod chromium;
mod chromium_findings;
mod extensions;
mod firefox;
mod firefox_findings;
mod ini;
mod library;
mod looked;
mod manifests;
mod module_specs;
mod nss;
mod p11_kit;
mod places;
mod policies;
mod preferences;
mod profile;
mod rows;
mod selection;
mod stores;
mod stores_findings;

pub use self::chromium::{ChromiumProbe, ChromiumSeen, ChromiumUse};
pub use self::extensions::{ExtensionSeen, read_extensions};
pub use self::firefox::{FirefoxProbe, FirefoxSeen, ProgramSeen, RootSeen};
pub use self::library::{LibraryFile, ModuleKind, RegisteredModule};
pub use self::looked::Looked;
pub use self::manifests::{Manifest, ManifestSeen};
pub use self::module_specs::{ModuleSpec, read_module_specs};
pub use self::p11_kit::P11KitModule;
pub(crate) use self::places::UnknownCaller;
#[cfg(windows)]
pub(crate) use self::places::is_below;
pub use self::places::{BrowserPlaces, Home, Installation, Product};
pub use self::policies::{DevicePolicy, read_device_policies};
pub use self::preferences::{PREFERENCES, Preference, read_preferences};
pub use self::profile::{DeviceSeen, LastUse, PolicySeen, ProfileSeen};
pub(crate) use self::rows::{
    CCM_ABSENT, CCM_MANUAL, EXTENSION_DISABLED, FIREFOX_CONFINED, FIREFOX_MODULE_BROKEN,
    FIREFOX_MODULE_MISSING, NSS_MODULE_BROKEN, NSS_MODULE_MISSING, PROFILE_UNREADABLE,
    STORE_CERTIFICATE_MISSING, STORE_CERTIFICATE_STALE,
};
pub use self::selection::{SelectionSeen, read_selection};
pub use self::stores::{
    CardCertificates, CardInStore, CertificateInStore, Manager, ServiceSeen, Store,
    StoredCertificate, StoresProbe, StoresSeen, WindowsStores,
};

/// Why there are no stores to look at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NoStores {
    /// It is no Windows, and has none.
    NotWindows,
    /// This process runs in no session of a person: what it could see are the stores of the
    /// system's own account, which no browser uses.
    NoSession,
}

/// The stores of the session's user.
///
/// # Errors
///
/// When there is no such session: as a service, a task nobody is signed in for, or SYSTEM.
pub fn system_stores() -> Result<&'static dyn WindowsStores, NoStores> {
    #[cfg(windows)]
    return match crate::sys::browsers::is_session_of_a_person() {
        true => Ok(&crate::sys::stores::SystemStores),
        false => Err(NoStores::NoSession),
    };
    #[cfg(not(windows))]
    Err(NoStores::NotWindows)
}
