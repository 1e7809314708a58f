//! What is installed on Linux and macOS?

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Installed;
use super::packages::{of_dpkg, of_plist, of_rpm, value_of};

type Found = Vec<(&'static str, Installed)>;

/// Everything of [`super::rows`] that this machine has.
pub(super) fn installed() -> Found {
    in_root(Path::new("/"), rpm)
}

/// The same below another root; `rpm` prints the versions of these packages.
fn in_root(root: &Path, rpm: impl Fn(&[&str]) -> Option<String>) -> Found {
    let names: Vec<&str> = PACKAGES.iter().map(|(name, _)| *name).collect();
    let mut found = Found::new();
    let status = read(&root.join("var/lib/dpkg/status"), MOST_STATUS).unwrap_or_default();
    put(&mut found, "dpkg", of_dpkg(&status, &names));
    if status.is_empty()
        && let Some(printed) = rpm(&names)
    {
        put(&mut found, "rpm", of_rpm(&printed, &names));
    }
    for (id, file, key) in FILES {
        one_file(&mut found, root, id, file, key);
    }
    for (id, application) in APPLICATIONS {
        let path = root
            .join("Applications")
            .join(application)
            .join("Contents/Info.plist");
        let text = read(&path, MOST_FILE);
        let version = text.and_then(|text| of_plist(&text, "CFBundleShortVersionString"));
        if version.is_some() {
            let seen_in = path.display().to_string();
            found.push((id, Installed { version, seen_in }));
        }
    }
    java(&mut found, root);
    for place in GALSS {
        let path = root.join(place);
        if path.exists() && !found.iter().any(|(id, _)| *id == "galss") {
            let seen_in = path.display().to_string();
            found.push((
                "galss",
                Installed {
                    version: None,
                    seen_in,
                },
            ));
        }
    }
    found
}

/// The package, and what it is a copy of.
const PACKAGES: &[(&str, &str)] = &[
    ("pcscd", "pcsc"),
    ("pcsc-lite", "pcsc"),
    ("libccid", "ccid"),
    ("pcsc-lite-ccid", "ccid"),
    ("ccid", "ccid"),
    ("CryptolibCPS", "cryptolib"),
    ("firefox-esr", "firefox"),
    ("firefox", "firefox"),
    ("chromium", "chromium"),
    ("google-chrome-stable", "chrome"),
    ("microsoft-edge-stable", "edge"),
];

fn put(found: &mut Found, manager: &str, versions: Vec<(&str, &str)>) {
    for (package, version) in versions {
        let row = PACKAGES.iter().find(|(name, _)| *name == package);
        let Some((_, id)) = row else {
            continue;
        };
        let version = Some(version.to_owned());
        let seen_in = format!("{manager} {package}");
        found.push((id, Installed { version, seen_in }));
    }
}

/// What is installed beside the packages: unpacked archives, snaps.
const FILES: &[(&str, &str, &str)] = &[
    ("firefox", "opt/firefox/application.ini", "Version"),
    ("firefox", "usr/local/firefox/application.ini", "Version"),
    (
        "firefox",
        "snap/firefox/current/usr/lib/firefox/application.ini",
        "Version",
    ),
];

/// macOS.
const APPLICATIONS: &[(&str, &str)] = &[
    ("firefox", "Firefox.app"),
    ("chrome", "Google Chrome.app"),
    ("edge", "Microsoft Edge.app"),
];

/// Where its library or its settings lie. Source: Cryptolib CPS 5.2.2 for Linux, package list.
const GALSS: &[&str] = &[
    "usr/local/galss/libgalcllux.so",
    "usr/local/galss/galss.ini",
    "etc/galss.ini",
];

fn one_file(found: &mut Found, root: &Path, id: &'static str, file: &str, key: &str) {
    let path = root.join(file);
    let text = read(&path, MOST_FILE);
    if let Some(version) = text.and_then(|text| value_of(&text, key)) {
        let seen_in = path.display().to_string();
        found.push((
            id,
            Installed {
                version: Some(version),
                seen_in,
            },
        ));
    }
}

/// Each Java says its version in a file of its own.
fn java(found: &mut Found, root: &Path) {
    let mut homes: Vec<PathBuf> = ["usr/lib/jvm", "Library/Java/JavaVirtualMachines"]
        .iter()
        .flat_map(|folder| {
            fs::read_dir(root.join(folder))
                .into_iter()
                .flatten()
                .flatten()
        })
        .map(|entry| entry.path())
        .filter(|path| !path.is_symlink())
        .collect();
    homes.sort();
    for home in homes {
        for release in ["release", "Contents/Home/release"] {
            one_file(found, &home, "java", release, "JAVA_VERSION");
        }
    }
}

const MOST_STATUS: u64 = 64 << 20;
const MOST_FILE: u64 = 1 << 20;

fn read(path: &Path, most: u64) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path)
        .ok()?
        .take(most)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// rpm's data base is read by rpm alone.
