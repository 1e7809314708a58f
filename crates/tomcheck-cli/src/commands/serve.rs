//! `tomcheck serve`: the live page, until it is told to end.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use serde_json::json;
use time::UtcOffset;
use tomcheck::page::{PageOptions, StatusPage, open_in_browser};
use tomcheck::{Clock, Lang, Layer};

use super::look::{self, Request};
use super::module_trace;
use crate::args::Typed;
use crate::output::Output;
use crate::progress::Line;
use crate::signals::Signals;

/// Ends with 0 when it is told to end.
pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    // Asked while there is one thread only: afterwards nobody may look.
    let ahead = UtcOffset::current_local_offset().ok();
    let ahead = ahead.map(UtcOffset::whole_seconds);
    let mut options = options(typed, lang)?;
    options.clock = Clock {
        ahead,
        dated: false,
    };
    if options.diagnosis.layers.contains(&Layer::Module) {
        look::say(typed, &module_trace::left(lang));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .context("tokio")?;
    let end = runtime.block_on(until_end(options, typed, output, lang));
    // a file that is being read is read for nobody any more
    runtime.shutdown_background();
    end?;
    Ok(crate::FINE)
}

async fn until_end(
    options: PageOptions,
    typed: &Typed<'_>,
    output: &Output,
    lang: Lang,
) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("signals")?;
    let page = StatusPage::open(options).await;
    let page = page.map_err(|error| anyhow!(error.say(lang)))?;
    let opened = match typed.has("json") {
        true => format!("{}\n", json!({ "url": page.url() })),
        false => opened(&page.url(), lang),
    };
    super::write(output, lang, &opened)?;
    let _led = typed.has("open").then(|| led_to(&page.url(), lang));
    let end = async move {
        signals.come().await;
    };
    let served = page.serve(end).await;
    served.map_err(|error| anyhow!(error.say(lang)))
}

/// Whoever has no browser here still has the address.
fn led_to(url: &str, lang: Lang) -> Option<tomcheck::page::Opening> {
    let opening = open_in_browser(url);
    opening
        .inspect_err(|error| {
            crate::complain(&match lang {
                Lang::Fr => format!(
                    "--open : le navigateur ne s'ouvre pas ({error}) ; ouvrez l'adresse vous-même"
                ),
                Lang::En => {
                    format!(
                        "--open: the browser does not open ({error}); open the address yourself"
                    )
                }
            });
        })
        .ok()
}

fn opened(url: &str, lang: Lang) -> String {
    match lang {
        Lang::Fr => format!(
            "État du poste : {url}\nCette adresse ouvre la page sur ce poste seulement ; ne la donnez à personne.\nCtrl-C pour arrêter\n"
        ),
        Lang::En => format!(
            "State of this workstation: {url}\nThis address opens the page on this workstation only; give it to nobody.\nCtrl-C to stop\n"
        ),
    }
}

fn options(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<PageOptions> {
    code_is_for_the_page(typed, lang)?;
    let line = Arc::new(Line::new(true, lang));
    let request = Request {
        typed,
        lang,
        line: &line,
    };
    let mut options = PageOptions::new(request.options()?);
    options.support = typed.settings().support().clone();
    options.port = port(typed, lang)?;
    options.also_v6 = typed.has("ipv6");
    options.allows_pin = typed.has("allow-pin");
    Ok(options)
}

/// A page may be asked for many diagnoses: none of them may present a code that was typed once.
fn code_is_for_the_page(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<()> {
    let mut flags = ["with-pin", "spend-final-try"].into_iter();
    let flag = flags.find(|option| typed.has(option));
    let given = typed.value("pin-fd").map(|_| "pin-fd");
    let Some(option) = flag.or(given) else {
        return Ok(());
    };
    let what = match lang {
        Lang::Fr => "ne sert pas ici ; --allow-pin permet de taper le code dans la page",
        Lang::En => "is of no use here; --allow-pin lets the code be typed on the page",
    };
    Err(super::complaint(lang, &format!("--{option}"), what))
}

fn port(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<u16> {
    let Some(value) = typed.value("port") else {
        return Ok(0);
    };
    value.parse().map_err(|_| {
        let what = match lang {
            Lang::Fr => format!("« {value} » n'est pas un port entre 0 et 65535"),
            Lang::En => format!("`{value}` is no port between 0 and 65535"),
        };
        super::complaint(lang, "--port", &what)
    })
}

/// One answers, one reads a file.
const WORKERS: usize = 2;
