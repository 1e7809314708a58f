//! Which faults of this Cryptolib CPS has its vendor corrected since?

use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, Remedy, Severity, Step, System, Text,
};

use super::{ModuleFile, ModuleSeen, Origin, Package, places};

/// None where the version is not known, or none of its faults is.
pub(super) fn judge(seen: &ModuleSeen) -> Option<Finding> {
    let used = seen.candidates.iter().find(|file| {
        let is_used = seen.usable() == Some(file.path.as_path());
        is_used && file.header().is_some()
    })?;
    if used.origin == Origin::Asked && places::is_old_name(&used.path) {
        return Some(outdated("4").noting(VERSION_4));
    }
    let version = version_of(used, &seen.package)?;
    let parsed = Version::parse(&version)?;
    let defects: Vec<_> = DEFECTS
        .iter()
        .filter(|defect| parsed < defect.corrected_in)
        .map(Defect::evidence)
        .collect();
    (!defects.is_empty()).then(|| outdated(&version).with_all(defects))
}

fn outdated(version: &str) -> Finding {
    Finding::of(&OUTDATED).with(Evidence::new("version", VERSION, version))
}

/// A released file is known by its content; else the installer's word holds, for what it
/// installed.
fn version_of(used: &ModuleFile, package: &Package) -> Option<String> {
    let sha256 = &used.header()?.sha256;
    let released = RELEASED.iter().find(|(known, _)| known == sha256);
    if let Some((_, version)) = released {
        return Some((*version).to_owned());
    }
    match package {
        Package::Declared { version, .. } if used.origin == Origin::Installed => version.clone(),
        _ => None,
    }
}

/// SHA-256 of the module, and the package that brought it.
///
/// Source: the files the ANS publishes (github.com/ansforge/dops-cryptolib); the MD5 printed in
/// the release notes of 5.2.2 are those of these files.
const RELEASED: &[(&str, &str)] = &[
    // cps3_pkcs11_w64.dll, cps3_pkcs11_w32.dll, libcps3_pkcs11_lux.so
    (
        "1b30b32bcf5f56e4365bbfb45e39dd441f47311f9dbeaa2c96715cdde533e25d",
        "5.2.2",
    ),
    (
        "ae2ce9c7abf3971a8f729712eb8ea8f23bfa3c4a9605479d1ff3b308dd802022",
        "5.2.2",
    ),
    (
        "0e9b8a5d1f5d4a494c7413caed7e5ced091def07c20ac0013d08cef025227860",
        "5.2.2",
    ),
];

/// `5.2.2`, also written `05.02.02`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Version(u16, u16, u16);

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.trim().split('.').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Self(next()?, next()?, next()?))
    }
}

/// A fault the vendor tells of, and the version that no longer has it.
struct Defect {
    /// The vendor's number: C for a correction, E for an evolution.
    ticket: &'static str,
    corrected_in: Version,
    what: Text,
}

impl Defect {
    fn evidence(&self) -> Evidence {
        Evidence::new(self.ticket, Text::same(self.ticket), self.what)
    }
}

const fn defect(
    ticket: &'static str,
    (major, minor, patch): (u16, u16, u16),
    fr: &'static str,
    en: &'static str,
) -> Defect {
    Defect {
        ticket,
        corrected_in: Version(major, minor, patch),
        what: Text { fr, en },
    }
}

