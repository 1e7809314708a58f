use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;
use crate::Quiet;

/// A report as an older run saved it, for somebody who wanted to see names.
fn saved(lang: Lang) -> Report {
    let text = include_str!("saved_report.json");
    let mut report: Report = serde_json::from_str(text).unwrap();
    report.lang = lang;
    report
}

fn made(logs: Vec<PathBuf>) -> Bundle {
    let mut options = BundleOptions::new(Subject::Saved(Box::new(saved(Lang::Fr))));
    options.logs = logs;
    options.hidden = vec!["Zéphirine".to_owned()];
    bundle(options, &Quiet).unwrap()
}

const LOG: &str = "\
1795729459.160      0 10.9.8.7 TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 olibrecht HIER_NONE/- text/html\r
1795729459.260      0 10.9.8.8 TCP_DENIED/407 3579 CONNECT tom.gip-cps.fr:443 zelda.quirke HIER_NONE/- text/html\r
1795729459.360     12 10.9.8.9 TCP_TUNNEL/200 9579 CONNECT www.example.fr:443 tfontanes HIER_DIRECT/192.0.2.9 -\r
Nom : LIBRECHT, Zéphirine, matricule 01417, RPPS 10003456789, code porteur : 47110815\r
proxy http://olibrecht:Tr0ub4dor@proxy.chu-tilleuls.fr:3128/ C:\\Users\\olibrecht\\x\r
";

/// None so short that a fingerprint holds it by chance.
const GONE: &[&str] = &[
    "olibrecht",
    "LIBRECHT",
    "phirine",
    "01417",
    "10003456789",
    "47110815",
    "Tr0ub4dor",
    "tilleuls",
    "620100842",
    "ONDINE",
    "PC-ORTHO",
    "zelda",
    "quirke",
    "tfontanes",
];

fn assert_clean(bundle: &Bundle) {
    for file in &bundle.files {
        for gone in GONE {
            let is_in = file.name.contains(gone) || file.content.contains(gone);
            assert!(!is_in, "{gone} in {}:\n{}", file.name, file.content);
        }
    }
}

/// The same log as it is, in UTF-16 and compressed.
fn logs(folder: &std::path::Path) -> Vec<PathBuf> {
    let plain = folder.join("LIBRECHT.log");
    fs::write(&plain, LOG).unwrap();
    let wide = folder.join("wide.log");
    let units = std::iter::once(0xfeff).chain(LOG.encode_utf16());
    fs::write(&wide, units.flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap();
    let packed = folder.join("access.log.gz");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(LOG.as_bytes()).unwrap();
    fs::write(&packed, gzip.finish().unwrap()).unwrap();
    vec![plain, wide, packed]
}

#[test]
fn nothing_of_a_person_is_in_it_whatever_the_logs_are_written_in() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = made(logs(folder.path()));
    assert_clean(&bundle);
    let excerpts = bundle.files.iter().filter(|file| file.what == EXCERPT);
    let excerpts: Vec<_> = excerpts.map(|file| file.content.as_str()).collect();
    assert_eq!(excerpts.len(), 3, "{:?}", bundle.manifest);
    for text in &excerpts {
        assert!(
            text.contains("TCP_DENIED/407") && text.contains("tom.gip-cps.fr"),
            "{text}"
        );
    }
    let user = |text: &str| {
        let at = text.find("/407").unwrap();
        let line = text[at..].lines().next().unwrap();
        line.split(' ')
            .find(|word| word.contains('#'))
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        user(excerpts[0]),
        user(excerpts[1]),
        "pseudonyms are stable"
    );
}

#[test]
fn the_manifest_lists_each_file_with_its_digest_and_what_was_hidden_by_number() {
    let bundle = made(Vec::new());
    assert_eq!(bundle.manifest.files.len() + 1, bundle.files.len());
    for (record, file) in bundle.manifest.files.iter().zip(&bundle.files) {
        assert_eq!(
            record.sha256,
            tomcheck_cert::sha256(file.content.as_bytes())
        );
        assert_eq!(
            (&record.name, record.bytes),
            (&file.name, file.content.len())
        );
    }
    let kinds: Vec<_> = bundle
        .manifest
        .masked
        .iter()
        .map(|it| it.kind.as_str())
        .collect();
    assert!(
        kinds.contains(&"user") && kinds.contains(&"id"),
        "{kinds:?}"
    );
    assert_clean(&bundle);
}

