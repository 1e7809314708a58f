//! Does it all work with a module that has no card?
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]
#![cfg(target_os = "linux")]

mod common;

use std::time::Duration;

use common::softhsm::{token_of_two, token_with};
use common::{codes, command, identity, initialised, pin, started, token_of};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
use tomcheck_cert::{
    CallFailure, CertificateProbe, FinalTry, Hash, KeyIds, LoginProbe, LoginSeen, NotTried,
    PrivateKeys, SignMechanism, SignatureCheck, Worker,
};
use tomcheck_diagnosis::{Instant, Lang, Observation, Probe};
use tomcheck_testkit::modules::{ModuleFault, breaking_at_pss};
use tomcheck_testkit::{Identity, Purpose, isolated};

const ID: &[u8] = &[0x01];

#[test]
fn the_token_is_read_then_opened_then_signs() {
    isolated(|station| {
        let holder = identity(Purpose::Authentication);
        let worker = started(&token_with(&station, &holder));
        let token = token_of(&worker);
        assert_eq!(token.label.reveal(), "TEST");
        assert_eq!(token.certificates[0].id, ID);
        assert_eq!(token.certificates[0].der, holder.certificate_der());
        assert_eq!(token.private_keys, PrivateKeys::HiddenUntilLogin);
        assert!(token.has_mechanism(0x1) && token.has_mechanism(0xD));

        let login = LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse)
            .signing(ID, holder.certificate_der());
        let seen = login.observe();
        let LoginSeen::LoggedIn {
            signature,
            further,
            keys,
        } = &seen
        else {
            panic!("{seen:?}")
        };
        assert!(
            matches!(signature, SignatureCheck::Verified { .. }),
            "{signature:?}"
        );
        assert!(
            matches!(keys, PrivateKeys::Listed(keys) if keys[0].id == ID),
            "{keys:?}"
        );
        let [SignatureCheck::Verified { mechanism }] = further.as_slice() else {
            panic!("{further:?}")
        };
        assert_eq!(mechanism.name(), "CKM_RSA_PKCS_PSS", "as TLS 1.3 wants it");
        assert_eq!(codes(&seen), Vec::<&str>::new());
        let again = login.observe();
        assert_eq!(
            again,
            LoginSeen::NotTried {
                reason: NotTried::AlreadyUsed
            }
        );

        pss_signs_and_verifies(&worker, token.slot, &holder);
        let no_key = worker
            .sign(token.slot, &[9], SignMechanism::RsaPkcs, b"x")
            .unwrap_err();
        assert!(matches!(no_key, CallFailure::NoSuchKey { .. }), "{no_key}");
    });
}

/// TLS 1.3 would come to it: it is a fault, though another way to sign works.
#[test]
fn a_module_that_dies_of_pss_is_told_with_the_call_and_the_mechanism() {
    for (fault, code) in [
        (ModuleFault::Crash, "module.crashed"),
        (ModuleFault::Hang, "module.hung"),
    ] {
        isolated(|station| {
            let holder = identity(Purpose::Authentication);
            let real = token_with(&station, &holder);
            let module = breaking_at_pss(station.directory(), &real, fault).unwrap();
            let worker = Worker::start(&command(), &module, Duration::from_secs(5)).unwrap();
            let worker = initialised(worker);
            let token = token_of(&worker);
            let seen = LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse)
                .signing(ID, holder.certificate_der())
                .observe();
            let LoginSeen::LoggedIn { signature, .. } = &seen else {
                panic!("{seen:?}")
            };
            assert!(matches!(signature, SignatureCheck::Verified { .. }));
            assert_eq!(codes(&seen), [code]);
            let evidence = seen.findings().remove(0).evidence;
            let said: Vec<_> = evidence.iter().map(|it| it.render(Lang::En)).collect();
            for wanted in ["C_Sign", "CKM_RSA_PKCS_PSS"] {
                assert!(said.contains(&wanted.to_owned()), "{said:?}");
            }
        });
    }
}

/// A card takes half a second for each signature, and a client is waited for.
#[test]
fn for_a_client_the_key_signs_once_and_a_second_time_only_where_it_refuses_pss() {
    for (is_refused, deciding, others) in
        [(false, "CKM_RSA_PKCS_PSS", 0), (true, "CKM_RSA_PKCS", 1)]
    {
        isolated(|station| {
            let holder = identity(Purpose::Authentication);
            let real = token_with(&station, &holder);
            let module = match is_refused {
                true => breaking_at_pss(station.directory(), &real, ModuleFault::None).unwrap(),
                false => real,
            };
            let worker = started(&module);
            let token = token_of(&worker);
            let seen = LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse)
                .signing_once(ID, holder.certificate_der())
                .observe();
            let LoginSeen::LoggedIn {
                signature: SignatureCheck::Verified { mechanism },
                further,
                ..
            } = &seen
            else {
                panic!("{seen:?}")
            };
            assert_eq!((mechanism.name(), further.len()), (deciding, others));
            assert_eq!(codes(&seen), Vec::<&str>::new(), "no fault, either way");
        });
    }
}

