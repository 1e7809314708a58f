//! How does another program keep the card for itself?

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{KitError, Workstation};

/// Another PC/SC program of the workstation, in a process of its own; it lets go when dropped.
#[derive(Debug)]
pub struct CardHolder {
    child: Child,
    said: Option<BufReader<ChildStdout>>,
}

impl CardHolder {
    /// Connected with `SCARD_SHARE_EXCLUSIVE` to the first reader: nobody else can connect.
    ///
    /// # Errors
    ///
    /// When the program cannot be started or does not get the card.
    pub fn exclusive(station: &Workstation) -> Result<Self, KitError> {
        Self::start(station, &program()?, "exclusive")
    }

    /// The same, in a program whose file has another name.
    ///
    /// # Errors
    ///
    /// As [`CardHolder::exclusive`], and when the file cannot be copied.
    pub fn exclusive_as(station: &Workstation, name: &str) -> Result<Self, KitError> {
        let copy = station.directory().join(name);
        fs::copy(program()?, &copy).map_err(KitError::file(&copy))?;
        Self::start(station, &copy, "exclusive")
    }

    /// Connected shared, inside `SCardBeginTransaction`: everybody else waits.
    ///
    /// # Errors
    ///
    /// As [`CardHolder::exclusive`].
    pub fn transaction(station: &Workstation) -> Result<Self, KitError> {
        Self::start(station, &program()?, "transaction")
    }

    /// Connected with `SCARD_SHARE_SHARED` and idle: the card stays powered.
    ///
    /// # Errors
    ///
    /// As [`CardHolder::exclusive`].
    pub fn shared(station: &Workstation) -> Result<Self, KitError> {
        Self::start(station, &program()?, "shared")
    }

    fn start(station: &Workstation, program: &Path, how: &str) -> Result<Self, KitError> {
        let name = program.display().to_string();
        let mut child = Command::new(program)
            .args([how, &station.reader()])
            .envs(station.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(KitError::start(&name))?;
        let said = child.stdout.take().map(BufReader::new);
        let mut holder = Self { child, said };
        let line = holder.next_line()?;
        if line.trim_end() == "holding" {
            return Ok(holder);
        }
        let child = &mut holder.child;
        let status = child.wait().map_err(KitError::start(&name))?;
        Err(KitError::Program {
            program: name,
            status,
            output: line.trim_end().to_owned(),
        })
    }
}

impl CardHolder {
    /// Resets the card, as some programs do when they begin; the holder must be a shared one.
    /// Whoever else had the card open is told so by `SCARD_W_RESET_CARD`.
    ///
    /// # Errors
    ///
    /// When the card cannot be reset.
    pub fn reset(&mut self) -> Result<(), KitError> {
        if let Some(input) = &mut self.child.stdin {
            let asked = input.write_all(b"reset\n");
            asked.map_err(KitError::socket("asking for a reset"))?;
        }
        match self.next_line()?.trim_end() {
            "reset" => Ok(()),
            other => Err(KitError::Value {
                what: "reset",
                value: other.to_owned(),
                expected: "a card that can be reset",
            }),
        }
    }

    fn next_line(&mut self) -> Result<String, KitError> {
        let mut line = String::new();
        if let Some(said) = &mut self.said {
            let read = said.read_line(&mut line);
            read.map_err(KitError::socket("waiting for the card holder"))?;
        }
        Ok(line)
    }
}

impl Drop for CardHolder {
    fn drop(&mut self) {
        // its standard input closes: it disconnects, leaves the card alone and ends
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Cargo puts test binaries into `deps/` and examples into `examples/`, below the programs.
fn program() -> Result<PathBuf, KitError> {
    let running = env::current_exe().map_err(KitError::start("card-holder"))?;
    let mut directories = running.ancestors().skip(1);
    let programs = directories.find(|path| !path.ends_with("deps") && !path.ends_with("examples"));
    let programs = programs.unwrap_or(&running);
    let holder = programs.join("card-holder");
    if is_current(&holder, Path::new(SOURCE)) {
        Ok(holder)
    } else {
        build(programs)
    }
}

/// Whether it was built after its source was written last. Where there is no source, as where
/// tests only run that were built elsewhere, it is what there is.
fn is_current(program: &Path, source: &Path) -> bool {
    let written = |path: &Path| fs::metadata(path).and_then(|file| file.modified());
    match (written(program), written(source)) {
        (Ok(built), Ok(changed)) => built >= changed,
        (Ok(_), Err(_)) => true,
        (Err(_), _) => false,
    }
}

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/card-holder.rs");

/// Tests of other crates do not build our programs by themselves.
fn build(directory: &Path) -> Result<PathBuf, KitError> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([
        "build",
        "--quiet",
        "--package",
        "tomcheck-testkit",
        "--bin",
        "card-holder",
    ]);
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    if let Some(target) = directory.parent() {
        command.arg("--target-dir").arg(target);
    }
    if directory.ends_with("release") {
        command.arg("--release");
    }
    let output = command.output().map_err(KitError::start("cargo"))?;
    if output.status.success() {
        return Ok(directory.join("card-holder"));
    }
    Err(KitError::Program {
        program: "cargo build".into(),
        status: output.status,
        output: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::{
        fs::File,
        time::{Duration, SystemTime},
    };

    #[test]
    fn a_program_older_than_its_source_is_built_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, seconds| {
            let file = File::create(path(name)).unwrap();
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            file.set_modified(time).unwrap();
        };
        let is_current = || super::is_current(&path("program"), &path("source"));
        assert!(!is_current());
        write("program", 100);
        assert!(is_current(), "built elsewhere");
        write("source", 99);
        assert!(is_current());
        write("source", 101);
        assert!(!is_current());
    }
}
