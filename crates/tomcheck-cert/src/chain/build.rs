//! Which certificates lead from one up to a root, each having signed the one below?

use tomcheck_diagnosis::Instant;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::known::Published;
use super::stores::{AuthorityStores, StoreKind};
use super::{ChainEnd, ChainSeen, Link, Stranger, StrangerKind};
use crate::identify::Validity;
use crate::x509::issuer::Issuer;
use crate::x509::signed::{self, Verdict};
use crate::x509::{self, name};

/// Builds from `leaf` (DER), whose own decoding may fail as any link's.
pub(super) fn build(
    leaf: &[u8],
    stores: &AuthorityStores,
    now: Instant,
    published: &Published<'_>,
) -> ChainSeen {
    let held = Held::all(stores, now, published);
    let mut seen = ChainSeen::of(stores, now);
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
            break missing(&below, published);
        };
        if way.contains(&issuer.der) {
            break ChainEnd::Loop;
        }
        if way.len() > LONGEST {
            break ChainEnd::TooLong;
        }
        way.push(issuer.der);
        seen.links.push(held.link(&issuer));
        below = issuer.certificate;
    };
    seen.ders = way.iter().skip(1).map(|der| der.to_vec()).collect();
    seen
}

/// What the stores hold, and what it is judged by.
struct Held<'a> {
    all: Vec<Raw<'a>>,
    now: Instant,
    published: &'a Published<'a>,
}

/// A certificate of a store. A system trusts some hundred and fifty roots, of which one chain
/// needs one: it is decoded once its name is wanted.
#[derive(Clone, Copy)]
struct Raw<'a> {
    kind: StoreKind,
    der: &'a [u8],
    subject: &'a [u8],
}

/// The same, decoded.
struct One<'a> {
    kind: StoreKind,
    der: &'a [u8],
    certificate: X509Certificate<'a>,
}

impl<'a> Raw<'a> {
    fn decoded(self) -> Option<One<'a>> {
        let (_, certificate) = X509Certificate::from_der(self.der).ok()?;
        Some(One {
            kind: self.kind,
            der: self.der,
            certificate,
        })
    }
}

impl One<'_> {
    fn validity(&self) -> Validity {
        let validity = self.certificate.validity();
        Validity {
            not_before: Instant::from_unix(validity.not_before.timestamp()),
            not_after: Instant::from_unix(validity.not_after.timestamp()),
        }
    }
}

impl ChainSeen {
    /// The authority that signed `below`, one that is valid before any other: an authority may
    /// have been certified again. Those that only bear its name are written down.
    fn step<'a>(&mut self, below: &X509Certificate<'_>, held: &Held<'a>) -> Option<One<'a>> {
        let mut signers = Vec::new();
        for one in held.named(below.issuer().as_raw()) {
            match held.stranger(below, &one) {
                None if one.validity().contains(held.now) => return Some(one),
                None => signers.push(one),
                Some(kind) => self.strangers.push(Stranger {
                    subject: name::text(&name::attributes(one.certificate.subject())),
                    sha256: x509::fingerprint(one.der),
                    found_in: one.kind,
                    kind,
                }),
            }
        }
        signers.into_iter().next()
    }
}

impl<'a> Held<'a> {
    fn all(stores: &'a AuthorityStores, now: Instant, published: &'a Published<'a>) -> Self {
        let ders = stores.stores.iter().flat_map(|store| {
            let ders = store.ders.iter();
            ders.map(|der| (store.kind, der.as_slice()))
        });
        let read = ders.filter_map(|(kind, der)| {
            let subject = x509::subject(der)?;
            Some(Raw { kind, der, subject })
        });
        Self {
            all: read.collect(),
            now,
            published,
        }
    }

