//! Any text as a script, and as a script's answer: no file, no network but names, and an end.
#![no_main]

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use tomcheck_proxy::{PacAnswer, PacEngine, PacLimits, PacResolver};

struct Nobody;

impl PacResolver for Nobody {
    fn resolve(&self, _: &str, _: Duration) -> Vec<IpAddr> {
        Vec::new()
    }

    fn own_addresses(&self) -> Vec<IpAddr> {
        Vec::new()
    }
}

fuzz_target!(|text: &str| {
    let answer = PacAnswer::parse(text);
    assert!(!answer.routes.is_empty());
    let limits = PacLimits {
        time: Duration::from_millis(20),
        ..PacLimits::default()
    };
    let begun = Instant::now();
    let inner = format!("function FindProxyForURL(url, host) {{ {text}\n}}");
    for script in [text, &inner] {
        if let Ok(engine) = PacEngine::load(script, Arc::new(Nobody), limits) {
            let _ = engine.find("https://tom.example/", "tom.example");
        }
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "it was stopped");
});
