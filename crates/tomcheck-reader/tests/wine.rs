//! Is the number kept that Wine's stub of winscard.dll answers?

#![cfg(windows)]

use std::time::Duration;

use tomcheck_diagnosis::{Deadline, Lang, Observation, Probe};
use tomcheck_reader::{ServiceProbe, ServiceSeen, SystemPcsc};

#[test]
fn an_answer_that_means_neither_running_nor_stopped_is_a_refusal_with_its_number() {
    if std::env::var_os("WINEPREFIX").is_none() {
        println!("skipped: this is no Wine, its winscard.dll answers as it must");
        return;
    }
    let deadline = Deadline::after(Duration::from_secs(10));
    let seen = ServiceProbe::new(&SystemPcsc::new(), deadline).observe();
    assert!(matches!(&seen, ServiceSeen::Refused { failure, .. } if failure.code == 0x8010_0001));
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "reader.service-refused");
    let answer = finding.evidence[0].render(Lang::En);
    assert_eq!(answer, "SCARD_F_INTERNAL_ERROR 0x80100001");
}
