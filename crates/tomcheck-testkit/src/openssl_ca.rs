//! What does a small establishment's own authority issue?
//!
//! A root and an intermediate run with the `openssl` command in a folder of their own, as its manual
//! shows it: requests, `openssl ca`, an index, revocation lists.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use x509_cert::der::pem::{LineEnding, encode_string};

use crate::pki::{Authority, Identity};

/// A certificate of the intermediate authority. All but one have one key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Leaf {
    /// A server called `localhost`.
    Server,
    /// The same one, expired in 2021.
    ExpiredServer,
    /// A client as it should be.
    Client,
    /// A client expired in 2021.
    ExpiredClient,
    /// A client that stands in the revocation list.
    RevokedClient,
    /// A client with a key of 1024 bits, as cards had once.
    WeakClient,
}

/// The authority and all it issued. Dropped, its folder goes.
#[derive(Debug)]
pub struct OpensslCa {
    directory: TempDir,
}

impl OpensslCa {
    /// Makes everything: a second.
    ///
    /// # Panics
    ///
    /// When `openssl` is not installed or refuses.
    pub fn make() -> Self {
        let directory = tempfile::Builder::new().prefix("tomcheck-ca-").tempdir();
        let ca = Self {
            directory: directory.expect("a folder can be made"),
        };
        ca.set_up().expect("openssl ca works");
        ca
    }

    /// A certificate, its key and the intermediate authority's certificate.
    pub fn identity(&self, leaf: Leaf) -> Identity {
        let intermediate = Authority::read(self.path("intermediate"));
        let issuers = vec![intermediate.certificate_der().to_vec()];
        Identity::read(self.path(leaf.stem()), issuers)
    }

    /// The root.
    pub fn root(&self) -> Authority {
        Authority::read(self.path("root"))
    }

    /// The root and the intermediate, PEM.
    pub fn authorities_pem(&self) -> PathBuf {
        self.path("authorities.pem")
    }

    /// The revocation lists of both, PEM.
    pub fn revocations_pem(&self) -> PathBuf {
        self.path("revocations.pem")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn set_up(&self) -> io::Result<()> {
        fs::write(self.path("ca.conf"), CONFIGURATION)?;
        for name in ["root", "intermediate"] {
            fs::write(self.path(&format!("{name}.index")), "")?;
            fs::write(self.path(&format!("{name}.crlnumber")), "01\n")?;
        }
        self.openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 \
             -extensions authority -subj /C=FR/O=ETABLISSEMENT-TEST/CN=RACINE-TEST",
        )?;
        self.request("intermediate", "AC-INTERMEDIAIRE-TEST")?;
        self.sign("root", "intermediate", "authority", "")?;
        for leaf in Leaf::ALL {
            self.issue(leaf)?;
        }
        self.openssl("ca -name intermediate -revoke revoked-client.pem -crl_reason keyCompromise")?;
        for name in ["root", "intermediate"] {
            self.openssl(&format!("ca -name {name} -gencrl -out {name}.crl"))?;
        }
        self.join("authorities.pem", &["intermediate.pem", "root.pem"])?;
        self.join("revocations.pem", &["intermediate.crl", "root.crl"])
    }

    fn issue(&self, leaf: Leaf) -> io::Result<()> {
        let stem = leaf.stem();
        self.request(stem, leaf.common_name())?;
        self.sign("intermediate", stem, leaf.extensions(), leaf.dates())?;
        let pem = format!("{stem}.pem");
        self.join(&format!("{stem}.chain.pem"), &[&pem, "intermediate.pem"])
    }

    fn request(&self, stem: &str, common_name: &str) -> io::Result<()> {
        let (key, shared) = (self.path(&format!("{stem}.key")), self.path("server.key"));
        match stem {
            "intermediate" | "server" => self.make_key(stem, 2048)?,
            "weak-client" => self.make_key(stem, 1024)?,
            // making one takes longest
            _ => fs::copy(shared, key).map(drop)?,
        }
        self.openssl(&format!(
            "req -new -key {stem}.key -out {stem}.csr \
             -subj /C=FR/O=ETABLISSEMENT-TEST/CN={common_name}"
        ))
    }

