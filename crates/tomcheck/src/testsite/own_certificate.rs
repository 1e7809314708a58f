//! Which certificate does the site show when it is given none?

use std::net::IpAddr;

use rcgen::{
    CertificateParams, DistinguishedName, DnType, Error, ExtendedKeyUsagePurpose, KeyPair,
    KeyUsagePurpose, SanType,
};
use time::{Duration, OffsetDateTime};
use tomcheck_tls::server::ServerIdentity;

use crate::sys;

/// One made for this run, for this machine's names and `listen`; signed by itself, so that every
/// browser warns of it.
pub(super) fn make(listen: IpAddr) -> Result<ServerIdentity, Error> {
    let key = KeyPair::generate()?;
    let mut parameters = CertificateParams::new(names())?;
    let addresses = [
        IpAddr::from([127, 0, 0, 1]),
        IpAddr::from(LOOPBACK_6),
        listen,
    ];
    let addresses = addresses.into_iter().filter(|ip| !ip.is_unspecified());
    parameters
        .subject_alt_names
        .extend(addresses.map(SanType::IpAddress));
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "tomcheck testsite");
    parameters.distinguished_name = name;
    // A clock that is behind ours refuses nothing.
    parameters.not_before = OffsetDateTime::now_utc() - Duration::DAY;
    parameters.not_after = OffsetDateTime::now_utc() + Duration::days(DAYS);
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = parameters.self_signed(&key)?;
    let der = certificate.der().to_vec();
    Ok(ServerIdentity::from_der([der], key.serialize_der()))
}

fn names() -> Vec<String> {
    let own = sys::host_name().filter(|name| name.is_ascii() && name != "localhost");
    std::iter::once("localhost".to_owned()).chain(own).collect()
}

const LOOPBACK_6: [u16; 8] = [0, 0, 0, 0, 0, 0, 0, 1];
/// Browsers refuse certificates that hold for longer than 398.
const DAYS: i64 = 90;
