//! `tomcheck check`, `card`, `certs`, `tls`, `proxy`: the commands that look.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use anyhow::anyhow;
use tokio::runtime;
use tomcheck::access::AccessRequest;
use tomcheck::{
    Comparison, Credentials, FinalTry, Lang, Layer, Options, Pin, PinEntry, Report, Scope, Setting,
    Severity, Target, VerdictStatus, WorkerCommand,
};

use super::{export, files, html, module_trace, saved};
use crate::args::Typed;
use crate::output::Output;
use crate::progress::Line;
use crate::signals::{Signal, Signals};
use crate::terminal;
use crate::{pin, proxy_login};

pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let line = Arc::new(Line::new(typed.has("quiet"), lang));
    let request = Request {
        typed,
        lang,
        line: &line,
    };
    let options = request.options()?;
    if typed.has("verbose") && !typed.has("json") {
        say(typed, &set_lines(typed, lang));
    }
    let baseline = typed.path("baseline");
    let baseline = baseline.map(|path| saved::read(path.as_os_str(), lang));
    let baseline = baseline.transpose()?;
    let export = typed.path("export");
    if let Some(folder) = &export {
        files::check("--export", folder, lang)?;
    }
    let signal = spare_the_card(&line);
    if options.layers.contains(&Layer::Module) {
        say(typed, &module_trace::left(lang));
    }
    if let Some(folder) = typed.path("module-trace") {
        say(
            typed,
            &module_trace::run(&options, line.as_ref(), &folder, lang)?,
        );
    }
    line.limit(options.deadline);
    let report = tomcheck::diagnose(&options, line.as_ref());
    line.clear();
    if let Some(signal) = signal.get() {
        return Ok(signal.status());
    }
    let report = report.map_err(|error| anyhow!(error.say(lang)))?;
    html::write(typed, &report, lang)?;
    if let Some(asked) = asked(typed, output, &options, &report)? {
        super::write(output, lang, asked)?;
        return Ok(crate::FINE);
    }
    let compared = baseline.map(|before| tomcheck::compare(&before, &report, lang));
    let text = match compared {
        Some(compared) => with_changes(typed, output, report.clone(), &compared)?,
        None => rendered(typed, output, &report)?,
    };
    super::write(output, lang, &text)?;
    if let Some(folder) = export {
        say(typed, &export::write(&report, &folder, lang)?);
    }
    Ok(status(&report, typed.has("strict")))
}

/// `--request`: what is to be asked of the network's administrator, in the report's place.
fn asked(
    typed: &Typed<'_>,
    output: &Output,
    options: &Options,
    report: &Report,
) -> anyhow::Result<Option<String>> {
    let request = typed.has("request");
    let request = request
        .then(|| AccessRequest::of(options, report))
        .flatten();
    let text = request.map(|request| match typed.has("json") {
        true => Ok(serde_json::to_string_pretty(&request)? + "\n"),
        false => Ok(tomcheck::access_text(&request, options.lang, output.style)),
    });
    text.transpose()
}

/// Whoever ends us in the midst of a command to the card would have it reset, in the midst of a
/// trace would leave it behind: the end of that is waited for. The signal that came. Where no
/// thread or signal is to be had, a signal ends us at once.
pub(super) fn spare_the_card(line: &Arc<Line>) -> Arc<OnceLock<Signal>> {
    let (line, came) = (Arc::clone(line), Arc::default());
    let told: Arc<OnceLock<Signal>> = Arc::clone(&came);
    let until_told = move || -> io::Result<()> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let signal = runtime.block_on(async { io::Result::Ok(Signals::listen()?.come().await) })?;
        let _ = told.set(signal);
        line.wait_while_under_way(tomcheck::leaves_traces_when_broken_off, LONGEST_COMMAND);
        line.clear();
        terminal::restore();
        exit(signal)
    };
    let _ = thread::Builder::new()
        .name("tomcheck-signals".to_owned())
        .spawn(until_told);
    came
}

