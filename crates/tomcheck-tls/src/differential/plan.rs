//! What is worth trying next?

use super::hello::is_name;
use super::judge::{Verdict, verdict};
use super::seen::{DifferentialSeen, HelloKind, Symptom, TrialSeen, Way};

/// One hello on one way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Trial {
    pub(crate) hello: HelloKind,
    pub(crate) way: Way,
}

/// How much is wanted, and which ways there are.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    /// All that may be asked is asked, whatever the first answers say.
    pub(crate) is_thorough: bool,
    /// The ways beside the usual one.
    pub(crate) other_ways: Vec<Way>,
}

/// The next trial; none: what was seen says enough, or there is nothing left to try.
pub(crate) fn next(seen: &DifferentialSeen, wishes: &Wishes) -> Option<Trial> {
    if seen.trials.len() >= DifferentialSeen::MOST_TRIALS {
        return None;
    }
    let verdict = verdict(seen);
    let open = |trial: &Trial| is_possible(*trial, seen) && !is_tried(*trial, seen);
    let proof = verdict.iter().flat_map(proofs).find(open);
    let is_enough = verdict.is_some() && !wishes.is_thorough;
    proof.or_else(|| {
        trials(seen, wishes)
            .into_iter()
            .find(open)
            .filter(|_| !is_enough)
    })
}

fn is_tried(trial: Trial, seen: &DifferentialSeen) -> bool {
    let same = |tried: &TrialSeen| tried.hello == trial.hello && tried.way == trial.way;
    seen.trials.iter().any(same)
}

fn is_possible(trial: Trial, seen: &DifferentialSeen) -> bool {
    let names = matches!(trial.hello, HelloKind::WithoutName | HelloKind::OtherName);
    let chooses_segments = matches!(trial.way, Way::SmallSegments { .. });
    (!names || is_name(&seen.server_name)) && (!chooses_segments || !seen.is_proxied)
}

/// What must be known too before this may be said.
fn proofs(verdict: &Verdict) -> Vec<Trial> {
    use HelloKind::{Large, OtherName, Padded, Small, Tls10, Tls11, Tls12Only, WithoutName};
    match verdict {
        Verdict::LargeDropped { .. } => vec![
            usual(Small),
            usual(Padded),
            Trial {
                hello: Large,
                way: Way::SMALL_SEGMENTS,
            },
        ],
        Verdict::NameCut => vec![usual(Small), usual(WithoutName), usual(OtherName)],
        Verdict::NameUnknown => vec![usual(WithoutName), usual(OtherName)],
        Verdict::OldVersions { .. } => vec![usual(Tls12Only), usual(Tls11), usual(Tls10)],
        _ => vec![],
    }
}

const fn usual(hello: HelloKind) -> Trial {
    Trial {
        hello,
        way: Way::Usual,
    }
}

/// All that may tell something, the most telling first.
fn trials(seen: &DifferentialSeen, wishes: &Wishes) -> Vec<Trial> {
    let others = wishes.other_ways.iter().take(MOST_OTHER_WAYS).copied();
    let of = |step: &Step| -> Vec<Trial> {
        match step {
            Step::Hello(hello) => vec![usual(*hello)],
            Step::Segments => vec![usual_by(Way::SMALL_SEGMENTS)],
            Step::OtherWays => others.clone().map(usual_by).collect(),
        }
    };
    let steps = match seen.symptom {
        Symptom::Passed if !wishes.is_thorough => ROUTINE,
        symptom => steps(symptom),
    };
    steps.iter().flat_map(of).collect()
}

/// Where all went well, there is still what browsers send and rustls does not.
const ROUTINE: &[Step] = &[Step::Hello(HelloKind::Large)];

const fn usual_by(way: Way) -> Trial {
    let hello = HelloKind::Usual;
    Trial { hello, way }
}

/// One trial, or those of one kind.
enum Step {
    Hello(HelloKind),
    /// The usual hello in small segments.
    Segments,
    /// The usual hello by each other address, or past the proxy.
    OtherWays,
}

