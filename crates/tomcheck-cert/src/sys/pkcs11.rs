//! How is a C function of a PKCS#11 module called?
//!
//! One safe function for each C function, with its spelling, its raw number kept. Each says
//! that it begins before it begins: if the process does not live to see it return, somebody
//! else knows which one it was; and somebody who no longer waits can refuse it.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::mem::size_of;
use std::path::Path;
use std::ptr::{self, NonNull};

use cryptoki_sys as ck;
use tomcheck_diagnosis::ForeignFailure;

use crate::CallFailure;
use crate::names::answered;
use crate::worker::LoadRefusal;

/// A module in this process. Never unloaded: modules crash on that.
pub(crate) struct Module<E> {
    functions: NonNull<ck::CK_FUNCTION_LIST>,
    enter: E,
}

/// A session with a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session(ck::CK_SESSION_HANDLE);

/// An object of a token, within a session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Object(ck::CK_OBJECT_HANDLE);

/// What `C_GetInfo` tells, padding kept.
pub(crate) struct Info {
    pub(crate) cryptoki: (u8, u8),
    pub(crate) manufacturer: [u8; 32],
    pub(crate) description: [u8; 32],
    pub(crate) version: (u8, u8),
}

/// What `C_GetSlotInfo` tells, padding kept.
pub(crate) struct Slot {
    pub(crate) description: [u8; 64],
    pub(crate) flags: u64,
}

/// What `C_GetTokenInfo` tells, padding kept.
pub(crate) struct Token {
    pub(crate) label: [u8; 32],
    pub(crate) manufacturer: [u8; 32],
    pub(crate) model: [u8; 16],
    pub(crate) serial: [u8; 16],
    pub(crate) flags: u64,
    pub(crate) pin_min: u64,
    pub(crate) pin_max: u64,
}

/// A mechanism and its parameters, as C wants them.
pub(crate) enum Mechanism {
    /// Without parameters.
    Plain(u64),
    /// `CK_RSA_PKCS_PSS_PARAMS`.
    Pss { hash: u64, mgf: u64, salt: u32 },
}

type Answered<T> = Result<T, CallFailure>;

