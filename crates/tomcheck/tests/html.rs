//! What can no report do to its page?
//!
//! The page is well-formed XML: a strict reader of that finds every value that would have become
//! markup.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Value, json};
use tomcheck::{HtmlParts, Lang, Report, html};

fn parsed(page: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(page, options).unwrap()
}

fn all<'a>(document: &'a Document<'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    let nodes = document.descendants();
    nodes.filter(move |node| node.has_tag_name(name))
}

fn with_class<'a>(
    document: &'a Document<'a>,
    class: &'a str,
) -> impl Iterator<Item = Node<'a, 'a>> {
    let has = move |node: &Node<'_, '_>| {
        let classes = node.attribute("class").unwrap_or_default();
        classes.split(' ').any(|one| one == class)
    };
    document.descendants().filter(has)
}

fn text(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text);
    let texts = texts.filter_map(|node| node.text());
    let text = texts.collect::<Vec<_>>().join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn report(value: Value) -> Report {
    serde_json::from_value(value).unwrap()
}

/// A blocked report, in which every foreign text is `hostile`.
fn full_of(hostile: &str) -> Value {
    let finding = |code: &str, severity: &str| {
        json!({
            "code": code, "layer": "proxy", "severity": severity, "consequence_of": null,
            "title": hostile, "note": hostile,
            "evidence": [{"label": hostile, "value": hostile}],
            "remedy": {"for": "holder", "steps": [hostile, format!("`{hostile}`")]},
            "doc": hostile,
        })
    };
    let certificate = json!({
        "label": hostile, "place": "card", "found_in": [hostile], "opens_the_site": true, "error": hostile,
        "certificate": {
            "delivered_to": hostile, "delivered_by": hostile, "usages": {"key": [hostile]},
            "validity": {"not_before": "2020-01-01T00:00:00Z", "not_after": "2030-01-01T00:00:00Z"},
        },
        "authorities": [{"common_name": hostile, "found_in": [hostile]}],
    });
    json!({
        "schema": "tomcheck-report/1", "tomcheck": {"version": hostile}, "lang": "fr",
        "started_at": "2026-11-23T06:12:00Z", "duration_ms": 412,
        "host": {"os": hostile, "os_version": hostile, "arch": hostile},
        "target": {"name": hostile, "url": format!("https://{hostile}")},
        "redacted": true,
        "verdict": {"status": "blocked", "root_cause": "proxy.authentication-required"},
        "probes": [
            {"id": hostile, "layer": "module", "status": "ok", "blocked_by": null, "reason": null, "duration_ms": 3,
             "observation": {"path": hostile}},
            {"id": "module.file", "layer": "module", "status": "skipped", "blocked_by": hostile, "reason": hostile,
             "duration_ms": 3, "observation": {"path": hostile}},
        ],
        "findings": [
            finding("proxy.authentication-required", "fault"), finding(hostile, "warning"),
            finding("reader.several", "info"),
        ],
        "trace": {
            "files": [{"path": hostile, "format": hostile, "error": hostile}],
            "hits": [{"code": hostile, "path": hostile, "line": 1, "at": hostile, "excerpt": hostile}],
        },
        "check": {
            "card": {"reader": hostile, "state": hostile, "family": hostile, "generation": hostile, "label": hostile},
            "certs": [certificate],
            "proxy": {
                "sources": [{"source": hostile, "where": hostile, "value": hostile, "answer_for_url": hostile,
                             "excepted_by": hostile}],
                "effective": hostile, "pac": {"url": hostile, "result": hostile, "winning_line": hostile},
                "exceptions": {"name": {"host": hostile, "excepted_by": hostile},
                               "addresses": [{"address": hostile, "excepted_by": hostile}]},
                "connect": {"status_line": hostile, "product": hostile, "schemes": [hostile]},
            },
            "tls": {
                "phases": {hostile: {"start_us": u64::MAX, "duration_us": u64::MAX}, "dns": {"start_us": 0, "duration_us": 0}},
                "cipher": hostile, "alert": {"name": hostile, "number": 40, "sent_by": hostile, "moment": hostile},
            },
        },
    })
}

const HOSTILE: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "]]></style><!-- & &amp; &lt; {{ 7*7 }} {% raw %}",
    "\u{202e}\u{2066}\u{200f}\u{0}\u{b}\u{1b}[2J\u{ffff}\u{1fffe}\u{2028}",
    "é\u{301}\u{1f3f4}\u{e0067}𐌀",
];

