//! Which readers does this machine have, and which card is in the chosen one?
//!
//! ```console
//! $ cargo run -p tomcheck-examples --bin list_readers [READER]
//! ```

#![expect(clippy::print_stdout, reason = "an example shows what it found")]

use std::time::Duration;

use tomcheck_diagnosis::{Deadline, Lang, Observation, Probe};
use tomcheck_reader::{CardProbe, ReadersProbe, ServiceProbe, SystemPcsc};

fn main() {
    let pcsc = SystemPcsc::new();
    let deadline = Deadline::after(Duration::from_secs(5));

    let service = ServiceProbe::new(&pcsc, deadline).observe();
    println!("{service:?}");
    say(&service);

    let readers = ReadersProbe::new(&pcsc, std::env::args().nth(1), deadline).observe();
    for reader in &readers.readers {
        println!("{}: {:?}", reader.name, reader.look);
    }
    say(&readers);

    let card = CardProbe::new(&pcsc, &readers, deadline).observe();
    println!("{card:?}");
    say(&card);
}

fn say(seen: &impl Observation) {
    for finding in seen.findings() {
        println!("{}: {}", finding.kind.code, finding.title(Lang::En));
        for evidence in &finding.evidence {
            let (label, value) = (evidence.label(Lang::En), evidence.render(Lang::En));
            println!("    {label}: {value}");
        }
    }
}
