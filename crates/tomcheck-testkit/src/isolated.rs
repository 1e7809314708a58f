//! How does one test get a workstation of its own, without root and beside others?

use std::{
    env,
    ffi::OsString,
    fs::File,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{KitError, Workstation, station::StationFiles};

/// Runs the scenario with a fresh [`Workstation`], inside a `#[test]`.
///
/// PC/SC and PKCS#11 libraries read their environment variables when they are loaded, and a process
/// cannot change its own safely. So the test binary is started again, for this one test only
/// (`--exact`), with the variables of [`Workstation::environment`] already set; the scenario runs
/// there. What it prints is printed here.
///
/// Works under `cargo test` and `cargo nextest`; the calling thread must be that of the test.
///
/// # Panics
///
/// When the scenario panics, lasts longer than two minutes, or when the workstation cannot start.
pub fn isolated(scenario: impl FnOnce(Workstation)) {
    isolated_for(PATIENCE, scenario);
}

/// The same for a scenario that may last as long as `patience`.
///
/// # Panics
///
/// As [`isolated`].
pub fn isolated_for(patience: Duration, scenario: impl FnOnce(Workstation)) {
    let result = match env::var_os(INSIDE) {
        Some(directory) => Workstation::start(Path::new(&directory)).map(scenario),
        None => again(patience),
    };
    if let Err(error) = result {
        fail(&error);
    }
}

/// Set in the second process: the directory of its workstation.
const INSIDE: &str = "TOMCHECK_TESTKIT_STATION";

/// No scenario waits for anything longer than some seconds.
const PATIENCE: Duration = Duration::from_secs(120);

#[expect(clippy::panic, reason = "this is how a test fails")]
fn fail(error: &KitError) -> ! {
    let mut message = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        message = format!("{message}: {cause}");
        source = cause.source();
    }
    panic!("{message}");
}

#[expect(clippy::print_stdout, reason = "libtest shows it when the test fails")]
fn again(patience: Duration) -> Result<(), KitError> {
    let directory = tempfile::Builder::new()
        .prefix("tomcheck-")
        .tempdir()
        .map_err(KitError::file(env::temp_dir()))?;
    let output = directory.path().join("output.txt");
    let program = env::current_exe().map_err(KitError::start("the test binary"))?;
    let mut child = start(&program, directory.path(), &output)?;
    let status = wait(&mut child, Instant::now() + patience);
    let printed = std::fs::read_to_string(&output).unwrap_or_default();
    println!("{printed}");
    match status {
        Some(status) if status.success() && printed.contains("1 passed") => Ok(()),
        Some(status) => {
            let output = "see above, or the test was not found again".to_owned();
            Err(KitError::Program {
                program: program.display().to_string(),
                status,
                output,
            })
        }
        None => Err(KitError::TimedOut {
            what: "end of the scenario".into(),
            waited: patience,
        }),
    }
}

fn start(program: &Path, directory: &Path, output: &Path) -> Result<Child, KitError> {
    let stdout = File::create(output).map_err(KitError::file(output))?;
    let stderr = stdout.try_clone().map_err(KitError::file(output))?;
    let files = StationFiles::new(directory);
    Command::new("setpriv")
        // whoever kills the test kills the scenario too
        .args(["--pdeathsig", "KILL"])
        .arg(program)
        .arg("--exact")
        .arg(test_name())
        .args(["--nocapture", "--include-ignored"])
        .envs(files.environment())
        .env(INSIDE, directory)
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr)
        .spawn()
        .map_err(KitError::start("setpriv"))
}

/// libtest names the thread after the test; some runners pass the name instead.
fn test_name() -> OsString {
    match thread::current().name() {
        Some(name) if name != "main" => name.into(),
        _ => env::args_os()
            .skip_while(|argument| argument != "--exact")
            .nth(1)
            .unwrap_or_default(),
    }
}

fn wait(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    while Instant::now() < deadline {
        match child.try_wait() {
            Ok(None) => thread::sleep(Duration::from_millis(10)),
            Ok(status) => return status,
            Err(_) => break,
        }
    }
    // gone already is as good
    let _ = child.kill();
    let _ = child.wait();
    None
}
