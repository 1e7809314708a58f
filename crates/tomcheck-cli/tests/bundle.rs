//! What is in the file that leaves the machine, and who is asked first?
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;
use zip::ZipArchive;

/// Values of people and machines that are in the report and the logs of these tests, each as it
/// would be read.
const PLANTED: &[&str] = &[
    "LIBRECHT",
    "Librecht",
    "librecht",
    "ONDINE",
    "Ondine",
    "ondine",
    "olibrecht",
    "10003456789",
    "00B6087510",
    "620100842",
    "187 512 751",
    "18751275100020",
    "184127645108946",
    "451 089",
    "01417",
    "A-2209",
    "47110815",
    "Tr0ub4dor",
    "b2xpYnJlY2h0",
    "eyJhbGci",
    "TlRMTVNT",
    "tilleuls",
    "TILLEULS",
    "PC-ORTHO",
    "srv-fichiers",
    "carte-cps.fr",
    "06.12.34.56.78",
    "Zephyrine",
    "2900995266",
];

const LOG: &str = r#"1795729459.160      0 10.9.8.7 TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 olibrecht HIER_NONE/- text/html
Nom : LIBRECHT ; Prénom : Ondine ; RPPS : 10003456789 ; ADELI 00B6087510 ; matricule A-2209
certificat 3620100842/01417, SN=LIBRECHT,GN=ONDINE, carte CPS3v3-2900995266
SIRET 187 512 751 00020, 18751275100020 ; NIR 1 84 12 76 451 089 46, 184127645108946
code porteur : 47110815, PIN=47110815, rappeler le 06.12.34.56.78
proxy http://olibrecht:Tr0ub4dor@proxy.chu-tilleuls.fr:3128/
Proxy-Authorization: Basic b2xpYnJlY2h0OlRyMHViNGRvcg==
Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln
NTLM TlRMTVNTUAADAAAAGAAYAIoAAADSANIAogAAABQAFABIAAAA
C:\Users\olibrecht\AppData\Roaming\Mozilla et \\srv-fichiers\ortho\LIBRECHT.txt
écrire à ondine.librecht@chu-tilleuls.fr ou 8.10003456789@carte-cps.fr depuis PC-ORTHO-17 (poste : PC-ORTHO-17)
CHU-TILLEULS\olibrecht a ouvert la session, dit Zephyrine
1795729460.160      0 10.9.8.7 TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 olibrecht HIER_NONE/- text/html
"#;

