//! Does the comparison run, with every peer at the same work?
#![cfg(unix)]

use tomcheck_benches::{measure_pac, render_certificates};

#[test]
fn a_hundredth_of_the_questions_names_every_peer_once() {
    let tasks = measure_pac(1, 100).unwrap();
    let table = render_certificates(&tasks);
    println!("{table}");
    for name in ["tomcheck, script loaded", "tomcheck, load and ask"] {
        assert_eq!(table.matches(name).count(), 1, "{table}");
    }
    let turns = tasks.iter().flat_map(|task| &task.peers);
    assert!(turns.into_iter().all(|(_, turns)| turns.len() == 1));
}
