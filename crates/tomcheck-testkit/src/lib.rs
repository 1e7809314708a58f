//! The virtual workstation of the tests and the demo.
//!
//! Real programs on both sides, invented things between them: Debian's pcscd and OpenSC, a virtual
//! card in the virtual reader of vsmartcard, a test PKI, a real TLS server, a real squid.
//!
//! | question                                       | answer                     |
//! |------------------------------------------------|----------------------------|
//! | A card service of our own, reader included?    | [`Workstation`]            |
//! | The same, for one test and without root?       | [`isolated()`]             |
//! | A card, and how it misbehaves?                 | [`VirtualCard`]            |
//! | Another program that keeps the card?           | [`CardHolder`]             |
//! | The vendor's own module, where there is one?   | [`cryptolib()`]            |
//! | A PKCS#11 module that is broken on purpose?    | [`modules`]                |
//! | Certificates, a TLS server, a proxy?           | [`Pki`], [`TlsServer`], [`Squid`] |
//! | A proxy that opens every connection?           | [`Mitmproxy`]              |
//! | A small authority run with `openssl ca`?       | [`OpensslCa`]              |
//! | The servers others run?                        | [`Nginx`], [`Gnutls`], [`JavaSite`] |
//! | A box on the path that drops, cuts or stalls?  | [`Shaper`]                 |
//! | A web server that asks for the card late?     | [`Apache`]                 |
//! | A Firefox that does as it is told?            | [`Firefox`]                |
//! | Who publishes revocation lists?                | [`RevocationSite`]         |
//! | A real browser that looks at a page?           | [`Chromium`]               |
//! | A system that refuses, or never answers?       | [`Warden`]                 |
//!
//! # What this crate does not do
//!
//! Nothing here is secure, and nothing is a copy of a genuine card: keys are plain, every name says
//! TEST, and the card answers only what the middleware was seen to ask.
//! It is not published, and it is empty where there is no pcscd (Windows).
//!
//! # Example
//!
//! ```no_run
//! use tomcheck_testkit::{CardOptions, Holder, Pki, Profile, Purpose, Variant, isolated};
//!
//! isolated(|station| {
//!     let holder = Pki::shared().person(Holder::Cps, Purpose::Authentication, Variant::Valid);
//!     let options = CardOptions::new()
//!         .authentication_pair(holder.key().clone(), holder.certificate_der());
//!     let card = station.insert(Profile::Piv, options).unwrap();
//!     // … PC/SC and PKCS#11 of this process now see one card …
//!     assert_eq!(card.tries_left(), 3);
//! });
//! ```
#![cfg(unix)]

mod apache;
mod card;
mod chromium;
mod cryptolib;
mod dante;
mod error;
mod gnutls;
mod holder;
mod isolated;
mod java_site;
mod kept;
mod kerberos;
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a browser that does not do as it is told ends the test"
)]
mod marionette;
mod mitmproxy;
pub mod modules;
mod nginx;
mod openssl_ca;
mod pki;
mod revocation_site;
mod scenarios;
mod shaper;
mod squid;
mod station;
mod target;
mod tls_server;
mod until_closed;
mod warden;

// The public interface is:
pub use crate::apache::*;
pub use crate::card::{CardOptions, Profile, UpdateTrace, VirtualCard, atr};
pub use crate::chromium::{Chromium, Tab};
pub use crate::cryptolib::{CachedCard, cryptolib};
pub use crate::dante::*;
pub use crate::error::KitError;
pub use crate::gnutls::*;
pub use crate::holder::CardHolder;
pub use crate::isolated::{isolated, isolated_for};
pub use crate::java_site::*;
pub use crate::kerberos::*;
pub use crate::marionette::{Firefox, Marionette};
pub use crate::mitmproxy::*;
pub use crate::nginx::*;
pub use crate::openssl_ca::{Leaf, OpensslCa, many_authorities};
pub use crate::pki::*;
pub use crate::revocation_site::RevocationSite;
pub use crate::scenarios::*;
pub use crate::shaper::{Shape, Shaper};
pub use crate::squid::*;
pub use crate::station::Workstation;
pub use crate::target::target_directory;
pub use crate::tls_server::*;
pub use crate::until_closed::until_closed;
pub use crate::warden::{Treatment, Warden};
