//! What does a real squid answer, and what is made of it?
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tomcheck_diagnosis::{Deadline, Finding, Lang, Observation, Pseudonyms};
use tomcheck_proxy::{
    Control, Credentials, Environment, HeldEnd, IdleProbe, ProxyDetail, ProxyPlaces, Setting,
    SiteUrl, SourcesProbe, Tunnel, TunnelProbe, TunnelSeen,
};
use tomcheck_testkit::{Squid, SquidOptions};

const PASSWORD: &str = "hunter2-of-the-test";
/// `secretary:` and the password, in base64.
const ENCODED: &str = "c2VjcmV0YXJ5Omh1bnRlcjItb2YtdGhlLXRlc3Q=";

fn probe(squid: &Squid, host: &str, port: u16) -> TunnelProbe {
    let Setting::Proxy { address, .. } = Setting::parse(&squid.url()).unwrap() else {
        panic!("squid's URL is that of a proxy");
    };
    TunnelProbe::new(
        address,
        host,
        port,
        Deadline::after(Duration::from_secs(20)),
    )
}

fn credentials(password: &str) -> Option<Credentials> {
    let setting = Setting::parse(&format!("http://secretary:{password}@squid:1")).unwrap();
    setting.credentials().cloned()
}

fn with_authentication() -> Squid {
    Squid::start(&SquidOptions {
        auth: Some(("secretary".into(), PASSWORD.into())),
        ..SquidOptions::default()
    })
}

/// A site that says back what it is told.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut buffer = [0; 1024];
            while let Ok(length @ 1..) = stream.read(&mut buffer) {
                stream.write_all(&buffer[..length]).unwrap();
            }
        }
    });
    address
}

async fn says_back(mut tunnel: Tunnel) {
    for word in ["first", "and then a second word"] {
        tunnel.write_all(word.as_bytes()).await.unwrap();
        let mut back = vec![0; word.len()];
        tunnel.read_exact(&mut back).await.unwrap();
        assert_eq!(back, word.as_bytes());
    }
}

fn only_finding(seen: &TunnelSeen) -> Finding {
    let mut findings = seen.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    let finding = findings.remove(0);
    for lang in [Lang::Fr, Lang::En] {
        let mut texts = finding.steps(lang, "windows");
        texts.extend(finding.steps(lang, "linux"));
        texts.push(finding.title(lang));
        assert!(!texts.iter().any(|text| text.contains('…')), "{texts:?}");
    }
    finding
}

fn evidence(finding: &Finding, key: &str) -> Vec<String> {
    let evidence = finding
        .evidence
        .iter()
        .filter(|evidence| evidence.key == key);
    evidence.map(|evidence| evidence.render(Lang::En)).collect()
}

#[tokio::test]
async fn an_open_tunnel_carries_bytes_both_ways() {
    let squid = Squid::start(&SquidOptions::default());
    let site = echo();
    let (seen, tunnel) = probe(&squid, "127.0.0.1", site.port()).observe().await;
    assert!(seen.is_open(), "{seen:?}");
    assert_eq!(
        seen.reply().unwrap().status_line,
        "HTTP/1.1 200 Connection established"
    );
    assert_eq!(seen.findings(), []);
    says_back(tunnel.unwrap()).await;
}

