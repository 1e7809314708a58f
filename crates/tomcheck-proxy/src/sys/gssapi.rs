//! Which message does the system's Kerberos library make of the session's ticket?
//!
//! The library is loaded when it is needed, as browsers do: whoever has a ticket has it, and
//! nobody else needs it. Source: RFC 2744 (the calls), MIT's `gssapi/gssapi.h` (their types).

#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::ptr;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use tomcheck_diagnosis::ForeignFailure;

use crate::Withheld;

const LIBRARY: &str = "libgssapi_krb5.so.2";

/// SPNEGO, 1.3.6.1.5.5.2. Source: RFC 4178 §4.2.
static SPNEGO: [u8; 6] = [0x2b, 6, 1, 5, 5, 2];
/// `GSS_C_NT_HOSTBASED_SERVICE`. Source: RFC 2743 §4.1.
static HOSTBASED_SERVICE: [u8; 10] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 1, 4];
/// The upper half of a status holds errors, the lower one remarks. Source: RFC 2744 §3.9.1.
const ERRORS: u32 = 0xffff_0000;
const MECHANISM_CODE: c_int = 2;
/// `GSS_C_INITIATE`.
const INITIATE: c_int = 1;

#[repr(C)]
struct Buffer {
    length: usize,
    value: *mut c_void,
}

#[repr(C)]
struct Oid {
    length: u32,
    elements: *mut c_void,
}

type Handle = *mut c_void;
type AcquireCred = unsafe extern "C" fn(
    *mut u32,
    Handle,
    u32,
    Handle,
    c_int,
    *mut Handle,
    *mut Handle,
    *mut u32,
) -> u32;
type ReleaseCred = unsafe extern "C" fn(*mut u32, *mut Handle) -> u32;
type ImportName = unsafe extern "C" fn(*mut u32, *mut Buffer, *mut Oid, *mut Handle) -> u32;
type InitSecContext = unsafe extern "C" fn(
    *mut u32,
    Handle,
    *mut Handle,
    Handle,
    *mut Oid,
    u32,
    u32,
    Handle,
    *mut Buffer,
    *mut *mut Oid,
    *mut Buffer,
    *mut u32,
    *mut u32,
) -> u32;
type ReleaseBuffer = unsafe extern "C" fn(*mut u32, *mut Buffer) -> u32;
type ReleaseName = unsafe extern "C" fn(*mut u32, *mut Handle) -> u32;
type DeleteSecContext = unsafe extern "C" fn(*mut u32, *mut Handle, *mut Buffer) -> u32;
type DisplayStatus =
    unsafe extern "C" fn(*mut u32, u32, c_int, *mut Oid, *mut u32, *mut Buffer) -> u32;

struct Gssapi {
    acquire_cred: AcquireCred,
    release_cred: ReleaseCred,
    import_name: ImportName,
    init_sec_context: InitSecContext,
    release_buffer: ReleaseBuffer,
    release_name: ReleaseName,
    delete_sec_context: DeleteSecContext,
    display_status: DisplayStatus,
    /// Last: the functions above are its own.
    _loaded: Library,
}

/// A conversation by which this session logs in: one message of its own, from its ticket.
pub(crate) struct Session(());

impl Session {
    /// Whether the session answers to NTLM by itself.
    pub(crate) const KNOWS_NTLM: bool = false;

    /// The first message of `Negotiate`, the one scheme asked for here, to the service `HTTP` of this
    /// host. Blocks while the library asks the domain's controller.
    pub(crate) fn begin(_scheme: &str, host: &str) -> Result<(Self, Vec<u8>), Withheld> {
        ticket(host).map(|message| (Self(()), message))
    }

