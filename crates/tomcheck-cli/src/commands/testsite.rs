//! `tomcheck testsite`: a site that asks for a certificate, until it is told to end.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use serde_json::json;
use tomcheck::Lang;
use tomcheck::testsite::{Demand, TestSite, TestSiteOptions, TlsVersion, Told};

use crate::args::Typed;
use crate::output::Output;
use crate::signals::Signals;

/// Ends with 0 when it is told to end, and what was under way has ended.
pub(super) fn run(typed: &Typed<'_>, output: &Output, lang: Lang) -> anyhow::Result<u8> {
    let options = options(typed, lang)?;
    allow_many_connections();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("tokio")?;
    runtime.block_on(until_end(options, typed, output, lang))?;
    Ok(crate::FINE)
}

async fn until_end(
    options: TestSiteOptions,
    typed: &Typed<'_>,
    output: &Output,
    lang: Lang,
) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("signals")?;
    let site = TestSite::open(options).await;
    let site = site.map_err(|error| anyhow!(error.say(lang)))?;
    let opened = match typed.has("json") {
        true => opened_json(&site),
        false => opened(&site, typed, lang),
    };
    super::write(output, lang, &opened)?;
    let end = async move {
        signals.come().await;
    };
    site.serve(end, typed.has("verbose").then(log)).await;
    Ok(())
}

/// Lines of the log go to standard error, where systemd takes them from.
fn log() -> Box<dyn Fn(Told) + Send + Sync> {
    Box::new(|told| {
        // a log that nobody reads any more stops no site
        let _ = writeln!(std::io::stderr(), "{}", told.line());
    })
}

fn opened_json(site: &TestSite) -> String {
    let opened = json!({
        "url": site.url(),
        "http": site.plain_url(),
        "certificate_sha256": site.fingerprint(),
    });
    format!("{opened}\n")
}

fn opened(site: &TestSite, typed: &Typed<'_>, lang: Lang) -> String {
    let url = site.url();
    let plain = site.plain_url();
    let mut lines = match lang {
        Lang::Fr => vec![
            format!("Site d'essai ouvert : {url}"),
            format!(
                "Empreinte SHA-256 de son certificat : {}",
                site.fingerprint()
            ),
        ],
        Lang::En => vec![
            format!("Test site open: {url}"),
            format!(
                "SHA-256 fingerprint of its certificate: {}",
                site.fingerprint()
            ),
        ],
    };
    if typed.path("cert").is_none() {
        lines.push(SELF_MADE.get(lang).to_owned());
    }
    if let Some(plain) = plain {
        lines.push(match lang {
            Lang::Fr => format!("Sans TLS, renvoie vers https : {plain}"),
            Lang::En => format!("Without TLS, sends to https: {plain}"),
        });
    }
    lines.push(CTRL_C.get(lang).to_owned());
    lines.join("\n") + "\n"
}

const SELF_MADE: tomcheck::Text = tomcheck::Text {
    fr: "Ce certificat a été fabriqué pour cette fois : le navigateur avertira qu'il ne le connaît pas. Pour un vrai : --cert et --key.",
    en: "This certificate was made for this run: the browser will warn that it does not know it. For a real one: --cert and --key.",
};
const CTRL_C: tomcheck::Text = tomcheck::Text {
    fr: "Ctrl-C pour arrêter",
    en: "Ctrl-C to stop",
};

fn options(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<TestSiteOptions> {
    let usual = TestSiteOptions::default();
    let listen = address(typed, "listen", lang)?.unwrap_or(usual.listen);
    Ok(TestSiteOptions {
        listen,
        plain: address(typed, "http", lang)?,
        identity: identity(typed, lang)?,
        demand: demand(typed, lang)?,
        issuers: typed.paths("issuers"),
        versions: versions(typed),
        lang,
        ..usual
    })
}

fn address(typed: &Typed<'_>, option: &str, lang: Lang) -> anyhow::Result<Option<SocketAddr>> {
    let Some(value) = typed.value(option) else {
        return Ok(None);
    };
    let parsed = value.parse().map_err(|_| {
        let what = match lang {
            Lang::Fr => format!("« {value} » n'est pas une adresse et un port, comme 0.0.0.0:8443"),
            Lang::En => format!("`{value}` is no address and port, like 0.0.0.0:8443"),
        };
        super::complaint(lang, &format!("--{option}"), &what)
    });
    parsed.map(Some)
}

/// One is of no use without the other.
fn identity(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<Option<(PathBuf, PathBuf)>> {
    let lacks = |option, other: &str| {
        let what = match lang {
            Lang::Fr => format!("il faut aussi {other}"),
            Lang::En => format!("{other} is needed too"),
        };
        Err(super::complaint(lang, option, &what))
    };
    match (typed.path("cert"), typed.path("key")) {
        (Some(certificate), Some(key)) => Ok(Some((certificate, key))),
        (None, None) => Ok(None),
        (Some(_), None) => lacks("--cert", "--key"),
        (None, Some(_)) => lacks("--key", "--cert"),
    }
}

fn demand(typed: &Typed<'_>, lang: Lang) -> anyhow::Result<Demand> {
    match (typed.has("require"), typed.has("optional")) {
        (true, true) => {
            let what = match lang {
                Lang::Fr => "choisir entre --require et --optional",
                Lang::En => "choose between --require and --optional",
            };
            Err(super::complaint(lang, "--require", what))
        }
        (true, false) => Ok(Demand::Required),
        (false, _) => Ok(Demand::Optional),
    }
}

/// Both typed is both spoken.
fn versions(typed: &Typed<'_>) -> Vec<TlsVersion> {
    let wanted = [("tls1.2", TlsVersion::Tls12), ("tls1.3", TlsVersion::Tls13)];
    let typed = wanted.into_iter().filter(|(option, _)| typed.has(option));
    typed.map(|(_, version)| version).collect()
}

/// Every connection is a file; most systems allow 1,024 until a program asks for more.
#[cfg(unix)]
fn allow_many_connections() {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // with fewer, some connections wait
    let _ = setrlimit(Resource::Nofile, limit);
}

#[cfg(not(unix))]
fn allow_many_connections() {}
