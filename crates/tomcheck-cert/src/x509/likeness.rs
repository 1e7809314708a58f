//! Is what is read here what x509-parser reads, of good certificates and of spoilt ones?

use proptest::prelude::*;
use proptest::sample::Index;
use tomcheck_testkit::{Ca, Gamme, Holder, Pki, Purpose, ServerCertificate, Variant};
use x509_parser::der_parser::asn1_rs::Oid;
use x509_parser::extensions::{
    CRLDistributionPoints, DistributionPointName, GeneralName, ParsedExtension, X509Extension,
};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::extensions::Extensions;
use super::parts::Parts;
use super::{dotted, hex, name, parse, private, subject};

fn certificates() -> Vec<Vec<u8>> {
    let pki = Pki::shared();
    let card = |holder, purpose| pki.person(holder, purpose, Variant::Valid);
    let people = [
        card(Holder::Cps, Purpose::Authentication),
        card(Holder::Cps, Purpose::Signature),
        card(Holder::Cpe, Purpose::Authentication),
        pki.server(ServerCertificate::Localhost),
    ];
    let authorities = [
        pki.authority(Holder::Cpe.issuer()),
        pki.authority(Ca::Root(Gamme::Fort)),
    ];
    let people = people.iter().map(|one| one.certificate_der().to_vec());
    let authorities = authorities.iter().map(|one| one.certificate_der().to_vec());
    people.chain(authorities).collect()
}

#[test]
fn the_certificates_of_cards_and_their_authorities_are_walked() {
    for der in &certificates() {
        let (certificate, _) = parse(der).unwrap();
        assert_eq!(subject(der), Some(certificate.subject().as_raw()));
        let walked = Parts::walked(der).expect("written as RFC 5280 asks");
        assert_eq!(walked, Parts::parsed(&certificate));
        let (_, certificate) = X509Certificate::from_der(der).unwrap();
        for extension in certificate.extensions() {
            let theirs = theirs(extension);
            assert!(theirs.is_none_or(|theirs| theirs == ours(extension)));
        }
    }
}

proptest! {
    #[test]
    fn a_spoilt_certificate_has_the_parts_x509_parser_sees(
        which in any::<Index>(),
        spoilt in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4),
    ) {
        let mut der = which.get(&certificates()).to_vec();
        for (place, byte) in spoilt {
            let place = place.index(der.len());
            der[place] = byte;
        }
        if let Some(walked) = Parts::walked(&der) {
            let (certificate, _) = parse(&der).expect("it was walked");
            prop_assert_eq!(walked, Parts::parsed(&certificate));
        }
        let Ok((_, certificate)) = X509Certificate::from_der(&der) else {
            return Ok(());
        };
        for extension in certificate.extensions() {
            if let (Some(theirs), ours) = (theirs(extension), ours(extension)) {
                let is_left = ours == Extensions::default();
                prop_assert!(is_left || theirs == ours, "{theirs:?} {ours:?}");
            }
        }
    }

    #[test]
    fn an_object_identifier_reads_as_its_crate_writes_it(
        first in 0..120_u8,
        arcs in prop::collection::vec(0..1_u64 << 63, 1..6),
    ) {
        let mut oid = vec![first];
        for arc in arcs {
            let septets = (0..10).rev().map(|place| (arc >> (7 * place)) as u8 & 0x7F);
            let septets: Vec<u8> = septets.skip_while(|septet| *septet == 0).collect();
            let (last, rest) = septets.split_last().unwrap_or((&0, &[]));
            oid.extend(rest.iter().map(|septet| septet | 0x80));
            oid.push(*last);
        }
        prop_assert_eq!(dotted(&oid), Oid::new(oid.as_slice().into()).to_id_string());
    }
}

fn ours(extension: &X509Extension<'_>) -> Extensions {
    let mut all = Extensions::default();
    all.take(extension.oid.as_bytes(), extension.value);
    all
}

/// None: x509-parser does not read extensions of that kind, or not this one.
fn theirs(extension: &X509Extension<'_>) -> Option<Extensions> {
    let mut all = Extensions::default();
    match extension.parsed_extension() {
        ParsedExtension::KeyUsage(usage) => {
            let names = ours(extension).usages.key?;
            let count = (0..9).filter(|bit| usage.flags >> bit & 1 == 1).count();
            assert_eq!(names.len(), count);
            assert_eq!(names.iter().any(|one| one == "cRLSign"), usage.crl_sign());
            all.usages.key = Some(names);
        }
        ParsedExtension::ExtendedKeyUsage(usage) => {
            let names = ours(extension).usages.extended?;
            let has = |name: &str| names.iter().any(|one| one == name);
            assert_eq!(has("clientAuth"), usage.client_auth);
            assert_eq!(has("anyExtendedKeyUsage"), usage.any);
            all.usages.extended = Some(names);
        }
        ParsedExtension::BasicConstraints(constraints) => {
            all.is_authority = constraints.ca;
            all.path_length = constraints.path_len_constraint;
        }
        ParsedExtension::SubjectAlternativeName(names) => {
            all.upn = names.general_names.iter().find_map(|name| {
                let GeneralName::OtherName(oid, value) = name else {
                    return None;
                };
                let is_upn = dotted(oid.as_bytes()) == "1.3.6.1.4.1.311.20.2.3";
                is_upn.then(|| private::string(super::tlv::Reader::of(value).element()?.content))?
            });
        }
        ParsedExtension::CertificatePolicies(policies) => {
            let ours = ours(extension).policies;
            let oids = policies.iter().map(|one| dotted(one.policy_id.as_bytes()));
            assert!(ours.is_empty() || oids.eq(ours.iter().map(|one| one.oid.clone())));
            all.policies = ours;
        }
        ParsedExtension::CRLDistributionPoints(points) => all.crl = lists(points),
        ParsedExtension::AuthorityInfoAccess(access) => {
            let of = |method: &str| {
                let wanted = access
                    .iter()
                    .filter(|one| dotted(one.access_method.as_bytes()) == method);
                wanted
                    .filter_map(|one| address(&one.access_location))
                    .collect()
            };
            all.ocsp = of("1.3.6.1.5.5.7.48.1");
            all.issuer_certificates = of("1.3.6.1.5.5.7.48.2");
        }
        ParsedExtension::SubjectKeyIdentifier(id) => all.own_key_id = Some(hex(id.0)),
        ParsedExtension::AuthorityKeyIdentifier(id) => {
            all.issuer_key_id = id.key_identifier.as_ref().map(|id| hex(id.0));
        }
        _ => return None,
    }
    Some(all)
}

fn lists(points: &CRLDistributionPoints<'_>) -> Vec<String> {
    let names = points
        .iter()
        .filter_map(|point| match &point.distribution_point {
            Some(DistributionPointName::FullName(names)) => Some(names),
            _ => None,
        });
    names.flatten().filter_map(address).collect()
}

fn address(general: &GeneralName<'_>) -> Option<String> {
    match general {
        GeneralName::URI(address) => Some(name::plain(address)),
        _ => None,
    }
}
