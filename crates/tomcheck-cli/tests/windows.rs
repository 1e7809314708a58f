//! Does tomcheck.exe tell the truth on Windows?
//!
//! Wine is the Windows here. The tests run where `TOMCHECK_TEST_WINDOWS_EXE` names the program, which `make test` and
//! `make test-windows` build and set; elsewhere they say aloud that they skip.
#![cfg(unix)]
#![expect(
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should, and says when it skips"
)]

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

#[test]
fn an_identifier_is_decoded() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let output = windows.tomcheck(&["identify", "3620100842/01417", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let decoded: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(decoded["structure"]["number"], "620100842");
    assert_eq!(decoded["structure"]["key_valid"], true);
    assert_eq!(decoded["person"]["number"], "01417");
    assert_eq!(decoded["card_families"], serde_json::json!(["CPE", "CPA"]));
}

/// Wine's winscard.dll answers every call with this number and nothing else.
#[test]
fn a_card_service_that_refuses_keeps_its_number() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let report = windows.report(&["check", "--target", NOWHERE]);
    assert_eq!(report["verdict"]["root_cause"], "reader.service-refused");
    let evidence = report["findings"][0]["evidence"].to_string();
    assert!(evidence.contains("SCardEstablishContext"), "{evidence}");
    assert!(evidence.contains("0x80100001"), "{evidence}");
    assert_eq!(report["host"]["os"], "windows");
}

/// Wine's winscard never changes: commands on a change (`cmd /C`) are not tried here, nor is Ctrl-C.
#[test]
fn a_watch_tells_that_the_service_refuses_and_ends_at_its_deadline() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let output = windows.tomcheck(&["watch", "--json-lines", "--deadline", "3"]);
    assert_eq!(output.status.code(), Some(0));
    let event: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(event["state"], "unavailable");
    assert_eq!(event["code"], "reader.service-refused");
}

#[test]
fn the_report_is_text_in_the_language_asked_for() {
    let Some(windows) = Windows::here() else {
        return;
    };
    for (lang, words) in [("fr", ["BLOQUÉ", "À faire"]), ("en", ["BLOCKED", "To do"])] {
        let output = windows.tomcheck(&["check", "--target", NOWHERE, "--lang", lang]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    }
}

#[test]
fn a_library_without_the_calls_is_no_module() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let library = windows.compile("no_module.c", &[]);
    let report = windows.module_report(&library, &[]);
    assert_eq!(
        report["verdict"]["root_cause"], "module.not-pkcs11",
        "{report}"
    );
}

#[test]
fn a_32_bit_module_is_of_the_wrong_architecture() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let report = windows.module_report(&windows.link_32_bits(), &[]);
    assert_eq!(
        report["verdict"]["root_cause"], "module.wrong-architecture",
        "{report}"
    );
}

#[test]
fn a_path_that_leads_nowhere_is_no_missing_installation() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let report = windows.module_report(Path::new("/absent/cps3_pkcs11_w64.dll"), &[]);
    assert_eq!(
        report["verdict"]["root_cause"], "module.path-missing",
        "{report}"
    );
}

#[test]
fn a_module_that_crashes_takes_only_its_worker_down() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let library = windows.compile("module.c", &["-DFAULT=CRASHES"]);
    let report = windows.module_report(&library, &[]);
    assert_eq!(
        report["verdict"]["root_cause"], "module.crashed",
        "{report}"
    );
    let evidence = report["findings"][0]["evidence"].to_string();
    assert!(evidence.contains("C_Initialize"), "{evidence}");
    assert!(
        evidence.to_lowercase().contains(ACCESS_VIOLATION),
        "{evidence}"
    );
}

#[test]
fn a_module_that_hangs_is_left_at_the_deadline() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let library = windows.compile("module.c", &["-DFAULT=HANGS"]);
    let began = Instant::now();
    let report = windows.module_report(&library, &["--deadline", "10"]);
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(report["verdict"]["root_cause"], "module.hung", "{report}");
    let evidence = report["findings"][0]["evidence"].to_string();
    assert!(evidence.contains("C_Initialize"), "{evidence}");
}