#[test]
fn a_log_that_says_nothing_or_cannot_be_read_is_told_and_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let quiet = folder.path().join("LIBRECHT.txt");
    fs::write(&quiet, "Nom : LIBRECHT\n").unwrap();
    let bundle = made(vec![quiet, folder.path().join("absent.log")]);
    assert_eq!(bundle.manifest.left_out.len(), 2, "{:?}", bundle.manifest);
    assert_clean(&bundle);
    let preview = bundle.preview(Lang::Fr);
    assert!(
        preview.contains("rien n'y dit") && preview.contains("illisible"),
        "{preview}"
    );
}

#[test]
fn the_message_says_the_verdict_first_and_to_whom_it_goes() {
    let message = made(Vec::new()).message;
    assert_eq!(message.to, "monserviceclient.eservices@esante.gouv.fr");
    assert!(message.subject.contains("BLOQUÉ"), "{message:?}");
    let lines: Vec<_> = message.body.lines().collect();
    assert_eq!(lines[0], "Bonjour,");
    assert!(
        lines[2].contains("BLOQUÉ") && lines[2].contains("proxy"),
        "{message:?}"
    );
    assert!(
        message.body.contains("proxy.authentication-required"),
        "{message:?}"
    );
}

/// The support of TOM mends no proxy of somebody else's.
#[test]
fn a_cause_at_home_is_told_before_the_support_is_written_to() {
    let message = made(Vec::new()).message;
    let text = message.text(Lang::Fr);
    assert!(
        text.starts_with("À régler chez vous : administrateur du réseau."),
        "{text}"
    );
    let request = text.find("tomcheck proxy https://tom.gip-cps.fr --request");
    let request = request.unwrap();
    assert!(request < text.find("Objet :").unwrap(), "{text}");
    assert!(!message.body.contains("extraits"), "nothing was packed");
    let folder = tempfile::tempdir().unwrap();
    let message = made(logs(folder.path())).message;
    assert!(message.body.contains("extraits de journaux"), "{message:?}");
}

#[test]
fn a_report_about_no_site_does_not_speak_of_tom() {
    let mut report = saved(Lang::Fr);
    report.target = None;
    let options = BundleOptions::new(Subject::Saved(Box::new(report)));
    let message = bundle(options, &Quiet).unwrap().message;
    assert!(message.subject.starts_with("Carte CPx : "), "{message:?}");
}

#[test]
fn what_is_for_the_sites_own_support_goes_there_at_once() {
    let mut report = saved(Lang::Fr);
    report.findings[0].remedy.audience = tomcheck_diagnosis::Audience::Issuer;
    let options = BundleOptions::new(Subject::Saved(Box::new(report)));
    let message = bundle(options, &Quiet).unwrap().message;
    assert_eq!(message.first, None);
    assert!(message.text(Lang::Fr).starts_with("À :"));
}

#[test]
fn a_report_in_french_is_sent_in_english_where_that_is_asked() {
    let mut options = BundleOptions::new(Subject::Saved(Box::new(saved(Lang::Fr))));
    options.lang = Lang::En;
    let bundle = bundle(options, &Quiet).unwrap();
    let text = |name: &str| {
        let file = bundle.files.iter().find(|file| file.name == name);
        &file.unwrap().content
    };
    for name in ["report.txt", "report.html", "message.txt"] {
        let text = text(name);
        assert!(!text.contains("Le proxy"), "{name}: {text}");
    }
    let report: Report = serde_json::from_str(text("report.json")).unwrap();
    assert_eq!(report.lang, Lang::En);
    assert_eq!(report.verdict, saved(Lang::Fr).verdict);
}

#[test]
fn the_report_in_it_is_still_a_report() {
    let bundle = made(Vec::new());
    let report = bundle
        .files
        .iter()
        .find(|file| file.name == "report.json")
        .unwrap();
    let report: Report = serde_json::from_str(&report.content).unwrap();
    assert_eq!(report.verdict, saved(Lang::Fr).verdict);
    assert!(report.redacted);
}

#[test]
fn neither_message_nor_preview_moves_the_cursor() {
    use crate::render::clean;
    let escape = "\u{1b}[2J\u{9b}\u{202e}\n";
    let mut report = saved(Lang::Fr);
    report.findings[0].title.push_str(escape);
    report.findings[0].evidence[0].value.push_str(escape);
    report.host.os_version.push_str(escape);
    let mut manifest = made(Vec::new()).manifest;
    let message = message::Message::of(&report, &manifest.send_to, false, Lang::Fr).text(Lang::Fr);
    manifest.files[0].name.push_str(escape);
    for said in [message, preview::text(&manifest, Lang::Fr)] {
        assert!(said.contains('\u{fffd}'), "{said:?}");
        assert!(said.lines().all(|line| clean(line) == line), "{said:?}");
    }
}
