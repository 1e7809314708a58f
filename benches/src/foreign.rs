//! Which clients of other libraries are compared with ours, and how are they made here?

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use tomcheck_testkit::{Pki, TlsServer};

use crate::room::{KEY_URI, PIN, Room, TokenHome, roots};
use crate::{Tools, Version};

/// A client in the language of its library.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Foreign {
    /// OpenSSL with the PKCS#11 engine (libp11).
    Openssl,
    Gnutls,
    /// NSS's own strsclnt.
    Nss,
    /// Java with SunPKCS11.
    Java,
}

impl Foreign {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Openssl => "OpenSSL + libp11",
            Self::Gnutls => "GnuTLS",
            Self::Nss => "NSS (strsclnt)",
            Self::Java => "Java (SunPKCS11)",
        }
    }

    /// Compiles it into the token's folder, and readies what it reads. What it answers to is in
    /// `peers/client.h`.
    ///
    /// # Errors
    ///
    /// When a compiler, a library or a tool is not here; the error names the package.
    pub(crate) fn command(
        self,
        room: &Room,
        version: Version,
        server: &TlsServer,
        home: &TokenHome,
    ) -> anyhow::Result<Command> {
        let (mut command, roots) = (self.compiled(home)?, roots());
        command.current_dir(&home.folder);
        command.args([&server.port().to_string(), version.number()]);
        match self {
            Self::Openssl | Self::Gnutls => {
                command.args([&roots, &room.holder.certificate_pem()]);
                command.arg(KEY_URI);
            }
            Self::Java => {
                command.args([&roots, &home.module]);
            }
            Self::Nss => {
                command.arg(database(&room.tools, home)?);
            }
        }
        if self == Self::Gnutls {
            command.arg(&home.module);
        }
        if self == Self::Openssl {
            command.env("OPENSSL_CONF", engine(home)?);
        } else {
            command.env("GNUTLS_PIN", PIN);
        }
        command.envs(home.environment.clone());
        Ok(command)
    }

    fn compiled(self, home: &TokenHome) -> anyhow::Result<Command> {
        match self {
            Self::Openssl => in_c(OPENSSL_C, &["-lssl", "-lcrypto"], "libssl-dev", home),
            Self::Gnutls => in_c(GNUTLS_C, &["-lgnutls"], "libgnutls28-dev", home),
            Self::Nss => in_c(NSS_C, &[], "libc6-dev", home),
            Self::Java => in_java(home),
        }
    }
}

fn in_c(
    source: &str,
    libraries: &[&str],
    package: &str,
    home: &TokenHome,
) -> anyhow::Result<Command> {
    let (file, program) = (home.folder.join("client.c"), home.folder.join("client"));
    fs::write(home.folder.join("client.h"), CLIENT_H)?;
    fs::write(&file, source)?;
    let out = [OsString::from("-o"), program.clone().into()];
    let mut cc = Command::new("cc");
    let output = cc.arg("-O2").args(out).arg(&file).args(libraries).output();
    let output = output.context("cc (apt install gcc)")?;
    ensure!(
        output.status.success(),
        "not compiled (apt install {package})"
    );
    Ok(Command::new(program))
}

fn in_java(home: &TokenHome) -> anyhow::Result<Command> {
    let file = home.folder.join("JavaClient.java");
    fs::write(&file, JAVA)?;
    let output = Command::new("javac").arg(&file).output();
    let output = output.context("javac (apt install default-jdk-headless)")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "javac: {said}");
    let mut java = Command::new("java");
    java.args(["-cp", ".", "JavaClient"]);
    Ok(java)
}

/// NSS reads its modules and whom it trusts in a database.
fn database(tools: &Tools, home: &TokenHome) -> anyhow::Result<String> {
    let folder = home.folder.join("nss");
    fs::create_dir_all(&folder)?;
    let database = format!("sql:{}", folder.display());
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).envs(home.environment.clone());
        let output = command
            .output()
            .with_context(|| format!("{program} (apt install libnss3-tools)"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{program}: {said}");
        Ok(())
    };
    let module = tools.softhsm.display().to_string();
    run("certutil", &["-N", "-d", &database, "--empty-password"])?;
    let add = ["-force", "-add", "token", "-libfile", &module];
    run("modutil", &[&["-dbdir", &database], &add[..]].concat())?;
    let root = Pki::shared().authority(crate::in_process::ROOT);
    let root = root.certificate_pem().display().to_string();
    let trust = ["-A", "-n", "root", "-t", "C,,", "-i", &root];
    run("certutil", &[&["-d", &database], &trust[..]].concat())?;
    Ok(database)
}

/// OpenSSL learns the module and the code from here, not from its arguments.
pub(crate) fn engine(home: &TokenHome) -> anyhow::Result<PathBuf> {
    let file = home.folder.join("openssl.cnf");
    let text = format!(
        "openssl_conf = all\n[all]\nengines = engines\n[engines]\npkcs11 = token\n[token]\n\
         engine_id = pkcs11\nMODULE_PATH = {}\nPIN = {PIN}\ninit = 0\n",
        home.module.display()
    );
    fs::write(&file, text)?;
    Ok(file)
}

const CLIENT_H: &str = include_str!("../peers/client.h");
const OPENSSL_C: &str = include_str!("../peers/openssl_client.c");
const GNUTLS_C: &str = include_str!("../peers/gnutls_client.c");
const NSS_C: &str = include_str!("../peers/nss_client.c");
const JAVA: &str = include_str!("../peers/JavaClient.java");
