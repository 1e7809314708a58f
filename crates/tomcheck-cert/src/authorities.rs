//! Which authorities stand above a card's certificate?
//!
//! A card carries its own certificate and no authority's, while a server may announce the root
//! alone. Browsers find the way up in their own store; this finds it where the Cryptolib CPS
//! keeps it, in a file, or by the rule that IGC-Santé's names follow.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use x509_parser::prelude::{AttributeTypeAndValue, FromDer, Pem, X509Certificate, X509Name};

use crate::x509::issuer::{Domaine, Gamme};

/// Certificates of authorities found on this machine, DER.
#[derive(Clone, Debug, Default)]
pub struct Authorities {
    ders: Vec<Vec<u8>>,
}

impl Authorities {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also those that the installer of the Cryptolib CPS lays down; no more than are there.
    /// Reads at most 64 files of a mebibyte; a file that cannot be read is left out.
    ///
    /// Source: packages of the Cryptolib CPS 5.2, folder `coffre`.
    #[must_use]
    pub fn with_those_of_the_cryptolib(self) -> Self {
        match cryptolib_folder() {
            Some(folder) => self.with_folder(&folder),
            None => self,
        }
    }

    /// Also those in the `*.cer` files of a folder, with the same bounds.
    #[must_use]
    pub fn with_folder(mut self, folder: &Path) -> Self {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let files = entries.map(|entry| entry.path());
        let mut files: Vec<_> = files
            .take(MOST_ENTRIES)
            .filter(|path| is_cer(path))
            .collect();
        files.sort();
        for file in files.iter().take(MOST_FILES) {
            self = self.with_file(file);
        }
        self
    }

    /// Also those of one file, one in DER or several in PEM, if it can be read.
    #[must_use]
    pub fn with_file(mut self, file: &Path) -> Self {
        let bytes = bounded(file).unwrap_or_default();
        if bytes.first() == Some(&SEQUENCE) {
            self.ders.push(bytes);
        } else {
            let blocks = Pem::iter_from_buffer(&bytes).map_while(Result::ok);
            let certificates = blocks.filter(|block| block.label == "CERTIFICATE");
            let ders = certificates.map(|block| block.contents);
            self.ders.extend(ders.take(MOST_FILES));
        }
        self
    }

    /// Those that certify themselves, DER: what a server's chain may end with.
    pub fn roots(&self) -> Vec<Vec<u8>> {
        let is_root = |der: &&Vec<u8>| {
            decoded(der)
                .is_some_and(|it| it.is_ca() && it.issuer().as_raw() == it.subject().as_raw())
        };
        self.ders.iter().filter(is_root).cloned().collect()
    }

    pub(crate) fn into_ders(self) -> Vec<Vec<u8>> {
        self.ders
    }

    /// The way up from `leaf` (DER), its issuer first, without a root. As far as it is known,
    /// and by names alone: nothing proves that the authority of that name signed.
    pub fn above(&self, leaf: &[u8]) -> Vec<Vec<u8>> {
        let parsed = self
            .ders
            .iter()
            .filter_map(|der| Some((der, decoded(der)?)));
        let parsed: Vec<_> = parsed.collect();
        let leaf = decoded(leaf);
        let mut issuer = leaf.as_ref().map(|leaf| leaf.issuer());
        let mut way = Vec::new();
        while let (Some(name), true) = (issuer, way.len() < LONGEST_WAY) {
            let next = parsed.iter().find(|(_, authority)| {
                let is_root = authority.issuer().as_raw() == authority.subject().as_raw();
                authority.subject().as_raw() == name.as_raw() && !is_root
            });
            issuer = next.map(|(_, authority)| authority.issuer());
            way.extend(next.map(|(der, _)| (*der).clone()));
        }
        way
    }
}

/// The name (DER) of the root above the issuer of `certificate` (DER), where that issuer is one
/// of IGC-Santé: `AC IGC-SANTE STANDARD PERSONNES` is under `AC RACINE IGC-SANTE STANDARD`, all
/// else in the name being the same; so for the other gammes and for names with « TEST ».
///
/// Source: the authorities' certificates that IGC-Santé publishes.
pub fn root_named_above(certificate: &[u8]) -> Option<Vec<u8>> {
    root_above(decoded(certificate)?.issuer())
}

fn root_above(issuer: &X509Name<'_>) -> Option<Vec<u8>> {
    let mut common_names = issuer.iter_common_name();
    let root = root_of(common_names.next()?.as_str().ok()?)?;
    if common_names.next().is_some() {
        return None;
    }
    let levels = issuer.iter_rdn().map(|level| {
        let attributes: Option<Vec<_>> = level.iter().map(|one| encoded(one, &root)).collect();
        tlv(SET, &attributes?.concat())
    });
    let levels: Option<Vec<_>> = levels.collect();
    tlv(SEQUENCE, &levels?.concat())
}

fn root_of(common_name: &str) -> Option<String> {
    let (test, bare) = match common_name.strip_prefix("TEST ") {
        Some(bare) => ("TEST ", bare),
        None => ("", common_name),
    };
    let words: Vec<&str> = bare.split(' ').collect();
    let ["AC", "IGC-SANTE", gamme, domaine] = words.as_slice() else {
        return None;
    };
    let (gamme, _) = (Gamme::of(gamme)?, Domaine::of(domaine)?);
    Some(format!("{test}AC RACINE IGC-SANTE {}", gamme.word()))
}

