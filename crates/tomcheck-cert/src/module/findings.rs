//! What do the module's files mean?

use tomcheck_diagnosis::{
    Audience, Evidence, Finding, FindingKind, Remedy, Severity, Step, System, Text,
};

use super::{Architecture, FileState, Header, ModuleFile, ModuleSeen, Origin, Package};

pub(super) fn judge(seen: &ModuleSeen) -> Vec<Finding> {
    match seen.usable() {
        Some(_) => duplicate(seen).into_iter().collect(),
        None => vec![fault(seen)],
    }
}

/// Why no file can be used: the fault of the first that is there at all.
fn fault(seen: &ModuleSeen) -> Finding {
    let files = seen
        .candidates
        .iter()
        .filter(|file| file.origin != Origin::Leftover);
    let mut faults = files.filter_map(|file| fault_of(file, &seen.process));
    faults.next().unwrap_or_else(|| not_installed(seen))
}

fn not_installed(seen: &ModuleSeen) -> Finding {
    let looked = seen.candidates.iter().map(|file| {
        let state = if file.origin == Origin::Leftover {
            OLD
        } else {
            ABSENT
        };
        Evidence {
            key: file.path.display().to_string().into(),
            label: None,
            value: state.into(),
        }
    });
    let finding = Finding::of(&NOT_INSTALLED).with_all(looked);
    match &seen.package {
        Package::Declared { version, .. } => {
            let version = version.clone().unwrap_or_default();
            finding
                .with(Evidence::raw("Cryptolib CPS", version))
                .noting(DECLARED)
        }
        Package::NotAsked | Package::NotDeclared => finding,
    }
}

/// None for a file that is not there.
fn fault_of(file: &ModuleFile, process: &Architecture) -> Option<Finding> {
    let finding = match &file.state {
        FileState::Absent => return None,
        FileState::Unreadable { failure } => Finding::of(&UNREADABLE).with(failure),
        FileState::NotAFile => not_pkcs11(A_FOLDER),
        FileState::Empty => not_pkcs11(EMPTY),
        FileState::NotALibrary { begins, reason } => not_pkcs11(NO_LIBRARY)
            .with(Evidence::new("begins", BEGINS, begins.as_str()))
            .with(Evidence::new("reason", REASON, reason.as_str())),
        FileState::CutShort { expected, length } => not_pkcs11(CUT_SHORT)
            .with(Evidence::new("expected", EXPECTED, format!("{expected} o")))
            .with(Evidence::new("length", LENGTH, format!("{length} o"))),
        FileState::Library(header) => fault_of_library(header, process),
    };
    let path = file.path.display().to_string();
    Some(finding.with(Evidence::new("path", PATH, path)))
}

/// A library that could be loaded has no fault, and is not asked for one.
fn fault_of_library(header: &Header, process: &Architecture) -> Finding {
    if !header.architectures.contains(process) {
        let made_for: Vec<_> = header
            .architectures
            .iter()
            .map(ToString::to_string)
            .collect();
        return Finding::of(&WRONG_ARCHITECTURE)
            .with(Evidence::new("module", MODULE, made_for.join(" ; ")))
            .with(Evidence::new("process", PROCESS, process.to_string()));
    }
    not_pkcs11(if header.is_shared {
        NO_FUNCTION_LIST
    } else {
        NO_LIBRARY
    })
}

fn not_pkcs11(why: Text) -> Finding {
    Finding::of(&NOT_PKCS11).noting(why)
}

/// Other copies than the one in use, and modules that it replaces.
fn duplicate(seen: &ModuleSeen) -> Option<Finding> {
    let loadable = seen.candidates.iter().filter(|file| seen.can_load(file));
    let loadable: Vec<_> = loadable.collect();
    let used = loadable
        .iter()
        .find(|file| file.origin != Origin::Leftover)?
        .header()?;
    let differs = |file: &&ModuleFile| file.header().is_some_and(|it| it.sha256 != used.sha256);
    let is_old = |file: &ModuleFile| file.origin == Origin::Leftover && file.header().is_some();
    let others = seen
        .candidates
        .iter()
        .filter(|file| is_old(file) || loadable.contains(file) && differs(file));
    let paths: Vec<_> = others.map(|file| file.path.display().to_string()).collect();
    let in_use = seen.usable()?.display().to_string();
    (!paths.is_empty()).then(|| {
        Finding::of(&DUPLICATE)
            .with(Evidence::new("used", USED, in_use))
            .with(Evidence::new("others", OTHERS, paths.join(", ")))
    })
}

