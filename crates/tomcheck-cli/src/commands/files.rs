//! Which files does a command leave in a folder, and what if one is there already?

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use tomcheck::{Lang, spoken};

/// The files an option asks for, by their names in a folder.
pub(super) struct Files<'a> {
    /// The option, for who is told what is wrong with it.
    pub(super) option: &'static str,
    pub(super) folder: &'a Path,
    /// Name and content.
    pub(super) files: Vec<(String, String)>,
}

impl Files<'_> {
    /// Writes all of them, and hands back their paths. Replaces nothing: where one of them is
    /// there already, none is written. Makes the folder, if there is anything to put into it.
    pub(super) fn write(&self, lang: Lang) -> anyhow::Result<Vec<PathBuf>> {
        let paths: Vec<_> = self
            .files
            .iter()
            .map(|(name, _)| self.folder.join(name))
            .collect();
        if let Some(taken) = paths.iter().find(|path| path.exists()) {
            return Err(self.complaint(lang, taken, is_there(lang)));
        }
        if !paths.is_empty() {
            let made = fs::create_dir_all(self.folder);
            made.map_err(|error| self.complaint(lang, self.folder, &spoken(&error, lang)))?;
        }
        for (path, (_, content)) in paths.iter().zip(&self.files) {
            let written = create(path, content);
            written.map_err(|error| self.complaint(lang, path, &spoken(&error, lang)))?;
        }
        Ok(paths)
    }

    fn complaint(&self, lang: Lang, path: &Path, what: &str) -> anyhow::Error {
        complaint(self.option, lang, path, what)
    }
}

/// What is wrong with the place that an option names.
pub(super) fn complaint(option: &str, lang: Lang, path: &Path, what: &str) -> anyhow::Error {
    let colon = lang.colon();
    anyhow!("{option}{colon} {}", super::of_file(path, what, lang))
}

/// Whether something can be put there, before it is made: a folder that may be written, or none
/// yet.
pub(super) fn check(option: &str, folder: &Path, lang: Lang) -> anyhow::Result<()> {
    let fault = match fs::metadata(folder) {
        Ok(there) if !there.is_dir() => Some(is_no_folder(lang).to_owned()),
        Ok(_) => tempfile_in(folder).err().map(|error| spoken(&error, lang)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => Some(spoken(&error, lang)),
    };
    fault.map_or(Ok(()), |what| Err(complaint(option, lang, folder, &what)))
}

/// The system itself knows best whether a file may be made there.
fn tempfile_in(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".tomcheck-{}", std::process::id()));
    create(&path, "")?;
    fs::remove_file(path)
}

const fn is_no_folder(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "ce n'est pas un dossier",
        Lang::En => "this is no folder",
    }
}

/// Somebody may have made it since we looked.
fn create(path: &Path, content: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(content.as_bytes())
}

const fn is_there(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "existe déjà, rien n'a été écrit",
        Lang::En => "is there already, nothing was written",
    }
}

/// What is said of them, a line each.
pub(super) fn told(written: &[PathBuf], lang: Lang) -> String {
    let word = match lang {
        Lang::Fr => "écrit :",
        Lang::En => "written:",
    };
    let lines = written
        .iter()
        .map(|path| format!("{word} {}\n", path.display()));
    lines.collect()
}
