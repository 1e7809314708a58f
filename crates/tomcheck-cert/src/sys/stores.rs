//! What do Windows' certificate stores hold, and who fills them?
//!
//! Tried under Wine, whose stores, processes and services answer the same calls. Not tried, for
//! want of one: a Windows with a card, CCM.exe and `CertPropSvc`.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::ptr;

use tomcheck_diagnosis::ForeignFailure;
use windows_sys::Win32::Foundation::{
    CloseHandle, ERROR_SERVICE_DOES_NOT_EXIST, GetLastError, INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::Security::Cryptography::{
    CERT_CONTEXT, CERT_KEY_PROV_INFO_PROP_ID, CERT_STORE_OPEN_EXISTING_FLAG,
    CERT_STORE_PROV_SYSTEM_W, CERT_STORE_READONLY_FLAG, CERT_SYSTEM_STORE_CURRENT_USER,
    CRYPT_KEY_PROV_INFO, CertCloseStore, CertEnumCertificatesInStore, CertFreeCertificateContext,
    CertGetCertificateContextProperty, CertOpenStore, HCERTSTORE,
};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
};
use windows_sys::Win32::System::Registry::{HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE};
use windows_sys::Win32::System::RemoteDesktop::ProcessIdToSessionId;
use windows_sys::Win32::System::Services::{
    CloseServiceHandle, OpenSCManagerW, OpenServiceW, QueryServiceStatus, SC_HANDLE,
    SC_MANAGER_CONNECT, SERVICE_QUERY_STATUS, SERVICE_STATUS,
};

use super::registry::{self, until_zero, wide};
use crate::browser::{Looked, Manager, ServiceSeen, Store, StoredCertificate, WindowsStores};

/// The Windows this process runs on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemStores;

impl WindowsStores for SystemStores {
    fn certificates(&self, store: Store) -> Result<Vec<StoredCertificate>, ForeignFailure> {
        let name = match store {
            Store::Personal => "MY",
            Store::Root => "Root",
            Store::Intermediate => "CA",
        };
        match OpenStore::named(name)? {
            Some(store) => Ok(store.certificates()),
            None => Ok(Vec::new()),
        }
    }

    fn manager(&self) -> Manager {
        match runs_in_this_session("CCM.exe") {
            Err(failure) => Manager::Failed { failure },
            Ok(false) => Manager::NotRunning,
            Ok(true) => Manager::Running {
                automatic: auto_detect(),
            },
        }
    }

    fn propagation(&self) -> Looked<ServiceSeen> {
        match service_state("CertPropSvc") {
            Err(failure) => Looked::Failed { failure },
            Ok(None) => Looked::Absent,
            Ok(Some(state)) => {
                let key = r"SYSTEM\CurrentControlSet\Services\CertPropSvc";
                let start = registry::number(HKEY_LOCAL_MACHINE, key, "Start");
                let start = start.ok().flatten();
                Looked::Seen {
                    found: ServiceSeen { state, start },
                }
            }
        }
    }
}

/// A store of the session's user, open for reading.
struct OpenStore(HCERTSTORE);

impl OpenStore {
    /// None: there is no such store yet.
    fn named(name: &str) -> Result<Option<Self>, ForeignFailure> {
        let name = wide(name);
        let flags = CERT_SYSTEM_STORE_CURRENT_USER
            | CERT_STORE_READONLY_FLAG
            | CERT_STORE_OPEN_EXISTING_FLAG;
        // SAFETY: the provider takes the name as wide text that ends with a zero; it outlives
        // the call.
        let store =
            unsafe { CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, flags, name.as_ptr().cast()) };
        if store.is_null() {
            // SAFETY: the call has no precondition.
            let code = unsafe { GetLastError() };
            return match code {
                FILE_NOT_FOUND => Ok(None),
                code => Err(ForeignFailure::new("CertOpenStore", code)),
            };
        }
        Ok(Some(Self(store)))
    }

    fn certificates(&self) -> Vec<StoredCertificate> {
        let mut found = Vec::new();
        let mut context: *mut CERT_CONTEXT = ptr::null_mut();
        loop {
            // SAFETY: the store is open; the call frees the context before, which is its own.
            context = unsafe { CertEnumCertificatesInStore(self.0, context) };
            if context.is_null() {
                return found;
            }
            if found.len() == MOST_CERTIFICATES {
                // SAFETY: the context is the last one the store gave, and is not used afterwards.
                unsafe { CertFreeCertificateContext(context) };
                return found;
            }
            // SAFETY: the context is valid until the next call, and its bytes with it.
            let der = unsafe {
                let encoded = &*context;
                std::slice::from_raw_parts(encoded.pbCertEncoded, encoded.cbCertEncoded as usize)
            };
            found.push(StoredCertificate {
                der: der.to_vec(),
                provider: provider(context),
            });
        }
    }
}

impl Drop for OpenStore {
    fn drop(&mut self) {
        // SAFETY: the store is open and is not used afterwards.
        unsafe { CertCloseStore(self.0, 0) };
    }
}

/// Who has the key. The property is a structure, followed by the texts it points to.
fn provider(context: *const CERT_CONTEXT) -> Option<String> {
    let property = CERT_KEY_PROV_INFO_PROP_ID;
    let mut size = 0_u32;
    // SAFETY: the context is valid; without a buffer only the size is written.
    let told = unsafe {
        CertGetCertificateContextProperty(context, property, ptr::null_mut(), &raw mut size)
    };
    if told == 0 || (size as usize) < size_of::<CRYPT_KEY_PROV_INFO>() {
        return None;
    }
    // words, so that the structure is aligned
    let mut buffer = vec![0_u64; (size as usize).div_ceil(8)];
    let data: *mut c_void = buffer.as_mut_ptr().cast();
    // SAFETY: the buffer holds at least `size` bytes.
    let told = unsafe { CertGetCertificateContextProperty(context, property, data, &raw mut size) };
    if told == 0 {
        return None;
    }
    // SAFETY: the call filled the buffer with this structure, whose texts lie in the same buffer
    // and end with a zero.
    let name = unsafe { text_at((*data.cast::<CRYPT_KEY_PROV_INFO>()).pwszProvName) };
    name.filter(|name| !name.is_empty())
}

