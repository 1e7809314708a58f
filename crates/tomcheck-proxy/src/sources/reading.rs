//! How is a file or a program of others read, without waiting and without end?

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tomcheck_diagnosis::ForeignFailure;

/// More than any file of settings has; what follows is not read.
const MOST_BYTES: u64 = 4 << 20;

/// What a program may take to answer: a session bus that hangs must not stop a diagnosis.
const LONGEST_ANSWER: Duration = Duration::from_secs(3);

/// The text of an ordinary file, foreign bytes replaced; none where there is no such file.
///
/// # Errors
///
/// What the system answered where it is there and cannot be read.
pub(super) fn text_of(path: &Path) -> Result<Option<String>, ForeignFailure> {
    Ok(bytes_of(path)?.map(|bytes| text(&bytes)))
}

/// The same, bytes as they are.
pub(super) fn bytes_of(path: &Path) -> Result<Option<Vec<u8>>, ForeignFailure> {
    match path.metadata() {
        Ok(about) if about.is_file() => {}
        Ok(_) => return Ok(None),
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(ForeignFailure::from_io("stat", &error)),
    }
    let file = File::open(path).map_err(|error| ForeignFailure::from_io("open", &error))?;
    let mut bytes = Vec::new();
    let read = file.take(MOST_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| ForeignFailure::from_io("read", &error))?;
    Ok(Some(bytes))
}

fn is_absence(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

/// Without the mark that begins some files.
pub(super) fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    String::from_utf8_lossy(bytes).into_owned()
}

/// The names in a folder that satisfy `wanted`, sorted, 256 at most; none where there is none.
pub(super) fn names_in(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let Ok(entries) = folder.read_dir() else {
        return Vec::new();
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| wanted(name)).take(256).collect();
    names.sort();
    names
}

/// What a program writes, within three seconds.
///
/// # Errors
///
/// When it does not start, fails, or takes longer; it is then ended.
pub(super) fn answer_of(program: &Path, arguments: &[&str]) -> Result<String, ForeignFailure> {
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    let name = name.into_owned();
    let mut command = Command::new(program);
    let command = command.args(arguments).stdin(Stdio::null());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| ForeignFailure::from_io(name.clone(), &error))?;
    // read beside: a full pipe would keep the program from ending
    let (send, receive) = mpsc::channel();
    if let Some(written) = child.stdout.take() {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = written.take(MOST_BYTES).read_to_end(&mut bytes);
            let _ = send.send(read.map(|_| bytes));
        });
    }
    let end = Instant::now() + LONGEST_ANSWER;
    let bytes = receive.recv_timeout(LONGEST_ANSWER);
    let status = ended_by(&mut child, end);
    match (bytes, status) {
        (Ok(Ok(bytes)), Some(status)) if status.success() => Ok(text(&bytes)),
        (_, Some(status)) => Err(ForeignFailure::decimal(name, status.code().unwrap_or(-1))),
        (_, None) => Err(ForeignFailure::decimal(name, 0).named("ETIMEDOUT")),
    }
}

/// How it ended; none where it had to be ended.
fn ended_by(child: &mut std::process::Child, end: Instant) -> Option<std::process::ExitStatus> {
    loop {
        if let Some(status) = child.try_wait().ok().flatten() {
            return Some(status);
        }
        if Instant::now() >= end {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_is_no_failure_and_a_folder_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(text_of(&folder.path().join("absent")), Ok(None));
        assert_eq!(text_of(folder.path()), Ok(None));
        let file = folder.path().join("file");
        std::fs::write(&file, b"\xEF\xBB\xBFa\xE9").unwrap();
        assert_eq!(text_of(&file), Ok(Some("a\u{FFFD}".to_owned())));
        assert_eq!(text_of(&file.join("below")), Ok(None));
    }

    #[test]
    fn a_program_that_fails_or_is_not_there_says_so() {
        let shell = Path::new("/bin/sh");
        assert_eq!(answer_of(shell, &["-c", "echo a"]), Ok("a\n".to_owned()));
        let failed = answer_of(shell, &["-c", "exit 3"]).unwrap_err();
        assert_eq!((failed.call.as_ref(), failed.code), ("sh", 3));
        let absent = answer_of(Path::new("/absent/gsettings"), &[]).unwrap_err();
        assert_eq!(absent.call, "gsettings");
    }

    #[test]
    fn a_program_that_writes_much_and_never_ends_is_ended() {
        let endless = answer_of(Path::new("/bin/sh"), &["-c", "exec sleep 60"]).unwrap_err();
        assert_eq!(endless.name.as_deref(), Some("ETIMEDOUT"));
    }
}
