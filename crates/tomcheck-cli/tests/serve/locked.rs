//! Is the page shut to everybody but who knows its address and sits here?

use std::net::TcpStream;

use rustix::process::Signal;
use tomcheck_testkit::isolated;

use crate::serving::{Answer, Serving, program};

#[test]
fn only_the_whole_address_shows_anything_and_a_wrong_one_is_like_any_other() {
    isolated(|_| {
        let page = Serving::card_only();
        assert_eq!(page.get("").status, 200);
        let host = [("Host", page.host())];
        let wrong = "A".repeat(page.base().len() - 2);
        let unknown = page.get("nothing");
        assert_eq!(unknown.status, 404);
        for path in [
            "/",
            "/favicon.ico",
            &format!("/{wrong}/"),
            &format!("/{wrong}/events"),
        ] {
            let answer = page.ask("GET", path, &host, "");
            assert_eq!(
                (answer.status, &answer.body),
                (404, &unknown.body),
                "{path}"
            );
        }
        let bare = page.ask("GET", page.base().trim_end_matches('/'), &host, "");
        assert_eq!(bare.status, 404);
    });
}

#[test]
fn a_name_that_somebody_made_lead_here_opens_nothing() {
    isolated(|_| {
        let page = Serving::card_only();
        let port = page.host().split(':').nth(1).unwrap().to_owned();
        let foreign = format!("attacker.example:{port}");
        for (method, below) in [("GET", ""), ("GET", "events"), ("POST", "refresh")] {
            let path = format!("{}{below}", page.base());
            let origin = format!("http://{foreign}");
            let head = [("Host", &*foreign), ("Origin", &*origin)];
            let answer = page.ask(method, &path, &head, "");
            assert_eq!(answer.status, 421, "{method} {below}");
            assert!(!answer.body.contains("Virtual PCD"), "{}", answer.body);
        }
        let local = format!("localhost:{port}");
        let answer = page.ask("GET", &page.base(), &[("Host", &local)], "");
        assert_eq!(answer.status, 200);
    });
}

#[test]
fn another_site_has_nothing_done_even_with_the_address() {
    isolated(|_| {
        let page = Serving::card_only();
        let before = page.report(None);
        let ask = |origin: &str, site: &str| {
            let head = [
                ("Host", page.host()),
                ("Origin", origin),
                ("Sec-Fetch-Site", site),
                ("Content-Type", "application/x-www-form-urlencoded"),
            ];
            page.ask("POST", &format!("{}run", page.base()), &head, "part=all")
        };
        let own = format!("http://{}", page.host());
        for (origin, site) in [
            ("https://attacker.example", "cross-site"),
            ("http://localhost:1", "same-site"),
            ("null", "cross-site"),
            (&own, "cross-site"),
        ] {
            assert_eq!(ask(origin, site).status, 403, "{origin} {site}");
        }
        let without = page.ask(
            "POST",
            &format!("{}run", page.base()),
            &[("Host", page.host())],
            "",
        );
        assert_eq!(without.status, 403);
        assert_eq!(page.report(None), before, "a diagnosis was made");
        assert_eq!(ask("null", "same-origin").status, 303);
    });
}

#[test]
fn every_answer_is_kept_by_nobody_framed_by_nobody_and_fetches_nothing_from_elsewhere() {
    isolated(|_| {
        let page = Serving::card_only();
        page.report(None);
        let below = [
            "",
            "style.css",
            "page.js",
            "icon.svg",
            "report.json",
            "report.html",
            "no",
        ];
        let answers: Vec<_> = below.iter().map(|below| page.get(below)).collect();
        for answer in &answers {
            is_locked(answer);
        }
        // neither does the page name anything that is not its own
        let html = &answers[0].body;
        let named = [" href=\"", " src=\"", " action=\"", "url="];
        for named in named.iter().flat_map(|name| html.split(name).skip(1)) {
            let own = named.split('"').next().unwrap();
            assert!(!own.contains("//"), "{own}");
        }
        for inline in ["<script>", "<style", " style=", "onclick", "javascript:"] {
            assert!(!html.contains(inline), "{inline}");
        }
    });
}

fn is_locked(answer: &Answer) {
    let head = &answer.head;
    for line in [
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "x-frame-options: deny",
        "cross-origin-resource-policy: same-origin",
        "content-security-policy: default-src 'none';",
        "frame-ancestors 'none'",
    ] {
        assert!(head.contains(line), "{line}: {head}");
    }
    for line in ["access-control", "unsafe", "server:"] {
        assert!(!head.contains(line), "{line}: {head}");
    }
}

#[test]
fn it_listens_on_this_machine_alone_and_says_so() {
    isolated(|_| {
        let output = program(&["--with-pin"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("--allow-pin"), "{said}");
        let page = Serving::card_only();
        assert!(page.url.starts_with("http://127.0.0.1:"), "{}", page.url);
        let port: u16 = page.host().split(':').nth(1).unwrap().parse().unwrap();
        // another address of this machine's own
        assert!(TcpStream::connect(("127.0.0.2", port)).is_err());
        let port = port.to_string();
        let taken = program(&["--port", &port]).output().unwrap();
        assert_eq!(taken.status.code(), Some(2));
        let said = String::from_utf8(taken.stderr).unwrap();
        assert!(
            said.contains(&format!("impossible d'écouter sur 127.0.0.1:{port}")),
            "{said}"
        );
    });
}

#[test]
fn a_wrong_way_of_asking_is_said() {
    isolated(|_| {
        let page = Serving::card_only();
        assert_eq!(page.get("run").status, 405);
        assert_eq!(page.post("events", "").status, 405);
        assert_eq!(page.post("", "").status, 405);
        assert_eq!(page.post("nothing", "").status, 404);
        assert_eq!(page.post("run", "part=nothing").status, 400);
        assert_eq!(page.post("mode", "mode=other").status, 400);
        let answer = page.post("file", "x=y");
        assert_eq!(answer.status, 400, "{answer:?}");
    });
}

#[test]
fn it_ends_at_once_although_pages_are_open() {
    isolated(|_| {
        for signal in [Signal::INT, Signal::TERM] {
            let mut page = Serving::card_only();
            page.report(None);
            let mut changes = [page.listen(), page.listen()];
            changes.iter_mut().for_each(|changes| drop(changes.next()));
            let _idle = page.connect();
            assert!(page.signalled(signal).success());
            assert_eq!(page.complaints(), [""; 0]);
        }
    });
}
