//! Which certificates lead from one up to a root, each having signed the one below?

use x509_parser::prelude::{FromDer, X509Certificate};

use super::known;
use super::stores::{AuthorityStores, StoreKind};
use super::{ChainEnd, ChainSeen, Link, Stranger, StrangerKind};
use crate::x509::issuer::Issuer;
use crate::x509::{self, name};

/// Builds from `leaf` (DER), whose own decoding may fail as any link's.
pub(super) fn build(leaf: &[u8], stores: &AuthorityStores) -> ChainSeen {
    let held = held(stores);
    let mut seen = ChainSeen::of(stores);
    let Ok((_, mut below)) = X509Certificate::from_der(leaf) else {
        seen.end = ChainEnd::Unreadable;
        return seen;
    };
    seen.hierarchy = Issuer::of(&name::attributes(below.issuer())).hierarchy;
    let mut way: Vec<&[u8]> = vec![leaf];
    seen.end = loop {
        if below.issuer().as_raw() == below.subject().as_raw() {
            break ChainEnd::Root;
        }
        let Some(issuer) = seen.step(&below, &held) else {
            break missing(&below);
        };
        if way.contains(&issuer.held.der) {
            break ChainEnd::Loop;
        }
        if way.len() > LONGEST {
            break ChainEnd::TooLong;
        }
        way.push(issuer.held.der);
        seen.links.push(link(&issuer, &held));
        below = issuer.certificate;
    };
    seen.ders = way.iter().skip(1).map(|der| der.to_vec()).collect();
    seen
}

/// A certificate of a store. A system trusts some hundred and fifty roots, of which one chain
/// needs one: it is decoded once its name is wanted.
#[derive(Clone, Copy)]
struct Held<'a> {
    kind: StoreKind,
    der: &'a [u8],
    subject: &'a [u8],
}

/// The same, decoded.
struct Named<'a> {
    held: Held<'a>,
    certificate: X509Certificate<'a>,
}

fn held(stores: &AuthorityStores) -> Vec<Held<'_>> {
    let all = stores.stores.iter().flat_map(|store| {
        let ders = store.ders.iter();
        ders.map(|der| (store.kind, der.as_slice()))
    });
    let named = all.filter_map(|(kind, der)| {
        let subject = x509::subject(der)?;
        Some(Held { kind, der, subject })
    });
    named.collect()
}

impl<'a> Held<'a> {
    fn decoded(self) -> Option<Named<'a>> {
        let (_, certificate) = X509Certificate::from_der(self.der).ok()?;
        Some(Named {
            held: self,
            certificate,
        })
    }
}

impl ChainSeen {
    /// The authority that signed `below`; those that only bear its name are written down.
    fn step<'a>(&mut self, below: &X509Certificate<'_>, held: &[Held<'a>]) -> Option<Named<'a>> {
        let name = below.issuer().as_raw();
        let named = held.iter().filter(|one| one.subject == name);
        let mut tried: Vec<&[u8]> = Vec::new();
        for one in named.filter_map(|one| one.decoded()) {
            let Held { der, kind, .. } = one.held;
            if tried.len() == MOST_NAMESAKES || tried.contains(&der) {
                continue;
            }
            tried.push(der);
            match stranger(below, &one) {
                None => return Some(one),
                Some(why) => self.strangers.push(Stranger {
                    subject: name::text(&name::attributes(one.certificate.subject())),
                    sha256: x509::fingerprint(der),
                    found_in: kind,
                    kind: why,
                }),
            }
        }
        None
    }
}

/// Why a certificate of the right name is not the authority; none: it is.
fn stranger(below: &X509Certificate<'_>, one: &Named<'_>) -> Option<StrangerKind> {
    let known = known::fingerprint(&name::attributes(one.certificate.subject()));
    let is_another = known.is_some_and(|known| known != x509::fingerprint(one.held.der));
    let signed = below.verify_signature(Some(one.certificate.public_key()));
    match (is_another, signed, one.certificate.is_ca()) {
        (true, ..) => Some(StrangerKind::NotThePublished),
        (_, Err(_), _) => Some(StrangerKind::DidNotSign),
        (_, _, false) => Some(StrangerKind::NoAuthority),
        _ => None,
    }
}

fn link(one: &Named<'_>, held: &[Held<'_>]) -> Link {
    let subject = name::attributes(one.certificate.subject());
    let twins = held.iter().filter(|other| other.der == one.held.der);
    let mut found_in: Vec<_> = twins.map(|other| other.kind).collect();
    found_in.dedup();
    Link {
        common_name: name::value(&subject, "CN").unwrap_or_default().to_owned(),
        subject: name::text(&subject),
        sha256: x509::fingerprint(one.held.der),
        is_of_igc_sante: known::fingerprint(&subject).is_some(),
        is_root: one.certificate.issuer().as_raw() == one.certificate.subject().as_raw(),
        found_in,
    }
}

fn missing(below: &X509Certificate<'_>) -> ChainEnd {
    let issuer = name::attributes(below.issuer());
    let subject = name::text(&issuer);
    ChainEnd::Missing {
        common_name: name::value(&issuer, "CN").unwrap_or(&subject).to_owned(),
        expected_sha256: known::fingerprint(&issuer).map(str::to_owned),
        subject,
    }
}

/// IGC-Santé has two levels above a card; no chain in use has eight.
const LONGEST: usize = 8;
/// Each costs the verification of a signature.
const MOST_NAMESAKES: usize = 16;
