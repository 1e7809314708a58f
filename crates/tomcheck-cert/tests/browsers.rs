//! What is said of profiles that the browsers themselves have made.
//!
//! Firefox ESR and Chromium of Debian, without a screen, each with a home of its own.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tomcheck_cert::browser::{
    BrowserPlaces, ChromiumProbe, FirefoxProbe, FirefoxSeen, Home, Product,
};
use tomcheck_diagnosis::{Observation, Probe};

/// A person who has never opened a browser.
struct Person {
    home: TempDir,
    places: BrowserPlaces,
}

impl Person {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let own = Home {
            path: home.path().to_owned(),
            user: "anne".to_owned(),
            is_own: true,
            config: None,
        };
        let places = BrowserPlaces {
            system: "linux".to_owned(),
            homes: vec![own],
            programs: vec![(Product::Chromium, "/usr/bin/chromium".into())],
            ..BrowserPlaces::default()
        };
        Self { home, places }
    }

    /// Runs a program as this person, until it ends by itself or `done`. It must not outlast the
    /// test.
    fn run(&self, program: &str, arguments: &[&str], done: impl Fn() -> bool) {
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", program])
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while child.try_wait().unwrap().is_none() {
            let is_over = begun.elapsed() > PATIENCE;
            if is_over || done() {
                child.kill().unwrap();
                child.wait().unwrap();
                assert!(!is_over, "{program} neither ended nor did its work");
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Opens Firefox and closes it.
    fn firefox(&self) {
        let page = self.home.path().join("page.png");
        let page = page.display().to_string();
        self.run(
            "firefox-esr",
            &["--headless", "--screenshot", &page, "about:blank"],
            || false,
        );
    }

    fn modutil(&self, database: &Path, arguments: &[&str]) {
        let database = format!("sql:{}", database.display());
        let arguments = [&["-force", "-dbdir", &database], arguments].concat();
        self.run("modutil", &arguments, || false);
    }

    fn seen(&self, module: &Path) -> FirefoxSeen {
        FirefoxProbe {
            places: &self.places,
            module: Some(module),
        }
        .observe()
    }
}

/// Both take about two seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// A sound module, which a test can register: the Cryptolib is not to be had here.
fn opensc() -> PathBuf {
    let triple = format!("{}-linux-gnu", std::env::consts::ARCH);
    Path::new("/usr/lib").join(triple).join("opensc-pkcs11.so")
}

fn codes(seen: &impl Observation) -> Vec<&'static str> {
    let findings = seen.findings();
    findings.iter().map(|finding| finding.kind.code).collect()
}

fn default_profile(seen: &FirefoxSeen) -> PathBuf {
    let profiles = seen
        .roots
        .iter()
        .flat_map(|root| root.profiles.found().unwrap());
    let defaults: Vec<_> = profiles.filter(|profile| profile.is_default).collect();
    assert_eq!(defaults.len(), 1, "{defaults:?}");
    let default = defaults.first().unwrap();
    assert!(default.extensions.found().is_some(), "{default:?}");
    assert!(default.preferences.found().is_some(), "{default:?}");
    let last = default.last_use.found().unwrap();
    assert_eq!(last.machine(), Some(std::env::consts::ARCH));
    PathBuf::from(&default.path)
}

#[test]
fn firefox_lacks_the_module_until_modutil_registers_it_and_again_when_it_is_gone() {
    let person = Person::new();
    let module = person.home.path().join("it's a \"module\" é.so");
    std::fs::copy(opensc(), &module).unwrap();
    person.firefox();
    let seen = person.seen(&module);
    assert_eq!(codes(&seen), ["browser.firefox-module-missing"]);
    assert!(!seen.reaches_the_card());

    let profile = default_profile(&seen);
    let add = [
        "-add",
        "Module de sécurité CPS",
        "-libfile",
        module.to_str().unwrap(),
    ];
    person.modutil(&profile, &add);
    let seen = person.seen(&module);
    assert_eq!(codes(&seen), Vec::<&str>::new());
    assert!(seen.reaches_the_card());

    std::fs::remove_file(&module).unwrap();
    assert_eq!(
        codes(&person.seen(&module)),
        ["browser.firefox-module-broken"]
    );
}

#[test]
fn a_policy_beside_the_program_makes_firefox_itself_register_the_module() {
    let person = Person::new();
    let policies = person.home.path().join("policies.json");
    let module = opensc();
    let text = format!(
        r#"{{"policies":{{"SecurityDevices":{{"Add":{{"Carte CPS":"{}"}}}}}}}}"#,
        module.display()
    );
    std::fs::write(&policies, text).unwrap();
    // Firefox takes the policies from a file of this name only where a preference allows it, so
    // that it is given them the way an administrator does: in a place of its own program.
    let program = program_with_policies(person.home.path(), &policies);
    let page = person.home.path().join("page.png");
    let page = page.to_str().unwrap();
    let arguments = ["--headless", "--screenshot", page, "about:blank"];
    person.run(program.to_str().unwrap(), &arguments, || false);

    let seen = person.seen(&module);
    assert!(seen.reaches_the_card(), "{seen:?}");
    let profile = default_profile(&seen);
    let list = std::fs::read_to_string(profile.join("pkcs11.txt")).unwrap();
    assert!(
        list.contains("name=Carte CPS"),
        "Firefox did as told: {list}"
    );
    let roots = seen
        .roots
        .iter()
        .flat_map(|root| root.profiles.found().unwrap());
    let policies: Vec<_> = roots.flat_map(|profile| &profile.policies).collect();
    assert_eq!(policies.len(), 1, "{policies:?}");
    assert!(policies[0].path.ends_with("distribution/policies.json"));
}

/// Firefox as Debian installs it, and a folder of policies beside it: everything but that folder
/// is a link, and the program itself a copy, since it takes the folder it stands in for its own.
fn program_with_policies(folder: &Path, policies: &Path) -> PathBuf {
    let own = folder.join("firefox");
    std::fs::create_dir_all(own.join("distribution")).unwrap();
    std::fs::copy(policies, own.join("distribution/policies.json")).unwrap();
    for entry in std::fs::read_dir("/usr/lib/firefox-esr").unwrap() {
        let entry = entry.unwrap();
        let there = own.join(entry.file_name());
        match entry.file_name().to_str() {
            Some("distribution") => {}
            Some("firefox-esr" | "firefox-bin" | "firefox") => {
                std::fs::copy(entry.path(), there).map(|_| ()).unwrap();
            }
            _ => std::os::unix::fs::symlink(entry.path(), there).unwrap(),
        }
    }
    own.join("firefox-esr")
}

#[test]
fn chromium_lacks_the_module_until_modutil_registers_it_in_the_shared_database() {
    let person = Person::new();
    let probe = |places| ChromiumProbe {
        places,
        module: Some(Box::leak(opensc().into_boxed_path())),
    };
    assert_eq!(codes(&probe(&person.places).observe()), Vec::<&str>::new());

    let data = person.home.path().join(".config/chromium");
    let state = data.join("Local State");
    let data = format!("--user-data-dir={}", data.display());
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        &data,
        "--dump-dom",
        "about:blank",
    ];
    person.run("chromium", &arguments, || false);
    assert!(state.is_file());
    let seen = probe(&person.places).observe();
    assert_eq!(codes(&seen), ["browser.nss-module-missing"]);

    let database = PathBuf::from(&seen.used[0].database);
    assert_eq!(database, person.home.path().join(".pki/nssdb"));
    std::fs::create_dir_all(&database).unwrap();
    let at = format!("sql:{}", database.display());
    person.run("certutil", &["-N", "-d", &at, "--empty-password"], || false);
    let module = opensc();
    person.modutil(
        &database,
        &["-add", "CPS", "-libfile", module.to_str().unwrap()],
    );
    let seen = probe(&person.places).observe();
    assert_eq!(codes(&seen), Vec::<&str>::new());
    assert!(seen.reaches_the_card());
}

