//! How do the programs make a handshake, one process each?

use std::fs;
use std::io::{Read, Write, pipe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use anyhow::{Context, bail, ensure};
use tomcheck_testkit::{Identity, Pki, TlsServer};

use crate::in_process::REQUEST;
use crate::peer::{PATIENCE, Peer};
use crate::room::{KEY_URI, PIN, Room, TokenHome};

/// A command that makes one handshake and ends.
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(&'static str, PathBuf)>,
    input: Input,
}

/// What it is given to read.
enum Input {
    /// This, then the end.
    Whole(Vec<u8>),
    /// This, and no end while it runs: some programs hang up at the end of their input.
    Open(&'static [u8]),
}

impl Program {
    /// `openssl s_client` with the key behind the PKCS#11 engine (libp11).
    pub(crate) fn openssl_engine(
        room: &Room,
        server: &TlsServer,
        home: &TokenHome,
    ) -> anyhow::Result<Self> {
        let configuration = home.folder.join("openssl.cnf");
        fs::write(&configuration, engine_configuration(&home.module))?;
        let mut environment = home.environment.clone();
        environment.push(("OPENSSL_CONF", configuration));
        let key = ["-engine", "pkcs11", "-keyform", "engine", "-key", KEY_URI];
        Ok(Self {
            path: room.tools.openssl_engine.clone()?,
            arguments: s_client(room, server, &key),
            environment,
            input: Input::Open(REQUEST),
        })
    }

    /// `openssl s_client` with the key in a file: what OpenSSL takes without a token.
    pub(crate) fn openssl_file(room: &Room, server: &TlsServer) -> anyhow::Result<Self> {
        let file = room.holder.key_pem();
        let key = ["-key", &*file.to_string_lossy()];
        Ok(Self {
            path: room.tools.openssl.clone()?,
            arguments: s_client(room, server, &key),
            environment: Vec::new(),
            input: Input::Open(REQUEST),
        })
    }

    /// `gnutls-cli` with the key behind PKCS#11.
    pub(crate) fn gnutls(
        room: &Room,
        server: &TlsServer,
        home: &TokenHome,
    ) -> anyhow::Result<Self> {
        let mut environment = home.environment.clone();
        environment.push(("GNUTLS_PIN", PIN.into()));
        Ok(Self {
            path: room.tools.gnutls.clone()?,
            arguments: vec![
                "--port".into(),
                server.port().to_string(),
                format!("--provider={}", home.module.display()),
                format!("--x509cafile={}", roots()),
                format!("--x509certfile={}", certificate(&room.holder)),
                format!("--x509keyfile={KEY_URI}"),
                "127.0.0.1".into(),
                "--sni-hostname=localhost".into(),
                "--verify-hostname=localhost".into(),
            ],
            environment,
            input: Input::Open(REQUEST),
        })
    }

    /// `tomcheck check` with the code, of all but the reader: SoftHSM has none.
    pub(crate) fn tomcheck(
        room: &Room,
        server: &TlsServer,
        home: &TokenHome,
    ) -> anyhow::Result<Self> {
        let arguments = [
            "check",
            "--skip=reader,card",
            "--pin-fd=0",
            "--proxy=direct",
            "--json",
            "--quiet",
        ];
        let mut arguments: Vec<String> = arguments.map(str::to_owned).into();
        arguments.extend([
            format!("--target={}", server.url()),
            format!("--ca-file={}", roots()),
            format!("--module={}", home.module.display()),
        ]);
        Ok(Self {
            path: room.tools.tomcheck.clone()?,
            arguments,
            environment: home.environment.clone(),
            input: Input::Whole(PIN.into()),
        })
    }
}

impl Peer for Program {
    fn once(&mut self) -> anyhow::Result<()> {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).envs(self.environment.clone());
        let name = self.path.file_name().unwrap_or_default().display();
        run(command, &self.input).with_context(|| name.to_string())
    }
}

/// Runs it to its end; what it wrote is the error's text if it fails.
fn run(mut command: Command, input: &Input) -> anyhow::Result<()> {
    let (mut from, to) = pipe()?;
    let command_output = command.stdout(to.try_clone()?).stderr(to);
    let mut child = command_output.stdin(Stdio::piped()).spawn()?;
    // our copies of the pipe would keep it open
    drop(command);
    let mut stdin = child.stdin.take();
    if let Some(stdin) = &mut stdin {
        stdin.write_all(input.bytes())?;
    }
    let _held = stdin.filter(|_| matches!(input, Input::Open(_)));
    let (send, receive) = channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        let read = from.read_to_end(&mut text);
        // nobody listens any more when it took too long
        let _ = send.send(read.map(|_| text));
    });
    let Ok(text) = receive.recv_timeout(PATIENCE) else {
        child.kill()?;
        child.wait()?;
        bail!("no end within {} s", PATIENCE.as_secs());
    };
    let status = child.wait()?;
    let text = text?;
    ensure!(status.success(), "{status}: {}", last_lines(&text));
    Ok(())
}

impl Input {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Whole(bytes) => bytes,
            Self::Open(bytes) => bytes,
        }
    }
}

fn last_lines(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(12);
    lines.get(from..).unwrap_or_default().join("\n")
}

/// Our server speaks one version only, so that no client needs to be told which.
fn s_client(room: &Room, server: &TlsServer, key: &[&str]) -> Vec<String> {
    let port = server.port();
    let fixed = [
        "s_client",
        "-quiet",
        "-verify_return_error",
        "-verify_hostname=localhost",
        "-servername=localhost",
    ];
    let fixed = fixed
        .into_iter()
        .flat_map(|word| word.split('='))
        .map(str::to_owned);
    let given = [
        "-connect".into(),
        format!("127.0.0.1:{port}"),
        "-CAfile".into(),
        roots(),
        "-cert".into(),
        certificate(&room.holder),
    ];
    fixed
        .chain(given)
        .chain(key.iter().map(|word| (*word).to_owned()))
        .collect()
}

fn roots() -> String {
    Pki::shared().roots_pem().display().to_string()
}

fn certificate(holder: &Identity) -> String {
    holder.certificate_pem().display().to_string()
}

/// The engine learns the module and the code from here, not from its arguments.
pub(crate) fn engine_configuration(module: &Path) -> String {
    format!(
        "openssl_conf = all\n[all]\nengines = engines\n[engines]\npkcs11 = token\n[token]\n\
         engine_id = pkcs11\nMODULE_PATH = {}\nPIN = {PIN}\ninit = 0\n",
        module.display()
    )
}
