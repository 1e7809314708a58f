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
    #![allow(unsafe_code)]

    use std::ptr;

    use tomcheck_diagnosis::ForeignFailure;
    use windows_sys::Win32::Security::Cryptography::{
        CERT_CONTEXT, CertCloseStore, CertEnumCertificatesInStore, CertFreeCertificateContext,
        CertOpenSystemStoreW, HCERTSTORE,
    };

    use super::MOST;
    use crate::chain::{Store, StoreKind};

    /// The stores of this user, which show the machine's too.
    pub(crate) fn read() -> Vec<Store> {
        let stores = [(StoreKind::System, "ROOT"), (StoreKind::Intermediate, "CA")];
        stores.map(|(kind, place)| one(kind, place)).into()
    }

    fn one(kind: StoreKind, place: &str) -> Store {
        let name: Vec<u16> = place.encode_utf16().chain([0]).collect();
        // SAFETY: `name` ends with a zero and lives through the call; no provider is a value too.
        let store = unsafe { CertOpenSystemStoreW(0, name.as_ptr()) };
        let failure = store.is_null().then(|| {
            ForeignFailure::from_io("CertOpenSystemStoreW", &std::io::Error::last_os_error())
        });
        let ders = match failure {
            Some(_) => Vec::new(),
            None => certificates(store),
        };
        Store {
            kind,
            place: place.to_owned(),
            ders,
            failure,
        }
    }

    fn certificates(store: HCERTSTORE) -> Vec<Vec<u8>> {
        let mut ders = Vec::new();
        let mut context: *mut CERT_CONTEXT = ptr::null_mut();
        loop {
            // SAFETY: the store is open; the context is the one the last call gave, which the
            // call frees, or none for the first.
            context = unsafe { CertEnumCertificatesInStore(store, context) };
            if context.is_null() {
                break;
            }
            // SAFETY: a context that is not null holds so many bytes at that place until it is
            // freed by the next call.
            let der = unsafe {
                let (at, count) = ((*context).pbCertEncoded, (*context).cbCertEncoded);
                std::slice::from_raw_parts(at, count as usize)
            };
            ders.push(der.to_vec());
            if ders.len() == MOST {
                // SAFETY: the walk ends here, so that nobody else frees it.
                unsafe { CertFreeCertificateContext(context) };
                break;
            }
        }
        // SAFETY: opened above, used by nobody any more; it was only read.
        unsafe { CertCloseStore(store, 0) };
        ders
    }
}