const fn steps(symptom: Symptom) -> &'static [Step] {
    use HelloKind::{
        Http1, Http2, Large, OldCiphers, OtherName, Small, Ssl3, Tls10, Tls11, Tls12Only,
        Tls13Only, Usual, WithoutName,
    };
    use Step::{Hello, OtherWays, Segments};
    match symptom {
        Symptom::Passed => &[
            Hello(Large),
            Hello(Tls13Only),
            Hello(Tls12Only),
            Hello(Tls11),
            Hello(Tls10),
            Hello(OldCiphers),
            Segments,
            OtherWays,
            Hello(WithoutName),
            Hello(Http2),
        ],
        Symptom::Cut => &[
            Hello(Usual),
            Segments,
            Hello(Small),
            Hello(WithoutName),
            OtherWays,
            Hello(Tls12Only),
            Hello(OtherName),
            Hello(OldCiphers),
            Hello(Tls10),
        ],
        Symptom::Stalled => &[
            Hello(Usual),
            Segments,
            Hello(Tls12Only),
            OtherWays,
            Hello(Tls13Only),
        ],
        Symptom::OldVersion
        | Symptom::Refused {
            alert: PROTOCOL_VERSION,
        } => &[
            Hello(Usual),
            Hello(Tls12Only),
            Hello(Tls11),
            Hello(Tls10),
            Hello(Ssl3),
            OtherWays,
            Hello(OldCiphers),
            Hello(OtherName),
        ],
        Symptom::Refused {
            alert: NO_APPLICATION_PROTOCOL,
        } => &[
            Hello(Usual),
            Hello(Http1),
            Hello(Http2),
            OtherWays,
            Hello(WithoutName),
        ],
        Symptom::Refused { .. } => &[
            Hello(Usual),
            Hello(OldCiphers),
            Hello(WithoutName),
            Hello(OtherName),
            Hello(Tls12Only),
            Hello(Tls11),
            Hello(Tls10),
            OtherWays,
        ],
        Symptom::NotTls => &[OtherWays],
    }
}