/// Those that keep a card from being seen or from opening a site; the latest first.
///
/// Source: ANS, release notes of the Cryptolib CPS 5.2.2 for Windows, § 4.2, which tells of every
/// version since 5.0.4. Not in it: what came after 5.2.2.
static DEFECTS: &[Defect] = &[
    defect(
        "C1722",
        (5, 2, 2),
        "CPS4 : le traitement ne reprend pas après une erreur 6985 de la carte",
        "CPS4: work does not resume after an error 6985 of the card",
    ),
    defect(
        "E1718",
        (5, 2, 1),
        "CPS4 : la carte n'est pas déclarée à Windows",
        "CPS4: the card is not declared to Windows",
    ),
    defect(
        "E1714",
        (5, 2, 0),
        "les cartes CPS4 ne sont pas lues",
        "CPS4 cards are not read",
    ),
    defect(
        "E1713",
        (5, 2, 0),
        "le gestionnaire de certificats ne surveille pas les lecteurs de lui-même",
        "the certificate manager does not watch the readers by itself",
    ),
    defect(
        "C1709",
        (5, 1, 10),
        "faille de sécurité signalée par l'ANSSI",
        "security flaw reported by the ANSSI",
    ),
    defect(
        "C1670",
        (5, 1, 9),
        "l'extension de Firefox n'est pas installée dans tous les profils",
        "the Firefox extension is not installed in every profile",
    ),
    defect(
        "C1413",
        (5, 0, 31),
        "la carte n'est plus reconnue quand le cache est incohérent",
        "the card is no longer recognised when the cache is inconsistent",
    ),
    defect(
        "C1399",
        (5, 0, 29),
        "pas d'authentification dans Edge depuis Windows 10 version 1607",
        "no authentication in Edge since Windows 10 version 1607",
    ),
    defect(
        "C1362",
        (5, 0, 29),
        "une CPS3 est parfois prise pour une CPS2ter",
        "a CPS3 is sometimes taken for a CPS2ter",
    ),
    defect(
        "C1359",
        (5, 0, 29),
        "bureau à distance : ce sont les informations de la carte précédente qui s'affichent",
        "remote desktop: the previous card's data is returned",
    ),
    defect(
        "C1347",
        (5, 0, 29),
        "après un retrait et une insertion, le nombre de cartes est d'abord faux",
        "after a card is taken out and put back, the number of cards is wrong at first",
    ),
    defect(
        "C1250",
        (5, 0, 22),
        "Windows 10 : certificats mal copiés avec un lecteur à deux interfaces",
        "Windows 10: certificates are copied wrongly with a reader of two interfaces",
    ),
    defect(
        "C1237",
        (5, 0, 22),
        "le gestionnaire de certificats s'arrête sur un certificat sans fournisseur",
        "the certificate manager fails on a certificate without provider",
    ),
    defect(
        "C1214",
        (5, 0, 17),
        "machines virtuelles : aucun lecteur trouvé",
        "virtual machines: no reader is found",
    ),
    defect(
        "C1194",
        (5, 0, 17),
        "les certificats copiés par Windows ne sont pas retirés avec la carte",
        "certificates that Windows copied are not removed with the card",
    ),
    defect(
        "C1134",
        (5, 0, 13),
        "Windows 8.1 : « carte absente » par moments",
        "Windows 8.1: “no card” now and then",
    ),
    defect(
        "C1102",
        (5, 0, 8),
        "un fichier de cache altéré rend la carte inutilisable",
        "a damaged cache file makes the card unusable",
    ),
    defect(
        "C1087",
        (5, 0, 8),
        "certificats en double avec deux lecteurs",
        "certificates appear twice with two readers",
    ),
];

const VERSION: Text = Text {
    fr: "version de la Cryptolib CPS",
    en: "version of the Cryptolib CPS",
};
const VERSION_4: Text = Text {
    fr: "Ce module est celui de la version 4 : il ne lit pas les cartes d'aujourd'hui, et la Cryptolib CPS le supprime depuis sa version 5.1.6.",
    en: "This is the module of version 4: it does not read today's cards, and the Cryptolib CPS removes it since its version 5.1.6.",
};

