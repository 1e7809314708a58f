//! How does OpenSSL sign with a key it does not have?
//!
//! An engine of this process, known to nobody else and in no list, whose one trick is that its
//! RSA and EC keys ask a [`KeyElsewhere`]. OpenSSL 3 keeps its own code for the rest (padding
//! checks, parameters), copied from its built-in methods.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int, c_long, c_uchar, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::{Arc, OnceLock};

use foreign_types::{ForeignType, ForeignTypeRef};
use openssl::ec::EcKey;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, PKeyRef, Private, Public};
use openssl::rsa::Rsa;
use openssl_sys::{CRYPTO_get_ex_new_index, EVP_MD, EVP_PKEY, EVP_PKEY_CTX};

/// A private key that OpenSSL does not have.
pub(crate) trait KeyElsewhere: Send + Sync {
    /// The signature of `digest`, as TLS has it; none: not made. May block.
    fn sign(&self, how: How, digest: &[u8]) -> Option<Vec<u8>>;
}

/// How OpenSSL wants a digest signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum How {
    /// PKCS#1 v1.5, of a digest of this kind.
    Pkcs1(Nid),
    /// RSASSA-PSS, salt as long as the digest.
    Pss(Nid),
    /// ECDSA.
    Ecdsa(Nid),
}

/// The private key that belongs to `public`, kept by `elsewhere`. None: OpenSSL cannot be
/// taught this kind of key.
pub(crate) fn key_elsewhere(
    public: &PKeyRef<Public>,
    elsewhere: Box<dyn KeyElsewhere>,
) -> Option<PKey<Private>> {
    let setup = Setup::get()?;
    // a key as OpenSSL's own decoder makes it belongs to a provider and knows no engine
    let key = match public.id() {
        Id::RSA => {
            let rsa = public.rsa().ok()?;
            let (n, e) = (rsa.n().to_owned().ok()?, rsa.e().to_owned().ok()?);
            PKey::from_rsa(Rsa::from_public_components(n, e).ok()?).ok()?
        }
        Id::EC => {
            let ec = public.ec_key().ok()?;
            PKey::from_ec_key(EcKey::from_public_key(ec.group(), ec.public_key()).ok()?).ok()?
        }
        _ => return None,
    };
    setup.lead(&key, elsewhere)
}

/// What is set up once a process and never taken down.
struct Setup {
    engine: *mut Engine,
    methods: [(c_int, *mut Method); 2],
    /// Where an `EVP_PKEY` keeps its [`Held`].
    index: c_int,
}

// SAFETY: the pointers are written once, before anybody else sees them; OpenSSL only reads what
// they point to, and counts the engine's references atomically.
unsafe impl Send for Setup {}
// SAFETY: as above.
unsafe impl Sync for Setup {}

/// A thin pointer to it lies in the ex_data of each of our keys, one strong count each.
struct Held(Box<dyn KeyElsewhere>);

impl Setup {
    fn get() -> Option<&'static Self> {
        static SETUP: OnceLock<Option<Setup>> = OnceLock::new();
        let setup = SETUP.get_or_init(|| {
            openssl::init();
            Self::make()
        });
        setup.as_ref()
    }

    fn make() -> Option<Self> {
        let methods = KINDS.map(|kind| (kind, method(kind)));
        if methods.iter().any(|(_, method)| method.is_null()) {
            return None;
        }
        // SAFETY: the three functions have the signatures OpenSSL calls them by, and none needs
        // an argument of its own.
        let index = unsafe {
            CRYPTO_get_ex_new_index(
                CRYPTO_EX_INDEX_EVP_PKEY,
                0,
                ptr::null_mut(),
                None,
                Some(share),
                Some(release),
            )
        };
        // SAFETY: a fresh engine, named by static strings; it stays for good.
        let engine = unsafe {
            let engine = ENGINE_new();
            if engine.is_null()
                || ENGINE_set_id(engine, c"tomcheck".as_ptr()) != 1
                || ENGINE_set_name(engine, c"a key elsewhere".as_ptr()) != 1
                || ENGINE_set_pkey_meths(engine, Some(methods_of)) != 1
            {
                return None;
            }
            engine
        };
        (index > 0).then_some(Self {
            engine,
            methods,
            index,
        })
    }

    fn method(&self, kind: c_int) -> Option<*mut Method> {
        let mut known = self.methods.iter();
        known
            .find(|(known, _)| *known == kind)
            .map(|(_, method)| *method)
    }

    /// Makes `key` ask `elsewhere`.
    fn lead(
        &self,
        key: &PKeyRef<Public>,
        elsewhere: Box<dyn KeyElsewhere>,
    ) -> Option<PKey<Private>> {
        let held = Arc::into_raw(Arc::new(Held(elsewhere)));
        // SAFETY: `key` is alive; on success its ex_data owns the strong count, and `release`
        // gives it back with the key.
        if unsafe { EVP_PKEY_set_ex_data(key.as_ptr(), self.index, held.cast_mut().cast()) } != 1 {
            // SAFETY: nobody took the count made above.
            drop(unsafe { Arc::from_raw(held) });
            return None;
        }
        // SAFETY: both are alive; OpenSSL takes its own references.
        if unsafe { EVP_PKEY_set1_engine(key.as_ptr(), self.engine) } != 1 {
            return None;
        }
        // SAFETY: the new owner gets a reference of its own. That the key counts as private is
        // what its engine is for.
        unsafe {
            (openssl_sys::EVP_PKEY_up_ref(key.as_ptr()) == 1).then(|| PKey::from_ptr(key.as_ptr()))
        }
    }
}

