//! What is said of the browsers of machines as they were met: small trees of their files.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tomcheck_cert::browser::{
    BrowserPlaces, ChromiumProbe, ChromiumSeen, FirefoxProbe, FirefoxSeen, Home, Product,
};
use tomcheck_diagnosis::{Finding, Lang, Observation, Probe, Severity};

/// A machine made of files.
struct World {
    folder: TempDir,
    places: BrowserPlaces,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let below = |path: &str| folder.path().join(path);
        let home = |user: &str, is_own| Home {
            path: below("home").join(user),
            user: user.to_owned(),
            is_own,
            config: None,
        };
        let places = BrowserPlaces {
            system: "linux".to_owned(),
            homes: vec![home("anne", true), home("luc", false)],
            manifest_folders: vec![below("manifests")],
            firefox_policies: vec![below("etc/policies.json")],
            nss_lists: vec![below("etc/nss.config")],
            p11_kit_folders: vec![below("p11-kit")],
            chromium_policies: vec![(Product::Chromium, below("etc/chromium"))],
            programs: vec![
                (Product::Firefox, below("bin/firefox")),
                (Product::Chromium, below("bin/chromium")),
            ],
            ..BrowserPlaces::default()
        };
        Self { folder, places }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// A Firefox with one profile, opened once.
    fn firefox(&self, root: &str, modules: &str) -> &Self {
        self.write(&format!("{root}/profiles.ini"), PROFILES)
            .write(&format!("{root}/x.default/compatibility.ini"), USED)
            .write(&format!("{root}/x.default/pkcs11.txt"), modules)
    }

    /// The card's module, as its installer places it.
    fn module(&self) -> String {
        let path = self.path("lib/libcps3_pkcs11_lux.so");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if !path.exists() {
            std::fs::copy(opensc(), &path).unwrap();
        }
        path.display().to_string()
    }

    fn seen(&self) -> FirefoxSeen {
        FirefoxProbe {
            places: &self.places,
            module: None,
        }
        .observe()
    }

    /// What is told of Chromium, which is installed.
    fn chromium(&self) -> ChromiumSeen {
        self.write("bin/chromium", "");
        self.chromium_as_it_is()
    }

    fn chromium_as_it_is(&self) -> ChromiumSeen {
        ChromiumProbe {
            places: &self.places,
            module: None,
        }
        .observe()
    }
}

/// A sound module of this machine's architecture.
fn opensc() -> PathBuf {
    let triple = format!("{}-linux-gnu", std::env::consts::ARCH);
    Path::new("/usr/lib").join(triple).join("opensc-pkcs11.so")
}

const ANNE: &str = "home/anne/.mozilla/firefox";
const PROFILES: &str = "[Profile0]\nName=default\nIsRelative=1\nPath=x.default\n";
const USED: &str = "[Compatibility]\nLastVersion=128.5.0_1/1\nLastOSABI=Linux_x86_64-gcc3\n";
const BUILTIN: &str = "library=\nname=NSS Internal PKCS #11 Module\nNSS=Flags=internal\n\n";

fn with_module(library: &str) -> String {
    format!("{BUILTIN}library={library}\nname=Module de sécurité CPS\n\n")
}

fn told(findings: &[Finding]) -> Vec<(&'static str, Severity)> {
    let told = findings.iter().map(|it| (it.kind.code, it.severity));
    told.collect()
}

/// What a finding holds, as people read it.
fn evidence(finding: &Finding) -> String {
    let evidence = finding.evidence.iter();
    let lines = evidence.map(|it| format!("{}: {}\n", it.label(Lang::En), it.render(Lang::En)));
    lines.collect()
}

/// As a saved report is judged again.
fn again<T: Observation + serde::de::DeserializeOwned>(seen: &T) -> Vec<Finding> {
    let saved = serde_json::to_string(seen).unwrap();
    let read: T = serde_json::from_str(&saved).unwrap();
    assert_eq!(read.findings(), seen.findings());
    read.findings()
}

