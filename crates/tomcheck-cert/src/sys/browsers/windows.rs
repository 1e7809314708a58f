//! Where do browsers keep what they know on Windows?

use std::path::{Path, PathBuf};

use windows_sys::Win32::System::Registry::{HKEY, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE};

use crate::browser::{
    BrowserPlaces, DevicePolicy, Home, Product, UnknownCaller, is_below, read_device_policies,
};
use crate::sys::{registry, stores};

/// The profile of the session's user; none for an account of the system's own.
///
/// # Errors
///
/// None: Windows has no `sudo` that leaves a name.
pub(crate) fn own_home() -> Result<Option<Home>, UnknownCaller> {
    Ok(profile())
}

fn profile() -> Option<Home> {
    let path = PathBuf::from(std::env::var_os("USERPROFILE")?);
    (!is_of_the_system(&path)).then(|| Home {
        user: std::env::var("USERNAME").unwrap_or_default(),
        is_own: true,
        config: std::env::var_os("APPDATA").map(PathBuf::from),
        path,
    })
}

/// Whether this process runs where a person is signed in, and as a person. Session 0 is that of
/// services and of tasks that need nobody.
///
/// Not tried on a Windows.
pub(crate) fn is_session_of_a_person() -> bool {
    let session = stores::session_of(std::process::id());
    session != Some(0) && profile().is_some()
}

fn is_of_the_system(profile: &Path) -> bool {
    let system = std::env::var("SystemRoot").unwrap_or_else(|_| r"C:\Windows".to_owned());
    is_below(&profile.to_string_lossy(), &system)
}

/// Those that Windows keeps a profile for. Those of other users are closed to whoever is no
/// administrator, and then nothing is seen in them.
///
/// Not tried on a Windows.
pub(crate) fn other_homes() -> Vec<Home> {
    let profiles = registry::keys(HKEY_LOCAL_MACHINE, PROFILES).into_iter();
    let people = profiles.filter(|sid| is_person(sid));
    let homes = people.filter_map(|sid| {
        let key = format!(r"{PROFILES}\{sid}");
        let path = registry::text(HKEY_LOCAL_MACHINE, &key, "ProfileImagePath");
        let path = PathBuf::from(path.ok().flatten()?);
        Some(Home {
            user: path.file_name()?.to_string_lossy().into_owned(),
            path,
            is_own: false,
            config: None,
        })
    });
    homes.collect()
}

const PROFILES: &str = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList";

/// Of this machine or its domain, or of Entra ID; a profile that could not be loaded is kept as
/// `….bak`.
///
/// Source: [MS-DTYP] 2.4.2.4, well-known SID structures.
fn is_person(sid: &str) -> bool {
    let people = ["S-1-5-21-", "S-1-12-1-"];
    people.iter().any(|of| sid.starts_with(of)) && !sid.ends_with(".bak")
}

/// Adds what the registry and the usual folders of programs say.
pub(crate) fn add_places(places: &mut BrowserPlaces) {
    places.declared_manifests = declared_manifests();
    places.registry_policies = device_policies();
    places.registry_patterns = patterns();
    places.programs = programs();
}

const HIVES: [(&str, HKEY); 2] = [("HKLM", HKEY_LOCAL_MACHINE), ("HKCU", HKEY_CURRENT_USER)];

/// Source: MDN "Native manifests": since Firefox 64 the 32-bit view is looked at first.
fn declared_manifests() -> Vec<(String, PathBuf)> {
    let keys = HIVES.into_iter().flat_map(|(hive, root)| {
        let branches = [r"SOFTWARE\Wow6432Node", "SOFTWARE"].into_iter();
        branches.flat_map(move |branch| {
            let keys =
                ["cps3", "cps3_x86"].map(|name| format!(r"{branch}\Mozilla\PKCS11Modules\{name}"));
            keys.map(|key| (hive, root, key))
        })
    });
    let declared = keys.filter_map(|(hive, root, key)| {
        let file = registry::text(root, &key, "").ok().flatten()?;
        Some((format!(r"{hive}\{key}"), PathBuf::from(file)))
    });
    declared.collect()
}

/// The policy as keys with values, or as one text of JSON.
fn device_policies() -> Vec<(String, Vec<DevicePolicy>)> {
    let firefox = r"SOFTWARE\Policies\Mozilla\Firefox";
    let of_hive = HIVES.into_iter().filter_map(|(hive, root)| {
        let devices = format!(r"{firefox}\SecurityDevices");
        let adds = registry::texts(root, &format!(r"{devices}\Add")).into_iter();
        let flat = registry::texts(root, &devices).into_iter();
        let adds = adds
            .chain(flat)
            .map(|(name, library)| DevicePolicy::Adds { name, library });
        let deletes = registry::texts(root, &format!(r"{devices}\Delete")).into_iter();
        let deletes = deletes.map(|(_, name)| DevicePolicy::Deletes { name });
        let json = registry::text(root, firefox, "SecurityDevices")
            .ok()
            .flatten();
        let json = json.map(|text| format!("{{\"policies\":{{\"SecurityDevices\":{text}}}}}"));
        let json = json.and_then(|text| read_device_policies(&text).ok());
        let all: Vec<_> = adds
            .chain(deletes)
            .chain(json.into_iter().flatten())
            .collect();
        (!all.is_empty()).then(|| (format!(r"{hive}\{devices}"), all))
    });
    of_hive.collect()
}

fn patterns() -> Vec<(String, Vec<String>)> {
    let vendors = [r"Google\Chrome", r"Microsoft\Edge", "Chromium"];
    let keys = HIVES.into_iter().flat_map(|(hive, root)| {
        vendors.map(|vendor| {
            let key = format!(r"SOFTWARE\Policies\{vendor}\AutoSelectCertificateForUrls");
            let entries = registry::texts(root, &key)
                .into_iter()
                .map(|(_, entry)| entry);
            (format!(r"{hive}\{key}"), entries.collect::<Vec<_>>())
        })
    });
    keys.filter(|(_, entries)| !entries.is_empty()).collect()
}

fn programs() -> Vec<(Product, PathBuf)> {
    let variables = [
        "ProgramFiles",
        "ProgramW6432",
        "ProgramFiles(x86)",
        "LOCALAPPDATA",
    ];
    let folders = variables
        .iter()
        .filter_map(std::env::var_os)
        .map(PathBuf::from);
    let programs = folders.flat_map(|folder| {
        [
            (Product::Firefox, r"Mozilla Firefox\firefox.exe"),
            (Product::Chrome, r"Google\Chrome\Application\chrome.exe"),
            (Product::Edge, r"Microsoft\Edge\Application\msedge.exe"),
            (Product::Chromium, r"Chromium\Application\chrome.exe"),
        ]
        .map(|(product, path)| (product, folder.join(path)))
    });
    programs.collect()
}

#[test]
fn profiles_of_people_are_told_from_those_of_services() {
    assert!(is_person("S-1-5-21-1-2-3-1001") && is_person("S-1-12-1-1-2-3-4"));
    for other in ["S-1-5-18", "S-1-5-80-1-2", "S-1-5-21-1-2-3-1001.bak"] {
        assert!(!is_person(other), "{other}");
    }
    assert!(!other_homes().iter().any(|home| home.is_own));
}
