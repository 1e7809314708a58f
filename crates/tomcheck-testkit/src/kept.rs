//! How does a foreign program run for one test, and end with it?

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A program in a folder of its own; dropped or orphaned, it is killed.
#[derive(Debug)]
pub(crate) struct Kept {
    directory: TempDir,
    /// A shell that kills the program when its standard input closes, which it does however
    /// this process ends.
    keeper: Child,
    /// Where it writes beside its streams, in its folder.
    log: Option<&'static str>,
}

/// Why a program does not serve.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("it cannot be started, or its folder not filled")]
    Start(#[from] io::Error),
    #[error("its port was taken")]
    PortTaken,
    #[error("it does not serve; what it wrote:\n{0}")]
    DoesNotServe(String),
}

impl Kept {
    /// Starts it in `directory`; both its streams go to one file there.
    pub(crate) fn start<S: AsRef<OsStr>>(
        directory: TempDir,
        program: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Self, Failure> {
        Self::start_one_that_leaves("", directory, program, arguments)
    }

    /// The same for a program that, killed, leaves files elsewhere: those of this pattern.
    pub(crate) fn start_one_that_leaves<S: AsRef<OsStr>>(
        files: &str,
        directory: TempDir,
        program: &str,
        arguments: impl IntoIterator<Item = S>,
    ) -> Result<Self, Failure> {
        let output = File::create(directory.path().join(OUTPUT))?;
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper", files, program])
            .args(arguments)
            .current_dir(directory.path())
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        Ok(Self {
            directory,
            keeper,
            log: None,
        })
    }

    /// The same program, which also writes into this file of its folder.
    pub(crate) fn logging_to(mut self, log: &'static str) -> Self {
        self.log = Some(log);
        self
    }

    /// Waits until `serves` holds of what is in its folder. « address already in use » in what it
    /// wrote means that somebody was quicker at its port.
    pub(crate) fn wait_until(&self, serves: impl Fn(&Self) -> bool) -> Result<(), Failure> {
        let started = Instant::now();
        while !serves(self) {
            let output = self.output();
            if output.contains("ddress already in use") {
                return Err(Failure::PortTaken);
            }
            if output.contains("FATAL") || started.elapsed() > PATIENCE {
                return Err(Failure::DoesNotServe(output));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Whether `what` comes to be in what it wrote: a server writes once its client has left.
    /// Waits 20 s for it.
    pub(crate) fn comes_to_write(&self, what: &str) -> bool {
        self.wait_until(|kept| kept.output().contains(what)).is_ok()
    }

    /// What it wrote so far.
    pub(crate) fn output(&self) -> String {
        let log = self.log.map(|log| self.text(log));
        self.text(OUTPUT) + &log.unwrap_or_default()
    }

    /// A file in its folder; one that is not there yet is empty.
    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_default()
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Begins again while others are quicker at the port: these programs cannot choose one.
///
/// # Panics
///
/// When the program does not serve.
pub(crate) fn until_a_port_is_free<T>(attempt: impl Fn() -> Result<T, Failure>) -> T {
    let mut attempts = (0..5).map(|_| attempt());
    let served = attempts.find(|attempt| !matches!(attempt, Err(Failure::PortTaken)));
    served
        .unwrap_or(Err(Failure::PortTaken))
        .expect("the server starts")
}

/// A folder for one program.
pub(crate) fn folder(name: &str) -> Result<TempDir, Failure> {
    let prefix = format!("tomcheck-{name}-");
    Ok(tempfile::Builder::new().prefix(&prefix).tempdir()?)
}

/// The same, for one that root starts and that becomes another user: `mode` says what others may
/// there.
pub(crate) fn folder_for_others(name: &str, mode: u32) -> Result<TempDir, Failure> {
    let folder = folder(name)?;
    fs::set_permissions(folder.path(), Permissions::from_mode(mode))?;
    Ok(folder)
}

/// Where Debian keeps a server's program, which is where the PATH of users does not look; elsewhere
/// its name.
pub(crate) fn server_program(name: &str) -> String {
    let debian = format!("/usr/sbin/{name}");
    match Path::new(&debian).exists() {
        true => debian,
        false => name.to_owned(),
    }
}

/// A port of the loopback that was free a moment ago.
pub(crate) fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

const OUTPUT: &str = "output.log";
/// Signals of the terminal reach the whole group: the keeper outlives them to do its work. Its
/// program must not read the pipe that tells it to end.
const KEEPER: &str = r#"
trap '' INT TERM HUP
leaves=$1
shift
"$@" < /dev/null &
program=$!
read -r _
kill -KILL "$program"
wait "$program"
rm -f $leaves
"#;
const PATIENCE: Duration = Duration::from_secs(20);
