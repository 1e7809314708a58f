//! How many commands does the card receive, and what for?

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use tomcheck_testkit::{
    CardOptions, Holder, Pki, Profile, Purpose, Variant, VirtualCard, Workstation,
};

use super::Commands;

pub(super) fn count(tomcheck: &Path) -> Result<Vec<Commands>> {
    let folder = tempfile::Builder::new().prefix("tomcheck-").tempdir()?;
    let station = Workstation::start(folder.path())?;
    let holder = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
    let options =
        CardOptions::new().authentication_pair(holder.key().clone(), holder.certificate_der());
    let card = station.insert(Profile::Piv, options)?;
    let counter = Counter {
        station: &station,
        card: &card,
    };
    counter.all(tomcheck)
}

struct Counter<'a> {
    station: &'a Workstation,
    card: &'a VirtualCard,
}

impl Counter<'_> {
    fn all(&self, tomcheck: &Path) -> Result<Vec<Commands>> {
        let module = module();
        let ours = |arguments: &[&str]| {
            let mut command = Command::new(tomcheck);
            command.args(arguments).arg("--json");
            // a place without any module
            command.env("TOMCHECK_MODULE_DIRS", self.station.directory());
            command
        };
        let mut with_module = ours(&["card"]);
        with_module.arg("--module").arg(&module);
        let mut rows = vec![
            Commands {
                purpose: "which card is in which reader",
                name: "tomcheck check --only card",
                count: self.sent(&mut ours(&["check", "--only", "card"]))?,
            },
            Commands {
                purpose: "number, applications, tries left",
                name: "tomcheck card, without a module",
                count: self.sent(&mut ours(&["card"]))?,
            },
            Commands {
                purpose: "and token, certificates",
                name: "tomcheck card, with OpenSC's module",
                count: self.sent(&mut with_module)?,
            },
        ];
        rows.extend(self.peers(&module)?);
        Ok(rows)
    }

    /// OpenSC's tools; nothing where they are not installed.
    fn peers(&self, module: &Path) -> Result<Vec<Commands>> {
        if Command::new("opensc-tool")
            .arg("--version")
            .output()
            .is_err()
        {
            return Ok(Vec::new());
        }
        let mut atr = Command::new("opensc-tool");
        atr.args(["-a", "-n"]);
        let mut slots = Command::new("pkcs11-tool");
        slots.arg("--module").arg(module).arg("-L");
        Ok(vec![
            Commands {
                purpose: "ATR and name",
                name: "opensc-tool -a -n",
                count: self.sent(&mut atr)?,
            },
            Commands {
                purpose: "slots and token",
                name: "pkcs11-tool -L",
                count: self.sent(&mut slots)?,
            },
        ])
    }

    fn sent(&self, command: &mut Command) -> Result<u64> {
        let before = self.card.commands();
        let name = command.get_program().display().to_string();
        let status = command
            .envs(self.station.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .with_context(|| name.clone())?;
        ensure!(matches!(status.code(), Some(0 | 1)), "{name}: {status}");
        Ok(self.card.commands() - before)
    }
}

/// Debian's OpenSC, which drives the card's PIV application.
fn module() -> PathBuf {
    let library = format!(
        "/usr/lib/{}-linux-gnu/opensc-pkcs11.so",
        std::env::consts::ARCH
    );
    PathBuf::from(library)
}