fn pss_signs_and_verifies(worker: &tomcheck_cert::Worker, slot: u64, holder: &Identity) {
    let message = b"a message";
    let digest = ring::digest::digest(&ring::digest::SHA256, message);
    let pss = SignMechanism::RsaPkcsPss {
        hash: Hash::Sha256,
        salt: 32,
    };
    let signature = worker.sign(slot, ID, pss, digest.as_ref()).unwrap();
    let (_, certificate) = x509_parser::parse_x509_certificate(holder.certificate_der()).unwrap();
    let key = &certificate.public_key().subject_public_key.data;
    let verify = |algorithm, signature: &[u8]| {
        UnparsedPublicKey::new(algorithm, key).verify(message, signature)
    };
    verify(&RSA_PSS_2048_8192_SHA256, &signature).unwrap();
    let whole = worker
        .sign(slot, ID, SignMechanism::Sha256RsaPkcs, message)
        .unwrap();
    verify(&RSA_PKCS1_2048_8192_SHA256, &whole).unwrap();
}

#[test]
fn a_wrong_code_is_presented_once_and_said() {
    isolated(|station| {
        let holder = identity(Purpose::Authentication);
        let worker = started(&token_with(&station, &holder));
        let token = token_of(&worker);
        let login = LoginProbe::new(&worker, &token, pin("9999"), FinalTry::Refuse);
        let seen = login.observe();
        let LoginSeen::Refused { failure, .. } = &seen else {
            panic!("{seen:?}")
        };
        assert_eq!((failure.call.as_ref(), failure.code), ("C_Login", 0xA0));
        assert_eq!(codes(&seen), ["token.pin-incorrect"]);
        // SoftHSM counts no further than this
        let token = token_of(&worker);
        assert!(token.flags.pin_count_low(), "{:?}", token.flags);
        let signing = worker.sign(token.slot, ID, SignMechanism::RsaPkcs, b"x");
        assert!(signing.is_err(), "no login, no key");
    });
}

#[test]
fn a_certificate_of_another_key_does_not_verify() {
    isolated(|station| {
        let worker = started(&token_with(&station, &identity(Purpose::Authentication)));
        let token = token_of(&worker);
        let other = identity(Purpose::Signature);
        let seen = LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse)
            .signing(ID, other.certificate_der())
            .observe();
        assert_eq!(codes(&seen), ["token.sign-failed"], "{seen:?}");
    });
}

#[test]
fn what_was_seen_survives_a_report_and_names_nobody_once_masked() {
    isolated(|station| {
        let holder = identity(Purpose::Authentication);
        let worker = started(&token_with(&station, &holder));
        let seen = tomcheck_cert::TokenProbe::new(&worker, None).observe();
        let mut json = serde_json::to_value(&seen).unwrap();
        let back: tomcheck_cert::TokenSeen = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(back, seen);
        let mut pseudonyms = tomcheck_diagnosis::Pseudonyms::new("key");
        pseudonyms.extend(seen.identities());
        pseudonyms.mask(&mut json);
        let text = json.to_string();
        let token = seen.token().unwrap();
        assert!(
            !text.contains(token.serial.reveal()),
            "the serial number is masked"
        );
        assert!(!text.contains("3082"), "the certificate is masked: {text}");
        assert!(!format!("{seen:?}").contains(token.serial.reveal()));
    });
}

/// SoftHSM shows its keys after login only.
#[test]
fn another_key_under_the_id_of_the_certificate_is_told_by_its_modulus() {
    isolated(|station| {
        let (holder, other) = (
            identity(Purpose::Authentication),
            identity(Purpose::Signature),
        );
        let judged = |key: &Identity| {
            let worker = started(&token_of_two(&station, key, &holder));
            let token = token_of(&worker);
            let now = Instant::now();
            let keys = KeyIds::from(&token.private_keys);
            let before = CertificateProbe::new(&token.certificates, keys, now).observe();
            assert_eq!(codes(&before), [""; 0]);
            let login = LoginProbe::new(&worker, &token, pin("1234"), FinalTry::Refuse);
            let LoginSeen::LoggedIn { keys, .. } = login.observe() else {
                panic!("no login")
            };
            let after = CertificateProbe::new(&token.certificates, &keys, now);
            let after = after.with_values_of(&keys).observe();
            let added = before.judge_with(&keys).map(|finding| finding.kind.code);
            (codes(&after), added)
        };
        let mismatch = "cert.key-mismatch";
        assert_eq!(judged(&other), (vec![mismatch], Some(mismatch)));
        assert_eq!(judged(&holder), (vec![], None));
    });
}
