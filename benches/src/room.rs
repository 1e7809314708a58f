//! Where does it all happen?

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use tempfile::TempDir;
use tomcheck_testkit::{Pki, TlsServer, TlsServerOptions};

use crate::Tools;
use crate::holder::{Holder, KeyKind};

/// A TLS version.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Version {
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

impl Version {
    /// Both, older first.
    pub const ALL: [Self; 2] = [Self::Tls12, Self::Tls13];

    /// `1.2`, as the programs to compare with are told it.
    pub(crate) const fn number(self) -> &'static str {
        match self {
            Self::Tls12 => "1.2",
            Self::Tls13 => "1.3",
        }
    }

    /// `TLS 1.2`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

/// Everybody's server, one holder's key, and a token that holds it.
pub(crate) struct Room {
    pub(crate) tools: Tools,
    pub(crate) holder: Holder,
    folder: TempDir,
}

/// A token in a directory of its own: SoftHSM loses objects now and then when two processes
/// share one.
#[derive(Clone, Debug)]
pub(crate) struct TokenHome {
    pub(crate) folder: PathBuf,
    /// The module that opens it.
    pub(crate) module: PathBuf,
    /// What the module wants to find in its environment.
    pub(crate) environment: Vec<(&'static str, PathBuf)>,
}

/// The code of our token; nothing else in the world has it for its key.
pub(crate) const PIN: &str = "1234";
pub(crate) const KEY_ID: &[u8] = &[0x01];
/// The same key as a PKCS#11 URI (RFC 7512).
pub(crate) const KEY_URI: &str = "pkcs11:token=TEST;id=%01;type=private";

impl Room {
    /// Makes a temporary directory with a token in it; it goes with this value.
    pub(crate) fn new(tools: Tools, key: KeyKind) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("tomcheck-").tempdir()?;
        let room = Self {
            tools,
            holder: Holder::make(key, folder.path().join("holder"))?,
            folder,
        };
        room.make_token().context("a token of SoftHSM")?;
        Ok(room)
    }

    /// One server for all: it speaks this version only, demands a certificate, resumes nothing.
    pub(crate) fn server(version: Version) -> TlsServer {
        let versions = match version {
            Version::Tls12 => tomcheck_testkit::Versions::Tls12,
            Version::Tls13 => tomcheck_testkit::Versions::Tls13,
        };
        TlsServer::start(TlsServerOptions {
            versions,
            ..TlsServerOptions::default()
        })
    }

    /// Where everything lies.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A copy of the token for the peer `name`.
    pub(crate) fn token(&self, name: &str) -> anyhow::Result<TokenHome> {
        let folder = self.folder.path().join(name);
        let home = self.home(&folder)?;
        copy(&self.original(), &folder.join(TOKENS))?;
        Ok(home)
    }

    fn original(&self) -> PathBuf {
        self.folder.path().join("original").join(TOKENS)
    }

    fn home(&self, folder: &Path) -> anyhow::Result<TokenHome> {
        let tokens = folder.join(TOKENS);
        fs::create_dir_all(&tokens)?;
        let configuration = folder.join("softhsm2.conf");
        let text = format!(
            "directories.tokendir = {}\nlog.level = ERROR\n",
            tokens.display()
        );
        fs::write(&configuration, text)?;
        Ok(TokenHome {
            folder: folder.to_owned(),
            module: self.tools.softhsm.clone(),
            environment: vec![("SOFTHSM2_CONF", configuration)],
        })
    }

    fn make_token(&self) -> anyhow::Result<()> {
        let home = self.home(&self.folder.path().join("original"))?;
        let mut init = Command::new(&self.tools.softhsm_util);
        init.args(["--init-token", "--free", "--label", "TEST"])
            .args(["--pin", PIN, "--so-pin", "123456"]);
        succeed(init.envs(home.environment.clone()))?;
        for (file, kind) in [("key.der", "privkey"), ("certificate.der", "cert")] {
            let mut write = Command::new(&self.tools.pkcs11_tool);
            write
                .args(["--login", "--pin", PIN, "--id", "01", "--label", "TEST"])
                .args(["--type", kind, "--module"])
                .arg(&home.module)
                .arg("--write-object")
                .arg(self.holder.folder.join(file));
            succeed(write.envs(home.environment.clone()))?;
        }
        Ok(())
    }
}

/// Whom the clients trust, PEM.
pub(crate) fn roots() -> PathBuf {
    Pki::shared().roots_pem()
}

const TOKENS: &str = "tokens";

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().context("cannot be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{}: {said}",
        command.get_program().display()
    );
    Ok(())
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
