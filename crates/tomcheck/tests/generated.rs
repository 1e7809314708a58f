//! Are the documents made from the program the ones that are committed?
//!
//! `TOMCHECK_REGENERATE=1 cargo test -p tomcheck --test generated` writes them anew.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends at the first thing that is not as it should"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use tomcheck::{Audience, FindingKind, Lang, Severity};
use tomcheck_diagnosis::System;

fn document(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name)
}

/// Compares with the committed file, or writes it when told to.
fn assert_committed(name: &str, made: &str) {
    let path = document(name);
    if std::env::var_os("TOMCHECK_REGENERATE").is_some() {
        fs::write(&path, made).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == made,
        "docs/{name} is not what the program makes; run \
         TOMCHECK_REGENERATE=1 cargo test -p tomcheck --test generated"
    );
}

#[test]
fn the_catalogue_of_findings_is_up_to_date() {
    let mut kinds: Vec<_> = tomcheck::findings().collect();
    kinds.sort_by_key(|kind| kind.layer());
    let mut text = String::from(HEAD);
    for kind in kinds {
        section(&mut text, kind);
    }
    assert_committed("findings.md", &text);
}

#[test]
fn the_schema_of_the_report_is_up_to_date() {
    let schema = serde_json::to_string_pretty(&tomcheck::schema()).unwrap() + "\n";
    assert_committed("report.schema.json", &schema);
}

#[test]
fn the_order_of_dependence_is_documented() {
    let mut text = String::from(VERDICT);
    for rule in tomcheck::rules() {
        let codes = |codes: &[&str]| {
            let links = codes
                .iter()
                .map(|code| format!("[{code}](findings.md#{code})"));
            links.collect::<Vec<_>>().join("<br>")
        };
        let (follows, causes) = (codes(rule.consequences), codes(rule.causes));
        let _ = writeln!(text, "| {follows} | {causes} | {} |", rule.why.en);
    }
    assert_committed("verdict.md", &text);
}

/// By what there is of it, not by what it is called here.
const VERDICT: &str = "\
# How a verdict is made

Made from the tables of the program (`crates/tomcheck/src/rules.rs`); do not edit below the line.

1. Every probe ends `ok`, `warning`, `fault`, `skipped` (with the reason) or `blocked` (by another
   probe, named). One that does not apply is never `ok`. One that should have looked and could not
   bears `could_not_look`: the verdict is then `undetermined`, unless something blocks.
2. The root cause is the first fault in the order of dependence: reader, card, module, token,
   certificate, clock, browser, network, proxy, TLS, log. Independent faults are all told.
3. What merely follows from another finding bears `consequence_of` and is never told as a second
   problem. A layer says so itself where it can; what only somebody above the layers can know
   stands in the table below. Of two findings, the milder one explains no graver one.
4. A wrong clock, a stale cache and a script that is not there or wrong are warnings by themselves,
   and faults where they explain something by the table.
5. The same findings twice are told once.
6. What a log tells has an age: a failure after which the same way was open, or the card answered,
   or that is a day older than another one of the same layer and way, is told as `trace.stale` and
   decides nothing. What the Cryptolib keeps in its cache is held against the card.

A saved report is judged by the same rules ([judge.md](judge.md)).

---

| follows | from | because |
|---|---|---|
";

const HEAD: &str = "\
# Findings

Made from the tables of the program; do not edit. Each code is stable: never reused, never
renamed. `{…}` stands for a value seen.
";

fn section(text: &mut String, kind: &FindingKind) {
    let severity = match kind.severity {
        Severity::Fault => "blocks",
        Severity::Warning => "will bite",
        Severity::Info => "worth knowing",
    };
    let audience = match kind.remedy.audience {
        Audience::Holder => "the holder",
        Audience::Technician => "the technician",
        Audience::NetworkAdmin => "the network administrator",
        Audience::Issuer => "the issuer",
    };
    let _ = write!(
        text,
        "\n<a id=\"{code}\"></a>\n\n## {code}\n\n**{fr}** · *{en}*\n\nSeverity: {severity}. \
         Remedy for {audience}:\n\n",
        code = kind.code,
        fr = kind.title.get(Lang::Fr),
        en = kind.title.get(Lang::En),
    );
    for step in kind.remedy.steps {
        let system = match step.on {
            System::Any => "",
            System::Windows => "(Windows) ",
            System::Linux => "(Linux) ",
            System::RedHat => "(Linux, Red Hat) ",
            System::OtherLinux => "(Linux, others) ",
            System::Macos => "(macOS) ",
        };
        let _ = writeln!(text, "1. {system}{}  \n   *{}*", step.text.fr, step.text.en);
    }
}
