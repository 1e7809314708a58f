//! What does a handshake with a card's key cost, beside the same with OpenSSL's? And what does
//! it cost to watch readers?
//!
//! One run, one server per TLS version, every peer in turn: A B C A B C … What comes out is
//! each peer's median and its ratio to a baseline, never a bare time: the machine changes its
//! speed between two runs, hardly between two neighbours in one.
//!
//! | question                                      | baseline                       |
//! |-----------------------------------------------|--------------------------------|
//! | What does the card's key add in one process?  | rustls with the key in memory  |
//! | What does a client pay that stays open?       | the token's own signature      |
//! | What does one whole command cost?             | `openssl s_client` with libp11 |
//! | How soon is a card told, and what does waiting cost? | `pcsc_scan`             |
//! | What does a process for the module cost, and `tomcheck certs`? | `pkcs11-tool -O` |
//! | How many commands does the card receive?      | OpenSC's tools                 |
//! | What does a question to a proxy script (PAC) cost? | `pactester` (pacparser) |
//! | What does a tunnel through a proxy cost?    | the same words, written to a socket |
//! | What does a visit to the test site cost?      | nginx with OpenSSL             |
//! | What does reading a large log cost?           | ripgrep, for the same lines    |
//! | How long does a person wait?                  | the limits we set ourselves    |
//! | What does reading a certificate, an identifier, a revocation list cost? | x509-parser, `openssl` |
//!
//! The card of the handshakes is SoftHSM in a directory of its own: it computes as fast as the machine, so that
//! what is left is the software's doing. Every handshake is full, shows the client's
//! certificate, and counts only if the server says so.
//!
//! # What this crate does not do
//!
//! It fails no build for being slow, keeps no figures of earlier runs, writes nothing but a
//! temporary directory, and says nothing of a real card, which takes a second to sign.
#![cfg(unix)]

mod arguments;
mod calls;
mod certificates;
mod clients;
mod connect;
mod foreign;
mod holder;
mod in_process;
mod kind;
mod module;
mod pac;
mod peer;
mod program;
mod programs;
mod race;
mod readers;
mod room;
mod statistics;
mod table;
mod testsite;
mod token;
mod tools;
mod traces;
mod waits;

// The public interface is:
pub use crate::arguments::{Arguments, USAGE};
pub use crate::certificates::{Task, measure_certificates, render_certificates};
pub use crate::clients::{
    CLIENT_ARGUMENT, ClientRace, measure_clients, render_clients, serve_client,
};
pub use crate::connect::measure_connect;
pub use crate::holder::KeyKind;
pub use crate::module::{Home, ModuleTimes, list_module, measure_module, render_module};
pub use crate::pac::measure_pac;
pub use crate::program::{Outcome, run_program};
pub use crate::race::{Absence, Lane, Race, run};
pub use crate::readers::{
    Commands, Cost, Idle, Readers, Watcher, can_measure_readers, measure_readers, render_readers,
};
pub use crate::room::Version;
pub use crate::statistics::{Spread, ratios};
pub use crate::table::render;
pub use crate::testsite::{SITE, measure_test_site, serve_test_site};
pub use crate::tools::{Missing, Tools};
pub use crate::traces::{Reading, measure_traces, render_traces};
pub use crate::waits::{INSIDE, Wait, diagnose_inside, measure_waits, render_waits};