pub(crate) static OUTDATED: FindingKind = FindingKind {
    code: "module.outdated",
    severity: Severity::Warning,
    title: Text {
        fr: "La Cryptolib CPS de ce poste (version {version}) a des défauts corrigés depuis",
        en: "The Cryptolib CPS of this machine (version {version}) has faults that later versions correct",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::anywhere(
                "Téléchargez la dernière Cryptolib CPS : cherchez « Cryptolib CPS » sur https://esante.gouv.fr.",
                "Download the latest Cryptolib CPS: search “Cryptolib CPS” on https://esante.gouv.fr.",
            ),
            Step::on(
                System::Windows,
                "Fermez les navigateurs, installez-la avec un compte administrateur, puis redémarrez le poste.",
                "Close the browsers, install it as an administrator, then restart the machine.",
            ),
            Step::on(
                System::RedHat,
                "Installez-la : `sudo dnf install ./CryptolibCPS-*.rpm` (sur Red Hat 7 : `sudo yum install ./CryptolibCPS-*.rpm`).",
                "Install it: `sudo dnf install ./CryptolibCPS-*.rpm` (on Red Hat 7: `sudo yum install ./CryptolibCPS-*.rpm`).",
            ),
            Step::on(
                System::OtherLinux,
                "Sur Debian, Ubuntu et les autres distributions : l'ANS ne fournit la Cryptolib CPS que pour Red Hat 7, 8 et 9 ; demandez à votre service informatique ou à l'ANS (monserviceclient.eservices@esante.gouv.fr) comment équiper ce poste.",
                "On Debian, Ubuntu and other distributions: the ANS supplies the Cryptolib CPS for Red Hat 7, 8 and 9 only; ask your IT department or the ANS (monserviceclient.eservices@esante.gouv.fr) how to equip this machine.",
            ),
            Step::on(
                System::Macos,
                "Ouvrez le fichier .pkg téléchargé, puis redémarrez le Mac.",
                "Open the downloaded .pkg file, then restart the Mac.",
            ),
        ],
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::{Architecture, FileState, Format, Header};

    fn seen(sha256: &str, path: &str, origin: Origin, version: Option<&str>) -> ModuleSeen {
        let process = Architecture {
            format: Format::Pe,
            machine: "x86_64".to_owned(),
            bits: 64,
        };
        let header = Header {
            architectures: vec![process.clone()],
            is_shared: true,
            exports_function_list: true,
            imports: vec![],
            length: 1,
            sha256: sha256.to_owned(),
        };
        let file = ModuleFile {
            path: path.into(),
            origin,
            state: FileState::Library(header),
        };
        let package = match version {
            Some(version) => Package::Declared {
                directory: None,
                version: Some(version.to_owned()),
            },
            None => Package::NotDeclared,
        };
        ModuleSeen {
            asked: origin == Origin::Asked,
            process,
            package,
            candidates: vec![file],
        }
    }

    fn tickets(version: &str) -> Vec<String> {
        let seen = seen("1", "x.dll", Origin::Installed, Some(version));
        let finding = judge(&seen);
        let keys = finding.into_iter().flat_map(|finding| finding.evidence);
        keys.skip(1).map(|it| it.key.into_owned()).collect()
    }

    #[test]
    fn each_version_has_the_faults_that_later_ones_corrected() {
        assert_eq!(tickets("5.2.2"), Vec::<String>::new());
        assert_eq!(tickets("5.2.1"), ["C1722"]);
        assert_eq!(tickets("05.02.00"), ["C1722", "E1718"]);
        assert_eq!(tickets("5.1.10"), ["C1722", "E1718", "E1714", "E1713"]);
        assert_eq!(tickets("5.0.4").len(), DEFECTS.len());
        assert_eq!(tickets("5.2.6"), Vec::<String>::new());
    }

    #[test]
    fn a_version_nobody_can_read_is_not_judged() {
        for version in ["", "5", "5.2", "v5.2.1", "5.2.x"] {
            assert_eq!(tickets(version), Vec::<String>::new(), "{version}");
        }
        let unknown = seen("1", "x.so", Origin::Installed, None);
        assert_eq!(judge(&unknown), None);
    }

    #[test]
    fn a_released_file_is_known_by_its_content_whatever_the_registry_says() {
        let released = RELEASED[0].0;
        let updated = seen(released, "x.dll", Origin::Installed, Some("5.0.4"));
        assert_eq!(judge(&updated), None);
    }

    #[test]
    fn a_file_that_was_asked_for_is_not_what_the_registry_tells_of() {
        let other = seen("1", "x.dll", Origin::Asked, Some("5.0.4"));
        assert_eq!(judge(&other), None);
    }

    #[test]
    fn the_tickets_come_latest_first_and_none_twice() {
        let versions = DEFECTS.windows(2);
        assert!(versions.into_iter().all(|pair| {
            pair[0].corrected_in >= pair[1].corrected_in && pair[0].ticket != pair[1].ticket
        }));
    }

    #[test]
    fn a_module_of_version_4_that_is_asked_for_is_old() {
        let old = places::old_names()[0];
        let finding = judge(&seen("1", old, Origin::Asked, None)).unwrap();
        assert_eq!(finding.kind.code, "module.outdated");
        assert_eq!(finding.note, Some(VERSION_4));
    }
}