    /// The certificates of this name (DER), each once.
    fn named(&self, name: &[u8]) -> Vec<One<'a>> {
        let mut named: Vec<One<'a>> = Vec::new();
        let all = self.all.iter().filter(|raw| raw.subject == name);
        for one in all.filter_map(|raw| raw.decoded()) {
            if named.len() < MOST_NAMESAKES && named.iter().all(|other| other.der != one.der) {
                named.push(one);
            }
        }
        named
    }

    /// Why a certificate of the right name is not the authority; none: it is.
    fn stranger(&self, below: &X509Certificate<'_>, one: &One<'_>) -> Option<StrangerKind> {
        let subject = name::attributes(one.certificate.subject());
        let root = self.published.root(&subject);
        let signed = signed::certificate(below, one.certificate.public_key());
        if root.is_some_and(|sha256| sha256 != x509::fingerprint(one.der)) {
            Some(StrangerKind::NotThePublished)
        } else if signed == Verdict::Unsupported {
            Some(StrangerKind::CannotTell)
        } else if signed == Verdict::Wrong {
            Some(StrangerKind::DidNotSign)
        } else if !one.certificate.is_ca() || !signs_certificates(&one.certificate) {
            Some(StrangerKind::NoAuthority)
        } else if self.published.is_below_a_root(&subject) && self.lacks_its_root(one) {
            Some(StrangerKind::NotUnderItsRoot)
        } else {
            None
        }
    }

    /// An authority of IGC-Santé may be certified again, by its root and by nobody else. Where
    /// the root is not at hand nobody can tell: the chain then ends for want of it.
    fn lacks_its_root(&self, one: &One<'_>) -> bool {
        let issuer = name::attributes(one.certificate.issuer());
        match self.published.root(&issuer) {
            None => true,
            Some(_) => self.is_signed_by_its_root(one) == Some(false),
        }
    }

    /// None: no root that IGC-Santé publishes is at hand under that name.
    fn is_signed_by_its_root(&self, one: &One<'_>) -> Option<bool> {
        let roots = self.named(one.certificate.issuer().as_raw());
        let root = roots.into_iter().find(|root| self.is_published(root))?;
        let verdict = signed::certificate(&one.certificate, root.certificate.public_key());
        Some(verdict == Verdict::Right)
    }

    /// Whether it is one of the roots, by its fingerprint.
    fn is_published(&self, one: &One<'_>) -> bool {
        let subject = name::attributes(one.certificate.subject());
        let published = self.published.root(&subject);
        published.is_some_and(|sha256| sha256 == x509::fingerprint(one.der))
    }

    fn link(&self, one: &One<'_>) -> Link {
        let subject = name::attributes(one.certificate.subject());
        let twins = self.all.iter().filter(|other| other.der == one.der);
        let mut found_in: Vec<_> = twins.map(|other| other.kind).collect();
        found_in.dedup();
        Link {
            common_name: name::value(&subject, "CN").unwrap_or_default().to_owned(),
            subject: name::text(&subject),
            sha256: x509::fingerprint(one.der),
            is_of_igc_sante: self.is_published(one)
                || self.published.is_below_a_root(&subject)
                    && self.is_signed_by_its_root(one) == Some(true),
            is_root: one.certificate.issuer().as_raw() == one.certificate.subject().as_raw(),
            found_in,
            validity: Some(one.validity()),
        }
    }
}

/// Where nothing is said of its use, it may (RFC 5280 §4.2.1.3).
fn signs_certificates(authority: &X509Certificate<'_>) -> bool {
    let usage = authority.key_usage().ok().flatten();
    usage.is_none_or(|usage| usage.value.key_cert_sign())
}

fn missing(below: &X509Certificate<'_>, published: &Published<'_>) -> ChainEnd {
    let issuer = name::attributes(below.issuer());
    let subject = name::text(&issuer);
    ChainEnd::Missing {
        common_name: name::value(&issuer, "CN").unwrap_or(&subject).to_owned(),
        expected_sha256: published.root(&issuer).map(str::to_owned),
        subject,
    }
}

/// IGC-Santé has two levels above a card; no chain in use has eight.
const LONGEST: usize = 8;
/// Each costs the verification of a signature.
const MOST_NAMESAKES: usize = 16;

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::identify::Hierarchy;
    use tomcheck_testkit::{Ca, Domaine, Gamme, Holder, Pki, Purpose, Variant};

    const ISSUER: Ca = Ca::Issuing(Gamme::Fort, Domaine::Personnes);
    const ROOT: Ca = Ca::Root(Gamme::Fort);

    fn der(ca: Ca) -> Vec<u8> {
        Pki::shared().authority(ca).certificate_der().to_vec()
    }

    /// The chain of a card where the test hierarchy's root is the one that is published.
    fn built(root: &[u8], held: impl IntoIterator<Item = Vec<u8>>) -> ChainSeen {
        let card = Pki::shared().person(Holder::Cps, Purpose::Authentication, Variant::Valid);
        let sha256 = x509::fingerprint(root);
        let published = Published {
            hierarchy: Hierarchy::Test,
            unit: "IGC-SANTE TEST",
            roots: &[(&ROOT.common_name(), &sha256)],
        };
        let stores = AuthorityStores::new().with_card(held);
        build(card.certificate_der(), &stores, Instant::now(), &published)
    }

    #[test]
    fn an_intermediate_is_of_igc_sante_by_its_root_whatever_its_own_fingerprint() {
        let whole = built(&der(ROOT), [der(ISSUER), der(ROOT)]);
        assert_eq!((&whole.end, whole.strangers.len()), (&ChainEnd::Root, 0));
        assert!(whole.links.iter().all(|link| link.is_of_igc_sante));
        let bare = built(&der(ROOT), [der(ISSUER)]);
        assert!(matches!(bare.end, ChainEnd::Missing { .. }));
        assert!(!bare.links[0].is_of_igc_sante, "nobody can tell");
    }

    #[test]
    fn a_root_of_another_fingerprint_is_an_impostor_however_well_it_signed() {
        let seen = built(&der(ISSUER), [der(ISSUER), der(ROOT)]);
        assert_eq!(seen.strangers[0].kind, StrangerKind::NotThePublished);
        let expected = x509::fingerprint(&der(ISSUER));
        assert!(
            matches!(seen.end, ChainEnd::Missing { expected_sha256: Some(sha256), .. } if sha256 == expected)
        );
    }
}