/// OpenSSL's own method for this kind of key, but for the signature. Null: it has none.
fn method(kind: c_int) -> *mut Method {
    // SAFETY: OpenSSL's built-in methods are static; ours is fresh and never freed; the callback
    // has the signature that is asked for.
    unsafe {
        let own = EVP_PKEY_meth_find(kind);
        let (mut id, mut flags) = (0, 0);
        if own.is_null() {
            return ptr::null_mut();
        }
        EVP_PKEY_meth_get0_info(&raw mut id, &raw mut flags, own);
        let method = EVP_PKEY_meth_new(kind, flags);
        if !method.is_null() {
            EVP_PKEY_meth_copy(method, own);
            EVP_PKEY_meth_set_sign(method, None, Some(sign));
        }
        method
    }
}

/// Which methods the engine has: the list of kinds when none is asked for, else that one.
///
/// # Safety
///
/// OpenSSL's: either `method` or `kinds` points to where the answer goes.
unsafe extern "C" fn methods_of(
    _: *mut Engine,
    method: *mut *mut Method,
    kinds: *mut *const c_int,
    kind: c_int,
) -> c_int {
    if method.is_null() {
        // SAFETY: OpenSSL asks for the list, and gives where to put it; ours is static.
        unsafe { *kinds = KINDS.as_ptr() };
        return c_int::try_from(KINDS.len()).unwrap_or(0);
    }
    let found = Setup::get().and_then(|setup| setup.method(kind));
    // SAFETY: OpenSSL gives where to put it.
    unsafe { *method = found.unwrap_or(ptr::null_mut()) };
    c_int::from(found.is_some())
}

/// # Safety
///
/// OpenSSL's: `ctx` is alive; `signature` is null (the length is asked for) or has room for
/// `*length` bytes; `digest` has `digest_length`.
unsafe extern "C" fn sign(
    ctx: *mut EVP_PKEY_CTX,
    signature: *mut c_uchar,
    length: *mut usize,
    digest: *const c_uchar,
    digest_length: usize,
) -> c_int {
    // SAFETY: `ctx` is alive, and so is its key while it is.
    let key = unsafe { EVP_PKEY_CTX_get0_pkey(ctx) };
    if key.is_null() {
        return 0;
    }
    // SAFETY: as above; crate openssl only borrows it here.
    let key = unsafe { PKeyRef::<Public>::from_ptr(key) };
    if signature.is_null() {
        // SAFETY: OpenSSL gives where to put the length.
        unsafe { *length = key.size() };
        return 1;
    }
    // SAFETY: OpenSSL's contract above.
    let (digest, room) = unsafe { (std::slice::from_raw_parts(digest, digest_length), *length) };
    let Some(made) = held(key).zip(how(ctx, key)).and_then(|(held, how)| {
        // nothing may unwind into OpenSSL
        catch_unwind(AssertUnwindSafe(|| held.0.sign(how, digest))).ok()?
    }) else {
        return 0;
    };
    if made.len() > room {
        return 0;
    }
    // SAFETY: there is room for that many, as was just seen, and the two do not overlap.
    unsafe {
        ptr::copy_nonoverlapping(made.as_ptr(), signature, made.len());
        *length = made.len();
    }
    1
}

fn held(key: &PKeyRef<Public>) -> Option<&Held> {
    let index = Setup::get()?.index;
    // SAFETY: what lies at our index is null or a `Held` that lives as long as the key.
    unsafe {
        EVP_PKEY_get_ex_data(key.as_ptr(), index)
            .cast::<Held>()
            .as_ref()
    }
}