#[test]
fn a_profile_without_the_module_is_named_with_its_file_and_what_that_lists() {
    let world = World::new();
    world.firefox(ANNE, BUILTIN);
    let findings = again(&world.seen());
    assert_eq!(
        told(&findings),
        [("browser.firefox-module-missing", Severity::Fault)]
    );
    let evidence = evidence(&findings[0]);
    assert!(
        evidence.contains("x.default/pkcs11.txt: NSS Internal PKCS #11 Module"),
        "{evidence}"
    );
    assert!(
        evidence.contains("128.5.0 (Linux_x86_64-gcc3)"),
        "{evidence}"
    );
    assert!(findings[0].title(Lang::Fr).contains("« default »"));
}

#[test]
fn a_profile_that_lists_the_module_reaches_the_card() {
    let world = World::new();
    world.firefox(ANNE, &with_module(&world.module()));
    let seen = world.seen();
    assert!(seen.reaches_the_card());
    assert_eq!(told(&again(&seen)), []);
}

#[test]
fn a_registered_module_that_is_gone_or_made_for_another_machine_is_broken() {
    let world = World::new();
    world.firefox(ANNE, &with_module("/gone/libcps3_pkcs11_lux.so"));
    let findings = again(&world.seen());
    assert_eq!(
        told(&findings),
        [("browser.firefox-module-broken", Severity::Fault)]
    );
    assert!(evidence(&findings[0]).contains("it does not exist"));
    assert!(
        findings[0]
            .title(Lang::En)
            .contains("/gone/libcps3_pkcs11_lux.so")
    );

    let used = USED.replace("x86_64", "x86");
    world
        .firefox(ANNE, &with_module(&world.module()))
        .write(&format!("{ANNE}/x.default/compatibility.ini"), used);
    let findings = again(&world.seen());
    assert_eq!(
        told(&findings),
        [("browser.firefox-module-broken", Severity::Fault)]
    );
    assert!(evidence(&findings[0]).contains("that module is made for: Linux"));

    let damaged = world.path("lib/libcps3_pkcs11_lux.so");
    std::fs::write(&damaged, "text").unwrap();
    assert!(evidence(&world.seen().findings()[0]).contains("it is no card module"));
}