const MOST_OTHER_WAYS: usize = 2;
pub(super) const PROTOCOL_VERSION: u8 = 70;
pub(super) const NO_APPLICATION_PROTOCOL: u8 = 120;

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use proptest::prelude::*;
    use tomcheck_diagnosis::{ForeignFailure, Lang, Observation, Severity};

    use super::*;
    use crate::differential::seen::{Ended, Outcome};
    use crate::differential::{Numbered, ServerHello};

    fn answered(version: u16, cipher: u16) -> Outcome {
        let number = |number, name: Option<&str>| Numbered {
            number,
            name: name.map(str::to_owned),
        };
        let chosen = ServerHello {
            version: number(version, None),
            cipher: number(cipher, None),
            group: None,
            is_retry: false,
        };
        Outcome::Answered {
            chosen,
            whole: None,
        }
    }

    fn reset() -> Outcome {
        let failure = ForeignFailure::decimal("read", 104).named("ECONNRESET");
        Outcome::Broken { failure }
    }

    fn alert(number: u8) -> Outcome {
        Outcome::Alert { number, name: None }
    }

    fn unknown(symptom: Symptom) -> DifferentialSeen {
        DifferentialSeen {
            server_name: "tom.example".to_owned(),
            port: 443,
            symptom,
            offered: vec![],
            is_proxied: false,
            address: None,
            trials: vec![],
            ended: Ended::Enough,
        }
    }

    /// All trials in this world, one after the other.
    fn explore(
        mut seen: DifferentialSeen,
        wishes: &Wishes,
        mut world: impl FnMut(Trial) -> Outcome,
    ) -> DifferentialSeen {
        while let Some(trial) = next(&seen, wishes) {
            seen.trials.push(TrialSeen {
                hello: trial.hello,
                way: trial.way,
                length: 200,
                outcome: world(trial),
                received: 0,
                elapsed_us: 1,
            });
        }
        seen
    }

    const SYMPTOMS: [Symptom; 8] = [
        Symptom::Passed,
        Symptom::Cut,
        Symptom::Stalled,
        Symptom::Refused { alert: 40 },
        Symptom::Refused { alert: 70 },
        Symptom::Refused { alert: 120 },
        Symptom::OldVersion,
        Symptom::NotTls,
    ];

    fn other_ways() -> Vec<Way> {
        let address = |n: u8| Way::Address {
            address: IpAddr::from([192, 0, 2, n]),
        };
        (1..9).map(address).collect()
    }

    proptest! {
        #[test]
        fn whatever_comes_back_no_trial_is_made_twice_and_never_more_than_twelve(
            symptom in 0_usize..8,
            is_thorough in any::<bool>(),
            is_proxied in any::<bool>(),
            answers in proptest::collection::vec(0_u8..6, 12),
        ) {
            let wishes = Wishes { is_thorough, other_ways: other_ways() };
            let seen = DifferentialSeen { is_proxied, ..unknown(SYMPTOMS[symptom]) };
            let mut answers = answers.into_iter();
            let seen = explore(seen, &wishes, |_| match answers.next().unwrap() {
                0 => reset(),
                1 => alert(40),
                2 => answered(0x0304, 0x1301),
                3 => answered(0x0301, 0x002F),
                4 => Outcome::Silent { waited_ms: 2500 },
                _ => Outcome::NotTls,
            });
            prop_assert!(seen.trials.len() <= DifferentialSeen::MOST_TRIALS);
            for (index, trial) in seen.trials.iter().enumerate() {
                let twin = |other: &TrialSeen| other.hello == trial.hello && other.way == trial.way;
                prop_assert!(!seen.trials[..index].iter().any(twin));
                let chooses = matches!(trial.way, Way::SmallSegments { .. });
                prop_assert!(!(is_proxied && chooses), "a proxy chooses its segments itself");
            }
        }
    }

    #[test]
    fn an_address_is_not_tried_with_or_without_a_name() {
        let mut seen = unknown(Symptom::Cut);
        seen.server_name = "192.0.2.7".to_owned();
        let seen = explore(seen, &Wishes::default(), |_| reset());
        let named = [HelloKind::WithoutName, HelloKind::OtherName];
        assert!(
            seen.trials
                .iter()
                .all(|trial| !named.contains(&trial.hello))
        );
        assert_eq!(verdict(&seen), None);
    }

    #[test]
    fn a_post_quantum_key_that_is_stopped_is_told_from_size_and_size_from_lost_packets() {
        let explore = |world: fn(Trial) -> bool| {
            let passed = unknown(Symptom::Passed);
            let seen = explore(passed, &Wishes::default(), |trial| match world(trial) {
                true => answered(0x0304, 0x1301),
                false => reset(),
            });
            verdict(&seen)
        };
        assert_eq!(
            explore(|trial| trial.hello != HelloKind::Large),
            Some(Verdict::LargeDropped {
                is_for_its_share: true
            })
        );
        assert_eq!(
            explore(|trial| !matches!(trial.hello, HelloKind::Large | HelloKind::Padded)),
            Some(Verdict::LargeDropped {
                is_for_its_share: false
            })
        );
        assert_eq!(
            explore(|trial| trial.way != Way::Usual || trial.hello == HelloKind::Small),
            Some(Verdict::SegmentsDropped)
        );
    }

    #[test]
    fn a_failure_that_came_once_blames_neither_the_name_nor_the_version() {
        let once = |symptom, lost: fn(Trial) -> bool| {
            explore(unknown(symptom), &Wishes::default(), |trial| {
                match lost(trial) {
                    true => reset(),
                    false => answered(0x0304, 0x1301),
                }
            })
        };
        let usual = |trial: Trial| trial.hello == HelloKind::Usual && trial.way == Way::Usual;
        assert_eq!(
            verdict(&once(Symptom::Cut, usual)),
            Some(Verdict::Intermittent)
        );
        // one large message lost, all others pass
        let large = |trial: Trial| trial.hello == HelloKind::Large && trial.way == Way::Usual;
        let seen = once(Symptom::Passed, large);
        assert!(
            seen.trials
                .iter()
                .any(|trial| trial.hello == HelloKind::Small)
        );
        assert_eq!(seen.findings()[0].severity, Severity::Warning);
        // after that one nothing passes any more: the site, not the size
        let gone = once(Symptom::Passed, |_| true);
        assert!(!matches!(
            verdict(&gone),
            Some(Verdict::LargeDropped { .. })
        ));
    }

    #[test]
    fn a_box_that_resets_what_it_can_read_is_no_lost_packet() {
        let seen = explore(unknown(Symptom::Cut), &Wishes::default(), |trial| {
            let named = !matches!(trial.hello, HelloKind::WithoutName | HelloKind::OtherName);
            match named && trial.way == Way::Usual {
                true => reset(),
                false => answered(0x0304, 0x1301),
            }
        });
        assert_eq!(verdict(&seen), Some(Verdict::NameCut));
    }

    #[test]
    fn a_cipher_that_browsers_have_is_no_fault_of_the_site() {
        let severity = |cipher| {
            let seen = unknown(Symptom::Refused { alert: 40 });
            let seen = explore(seen, &Wishes::default(), |trial| match trial.hello {
                HelloKind::OldCiphers => answered(0x0303, cipher),
                _ => alert(40),
            });
            match verdict(&seen) {
                Some(Verdict::OldCipher { is_in_browsers, .. }) => is_in_browsers,
                other => panic!("{other:?}"),
            }
        };
        assert!(severity(0x009C) && !severity(0x000A));
    }

    #[test]
    fn an_address_that_passes_is_named_and_a_name_the_server_does_not_know_too() {
        let wishes = Wishes {
            is_thorough: false,
            other_ways: other_ways(),
        };
        let by_address = explore(unknown(Symptom::Cut), &wishes, |trial| match trial.way {
            Way::Address { .. } => answered(0x0304, 0x1301),
            _ => reset(),
        });
        let first = IpAddr::from([192, 0, 2, 1]);
        assert_eq!(verdict(&by_address), Some(Verdict::OtherAddress(first)));
        let by_name = unknown(Symptom::Refused { alert: 112 });
        let by_name = explore(by_name, &wishes, |trial| match trial.hello {
            HelloKind::WithoutName | HelloKind::OtherName => answered(0x0304, 0x1301),
            _ => alert(112),
        });
        assert_eq!(verdict(&by_name), Some(Verdict::NameUnknown));
    }

    #[test]
    fn a_family_that_fails_is_told_from_one_address_that_does() {
        let told = |usual: &str| {
            let mut seen = unknown(Symptom::Passed);
            seen.address = Some(usual.parse().unwrap());
            let wishes = Wishes {
                is_thorough: true,
                other_ways: other_ways(),
            };
            let seen = explore(seen, &wishes, |trial| match trial.way {
                Way::Address { .. } => reset(),
                _ => answered(0x0304, 0x1301),
            });
            let mut findings = seen.findings();
            assert_eq!(findings.len(), 1, "{findings:?}");
            findings.remove(0)
        };
        let family = told("2001:db8::1");
        assert_eq!(family.kind.code, "network.ipv6-broken");
        assert!(family.title(Lang::Fr).contains("en IPv6 mais pas en IPv4"));
        let address = told("192.0.2.77");
        assert_eq!(address.kind.code, "tls.reset-by-middlebox");
        assert_eq!(address.severity, Severity::Warning);
        assert!(
            address.title(Lang::Fr).ends_with("192.0.2.1, 192.0.2.2"),
            "{address:?}"
        );
    }

    #[test]
    fn a_server_that_answers_everything_in_tls_1_0_speaks_that() {
        let seen = unknown(Symptom::OldVersion);
        let seen = explore(seen, &Wishes::default(), |_| answered(0x0301, 0x002F));
        let spoken = Verdict::OldVersions(vec!["0x0301".to_owned()]);
        assert_eq!(verdict(&seen), Some(spoken));
        assert!(seen.trials.len() <= 4, "{seen:?}");
    }

    #[test]
    fn no_protocol_announced_may_be_what_a_server_refuses() {
        let seen = unknown(Symptom::Refused { alert: 120 });
        let seen = explore(seen, &Wishes::default(), |trial| match trial.hello {
            HelloKind::Http1 => answered(0x0304, 0x1301),
            _ => alert(120),
        });
        assert_eq!(verdict(&seen), Some(Verdict::ProtocolWanted));
        assert_eq!(seen.trials.len(), 2);
    }
}