#[test]
fn the_proxy_of_the_internet_options_is_the_one_that_applies() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let _planted = Planted::internet_options(
        &windows,
        &[
            ("ProxyEnable", "REG_DWORD", "1"),
            (
                "ProxyServer",
                "REG_SZ",
                "http=127.0.0.1:8;https=127.0.0.1:9",
            ),
            ("ProxyOverride", "REG_SZ", "*.intranet.example;<local>"),
        ],
    );
    let report = windows.report(&["proxy", "https://tom.test.invalid/"]);
    let sources = report["proxy"]["sources"].as_array().unwrap();
    let options = sources
        .iter()
        .find(|source| source["source"] == "wininet")
        .unwrap();
    assert!(
        options["where"].as_str().unwrap().starts_with("HKCU\\"),
        "{options}"
    );
    assert!(
        options["value"]
            .as_str()
            .unwrap()
            .contains("https=127.0.0.1:9"),
        "{options}"
    );
    assert!(
        report["proxy"]["effective"]
            .to_string()
            .contains("127.0.0.1:9"),
        "{report}"
    );
    assert_eq!(report["verdict"]["root_cause"], "proxy.unreachable");

    let excepted = windows.report(&["proxy", "https://tom.intranet.example/"]);
    assert!(
        excepted["proxy"]["effective"]
            .to_string()
            .contains("DIRECT"),
        "{excepted}"
    );
}

/// As `netsh winhttp set proxy` writes it: version, count, flags, then texts after their lengths.
fn winhttp_settings(proxy: &str, bypass: &str) -> String {
    let mut bytes = [0x28_u32, 0, 3].map(u32::to_le_bytes).concat();
    for text in [proxy, bypass] {
        bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend(text.bytes());
    }
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[test]
fn the_services_proxy_and_the_browsers_policies_are_told_beside() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let connections =
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections";
    let settings = winhttp_settings("127.0.0.1:7", "*.intranet.example");
    let services = [("WinHttpSettings", "REG_BINARY", settings.as_str())];
    let _services = Planted::below(&windows, connections, &services);
    let policy = [
        ("ProxyMode", "REG_SZ", "fixed_servers"),
        ("ProxyServer", "REG_SZ", "127.0.0.1:6"),
        ("ProxyBypassList", "REG_SZ", "*.test.invalid"),
    ];
    let edge = r"HKLM\Software\Policies\Microsoft\Edge";
    let _edge = Planted::below(&windows, edge, &policy);
    let report = windows.report(&["proxy", "https://tom.test.invalid/"]);
    let sources = report["proxy"]["sources"].as_array().unwrap();
    let answer = |name: &str| {
        let mut named = sources.iter().filter(|source| source["source"] == name);
        named.next().unwrap()["answer_for_url"].clone()
    };
    assert_eq!(answer("winhttp"), "PROXY 127.0.0.1:7", "{report}");
    assert_eq!(answer("edge"), "DIRECT", "{report}");
    assert_eq!(report["proxy"]["effective"], "DIRECT");
    let findings = report["findings"].as_array().unwrap();
    let differ = findings
        .iter()
        .any(|it| it["code"] == "proxy.settings-disagree");
    assert!(differ, "{report}");
}