/// Dropped into a profile, it waits for the person's consent.
#[test]
fn firefox_itself_says_that_the_extension_does_not_run() {
    let person = person_with_extension("15");
    let seen = person.seen(&opensc());
    assert_eq!(codes(&seen), ["browser.firefox-extension-disabled"]);
}

#[test]
fn an_extension_that_runs_in_firefox_does_not_explain_why_the_module_lacks() {
    let person = person_with_extension("0");
    let seen = person.seen(&opensc());
    assert_eq!(codes(&seen), ["browser.firefox-module-missing"]);
    let roots = seen.roots.iter();
    let profiles = roots.flat_map(|root| root.profiles.found().unwrap());
    let mut extensions = profiles.flat_map(|profile| profile.extensions.found().unwrap());
    assert!(extensions.any(|extension| extension.is_current() && extension.active));
}

/// A person whose Firefox met, at its first start, an extension that bears the CPS's name.
fn person_with_extension(disabled_in: &str) -> Person {
    let person = Person::new();
    let root = person.home.path().join(".mozilla/firefox");
    let profile = root.join("p.default");
    std::fs::create_dir_all(profile.join("extensions")).unwrap();
    let list = "[Profile0]\nName=default\nIsRelative=1\nPath=p.default\nDefault=1\n";
    std::fs::write(root.join("profiles.ini"), list).unwrap();
    // without these, Firefox takes no extension that Mozilla did not sign
    let settings = format!(
        "user_pref(\"xpinstall.signatures.required\", false);\n\
         user_pref(\"extensions.startupScanScopes\", 15);\n\
         user_pref(\"extensions.autoDisableScopes\", {disabled_in});\n"
    );
    std::fs::write(profile.join("user.js"), settings).unwrap();
    let package = profile.join("extensions").join(format!("{EXTENSION}.xpi"));
    std::fs::write(package, archive_of("manifest.json", MANIFEST.as_bytes())).unwrap();
    let page = person.home.path().join("page.png");
    let arguments = [
        "--headless",
        "--screenshot",
        page.to_str().unwrap(),
        "--profile",
    ];
    let arguments = [&arguments[..], &[profile.to_str().unwrap(), "about:blank"]].concat();
    person.run("firefox-esr", &arguments, || false);
    person
}

