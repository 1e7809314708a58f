//! Any text that may stand in the files, registry values and lists that decide a proxy.
#![no_main]

use std::path::PathBuf;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use tomcheck_diagnosis::Observation;
use tomcheck_proxy::{
    Dialect, Environment, ExceptionList, ProxyPlaces, SiteUrl, SourceKind, SourcesProbe, WinInet,
};

/// One folder, whose files are written again for each input.
static FOLDER: OnceLock<TempDir> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    lists(&text);
    registry(bytes, &text);
    files(bytes);
});

fn lists(text: &str) {
    let (host, raw) = text.split_once('\n').unwrap_or(("tom.example", text));
    let site = SiteUrl::https(host, 443);
    for dialect in Dialect::ALL {
        let list = ExceptionList {
            dialect,
            location: "list".to_owned(),
            raw: raw.to_owned(),
        };
        let _ = list.entry_for(&site);
        let _ = dialect.pasted(&[host.to_owned(), "2001:db8::1".to_owned()]);
    }
}

fn registry(bytes: &[u8], text: &str) {
    let settings = WinInet {
        hive: "HKCU".to_owned(),
        connection: Some(bytes.to_vec()),
        ..WinInet::default()
    };
    let _ = settings.source(&SiteUrl::https("tom.example", 443));
    let settings = WinInet {
        enabled: Some(1),
        server: Some(text.to_owned()),
        exceptions: Some(text.to_owned()),
        ..settings
    };
    let _ = settings.source(&SiteUrl::https("tom.example", 443));
}

fn files(bytes: &[u8]) {
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder"));
    let file = |name: &str, head: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, [head.as_bytes(), bytes].concat()).expect("a file");
        path
    };
    let mut places = ProxyPlaces::default();
    places.desktop = "KDE".to_owned();
    places.kioslaverc = vec![file("kioslaverc", "[Proxy Settings]\nProxyType=1\nhttpsProxy=")];
    file("profiles.ini", "[Profile0]\nPath=.\n");
    file("prefs.js", "user_pref(\"network.proxy.type\", 1);\n");
    places.firefox_roots = vec![folder.path().to_owned()];
    places.firefox_policies = vec![file("policies", "")];
    places.chromium_policies = vec![(SourceKind::Chrome, folder.path().to_owned())];
    file("chrome.json", "");
    places.java_deployment = vec![file("java", "deployment.proxy.type=1\n")];
    let probe = SourcesProbe {
        explicit: None,
        environment: Environment::of([("JAVA_TOOL_OPTIONS", String::from_utf8_lossy(bytes))]),
        places,
        url: SiteUrl::https("tom.example", 443),
    };
    let _ = tomcheck_diagnosis::Probe::observe(&probe).findings();
}