/// Planted: a driver of a reader, programs of this user's own and of 32 bits, and a certificate
/// manager with a version.
#[test]
fn the_inventory_tells_drivers_programs_of_every_list_and_the_certificate_manager() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let _driver = Planted::below(
        &windows,
        r"HKLM\SYSTEM\CurrentControlSet\Control\Class\{50DD5230-BA8A-11D1-BF5D-0000F805F530}\0007",
        &[
            ("DriverDesc", "REG_SZ", "Lecteur de test"),
            ("DriverVersion", "REG_SZ", "4.1.3.0"),
            ("ProviderName", "REG_SZ", "Maison"),
        ],
    );
    let _own = Planted::below(
        &windows,
        r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\tomcheck-test",
        &[
            ("DisplayName", "REG_SZ", "Mozilla Firefox (x64 fr)"),
            ("DisplayVersion", "REG_SZ", "127.0"),
        ],
    );
    let _of_32_bits = Planted::below(
        &windows,
        r"HKLM\Software\Wow6432Node\Microsoft\Windows\CurrentVersion\Uninstall\tomcheck-test",
        &[
            (
                "DisplayName",
                "REG_SZ",
                "Composants Cryptographiques CPS v5.0.28",
            ),
            ("DisplayVersion", "REG_SZ", "5.0.28"),
        ],
    );
    let manager = windows.certificate_manager();
    let output = windows.tomcheck(&["inventory", "--json"]);
    let _ = std::fs::remove_file(&manager);
    let inventory: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = |id: &str| {
        let mut components = inventory["components"].as_array().unwrap().iter();
        let component = components.find(|it| it["id"] == id).unwrap();
        let found = component["found"].as_array().unwrap().iter();
        let told = found.map(|it| format!("{} {}", it["seen_in"], it["version"]));
        told.collect::<Vec<_>>()
    };
    assert_eq!(
        found("reader-driver"),
        [r#""Lecteur de test (Maison)" "4.1.3.0""#]
    );
    let own = r#""Mozilla Firefox (x64 fr) (HKCU)" "127.0""#;
    assert!(found("firefox").contains(&own.to_owned()), "{inventory}");
    let old = r#""Composants Cryptographiques CPS v5.0.28" "5.0.28""#;
    assert!(found("cryptolib").contains(&old.to_owned()), "{inventory}");
    let [ccm] = &found("ccm")[..] else {
        panic!("{inventory}");
    };
    assert!(ccm.ends_with(r#"CCM.exe" "3.13.0""#), "{ccm}");
}

/// Wine has every file belong to its user, who is no administrator to it: that the administrator's
/// own counts can only be seen on Windows.
#[test]
fn a_machines_file_that_is_an_ordinary_users_does_not_count() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let folder = windows.drive_c().join("ProgramData/tomcheck");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("config.toml");
    std::fs::write(&file, "deadline = 31\n").unwrap();
    let output = windows.tomcheck(&["config", "show", "--json"]);
    let _ = std::fs::remove_file(&file);
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut files = shown["files"].as_array().unwrap().iter();
    let machines = files.find(|it| it["path"].as_str().unwrap().contains("ProgramData"));
    assert_eq!(machines.unwrap()["unguarded"], true, "{shown}");
    assert_eq!(machines.unwrap()["read"], false);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("config.toml"), "{said}");
}

