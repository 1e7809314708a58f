//! `tomcheck bundle`: is it to be written, having seen what is in it?

use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::anyhow;
use tomcheck::bundle::{Bundle, BundleOptions, Subject, bundle, usual_logs};
use tomcheck::{Error, Lang, MaskedTrace, Options, Report, module_trace, spoken};

use super::look::{Request, spare_the_card};
use crate::args::Typed;
use crate::output::Output;
use crate::progress::Line;
use crate::terminal;

pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let line = Arc::new(Line::new(typed.has("quiet"), lang));
    // whether anybody can be asked is known before a minute goes by
    let asks = !typed.has("yes");
    if asks && !can_ask() {
        return Err(super::complaint(lang, "bundle", unanswered(lang)));
    }
    let asked = output.file().cloned();
    if let Some(path) = &asked {
        is_free(path, lang)?;
    }
    let live = live(typed, lang, &line)?;
    let signal = live.as_ref().map(|_| spare_the_card(&line));
    let made = made(typed, live.as_ref(), lang, &line);
    line.clear();
    if let Some(signal) = signal.as_ref().and_then(|signal| signal.get()) {
        return Ok(signal.status());
    }
    let made = made?;
    let path = asked.unwrap_or_else(|| made.usual_name());
    is_free(&path, lang)?;
    if !typed.has("quiet") || asks {
        tell(&preview(&made, &path, lang));
    }
    if asks && !is_wanted(lang) {
        tell(declined(lang));
        return Ok(crate::FINE);
    }
    create(&path, &made.archive()?).map_err(|error| unwritten(&path, &error, lang))?;
    say(typed, &made, &path, lang)
}

/// What is to be looked at; none: the report is there already.
fn live(typed: &Typed<'_>, lang: Lang, line: &Arc<Line>) -> anyhow::Result<Option<Options>> {
    if typed.path("from").is_some() {
        return Ok(None);
    }
    let request = Request { typed, lang, line };
    let mut options = request.options()?;
    // it leaves the machine
    options.show_identity = false;
    Ok(Some(options))
}

fn made(
    typed: &Typed<'_>,
    live: Option<&Options>,
    lang: Lang,
    line: &Line,
) -> anyhow::Result<Bundle> {
    let subject = match live {
        Some(options) => Subject::Live(options),
        None => Subject::Saved(Box::new(saved(typed, lang)?)),
    };
    let mut options = BundleOptions::new(subject);
    options.lang = lang;
    options.logs = typed.paths("log");
    // of another machine's report nothing lies here
    options
        .logs
        .extend(live.into_iter().flat_map(|_| usual_logs()));
    let hidden = typed.values("hide").into_iter();
    options.hidden = hidden
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    options.support = typed.settings().support().clone();
    options.module = traced(typed, live, line, lang)?;
    bundle(options, line).map_err(|error| anyhow!(error.say(lang)))
}

fn saved(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<Report> {
    let path = typed.path("from").unwrap_or_default();
    super::saved::read(path.as_os_str(), lang)
}

fn traced(
    typed: &Typed<'_>,
    live: Option<&Options>,
    line: &Line,
    lang: Lang,
) -> anyhow::Result<Option<MaskedTrace>> {
    let Some(options) = live.filter(|_| typed.has("module-trace")) else {
        return Ok(None);
    };
    match module_trace(options, line) {
        // why there is no module, the report tells
        Err(Error::NoModule) => Ok(None),
        trace => trace.map(Some).map_err(|error| anyhow!(error.say(lang))),
    }
}

fn is_free(path: &Path, lang: Lang) -> anyhow::Result<()> {
    let what = match lang {
        Lang::Fr => "existe déjà, rien n'a été écrit",
        Lang::En => "is there already, nothing was written",
    };
    match path.symlink_metadata() {
        Ok(_) => Err(super::complaint(
            lang,
            "-o",
            &super::of_file(path, what, lang),
        )),
        Err(_) => Ok(()),
    }
}

/// For the owner alone; somebody may have made it since we looked.
fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn unwritten(path: &Path, error: &io::Error, lang: Lang) -> anyhow::Error {
    let error = spoken(error, lang);
    match lang {
        Lang::Fr => anyhow!("{} : écriture impossible : {error}", path.display()),
        Lang::En => anyhow!("{}: cannot be written: {error}", path.display()),
    }
}

fn preview(made: &Bundle, path: &Path, lang: Lang) -> String {
    let to = match lang {
        Lang::Fr => "Fichier :",
        Lang::En => "File:",
    };
    format!("{}{to} {}\n", made.preview(lang), path.display())
}

/// On standard error: what is for people stands beside what is for programs.
fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

fn can_ask() -> bool {
    io::stderr().is_terminal() && terminal::open().is_ok()
}

/// Only a yes is one.
fn is_wanted(lang: Lang) -> bool {
    tell(match lang {
        Lang::Fr => "Écrire ce fichier ? [o/N] ",
        Lang::En => "Write this file? [y/N] ",
    });
    let mut answer = String::new();
    let read = terminal::open().and_then(|file| BufReader::new(file).read_line(&mut answer));
    let yes = ["o", "oui", "y", "yes"];
    read.is_ok() && yes.contains(&answer.trim().to_lowercase().as_str())
}

const fn unanswered(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "personne ne peut confirmer ici : ajoutez --yes",
        Lang::En => "nobody can be asked here: add --yes",
    }
}

const fn declined(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "Rien n'a été écrit.\n",
        Lang::En => "Nothing was written.\n",
    }
}

/// Where it is, whom it is for, and what to write with it; for a program, the manifest.
fn say(typed: &Typed<'_>, made: &Bundle, path: &Path, lang: Lang) -> anyhow::Result<u8> {
    let text = match typed.has("json") {
        true => serde_json::to_string_pretty(&made.manifest)? + "\n",
        false => farewell(made, path, lang),
    };
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(crate::FINE),
    }
}

fn farewell(made: &Bundle, path: &Path, lang: Lang) -> String {
    let to = &made.manifest.send_to;
    let path = shown(path);
    let phone = match (to.phone.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Fr) => format!(" (téléphone : {})", to.phone),
        (false, Lang::En) => format!(" (telephone: {})", to.phone),
    };
    let first = made.message.first.iter().map(|it| format!("\n{it}\n\n"));
    let first: String = first.collect();
    let message = made.message.letter(lang);
    match lang {
        Lang::Fr => format!(
            "Dossier écrit : {path}\n{first}Envoyez-le à {} : {}{phone}\nMessage prêt à copier, le dossier en pièce jointe :\n\n{message}",
            to.name, to.email
        ),
        Lang::En => format!(
            "Bundle written: {path}\n{first}Send it to {}: {}{phone}\nMessage ready to be copied, the bundle attached:\n\n{message}",
            to.name, to.email
        ),
    }
}

/// A file that has to be found again is named whole.
fn shown(path: &Path) -> String {
    let whole: PathBuf = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    whole.display().to_string()
}
