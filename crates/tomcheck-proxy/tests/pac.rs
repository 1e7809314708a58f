//! What comes of following a script: from where it lies to what it means?
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use tomcheck_diagnosis::{Deadline, Lang, Observation};
use tomcheck_proxy::{PacLimits, PacProbe, PacResolver, PacSeen, Route, Setting, SiteUrl};

/// A server that gives each path its answer.
fn server(answers: &[(&'static str, String)]) -> SocketAddr {
    let answers: HashMap<&str, String> = answers.iter().cloned().collect();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap_or(0);
            let request =
                String::from_utf8_lossy(request.get(..length).unwrap_or_default()).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            let absent = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned();
            let _ = stream.write_all(answers.get(path).unwrap_or(&absent).as_bytes());
        }
    });
    address
}

fn ok(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn to(place: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n")
}

struct Slow(Duration);

impl PacResolver for Slow {
    fn resolve(&self, _: &str, limit: Duration) -> Vec<IpAddr> {
        std::thread::sleep(self.0.min(limit));
        Vec::new()
    }

    fn own_addresses(&self) -> Vec<IpAddr> {
        Vec::new()
    }
}

fn probe(url: &str) -> PacProbe {
    let deadline = Deadline::after(Duration::from_secs(60));
    PacProbe {
        resolver: Arc::new(Slow(Duration::ZERO)),
        limits: PacLimits {
            time: Duration::from_secs(30),
            ..PacLimits::default()
        },
        ..PacProbe::new(url, "--proxy", SiteUrl::https("tom.example", 443), deadline)
    }
}

fn observe(probe: &PacProbe) -> PacSeen {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(probe.observe())
}

fn codes(seen: &PacSeen) -> Vec<&'static str> {
    seen.findings()
        .iter()
        .map(|finding| finding.kind.code)
        .collect()
}

fn answer(seen: &PacSeen) -> &str {
    seen.answer
        .as_ref()
        .map_or("", |answer| answer.text.as_str())
}

const SCRIPT: &str =
    "function FindProxyForURL(url, host) {\n  return \"PROXY \" + host + \":3128\";\n}";

#[test]
fn a_script_is_fetched_and_redirections_are_followed() {
    let address = server(&[
        ("/proxy.pac", ok(SCRIPT)),
        ("/a", to("/b")),
        ("/b", to("proxy.pac")),
        ("/file", to("file:///etc/hostname")),
        ("/loop", to("/loop")),
        ("/long", ok(&" ".repeat(1 << 21))),
    ]);
    let of = |path: &str| observe(&probe(&format!("http://{address}{path}")));
    let seen = of("/a");
    assert_eq!(answer(&seen), "PROXY tom.example:3128");
    assert_eq!(
        seen.found.as_ref().unwrap().url,
        format!("http://{address}/proxy.pac")
    );
    assert_eq!(seen.winning_line.as_ref().unwrap().number, 2);
    assert_eq!(codes(&seen), Vec::<&str>::new());
    let table = [
        ("/absent", "HTTP Not Found 404"),
        ("/file", "HTTP redirected off the web 302"),
        ("/loop", "HTTP more than 5 redirections 302"),
        ("/long", "PAC more than 1 MB 0"),
    ];
    for (path, failure) in table {
        let seen = of(path);
        assert_eq!(codes(&seen), ["proxy.pac-unreachable"], "{path}");
        assert_eq!(seen.not_fetched[0].failure.to_string(), failure, "{path}");
        assert_eq!(seen.ways().unwrap()[0].to_string(), "DIRECT");
    }
}

/// Who asked the host behind the `@` would let anybody choose the proxy.
#[test]
fn an_at_in_a_path_or_query_is_no_other_host() {
    let path = "/a@b/p.pac?u=jean@chu.invalid";
    let address = server(&[(path, ok(SCRIPT))]);
    for before in ["", "u:secret@"] {
        let url = format!("http://{before}{address}{path}");
        let setting = Setting::parse(&format!("pac:{url}")).unwrap();
        let shown = format!(
            "{setting} {setting:?} {:?} {}",
            setting.route(),
            setting.route()
        );
        assert!(!shown.contains("secret"), "{shown}");
        let Route::Pac { url } = setting.route() else {
            unreachable!("{shown}");
        };
        let seen = observe(&probe(&url));
        assert_eq!(answer(&seen), "PROXY tom.example:3128", "{seen:?}");
        let json = serde_json::to_string(&(&seen, setting.route())).unwrap();
        assert!(!json.contains("secret"), "{json}");
    }
}

