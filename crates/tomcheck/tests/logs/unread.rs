//! What is said of files that were not read?

use std::io::Write;

use tomcheck::VerdictStatus;

use crate::squid::reached;
use crate::traced::{TOM, read, traced, verdict};

#[test]
fn what_was_not_read_is_not_in_order() {
    let mut cut = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    cut.write_all(reached(1, "10.0.0.5", TOM).repeat(100).as_bytes())
        .unwrap();
    let mut cut = cut.finish().unwrap();
    cut.truncate(cut.len() - 9);
    for (name, content) in [
        ("system.evtx", b"ElfFile\0\0\0\0\0".as_slice()),
        ("empty.log", b""),
        ("notes.txt", b"acheter du pain\n"),
        ("cut.gz", &cut),
    ] {
        let report = traced(&[(name, content)]).report;
        assert_eq!(
            verdict(&report),
            (VerdictStatus::Undetermined, ""),
            "{name}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let report = read(folder.path(), &["absent.log"], |_| {}).report;
    assert_eq!(verdict(&report), (VerdictStatus::Undetermined, ""));
    let good = reached(1, "10.0.0.5", TOM);
    let report = traced(&[
        ("good.log", good.as_bytes()),
        ("system.evtx", b"ElfFile\0\0\0\0\0"),
    ])
    .report;
    assert_eq!(verdict(&report), (VerdictStatus::Undetermined, ""));
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}
