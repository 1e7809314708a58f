//! How is Firefox told where to go, what to press and what to type?
//!
//! Its remote protocol: JSON behind its length in decimal and a colon.
//! Source: Firefox source docs, "Marionette", protocol level 3.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A Firefox without a window, and a conversation with it; ends with the value.
#[derive(Debug)]
pub struct Firefox {
    child: Child,
    told: Marionette,
    _home: tempfile::TempDir,
}

impl Firefox {
    /// Starts Debian's Firefox with a profile of its own; `preferences`: further lines of its
    /// `user.js`. Blocks until it listens, half a minute at most.
    pub fn start(preferences: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let profile = home.path().join("profile");
        std::fs::create_dir(&profile).unwrap();
        std::fs::write(profile.join("user.js"), [QUIET, preferences].concat()).unwrap();
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "firefox-esr"])
            .args(["--headless", "--marionette", "--no-remote", "--profile"])
            .arg(&profile)
            .env("HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self {
            child: child.unwrap(),
            told: Marionette::of(&profile),
            _home: home,
        }
    }

    /// Where it is told what to do.
    pub fn told(&mut self) -> &mut Marionette {
        &mut self.told
    }
}

impl Drop for Firefox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Nothing is fetched from elsewhere, nothing is asked.
const QUIET: &str = r#"
user_pref("marionette.port", 0);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.normandy.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
"#;

/// A conversation with one Firefox. What it cannot do, it panics at: it serves tests only.
#[derive(Debug)]
pub struct Marionette {
    stream: BufReader<TcpStream>,
    sent: u64,
}

impl Marionette {
    /// Waits until Firefox has written its port into the profile.
    pub fn of(profile: &Path) -> Self {
        let port = eventually("no port", || {
            let port = std::fs::read_to_string(profile.join("MarionetteActivePort")).ok()?;
            port.trim().parse::<u16>().ok()
        });
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut marionette = Self {
            stream: BufReader::new(stream),
            sent: 0,
        };
        marionette.receive();
        let wishes = json!({"pageLoadStrategy": "none", "unhandledPromptBehavior": "ignore"});
        let wishes = json!({"capabilities": {"alwaysMatch": wishes}});
        marionette.order("WebDriver:NewSession", &wishes).unwrap();
        marionette
    }

    /// Opens this address.
    pub fn go(&mut self, url: &str) {
        self.order("WebDriver:Navigate", &json!({"url": url}))
            .unwrap();
    }

    /// Puts this code where Firefox's window would let a person type it: Firefox stands still while
    /// that is open, and takes no orders.
    pub fn answer_with(&mut self, code: &str) {
        let context = |name| json!({"value": name});
        self.order("Marionette:SetContext", &context("chrome"))
            .unwrap();
        let script = json!({"script": ANSWERING, "args": [code], "sandbox": "system"});
        self.order("WebDriver:ExecuteScript", &script).unwrap();
        self.order("Marionette:SetContext", &context("content"))
            .unwrap();
    }

    /// The page, once it says this.
    pub fn page_with(&mut self, said: &str) -> String {
        eventually(said, || {
            let page = self.order("WebDriver:GetPageSource", &json!({})).ok()?;
            let page = page["value"].as_str()?.to_owned();
            page.contains(said).then_some(page)
        })
    }

    /// As PNG, base64.
    pub fn screenshot(&mut self) -> String {
        let shot = self.order("WebDriver:TakeScreenshot", &json!({"full": true}));
        shot.unwrap()["value"].as_str().unwrap().to_owned()
    }

    /// What a function with this body returns in the page.
    pub fn run(&mut self, script: &str) -> Value {
        let script = json!({"script": script, "args": []});
        let answer = self.order("WebDriver:ExecuteScript", &script);
        answer.unwrap()["value"].clone()
    }

    /// Waits until a function with this body returns something that is so in the page.
    pub fn until(&mut self, script: &str) -> Value {
        eventually(script, || {
            let script = json!({"script": script, "args": []});
            let answer = self.order("WebDriver:ExecuteScript", &script).ok()?;
            let value = answer["value"].clone();
            let is_so = !matches!(value, Value::Null | Value::Bool(false));
            is_so.then_some(value)
        })
    }

    /// Presses the element that this CSS selector finds.
    pub fn press(&mut self, selector: &str) {
        let element = self.element(selector);
        let id = json!({"id": element});
        self.order("WebDriver:ElementClick", &id).unwrap();
    }

    /// Types into the element that this CSS selector finds; for the choice of a file, its path.
    pub fn type_into(&mut self, selector: &str, text: &str) {
        let element = self.element(selector);
        let keys = json!({"id": element, "text": text});
        self.order("WebDriver:ElementSendKeys", &keys).unwrap();
    }

    fn element(&mut self, selector: &str) -> String {
        eventually(selector, || {
            let how = json!({"using": "css selector", "value": selector});
            let found = self.order("WebDriver:FindElement", &how).ok()?;
            let id = found["value"].as_object()?.values().next()?;
            id.as_str().map(str::to_owned)
        })
    }

    fn order(&mut self, name: &str, parameters: &Value) -> Result<Value, Value> {
        self.sent += 1;
        let order = json!([0, self.sent, name, parameters]).to_string();
        let stream = self.stream.get_mut();
        stream
            .write_all(format!("{}:{order}", order.len()).as_bytes())
            .unwrap();
        let answer = self.receive();
        match &answer[2] {
            Value::Null => Ok(answer[3].clone()),
            error => Err(error.clone()),
        }
    }

    fn receive(&mut self) -> Value {
        let mut length = Vec::new();
        self.stream.read_until(b':', &mut length).unwrap();
        length.pop();
        let length = String::from_utf8(length).unwrap().parse().unwrap();
        let mut content = vec![0; length];
        self.stream.read_exact(&mut content).unwrap();
        serde_json::from_slice(&content).unwrap()
    }
}

/// In the place of what opens windows. Source: Firefox, nsIPromptFactory.idl, nsIPrompt.idl.
const ANSWERING: &str = r#"
const [code] = arguments;
const prompt = {
  QueryInterface: ChromeUtils.generateQI(["nsIPrompt"]),
  promptPassword(title, text, password) { password.value = code; return true; },
  alert() {},
};
const prompter = {
  QueryInterface: ChromeUtils.generateQI(["nsIPromptFactory", "nsIFactory"]),
  getPrompt() { return prompt; },
  createInstance(iid) { return prompter.QueryInterface(iid); },
};
Components.manager.QueryInterface(Ci.nsIComponentRegistrar).registerFactory(
  Components.ID("{8f0f8b7e-6b0e-4c8e-9f5e-3b0f6f6a7d10}"), "", "@mozilla.org/prompter;1", prompter);
"#;

fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

const PATIENCE: Duration = Duration::from_secs(30);
