//! Where do the programs of this machine keep their proxy settings?

use std::path::{Path, PathBuf};

use super::SourceKind;

/// The places of this machine that proxy settings are looked for in.
///
/// A value, not a search: another machine's, or one of a test, is looked at in the same way. The
/// default looks nowhere but in the environment, and on Windows in the registry.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ProxyPlaces {
    /// Whose desktop this session runs, as `XDG_CURRENT_DESKTOP` has it: `ubuntu:GNOME`, `KDE`.
    pub desktop: String,
    /// GNOME's `gsettings`, run once where the desktop is one that obeys its settings.
    pub gsettings: Option<PathBuf>,
    /// macOS' `scutil`, run once.
    pub scutil: Option<PathBuf>,
    /// KDE's `kioslaverc`, the user's first.
    pub kioslaverc: Vec<PathBuf>,
    /// Folders with Firefox's `profiles.ini`.
    pub firefox_roots: Vec<PathBuf>,
    /// Folders that Firefox is installed in.
    pub firefox_installations: Vec<PathBuf>,
    /// Firefox's policies that hold for every installation.
    pub firefox_policies: Vec<PathBuf>,
    /// Folders of policies of Chromium and its relatives.
    pub chromium_policies: Vec<(SourceKind, PathBuf)>,
    /// Files of the Java control panel, the user's first.
    pub java_deployment: Vec<PathBuf>,
    /// Folders that hold Java runtimes, one each.
    pub java_folders: Vec<PathBuf>,
    /// Java runtimes.
    pub java_homes: Vec<PathBuf>,
}

impl ProxyPlaces {
    /// Those of this machine and of the session's own user. Reads environment variables, no file.
    pub fn of_this_machine() -> Self {
        let home = std::env::home_dir().filter(|path| path.is_absolute());
        let config = variable("XDG_CONFIG_HOME").filter(|path| path.is_absolute());
        let mut places = match std::env::consts::OS {
            "windows" => home.map_or_else(Self::default, |home| Self::of_windows(&home)),
            "macos" => home.map_or_else(Self::default, |home| Self::of_macos(&home)),
            _ => Self::of_linux(home.as_deref(), config.as_deref()),
        };
        places.java_homes.extend(variable("JAVA_HOME"));
        places
    }

    /// Those whose setting may decide the way, without what one program alone obeys.
    pub fn that_decide(&self) -> Self {
        Self {
            desktop: self.desktop.clone(),
            gsettings: self.gsettings.clone(),
            scutil: self.scutil.clone(),
            kioslaverc: self.kioslaverc.clone(),
            ..Self::default()
        }
    }

    /// Source: XDG Base Directory Specification; gsettings(1); policy templates of Mozilla and
    /// Chromium; Oracle "Deployment Configuration File and Properties".
    fn of_linux(home: Option<&Path>, config: Option<&Path>) -> Self {
        let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
        let config = config.map(Path::to_owned);
        let config = config.or_else(|| home.map(|home| home.join(".config")));
        let mut places = Self {
            desktop,
            gsettings: on_path("gsettings"),
            firefox_installations: paths(&[
                "/usr/lib/firefox",
                "/usr/lib/firefox-esr",
                "/usr/lib64/firefox",
                "/opt/firefox",
            ]),
            firefox_policies: paths(&["/etc/firefox/policies/policies.json"]),
            chromium_policies: [
                (SourceKind::Chromium, "/etc/chromium/policies/managed"),
                (
                    SourceKind::Chromium,
                    "/etc/chromium-browser/policies/managed",
                ),
                (SourceKind::Chrome, "/etc/opt/chrome/policies/managed"),
                (SourceKind::Edge, "/etc/opt/edge/policies/managed"),
            ]
            .map(|(kind, path)| (kind, path.into()))
            .to_vec(),
            java_folders: paths(&["/usr/lib/jvm", "/usr/java", "/opt/java"]),
            ..Self::default()
        };
        if let Some(config) = config {
            places.kioslaverc.push(config.join("kioslaverc"));
            places.firefox_roots.push(config.join("mozilla/firefox"));
            let icedtea = config.join("icedtea-web/deployment.properties");
            places.java_deployment.push(icedtea);
        }
        places.kioslaverc.push("/etc/xdg/kioslaverc".into());
        if let Some(home) = home {
            let firefox = FIREFOX_ON_LINUX.iter().map(|path| home.join(path));
            places.firefox_roots.extend(firefox);
            let java = home.join(".java/deployment/deployment.properties");
            places.java_deployment.push(java);
        }
        let everybody = "/etc/.java/deployment/deployment.properties";
        places.java_deployment.push(everybody.into());
        places
    }

    fn of_macos(home: &Path) -> Self {
        let support = home.join("Library/Application Support");
        Self {
            scutil: Some("/usr/sbin/scutil".into()),
            firefox_roots: vec![support.join("Firefox")],
            firefox_installations: paths(&["/Applications/Firefox.app/Contents/Resources"]),
            java_deployment: vec![
                support.join("Oracle/Java/Deployment/deployment.properties"),
                "/Library/Application Support/Oracle/Java/Deployment/deployment.properties".into(),
            ],
            java_folders: paths(&["/Library/Java/JavaVirtualMachines"]),
            ..Self::default()
        }
    }

    fn of_windows(home: &Path) -> Self {
        let roaming = variable("APPDATA").unwrap_or_else(|| home.join("AppData").join("Roaming"));
        let low = home.join("AppData").join("LocalLow");
        let deployment = |folder: PathBuf| {
            let java = folder.join("Sun").join("Java").join("Deployment");
            java.join("deployment.properties")
        };
        let programs = ["ProgramFiles", "ProgramFiles(x86)"];
        let programs: Vec<PathBuf> = programs.into_iter().filter_map(variable).collect();
        let below = |name: &str| programs.iter().map(|it| it.join(name)).collect();
        let mut deployments = vec![deployment(low)];
        deployments.extend(variable("WINDIR").map(deployment));
        Self {
            firefox_roots: vec![roaming.join("Mozilla").join("Firefox")],
            firefox_installations: below("Mozilla Firefox"),
            java_deployment: deployments,
            java_folders: below("Java"),
            ..Self::default()
        }
    }
}

const FIREFOX_ON_LINUX: &[&str] = &[
    ".mozilla/firefox",
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
];

fn paths(paths: &[&str]) -> Vec<PathBuf> {
    paths.iter().map(PathBuf::from).collect()
}

fn variable(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
    Some(PathBuf::from(value))
}

fn on_path(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut files = std::env::split_paths(&folders).map(|folder| folder.join(program));
    files.find(|file| file.is_file())
}
