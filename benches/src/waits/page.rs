//! What does a person in front of the live page see, and when?

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tomcheck_testkit::{Bench, Chromium, Tab, VirtualCard};

/// A page that is served, and a Chromium to look at it.
pub(super) struct Page {
    serving: Child,
    url: String,
    chromium: Chromium,
}

impl Page {
    /// None: there is no Chromium.
    pub(super) fn open(program: &Path, bench: &Bench) -> Result<Option<Self>> {
        let Ok(chromium) = Chromium::start() else {
            return Ok(None);
        };
        let (serving, url) = serve(program, bench)?;
        let page = Self {
            serving,
            url,
            chromium,
        };
        // its first page of all pays for what every one needs
        page.first_paint()?;
        Ok(Some(page))
    }

    /// From the wish to go there to the first text, in milliseconds.
    pub(super) fn first_paint(&self) -> Result<f64> {
        let tab = self.chromium.open(&self.url)?;
        let painted = tab.eventually(FIRST_PAINT)?;
        painted.as_f64().context("no time of the first paint")
    }

    /// From the power that the card gets to the frame that shows it, in milliseconds.
    pub(super) fn event(&self, card: &VirtualCard) -> Result<f64> {
        card.remove();
        let tab = self.chromium.open(&self.url)?;
        tab.eventually(&format!("{READERS}.innerText.includes('absente')"))?;
        tab.evaluate(&shown("présente"))?;
        card.insert()?;
        let shown = told(&tab)?;
        let powered = card.powered_at().context("the card was not powered")?;
        let powered = SystemTime::now() - powered.elapsed();
        let powered = powered.duration_since(UNIX_EPOCH)?;
        Ok((shown - powered.as_secs_f64() * 1e3).max(0.0))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.serving.kill();
        let _ = self.serving.wait();
    }
}

fn serve(program: &Path, bench: &Bench) -> Result<(Child, String)> {
    let mut command = std::process::Command::new(program);
    command
        .args(["serve", "--json", "--lang", "fr", "--only", "reader,card"])
        .envs(bench.command.environment.iter().cloned())
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut serving = command.spawn()?;
    let output = serving.stdout.take().context("no standard output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let opened: Value = serde_json::from_str(&line)?;
    let url = opened.get("url").and_then(Value::as_str);
    Ok((serving, url.context("no url")?.to_owned()))
}

/// Source: W3C, Paint Timing, first-contentful-paint.
const FIRST_PAINT: &str =
    "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? false";

const READERS: &str = "document.querySelector('#readers')";

/// Has the page note when a frame with this word in it is about to be painted.
fn shown(word: &str) -> String {
    format!(
        "window.shown = new Promise(done => {{
            const readers = {READERS};
            const look = () => {{
                if (!readers.innerText.includes('{word}')) return;
                observer.disconnect();
                requestAnimationFrame(() => done(performance.timeOrigin + performance.now()));
            }};
            const observer = new MutationObserver(look);
            observer.observe(readers, {{childList: true, subtree: true, characterData: true}});
            setTimeout(() => done(0), {});
        }}); true",
        PATIENCE.as_millis()
    )
}

const PATIENCE: Duration = Duration::from_secs(10);

fn told(tab: &Tab<'_>) -> Result<f64> {
    let shown = tab.evaluate("window.shown")?;
    let shown = shown.as_f64().unwrap_or_default();
    ensure!(shown > 0.0, "the page does not show the card");
    Ok(shown)
}