/// Browsers fetch it all the same: what they do then is not ours to say.
#[test]
fn a_script_that_only_we_cannot_fetch_is_not_called_absent() {
    let address = server(&[("/away", to("https://127.0.0.1:1/proxy.pac"))]);
    for url in [
        "https://127.0.0.1:1/proxy.pac".to_owned(),
        "file://server/share/proxy.pac".to_owned(),
        format!("http://{address}/away"),
    ] {
        let seen = observe(&probe(&url));
        assert_eq!(codes(&seen), ["proxy.pac-not-evaluated"], "{url}");
        assert_eq!(seen.ways(), None);
    }
}

#[test]
fn a_page_in_the_place_of_a_script_is_told_as_one() {
    let seen = observe(&probe("data:,<!DOCTYPE html>"));
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "proxy.pac-invalid");
    assert!(
        finding
            .title(Lang::Fr)
            .ends_with("c'est une page web, pas un script")
    );
}

#[test]
fn an_answer_that_cannot_be_read_is_told_and_what_can_be_is_followed() {
    let of = |answer: &str| {
        observe(&probe(&format!(
            "data:,function FindProxyForURL() {{ return '{answer}' }}"
        )))
    };
    let partly = of("PROXI a:1; PROXY b:2");
    assert_eq!(codes(&partly), ["proxy.pac-invalid"]);
    assert_eq!(partly.ways().unwrap()[0].to_string(), "PROXY b:2");
    let wholly = of("proxy.chu.example:3128");
    assert_eq!(wholly.ways().unwrap()[0].to_string(), "DIRECT");
    let title = wholly.findings()[0].title(Lang::En);
    assert!(
        title.ends_with("its answer names no proxy that can be read"),
        "{title}"
    );
    assert_eq!(
        codes(&of("")),
        Vec::<&str>::new(),
        "an empty answer is DIRECT, everywhere"
    );
}

#[test]
fn names_that_take_long_are_told_and_cost_the_script_nothing() {
    let script = "data:,function FindProxyForURL(u, h) { isResolvable('a'); isResolvable('a'); \
                  alert('asked'); return 'DIRECT' }";
    let slow = PacProbe {
        resolver: Arc::new(Slow(Duration::from_secs(2))),
        limits: PacLimits::default(),
        ..probe(script)
    };
    let seen = observe(&slow);
    assert_eq!(answer(&seen), "DIRECT", "{seen:?}");
    assert_eq!(
        (seen.names, seen.alerts.as_slice()),
        (1, ["asked".to_owned()].as_slice())
    );
    assert_eq!(codes(&seen), ["proxy.pac-timeout"]);
}

#[test]
fn each_address_is_asked_for_too() {
    let script = "data:,function FindProxyForURL(url, host) { \
                  return dnsDomainIs(host, '.example') || host == '2001:db8::1' \
                  ? 'DIRECT' : 'PROXY p:1' }";
    let addresses = ["192.0.2.1", "192.0.2.2", "2001:db8::1"];
    let probe = PacProbe {
        addresses: addresses
            .iter()
            .map(|address| address.parse().unwrap())
            .collect(),
        ..probe(script)
    };
    let seen = observe(&probe);
    let finding = seen.findings().remove(0);
    assert_eq!(finding.kind.code, "proxy.pac-address-differs");
    let step = &finding.steps(Lang::En, "linux")[0];
    let rule = "if (host == \"192.0.2.1\" || host == \"192.0.2.2\") return \"DIRECT\";";
    assert!(step.ends_with(rule), "{step}");
}

#[test]
fn a_url_is_handed_over_as_browsers_do_and_the_line_holds_no_password() {
    let script = "data:,function FindProxyForURL(url, host) {\n\
                  var p = 'PROXY http://user:hunter2@p:1'; return url;\n}";
    let seen = observe(&probe(&script.replace('\n', "%0A")));
    assert_eq!(answer(&seen), "https://tom.example/");
    let other = PacProbe {
        site: SiteUrl::https("tom.example", 8443),
        ..probe("data:,function FindProxyForURL(url) { return url }")
    };
    assert_eq!(answer(&observe(&other)), "https://tom.example:8443/");
    assert!(!format!("{seen:?}").contains("hunter2"));
}

/// A function of the engine that looks at no clock keeps its thread, not the caller.
#[test]
fn nobody_waits_for_a_script_that_cannot_be_stopped() {
    let script = "data:,function FindProxyForURL() { \
                  return '' + Array.prototype.indexOf.call({length: 2 ** 40}, 1) }";
    let probe = PacProbe {
        deadline: Deadline::after(Duration::from_secs(2)),
        ..probe(script)
    };
    let seen = observe(&probe);
    assert_eq!(codes(&seen), ["proxy.pac-timeout"]);
    assert_eq!(seen.ways(), None);
}

#[test]
fn a_script_seen_can_be_read_back() {
    let seen = observe(&probe(&format!("data:,{}", SCRIPT.replace('\n', "%0A"))));
    let json = serde_json::to_string(&seen).unwrap();
    assert_eq!(serde_json::from_str::<PacSeen>(&json).unwrap(), seen);
}
