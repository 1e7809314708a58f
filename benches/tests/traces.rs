//! Does the comparison run, with every peer at the same work?
#![cfg(unix)]

use std::path::PathBuf;

use tomcheck_benches::{measure_traces, render_traces};

#[test]
fn a_small_log_is_read_by_every_peer_that_is_there() {
    let tomcheck = PathBuf::from(env!("CARGO_BIN_EXE_traces")).with_file_name("tomcheck");
    if !tomcheck.exists() {
        eprintln!("skipped: {} is not built", tomcheck.display());
        return;
    }
    let readings = measure_traces(&tomcheck, 2, 1 << 20).unwrap();
    let table = render_traces(&readings, 1 << 20);
    println!("{table}");
    assert_eq!(table.matches("tomcheck trace").count(), 2, "{table}");
    assert!(readings.iter().all(|(_, seconds)| seconds.len() == 2));
}
