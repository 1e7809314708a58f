//! Where one try of the code porteur is left, nobody is asked to type it in vain.
#![cfg(target_os = "linux")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tomcheck::{Layer, Options, Pin, PinEntry, Quiet, Scope, Target, WorkerCommand, diagnose};
use tomcheck_testkit::{CardOptions, Holder, Pki, Profile, Purpose, Variant, isolated, modules};

/// Notes that somebody was asked.
struct Asked(Arc<AtomicBool>);

impl PinEntry for Asked {
    fn enter(&self) -> Option<Pin> {
        self.0.store(true, Ordering::Relaxed);
        Pin::parse("1234".into()).ok()
    }
}

#[test]
fn the_last_try_is_neither_asked_for_nor_spent_unless_told_so() {
    isolated(|station| {
        let person = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
        let card =
            CardOptions::new().authentication_pair(person.key().clone(), person.certificate_der());
        let card = station.insert(Profile::Piv, card).unwrap();
        card.set_tries(1);
        let asked = Arc::new(AtomicBool::new(false));

        let worker = WorkerCommand::of_program(env!("CARGO_BIN_EXE_tomcheck"));
        let target = Target::parse("https://localhost/").unwrap();
        let mut options = Options::new(Scope::Check(target), worker);
        let only = [Layer::Cert].into_iter().collect();
        options.layers = options.scope.layers_among(Some(&only), &Default::default());
        options.module = Some(modules::opensc().unwrap());
        options.deadline = Duration::from_secs(60);
        options.pin = Some(Box::new(Asked(Arc::clone(&asked))));

        let report = diagnose(&options, &Quiet).unwrap();
        let told = report
            .findings
            .iter()
            .any(|it| it.code == "token.pin-final-try");
        assert!(told, "{report:#?}");
        assert!(!asked.load(Ordering::Relaxed), "it was asked for");
        assert_eq!((card.presentations(), card.tries_left()), (0, 1));
    });
}