const RPM: &str = "/usr/bin/rpm";
const RPM_LIMIT: Duration = Duration::from_secs(5);

fn rpm(names: &[&str]) -> Option<String> {
    let mut child = Command::new(RPM)
        .args(["-q", "--qf", "%{NAME} %{VERSION}\\n"])
        .args(names)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let begun = Instant::now();
    while child.try_wait().ok()?.is_none() {
        if begun.elapsed() > RPM_LIMIT {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut printed = String::new();
    child
        .stdout?
        .take(MOST_FILE)
        .read_to_string(&mut printed)
        .ok()?;
    Some(printed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn every_copy_is_found_wherever_it_was_installed_from() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let status = "Package: libccid\nStatus: install ok installed\nVersion: 1.5.2-1\n\n";
        write(root, "var/lib/dpkg/status", status);
        write(
            root,
            "opt/firefox/application.ini",
            "[App]\nVersion=115.12.0\n",
        );
        write(root, "usr/lib/jvm/x/release", "JAVA_VERSION=\"17.0.13\"\n");
        write(root, "usr/local/galss/galss.ini", "");
        let plist = "<key>CFBundleShortVersionString</key><string>131.0</string>";
        write(
            root,
            "Applications/Microsoft Edge.app/Contents/Info.plist",
            plist,
        );
        let found = in_root(root, |_| panic!("dpkg told already"));
        let versions: Vec<_> = found
            .iter()
            .map(|(id, it)| (*id, it.version.as_deref()))
            .collect();
        let expected = [
            ("ccid", Some("1.5.2-1")),
            ("firefox", Some("115.12.0")),
            ("edge", Some("131.0")),
            ("java", Some("17.0.13")),
            ("galss", None),
        ];
        assert_eq!(versions, expected);
    }

    #[test]
    fn where_there_is_no_dpkg_rpm_is_asked() {
        let root = tempfile::tempdir().unwrap();
        let found = in_root(root.path(), |names| {
            assert!(names.contains(&"CryptolibCPS"));
            Some("CryptolibCPS 5.1.10\n".to_owned())
        });
        assert_eq!(found[0].0, "cryptolib");
        assert_eq!(found[0].1.seen_in, "rpm CryptolibCPS");
    }

    #[test]
    fn what_dpkg_says_of_this_machine_is_what_is_found() {
        let status = "/var/lib/dpkg/status";
        if !Path::new(status).exists() {
            eprintln!("no dpkg here: not compared");
            return;
        }
        let query = Command::new("dpkg-query")
            .args(["-W", "-f", "${db:Status-Status} ${Version}\n", "libccid"])
            .output()
            .unwrap();
        let said = String::from_utf8(query.stdout).unwrap();
        let said = said.trim().strip_prefix("installed ").map(str::to_owned);
        let found = installed();
        let ccid = found.iter().find(|(id, _)| *id == "ccid");
        assert_eq!(ccid.and_then(|(_, it)| it.version.clone()), said);
    }
}
