//! Does the comparison run, with every peer at the same work?
#![cfg(unix)]

use tomcheck_benches::{measure_connect, render_certificates};

#[test]
fn a_few_tunnels_name_every_peer_in_both_tasks() {
    let tasks = measure_connect(1, 3).unwrap();
    let table = render_certificates(&tasks);
    println!("{table}");
    for name in ["words on a socket", "TunnelProbe"] {
        assert_eq!(table.matches(name).count(), 2, "{table}");
    }
}
