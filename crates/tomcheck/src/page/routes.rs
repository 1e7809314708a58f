//! What is answered to a request?

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::{Method, Request, StatusCode};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};
use tomcheck_cert::Pin;
use tomcheck_diagnosis::Text;
use tomcheck_reader::Mode;
use zeroize::Zeroizing;

use super::answer::{self, Answer};
use super::live::{Busy, Live};
use super::lock::{Lock, Refusal};
use super::run::{Last, Wanted};
use super::seats::Guest;
use super::view::{self, View};
use super::{PageLimits, PageOptions, dropped, events, form, words};

/// What all requests are answered with.
pub(super) struct Routes {
    pub(super) lock: Lock,
    view: View,
    limits: PageLimits,
    streams: Arc<Semaphore>,
    /// One file at a time is held and read.
    files: Arc<Semaphore>,
}

/// Why something asked for is not done, to be told.
struct No(StatusCode, Text);

impl Routes {
    pub(super) fn new(lock: Lock, live: Live, options: PageOptions) -> Self {
        Self {
            lock,
            view: View {
                live,
                allows_pin: options.allows_pin,
                most_bytes: options.limits.file,
            },
            limits: options.limits,
            streams: Arc::new(Semaphore::new(options.limits.streams)),
            files: Arc::new(Semaphore::new(1)),
        }
    }

    /// The guest is known from the token on, and stays where the answer has no end.
    pub(super) async fn answer(&self, request: Request<Incoming>, guest: &Guest) -> Answer {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let below = match self.lock.opens(&method, &uri, request.headers()) {
            Ok(below) => below,
            Err(refusal) => return self.refused(refusal),
        };
        guest.is_known().await;
        let answer = match method {
            Method::GET | Method::HEAD => self.shown(below, guest),
            Method::POST if ACTIONS.contains(&below) => {
                let until = guest.since + self.limits.exchange.mul_f64(SHARE_OF_READING);
                Some(self.done(below, request, until).await)
            }
            _ => None,
        };
        answer.unwrap_or_else(|| match (is_shown(below), ACTIONS.contains(&below)) {
            (true, _) => answer::not_allowed(self.short(words::NOT_ALLOWED), "GET, HEAD"),
            (_, true) => answer::not_allowed(self.short(words::NOT_ALLOWED), "POST"),
            _ => self.refused(Refusal::Unknown),
        })
    }

    fn refused(&self, refusal: Refusal) -> Answer {
        let (status, text) = match refusal {
            Refusal::OtherHost => (StatusCode::MISDIRECTED_REQUEST, words::UNKNOWN),
            Refusal::Unknown => (StatusCode::NOT_FOUND, words::UNKNOWN),
            Refusal::OtherSite => (StatusCode::FORBIDDEN, words::OTHER_SITE),
        };
        answer::html(status, self.short(text))
    }

    fn short(&self, text: Text) -> String {
        self.view.short(text)
    }

    fn shown(&self, below: &str, guest: &Guest) -> Option<Answer> {
        let ok = StatusCode::OK;
        Some(match below {
            "" => answer::html(ok, self.view.page(None)),
            "style.css" => answer::of(ok, "text/css; charset=utf-8", view::style()),
            "page.js" => answer::of(ok, "text/javascript; charset=utf-8", view::SCRIPT),
            "icon.svg" => answer::of(ok, "image/svg+xml", view::ICON),
            "events" => self.events(guest),
            "report.json" | "report.html" | "letter.txt" | "bundle.zip" => self.saved(below),
            _ => return None,
        })
    }

    fn events(&self, guest: &Guest) -> Answer {
        let Ok(seat) = self.streams.clone().try_acquire_owned() else {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            return answer::html(status, self.short(words::TOO_MANY));
        };
        guest.stays();
        answer::stream(events::stream(self.view.clone(), self.limits.alive, seat))
    }

    fn saved(&self, name: &str) -> Answer {
        let last = self.view.live.run().borrow().last.clone();
        let content = last.as_ref().and_then(|last| content(name, last));
        let Some((media, content)) = content else {
            return answer::html(StatusCode::NOT_FOUND, self.short(words::NO_REPORT));
        };
        let packed = last.as_ref().and_then(|last| last.packed.as_ref());
        let name = match packed.filter(|_| name == "bundle.zip") {
            Some(packed) => packed.name.clone(),
            None => format!("tomcheck-{name}"),
        };
        answer::saved(media, &name, content)
    }

    async fn done(&self, action: &str, request: Request<Incoming>, until: Instant) -> Answer {
        let is_script = request.headers().contains_key(SCRIPTED);
        let done = match action {
            "file" => return self.file(request, is_script, until).await,
            "run" => self.run(request).await.map(|()| "./#run"),
            "stop" => {
                self.view.live.stop();
                Ok("./#run")
            }
            "mode" => self.mode(request).await.map(|()| "./"),
            _ => {
                self.view.live.refresh().await;
                Ok("./")
            }
        };
        match done {
            Ok(place) => answer::done(is_script, place),
            Err(no) => self.not_done(no, is_script),
        }
    }

    fn not_done(&self, No(status, text): No, is_script: bool) -> Answer {
        match is_script {
            true => answer::of(status, "text/plain; charset=utf-8", self.view.say(text)),
            false => answer::html(status, self.short(text)),
        }
    }

    async fn run(&self, request: Request<Incoming>) -> Result<(), No> {
        let body = body(request, MOST_OF_A_FORM).await?;
        let part = form::field(&body, "part").unwrap_or_default();
        let part = std::str::from_utf8(&part).ok();
        let usual = self.view.live.diagnosis();
        let wanted = part.and_then(|part| Wanted::named(part, usual));
        let wanted = wanted.ok_or(STRANGE)?;
        let pin = self.pin(&body)?;
        let begun = self.view.live.begin(wanted, pin);
        begun.map_err(|Busy| No(StatusCode::CONFLICT, words::BUSY))
    }

