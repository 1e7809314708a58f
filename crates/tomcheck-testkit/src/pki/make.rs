//! In which order is the hierarchy made?

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use rsa::RsaPrivateKey;
use rsa::pkcs8::{EncodePrivateKey, LineEnding};
use rsa::rand_core::OsRng;
use x509_cert::der::pem;

use super::issue::{Draft, Issuer, revocation_list, serial_of, validity};
use super::names::AUTHORITIES;
use super::{Ca, Failure, Holder, Purpose, ServerCertificate, Variant, profiles};

/// Every holder there is.
pub(super) const HOLDERS: [Holder; 2] = [Holder::Cpe, Holder::Cps];
/// Every purpose there is.
pub(super) const PURPOSES: [Purpose; 2] = [Purpose::Authentication, Purpose::Signature];
/// Every variant there is.
pub(super) const VARIANTS: [Variant; 6] = [
    Variant::Valid,
    Variant::Expired,
    Variant::NotYetValid,
    Variant::WrongUsage,
    Variant::WrongCa,
    Variant::Revoked,
];
/// Every server certificate there is.
pub(super) const SERVERS: [ServerCertificate; 5] = [
    ServerCertificate::Localhost,
    ServerCertificate::Tom,
    ServerCertificate::Expired,
    ServerCertificate::SelfSigned,
    ServerCertificate::UnknownRoot,
];

/// Makes everything and writes it into `directory`. Takes seconds: fifteen RSA keys.
pub(super) fn make(directory: &Path) -> Result<(), Failure> {
    let mut maker = Maker {
        directory,
        keys: make_keys()?,
        certificates: HashMap::new(),
    };
    for ca in AUTHORITIES {
        maker.authority(ca)?;
    }
    for certificate in SERVERS {
        maker.server(certificate)?;
    }
    for (holder, purpose, variant) in cards() {
        maker.person(holder, purpose, variant)?;
    }
    for ca in AUTHORITIES {
        maker.revocations(ca)?;
    }
    maker.bundles()
}

/// Every card certificate there is.
pub(super) fn cards() -> impl Iterator<Item = (Holder, Purpose, Variant)> {
    HOLDERS.into_iter().flat_map(|holder| {
        PURPOSES.into_iter().flat_map(move |purpose| {
            VARIANTS
                .into_iter()
                .map(move |variant| (holder, purpose, variant))
        })
    })
}

struct Maker<'a> {
    directory: &'a Path,
    keys: HashMap<String, RsaPrivateKey>,
    certificates: HashMap<String, Vec<u8>>,
}

