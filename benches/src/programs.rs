//! How do the programs make a handshake, one process each?

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write, pipe};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use anyhow::{Context, bail, ensure};
use tomcheck_testkit::TlsServer;

use crate::foreign::engine;
use crate::in_process::REQUEST;
use crate::peer::{PATIENCE, Peer};
use crate::room::{KEY_URI, PIN, Room, TokenHome, roots};

/// A command that makes one handshake and ends.
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(OsString, PathBuf)>,
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
        let key = ["-engine", "pkcs11", "-keyform", "engine", "-key", KEY_URI];
        Ok(Self {
            path: room.tools.openssl_engine.clone()?,
            arguments: s_client(room, server, &key),
            environment: with_engine(home)?,
            input: Input::Open(REQUEST),
        })
    }

    /// `curl` with the key behind the same engine.
    pub(crate) fn curl(room: &Room, server: &TlsServer, home: &TokenHome) -> anyhow::Result<Self> {
        let port = server.port();
        let fixed = [
            "--silent",
            "--fail",
            "--engine",
            "pkcs11",
            "--key-type",
            "ENG",
        ];
        let given = [
            format!("--key={KEY_URI}"),
            format!("--cert={}", certificate(room)),
            format!("--cacert={}", roots().display()),
            format!("--resolve=localhost:{port}:127.0.0.1"),
            server.url(),
        ];
        let given = given.iter().flat_map(|word| {
            let option = word.split_once('=').filter(|_| word.starts_with("--"));
            option.map_or_else(|| vec![&**word], |(name, value)| vec![name, value])
        });
        Ok(Self {
            path: room.tools.curl.clone()?,
            arguments: fixed.into_iter().chain(given).map(str::to_owned).collect(),
            environment: with_engine(home)?,
            input: Input::Whole(Vec::new()),
        })
    }

    /// The client of another library, asked for one handshake.
    pub(crate) fn client(command: Command) -> Self {
        Self {
            path: command.get_program().into(),
            arguments: words(command.get_args()),
            environment: command
                .get_envs()
                .filter_map(|(name, value)| Some((name.to_owned(), value?.into())))
                .collect(),
            input: Input::Whole(b"1 1\n".to_vec()),
        }
    }

    /// Our own: the public way from a module to a handshake, and no more.
    pub(crate) fn once(room: &Room, server: &TlsServer, home: &TokenHome) -> anyhow::Result<Self> {
        let arguments = [
            server.port().to_string(),
            roots().display().to_string(),
            home.module.display().to_string(),
        ];
        Ok(Self {
            path: room.tools.once.clone()?,
            arguments: arguments.into(),
            environment: of(home),
            input: Input::Whole(PIN.into()),
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
        let mut environment = of(home);
        environment.push(("GNUTLS_PIN".into(), PIN.into()));
        Ok(Self {
            path: room.tools.gnutls.clone()?,
            arguments: vec![
                "--port".into(),
                server.port().to_string(),
                format!("--provider={}", home.module.display()),
                format!("--x509cafile={}", roots().display()),
                format!("--x509certfile={}", certificate(room)),
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
            format!("--ca-file={}", roots().display()),
            format!("--module={}", home.module.display()),
        ]);
        Ok(Self {
            path: room.tools.tomcheck.clone()?,
            arguments,
            environment: of(home),
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
        roots().display().to_string(),
        "-cert".into(),
        certificate(room),
    ];
    fixed
        .chain(given)
        .chain(key.iter().map(|word| (*word).to_owned()))
        .collect()
}

fn certificate(room: &Room) -> String {
    room.holder.certificate_pem().display().to_string()
}

fn words<'a>(arguments: impl Iterator<Item = &'a OsStr>) -> Vec<String> {
    let words = arguments.map(|word| word.to_string_lossy().into_owned());
    words.collect()
}

fn of(home: &TokenHome) -> Vec<(OsString, PathBuf)> {
    let both = home.environment.iter();
    both.map(|(name, value)| (name.into(), value.clone()))
        .collect()
}

fn with_engine(home: &TokenHome) -> anyhow::Result<Vec<(OsString, PathBuf)>> {
    let mut environment = of(home);
    environment.push(("OPENSSL_CONF".into(), engine(home)?));
    Ok(environment)
}
