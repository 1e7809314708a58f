//! What comes of asking a plain address, directly and through a real squid?
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use tomcheck_diagnosis::Deadline;
use tomcheck_proxy::{
    Credentials, Memory, PlainFailure, PlainPhase, PlainRequest, ProxyAddress, Route, Setting,
};
use tomcheck_testkit::{RevocationSite, Squid, SquidLogin, SquidOptions};
use zeroize::Zeroizing;

const LIST: &str = "http://igc-sante.test.invalid/CRL/ACI-ST-PP-TEST.crl";

fn request(url: &str, route: Route) -> PlainRequest {
    PlainRequest::get(url, route, Deadline::after(Duration::from_secs(10)))
}

fn through(squid: &Squid) -> Route {
    Setting::parse(&squid.url()).unwrap().route()
}

fn squid_for(site: &RevocationSite, auth: Option<(String, String)>) -> Squid {
    Squid::start(&options_for(site, auth))
}

fn options_for(site: &RevocationSite, auth: Option<(String, String)>) -> SquidOptions {
    SquidOptions {
        origins: vec![(RevocationSite::LISTS.to_owned(), site.address())],
        auth,
        ..SquidOptions::default()
    }
}

fn failure(request: PlainRequest) -> PlainFailure {
    request.open().map(|_| ()).unwrap_err()
}

fn said(failure: &PlainFailure) -> (PlainPhase, String) {
    (failure.phase, failure.failure.to_string())
}

/// A site that sends these bytes, keeps the connection for `hold`, and hangs up.
fn site(answer: &'static [u8], hold: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer);
            std::thread::sleep(hold);
        }
    });
    address
}

#[test]
fn a_list_comes_whole_directly_and_through_squid() {
    let lists = RevocationSite::start();
    let squid = squid_for(&lists, None);
    let mut bodies = Vec::new();
    let direct = LIST.replace(RevocationSite::LISTS, &lists.address().to_string());
    for (url, route) in [(direct.as_str(), Route::Direct), (LIST, through(&squid))] {
        let mut body = Vec::new();
        let mut open = request(url, route).open().unwrap();
        open.read_to_end(&mut body).unwrap();
        bodies.push(body);
    }
    assert!(bodies[0].starts_with(&[0x30, 0x82]) && bodies[0] == bodies[1]);
    assert_eq!(lists.lists(), 2);
    assert!(squid.comes_to_log(&format!("GET {LIST}")));
}

#[test]
fn what_is_not_there_is_told_from_what_the_proxy_refuses() {
    let lists = RevocationSite::start();
    let squid = squid_for(&lists, None);
    let absent = failure(request(&LIST.replace("ACI", "ACX"), through(&squid)));
    assert_eq!(
        said(&absent),
        (PlainPhase::Http, "HTTP Not Found 404".to_owned())
    );
    assert_eq!(absent.proxy, Some(squid.address().to_string()));
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let dead = failure(request(&format!("http://{closed}/"), through(&squid)));
    assert_eq!((dead.phase, dead.failure.code), (PlainPhase::Proxy, 503));
    assert!(
        dead.failure.to_string().contains("ERR_CONNECT_FAIL"),
        "{dead:?}"
    );
}

#[test]
fn a_proxy_that_wants_a_password_is_shown_one_where_there_is_one() {
    let lists = RevocationSite::start();
    let squid = squid_for(&lists, Some(("secretary".into(), "hunter2".into())));
    let asked = failure(request(LIST, through(&squid)));
    assert_eq!((asked.phase, asked.failure.code), (PlainPhase::Proxy, 407));
    let setting = Setting::parse("http://secretary:hunter2@squid:1").unwrap();
    let credentials: Option<Credentials> = setting.credentials().cloned();
    let shown = PlainRequest {
        credentials,
        ..request(LIST, through(&squid))
    };
    assert!(shown.open().is_ok());
}

/// Once by the proxy that asked, never to one that did not, and a wrong one once for all lists.
#[test]
fn a_password_waits_for_the_proxys_question_and_a_wrong_one_is_shown_once() {
    let lists = RevocationSite::start();
    for login in [SquidLogin::Basic, SquidLogin::Digest, SquidLogin::Ntlm] {
        let squid = Squid::start(&SquidOptions {
            login: login.clone(),
            ..options_for(&lists, Some(("secretary".into(), "hunter2".into())))
        });
        let of = |password: &str, memory: &Memory| PlainRequest {
            credentials: Some(Credentials::new(
                "secretary",
                Zeroizing::new(password.into()),
            )),
            memory: memory.clone(),
            ..request(LIST, through(&squid))
        };
        let memory = Memory::default();
        for _ in 0..2 {
            let opened = of("hunter2", &memory).open();
            assert!(opened.is_ok(), "{login:?}: {:?}", opened.err());
        }
        let wrong = Memory::default();
        for _ in 0..2 {
            let refused = failure(of("hunter3", &wrong));
            assert_eq!(refused.failure.code, 407, "{login:?}");
        }
    }
}

