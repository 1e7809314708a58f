//! Which messages does Windows make of the session's own login?
//!
//! Nobody is asked for a password: `Negotiate` shows the domain's ticket, or where there is none the
//! proof of NTLM, as browsers do. Source: Microsoft's reference of SSPI
//! (`AcquireCredentialsHandleW`, `InitializeSecurityContextW`).
//!
//! Tried under Wine: NTLM's first message, which Samba's `ntlm_auth` makes there, and that Negotiate
//! has none without a domain (`SEC_E_NO_CREDENTIALS`). A ticket of a domain, the answer to a proxy's
//! challenge, and a proxy that takes either, were never at hand.

#![allow(unsafe_code)]

use std::ptr;

use tomcheck_diagnosis::ForeignFailure;
use windows_sys::Win32::Foundation::{SEC_E_OK, SEC_I_CONTINUE_NEEDED};
use windows_sys::Win32::Security::Authentication::Identity::{
    AcquireCredentialsHandleW, DeleteSecurityContext, FreeCredentialsHandle,
    InitializeSecurityContextW, SECBUFFER_TOKEN, SECBUFFER_VERSION, SECPKG_CRED_OUTBOUND,
    SECURITY_NATIVE_DREP, SecBuffer, SecBufferDesc,
};
use windows_sys::Win32::Security::Credentials::SecHandle;

use crate::Withheld;

/// A conversation by which this session logs in; dropped, the system forgets it.
pub(crate) struct Session {
    credential: SecHandle,
    /// None: no message was made yet.
    context: Option<SecHandle>,
    /// The service, ended by a zero.
    target: Vec<u16>,
}

impl Session {
    /// Whether the session answers to NTLM by itself.
    pub(crate) const KNOWS_NTLM: bool = true;

    /// The first message of `Negotiate` or `NTLM` to the service `HTTP` of this host. Blocks while the
    /// system asks the domain's controller.
    pub(crate) fn begin(scheme: &str, host: &str) -> Result<(Self, Vec<u8>), Withheld> {
        let begun = Self::acquire(scheme, host).and_then(|mut session| {
            let message = session.message(None)?;
            Ok((session, message))
        });
        begun.map_err(|failure| Withheld::NoTicket { failure })
    }

    /// The next message, to this one of the proxy; none: there is none to send.
    pub(crate) fn go_on(&mut self, challenge: &[u8]) -> Option<Vec<u8>> {
        let message = self.message(Some(challenge)).ok()?;
        (!message.is_empty()).then_some(message)
    }

    fn acquire(scheme: &str, host: &str) -> Result<Self, ForeignFailure> {
        let package = wide(scheme);
        let (mut credential, mut expiry) = (SecHandle::default(), 0);
        // SAFETY: the package's name ends with a zero and outlives the call; the null pointers stand
        // for the session's own user and for functions nobody needs; both results are locals.
        let status = unsafe {
            AcquireCredentialsHandleW(
                ptr::null(),
                package.as_ptr(),
                SECPKG_CRED_OUTBOUND,
                ptr::null(),
                ptr::null(),
                None,
                ptr::null(),
                &raw mut credential,
                &raw mut expiry,
            )
        };
        match status {
            SEC_E_OK => Ok(Self {
                credential,
                context: None,
                target: wide(&format!("HTTP/{host}")),
            }),
            other => Err(failure("AcquireCredentialsHandleW", other)),
        }
    }

    fn message(&mut self, challenge: Option<&[u8]>) -> Result<Vec<u8>, ForeignFailure> {
        let mut received = challenge.unwrap_or_default().to_vec();
        let mut input = token(&mut received);
        let input = list(&mut input);
        let mut room = vec![0; LONGEST];
        let mut output = token(&mut room);
        let mut outputs = list(&mut output);
        let mut next = self.context.unwrap_or_default();
        let (mut attributes, mut expiry) = (0, 0);
        let before = self.context.as_ref();
        // SAFETY: the credential is one that AcquireCredentialsHandleW made, the context null or one
        // that this call made before; the name ends with a zero; both lists and what they point to
        // are locals that outlive the call, and each buffer is as long as it says.
        let status = unsafe {
            InitializeSecurityContextW(
                &raw const self.credential,
                before.map_or(ptr::null(), ptr::from_ref),
                self.target.as_ptr(),
                0,
                0,
                SECURITY_NATIVE_DREP,
                challenge.map_or(ptr::null(), |_| &raw const input),
                0,
                &raw mut next,
                &raw mut outputs,
                &raw mut attributes,
                &raw mut expiry,
            )
        };
        if !matches!(status, SEC_E_OK | SEC_I_CONTINUE_NEEDED) {
            return Err(failure("InitializeSecurityContextW", status));
        }
        self.context = Some(next);
        room.truncate(output.cbBuffer as usize);
        Ok(room)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(context) = &self.context {
            // SAFETY: one that InitializeSecurityContextW made, used nowhere after.
            unsafe { DeleteSecurityContext(context) };
        }
        // SAFETY: one that AcquireCredentialsHandleW made, used nowhere after.
        unsafe { FreeCredentialsHandle(&raw const self.credential) };
    }
}

fn token(bytes: &mut [u8]) -> SecBuffer {
    SecBuffer {
        cbBuffer: u32::try_from(bytes.len()).unwrap_or(0),
        BufferType: SECBUFFER_TOKEN,
        pvBuffer: bytes.as_mut_ptr().cast(),
    }
}

fn list(buffer: &mut SecBuffer) -> SecBufferDesc {
    SecBufferDesc {
        ulVersion: SECBUFFER_VERSION,
        cBuffers: 1,
        pBuffers: buffer,
    }
}

fn failure(call: &'static str, status: i32) -> ForeignFailure {
    ForeignFailure::new(call, i64::from(status.cast_unsigned()))
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// More than any package makes: those of Windows say at most 48,256 bytes (`cbMaxToken`).
const LONGEST: usize = 1 << 16;

/// Wine answers for a session that no domain knows; without Samba it knows no NTLM either.
#[test]
fn a_session_has_a_first_message_or_the_systems_own_number() {
    for scheme in ["Negotiate", "NTLM"] {
        match Session::begin(scheme, "proxy.test.invalid") {
            Ok((mut session, message)) => {
                assert!(!message.is_empty(), "{scheme}");
                assert!(scheme != "NTLM" || message.starts_with(b"NTLMSSP\0\x01"));
                assert_eq!(session.go_on(b"no challenge"), None, "{scheme}");
            }
            Err(Withheld::NoTicket { failure }) => {
                assert!(failure.code >= 0x8009_0300, "{scheme}: {failure}");
            }
            Err(other) => panic!("{scheme}: {other:?}"),
        }
    }
    let unknown = Session::begin("No such package", "proxy.test.invalid");
    let Err(Withheld::NoTicket { failure }) = unknown else {
        panic!("there is no such package");
    };
    assert_eq!(failure.call, "AcquireCredentialsHandleW");
    assert_eq!(failure.code, 0x8009_0305, "SEC_E_SECPKG_NOT_FOUND");
}
