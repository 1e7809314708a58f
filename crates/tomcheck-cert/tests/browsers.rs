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
use tomcheck_cert::browser::{BrowserPlaces, ChromiumProbe, FirefoxProbe, FirefoxSeen, Home};
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