    fn make_key(&self, stem: &str, bits: u16) -> io::Result<()> {
        self.openssl(&format!(
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits} -out {stem}.key"
        ))
    }

    fn sign(&self, by: &str, stem: &str, extensions: &str, dates: &str) -> io::Result<()> {
        self.openssl(&format!(
            "ca -batch -notext -name {by} -in {stem}.csr -out {stem}.pem \
             -extensions {extensions} {dates}"
        ))
    }

    fn join(&self, whole: &str, parts: &[&str]) -> io::Result<()> {
        let texts: Result<Vec<_>, _> = parts
            .iter()
            .map(|part| fs::read_to_string(self.path(part)))
            .collect();
        fs::write(self.path(whole), texts?.concat())
    }

    fn openssl(&self, line: &str) -> io::Result<()> {
        let line: Vec<_> = line.split_whitespace().collect();
        let configured = matches!(line.first(), Some(&("req" | "ca")));
        let output = Command::new("openssl")
            .args(&line)
            .args(
                configured
                    .then_some(["-config", "ca.conf"])
                    .iter()
                    .flatten(),
            )
            .current_dir(self.directory.path())
            .output()?;
        match output.status.success() {
            true => Ok(()),
            false => Err(io::Error::other(format!(
                "openssl {}: {}",
                line.join(" "),
                String::from_utf8_lossy(&output.stderr)
            ))),
        }
    }
}

impl Leaf {
    const ALL: [Self; 6] = [
        Self::Server,
        Self::ExpiredServer,
        Self::Client,
        Self::ExpiredClient,
        Self::RevokedClient,
        Self::WeakClient,
    ];

    const fn stem(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::ExpiredServer => "expired-server",
            Self::Client => "client",
            Self::ExpiredClient => "expired-client",
            Self::RevokedClient => "revoked-client",
            Self::WeakClient => "weak-client",
        }
    }

    const fn common_name(self) -> &'static str {
        match self {
            Self::Server | Self::ExpiredServer => "localhost",
            Self::Client => "PERSONNE-TEST",
            Self::ExpiredClient => "PERSONNE-EXPIREE-TEST",
            Self::RevokedClient => "PERSONNE-REVOQUEE-TEST",
            Self::WeakClient => "PERSONNE-FAIBLE-TEST",
        }
    }

    const fn extensions(self) -> &'static str {
        match self {
            Self::Server | Self::ExpiredServer => "server",
            Self::Client | Self::ExpiredClient | Self::RevokedClient | Self::WeakClient => "client",
        }
    }

    const fn dates(self) -> &'static str {
        match self {
            Self::ExpiredServer | Self::ExpiredClient => {
                "-startdate 20200101000000Z -enddate 20210101000000Z"
            }
            Self::Server | Self::Client | Self::RevokedClient | Self::WeakClient => "-days 20",
        }
    }
}

/// A file of `count` authorities in `directory`, each of whose names takes 312 bytes in a server's
/// list: what a server that accepts every authority of the world comes to.
///
/// # Panics
///
/// When `openssl` is not installed or refuses.
pub fn many_authorities(directory: &Path, count: usize) -> PathBuf {
    let (model, key) = (directory.join("model.der"), directory.join("model.key"));
    let long = "A".repeat(60);
    let output = Command::new("openssl")
        .args("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split(' '))
        .args(["-outform", "DER", "-days", "30", "-subj"])
        .arg(format!(
            "/O={long}/OU={long}/L={long}/ST={long}/CN=TEST-AC 000"
        ))
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&model)
        .output();
    assert!(output.expect("openssl is installed").status.success());
    let model = fs::read(&model).expect("openssl wrote it");
    // nobody verifies them: a server tells their names
    let pem = (0..count).map(|number| {
        let name = format!("TEST-AC {number:03}");
        let der = renamed(&model, b"TEST-AC 000", name.as_bytes());
        encode_string("CERTIFICATE", LineEnding::LF, &der).expect("PEM takes any bytes")
    });
    let file = directory.join("many.pem");
    fs::write(&file, pem.collect::<String>()).expect("its folder is ours");
    file
}

/// The certificate under another name of the same length.
fn renamed(model: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut der = model.to_vec();
    let places = model.windows(from.len()).enumerate();
    for (start, _) in places.filter(|(_, bytes)| *bytes == from) {
        if let Some(place) = der.get_mut(start..start + from.len()) {
            place.copy_from_slice(to);
        }
    }
    der
}

const CONFIGURATION: &str = "\
[req]
distinguished_name = name
prompt = no
[name]
[root]
certificate = root.pem
private_key = root.key
database = root.index
crlnumber = root.crlnumber
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
default_days = 30
default_crl_days = 30
policy = any
[intermediate]
certificate = intermediate.pem
private_key = intermediate.key
database = intermediate.index
crlnumber = intermediate.crlnumber
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
default_days = 20
default_crl_days = 30
policy = any
[any]
countryName = optional
organizationName = optional
commonName = supplied
[authority]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[server]
basicConstraints = CA:false
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost
authorityKeyIdentifier = keyid
[client]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
authorityKeyIdentifier = keyid
";
