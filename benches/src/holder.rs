//! Whose certificate is shown, and with what kind of key?

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use tomcheck_testkit::{Ca, Domaine, Gamme, Holder as Person, Identity, Pki, Purpose, Variant};

/// A kind of key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyKind {
    /// RSA of 2048 bits, as the cards have.
    Rsa,
    /// On the curve P-256.
    P256,
}

impl KeyKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Rsa, Self::P256];

    /// `RSA 2048`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "RSA 2048",
            Self::P256 => "P-256",
        }
    }

    /// As an argument, and a folder's name.
    pub(crate) const fn short(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::P256 => "p256",
        }
    }

    pub(crate) fn of(short: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.short() == short)
    }
}

/// A person's certificate and key, as files in a folder of their own.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    pub(crate) kind: KeyKind,
    pub(crate) folder: PathBuf,
    pub(crate) certificate_der: Vec<u8>,
    /// PKCS#8.
    pub(crate) key_der: Vec<u8>,
}

const CERTIFICATE: &str = "certificate";
const KEY: &str = "key";

impl Holder {
    /// Makes the files. The test hierarchy has RSA keys only: OpenSSL makes and certifies another.
    pub(crate) fn make(kind: KeyKind, folder: PathBuf) -> anyhow::Result<Self> {
        fs::create_dir_all(&folder)?;
        match kind {
            KeyKind::Rsa => {
                let person = person();
                fs::copy(person.certificate_pem(), pem(&folder, CERTIFICATE))?;
                fs::copy(person.key_pem(), pem(&folder, KEY))?;
            }
            KeyKind::P256 => certify(&folder)?,
        }
        openssl(
            &folder,
            "x509 -in certificate.pem -outform DER -out certificate.der",
            &[],
        )?;
        openssl(
            &folder,
            "pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der",
            &[],
        )?;
        Self::read(kind, folder)
    }

    /// Reads what another process made.
    pub(crate) fn read(kind: KeyKind, folder: PathBuf) -> anyhow::Result<Self> {
        Ok(Self {
            kind,
            certificate_der: fs::read(folder.join("certificate.der"))?,
            key_der: fs::read(folder.join("key.der"))?,
            folder,
        })
    }

    pub(crate) fn certificate_pem(&self) -> PathBuf {
        pem(&self.folder, CERTIFICATE)
    }

    pub(crate) fn key_pem(&self) -> PathBuf {
        pem(&self.folder, KEY)
    }
}

fn pem(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension("pem")
}

/// Who holds every RSA key here.
pub(crate) fn person() -> Identity {
    Pki::shared().person(Person::Cpe, Purpose::Authentication, Variant::Valid)
}

fn certify(folder: &Path) -> anyhow::Result<()> {
    let authority = Pki::shared().authority(Ca::Issuing(Gamme::Standard, Domaine::Personnes));
    let (certificate, key) = (
        authority.certificate_pem(),
        authority.certificate_pem().with_extension("key"),
    );
    fs::write(folder.join("extensions"), EXTENSIONS)?;
    openssl(
        folder,
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem",
        &[],
    )?;
    openssl(
        folder,
        "req -new -key key.pem -out request.pem -subj",
        &[SUBJECT.as_ref()],
    )?;
    let sign = "x509 -req -in request.pem -extfile extensions -days 30 -out certificate.pem";
    let authority = [
        "-CA".as_ref(),
        certificate.as_path(),
        "-CAkey".as_ref(),
        &key,
    ];
    openssl(folder, sign, &authority)
}

const SUBJECT: &str = "/C=FR/O=ETABLISSEMENT DE TEST/OU=3620100842/CN=3620100842\\/01417";
const EXTENSIONS: &str = "keyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n";

fn openssl(folder: &Path, words: &str, more: &[&Path]) -> anyhow::Result<()> {
    let mut command = Command::new("openssl");
    command
        .current_dir(folder)
        .args(words.split(' '))
        .args(more);
    let output = command.output().context("openssl (apt install openssl)")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "openssl {words}: {said}");
    Ok(())
}