    /// None: nothing is said after a ticket.
    pub(crate) fn go_on(&mut self, _challenge: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

fn ticket(host: &str) -> Result<Vec<u8>, Withheld> {
    let library = Gssapi::load().map_err(|_| Withheld::NoLibrary)?;
    // without any ticket the library would first look for the host's realm, for seconds
    let has_ticket = library.has_any_ticket();
    has_ticket.map_err(|failure| Withheld::NoTicket { failure })?;
    let name = library.name(host);
    let name = name.map_err(|failure| Withheld::NoTicket { failure })?;
    let message = library.first_message(name);
    library.release(name);
    message.map_err(|failure| Withheld::NoTicket { failure })
}

impl Gssapi {
    fn load() -> Result<Self, libloading::Error> {
        // SAFETY: the system's own library, which is made to be loaded by any program.
        let loaded = unsafe { Library::open(Some(LIBRARY), RTLD_NOW | RTLD_LOCAL)? };
        // SAFETY: each type is the one gssapi.h gives the function of that name.
        unsafe {
            Ok(Self {
                acquire_cred: *loaded.get::<AcquireCred>(b"gss_acquire_cred\0")?,
                release_cred: *loaded.get::<ReleaseCred>(b"gss_release_cred\0")?,
                import_name: *loaded.get::<ImportName>(b"gss_import_name\0")?,
                init_sec_context: *loaded.get::<InitSecContext>(b"gss_init_sec_context\0")?,
                release_buffer: *loaded.get::<ReleaseBuffer>(b"gss_release_buffer\0")?,
                release_name: *loaded.get::<ReleaseName>(b"gss_release_name\0")?,
                delete_sec_context: *loaded.get::<DeleteSecContext>(b"gss_delete_sec_context\0")?,
                display_status: *loaded.get::<DisplayStatus>(b"gss_display_status\0")?,
                _loaded: loaded,
            })
        }
    }

    fn has_any_ticket(&self) -> Result<(), ForeignFailure> {
        let (mut minor, mut credential) = (0, ptr::null_mut());
        // SAFETY: the null pointers stand for the session's default name and mechanisms, and for
        // results nobody wants; the others are to locals that outlive the call.
        let major = unsafe {
            (self.acquire_cred)(
                &mut minor,
                ptr::null_mut(),
                0,
                ptr::null_mut(),
                INITIATE,
                &mut credential,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        let mut ignored = 0;
        // SAFETY: null or one that the call above made, used nowhere after.
        unsafe { (self.release_cred)(&mut ignored, &mut credential) };
        match major & ERRORS {
            0 => Ok(()),
            _ => Err(self.failure("gss_acquire_cred", major, minor)),
        }
    }

    fn name(&self, host: &str) -> Result<Handle, ForeignFailure> {
        let mut text = format!("HTTP@{host}").into_bytes();
        let mut buffer = Buffer {
            length: text.len(),
            value: text.as_mut_ptr().cast(),
        };
        let mut kind = oid(&HOSTBASED_SERVICE);
        let (mut minor, mut name) = (0, ptr::null_mut());
        // SAFETY: all pointers are to locals that outlive the call, which copies the text.
        let major = unsafe { (self.import_name)(&mut minor, &mut buffer, &mut kind, &mut name) };
        match major & ERRORS {
            0 => Ok(name),
            _ => Err(self.failure("gss_import_name", major, minor)),
        }
    }

    fn first_message(&self, name: Handle) -> Result<Vec<u8>, ForeignFailure> {
        let (mut minor, mut context) = (0, ptr::null_mut());
        let mut mechanism = oid(&SPNEGO);
        let mut output = Buffer::empty();
        // SAFETY: the name is one that gss_import_name made; the null pointers stand for the
        // session's own credentials, no channel binding, no input and results nobody wants.
        let major = unsafe {
            (self.init_sec_context)(
                &mut minor,
                ptr::null_mut(),
                &mut context,
                name,
                &mut mechanism,
                0,
                0,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                &mut output,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        let message = self.taken(&mut output);
        let mut ignored = 0;
        // SAFETY: the context is null or one that the call above made.
        unsafe { (self.delete_sec_context)(&mut ignored, &mut context, ptr::null_mut()) };
        match major & ERRORS {
            0 if !message.is_empty() => Ok(message),
            _ => Err(self.failure("gss_init_sec_context", major, minor)),
        }
    }

    /// A copy of what the library made; its own is given back.
    fn taken(&self, buffer: &mut Buffer) -> Vec<u8> {
        if buffer.value.is_null() {
            return Vec::new();
        }
        // SAFETY: the library filled so many bytes there, and they are its own until released.
        let bytes = unsafe {
            std::slice::from_raw_parts(buffer.value.cast::<u8>().cast_const(), buffer.length)
        };
        let bytes = bytes.to_vec();
        let mut minor = 0;
        // SAFETY: a buffer the library filled.
        unsafe { (self.release_buffer)(&mut minor, buffer) };
        bytes
    }

    fn release(&self, mut name: Handle) {
        let mut minor = 0;
        // SAFETY: one that gss_import_name made, used nowhere after.
        unsafe { (self.release_name)(&mut minor, &mut name) };
    }

    /// The mechanism's own number where it has one, with the library's sentence.
    fn failure(&self, call: &'static str, major: u32, minor: u32) -> ForeignFailure {
        let failure = match minor {
            0 => ForeignFailure::new(call, i64::from(major)),
            _ => ForeignFailure::new(call, i64::from(minor)),
        };
        match self.sentence(minor) {
            Some(sentence) if minor != 0 => failure.named(sentence),
            _ => failure,
        }
    }

    fn sentence(&self, minor: u32) -> Option<String> {
        let (mut ignored, mut more) = (0, 0);
        let mut mechanism = oid(&SPNEGO);
        let mut output = Buffer::empty();
        // SAFETY: all pointers are to locals that outlive the call.
        unsafe {
            (self.display_status)(
                &mut ignored,
                minor,
                MECHANISM_CODE,
                &mut mechanism,
                &mut more,
                &mut output,
            )
        };
        let text = self.taken(&mut output);
        let text: String = String::from_utf8_lossy(&text)
            .chars()
            .take(LONGEST)
            .collect();
        (!text.is_empty()).then_some(text)
    }
}

/// The longest sentence kept, in characters.
const LONGEST: usize = 300;

impl Buffer {
    const fn empty() -> Self {
        Self {
            length: 0,
            value: ptr::null_mut(),
        }
    }
}

/// The library reads it and writes nothing there.
fn oid(bytes: &'static [u8]) -> Oid {
    Oid {
        length: u32::try_from(bytes.len()).unwrap_or(0),
        elements: bytes.as_ptr().cast_mut().cast(),
    }
}