/// A module that any thread may call.
pub(crate) struct Threaded(Module<fn(&'static str) -> Answered<()>>);

// SAFETY: the list of functions is never written to nor freed, as the library is never unloaded;
// the module promises to be called from several threads when it accepts CKF_OS_LOCKING_OK
// (PKCS#11 v2.40 §5.4), without which nobody of ours initialises it. Nobody of ours ends it
// while somebody is inside.
unsafe impl Send for Threaded {}
// SAFETY: as above.
unsafe impl Sync for Threaded {}

impl Threaded {
    /// The module that is loaded and initialised already. Nobody is told its calls.
    pub(crate) fn load(path: &Path) -> Answered<Self> {
        let module = Module::load(path, (|_| Ok(())) as fn(&'static str) -> Answered<()>);
        module.map(Self).map_err(|refusal| {
            let failure = ForeignFailure::decimal(refusal.call, refusal.code);
            CallFailure::Answered(failure.named(refusal.text))
        })
    }
}

impl std::ops::Deref for Threaded {
    type Target = Module<fn(&'static str) -> Answered<()>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// No slot, mechanism or object list of a card is this long; a module that says so is wrong.
const MOST_LISTED: usize = 1024;
/// No attribute or signature we read is this long.
const MOST_BYTES: usize = 16 * 1024;
/// How long lists and attributes usually are at most: one call is then enough.
const USUAL_LISTED: usize = 256;
const USUAL_BYTES: usize = 4096;

/// Marks the call and makes it: `call!(self, C_Login(arguments))`.
macro_rules! call {
    ($self:ident, $name:ident($($argument:expr),* $(,)?)) => {{
        // SAFETY: `functions` came from C_GetFunctionList, and the list lives as long as the
        // library, which is never unloaded. Only the one field is read: older lists are
        // shorter than ours.
        let function = unsafe { (*$self.functions.as_ptr()).$name };
        match function {
            None => Err(absent(stringify!($name))),
            Some(function) => {
                ($self.enter)(stringify!($name))?;
                // SAFETY: the module promised the C interface of PKCS#11 for this function,
                // and each argument is a number or points into memory that the caller
                // borrows until the call returns, with its true length beside it.
                let rv = unsafe { function($($argument),*) };
                check(stringify!($name), rv)
            }
        }
    }};
}

impl<E: Fn(&'static str) -> Answered<()>> Module<E> {
    /// Loads the library and asks it for its functions; `enter` is told each call's name
    /// just before it is made, and may refuse it. Runs the library's constructors: foreign code.
    pub(crate) fn load(path: &Path, enter: E) -> Result<Self, LoadRefusal> {
        enter(LOADER).map_err(LoadRefusal::unasked)?;
        let library = open(path).map_err(|error| LoadRefusal::of(LOADER, &error))?;
        // SAFETY: the symbol has the type the standard gives it (PKCS#11 v2.40 §5.4), in
        // every library that has a symbol of this name.
        let symbol =
            unsafe { library.get::<GetFunctionList>(c"C_GetFunctionList".to_bytes_with_nul()) };
        let get_list = *symbol.map_err(|error| LoadRefusal::of(FINDER, &error))?;
        std::mem::forget(library);
        enter("C_GetFunctionList").map_err(LoadRefusal::unasked)?;
        let mut list = ptr::null_mut();
        // SAFETY: the library is loaded for good, and `list` is ours to write to.
        let rv = unsafe { get_list(&raw mut list) };
        let refused = |text: &str| LoadRefusal {
            call: "C_GetFunctionList".to_owned(),
            code: i64::from(u32::try_from(rv).unwrap_or(u32::MAX)),
            text: text.to_owned(),
        };
        match NonNull::new(list) {
            Some(functions) if rv == ck::CKR_OK => Ok(Self { functions, enter }),
            _ => Err(refused("no list of functions")),
        }
    }

    pub(crate) fn initialise(&self) -> Answered<()> {
        let mut arguments = ck::CK_C_INITIALIZE_ARGS {
            flags: ck::CKF_OS_LOCKING_OK,
            ..Default::default()
        };
        call!(self, C_Initialize((&raw mut arguments).cast()))
    }

    pub(crate) fn finalise(&self) -> Answered<()> {
        call!(self, C_Finalize(ptr::null_mut()))
    }

    pub(crate) fn info(&self) -> Answered<Info> {
        let mut info = ck::CK_INFO::default();
        call!(self, C_GetInfo(&raw mut info))?;
        Ok(Info {
            cryptoki: (info.cryptokiVersion.major, info.cryptokiVersion.minor),
            manufacturer: info.manufacturerID,
            description: info.libraryDescription,
            version: (info.libraryVersion.major, info.libraryVersion.minor),
        })
    }

    /// Every slot, with or without a token. `again`: readers may have come since the last time,
    /// which a module looks for when it is asked how many there are.
    pub(crate) fn slots(&self, again: bool) -> Answered<Vec<u64>> {
        let list = |slots: *mut ck::CK_SLOT_ID, count: &mut ck::CK_ULONG| {
            call!(
                self,
                C_GetSlotList(ck::CK_FALSE, slots, ptr::from_mut(count))
            )
        };
        let slots = match again {
            true => Vec::new(),
            false => once("C_GetSlotList", list)?.unwrap_or_default(),
        };
        match slots.is_empty() {
            true => twice("C_GetSlotList", list),
            false => Ok(slots),
        }
    }

    pub(crate) fn slot(&self, slot: u64) -> Answered<Slot> {
        let mut info = ck::CK_SLOT_INFO::default();
        call!(self, C_GetSlotInfo(number(slot), &raw mut info))?;
        Ok(Slot {
            description: info.slotDescription,
            flags: wide(info.flags),
        })
    }

    pub(crate) fn token(&self, slot: u64) -> Answered<Token> {
        let mut info = ck::CK_TOKEN_INFO::default();
        call!(self, C_GetTokenInfo(number(slot), &raw mut info))?;
        Ok(Token {
            label: info.label,
            manufacturer: info.manufacturerID,
            model: info.model,
            serial: info.serialNumber,
            flags: wide(info.flags),
            pin_min: wide(info.ulMinPinLen),
            pin_max: wide(info.ulMaxPinLen),
        })
    }

    pub(crate) fn mechanisms(&self, slot: u64) -> Answered<Vec<u64>> {
        let list = |mechanisms: *mut ck::CK_MECHANISM_TYPE, count: &mut ck::CK_ULONG| {
            call!(
                self,
                C_GetMechanismList(number(slot), mechanisms, ptr::from_mut(count))
            )
        };
        match once("C_GetMechanismList", list)? {
            Some(mechanisms) => Ok(mechanisms),
            None => twice("C_GetMechanismList", list),
        }
    }

    /// A session that reads only.
    pub(crate) fn open_session(&self, slot: u64) -> Answered<Session> {
        let mut session = 0;
        let flags = ck::CKF_SERIAL_SESSION;
        let at = &raw mut session;
        call!(
            self,
            C_OpenSession(number(slot), flags, ptr::null_mut(), None, at)
        )?;
        Ok(Session(session))
    }

    pub(crate) fn close_session(&self, session: Session) -> Answered<()> {
        call!(self, C_CloseSession(session.0))
    }

    /// Spends a try of the code porteur if `pin` is wrong. None: it is typed on the reader.
    pub(crate) fn login(&self, session: Session, pin: Option<&[u8]>) -> Answered<()> {
        // C has no const: a module does not write to a PIN
        let at = pin.map_or(ptr::null_mut(), |pin| pin.as_ptr().cast_mut());
        let length = count_of(pin.unwrap_or_default());
        call!(self, C_Login(session.0, ck::CKU_USER, at, length))
    }

    pub(crate) fn logout(&self, session: Session) -> Answered<()> {
        call!(self, C_Logout(session.0))
    }

    /// The objects of class `class`, and of CKA_ID `id` if one is given.
    pub(crate) fn find(
        &self,
        session: Session,
        class: u64,
        id: Option<&[u8]>,
    ) -> Answered<Vec<Object>> {
        let class: ck::CK_OBJECT_CLASS = number(class);
        let class_attribute = ck::CK_ATTRIBUTE {
            type_: ck::CKA_CLASS,
            pValue: (&raw const class).cast_mut().cast(),
            ulValueLen: number(size_of::<ck::CK_OBJECT_CLASS>() as u64),
        };
        let id_attribute = id.map(|id| ck::CK_ATTRIBUTE {
            type_: ck::CKA_ID,
            pValue: id.as_ptr().cast_mut().cast(),
            ulValueLen: count_of(id),
        });
        let mut template: Vec<_> = id_attribute.into_iter().chain([class_attribute]).collect();
        let count = count_of(&template);
        call!(
            self,
            C_FindObjectsInit(session.0, template.as_mut_ptr(), count)
        )?;
        let found = self.collect(session);
        let ended = call!(self, C_FindObjectsFinal(session.0));
        found.and_then(|found| ended.map(|()| found))
    }

    /// Modules hand out what they found piece by piece: until one that is not full. The
    /// Cryptolib CPS ends at 32 objects.
    fn collect(&self, session: Session) -> Answered<Vec<Object>> {
        let mut found = Vec::new();
        loop {
            let mut piece = [0; 64];
            let mut count = 0;
            let most = count_of(&piece);
            call!(
                self,
                C_FindObjects(session.0, piece.as_mut_ptr(), most, &raw mut count)
            )?;
            within("C_FindObjects", count, piece.len())?;
            found.extend(piece.iter().take(size(count)).map(|handle| Object(*handle)));
            within("C_FindObjects", count_of(&found), MOST_LISTED)?;
            if size(count) < piece.len() {
                return Ok(found);
            }
        }
    }

    /// An attribute's bytes; none where the object has no such attribute.
    pub(crate) fn attribute(
        &self,
        session: Session,
        object: Object,
        kind: u64,
    ) -> Answered<Option<Vec<u8>>> {
        let mut attribute = ck::CK_ATTRIBUTE {
            type_: number(kind),
            ..Default::default()
        };
        let asked = call!(
            self,
            C_GetAttributeValue(session.0, object.0, &raw mut attribute, 1)
        );
        if asked.as_ref().is_err_and(is_about_the_attribute) {
            return Ok(None);
        }
        asked?;
        let length = attribute.ulValueLen;
        if length == ck::CK_UNAVAILABLE_INFORMATION {
            return Ok(None);
        }
        within("C_GetAttributeValue", length, MOST_BYTES)?;
        let mut value = vec![0; size(length)];
        attribute.pValue = value.as_mut_ptr().cast::<c_void>();
        call!(
            self,
            C_GetAttributeValue(session.0, object.0, &raw mut attribute, 1)
        )?;
        within("C_GetAttributeValue", attribute.ulValueLen, value.len())?;
        value.truncate(size(attribute.ulValueLen));
        Ok(Some(value))
    }

    /// Several attributes by one call, where they have no more than the usual length; else, or
    /// where the object lacks one, each by calls of its own.
    pub(crate) fn attributes<const N: usize>(
        &self,
        session: Session,
        object: Object,
        kinds: [u64; N],
    ) -> Answered<[Option<Vec<u8>>; N]> {
        let mut values = kinds.map(|_| vec![0_u8; USUAL_BYTES]);
        let mut template: Vec<_> = kinds
            .iter()
            .zip(&mut values)
            .map(|(kind, value)| ck::CK_ATTRIBUTE {
                type_: number(*kind),
                pValue: value.as_mut_ptr().cast(),
                ulValueLen: count_of(value),
            })
            .collect();
        let at = template.as_mut_ptr();
        let count = count_of(&template);
        if call!(self, C_GetAttributeValue(session.0, object.0, at, count)).is_err() {
            return self.attributes_one_by_one(session, object, kinds);
        }
        for (attribute, value) in template.iter().zip(&mut values) {
            if attribute.ulValueLen == ck::CK_UNAVAILABLE_INFORMATION {
                return self.attributes_one_by_one(session, object, kinds);
            }
            within("C_GetAttributeValue", attribute.ulValueLen, USUAL_BYTES)?;
            value.truncate(size(attribute.ulValueLen));
        }
        Ok(values.map(Some))
    }

    fn attributes_one_by_one<const N: usize>(
        &self,
        session: Session,
        object: Object,
        kinds: [u64; N],
    ) -> Answered<[Option<Vec<u8>>; N]> {
        let mut values = kinds.map(|_| None);
        for (kind, value) in kinds.into_iter().zip(&mut values) {
            *value = self.attribute(session, object, kind)?;
        }
        Ok(values)
    }

    pub(crate) fn sign_init(
        &self,
        session: Session,
        mechanism: &Mechanism,
        key: Object,
    ) -> Answered<()> {
        let mut parameters = mechanism.parameters();
        let (at, length) = match parameters.as_mut() {
            Some(parameters) => (
                ptr::from_mut(parameters).cast(),
                size_of::<ck::CK_RSA_PKCS_PSS_PARAMS>(),
            ),
            None => (ptr::null_mut(), 0),
        };
        let mut mechanism = ck::CK_MECHANISM {
            mechanism: mechanism.number(),
            pParameter: at,
            ulParameterLen: number(length as u64),
        };
        call!(self, C_SignInit(session.0, &raw mut mechanism, key.0))
    }

    /// `length`: exactly the signature's, where it is known; the Cryptolib CPS refuses any
    /// other with a CPS4. None: it is asked for, by one more call.
    pub(crate) fn sign(
        &self,
        session: Session,
        data: &[u8],
        length: Option<usize>,
    ) -> Answered<Vec<u8>> {
        let at = data.as_ptr().cast_mut();
        let mut count = 0;
        let length = match length {
            Some(length) => length,
            None => {
                let none = ptr::null_mut();
                call!(
                    self,
                    C_Sign(session.0, at, count_of(data), none, &raw mut count)
                )?;
                within("C_Sign", count, MOST_BYTES)?;
                size(count)
            }
        };
        let mut signature = vec![0; length];
        count = count_of(&signature);
        let to = signature.as_mut_ptr();
        call!(
            self,
            C_Sign(session.0, at, count_of(data), to, &raw mut count)
        )?;
        within("C_Sign", count, length)?;
        signature.truncate(size(count));
        Ok(signature)
    }
}

impl Mechanism {
    fn number(&self) -> ck::CK_MECHANISM_TYPE {
        match self {
            Self::Plain(mechanism) => number(*mechanism),
            Self::Pss { .. } => ck::CKM_RSA_PKCS_PSS,
        }
    }

    fn parameters(&self) -> Option<ck::CK_RSA_PKCS_PSS_PARAMS> {
        match self {
            Self::Plain(_) => None,
            Self::Pss { hash, mgf, salt } => Some(ck::CK_RSA_PKCS_PSS_PARAMS {
                hashAlg: number(*hash),
                mgf: number(*mgf),
                sLen: number(u64::from(*salt)),
            }),
        }
    }
}

impl LoadRefusal {
    /// Nobody waits for it any more.
    fn unasked(failure: CallFailure) -> Self {
        Self {
            call: LOADER.to_owned(),
            code: 0,
            text: failure.to_string(),
        }
    }

    fn of(call: &str, error: &libloading::Error) -> Self {
        let source = std::error::Error::source(error);
        // libloading keeps the number of Windows to itself, except in Debug; on Unix there
        // is none, and Debug is a sentence
        let number = source.and_then(|source| format!("{source:?}").parse().ok());
        Self {
            call: call.to_owned(),
            code: number.unwrap_or_default(),
            text: source.map_or_else(|| error.to_string(), ToString::to_string),
        }
    }
}

type GetFunctionList = unsafe extern "C" fn(*mut *mut ck::CK_FUNCTION_LIST) -> ck::CK_RV;

#[cfg(unix)]
const LOADER: &str = "dlopen";
#[cfg(unix)]
const FINDER: &str = "dlsym";
#[cfg(windows)]
const LOADER: &str = "LoadLibraryExW";
#[cfg(windows)]
const FINDER: &str = "GetProcAddress";

/// Every symbol is resolved at once, as browsers do: a missing one is a refusal here and
/// now, not the end of the process at some later call.
#[cfg(unix)]
fn open(path: &Path) -> Result<libloading::os::unix::Library, libloading::Error> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    // SAFETY: running foreign constructors is what the worker process exists for; it holds
    // nothing that they could harm. Any other process has asked for it by `Worker::in_process`.
    unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }
}

/// What the module needs is searched beside it first, as a program's own directory would be.
#[cfg(windows)]
fn open(path: &Path) -> Result<libloading::os::windows::Library, libloading::Error> {
    use libloading::os::windows::{LOAD_WITH_ALTERED_SEARCH_PATH, Library};
    // SAFETY: running foreign DllMain code is what the worker process exists for; it holds
    // nothing that it could harm. Any other process has asked for it by `Worker::in_process`.
    unsafe { Library::load_with_flags(path, LOAD_WITH_ALTERED_SEARCH_PATH) }
}

/// A list that fits the usual room; none where it does not.
fn once<T: Copy + Default + Into<u64>>(
    call: &'static str,
    list: impl Fn(*mut T, &mut ck::CK_ULONG) -> Answered<()>,
) -> Answered<Option<Vec<u64>>> {
    match fill(call, USUAL_LISTED, list) {
        Err(failure) if is_too_small(&failure) => Ok(None),
        other => other.map(Some),
    }
}

/// Lists are asked for twice: how many, then which. One that grows meanwhile is asked for again.
fn twice<T: Copy + Default + Into<u64>>(
    call: &'static str,
    list: impl Fn(*mut T, &mut ck::CK_ULONG) -> Answered<()> + Copy,
) -> Answered<Vec<u64>> {
    let mut attempt = 1;
    loop {
        let mut count = 0;
        list(ptr::null_mut(), &mut count)?;
        within(call, count, MOST_LISTED)?;
        if count == 0 {
            return Ok(Vec::new());
        }
        match fill(call, size(count), list) {
            Err(failure) if is_too_small(&failure) && attempt < ATTEMPTS => attempt += 1,
            other => return other,
        }
    }
}

fn fill<T: Copy + Default + Into<u64>>(
    call: &'static str,
    room: usize,
    list: impl Fn(*mut T, &mut ck::CK_ULONG) -> Answered<()>,
) -> Answered<Vec<u64>> {
    let mut items = vec![T::default(); room];
    let mut count = count_of(&items);
    list(items.as_mut_ptr(), &mut count)?;
    within(call, count, room)?;
    items.truncate(size(count));
    Ok(items.into_iter().map(Into::into).collect())
}

const ATTEMPTS: usize = 3;

/// What a module says of lengths is not believed.
fn within(call: &'static str, said: ck::CK_ULONG, most: usize) -> Answered<()> {
    if size(said) <= most {
        return Ok(());
    }
    Err(CallFailure::Nonsense {
        call: call.to_owned(),
        said: wide(said),
        most: most as u64,
    })
}

fn is_too_small(failure: &CallFailure) -> bool {
    failure.answered().is_some_and(|it| it.code == 0x150)
}

fn check(call: &'static str, rv: ck::CK_RV) -> Answered<()> {
    if rv == ck::CKR_OK {
        Ok(())
    } else {
        Err(CallFailure::Answered(answered(call, wide(rv))))
    }
}

/// The module has no such function, although the standard demands an entry for each.
fn absent(call: &'static str) -> CallFailure {
    let absent = ForeignFailure::decimal(call, 0).named("no such function in the module's list");
    CallFailure::Answered(absent)
}

/// `CKR_ATTRIBUTE_SENSITIVE`, `CKR_ATTRIBUTE_TYPE_INVALID`: about the one attribute only.
fn is_about_the_attribute(failure: &CallFailure) -> bool {
    failure
        .answered()
        .is_some_and(|it| matches!(it.code, 0x11 | 0x12))
}

/// C's `unsigned long` is 32 bits wide on Windows, 64 elsewhere.
#[allow(clippy::useless_conversion, reason = "CK_ULONG is narrower on Windows")]
fn wide(number: ck::CK_ULONG) -> u64 {
    u64::from(number)
}

/// See [`wide`]; every number handed to a module came from it, or is small.
#[allow(
    clippy::unnecessary_fallible_conversions,
    clippy::useless_conversion,
    reason = "CK_ULONG is narrower on Windows"
)]
fn number(number: u64) -> ck::CK_ULONG {
    ck::CK_ULONG::try_from(number).unwrap_or(ck::CK_ULONG::MAX)
}

fn size(count: ck::CK_ULONG) -> usize {
    usize::try_from(wide(count)).unwrap_or(usize::MAX)
}

fn count_of<T>(items: &[T]) -> ck::CK_ULONG {
    number(items.len() as u64)
}
