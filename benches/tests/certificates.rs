//! Does the comparison run, with every peer at the same work?
#![cfg(unix)]

use tomcheck_benches::{measure_certificates, render_certificates};

#[test]
fn a_hundredth_of_the_work_names_every_peer_once() {
    let tasks = measure_certificates(1, 100).unwrap();
    let table = render_certificates(&tasks);
    println!("{table}");
    for name in [
        "tomcheck, all values",
        "x509-parser alone",
        "openssl crl, verified",
    ] {
        assert_eq!(table.matches(name).count(), 1, "{table}");
    }
    assert!(
        tasks
            .iter()
            .all(|task| task.peers.iter().all(|(_, turns)| turns.len() == 1))
    );
}
