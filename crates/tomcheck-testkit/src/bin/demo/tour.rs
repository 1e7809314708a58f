//! In which order is the tour made, and what is shown and left of it?

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use tomcheck_testkit::{Ending, Form, KitError, Outcome, Run, SCENARIOS, Scenario};

use crate::arguments::Arguments;
use crate::page;
use crate::words::Words;

/// One stop of the tour.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) scenario: &'static Scenario,
    pub(crate) outcome: Outcome,
    /// The same diagnosis as people read it.
    pub(crate) text: Run,
    pub(crate) command: String,
}

/// Exit status 0: every stop ended as said; 1: one did not; 2: the tour could not be made.
pub(crate) fn run() -> ExitCode {
    let result = Arguments::parse(std::env::args().skip(1))
        .map_err(Into::into)
        .and_then(|arguments| Tour::new(&arguments)?.make());
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            let _ = writeln!(io::stderr(), "tomcheck-demo: {}", chain(&*error));
            ExitCode::from(2)
        }
    }
}

struct Tour<'a> {
    arguments: &'a Arguments,
    words: &'static Words,
    scenarios: Vec<&'static Scenario>,
}

impl<'a> Tour<'a> {
    fn new(arguments: &'a Arguments) -> Result<Self, Box<dyn Error>> {
        let words = arguments.lang.words();
        if !arguments.tomcheck.is_file() {
            return Err(format!("{} {}", words.no_program, arguments.tomcheck.display()).into());
        }
        let asked = arguments.only.iter().map(|code| {
            Scenario::named(code).ok_or_else(|| format!("{} {code}", words.no_scenario))
        });
        let asked = asked.collect::<Result<Vec<_>, _>>()?;
        let all = || SCENARIOS.iter().collect();
        Ok(Self {
            arguments,
            words,
            scenarios: if asked.is_empty() { all() } else { asked },
        })
    }

    /// Whether every stop ended as said.
    fn make(&self) -> Result<bool, Box<dyn Error>> {
        let mut out = io::stdout().lock();
        writeln!(out, "{}\n\n{}\n", self.words.title, self.words.introduction)?;
        fs::create_dir_all(&self.arguments.output)?;
        let mut stops = Vec::new();
        for scenario in &self.scenarios {
            let stop = self.stop(scenario)?;
            if stop.scenario.ending == Ending::Healthy {
                self.show_healthy(&mut out, &stop)?;
            }
            if stops.is_empty() {
                self.show_header(&mut out)?;
            }
            self.show(&mut out, &stop)?;
            self.keep(&stop)?;
            stops.push(stop);
        }
        let all_as_said = stops.iter().all(|stop| stop.outcome.complaints.is_empty());
        self.keep_whole(&stops)?;
        self.show_end(&mut out, all_as_said)?;
        Ok(all_as_said)
    }

    fn stop(&self, scenario: &'static Scenario) -> Result<Stop, KitError> {
        let mut bench = scenario.bench()?;
        bench.command.lang = self.arguments.lang.name();
        let tries = bench.card.tries_left();
        let outcome = scenario.judge(&self.arguments.tomcheck, &bench)?;
        // the same starting point for the second look
        bench.card.set_tries(tries);
        bench.command.html = Some(self.path(scenario, "html"));
        Ok(Stop {
            scenario,
            outcome,
            text: bench.command.run(&self.arguments.tomcheck, Form::Text)?,
            command: format!("tomcheck {}", bench.command.arguments().join(" ")),
        })
    }

    fn show_healthy(&self, out: &mut impl Write, stop: &Stop) -> io::Result<()> {
        writeln!(out, "── {} ──\n", self.words.healthy)?;
        writeln!(out, "$ {}\n{}", stop.command, stop.text.report)
    }

    fn show_header(&self, out: &mut impl Write) -> io::Result<()> {
        let Words {
            tour,
            fault,
            verdict,
            seconds,
            what,
            ..
        } = self.words;
        writeln!(out, "── {tour} ──\n")?;
        writeln!(out, "  {fault:33}  {verdict:36}  {seconds:>8}  {what}")
    }

    fn show(&self, out: &mut impl Write, stop: &Stop) -> io::Result<()> {
        let as_said = stop.outcome.complaints.is_empty();
        let mark = if as_said { "✓" } else { "✗" };
        let seconds = self.arguments.lang.seconds(stop.outcome.run.duration);
        let (code, verdict) = (stop.scenario.code, stop.verdict(self.words));
        let what = self.arguments.lang.of(stop.scenario);
        writeln!(out, "{mark} {code:33}  {verdict:36}  {seconds:>8}  {what}")?;
        for complaint in &stop.outcome.complaints {
            writeln!(out, "    {} {complaint}", self.words.not_as_said)?;
        }
        out.flush()
    }

    fn show_end(&self, out: &mut impl Write, all_as_said: bool) -> io::Result<()> {
        let sentence = if all_as_said {
            self.words.all_as_said
        } else {
            self.words.some_not
        };
        let page = self.arguments.output.join("index.html");
        writeln!(out, "\n{sentence}")?;
        if let Some(first) = self.scenarios.first() {
            let report = self.path(first, "html");
            writeln!(out, "{} {}", self.words.page_left, report.display())?;
        }
        writeln!(out, "{} {}", self.words.left, page.display())
    }

    fn path(&self, scenario: &Scenario, extension: &str) -> PathBuf {
        let name = format!("{}.{extension}", scenario.code);
        self.arguments.output.join(name)
    }

    fn keep(&self, stop: &Stop) -> io::Result<()> {
        let path = |extension| self.path(stop.scenario, extension);
        fs::write(path("json"), &stop.outcome.run.report)?;
        fs::write(path("txt"), &stop.text.report)
    }

    fn keep_whole(&self, stops: &[Stop]) -> io::Result<()> {
        let output = &self.arguments.output;
        fs::write(output.join("transcript.txt"), self.transcript(stops))?;
        fs::write(
            output.join("index.html"),
            page::page(stops, self.arguments.lang),
        )
    }

    fn transcript(&self, stops: &[Stop]) -> String {
        let mut text = String::new();
        for stop in stops {
            let what = self.arguments.lang.of(stop.scenario);
            let _ = writeln!(text, "── {} : {what} ──", stop.scenario.code);
            let _ = writeln!(
                text,
                "$ {}\n{}{}",
                stop.command, stop.text.messages, stop.text.report
            );
            let status = stop
                .text
                .status
                .map_or_else(|| "?".to_owned(), |it| it.to_string());
            let _ = writeln!(text, "{} {status}\n", self.words.exit_status);
        }
        text
    }
}

impl Stop {
    /// The root cause, or the verdict in words.
    pub(crate) fn verdict(&self, words: &'static Words) -> String {
        let Outcome {
            root_cause,
            first_finding,
            verdict,
            ..
        } = &self.outcome;
        match (root_cause, first_finding, verdict.as_str()) {
            (Some(code), _, _) => code.clone(),
            (None, Some(code), "warning") => format!("{code} ({})", words.warning),
            (None, _, "ok") => words.none.to_owned(),
            (None, _, "") => "?".to_owned(),
            (None, _, other) => other.to_owned(),
        }
    }
}

/// The error and what it comes from, in one line.
fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(line, ": {cause}");
        source = cause.source();
    }
    line
}

#[test]
fn an_error_keeps_its_causes() {
    let error = KitError::File {
        path: "report".into(),
        source: io::Error::other("disk full"),
    };
    assert!(chain(&error).ends_with(": disk full"));
}