const ABSENT: Text = Text {
    fr: "absent",
    en: "absent",
};
const OLD: Text = Text {
    fr: "ancien module, ne lit pas les cartes actuelles",
    en: "old module, does not read today's cards",
};
const DECLARED: Text = Text {
    fr: "Windows dit la Cryptolib CPS installée, mais le fichier du module manque : réparez l'installation.",
    en: "Windows says that the Cryptolib CPS is installed, but the module's file is missing: repair the installation.",
};
const A_FOLDER: Text = Text {
    fr: "Ce chemin mène à un dossier, pas à un fichier.",
    en: "This path leads to a folder, not to a file.",
};
const EMPTY: Text = Text {
    fr: "Le fichier est vide.",
    en: "The file is empty.",
};
const NO_LIBRARY: Text = Text {
    fr: "Le fichier n'est pas une bibliothèque de programme.",
    en: "The file is not a program library.",
};
const NO_FUNCTION_LIST: Text = Text {
    fr: "C'est une bibliothèque, mais elle n'a pas la fonction C_GetFunctionList.",
    en: "It is a library, but it has no function C_GetFunctionList.",
};
const CUT_SHORT: Text = Text {
    fr: "Le fichier est tronqué : une copie ou une installation a été interrompue.",
    en: "The file is cut short: a copy or an installation was interrupted.",
};
const BEGINS: Text = Text {
    fr: "premiers octets",
    en: "first bytes",
};
const REASON: Text = Text {
    fr: "format",
    en: "format",
};
const EXPECTED: Text = Text {
    fr: "taille attendue",
    en: "expected size",
};
const LENGTH: Text = Text {
    fr: "taille du fichier",
    en: "size of the file",
};
const PATH: Text = Text {
    fr: "fichier",
    en: "file",
};
const MODULE: Text = Text {
    fr: "module",
    en: "module",
};
const PROCESS: Text = Text {
    fr: "tomcheck",
    en: "tomcheck",
};
const USED: Text = Text {
    fr: "utilisé",
    en: "in use",
};
const OTHERS: Text = Text {
    fr: "autres",
    en: "others",
};

pub(crate) static NOT_INSTALLED: FindingKind = FindingKind {
    code: "module.not-installed",
    severity: Severity::Fault,
    title: Text {
        fr: "La Cryptolib CPS, le module qui lit la carte, est introuvable sur ce poste",
        en: "The Cryptolib CPS, the module that reads the card, cannot be found on this machine",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Téléchargez la Cryptolib CPS (version 64 bits : CryptolibCPS-5.2.2_x64.msi ou plus récente) : cherchez « Cryptolib CPS » sur https://esante.gouv.fr, et installez-la avec un compte administrateur.",
                "Download the Cryptolib CPS (64-bit version: CryptolibCPS-5.2.2_x64.msi or later): search “Cryptolib CPS” on https://esante.gouv.fr, and install it as an administrator.",
            ),
            Step::on(
                System::Linux,
                "Téléchargez le paquet de la Cryptolib CPS pour Linux (cherchez « Cryptolib CPS » sur https://esante.gouv.fr) et installez-le : `sudo dnf install ./CryptolibCPS-*.rpm`.",
                "Download the package of the Cryptolib CPS for Linux (search “Cryptolib CPS” on https://esante.gouv.fr) and install it: `sudo dnf install ./CryptolibCPS-*.rpm`.",
            ),
            Step::on(
                System::Macos,
                "Téléchargez la Cryptolib CPS pour macOS (cherchez « Cryptolib CPS » sur https://esante.gouv.fr) et ouvrez le fichier .pkg.",
                "Download the Cryptolib CPS for macOS (search “Cryptolib CPS” on https://esante.gouv.fr) and open the .pkg file.",
            ),
            Step::anywhere(
                "Si le module est ailleurs, indiquez-le : `tomcheck --module CHEMIN`.",
                "If the module is elsewhere, name it: `tomcheck --module PATH`.",
            ),
        ],
    },
};

