//! What does a real Chromium make of a page?
//!
//! Without a window, told what to do in its own protocol: JSON, each message ended by a NUL, on two
//! pipes that nobody else can reach.
//! Source: Chrome DevTools Protocol, domains Target, Page, Runtime and Emulation; Chromium's
//! `--remote-debugging-pipe` (descriptors 3 and 4).

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{KitError, target_directory};

/// A Chromium of one's own; dropped, it ends and leaves nothing.
#[derive(Debug)]
pub struct Chromium {
    child: Child,
    pipe: Mutex<Pipe>,
    _home: TempDir,
}

/// One of its tabs.
#[derive(Debug)]
pub struct Tab<'a> {
    chromium: &'a Chromium,
    session: String,
}

#[derive(Debug)]
struct Pipe {
    to: Option<ChildStdin>,
    from: Receiver<Value>,
    sent: u64,
}

impl Chromium {
    /// Starts it, with a profile of its own. Takes a second or two.
    ///
    /// # Errors
    ///
    /// When there is none, or it does not answer.
    pub fn start() -> Result<Self, KitError> {
        let home = tempfile::tempdir().map_err(KitError::file(std::env::temp_dir()))?;
        let data = format!("--user-data-dir={}", home.path().join("data").display());
        let mut child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "sh", "-c", ON_3_AND_4, "chromium"])
            .args(QUIETLY)
            .arg(data)
            .env("HOME", home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(KitError::start("chromium"))?;
        let pipe = Pipe::of(&mut child);
        let chromium = Self {
            child,
            pipe: Mutex::new(pipe),
            _home: home,
        };
        chromium.order(None, "Browser.getVersion", &json!({}))?;
        Ok(chromium)
    }

    /// A new tab, that has loaded `url`.
    ///
    /// # Errors
    ///
    /// When the page cannot be loaded.
    pub fn open(&self, url: &str) -> Result<Tab<'_>, KitError> {
        let blank = json!({"url": "about:blank"});
        let target = self.order(None, "Target.createTarget", &blank)?;
        let attach = json!({"targetId": at(&target, "/targetId"), "flatten": true});
        let session = self.order(None, "Target.attachToTarget", &attach)?;
        let tab = Tab {
            chromium: self,
            session: at(&session, "/sessionId")
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        };
        tab.go(url)?;
        Ok(tab)
    }

    fn order(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Result<Value, KitError> {
        let mut pipe = self.pipe.lock().unwrap_or_else(PoisonError::into_inner);
        pipe.order(session, method, parameters)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let pipe = self.pipe.get_mut().unwrap_or_else(PoisonError::into_inner);
        // it ends when nobody is there to tell it anything
        pipe.to = None;
        let begun = Instant::now();
        while begun.elapsed() < PARTING && !matches!(self.child.try_wait(), Ok(Some(_))) {
            thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Tab<'_> {
    /// Loads `url` and waits until that is done.
    ///
    /// # Errors
    ///
    /// When it cannot be loaded in half a minute.
    pub fn go(&self, url: &str) -> Result<(), KitError> {
        let gone = self.order("Page.navigate", &json!({"url": url}))?;
        if let Some(said) = at(&gone, "/errorText").as_str() {
            return Err(refused("Page.navigate", said));
        }
        self.eventually("document.readyState === 'complete'")?;
        Ok(())
    }

    /// What this JavaScript comes to, once its promise is kept. Runs in the page, whatever the page's
    /// Content-Security-Policy allows it.
    ///
    /// # Errors
    ///
    /// When it throws.
    pub fn evaluate(&self, script: &str) -> Result<Value, KitError> {
        let wish = json!({"expression": script, "returnByValue": true, "awaitPromise": true});
        let done = self.order("Runtime.evaluate", &wish)?;
        match at(&done, "/exceptionDetails") {
            Value::Null => Ok(at(&done, "/result/value").clone()),
            thrown => Err(refused(script, &thrown.to_string())),
        }
    }

    /// The first truthy value this JavaScript comes to.
    ///
    /// # Errors
    ///
    /// When there is none in half a minute.
    pub fn eventually(&self, script: &str) -> Result<Value, KitError> {
        let begun = Instant::now();
        loop {
            // a page that is being left may throw
            let value = self.evaluate(script).unwrap_or_default();
            if !matches!(value, Value::Null | Value::Bool(false)) {
                return Ok(value);
            }
            if begun.elapsed() > PATIENCE {
                return Err(too_late(script));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// A window of this many CSS pixels.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub fn size(&self, width: u32, height: u32) -> Result<(), KitError> {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.order("Emulation.setDeviceMetricsOverride", &size)?;
        Ok(())
    }

    /// How wide the page is, in CSS pixels: more than the window where something does not fit.
    ///
    /// # Errors
    ///
    /// When it does not say.
    pub fn width(&self) -> Result<Value, KitError> {
        self.evaluate("document.documentElement.scrollWidth")
    }

    /// What media queries find: `prefers-color-scheme` `dark`, for one.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub fn prefers(&self, feature: &str, value: &str) -> Result<(), KitError> {
        let features = json!({"features": [{"name": feature, "value": value}]});
        self.order("Emulation.setEmulatedMedia", &features)?;
        Ok(())
    }

    /// The whole page as PNG.
    ///
    /// # Errors
    ///
    /// When none is taken.
    pub fn screenshot(&self) -> Result<Vec<u8>, KitError> {
        let wish = json!({"format": "png", "captureBeyondViewport": true});
        let taken = self.order("Page.captureScreenshot", &wish)?;
        decoded("Page.captureScreenshot", &taken)
    }

    /// The page as it is printed, PDF, on the paper its style names.
    ///
    /// # Errors
    ///
    /// When it is not printed.
    pub fn pdf(&self) -> Result<Vec<u8>, KitError> {
        let wish = json!({"preferCSSPageSize": true, "printBackground": false});
        let printed = self.order("Page.printToPDF", &wish)?;
        decoded("Page.printToPDF", &printed)
    }

    /// What axe-core finds against the page: rule, what it says, and the first element, one line
    /// each; empty: nothing. None where `scripts/install tools` did not bring axe-core.
    ///
    /// # Errors
    ///
    /// When it does not run to its end.
    pub fn violations(&self) -> Result<Option<Vec<String>>, KitError> {
        let place = axe();
        if !place.is_file() {
            return Ok(None);
        }
        let axe = std::fs::read_to_string(&place).map_err(KitError::file(place))?;
        self.evaluate(&format!("{axe}; true"))?;
        let found = self.evaluate(RUN_AXE)?;
        let lines = found.as_array().into_iter().flatten();
        Ok(Some(
            lines
                .map(|line| line.as_str().unwrap_or_default().to_owned())
                .collect(),
        ))
    }

    fn order(&self, method: &str, parameters: &Value) -> Result<Value, KitError> {
        self.chromium.order(Some(&self.session), method, parameters)
    }
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        let _ = self.order("Page.close", &json!({}));
    }
}

impl Pipe {
    fn of(child: &mut Child) -> Self {
        let (sender, from) = channel();
        if let Some(output) = child.stdout.take() {
            thread::spawn(move || {
                for message in messages(output) {
                    if sender.send(message).is_err() {
                        break;
                    }
                }
            });
        }
        Self {
            to: child.stdin.take(),
            from,
            sent: 0,
        }
    }

    /// Events that come in between are nobody's.
    fn order(
        &mut self,
        session: Option<&str>,
        method: &str,
        parameters: &Value,
    ) -> Result<Value, KitError> {
        self.sent += 1;
        let order = match session {
            Some(session) => {
                json!({"id": self.sent, "method": method, "params": parameters, "sessionId": session})
            }
            None => json!({"id": self.sent, "method": method, "params": parameters}),
        };
        let written = self
            .to
            .as_mut()
            .map(|to| write!(to, "{order}\0").and_then(|()| to.flush()));
        if let Some(Err(source)) = written {
            return Err(KitError::socket(method)(source));
        }
        let begun = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(begun.elapsed());
            let answer = match self.from.recv_timeout(left) {
                Ok(answer) => answer,
                Err(RecvTimeoutError::Timeout) => return Err(too_late(method)),
                Err(RecvTimeoutError::Disconnected) => return Err(refused(method, "it ended")),
            };
            if *at(&answer, "/id") != self.sent {
                continue;
            }
            return match at(&answer, "/error") {
                Value::Null => Ok(at(&answer, "/result").clone()),
                error => Err(refused(method, &error.to_string())),
            };
        }
    }
}

fn messages(output: impl Read) -> impl Iterator<Item = Value> {
    let parts = BufReader::new(output).split(0);
    parts
        .map_while(Result::ok)
        .filter_map(|part| serde_json::from_slice(&part).ok())
}

fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn decoded(method: &str, answer: &Value) -> Result<Vec<u8>, KitError> {
    let data = at(answer, "/data").as_str().unwrap_or_default();
    STANDARD
        .decode(data)
        .map_err(|error| refused(method, &error.to_string()))
}

fn refused(order: &str, said: &str) -> KitError {
    let order = order.chars().take(200).collect();
    KitError::Browser {
        order,
        said: said.to_owned(),
    }
}

fn too_late(what: &str) -> KitError {
    KitError::TimedOut {
        what: what.chars().take(200).collect(),
        waited: PATIENCE,
    }
}

fn axe() -> PathBuf {
    target_directory().join("tools/node_modules/axe-core/axe.min.js")
}

const ON_3_AND_4: &str = r#"exec chromium "$@" 3<&0 4>&1 </dev/null >/dev/null"#;

const QUIETLY: [&str; 8] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
];

const RUN_AXE: &str = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.map(it =>
  `${it.id}: ${it.help}: ${it.nodes.map(node => node.html + ' ' + node.any.map(why => why.message).join(' ')).slice(0, 3).join(' | ')}`))";

/// Nothing a page does takes longer.
const PATIENCE: Duration = Duration::from_secs(60);
const PARTING: Duration = Duration::from_secs(3);