    /// A slip of the finger never reaches the card, nor does a code that nobody allowed here.
    fn pin(&self, body: &[u8]) -> Result<Option<Pin>, No> {
        let Some(mut code) = form::field(body, "code").filter(|code| !code.is_empty()) else {
            return Ok(None);
        };
        if !self.view.allows_pin {
            return Err(No(StatusCode::FORBIDDEN, words::NO_PIN_HERE));
        }
        let pin = Pin::parse(std::mem::take(&mut *code));
        let pin = pin.map_err(|_| No(StatusCode::BAD_REQUEST, words::PIN_SHAPE))?;
        Ok(Some(pin))
    }

    async fn mode(&self, request: Request<Incoming>) -> Result<(), No> {
        let body = body(request, MOST_OF_A_FORM).await?;
        let mode = form::field(&body, "mode").unwrap_or_default();
        let mode = match mode.as_slice() {
            b"automatic" => Mode::Automatic,
            b"manual" => Mode::Manual,
            _ => return Err(STRANGE),
        };
        self.view.live.set_mode(mode).await;
        Ok(())
    }

    async fn file(&self, request: Request<Incoming>, is_script: bool, until: Instant) -> Answer {
        let read = timeout_at(until, self.file_read(request)).await;
        match read.unwrap_or(Err(TOO_SLOW)) {
            Ok(piece) if is_script => answer::html(StatusCode::OK, piece),
            Ok(piece) => answer::html(StatusCode::OK, self.view.page(Some(&piece))),
            Err(no) => self.not_done(no, is_script),
        }
    }

    async fn file_read(&self, request: Request<Incoming>) -> Result<String, No> {
        let busy = No(StatusCode::CONFLICT, words::FILE_BUSY);
        let seat = self.files.clone().try_acquire_owned().map_err(|_| busy)?;
        let media = request.headers().get(CONTENT_TYPE);
        let media = media.and_then(|media| media.to_str().ok());
        let media = media.unwrap_or_default().to_owned();
        let body = body(request, self.limits.file + MOST_OF_A_FORM).await?;
        let (view, unpacked) = (self.view.clone(), self.limits.unpacked);
        let awaited = Awaited::default();
        let is_over = Arc::clone(&awaited.0);
        let read = spawn_blocking(move || {
            let sent = form::file(&media, &body)?;
            let read = dropped::read(&sent, unpacked, view.live.diagnosis(), &is_over);
            drop(seat);
            Some(view.dropped(&read))
        });
        let read = read.await.map_err(|_| STRANGE)?;
        read.ok_or(No(StatusCode::BAD_REQUEST, words::NO_FILE))
    }
}

/// Dropped with whoever waits for the file: nobody reads on for nobody.
#[derive(Default)]
struct Awaited(Arc<AtomicBool>);

impl Drop for Awaited {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn is_shown(below: &str) -> bool {
    SHOWN.contains(&below)
}

/// What a report is saved as.
fn content(name: &str, last: &Last) -> Option<(&'static str, Bytes)> {
    let report = &last.report;
    match name {
        // a report of ours always serialises
        "report.json" => Some((
            "application/json",
            serde_json::to_vec_pretty(&**report).ok()?.into(),
        )),
        "report.html" => Some(("text/html; charset=utf-8", view::document(report).into())),
        "bundle.zip" => Some(("application/zip", last.packed.as_ref()?.archive.clone())),
        _ => {
            let letter = last.letter.clone()?;
            Some(("text/plain; charset=utf-8", letter.into()))
        }
    }
}

/// All of a body, or that it is too long: then the rest is read all the same, and kept nowhere, since
/// browsers read no answer while they send. It may hold a code porteur: what is kept of it is wiped.
async fn body(request: Request<Incoming>, most: usize) -> Result<Zeroizing<Vec<u8>>, No> {
    let mut incoming = request.into_body();
    let told = usize::try_from(incoming.size_hint().lower()).unwrap_or(usize::MAX);
    // all of a form at once, however it is sent: what grows leaves copies of the code behind
    let room = told.max(MOST_OF_A_FORM).min(most);
    let mut body = Zeroizing::new(Vec::with_capacity(room));
    let mut is_too_long = told > most;
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|_| STRANGE)?;
        let bytes = frame.into_data().unwrap_or_default();
        is_too_long |= body.len() + bytes.len() > most;
        if !is_too_long {
            body.extend_from_slice(&bytes);
        }
    }
    match is_too_long {
        true => Err(No(StatusCode::PAYLOAD_TOO_LARGE, words::TOO_LONG)),
        false => Ok(body),
    }
}

/// Of an exchange: the rest is for the answer that it took too long.
const SHARE_OF_READING: f64 = 5.0 / 6.0;
const TOO_SLOW: No = No(StatusCode::UNPROCESSABLE_ENTITY, words::TOO_SLOW);
const STRANGE: No = No(StatusCode::BAD_REQUEST, words::STRANGE);
/// No page of another site can set it without being allowed to, which nobody is.
const SCRIPTED: &str = "x-tomcheck-script";
const MOST_OF_A_FORM: usize = 4096;
const ACTIONS: [&str; 5] = ["run", "stop", "mode", "refresh", "file"];
const SHOWN: [&str; 9] = [
    "",
    "style.css",
    "page.js",
    "icon.svg",
    "events",
    "report.json",
    "report.html",
    "letter.txt",
    "bundle.zip",
];