pub(crate) static WRONG_ARCHITECTURE: FindingKind = FindingKind {
    code: "module.wrong-architecture",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte est fait pour {module}, ce programme pour {process}",
        en: "The card's module is made for {module}, this program for {process}",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Installez la Cryptolib CPS 64 bits (CryptolibCPS-5.2.2_x64.msi ou plus récente) : elle apporte les deux modules, cps3_pkcs11_w64.dll et cps3_pkcs11_w32.dll.",
                "Install the 64-bit Cryptolib CPS (CryptolibCPS-5.2.2_x64.msi or later): it brings both modules, cps3_pkcs11_w64.dll and cps3_pkcs11_w32.dll.",
            ),
            Step::on(
                System::Linux,
                "Installez la Cryptolib CPS faite pour {process} ; `file {path}` dit pour quoi celle-ci est faite.",
                "Install the Cryptolib CPS made for {process}; `file {path}` tells what this one is made for.",
            ),
            Step::on(
                System::Macos,
                "Installez la Cryptolib CPS faite pour {process} ; `file {path}` dit pour quoi celle-ci est faite.",
                "Install the Cryptolib CPS made for {process}; `file {path}` tells what this one is made for.",
            ),
        ],
    },
};

pub(crate) static NOT_PKCS11: FindingKind = FindingKind {
    code: "module.not-pkcs11",
    severity: Severity::Fault,
    title: Text {
        fr: "{path} n'est pas un module de carte (PKCS#11)",
        en: "{path} is no card module (PKCS#11)",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                r"Corrigez le chemin donné à --module ; celui de la Cryptolib CPS est C:\Windows\System32\cps3_pkcs11_w64.dll.",
                r"Correct the path given to --module; the Cryptolib CPS's is C:\Windows\System32\cps3_pkcs11_w64.dll.",
            ),
            Step::on(
                System::Linux,
                "Corrigez le chemin donné à --module ; celui de la Cryptolib CPS est /opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so.",
                "Correct the path given to --module; the Cryptolib CPS's is /opt/santesocial/CPS/lib/libcps3_pkcs11_lux.so.",
            ),
            Step::on(
                System::Macos,
                "Corrigez le chemin donné à --module ; celui de la Cryptolib CPS est /usr/local/lib/libcps3_pkcs11_osx.dylib.",
                "Correct the path given to --module; the Cryptolib CPS's is /usr/local/lib/libcps3_pkcs11_osx.dylib.",
            ),
            Step::anywhere(
                "Si c'est bien ce fichier, installez de nouveau la Cryptolib CPS : il est abîmé.",
                "If this is the right file, install the Cryptolib CPS again: it is damaged.",
            ),
        ],
    },
};

pub(crate) static UNREADABLE: FindingKind = FindingKind {
    code: "module.unreadable",
    severity: Severity::Fault,
    title: Text {
        fr: "Le module de la carte est installé, mais ce compte n'a pas le droit de le lire",
        en: "The card's module is installed, but this account may not read it",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Clic droit sur {path} > Propriétés > Sécurité : donnez « Lecture et exécution » au groupe Utilisateurs.",
                "Right click on {path} > Properties > Security: give “Read & execute” to the group Users.",
            ),
            Step::on(
                System::Linux,
                "`sudo chmod a+rx {path}`",
                "`sudo chmod a+rx {path}`",
            ),
            Step::on(
                System::Macos,
                "`sudo chmod a+rx {path}`",
                "`sudo chmod a+rx {path}`",
            ),
        ],
    },
};