fn utf16(text: &str, is_big: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    let bytes = units.map(|unit| {
        if is_big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    });
    bytes.flatten().collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

struct Desk {
    folder: TempDir,
}

impl Desk {
    /// A saved report in clear, and the same log in every encoding.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let report = include_str!("../../tomcheck/src/bundle/saved_report.json");
        fs::write(folder.path().join("report.json"), report).unwrap();
        let latin: Vec<u8> = LOG
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect();
        for (name, bytes) in [
            ("LIBRECHT.log", LOG.as_bytes().to_vec()),
            ("latin.log", latin),
            ("little.log", utf16(LOG, false)),
            ("big.log", utf16(LOG, true)),
            ("access.log.gz", gzip(LOG.as_bytes())),
            ("wide.log.gz", gzip(&utf16(LOG, false))),
        ] {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        Self { folder }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_tomcheck"))
            .arg("bundle")
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("LC_ALL", "fr_FR.UTF-8")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn whole(&self) -> Output {
        let mut arguments = vec![
            "--from",
            "report.json",
            "--yes",
            "-o",
            "x.zip",
            "--hide",
            "Zephyrine",
            "--log",
        ];
        arguments.extend(LOGS);
        self.run(&arguments)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

const LOGS: [&str; 6] = [
    "LIBRECHT.log",
    "latin.log",
    "little.log",
    "big.log",
    "access.log.gz",
    "wide.log.gz",
];

fn entries(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut all = Vec::new();
    for number in 0..archive.len() {
        let mut entry = archive.by_index(number).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        all.push((entry.name().unwrap().into_owned(), content));
    }
    all
}

/// The bytes as anybody could read them: as they are, unpacked, as UTF-16.
fn readings(bytes: &[u8]) -> Vec<String> {
    let mut unpacked = Vec::new();
    let _ = GzDecoder::new(bytes).read_to_end(&mut unpacked);
    let wide = |of: fn([u8; 2]) -> u16| {
        let units: Vec<_> = bytes
            .chunks_exact(2)
            .map(|pair| of([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    vec![
        String::from_utf8_lossy(bytes).into_owned(),
        String::from_utf8_lossy(&unpacked).into_owned(),
        wide(u16::from_le_bytes),
        wide(u16::from_be_bytes),
    ]
}

#[test]
fn nothing_planted_survives_anywhere_in_the_archive() {
    let desk = Desk::new();
    let output = desk.whole();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let entries = entries(&desk.path("x.zip"));
    let texts = entries
        .iter()
        .filter(|(name, _)| name.starts_with("journaux/") && name.ends_with(".txt"));
    assert_eq!(texts.count(), LOGS.len(), "every log is there");
    let raw = fs::read(desk.path("x.zip")).unwrap();
    let all = entries
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()));
    let survivors: Vec<_> = all
        .chain([("the archive itself", raw.as_slice())])
        .flat_map(|(name, content)| {
            let readings: Vec<_> = readings(content)
                .into_iter()
                .chain([name.to_owned()])
                .collect();
            let left = PLANTED
                .iter()
                .filter(move |it| readings.iter().any(|text| text.contains(**it)));
            left.map(|it| format!("{it} in {name}")).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(survivors, Vec::<String>::new());
    for (name, content) in &entries {
        let said = [&output.stdout, &output.stderr];
        assert!(!content.is_empty(), "{name}");
        for text in said.map(|text| String::from_utf8_lossy(text).into_owned()) {
            let told = text
                .lines()
                .filter(|line| !line.contains("x.zip"))
                .collect::<Vec<_>>()
                .join("\n");
            let left: Vec<_> = PLANTED.iter().filter(|it| told.contains(**it)).collect();
            assert!(left.is_empty(), "{left:?} in {told}");
        }
    }
}

#[test]
fn what_says_what_failed_is_still_there_and_pseudonyms_are_the_same_everywhere() {
    let desk = Desk::new();
    desk.whole();
    let entries = entries(&desk.path("x.zip"));
    let logs = entries
        .iter()
        .filter(|(name, _)| name.ends_with(".txt") && name.starts_with("journaux/"));
    let users: Vec<_> = logs
        .map(|(name, content)| {
            let text = String::from_utf8(content.clone()).unwrap();
            assert!(
                text.contains("TCP_DENIED/407") && text.contains("tom.gip-cps.fr:443"),
                "{name}: {text}"
            );
            let line = text.lines().find(|line| line.contains("/407")).unwrap();
            line.split(' ')
                .find(|word| word.contains('#'))
                .unwrap()
                .to_owned()
        })
        .collect();
    assert!(users.windows(2).all(|pair| pair[0] == pair[1]), "{users:?}");
}

#[test]
fn the_manifest_is_true_of_every_file() {
    let desk = Desk::new();
    desk.whole();
    let entries = entries(&desk.path("x.zip"));
    let of = |name: &str| &entries.iter().find(|(it, _)| it == name).unwrap().1;
    let manifest: Value = serde_json::from_slice(of("manifest.json")).unwrap();
    let files = manifest["files"].as_array().unwrap();
    assert_eq!(files.len() + 1, entries.len());
    let folder = tempfile::tempdir().unwrap();
    let mut list = String::new();
    for file in files {
        let name = file["name"].as_str().unwrap();
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, of(name)).unwrap();
        list += &format!("{}  {name}\n", file["sha256"].as_str().unwrap());
    }
    fs::write(folder.path().join("list"), list).unwrap();
    let sums = Command::new("sha256sum")
        .args(["--quiet", "-c", "list"])
        .current_dir(folder.path())
        .status();
    assert!(sums.unwrap().success());
    assert_eq!(
        manifest["send_to"]["email"],
        "monserviceclient.eservices@esante.gouv.fr"
    );
    assert!(
        manifest["masked"].as_array().unwrap().len() > 4,
        "{manifest}"
    );
}

#[test]
fn it_is_its_owners_alone_and_replaces_nothing() {
    let desk = Desk::new();
    let arguments = ["--from", "report.json", "--yes", "-o", "x.zip"];
    assert_eq!(desk.run(&arguments).status.code(), Some(0));
    let mode = fs::metadata(desk.path("x.zip"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = fs::read(desk.path("x.zip")).unwrap();
    let output = desk.run(&arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("x.zip : existe déjà"), "{said}");
    assert_eq!(fs::read(desk.path("x.zip")).unwrap(), before);
}

#[test]
fn where_nobody_can_say_yes_nothing_is_written() {
    let desk = Desk::new();
    // no terminal of its own
    let output = Command::new("setsid")
        .args([
            "-w",
            env!("CARGO_BIN_EXE_tomcheck"),
            "bundle",
            "--from",
            "report.json",
            "-o",
            "x.zip",
        ])
        .current_dir(desk.folder.path())
        .env("LC_ALL", "fr_FR.UTF-8")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--yes"));
    assert!(!desk.path("x.zip").exists());
}

#[test]
fn it_ends_with_whom_to_send_it_to_and_the_verdict_first() {
    let desk = Desk::new();
    let output = desk.run(&["--from", "report.json", "--yes", "-o", "x.zip"]);
    let said = String::from_utf8(output.stdout).unwrap();
    let place = |text: &str| {
        said.find(text)
            .unwrap_or_else(|| panic!("{text} in {said}"))
    };
    assert!(place("Dossier écrit") < place("monserviceclient.eservices@esante.gouv.fr"));
    assert!(place("Objet :") < place("Bonjour"));
    assert!(place("BLOQUÉ") < place("Bonjour"));
    let preview = String::from_utf8(output.stderr).unwrap();
    assert!(
        preview.contains("Masqué :") && preview.contains("report.json"),
        "{preview}"
    );
}

#[test]
fn another_desk_gets_its_own_bundles() {
    let desk = Desk::new();
    let settings = "[support]\nname = \"DSI\"\nemail = \"assistance@etab.example\"\n";
    fs::write(desk.path("s.toml"), settings).unwrap();
    let arguments = [
        "--from",
        "report.json",
        "--yes",
        "-o",
        "x.zip",
        "--json",
        "--config",
        "s.toml",
    ];
    let output = desk.run(&arguments);
    let manifest: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(manifest["send_to"]["email"], "assistance@etab.example");
    assert_eq!(manifest["send_to"]["phone"], "");
    assert_eq!(manifest["schema"], "tomcheck-bundle/1");
}

#[test]
fn a_live_bundle_holds_the_report_of_this_machine_and_what_is_installed() {
    let desk = Desk::new();
    let java = desk.path(".java/deployment/log");
    fs::create_dir_all(&java).unwrap();
    fs::write(java.join("plugin.trace"), CONSOLE).unwrap();
    let output = desk.run(&[
        "--yes",
        "-o",
        "x.zip",
        "--only",
        "module",
        "--deadline",
        "20",
    ]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let entries = entries(&desk.path("x.zip"));
    let of = |name: &str| &entries.iter().find(|(it, _)| it == name).unwrap().1;
    let report: Value = serde_json::from_slice(of("report.json")).unwrap();
    assert_eq!(report["redacted"], true);
    let judged = judged(&desk, of("report.json"));
    assert_eq!(
        judged["verdict"], report["verdict"],
        "masked as it is, it is judged the same"
    );
    let inventory: Value = serde_json::from_slice(of("inventaire.json")).unwrap();
    assert_eq!(inventory["schema"], "tomcheck-inventory/1");
    let log = String::from_utf8(of("journaux/1.txt").clone()).unwrap();
    assert!(
        log.contains("Authentication failure") && !log.contains("tilleuls"),
        "{log}"
    );
}

/// A console of Java, where Java leaves it.
const CONSOLE: &str = "network: Connexion de https://tom.gip-cps.fr/ avec proxy=HTTP @ proxy.chu-tilleuls.fr/192.0.2.7:3128\njava.io.IOException: Authentication failure\n";

/// What `tomcheck judge` says of a report.
fn judged(desk: &Desk, report: &[u8]) -> Value {
    fs::write(desk.path("sent.json"), report).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_tomcheck"))
        .args(["judge", "sent.json", "--json"])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn what_is_no_report_is_told_in_one_line() {
    let desk = Desk::new();
    for from in ["LIBRECHT.log", "absent.json"] {
        let output = desk.run(&["--from", from, "--yes", "-o", "x.zip"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.lines().count() == 1 && said.contains(from), "{said}");
        assert!(!desk.path("x.zip").exists());
    }
}
