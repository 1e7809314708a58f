//! `tomcheck certs --module-trace`: what did the module write down, and where is it put?

use std::path::Path;

use anyhow::anyhow;
use tomcheck::{Error, Lang, MaskedTrace, Options, Progress, module_trace, restore_module_trace};

use super::files::{self, Files};

/// What is said of a trace that an earlier run left on, which was killed: mostly nothing. It is
/// turned off, where that may be.
pub(super) fn left(lang: Lang) -> String {
    match restore_module_trace() {
        Ok(false) => String::new(),
        Ok(true) => match lang {
            Lang::Fr => "Un relevé de traces interrompu avait laissé les traces du module activées pour tous les programmes : elles sont de nouveau désactivées\n",
            Lang::En => "A trace that was broken off had left the module's trace on for every program: it is off again\n",
        }
        .to_owned(),
        Err(error) => format!("tomcheck: {}\n", error.say(lang)),
    }
}

/// Has the module trace one reading, and puts its logs into the folder; what is said of it.
///
/// The folder is looked at first: a trace that cannot be put anywhere would be lost. Why there is
/// no module, the report tells.
pub(super) fn run(
    options: &Options,
    progress: &dyn Progress,
    folder: &Path,
    lang: Lang,
) -> anyhow::Result<String> {
    files::check("--module-trace", folder, lang)?;
    let trace = match module_trace(options, progress) {
        Err(Error::NoModule) => return Ok(String::new()),
        trace => trace.map_err(|error| anyhow!(error.say(lang)))?,
    };
    let files = trace
        .logs
        .iter()
        .map(|log| (log.name.clone(), log.text.clone()));
    let written = Files {
        option: "--module-trace",
        folder,
        files: files.collect(),
    };
    let written = written.write(lang)?;
    let notes = notes(&trace, lang).concat();
    Ok(notes + &files::told(&written, lang))
}

fn notes(trace: &MaskedTrace, lang: Lang) -> Vec<String> {
    let nothing = trace.logs.is_empty().then(|| match lang {
        Lang::Fr => {
            "Le module n'a rien écrit : seule la Cryptolib CPS tient de telles traces\n".to_owned()
        }
        Lang::En => {
            "The module wrote nothing: only the Cryptolib CPS keeps such a log\n".to_owned()
        }
    });
    let was_on = trace.was_on.then(|| match lang {
        Lang::Fr => "Les traces étaient déjà activées pour tous les programmes avant cette lecture, et le restent\n".to_owned(),
        Lang::En => "The trace was on for every program before this reading already, and still is\n".to_owned(),
    });
    let for_all = trace.for_all.as_ref().filter(|_| !trace.was_on);
    let for_all = for_all.map(|why| match lang {
        Lang::Fr => format!(
            "Les traces ont été activées pour tous les programmes pendant la lecture, puis remises dans leur état d'origine ({why})\n"
        ),
        Lang::En => format!(
            "The trace was turned on for every program while the card was read, then put back in its original state ({why})\n"
        ),
    });
    let cut = trace
        .logs
        .iter()
        .filter(|log| !log.is_whole)
        .map(|log| match lang {
            Lang::Fr => format!("{} a été coupé : il est trop long\n", log.name),
            Lang::En => format!("{} was cut: it is too long\n", log.name),
        });
    let switch = was_on.into_iter().chain(for_all);
    nothing.into_iter().chain(switch).chain(cut).collect()
}