#[tokio::test]
async fn a_407_without_credentials_keeps_every_word_of_the_proxy() {
    let squid = with_authentication();
    let (seen, tunnel) = probe(&squid, "tom.test.invalid", 443).observe().await;
    assert!(tunnel.is_none());
    let finding = only_finding(&seen);
    assert_eq!(finding.kind.code, "proxy.authentication-required");
    assert_eq!(
        evidence(&finding, "CONNECT"),
        ["HTTP/1.1 407 Proxy Authentication Required"]
    );
    assert_eq!(
        evidence(&finding, "Proxy-Authenticate"),
        [r#"Basic realm="tomcheck test""#]
    );
    assert_eq!(
        evidence(&finding, "X-Squid-Error"),
        ["ERR_CACHE_ACCESS_DENIED 0"]
    );
    assert!(
        evidence(&finding, "Via")[0].contains("squid/"),
        "{finding:?}"
    );
}

#[tokio::test]
async fn a_407_after_credentials_is_another_finding() {
    let squid = with_authentication();
    let mut probe = probe(&squid, "tom.test.invalid", 443);
    probe.credentials = credentials("not-this-one");
    let (seen, _) = probe.observe().await;
    let finding = only_finding(&seen);
    assert_eq!(finding.kind.code, "proxy.authentication-rejected");
    assert_eq!(evidence(&finding, "user"), ["secretary"]);
}

#[tokio::test]
async fn credentials_open_the_tunnel_and_the_password_is_seen_nowhere() {
    let squid = with_authentication();
    let site = echo();
    let mut probe = probe(&squid, "127.0.0.1", site.port());
    probe.credentials = credentials(PASSWORD);
    let (seen, tunnel) = probe.observe().await;
    assert!(seen.is_open(), "{seen:?}");
    let tunnel = tunnel.unwrap();
    let json = serde_json::to_string(&seen).unwrap();
    let shown = format!("{json} {seen:?} {probe:?} {tunnel:?}");
    assert!(
        !shown.contains(PASSWORD) && !shown.contains(ENCODED),
        "{shown}"
    );
    says_back(tunnel).await;

    let mut pseudonyms = Pseudonyms::new("key");
    pseudonyms.extend(seen.identities());
    assert!(!pseudonyms.mask_text(&json).contains("secretary"), "{json}");
}

#[tokio::test]
async fn a_site_on_the_deny_list_is_told_from_every_other_refusal() {
    let squid = Squid::start(&SquidOptions {
        deny: vec!["tom.test.invalid".into()],
        ..SquidOptions::default()
    });
    let (seen, tunnel) = probe(&squid, "tom.test.invalid", 443).observe().await;
    assert!(tunnel.is_none());
    let finding = only_finding(&seen);
    assert_eq!(finding.kind.code, "proxy.host-not-allowed");
    assert_eq!(evidence(&finding, "CONNECT"), ["HTTP/1.1 403 Forbidden"]);
    assert_eq!(evidence(&finding, "X-Squid-Error"), ["ERR_ACCESS_DENIED 0"]);
    assert_eq!(evidence(&finding, "title").len(), 1);
    assert!(finding.steps(Lang::Fr, "linux")[0].contains("CONNECT vers tom.test.invalid:443"));
}

#[tokio::test]
async fn a_site_the_proxy_cannot_reach_and_one_it_cannot_resolve_are_two_things() {
    let squid = Squid::start(&SquidOptions::default());
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (seen, _) = probe(&squid, "127.0.0.1", closed.port()).observe().await;
    let finding = only_finding(&seen);
    assert_eq!(finding.kind.code, "proxy.upstream-failed");
    assert_eq!(
        evidence(&finding, "X-Squid-Error"),
        ["ERR_CONNECT_FAIL 111"]
    );

    let (seen, _) = probe(&squid, "nowhere.test.invalid", 443).observe().await;
    assert_eq!(
        only_finding(&seen).kind.code,
        "proxy.upstream-dns",
        "{seen:?}"
    );
}

#[tokio::test]
async fn the_detail_key_has_what_the_contract_names() {
    let squid = with_authentication();
    let url = format!("http://secretary:{PASSWORD}@{}", squid.address());
    let sources = SourcesProbe {
        explicit: Some(Setting::parse(&url).unwrap()),
        environment: Environment::default(),
        places: ProxyPlaces::default(),
        url: SiteUrl::parse("https://tom.test.invalid/").unwrap(),
    };
    let sources = tomcheck_diagnosis::Probe::observe(&sources);
    let (tunnel, _) = probe(&squid, "tom.test.invalid", 443).observe().await;
    let detail = serde_json::to_value(ProxyDetail::new(&sources, None, Some(&tunnel))).unwrap();
    assert_eq!(detail["effective"], format!("PROXY {}", squid.address()));
    let source = &detail["sources"][0];
    assert_eq!(source["source"], "explicit");
    assert_eq!(source["where"], "--proxy");
    assert_eq!(source["value"], format!("http://***@{}", squid.address()));
    assert_eq!(source["answer_for_url"], detail["effective"]);
    assert_eq!(detail["connect"]["schemes"][0], "Basic");
    assert!(
        detail["connect"]["product"]
            .as_str()
            .unwrap()
            .starts_with("Squid")
    );
    for absent in ["pac", "exceptions", "interception"] {
        assert!(detail[absent].is_null(), "{absent}");
    }
    assert!(!detail.to_string().contains(PASSWORD));
}

#[tokio::test]
async fn what_is_refused_is_told_by_name_by_address_and_beside_another_site() {
    let squid = Squid::start(&SquidOptions {
        deny: vec!["tom.test.invalid".into(), "other.test.invalid".into()],
        local_names: vec!["fine.test.invalid".into()],
        ..SquidOptions::default()
    });
    let site = echo();
    let address = [site.ip()];
    let other = |name: &str| Control::at(&format!("{name}.test.invalid:{}", site.port()));
    let (fine, denied, nowhere) = (other("fine"), other("other"), other("nowhere"));
    let table = [
        (&address[..], fine.as_ref(), Some("it is its name")),
        (&[], fine.as_ref(), Some("a rule refuses this one")),
        (&[], denied.as_ref(), Some("not aimed at this one")),
        (&[], nowhere.as_ref(), None),
        (&[], None, None),
    ];
    let probe = probe(&squid, "tom.test.invalid", site.port());
    for (addresses, control, expected) in table {
        let (mut seen, _) = probe.observe().await;
        probe.compare(&mut seen, addresses, control).await;
        let finding = only_finding(&seen);
        assert_eq!(finding.kind.code, "proxy.host-not-allowed");
        let note = finding.note.map(|note| note.get(Lang::En).to_owned());
        assert_eq!(note.is_some(), expected.is_some(), "{seen:?}");
        let contains = |words| note.as_deref().is_some_and(|note| note.contains(words));
        assert!(expected.is_none_or(contains), "{note:?}");
        assert_eq!(
            seen.compared.len(),
            addresses.len() + control.iter().count()
        );
    }
    // a site that passes is compared with nothing
    let passes = TunnelProbe {
        host: "127.0.0.1".to_owned(),
        ..probe
    };
    let (mut seen, _) = passes.observe().await;
    passes.compare(&mut seen, &address, fine.as_ref()).await;
    assert_eq!(seen.compared, []);
}

fn note(finding: &Finding) -> &str {
    finding.note.as_ref().map_or("", |note| note.get(Lang::En))
}

/// What a hospital's proxy says whose parent is down, of every site.
#[tokio::test]
async fn a_dead_parent_proxy_is_not_taken_for_a_fault_of_dns() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let parent = closed.local_addr().unwrap();
    drop(closed);
    let chained = Squid::start(&SquidOptions {
        parent: Some(parent),
        local_names: vec!["tom.test.invalid".into()],
        ..SquidOptions::default()
    });
    let site = echo();
    let probe = probe(&chained, "tom.test.invalid", site.port());
    let other = Control::at(&format!("other.test.invalid:{}", site.port()));
    for (addresses, says) in [
        (&[site.ip()][..], "no path to the site, even by its address"),
        (&[], "its DNS does not find the site or its parent proxy"),
    ] {
        let (mut seen, _) = probe.observe().await;
        assert_eq!(
            seen.reply().unwrap().values("x-squid-error").next(),
            Some("ERR_CANNOT_FORWARD 0"),
            "{seen:?}"
        );
        probe.compare(&mut seen, addresses, other.as_ref()).await;
        let finding = only_finding(&seen);
        assert_eq!(finding.kind.code, "proxy.upstream-failed", "{seen:?}");
        assert!(note(&finding).contains(says), "{finding:?}");
    }
}