pub(crate) static DUPLICATE: FindingKind = FindingKind {
    code: "module.duplicate",
    severity: Severity::Warning,
    title: Text {
        fr: "Plusieurs versions du module de la carte sont installées",
        en: "Several versions of the card's module are installed",
    },
    remedy: Remedy {
        audience: Audience::Technician,
        steps: &[
            Step::on(
                System::Windows,
                "Paramètres > Applications > Applications installées : désinstallez l'ancienne version de « Composants Cryptographiques CPS » et gardez la plus récente.",
                "Settings > Apps > Installed apps: uninstall the old version of “Composants Cryptographiques CPS” and keep the latest.",
            ),
            Step::on(
                System::Linux,
                "Gardez le module utilisé ({used}) et désinstallez le paquet des autres : `rpm -qf {others}` le nomme.",
                "Keep the module in use ({used}) and remove the package of the others: `rpm -qf {others}` names it.",
            ),
            Step::on(
                System::Macos,
                "Gardez le module utilisé ({used}) et supprimez les autres : {others}.",
                "Keep the module in use ({used}) and remove the others: {others}.",
            ),
        ],
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::Format;
    use tomcheck_diagnosis::{ForeignFailure, Lang};

    fn x86_64() -> Architecture {
        Architecture {
            format: Format::Elf,
            machine: "x86_64".to_owned(),
            bits: 64,
        }
    }

    fn library(sha256: &str) -> Header {
        Header {
            architectures: vec![x86_64()],
            is_shared: true,
            exports_function_list: true,
            imports: vec![],
            length: 1,
            sha256: sha256.to_owned(),
        }
    }

    fn file(path: &str, state: FileState) -> ModuleFile {
        let origin = if path.contains("old") {
            Origin::Leftover
        } else {
            Origin::Installed
        };
        ModuleFile {
            path: path.into(),
            origin,
            state,
        }
    }

    fn codes(candidates: Vec<ModuleFile>) -> Vec<&'static str> {
        seen(candidates)
            .into_iter()
            .map(|finding| finding.kind.code)
            .collect()
    }

    fn seen(candidates: Vec<ModuleFile>) -> Vec<Finding> {
        judge(&ModuleSeen {
            asked: false,
            process: x86_64(),
            package: Package::NotAsked,
            candidates,
        })
    }

    #[test]
    fn a_module_of_this_architecture_is_no_finding() {
        let good = file("/a.so", FileState::Library(library("1")));
        assert_eq!(
            codes(vec![file("/b.so", FileState::Absent), good]),
            Vec::<&str>::new()
        );
    }

    #[test]
    fn no_file_anywhere_is_not_installed_and_says_where_it_looked() {
        let findings = seen(vec![file("/a.so", FileState::Absent)]);
        assert_eq!(findings[0].kind.code, "module.not-installed");
        assert_eq!(findings[0].evidence[0].key, "/a.so");
    }

    #[test]
    fn another_architecture_is_named_on_both_sides() {
        let x86 = Architecture {
            machine: "x86".to_owned(),
            bits: 32,
            ..x86_64()
        };
        let header = Header {
            architectures: vec![x86],
            ..library("1")
        };
        let findings = seen(vec![file("/a.so", FileState::Library(header))]);
        assert_eq!(findings[0].kind.code, "module.wrong-architecture");
        let title = findings[0].title(Lang::Fr);
        assert!(
            title.contains("Linux x86, 32 bits") && title.contains("Linux x86_64, 64 bits"),
            "{title}"
        );
    }

    #[test]
    fn what_is_no_module_says_why() {
        let no_list = Header {
            exports_function_list: false,
            ..library("1")
        };
        for (state, why) in [
            (FileState::NotAFile, A_FOLDER),
            (FileState::Empty, EMPTY),
            (
                FileState::CutShort {
                    expected: 9,
                    length: 3,
                },
                CUT_SHORT,
            ),
            (
                FileState::NotALibrary {
                    begins: "23".to_owned(),
                    reason: "text".to_owned(),
                },
                NO_LIBRARY,
            ),
            (FileState::Library(no_list), NO_FUNCTION_LIST),
        ] {
            let findings = seen(vec![file("/a.so", state)]);
            assert_eq!(
                (findings[0].kind.code, findings[0].note),
                ("module.not-pkcs11", Some(why))
            );
            assert!(findings[0].title(Lang::En).starts_with("/a.so is no"));
        }
    }

    #[test]
    fn a_file_that_may_not_be_read_is_not_a_bad_file() {
        let failure = ForeignFailure::decimal("open", 13);
        assert_eq!(
            codes(vec![file("/a.so", FileState::Unreadable { failure })]),
            ["module.unreadable"]
        );
    }

    #[test]
    fn two_versions_or_a_leftover_beside_the_module_are_worth_a_warning() {
        let copy = |path, sha| file(path, FileState::Library(library(sha)));
        assert_eq!(
            codes(vec![copy("/a.so", "1"), copy("/b.so", "2")]),
            ["module.duplicate"]
        );
        assert_eq!(
            codes(vec![copy("/a.so", "1"), copy("/b.so", "1")]),
            Vec::<&str>::new()
        );
        assert_eq!(
            codes(vec![copy("/a.so", "1"), copy("/old.so", "3")]),
            ["module.duplicate"]
        );
    }

    #[test]
    fn a_leftover_alone_is_no_installation() {
        assert_eq!(
            codes(vec![file("/old.so", FileState::Library(library("3")))]),
            ["module.not-installed"]
        );
    }
}
