//! How is Firefox told where to go, and what to type?
//!
//! Its remote protocol: JSON behind its length in decimal and a colon.
//! Source: Firefox source docs, "Marionette", protocol level 3.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A conversation with one Firefox.
pub(crate) struct Marionette {
    stream: BufReader<TcpStream>,
    sent: u64,
}

impl Marionette {
    /// Waits until Firefox has written its port into the profile.
    pub(crate) fn of(profile: &Path) -> Self {
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

    pub(crate) fn go(&mut self, url: &str) {
        self.order("WebDriver:Navigate", &json!({"url": url}))
            .unwrap();
    }

    /// Puts this code where Firefox's window would let a person type it: Firefox stands still while
    /// that is open, and takes no orders.
    pub(crate) fn answer_with(&mut self, code: &str) {
        let context = |name| json!({"value": name});
        self.order("Marionette:SetContext", &context("chrome"))
            .unwrap();
        let script = json!({"script": ANSWERING, "args": [code], "sandbox": "system"});
        self.order("WebDriver:ExecuteScript", &script).unwrap();
        self.order("Marionette:SetContext", &context("content"))
            .unwrap();
    }

    /// The page, once it says this.
    pub(crate) fn page_with(&mut self, said: &str) -> String {
        eventually(said, || {
            let page = self.order("WebDriver:GetPageSource", &json!({})).ok()?;
            let page = page["value"].as_str()?.to_owned();
            page.contains(said).then_some(page)
        })
    }

    /// As PNG, base64.
    pub(crate) fn screenshot(&mut self) -> String {
        let shot = self.order("WebDriver:TakeScreenshot", &json!({"full": true}));
        shot.unwrap()["value"].as_str().unwrap().to_owned()
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