#[test]
fn a_hostile_value_is_text_wherever_it_comes_from() {
    for hostile in HOSTILE {
        let page = html(&report(full_of(hostile)));
        let document = parsed(&page);
        assert_eq!(all(&document, "script").count(), 0, "{hostile}");
        assert_eq!(all(&document, "img").count(), 0, "{hostile}");
        assert_eq!(all(&document, "style").count(), 1, "{hostile}");
        let handlers = document.descendants().flat_map(|node| node.attributes());
        let mut handlers = handlers.filter(|it| {
            it.name().starts_with("on") || ["style", "href", "src"].contains(&it.name())
        });
        assert_eq!(handlers.next(), None, "{hostile}");
        let turns = |c: char| matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!page.chars().any(turns), "{hostile:?}");
    }
    let page = html(&report(full_of(HOSTILE[0])));
    let document = parsed(&page);
    let shown = with_class(&document, "certificate")
        .map(text)
        .collect::<String>();
    assert!(
        shown.contains("Délivré à <script>alert(1)</script>"),
        "{shown}"
    );
}

#[test]
fn a_value_of_ten_thousand_letters_and_five_hundred_findings_end_somewhere() {
    let long = "longtemps".repeat(1_112);
    let page = html(&report(full_of(&long)));
    parsed(&page);
    assert!(page.len() < 300_000, "{}", page.len());

    let mut many = full_of("valeur");
    let finding = many["findings"][1].clone();
    let findings = many["findings"].as_array_mut().unwrap();
    findings.extend((0..500).map(|number| {
        let mut finding = finding.clone();
        finding["title"] = format!("constat {number}").into();
        finding
    }));
    let page = html(&report(many));
    let document = parsed(&page);
    assert_eq!(with_class(&document, "finding").count(), 502);
    assert!(text(document.root_element()).contains("constat 499"));
}

#[test]
fn a_report_with_nothing_in_it_makes_a_page() {
    for (status, word) in [
        ("ok", "En ordre"),
        ("undetermined", "Indéterminé"),
        ("blocked", "Bloqué"),
    ] {
        let empty = json!({
            "schema": "tomcheck-report/1", "tomcheck": {"version": "0.1.0"}, "lang": "fr",
            "started_at": "2026-11-23T06:12:00Z", "duration_ms": 0,
            "host": {"os": "linux", "os_version": "", "arch": ""}, "target": null, "redacted": false,
            "verdict": {"status": status, "root_cause": null}, "probes": [], "findings": [],
        });
        let page = html(&report(empty));
        let document = parsed(&page);
        let title = text(all(&document, "title").next().unwrap());
        assert!(title.contains(word), "{title}");
    }
}

#[test]
fn each_language_is_said_to_be_the_page_s_own() {
    let mut value = full_of("valeur");
    for (lang, path) in [
        ("fr", "Le chemin, de la carte au site"),
        ("en", "The path, from the card to the site"),
    ] {
        value["lang"] = lang.into();
        let page = html(&report(value.clone()));
        let document = parsed(&page);
        assert_eq!(document.root_element().attribute("lang"), Some(lang));
        assert!(text(document.root_element()).contains(path), "{lang}");
    }
}

#[test]
fn the_broken_link_is_the_first_that_blocks_and_behind_it_nobody_gets() {
    let page = html(&report(full_of("valeur")));
    let document = parsed(&page);
    let stations = with_class(&document, "station").map(|station| {
        let class = station.attribute("class").unwrap_or_default();
        let link = class
            .split(' ')
            .find_map(|class| class.strip_prefix("link-"));
        (
            station.attribute("data-layer").unwrap_or_default(),
            link.unwrap_or_default(),
        )
    });
    let stations: Vec<_> = stations.collect();
    assert!(stations.contains(&("proxy", "broken")), "{stations:?}");
    assert_eq!(stations.last(), Some(&("tls", "off")));
    let broken = stations.iter().filter(|(_, link)| *link == "broken");
    assert_eq!(broken.count(), 1);
}

/// The class, and what is said beside the name.
fn station(page: &str, layer: &str) -> (String, String) {
    let document = parsed(page);
    let mut stations = with_class(&document, "station");
    let station = stations.find(|it| it.attribute("data-layer") == Some(layer));
    let station = station.unwrap();
    (
        station.attribute("class").unwrap().to_owned(),
        text(station),
    )
}

#[test]
fn a_part_is_in_order_as_far_as_it_was_looked_at_and_says_why_where_it_was_not() {
    let probe = |id: &str, layer: &str, status: &str, reason: Value| {
        json!({"id": id, "layer": layer, "status": status, "blocked_by": null, "reason": reason, "duration_ms": 1,
               "observation": {}})
    };
    let mut value = full_of("valeur");
    value.as_object_mut().unwrap().remove("trace");
    value["probes"] = json!([
        probe("cert.authentication", "cert", "ok", Value::Null),
        probe("cert.revocation", "cert", "blocked", Value::Null),
        probe("card.present", "card", "skipped", "pas demandé ici".into()),
    ]);
    let page = html(&report(value));
    let (class, said) = station(&page, "cert");
    assert!(
        class.contains("good link-off") || class.contains("good link-on"),
        "{class}"
    );
    assert!(
        said.contains("✓ en ordre") && !said.contains("proxy"),
        "{said}"
    );
    let (class, said) = station(&page, "card");
    assert!(class.contains("unseen link-off"), "{class}");
    assert!(
        said.contains("– pas regardé") && said.contains("pas demandé ici"),
        "{said}"
    );
    let looked = text(with_class(&parsed(&page), "parts").next().unwrap());
    // the narrow spaces are among those that were folded
    let why = "pas regardé : révocation du certificat (il faut d’abord régler : proxy)";
    assert!(looked.contains(why), "{looked}");
}

