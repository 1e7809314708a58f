//! How do the files and the hits of `trace` look?

use serde_json::Value;
use tomcheck_diagnosis::{FindingRecord, Instant, Lang, Text};

use super::detail::{t, text_of};
use super::layout::{Page, Tone, clean, shorten};
use crate::findings;
use crate::trace::Hit;

/// Hits that are shown without `-v`: the last ones.
const SHOWN: usize = 10;
const SHOWN_VERBOSE: usize = 1000;

/// One hit as it is found: moment, file, line, what it means, and the line itself.
pub fn hit_line(hit: &Hit, lang: Lang) -> String {
    let at = hit.at.map(|at| to_the_second(at, lang) + "  ");
    let at = at.unwrap_or_default();
    let kind = findings::all().find(|kind| kind.code == hit.code);
    let place = format!("{}:{}", hit.path, hit.line);
    let whose = way(hit.host.as_deref(), hit.proxy.as_deref(), lang);
    let whose = whose.map(|whose| format!("  {whose}")).unwrap_or_default();
    // a title without its values says less than the code
    let title = kind
        .map(|kind| kind.title.get(lang))
        .filter(|title| !title.contains('{'));
    let title = title.map(|title| format!(" — {title}")).unwrap_or_default();
    let excerpt = clean(&hit.excerpt);
    clean(&format!("{at}{place}  {}{title}{whose}", hit.code)) + "\n    " + &excerpt + "\n"
}

impl Page<'_> {
    /// Which files were read and what they are, then the hits on one line of time.
    pub(super) fn trace(&mut self, trace: &Value, findings: &[FindingRecord]) {
        self.heading(FILES);
        for file in array(trace, "files") {
            self.file(file);
        }
        for place in array(trace, "unexplained").iter().take(SHOWN) {
            let place = clean(place.as_str().unwrap_or_default());
            let line = format!("{place} — {}", self.say(UNEXPLAINED));
            self.wrapped(2, 4, &line, Some(Tone::Warning));
        }
        if let Some(live) = trace.get("live") {
            self.live(live);
        }
        let hits = array(trace, "hits");
        if hits.is_empty() {
            return;
        }
        let most = if self.style.verbose {
            SHOWN_VERBOSE
        } else {
            SHOWN
        };
        let shown = hits
            .get(hits.len().saturating_sub(most)..)
            .unwrap_or_default();
        let all = trace
            .get("hits_seen")
            .and_then(Value::as_u64)
            .unwrap_or_default();
        self.heading(HITS);
        self.wrapped(2, 4, &self.how_many(shown.len(), all), Some(Tone::Faint));
        for hit in shown {
            self.hit(hit, findings);
        }
    }

    /// What this machine's own probes say now.
    fn live(&mut self, live: &Value) {
        let cause = live.get("root_cause").and_then(Value::as_str);
        let status = match (text_of(live, "status"), cause) {
            ("ok", _) => self.say(LIVE_FINE).to_owned(),
            (_, Some(cause)) => format!("{} ({})", self.say(LIVE_BLOCKED), clean(cause)),
            _ => self.say(LIVE_OPEN).to_owned(),
        };
        self.wrapped(2, 4, &format!("{}{status}", self.say(LIVE)), None);
    }

    fn file(&mut self, file: &Value) {
        let path = clean(text_of(file, "path"));
        if let Some(error) = file.get("error").and_then(Value::as_str) {
            let line = format!("{path} — {} ({})", self.say(UNREAD), clean(error));
            self.wrapped(2, 4, &line, Some(Tone::Warning));
            return;
        }
        let number = |key: &str| file.get(key).and_then(Value::as_u64).unwrap_or_default();
        let format = self.say(format_name(text_of(file, "format")));
        let encoding = text_of(file, "encoding");
        let compressed = file.get("compressed").is_some();
        let encoding = match (encoding, compressed) {
            ("binary", _) => String::new(),
            (encoding, false) => format!(", {encoding}"),
            (encoding, true) => format!(", {encoding}, gzip"),
        };
        let (lines, hits) = (number("lines"), number("hits"));
        let [lines_word, hits_word] = [counted(LINES, lines), counted(TELLING, hits)];
        let counts = format!(
            "{lines} {}, {hits} {}",
            self.say(lines_word),
            self.say(hits_word)
        );
        self.wrapped(
            2,
            4,
            &format!("{path} — {format}{encoding}, {counts}"),
            None,
        );
    }

    fn how_many(&self, shown: usize, all: u64) -> String {
        if shown as u64 == all {
            return self.say(ALL).to_owned();
        }
        match (self.lang, self.style.verbose) {
            (Lang::Fr, false) => format!("les {shown} dernières sur {all} ; davantage avec -v"),
            (Lang::En, false) => format!("the last {shown} of {all}; more with -v"),
            (Lang::Fr, true) => format!("{shown} sur {all}"),
            (Lang::En, true) => format!("{shown} of {all}"),
        }
    }

    fn hit(&mut self, hit: &Value, findings: &[FindingRecord]) {
        let at = hit.get("at").and_then(Value::as_str);
        let at = at.and_then(|at| Instant::try_from(at.to_owned()).ok());
        let at = at.map(|at| to_the_second(at, self.lang) + "  ");
        let at = at.unwrap_or_default();
        let line = hit.get("line").and_then(Value::as_u64).unwrap_or_default();
        let code = text_of(hit, "code");
        let path = text_of(hit, "path");
        let head = clean(&format!("{at}{path}:{line}  {code}"));
        let is_told = findings.iter().any(|finding| finding.code == code);
        let tone = if is_told { Tone::Strong } else { Tone::Faint };
        self.wrapped(2, 4, &head, Some(tone));
        let most = if self.style.verbose { 240 } else { 160 };
        let excerpt = clean(&shorten(text_of(hit, "excerpt"), most));
        if let Some(way) = way_before(hit, &excerpt, self.lang) {
            self.wrapped(4, 6, &way, None);
        }
        self.wrapped(4, 6, &excerpt, None);
    }
}