#[tokio::test]
async fn what_the_proxy_does_not_reach_is_told_beside_another_site() {
    let squid = Squid::start(&SquidOptions {
        local_names: vec!["tom.test.invalid".into(), "fine.test.invalid".into()],
        ..SquidOptions::default()
    });
    let site = echo();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let shut = closed.local_addr().unwrap().port();
    drop(closed);
    let fine = Control::at(&format!("fine.test.invalid:{}", site.port()));
    let cut_off = Control::at(&format!("fine.test.invalid:{shut}"));
    let address = [site.ip()];
    let table = [
        (
            "tom",
            shut,
            &[][..],
            &fine,
            "failed",
            "reaches another site",
        ),
        (
            "tom",
            shut,
            &[],
            &cut_off,
            "failed",
            "not reach another site",
        ),
        (
            "none",
            site.port(),
            &address,
            &fine,
            "dns",
            "it is its name",
        ),
        (
            "none",
            site.port(),
            &[],
            &fine,
            "dns",
            "reaches another site",
        ),
    ];
    for (name, port, addresses, control, kind, says) in table {
        let probe = probe(&squid, &format!("{name}.test.invalid"), port);
        let (mut seen, _) = probe.observe().await;
        probe.compare(&mut seen, addresses, control.as_ref()).await;
        let finding = only_finding(&seen);
        assert_eq!(
            finding.kind.code,
            format!("proxy.upstream-{kind}"),
            "{seen:?}"
        );
        assert!(note(&finding).contains(says), "{name}:{port} {finding:?}");
    }
}