/// The attribute as it was, its value replaced in the common name; its string type stays.
fn encoded(attribute: &AttributeTypeAndValue<'_>, common_name: &str) -> Option<Vec<u8>> {
    let kind = attribute.attr_type();
    let tag = u8::try_from(attribute.attr_value().tag().0).ok()?;
    let value = match kind.as_bytes() {
        COMMON_NAME if !ONE_BYTE_STRINGS.contains(&tag) => return None,
        COMMON_NAME => common_name.as_bytes(),
        _ => attribute.as_slice(),
    };
    let pair = [tlv(OBJECT_IDENTIFIER, kind.as_bytes())?, tlv(tag, value)?];
    tlv(SEQUENCE, &pair.concat())
}

/// Source: X.690 §8.1. None: longer than any name.
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Option<Vec<u8>> {
    let [high, low] = u16::try_from(content.len()).ok()?.to_be_bytes();
    let length: &[u8] = match (high, low) {
        (0, 0..0x80) => &[low],
        (0, _) => &[0x81, low],
        _ => &[0x82, high, low],
    };
    Some([&[tag], length, content].concat())
}

fn decoded(der: &[u8]) -> Option<X509Certificate<'_>> {
    X509Certificate::from_der(der).ok().map(|(_, read)| read)
}

/// `TOMCHECK_COFFRE_DIR`, where it is set, names the folder in the place of the system's own.
pub(crate) fn cryptolib_folder() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(FOLDER_NAMED) {
        return Some(named.into());
    }
    match std::env::consts::OS {
        "windows" => {
            let shared = std::env::var_os("ALLUSERSPROFILE")?;
            Some(Path::new(&shared).join(r"santesocial\cps\coffre"))
        }
        "macos" => Some("/Library/Preferences/santesocial/CPS/coffre".into()),
        _ => Some("/etc/opt/santesocial/CPS/Coffre".into()),
    }
}

fn is_cer(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("cer"))
}

/// The whole of an ordinary file: a device has no end and a pipe may wait for ever.
fn bounded(path: &Path) -> Option<Vec<u8>> {
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MOST_BYTES).then_some(bytes)
}

const FOLDER_NAMED: &str = "TOMCHECK_COFFRE_DIR";
const MOST_ENTRIES: usize = 1024;
const MOST_FILES: usize = 64;
const MOST_BYTES: u64 = 1 << 20;
/// IGC-Santé has one level between the root and the card.
const LONGEST_WAY: usize = 4;
/// Source: X.680 §8.4: UTF8String, PrintableString, TeletexString, IA5String.
const ONE_BYTE_STRINGS: [u8; 4] = [12, 19, 20, 22];
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
/// 2.5.4.3
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tomcheck_testkit::{Ca, Domaine, Gamme, Holder, Pki, Purpose, Variant};

    fn card(variant: Variant) -> Vec<u8> {
        let person = Pki::shared().person(Holder::Cpe, Purpose::Authentication, variant);
        person.certificate_der().to_vec()
    }

    fn der(ca: Ca) -> Vec<u8> {
        Pki::shared().authority(ca).certificate_der().to_vec()
    }

    const ISSUER: Ca = Ca::Issuing(Gamme::Standard, Domaine::Personnes);

    #[test]
    fn the_issuer_is_found_in_a_folder_and_in_a_file_and_the_root_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for (name, ca) in [
            ("a.cer", Ca::Root(Gamme::Standard)),
            ("b.CER", ISSUER),
            ("c.cer", Ca::Issuing(Gamme::Fort, Domaine::Personnes)),
        ] {
            std::fs::write(folder.path().join(name), der(ca)).unwrap();
        }
        std::fs::write(folder.path().join("d.cer"), "no certificate").unwrap();
        let kept = Authorities::new().with_folder(folder.path());
        assert_eq!(kept.above(&card(Variant::Valid)), [der(ISSUER)]);
        assert_eq!(kept.roots(), [der(Ca::Root(Gamme::Standard))]);
        assert!(kept.above(&card(Variant::WrongCa)).is_empty());
        let file = Authorities::new().with_file(&Pki::shared().authorities_pem());
        assert_eq!(file.above(&card(Variant::Valid)), [der(ISSUER)]);
        let none = Authorities::new().with_file(Path::new("/dev/zero"));
        assert!(none.above(&card(Variant::Valid)).is_empty());
    }

    #[test]
    fn the_root_of_each_authority_is_named_by_the_rule_byte_for_byte() {
        for gamme in [Gamme::Elementaire, Gamme::Standard, Gamme::Fort] {
            for domaine in [Domaine::Personnes, Domaine::Organisations] {
                let authority = der(Ca::Issuing(gamme, domaine));
                let authority = decoded(&authority).unwrap();
                let root = authority.issuer().as_raw();
                assert_eq!(root_above(authority.subject()).as_deref(), Some(root));
            }
        }
        let root = Pki::shared().authority(Ca::Root(Gamme::Standard));
        let named = root_named_above(&card(Variant::Valid));
        assert_eq!(named, Some(root.subject_der()));
        assert_eq!(root_named_above(&card(Variant::WrongCa)), None);
    }

    #[test]
    fn the_rule_holds_for_the_authorities_that_the_cryptolib_installs() {
        let Some(module) = tomcheck_testkit::cryptolib() else {
            return;
        };
        // the package unpacked anywhere, or installed
        let top = module.ancestors().find(|top| top.join(FOLDER).is_dir());
        let kept = Authorities::new().with_folder(&top.unwrap().join(FOLDER));
        let read = kept.ders.iter().map(|der| decoded(der).unwrap());
        let named: Vec<_> = read
            .filter_map(|it| Some((root_above(it.subject())?, it.issuer().as_raw().to_vec())))
            .collect();
        assert_eq!(named.len(), 6);
        assert!(named.iter().all(|(named, real)| named == real));
    }

    const FOLDER: &str = "etc/opt/santesocial/CPS/Coffre";

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(der in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(root_named_above(&der), None);
            let kept = Authorities { ders: vec![der.clone()] };
            prop_assert!(kept.above(&der).is_empty());
        }
    }
}
