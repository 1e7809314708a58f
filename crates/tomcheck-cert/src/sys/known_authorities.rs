//! Which authorities does the system itself know?

#[cfg(not(windows))]
pub(crate) use portable::read;
#[cfg(windows)]
pub(crate) use windows::read;

/// No store has more; one that has is not read to its end.
const MOST: usize = 4096;

#[cfg(not(windows))]
mod portable {
    use std::error::Error;

    use tomcheck_diagnosis::ForeignFailure;

    use super::MOST;
    use crate::chain::{Store, StoreKind};

    /// The bundle or the keychains, without those a user set to "never trust".
    pub(crate) fn read() -> Vec<Store> {
        let loaded = rustls_native_certs::load_native_certs();
        let ders = loaded.certs.into_iter().take(MOST);
        let failure = loaded.errors.first().map(|error| {
            let io = error.source().and_then(<dyn Error>::downcast_ref);
            match io {
                Some(io) => ForeignFailure::from_io("read", io),
                None => ForeignFailure::decimal("read", 0).named(error.to_string()),
            }
        });
        vec![Store {
            kind: StoreKind::System,
            place: PLACE.to_owned(),
            ders: ders.map(|der| der.as_ref().to_vec()).collect(),
            failure,
        }]
    }

    #[cfg(target_os = "macos")]
    const PLACE: &str = "Keychain";
    #[cfg(not(target_os = "macos"))]
    const PLACE: &str = "/etc/ssl/certs";
}

#[cfg(windows)]
mod windows {
    use tomcheck_diagnosis::ForeignFailure;

    use super::MOST;
    use crate::browser::{self, StoredCertificate, WindowsStores};
    use crate::chain::{Store, StoreKind};
    use crate::sys::stores::SystemStores;

    /// The stores of this user, which show the machine's too.
    pub(crate) fn read() -> Vec<Store> {
        let stores = [
            (StoreKind::System, "ROOT", browser::Store::Root),
            (StoreKind::Intermediate, "CA", browser::Store::Intermediate),
        ];
        let read = stores.map(|(kind, place, store)| {
            let read = SystemStores.certificates(store);
            one(kind, place, read)
        });
        read.into()
    }

    fn one(
        kind: StoreKind,
        place: &str,
        read: Result<Vec<StoredCertificate>, ForeignFailure>,
    ) -> Store {
        let (held, failure) = match read {
            Ok(held) => (held, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        let held = held.into_iter().take(MOST);
        Store {
            kind,
            place: place.to_owned(),
            ders: held.map(|certificate| certificate.der).collect(),
            failure,
        }
    }
}
