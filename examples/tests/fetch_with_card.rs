//! hyper fetches a page over tokio-rustls, with the virtual card's key.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::process::{Command, Stdio};

use tomcheck_testkit::{Bench, Plan, modules};

#[test]
fn a_page_is_fetched_with_the_card() {
    let bench = Bench::start(Plan::default()).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_fetch_with_card"))
        .args(["localhost", &bench.server.port().to_string(), "/"])
        .arg(&bench.command.ca_file)
        .arg(modules::opensc().unwrap())
        .envs(bench.command.environment.iter().cloned())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"1234\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.starts_with("200 OK"), "{said}");
    assert!(bench.server.last_client_certificate().is_some());
    assert_eq!(bench.card.tries_left(), 3);
}
