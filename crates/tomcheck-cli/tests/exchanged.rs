//! A card that is exchanged while its holder types the code porteur gets no code, from end to end.
//!
//! The program asks for the code before it looks, and so nobody can exchange a card in time there:
//! the library is what asks in between.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::sync::Arc;
use std::time::Duration;

use tomcheck::{
    FinalTry, Layer, Options, Pin, PinEntry, Quiet, Scope, Target, WorkerCommand, diagnose,
};
use tomcheck_testkit::{
    CardOptions, Holder, Pki, Profile, Purpose, Variant, VirtualCard, isolated, modules,
};

/// Takes the one card out and puts the other in, then types the code.
struct Exchanging {
    first: Arc<VirtualCard>,
    second: Arc<VirtualCard>,
}

impl PinEntry for Exchanging {
    fn enter(&self) -> Option<Pin> {
        self.first.remove();
        self.second.insert().unwrap();
        Pin::parse("1234".into()).ok()
    }
}

fn card(serial: &str) -> CardOptions {
    let person = Pki::shared().person(Holder::Cpe, Purpose::Authentication, Variant::Valid);
    CardOptions::new()
        .serial(serial)
        .authentication_pair(person.key().clone(), person.certificate_der())
}

#[test]
fn a_card_exchanged_while_the_code_is_typed_is_the_cause_and_gets_no_code() {
    isolated(|station| {
        let first = station.insert(Profile::Piv, card("12345678")).unwrap();
        first.remove();
        let second = station.insert(Profile::Piv, card("87654321")).unwrap();
        second.remove();
        first.insert().unwrap();
        let (first, second) = (Arc::new(first), Arc::new(second));

        let worker = WorkerCommand::of_program(env!("CARGO_BIN_EXE_tomcheck"));
        let target = Target::parse("https://localhost/").unwrap();
        let mut options = Options::new(Scope::Check(target), worker);
        let only = [Layer::Cert].into_iter().collect();
        options.layers = options.scope.layers_among(Some(&only), &Default::default());
        options.module = Some(modules::opensc().unwrap());
        options.deadline = Duration::from_secs(60);
        options.final_try = FinalTry::Refuse;
        options.pin = Some(Box::new(Exchanging {
            first: Arc::clone(&first),
            second: Arc::clone(&second),
        }));

        let report = diagnose(&options, &Quiet).unwrap();
        let cause = report.verdict.root_cause.as_deref();
        assert_eq!(cause, Some("token.exchanged"), "{report:#?}");
        assert_eq!(report.findings.first().unwrap().code, "token.exchanged");
        for card in [&first, &second] {
            assert_eq!((card.presentations(), card.tries_left()), (0, 3));
        }
    });
}
