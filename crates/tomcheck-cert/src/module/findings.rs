//! What do the module's files mean?

use tomcheck_diagnosis::{Evidence, Finding, ForeignFailure, Text};

use super::rows::{
    DUPLICATE, NOT_INSTALLED, NOT_PKCS11, PATH_MISSING, READ_FAILED, UNREADABLE, WRONG_ARCHITECTURE,
};
use super::{
    Architecture, FileState, Format, Header, ModuleFile, ModuleSeen, Origin, Package, outdated,
};

pub(super) fn judge(seen: &ModuleSeen) -> Vec<Finding> {
    match seen.usable() {
        Some(_) => {
            let findings = duplicate(seen).into_iter().chain(outdated::judge(seen));
            findings.collect()
        }
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
        let state = match (&file.state, file.origin) {
            (FileState::DanglingLink { .. }, _) => DANGLING,
            (_, Origin::Leftover) => OLD,
            _ => ABSENT,
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

/// None for a file that is not there, unless it was asked for.
fn fault_of(file: &ModuleFile, process: &Architecture) -> Option<Finding> {
    let asked = file.origin == Origin::Asked;
    let finding = match &file.state {
        FileState::Absent if asked => Finding::of(&PATH_MISSING),
        FileState::DanglingLink { target } if asked => Finding::of(&PATH_MISSING)
            .with(Evidence::new("target", TARGET, target.as_str()))
            .noting(A_DANGLING_LINK),
        FileState::Absent | FileState::DanglingLink { .. } => return None,
        FileState::Unreadable { failure } => unreadable(failure, process.format),
        FileState::Folder => not_pkcs11(A_FOLDER),
        FileState::NotAFile => not_pkcs11(NO_ORDINARY_FILE),
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
    Some(finding.with(if path.is_empty() {
        Evidence::new("path", PATH, EMPTY_PATH)
    } else {
        Evidence::new("path", PATH, path)
    }))
}

/// Only a refusal has to do with rights; other numbers are shown as the system gave them.
fn unreadable(failure: &ForeignFailure, system: Format) -> Finding {
    let (refusals, link_loop): (&[i64], i64) = match system {
        // ERROR_ACCESS_DENIED; ERROR_CANT_RESOLVE_FILENAME
        Format::Pe => (&[5], 1921),
        // EPERM, EACCES; ELOOP
        Format::Elf => (&[1, 13], 40),
        Format::MachO => (&[1, 13], 62),
    };
    if refusals.contains(&failure.code) {
        return Finding::of(&UNREADABLE).with(failure);
    }
    let finding = Finding::of(&READ_FAILED).with(failure);
    if failure.code == link_loop {
        return finding.noting(A_LINK_LOOP);
    }
    finding
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
const DANGLING: Text = Text {
    fr: "lien vers un fichier qui n'existe pas",
    en: "link to a file that does not exist",
};
const A_DANGLING_LINK: Text = Text {
    fr: "Ce chemin est un lien, et le fichier auquel il mène n'existe pas.",
    en: "This path is a link, and the file it leads to does not exist.",
};
const A_LINK_LOOP: Text = Text {
    fr: "Ce chemin passe par des liens qui tournent en rond : il ne mène à aucun fichier.",
    en: "This path goes through links that run in a circle: it leads to no file.",
};
const EMPTY_PATH: Text = Text {
    fr: "chemin vide",
    en: "empty path",
};
const A_FOLDER: Text = Text {
    fr: "Ce chemin mène à un dossier, pas à un fichier.",
    en: "This path leads to a folder, not to a file.",
};
const NO_ORDINARY_FILE: Text = Text {
    fr: "Ce chemin mène à un périphérique, un tube ou une prise réseau, pas à un fichier ordinaire.",
    en: "This path leads to a device, a pipe or a socket, not to an ordinary file.",
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
const TARGET: Text = Text {
    fr: "le lien mène à",
    en: "the link leads to",
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

#[cfg(test)]
mod tests {
    use super::*;
    use tomcheck_diagnosis::Lang;

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
            (FileState::Folder, A_FOLDER),
            (FileState::NotAFile, NO_ORDINARY_FILE),
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
    fn an_absent_file_that_was_asked_for_is_a_wrong_path_not_a_missing_installation() {
        let asked = |path: &str, state| ModuleFile {
            path: path.into(),
            origin: Origin::Asked,
            state,
        };
        let target = "/gone.so".to_owned();
        for (path, state, title, note) in [
            ("/a.so", FileState::Absent, "n'existe pas : /a.so", None),
            ("", FileState::Absent, "n'existe pas : chemin vide", None),
            (
                "/link.so",
                FileState::DanglingLink { target },
                "n'existe pas : /link.so",
                Some(A_DANGLING_LINK),
            ),
        ] {
            let findings = seen(vec![asked(path, state)]);
            assert_eq!(findings[0].kind.code, "module.path-missing");
            let said = findings[0].title(Lang::Fr);
            assert!(said.ends_with(title), "{said}");
            assert_eq!(findings[0].note, note);
        }
    }

    #[test]
    fn an_installed_link_to_nothing_is_no_installation() {
        let target = "/gone.so".to_owned();
        let findings = seen(vec![file("/a.so", FileState::DanglingLink { target })]);
        assert_eq!(findings[0].kind.code, "module.not-installed");
        assert_eq!(findings[0].evidence[0].value, DANGLING.into());
    }

    #[test]
    fn only_a_refusal_of_the_system_blames_the_rights() {
        for (code, expected) in [
            (1, "module.unreadable"),
            (13, "module.unreadable"),
            (5, "module.read-failed"),
            (40, "module.read-failed"),
            (0, "module.read-failed"),
        ] {
            let failure = ForeignFailure::decimal("open", code);
            let findings = seen(vec![file("/a.so", FileState::Unreadable { failure })]);
            assert_eq!(findings[0].kind.code, expected, "{code}");
            assert_eq!(findings[0].evidence[0].key, "open");
            let is_loop = findings[0].note == Some(A_LINK_LOOP);
            assert_eq!(is_loop, code == 40, "{code}");
        }
        let denied = ForeignFailure::decimal("CreateFileW", 5);
        assert_eq!(unreadable(&denied, Format::Pe).kind.code, UNREADABLE.code);
    }

    #[test]
    fn where_there_is_no_rpm_nobody_is_told_to_install_one() {
        let findings = seen(vec![file("/a.so", FileState::Absent)]);
        let steps = findings[0].steps(Lang::Fr, "linux");
        assert!(steps[0].starts_with("Sur Red Hat"), "{steps:?}");
        assert!(steps[1].contains("Debian") && !steps[1].contains("install ./"));
        assert!(steps[2].contains("tomcheck --module CHEMIN"), "{steps:?}");
        let steps = findings[0].steps(Lang::Fr, "linux/Debian GNU/Linux 12 (bookworm)");
        assert!(steps[0].starts_with("Sur Debian"), "{steps:?}");
        let steps = findings[0].steps(Lang::Fr, "linux/Red Hat Enterprise Linux 9.4 (Plow)");
        assert!(
            steps[0].contains("install ./") && steps.len() == 2,
            "{steps:?}"
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
