//! How does a pcscd run beside the machine's own, and end with us?

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::StationFiles;
use crate::KitError;

/// A running pcscd; dropping it kills it.
#[derive(Debug)]
pub(super) struct Pcscd {
    shell: Child,
    orders: Option<ChildStdin>,
}

/// pcscd's socket directory is compiled in, so ours is mounted over it, for this process alone.
/// The shell waits for names of signals on its standard input, and leaves a file when one is sent.
/// The input closes when the kit's process ends, however it ends; and should the shell itself be
/// killed, so is pcscd.
const SCRIPT: &str = r#"
run=$1 readers=$2
mkdir -p /run/pcscd 2>/dev/null || { mount -t tmpfs none /run && mkdir /run/pcscd; } || exit
mount --bind "$run" /run/pcscd || exit
setpriv --pdeathsig KILL pcscd --foreground --config "$readers" &
pcscd=$!
while read -r signal || signal=KILL; do
    kill -s "$signal" $pcscd
    : > "$run/signalled"
    case $signal in STOP | CONT) ;; *) break ;; esac
done
kill -s CONT $pcscd 2>/dev/null
wait $pcscd
"#;

const PATIENCE: Duration = Duration::from_secs(10);

impl Pcscd {
    pub(super) fn start(files: &StationFiles) -> Result<Self, KitError> {
        let mut pcscd = Self::spawn(files)?;
        let deadline = Instant::now() + PATIENCE;
        // a socket left by a killed pcscd exists and refuses
        while UnixStream::connect(files.socket()).is_err() {
            if let Ok(Some(status)) = pcscd.shell.try_wait() {
                let output = fs::read_to_string(files.log()).unwrap_or_default();
                return Err(KitError::Program {
                    program: "pcscd".into(),
                    status,
                    output,
                });
            }
            if Instant::now() > deadline {
                return Err(KitError::TimedOut {
                    what: "pcscd".into(),
                    waited: PATIENCE,
                });
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(pcscd)
    }

    fn spawn(files: &StationFiles) -> Result<Self, KitError> {
        let log = files.log();
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .map_err(KitError::file(log))?;
        let errors = log.try_clone().map_err(KitError::file(files.log()))?;
        let mut command = Command::new("unshare");
        if !is_root() {
            command.args(["--user", "--map-root-user"]);
        }
        let mut shell = command
            .args([
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                SCRIPT,
                "sh",
            ])
            .args([files.run(), files.readers()])
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(KitError::start("unshare"))?;
        let orders = shell.stdin.take();
        Ok(Self { shell, orders })
    }

    /// Stops pcscd in its tracks, or lets it go on. Blocks until the signal is sent.
    pub(super) fn freeze(&mut self, files: &StationFiles, frozen: bool) -> Result<(), KitError> {
        let sent = files.run().join("signalled");
        let _ = fs::remove_file(&sent);
        if let Some(orders) = &mut self.orders {
            let signal = if frozen { "STOP" } else { "CONT" };
            writeln!(orders, "{signal}").map_err(KitError::socket("telling pcscd's shell"))?;
        }
        let deadline = Instant::now() + PATIENCE;
        while !sent.exists() {
            if Instant::now() > deadline {
                return Err(KitError::TimedOut {
                    what: "signal to pcscd".into(),
                    waited: PATIENCE,
                });
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    pub(super) fn stop(mut self, hard: bool) {
        self.order(if hard { "KILL" } else { "TERM" });
    }

    /// Sends the signal, then waits for pcscd to be gone.
    fn order(&mut self, signal: &str) {
        let Some(mut orders) = self.orders.take() else {
            return;
        };
        // when the shell is gone there is nobody to tell, and nobody to wait for
        let _ = writeln!(orders, "{signal}");
        drop(orders);
        let deadline = Instant::now() + PATIENCE;
        while matches!(self.shell.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                // pcscd dies with its shell
                let _ = self.shell.kill();
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        self.order("KILL");
    }
}

/// Owner of our own `/proc` entry: there is no safe `geteuid` in the standard library.
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(Path::new("/proc/self")).is_ok_and(|entry| entry.uid() == 0)
}
