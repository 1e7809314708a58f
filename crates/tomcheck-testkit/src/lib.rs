//! The virtual workstation of the tests and the demo.
