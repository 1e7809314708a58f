//! Where does the Cryptolib CPS look for its switch, and where does it write?

use std::path::{Path, PathBuf};

use super::Switch;
use crate::sys::process;

/// The places that a trace has to do with.
#[derive(Clone, Debug)]
pub struct TracePlaces {
    pub(super) switch: Switch,
    pub(super) logs: PathBuf,
    /// Where it is kept how the switch was found, as long as it is turned on.
    pub(super) journal: PathBuf,
    pub(super) may_be_apart: bool,
}

impl TracePlaces {
    /// Those of the Cryptolib CPS; the journal is a file of this account.
    ///
    /// Source: its published sources (`common/sys_config.c`), 5.2; seen at work on Linux. Not
    /// tried on macOS and Windows.
    pub fn usual() -> Self {
        Self {
            switch: process::trace_switch(),
            logs: process::log_folder(),
            journal: process::state_folder().join("module-trace.json"),
            may_be_apart: true,
        }
    }

    /// The folder the module writes its logs to, whoever turned them on.
    pub fn logs(&self) -> &Path {
        &self.logs
    }

    /// A configuration file, a folder for logs, and a file for the journal: for a module that was
    /// built to look there. The switch is turned on for all.
    pub fn of(configuration: PathBuf, logs: PathBuf, journal: PathBuf) -> Self {
        Self {
            switch: Switch::File {
                path: configuration,
            },
            logs,
            journal,
            may_be_apart: false,
        }
    }
}