/// # Safety
///
/// `text` is null or wide text that ends with a zero.
unsafe fn text_at(text: *const u16) -> Option<String> {
    if text.is_null() {
        return None;
    }
    let mut characters = Vec::new();
    for index in 0..LONGEST_NAME {
        // SAFETY: every character before the final zero is there.
        match unsafe { *text.add(index) } {
            0 => break,
            character => characters.push(character),
        }
    }
    Some(String::from_utf16_lossy(&characters))
}

/// Whether a program of this name runs in the session of this process.
fn runs_in_this_session(name: &str) -> Result<bool, ForeignFailure> {
    // SAFETY: the call has no precondition; its handle is closed below.
    let snapshot = unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) };
    if snapshot == INVALID_HANDLE_VALUE {
        return Err(last_failure("CreateToolhelp32Snapshot"));
    }
    let own = session_of(std::process::id());
    let mut entry = PROCESSENTRY32W {
        dwSize: u32::try_from(size_of::<PROCESSENTRY32W>()).unwrap_or_default(),
        ..Default::default()
    };
    let mut runs = false;
    // SAFETY: the handle is a snapshot of processes, the entry knows its own size.
    let mut more = unsafe { Process32FirstW(snapshot, &raw mut entry) };
    while more != 0 && !runs {
        let is_it = until_zero(&entry.szExeFile).eq_ignore_ascii_case(name);
        runs = is_it && session_of(entry.th32ProcessID) == own;
        // SAFETY: as above.
        more = unsafe { Process32NextW(snapshot, &raw mut entry) };
    }
    // SAFETY: the handle is open and is not used afterwards.
    unsafe { CloseHandle(snapshot) };
    Ok(runs)
}

pub(super) fn session_of(process: u32) -> Option<u32> {
    let mut session = 0_u32;
    // SAFETY: the call writes one number.
    let told = unsafe { ProcessIdToSessionId(process, &raw mut session) };
    (told != 0).then_some(session)
}

/// The user's setting, then the machine's, as CCM.exe looks for it.
///
/// Source: CCM.exe 3.10 and the installer of the Cryptolib CPS 5.2.2.
fn auto_detect() -> Option<bool> {
    let hives = [HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE].into_iter();
    let mut set = hives.filter_map(|hive| {
        registry::number(hive, r"SOFTWARE\ASIP Sante\CCM", "autoDetect")
            .ok()
            .flatten()
    });
    set.next().map(|number| number != 0)
}

/// `dwCurrentState`; none: there is no such service.
fn service_state(name: &str) -> Result<Option<u32>, ForeignFailure> {
    // SAFETY: null stands for this machine and its usual database.
    let manager = unsafe { OpenSCManagerW(ptr::null(), ptr::null(), SC_MANAGER_CONNECT) };
    let manager = ServiceHandle::of(manager, "OpenSCManagerW")?;
    let name = wide(name);
    // SAFETY: the manager is open, the name ends with a zero and outlives the call.
    let service = unsafe { OpenServiceW(manager.0, name.as_ptr(), SERVICE_QUERY_STATUS) };
    let service = match ServiceHandle::of(service, "OpenServiceW") {
        Err(failure) if failure.code == i64::from(ERROR_SERVICE_DOES_NOT_EXIST) => return Ok(None),
        other => other?,
    };
    let mut status = SERVICE_STATUS::default();
    // SAFETY: the service is open for this, the call fills the structure.
    match unsafe { QueryServiceStatus(service.0, &raw mut status) } {
        0 => Err(last_failure("QueryServiceStatus")),
        _ => Ok(Some(status.dwCurrentState)),
    }
}

struct ServiceHandle(SC_HANDLE);

impl ServiceHandle {
    fn of(handle: SC_HANDLE, call: &'static str) -> Result<Self, ForeignFailure> {
        match handle.is_null() {
            true => Err(last_failure(call)),
            false => Ok(Self(handle)),
        }
    }
}

impl Drop for ServiceHandle {
    fn drop(&mut self) {
        // SAFETY: the handle is open and is not used afterwards.
        unsafe { CloseServiceHandle(self.0) };
    }
}

fn last_failure(call: &'static str) -> ForeignFailure {
    // SAFETY: the call has no precondition.
    ForeignFailure::decimal(call, unsafe { GetLastError() })
}

const FILE_NOT_FOUND: u32 = 2;
const MOST_CERTIFICATES: usize = 4096;
const LONGEST_NAME: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stores_of_this_machine_are_read() {
        let roots = SystemStores.certificates(Store::Root).unwrap();
        assert!(roots.iter().all(|root| !root.der.is_empty()));
        SystemStores.certificates(Store::Personal).unwrap();
        SystemStores.certificates(Store::Intermediate).unwrap();
    }

    #[test]
    fn programs_of_this_session_and_services_are_found_by_their_names() {
        let own = std::env::current_exe().unwrap();
        let own = own.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(runs_in_this_session(&own), Ok(true));
        assert_eq!(runs_in_this_session("absent-program.exe"), Ok(false));
        assert_eq!(service_state("AbsentService"), Ok(None));
        assert!(matches!(SystemStores.manager(), Manager::NotRunning));
        assert!(!matches!(SystemStores.propagation(), Looked::NotAsked));
    }
}
