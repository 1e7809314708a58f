//! What do a server's chain and its demand look like, at the moment they come?
#![allow(unsafe_code)]

use std::ffi::{CString, c_int, c_uchar, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::{Arc, OnceLock};

use foreign_types::ForeignTypeRef;
use openssl::ex_data::Index;
use openssl::ssl::{SslContext, SslContextBuilder, SslRef};
use openssl::stack::StackRef;
use openssl::x509::{X509, X509Name, X509StoreContext, X509StoreContextRef, X509VerifyResult};
use openssl_sys::{SSL, SSL_CTX, X509_STORE_CTX};

/// Is told what the server shows and asks, and decides.
pub(crate) trait Witness: Send + Sync {
    /// Whether the server that shows this chain (DER, its own certificate first) is the one
    /// wanted. Nothing of ours but hellos and keys of the moment was sent before.
    fn trusts(&self, chain: &[Vec<u8>]) -> bool;

    /// The server, trusted, asks for a certificate: whoever has one puts it into `ssl`.
    fn is_asked(&self, ssl: &mut SslRef);
}

/// Makes `witness` judge the server in the place of OpenSSL, and hear of its demands.
pub(crate) fn watch_server(context: &mut SslContextBuilder, witness: Arc<dyn Witness>) -> bool {
    let Some(index) = index() else {
        return false;
    };
    context.set_ex_data(index, witness);
    // SAFETY: both callbacks have the signatures OpenSSL calls them by and need no argument: they
    // find the witness in the context, which outlives each of its connections.
    unsafe {
        SSL_CTX_set_cert_verify_callback(context.as_ptr(), Some(verify), ptr::null_mut());
        SSL_CTX_set_cert_cb(context.as_ptr(), Some(asked), ptr::null_mut());
    }
    true
}

/// Tells a TLS 1.3 server that it may ask for a certificate at any time.
///
/// Source: RFC 8446 §4.2.6.
pub(crate) fn offer_post_handshake_authentication(context: &mut SslContextBuilder) {
    // SAFETY: the context is alive.
    unsafe { SSL_CTX_set_post_handshake_auth(context.as_ptr(), 1) };
}

/// Limits our own signatures to these, by their names in IANA's registry; false: OpenSSL knows
/// one of them not.
pub(crate) fn sign_with(context: &mut SslContextBuilder, schemes: &[&str]) -> bool {
    let Ok(list) = CString::new(schemes.join(":")) else {
        return false;
    };
    // SAFETY: the context is alive, and OpenSSL copies the list.
    let set = unsafe {
        openssl_sys::SSL_CTX_ctrl(
            context.as_ptr(),
            SSL_CTRL_SET_CLIENT_SIGALGS_LIST,
            0,
            list.as_ptr().cast_mut().cast(),
        )
    };
    set == 1
}

/// The issuers the server's last demand accepts, each a DER `Name`.
pub(crate) fn authorities(ssl: &SslRef) -> Vec<Vec<u8>> {
    // SAFETY: the connection is alive, and the list stays its own.
    let names = unsafe {
        let names = SSL_get0_peer_CA_list(ssl.as_ptr());
        if names.is_null() {
            return Vec::new();
        }
        StackRef::<X509Name>::from_ptr(names.cast_mut())
    };
    names.iter().filter_map(|name| name.to_der().ok()).collect()
}

/// The signature schemes the server's last demand accepts; before TLS 1.2 it names none.
pub(crate) fn peer_schemes(ssl: &SslRef) -> Vec<u16> {
    let scheme = |index| {
        let (mut low, mut high) = (0, 0);
        let none = ptr::null_mut();
        // SAFETY: the connection is alive, the two answers go to variables of ours, and null
        // stands for an answer not wanted.
        let count = unsafe {
            SSL_get_sigalgs(
                ssl.as_ptr(),
                index,
                none,
                none,
                none,
                &raw mut low,
                &raw mut high,
            )
        };
        (index < count).then(|| u16::from_be_bytes([high, low]))
    };
    (0..MOST_SCHEMES).map_while(scheme).collect()
}

fn index() -> Option<Index<SslContext, Arc<dyn Witness>>> {
    static INDEX: OnceLock<Option<Index<SslContext, Arc<dyn Witness>>>> = OnceLock::new();
    *INDEX.get_or_init(|| SslContext::new_ex_index().ok())
}

fn witness(ssl: &SslRef) -> Option<Arc<dyn Witness>> {
    ssl.ssl_context().ex_data(index()?).cloned()
}

/// # Safety
///
/// OpenSSL's: `store` is alive, and belongs to a connection.
unsafe extern "C" fn verify(store: *mut X509_STORE_CTX, _: *mut c_void) -> c_int {
    // SAFETY: it is alive while we are called, and nobody else uses it.
    let store = unsafe { X509StoreContextRef::from_ptr_mut(store) };
    // nothing may unwind into OpenSSL
    let judged = catch_unwind(AssertUnwindSafe(|| {
        let ssl = store.ex_data(X509StoreContext::ssl_idx().ok()?)?;
        Some(witness(ssl)?.trusts(&shown(store)))
    }));
    let trusted = matches!(judged, Ok(Some(true)));
    if !trusted {
        store.set_error(X509VerifyResult::APPLICATION_VERIFICATION);
    }
    c_int::from(trusted)
}

/// As the server sent it, its own certificate first.
fn shown(store: &X509StoreContextRef) -> Vec<Vec<u8>> {
    // SAFETY: the store is alive, and the list stays its own.
    let chain = unsafe {
        let chain = X509_STORE_CTX_get0_untrusted(store.as_ptr());
        if chain.is_null() {
            return Vec::new();
        }
        StackRef::<X509>::from_ptr(chain)
    };
    chain.iter().filter_map(|one| one.to_der().ok()).collect()
}

/// # Safety
///
/// OpenSSL's: `ssl` is alive.
unsafe extern "C" fn asked(ssl: *mut SSL, _: *mut c_void) -> c_int {
    // SAFETY: it is alive while we are called, on the one thread that uses it.
    let ssl = unsafe { SslRef::from_ptr_mut(ssl) };
    let told = catch_unwind(AssertUnwindSafe(|| {
        witness(ssl).map(|witness| witness.is_asked(ssl))
    }));
    c_int::from(matches!(told, Ok(Some(()))))
}

/// Many times as many as there are.
const MOST_SCHEMES: c_int = 200;
/// Source: openssl/ssl.h.
const SSL_CTRL_SET_CLIENT_SIGALGS_LIST: c_int = 102;

type Verify = unsafe extern "C" fn(*mut X509_STORE_CTX, *mut c_void) -> c_int;
type Asked = unsafe extern "C" fn(*mut SSL, *mut c_void) -> c_int;

// Source: openssl/ssl.h and openssl/x509_vfy.h of OpenSSL 3.
unsafe extern "C" {
    fn SSL_CTX_set_cert_verify_callback(
        context: *mut SSL_CTX,
        verify: Option<Verify>,
        argument: *mut c_void,
    );
    fn SSL_CTX_set_cert_cb(context: *mut SSL_CTX, asked: Option<Asked>, argument: *mut c_void);
    fn SSL_CTX_set_post_handshake_auth(context: *mut SSL_CTX, offered: c_int);
    fn SSL_get0_peer_CA_list(ssl: *const SSL) -> *const openssl_sys::stack_st_X509_NAME;
    fn SSL_get_sigalgs(
        ssl: *mut SSL,
        index: c_int,
        sign: *mut c_int,
        hash: *mut c_int,
        sign_and_hash: *mut c_int,
        low: *mut c_uchar,
        high: *mut c_uchar,
    ) -> c_int;
    fn X509_STORE_CTX_get0_untrusted(
        store: *const X509_STORE_CTX,
    ) -> *mut openssl_sys::stack_st_X509;
}