#[test]
fn logs_that_tell_of_no_part_of_the_path_show_none() {
    let mut value = full_of("valeur");
    value["findings"] = json!([]);
    value["probes"] = json!([]);
    value["verdict"] = json!({"status": "undetermined", "root_cause": null});
    assert_eq!(HtmlParts::new(&report(value.clone())).picture(), "");
    value.as_object_mut().unwrap().remove("trace");
    assert_ne!(HtmlParts::new(&report(value)).picture(), "");
}

#[test]
fn what_others_answered_stands_before_what_we_asked() {
    let mut value = full_of("valeur");
    value["findings"][0]["evidence"] = json!([
        {"key": "site", "label": "site", "value": "notre question"},
        {"key": "proxy", "label": "le proxy", "value": "son nom"},
        {"key": "CONNECT", "label": "CONNECT", "value": "HTTP/1.1 407"},
    ]);
    let page = html(&report(value));
    let proofs = text(with_class(&parsed(&page), "evidence").next().unwrap());
    let [question, name, answer] =
        ["notre question", "son nom", "HTTP/1.1 407"].map(|it| proofs.find(it).unwrap());
    assert!(question < answer && answer < name, "{proofs}");
}

#[test]
fn every_state_has_a_glyph_and_a_word_beside_its_colour() {
    let page = html(&report(full_of("valeur")));
    let document = parsed(&page);
    for station in with_class(&document, "station") {
        let state = station
            .descendants()
            .find(|node| node.attribute("class") == Some("state"));
        let said = text(state.unwrap());
        let (glyph, word) = said.split_once(' ').unwrap();
        assert!("✓⚠✗↳–".contains(glyph), "{said}");
        assert!(!word.is_empty(), "{said}");
    }
}

#[test]
fn nothing_runs_and_nothing_is_fetched() {
    let page = html(&report(full_of("valeur")));
    let document = parsed(&page);
    let policy = all(&document, "meta").find(|it| it.attribute("http-equiv").is_some());
    let policy = policy.and_then(|it| it.attribute("content")).unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    let style = all(&document, "style").next().unwrap();
    assert_eq!(
        style.text(),
        Some(tomcheck::HTML_STYLE),
        "as the policy's hash says"
    );
    assert!(!tomcheck::HTML_STYLE.contains("url("));
}

#[test]
fn the_pieces_are_those_of_the_page() {
    let report = report(full_of("valeur"));
    let (page, parts) = (html(&report), HtmlParts::new(&report));
    let pieces = [
        parts.verdict(),
        parts.picture(),
        parts.findings(),
        parts.looked(),
        parts.certificates(),
        parts.timeline(),
        parts.tables(),
        parts.about(),
    ];
    for piece in pieces {
        assert!(!piece.is_empty() && page.contains(&piece), "{piece}");
    }
    assert_eq!(report.lang, Lang::Fr);
}

/// Whoever is sent to the values above finds them there: open, and on paper too.
#[test]
fn a_step_that_points_above_stands_below_the_open_proof() {
    let pointing = "Comparez avec l'empreinte donnée ci-dessus.";
    let mut report_of = full_of("mot");
    for finding in report_of["findings"].as_array_mut().unwrap() {
        finding["remedy"]["steps"] = json!([pointing]);
        finding["evidence"] = json!([{"label": "empreinte", "value": "PREUVE"}]);
    }
    let page = html(&report(report_of));
    let document = parsed(&page);
    for class in ["cause", "others"] {
        let section = with_class(&document, class).next().unwrap();
        let steps =
            with_class(&document, "steps").find(|it| it.ancestors().any(|up| up == section));
        let proofs =
            with_class(&document, "proofs").find(|it| it.ancestors().any(|up| up == section));
        let (steps, proofs) = (steps.unwrap(), proofs.unwrap());
        assert!(proofs.range().end <= steps.range().start, "{class}");
        assert!(text(proofs).contains("PREUVE"), "{class}");
        let is_folded = proofs.ancestors().any(|up| up.has_tag_name("details"));
        assert!(!is_folded, "{class}");
    }
}
