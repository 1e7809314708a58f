//! Does each broken module fail where it says, and only there?
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking"
)]

mod common;

use std::{
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, Output},
};

use common::{key_pair, outcome, run};
use tomcheck_testkit::modules::{self, FaultyModule, ModuleFault};

fn tool(module: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("pkcs11-tool");
    command.arg("--module").arg(module).args(arguments);
    command
}

/// Everything a program asks a token, the signature last.
fn use_fully(module: &Path) -> Output {
    let input = module.with_extension("in");
    std::fs::write(&input, [0x54; 51]).unwrap();
    let sign = [
        "--login", "--pin", "1234", "--sign", "--id", "01", "-m", "RSA-PKCS", "-i",
    ];
    tool(module, &sign).arg(input).output().unwrap()
}

const SIGABRT: i32 = 6;
const SIGBUS: i32 = 7;
const SIGSEGV: i32 = 11;

#[test]
fn a_module_without_fault_answers_up_to_the_signature() {
    let directory = tempfile::tempdir().unwrap();
    let (_, certificate) = key_pair(directory.path(), "auth");
    let sound = FaultyModule::new(ModuleFault::None, "C_Sign").certificate(&certificate);
    let module = sound.build(directory.path()).unwrap();
    let listed = run(&mut tool(
        &module,
        &["-L", "-O", "-M", "--login", "--pin", "1234"],
    ));
    for expected in [
        "Certificate Object",
        "Private Key Object",
        "26000000",
        "SHA256-RSA-PKCS",
    ] {
        assert!(listed.contains(expected), "{expected} in {listed}");
    }
    let read = ["--read-object", "--type", "cert", "--id", "01", "-o"];
    run(tool(&module, &read).arg(directory.path().join("read.der")));
    assert_eq!(
        std::fs::read(directory.path().join("read.der")).unwrap(),
        certificate
    );

    let output = String::from_utf8_lossy(&use_fully(&module).stderr).into_owned();
    // pkcs11-tool tries piece by piece when C_Sign fails
    assert!(output.contains("C_SignUpdate failed"), "{output}");
}

#[test]
fn crashes_and_aborts_happen_in_the_named_call() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    for call in [
        "C_Initialize",
        "C_GetSlotList",
        "C_GetTokenInfo",
        "C_FindObjects",
        "C_Login",
        "C_Sign",
    ] {
        let crashed = use_fully(&modules::crashing(directory, call).unwrap());
        assert_eq!(crashed.status.signal(), Some(SIGSEGV), "{call}");
        let aborted = use_fully(&modules::aborting(directory, call).unwrap());
        assert_eq!(aborted.status.signal(), Some(SIGABRT), "{call}");
    }
    // what comes before the named call works
    let listed = tool(&modules::crashing(directory, "C_Login").unwrap(), &["-L"])
        .output()
        .unwrap();
    assert!(listed.status.success());
}

#[test]
fn a_hanging_call_never_returns() {
    let directory = tempfile::tempdir().unwrap();
    let module = modules::hanging(directory.path(), "C_GetTokenInfo").unwrap();
    let mut command = Command::new("timeout");
    command
        .args(["1", "pkcs11-tool", "-L", "--module"])
        .arg(module);
    assert_eq!(command.status().unwrap().code(), Some(124));
}

#[test]
fn a_call_the_module_does_not_have_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let error = modules::crashing(directory.path(), "C_Sing").unwrap_err();
    assert!(error.to_string().contains("C_Sing"), "{error}");
}

#[test]
fn the_loader_says_why_the_others_do_not_load() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let refused = |module: &Path| {
        let library = format!("import ctypes; ctypes.CDLL({module:?})");
        let (loaded, output) = outcome(Command::new("python3").args(["-c", &library]));
        assert!(!loaded, "{module:?} loads");
        output
    };
    let other_processor = modules::wrong_architecture(directory).unwrap();
    assert!(refused(&other_processor).contains("No such file or directory"));
    assert!(refused(&modules::wrong_word_size(directory).unwrap()).contains("ELFCLASS32"));
    assert!(refused(&modules::text_file(directory).unwrap()).contains("file too short"));
    let missing = modules::missing_dependency(directory).unwrap();
    assert!(refused(&missing).contains("libtomcheck-absent.so: cannot open"));

    let half = modules::cut_short(directory).unwrap();
    assert_eq!(
        tool(&half, &["-L"]).output().unwrap().status.signal(),
        Some(SIGBUS)
    );
    let other = modules::not_pkcs11(directory).unwrap();
    let lookup = format!("import ctypes; ctypes.CDLL({other:?}).C_GetFunctionList");
    assert!(
        outcome(Command::new("python3").args(["-c", &lookup]))
            .1
            .contains("undefined symbol")
    );
}