#[expect(
    clippy::exit,
    reason = "a signal came, which would have ended us already"
)]
fn exit(signal: Signal) -> ! {
    std::process::exit(signal.status().into())
}

/// More than what a probe of the card may take, and mostly more than a reading with a trace.
const LONGEST_COMMAND: Duration = Duration::from_secs(10);

/// What is not built in, and who said so.
fn set_lines(typed: &Typed<'_>, lang: Lang) -> String {
    let settings = typed.settings();
    settings.set_lines(lang, |key| super::config::typed_as(typed, key))
}

/// On standard error, unless nothing is to be said there. Nobody reading it is no reason to stop.
pub(super) fn say(typed: &Typed<'_>, lines: &str) {
    if !typed.has("quiet") {
        let _ = io::stderr().write_all(lines.as_bytes());
    }
}

/// What changed, then the report; in JSON, the report with one more key.
fn with_changes(
    typed: &Typed<'_>,
    output: &Output,
    mut report: Report,
    compared: &Comparison,
) -> anyhow::Result<String> {
    if typed.has("json") {
        let compared = serde_json::to_value(compared)?;
        report.details.insert("compare".to_owned(), compared);
        return rendered(typed, output, &report);
    }
    let changes = tomcheck::compared_text(compared, output.style, output);
    Ok(format!("{changes}\n{}", rendered(typed, output, &report)?))
}

/// One diagnosis and nothing else, for who does something of his own with the report.
pub(super) fn diagnosed(typed: &Typed<'_>, lang: Lang, line: &Arc<Line>) -> anyhow::Result<Report> {
    let options = Request { typed, lang, line }.options()?;
    let signal = spare_the_card(line);
    line.limit(options.deadline);
    let report = tomcheck::diagnose(&options, line.as_ref());
    line.clear();
    if let Some(signal) = signal.get() {
        exit(*signal);
    }
    report.map_err(|error| anyhow!(error.say(lang)))
}

pub(super) fn rendered(
    typed: &Typed<'_>,
    output: &Output,
    report: &Report,
) -> anyhow::Result<String> {
    if typed.has("json") {
        return Ok(serde_json::to_string_pretty(report)? + "\n");
    }
    Ok(tomcheck::text(report, output.style, output))
}

pub(super) fn status(report: &Report, strict: bool) -> u8 {
    let warned = report
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Warning);
    match report.verdict.status {
        VerdictStatus::Blocked => crate::BLOCKED,
        VerdictStatus::Undetermined => crate::FAILED,
        VerdictStatus::Ok | VerdictStatus::Warning if strict && warned => crate::BLOCKED,
        VerdictStatus::Ok | VerdictStatus::Warning => crate::FINE,
    }
}

/// How long a caller that was to hand the code over is waited for.
const DEFAULT_WAIT: Duration = Duration::from_secs(60);

/// What was typed, on its way to options.
pub(super) struct Request<'a> {
    pub(super) typed: &'a Typed<'a>,
    pub(super) lang: Lang,
    pub(super) line: &'a Arc<Line>,
}

