//! What becomes of a log's failures where the machine itself was looked at?

use tomcheck::VerdictStatus;
use tomcheck::trace::Live;

use crate::squid::challenge;
use crate::traced::{OK, TOM, of_log, traced_with, verdict};

/// What the probes of a machine said of `host` just now: these parts of the path in order.
fn live(host: &str, in_order: &[&str]) -> Live {
    let mut report = serde_json::to_value(of_log("")).unwrap();
    let probe = |layer: &&str| {
        serde_json::json!({
            "id": format!("{layer}.x"), "layer": layer, "status": "ok", "blocked_by": null,
            "reason": null, "duration_ms": 1, "observation": {},
        })
    };
    report["probes"] = in_order.iter().map(probe).collect();
    report["target"] = serde_json::json!({ "name": host, "url": format!("https://{host}/") });
    Live::of(&serde_json::from_value(report).unwrap())
}

#[test]
fn a_failure_that_this_machine_does_not_show_any_more_is_void_and_no_other() {
    let of = |log: &str, live: Live| {
        traced_with(&[("a.log", log.as_bytes())], |options| {
            options.live = Some(live)
        })
        .report
    };
    let console = format!(
        "network: Connexion de https://{TOM}/ avec proxy=HTTP @ proxy.xxx.yy/192.0.2.7:3128\n\
         java.io.IOException: Authentication failure\n"
    );
    let asks = (VerdictStatus::Blocked, "proxy.authentication-required");
    let report = of(&console, live(TOM, &["network", "proxy"]));
    assert_eq!(verdict(&report), OK);
    assert_eq!(report.findings[0].code, "trace.stale");
    assert_eq!(report.details["trace"]["live"]["host"], TOM);
    for (log, live) in [
        (&console, live(TOM, &["network"])),
        (&console, live("other.example", &["network", "proxy"])),
        // whose workstation is not this one
        (
            &challenge(1, "10.0.0.5", TOM),
            live(TOM, &["network", "proxy"]),
        ),
    ] {
        assert_eq!(verdict(&of(log, live)), asks, "{log}");
    }
}
