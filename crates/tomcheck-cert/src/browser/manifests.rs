//! Where is the card's module announced, so that the CPS extension may register it?

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tomcheck_diagnosis::ForeignFailure;

use super::extensions::not_json;
use super::library::LibraryFile;
use super::looked::{self, Looked};

/// A native manifest of a PKCS#11 module: `cps3.json`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ManifestSeen {
    /// Where it stands.
    pub path: String,
    /// The registry key that leads to it, on Windows.
    pub declared_by: Option<String>,
    /// What it says.
    #[serde(flatten)]
    pub content: Looked<Manifest>,
}

/// What a native manifest says.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// By this name the extension asks for it: `cps3`.
    pub name: String,
    /// What becomes the name people see: « Module de sécurité CPS ».
    pub description: String,
    /// The module's library.
    pub library: String,
    /// What that is.
    #[serde(flatten)]
    pub file: LibraryFile,
    /// The extensions that may ask for it.
    pub allowed_extensions: Vec<String>,
}

/// The names the CPS extension asks for.
const NAMES: [&str; 2] = ["cps3", "cps3_x86"];
const MOST_BYTES: u64 = 64 << 10;

/// The manifests of the CPS in these folders, then those the registry leads to.
pub(super) fn look(folders: &[PathBuf], declared: &[(String, PathBuf)]) -> Vec<ManifestSeen> {
    let standing = folders
        .iter()
        .flat_map(|folder| NAMES.map(|name| (None, folder.join(format!("{name}.json")))));
    let declared = declared
        .iter()
        .map(|(key, path)| (Some(key.clone()), path.clone()));
    let seen = standing
        .chain(declared)
        .map(|(declared_by, path)| ManifestSeen {
            content: looked::text(&path, MOST_BYTES).and_then(|text| read(&text, path.parent())),
            path: path.display().to_string(),
            declared_by,
        });
    seen.filter(|seen| seen.declared_by.is_some() || seen.content != Looked::Absent)
        .collect()
}

/// Source: MDN, "Native manifests", PKCS #11 manifests; the path may be relative on Windows.
fn read(text: &str, folder: Option<&Path>) -> Result<Manifest, ForeignFailure> {
    let value: Value = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let library = match folder {
        Some(folder) => folder.join(text("path")),
        None => PathBuf::from(text("path")),
    };
    let allowed = value.get("allowed_extensions").and_then(Value::as_array);
    let allowed = allowed.into_iter().flatten().filter_map(Value::as_str);
    Ok(Manifest {
        name: text("name").to_owned(),
        description: text("description").to_owned(),
        file: LibraryFile::at(&library),
        library: library.display().to_string(),
        allowed_extensions: allowed.take(16).map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_that_are_there_or_declared_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"{"name":"cps3","description":"Module de sécurité CPS",
            "path":"/opt/santesocial/CPS/lib/absent/libcps3_pkcs11_lux.so","type":"pkcs11",
            "allowed_extensions":["CPS2ter-2020_Firefox@asipsante.fr"]}"#;
        std::fs::write(folder.path().join("cps3.json"), text).unwrap();
        let declared = (r"HKLM\x".to_owned(), folder.path().join("gone.json"));
        let seen = look(&[folder.path().to_owned()], &[declared]);
        assert_eq!(seen.len(), 2);
        let manifest = seen[0].content.found().unwrap();
        assert_eq!(manifest.description, "Module de sécurité CPS");
        assert_eq!(manifest.file, LibraryFile::Absent);
        assert_eq!(seen[1].content, Looked::Absent);
    }
}