#[test]
fn a_usage_error_is_one_line_and_status_2() {
    let Some(windows) = Windows::here() else {
        return;
    };
    let output = windows.tomcheck(&["check", "--lang", "de"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    assert!(said.contains("--lang"), "{said}");
}

/// RFC 6761: a name that never resolves.
const NOWHERE: &str = "https://absent.test.invalid/";

/// NTSTATUS `STATUS_ACCESS_VIOLATION`.
const ACCESS_VIOLATION: &str = "0xc0000005";

/// The program to test, a folder of its own, and the right to be the only test in the one Wine prefix: what one test
/// plants in the registry another would see.
struct Windows {
    program: PathBuf,
    folder: TempDir,
    _alone: MutexGuard<'static, ()>,
}

impl Windows {
    fn here() -> Option<Self> {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let Some(program) = env::var_os("TOMCHECK_TEST_WINDOWS_EXE") else {
            eprintln!(
                "SKIPPED: TOMCHECK_TEST_WINDOWS_EXE names no tomcheck.exe (make test-windows does)"
            );
            return None;
        };
        Some(Self {
            program: program.into(),
            folder: tempfile::tempdir().unwrap(),
            _alone: ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner),
        })
    }

    fn tomcheck(&self, arguments: &[&str]) -> Output {
        self.wine(self.program.as_os_str(), arguments)
    }

    /// The JSON report; exit status 1, for every world here has a fault.
    fn report(&self, arguments: &[&str]) -> Value {
        let output = self.tomcheck(&[arguments, &["--json"]].concat());
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)))
    }

    /// What the module layer alone says of this module: Wine has no card service to come by first.
    fn module_report(&self, module: &Path, arguments: &[&str]) -> Value {
        let module = drive_z(module);
        let only = ["check", "--only", "module", "--module", &module];
        self.report(&[&only, arguments].concat())
    }

    fn wine(&self, program: &OsStr, arguments: &[&str]) -> Output {
        Command::new(repository().join("scripts/wine/run"))
            .arg(program)
            .args(arguments)
            .stdin(Stdio::null())
            .env_remove("http_proxy")
            .env_remove("https_proxy")
            .env_remove("HTTPS_PROXY")
            .output()
            .unwrap()
    }

    fn compile(&self, source: &str, options: &[&str]) -> PathBuf {
        let library = self.folder.path().join(source).with_extension("dll");
        run(Command::new("x86_64-w64-mingw32-gcc")
            .args(["-Wall", "-Wextra", "-Werror", "-shared", "-o"])
            .arg(&library)
            .arg(sources().join(source))
            .args(options));
        library
    }

    /// A program of nothing but its version, where the installer of the Cryptolib puts it.
    fn certificate_manager(&self) -> PathBuf {
        let object = self.folder.path().join("version.o");
        run(Command::new("x86_64-w64-mingw32-windres")
            .arg(sources().join("ccm.rc"))
            .arg(&object));
        let path = self.drive_c().join("Program Files/santesocial/CPS/CCM.exe");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        run(Command::new("x86_64-w64-mingw32-gcc")
            .args(["-shared", "-o"])
            .arg(&path)
            .arg(&object));
        path
    }

    /// Where the disk of the one Wine lies.
    fn drive_c(&self) -> PathBuf {
        let shown = self.wine(OsStr::new("cmd"), &["/c", "echo %WINEPREFIX%"]);
        let prefix = String::from_utf8_lossy(&shown.stdout).trim().to_owned();
        let prefix = env::var_os("WINEPREFIX").map_or_else(|| PathBuf::from(prefix), PathBuf::from);
        prefix.join("drive_c")
    }

    fn link_32_bits(&self) -> PathBuf {
        let object = self.folder.path().join("bits32.o");
        let library = object.with_extension("dll");
        run(Command::new("x86_64-w64-mingw32-as")
            .args(["--32", "-o"])
            .arg(&object)
            .arg(sources().join("bits32.s")));
        run(Command::new("x86_64-w64-mingw32-ld")
            .args(["-m", "i386pe", "-shared", "--entry", "0", "-T"])
            .arg(sources().join("bits32.ld"))
            .arg("-o")
            .args([&library, &object]));
        library
    }
}

/// Values in the registry, taken out again at the end of the test.
struct Planted<'a> {
    windows: &'a Windows,
    key: &'a str,
    names: Vec<String>,
}

const INTERNET_OPTIONS: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings";

impl<'a> Planted<'a> {
    fn internet_options(windows: &'a Windows, values: &[(&str, &str, &str)]) -> Self {
        Self::below(windows, INTERNET_OPTIONS, values)
    }

    fn below(windows: &'a Windows, key: &'a str, values: &[(&str, &str, &str)]) -> Self {
        let mut planted = Self {
            windows,
            key,
            names: Vec::new(),
        };
        for (name, kind, data) in values {
            planted.registry(&["add", key, "/v", name, "/t", kind, "/d", data, "/f"]);
            planted.names.push((*name).to_owned());
        }
        planted
    }

    fn registry(&self, arguments: &[&str]) -> bool {
        self.windows
            .wine(OsStr::new("reg"), arguments)
            .status
            .success()
    }
}

impl Drop for Planted<'_> {
    fn drop(&mut self) {
        for name in &self.names {
            self.registry(&["delete", self.key, "/v", name, "/f"]);
        }
    }
}

/// Wine shows the whole file system of this machine as drive Z.
fn drive_z(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', "\\")
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/windows")
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
