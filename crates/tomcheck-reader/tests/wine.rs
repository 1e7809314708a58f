//! Is the number kept that Wine's stub of winscard.dll answers, and are the programs seen that have loaded it?

#![cfg(windows)]

use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use tomcheck_diagnosis::{Deadline, Lang, Observation, Probe};
use tomcheck_reader::{Pcsc as _, Programs, ServiceProbe, ServiceSeen, SystemPcsc};

#[test]
fn an_answer_that_means_neither_running_nor_stopped_is_a_refusal_with_its_number() {
    if std::env::var_os("WINEPREFIX").is_none() {
        println!("skipped: this is no Wine, its winscard.dll answers as it must");
        return;
    }
    let deadline = Deadline::after(Duration::from_secs(10));
    let seen = ServiceProbe::new(&SystemPcsc::new(), deadline).observe();
    assert!(matches!(&seen, ServiceSeen::Refused { failure, .. } if failure.code == 0x8010_0001));
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "reader.service-refused");
    let answer = finding.evidence[0].render(Lang::En);
    assert_eq!(answer, "SCARD_F_INTERNAL_ERROR 0x80100001");
}

/// Set in the second process, which loads winscard.dll and waits.
const HOLDER: &str = "TOMCHECK_TEST_HOLDER";

#[test]
fn a_program_that_has_loaded_the_library_is_named() {
    if std::env::var_os(HOLDER).is_some() {
        // the library stays loaded as long as this does
        let pcsc = SystemPcsc::new();
        let _ = pcsc.establish();
        println!("loaded");
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        drop(pcsc);
        return;
    }
    let program = std::env::current_exe().expect("this program has a file");
    let mut holder = Command::new(&program)
        .args([
            "--exact",
            "a_program_that_has_loaded_the_library_is_named",
            "--nocapture",
        ])
        .env(HOLDER, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it can be started again");
    let mut said = String::new();
    let mut output = holder.stdout.take().expect("piped");
    let mut byte = [0_u8; 1];
    while !said.contains("loaded") && output.read_exact(&mut byte).is_ok() {
        said.push(char::from(byte[0]));
    }
    let seen = SystemPcsc::new().programs();
    drop(holder.stdin.take());
    let _ = holder.wait();
    let Programs::Seen { processes, .. } = &seen else {
        panic!("{seen:?}");
    };
    let name = program.file_name().expect("a name").to_string_lossy();
    let is_it = |name_seen: &str| name_seen.eq_ignore_ascii_case(&name);
    assert!(
        processes
            .iter()
            .any(|it| it.pid == holder.id() && is_it(&it.name)),
        "{seen:?}"
    );
    assert!(processes.iter().all(|it| it.pid != std::process::id()));
}
