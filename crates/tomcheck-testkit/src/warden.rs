//! How does the system refuse a program what it asks for, or never answer, for as long as one likes?

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::KitError;
use crate::modules::compile_program;

/// Stands between a program and the kernel, which asks it at each call that opens a file or talks
/// over a socket (seccomp's user notification, Linux 5.6 and later): what the program sees is what
/// it would see of a machine that does the same.
#[derive(Debug)]
pub struct Warden {
    program: PathBuf,
    order: PathBuf,
}

/// How a program is treated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Treatment {
    /// Nothing can be opened, and nothing is sent: EACCES.
    Refuse,
    /// What is opened never comes, what is asked over a socket is never answered.
    Hang,
}

impl Warden {
    /// Compiles it into `directory`.
    ///
    /// # Errors
    ///
    /// When the C compiler cannot be run.
    pub fn build(directory: &Path) -> Result<Self, KitError> {
        let program = directory.join("warden");
        compile_program(WARDEN_C, &program, [])?;
        let order = directory.join("order");
        Ok(Self { program, order })
    }

    /// Runs this program under it; it ends as the program does, and with it.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(&self.order).arg(program);
        command
    }

    /// The file that says how the program is treated: it may write there itself.
    pub fn order(&self) -> &Path {
        &self.order
    }

    /// Writes down how the program under the warden of that file is treated from now on, but for
    /// the threads of these numbers or names (as the kernel keeps them: fifteen letters), and for
    /// libraries where `.so` is among them.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn begin(order: &Path, treatment: Treatment, spared: &[String]) -> Result<(), KitError> {
        let mut text = String::from(match treatment {
            Treatment::Refuse => "refuse",
            Treatment::Hang => "hang",
        });
        for thread in spared {
            let _ = write!(text, " {thread}");
        }
        fs::write(order, text).map_err(KitError::file(order))
    }

    /// From now on it is treated well; a call that hangs goes on hanging.
    ///
    /// # Errors
    ///
    /// When the file cannot be removed.
    pub fn end(order: &Path) -> Result<(), KitError> {
        match fs::remove_file(order) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed.map_err(KitError::file(order)),
        }
    }
}

const WARDEN_C: &str = include_str!("../modules/warden.c");