const EXTENSION: &str = "CPS2ter-2020_Firefox@asipsante.fr";
const MANIFEST: &str = r#"{"manifest_version":2,"name":"tomcheck test","version":"6.0.21",
    "browser_specific_settings":{"gecko":{"id":"CPS2ter-2020_Firefox@asipsante.fr"}}}"#;

/// A ZIP archive of one file, not compressed. Source: APPNOTE.TXT of PKWARE, 4.3.
fn archive_of(name: &str, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
    let sum = crc32(content).to_le_bytes();
    // version 2.0, no flags, stored, the first day of 1980
    let about = [
        &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..],
        &sum,
        &length,
        &length,
        &name_length,
    ];
    let about = about.concat();
    let file = [
        &b"PK\x03\x04"[..],
        &about,
        &[0, 0],
        name.as_bytes(),
        content,
    ]
    .concat();
    let entry = [&b"PK\x01\x02\x14\0"[..], &about, &[0; 16], name.as_bytes()].concat();
    let size = u32::try_from(entry.len()).unwrap().to_le_bytes();
    let begins = u32::try_from(file.len()).unwrap().to_le_bytes();
    let end = [
        &b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..],
        &size,
        &begins,
        &[0, 0],
    ]
    .concat();
    [file, entry, end].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32| (0..8).fold(sum, |sum, _| (sum >> 1) ^ (0xEDB8_8320 * (sum & 1)));
    !bytes
        .iter()
        .fold(!0, |sum, byte| step(sum ^ u32::from(*byte)))
}
