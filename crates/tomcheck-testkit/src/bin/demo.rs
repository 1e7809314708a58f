//! The tour of the virtual workstation.

fn main() {}
