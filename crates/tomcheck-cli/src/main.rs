//! The command `tomcheck`.
fn main() {}
