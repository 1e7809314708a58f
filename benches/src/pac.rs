//! What does it cost to ask a script (PAC) of 200 lines for the way to 1,000 addresses?

use std::fs;
use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;

use anyhow::{Result, ensure};
use tomcheck_proxy::{PacEngine, PacLimits, SystemResolver};

use crate::Task;
use crate::certificates::{Doing, Work, run};

/// Measures both tasks, each peer in turn: the start to a first answer, and all the answers.
/// `scale` divides the work, for a test.
///
/// # Errors
///
/// When a script does not answer.
pub fn measure_pac(rounds: usize, scale: usize) -> Result<Vec<Task>> {
    let folder = tempfile::tempdir()?;
    let (script, list) = (folder.path().join("proxy.pac"), folder.path().join("urls"));
    let urls: Vec<(String, String)> = (0..1000 / scale).map(url).collect();
    fs::write(&script, SCRIPT)?;
    let lines: Vec<&str> = urls.iter().map(|(url, _)| url.as_str()).collect();
    fs::write(&list, lines.join("\n") + "\n")?;
    let engine = loaded()?;
    let (all, first) = (urls.clone(), url(6));
    let ours = move || {
        for (url, host) in &all {
            black_box(engine.find(url, host)?);
        }
        Ok(())
    };
    let start = move || {
        let answer = loaded()?.find(&first.0, &first.1)?;
        ensure!(answer.starts_with("PROXY"), "{answer}");
        Ok(())
    };
    let mut asking: Vec<(_, Doing<'_>)> = vec![("tomcheck, script loaded", Box::new(ours))];
    let mut starting: Vec<(_, Doing<'_>)> = vec![("tomcheck, load and ask", Box::new(start))];
    if Command::new("pactester").arg("-v").output().is_ok() {
        let tester = move |arguments: &[&str]| {
            let mut command = Command::new("pactester");
            run(command.arg("-p").arg(&script).args(arguments))
        };
        let (many, one) = (tester.clone(), tester);
        let list = list.to_string_lossy().into_owned();
        let all = move || many(&["-f", &list]);
        asking.push(("pactester -f, whole process", Box::new(all)));
        let one = move || one(&["-u", "https://www.site6.example/"]);
        starting.push(("pactester -u, whole process", Box::new(one)));
    }
    let mut tasks = [
        Work::new("starts of a script", 1, starting),
        Work::new("questions to a script", urls.len(), asking),
    ];
    for _ in 0..rounds {
        tasks.iter_mut().try_for_each(Work::turn)?;
    }
    Ok(tasks.into_iter().map(|work| work.task).collect())
}

fn loaded() -> Result<PacEngine> {
    let limits = PacLimits::default();
    Ok(PacEngine::load(SCRIPT, Arc::new(SystemResolver), limits)?)
}

/// Addresses that leave the script early, in its middle and at its end, where most do.
fn url(number: usize) -> (String, String) {
    let host = match number % 10 {
        0 => format!("intranet{number}"),
        1 => format!("a{number}.chu-bench.example"),
        2 => format!("10.1.{}.7", number % 256),
        3 => format!("www.health{:02}.example", number % 40),
        4 => format!("x.partner{:02}.example", number % 40),
        5 => format!("dl.vendor{:02}.example", number % 25),
        _ => format!("www.site{number}.example"),
    };
    (format!("https://{host}/"), host)
}

const SCRIPT: &str = include_str!("../peers/establishment.pac");