#[test]
fn a_disabled_extension_explains_the_missing_module() {
    let world = World::new();
    let extension = |state: &str| {
        format!(
            r#"{{"addons":[{{"id":"CPS2ter-2020_Firefox@asipsante.fr","version":"6.0.21",{state}}}]}}"#
        )
    };
    let file = format!("{ANNE}/x.default/extensions.json");
    let by_user = extension(r#""active":false,"userDisabled":true,"signedState":2"#);
    world.firefox(ANNE, BUILTIN).write(&file, by_user);
    let findings = again(&world.seen());
    assert_eq!(
        told(&findings),
        [("browser.firefox-extension-disabled", Severity::Fault)]
    );
    assert!(evidence(&findings[0]).contains("userDisabled: true"));
    assert_eq!(findings[0].note, None);

    let by_firefox = extension(r#""active":false,"appDisabled":true,"signedState":-1"#);
    world.write(&file, by_firefox);
    assert!(
        world.seen().findings()[0]
            .note
            .unwrap()
            .en
            .contains("Firefox itself")
    );

    // one that runs brings the module at its next start, and explains nothing
    world.write(&file, extension(r#""active":true"#));
    assert_eq!(
        world.seen().findings()[0].kind.code,
        "browser.firefox-module-missing"
    );
}

#[test]
fn a_confined_firefox_is_told_as_such_whatever_its_list_says() {
    for root in [
        "home/anne/snap/firefox/common/.mozilla/firefox",
        "home/anne/.var/app/org.mozilla.firefox/.mozilla/firefox",
    ] {
        let world = World::new();
        world.firefox(root, &with_module(&world.module()));
        let seen = world.seen();
        assert!(!seen.reaches_the_card());
        assert_eq!(
            told(&again(&seen)),
            [("browser.firefox-confined", Severity::Fault)]
        );
    }
}

#[test]
fn a_profile_never_opened_and_one_that_is_no_default_are_not_judged() {
    let world = World::new();
    let two = "[Profile0]\nName=old\nIsRelative=1\nPath=old\nDefault=1\n\n\
               [Profile1]\nName=esr\nIsRelative=1\nPath=x.default\n\n\
               [Install1]\nDefault=x.default\n";
    world
        .firefox(ANNE, &with_module(&world.module()))
        .write(&format!("{ANNE}/profiles.ini"), two)
        .write(&format!("{ANNE}/old/pkcs11.txt"), BUILTIN);
    assert_eq!(told(&again(&world.seen())), []);

    let world = World::new();
    world.write(&format!("{ANNE}/profiles.ini"), PROFILES);
    let seen = world.seen();
    assert_eq!(told(&again(&seen)), []);
    assert!(!seen.reaches_the_card());
}

#[test]
fn a_browser_without_the_card_is_a_warning_where_another_has_it() {
    let world = World::new();
    world.firefox(ANNE, BUILTIN);
    let mut seen = world.seen();
    seen.another_reaches = true;
    assert_eq!(
        told(&again(&seen)),
        [("browser.firefox-module-missing", Severity::Warning)]
    );

    // two installations of Firefox, each with its own profiles
    world.firefox(
        "home/anne/.config/mozilla/firefox",
        &with_module(&world.module()),
    );
    assert_eq!(
        told(&again(&world.seen())),
        [("browser.firefox-module-missing", Severity::Warning)]
    );
}

#[test]
fn what_another_user_s_firefox_lacks_blocks_nobody_here_and_that_user_is_masked() {
    let world = World::new();
    world.firefox("home/luc/.mozilla/firefox", BUILTIN);
    let seen = world.seen();
    assert_eq!(
        told(&again(&seen)),
        [("browser.firefox-module-missing", Severity::Info)]
    );
    let luc = tomcheck_diagnosis::Identity::new(tomcheck_diagnosis::IdentityKind::User, "luc");
    assert_eq!(seen.identities(), [luc]);
}

#[test]
fn a_policy_or_p11_kit_brings_the_module_too() {
    let world = World::new();
    let module = world.module();
    let policy = format!(r#"{{"policies":{{"SecurityDevices":{{"Add":{{"CPS":"{module}"}}}}}}}}"#);
    world
        .firefox(ANNE, BUILTIN)
        .write("etc/policies.json", policy);
    assert!(world.seen().reaches_the_card());

    // beside the program, in the former form, and the library is gone
    let flat = r#"{"policies":{"SecurityDevices":{"CPS":"/gone/libcps3_pkcs11_lux.so"}}}"#;
    let used = format!("{USED}LastPlatformDir={}\n", world.path("opt").display());
    world
        .write("etc/policies.json", "{}")
        .write("opt/distribution/policies.json", flat)
        .write(&format!("{ANNE}/x.default/compatibility.ini"), used);
    std::fs::remove_file(world.path("etc/policies.json")).unwrap();
    let findings = again(&world.seen());
    assert_eq!(
        told(&findings),
        [("browser.firefox-module-broken", Severity::Fault)]
    );
    assert!(evidence(&findings[0]).contains("opt/distribution/policies.json: CPS"));

    let world = World::new();
    let proxy = format!("{BUILTIN}library=p11-kit-proxy.so\nname=p11-kit-proxy\n\n");
    world.firefox(ANNE, &proxy);
    assert!(!world.seen().reaches_the_card());
    world.write(
        "p11-kit/cps.module",
        format!("module: {}\n", world.module()),
    );
    assert!(world.seen().reaches_the_card());
}

/// As Red Hat and Fedora set it up: no profile names p11-kit, and every one loads it.
#[test]
fn p11_kit_may_be_loaded_by_every_program_of_the_machine() {
    let world = World::new();
    let list = "library=p11-kit-proxy.so\nname=p11-kit-proxy\n\n\n\
                library=\nname=Policy\nNSS=flags=policyOnly,moduleDB\nconfig=\"disallow=ALL\"\n";
    world
        .firefox(ANNE, BUILTIN)
        .write("home/anne/.config/chromium/Local State", "{}")
        .write("etc/nss.config", list);
    assert!(!world.seen().reaches_the_card() && !world.chromium().reaches_the_card());
    let registered = format!("module: {}\n", world.module());
    world.write("p11-kit/cps.module", registered);
    assert!(world.seen().reaches_the_card() && world.chromium().reaches_the_card());
}

/// Mozilla's own archives bring an NSS that reads no list of the machine; Debian's reads none either.
#[test]
fn a_list_for_the_whole_machine_is_loaded_where_nss_was_built_to_read_it() {
    let mut world = World::new();
    let list = "library=p11-kit-proxy.so\nname=p11-kit-proxy\n\n";
    let registered = format!("module: {}\n", world.module());
    let folder = world.path("opt/firefox");
    let used = format!("{USED}LastPlatformDir={}\n", folder.display());
    world
        .firefox(ANNE, BUILTIN)
        .write(&format!("{ANNE}/x.default/compatibility.ini"), used)
        .write("opt/firefox/firefox", "")
        .write("home/anne/.config/chromium/Local State", "{}")
        .write("etc/nss.config", list)
        .write("p11-kit/cps.module", registered);
    assert!(world.seen().reaches_the_card(), "the system's NSS");
    let built_for_it = format!("\u{0}configdir='sql:{}'\u{0}", world.path("etc").display());
    world.write("opt/firefox/libnss3.so", "\u{0}no list\u{0}");
    let seen = world.seen();
    assert!(!seen.reaches_the_card(), "its own NSS");
    let code = "browser.firefox-module-missing";
    assert_eq!(told(&again(&seen)), [(code, Severity::Fault)]);
    world.write("opt/firefox/libnss3.so", &built_for_it);
    assert!(world.seen().reaches_the_card(), "its own, as Red Hat's");
    world.places.nss_libraries = vec![world.path("absent.so"), world.path("lib/libnss3.so")];
    world.write("lib/libnss3.so", &built_for_it);
    assert!(world.chromium().reaches_the_card());
    world.write("lib/libnss3.so", "no list");
    assert!(!world.chromium().reaches_the_card() && !world.seen().reaches_the_card());
}

#[test]
fn a_module_that_p11_kit_keeps_from_a_browser_does_not_reach_it() {
    let world = World::new();
    let proxy = "library=p11-kit-proxy.so\nname=p11-kit-proxy\n\n";
    world
        .firefox(ANNE, proxy)
        .write("home/anne/.config/chromium/Local State", "{}")
        .write("home/anne/.pki/nssdb/pkcs11.txt", proxy);
    let registered = |lines: &str| {
        let text = format!("module: {}\n{lines}\n", world.module());
        world.write("p11-kit/cps.module", text);
        let reaches = world.seen().reaches_the_card();
        (reaches, world.chromium().reaches_the_card())
    };
    assert_eq!(registered(""), (true, true));
    assert_eq!(registered("enable-in: firefox, ssh"), (true, false));
    assert_eq!(registered("disable-in: firefox"), (false, true));
    assert_eq!(registered("disable-in: p11-kit-proxy"), (false, false));
    for findings in [world.seen().findings(), world.chromium().findings()] {
        let evidence = evidence(&findings[0]);
        assert!(
            evidence.contains("p11-kit/cps.module: disable-in: p11-kit-proxy"),
            "{evidence}"
        );
    }
    assert_eq!(registered(""), (true, true));
    let own = "home/anne/.config/pkcs11/modules/cps.module";
    world.write(own, "disable-in: chromium\n");
    assert_eq!(registered(""), (true, false), "the user's own file");
}

#[test]
fn a_policy_that_deletes_modules_and_the_native_manifest_are_evidence() {
    let world = World::new();
    let delete = r#"{"policies":{"SecurityDevices":{"Delete":["Module de sécurité CPS"]}}}"#;
    let manifest = r#"{"name":"cps3","path":"/opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so"}"#;
    world
        .firefox(ANNE, BUILTIN)
        .write("etc/policies.json", delete)
        .write("manifests/cps3.json", manifest);
    let evidence = evidence(&world.seen().findings()[0]);
    assert!(
        evidence.contains("SecurityDevices.Delete: Module de sécurité CPS"),
        "{evidence}"
    );
    assert!(
        evidence.contains("manifests/cps3.json: /opt/santesocial"),
        "{evidence}"
    );
}

#[test]
fn on_windows_a_firefox_that_asks_the_system_needs_no_module() {
    let mut world = World::new();
    world.places.system = "windows".to_owned();
    let root = "home/anne/AppData/Roaming/Mozilla/Firefox";
    let set = "user_pref(\"security.osclientcerts.autoload\", true);\n";
    world
        .firefox(root, BUILTIN)
        .write(&format!("{root}/x.default/prefs.js"), set);
    let seen = world.seen();
    assert_eq!(told(&again(&seen)), []);
    // whether the store has the certificates, the store tells
    assert!(!seen.reaches_the_card());
    // user.js goes over prefs.js
    let unset = "user_pref(\"security.osclientcerts.autoload\", false);\n";
    world.write(&format!("{root}/x.default/user.js"), unset);
    assert_eq!(world.seen().findings()[0].note, None);
    assert_eq!(
        world.seen().findings()[0].kind.code,
        "browser.firefox-module-missing"
    );
}

#[test]
fn on_macos_safari_may_reach_the_card_in_its_own_way() {
    let mut world = World::new();
    world.places.system = "macos".to_owned();
    world.firefox("home/anne/Library/Application Support/Firefox", BUILTIN);
    assert!(
        world.seen().findings()[0]
            .note
            .unwrap()
            .en
            .contains("the certificates of the system")
    );
    assert_eq!(
        told(&again(&world.seen())),
        [("browser.firefox-module-missing", Severity::Warning)]
    );
}

#[test]
fn what_cannot_be_read_is_told_and_not_taken_for_missing() {
    let world = World::new();
    world.firefox(ANNE, BUILTIN);
    let list = world.path(&format!("{ANNE}/x.default/pkcs11.txt"));
    std::fs::remove_file(&list).unwrap();
    std::fs::create_dir(&list).unwrap();
    let findings = again(&world.seen());
    assert_eq!(
        told(&findings),
        [("browser.profile-unreadable", Severity::Warning)]
    );
    assert!(
        findings[0]
            .title(Lang::Fr)
            .ends_with("x.default/pkcs11.txt")
    );
}

#[test]
fn files_that_are_no_text_are_read_as_far_as_they_go() {
    let world = World::new();
    world
        .firefox(ANNE, BUILTIN)
        .write(
            &format!("{ANNE}/x.default/pkcs11.txt"),
            b"library=/a\xff\nname=\xe9\n\n",
        )
        .write(&format!("{ANNE}/x.default/extensions.json"), b"\x00\xff")
        .write(&format!("{ANNE}/x.default/prefs.js"), b"\xff\xfe");
    let findings = again(&world.seen());
    assert_eq!(
        told(&findings),
        [("browser.firefox-module-missing", Severity::Fault)]
    );
    assert!(evidence(&findings[0]).contains('\u{fffd}'));
}

#[test]
fn chromium_needs_the_module_in_the_database_it_opens() {
    let world = World::new();
    assert_eq!(told(&again(&world.chromium())), []);
    world.write("home/anne/.config/chromium/Local State", "{}");
    let findings = again(&world.chromium());
    assert_eq!(
        told(&findings),
        [("browser.nss-module-missing", Severity::Fault)]
    );
    assert!(
        findings[0]
            .steps(Lang::En, "linux")
            .join(" ")
            .contains("/.pki/nssdb")
    );

    // since Chromium 146, where the former folder is not there
    world.write(
        "home/anne/.local/share/pki/nssdb/pkcs11.txt",
        with_module(&world.module()),
    );
    assert!(world.chromium().reaches_the_card());
    assert_eq!(told(&again(&world.chromium())), []);

    // the former folder goes first where it is
    world.write("home/anne/.pki/nssdb/pkcs11.txt", BUILTIN);
    let findings = again(&world.chromium());
    assert_eq!(
        told(&findings),
        [("browser.nss-module-missing", Severity::Fault)]
    );
    assert!(evidence(&findings[0]).contains(".pki/nssdb/pkcs11.txt: NSS Internal"));

    world.write(
        "home/anne/.pki/nssdb/pkcs11.txt",
        with_module("/gone/libcps3_pkcs11_lux.so"),
    );
    let findings = again(&world.chromium());
    assert_eq!(
        told(&findings),
        [("browser.nss-module-broken", Severity::Fault)]
    );
}

#[test]
fn confined_chromium_has_a_home_of_its_own() {
    let world = World::new();
    world
        .write("home/anne/snap/chromium/common/chromium/Local State", "{}")
        .write(
            "home/anne/.pki/nssdb/pkcs11.txt",
            with_module(&world.module()),
        );
    let findings = again(&world.chromium());
    assert_eq!(
        told(&findings),
        [("browser.nss-module-missing", Severity::Fault)]
    );
    assert!(findings[0].note.unwrap().en.contains("confined"));
    assert!(evidence(&findings[0]).contains("snap/chromium/current/.pki/nssdb"));

    let world = World::new();
    let app = "home/anne/.var/app/org.chromium.Chromium";
    world
        .write(&format!("{app}/config/chromium/Local State"), "{}")
        .write(&format!("{app}/data/pki/nssdb/pkcs11.txt"), BUILTIN);
    let findings = again(&world.chromium());
    assert!(evidence(&findings[0]).contains("org.chromium.Chromium/data/pki/nssdb"));
}

#[test]
fn policies_that_choose_a_certificate_are_listed() {
    let world = World::new();
    let entry = r#"{"AutoSelectCertificateForUrls":["{\"pattern\":\"https://x\"}"]}"#;
    world
        .write("etc/chromium/card.json", entry)
        .write("etc/chromium/other.json", "{}")
        .write("etc/chromium/broken.json", "{");
    let seen = world.chromium();
    let listed = seen
        .selections
        .iter()
        .map(|seen| seen.entries.found().map(Vec::len));
    let mut listed: Vec<_> = listed.collect();
    listed.sort_unstable();
    assert_eq!(listed, [None, Some(1)]);
}

#[test]
fn an_installed_browser_is_there_though_nobody_opened_it() {
    let world = World::new();
    assert!(!world.seen().is_there());
    world.write("bin/firefox", "");
    assert!(world.seen().is_there() && !world.chromium_as_it_is().is_there());
    assert!(!world.seen().has_own_profile() && !world.chromium_as_it_is().has_own_profile());
    world.firefox("home/luc/.mozilla/firefox", "");
    assert!(!world.seen().has_own_profile(), "that is another user's");
    world.firefox("home/anne/.mozilla/firefox", "");
    assert!(world.seen().has_own_profile());
}

#[test]
fn a_firefox_that_is_gone_reaches_nothing_and_is_not_judged() {
    let world = World::new();
    let used = |folder: &str| {
        let folder = world.path(folder);
        format!("{USED}LastPlatformDir={}\n", folder.display())
    };
    let file = format!("{ANNE}/x.default/compatibility.ini");
    world
        .firefox(ANNE, &with_module(&world.module()))
        .write("opt/firefox/firefox", "")
        .write(&file, used("opt/firefox"));
    assert!(world.seen().reaches_the_card() && world.seen().is_there());
    world.write(&file, used("opt/gone"));
    assert!(!world.seen().reaches_the_card() && !world.seen().is_there());
    world.firefox(ANNE, BUILTIN).write(&file, used("opt/gone"));
    assert_eq!(told(&again(&world.seen())), []);
}

#[test]
fn files_of_a_chromium_that_is_no_longer_installed_are_not_judged() {
    let world = World::new();
    world.write("home/anne/.config/chromium/Local State", "{}");
    let left = world.chromium_as_it_is();
    assert_eq!(told(&again(&left)), []);
    assert!(!left.is_there());
    assert_eq!(told(&again(&world.chromium())).len(), 1);
}

#[test]
fn a_firefox_that_may_ask_stores_with_the_card_is_worth_knowing_only() {
    let mut world = World::new();
    world.places.system = "windows".to_owned();
    let root = "home/anne/AppData/Roaming/Mozilla/Firefox";
    world.firefox(root, BUILTIN);
    let mut seen = world.seen();
    let missing = "browser.firefox-module-missing";
    assert_eq!(told(&again(&seen)), [(missing, Severity::Fault)]);
    seen.stores_reach = true;
    assert_eq!(told(&again(&seen)), [(missing, Severity::Info)]);
    let unset = "user_pref(\"security.osclientcerts.autoload\", false);\n";
    world.write(&format!("{root}/x.default/prefs.js"), unset);
    let mut seen = world.seen();
    seen.stores_reach = true;
    seen.another_reaches = true;
    assert_eq!(told(&again(&seen)), [(missing, Severity::Warning)]);
}

#[test]
fn nothing_that_another_user_s_files_lead_to_is_opened() {
    let world = World::new();
    let luc = "home/luc/.mozilla/firefox";
    world.firefox(luc, &with_module("/gone/libcps3_pkcs11_lux.so"));
    // whether it is there was not looked at
    assert_eq!(told(&again(&world.seen())), []);
    let list = world.path(&format!("{luc}/x.default/pkcs11.txt"));
    world.write("secret", "library=/x\nname=secret\n\n");
    std::fs::remove_file(&list).unwrap();
    std::os::unix::fs::symlink(world.path("secret"), &list).unwrap();
    let seen = serde_json::to_string(&world.seen()).unwrap();
    assert!(!seen.contains("\"secret\""), "{seen}");
    let away = "[Profile0]\nName=x\nIsRelative=1\nPath=../../../anne\n";
    world.write(&format!("{luc}/profiles.ini"), away);
    let seen = world.seen();
    assert_eq!(seen.roots[0].profiles.found().unwrap().len(), 0);
}

#[test]
fn the_home_s_folder_and_names_that_people_gave_are_masked() {
    let mut world = World::new();
    world.places.homes[0].user = "CABINET-anne".to_owned();
    let named = "[Profile0]\nName=Docteur Luc\nIsRelative=1\nPath=x.default\n\n\
                 [Profile1]\nName=default-release\nIsRelative=1\nPath=y\n";
    world
        .firefox(ANNE, BUILTIN)
        .write(&format!("{ANNE}/profiles.ini"), named);
    let masked = world.seen().identities();
    let user =
        |name| tomcheck_diagnosis::Identity::new(tomcheck_diagnosis::IdentityKind::User, name);
    for name in ["CABINET-anne", "anne", "Docteur Luc"] {
        assert!(masked.contains(&user(name)), "{name}");
    }
    assert_eq!(masked.len(), 3);
}