impl Request<'_> {
    pub(super) fn options(&self) -> anyhow::Result<Options> {
        let worker = WorkerCommand::of_program(std::env::current_exe()?);
        let mut options = Options::new(self.scope()?, worker);
        options.layers = self.layers(&options.scope)?;
        options.lang = self.lang;
        options.stress = self.stress()?;
        options.refresh = self.typed.has("refresh");
        options.hands_over = self.typed.path("export").is_some();
        options.module = self.typed.path("module");
        options.reader = self.typed.value("reader").map(str::to_owned);
        options.ca_file = self.typed.path("ca-file");
        options.proxy = self.proxy()?;
        options.proxy_login = self.proxy_login()?;
        options.pin = self.pin()?;
        options.hold = super::seconds(self.typed, self.lang, "hold")?;
        let usual = options.deadline + options.hold.unwrap_or_default();
        options.deadline = self.deadline()?.unwrap_or(usual);
        options.thorough = self.typed.has("thorough");
        options.show_identity = self.shows_identity();
        if self.typed.has("spend-final-try") {
            options.final_try = FinalTry::Spend;
        }
        Ok(options)
    }

    fn scope(&self) -> anyhow::Result<Scope> {
        Ok(match self.typed.command() {
            "card" => Scope::Card,
            "certs" => Scope::Certs,
            "tls" | "bench" => Scope::Tls {
                target: self.target("URL")?,
                with_card: self.names_the_card(),
            },
            "proxy" => Scope::Proxy(self.target("URL")?),
            _ => Scope::Check(self.target("target")?),
        })
    }

    /// A site can be examined without any card: one is looked at when something of it is named.
    fn names_the_card(&self) -> bool {
        let named = ["reader", "pin-fd"]
            .iter()
            .any(|o| self.typed.typed_value(o).is_some());
        named || self.typed.typed_path("module").is_some() || self.typed.has("with-pin")
    }

    fn target(&self, name: &str) -> anyhow::Result<Target> {
        let option = if name == "target" { "--target" } else { name };
        let settings = self.typed.settings();
        let target = settings.target(self.typed.value(name).unwrap_or("tom"));
        target.map_err(|error| self.complaint(option, &error.say(self.lang)))
    }

    /// `card` and `certs` exist to show whose card it is.
    fn shows_identity(&self) -> bool {
        self.typed.has("show-identity") || matches!(self.typed.command(), "card" | "certs")
    }

    fn layers(&self, scope: &Scope) -> anyhow::Result<BTreeSet<Layer>> {
        let only = self.layer_list("only")?;
        if let Some(layer) = only.iter().flatten().find(|layer| !layer.has_probes()) {
            return Err(self.complaint("--only", &looked_at_by_none(*layer, self.lang)));
        }
        let skip = self.layer_list("skip")?.unwrap_or_default();
        Ok(scope.layers_among(only.as_ref(), &skip))
    }

    fn layer_list(&self, name: &str) -> anyhow::Result<Option<BTreeSet<Layer>>> {
        let Some(list) = self.typed.value(name) else {
            return Ok(None);
        };
        let layers = list.split(',').map(|word| {
            Layer::named(word.trim()).ok_or_else(|| {
                let known = known_layers();
                let what = match self.lang {
                    Lang::Fr => format!(
                        "« {word} » n'est pas une partie du chemin ; choisissez parmi : {known}"
                    ),
                    Lang::En => format!("`{word}` is no part of the path; choose from: {known}"),
                };
                self.complaint(&format!("--{name}"), &what)
            })
        });
        layers.collect::<anyhow::Result<_>>().map(Some)
    }

    fn proxy(&self) -> anyhow::Result<Option<Setting>> {
        let Some(value) = self.typed.value("proxy") else {
            return Ok(None);
        };
        let setting = Setting::parse(value)
            .map_err(|error| self.complaint("--proxy", &error.say(self.lang)))?;
        if setting.credentials().is_some() {
            let what = match self.lang {
                Lang::Fr => {
                    "ni nom ni mot de passe ici, où tout le poste peut les lire : donnez le nom par --proxy-user, le mot de passe est alors demandé (ou lu par --proxy-fd)"
                }
                Lang::En => {
                    "no name and no password here, where the whole machine can read them: give the name with --proxy-user, and the password is asked for (or read with --proxy-fd)"
                }
            };
            return Err(self.complaint("--proxy", what));
        }
        Ok(Some(setting))
    }

    fn proxy_login(&self) -> anyhow::Result<Option<Credentials>> {
        let Some(user) = self.typed.value("proxy-user") else {
            return match self.typed.value("proxy-fd") {
                None => Ok(None),
                Some(_) => Err(self.complaint(
                    "--proxy-fd",
                    match self.lang {
                        Lang::Fr => "il y faut aussi --proxy-user",
                        Lang::En => "--proxy-user must be there too",
                    },
                )),
            };
        };
        let login = match self.typed.value("proxy-fd") {
            None => proxy_login::at_terminal(user, self.lang),
            Some(number) => {
                let number = self.descriptor("--proxy-fd", number)?;
                let limit = self.deadline()?.unwrap_or(DEFAULT_WAIT);
                proxy_login::from_descriptor(user, number, limit)
            }
        };
        let unread = |error| {
            let option = self
                .typed
                .value("proxy-fd")
                .map_or("--proxy-user", |_| "--proxy-fd");
            self.complaint(option, &proxy_login::unreadable(&error, self.lang))
        };
        login.map(Some).map_err(unread)
    }

    fn deadline(&self) -> anyhow::Result<Option<Duration>> {
        super::seconds(self.typed, self.lang, "deadline")
    }

    fn stress(&self) -> anyhow::Result<Option<u32>> {
        let Some(value) = self.typed.value("stress") else {
            return Ok(None);
        };
        match value.parse::<u32>() {
            Ok(rounds @ 1..=10_000) => Ok(Some(rounds)),
            _ => Err(self.complaint(
                "--stress",
                &match self.lang {
                    Lang::Fr => {
                        format!("« {value} » n'est pas un nombre d'essais entre 1 et 10000")
                    }
                    Lang::En => format!("`{value}` is no number of rounds between 1 and 10000"),
                },
            )),
        }
    }

    fn pin(&self) -> anyhow::Result<Option<Box<dyn PinEntry>>> {
        let line = Arc::clone(self.line);
        let entry = match self.typed.value("pin-fd") {
            Some(number) => pin::Entry::given(self.given_code(number)?, line, self.lang),
            None if self.typed.has("with-pin") => {
                let entry = pin::Entry::at_terminal(line, self.lang);
                entry.map_err(|error| self.unread("--with-pin", &error))?
            }
            None => return Ok(None),
        };
        Ok(Some(Box::new(entry)))
    }

    fn given_code(&self, number: &str) -> anyhow::Result<Pin> {
        let number = self.descriptor("--pin-fd", number)?;
        let limit = self.deadline()?.unwrap_or(DEFAULT_WAIT);
        let code = pin::from_descriptor(number, limit);
        let code = code.map_err(|error| self.unread("--pin-fd", &error))?;
        pin::checked(&code).ok_or_else(|| self.complaint("--pin-fd", pin::shape(self.lang)))
    }

    fn descriptor(&self, option: &str, number: &str) -> anyhow::Result<u32> {
        number.parse().map_err(|_| {
            let what = match self.lang {
                Lang::Fr => format!("« {number} » n'est pas un numéro de descripteur"),
                Lang::En => format!("`{number}` is no descriptor number"),
            };
            self.complaint(option, &what)
        })
    }

    fn unread(&self, option: &str, error: &io::Error) -> anyhow::Error {
        self.complaint(option, &pin::unreadable(error, self.lang))
    }

    fn complaint(&self, option: &str, what: &str) -> anyhow::Error {
        super::complaint(self.lang, option, what)
    }
}

/// Those that a diagnosis can be told to look at.
fn known_layers() -> String {
    let all = Layer::ALL.into_iter().filter(|layer| layer.has_probes());
    all.map(Layer::name).collect::<Vec<_>>().join(", ")
}

fn looked_at_by_none(layer: Layer, lang: Lang) -> String {
    let (name, known) = (layer.name(), known_layers());
    match lang {
        Lang::Fr => format!("« {name} » n'a pas d'examen à lui ; choisissez parmi : {known}"),
        Lang::En => format!("`{name}` has no probe of its own; choose from: {known}"),
    }
}
