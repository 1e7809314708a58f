//! May a code porteur be typed on the page, and what becomes of it?

use tomcheck_testkit::{Bench, Plan};

use crate::serving::{Serving, program};

pub(crate) fn bench() -> Bench {
    Bench::start(Plan::default()).unwrap()
}

pub(crate) fn page_of(bench: &Bench, more: &[&str]) -> Serving {
    let command = &bench.command;
    let mut serve = program(&["--target", &command.target, "--proxy", &command.proxy]);
    serve.arg("--ca-file").arg(&command.ca_file);
    let module = command.module.as_ref().unwrap();
    serve.arg("--module").arg(module);
    serve.envs(command.environment.iter().cloned());
    Serving::of(serve.args(more))
}

#[test]
fn a_page_that_was_not_allowed_to_takes_no_code() {
    let bench = bench();
    let page = page_of(&bench, &[]);
    let first = page.report(None);
    assert!(!page.get("").body.contains("type=\"password\""));
    let answer = page.post("run", "part=all&code=1234");
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("--allow-pin"), "{}", answer.body);
    assert_eq!(page.report(None), first);
    assert_eq!(bench.card.presentations(), 0);
}

#[test]
fn a_code_is_presented_once_and_stays_nowhere() {
    let bench = bench();
    let page = page_of(&bench, &["--allow-pin"]);
    let first = page.report(None);
    let shown = page.page_with("Terminé");
    let field = "type=\"password\" inputmode=\"numeric\" autocomplete=\"off\"";
    assert!(shown.contains(field), "{shown}");
    let slip = page.post("run", "part=all&code=12a4");
    assert_eq!(slip.status, 400, "{slip:?}");
    assert_eq!(bench.card.presentations(), 0);

    assert_eq!(page.post("run", "part=all&code=1234").status, 303);
    let second = page.report(Some(&first));
    assert_eq!(second["verdict"]["status"], "ok", "{second}");
    assert_eq!(bench.card.presentations(), 1);

    // the next one has none
    assert_eq!(page.post("run", "part=all").status, 303);
    page.report(Some(&second));
    assert_eq!(bench.card.presentations(), 1);
    let kept = [page.get("").body, page.get("report.json").body];
    assert!(
        kept.iter().all(|text| !text.contains("1234")),
        "the code is kept"
    );
    assert_eq!(page.complaints(), [""; 0]);
}