fn how(ctx: *mut EVP_PKEY_CTX, key: &PKeyRef<Public>) -> Option<How> {
    let mut md: *const EVP_MD = ptr::null();
    let mut padding = 0;
    // SAFETY: `ctx` is alive, and both answers go to variables of ours.
    let hash = unsafe {
        if EVP_PKEY_CTX_get_signature_md(ctx, &raw mut md) != 1 || md.is_null() {
            return None;
        }
        Nid::from_raw(openssl_sys::EVP_MD_type(md))
    };
    if key.id() == Id::EC {
        return Some(How::Ecdsa(hash));
    }
    // SAFETY: as above; the context is one of an RSA key.
    if unsafe { openssl_sys::EVP_PKEY_CTX_get_rsa_padding(ctx, &raw mut padding) } != 1 {
        return None;
    }
    match padding {
        openssl_sys::RSA_PKCS1_PADDING => Some(How::Pkcs1(hash)),
        openssl_sys::RSA_PKCS1_PSS_PADDING => Some(How::Pss(hash)),
        _ => None,
    }
}

/// A copy of a key holds its own count.
///
/// # Safety
///
/// OpenSSL's: `from_data` points to what the old key had at our index.
unsafe extern "C" fn share(
    _: *mut openssl_sys::CRYPTO_EX_DATA,
    _: *const openssl_sys::CRYPTO_EX_DATA,
    from_data: *mut *mut c_void,
    _: c_int,
    _: c_long,
    _: *mut c_void,
) -> c_int {
    // SAFETY: OpenSSL's contract above.
    let held = unsafe { *from_data }.cast::<Held>();
    if !held.is_null() {
        // SAFETY: the old key still holds its count.
        unsafe { Arc::increment_strong_count(held) };
    }
    1
}

/// # Safety
///
/// OpenSSL's: `data` is what the key that ends had at our index.
unsafe extern "C" fn release(
    _: *mut c_void,
    data: *mut c_void,
    _: *mut openssl_sys::CRYPTO_EX_DATA,
    _: c_int,
    _: c_long,
    _: *mut c_void,
) {
    if !data.is_null() {
        // SAFETY: the key that ends gives its count back, once.
        drop(unsafe { Arc::from_raw(data.cast::<Held>()) });
    }
}

/// `EVP_PKEY_RSA` and `EVP_PKEY_EC`: the numbers of their object identifiers.
static KINDS: [c_int; 2] = [openssl_sys::EVP_PKEY_RSA, openssl_sys::EVP_PKEY_EC];
/// Source: openssl/crypto.h.
const CRYPTO_EX_INDEX_EVP_PKEY: c_int = 17;

#[repr(C)]
struct Engine {
    _opaque: [u8; 0],
}

#[repr(C)]
struct Method {
    _opaque: [u8; 0],
}

type MethodsOf =
    unsafe extern "C" fn(*mut Engine, *mut *mut Method, *mut *const c_int, c_int) -> c_int;
type Sign = unsafe extern "C" fn(
    *mut EVP_PKEY_CTX,
    *mut c_uchar,
    *mut usize,
    *const c_uchar,
    usize,
) -> c_int;
type SignInit = unsafe extern "C" fn(*mut EVP_PKEY_CTX) -> c_int;

// Source: openssl/engine.h and openssl/evp.h of OpenSSL 3.
unsafe extern "C" {
    fn ENGINE_new() -> *mut Engine;
    fn ENGINE_set_id(engine: *mut Engine, id: *const c_char) -> c_int;
    fn ENGINE_set_name(engine: *mut Engine, name: *const c_char) -> c_int;
    fn ENGINE_set_pkey_meths(engine: *mut Engine, methods: Option<MethodsOf>) -> c_int;
    fn EVP_PKEY_meth_find(kind: c_int) -> *const Method;
    fn EVP_PKEY_meth_new(kind: c_int, flags: c_int) -> *mut Method;
    fn EVP_PKEY_meth_copy(to: *mut Method, from: *const Method);
    fn EVP_PKEY_meth_get0_info(kind: *mut c_int, flags: *mut c_int, method: *const Method);
    fn EVP_PKEY_meth_set_sign(method: *mut Method, init: Option<SignInit>, sign: Option<Sign>);
    fn EVP_PKEY_set1_engine(key: *mut EVP_PKEY, engine: *mut Engine) -> c_int;
    fn EVP_PKEY_set_ex_data(key: *mut EVP_PKEY, index: c_int, data: *mut c_void) -> c_int;
    fn EVP_PKEY_get_ex_data(key: *const EVP_PKEY, index: c_int) -> *mut c_void;
    fn EVP_PKEY_CTX_get0_pkey(ctx: *mut EVP_PKEY_CTX) -> *mut EVP_PKEY;
    fn EVP_PKEY_CTX_get_signature_md(ctx: *mut EVP_PKEY_CTX, md: *mut *const EVP_MD) -> c_int;
}