/// A proxy that asks nobody, as long as it is up; what came first to it is kept.
#[test]
fn a_proxy_that_does_not_ask_is_shown_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = ProxyAddress::http("127.0.0.1", listener.local_addr().unwrap().port());
    let heard = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
        String::from_utf8_lossy(&request[..length]).to_lowercase()
    });
    let shown = PlainRequest {
        credentials: Some(Credentials::new("u", Zeroizing::new("p".into()))),
        ..request(LIST, Route::Proxy(proxy))
    };
    assert!(shown.open().is_ok());
    let heard = heard.join().unwrap();
    assert!(
        heard.starts_with("get http://") && !heard.contains("authorization"),
        "{heard}"
    );
}

/// Anybody on the way may have written the script that named it.
#[test]
fn a_proxy_that_nobody_vouches_for_gets_no_password_it_can_read() {
    let lists = RevocationSite::start();
    let squid = squid_for(&lists, Some(("secretary".into(), "hunter2".into())));
    let unvouched = PlainRequest {
        credentials: Some(Credentials::new(
            "secretary",
            Zeroizing::new("hunter2".into()),
        )),
        is_vouched_for: false,
        ..request(LIST, through(&squid))
    };
    assert_eq!(failure(unvouched).failure.code, 407);
}

#[test]
fn each_step_that_fails_is_named_with_its_number() {
    let unknown = failure(request("http://absent.test.invalid/x", Route::Direct));
    assert_eq!((unknown.phase, unknown.proxy), (PlainPhase::Dns, None));
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let refused = failure(request(&format!("http://{closed}/"), Route::Direct));
    let connect = "connect ECONNREFUSED 111".to_owned();
    assert_eq!(said(&refused), (PlainPhase::Tcp, connect));
    let ssh = site(b"SSH-2.0-x\r\n", Duration::ZERO);
    let no_http = failure(request(&format!("http://{ssh}/"), Route::Direct));
    assert_eq!(no_http.phase, PlainPhase::Http);
    let pac = Route::Pac {
        url: "http://wpad/".to_owned(),
    };
    assert_eq!(failure(request(LIST, pac)).phase, PlainPhase::Route);
    let ldap = failure(request("ldap://x/y", Route::Direct));
    assert_eq!(ldap.phase, PlainPhase::Address);
}

#[test]
fn an_answer_that_never_comes_or_breaks_off_ends_in_time() {
    let silent = site(b"", Duration::from_secs(60));
    let begun = Instant::now();
    let late = PlainRequest {
        deadline: Deadline::after(Duration::from_millis(300)),
        ..request(&format!("http://{silent}/"), Route::Direct)
    };
    assert_eq!(failure(late).phase, PlainPhase::Http);
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
    let slow = site(head, Duration::from_secs(60));
    let slow = PlainRequest {
        deadline: Deadline::after(Duration::from_millis(300)),
        ..request(&format!("http://{slow}/"), Route::Direct)
    };
    let ended = slow
        .open()
        .unwrap()
        .read_to_end(&mut Vec::new())
        .unwrap_err();
    assert_eq!(ended.kind(), ErrorKind::TimedOut);
    let cut = site(head, Duration::ZERO);
    let cut = request(&format!("http://{cut}/"), Route::Direct).open();
    assert!(
        cut.unwrap().read_to_end(&mut Vec::new()).is_err(),
        "3 of 10 bytes"
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
}

/// A site whose answer goes on for as long as somebody listens, and for some seconds at most.
fn dripping() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end && stream.write_all(&[b'x'; 1 << 16]).is_ok() {}
    });
    address
}

#[test]
fn an_answer_that_always_has_one_more_part_ends_in_time() {
    let endless = PlainRequest {
        deadline: Deadline::after(Duration::from_millis(500)),
        ..request(&format!("http://{}/", dripping()), Route::Direct)
    };
    let mut body = endless.open().unwrap();
    let mut read = 0;
    let ended = loop {
        // slower than the site: the next part waits already
        std::thread::sleep(Duration::from_millis(1));
        match body.read(&mut [0; 4096]) {
            Ok(0) => panic!("the site ended first, after {read} bytes"),
            Ok(count) => read += count,
            Err(error) => break error,
        }
    };
    assert_eq!(ended.kind(), ErrorKind::TimedOut);
    assert!(read > 0);
}
