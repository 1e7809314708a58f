//! How many commands does the card receive, and what for?

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
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
            command
                .args(arguments)
                .args(["--json", "--module"])
                .arg(&module);
            self.sent(&mut command)
        };
        let row = |purpose, name: &str, count| Commands {
            purpose,
            name: name.to_owned(),
            count,
        };
        let mut rows = vec![
            row(
                "which card is in which reader",
                "tomcheck check --only card",
                ours(&["check", "--only", "card"])?,
            ),
            row(
                "what is on it, without the module",
                "tomcheck card --only card",
                ours(&["card", "--only", "card"])?,
            ),
            row(
                "and with the module: token, certificates",
                "tomcheck card",
                ours(&["card"])?,
            ),
        ];
        let peers = self.peers(&module)?;
        rows.extend(
            peers
                .into_iter()
                .map(|(purpose, name, count)| row(purpose, name, count)),
        );
        Ok(rows)
    }

    /// OpenSC's tools; nothing where they are not installed.
    fn peers(&self, module: &Path) -> Result<Vec<(&'static str, &'static str, u64)>> {
        let mut atr = Command::new("opensc-tool");
        atr.args(["-a", "-n"]);
        let mut slots = Command::new("pkcs11-tool");
        slots.arg("--module").arg(module).arg("-L");
        if Command::new("opensc-tool")
            .arg("--version")
            .output()
            .is_err()
        {
            return Ok(Vec::new());
        }
        Ok(vec![
            ("ATR and name", "opensc-tool -a -n", self.sent(&mut atr)?),
            ("slots and token", "pkcs11-tool -L", self.sent(&mut slots)?),
        ])
    }

    fn sent(&self, command: &mut Command) -> Result<u64> {
        let before = self.card.commands();
        command
            .envs(self.station.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .with_context(|| command.get_program().display().to_string())?;
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