impl Maker<'_> {
    fn authority(&mut self, ca: Ca) -> Result<(), Failure> {
        let draft = Draft {
            subject: ca.name()?,
            validity: validity(-3650, 3650)?,
            extensions: profiles::authority(ca)?,
        };
        self.issue(&ca.stem(), &ca.stem(), draft, ca.issuer())
    }

    fn server(&mut self, certificate: ServerCertificate) -> Result<(), Failure> {
        let end = match certificate {
            ServerCertificate::Expired => -400,
            _ => 700,
        };
        let draft = Draft {
            subject: certificate.name()?,
            validity: validity(-800, end)?,
            extensions: profiles::server(certificate)?,
        };
        let stem = certificate.stem();
        let Some(issuer) = certificate.issuer() else {
            let (subject, key) = (draft.subject.clone(), self.key(SERVER_KEY)?.clone());
            let itself = Issuer {
                name: &subject,
                key: &key,
            };
            let certificate = draft.issue(&key.to_public_key(), &itself)?;
            return self.keep(&stem, SERVER_KEY, certificate, None);
        };
        self.issue(&stem, SERVER_KEY, draft, issuer)
    }

    fn person(
        &mut self,
        holder: Holder,
        purpose: Purpose,
        variant: Variant,
    ) -> Result<(), Failure> {
        let (start, end) = match variant {
            Variant::Expired => (-800, -400),
            Variant::NotYetValid => (30, 1125),
            _ => (-30, 1065),
        };
        let draft = Draft {
            subject: holder.name()?,
            validity: validity(start, end)?,
            extensions: profiles::person(holder, purpose, variant)?,
        };
        let stem = super::person_stem(holder, purpose, variant);
        let key = super::person_key(holder, purpose);
        self.issue(&stem, &key, draft, super::issuer_of(holder, variant))
    }

    fn issue(&mut self, stem: &str, key: &str, draft: Draft, by: Ca) -> Result<(), Failure> {
        let name = by.name()?;
        let issuer = Issuer {
            name: &name,
            key: self.key(&by.stem())?,
        };
        let certificate = draft.issue(&self.key(key)?.to_public_key(), &issuer)?;
        let chained = (by != by.issuer() && by.stem() != stem).then_some(by);
        self.keep(stem, key, certificate, chained)
    }

    /// Writes certificate, chain and key beside one another.
    fn keep(
        &mut self,
        stem: &str,
        key: &str,
        certificate: Vec<u8>,
        intermediate: Option<Ca>,
    ) -> Result<(), Failure> {
        let mut chain = armour("CERTIFICATE", &certificate)?;
        self.write(stem, "pem", &chain)?;
        if let Some(ca) = intermediate {
            chain.push_str(&armour("CERTIFICATE", self.certificate(&ca.stem())?)?);
        }
        self.write(stem, "chain.pem", &chain)?;
        let key = self.key(key)?.to_pkcs8_pem(LineEnding::LF)?;
        self.write(stem, "key", &key)?;
        self.certificates.insert(stem.to_owned(), certificate);
        Ok(())
    }

    fn revocations(&self, ca: Ca) -> Result<(), Failure> {
        let revoked = cards().filter(|(holder, _, variant)| {
            *variant == Variant::Revoked && super::issuer_of(*holder, *variant) == ca
        });
        let serials = revoked.map(|(holder, purpose, variant)| {
            serial_of(self.certificate(&super::person_stem(holder, purpose, variant))?)
        });
        let issuer = Issuer {
            name: &ca.name()?,
            key: self.key(&ca.stem())?,
        };
        let list = revocation_list(&issuer, &serials.collect::<Result<Vec<_>, _>>()?)?;
        self.write(&ca.stem(), "crl", &armour("X509 CRL", &list)?)
    }

    fn bundles(&self) -> Result<(), Failure> {
        let ours = AUTHORITIES.into_iter().filter(|ca| *ca != Ca::Foreign);
        let (mut roots, mut all) = (String::new(), String::new());
        for ca in ours {
            let text = armour("CERTIFICATE", self.certificate(&ca.stem())?)?;
            all.push_str(&text);
            if ca == ca.issuer() {
                roots.push_str(&text);
            }
        }
        self.write("roots", "pem", &roots)?;
        self.write("authorities", "pem", &all)
    }

    fn key(&self, name: &str) -> Result<&RsaPrivateKey, Failure> {
        let missing = || Failure::Missing(PathBuf::from(name));
        self.keys.get(name).ok_or_else(missing)
    }

    fn certificate(&self, stem: &str) -> Result<&[u8], Failure> {
        let found = self.certificates.get(stem).map(Vec::as_slice);
        found.ok_or_else(|| Failure::Missing(PathBuf::from(stem)))
    }

    fn write(&self, stem: &str, extension: &str, text: &str) -> Result<(), Failure> {
        let path = self.directory.join(format!("{stem}.{extension}"));
        fs::write(&path, text).map_err(|source| Failure::Io { path, source })
    }
}

/// One key an authority, one a holder and purpose, one for all servers; made on two
/// threads because finding primes is nearly all of the time this takes.
fn make_keys() -> Result<HashMap<String, RsaPrivateKey>, Failure> {
    let people = HOLDERS
        .iter()
        .flat_map(|holder| PURPOSES.map(|purpose| super::person_key(*holder, purpose)));
    let names: Vec<String> = AUTHORITIES
        .iter()
        .map(|ca| ca.stem())
        .chain(people)
        .chain([SERVER_KEY.to_owned()])
        .collect();
    let (left, right) = names.split_at(names.len() / 2);
    let (left, right) = std::thread::scope(|scope| {
        let other = scope.spawn(|| make_some(right));
        (make_some(left), other.join())
    });
    let right = right.unwrap_or(Err(Failure::Key(rsa::Error::Internal)));
    Ok(left?.into_iter().chain(right?).collect())
}

fn make_some(names: &[String]) -> Result<Vec<(String, RsaPrivateKey)>, Failure> {
    let keys = names.iter().map(|name| {
        let key = RsaPrivateKey::new(&mut OsRng, KEY_BITS)?;
        Ok((name.clone(), key))
    });
    keys.collect()
}

fn armour(label: &str, der: &[u8]) -> Result<String, Failure> {
    let text = pem::encode_string(label, pem::LineEnding::LF, der);
    Ok(text.map_err(x509_cert::der::Error::from)?)
}

/// What the cards have.
const KEY_BITS: usize = 2048;
const SERVER_KEY: &str = "server";