/// Many filters send to their page instead of refusing outright.
#[tokio::test]
async fn a_filter_that_redirects_every_site_is_told_to_aim_at_none() {
    let squid = Squid::start(&SquidOptions {
        first_lines: "acl tunnels method CONNECT\n\
                      deny_info 302:http://page.test.invalid/ tunnels\n\
                      http_access deny tunnels\n"
            .into(),
        ..SquidOptions::default()
    });
    let probe = probe(&squid, "tom.test.invalid", 443);
    let (mut seen, _) = probe.observe().await;
    let other = Control::at("other.test.invalid:443");
    probe.compare(&mut seen, &[], other.as_ref()).await;
    assert_eq!(seen.reply().unwrap().status, 302);
    let finding = only_finding(&seen);
    assert_eq!(finding.kind.code, "proxy.host-not-allowed");
    assert!(note(&finding).contains("not aimed at this one"), "{seen:?}");
}

#[tokio::test]
async fn a_silent_tunnel_is_cut_when_squid_is_told_to() {
    let site = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = site.local_addr().unwrap();
    let impatient = Squid::start(&SquidOptions {
        cuts_idle_after: Some(Duration::from_secs(1)),
        ..SquidOptions::default()
    });
    let (seen, tunnel) = probe(&impatient, "127.0.0.1", to.port()).observe().await;
    let idle = IdleProbe {
        tunnel: tunnel.unwrap(),
        direct: Some(to),
        deadline: Deadline::after(Duration::from_secs(6)),
    };
    let idle = idle.observe(&seen).await;
    let finding = idle.findings().remove(0);
    assert_eq!(finding.kind.code, "proxy.closes-idle-tunnels", "{idle:?}");
    assert_eq!(idle.direct.unwrap().end, HeldEnd::Open);

    let patient = Squid::start(&SquidOptions::default());
    let (seen, tunnel) = probe(&patient, "127.0.0.1", to.port()).observe().await;
    let idle = IdleProbe {
        tunnel: tunnel.unwrap(),
        direct: None,
        deadline: Deadline::after(Duration::from_secs(1)),
    };
    assert_eq!(idle.observe(&seen).await.findings(), []);
}
