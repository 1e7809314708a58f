//! Which files make a workstation, and which variables lead programs to them?

use std::{
    ffi::OsString,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use crate::KitError;

/// The name of the reader at this position. pcscd tells readers apart by it.
pub(super) fn reader_name(position: usize) -> String {
    match position {
        0 => "Virtual PCD".into(),
        _ => format!("Virtual PCD {}", position + 1),
    }
}

/// Where Debian's vsmartcard-vpcd puts its driver.
const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";

/// OpenSC would take the card for a CPS by its ATR; and its file cache would outlive the test.
const OPENSC: &str = "app default {\n    card_drivers = PIV-II;\n    framework pkcs15 {\n        \
                      use_file_caching = no;\n    }\n}\n";

/// Source: unix(7), `sun_path`, with its final zero.
const LONGEST_SOCKET: usize = 107;

/// The paths of one workstation, all under one directory.
#[derive(Clone, Debug)]
pub(crate) struct StationFiles {
    directory: PathBuf,
}

impl StationFiles {
    pub(crate) fn new(directory: impl AsRef<Path>) -> Self {
        Self {
            directory: directory.as_ref().to_owned(),
        }
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    pub(crate) fn environment(&self) -> Vec<(String, OsString)> {
        [
            ("PCSCLITE_CSOCK_NAME", self.socket()),
            ("OPENSC_CONF", self.directory.join("opensc.conf")),
            ("SOFTHSM2_CONF", self.directory.join("softhsm2.conf")),
        ]
        .map(|(name, path)| (name.to_owned(), path.into_os_string()))
        .into()
    }

    /// Takes the place of `/run/pcscd` for our pcscd.
    pub(super) fn run(&self) -> PathBuf {
        self.directory.join("run")
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.run().join("pcscd.comm")
    }

    /// Takes the place of `/etc/reader.conf.d`.
    pub(super) fn readers(&self) -> PathBuf {
        self.directory.join("readers")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.directory.join("pcscd.log")
    }

    pub(super) fn write(&self) -> Result<(), KitError> {
        if self.socket().as_os_str().len() > LONGEST_SOCKET {
            return Err(KitError::Value {
                what: "directory of the workstation",
                value: self.directory.display().to_string(),
                expected: "short enough for the name of a socket",
            });
        }
        let tokens = self.directory.join("tokens");
        for directory in [self.run(), self.readers(), tokens.clone()] {
            fs::create_dir_all(&directory).map_err(KitError::file(directory))?;
        }
        write(&self.directory.join("opensc.conf"), OPENSC)?;
        let softhsm = format!(
            "directories.tokendir = {}\nlog.level = ERROR\n",
            tokens.display()
        );
        write(&self.directory.join("softhsm2.conf"), &softhsm)
    }

    pub(super) fn write_readers(&self, ports: &[u16]) -> Result<(), KitError> {
        let mut text = String::new();
        for (position, port) in ports.iter().enumerate() {
            let name = reader_name(position);
            let driver = self.driver(position)?;
            // writing into a String cannot fail
            let _ = writeln!(
                text,
                "FRIENDLYNAME \"{name}\"\nDEVICENAME /dev/null:0x{port:X}\n\
                 LIBPATH {driver}\nCHANNELID 0x{port:X}\n"
            );
        }
        write(&self.readers().join("vpcd"), &text)
    }

    /// The driver keeps its slots in variables of its own, which all readers would share: each
    /// further reader has a copy.
    fn driver(&self, position: usize) -> Result<String, KitError> {
        if position == 0 {
            return Ok(DRIVER.into());
        }
        let copy = self.directory.join(format!("vpcd-{position}.so"));
        fs::copy(DRIVER, &copy).map_err(KitError::file(DRIVER))?;
        Ok(copy.display().to_string())
    }
}

fn write(path: &Path, text: &str) -> Result<(), KitError> {
    fs::write(path, text).map_err(KitError::file(path))
}