/// Lines of one minute are told apart.
pub(super) fn to_the_second(at: Instant, lang: Lang) -> String {
    format!("{} {} UTC", at.day(lang, 0), at.time_of_day(0))
}

/// What of its way the line itself does not name: lines before it did.
pub(super) fn way_before(hit: &Value, excerpt: &str, lang: Lang) -> Option<String> {
    let named = |key| {
        let name = hit.get(key).and_then(Value::as_str).map(clean);
        name.filter(|name| !excerpt.contains(name.as_str()))
    };
    way(named("host").as_deref(), named("proxy").as_deref(), lang)
}

/// Which site a line is about, and through which proxy it was asked for.
fn way(host: Option<&str>, proxy: Option<&str>, lang: Lang) -> Option<String> {
    let through = THROUGH.get(lang);
    Some(match (host, proxy) {
        (Some(host), Some(proxy)) => format!("{host}, {through} {proxy}"),
        (Some(host), None) => host.to_owned(),
        (None, Some(proxy)) => format!("{through} {proxy}"),
        (None, None) => return None,
    })
}

fn array<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// One, or many; French counts none as one.
const fn counted(words: [Text; 2], number: u64) -> Text {
    let [one, many] = words;
    Text {
        fr: if number < 2 { one.fr } else { many.fr },
        en: if number == 1 { one.en } else { many.en },
    }
}

const FILES: Text = t("Journaux lus", "Logs read");
const LIVE: Text = t("Ce poste, maintenant : ", "This machine, now: ");
const LIVE_FINE: Text = t("rien ne bloque", "nothing blocks");
const LIVE_BLOCKED: Text = t("bloqué", "blocked");
const LIVE_OPEN: Text = t("indéterminé", "undetermined");
const HITS: Text = t("Lignes reconnues", "Lines recognised");
const ALL: Text = t("toutes", "all of them");
const UNEXPLAINED: Text = t(
    "une panne que tomcheck ne sait pas expliquer",
    "a failure that tomcheck cannot explain",
);
const THROUGH: Text = t("par le proxy", "through the proxy");
const UNREAD: Text = t("pas lu", "not read");
const LINES: [Text; 2] = [t("ligne", "line"), t("lignes", "lines")];
const TELLING: [Text; 2] = [t("reconnue", "recognised"), t("reconnues", "recognised")];

/// What people call a format of the report's JSON.
pub(super) fn format_name(name: &str) -> Text {
    let known = FORMATS.iter().find(|(word, _)| *word == name);
    known.map_or(UNKNOWN, |(_, text)| *text)
}

const FORMATS: &[(&str, Text)] = &[
    ("java-console", t("console Java", "Java console")),
    (
        "java-debug",
        t(
            "traces Java (javax.net.debug)",
            "Java trace (javax.net.debug)",
        ),
    ),
    ("squid", t("journal de squid", "squid's log")),
    (
        "squid-combined",
        t(
            "journal de squid (format combined)",
            "squid's log (combined)",
        ),
    ),
    (
        "cryptolib",
        t("traces de la Cryptolib", "the Cryptolib's log"),
    ),
    ("firefox", t("messages de Firefox", "messages of Firefox")),
    (
        "chromium",
        t("messages de Chrome ou Edge", "messages of Chrome or Edge"),
    ),
    (
        "net-export",
        t(
            "export net-export de Chrome ou Edge",
            "net-export of Chrome or Edge",
        ),
    ),
    ("curl", t("sortie de curl", "what curl printed")),
    ("openssl", t("messages d'OpenSSL", "messages of OpenSSL")),
    ("windows-events", t("événements Windows", "Windows events")),
    (
        "pcsc",
        t("codes de carte à puce (PC/SC)", "smart card codes (PC/SC)"),
    ),
    ("capture", t("paquets capturés", "captured packets")),
    (
        "evtx",
        t("événements Windows (.evtx)", "Windows events (.evtx)"),
    ),
    ("unknown", UNKNOWN),
];

const UNKNOWN: Text = t("texte de format inconnu", "text of no known format");
